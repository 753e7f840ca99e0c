"""Typed cells: the cells of one row as typed values, with an issue for each that could not be taken as it stands.

Belongs here: which parser a column has, what is kept of a figure, when a cell's number format decides.
Does not belong here: the parsers (cells), which rows there are and what role they have (rows, roles).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from ingestion import cells, vocabulary
from ingestion.cells import EXACT, Problem, Repaired, show
from ingestion.matching import Found
from ingestion.workbook import Sheet, column_letter

_CENT, _STORED = Decimal("0.01"), Decimal("0.000001")
_MOST = {"decimal": Decimal(10) ** 16, "percent": Decimal(10) ** 12}  # what the lake's columns hold
_QUICK_MOST = 1e12
_TWO_DECIMALS_SHOWN = re.compile(r"0\.00(?![0#])")
_REMEMBERED = 20_000  # texts per column: names of owners, codes and dates come again month after month


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
    procedure: str | None = None


@dataclass(frozen=True, eq=False)
class Taken:
    """How one column of the sheet is read. ``parse`` is None when the column's unit leaves its figures unread."""

    index: int
    key: str  # what the row's value is called: the field, or <procedure>.<field>
    field: str
    procedure: str | None
    kind: str  # the field's type in the dictionary
    parse: Callable[[object], object] | None
    is_required: bool  # a project must fill it
    is_converted: bool  # figures are typed in another unit than 万元
    letter: str
    header: str
    is_plain: Callable[[str], object] | None  # tells a text that is its own value
    known: dict[str, tuple[object, str | None]] = field(default_factory=dict)  # texts read before without an issue

    @cached_property
    def is_figure(self) -> bool:
        return self.kind in _MOST

    @cached_property
    def quick_decimals(self) -> int:
        """So many decimals a number may have to be taken without a second look; 0 when it needs one in any case."""
        if self.parse is None or self.is_converted:
            return 0
        return {"decimal": 2, "percent": 6}.get(self.kind, 0)


@dataclass(frozen=True, eq=False)
class Layout:
    """All columns of a sheet as they are read; ``columns`` in the form's order."""

    columns: tuple[Taken, ...]

    @cached_property
    def blank(self) -> dict[str, None]:
        return {column.key: None for column in self.columns}

    @cached_property
    def letters(self) -> dict[str, str]:
        return {column.key: column.letter for column in self.columns}

    @cached_property
    def headers(self) -> dict[str, str]:
        return {column.key: column.header for column in self.columns}

    @cached_property
    def width(self) -> int:
        return max(column.index for column in self.columns) + 1

    @cached_property
    def quick(self) -> tuple[tuple, ...]:
        """What the row loop needs of each column, unpacked once."""
        return tuple(
            (c.index, c.key, c.quick_decimals, c.kind == "percent", c.is_plain, c.known, c) for c in self.columns
        )


def taken_column(found: Found, factor: Decimal | None, last_year: int) -> Taken:
    """The reading of a found column; ``factor`` is its unit in 万元, None when its unit is in doubt."""
    about = vocabulary.fields()[found.column.field]
    in_doubt = factor is None and about.type == "decimal"
    return Taken(
        index=found.index,
        key=found.column.key,
        field=about.field,
        procedure=found.column.procedure,
        kind=about.type,
        parse=None if in_doubt else cells.parser(about, factor or cells.ONE, last_year),
        is_required=found.column.value == "required",
        is_converted=about.type == "decimal" and factor != cells.ONE,
        letter=column_letter(found.index),
        header=found.written,
        is_plain=cells.plain(about),
    )


