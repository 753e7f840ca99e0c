"""Rows: the typed rows of a sheet under its header, with an issue for every cell that could not be taken as it stands.

Belongs here: walking the rows, typing their cells by the field dictionary, keeping what was written beside it.
Does not belong here: what a single cell says (cells), which role a row has (roles), which sheet is read (reading).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ingestion import cells, vocabulary
from ingestion.cells import EXACT, Problem, Repaired, show
from ingestion.headers import Found, Match
from ingestion.roles import DETAIL, IGNORED, Role, Roles, is_column_number_row
from ingestion.workbook import Sheet, column_letter

_CENT, _STORED, _MOST = Decimal("0.01"), Decimal("0.000001"), Decimal(10) ** 16
_MOST_PERCENT = Decimal(10) ** 12
_TWO_DECIMALS_SHOWN = re.compile(r"[#0]*0\.00(?![0#])")


@dataclass(frozen=True, slots=True)
class Issue:
    """Something in a sheet that could not be taken as it stands. ``row`` as Excel counts; None concerns the sheet."""

    issue_code: str
    sheet: str
    row: int | None = None
    column: str | None = None
    field: str | None = None
    header: str | None = None
    found: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as read. ``role``: detail, total, subtotal or of_which.

    ``values`` holds the typed value of every field found in the sheet (None: blank or unreadable), ``raw`` the text of
    the cell where it differs from the value. ``columns`` and ``headers`` are the same for all rows of a sheet.
    """

    row: int
    role: str
    label: str
    label_count: int | None
    group_path: str
    values: dict[str, object]
    columns: dict[str, str]
    raw: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """How one column of the sheet is read. ``parse`` is None when the column's unit leaves its figures unread."""

    index: int
    field: str
    kind: str  # the field's type in the dictionary
    parse: Callable[[object], object] | None
    is_required: bool  # a project must fill it
    letter: str
    header: str


