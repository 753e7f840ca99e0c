"""Headed sheet: what stands above the rows of a sheet that goes out, and lines of text across its columns.

Belongs here: title, basis, notes, legend, the header, labels and facts.
Does not belong here: body cells and what may be filled in (workbook.py), widths (fitting.py), printing (paper.py).
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from dispatch.fitting import Fitting
from dispatch.paper import Paper
from dispatch.wording import say
from dispatch.workbook_style import FILLS, HEAD_SIZE, TITLE_SIZE, Column, Heading, display_width, header_blocks
from ingestion.plain_text import visible

CELL_LIMIT = 32_767  # what one cell of a workbook holds; xlsxwriter silently drops a longer text
HEAD_WIDTH = 12  # a long heading takes more lines, not more width


class HeadedSheet:
    """A sheet being written from top to bottom; ``row`` is the next free row (from 0)."""

    def __init__(self, book: object, sheet: object, columns: Sequence[Column], paper: Paper):
        self.book, self._sheet, self.columns = book, sheet, columns
        self._paper = paper
        paper.set_up(sheet)
        self.name: str = sheet.name
        self.row = 0
        self._fitting = Fitting(columns)

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

    def label(self, row: int, first: int, last: int, text: str, fill: str) -> None:
        """A bold label across some columns of a row."""
        style = self.book.format(border=1, bold=True, text_wrap=True, bg_color=FILLS[fill])
        self._across(row, first, last, text, style)
        if first == last:
            self._fitting.wide(first, display_width(text) + 1)

    def _text(self, row: int, column: int, text: str, style: object) -> None:
        if text:
            self._sheet.write_string(row, column, kept(text), style)
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


def kept(text: str) -> str:
    """What a cell can hold of a text: XML takes no control characters, a reader should see marks of direction."""
    return visible(text, lines=True)[:CELL_LIMIT]
