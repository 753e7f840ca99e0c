"""Laid beside: rows of other tables beside the rows that are judged, one column of structs each.

Belongs here: finding the row of another table that speaks of the same, what codes count as.
Does not belong here: which tables are laid beside which rows (offering, weekly_offering), what is counted over rows.

SQL joins say the same, and a plan of a dozen of them took longer than all the rules for a county's sixty rows.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ingestion import vocabulary
from ingestion.lake import TEXT


def laid(rows: pa.Table, name: str, other: pa.Table, *keys: str, own: str | None = None) -> pa.Table:
    """``rows`` with the column ``name``: the row of ``other`` with the same keys, NULL where there is none.

    ``own``: the column of ``rows`` that holds the one key, where it has another name there.
    """
    return rows.append_column(name, other.to_struct_array().combine_chunks().take(places(rows, other, *keys, own=own)))


def places(rows: pa.Table, other: pa.Table, *keys: str, own: str | None = None) -> pa.Array:
    """Per row the place of the row of ``other`` with the same keys; NULL where there is none."""
    known = {key: place for place, key in enumerate(_keys(other, keys))}
    return pa.array([known.get(key) for key in _keys(rows, [own] if own else keys)], pa.int64())


def shared(rows: pa.Table, name: str, one: pa.Table) -> pa.Table:
    """``rows`` with the column ``name``: the one row of another table, beside each of them."""
    return rows.append_column(name, one.to_struct_array().combine_chunks().take(pa.array([0] * len(rows), pa.int64())))


def counted_as(codes: pa.ChunkedArray, code_list: str) -> pa.Array:
    """What codes count as, by their code list; NULL where it has no such code."""
    known = {code: entry.counts_as for code, entry in vocabulary.codes(code_list).items()}
    return pa.array([known.get(code) for code in codes.to_pylist()], TEXT)


def of_months(rows: pa.Table, name: str, past: pa.Table, fields: Sequence[str]) -> pa.Table:
    """``rows`` with the column ``name``: a list of the project's months before, the last one first, NULL for a month
    without the project; NULL where no month has it. ``past`` has project_id, months_ago and ``fields``."""
    known: dict[str, dict[int, int]] = {}
    for place, (project_id, ago) in enumerate(_keys(past, ("project_id", "months_ago"))):
        known.setdefault(project_id, {})[ago] = place
    back = range(1, (pc.max(past["months_ago"]).as_py() or 0) + 1)
    found: list[int | None] = []
    ends: list[int | None] = []
    for months in map(known.get, rows["project_id"].to_pylist()):
        ends.append(None if months is None else len(found))
        found += () if months is None else map(months.get, back)
    values = past.select(fields).to_struct_array().combine_chunks().take(pa.array(found, pa.int64()))
    return rows.append_column(name, pa.ListArray.from_arrays(pa.array([*ends, len(found)], pa.int32()), values))


def _keys(table: pa.Table, names: Sequence[str]) -> list[tuple]:
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))
