"""Fault totals: rates of the total row that its own amounts do not give.

Belongs here: recipes of X13 and X13B.
Does not belong here: sums and counts of total rows (fault_sheets), rates of a project's row (fault_figures).
"""

from dataclasses import replace
from decimal import Decimal

from samples.fault_case import Case, Recipe, on_form, percent
from samples.fault_rows import RATE, P, Y
from samples.filling import monthly_form
from samples.sheets import Filled

STEP = Decimal(7)  # percentage points
ONE_DECIMAL = Decimal("0.1")


def _in_time(case: Case) -> bool:
    return case.county.received[case.unit_id, case.period] <= case.county.due[case.period]


def _has_two_decimals(case: Case) -> bool:
    form = monthly_form(case.county, case.plan, case.period, case.unit_id)
    return _in_time(case) and _rate(form) != _rate(form).quantize(ONE_DECIMAL)


def _rate(filled: Filled) -> Decimal:
    return percent(filled.total.values[Y], filled.total.values[P])


def _with_rate(filled: Filled, rate: Decimal) -> Filled:
    return replace(filled, total=replace(filled.total, values={**filled.total.values, RATE: rate}))


RECIPES = (  # as somebody would who averages the rates of the rows; as somebody would who types what others calculate
    Recipe(
        "total_rate_typed_wrong",
        RATE,
        _in_time,
        on_form(lambda _, filled: _with_rate(filled, _rate(filled) + STEP)),
        lambda case: case.finds_on_sheet("X13", RATE),
    ),
    Recipe(
        "total_rate_rounded",
        RATE,
        _has_two_decimals,
        on_form(lambda _, filled: _with_rate(filled, _rate(filled).quantize(ONE_DECIMAL))),
        lambda case: case.finds_on_sheet("X13B", RATE),
    ),
)
