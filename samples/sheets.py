"""Sheets: what a department's workbook shows, as plain values, before a spreadsheet is written.

Belongs here: filled forms as frozen tables (title, unit row, groups, details, totals) and where each cell will lie.
Does not belong here: the county behind the figures, fonts and formulas (workbooks), mistakes (faults).

The only description of a form's columns is its YAML in ingestion/forms.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from ingestion import vocabulary
from ingestion.forms import Edition
from samples.words import label, say

TITLE_ROW = 1
UNIT_ROW = 2
SPARE_ROWS = 3  # typed ahead: a serial number and nothing else
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Column:
    """One column as it stands in this sheet: header path as written, the field it fills (None: an unknown one)."""

    path: tuple[str, ...]
    field: str | None
    procedure: str | None = None  # which one, for a column that stands once per procedure

    @property
    def key(self) -> str:
        """Under which name a row holds its cell: the field, behind the procedure if it has one; else the heading."""
        if self.field is None:
            return "/".join(self.path)
        return f"{self.procedure}.{self.field}" if self.procedure else self.field

    @property
    def kind(self) -> str:
        """The vocabulary's type of its field; an unknown column holds text."""
        return vocabulary.fields()[self.field].type if self.field else "text"


@dataclass(frozen=True)
class Typed:
    """A cell that is no plain value: an error, or a formula without a stored value."""

    formula: str
    result: str


@dataclass(frozen=True)
class Detail:
    """One project's row: what is written in each field, and what the row truly is."""

    project_id: str
    level_code: str
    cells: Mapping[str, object]

    @property
    def project(self) -> str:
        """The project it is about; one with several kinds of funds has several rows, ``<project>/<kind>``."""
        return self.project_id.split("/")[0]


@dataclass(frozen=True)
class Total:
    """A row of sums: how its label begins, the number of projects it names, and its figures as shown."""

    key: str  # total_label, of_which_label or group_label
    name: str
    count: int
    values: Mapping[str, Decimal]
    code: str = ""  # the level or category it is about

    def label(self, ordinal: int = 0) -> str:
        """The text in front of the figures."""
        return say(self.key, name=self.name, count=self.count, ordinal=say("group_ordinals")[ordinal])


@dataclass(frozen=True)
class Group:
    """A category's subtotal and the projects under it."""

    head: Total
    details: tuple[Detail, ...]


