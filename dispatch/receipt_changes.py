"""Receipt changes: what a unit's new version says differently from the one before, field by field.

Belongs here: matching rows of two versions, the list of changed fields with their cells.
Does not belong here: how the list is printed (receipts.py).
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dispatch import wording

NOT_COMPARED = ("serial_no",)


@dataclass(frozen=True)
class Change:
    """A field that changed; ``kind`` is changed, added or removed (the last two speak of a whole row, field empty)."""

    kind: str
    project: str
    field: str
    old: str
    new: str
    cell: str


def changes(old: Sequence[dict], new: Sequence[dict], fields: Sequence[str]) -> list[Change]:
    """What differs between the detail rows of two versions, in the order of the new one, removed rows last."""
    before, after = _by_project(old), _by_project(new)
    found = []
    for key, row in after.items():
        if key not in before:
            found.append(Change("added", _name(row), "", "", "", f"{row['sheet']}!{row['row']}"))
        else:
            found += _changed(before[key], row, fields)
    found += [Change("removed", _name(row), "", "", "", "") for key, row in before.items() if key not in after]
    return found


def as_typed(row: dict, field: str) -> str:
    """What the cell says: the typed value, or its text where it could not be typed."""
    value = row.get(field)
    return row["raw"].get(field, "") if value is None else wording.shown(field, value)


def _changed(before: dict, after: dict, fields: Sequence[str]) -> Iterator[Change]:
    for field in fields:
        old, new = as_typed(before, field), as_typed(after, field)
        if old != new and field not in NOT_COMPARED:
            letter = after["columns"].get(field) or before["columns"].get(field) or ""
            cell = f"{after['sheet']}!{letter}{after['row']}" if letter else ""
            yield Change("changed", _name(after), field, old, new, cell)


def _by_project(rows: Sequence[dict]) -> dict[tuple[str, int], dict]:
    """Detail rows by project code, else by name without blanks; a project told twice keeps both, in order."""
    found: dict[tuple[str, int], dict] = {}
    for row in rows:
        if row["row_role"] == "detail":
            key = row.get("project_code") or _folded(_name(row))
            found[key, sum(1 for known, _ in found if known == key)] = row
    return found


def _name(row: dict) -> str:
    return row.get("project_name") or row["raw"].get("project_name") or row.get("project_code") or ""


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
