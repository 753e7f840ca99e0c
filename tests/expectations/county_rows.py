"""Months of a simulated county as Arrow rows, without a workbook, a lake or a warehouse in between.

What a department would have typed is the simulator's truth; what was accepted before and what the list says is the
truth too, so that whatever is found comes from what a test changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

import pyarrow as pa

from expectations.filed import Filed, FormJudged
from expectations.findings import Notes
from expectations.judged_form import judge_form
from expectations.offering import HISTORY, Context, Surroundings, as_table, worked_out
from expectations.wording import Words
from ingestion.lake import BOOL, LIST_FIELDS, MONTHLY_FIELDS, TABLES, TEXT
from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS
from samples.county import County, simulate
from samples.projects import ListEntry

MONTHLY = "monthly_dispatch"
PLANS = ("huozhou-2022", "puxian-2022")
ROWS = TABLES[f"rows_{MONTHLY}"].schema.append(pa.field("project_id", TEXT)).append(pa.field("is_on_list", BOOL))
FIRST_ROW = 6


@cache
def plan_named(plan_id: str):
    return load_plan(SHIPPED_PLANS / f"{plan_id}.yml")


@cache
def county_of(plan_id: str, seed: int) -> County:
    return simulate(plan_named(plan_id), seed)


def letter(name: str) -> str:
    """The column a field stands in."""
    number = MONTHLY_FIELDS.index(name)
    return chr(65 + number) if number < 26 else "A" + chr(65 + number - 26)


COLUMNS = {name: letter(name) for name in MONTHLY_FIELDS}


@dataclass
class Month:
    """One month of a county: what each unit typed, row by row, to be changed and then judged."""

    county: County
    plan: object
    period: str
    rows: list[dict] = field(default_factory=list)

    @classmethod
    def true(cls, plan_id: str, seed: int, period: str) -> "Month":
        """The month as it truly was."""
        county = county_of(plan_id, seed)
        month = cls(county, plan_named(plan_id), period)
        for unit_id in county.units:
            for number, entry in enumerate(county.entries(period, unit_id)):
                month.rows.append(
                    {
                        **facts(county, entry, period),
                        "unit_id": unit_id,
                        "submission_id": f"{plan_id}/{MONTHLY}/{period}/{unit_id}/v1",
                        "version": 1,
                        "sheet": "月调度表",
                        "row": FIRST_ROW + number,
                        "form": MONTHLY,
                        "is_effective": True,
                        "row_role": "detail",
                        "is_on_list": True,
                        "columns": COLUMNS,
                        "raw": {},
                        "headers": {},
                    }
                )
        return month

    def of(self, unit_id: str) -> list[dict]:
        """A unit's rows."""
        return [row for row in self.rows if row["unit_id"] == unit_id]

    def previous(self) -> list[dict]:
        """What was accepted the month before: the truth."""
        before = [period for period in self.county.periods if period < self.period]
        if not before:
            return []
        entries = self.county.entries(before[-1])
        return [{**facts(self.county, e, before[-1]), "is_carried_forward": False} for e in entries]

    def judged(self, **more: object) -> FormJudged:
        """The month judged against its list and the month before."""
        return judge_form(self.filed(**more))

    def filed(self, previous: Iterable[Mapping] | None = None, **more: object) -> Filed:
        known = [{**facts(self.county, e, self.period), "unit_id": e.unit_id} for e in self.county.entries(self.period)]
        listed = [
            {name: row.get(name) for name in (*LIST_FIELDS, "project_id", "unit_id") if name != "responsible_unit"}
            for row in known
        ]
        around = Surroundings(
            context(self.county, self.plan, self.period),
            as_table(list(self.previous() if previous is None else previous), TABLES["accepted_investment"].schema),
            _table(listed, TABLES["project_list"].schema),
            HISTORY.empty_table(),
        )
        notes = Notes(self.plan.id, self.period, MONTHLY, Words({u.id: u.name for u in self.plan.units}), {})
        return Filed(MONTHLY, worked_out(as_table(self.rows, ROWS)), [], [], [], [], around, notes, **more)


def facts(county: County, entry: ListEntry, period: str) -> dict:
    """A project's figures of a month, by the form's fields."""
    state = county.state(entry.project.project_id, period)
    known = {**vars(entry.project), **vars(state), "project_name": entry.project_name}
    return {"project_id": entry.project.project_id} | {n: _typed(known[n]) for n in MONTHLY_FIELDS if n in known}


def context(county: County, plan, period: str) -> Context:
    year, month = map(int, period.split("-"))
    points = Decimal(str(plan.thresholds.behind_schedule_points))
    return Context(county.cutoffs[period], year, month, plan.region_code, points)


def _table(rows: list[dict], schema: pa.Schema) -> pa.Table:
    return as_table([{n: v for n, v in row.items() if n in schema.names} for row in rows], schema)


def _typed(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
