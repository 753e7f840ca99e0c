"""Judged period: what judging a month and judging a week share.

Belongs here: reading the lake around one period, the decisions about it, what came of it.
Does not belong here: what a month (months) or a week (weeks) is held against.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from expectations import waivers
from expectations.findings import standing
from expectations.references import Lists
from ingestion import lake
from ingestion.lake import TABLES
from ingestion.plans import Plan
from ingestion.register import Decision


@dataclass(frozen=True)
class PeriodJudged:
    """What came of a period: rows reported, accepted and carried; effective findings by severity."""

    reported: int
    accepted: int
    carried: int
    findings: Mapping[str, int]


@dataclass(frozen=True)
class Period:
    """One period of a plan with what is known about it."""

    root: Path
    plan: Plan
    period: str
    known_at: datetime
    decisions: Sequence[Decision]
    every_version: bool = False  # a look back on rules counts all that came, not only what counts
    is_contact: Callable[[str, int], bool | None] = lambda unit_id, receipt_id: None  # of a unit and a receipt

    def read(self, table: str, period: str | None = None) -> list[dict]:
        """The rows of a lake table, of this period unless another is named."""
        return lake.read(self.root, table, self.plan.id, period or self.period)

    def table(self, name: str, period: str | None = None) -> pa.Table:
        """A lake table as Arrow; an absent one is empty."""
        path = lake.path(self.root, name, self.plan.id, period or self.period)
        schema = TABLES[name].schema
        return pq.read_table(path, schema=schema) if path.exists() else schema.empty_table()

    @cached_property
    def lists(self) -> Lists:
        """The lists of other departments, as far as there are any for the period."""
        return Lists(self.read("references"), self.read("reference_rows"))

    def decisions_about(self) -> list[dict]:
        """The decisions about this period: those that name it, those about a receipt filed under it, and the waivers,
        which are about every period up to their end."""
        receipts = {row["receipt_id"] for table in ("submissions", "rows_answers") for row in self.read(table)}
        own = [
            d
            for d in self.decisions
            if d.kind == waivers.KIND
            or d.subject.get("period") == self.period
            or (d.subject.get("period") is None and d.subject.get("receipt_id") in receipts)
        ]
        return [
            {name: getattr(d, name) for name in ("decision_id", "decided_at", "kind", "post", "reason", "ends_at")}
            | {"subject": json.dumps(dict(d.subject), ensure_ascii=False, sort_keys=True)}
            for d in own
        ]


def by_severity(findings: Sequence[Mapping]) -> dict[str, int]:
    """How many effective findings there are of each severity."""
    counted: dict[str, int] = {}
    for finding in standing(findings):
        if finding["is_effective"]:
            counted[finding["severity"]] = counted.get(finding["severity"], 0) + 1
    return counted
