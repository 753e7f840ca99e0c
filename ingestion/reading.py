"""Reading: a received workbook as typed rows of a form, with an issue for everything that could not be taken.

Belongs here: recognising the form and the sheet, units of money, issues that concern a column or the whole sheet.
Does not belong here: opening files (workbook), headers, rows, cells; whether the figures can be right (expectations).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from ingestion import blank_reading, cells, vocabulary
from ingestion.blank_memory import BlankMemory, memory_of
from ingestion.cells import Problem
from ingestion.dates import WrittenDay
from ingestion.forms import Edition, Form, load_forms
from ingestion.headers import SEARCHED_ROWS, Header, find_header, split_unit
from ingestion.heading import Heading, read_facts, read_heading
from ingestion.markers import markers
from ingestion.matching import Found, Match, match_edition
from ingestion.rows import ReadRow, read_rows
from ingestion.settings import Limits
from ingestion.settings import limits as current_limits
from ingestion.sheet_issues import sheet_issues
from ingestion.summaries import read_summaries
from ingestion.typed_cells import Issue, Layout, layout_of
from ingestion.workbook import Sheet, Unreadable, column_letter, open_sheets

__all__ = ["Issue", "ReadRow", "Reading", "read_workbook", "unreadable"]

_COPY = re.compile(r"[(（]\d+[)）]\s*$")
_YEARS_AHEAD = 15


@dataclass(frozen=True)
class Reading:
    """What a workbook says. ``unreadable`` is the code of the reason when it could not be read, else None.

    ``stated_period`` (YYYY-MM), ``stated_date`` (截至12月8日), ``stated_unit`` and ``stated_plan_title`` are what the
    sheet itself says above its header; ``tags`` what our own blank carries hidden. ``rows_seen`` counts rows under the
    header that hold anything. ``is_unfilled``: our own blank as it went out.
    """

    form: str | None = None
    edition: str | None = None
    sheet: str | None = None
    title: str = ""
    stated_unit: str = ""
    stated_period: str | None = None
    stated_date: WrittenDay | None = None
    stated_plan_title: str = ""
    facts: dict[str, object] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    rows: list[ReadRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    recognised_by: str = ""
    unreadable: str | None = None
    unreadable_detail: str = ""
    rows_seen: int = 0
    is_unfilled: bool = False

    @property
    def unreadable_zh(self) -> str:
        """Why the workbook could not be read, in words for its sender; blank when it was."""
        if self.unreadable is None:
            return ""
        return vocabulary.messages("reading")[f"unreadable_{self.unreadable}"].format(detail=self.unreadable_detail)


@dataclass(frozen=True)
class _Candidate:
    """A sheet that is some form."""

    sheet: Sheet
    place: int
    form: Form
    match: Match
    header: Header
    heading: Heading
    memory: BlankMemory | None = None
    back: tuple[Found, ...] = ()  # columns of our own blank that only their place told

    @property
    def rank(self) -> tuple:
        """Which of several sheets is meant: the one that lacks nothing, has rows, speaks of the latest month or day."""
        name = next(found.index for found in self.match.found if found.column.field == "project_name")
        below = self.sheet.rows[self.header.bottom + 1 :]
        has_rows = any(len(row) > name and row[name] not in ("", 0) for row in below)
        lacking, found = self.match.score
        is_copy = bool(_COPY.search(self.sheet.name))
        day = self.heading.day
        as_of = (day.year or 0, day.month, day.day) if day else (0, 0, 0)
        return (lacking, has_rows, self.heading.period or "", as_of, found, not is_copy, -self.place)


def read_workbook(path: Path, forms: Mapping[str, Form] | None = None, limits: Limits | None = None) -> Reading:
    """The reading of one file; never raises on any file: one that cannot be read says why in ``unreadable``."""
    forms = load_forms() if forms is None else forms
    limits = limits or current_limits()
    try:
        return _read(open_sheets(path, limits), forms, limits)
    except Unreadable as problem:
        return unreadable(problem.code, problem.detail)
    except MemoryError:  # the worker's limit, not the file's damage
        return unreadable("too_large", f"{limits.memory_bytes / 2**30:.1f} GB")
    except (ArithmeticError, LookupError, ValueError, TypeError, RecursionError) as error:
        # a file nobody foresaw costs itself, not the other departments' month
        return unreadable("damaged", f"{type(error).__name__}: {error}"[:200])


def unreadable(code: str, detail: str = "") -> Reading:
    """The reading of a file that could not be read."""
    return Reading(unreadable=code, unreadable_detail=detail)


def _read(sheets: list[Sheet], forms: Mapping[str, Form], limits: Limits) -> Reading:
    if not any(sheet.visible for sheet in sheets):
        raise Unreadable("no_sheet")
    candidates = list(_candidates(sheets, forms))
    shown = [candidate for candidate in candidates if candidate.sheet.visible]
    if not shown:
        return _no_form(sheets, [candidate.sheet.name for candidate in candidates])
    chosen = shown[0] if len(shown) == 1 else max(shown, key=lambda candidate: candidate.rank)
    others = [candidate.sheet for candidate in candidates if candidate is not chosen]
    reading = _reading(chosen, others, limits)
    if len(sheets) > 1 and len(shown) == 1:  # beside two months nothing tells which of them a summary is of
        reading.rows.extend(_summaries(chosen, sheets))
    return reading


def _summaries(chosen: _Candidate, sheets: list[Sheet]) -> Iterator[ReadRow]:
    beside = [sheet for sheet in sheets if sheet.visible and sheet is not chosen.sheet]
    return read_summaries(beside, chosen.form, chosen.match, chosen.heading, _factor)


def _no_form(sheets: list[Sheet], hidden: list[str]) -> Reading:
    """A workbook without any form to be seen; our own receipts and nil reports on plain paper are told by the rest."""
    shown = next(sheet for sheet in sheets if sheet.visible)
    title = next((cells.show(cell).strip() for row in shown.rows[:SEARCHED_ROWS] for cell in row if cell), "")
    return Reading(
        unreadable="no_form_found", unreadable_detail="、".join(hidden), sheet=shown.name, title=title, tags=shown.tags
    )


def _candidates(sheets: list[Sheet], forms: Mapping[str, Form]) -> Iterator[_Candidate]:
    blank = memory_of(sheets[0].tags)
    own = blank_reading.own_sheet(sheets, blank)
    for place, sheet in enumerate(sheets):
        if sheet.name.startswith("_") and not sheet.visible:
            continue  # our own lists for validation
        memory = blank if sheet is own else None
        header = find_header(sheet, forms) or blank_reading.header_of(sheet, memory)
        if header is None:
            continue
        heading = read_heading(sheet, header)
        matches = [
            (form, *_restored(form, match_edition(edition, header, heading.period), header, sheet, memory))
            for form in _tagged_first(forms, sheet.tags)
            for edition in form.editions
        ]
        fitting = [found for found in matches if found[1].is_form]
        if fitting:
            tagged = [found for found in fitting if found[0].form == sheet.tags.get("form")]
            # of equal editions the newest: max() keeps the first, so the newest is offered first
            form, match, back = max(reversed(tagged or fitting), key=lambda found: (found[1].agreement, found[1].score))
            yield _Candidate(sheet, place, form, match, header, heading, memory, back)


def _restored(
    form: Form, match: Match, header: Header, sheet: Sheet, memory: BlankMemory | None
) -> tuple[Match, tuple[Found, ...]]:
    """The match, with the columns that our own blank of this form still knows by their place."""
    return blank_reading.restored(match, header, memory if form.form == sheet.tags.get("form") else None)


def _tagged_first(forms: Mapping[str, Form], tags: Mapping[str, str]) -> list[Form]:
    return sorted(forms.values(), key=lambda form: form.form != tags.get("form"))


def _reading(chosen: _Candidate, others: list[Sheet], limits: Limits) -> Reading:
    sheet, match, heading = chosen.sheet, chosen.match, chosen.heading
    edition = match.edition
    facts, issues = _facts(sheet, chosen.header, edition)
    layout, unit_issues = _layout(sheet, chosen, _last_year(sheet, heading, facts))
    rows = read_rows(sheet, chosen.header.bottom, match, layout, limits.blank_rows)
    touched = blank_reading.touched_heads(sheet, chosen.header, chosen.back)
    changed = blank_reading.changed_cells(chosen.memory, sheet.name, rows.rows, chosen.form.row_key)
    return Reading(
        form=chosen.form.form,
        edition=edition.edition,
        sheet=sheet.name,
        title=heading.title,
        stated_unit=heading.reporting_unit,
        stated_period=heading.period,
        stated_date=heading.day,
        stated_plan_title=heading.plan_title,
        facts=facts,
        tags=sheet.tags,
        rows=rows.rows,
        issues=[
            *_other_sheets(sheet, others),
            *issues,
            *_column_issues(sheet, chosen),
            *unit_issues,
            *rows.issues,
            *sheet_issues(sheet, chosen.header, match, rows),
            *touched,
            *changed,
        ],
        recognised_by=_recognised_by(chosen),
        rows_seen=rows.seen,
        is_unfilled=blank_reading.is_unfilled(chosen.memory, match, rows.rows),
    )


def _recognised_by(chosen: _Candidate) -> str:
    is_tagged = chosen.sheet.tags.get("form") == chosen.form.form
    text = vocabulary.messages("reading")["recognised_by_tags" if is_tagged else "recognised_by_headers"]
    edition = chosen.match.edition
    said = text.format(
        form=chosen.form.label_zh,
        edition=edition.edition,
        sheet=chosen.sheet.name,
        matched=len(chosen.match.found),
        total=len(edition.columns),
    )
    messages = vocabulary.messages("reading")
    return messages["clause_joint"].join([said, *(messages[f"carries_{what}"] for what in chosen.sheet.carries)])


def _last_year(sheet: Sheet, heading: Heading, facts: Mapping[str, object]) -> int:
    """The last year a date may have: fifteen after the sheet's own; reading looks at no clock."""
    day = heading.day.year if heading.day else None
    stated = next(filter(None, (sheet.tags.get("period"), heading.period, day, facts.get("effective_date"))), "")
    year = str(stated)[:4]
    return int(year) + _YEARS_AHEAD if year.isdigit() else cells.LAST_YEAR


