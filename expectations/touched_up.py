"""Touched up: figures that changed from one version to the next just so that a finding went away.

Belongs here: the counts behind O16.
Does not belong here: the other signals (signal_patterns), changes after a deadline (late_changes).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from expectations.findings import cell_of
from ingestion import vocabulary

MINUTES = timedelta(minutes=30)
ASKED = ("error", "warning")


def patterns(rows: pa.Table, submissions: Sequence[Mapping], found: Iterable[Mapping]) -> list[dict]:
    """One row of signals.SIGNAL per unit that sent two versions within half an hour.

    A hit is a project of which one figure alone changed, and with it a finding at that figure went away.
    """
    by_version: dict[str, dict[tuple, Mapping]] = defaultdict(dict)
    for finding in found:
        if finding["severity"] in ASKED and finding["project_id"]:
            by_version[finding["submission_id"]][finding["project_id"], finding["rule_id"], finding["field"]] = finding
    pairs = _quick_pairs(submissions)
    wanted = {name for pair in pairs for name in (pair[0]["submission_id"], pair[1]["submission_id"])}
    details = _details(rows, wanted) if wanted else {}
    signals: dict[str, dict] = {}
    for before, after in pairs:
        gone = by_version[before["submission_id"]].keys() - by_version[after["submission_id"]].keys()
        signal = signals.setdefault(before["unit_id"], {"cases": 0, "hits": 0, "cells": []})
        signal["cases"] += 1
        for project_id in sorted({project_id for project_id, _, _ in gone}):
            was, row = (details.get((s["submission_id"], project_id)) for s in (before, after))
            changed = [name for name in _measures(rows) if was and row and was[name] != row[name]]
            if len(changed) == 1 and any(p == project_id and name == changed[0] for p, _, name in gone):
                signal["hits"] += 1
                signal["cells"] += [cell_of(row, changed[0]) or ""]
    return [{"rule_id": "O16", "unit_id": unit_id, **signal} for unit_id, signal in sorted(signals.items())]


def _quick_pairs(submissions: Sequence[Mapping]) -> list[tuple[Mapping, Mapping]]:
    """Versions of a unit that came within minutes of the one before."""
    by_unit: dict[str, list[Mapping]] = defaultdict(list)
    for one in sorted(submissions, key=lambda s: (s["unit_id"], s["version"])):
        if one["kind"] == "form" and not one["withdrawn"]:
            by_unit[one["unit_id"]].append(one)
    return [
        (before, after)
        for own in by_unit.values()
        for before, after in pairwise(own)
        if timedelta(0) <= after["received_at"] - before["received_at"] <= MINUTES
    ]


def _details(rows: pa.Table, submissions: set[str]) -> dict[tuple[str, str], dict]:
    kept = rows.filter(pc.is_in(rows["submission_id"], pa.array(sorted(submissions), pa.string())))
    return {(row["submission_id"], row["project_id"]): row for row in kept.to_pylist() if row["row_role"] == "detail"}


def _measures(rows: pa.Table) -> list[str]:
    known = vocabulary.fields()
    return [name for name in rows.column_names if name in known and known[name].type in ("decimal", "percent")]
