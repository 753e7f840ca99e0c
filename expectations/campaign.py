"""Campaign: what one week of the campaign looks back on.

Belongs here: the weeks before it as they were accepted, the month beside it, the projects known so far.
Does not belong here: which periods a plan has (ingestion.obligations), judging the week (weeks).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from expectations.judged_period import Period
from expectations.weekly_offering import KNOWN, MONTHLY_ROWS, WeekContext
from ingestion import lake
from ingestion.lake import DATE, TABLES
from ingestion.obligations import cutoff_date, earlier_periods, latest_month


@dataclass(frozen=True)
class Campaign:
    """One week with the accepted rows of the weeks before it."""

    week: Period

    @cached_property
    def earlier(self) -> list[str]:
        """The weeks before this one that were judged, in order."""
        week = self.week
        every = earlier_periods(week.plan, week.period)
        return [p for p in every if lake.path(week.root, "accepted_procedures", week.plan.id, p).exists()]

    def previous(self, table: str) -> pa.Table:
        """The rows of a table as they stood in the last week before; empty in the first one."""
        return self.week.table(table, self.earlier[-1]) if self.earlier else TABLES[table].schema.empty_table()

    @cached_property
    def past_items(self) -> pa.Table:
        """The accepted procedures of every week before, each with the day its figures speak of."""
        return self._history("accepted_procedure_items", with_days=True)

    @cached_property
    def past_projects(self) -> pa.Table:
        """The accepted project rows of every week before."""
        return self._history("accepted_procedures")

    @cached_property
    def monthly(self) -> pa.Table:
        """The accepted rows of the last month whose figures were due by this week."""
        month = latest_month(self.week.plan, self.week.period)
        rows = (
            self.week.table("accepted_investment", month)
            if month
            else TABLES["accepted_investment"].schema.empty_table()
        )
        return rows.select(MONTHLY_ROWS.names)

    @cached_property
    def context(self) -> WeekContext:
        """What every row of the week shares."""
        plan = self.week.plan
        day = cutoff_date(plan, self.week.period)
        before = cutoff_date(plan, self.earlier[-1]) if self.earlier else None
        return WeekContext(day, day.year, day.month, plan.region_code, before)

    def _history(self, name: str, with_days: bool = False) -> pa.Table:
        found = [(TABLES[name].schema.empty_table(), self.context.as_of)]
        found += [(self.week.table(name, period), cutoff_date(self.week.plan, period)) for period in self.earlier]
        if not with_days:
            return pa.concat_tables([rows for rows, _ in found])
        days = [(rows, pa.array([day] * len(rows), DATE)) for rows, day in found]
        return pa.concat_tables([rows.append_column("as_of", column) for rows, column in days])


def known(*tables: tuple[pa.Table, bool]) -> dict[str, dict]:
    """Every project of accepted tables by its id, each table with whether it is the pipeline's; later ones win."""
    found: dict[str, dict] = {}
    for table, is_pipeline in tables:
        names = [name for name in KNOWN.names if name in table.column_names]
        for row in table.select(names).to_pylist():
            before = found.get(row["project_id"], {})
            kept = {name: value for name, value in row.items() if value is not None}
            is_in = is_pipeline or before.get("is_in_pipeline", False)
            found[row["project_id"]] = {**before, **kept, "is_in_pipeline": is_in}
    return found


def entries(projects: Mapping[str, Mapping]) -> list[dict]:
    """Known projects as rows match them."""
    return [{"project_code": None, "project_name": None, "former_name": None, **entry} for entry in projects.values()]