def _facts(sheet: Sheet, header: Header, edition: Edition) -> tuple[dict[str, object], list[Issue]]:
    """What the form states above its header, and an issue for each fact that is absent or cannot be read."""
    facts, issues = {}, []
    for name, (value, place) in read_facts(sheet, header, edition.facts).items():
        label = markers().heading.facts[name][0]
        row, letter = (place[0] + 1, column_letter(place[1])) if place else (None, None)
        if isinstance(value, Problem):
            issues.append(Issue(value.code, sheet.name, row, letter, name, label, value.found, value.expected))
            value = None
        elif value is None:
            expected = vocabulary.messages("reading")["expected_value"]
            issues.append(Issue("blank_required", sheet.name, row, letter, name, label, "", expected))
        facts[name] = value
    return facts, issues


def _layout(sheet: Sheet, chosen: _Candidate, last_year: int) -> tuple[Layout, list[Issue]]:
    """How each column is read, money by its unit: what the unit row and the head say, when they do not disagree."""
    match, stated = chosen.match, chosen.heading.unit
    key = (match, stated, last_year)
    if key not in _LAYOUTS:
        if len(_LAYOUTS) > 256:
            _LAYOUTS.clear()
        factors = tuple(_factor(stated, found) for found in match.found)
        remarks = tuple(pair for pair in zip(match.found, factors, strict=True) if pair[1] != cells.ONE)
        _LAYOUTS[key] = (layout_of(match.found, factors, last_year), remarks)
    layout, remarks = _LAYOUTS[key]
    issues = []
    for found, factor in remarks:
        said = " / ".join(filter(None, (stated, found.unit)))
        code = "unit_conflict" if factor is None else "unit_converted"
        issues.append(_column_issue(sheet, chosen, found, code, said, "expected_unit"))
    return layout, issues


