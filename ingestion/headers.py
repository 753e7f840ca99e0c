"""Headers: where the header of a sheet stands and which of its columns is which field of a form.

Belongs here: finding the header rows, flattening merged rows to paths, matching paths against an edition.
Does not belong here: what stands above the header (heading) or below it (rows).

Matching is by equality after folding, never by likeness: the whole path, a reviewed synonym, or an end of the path
that only one column of the form has. An added or lost header level therefore still reads; a money column under
groups that share nothing with the form's does not.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from ingestion import vocabulary
from ingestion.forms import Column, Edition, Form
from ingestion.markers import any_of, fold, markers
from ingestion.workbook import Merge, Sheet

SEARCHED_ROWS = 15
_MOST_HEADER_ROWS = 8
_FEWEST_KNOWN = 3  # so many known words in one row begin a header; a title or a unit row has none
_EXACT, _SYNONYM, _ENDING = range(3)


@dataclass(frozen=True)
class Header:
    """The header rows of a sheet (counted from 0, last included) and the path of every column as written."""

    top: int
    bottom: int
    paths: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Found:
    """A column of the form found in the sheet. ``unit`` is the money unit its head states, folded; blank if none."""

    column: Column
    index: int
    written: str
    unit: str
    is_exact: bool


@dataclass(frozen=True, eq=False)
class Match:
    """An edition laid over a header: columns found, columns missing (with the letters that compete), columns extra."""

    edition: Edition
    found: tuple[Found, ...]
    missing: tuple[tuple[Column, tuple[int, ...]], ...]
    extra: tuple[int, ...]

    @property
    def score(self) -> tuple[int, int]:
        """How well the edition fits: required columns missing (fewer is better), then columns found."""
        return (-sum(column.required for column, _ in self.missing), len(self.found))

    @property
    def is_form(self) -> bool:
        """Whether the sheet is this form at all: it names projects and has half of the required columns."""
        required = [column for column in self.edition.columns if column.required]
        present = {found.column.field for found in self.found}
        return "project_name" in present and sum(c.field in present for c in required) * 2 >= len(required)

    @cached_property
    def renamed(self) -> tuple[Found, ...]:
        """Columns recognised by a synonym or the end of their path."""
        return tuple(found for found in self.found if not found.is_exact)

    @cached_property
    def moved(self) -> tuple[Found, ...]:
        """The fewest columns that would have to be moved for the sheet to stand in the form's order."""
        order = {column.field: place for place, column in enumerate(self.edition.columns)}
        columns = sorted(self.found, key=lambda found: found.index)
        best: list[list[Found]] = []  # the longest run in order that ends in each column
        for found in columns:
            before = [run for run in best if order[run[-1].column.field] < order[found.column.field]]
            best.append([*max(before, key=len, default=[]), found])
        kept = {found.index for found in max(best, key=len, default=[])}
        return tuple(found for found in columns if found.index not in kept)


def find_header(sheet: Sheet, forms: Mapping[str, Form]) -> Header | None:
    """The header of the sheet: the first row with several words of known headers, and the rows it goes on for."""
    known = known_words(tuple(forms.values()))
    rows = sheet.rows
    for top in range(min(SEARCHED_ROWS, len(rows))):
        if _known_count(rows[top], known) >= _FEWEST_KNOWN:
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
    folded = fold(text)
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


def match_edition(edition: Edition, header: Header, period: str | None) -> Match:
    """The edition laid over the header; ``period`` (YYYY-MM) gives heads such as 1-11月累计完成投资 their meaning."""
    key = (edition, header.paths, period)
    if key not in _MATCHES:
        if len(_MATCHES) > 512:  # every sender has a layout of his own, and keeps it
            _MATCHES.clear()
        _MATCHES[key] = _match(edition, header.paths, period)
    return _MATCHES[key]


_MATCHES: dict[tuple, Match] = {}


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


def _match(edition: Edition, paths: tuple[tuple[str, ...], ...], period: str | None) -> Match:
    index = _index(edition, period)
    candidates: dict[int, list[tuple[tuple[int, int], Found]]] = {}
    for place, path in enumerate(paths):
        if found := _candidate(edition, index, place, path):
            rank, column, unit = found
            is_exact = rank == (_EXACT, 0)
            written = "/".join(" ".join(word.split()) for word in path)
            candidates.setdefault(column, []).append(
                (rank, Found(edition.columns[column], place, written, unit, is_exact))
            )
    taken, missing = [], []
    for number, column in enumerate(edition.columns):
        ranked = candidates.get(number, [])
        best = min((rank for rank, _ in ranked), default=None)
        winners = [found for rank, found in ranked if rank == best]
        if len(winners) == 1:
            taken.append(winners[0])
        else:  # none, or two columns that claim the same place: nothing is guessed
            missing.append((column, tuple(found.index for found in winners)))
    used = {found.index for found in taken}
    extra = tuple(place for place, path in enumerate(paths) if path and place not in used)
    return Match(edition, tuple(taken), tuple(missing), extra)


def _index(edition: Edition, period: str | None) -> dict[str, tuple[int, int]]:
    """What a head may say, folded: how good a match that is, and the column; words two columns share are left out."""
    entries: dict[tuple[int, str], set[int]] = {}
    for number, column in enumerate(edition.columns):
        segments = column.segments
        entries.setdefault((_EXACT, _joined(segments)), set()).add(number)
        for synonym in column.synonyms:
            if (word := _dated(synonym, period)) is not None:
                entries.setdefault((_SYNONYM, _joined((word,))), set()).add(number)
        for length in range(1, len(segments) + 1):
            ending = _joined(segments[-length:])
            for word in {ending, ending.removesuffix("%")}:
                entries.setdefault((_ENDING, word), set()).add(number)
    index: dict[str, tuple[int, int]] = {}
    for (tier, word), columns in sorted(entries.items(), key=lambda entry: entry[0][0]):
        if word not in index:
            index[word] = (tier, columns.pop() if len(columns) == 1 else -1)
    return index


def _dated(synonym: str, period: str | None) -> str | None:
    """A synonym with the year and month of the sheet's own period in it; None when it needs one and there is none."""
    if "{" not in synonym:
        return synonym
    if period is None:
        return None
    year, month = map(int, period.split("-"))
    return synonym.format(year=year, month=month, last_year=year - 1)


def _joined(segments: Iterable[str]) -> str:
    return "".join(split_unit(segment)[0] for segment in segments)


def _candidate(
    edition: Edition, index: dict[str, tuple[int, int]], place: int, path: tuple[str, ...]
) -> tuple[tuple[int, int], int, str] | None:
    """The column a path may be: how well it fits (smaller is better), the column's number, the unit the head states."""
    heads = [split_unit(word) for word in path]
    unit = next((unit for _, unit in reversed(heads) if unit), "")
    words = [word for word, _ in heads if word]
    for dropped in range(len(words)):
        tier, number = index.get("".join(words[dropped:]), (0, -1))
        if number >= 0 and _may_be(edition.columns[number], tier, words, dropped):
            return (tier, dropped), number, unit
    return None


def _may_be(column: Column, tier: int, words: list[str], dropped: int) -> bool:
    """Whether the groups above a shared ending speak against the match; only money is that strict."""
    groups = {split_unit(word)[0] for word in column.segments[:-1]}
    if tier != _ENDING or vocabulary.fields()[column.field].type not in ("decimal", "percent"):
        return True
    return dropped == 0 or len(words) == 1 or bool(groups & set(words[:-1]))
