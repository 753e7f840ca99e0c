"""Rule histories: what rules are back-tested over: what a bureau keeps, or made-up counties (模拟数据).

Belongs here: opening either; the counties of the shipped plans with every mistake once, all of them corrected, judged.
Does not belong here: mistakes (samples), back-testing (expectations.backtest), its records (backtest_records).

In a made-up history every mistake is a version of its own of one unit's form, and the last version of every form is
the true one: a stopped figure that no later version corrects was stopped wrongly.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from expectations.backtest import needed
from expectations.catalogue import instead, load_rules
from ingestion.obligations import all_obligations
from ingestion.plans import Plan, load_plan
from ingestion.register import Register
from ingestion.settings import SHIPPED_PLANS
from ingestion.workspace import Workspace
from orchestration import stages
from samples import campaign, faults
from samples.county import County, simulate
from samples.filling import monthly_form, project_list
from samples.sheets import Filled
from samples.weekly_faults import USUAL_WEEK
from samples.weekly_filling import campaign_forms
from samples.workbooks import deliver

WITH_WEEKS = "huozhou-2022"  # its campaign has every form; a second one would take as long again
WEEKS = USUAL_WEEK + 1  # of the campaign: those that mistakes are made in, and what they look back on
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True)
class History:
    """A workspace whose lake holds a judged history of a plan."""

    workspace: Workspace
    plan: Plan
    known_at: datetime


@contextmanager
def history(plan_id: str) -> Iterator[History]:
    """A shipped plan's history, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="diaodu-history-") as folder:
        workspace = Workspace.create(Path(folder), [plan_id])
        plan = load_plan(SHIPPED_PLANS / f"{plan_id}.yml")
        forms = _in_turn(*_forms(plan, with_weeks=plan_id == WITH_WEEKS))
        deliver(forms, workspace.inbox)
        last = max(form.received_at for form in forms) + A_MINUTE
        knowledge, _ = stages.take_in(workspace, plan_id, last)
        stages.read_rows(workspace, plan_id, knowledge)
        with instead(needed(load_rules())):
            stages.judge(workspace, plan_id, knowledge)
        yield History(workspace, plan, knowledge.known_at)


@contextmanager
def kept_history(workspace: Workspace, plan_id: str, now: datetime) -> Iterator[History]:
    """What a workspace keeps of a plan, as it is known now."""
    plan = load_plan(workspace.plans / f"{plan_id}.yml")
    yield History(workspace, plan, Register(workspace.register).last_event(plan_id, all_obligations(plan), now))


def plan_ids() -> list[str]:
    """The plans that ship, each with a county of its own."""
    return sorted(path.stem for path in SHIPPED_PLANS.glob("*.yml"))


def _forms(plan: Plan, with_weeks: bool) -> tuple[list[Filled], list[faults.Fault | faults.WeeklyFault]]:
    """Every true form of a plan's county, and every mistake that the county can make."""
    county = simulate(plan)
    forms = [project_list(county, plan, version) for version in county.lists]
    forms += [monthly_form(county, plan, period, unit_id) for period in county.periods for unit_id in county.units]
    mistakes = [one for name in faults.NAMES if (one := _monthly(name, county, plan))]
    if with_weeks:
        weeks = campaign.simulate(plan, county)
        forms += campaign_forms(weeks, plan, weeks.periods[:WEEKS])
        mistakes += [one for name in faults.WEEKLY_NAMES if (one := _weekly(name, weeks, plan))]
    return forms, mistakes


def _monthly(name: str, county: County, plan: Plan) -> faults.Fault | None:
    try:
        return faults.fault(name, county, plan)
    except faults.NoTarget:
        return None


def _weekly(name: str, weeks: campaign.Campaign, plan: Plan) -> faults.WeeklyFault | None:
    try:
        return faults.weekly_fault(name, weeks, plan)
    except faults.NoTarget:
        return None


def _in_turn(clean: Sequence[Filled], mistakes: Sequence[faults.Fault | faults.WeeklyFault]) -> list[Filled]:
    """Forms in the order in which they come: each mistake a minute after the one before, the true forms a day later."""
    found, mistaken = [], set()
    own = {(form.form, form.period, form.unit_id) for form in clean}
    for number, mistake in enumerate(mistakes):
        for form in _changed(clean, mistake.applied(list(clean))):
            place = (form.form, form.period, form.unit_id)
            if place in own:
                found.append(replace(form, received_at=form.received_at + number * A_MINUTE))
                mistaken.add(place)
    return found + [
        replace(form, received_at=form.received_at + A_DAY)
        if (form.form, form.period, form.unit_id) in mistaken
        else form
        for form in clean
    ]


def _changed(clean: Sequence[Filled], with_mistake: Sequence[Filled]) -> list[Filled]:
    """The forms that a mistake changed or added."""
    same = {id(form) for form in clean}
    return [form for form in with_mistake if id(form) not in same]
