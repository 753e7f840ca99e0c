"""Workbook: writing one workbook that goes out, sheet by sheet from top to bottom.

Belongs here: heading, header, body cells, comments, links, the hidden tags; what of a sheet may be filled in.
Does not belong here: colours and sizes (workbook_style.py), how a value shows (cell_values.py), widths (fitting.py),
printing (paper.py).

Numbers are written as stored values: a file that is opened without recalculation shows the right figures.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Self

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from dispatch.cell_values import Formula, Link, Percent, Points, appearance, blank, is_number
from dispatch.fitting import Fitting
from dispatch.paper import Paper
from dispatch.wording import say
from dispatch.workbook_style import (
    BODY_SIZE,
    FILLS,
    HEAD_SIZE,
    TITLE_SIZE,
    Column,
    Heading,
    display_width,
    header_blocks,
)
from ingestion.plain_text import visible
from ingestion.workbook import TAGS_SHEET

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CELL_LIMIT = 32_767  # what one cell of a workbook holds; xlsxwriter silently drops a longer text
HEAD_WIDTH = 12  # a long heading takes more lines, not more width
LINK_LIMIT = 60_000  # a sheet holds 65,530 links; beyond, the text stands without one
CHOICES_SHEET = "_choices"  # very hidden: the words that dropdowns offer; a list inside a rule ends at 255 characters
STILL_ALLOWED = {"format_columns": True, "format_rows": True}  # on a protected sheet: whoever reads may make room


class Book:
    """One workbook that goes out; use as a context manager, the file appears when it is closed."""

    def __init__(
        self,
        path: Path,
        kind: str,
        plan: str,
        period: str,
        unit: str = "",
        made: datetime | None = None,
        form: str = "",
        edition: str = "",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._part = path.with_name(f".{path.name}.part")  # who has the old one open, or a full disk, keeps it
        self._book = xlsxwriter.Workbook(str(self._part), OPTIONS)
        self._book.set_properties({"created": (made or datetime(2000, 1, 1)).replace(tzinfo=None)})  # never the clock
        self._formats: dict[tuple, object] = {}
        self._sheets: list[Sheet] = []
        self._tags = {"kind": kind, "plan": plan, "period": period, "unit": unit}
        self.remember({key: text for key, text in (("form", form), ("edition", edition)) if text})
        self._choices: dict[str, tuple[str, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failure: type | None, *_: object) -> None:
        if failure is None:
            self.close()

    def sheet(
        self,
        name: str,
        heading: Heading | None,
        columns: Sequence[Column],
        paper: str = "A3",
        frozen: int = 0,
        breaks: Sequence[int] = (),
    ) -> "Sheet":
        """A new sheet with heading and header; ``frozen`` columns stay in sight when scrolling and on every page."""
        sheet = Sheet(self, self._book.add_worksheet(name), columns, Paper(paper, frozen, tuple(breaks)))
        if heading:
            sheet.begin(heading, frozen)
        self._sheets.append(sheet)
        return sheet

    def remember(self, tags: Mapping[str, str]) -> None:
        """Further hidden tags, beside what the file is."""
        self._tags |= tags

    def choices(self, name: str, words: Sequence[str]) -> str:
        """Where a dropdown finds its words, as a validation rule names the place; the same ``name`` is kept once."""
        self._choices.setdefault(name, tuple(words))
        letter = xl_col_to_name(list(self._choices).index(name))
        return f"='{CHOICES_SHEET}'!${letter}$1:${letter}${len(self._choices[name])}"

    @property
    def names(self) -> set[str]:
        """The names of the sheets so far."""
        return {sheet.name for sheet in self._sheets}

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
        if self._choices:
            self._hidden(CHOICES_SHEET, zip_longest(*self._choices.values()))
        self._hidden(TAGS_SHEET, self._tags.items())
        self._book.close()
        os.replace(self._part, self.path)

    def _hidden(self, name: str, rows: Iterable[Sequence[str | None]]) -> None:
        sheet = self._book.add_worksheet(name)
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                if text is not None:
                    sheet.write_string(row, column, text)
        sheet.very_hidden()


class Sheet:
    """One sheet being written from top to bottom; ``row`` is the next free row (from 0)."""

    def __init__(self, book: Book, sheet: object, columns: Sequence[Column], paper: Paper):
        self.book, self._sheet, self.columns = book, sheet, columns
        self._paper = paper
        paper.set_up(sheet)
        self.name: str = sheet.name
        self.row = 0
        self._fitting = Fitting(columns)
        self._links = 0

    def begin(self, heading: Heading, frozen: int) -> None:
        """Title, basis and unit, notes, legend, then the header, which stays in sight and is printed on every page."""
        self._title(heading)
        if heading.verdict:
            text, fill = heading.verdict
            self.line(text, bold=True, fill=fill)
        if heading.is_narrow:
            self._legend_beside_notes(heading, frozen)
        else:
            for note in heading.notes:
                self.line(note)
            self._legend(heading.legend)
        if any(column.path for column in self.columns):
            rows = range(self.row, self.row + self._header([column.path for column in self.columns]))
            self._fitting.header = rows
            self._sheet.repeat_rows(rows[0], rows[-1])
            self.row = rows.stop
            self.freeze(self.row, frozen)

    def group_below_heads(self) -> None:
        """Rows that are grouped fold under the row above them; a spreadsheet takes the row below otherwise."""
        self._sheet.outline_settings(symbols_below=False)

    def freeze(self, rows: int, columns: int = 0) -> None:
        """Keep the first rows and columns in sight when scrolling."""
        self._sheet.freeze_panes(rows, columns)

    def _spans(self) -> list[tuple[int, int]]:
        """First and last column of every page's headings; columns that stand on all pages stay free of them."""
        if not self._paper.breaks:
            return [(0, len(self.columns) - 1)]
        edges = (self._paper.repeated, *self._paper.breaks, len(self.columns))
        return [(first, after - 1) for first, after in pairwise(edges)]

    def _title(self, heading: Heading) -> None:
        fill = {"bg_color": FILLS[heading.fill]} if heading.fill else {}
        title = self.book.format(font_name=say("font.title"), font_size=TITLE_SIZE, align="center", **fill)
        self._fitting.title(heading.title)
        for first, last in self._spans():
            self._block(0, first, 0, last, heading.title, title)
            has_unit = heading.unit and last > first
            right = max(first + 1, last - max(1, (last - first + 1) // 8)) if has_unit else last + 1
            self._across(1, first, right - 1, heading.basis, self.book.format(text_wrap=True))
            if has_unit:
                self._block(1, right, 1, last, heading.unit, self.book.format(align="right"))
        self.row = 2

    def _legend(self, legend: Iterable[tuple[str, str]]) -> None:
        """A swatch in the first column, its meaning over the others; on every page where columns stand on all."""
        is_repeated = bool(self._paper.breaks) and self._paper.repeated > 1
        last = (self._paper.repeated if is_repeated else len(self.columns)) - 1
        for fill, text in legend:
            self._text(self.row, 0, "", self.book.format(bg_color=FILLS[fill], border=1))
            self._across(self.row, 1, last, text, self.book.format(text_wrap=True))
            self.row += 1

    def _legend_beside_notes(self, heading: Heading, frozen: int) -> None:
        """Swatches and meanings over the frozen columns, the notes over the rest of the first page."""
        last = self._spans()[0][1]
        for number in range(max(len(heading.legend), len(heading.notes))):
            for fill, text in heading.legend[number : number + 1]:
                self._text(self.row, 0, "", self.book.format(bg_color=FILLS[fill], border=1))
                self._across(self.row, 1, frozen - 1, text, self.book.format(text_wrap=True))
            for note in heading.notes[number : number + 1]:
                self._across(self.row, frozen, last, note, self.book.format(text_wrap=True))
            self.row += 1

    def _head_style(self, fill: str = "head") -> object:
        return self.book.format(
            font_name=say("font.head"),
            font_size=HEAD_SIZE,
            align="center",
            text_wrap=True,
            border=1,
            bg_color=FILLS[fill],
        )

    def _header(self, paths: Sequence[str]) -> int:
        blocks = header_blocks(paths)
        for top, left, bottom, right, text in blocks:
            self._block(self.row + top, left, self.row + bottom, right, text, self._head_style())
        return max(bottom for _, _, bottom, _, _ in blocks) + 1

    def header(self, heads: Sequence[str]) -> None:
        """A header row in the middle of a sheet."""
        self.row += self._header(heads)

    def head(self, row: int, column: int, text: str, fill: str = "head") -> None:
        """One heading at a place of its own."""
        self._text(row, column, text, self._head_style(fill))
        self._fitting.wide(column, min(HEAD_WIDTH, display_width(text) + 1))
        self._fitting.tall(row, column, column, text + " " * 2)  # headings are a point larger

    def line(self, text: str, bold: bool = False, is_open: bool = False, fill: str | None = None) -> None:
        """A line of text over all columns of the first page."""
        first, last = self._spans()[0]
        more = ({"locked": False} if is_open else {}) | ({"bg_color": FILLS[fill]} if fill else {})
        self._across(self.row, first, last, text, self.book.format(text_wrap=True, bold=bold, **more))
        self.row += 1

    def fact(self, label: str, text: str, fill: str | None = None) -> None:
        """A label in the first column and its text over the others."""
        self._text(self.row, 0, label, self._head_style())
        self._fitting.wide(0, display_width(label) + 1)
        body = {"text_wrap": True, "border": 1} | ({"bg_color": FILLS[fill]} if fill else {})
        self._across(self.row, 1, len(self.columns) - 1, text, self.book.format(**body))
        self.row += 1

    def write(self, values: Sequence[object], fill: str | None = None, bold: bool = False, level: int = 0) -> int:
        """One row of body cells, grouped ``level`` deep under the row above; returns its row number (from 0)."""
        row = self.row
        for column, value in enumerate(values):
            self.put(row, column, value, fill=fill, bold=bold)
        if level:
            self._fitting.level(row, level)
        self.row += 1
        return row

    def put(
        self,
        row: int,
        column: int,
        value: object,
        fill: str | None = None,
        bold: bool = False,
        is_open: bool = False,
    ) -> None:
        """One body cell, formatted by the kind of its column and the type of its value.

        An open cell can be filled in where the sheet is protected; while it is blank it has its column's format.
        """
        kind = self.columns[column].kind
        text, style = appearance(kind, value) if value is not None or not is_open else blank(kind)
        style |= {"border": 1} | ({"bg_color": FILLS[fill]} if fill else {}) | ({"bold": True} if bold else {})
        style |= {"locked": False} if is_open else {}
        self._fitting.wide(column, display_width(text))
        if "text_wrap" in style and text:
            self._fitting.tall(row, column, column, text)
        self._cell(row, column, value, text, style)

    def _cell(self, row: int, column: int, value: object, text: str, style: dict[str, object]) -> None:
        format_ = self.book.format(**style)
        if isinstance(value, Formula):
            self._sheet.write_formula(row, column, value.text, format_, value.value)
        elif isinstance(value, Link) and self._links < LINK_LIMIT:
            self._links += 1
            linked = self.book.format(**style, font_color="#0563C1", underline=1)
            self._sheet.write_url(row, column, f"internal:'{value.sheet}'!{value.cell}", linked, _kept(text))
        elif is_number(value):
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
            self._fitting.wide(first, display_width(text) + 1)

    def validate(self, rows: range, column: int, rule: Mapping[str, object]) -> None:
        """What may be typed into some rows of a column, in xlsxwriter's words."""
        self._sheet.data_validation(rows[0], column, rows[-1], column, dict(rule))

    def protect(self) -> None:
        """Only open cells can be filled in. Without a password: it guards against slips, not against people."""
        self._sheet.protect("", STILL_ALLOWED)

    def print_area(self) -> None:
        """Print what was written so far and nothing else."""
        self._sheet.print_area(0, 0, self.row - 1, len(self.columns) - 1)

    def room(self, row: int, lines: int) -> None:
        """Keep a row at least so many lines tall."""
        self._fitting.tall(row, 0, len(self.columns) - 1, "\n".join([" "] * lines))

    def note(self, row: int, column: int, text: str) -> None:
        """A comment on a cell."""
        lines = 1 + sum(1 + display_width(line) // 34 for line in text.splitlines())
        self._sheet.write_comment(row, column, _kept(text), {"width": 260, "height": min(400, 18 * lines)})

    def _text(self, row: int, column: int, text: str, style: object) -> None:
        if text:
            self._sheet.write_string(row, column, _kept(text), style)
        else:
            self._sheet.write_blank(row, column, None, style)

    def _across(self, row: int, left: int, right: int, text: str, style: object) -> None:
        self._block(row, left, row, right, text, style)
        self._fitting.tall(row, left, right, text)

    def _block(self, top: int, left: int, bottom: int, right: int, text: str, style: object) -> None:
        if (top, left) == (bottom, right):
            self._text(top, left, text, style)
        else:
            self._sheet.merge_range(top, left, bottom, right, "", style)
            self._text(top, left, text, style)

    def fit(self) -> None:
        """Set widths and heights; nothing is written after this."""
        self._fitting.apply(self._sheet)
        self._paper.scale(self._sheet, self._fitting)


def _kept(text: str) -> str:
    """What a cell can hold of a text: XML takes no control characters, a reader should see marks of direction."""
    return visible(text, lines=True)[:CELL_LIMIT]
