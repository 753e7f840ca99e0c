"""Fitting: column widths and row heights from what a sheet holds.

Belongs here: remembering what was written where, widths that show every number in full, heights that show every line.
Does not belong here: writing cells (workbook.py).

Heights are written into the file: merged cells never fit themselves, and not every program fits the others on opening.
"""

from collections.abc import Sequence

from dispatch.cell_values import RIGHT
from dispatch.workbook_style import BODY_SIZE, HEAD_SIZE, TITLE_SIZE, Column, display_width, header_blocks

LINE, HEAD_LINE = 13.5, 16  # points that a line of body text and of a heading takes
TITLE_ROW, HEAD_ROW = 36, 20
CHARACTER = 7.5  # points that a character of a column's width takes at most; 5.25 where Excel's own font is at hand
TALLEST = 400  # points; a row cannot be taller than 409
NARROWEST = 5
LINES_OF_A_HEAD = 3


class Fitting:
    """What one sheet holds, as far as its widths and heights depend on it. Rows and columns count from 0."""

    def __init__(self, columns: Sequence[Column]):
        self.columns = columns
        self.header = range(0)  # rows of the header
        self._title: str | None = None
        self._widest = [0] * len(columns)
        self._texts: list[tuple[int, int, int, str]] = []  # row, first and last column it stands across, text
        self._levels: dict[int, int] = {}

    def title(self, text: str) -> None:
        """The title stands across the first row."""
        self._title = text

    def wide(self, column: int, width: int) -> None:
        """A column holds something of this width."""
        self._widest[column] = max(self._widest[column], width)

    def tall(self, row: int, left: int, right: int, text: str) -> None:
        """A text stands across some columns of a row and may take several lines there."""
        self._texts.append((row, left, right, text))

    def level(self, row: int, level: int) -> None:
        """A row is grouped under the one above it."""
        self._levels[row] = level

    def apply(self, sheet: object) -> None:
        """Set widths and heights."""
        widths = self._widths()
        for index, (column, width) in enumerate(zip(self.columns, widths, strict=True)):
            sheet.set_column(index, index, width, None, {"hidden": column.is_hidden})
        heights = dict.fromkeys(self._levels, LINE)
        for row, left, right, text in self._texts:
            needed = min(LINE * _lines(text, sum(widths[left : right + 1])), TALLEST)
            heights[row] = max(heights.get(row, LINE), needed)
        for row, height in heights.items():
            sheet.set_row(row, height + 3, None, {"level": self._levels.get(row, 0)})
        if self._title:
            sheet.set_row(0, TITLE_ROW)
        for row in self.header:
            sheet.set_row(row, HEAD_ROW if row < self.header[-1] else max(HEAD_ROW, self._last_header_row(widths)))

    def points(self, first: int, stop: int) -> float:
        """The most that the columns from ``first`` to before ``stop`` take on paper."""
        shown = zip(self.columns[first:stop], self._widths()[first:stop], strict=True)
        return sum(CHARACTER * width for column, width in shown if not column.is_hidden)

    def _widths(self) -> list[int]:
        widths = [self._width(index, column) for index, column in enumerate(self.columns)]
        lacking = display_width(self._title or "") * TITLE_SIZE // BODY_SIZE + 2 - sum(widths)
        if self._title and lacking > 0:  # a narrow table is stretched, or its title would be cut off
            widths = [width + -(-lacking // len(widths)) for width in widths]
        return widths

    def _width(self, index: int, column: Column) -> int:
        leaf = display_width(column.path.rsplit("/")[-1])
        narrowest = max(NARROWEST, column.narrowest, -(-leaf // LINES_OF_A_HEAD) + 2)
        if column.kind in (*RIGHT, "date"):
            return max(narrowest, self._widest[index] + 1)
        return max(narrowest, min(column.widest, self._widest[index] + 1))

    def _last_header_row(self, widths: Sequence[int]) -> float:
        """The last row of the header takes what the rows above it do not hold of its leaves."""
        depth = len(self.header)
        return max(
            HEAD_LINE * _lines(text, (widths[left] - 1) * BODY_SIZE // HEAD_SIZE) - HEAD_ROW * (bottom - top)
            for top, left, bottom, _, text in header_blocks([column.path for column in self.columns])
            if bottom == depth - 1
        )


def _lines(text: str, room: int) -> int:
    return sum(-(-max(1, display_width(line)) // max(1, room)) for line in text.splitlines()) or 1
