"""Annex of quality: 附件6, how many findings each unit has, and those that still stand.

Belongs here: both tables, of months and of weeks.
Does not belong here: the complete list with answers (quality.py), what a unit is told (receipts.py).
"""

from collections.abc import Iterator

from dispatch.annex_tables import AnnexTable, Chart, Number, columns, word
from dispatch.bulletin_blocks import word as bulletin_word
from dispatch.bulletin_facts import Facts
from dispatch.month import SEVERITIES
from dispatch.wording import said, say

SUBMISSIONS, FINDINGS = "marts.fct_submission", "marts.fct_finding"
_COUNTS = (("rows", "rows_read"), ("errors", "errors"), ("warnings", "warnings"), ("unanswered", "unanswered"))
OPEN = ("error", "warning")


def quality(facts: Facts, form: str) -> Iterator[AnnexTable]:
    """By unit with a chart, then one line per finding that still stands."""
    yield _by_unit(facts, form)
    yield _details(facts, form)


def _by_unit(facts: Facts, form: str) -> AnnexTable:
    own = [row for row in facts.rows(SUBMISSIONS) if row["form"] == form and row["is_due"]]
    own.sort(key=lambda row: facts.month.unit_order(row["unit_id"]))
    due = {"form": form, "is_due": True}
    sums = [Number(facts.listed(SUBMISSIONS, f"sum:{field}", **due), "integer") for _, field in _COUNTS]
    rows: list[list[object]] = [[bulletin_word("head.total"), "", *sums]]
    for row in own:
        key = {"form": form, "unit_id": row["unit_id"]}
        counts = [Number(facts.row(SUBMISSIONS, field, **key), "integer") for _, field in _COUNTS]
        rows.append([facts.month.unit_name(row["unit_id"]), said("status", row["status"]), *counts])
    heads = columns(("unit", "text", 24), ("sent", "centre"), *((key, "integer") for key, _ in _COUNTS))
    drawn = [word("head.errors"), word("head.unanswered")]
    chart = Chart(word("chart.quality"), word("head.unit"), drawn, 1, len(rows) - 1, is_stacked=True)
    name, unit = bulletin_word("attachment.6"), say("unit_count")
    return AnnexTable(
        6, name, unit, heads, rows, (word("note.quality"),), frozenset({0}), chart, paper="A3", account="reported"
    )  # fmt: skip


def _details(facts: Facts, form: str) -> AnnexTable:
    own = [
        row
        for row in facts.rows(FINDINGS)
        if row["form"] == form and row["outcome"] == "failed" and row["is_effective"] and row["still_open"]
        and row["severity"] in OPEN and row["theme"] != "signals"
    ]  # fmt: skip
    own.sort(
        key=lambda row: (
            SEVERITIES.index(row["severity"]), facts.month.unit_order(row["unit_id"]), row["cells"] or "",
            row["finding_id"],
        )
    )  # fmt: skip
    rows = [
        [
            serial, said("severity", row["severity"]), facts.month.unit_name(row["unit_id"]), row["project_name"],
            (row["cells"] or "").replace(";", say("list_joint")), row["found"], row["expected"], row["message_zh"],
        ]
        for serial, row in enumerate(own, start=1)
    ]  # fmt: skip
    heads = columns(
        ("serial", "centre"), ("severity", "centre"), ("unit", "text", 14), ("project", "text", 26),
        ("cell", "text", 18), ("found", "text", 14), ("expected", "text", 14), ("message", "text", 50),
    )  # fmt: skip
    notes = (word("note.details"),)
    return AnnexTable(6, word("part.details"), say("unit_count"), heads, rows, notes, frozen=3, account="reported")
