"""Fault logic: figures, status and dates of one project that contradict one another.

Belongs here: recipes on totals overrun, nature, start and finish (R05–R09, R11, R12, R14, P08, F11).
Does not belong here: a figure that breaks an identity (fault_figures), ill-formed cells (fault_cells).

A doubtful figure is accepted, so the month after it finds the true one smaller: those findings are recorded too.
"""

from datetime import date, timedelta
from decimal import Decimal

from samples.fault_case import Case, ExpectedFinding, Recipe, typed, wan
from samples.fault_rows import (
    C0,
    NATURE,
    STATUS,
    STEP,
    M,
    P,
    image_gap,
    in_next,
    is_new,
    is_old,
    is_working,
    room,
    with_history,
    with_ytd,
)
from samples.words import label


def _at_once(case: Case, share: str) -> dict[str, object]:
    """A row that is consistent in itself with its first investment in this month: a share of T."""
    amount = case.project.total_investment_wan * Decimal(share)
    return with_ytd(case, amount, amount)


def _history_for(case: Case, share: str) -> Decimal:
    """The cumulative figure to last year that makes the cumulative figure this share of T."""
    return case.project.total_investment_wan * Decimal(share) - case.state.ytd_investment_wan


def _within_plan(case: Case) -> bool:
    return is_old(case) and case.state.ytd_investment_wan < case.project.annual_plan_wan


def _share_done(case: Case) -> Decimal:
    return case.state.cumulative_investment_wan / case.project.total_investment_wan


def _idle(case: Case) -> bool:
    return case.project.role == "never_started"


def _completed_early(case: Case) -> dict[str, object]:
    finished = case.county.cutoffs[case.period] - timedelta(days=5)
    return {STATUS: label("project_statuses", "completed"), "finish_actual_date": finished}


def _reopened(case: Case) -> bool:
    """The completed project must be completed in the month before too."""
    return case.before.status_code == "completed" and case.was_reported


def _up_to_plan(case: Case) -> Decimal:
    """The cumulative figure when what is left to do is less than what the plan still asks for."""
    remaining = case.project.annual_plan_wan - case.state.ytd_investment_wan
    return wan(case.project.total_investment_wan * Decimal("1.04") - remaining)


def _ten_times(case: Case) -> list[ExpectedFinding]:
    """A plan that is 1.2 times the total may happen to be ten times the true one."""
    times = case.project.total_investment_wan * Decimal("1.2") / case.project.annual_plan_wan
    return case.finds("F06B", P) if Decimal("8.9") <= times <= Decimal("11.2") else []


def _stands_still(case: Case) -> list[ExpectedFinding]:
    """A completed project called under construction spends nothing and does not move."""
    idle = case.state.month_investment_wan == 0 == case.before.month_investment_wan
    return case.finds("P14") if idle and case.state.image_progress == case.before.image_progress else []


def _first_of_next_month(case: Case) -> date:
    return (case.county.cutoffs[case.period].replace(day=28) + timedelta(days=7)).replace(day=5)


def _stays_open(case: Case) -> bool:
    """In the next period the project is under construction without a word that would explain it."""
    after = case.later.state if case.later else None
    return after is None or (after.status_code == "under_construction" and after.problem_text is None)


def _small_history(case: Case) -> Decimal:
    return wan(case.project.total_investment_wan * Decimal("0.045"))


def _takes_small_history(case: Case) -> bool:
    history = _small_history(case)
    after = case.later.state.month_investment_wan if case.later else Decimal(0)
    margin = case.project.total_investment_wan / 500
    return is_new(case) and room(case) > history and after + margin < history


