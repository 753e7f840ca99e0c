"""Fault arrivals: what is told by how a unit's form came, not by its figures: twice, changed late, by another's hand.

Belongs here: recipes of M03, M05 and M06.
Does not belong here: late and missing forms, and layouts (fault_sheets).
"""

from dataclasses import replace
from datetime import timedelta

from samples.fault_case import Case, ExpectedFinding, Recipe, altered
from samples.scenarios import corrected
from samples.sheets import Filled, retotalled
from samples.words import say

A_WHILE = timedelta(minutes=20)
PAID = "paid_ytd_wan"
HANDS = 3  # units whose forms one person saves


def _in_time(case: Case) -> bool:
    return case.county.received[case.unit_id, case.period] <= case.county.due[case.period]


def _sent_twice(case: Case, filled: list[Filled]) -> list[Filled]:
    """A draft shortly before, without its last note; then the form itself."""
    return [part for form in filled for part in ((_draft(form), form) if _is_own(case, form) else (form,))]


def _draft(form: Filled) -> Filled:
    return replace(form, notes=form.notes[:-1], received_at=form.received_at - A_WHILE)


def _changed_late(case: Case, filled: list[Filled]) -> list[Filled]:
    """After the deadline the form comes again with another figure for one project."""
    after = case.county.due[case.period] - case.county.received[case.unit_id, case.period] + A_WHILE
    late = corrected(case.county, case.plan, case.period, case.unit_id, after)
    late = retotalled(altered(late, case.project_id, {PAID: case.state.paid_ytd_wan - 1}))
    return [*filled, late]


def _hands(case: Case) -> list[str]:
    """The case's unit and the next ones that have projects."""
    units = [unit for unit in case.county.units if case.county.entries(case.period, unit)]
    at = units.index(case.unit_id)
    return [*units[at:], *units[:at]][:HANDS]


def _of_one_hand(case: Case, filled: list[Filled]) -> list[Filled]:
    units = _hands(case)
    return [
        replace(form, editor=say("fault_editor"))
        if form.form == "monthly_dispatch" and form.period == case.period and form.unit_id in units
        else form
        for form in filled
    ]


def _is_own(case: Case, form: Filled) -> bool:
    return (form.form, form.unit_id, form.period) == ("monthly_dispatch", case.unit_id, case.period)


def _of_hands(case: Case) -> list[ExpectedFinding]:
    [own] = case.finds_on_sheet("M06")
    return [replace(own, unit_id=unit) for unit in _hands(case)]


RECIPES = (
    Recipe("sent_twice", None, _in_time, _sent_twice, lambda case: case.finds_on_sheet("M03")),
    Recipe(
        "changed_late",
        None,
        lambda case: _in_time(case) and case.state.paid_ytd_wan > 1,
        _changed_late,
        lambda case: [*case.finds("M05"), *case.finds_on_sheet("M03")],
    ),
    Recipe("one_hand", None, _in_time, _of_one_hand, _of_hands, forms=HANDS),
)
