"""Sixth county: a month of the county that CONTRIBUTING.md makes up, sent in on its own form and run.

Belongs here: what its units send, the run; started as a program inside a copy of the project that has the recipes.
Does not belong here: the recipes (recipes.py), what must come of it (test_recipes.py).
"""

import sys
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.workspace import Workspace
from samples.county import County, simulate
from samples.filling import monthly_form, project_list
from samples.sheets import Detail, with_details
from samples.workbooks import deliver

PLAN, PERIOD = "moni-2026", "2026-11"
NOW = datetime(2026, 12, 1, 9, tzinfo=TIMEZONE)


def county_of(plans: Path = SHIPPED_PLANS) -> tuple[object, County]:
    """The plan of that folder and its county."""
    plan = load_plan(plans / f"{PLAN}.yml")
    return plan, simulate(plan)


def private(county: County) -> dict[str, Decimal]:
    """How much of the year's investment is private, by project: a half; of one project a hundred more than all."""
    states = {entry.project.project_id: entry.project.at(11) for entry in county.entries(PERIOD)}
    halves = {project: (state.ytd_investment_wan / 2).quantize(Decimal("0.01")) for project, state in states.items()}
    first = min(project for project, half in halves.items() if half > 0)
    return {**halves, first: states[first].ytd_investment_wan + 100}


def run(folder: Path) -> None:
    """The month's forms, read, judged and published."""
    from orchestration.resources import Bureau
    from orchestration.runs import run_dispatch

    plan, county = county_of()
    workspace, amounts = Workspace.create(folder, [PLAN]), private(county)

    def told(detail: Detail) -> Detail:
        return replace(detail, cells={**detail.cells, "private_ytd_wan": amounts[detail.project_id]})

    forms = [with_details(monthly_form(county, plan, PERIOD, unit), told) for unit in county.units]
    deliver([project_list(county, plan, county.list_at(PERIOD)), *forms], workspace.inbox)
    run_dispatch(Bureau(workspace, lambda: NOW), PLAN, PERIOD)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
