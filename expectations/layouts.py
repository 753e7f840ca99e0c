"""Layouts: the column and the written head of every field of a sheet, kept beside the rows while they are judged.

Belongs here: taking them out of the rows before judging, finding those of a row again.
Does not belong here: naming cells (findings), what a layout is (ingestion.typed_cells).

All rows of a sheet share one layout. Carried along with every row it was two thirds of the time of judging.
"""

from collections.abc import Mapping

import pyarrow as pa

PARTS = ("columns", "headers")
SHEET = ("submission_id", "sheet")
Key = tuple[str | None, str | None, str | None]


class Layouts:
    """The layouts of a form's rows. ``beside`` are the projects' rows when the rows are their procedures: those have
    columns of their own and share the project's."""

    def __init__(self, rows: pa.Table, beside: pa.Table | None = None):
        self._tables = [table for table in (beside, rows) if table is not None]
        self._first = [_first_rows(table) for table in self._tables]
        self._known: dict[Key, dict[str, dict[str, str]]] = {}

    def of(self, row: Mapping) -> dict[str, dict[str, str]]:
        """``columns`` (field -> letter) and ``headers`` (field -> head as written) of a row's sheet and procedure."""
        key = (row["submission_id"], row["sheet"], row.get("procedure"))
        if key not in self._known:
            self._known[key] = {part: self._merged(part, key) for part in PARTS}
        return self._known[key]

    def _merged(self, part: str, key: Key) -> dict[str, str]:
        found: dict[str, str] = {}
        for table, first in zip(self._tables, self._first, strict=True):
            place = first.get(key, first.get((*key[:2], None)))
            if place is not None:
                found |= dict(table[part][place].as_py() or ())
        return found


def without(rows: pa.Table) -> pa.Table:
    """The rows as they are judged: without their layouts."""
    return rows.drop_columns([part for part in PARTS if part in rows.column_names])


def _first_rows(rows: pa.Table) -> dict[Key, int]:
    names = [*SHEET, *(["procedure"] if "procedure" in rows.column_names else [])]
    keys = zip(*(rows[name].to_pylist() for name in names), strict=True)
    found: dict[Key, int] = {}
    for place, key in enumerate(keys):
        found.setdefault((*key, None)[:3], place)
    return found