# every sender has a layout of his own, and keeps it: the layout and the columns whose unit is not the form's
_LAYOUTS: dict[tuple, tuple[Layout, tuple[tuple[Found, Decimal | None], ...]]] = {}


def _factor(stated: str, found: Found) -> Decimal | None:
    """One of the column's unit in 万元; None when unit row and head disagree or the unit is not convertible."""
    if vocabulary.fields()[found.column.field].type != "decimal" or not (stated or found.unit):
        return cells.ONE
    known = markers().units.convertible
    factors = {known.get(unit) for unit in (stated, found.unit) if unit}
    return factors.pop() if len(factors) == 1 else None


def _column_issue(sheet: Sheet, chosen: _Candidate, found: Found, code: str, said: str, expected: str) -> Issue:
    text = vocabulary.messages("reading")[expected]
    row, letter = chosen.header.bottom + 1, column_letter(found.index)
    about = (letter, found.column.field, found.written)
    return Issue(code, sheet.name, row, *about, said, text, found.column.procedure)


def _other_sheets(sheet: Sheet, others: list[Sheet]) -> Iterator[Issue]:
    texts = vocabulary.messages("reading")
    for other in others:
        expected = texts["expected_one_sheet"].format(sheet=sheet.name)
        if other.visible:
            yield Issue("other_sheet", sheet.name, found=other.name, expected=expected)
        else:
            yield Issue(
                "hidden_sheet", sheet.name, found=texts["hidden_sheet"].format(sheet=other.name), expected=expected
            )


