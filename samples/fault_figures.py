"""Fault figures: wrong money in one project's row, with every identity, history and total it breaks.

Belongs here: recipes whose findings come from one wrong figure (R01–R04, R10, R17, R23, P01, P02, P09, P10, F02,
F05, F06, F08, X01).
Does not belong here: figures that contradict nature, status or dates (fault_logic), ill-formed cells (fault_cells).

Where a recipe says ``totals_follow`` the department's formulas added up the wrong figure; else the totals show the
truth, so that X01 points at the column. The list rules on T and P: a form that differs gives I18 beside the rest.
"""

from decimal import Decimal

from samples.fault_case import Case, ExpectedFinding, Recipe, typed, wan
from samples.fault_rows import (
    C0,
    RATE,
    STEP,
    C,
    M,
    P,
    T,
    Y,
    image_gap,
    in_next,
    is_new,
    is_old,
    is_working,
    room,
    with_ytd,
)

FAR_OFF = 32  # percentage points: beyond 25, however far the true figure is from the share of the money
TEN_THOUSAND = Decimal(10_000)  # 万元 in one 亿元, and 元 in one 万元


def _steady(case: Case) -> bool:
    """A raised year-to-date figure changes no state."""
    return is_old(case) and not case.is_behind


def _consistent_drop(case: Case) -> bool:
    return is_old(case) and case.is_behind and case.before.ytd_investment_wan > case.state.month_investment_wan + STEP


def _fine_digits(case: Case, name: str, amount: Decimal) -> list[ExpectedFinding]:
    """An amount in 亿元 often has more than two decimals."""
    return case.finds("F04", name) if amount != wan(amount) else []


