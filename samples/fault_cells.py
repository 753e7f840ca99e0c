"""Fault cells: single cells that cannot be read, or read as something that cannot be.

Belongs here: recipes of F01, F03, F04, F09, F10, F12, F13, F15, F16A, F18, I01, I02, I05–I07, S08 and S12.
Does not belong here: figures that read well and are wrong (fault_figures), whole sheets (fault_sheets).
"""

from decimal import Decimal

from samples.fault_case import Case, Recipe, typed
from samples.identifiers import statistics_code
from samples.sheets import Typed
from samples.words import say

P, M, RATE = "annual_plan_wan", "month_investment_wan", "completion_rate_reported"
FULL_WIDTH = str.maketrans("0123456789,", "０１２３４５６７８９，")
NEIGHBOURS = ("141033", "141082")  # two counties of one prefecture
NO_REGION = "01"  # the prefecture's code with this end exists nowhere
IMPOSSIBLE_MONTH = "13"


def _working(case: Case) -> bool:
    return case.state.status_code == "under_construction" and case.state.month_investment_wan > 1 and case.was_reported


def _coded(case: Case) -> bool:
    """A project under construction whose code was given in its own county."""
    code = case.project.project_code
    return _working(case) and code is not None and code[5:11] == case.project.region_code and not case.is_behind


def _slipped(code: str) -> str:
    """The code with a wrong last digit: still well formed."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def _digits(case: Case) -> str:
    return case.project.project_code.replace("-", "")


def _typed_amount(case: Case) -> str:
    return f"{case.state.month_investment_wan:.2f}"


RECIPES = (
    Recipe(
        "text_in_money",
        M,
        _working,
        typed(lambda case: {M: say("fault_text_in_money")}),
        lambda case: case.finds("F01A", M),
    ),
    Recipe(
        "repaired_number",
        P,
        _working,
        typed(lambda case: {P: f"{case.project.annual_plan_wan:,.2f}".translate(FULL_WIDTH)}),
        lambda case: case.finds("F01B", P),
    ),
    Recipe(
        "decimals",
        M,
        _working,
        typed(lambda case: {M: case.state.month_investment_wan + Decimal("0.0034")}),
        lambda case: case.finds("F04", M),
    ),
    Recipe(
        "blank_required",
        "owner_name",
        _working,
        typed(lambda case: {"owner_name": None}),
        lambda case: case.finds("F03", "owner_name"),
    ),
    Recipe(
        "bad_date",
        "planned_finish_date",
        _working,
        typed(lambda case: {"planned_finish_date": say("fault_bad_date", year=case.county.year + 1)}),
        lambda case: case.finds("F09", "planned_finish_date"),
    ),
    Recipe(
        "unknown_level",
        "level_code",
        _working,
        typed(lambda case: {"level_code": say("fault_unknown_level")}),
        lambda case: case.finds("F12", "level_code"),
    ),
    Recipe(
        "code_as_number",
        "project_code",
        _coded,
        typed(lambda case: {"project_code": Decimal(_digits(case))}),
        lambda case: case.finds("F15", "project_code"),
    ),
    Recipe(
        "bad_project_code",
        "project_code",
        _coded,
        typed(
            lambda case: {
                "project_code": case.project.project_code[:2] + IMPOSSIBLE_MONTH + case.project.project_code[4:]
            }
        ),
        lambda case: case.finds("I01"),
    ),
    Recipe(
        "slip_in_project_code",
        "project_code",
        _coded,
        typed(lambda case: {"project_code": _slipped(case.project.project_code)}),
        lambda case: case.finds("I11"),
    ),
    Recipe(
        "other_region_code",
        None,
        _coded,
        typed(lambda case: {"region_code": next(code for code in NEIGHBOURS if code != case.project.region_code)}),
        lambda case: case.finds("I02"),
    ),
    Recipe(
        "unknown_region",
        "region_code",
        lambda case: case.project.project_code is None and case.was_reported,
        typed(lambda case: {"region_code": case.project.region_code[:4] + NO_REGION}),
        lambda case: case.finds("I07"),
    ),
    Recipe(
        "bad_uscc",
        "usc_code",
        _working,
        typed(lambda case: {"usc_code": case.project.usc_code.replace("0", "O")}),
        lambda case: case.finds("I05"),
    ),
    Recipe(
        "error_cell",
        RATE,
        _working,
        typed(lambda case: {RATE: Typed("=N1/0", "#DIV/0!")}),
        lambda case: case.finds("S08A", RATE),
    ),
    Recipe(
        "valueless_formula",
        RATE,
        _working,
        typed(lambda case: {RATE: Typed("=1*100", "")}),
        lambda case: case.finds("S08B", RATE),
    ),
    Recipe(
        "ditto_text",
        "problem_text",
        _working,
        typed(lambda case: {"problem_text": say("fault_ditto")}),
        lambda case: case.finds("F18", "problem_text"),
    ),
    Recipe(
        "vague_date",
        "planned_finish_date",
        _working,
        typed(lambda case: {"planned_finish_date": say("fault_vague_date", year=case.county.year + 1)}),
        lambda case: case.finds("F10", "planned_finish_date"),
    ),
    Recipe(
        "letters_in_number",
        M,
        lambda case: _working(case) and "0" in _typed_amount(case),
        typed(lambda case: {M: _typed_amount(case).replace("0", "O")}),
        lambda case: case.finds("F13", M),
    ),
    Recipe(
        "two_amounts",
        M,
        _working,
        typed(lambda case: {M: f"{_typed_amount(case)}/{case.before.month_investment_wan:.2f}"}),
        lambda case: case.finds("F16A", M),
    ),
    Recipe(
        "statistics_code_as_uscc",
        "usc_code",
        _working,
        typed(lambda case: {"usc_code": statistics_code(case.project.usc_code, case.project.region_code, 7)}),
        lambda case: case.finds("I06"),
    ),
    Recipe(
        "ambiguous_row",
        "project_name",
        _coded,
        typed(lambda case: {"project_name": say("fault_subtotal_name")}),
        lambda case: case.finds("S12"),
    ),
)
