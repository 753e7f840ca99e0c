"""Marts: the one place where dispatch asks the warehouse or its published copy.

Belongs here: SQL over the schemas ``marts`` and ``reports``, read-only.
Does not belong here: wording, layout, anything the lake already says row by row.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dispatch.publishing import DATABASE
from ingestion.workspace import Workspace


class NotPublished(Exception):
    """There is no release yet: nothing was ever run in this workspace."""


@dataclass(frozen=True)
class Marts:
    """The public tables in one DuckDB file."""

    path: Path

    @classmethod
    def of_build(cls, ws: Workspace) -> "Marts":
        """The warehouse itself, for what a run writes before it publishes."""
        return cls(ws.warehouse)

    @classmethod
    def of_release(cls, ws: Workspace) -> "Marts":
        """The published copy, for what people ask at any time: reading it never meets a run that writes."""
        path = ws.published / "current" / DATABASE
        if not path.exists():
            raise NotPublished(str(ws.published))
        return cls(path.resolve())

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Hold the file open while many questions are asked: opening it costs fifty times what a question does."""
        with duckdb.connect(str(self.path), read_only=True):
            yield

    def query(self, sql: str, values: Sequence[object] = ()) -> list[dict]:
        """Rows of a query as dicts by column name; decimals stay decimals."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            found = connection.execute(sql, list(values))
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def submissions(self, plan_id: str, period: str) -> list[dict]:
        """``fct_submission``: one row per obligation of the period."""
        sql = "select * from marts.fct_submission where plan_id = ? and period = ? order by form, unit_id"
        return self.query(sql, [plan_id, period])

    def report(self, name: str, plan_id: str, period: str) -> list[dict]:
        """One table of the schema ``reports`` for a plan and period."""
        return self.query(f"select * from reports.{name} where plan_id = ? and period = ?", [plan_id, period])

    def verdicts(self, plan_id: str, period: str) -> list[dict]:
        """``fct_rule_verdict``: how often each rule held, failed and could not be judged, form by form."""
        sql = "select * from marts.fct_rule_verdict where plan_id = ? and period = ? order by form, rule_id"
        return self.query(sql, [plan_id, period])

    def quality_by_period(self, plan_id: str, form: str) -> list[dict]:
        """Per period a form was owed for: units due, reported, in time, rows read, and its findings that count by
        severity with those still open; signals left out."""
        sql = """
            with sent as (
                select
                    period,
                    count(*) as due,
                    count(*) filter (where is_reported) as reported,
                    count(*) filter (where is_on_time) as on_time,
                    sum(rows_read)::integer as rows_read
                from marts.fct_submission
                where plan_id = ?1 and form = ?2 and is_due
                group by period
            ),

            found as (
                select
                    period,
                    count(*) filter (where severity = 'error') as errors,
                    count(*) filter (where severity = 'warning') as warnings,
                    count(*) filter (where severity = 'warning' and still_open) as open_warnings
                from marts.fct_finding
                where plan_id = ?1 and form = ?2 and outcome = 'failed' and is_effective and theme <> 'signals'
                group by period
            )

            select
                sent.*,
                coalesce(found.errors, 0) as errors,
                coalesce(found.warnings, 0) as warnings,
                coalesce(found.open_warnings, 0) as open_warnings
            from sent left join found using (period)
            order by period
        """
        return self.query(sql, [plan_id, form])

    def populations(self, plan_id: str) -> list[dict]:
        """``dim_population`` of a plan: the headline one first, then in the plan's order."""
        sql = "select * from marts.dim_population where plan_id = ? order by is_headline desc, sort_order, population"
        return self.query(sql, [plan_id])

    def findings(self, plan_id: str, period: str) -> list[dict]:
        """``fct_finding``: every finding that failed on a version that counts, or on no version at all."""
        sql = """
            select * from marts.fct_finding
            where plan_id = ? and period = ? and outcome = 'failed' and is_effective
            order by form, unit_id, submission_id nulls first, sheet nulls first, source_row nulls first, rule_id,
                finding_id
        """
        return self.query(sql, [plan_id, period])