@dataclass
class TypedCells:
    """Types the rows of one sheet, one after the other; issues gather in ``issues``."""

    sheet: Sheet
    layout: Layout
    issues: list[Issue]

    def __post_init__(self) -> None:
        self._place, self._values, self._raw, self._is_detail = 0, {}, {}, True
        self._has_silent = bool(self.sheet.errors or self.sheet.valueless)

    def detail(self, place: int, row: list) -> tuple[dict[str, object], dict[str, str]]:
        """Values of every field and the raw texts that differ from them, for a project's row."""
        values, raw = self._begin(place, is_detail=True)
        row = self._padded(row)
        has_silent = self._has_silent
        for index, name, decimals, is_percent, is_plain, known, column in self.layout.quick:
            cell = row[index]
            if cell == "":
                if column.is_required or has_silent:
                    self._blank(column)
                continue
            kind = type(cell)
            if kind is str:
                if is_plain and is_plain(cell):
                    values[name] = cell
                    continue
                if (hit := known.get(cell)) is not None:
                    values[name] = hit[0]
                    if hit[1] is not None:
                        raw[name] = hit[1]
                    continue
            elif decimals and kind is float and (figure := _quick(cell, decimals, is_percent)) is not None:
                values[name] = figure
                continue
            elif column.kind == "integer" and kind is float and 0 <= cell < 2**31 and cell.is_integer():
                values[name] = int(cell)
                continue
            self._cell(column, cell)
        return values, raw

    def total(self, place: int, row: list) -> tuple[dict[str, object], dict[str, str]]:
        """The same for a total: figures only, since the words beside them are no project's; they are kept raw."""
        values, raw = self._begin(place, is_detail=False)
        row = self._padded(row)
        for column in self.layout.columns:
            cell = row[column.index]
            if cell == "":
                if self._has_silent and column.is_figure:
                    self._blank(column)
            elif column.is_figure:
                decimals, is_percent = column.quick_decimals, column.kind == "percent"
                figure = _quick(cell, decimals, is_percent) if type(cell) is float and decimals else None
                if figure is None:
                    self._cell(column, cell)
                else:
                    values[column.key] = figure
            else:
                raw[column.key] = show(cell)
        return values, raw

    def _begin(self, place: int, is_detail: bool) -> tuple[dict, dict]:
        self._place, self._is_detail = place, is_detail
        self._values, self._raw = self.layout.blank.copy(), {}
        return self._values, self._raw

    def _padded(self, row: list) -> list:
        return row if len(row) >= self.layout.width else [*row, *[""] * (self.layout.width - len(row))]

    def _cell(self, column: Taken, cell: object) -> None:
        """Any cell that says something, without a short cut."""
        if column.parse is None:
            self._raw[column.key] = show(cell)
            return
        issues_before = len(self.issues)
        value = column.parse(cell)
        if isinstance(value, Problem):
            value = self._problem(column, cell, value)
        elif isinstance(value, (Repaired, Decimal)):
            value = self._figure(column, cell, value)
        elif value is None:
            self._raw[column.key] = show(cell)
            if self._is_detail and column.is_required:
                self._issue(column, "blank_required", show(cell), "expected_value")
        elif type(cell) in (str, int, float) and value != cell:
            self._raw[column.key] = show(cell)
        self._values[column.key] = value
        if type(cell) is str and self._is_detail and len(self.issues) == issues_before:
            if len(column.known) >= _REMEMBERED:
                column.known.clear()
            column.known[cell] = (value, self._raw.get(column.key))

    def _blank(self, column: Taken) -> None:
        """A blank: an error cell, a formula never calculated, a value that is owed, or nothing to say."""
        at = (self._place, column.index)
        if text := self.sheet.errors.get(at):
            self._raw[column.key] = text
            self._issue(column, "error_cell", text, "expected_no_error")
        elif text := self.sheet.valueless.get(at):
            self._raw[column.key] = text
            self._issue(column, "valueless_formula", text, "expected_formula_value")
        elif self._is_detail and column.is_required and column.parse:
            self._issue(column, "blank_required", "", "expected_value")

    def _figure(self, column: Taken, cell: object, value: Decimal | Repaired) -> Decimal | None:
        """A figure with what has to be said about it, fitted to what the lake keeps."""
        if isinstance(value, Repaired):
            self._add(column, "repaired_number", value.found, f"{value.value.normalize():f}")
            self._raw[column.key] = value.found
            value = value.value
        elif column.is_converted or (type(cell) is str and str(value) != cell):
            self._raw[column.key] = show(cell)
        if column.kind == "percent":
            value = self._percent(column, cell, value)
        elif not column.is_converted and EXACT.remainder(value, _CENT):
            self._issue(column, "too_many_decimals", show(cell), "expected_two_decimals")
        if abs(value) >= _MOST[column.kind]:
            self._raw[column.key] = show(cell)
            self._issue(column, "not_a_number", show(cell), "expected_number")
            return None
        if EXACT.remainder(value, _STORED):
            self._raw.setdefault(column.key, show(cell))
            return EXACT.quantize(value, _STORED)
        return value

    def _percent(self, column: Taken, cell: object, value: Decimal) -> Decimal:
        if type(cell) is str or abs(cell) > 10 or "%" not in self.sheet.number_format(self._place, column.index):
            return value
        value = EXACT.multiply(value, Decimal(100))  # typed as 85%, stored as 0.85
        self._raw[column.key] = f"{value.normalize():f}%"
        return value

    def _problem(self, column: Taken, cell: object, problem: Problem) -> object:
        self._raw[column.key] = problem.found
        if column.kind == "date" and type(cell) is float and self._shows_two_decimals(column):
            shown = f"{cell:.2f}"  # the number 2022.1 shown as 2022.10 can only be October
            day = column.parse(shown)
            if not isinstance(day, Problem):
                self._raw[column.key] = shown
                return day
        if column.field == "serial_no":
            return None  # a serial number is no key and no figure: what was written is kept, nobody is asked
        code = problem.code
        if code == "ditto":
            code = "blank_required" if column.is_required else "ditto_text"
        self._add(column, code, problem.found, problem.expected)
        return None

    def _shows_two_decimals(self, column: Taken) -> bool:
        return _TWO_DECIMALS_SHOWN.search(self.sheet.number_format(self._place, column.index)) is not None

    def _issue(self, column: Taken, code: str, found: str, expected: str) -> None:
        self._add(column, code, found, vocabulary.messages("reading")[expected])

    def _add(self, column: Taken, code: str, found: str, expected: str) -> None:
        place = self._place + 1
        about = (column.letter, column.field, column.header)
        self.issues.append(Issue(code, self.sheet.name, place, *about, found, expected, column.procedure))


def _quick(cell: float, decimals: int, is_percent: bool) -> Decimal | None:
    """The figure of a number that needs no second look, else None; a small percentage does: 0.85 may show as 85%."""
    if not -_QUICK_MOST < cell < _QUICK_MOST or (is_percent and 0 != cell <= 10):
        return None
    shown = f"{cell:.15g}"
    point = shown.find(".")
    return Decimal(shown) if (point < 0 or len(shown) - point <= decimals + 1) and "e" not in shown else None


def layout_of(found: Iterable[Found], factors: Iterable[Decimal | None], last_year: int) -> Layout:
    """The layout of the found columns; ``factors`` gives each one's unit in 万元 (None: in doubt)."""
    return Layout(tuple(taken_column(f, factor, last_year) for f, factor in zip(found, factors, strict=True)))
