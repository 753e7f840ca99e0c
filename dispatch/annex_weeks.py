"""Annex of a week: 手续进度, the items that wait for others, 数据质量清单; a month quotes the first.

Belongs here: columns, rows and order of a week's annex tables.
Does not belong here: a month's own (annex_months.py), how a table is written (annex.py).
"""

from collections.abc import Iterator

from dispatch.annex_quality import quality
from dispatch.annex_tables import AnnexTable, Chart, Number, columns, word
from dispatch.bulletin_blocks import word as bulletin_word
from dispatch.bulletin_campaign import ALL, PROGRESS
from dispatch.bulletin_facts import Facts
from ingestion.obligations import WEEKLY

COORDINATION = "reports.rpt_coordination_items"
_COUNTS = ("needed", "done", "tolerated", "promised", "in_progress", "not_started", "overdue", "overdue_promise")
_DRAWN = ("done", "tolerated", "promised", "in_progress", "not_started")


def tables(facts: Facts) -> Iterator[AnnexTable]:
    """The sheets of a week's annex in their order."""
    yield from progress(facts, facts.period)
    yield _waiting(facts)
    yield from quality(facts, WEEKLY)


def progress(facts: Facts, week: str) -> Iterator[AnnexTable]:
    """手续进度 of a week: by procedure with a chart, then by unit."""
    yield _by(facts, week, "procedure", bulletin_word("attachment.4"), "procedure_order", True)
    yield _by(facts, week, "unit_id", word("part.units"), "unit_order", False)


def _by(facts: Facts, week: str, kind: str, name: str, order: str, is_drawn: bool) -> AnnexTable:
    other = "unit_id" if kind == "procedure" else "procedure"
    own = [
        row
        for row in facts.rows(PROGRESS, week)
        if row["handling_level"] == ALL and row[other] == ALL and row["needed_count"]
    ]
    own.sort(key=lambda row: (row[order], row[kind]))
    rows = []
    for row in own:
        key = {"procedure": row["procedure"], "unit_id": row["unit_id"], "handling_level": ALL}
        counts = [Number(facts.row(PROGRESS, f"{one}_count", week, **key), "integer") for one in _COUNTS]
        rate = Number(facts.row(PROGRESS, "completion_rate", week, **key), "rate", row["target"])
        named = row["procedure_name"] if kind == "procedure" else row["unit_name"]
        rows.append([bulletin_word("head.total") if row[kind] == ALL else named, *counts, rate])
    first = "procedure" if kind == "procedure" else "unit"
    heads = columns((first, "text", 24), *((one, "integer") for one in _COUNTS), ("procedure_rate", "rate"))
    chart = None
    if is_drawn and len(rows) > 1:
        drawn = [word(f"head.{one}") for one in _DRAWN]
        chart = Chart(word("chart.procedures"), word(f"head.{first}"), drawn, 1, len(rows) - 1, is_stacked=True)
    totals = frozenset({0}) if rows else frozenset()
    return AnnexTable(4, name, bulletin_word("unit.items"), heads, rows, totals=totals, chart=chart)


def _waiting(facts: Facts) -> AnnexTable:
    """问题台账 of a week: open items that the level above handles, with what the units ask for in their words."""
    own = sorted(
        facts.rows(COORDINATION),
        key=lambda row: (facts.month.unit_order(row["unit_id"]), row["project_id"], row["procedure"]),
    )
    rows = [
        [
            serial, row["unit_name"], row["project_name"], row["procedure_name"], row["handling_level_name"],
            row["approving_unit_name"], row["procedure_state_name"], row["planned_done_date"], row["coordination_text"],
        ]
        for serial, row in enumerate(own, start=1)
    ]  # fmt: skip
    heads = columns(
        ("serial", "centre"), ("unit", "text", 14), ("project", "text", 30), ("procedure", "text", 12),
        ("level", "centre"), ("approver", "text", 18), ("status", "centre"), ("due", "date"),
        ("coordination", "text", 36),
    )  # fmt: skip
    return AnnexTable(5, bulletin_word("attachment.5"), "", heads, rows, (word("note.problems_week"),), frozen=3)
