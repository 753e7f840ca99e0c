"""Faults: named mistakes to seed into a county's forms, each with the whole set of findings it must cause.

Belongs here: choosing a project or unit for each fault.
Does not belong here: what a fault changes (fault_…), several at once (kept_apart); judging (expectations).

A fault is a pure function of filled forms. What it must cause is written down by hand from the rules' formulas, never
computed by the code that judges.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from samples import (
    fault_arrivals,
    fault_blanks,
    fault_cells,
    fault_claims,
    fault_dates,
    fault_figures,
    fault_history,
    fault_identity,
    fault_layout,
    fault_logic,
    fault_sense,
    fault_sheets,
    fault_targets,
    fault_totals,
)
from samples.county import County
from samples.fault_case import Case, ExpectedFinding, Recipe
from samples.kept_apart import NoTarget, kept_apart
from samples.sheets import Filled
from samples.weekly_faults import WEEKLY_NAMES, WeeklyFault, weekly_apart, weekly_fault

__all__ = [
    "NAMES",
    "ONLY_LAST",
    "WEEKLY_NAMES",
    "ExpectedFinding",
    "Fault",
    "NoTarget",
    "WeeklyFault",
    "apart",
    "fault",
    "weekly_apart",
    "weekly_fault",
]

_RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for module in (
        fault_figures,
        fault_logic,
        fault_dates,
        fault_sense,
        fault_history,
        fault_targets,
        fault_cells,
        fault_claims,
        fault_identity,
        fault_sheets,
        fault_totals,
        fault_layout,
        fault_arrivals,
        fault_blanks,
    )
    for recipe in (*module.RECIPES, *getattr(module, "FORM_RECIPES", ()))
}
_OF_FORMS = (
    *fault_sheets.RECIPES,
    *fault_totals.RECIPES,
    *fault_layout.RECIPES,
    *fault_claims.FORM_RECIPES,
    *fault_sense.FORM_RECIPES,
    *fault_arrivals.RECIPES,
    *fault_blanks.FORM_RECIPES,
)
_WHOLE_FORM = frozenset(recipe.name for recipe in _OF_FORMS)
NAMES = tuple(_RECIPES)
ONLY_LAST = frozenset(recipe.name for recipe in _RECIPES.values() if recipe.only_last)


@dataclass(frozen=True)
class Fault:
    """One mistake in one unit's form of one period.

    ``expected`` is everything that must be found because of it, in this period and the next, beside the states the
    county predicts; ``silenced`` are those of its states that cannot come up any more, as (period, rule, subject).
    """

    name: str
    case: Case
    _recipe: Recipe = field(repr=False)

    @property
    def unit_id(self) -> str:
        return self.case.unit_id

    @property
    def period(self) -> str:
        return self.case.period

    @property
    def project_id(self) -> str | None:
        """The project it befalls; None for a mistake of the whole form."""
        return None if self.is_of_form else self.case.project_id

    @property
    def is_of_form(self) -> bool:
        """Whether it concerns the unit's whole form, so that no second fault should touch that form."""
        return self.name in _WHOLE_FORM

    @property
    def forms(self) -> int:
        """How many forms it changes, adds or takes away."""
        return self._recipe.forms

    @property
    def first_field(self) -> str | None:
        """The field of the cell that should be shown first; None where nothing tells which one is wrong."""
        return self._recipe.first

    @cached_property
    def expected(self) -> frozenset[ExpectedFinding]:
        return frozenset(self._recipe.expect(self.case))

    @cached_property
    def silenced(self) -> frozenset[tuple[str, str, str]]:
        if not self._recipe.silences_states:
            return frozenset()
        own = {self.unit_id} | {e.project.project_id for e in self.case.county.entries(self.period, self.unit_id)}
        states = self.case.county.expected_states(self.period)
        return frozenset((self.period, rule, subject) for rule, subject in states if subject in own)

    def applied(self, filled: list[Filled], *_: object) -> list[Filled]:
        """The forms with the mistake in them; those it does not concern are the same objects."""
        return self._recipe.change(self.case, filled)


def fault(
    name: str,
    county: County,
    plan,
    period: str | None = None,
    without: Iterable[str] = (),
) -> Fault:
    """The fault of that name on the first project it suits, in ``period`` (default: the first that is due and may be).

    ``without`` names projects and units to leave alone. :class:`NoTarget` when nothing suits.
    """
    recipe = _RECIPES[name]
    due = [period for period in county.periods if county.is_due(period)]
    period = period or due[-1 if recipe.only_last else 0]
    left_alone = set(without)
    for entry in county.entries(period):
        if entry.project.project_id in left_alone or entry.unit_id in left_alone:
            continue
        case = Case(county, plan, period, entry)
        if not case.is_outside_statistics and recipe.suits(case):
            found = Fault(name, case, recipe)
            if not left_alone.intersection(expected.unit_id for expected in found.expected):
                return found
    raise NoTarget(f"{name}: no project of {county.plan_id} suits in {period}")


def apart(names: Iterable[str], county: County, plan, period: str | None = None) -> tuple[Fault, ...]:
    """Several faults at once, no two of them in one unit; names that find no unit any more are left out."""
    return kept_apart(names, lambda name, taken: fault(name, county, plan, period, taken))
