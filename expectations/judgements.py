"""Judgements: every boolean of a period, kept beside the lake for the suite that validates them.

Belongs here: where the booleans lie and in which order.
Does not belong here: findings and counts (lake tables findings, verdicts).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion import lake
from ingestion.lake import BOOL, TEXT

ENTRY = pa.schema([("rule_id", TEXT), ("entry", TEXT), ("verdict", BOOL)])


def write(root: Path, plan_id: str, period: str, form: str, flags: pa.Table, entries: Iterable[Mapping]) -> None:
    """Keep one form's flags (a row per project's row) and entries (a row per total, sheet or unit)."""
    ordered = sorted(entries, key=lambda entry: (entry["rule_id"], entry["entry"]))
    for kind, data in (("rows", flags.combine_chunks()), ("entries", pa.Table.from_pylist(ordered, schema=ENTRY))):
        target = _path(root, plan_id, period, form, kind)
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(data, target, compression="zstd")


def read(root: Path, plan_id: str, period: str, form: str) -> tuple[pa.Table, pa.Table]:
    """The flags and entries of one form; FileNotFoundError where the period was never judged."""
    return tuple(pq.read_table(_path(root, plan_id, period, form, kind)) for kind in ("rows", "entries"))


def _path(root: Path, plan_id: str, period: str, form: str, kind: str) -> Path:
    return lake.path(root, f"judged_{kind}_{form}", plan_id, period)
