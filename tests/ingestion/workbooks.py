"""Workbooks made by hand for the reader's tests: a form's own layout with named quirks.

Belongs here: writing a sheet from an edition of a form, and the ways departments bend it.
Does not belong here: what reading such a workbook must give (the tests).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import xlsxwriter

from ingestion.forms import load_forms


@dataclass(frozen=True)
class Formula:
    """A formula cell with the value stored beside it."""

    text: str
    value: object = 0


@dataclass(frozen=True)
class Shown:
    """A number with a number format."""

    value: float
    number_format: str


@dataclass
class SheetOf:
    """One sheet. ``columns``: (path, field); ``body``: dicts of field → cell, or a text for a row of one cell."""

    columns: list[tuple[str, str]]
    name: str = "月调度表"
    is_hidden: bool = False
    lines: list[list[object]] = field(
        default_factory=lambda: [
            ["霍州市2022年重点项目建设情况月调度表（2022年11月）"],
            ["填报单位：住建局", *[""] * 8, "单位：万元"],
        ]
    )
    body: list[object] = field(default_factory=list)
    foot: list[object] = field(default_factory=list)
    is_merged: bool = True
    depth: int | None = None  # header rows; 1 writes the leaf alone
    merges: list[tuple[int, int, int, int, object]] = field(default_factory=list)  # from 0: rows, columns, value

    @property
    def header_depth(self) -> int:
        return self.depth or max(len(path.split("/")) for path, _ in self.columns)

    @property
    def first_row(self) -> int:
        """The first row under the header as Excel counts."""
        return len(self.lines) + self.header_depth + 1

    def letter(self, name: str) -> str:
        place = [field for _, field in self.columns].index(name)
        return xlsxwriter.utility.xl_col_to_name(place)


def columns(form: str = "monthly_dispatch") -> list[tuple[str, str]]:
    """The columns of the newest edition as (path, field)."""
    return [(column.path, column.field) for column in load_forms()[form].editions[-1].columns]


def renamed(names: dict[str, str], form: str = "monthly_dispatch") -> list[tuple[str, str]]:
    """The columns of the form with the heads of some fields replaced."""
    return [(names.get(name, path), name) for path, name in columns(form)]


def monthly(*body: object, **changes: object) -> SheetOf:
    """A 月调度表 with the rows given (default: one project)."""
    return replace(SheetOf(columns(), body=list(body) or [project()]), **changes)


def listing(*body: object, **changes: object) -> SheetOf:
    """A 项目名单 with the rows given."""
    lines = [["霍州市2022年重点项目名单"], ["版本：第1版", "", "", "生效日期：2022年10月1日", "", "单位：万元"]]
    return replace(SheetOf(columns("project_list"), name="项目名单", lines=lines, body=list(body)), **changes)


def project(number: int = 1, **changes: object) -> dict[str, object]:
    """A project in order, as typed; changes replace single cells."""
    return {
        "serial_no": number,
        "project_code": f"2203-141082-04-01-{number:06d}",
        "project_name": f"城区第{number}供水厂改造工程",
        "owner_name": "霍州市供水公司",
        "usc_code": "91141082MA0ABCDE1X",
        "level_code": "县重点",
        "category_code": "基础设施",
        "nature_code": "新建",
        "region_code": "141082",
        "total_investment_wan": 12000,
        "cum_to_last_year_wan": 0,
        "annual_plan_wan": 5000,
        "month_investment_wan": 310.5,
        "ytd_investment_wan": 4100.25,
        "completion_rate_reported": 82.01,
        "cumulative_investment_wan": 4100.25,
        "status_code": "在建",
        "planned_start_date": "2022年3月",
        "start_actual_date": "2022-03-15",
        "planned_finish_date": "2023.10",
        "is_in_statistics": "是",
        **changes,
    }


def listed(number: int = 1, **changes: object) -> dict[str, object]:
    """A project as the list names it."""
    names = [name for _, name in columns("project_list")]
    row = {name: value for name, value in project(number).items() if name in names}
    return {**row, "responsible_unit": "住建局", **changes}


def write(path: Path, *sheets: SheetOf, tags: dict[str, str] | None = None) -> Path:
    """Write the sheets, and the hidden tags of our own blank when given."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "strings_to_numbers": False})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.is_hidden:
            page.hide()
        write_sheet(book, page, sheet)
    if tags:
        page = book.add_worksheet("_diaodu")
        page.very_hidden()
        for row, (key, value) in enumerate(tags.items()):
            page.write_row(row, 0, [key, value])
    book.close()
    return path


def write_sheet(book, page, sheet: SheetOf) -> None:
    """Write one sheet by the calls of an XlsxWriter workbook and worksheet."""
    for row, line in enumerate(sheet.lines):
        for column, cell in enumerate(line):
            _cell(book, page, row, column, cell)
    top, depth = len(sheet.lines), sheet.header_depth
    _write_header(
        page,
        [path.split("/")[-1:] if depth == 1 else path.split("/") for path, _ in sheet.columns],
        top,
        depth,
        sheet.is_merged,
    )
    row = top + depth
    for item in (*sheet.body, *sheet.foot):
        if isinstance(item, dict):
            for column, (_, name) in enumerate(sheet.columns):
                _cell(book, page, row, column, item.get(name, ""))
        elif item:
            _cell(book, page, row, 0, item)
        row += 1
    for first_row, first_column, last_row, last_column, value in sheet.merges:
        page.merge_range(first_row, first_column, last_row, last_column, value)


def _write_header(page, paths: list[list[str]], top: int, depth: int, is_merged: bool) -> None:
    """Simple heads merged downwards, groups across; without merges only the first cell of each carries the word."""
    for level in range(depth):
        column = 0
        while column < len(paths):
            if level >= len(paths[column]):
                column += 1
                continue
            last = column
            is_leaf = level == len(paths[column]) - 1
            while not is_leaf and last + 1 < len(paths) and paths[last + 1][: level + 1] == paths[column][: level + 1]:
                last += 1
            bottom = top + depth - 1 if is_leaf else top + level
            if is_merged and (bottom > top + level or last > column):
                page.merge_range(top + level, column, bottom, last, paths[column][level])
            else:
                page.write(top + level, column, paths[column][level])
            column = last + 1


def _cell(book, page, row: int, column: int, cell: object) -> None:
    if isinstance(cell, Formula):
        page.write_formula(row, column, cell.text, None, cell.value)
    elif isinstance(cell, Shown):
        page.write_number(row, column, cell.value, book.add_format({"num_format": cell.number_format}))
    elif hasattr(cell, "isoformat"):
        page.write_datetime(row, column, cell)
    elif isinstance(cell, str) and cell:
        page.write_string(row, column, cell)
    elif cell != "" and cell is not None:
        page.write(row, column, cell)


def codes(issues: Iterable) -> list[str]:
    """The codes of the issues, in order."""
    return [issue.issue_code for issue in issues]
