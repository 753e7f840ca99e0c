"""Reading: a received workbook as typed rows of a form, with an issue for everything that could not be taken.

Belongs here: choosing among the sheets that are a form, what the chosen one says, why a file could not be read.
Does not belong here: opening files (workbook), candidates, columns, rows, cells; whether the figures can be right
(expectations).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingestion import blank_reading, cells, vocabulary
from ingestion.candidates import Candidate, candidates
from ingestion.cells import Problem
from ingestion.columns import column_issues, factor_of, layout_for
from ingestion.dates import WrittenDay
from ingestion.forms import Edition, Form, load_forms
from ingestion.headers import SEARCHED_ROWS, Header
from ingestion.heading import Heading, read_facts
from ingestion.markers import markers
from ingestion.rows import ReadRow, read_rows
from ingestion.settings import Limits
from ingestion.settings import limits as current_limits
from ingestion.sheet_issues import sheet_issues
from ingestion.summaries import read_summaries
from ingestion.typed_cells import Issue
from ingestion.workbook import Sheet, Unreadable, column_letter, open_sheets

__all__ = ["Issue", "ReadRow", "Reading", "read_workbook", "unreadable"]

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
    found = list(candidates(sheets, forms))
    shown = [candidate for candidate in found if candidate.sheet.visible]
    if not shown:
        return _no_form(sheets, [candidate.sheet.name for candidate in found])
    chosen = shown[0] if len(shown) == 1 else max(shown, key=lambda candidate: candidate.rank)
    others = [candidate.sheet for candidate in found if candidate is not chosen]
    reading = _reading(chosen, others, limits)
    if len(sheets) > 1 and len(shown) == 1:  # beside two months nothing tells which of them a summary is of
        reading.rows.extend(_summaries(chosen, sheets))
    return reading


def _summaries(chosen: Candidate, sheets: list[Sheet]) -> Iterator[ReadRow]:
    beside = [sheet for sheet in sheets if sheet.visible and sheet is not chosen.sheet]
    return read_summaries(beside, chosen.form, chosen.match, chosen.heading, factor_of)


def _no_form(sheets: list[Sheet], hidden: list[str]) -> Reading:
    """A workbook without any form to be seen; our own receipts and nil reports on plain paper are told by the rest."""
    shown = next(sheet for sheet in sheets if sheet.visible)
    title = next((cells.show(cell).strip() for row in shown.rows[:SEARCHED_ROWS] for cell in row if cell), "")
    return Reading(
        unreadable="no_form_found", unreadable_detail="、".join(hidden), sheet=shown.name, title=title, tags=shown.tags
    )


def _reading(chosen: Candidate, others: list[Sheet], limits: Limits) -> Reading:
    sheet, match, heading = chosen.sheet, chosen.match, chosen.heading
    edition = match.edition
    facts, issues = _facts(sheet, chosen.header, edition)
    layout, unit_issues = layout_for(chosen, _last_year(sheet, heading, facts))
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
            *column_issues(chosen),
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


def _recognised_by(chosen: Candidate) -> str:
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
