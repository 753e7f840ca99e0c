"""Places: a workspace with a simulated county in it, and the ways the tests look into it."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion import lake
from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.workspace import Workspace
from orchestration import stages
from orchestration.resources import Bureau
from orchestration.runs import run_dispatch
from samples.county import simulate
from samples.faults import Fault, apart
from samples.workbooks import deliver, write_inbox
from tests import shared
from tests.months_alone import workspace_of_months

NOW = datetime(2023, 1, 10, 9, 0, tzinfo=TIMEZONE)
PLANS = ("huozhou-2022", "puxian-2022")


@dataclass(frozen=True)
class Place:
    """A workspace with its county, and the ways the tests look into it."""

    workspace: Workspace
    plan: object
    county: object

    def run(self, period: str, look_back_to: datetime | None = None, now: datetime = NOW):
        """The dispatch run of `diaodu run`."""
        shared.with_models_parsed(self.workspace)
        return run_dispatch(Bureau(self.workspace, lambda: now, look_back_to), self.plan.id, period)

    def judge(self, now: datetime = NOW) -> list[str]:
        """The pass without the warehouse: take in, read, judge, accept; the periods judged anew."""
        knowledge, _ = stages.take_in(self.workspace, self.plan.id, now)
        stages.read_rows(self.workspace, self.plan.id, knowledge)
        return stages.judge(self.workspace, self.plan.id, knowledge)

    def deliver(self, *filled) -> list[Path]:
        return deliver(filled, self.workspace.inbox)

    def lake(self, table: str, period: str) -> list[dict]:
        return lake.read(self.workspace.lake, table, self.plan.id, period)

    def findings(self, period: str, effective: bool = True) -> list[dict]:
        return [row for row in self.lake("findings", period) if row["is_effective"] or not effective]

    def sql(self, query: str, *values) -> list[dict]:
        """Rows of the published release, as BI reads them."""
        with duckdb.connect(str(self.workspace.published / "current" / "diaodu.duckdb"), read_only=True) as connection:
            found = connection.execute(query, list(values))
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def copy(self, folder: Path) -> "Place":
        """The same place somewhere else, to be changed."""
        shutil.copytree(self.workspace.root, folder, symlinks=True)
        return Place(Workspace.open(folder), self.plan, self.county)


def place_of(folder: Path, plan_id: str, mistakes: Iterable[Fault] = (), with_campaign: bool = False) -> Place:
    """A workspace whose inbox holds the county's months, mistakes and all; nothing has run yet.

    ``with_campaign``: the plan as it ships, each of its weeks due in its time; else its months alone.
    """
    workspace = Workspace.create(folder, [plan_id]) if with_campaign else workspace_of_months(folder, plan_id)
    plan = load_plan(workspace.plans / f"{plan_id}.yml")
    county = simulate(plan)
    write_inbox(county, plan, workspace.inbox, mistakes)
    return Place(workspace, plan, county)


def place_with(
    names: Iterable[str], folder: Path, plan_id: str, period: str | None = None, with_campaign: bool = False
) -> tuple[Place, tuple[Fault, ...]]:
    """A place whose forms carry the named mistakes, each in a unit of its own, and the mistakes themselves."""
    plan = load_plan(SHIPPED_PLANS / f"{plan_id}.yml")
    faults = apart(names, simulate(plan), plan, period)
    return place_of(folder, plan_id, faults, with_campaign), faults


def clean_place(plan_id: str) -> Place:
    """The clean county of a plan, run to its last month, one for all workers. Look, do not touch: copy it first."""

    def make(folder: Path) -> None:
        place = place_of(folder / "workspace", plan_id)
        place.run(place.county.periods[-1])

    workspace = Workspace.open(shared.once(f"clean-{plan_id}", make) / "workspace")
    plan = load_plan(workspace.plans / f"{plan_id}.yml")
    return Place(workspace, plan, simulate(plan))
