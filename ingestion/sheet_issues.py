"""Sheet issues: what is odd about a sheet that reads well: hidden or linked cells, serials out of order, no signature.

Belongs here: issues about how a sheet is kept, each at its cell, found in what reading knows already.
Does not belong here: cells that cannot be taken (typed_cells), columns missing or renamed (reading).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from ingestion import vocabulary
from ingestion.asides import Asides
from ingestion.dates import day_of
from ingestion.headers import Header
from ingestion.markers import any_of, fold, markers
from ingestion.matching import Match
from ingestion.roles import DETAIL
from ingestion.rows import ReadRow, Rows
from ingestion.typed_cells import Issue
from ingestion.workbook import Sheet, column_letter

_SHIFTED_CELLS = 3  # so few cells of another kind are slips of single cells, not a shifted table
_NAMED_ROWS = 8  # so many hidden rows are named one by one


def sheet_issues(sheet: Sheet, header: Header, match: Match, rows: Rows) -> Iterator[Issue]:
    """Everything odd about the sheet as it is kept; its rows were read all the same."""
    yield from _edition(sheet, header, match)
    yield from _placeholders(sheet, header)
    if sheet.asides is not None:
        yield from _hidden(sheet, header, sheet.asides)
        yield from _linked(sheet, match, sheet.asides.links)
    if rows.rows:
        yield from _shifted(sheet, header, rows)
        yield from _serials(sheet, rows.rows)
        yield from _unsigned(sheet, rows.foot)


def _say(key: str, **parts: object) -> str:
    return vocabulary.messages("reading")[key].format(**parts)


def _edition(sheet: Sheet, header: Header, match: Match) -> Iterator[Issue]:
    """The form is told by its columns; where a quarter of them lack or are others, it is no edition ever handed out."""
    columns, alike = match.edition.columns, len(match.found)
    if (len(columns) - alike + len(match.extra)) * 4 > len(columns):
        found = _say("matched_columns", matched=alike, total=len(columns), extra=len(match.extra))
        yield Issue("unknown_edition", sheet.name, header.top + 1, found=found, expected=match.edition.edition)


def _placeholders(sheet: Sheet, header: Header) -> Iterator[Issue]:
    for place, row in enumerate(sheet.rows[: header.top]):
        for column, cell in enumerate(row):
            if cell and type(cell) is str and (left := _left_open(cell)):
                about = (column_letter(column), None, cell.strip(), left)
                yield Issue("placeholder", sheet.name, place + 1, *about, _say("expected_filled_in"))


@lru_cache(maxsize=4096)  # titles and unit rows come again month after month
def _left_open(text: str) -> str:
    """What of a heading is still the blank form's own; blank when it was filled in."""
    match = _placeholder().search(unicodedata.normalize("NFKC", text))
    return match[0].strip() if match else ""


@cache
def _placeholder() -> re.Pattern:
    words = markers()
    year, month, to = any_of(words.cells.year), any_of(words.cells.month), any_of(words.cells.to)
    mark, report = any_of(words.heading.placeholders), any_of(words.heading.monthly_words)
    return re.compile(
        rf"<[^<>]{{1,12}}>|(?<![A-Za-z0-9]){mark}(?![A-Za-z0-9])"
        rf"|{year}[\s_]+{month}(?!{report})|\d{to}[\s_]*{month}|:\s*_{{2,}}\s*$",
        re.IGNORECASE,
    )


def _hidden(sheet: Sheet, header: Header, asides: Asides) -> Iterator[Issue]:
    """Hidden rows and columns that hold anything below the header; they are read like the others."""
    below = range(header.bottom + 1, len(sheet.rows))
    rows = [place for place in sorted(asides.hidden_rows) if place in below and any(sheet.rows[place])]
    if rows:
        named = _say("list_joint").join(str(place + 1) for place in rows[:_NAMED_ROWS])
        found = _say("hidden_rows", rows=named, count=len(rows))
        yield Issue("hidden_rows", sheet.name, rows[0] + 1, found=found, expected=_say("expected_shown"))
    for column in sorted(asides.hidden_columns):
        held = [place for place in below if column < len(sheet.rows[place]) and sheet.rows[place][column] != ""]
        if held:
            head = "/".join(header.paths[column]) if column < len(header.paths) else ""
            about = (column_letter(column), None, head, _say("hidden_cells", count=len(held)))
            yield Issue("hidden_column", sheet.name, held[0] + 1, *about, _say("expected_shown"))


