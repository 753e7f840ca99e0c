"""Workbook: writing one workbook that goes out, sheet by sheet from top to bottom.

Belongs here: heading, header, body cells, comments, links, page set-up, fitting of columns and rows, the hidden tags.
Does not belong here: colours, formats and page sizes (workbook_style.py); which rows a workbook holds.

Numbers are written as stored values: a file that is opened without recalculation shows the right figures.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Self

import xlsxwriter

from dispatch import wording
from dispatch.wording import say
from dispatch.workbook_style import (
    FILLS,
    FORMULA_STARTS,
    MARGINS,
    NUMBER_FORMATS,
    PAPERS,
    RIGHT,
    Column,
    Formula,
    Heading,
    Link,
    Percent,
    Points,
    display_width,
    header_blocks,
    number_format,
    shown_number,
)

CELL_LIMIT = 32_767  # what one cell of a workbook holds; xlsxwriter silently drops a longer text
TITLE_SIZE, HEAD_SIZE, BODY_SIZE = 22, 11, 10  # points
LINE = 13.5  # points a line of body text takes
TALLEST = 400  # points; a row cannot be taller than 409
LINK_LIMIT = 60_000  # a sheet holds 65,530 links; beyond, the text stands without one


class Book:
    """One workbook that goes out; use as a context manager, the file appears when it is closed."""

    def __init__(self, path: Path, kind: str, plan: str, period: str, unit: str = "", made: datetime | None = None):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        self._book.set_properties({"created": (made or datetime(2000, 1, 1)).replace(tzinfo=None)})  # never the clock
        self._formats: dict[tuple, object] = {}
        self._sheets: list[Sheet] = []
        self._tags = {"kind": kind, "plan": plan, "period": period, "unit": unit}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failure: type | None, *_: object) -> None:
        if failure is None:
            self.close()

    def sheet(
        self, name: str, heading: Heading | None, columns: Sequence[Column], paper: str = "A3", frozen: int = 0
    ) -> "Sheet":
        """A new sheet with heading and header; ``frozen`` columns stay in sight when scrolling."""
        sheet = Sheet(self, self._book.add_worksheet(name), columns)
        sheet.print_on(paper)
        if heading:
            sheet.begin(heading, frozen)
        self._sheets.append(sheet)
        return sheet

    def format(self, **properties: object) -> object:
        """One format per set of properties, 宋体 10 in the middle unless told otherwise."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            defaults = {"font_name": say("font.body"), "font_size": BODY_SIZE, "valign": "vcenter"}
            self._formats[key] = self._book.add_format(defaults | properties)
        return self._formats[key]

    def close(self) -> None:
        """Fit the columns, add the hidden tag sheet (``_diaodu``: what this file is) and write the file."""
        for sheet in self._sheets:
            sheet.fit()
        tags = self._book.add_worksheet("_diaodu")
        for row, (key, value) in enumerate(self._tags.items()):
            tags.write_string(row, 0, key)
            tags.write_string(row, 1, value)
        tags.very_hidden()
        self._book.close()


