"""Asked about: plan, period, form, unit and rule that a command is given by name, or one sentence with those there are.

Belongs here: finding what a name means in a workspace's plans and in the catalogue.
Does not belong here: how a sentence stops a command (console), commands (cli, decisions).
"""

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ingestion.obligations import all_periods, forms_of, leading_form
from ingestion.plans import Plan, load_plan
from ingestion.workspace import Workspace
from orchestration.console import say, stop, worded
from orchestration.failures import UnknownPeriod, UnknownPlan

if TYPE_CHECKING:  # importing the catalogue costs more than `--help` may
    from expectations.rule import Rule


def plan_of(home: Workspace, plan_id: str, period: str | None = None) -> Plan:
    """The plan of a workspace by its name; a name like ``../x`` is none, nor is a plan without the period asked for."""
    with worded(home):
        known = sorted(path.stem for path in home.plans.glob("*.yml"))
        if plan_id not in known:
            raise UnknownPlan(plan_id, known)
        plan = load_plan(home.plans / f"{plan_id}.yml")
        if period is not None and period not in all_periods(plan):
            raise UnknownPeriod(period, all_periods(plan))
        return plan


def form_of(form: str, known: Iterable[str]) -> str:
    """A form by its id; stops with the known ones when it is none of them."""
    if form not in known:
        raise stop(say("unknown_form", form=form, known="、".join(known)))
    return form


def form_filed(plan: Plan, period: str, form: str | None) -> str:
    """A form that is filed in the period; without a name the one whose deadlines make the period's series."""
    return form_of(form or leading_form(period), forms_of(plan, period))


def unit_id_of(plan: Plan, text: str) -> str:
    """The id of a unit given by id or name; stops with the nearest names when the plan has none."""
    unit = next((unit for unit in plan.units if unit.id == text), None) or plan.unit_named(text)
    if unit is None:
        near = difflib.get_close_matches(text, [unit.name for unit in plan.units], 3, 0.2)
        raise stop(say("unknown_unit", unit=text, near="、".join(near)))
    return unit.id


def rule_of(rule_id: str, known: Iterable["Rule"]) -> "Rule":
    """A rule by its id; stops with the nearest ids when it is none of the known ones."""
    by_id = {rule.id: rule for rule in known}
    if rule_id not in by_id:
        near = difflib.get_close_matches(rule_id, by_id, 5, 0.3)
        raise stop(say("no_such_rule", rule=rule_id, near="、".join(near)))
    return by_id[rule_id]