def _linked(sheet: Sheet, match: Match, links: Sequence[tuple[int, int, str]]) -> Iterator[Issue]:
    """The first cell of each column that takes figures from another workbook, and how many there are."""
    names = {found.index: (found.column.field, found.written) for found in match.found}
    columns = Counter(column for _, column, _ in links)
    seen: set[int] = set()
    for row, column, formula in links:
        if column not in seen:
            seen.add(column)
            found = _say("linked_cells", formula=formula, count=columns[column])
            about = (column_letter(column), *names.get(column, (None, None)), found)
            yield Issue("external_link", sheet.name, row + 1, *about, _say("expected_value_typed"))


def _shifted(sheet: Sheet, header: Header, rows: Rows) -> Iterator[Issue]:
    """Columns of which more than half the projects hold another kind of thing, two of them at least: names, dates or
    figures that belong under another head."""
    details = sum(row.role == DETAIL for row in rows.rows)
    odd = [issue for issue in rows.issues if issue.issue_code in _OTHER_KIND and _OTHER_KIND[issue.issue_code](issue)]
    counted = Counter((issue.column, issue.field, issue.header, issue.procedure) for issue in odd)
    columns = {about: count for about, count in counted.items() if count * 2 > details}
    if len(columns) > 1 and sum(columns.values()) >= _SHIFTED_CELLS:
        for (column, field, head, procedure), count in columns.items():
            found = _say("shifted_cells", count=count, total=details)
            about = (column, field, head, found, _say("expected_own_column"), procedure)
            yield Issue("shifted_column", sheet.name, header.bottom + 1, *about)


def _has_digits(issue: Issue) -> bool:
    return any(character.isdigit() for character in issue.found)


_OTHER_KIND = {  # what was found instead of the kind of thing that the column asks for
    "not_a_number": lambda issue: day_of(issue.found) is not None or not _has_digits(issue),
    "unreadable_date": lambda issue: not _has_digits(issue) or re.fullmatch(r"[\d.,]+", issue.found) is not None,
    "unknown_code": _has_digits,
}


def _serials(sheet: Sheet, rows: Iterable[ReadRow]) -> Iterator[Issue]:
    """Serial numbers that do not go on by one from the project above; a group may begin with 1 again."""
    before, name = None, None
    for row in rows:
        if row.role != DETAIL:
            continue
        number = row.values.get("serial_no")
        is_same_project = number == before and row.values.get("project_name") == name
        if number is not None and before is not None and number not in (before + 1, 1) and not is_same_project:
            about = (row.columns["serial_no"], "serial_no", row.headers["serial_no"])
            yield Issue("serial_order", sheet.name, row.row, *about, str(number), str(before + 1))
        before, name = number, row.values.get("project_name")


def _unsigned(sheet: Sheet, foot: Sequence[tuple[int, list]]) -> Iterator[Issue]:
    """Who has not signed, where the foot of the sheet has places to sign."""
    lines = [(place, " ".join([str(cell) for cell in row if cell])) for place, row in foot]
    missing = _not_signed(tuple(text for _, text in lines))
    if missing:
        place = next(place for place, text in lines if _signing().search(fold(text)))
        found, expected = _say("list_joint").join(missing), _say("expected_signed")
        yield Issue("unsigned", sheet.name, place + 1, found=found, expected=expected)


@lru_cache(maxsize=1024)  # every sender has notes of his own, and keeps them
def _not_signed(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The places to sign that are empty, by their names; none where there is no place to sign."""
    signed = [text for text in lines if _signing().search(fold(text))]
    text = unicodedata.normalize("NFKC", "\n".join(signed))
    names = markers().rows.signers.values() if signed else ()
    return tuple(words[0] for words in names if not _has_signed(words, text))


def _has_signed(names: tuple[str, ...], text: str) -> bool:
    every = any_of(word for group in markers().rows.signers.values() for word in group)
    by_hand = any_of(markers().rows.signed_by_hand)
    if re.search(rf"{any_of(names)}\s*\([^)]*{by_hand}[^)]*\)", text):
        return True
    return re.search(rf"{any_of(names)}\s*(?:\([^)]*\))?\s*:\s*(?!{every})[^\s_:]", text) is not None


@cache
def _signing() -> re.Pattern:
    return re.compile(rf"{any_of(word for group in markers().rows.signers.values() for word in group)}(?:\([^)]*\))?:")
