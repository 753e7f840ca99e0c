"""Blank memory: what a blank form of ours remembers of itself in its hidden tags.

Belongs here: its columns, where its header stands, what stood in its locked cells; writing that down and reading it.
Does not belong here: comparing it with what came back (blank_reading), writing the blank (dispatch).

A hidden sheet says what it likes: whatever of it cannot be understood is as if it were not there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ingestion.plain_text import visible

KIND = "blank"
_SHEET, _COLUMNS, _HEADER, _ROW = "sheet", "columns", "header", "row "
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576


@dataclass(frozen=True)
class BlankMemory:
    """``columns`` of its ``sheet``: key of a row's value -> place from 0. ``header``: its first and last row, from 0.

    ``locked``: row as Excel counts -> key -> the text of the locked cell as :func:`remembered` writes it.
    """

    sheet: str
    columns: Mapping[str, int]
    header: tuple[int, int]
    locked: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def tags(self) -> dict[str, str]:
        """The memory as key and value texts for the hidden sheet."""
        rows = {f"{_ROW}{row}": _json(cells) for row, cells in self.locked.items()}
        return {_SHEET: self.sheet, _COLUMNS: _json(self.columns), _HEADER: _json(self.header), **rows}


def memory_of(tags: Mapping[str, str]) -> BlankMemory | None:
    """What the tags of a blank of ours remember; None for another workbook, or one whose memory is damaged."""
    if tags.get("kind") != KIND:
        return None
    columns, header = _loaded(tags.get(_COLUMNS), dict), _loaded(tags.get(_HEADER), list)
    if not columns or not all(_is_place(place, _LAST_COLUMN) for place in columns.values()):
        return None
    if not header or len(header) != 2 or not all(_is_place(place, _LAST_ROW) for place in header):
        return None
    locked = {int(key.removeprefix(_ROW)): _cells(text) for key, text in tags.items() if _is_row(key)}
    return BlankMemory(tags.get(_SHEET, ""), columns, (header[0], header[1]), locked)


def remembered(value: object) -> str:
    """A typed value as a locked cell is remembered; nothing is the empty text.

    >>> remembered(Decimal("1200.50")), remembered(date(2022, 11, 28)), remembered(None)
    ('1200.5', '2022-11-28', '')
    """
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else visible(str(value), lines=True)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _loaded(text: str | None, kind: type) -> object:
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, kind) else None


def _cells(text: str) -> dict[str, str]:
    cells = _loaded(text, dict) or {}
    return {key: value for key, value in cells.items() if isinstance(value, str)}


def _is_row(key: str) -> bool:
    number = key.removeprefix(_ROW)
    return key.startswith(_ROW) and number.isascii() and number.isdigit() and len(number) < 8


def _is_place(place: object, end: int) -> bool:
    return type(place) is int and 0 <= place < end
