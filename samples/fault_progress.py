"""Fault progress: mistakes in one project's row of the weekly form, and in its procedures taken together.

Belongs here: recipes on a project's row (L18, L19, L21, L23, P16, X06, I13, I16, I17, D01, F02, F03).
Does not belong here: a single procedure (fault_procedures), pipeline, funds and layout (fault_versions).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from samples.fault_case import ExpectedFinding
from samples.fault_sheets import added, keeping_counts
from samples.identifiers import project_code
from samples.sheets import Detail, Filled, retotalled, with_details
from samples.weekly_case import WeeklyCase, WeeklyRecipe, cells_of, in_row, on_form
from samples.weekly_filling import PROCEDURES, procedures_form
from samples.words import label, say, table

PAPERS = ("filed_date", "planned_done_date", "done_date", "document_number", "promise_due_date")
ITEM_FIELDS = ("handling_level", "approving_unit", *PAPERS)
WIDER = 3


def _not_needed(procedure: str) -> dict[str, object]:
    """What a procedure's cells show when it is said not to be needed."""
    cells: dict[str, object] = {f"{procedure}.{name}": None for name in ITEM_FIELDS}
    return {
        **cells,
        f"{procedure}.is_needed": label("yes_no", "no"),
        f"{procedure}.procedure_state": label("procedure_states", "not_needed"),
    }


def _open_ones(case: WeeklyCase) -> list[str]:
    """The needed procedures on which nothing has been filed."""
    return [item.procedure for item in case.project.needed if item.at(case.day).procedure_state == "not_started"]


def _quiet(case: WeeklyCase) -> bool:
    """None of its procedures is in the week's states: what is changed in them takes no state away."""
    return case.is_calm and not any(
        about.startswith(f"{case.project_id}/") for _, about in case.campaign.expected_states(case.period)
    )


def _exempt(case: WeeklyCase) -> list[str]:
    return [item.procedure for item in case.project.items if not item.is_needed]


def _mostly_not_needed(case: WeeklyCase) -> dict[str, object]:
    cells: dict[str, object] = {"not_needed_reason": say("fault_reason")}
    for procedure in _open_ones(case):
        cells |= _not_needed(procedure)
    return cells


def _can_be_mostly_not_needed(case: WeeklyCase) -> bool:
    count = len(case.project.items)
    without = len(_open_ones(case)) + len(_exempt(case))
    return _quiet(case) and case.previous_day is None and 6 * count < 10 * without


def _one_fewer(case: WeeklyCase) -> dict[str, object]:
    """One more procedure is not needed, and the reasons given are still those for the others."""
    return _not_needed(_open_ones(case)[0])


def _can_be_one_fewer(case: WeeklyCase) -> bool:
    count = len(case.project.items)
    return _quiet(case) and bool(_open_ones(case)) and bool(_exempt(case)) and 2 * len(_exempt(case)) < count


def _all_done(case: WeeklyCase) -> dict[str, object]:
    """Every procedure was filed long ago and done on one day of this week."""
    done = case.day - timedelta(days=1)
    cells: dict[str, object] = {}
    for number, item in enumerate(case.project.needed, start=1):
        shown = {
            "procedure_state": label("procedure_states", "done"),
            "filed_date": done - timedelta(days=30),
            "done_date": done,
            "document_number": say("approval_document", word=say("fault_word"), year=done.year, number=number),
            "promise_due_date": None,
        }
        cells |= {f"{item.procedure}.{name}": value for name, value in shown.items()}
    return cells


def _nothing_done_before(case: WeeklyCase) -> bool:
    if case.previous_day is None or not _quiet(case) or len(case.project.needed) < 3:
        return False
    return all(item.at(case.previous_day).procedure_state != "done" for item in case.project.needed)


def _frozen(case: WeeklyCase, filled: Filled) -> Filled:
    """The row as it was reported last week."""
    weeks = [period for period in case.campaign.periods if period < case.period]
    old = procedures_form(case.campaign, case.plan, weeks[-1], case.unit_id)
    cells = cells_of(old, case.project_id)
    return with_details(filled, lambda d: replace(d, cells={**cells, **_serial(d)}) if _is(case, d) else d)


def _serial(detail: Detail) -> dict[str, object]:
    return {"serial_no": detail.cells["serial_no"]}


def _is(case: WeeklyCase, detail: Detail) -> bool:
    return detail.project_id == case.project_id


def _stood_still(case: WeeklyCase, weeks: int) -> bool:
    """The project moved this week, after exactly so many weeks that told the same."""
    days = [day for day in case.campaign.cutoffs.values() if day <= case.day]
    if not case.is_calm or case.project.revised_on or len(days) < weeks + 2:
        return False
    *earlier, now = [[item.at(day) for item in case.project.items] for day in days[-weeks - 2 :]]
    same = all(states == earlier[-1] for states in earlier[1:])
    return earlier[0] != earlier[-1] != now and same and not any(item.early for item in case.project.items)


def _twice(case: WeeklyCase, filled: Filled) -> Filled:
    groups = []
    for group in filled.groups:
        details = [detail for one in group.details for detail in [one] * (1 + _is(case, one))]
        groups.append(replace(group, details=tuple(details)))
    return keeping_counts(filled, retotalled(replace(filled, groups=tuple(groups))))


def _left_out(case: WeeklyCase, filled: Filled) -> Filled:
    return retotalled(with_details(filled, lambda detail: None if _is(case, detail) else detail))


def unknown_id(case: WeeklyCase) -> str:
    """The code of the project that stands in no pipeline."""
    return project_code(Random(case.project_id), case.campaign.cutoffs[case.campaign.periods[0]], case.plan.region_code)


