"""Signals: patterns over many figures that are worth a question, judged apart from the rules that stop a row.

Belongs here: what the signals are judged on, their findings, the smallest numbers they speak of being in the rules.
Does not belong here: the patterns (signal_patterns), the rules (rules/signals.yml), what a unit is told (dispatch).

A signal is information for the centre. It refuses nothing, asks no unit for anything, and never says why a figure
looks the way it does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb
import pyarrow as pa

from expectations import judging, signal_patterns, touched_up
from expectations.findings import cell_of
from expectations.offering import as_table
from expectations.rule import Check
from ingestion.lake import DATE, INT, TABLES, TEXT, VALUE, WAN_READ

THEME = "signals"  # a finding of this theme stays with the centre
REMEMBERED = (
    "project_id", "unit_id", "month_investment_wan", "ytd_investment_wan", "status_code", "annual_plan_wan",
    "is_carried_forward",
)  # fmt: skip
PAST = pa.schema(
    [("period", TEXT), ("months_ago", INT), *(TABLES["accepted_investment"].schema.field(name) for name in REMEMBERED)]
)
MONTHS_BACK = 24
_NAMED = ["unit_id", "project_id", "target_id"]
SIGNAL = pa.schema(
    [
        ("rule_id", TEXT),
        ("unit_id", TEXT),  # the centre, where a pattern is the whole plan's
        ("unit_name", TEXT),
        ("project_id", TEXT),
        ("project_name", TEXT),
        ("target_id", TEXT),  # which of several of the unit's own: a day, a text
        ("submission_id", TEXT),
        ("version", INT),
        ("sheet", TEXT),
        ("row", INT),
        ("cases", INT),  # how many figures, projects or months there are to go by
        ("hits", INT),  # how many of them show the pattern
        ("amount", WAN_READ),
        ("usual", WAN_READ),  # what would be usual beside it
        ("plan", WAN_READ),
        ("share", VALUE),
        ("statistic", VALUE),
        ("day", DATE),
        ("since", DATE),
        ("places", pa.list_(pa.struct([("submission_id", TEXT), ("sheet", TEXT), ("row", INT)]))),
        ("cells", pa.list_(TEXT)),  # where a pattern is not of one field alone
    ]
)


@dataclass(frozen=True)
class Ground:
    """What signals look back on: accepted months, the plan's target days; the centre, whose plan it is."""

    centre: str
    past: pa.Table = field(default_factory=PAST.empty_table)
    target_days: Sequence[date] = ()


def findings(connection: duckdb.DuckDBPyConnection, filed, found: Iterable[Mapping]) -> tuple[list[dict], list[dict]]:
    """The signals and an entry per pattern judged. ``filed`` is a filed.Filed, ``found`` what was found in it."""
    rules = filed.checks("signal")
    if not rules or filed.ground is None:
        return [], [{"rule_id": check.rule.id, "entry": "", "verdict": None} for check in rules]
    offered = _offer(connection, filed, found)
    named = offered.select(_NAMED).to_pylist()
    made, entries = [], []
    for check, told in judging.judge_apart(connection, offered, rules, lambda check: {"rule_id": check.rule.id}):
        entries += [
            {"rule_id": check.rule.id, "entry": _entry(named[number]), "verdict": verdict}
            for number, verdict, _ in told
        ] or [{"rule_id": check.rule.id, "entry": "", "verdict": None}]
        for number, verdict, said in told:
            if verdict is False:
                made.append(filed.notes.of_unit(check, _row(filed, check, offered.slice(number, 1)), said))
    return made, entries


def _offer(connection: duckdb.DuckDBPyConnection, filed, found: Iterable[Mapping]) -> pa.Table:
    """A row per pattern and project, unit or plan, in one order."""
    ground = filed.ground
    signal_patterns.offer(connection, SIGNAL, ground.past, ground.target_days, ground.centre)
    connection.register("touched_up_in", as_table(touched_up.patterns(filed.rows, filed.submissions, found), SIGNAL))
    connection.execute("insert into offered_signals from touched_up_in")
    return connection.execute(
        'select * from offered_signals order by rule_id, unit_id, project_id, target_id, submission_id, sheet, "row"'
    ).to_arrow_table()


def _entry(row: Mapping) -> str:
    return f"{row['unit_id'] or ''}/{row['project_id'] or row['target_id'] or ''}"


def _row(filed, check: Check, failed: pa.Table) -> dict:
    """The one row that a rule flags, with the unit's name and the cells to look at."""
    [row] = failed.to_pylist()
    named = filed.notes.words.value("unit_id", row["unit_id"])
    return {**row, "unit_name": named, "cells": row["cells"] or _cells(filed, check, row)}


def _cells(filed, check: Check, row: Mapping) -> list[str]:
    """The cells of a pattern: the fields of its rule in each of its rows."""
    places = [{**place, **filed.layouts.of(place)} for place in row["places"] or ()]
    return [cell for place in places for name in check.cells if (cell := cell_of(place, name))]
