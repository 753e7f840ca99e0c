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
from expectations.offering import as_table
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
        ("cells", pa.list_(TEXT)),
    ]
)


@dataclass(frozen=True)
class Ground:
    """What signals look back on: accepted months, the plan's target days; the centre, whose plan it is."""

    centre: str
    past: pa.Table = field(default_factory=PAST.empty_table)
    target_days: Sequence[date] = ()


def findings(connection: duckdb.DuckDBPyConnection, filed, found: Iterable[Mapping]) -> tuple[list[dict], list[dict]]:
    """The signals and an entry per pattern judged. ``filed`` is a judged_form.Filed, ``found`` what was found in it."""
    rules = filed.checks("signal")
    if not rules or filed.ground is None:
        return [], [{"rule_id": check.rule.id, "entry": "", "verdict": None} for check in rules]
    ground, words = filed.ground, filed.notes.words
    rows = signal_patterns.patterns(connection, ground.past, ground.target_days, ground.centre)
    rows += touched_up.patterns(filed.rows, filed.submissions, found)
    rows = [{**row, "unit_name": words.value("unit_id", row["unit_id"])} for row in rows]
    connection.register("signals_in", as_table(rows, SIGNAL))
    connection.execute(
        "create or replace temp table offered_signals as select row_number() over () - 1 as row_key, * from signals_in"
    )
    made, entries = [], []
    for check in rules:
        judging.judge(connection, "offered_signals", "judged_signals", [check])
        query = (
            f'select row_key, j."{check.column}" from judged_signals as j inner join offered_signals as o '
            "using (row_key) where o.rule_id = ? order by 1"
        )
        verdicts = connection.execute(query, [check.rule.id]).fetchall()
        said = judging.said(connection, "offered_signals", "judged_signals", [check])
        entries += [] if verdicts else [{"rule_id": check.rule.id, "entry": "", "verdict": None}]
        for number, verdict in verdicts:
            row = rows[number]
            entry = f"{row['unit_id']}/{row.get('project_id') or row.get('target_id') or ''}"
            entries.append({"rule_id": check.rule.id, "entry": entry, "verdict": verdict})
            if verdict is False:
                made.append(filed.notes.of_unit(check, row, said.get((number, check.column), {})))
    return made, entries