def _column_issues(sheet: Sheet, chosen: _Candidate) -> Iterator[Issue]:
    """Columns missing, extra, renamed and moved."""
    match, header, row = chosen.match, chosen.header, chosen.header.bottom + 1
    for column, rivals in match.missing:
        if column.required or rivals:
            letters = "、".join(column_letter(place) for place in rivals)
            code = "missing_column" if column.required else "extra_column"
            text = vocabulary.messages("reading")["expected_one_column"].format(path=column.path)
            expected = text if rivals else column.path
            about = (None, column.field, column.path)
            yield Issue(code, sheet.name, row, *about, letters, expected, column.procedure)
    absent = [column.path for column, _ in match.missing]
    for place in match.extra:
        written = "/".join(" ".join(word.split()) for word in header.paths[place])
        near = get_close_matches(written, absent, n=1, cutoff=0.6)  # a hint for the sender, never acted upon
        yield Issue(
            "extra_column", sheet.name, row, column_letter(place), None, written, written, near[0] if near else ""
        )
    for found in match.renamed:
        if found in chosen.back:
            continue
        letter, column = column_letter(found.index), found.column
        about = (letter, column.field, found.written)
        code = "broken_header" if _lost_its_group(found) else "renamed_column"
        yield Issue(code, sheet.name, row, *about, found.written, column.path, column.procedure)
    for found in match.moved:
        letter, column = column_letter(found.index), found.column
        about = (letter, column.field, found.written)
        yield Issue("moved_column", sheet.name, row, *about, letter, column.path, column.procedure)


def _lost_its_group(found: Found) -> bool:
    """Whether nothing is left of a column's path but its leaf, and the leaf is no other name of it."""
    leaf = split_unit(found.column.segments[-1])[0]
    alone = len(found.column.segments) > 1 and "/" not in found.written and split_unit(found.written)[0] == leaf
    return alone and leaf not in {split_unit(word)[0] for word in found.column.synonyms}