def _with_unknown(case: WeeklyCase, filled: Filled) -> Filled:
    """A row of a project that no pipeline has, consistent in itself, made from one of the unit's own."""
    source = next(detail for detail in filled.details if _is(case, detail))
    name = say("fault_unlisted_project", what=table("projects")[-1]["what_zh"])
    total = case.project.total_investment_wan * WIDER
    cells = {**source.cells, "project_code": unknown_id(case), "project_name": name, "total_investment_wan": total}
    copy = replace(source, project_id=unknown_id(case), cells=cells)
    return added(filled, case.project.category_code, copy)


def _several(case: WeeklyCase) -> bool:
    return case.is_calm and case.is_in_time and len(case.campaign.reported(case.period, case.unit_id)) >= 3


def other_unit(case: WeeklyCase) -> str:
    """Another unit with projects whose forms came in time and after the case's own, the same one every time."""
    received = case.campaign.received
    for unit_id in case.campaign.units:
        later = received[unit_id, case.period] > received[case.unit_id, case.period]
        in_time = received[unit_id, case.period] <= case.campaign.due[case.period]
        if later and in_time and case.campaign.reported(case.period, unit_id):
            return unit_id
    return ""


def _by_another_unit(case: WeeklyCase, filled: list[Filled]) -> list[Filled]:
    source = procedures_form(case.campaign, case.plan, case.period, case.unit_id)
    detail = next(detail for detail in source.details if _is(case, detail))
    key = (PROCEDURES, other_unit(case), case.period)
    return [
        added(form, case.project.category_code, detail) if (form.form, form.unit_id, form.period) == key else form
        for form in filled
    ]


def _of_other(case: WeeklyCase, rule_id: str) -> Iterator[ExpectedFinding]:
    for found in case.finds(rule_id):
        yield replace(found, unit_id=other_unit(case))


def _slipped(code: str) -> str:
    """The code with a wrong last digit: still well formed."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def _shared_and_started(case: WeeklyCase) -> bool:
    """It started this year, and the last month's form says so too."""
    started = case.project.start_actual_date
    known = started and started.year == case.campaign.year and (case.day - started).days > 10
    return bool(case.project.is_shared and known)


RECIPES = (
    WeeklyRecipe(
        "not_needed_without_reason",
        lambda case: case.is_calm and len(_exempt(case)) == 1,
        in_row(lambda case: {"not_needed_reason": None}),
        lambda case: case.finds("L18"),
    ),
    WeeklyRecipe(
        "mostly_not_needed",
        _can_be_mostly_not_needed,
        in_row(_mostly_not_needed),
        lambda case: case.finds("L19"),
        stirs=True,
        in_first_week=True,
    ),
    WeeklyRecipe(
        "one_procedure_fewer",
        _can_be_one_fewer,
        in_row(_one_fewer),
        lambda case: case.finds("L21"),
        stirs=True,
    ),
    WeeklyRecipe(
        "all_done_in_one_week",
        _nothing_done_before,
        in_row(_all_done),
        lambda case: case.finds("L23"),
        stirs=True,
    ),
    WeeklyRecipe(
        "project_stands_still",
        lambda case: _stood_still(case, weeks=1),
        on_form(PROCEDURES, _frozen),
        lambda case: case.finds("P16A"),
    ),
    WeeklyRecipe(
        "project_stands_still_for_long",
        lambda case: _stood_still(case, weeks=2),
        on_form(PROCEDURES, _frozen),
        lambda case: case.finds("P16B"),
    ),
    WeeklyRecipe(
        "weekly_owner_renamed",
        lambda case: case.is_calm,
        in_row(lambda case: {"owner_name": say("fault_renamed_owner", name=case.project.owner_name)}),
        lambda case: case.finds("I14", "owner_name"),
    ),
    WeeklyRecipe(
        "weekly_code_slips",
        lambda case: case.is_calm,
        in_row(lambda case: {"project_code": _slipped(case.project.project_code)}),
        lambda case: case.finds("P17"),
    ),
    WeeklyRecipe(
        "start_differs_from_monthly",
        _shared_and_started,
        in_row(lambda case: {"start_actual_date": case.project.start_actual_date + timedelta(days=3)}),
        lambda case: case.finds("X06"),
    ),
    WeeklyRecipe(
        "weekly_owner_blank",
        lambda case: case.is_calm,
        in_row(lambda case: {"owner_name": None}),
        lambda case: case.finds("F03", "owner_name"),
    ),
    WeeklyRecipe(
        "weekly_plan_negative",
        lambda case: case.is_calm,
        in_row(lambda case: {"annual_plan_wan": -Decimal("120.00")}),
        lambda case: case.finds("F02A", "annual_plan_wan"),
    ),
    WeeklyRecipe(
        "weekly_project_twice",
        _several,
        on_form(PROCEDURES, _twice),
        lambda case: case.finds("I13"),
        of_form=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "weekly_project_missing",
        _several,
        on_form(PROCEDURES, _left_out),
        lambda case: case.finds("I16"),
        of_form=True,
        removes=True,
    ),
    WeeklyRecipe(
        "project_not_in_pipeline",
        lambda case: _several(case) and _quiet(case),
        on_form(PROCEDURES, _with_unknown),
        lambda case: [replace(found, project_id=unknown_id(case)) for found in case.finds("I17B")],
        of_form=True,
    ),
    WeeklyRecipe(
        "weekly_project_of_two_units",
        lambda case: _several(case) and bool(other_unit(case)),
        _by_another_unit,
        lambda case: list(_of_other(case, "D01")),
        of_form=True,
    ),
)
