"""Blank reading: a filled blank form of ours held against what it remembers of itself.

Belongs here: columns whose heads were touched, locked cells that were changed, a blank that nobody filled in.
Does not belong here: what a blank remembers (blank_memory), which period it is for (filed_periods).

A department may insert, delete and sort rows: a locked row is found again by its project, and only then by its place.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ingestion import vocabulary
from ingestion.blank_memory import BlankMemory, remembered
from ingestion.headers import Header
from ingestion.markers import fold
from ingestion.matching import Found, Match
from ingestion.roles import DETAIL
from ingestion.rows import ReadRow
from ingestion.typed_cells import Issue
from ingestion.workbook import Sheet, column_letter

CHANGED = "locked_cell_changed"


def own_sheet(sheets: Iterable[Sheet], memory: BlankMemory | None) -> Sheet | None:
    """The sheet that a blank's memory speaks of: by its name, else the first to be seen; None for other workbooks."""
    shown = [sheet for sheet in sheets if sheet.visible] if memory else []
    return next((sheet for sheet in shown if sheet.name == memory.sheet), next(iter(shown), None))


def header_of(sheet: Sheet, memory: BlankMemory | None) -> Header | None:
    """The header where the blank had it, for a sheet in which no head can be recognised any more."""
    if memory is None or memory.header[1] >= len(sheet.rows):
        return None
    top, bottom = memory.header
    width = max(memory.columns.values()) + 1
    return Header(top, bottom, tuple(_written(sheet, top, bottom, place) for place in range(width)))


def restored(match: Match, header: Header, memory: BlankMemory | None) -> tuple[Match, tuple[Found, ...]]:
    """The match with the columns whose heads were touched, where they still stand in their place; and those columns.

    A place that another column took has moved: then nothing is guessed.
    """
    if memory is None:
        return match, ()
    taken = {found.index for found in match.found}
    back = []
    for column, _ in match.missing:
        place = memory.columns.get(column.key)
        if place is not None and place not in taken:
            written = "/".join(header.paths[place]) if place < len(header.paths) else ""
            back.append(Found(column, place, written, "", False))
            taken.add(place)
    if not back:
        return match, ()
    order = {column.key: number for number, column in enumerate(match.edition.columns)}
    found = tuple(sorted((*match.found, *back), key=lambda one: order[one.column.key]))
    missing = tuple(pair for pair in match.missing if pair[0] not in [one.column for one in back])
    extra = tuple(place for place in match.extra if place not in taken)
    return replace(match, found=found, missing=missing, extra=extra), tuple(back)


def touched_heads(sheet: Sheet, header: Header, back: Iterable[Found]) -> Iterator[Issue]:
    """One issue for each column that was recognised by its place alone."""
    for found in back:
        about = (column_letter(found.index), found.column.field, found.column.path)
        expected = found.column.path
        yield Issue(CHANGED, sheet.name, header.bottom + 1, *about, found.written, expected, found.column.procedure)


def changed_cells(
    memory: BlankMemory | None, sheet_name: str, rows: Iterable[ReadRow], keys: Sequence[str]
) -> Iterator[Issue]:
    """One issue for each locked cell that does not hold what stood there; ``keys`` name a row of the form."""
    if memory is None:
        return
    details = [row for row in rows if row.role == DETAIL and row.sheet is None]
    for number, row in _found_again(memory.locked, details, keys):
        for key, before in memory.locked[number].items():
            now = remembered(row.values.get(key))
            if key in row.columns and now != before:
                found = row.raw.get(key) if now == "" or key in row.raw else _shown(key, now)
                procedure, _, name = key.rpartition(".")
                about = (row.columns[key], name, row.headers.get(key))
                yield Issue(CHANGED, sheet_name, row.row, *about, found or "", _shown(key, before), procedure or None)


def is_unfilled(memory: BlankMemory | None, match: Match, rows: Iterable[ReadRow]) -> bool:
    """Whether nobody filled in anything a project must say: the blank as it went out."""
    details = [row for row in rows if row.role == DETAIL]
    if memory is None or not details:
        return False
    locked = {key for cells in memory.locked.values() for key in cells}
    asked = [c.column.key for c in match.found if c.column.value == "required" and c.column.key not in locked]
    untouched = all(row.values.get(key) is None and key not in row.raw for row in details for key in asked)
    return bool(asked) and untouched


def _found_again(
    locked: Mapping[int, Mapping[str, str]], details: Sequence[ReadRow], keys: Sequence[str]
) -> Iterator[tuple[int, ReadRow]]:
    """Locked rows with the rows that are theirs now: in their place, moved, or in their place under another name."""
    free = {row.row: row for row in details}
    left = dict(locked)
    for number, cells in locked.items():
        if number in free and any(_is_same(cells, free[number], key) for key in keys):
            del left[number]
            yield number, free.pop(number)
    bearing: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row in free.values():
        for key in keys:
            bearing[key, fold(remembered(row.values.get(key)))].append(row.row)
    for number, cells in list(left.items()):
        names = [(key, fold(cells[key])) for key in keys if cells.get(key)]
        found = Counter(place for name in names for place in bearing.get(name, ()) if place in free)
        for place, _ in found.most_common(1):
            del left[number]
            yield number, free.pop(place)
    yield from ((number, free[number]) for number in left if number in free)


def _is_same(cells: Mapping[str, str], row: ReadRow, key: str) -> bool:
    now = row.values.get(key)
    return bool(cells.get(key)) and now is not None and fold(remembered(now)) == fold(cells[key])


def _shown(key: str, text: str) -> str:
    """A remembered text as people see it: a code by its label."""
    field = vocabulary.fields().get(key.rpartition(".")[2])
    codes = vocabulary.codes(field.code_list) if field and field.code_list else {}
    return codes[text].label_zh if text in codes else text


def _written(sheet: Sheet, top: int, bottom: int, place: int) -> tuple[str, ...]:
    words = (row[place] for row in sheet.rows[top : bottom + 1] if place < len(row))
    return tuple(word.strip() for word in words if type(word) is str and word.strip())