@dataclass(frozen=True)
class Summary:
    """A small sheet beside the form: what it is called, the lines above its header, heads, and rows of cells."""

    sheet: str
    lines: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Filled:
    """One filled form: everything a reader of the workbook sees, and when and under which name it arrives."""

    plan_id: str
    form: str
    period: str
    unit_id: str
    received_at: datetime
    file_name: str
    sheet: str
    title: str
    heading: tuple[str, ...]  # the texts of the unit row, left to right
    columns: tuple[Column, ...]
    header_rows: int
    total: Total
    of_which: tuple[Total, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    nil: bool = False
    sender: str | None = None  # what the 收件登记 sheet says, when it says anything
    tags: Mapping[str, str] = field(default_factory=dict)  # a hidden sheet's key and value rows
    leftovers: tuple["Filled", ...] = ()  # further sheets of the workbook, as departments forget them there
    summary: Summary | None = None  # a 汇总表 that the department adds
    stray_text: str = ""  # something far below everything else
    hidden: tuple[str, ...] = ()  # projects whose rows are hidden
    editor: str = ""  # who last saved the file, as its properties say
    is_cut_short: bool = False  # only the first half of the file arrived

    @property
    def details(self) -> tuple[Detail, ...]:
        """All projects' rows in the order of the sheet."""
        return tuple(detail for group in self.groups for detail in group.details)

    @property
    def first_row(self) -> int:
        """The row under the header, as Excel counts."""
        return UNIT_ROW + self.header_rows + 1


@dataclass(frozen=True)
class Places:
    """Where the cells of a filled form lie: rows as Excel counts, columns as letters."""

    columns: Mapping[str, str]
    details: tuple[tuple[str, int], ...]  # (project_id, row)
    total: int
    of_which: tuple[int, ...]
    groups: tuple[int, ...]
    end: int  # the first row under the details

    def cell(self, project_id: str, field_name: str) -> str:
        """The address of a project's cell (the first of its rows)."""
        row = next(row for name, row in self.details if name == project_id)
        return f"{self.columns[field_name]}{row}"


def columns_of(edition: Edition) -> tuple[Column, ...]:
    """All columns of a form's edition, headed as the form says."""
    return tuple(Column(column.segments, column.field, column.procedure) for column in edition.columns)


def summed(columns: Iterable[Column]) -> tuple[str, ...]:
    """The fields that total rows add up: all money."""
    return tuple(column.key for column in columns if column.kind == "decimal")


def total_of(key: str, name: str, details: Iterable[Detail], fields: Iterable[str], code: str = "") -> Total:
    """The sums of ``details``; a cell that holds no number adds nothing, as SUM does. A project counts once."""
    details = list(details)
    values = {name: _sum(detail.cells.get(name) for detail in details) for name in fields}
    return Total(key, name, len({detail.project for detail in details}), values, code)


def _sum(values: Iterable[object]) -> Decimal:
    return sum((value for value in values if isinstance(value, Decimal)), Decimal("0.00"))


def renumbered(filled: Filled) -> Filled:
    """The same form with its serial numbers from 1 on, down the sheet."""
    numbers = iter(range(1, len(filled.details) + 1))
    return with_details(filled, lambda detail: replace(detail, cells={**detail.cells, "serial_no": next(numbers)}))


def retotalled(filled: Filled) -> Filled:
    """The same form with every total, count and group head following its details; groups without details vanish."""
    fields = summed(filled.columns)
    groups = tuple(
        replace(group, head=total_of("group_label", group.head.name, group.details, fields, group.head.code))
        for group in filled.groups
        if group.details
    )
    details = [detail for group in groups for detail in group.details]
    of_which = tuple(
        total_of("of_which_label", head.name, [d for d in details if d.level_code == head.code], fields, head.code)
        for head in filled.of_which
    )
    return replace(
        filled,
        total=total_of("total_label", "", details, fields),
        of_which=tuple(head for head in of_which if head.count),
        groups=groups,
    )


def arranged(
    columns: tuple[Column, ...], details: Iterable[tuple[str, Detail]], grouped_by: str = "project_categories"
) -> dict[str, object]:
    """Totals, 其中 rows and groups of details given with their codes of the list ``grouped_by``.

    The result holds the fields of :class:`Filled` of those names.
    """
    details = list(details)
    fields = summed(columns)
    categories = [code for code in vocabulary.codes(grouped_by) if any(c == code for c, _ in details)]
    levels = [code for code in vocabulary.codes("project_levels") if any(d.level_code == code for _, d in details)]
    groups = []
    for code in categories:
        members = tuple(detail for category, detail in details if category == code)
        groups.append(Group(total_of("group_label", label(grouped_by, code), members, fields, code), members))
    everything = [detail for group in groups for detail in group.details]
    return {
        "total": total_of("total_label", "", everything, fields),
        "of_which": tuple(
            total_of(
                "of_which_label",
                label("project_levels", code),
                [detail for detail in everything if detail.level_code == code],
                fields,
                code,
            )
            for code in levels
        ),
        "groups": tuple(groups),
    }


def places(filled: Filled) -> Places:
    """Where everything lies; totals stand before details."""
    row = filled.first_row
    total, row = row, row + 1
    of_which = tuple(range(row, row + len(filled.of_which)))
    row += len(filled.of_which)
    details, groups = [], []
    for group in filled.groups:
        groups.append(row)
        details += [(detail.project_id, row + 1 + index) for index, detail in enumerate(group.details)]
        row += 1 + len(group.details)
    letters = {column.key: letter(index) for index, column in enumerate(filled.columns) if column.field}
    return Places(letters, tuple(details), total, of_which, tuple(groups), row)


def letter(index: int) -> str:
    """The column letter of an index from 0.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def with_details(filled: Filled, change: Callable[[Detail], Detail | None]) -> Filled:
    """The form with every project's row changed by ``change`` (None drops it); totals stay as they are shown."""
    groups = tuple(
        replace(group, details=tuple(new for detail in group.details if (new := change(detail)) is not None))
        for group in filled.groups
    )
    return replace(filled, groups=groups)