@dataclass
class Rows:
    """What the rows under a header gave."""

    rows: list[ReadRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    seen: int = 0  # rows under the header that hold anything


def taken_column(found: Found, factor: Decimal | None, last_year: int) -> Taken:
    """The reading of a found column; ``factor`` is its unit in 万元, None when its unit is in doubt."""
    about = vocabulary.fields()[found.column.field]
    return Taken(
        index=found.index,
        field=about.field,
        kind=about.type,
        parse=None
        if factor is None and about.type == "decimal"
        else cells.parser(about, factor or cells.ONE, last_year),
        is_required=found.column.value == "required",
        letter=column_letter(found.index),
        header=found.written,
    )


def read_rows(sheet: Sheet, bottom: int, match: Match, columns: tuple[Taken, ...], blank_rows: int) -> Rows:
    """The rows below header row ``bottom`` (from 0), until ``blank_rows`` blank rows on end."""
    out = Rows()
    letters = {column.field: column.letter for column in columns}
    headers = {column.field: column.header for column in columns}
    told = Roles(match)
    _fill_merged(sheet, bottom)
    for place, row in _filled(sheet, bottom, blank_rows, out):
        out.seen += 1
        if out.seen == 1 and is_column_number_row(row):
            continue
        role = told.of(row)
        if role.kind == IGNORED:
            continue
        if role.is_ambiguous:
            out.issues.append(_ambiguous(sheet, place, role, match))
        values, raw = _typed(sheet, place, row, columns, role.kind == DETAIL, out.issues)
        path = told.group_path if role.kind != "total" else ""
        label = "" if role.kind == DETAIL else role.label
        out.rows.append(ReadRow(place + 1, role.kind, label, role.count, path, values, letters, raw, headers))
    return out


def _filled(sheet: Sheet, bottom: int, blank_rows: int, out: Rows) -> Iterator[tuple[int, list]]:
    """The rows that hold anything, with their place; says so when it stops before the end of the sheet."""
    blank, left = 0, sheet.rows_cut
    for place in range(bottom + 1, len(sheet.rows)):
        row = sheet.rows[place]
        if any(row):
            blank = 0
            yield place, row
            continue
        blank += 1
        if blank > blank_rows:
            left += len(sheet.rows) - place - 1
            break
    if left:
        read = len(sheet.rows) - max(left - sheet.rows_cut, 0)
        texts = vocabulary.messages("reading")
        found = texts["read_rows"].format(row=read, count=left)
        out.issues.append(Issue("ghost_rows", sheet.name, read, found=found, expected=texts["expected_nothing_below"]))


def _fill_merged(sheet: Sheet, bottom: int) -> None:
    """Write the value of a vertically merged cell into each row it spans. Across columns nothing is copied: one
    amount merged over two columns belongs to neither for certain."""
    for top, left, last, _ in sheet.merges:
        if top <= bottom or last <= top or top >= len(sheet.rows) or left >= len(sheet.rows[top]):
            continue
        value = sheet.rows[top][left]
        for row in sheet.rows[top + 1 : last + 1]:
            if left < len(row) and row[left] == "":
                row[left] = value


def _typed(
    sheet: Sheet, place: int, row: list, columns: tuple[Taken, ...], is_detail: bool, issues: list[Issue]
) -> tuple[dict[str, object], dict[str, str]]:
    """Values and raw texts of one row. Totals give figures only: the words beside them are no project's."""
    values: dict[str, object] = {}
    raw: dict[str, str] = {}
    width, silent = len(row), sheet.errors or sheet.valueless
    for column in columns:
        cell = row[column.index] if column.index < width else ""
        name = column.field
        values[name] = None
        if cell == "":
            if silent and _silent(sheet, place, column, raw, issues):
                continue
            if is_detail and column.is_required and column.parse:
                issues.append(_issue(sheet, place, column, "blank_required", "", "expected_value"))
            continue
        if column.parse is None or not (is_detail or column.kind in ("decimal", "percent")):
            raw[name] = show(cell)
            continue
        value = column.parse(cell)
        if type(value) is Problem or type(value) is Repaired or type(value) is Decimal:
            value = _weighed(sheet, place, column, cell, value, raw, issues, is_detail)
        elif value is None:
            raw[name] = show(cell)
            if is_detail and column.is_required:
                issues.append(_issue(sheet, place, column, "blank_required", show(cell), "expected_value"))
        elif value != cell and not (column.kind == "date" and not isinstance(cell, (str, float, int))):
            raw[name] = show(cell)
        values[name] = value
    return values, raw


def _weighed(
    sheet: Sheet,
    place: int,
    column: Taken,
    cell: object,
    value: object,
    raw: dict,
    issues: list[Issue],
    is_detail: bool,
) -> object:
    """A figure fitted to what is kept of it, or None with the issue that says why; a second look at the cell's format
    where the value alone does not tell."""
    if type(value) is Problem:
        return _problem(sheet, place, column, cell, value, raw, issues, is_detail)
    if type(value) is Repaired:
        expected = "expected_percent" if column.kind == "percent" else "expected_number"
        issues.append(_issue(sheet, place, column, "repaired_number", value.found, expected))
        raw[column.field] = value.found
        value = value.value
    elif type(cell) is str and str(value) != cell:
        raw[column.field] = cell
    if column.kind == "percent":
        if type(cell) is not str and abs(cell) <= 10 and "%" in sheet.number_format(place, column.index):
            value = EXACT.multiply(value, Decimal(100))  # typed as 85%, stored as 0.85
            raw[column.field] = f"{value}%"
    elif EXACT.remainder(value, _CENT) and column.parse is cells.decimal:
        issues.append(_issue(sheet, place, column, "too_many_decimals", show(cell), "expected_two_decimals"))
    return _stored(sheet, place, column, cell, value, raw, issues)


def _stored(
    sheet: Sheet, place: int, column: Taken, cell: object, value: Decimal, raw: dict, issues: list[Issue]
) -> Decimal | None:
    """The figure with the six decimals that are kept; one that no project can have is not a number at all."""
    most = _MOST_PERCENT if column.kind == "percent" else _MOST
    if not -most < value < most:
        raw[column.field] = show(cell)
        issues.append(_issue(sheet, place, column, "not_a_number", show(cell), "expected_number"))
        return None
    if column.parse is not cells.decimal and type(cell) is not str:
        raw.setdefault(column.field, show(cell)) if column.kind == "decimal" else None
    if EXACT.remainder(value, _STORED):
        raw.setdefault(column.field, show(cell))
        return EXACT.quantize(value, _STORED)
    return value


def _problem(
    sheet: Sheet,
    place: int,
    column: Taken,
    cell: object,
    problem: Problem,
    raw: dict,
    issues: list[Issue],
    is_detail: bool,
) -> object:
    raw[column.field] = problem.found
    if (
        column.kind == "date"
        and type(cell) is float
        and _TWO_DECIMALS_SHOWN.search(sheet.number_format(place, column.index))
    ):
        seen = f"{cell:.2f}"  # the number 2022.1 shown as 2022.10 can only be October
        value = column.parse(seen)
        if not isinstance(value, Problem):
            raw[column.field] = seen
            return value
    if column.field == "serial_no":
        return None  # a serial number is no key and no figure: what was written is kept, nobody is asked
    code = problem.code
    if code == "ditto":
        code = "blank_required" if column.is_required and is_detail else "ditto_text"
    issues.append(
        Issue(code, sheet.name, place + 1, column.letter, column.field, column.header, problem.found, problem.expected)
    )
    return None


def _silent(sheet: Sheet, place: int, column: Taken, raw: dict[str, str], issues: list[Issue]) -> bool:
    """Whether the blank is an error or a formula never calculated, and then its issue."""
    at = (place, column.index)
    if at in sheet.errors:
        raw[column.field] = sheet.errors[at]
        issues.append(_issue(sheet, place, column, "error_cell", sheet.errors[at], "expected_no_error"))
    elif at in sheet.valueless:
        raw[column.field] = sheet.valueless[at]
        issues.append(_issue(sheet, place, column, "valueless_formula", sheet.valueless[at], "expected_formula_value"))
    else:
        return False
    return True


def _issue(sheet: Sheet, place: int, column: Taken, code: str, found: str, expected: str) -> Issue:
    text = vocabulary.messages("reading")[expected]
    return Issue(code, sheet.name, place + 1, column.letter, column.field, column.header, found, text)


def _ambiguous(sheet: Sheet, place: int, role: Role, match: Match) -> Issue:
    named = next(found for found in match.found if found.column.field == "project_name")
    expected = vocabulary.messages("reading")["expected_one_role"]
    letter = column_letter(named.index)
    return Issue("ambiguous_row", sheet.name, place + 1, letter, "project_name", named.written, role.label, expected)
