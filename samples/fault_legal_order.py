"""Fault legal order: a procedure before what it needs or after the start, and tables that disagree on a project.

Belongs here: recipes of L01, L04, L05, D03, X10 and X12 in the campaign's forms.
Does not belong here: a single procedure's papers (fault_procedures), a project's row (fault_progress).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from samples.campaign import PIPELINE
from samples.fault_case import ExpectedFinding, wan
from samples.fault_procedures import papers
from samples.fault_progress import other_unit
from samples.fault_sheets import added
from samples.sheets import Filled, renumbered, retotalled, with_details
from samples.weekly_case import WeeklyCase, WeeklyRecipe, in_item, in_row
from samples.weekly_filling import PROCEDURES, procedures_form
from samples.words import say

T, NAME = "total_investment_wan", "project_name"
MORE = Decimal("1.4")


def _approved(case: WeeklyCase) -> date | None:
    approval = case.other("approval")
    return approval.done_date if approval else None


def _done_after_approval(case: WeeklyCase) -> bool:
    return case.is_calm and case.kind == "environment" and case.before.done_date is not None and bool(_approved(case))


def _done_before_start(kind: str) -> Callable[[WeeklyCase], bool]:
    """A procedure of that kind of a project that has begun."""

    def suits(case: WeeklyCase) -> bool:
        started = case.project.start_actual_date
        return case.kind == kind and bool(started) and (case.day - started).days > 1

    return suits


def _late(case: WeeklyCase) -> dict[str, object]:
    return papers(case, case.project.start_actual_date + timedelta(days=1))


def _after_start(kind: str, rule_id: str) -> WeeklyRecipe:
    """A procedure of that kind done only when the project had begun."""
    suits, expect = _done_before_start(kind), lambda case: case.finds_item(rule_id)
    return WeeklyRecipe(f"{kind}_after_start", suits, in_item(_late), expect, of_item=True, stirs=True)


def _taken_over(case: WeeklyCase, filled: list[Filled]) -> list[Filled]:
    """Another unit reports the project instead of its own."""
    source = procedures_form(case.campaign, case.plan, case.period, case.unit_id)
    detail = next(one for one in source.details if one.project_id == case.project_id)
    key = {case.unit_id: (PROCEDURES, case.unit_id, case.period), "": (PROCEDURES, other_unit(case), case.period)}

    def changed(form: Filled) -> Filled:
        at = (form.form, form.unit_id, form.period)
        if at == key[case.unit_id]:
            left = with_details(form, lambda one: None if one.project_id == case.project_id else one)
            return retotalled(renumbered(left))
        return added(form, case.project.category_code, detail) if at == key[""] else form

    return [changed(form) for form in filled]


def _found_by_other(case: WeeklyCase) -> list[ExpectedFinding]:
    return [replace(found, unit_id=other_unit(case)) for found in case.finds("X10")]


def _can_be_taken_over(case: WeeklyCase) -> bool:
    several = len(case.campaign.reported(case.period, case.unit_id)) >= 3
    return case.is_calm and case.is_in_time and several and bool(other_unit(case))


RECIPES = (
    WeeklyRecipe(
        "environment_before_approval",
        _done_after_approval,
        in_item(lambda case: papers(case, _approved(case) - timedelta(days=20))),
        lambda case: case.finds_item("L01"),
        of_item=True,
        stirs=True,
    ),
    _after_start("energy", "L04"),
    _after_start("environment", "L05"),
    WeeklyRecipe(
        "pipeline_several_in_one",
        lambda case: case.is_calm,
        in_row(lambda case: {NAME: say("fault_bundle", name=case.project.project_name)}, form=PIPELINE),
        lambda case: [*case.finds("D03"), *case.finds("I14", NAME)],
    ),
    WeeklyRecipe(
        "weekly_project_by_another_unit",
        _can_be_taken_over,
        _taken_over,
        _found_by_other,
        of_form=True,
        forms=2,
    ),
    WeeklyRecipe(
        "total_differs_from_monthly",
        lambda case: case.project.is_shared,
        in_row(lambda case: {T: wan(case.project.total_investment_wan * MORE)}),
        lambda case: case.finds("X12"),
    ),
)
