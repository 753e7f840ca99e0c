"""Fault versions: mistakes in pipeline and funds, and in the layout, totals and arrival of the campaign's forms.

Belongs here: recipes on forms sent on change and on whole sheets (X, S, M, F05, F11, R07, R31, R32, I16B).
Does not belong here: a project's row or procedure in the weekly form (fault_progress, fault_procedures).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from samples.campaign import FUNDS, PIPELINE
from samples.fault_case import ExpectedFinding, altered, wan
from samples.fault_sheets import added, with_extra_column
from samples.sheets import Column, Detail, Filled, Total, retotalled, with_details
from samples.weekly_case import WeeklyCase, WeeklyRecipe, in_row, on_form
from samples.weekly_filling import PROCEDURES, pipeline_form
from samples.words import label, say

T, P = "total_investment_wan", "annual_plan_wan"
STEP = Decimal(500)
TEN_THOUSAND = Decimal(10_000)  # 万元 in one 亿元
LATE = timedelta(hours=2)
DROPPED = "planned_done_date"  # a required column
RENAMED = "energy"


def _calm(case: WeeklyCase) -> bool:
    return case.is_calm


def _in_time(case: WeeklyCase) -> bool:
    return case.is_in_time


def _raised(total: Total, name: str) -> Total:
    return replace(total, values={**total.values, name: total.values[name] + STEP})


def _total_typed(case: WeeklyCase, filled: Filled) -> Filled:
    return replace(filled, total=_raised(filled.total, T))


def _count_typed(case: WeeklyCase, filled: Filled) -> Filled:
    return replace(filled, total=replace(filled.total, count=filled.total.count + 1))


def _first(case: WeeklyCase) -> str:
    """The first procedure of the plan."""
    return case.plan.procedures[0].id


def _without_column(case: WeeklyCase, filled: Filled) -> Filled:
    key = f"{_first(case)}.{DROPPED}"
    return replace(filled, columns=tuple(column for column in filled.columns if column.key != key))


def _group_renamed(case: WeeklyCase, filled: Filled) -> Filled:
    """A procedure's group bears another of its names."""
    other = case.plan.procedure(RENAMED).aliases[0]
    columns = tuple(replace(c, path=(other, c.path[-1])) if c.procedure == RENAMED else c for c in filled.columns)
    return replace(filled, columns=columns)


def _another_procedure(case: WeeklyCase, filled: Filled) -> Filled:
    """The form follows a procedure that the plan does not."""
    heading = say("fault_extra_procedure")
    extra = tuple(Column((heading, leaf), None) for leaf in say("fault_extra_procedure_leaves").split("|"))
    at = max(index for index, column in enumerate(filled.columns) if column.procedure) + 1
    return replace(filled, columns=(*filled.columns[:at], *extra, *filled.columns[at:]))


def _unknown_unit(case: WeeklyCase, filled: Filled) -> Filled:
    prefix = next(iter(case.plan.unit_prefixes), "")
    unit = say("unit_row", unit=say("fault_unknown_unit", prefix=prefix))
    return replace(filled, heading=(unit, *filled.heading[1:]))


def _unit_in_heading(case: WeeklyCase, filled: Filled) -> Filled:
    columns = tuple(
        replace(c, path=(*c.path[:-1], say("fault_unit_in_heading", heading=c.path[-1]))) if c.key == T else c
        for c in filled.columns
    )
    return replace(filled, columns=columns)


def _started_again(case: WeeklyCase, filled: Filled) -> Filled:
    """A project that has started is on the pipeline once more, and the form says that it has started."""
    before = [day for day in case.campaign.cutoffs.values() if day < case.project.start_actual_date]
    period = next(period for period, day in case.campaign.cutoffs.items() if day == before[-1])
    old = pipeline_form(case.campaign, case.plan, period, case.unit_id)
    detail = next(detail for detail in old.details if detail.project_id == case.project_id)
    started = replace(detail, cells={**detail.cells, "pipeline_stage": label("pipeline_stages", "started")})
    return added(filled, case.project.category_code, started)


def _has_started(case: WeeklyCase) -> bool:
    started = case.project.start_actual_date
    return started is not None and (case.day - started).days > 7 and started > case.campaign.cutoffs[_weeks(case)[0]]


def _weeks(case: WeeklyCase) -> tuple[str, ...]:
    return case.campaign.periods


def _in_yi(case: WeeklyCase) -> dict[str, object]:
    return {T: case.project.total_investment_wan / TEN_THOUSAND}


def _slipped(case: WeeklyCase) -> list[ExpectedFinding]:
    total = case.project.total_investment_wan / TEN_THOUSAND
    digits = case.finds("F04", T) if total != wan(total) else []
    return [*case.finds("F05", T), *digits, *case.finds("R07"), *case.finds("P10C"), *case.finds_on_sheet("X01", T)]


def _fund_of(case: WeeklyCase):
    """The project's first fund that is granted."""
    funds = [fund for fund in case.campaign.funds if fund.project.project_id == case.project_id]
    return next((fund for fund in funds if fund.is_secured(case.day) and fund.document_number), None)


