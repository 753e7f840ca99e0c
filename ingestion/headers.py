"""Headers: where the header of a sheet stands, and what its columns are called.

Belongs here: finding the header rows, flattening merged rows to paths, telling a head from its unit.
Does not belong here: which field a column is (matching), what stands above the header (heading) or below it (rows).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from ingestion.forms import Form
from ingestion.markers import any_of, fold, markers
from ingestion.workbook import Merge, Sheet

SEARCHED_ROWS = 15
_DASHES = dict.fromkeys(map(ord, "~\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")  # 1—11月 is 1-11月
_MOST_HEADER_ROWS = 8
_FEWEST_KNOWN = 3  # so many known words in one row begin a header; a title or a unit row has none


@dataclass(frozen=True)
class Header:
    """The header rows of a sheet (counted from 0, last included) and the path of every column as written."""

    top: int
    bottom: int
    paths: tuple[tuple[str, ...], ...]


def find_header(sheet: Sheet, forms: Mapping[str, Form], fewest: int = _FEWEST_KNOWN) -> Header | None:
    """The header of the sheet: the first row with ``fewest`` words of known headers, and the rows it goes on for."""
    known = known_words(tuple(forms.values()))
    rows = sheet.rows
    for top in range(min(SEARCHED_ROWS, len(rows))):
        if _known_count(rows[top], known) >= fewest:
            bottom = _bottom(sheet, top, known)
            band = tuple(tuple(map(str, row)) for row in rows[top : bottom + 1])
            merges = tuple((m[0] - top, m[1], m[2] - top, m[3]) for m in sheet.merges if top <= m[0] <= bottom)
            return Header(top, bottom, _paths(band, merges))
    return None


@cache
def known_words(forms: tuple[Form, ...]) -> frozenset[str]:
    """Every part of a header path and every synonym of the forms, folded and without a unit."""
    columns = [column for form in forms for edition in form.editions for column in edition.columns]
    words = [word for column in columns for word in (*column.segments, *column.synonyms)]
    return frozenset(split_unit(word)[0] for word in words)


@lru_cache(maxsize=16_384)
def split_unit(text: str) -> tuple[str, str]:
    """A head as it is compared, and the money unit it states; a percent sign stays a part of the head.

    >>> split_unit("总 投资（亿元）")
    ('总投资', '亿元')
    >>> split_unit("形象进度（%）")
    ('形象进度%', '')
    """
    folded = fold(text).translate(_DASHES)
    if folded.endswith(("(%)", "[%]")):
        return folded[:-3] + "%", ""
    match = _unit_grammar().search(folded)
    if match is None:
        return folded.replace("/", ""), ""
    return folded[: match.start()].replace("/", ""), match["bracketed"] or match["bare"]


@cache
def _unit_grammar() -> re.Pattern:
    units = markers().units
    label = f"(?:{any_of(markers().heading.unit_labels)}:?)?"
    every = any_of((*units.convertible, *units.foreign))
    # without brackets only a unit of two letters and more counts: "元" ends words such as "单元"
    longer = any_of(unit for unit in (*units.convertible, *units.foreign) if len(unit) > 1)
    return re.compile(rf"[(\[]{label}(?P<bracketed>{every})[)\]]$|(?:^|[,:、])?(?P<bare>{longer})$")


def _known_count(row: list, known: frozenset[str]) -> int:
    return sum(type(cell) is str and cell != "" and split_unit(cell)[0] in known for cell in row)


def _bottom(sheet: Sheet, top: int, known: frozenset[str]) -> int:
    """The last header row: as far as merges of the header reach, and on while a row is made of header words."""
    spans = [(merge[0], merge[2]) for merge in sheet.merges if top <= merge[0] < top + _MOST_HEADER_ROWS]
    bottom = top
    while bottom + 1 < len(sheet.rows) and bottom - top + 1 < _MOST_HEADER_ROWS:
        is_reached = any(first <= bottom < last for first, last in spans)
        if not is_reached and not _is_header_row(sheet.rows[bottom + 1], known):
            break
        bottom += 1
    return bottom


def _is_header_row(row: list, known: frozenset[str]) -> bool:
    cells = [cell for cell in row if cell != ""]
    if not cells or any(type(cell) is not str for cell in cells):
        return False
    words = [split_unit(cell) for cell in cells]
    return sum(word in known or (unit != "" and not word) for word, unit in words) * 2 >= len(cells)


@lru_cache(maxsize=256)  # every sender has a header of his own, and keeps it
def _paths(band: tuple[tuple[str, ...], ...], merges: tuple[Merge, ...]) -> tuple[tuple[str, ...], ...]:
    """The header of each column from top to leaf. Broken merges: a blank beside a group belongs to that group."""
    width = max(len(row) for row in band)
    grid = [[*row, *[""] * (width - len(row))] for row in band]
    covered = _spread(grid, merges)
    for depth in range(len(grid) - 1):
        for column in range(1, width):
            if grid[depth][column].strip() or (depth, column) in covered:
                continue
            has_leaf = any(grid[below][column].strip() for below in range(depth + 1, len(grid)))
            same_parent = all(grid[above][column] == grid[above][column - 1] for above in range(depth))
            if has_leaf and same_parent and _is_group(grid, depth, column - 1):
                grid[depth][column] = grid[depth][column - 1]
    return tuple(_path(grid, column) for column in range(width))


def _spread(grid: list[list[str]], merges: Iterable[Merge]) -> set[tuple[int, int]]:
    """Write the words of a group over the columns it spans; returns the places that merges cover."""
    covered = set()
    height, width = len(grid), len(grid[0])
    for top, left, bottom, right in merges:
        if left >= width:
            continue
        word = grid[top][left]
        for row in range(top, min(bottom + 1, height)):
            for column in range(left, min(right + 1, width)):
                covered.add((row, column))
                grid[row][column] = word if row == top else ""
    return covered


def _is_group(grid: list[list[str]], depth: int, column: int) -> bool:
    return bool(grid[depth][column].strip()) and any(grid[row][column].strip() for row in range(depth + 1, len(grid)))


def _path(grid: list[list[str]], column: int) -> tuple[str, ...]:
    path: list[str] = []
    for row in grid:
        word = row[column].strip()
        if word and (not path or path[-1] != word):
            path.append(word)
    return tuple(path)
