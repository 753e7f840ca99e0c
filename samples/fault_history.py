"""Fault history: rows that are well in themselves and do not go with the months before them.

Belongs here: recipes on copies, standstill, moved dates, codes and plans (P03–P07, P11–P14, P17B) over one form or two.
Does not belong here: running totals that do not add up (fault_figures), states that go back (fault_logic).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random

from samples.fault_case import Case, Change, Recipe, altered, percent, typed, wan
from samples.fault_rows import RATE, STATUS, STEP, M, P, in_next, is_old, is_working, with_ytd
from samples.identifiers import project_code
from samples.sheets import Filled, retotalled
from samples.words import label

IMAGE, TEXT, FUNDS, PAID = "image_progress", "image_text", "funds_ytd_wan", "paid_ytd_wan"
UNTIL_NOW = "ytd_to_last_month_wan"
LESS = Decimal("0.97")
A_DAY = timedelta(days=1)


def over_two_forms(values: Callable[[Case], Mapping[str, object]]) -> Change:
    """Write other values into the project's row of the period and of the period before; totals follow."""

    def change(case: Case, filled: list[Filled]) -> list[Filled]:
        told = {one.period: values(one) for one in (case.earlier, case)}
        return [
            retotalled(altered(form, case.project_id, told[form.period]))
            if form.form == "monthly_dispatch" and form.unit_id == case.unit_id and form.period in told
            else form
            for form in filled
        ]

    return change


def _months_back(case: Case, count: int) -> bool:
    """Whether the unit reported the project in so many periods before this one."""
    return count == 0 or (case.earlier is not None and _months_back(case.earlier, count - 1))


def _first(case: Case) -> Case:
    return case.earlier.earlier if case.earlier.earlier else case.earlier


def _steady_pace(case: Case) -> dict[str, object]:
    """The same figure for the month as in the county's first period, and a year to date that goes with it."""
    month = _first(case).state.month_investment_wan
    months = int(case.period[-2:]) - int(case.county.periods[0][-2:])
    start = case.project.at(int(case.county.periods[0][-2:])).ytd_investment_wan
    return {**with_ytd(case, start + months * month, month), UNTIL_NOW: wan(start + (months - 1) * month)}


def _stays_behind(case: Case) -> bool:
    return case.is_behind and case.earlier.is_behind


def _copied(case: Case) -> dict[str, object]:
    before = case.before
    figures = with_ytd(case, before.ytd_investment_wan, before.month_investment_wan)
    words = {TEXT: before.image_text, IMAGE: before.image_progress, "problem_text": before.problem_text}
    return {**figures, **words, FUNDS: before.funds_ytd_wan, PAID: before.paid_ytd_wan}


def _lower_plan(case: Case) -> dict[str, object]:
    plan = wan(case.project.annual_plan_wan * LESS)
    return {P: plan, RATE: percent(case.state.ytd_investment_wan, plan)}


def _a_code(case: Case) -> dict[str, object]:
    """Another code in every period."""
    day, region = case.project.planned_start_date, case.project.region_code
    return {"project_code": project_code(Random(f"{case.project_id}/{case.period}"), day, region)}


def _loses_no_image(case: Case) -> bool:
    done = case.state.cumulative_investment_wan * 100 / case.project.total_investment_wan
    return is_working(case) and case.was_reported and abs(done - case.before.image_progress + 1) < 25


RECIPES = (
    Recipe(
        "last_month_misquoted",
        UNTIL_NOW,
        is_old,
        typed(lambda case: {UNTIL_NOW: case.before.ytd_investment_wan + STEP}, totals_follow=True),
        lambda case: case.finds("P03"),
    ),
    Recipe(
        "row_copied",
        None,
        lambda case: is_old(case) and case.is_behind and case.before.month_investment_wan > 1,
        typed(_copied, totals_follow=True),
        lambda case: [*case.finds("P02"), *case.finds("P04")],
    ),
    Recipe(
        "same_month_three_times",
        M,
        lambda case: _months_back(case, 2) and is_working(_first(case)) and is_old(case) and _stays_behind(case),
        over_two_forms(_steady_pace),
        lambda case: case.finds("P05"),
        only_last=True,
        forms=2,
    ),
    Recipe(
        "text_copied",
        TEXT,
        lambda case: (
            _months_back(case, 2)
            and is_working(case)
            and is_working(case.earlier)
            and _first(case).state.image_progress
        ),
        over_two_forms(lambda case: {TEXT: case.project.at(int(case.county.periods[0][-2:])).image_text}),
        lambda case: case.finds("P06"),
        only_last=True,
        forms=2,
    ),
    Recipe(
        "image_backwards",
        IMAGE,
        _loses_no_image,
        typed(lambda case: {IMAGE: case.before.image_progress - 1}),
        lambda case: case.finds("P07"),
    ),
    Recipe(
        "plan_lowered",
        P,
        is_old,
        typed(_lower_plan, totals_follow=True),
        lambda case: [*case.finds("P11"), *case.finds("I18", P)],
    ),
    Recipe(
        "start_moved",
        "start_actual_date",
        is_old,
        typed(lambda case: {"start_actual_date": case.state.start_actual_date - A_DAY}),
        lambda case: [*case.finds("P12"), *in_next(case, ("P12",))],
    ),
    Recipe(
        "resumption_without_date",
        "resume_date",
        lambda case: case.project.role == "resumed_last" and case.was_reported and case.state.month_investment_wan > 0,
        typed(lambda case: {"resume_date": None}),
        lambda case: [*case.finds("P13"), *case.finds("R27")],
        only_last=True,
    ),
    Recipe(
        "standing_still",
        None,
        lambda case: case.project.role == "continued_stopped" and case.was_reported,
        typed(lambda case: {STATUS: label("project_statuses", "under_construction")}),
        lambda case: case.finds("P14"),
    ),
    Recipe(
        "code_changed",
        "project_code",
        lambda case: case.project.role == "never_started" and case.project.project_code is None and case.was_reported,
        over_two_forms(_a_code),
        lambda case: case.finds("P17B"),
        forms=2,
    ),
)
