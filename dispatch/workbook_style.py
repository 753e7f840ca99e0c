"""Workbook style: how every workbook that goes out looks.

Belongs here: colours, sizes, columns, headings, header blocks, widths of text.
Does not belong here: how a value shows (cell_values.py), writing the workbook (workbook.py), which rows it holds.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

FILLS = {
    "head": "#E8EDF4",
    "total": "#F2F2F2",
    "carried": "#FFF2CC",
    "carried_week": "#FFF2CC",
    "refused": "#F8CBAD",
    "missing": "#D9D9D9",
    "error": "#F8CBAD",
    "warning": "#FFE699",
    "info": "#DDEBF7",
    "state": "#E2EFDA",
    "must": "#FFF7D6",
    "may": "#EAF4E4",
    "locked": "#F2F2F2",
}
TITLE_SIZE, HEAD_SIZE, BODY_SIZE = 22, 11, 10  # points


@dataclass(frozen=True)
class Column:
    """One column of a table: its header path ("/" between levels), kind of value and widest width in characters.

    A hidden column keeps its place and letter and takes no room on screen and paper; ``narrowest`` leaves room for
    what is still to be typed.
    """

    path: str
    kind: str = "text"  # text, centre, amount, percent, rate, points, integer, date
    widest: int = 30
    is_hidden: bool = False
    narrowest: int = 0


@dataclass(frozen=True)
class Heading:
    """What stands above a table: title, basis (截至日期, 名单版本, 口径), unit at the right, notes, legend.

    The legend is told as (fill, text): a colour is used only where it is explained. ``is_narrow``: the legend
    stands beside the notes, where the rows above a header must leave room for those to be filled in under it.
    ``verdict`` (text, fill) is the one line that matters most; ``fill`` colours a title that is itself marked.
    """

    title: str
    basis: str
    unit: str = ""
    notes: Sequence[str] = ()
    legend: Sequence[tuple[str, str]] = ()
    is_narrow: bool = False
    verdict: tuple[str, str] | None = None
    fill: str | None = None


def display_width(text: str) -> int:
    """Columns of a fixed-width font that the widest line of ``text`` takes: a Chinese character takes two."""
    return max(
        (sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line) for line in text.splitlines()),
        default=0,
    )


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
