"""Late changes: what a form says now beside what the version said that stood when the form was closed.

A form is closed at its lock; where the plan states no lock, at its deadline.

Belongs here: the table that M05 is judged on, one row per project of a unit that changed its form late.
Does not belong here: the rule (rules/schedule.yml), whether the unit was in time (obligations_kept).
"""

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from expectations.findings import cell_of
from expectations.wording import Words, label
from ingestion import vocabulary
from ingestion.lake import BOOL, INSTANT, INT, TABLES, TEXT

CHANGE = pa.schema(
    [
        ("form", TEXT),
        ("unit_id", TEXT),
        ("unit_name", TEXT),
        ("project_id", TEXT),
        ("project_name", TEXT),
        ("is_same", BOOL),  # NULL: no version stood when the form was closed
        ("what", TEXT),  # the fields that changed, before and after
        ("due_at", INSTANT),
        ("lock_at", INSTANT),
        ("received_at", INSTANT),
        ("submission_id", TEXT),
        ("version", INT),
        ("sheet", TEXT),
        ("row", INT),
    ]
)
NOT_COMPARED = ("serial_no", "explanation_text")  # a number in order, and the answer to a question of ours
WITH_ROWS = ("form", "supplement", "nil")


def changes(
    form: str, obligations: Iterable[Mapping], submissions: Sequence[Mapping], rows: pa.Table, words: Words
) -> list[dict]:
    """One row of CHANGE per project of every unit whose form changed late; one per unit where nothing did.

    ``rows`` are those of every version, with project_id. A further key ``cells`` says where the changes stand.
    """
    found: list[dict] = []
    for owed in (o for o in obligations if o["form"] == form and o["is_due"]):
        own = [
            s for s in submissions if s["unit_id"] == owed["unit_id"] and s["kind"] in WITH_ROWS and not s["withdrawn"]
        ]
        before, now = _stood_at(own, owed["lock_at"] or owed["due_at"]), [s for s in own if s["is_effective"]]
        shared = {"form": form, **{name: owed[name] for name in ("unit_id", "due_at", "lock_at")}}
        shared["unit_name"] = words.value("unit_id", owed["unit_id"])
        if not before or {s["submission_id"] for s in before} == {s["submission_id"] for s in now}:
            found.append({**shared, "is_same": True if before else None})
            continue
        last = max(now, key=lambda s: s["received_at"], default=None) or before[-1]
        shared |= {
            "received_at": last["received_at"],
            "submission_id": last["submission_id"],
            "version": last["version"],
        }
        found += [{**shared, **change} for change in _compared(rows, before, now, words)]
    return found


def _stood_at(own: Sequence[Mapping], due_at: object) -> list[Mapping]:
    """The versions that counted at an instant: the last whole form by then and its supplements."""
    come = sorted((s for s in own if s["received_at"] <= due_at), key=lambda s: (s["received_at"], s["version"]))
    whole = [place for place, s in enumerate(come) if s["kind"] != "supplement"]
    return come[whole[-1] :] if whole else come


def _compared(rows: pa.Table, before: Sequence[Mapping], now: Sequence[Mapping], words: Words) -> Iterable[dict]:
    old, new = (_by_project(rows, versions) for versions in (before, now))
    said = vocabulary.messages("expectations")
    for project_id in sorted({*old, *new}):
        was, row = old.get(project_id), new.get(project_id)
        stands = row or was
        shared = {name: stands[name] for name in ("project_id", "project_name", "sheet", "row")}
        if was is None or row is None:
            yield {**shared, "is_same": False, "what": said["row_added" if row else "row_dropped"]}
            continue
        fields = [name for name in _fields(rows) if was[name] != row[name]]
        parts = [
            said["changed"].format(label=label(f), before=words.value(f, was[f]), after=words.value(f, row[f]))
            for f in fields
        ]
        cells = [cell for cell in (cell_of(row, name) for name in fields) if cell]
        yield {**shared, "is_same": not fields, "what": said["changes_joint"].join(parts), "cells": cells}


def _by_project(rows: pa.Table, versions: Sequence[Mapping]) -> dict[str, dict]:
    """The rows of some versions by project, the latest of each."""
    found: dict[str, dict] = {}
    for version in sorted(versions, key=lambda s: s["received_at"]):
        own = pc.and_(pc.equal(rows["submission_id"], version["submission_id"]), pc.equal(rows["row_role"], "detail"))
        found |= {row["project_id"]: row for row in rows.filter(own).to_pylist()}
    return found


def _fields(rows: pa.Table) -> list[str]:
    own = [*TABLES["rows_monthly_dispatch"].schema.names, *TABLES["rows_project_list"].schema.names]
    names = [name for name in dict.fromkeys(own) if name in vocabulary.fields() and name in rows.column_names]
    return [name for name in names if name not in NOT_COMPARED]