def _more_than_asked(case: WeeklyCase, filled: Filled) -> Filled:
    fund = _fund_of(case)
    changed = altered(filled, f"{case.project_id}/{fund.fund_kind}", {"applied_wan": fund.granted_wan / 2})
    return retotalled(changed)


def _fund_changed(case: WeeklyCase, filled: Filled, values: Mapping[str, object]) -> Filled:
    return altered(filled, f"{case.project_id}/{_fund_of(case).fund_kind}", values)


def _granted_later(case: WeeklyCase, filled: Filled) -> Filled:
    return _fund_changed(case, filled, {"secured_date": case.day + timedelta(days=3)})


def _left_out(case: WeeklyCase, filled: Filled) -> Filled:
    def change(detail: Detail) -> Detail | None:
        return None if detail.project_id == case.project_id else detail

    return retotalled(with_details(filled, change))


def _not_sent(case: WeeklyCase, filled: list[Filled]) -> list[Filled]:
    key = (PROCEDURES, case.unit_id, case.period)
    return [form for form in filled if (form.form, form.unit_id, form.period) != key]


def _both_totals(case: WeeklyCase) -> list[ExpectedFinding]:
    return [*case.finds_on_sheet("X01", T), *case.finds_on_sheet("X02", T)]


RECIPES = (
    WeeklyRecipe(
        "started_still_in_pipeline",
        _has_started,
        on_form(PIPELINE, _started_again),
        lambda case: case.finds("X07"),
        of_form=True,
    ),
    WeeklyRecipe("pipeline_in_yi", _calm, in_row(_in_yi, form=PIPELINE, follow=False), _slipped),
    WeeklyRecipe("pipeline_total_typed_wrong", _calm, on_form(PIPELINE, _total_typed), _both_totals, of_form=True),
    WeeklyRecipe(
        "pipeline_finish_before_start",
        _calm,
        in_row(
            lambda case: {"planned_finish_date": case.project.planned_start_date - timedelta(days=40)}, form=PIPELINE
        ),
        lambda case: case.finds("F11"),
    ),
    WeeklyRecipe(
        "pipeline_project_missing",
        lambda case: case.is_calm and len(case.campaign.standing(case.period, case.unit_id)) >= 3,
        on_form(PIPELINE, _left_out),
        lambda case: case.finds("I16B"),
        of_form=True,
    ),
    WeeklyRecipe(
        "fund_over_application",
        lambda case: _fund_of(case) is not None,
        on_form(FUNDS, _more_than_asked),
        lambda case: case.finds("R31"),
    ),
    WeeklyRecipe(
        "fund_without_number",
        lambda case: _fund_of(case) is not None,
        on_form(FUNDS, lambda case, form: _fund_changed(case, form, {"document_number": None})),
        lambda case: case.finds("R32", "document_number"),
    ),
    WeeklyRecipe(
        "fund_in_the_future",
        lambda case: _fund_of(case) is not None,
        on_form(FUNDS, _granted_later),
        lambda case: case.finds("L16", "secured_date"),
    ),
    WeeklyRecipe("weekly_total_typed_wrong", _in_time, on_form(PROCEDURES, _total_typed), _both_totals, of_form=True),
    WeeklyRecipe(
        "weekly_count_wrong",
        _in_time,
        on_form(PROCEDURES, _count_typed),
        lambda case: case.finds_on_sheet("X03"),
        of_form=True,
    ),
    WeeklyRecipe(
        "procedure_column_missing",
        _in_time,
        on_form(PROCEDURES, _without_column),
        lambda case: case.finds_on_sheet("S02", DROPPED),
        of_form=True,
    ),
    WeeklyRecipe(
        "procedure_group_renamed",
        _in_time,
        on_form(PROCEDURES, _group_renamed),
        lambda case: case.finds_on_sheet("S03"),
        of_form=True,
    ),
    WeeklyRecipe(
        "procedure_beyond_the_plan",
        _in_time,
        on_form(PROCEDURES, _another_procedure),
        lambda case: case.finds_on_sheet("S03"),
        of_form=True,
    ),
    WeeklyRecipe(
        "weekly_extra_column",
        _in_time,
        on_form(PROCEDURES, lambda _, filled: with_extra_column(filled)),
        lambda case: case.finds_on_sheet("S03"),
        of_form=True,
    ),
    WeeklyRecipe(
        "weekly_unit_row_conflict",
        _in_time,
        on_form(PROCEDURES, _unit_in_heading),
        lambda case: case.finds_on_sheet("S17"),
        of_form=True,
    ),
    WeeklyRecipe(
        "weekly_unknown_unit_name",
        _in_time,
        on_form(PROCEDURES, _unknown_unit),
        lambda case: case.finds_on_sheet("I15"),
        of_form=True,
    ),
    WeeklyRecipe(
        "week_not_reported",
        _in_time,
        _not_sent,
        lambda case: case.finds_on_sheet("M02"),
        of_form=True,
        silences_states=True,
    ),
    WeeklyRecipe(
        "week_reported_late",
        _in_time,
        on_form(PROCEDURES, lambda case, form: replace(form, received_at=case.campaign.due[case.period] + LATE)),
        lambda case: case.finds_on_sheet("M01"),
        of_form=True,
    ),
)
