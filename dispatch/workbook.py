"""Workbook: writing one workbook that goes out, sheet by sheet from top to bottom.

Belongs here: body cells, comments, links, what of a sheet may be filled in, the hidden tags.
Does not belong here: headings and lines of text (headed_sheet.py), colours and sizes (workbook_style.py), how a value
shows (cell_values.py), widths (fitting.py), printing (paper.py).

Numbers are written as stored values: a file that is opened without recalculation shows the right figures.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Self

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from dispatch.cell_values import Formula, Link, Percent, Points, appearance, blank, is_number
from dispatch.headed_sheet import HeadedSheet, kept
from dispatch.paper import Paper
from dispatch.wording import say
from dispatch.workbook_style import BODY_SIZE, FILLS, Column, Heading, display_width
from ingestion.workbook import TAGS_SHEET

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
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

    def chart(self, options: Mapping[str, str]) -> object:
        """A new native chart, in xlsxwriter's words."""
        return self._book.add_chart(dict(options))

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


class Sheet(HeadedSheet):
    """One sheet: its rows, and what of them may be filled in."""

    _links = 0

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
            self._sheet.write_url(row, column, f"internal:'{value.sheet}'!{value.cell}", linked, kept(text))
        elif is_number(value):
            self._sheet.write_number(row, column, value, format_)
        elif isinstance(value, (Percent, Points)):
            self._sheet.write_number(row, column, value.number, format_)
        elif isinstance(value, date):
            self._sheet.write_datetime(row, column, value, format_)
        else:
            self._text(row, column, text, format_)

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

    def chart(self, options: Mapping[str, str]) -> object:
        """A new native chart, in xlsxwriter's words; it stands nowhere yet."""
        return self.book.chart(options)

    def insert_chart(self, row: int, column: int, chart: object) -> None:
        """Let a chart stand with its upper left corner on a cell (from 0)."""
        self._sheet.insert_chart(row, column, chart)

    def note(self, row: int, column: int, text: str) -> None:
        """A comment on a cell."""
        lines = 1 + sum(1 + display_width(line) // 34 for line in text.splitlines())
        self._sheet.write_comment(row, column, kept(text), {"width": 260, "height": min(400, 18 * lines)})

    def fit(self) -> None:
        """Set widths and heights; nothing is written after this."""
        self._fitting.apply(self._sheet)
        self._paper.scale(self._sheet, self._fitting)
