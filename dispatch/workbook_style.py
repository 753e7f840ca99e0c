"""Workbook style: how every workbook that goes out looks, prints and protects itself.

Belongs here: colours, number formats, paper, kinds of columns, header blocks, widths of text, neutral text.
Does not belong here: writing the workbook (workbook.py), which rows it holds.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dispatch import wording

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PAPERS = {"A3": 8, "A4": 9}
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}  # inches

FILLS = {
    "head": "#E8EDF4",
    "total": "#F2F2F2",
    "carried": "#FFF2CC",
    "refused": "#F8CBAD",
    "missing": "#D9D9D9",
    "error": "#F8CBAD",
    "warning": "#FFE699",
    "info": "#DDEBF7",
    "state": "#E2EFDA",
}
NUMBER_FORMATS = {
    "amount": "#,##0.00",
    "percent": "0.0",
    "rate": "0.0%",
    "integer": "#,##0",
    "date": "yyyy-mm-dd",
}
RIGHT = ("amount", "percent", "rate", "points", "integer")


@dataclass(frozen=True)
class Column:
    """One column of a table: its header path ("/" between levels), kind of value and widest width in characters."""

    path: str
    kind: str = "text"  # text, centre, amount, percent, rate, points, integer, date
    widest: int = 30


@dataclass(frozen=True)
class Formula:
    """A formula with the value it gives: every formula we write carries its value."""

    text: str
    value: Decimal


@dataclass(frozen=True)
class Percent:
    """A rate (0–1) in percent, with as many decimals as it takes to see that it misses its target."""

    number: Decimal
    target: Decimal | None = None

    @property
    def _places(self) -> int:
        missed = self.target is not None and self.number < self.target
        return wording.places(self.number, self.target, missed)

    @property
    def text(self) -> str:
        return f"{self.number * 100:.{self._places}f}%"

    @property
    def number_format(self) -> str:
        return f"0.{'0' * self._places}%"


@dataclass(frozen=True)
class Points:
    """A difference of two rates (0–1) in percentage points; one that is not nothing never shows as 0.0."""

    difference: Decimal

    @property
    def number(self) -> Decimal:
        return self.difference * 100

    @property
    def text(self) -> str:
        return wording.points(self.difference)

    @property
    def number_format(self) -> str:
        places = "0" * len(self.text.partition(".")[2])
        return f"+0.{places};-0.{places};0.0"


@dataclass(frozen=True)
class Link:
    """Text that leads to a cell of another sheet of the same workbook."""

    text: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class Heading:
    """What stands above a table: title, basis (截至日期, 名单版本, 口径), unit at the right, notes, legend.

    The legend is told as (fill, text): a colour is used only where it is explained.
    """

    title: str
    basis: str
    unit: str = ""
    notes: Sequence[str] = ()
    legend: Sequence[tuple[str, str]] = ()


def display_width(text: str) -> int:
    """Columns of a fixed-width font that the widest line of ``text`` takes: a Chinese character takes two."""
    return max(
        (sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line) for line in text.splitlines()),
        default=0,
    )


def csv_text(text: str) -> str:
    """Text for a CSV cell: one line, and an apostrophe before what a spreadsheet would take for a formula."""
    guarded = f"'{text}" if text.startswith(FORMULA_STARTS) else text
    return guarded.replace("\r", " ").replace("\n", " ")


def header_blocks(paths: Sequence[str]) -> list[tuple[int, int, int, int, str]]:
    """Merged header of ``paths`` as (first row, first column, last row, last column, text), from row 0.

    >>> header_blocks(["名称", "本年/本月", "本年/累计"])
    [(0, 0, 1, 0, '名称'), (0, 1, 0, 2, '本年'), (1, 1, 1, 1, '本月'), (1, 2, 1, 2, '累计')]
    """
    split = [path.split("/") for path in paths]
    depth = max(map(len, split))
    blocks = []
    for column, parts in enumerate(split):
        before = split[column - 1] if column else []
        for level, text in enumerate(parts):
            if level == len(parts) - 1:
                blocks.append((level, column, depth - 1, column, text))
            elif before[: level + 1] != parts[: level + 1] or len(before) == level + 1:
                last = column
                while last + 1 < len(split) and split[last + 1][: level + 1] == parts[: level + 1]:
                    last += 1
                blocks.append((level, column, level, last, text))
    return blocks


def number_format(kind: str, number: Decimal | int) -> str:
    """The number format of a kind of column; an amount typed with more decimals shows them all."""
    if kind == "amount" and isinstance(number, Decimal) and (places := wording.decimals(number)) > 2:
        return "#,##0." + "0" * places
    return NUMBER_FORMATS.get(kind, "General")


def shown_number(kind: str, number: Decimal | int) -> str:
    """The text that a number shows in a column of this kind."""
    if kind == "amount":
        return wording.amount(Decimal(number))
    if kind == "rate":
        return wording.percent(Decimal(number))
    return f"{number:,.1f}" if kind == "percent" else f"{number:,}"