RECIPES = (
    Recipe(
        "over_total",
        None,
        lambda case: (
            is_old(case) and _stays_open(case) and case.state.ytd_investment_wan < case.project.annual_plan_wan
        ),
        typed(lambda case: with_history(case, _history_for(case, "1.06")), totals_follow=True),
        lambda case: [*case.finds("R05A"), *case.finds("R06"), *case.finds("P09B")],
    ),
    Recipe(
        "over_total_by_far",
        None,
        _within_plan,
        typed(lambda case: with_history(case, _history_for(case, "1.30")), totals_follow=True),
        lambda case: [*case.finds("R05B"), *case.finds("R06"), *case.finds("P09B")],
    ),
    Recipe(
        "plan_over_total",
        P,
        _idle,
        typed(lambda case: {P: wan(case.project.total_investment_wan * Decimal("1.2"))}, totals_follow=True),
        lambda case: [*case.finds("I18", P), *case.finds("R06"), *case.finds("R07"), *_ten_times(case)],
    ),
    Recipe(
        "plan_over_remaining",
        C0,
        lambda case: (
            is_old(case)
            and case.project.annual_plan_wan - case.state.ytd_investment_wan > case.project.total_investment_wan / 20
            and room(case, Decimal("1.04")) > STEP + (case.later.state.month_investment_wan if case.later else 0)
        ),
        typed(lambda case: with_history(case, _up_to_plan(case) - case.state.ytd_investment_wan), totals_follow=True),
        lambda case: [*case.finds("R06"), *case.finds("P09B"), *image_gap(case, _up_to_plan(case))],
    ),
    Recipe(
        "continued_without_history",
        None,
        is_new,
        typed(lambda case: {NATURE: label("project_natures", "continued")}),
        lambda case: case.finds("R08"),
    ),
    Recipe(
        "new_with_small_history",
        C0,
        _takes_small_history,
        typed(lambda case: with_history(case, _small_history(case)), totals_follow=True),
        lambda case: [*case.finds("R09A"), *case.finds("P09B")],
    ),
    Recipe(
        "new_with_history",
        NATURE,
        is_old,
        typed(lambda case: {NATURE: label("project_natures", "new")}),
        lambda case: [*case.finds("R09B"), *case.finds("P18")],
    ),
    Recipe(
        "preparatory_with_investment",
        M,
        lambda case: case.project.role == "preparatory",
        typed(lambda case: _at_once(case, "0.03"), totals_follow=True),
        lambda case: [*case.finds("R11A"), *in_next(case, ("P01",), ("P02",), ("P03",))],
    ),
    Recipe(
        "not_started_with_investment",
        None,
        _idle,
        typed(lambda case: _at_once(case, "0.06"), totals_follow=True),
        lambda case: [*case.finds("R11B"), *case.finds("R12")],
    ),
    Recipe(
        "investment_before_start",
        "start_actual_date",
        lambda case: is_new(case) and case.project.planned_finish_date.year > case.county.year,
        typed(lambda case: {"start_actual_date": _first_of_next_month(case)}),
        lambda case: [
            *case.finds("R12"),
            *case.finds("R33", "start_actual_date"),
            *case.finds("P12"),
            *case.finds("O18"),
        ],
    ),
    Recipe(
        "completed_unfinished",
        STATUS,
        lambda case: is_old(case) and _stays_open(case) and Decimal("0.62") < _share_done(case) < Decimal("0.88"),
        typed(_completed_early),
        lambda case: [*case.finds("R14A"), *in_next(case, ("P08",))],
    ),
    Recipe(
        "completed_by_half",
        STATUS,
        lambda case: is_working(case) and case.was_reported and Decimal("0.1") < _share_done(case) < Decimal("0.58"),
        typed(_completed_early),
        lambda case: case.finds("R14B"),
    ),
    Recipe(
        "status_backwards",
        STATUS,
        _reopened,
        typed(lambda case: {STATUS: label("project_statuses", "under_construction"), "finish_actual_date": None}),
        lambda case: [*case.finds("P08"), *_stands_still(case)],
    ),
    Recipe(
        "finish_before_start",
        "planned_finish_date",
        is_working,
        typed(lambda case: {"planned_finish_date": case.project.planned_start_date - timedelta(days=40)}),
        lambda case: case.finds("F11"),
    ),
)
