"""Fault blanks: what is told by a blank form of ours that came back filled in.

Belongs here: recipes of S23 and S24.
Does not belong here: filling in a blank as it should be (blank_filling), other layouts (fault_sheets).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from ingestion.blank_memory import KIND, BlankMemory, remembered
from ingestion.obligations import previous_period
from samples.fault_case import Case, Recipe, altered, on_form
from samples.sheets import UNIT_ROW, Filled, places

LOCKED = "planned_finish_date"  # a cell that the list fills in and no rule compares
A_WHILE = timedelta(days=10)


def _in_time(case: Case) -> bool:
    return case.county.received[case.unit_id, case.period] <= case.county.due[case.period]


def _on_blank(filled: Filled, period: str, locked: Mapping[int, Mapping[str, str]]) -> Filled:
    """The form as it stands on a blank of ours made for a period."""
    columns = {column.key: place for place, column in enumerate(filled.columns)}
    memory = BlankMemory(filled.sheet, columns, (UNIT_ROW, filled.first_row - 2), locked)
    tags = {"kind": KIND, "plan": filled.plan_id, "period": period, "unit": filled.unit_id, "form": filled.form}
    return replace(filled, tags=tags | memory.tags())


def _locked_changed(case: Case, filled: Filled) -> Filled:
    """One locked cell holds something else than the blank had there."""
    row = dict(places(filled).details)[case.project_id]
    day = case.project.planned_finish_date
    changed = altered(filled, case.project_id, {LOCKED: day + A_WHILE})
    locked = {LOCKED: remembered(day)}
    return _on_blank(changed, case.period, {row: locked})


FORM_RECIPES = (
    Recipe(
        "stale_blank",
        None,
        _in_time,
        on_form(lambda case, filled: _on_blank(filled, previous_period(case.period), {})),
        lambda case: case.finds_on_sheet("S24"),
    ),
)
RECIPES = (
    Recipe("locked_cell_changed", LOCKED, _in_time, on_form(_locked_changed), lambda case: case.finds("S23", LOCKED)),
    *FORM_RECIPES,
)
