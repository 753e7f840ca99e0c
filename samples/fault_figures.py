"""Fault figures: mistakes in money, status and dates of one project, with all they make wrong.

Belongs here: recipes whose findings come from arithmetic and logic (R, P, X01, F02, F05, F11, and I18 beside them).
Does not belong here: unreadable or ill-formed cells (fault_cells), sheets and arrivals (fault_sheets).

Where a recipe says ``totals_follow`` the department's formulas added up the wrong figure; else the totals show the
truth, so that X01 points at the column.
"""

from datetime import date, timedelta
from decimal import Decimal

from samples.fault_case import Case, Recipe, percent, typed, wan
from samples.words import label

T, C0, P = "total_investment_wan", "cum_to_last_year_wan", "annual_plan_wan"
M, Y, C = "month_investment_wan", "ytd_investment_wan", "cumulative_investment_wan"
RATE, STATUS, NATURE = "completion_rate_reported", "status_code", "nature_code"
STEP = Decimal(600)  # far outside any tolerance, small beside a project
TEN_THOUSAND = Decimal(10_000)  # 万元 in one 亿元, and 元 in one 万元
TOLERATED = Decimal("1.02")  # C0 + P may exceed T by so much


def _working(case: Case) -> bool:
    return case.state.status_code == "under_construction" and case.state.month_investment_wan > 1


def _old(case: Case) -> bool:
    """Under construction since an earlier year and known from the month before: no rule on new projects speaks."""
    big = case.project.cum_to_last_year_wan > 2 * STEP and case.state.ytd_investment_wan > 2 * STEP
    return _working(case) and case.project.nature_code == "continued" and case.was_reported and big


def _steady(case: Case) -> bool:
    """A raised year-to-date figure changes no state."""
    return _old(case) and not case.is_behind


def _new(case: Case) -> bool:
    return _working(case) and case.project.nature_code == "new" and case.was_reported


def _room(case: Case, times: Decimal = Decimal(1)) -> Decimal:
    """What may still be added to C0 (or C) before T is exceeded."""
    project = case.project
    return project.total_investment_wan * times - project.cum_to_last_year_wan - project.annual_plan_wan


def _next(case: Case, *rules: tuple[str, ...]) -> list:
    """Findings that come up in the next period because a doubtful figure was accepted in this one."""
    return [found for rule in rules for found in case.later.finds(*rule)] if case.later else []


def _with_ytd(case: Case, ytd: Decimal, month: Decimal) -> dict[str, object]:
    """A row that is consistent in itself with another year-to-date and month figure."""
    project = case.project
    rate = {RATE: percent(ytd, project.annual_plan_wan)} if project.annual_plan_wan else {}
    return {M: wan(month), Y: wan(ytd), C: wan(project.cum_to_last_year_wan + ytd), **rate}


def _at_once(case: Case, share: str) -> dict[str, object]:
    """A row that is consistent in itself with its first investment in this month: a share of T."""
    amount = case.project.total_investment_wan * Decimal(share)
    return _with_ytd(case, amount, amount)


def _with_history(case: Case, done: Decimal) -> dict[str, object]:
    """A row that is consistent in itself with another cumulative figure to last year."""
    return {C0: wan(done), C: wan(done + case.state.ytd_investment_wan)}


def _history_for(case: Case, share: str) -> Decimal:
    """The cumulative figure to last year that makes the cumulative figure this share of T."""
    return case.project.total_investment_wan * Decimal(share) - case.state.ytd_investment_wan


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
    return _new(case) and _room(case) > history and after + margin < history


def _consistent_drop(case: Case) -> bool:
    return _old(case) and case.is_behind and case.before.ytd_investment_wan > case.state.month_investment_wan + STEP