def _too_small_for_statistics(case: Case) -> list[ExpectedFinding]:
    """A total in 亿元 is below what the statistics library takes."""
    return case.finds("N01") if case.state.is_in_statistics == "yes" else []


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
            lambda case: with_ytd(case, case.before.ytd_investment_wan - STEP / 3, case.state.month_investment_wan),
            totals_follow=True,
        ),
        lambda case: [*case.finds("P01"), *case.finds("P02")],
    ),
    Recipe(
        "negative_ytd",
        Y,
        lambda case: is_old(case) and case.is_behind,
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
        lambda case: is_old(case) and case.state.ytd_investment_wan > case.state.month_investment_wan + STEP,
        typed(lambda case: {M: case.state.month_investment_wan + STEP}),
        lambda case: [*case.finds("P02"), *case.finds_on_sheet("X01", M)],
    ),
    Recipe(
        "month_over_ytd",
        M,
        is_old,
        typed(lambda case: {M: case.state.ytd_investment_wan + STEP}),
        lambda case: [*case.finds("R02"), *case.finds("P02"), *case.finds_on_sheet("X01", M)],
    ),
    Recipe(
        "negative_month",
        None,
        _consistent_drop,
        typed(lambda case: with_ytd(case, case.before.ytd_investment_wan - STEP / 2, -STEP / 2), totals_follow=True),
        lambda case: [*case.finds("F02B", M), *case.finds("P01")],
    ),
    Recipe(
        "cumulative_wrong",
        C,
        lambda case: is_old(case) and room(case) > STEP,
        typed(lambda case: {C: case.state.cumulative_investment_wan + STEP}),
        lambda case: [*case.finds("R01"), *case.finds_on_sheet("X01", C)],
    ),
    Recipe(
        "cumulative_below_ytd",
        C,
        is_old,
        typed(lambda case: {C: case.state.ytd_investment_wan - STEP / 3}),
        lambda case: [
            *image_gap(case, case.state.ytd_investment_wan - STEP / 3),
            *(found for rule in ("R01", "R03", "P01") for found in case.finds(rule)),
            *case.finds_on_sheet("X01", C),
        ],
    ),
    Recipe(
        "new_identity_broken",
        C,
        lambda case: is_new(case) and case.state.start_actual_date.year == case.county.year and room(case) > STEP,
        typed(lambda case: {C: case.state.cumulative_investment_wan + STEP}),
        lambda case: [*case.finds("R01"), *case.finds("R10"), *case.finds_on_sheet("X01", C)],
    ),
    Recipe(
        "cum_to_last_year_wrong",
        C0,
        lambda case: is_old(case) and room(case) > STEP,
        typed(lambda case: {C0: case.project.cum_to_last_year_wan + STEP}),
        lambda case: [*case.finds("R01"), *case.finds("P09B"), *case.finds_on_sheet("X01", C0)],
    ),
    Recipe(
        "rate_wrong",
        RATE,
        is_working,
        typed(lambda case: {RATE: case.state.completion_rate_reported + 10}),
        lambda case: case.finds("R04"),
    ),
    Recipe(
        "total_drift",
        T,
        is_old,
        typed(lambda case: {T: wan(case.project.total_investment_wan * Decimal("1.05"))}, totals_follow=True),
        lambda case: [*case.finds("P10A"), *case.finds("I18", T)],
    ),
    Recipe(
        "total_drift_by_far",
        T,
        is_old,
        typed(lambda case: {T: wan(case.project.total_investment_wan * Decimal("1.3"))}, totals_follow=True),
        lambda case: [*case.finds("P10B"), *case.finds("I18", T)],
    ),
    Recipe(
        "unit_slip_total_in_yi",
        T,
        is_old,
        typed(lambda case: {T: case.project.total_investment_wan / TEN_THOUSAND}),
        lambda case: [
            *case.finds("F05", T),
            *_fine_digits(case, T, case.project.total_investment_wan / TEN_THOUSAND),
            *case.finds("I18", T),
            *(found for rule in ("R05B", "R06", "R07", "P10B") for found in case.finds(rule)),
            *_too_small_for_statistics(case),
            *case.finds_on_sheet("X01", T),
        ],
    ),
    Recipe(
        "unit_slip_plan_in_yuan",
        P,
        is_old,
        typed(lambda case: {P: case.project.annual_plan_wan * TEN_THOUSAND}),
        lambda case: [
            *case.finds("F05", P),
            *case.finds("I18", P),
            *(found for rule in ("R04", "R06", "R07") for found in case.finds(rule)),
            *case.finds_on_sheet("X01", P),
        ],
    ),
    Recipe(
        "unit_slip_history_in_yi",
        C0,
        is_old,
        typed(lambda case: {C0: case.project.cum_to_last_year_wan / TEN_THOUSAND}),
        lambda case: [
            *case.finds("F06A", C0),
            *_fine_digits(case, C0, case.project.cum_to_last_year_wan / TEN_THOUSAND),
            *case.finds("R01"),
            *case.finds("P09B"),
            *case.finds_on_sheet("X01", C0),
        ],
    ),
    Recipe(
        "plan_lacks_a_digit",
        P,
        is_old,
        typed(lambda case: {P: wan(case.project.annual_plan_wan / 10)}),
        lambda case: [
            *case.finds("F06B", P),
            *case.finds("I18", P),
            *case.finds("P11"),
            *case.finds("R04"),
            *case.finds_on_sheet("X01", P),
        ],
    ),
    Recipe(
        "rate_as_fraction",
        RATE,
        lambda case: is_working(case) and case.state.completion_rate_reported > 10,
        typed(lambda case: {RATE: case.state.completion_rate_reported / 100}),
        lambda case: [*case.finds("F08"), *case.finds("R04")],
    ),
    Recipe(
        "paid_over_funds",
        "paid_ytd_wan",
        is_working,
        typed(lambda case: {"paid_ytd_wan": case.state.funds_ytd_wan + STEP}, totals_follow=True),
        lambda case: case.finds("R23"),
    ),
    Recipe(
        "image_far_off",
        "image_progress",
        lambda case: is_working(case) and FAR_OFF <= case.state.image_progress + FAR_OFF <= 95,
        typed(lambda case: {"image_progress": case.state.image_progress + FAR_OFF}),
        lambda case: [*case.finds("R17"), *in_next(case, ("P07",))],
    ),
)
