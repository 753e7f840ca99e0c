"""Matching: which column of a sheet is which column of a form.

Belongs here: comparing the paths of a header with an edition's columns; columns missing, extra, renamed, moved.
Does not belong here: finding and flattening the header (headers).

Matching is by equality after folding, never by likeness: the whole path, a reviewed synonym, or an end of the path
that only one column of the form has. An added or lost header level therefore still reads; a money column under
groups that share nothing with the form's does not. The columns of a procedure bear the same leaves under every
procedure: there the group decides, and levels between group and leaf do not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ingestion import vocabulary
from ingestion.forms import Column, Edition
from ingestion.headers import Header, split_unit

_EXACT, _SYNONYM, _ENDING = range(3)


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

    @cached_property
    def score(self) -> tuple[int, int]:
        """How well the edition fits: required columns missing (fewer is better), then columns found."""
        return (-sum(column.required for column, _ in self.missing), len(self.found))

    @cached_property
    def agreement(self) -> int:
        """How much of form and sheet is the same: forms share columns, so those left over on either side count too."""
        return len(self.found) + self.score[0] - len(self.extra)

    @cached_property
    def is_form(self) -> bool:
        """Whether the sheet is this form at all: it names projects and has half of the required columns, and what the
        form does not know is no more than twice what it does."""
        required = [column for column in self.edition.columns if column.required]
        present = {found.column.key for found in self.found}
        has_half = sum(column.key in present for column in required) * 2 >= len(required)
        return "project_name" in present and has_half and len(self.extra) <= len(self.found) * 2

    @cached_property
    def renamed(self) -> tuple[Found, ...]:
        """Columns recognised by a synonym or the end of their path."""
        return tuple(found for found in self.found if not found.is_exact)

    @cached_property
    def moved(self) -> tuple[Found, ...]:
        """The fewest columns that would have to be moved for the sheet to stand in the form's order."""
        order = {column.key: place for place, column in enumerate(self.edition.columns)}
        columns = sorted(self.found, key=lambda found: found.index)
        best: list[list[Found]] = []  # the longest run in order that ends in each column
        for found in columns:
            before = [run for run in best if order[run[-1].column.key] < order[found.column.key]]
            best.append([*max(before, key=len, default=[]), found])
        kept = {found.index for found in max(best, key=len, default=[])}
        return tuple(found for found in columns if found.index not in kept)


def match_edition(edition: Edition, header: Header, period: str | None) -> Match:
    """The edition laid over the header; ``period`` (YYYY-MM) gives heads such as 1-11月累计完成投资 their meaning."""
    key = (edition, header.paths, period)
    if key not in _MATCHES:
        if len(_MATCHES) > 512:  # every sender has a layout of his own, and keeps it
            _MATCHES.clear()
        _MATCHES[key] = _match(edition, header.paths, period)
    return _MATCHES[key]


_MATCHES: dict[tuple, Match] = {}


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
        for length in range(len(segments) if column.procedure else 1, len(segments) + 1):
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
    if period is None or "{next_year}" in synonym:  # the plan's, not the sheet's: forms_of_plan fills it in
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
    for dropped, group in enumerate(words[:-2]):  # levels between a procedure and the leaf
        tier, number = index.get(group + words[-1], (0, -1))
        if number >= 0 and edition.columns[number].procedure:
            return (_ENDING, dropped + 1), number, unit
    return None


def _may_be(column: Column, tier: int, words: list[str], dropped: int) -> bool:
    """Whether the groups above a shared ending speak against the match; only money is that strict."""
    groups = {split_unit(word)[0] for word in column.segments[:-1]}
    if tier != _ENDING or vocabulary.fields()[column.field].type not in ("decimal", "percent"):
        return True
    return dropped == 0 or len(words) == 1 or bool(groups & set(words[:-1]))