class Sheet:
    """One sheet being written from top to bottom; ``row`` is the next free row (from 0)."""

    def __init__(self, book: Book, sheet: object, columns: Sequence[Column]):
        self.book, self._sheet, self.columns = book, sheet, columns
        self.name: str = sheet.name
        self.row = 0
        self._widest = [0] * len(columns)
        self._lines: list[tuple[int, int, int, str]] = []  # row, first and last column a text stands across, text
        self._levels: dict[int, int] = {}
        self._title_width = 0
        self._header_rows = range(0)
        self._links = 0

    def print_on(self, paper: str) -> None:
        """Landscape, all columns on one page, page numbers below."""
        self._sheet.set_landscape()
        self._sheet.set_paper(PAPERS[paper])
        self._sheet.set_margins(**MARGINS)
        self._sheet.center_horizontally()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer("&C" + say("page_footer"))
        self._sheet.hide_gridlines(2)

    def begin(self, heading: Heading, frozen: int) -> None:
        """Title, basis and unit, notes, legend, then the header, which stays in sight and is printed on every page."""
        self._title(heading)
        for note in heading.notes:
            self.line(note)
        if heading.legend:
            self._legend(heading.legend)
        if any(column.path for column in self.columns):
            self._header_rows = range(self.row, self.row + self._header([column.path for column in self.columns]))
            self.row = self._header_rows.stop
            self._sheet.repeat_rows(self._header_rows.start, self.row - 1)
            self.freeze(self.row, frozen)

    def freeze(self, rows: int, columns: int = 0) -> None:
        """Keep the first rows and columns in sight when scrolling."""
        self._sheet.freeze_panes(rows, columns)

    def _title(self, heading: Heading) -> None:
        last = len(self.columns) - 1
        title = self.book.format(font_name=say("font.title"), font_size=TITLE_SIZE, align="center")
        self._block(0, 0, 0, last, heading.title, title)
        self._title_width = display_width(heading.title) * TITLE_SIZE // BODY_SIZE + 2
        right = max(1, last - max(1, len(self.columns) // 8)) if heading.unit and last else last + 1
        self._across(1, 0, right - 1, heading.basis, self.book.format(text_wrap=True))
        if heading.unit and last:
            self._block(1, right, 1, last, heading.unit, self.book.format(align="right"))
        self.row = 2

    def _legend(self, legend: Iterable[tuple[str, str]]) -> None:
        """A swatch in the first column, its meaning over the others."""
        for fill, text in legend:
            self._text(self.row, 0, "", self.book.format(bg_color=FILLS[fill], border=1))
            self._across(self.row, 1, len(self.columns) - 1, text, self.book.format(text_wrap=True))
            self.row += 1

    def _head_style(self) -> object:
        return self.book.format(
            font_name=say("font.head"),
            font_size=HEAD_SIZE,
            align="center",
            text_wrap=True,
            border=1,
            bg_color=FILLS["head"],
        )

    def _header(self, paths: Sequence[str]) -> int:
        blocks = header_blocks(paths)
        for top, left, bottom, right, text in blocks:
            self._block(self.row + top, left, self.row + bottom, right, text, self._head_style())
        return max(bottom for _, _, bottom, _, _ in blocks) + 1

    def header(self, heads: Sequence[str]) -> None:
        """A header row in the middle of a sheet."""
        self.row += self._header(heads)

    def head(self, row: int, column: int, text: str) -> None:
        """One heading at a place of its own."""
        self._text(row, column, text, self._head_style())
        self._widest[column] = max(self._widest[column], min(20, -(-display_width(text) // 2) + 1))
        self._lines.append((row, column, column, text + " " * 2))  # headings are a point larger

    def line(self, text: str, bold: bool = False) -> None:
        """A line of text over all columns."""
        self._across(self.row, 0, len(self.columns) - 1, text, self.book.format(text_wrap=True, bold=bold))
        self.row += 1

    def fact(self, label: str, text: str, fill: str | None = None) -> None:
        """A label in the first column and its text over the others."""
        self._text(self.row, 0, label, self._head_style())
        self._widest[0] = max(self._widest[0], display_width(label) + 1)
        body = {"text_wrap": True, "border": 1} | ({"bg_color": FILLS[fill]} if fill else {})
        self._across(self.row, 1, len(self.columns) - 1, text, self.book.format(**body))
        self.row += 1

    def write(self, values: Sequence[object], fill: str | None = None, bold: bool = False, level: int = 0) -> int:
        """One row of body cells, grouped ``level`` deep under the row above; returns its row number (from 0)."""
        row = self.row
        for column, value in enumerate(values):
            self.put(row, column, value, fill=fill, bold=bold)
        if level:
            self._levels[row] = level
        self.row += 1
        return row

    def put(self, row: int, column: int, value: object, fill: str | None = None, bold: bool = False) -> None:
        """One body cell, formatted by the kind of its column and the type of its value."""
        kind = self.columns[column].kind
        text, style = _appearance(kind, value)
        style |= {"border": 1} | ({"bg_color": FILLS[fill]} if fill else {}) | ({"bold": True} if bold else {})
        self._widest[column] = max(self._widest[column], display_width(text))
        if "text_wrap" in style and text:
            self._lines.append((row, column, column, text))
        self._cell(row, column, value, text, style)

    def _cell(self, row: int, column: int, value: object, text: str, style: dict[str, object]) -> None:
        format_ = self.book.format(**style)
        if isinstance(value, Formula):
            self._sheet.write_formula(row, column, value.text, format_, value.value)
        elif isinstance(value, Link) and self._links < LINK_LIMIT:
            self._links += 1
            linked = self.book.format(**style, font_color="#0563C1", underline=1)
            self._sheet.write_url(row, column, f"internal:'{value.sheet}'!{value.cell}", linked, text)
        elif isinstance(value, (Decimal, int)) and not isinstance(value, bool):
            self._sheet.write_number(row, column, value, format_)
        elif isinstance(value, (Percent, Points)):
            self._sheet.write_number(row, column, value.number, format_)
        elif isinstance(value, date):
            self._sheet.write_datetime(row, column, value, format_)
        else:
            self._text(row, column, text, format_)

    def label(self, row: int, first: int, last: int, text: str, fill: str) -> None:
        """A bold label across some columns of a row."""
        style = self.book.format(border=1, bold=True, text_wrap=True, bg_color=FILLS[fill])
        self._across(row, first, last, text, style)
        if first == last:
            self._widest[first] = max(self._widest[first], display_width(text) + 1)

    def note(self, row: int, column: int, text: str) -> None:
        """A comment on a cell."""
        lines = 1 + sum(1 + display_width(line) // 34 for line in text.splitlines())
        self._sheet.write_comment(row, column, text[:CELL_LIMIT], {"width": 260, "height": min(400, 18 * lines)})

    def _text(self, row: int, column: int, text: str, style: object) -> None:
        if text:
            self._sheet.write_string(row, column, text[:CELL_LIMIT], style)
        else:
            self._sheet.write_blank(row, column, None, style)

    def _across(self, row: int, left: int, right: int, text: str, style: object) -> None:
        self._block(row, left, row, right, text, style)
        self._lines.append((row, left, right, text))

    def _block(self, top: int, left: int, bottom: int, right: int, text: str, style: object) -> None:
        if (top, left) == (bottom, right):
            self._text(top, left, text, style)
        else:
            self._sheet.merge_range(top, left, bottom, right, "", style)
            self._text(top, left, text, style)

    def fit(self) -> None:
        """Give columns the width of what they hold (numbers in full, text up to its widest) and rows their height.

        Heights are written: merged cells never fit themselves, and not every program fits the others on opening.
        """
        widths = [self._width(index, column) for index, column in enumerate(self.columns)]
        lacking = self._title_width - sum(widths)
        if lacking > 0:  # a narrow table is stretched, or its title would be cut off
            widths = [width + -(-lacking // len(widths)) for width in widths]
        for index, width in enumerate(widths):
            self._sheet.set_column(index, index, width)
        heights = dict.fromkeys(self._levels, LINE)
        for row, left, right, text in self._lines:
            needed = LINE * _lines(text, sum(widths[left : right + 1]))
            heights[row] = max(heights.get(row, LINE), min(needed, TALLEST))
        for row, height in heights.items():
            self._sheet.set_row(row, height + 3, None, {"level": self._levels.get(row, 0)})
        if self.row:
            self._sheet.set_row(0, 36)
        self._fit_header(widths)

    def _width(self, index: int, column: Column) -> int:
        leaf = column.path.rsplit("/")[-1]
        narrowest = max(5, -(-display_width(leaf) // 3) + 2)  # a heading may take three lines
        if column.kind in (*RIGHT, "date"):
            return max(narrowest, self._widest[index] + 1)
        return max(narrowest, min(column.widest, self._widest[index] + 1))

    def _fit_header(self, widths: list[int]) -> None:
        if not self._header_rows:
            return
        depth = len(self._header_rows)
        tallest = 0
        for top, left, bottom, _, text in header_blocks([column.path for column in self.columns]):
            if bottom == depth - 1:  # a leaf: what its own rows do not hold goes to the last one
                points = 16 * _lines(text, (widths[left] - 1) * BODY_SIZE // HEAD_SIZE) - 20 * (bottom - top)
                tallest = max(tallest, points)
        for row in self._header_rows[:-1]:
            self._sheet.set_row(row, 20)
        self._sheet.set_row(self._header_rows[-1], max(20, tallest))


def _lines(text: str, room: int) -> int:
    return sum(-(-max(1, display_width(line)) // max(1, room)) for line in text.splitlines()) or 1


def _appearance(kind: str, value: object) -> tuple[str, dict[str, object]]:
    """What a value shows in a column of this kind, and how."""
    number = value.value if isinstance(value, Formula) else value
    if isinstance(number, (Decimal, int)) and not isinstance(number, bool):
        return shown_number(kind, number), {"num_format": number_format(kind, number)} | _aligned(kind)
    if isinstance(value, date):
        return wording.day(value), {"num_format": NUMBER_FORMATS["date"], "align": "center"}
    if isinstance(value, (Percent, Points)):
        return value.text, {"num_format": value.number_format} | _aligned(kind)
    text = _text_of(value)
    neutral = {"quote_prefix": True} if text.startswith(FORMULA_STARTS) else {}
    return text, {"text_wrap": True} | _aligned(kind) | neutral


def _aligned(kind: str) -> dict[str, object]:
    if kind in RIGHT:
        return {"align": "right"}
    return {"align": "center"} if kind in ("centre", "date") else {}


def _text_of(value: object) -> str:
    if value is None:
        return ""
    return value.text if isinstance(value, Link) else str(value)
