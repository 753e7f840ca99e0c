"""Fault rows: which projects suit a mistake in figures, and rows that are wrong but consistent in themselves.

Belongs here: what several recipes of figures and of logic share.
Does not belong here: a recipe.
"""

from decimal import Decimal

from samples.fault_case import Case, ExpectedFinding, percent, wan

T, C0, P = "total_investment_wan", "cum_to_last_year_wan", "annual_plan_wan"
M, Y, C = "month_investment_wan", "ytd_investment_wan", "cumulative_investment_wan"
RATE, STATUS, NATURE = "completion_rate_reported", "status_code", "nature_code"
STEP = Decimal(600)  # far outside any tolerance, small beside a project


def is_working(case: Case) -> bool:
    """Under construction and spending in the period."""
    return case.state.status_code == "under_construction" and case.state.month_investment_wan > 1


def is_old(case: Case) -> bool:
    """Under construction since an earlier year and known from the month before: no rule on new projects speaks."""
    big = case.project.cum_to_last_year_wan > 2 * STEP and case.state.ytd_investment_wan > 2 * STEP
    return is_working(case) and case.project.nature_code == "continued" and case.was_reported and big


def is_new(case: Case) -> bool:
    """A new project at work that is known from the month before."""
    return is_working(case) and case.project.nature_code == "new" and case.was_reported


def room(case: Case, times: Decimal = Decimal(1)) -> Decimal:
    """What may still be added to C0 (or C) before T is exceeded."""
    project = case.project
    return project.total_investment_wan * times - project.cum_to_last_year_wan - project.annual_plan_wan


def image_gap(case: Case, done: Decimal, total: Decimal | None = None) -> list[ExpectedFinding]:
    """R17 where another cumulative figure (or total) is more than 25 points away from the true physical progress."""
    total = total or case.project.total_investment_wan
    far = abs(100 * done - case.state.image_progress * total) > 25 * total
    return case.finds("R17") if far and 0 <= done <= total else []


def in_next(case: Case, *rules: tuple[str, ...]) -> list[ExpectedFinding]:
    """Findings that come up in the next period because a doubtful figure was accepted in this one."""
    return [found for rule in rules for found in case.later.finds(*rule)] if case.later else []


def with_ytd(case: Case, ytd: Decimal, month: Decimal) -> dict[str, object]:
    """A row that is consistent in itself with another year-to-date and month figure."""
    project = case.project
    rate = {RATE: percent(ytd, project.annual_plan_wan)} if project.annual_plan_wan else {}
    return {M: wan(month), Y: wan(ytd), C: wan(project.cum_to_last_year_wan + ytd), **rate}


def with_history(case: Case, done: Decimal) -> dict[str, object]:
    """A row that is consistent in itself with another cumulative figure to last year."""
    return {C0: wan(done), C: wan(done + case.state.ytd_investment_wan)}