RECIPES = (
    Recipe(
        "ytd_wrong",
        Y,
        _steady,
        typed(lambda case: {Y: case.state.ytd_investment_wan + STEP}),
        lambda case: [*case.finds("R01"), *case.finds("R04"), *case.finds("P02"), *case.finds_on_sheet("X01", Y)],
    ),
    Recipe(
        "ytd_wrong_totals_follow",
        Y,
        _steady,
        typed(lambda case: {Y: case.state.ytd_investment_wan + STEP}, totals_follow=True),
        lambda case: [*case.finds("R01"), *case.finds("R04"), *case.finds("P02")],
    ),
    Recipe(
        "ytd_backwards",
        Y,
        _consistent_drop,
        typed(
            lambda case: _with_ytd(case, case.before.ytd_investment_wan - STEP / 3, case.state.month_investment_wan),
            totals_follow=True,
        ),
        lambda case: [*case.finds("P01"), *case.finds("P02")],
    ),
    Recipe(
        "negative_ytd",
        Y,
        lambda case: _old(case) and case.is_behind,
        typed(lambda case: {Y: -case.state.ytd_investment_wan}),
        lambda case: [
            *case.finds("F02A", Y),
            *(found for rule in ("R01", "R02", "R04", "P01", "P02") for found in case.finds(rule)),
            *case.finds_on_sheet("X01", Y),
        ],
    ),
    Recipe(
        "month_wrong",
        M,
        lambda case: _old(case) and case.state.ytd_investment_wan > case.state.month_investment_wan + STEP,
        typed(lambda case: {M: case.state.month_investment_wan + STEP}),
        lambda case: [*case.finds("P02"), *case.finds_on_sheet("X01", M)],
    ),
    Recipe(
        "month_over_ytd",
        M,
        _old,
        typed(lambda case: {M: case.state.ytd_investment_wan + STEP}),
        lambda case: [*case.finds("R02"), *case.finds("P02"), *case.finds_on_sheet("X01", M)],
    ),
    Recipe(
        "negative_month",
        None,
        _consistent_drop,
        typed(lambda case: _with_ytd(case, case.before.ytd_investment_wan - STEP / 2, -STEP / 2), totals_follow=True),
        lambda case: [*case.finds("F02B", M), *case.finds("P01")],
    ),
    Recipe(
        "cumulative_wrong",
        C,
        lambda case: _old(case) and _room(case) > STEP,
        typed(lambda case: {C: case.state.cumulative_investment_wan + STEP}),
        lambda case: [*case.finds("R01"), *case.finds_on_sheet("X01", C)],
    ),
    Recipe(
        "cumulative_below_ytd",
        C,
        _old,
        typed(lambda case: {C: case.state.ytd_investment_wan - STEP / 3}),
        lambda case: [
            *(found for rule in ("R01", "R03", "P01") for found in case.finds(rule)),
            *case.finds_on_sheet("X01", C),
        ],
    ),
    Recipe(
        "new_identity_broken",
        C,
        lambda case: _new(case) and case.state.start_actual_date.year == case.county.year and _room(case) > STEP,
        typed(lambda case: {C: case.state.cumulative_investment_wan + STEP}),
        lambda case: [*case.finds("R01"), *case.finds("R10"), *case.finds_on_sheet("X01", C)],
    ),
    Recipe(
        "cum_to_last_year_wrong",
        C0,
        lambda case: _old(case) and _room(case) > STEP,
        typed(lambda case: {C0: case.project.cum_to_last_year_wan + STEP}),
        lambda case: [*case.finds("R01"), *case.finds_on_sheet("X01", C0)],
    ),
    Recipe(
        "rate_wrong",
        RATE,
        _working,
        typed(lambda case: {RATE: case.state.completion_rate_reported + 10}),
        lambda case: case.finds("R04"),
    ),
    Recipe(
        "over_total",
        None,
        lambda case: _old(case) and _stays_open(case) and case.state.ytd_investment_wan < case.project.annual_plan_wan,
        typed(lambda case: _with_history(case, _history_for(case, "1.06")), totals_follow=True),
        lambda case: [*case.finds("R05A"), *case.finds("R06"), *_next(case, ("P01",))],
    ),
    Recipe(
        "over_total_by_far",
        None,
        lambda case: _old(case) and case.state.ytd_investment_wan < case.project.annual_plan_wan,
        typed(lambda case: _with_history(case, _history_for(case, "1.30")), totals_follow=True),
        lambda case: [*case.finds("R05B"), *case.finds("R06")],
    ),
    Recipe(
        "plan_over_total",
        P,
        _idle,
        typed(lambda case: {P: wan(case.project.total_investment_wan * Decimal("1.2"))}, totals_follow=True),
        lambda case: [*case.finds("I18", P), *case.finds("R06"), *case.finds("R07")],
    ),
    Recipe(
        "plan_over_remaining",
        None,
        lambda case: (
            _old(case)
            and case.project.annual_plan_wan - case.state.ytd_investment_wan > case.project.total_investment_wan / 20
            and _room(case, Decimal("1.04")) > STEP + (case.later.state.month_investment_wan if case.later else 0)
        ),
        typed(
            lambda case: _with_history(
                case, case.project.total_investment_wan * Decimal("1.04") - case.project.annual_plan_wan
            ),
            totals_follow=True,
        ),
        lambda case: [*case.finds("R06"), *_next(case, ("P01",))],
    ),
    Recipe(
        "continued_without_history",
        None,
        _new,
        typed(lambda case: {NATURE: label("project_natures", "continued")}),
        lambda case: case.finds("R08"),
    ),
    Recipe(
        "new_with_small_history",
        None,
        _takes_small_history,
        typed(lambda case: _with_history(case, _small_history(case)), totals_follow=True),
        lambda case: [*case.finds("R09A"), *_next(case, ("P01",))],
    ),
    Recipe(
        "new_with_history",
        None,
        _old,
        typed(lambda case: {NATURE: label("project_natures", "new")}),
        lambda case: case.finds("R09B"),
    ),
    Recipe(
        "preparatory_with_investment",
        None,
        lambda case: case.project.role == "preparatory",
        typed(lambda case: _at_once(case, "0.03"), totals_follow=True),
        lambda case: [*case.finds("R11A"), *_next(case, ("P01",), ("P02",))],
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
        lambda case: _old(case) and case.project.planned_finish_date.year > case.county.year,
        typed(lambda case: {"start_actual_date": _first_of_next_month(case)}),
        lambda case: case.finds("R12"),
    ),
    Recipe(
        "completed_unfinished",
        None,
        lambda case: _old(case) and _stays_open(case) and Decimal("0.62") < _share_done(case) < Decimal("0.88"),
        typed(_completed_early),
        lambda case: [*case.finds("R14A"), *_next(case, ("P08",))],
    ),
    Recipe(
        "completed_by_half",
        None,
        lambda case: _working(case) and case.was_reported and Decimal("0.1") < _share_done(case) < Decimal("0.58"),
        typed(_completed_early),
        lambda case: case.finds("R14B"),
    ),
    Recipe(
        "status_backwards",
        STATUS,
        _reopened,
        typed(lambda case: {STATUS: label("project_statuses", "under_construction"), "finish_actual_date": None}),
        lambda case: case.finds("P08"),
    ),
    Recipe(
        "finish_before_start",
        None,
        _working,
        typed(lambda case: {"planned_finish_date": case.project.planned_start_date - timedelta(days=40)}),
        lambda case: case.finds("F11"),
    ),
    Recipe(
        "total_drift",
        T,
        _old,
        typed(lambda case: {T: wan(case.project.total_investment_wan * Decimal("1.05"))}, totals_follow=True),
        lambda case: [*case.finds("P10A"), *case.finds("I18", T)],
    ),
    Recipe(
        "total_drift_by_far",
        T,
        _old,
        typed(lambda case: {T: wan(case.project.total_investment_wan * Decimal("1.3"))}, totals_follow=True),
        lambda case: [*case.finds("P10B"), *case.finds("I18", T)],
    ),
    Recipe(
        "unit_slip_total_in_yi",
        T,
        _old,
        typed(lambda case: {T: case.project.total_investment_wan / TEN_THOUSAND}),
        lambda case: [
            *case.finds("F05", T),
            *case.finds("I18", T),
            *(found for rule in ("R05B", "R06", "R07", "P10B") for found in case.finds(rule)),
            *case.finds_on_sheet("X01", T),
        ],
    ),
    Recipe(
        "unit_slip_plan_in_yuan",
        P,
        _old,
        typed(lambda case: {P: case.project.annual_plan_wan * TEN_THOUSAND}),
        lambda case: [
            *case.finds("F05", P),
            *case.finds("I18", P),
            *(found for rule in ("R04", "R06", "R07") for found in case.finds(rule)),
            *case.finds_on_sheet("X01", P),
        ],
    ),
)
