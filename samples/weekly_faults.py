"""Weekly faults: named mistakes to seed into a campaign's forms, each with the findings it must cause in its week.

Belongs here: choosing a project, procedure or unit for each.
Does not belong here: what a mistake changes (fault_…), several at once (kept_apart); judging (expectations).

What must be found is written down by hand from the rules' formulas, and for the mistake's own week only: seed into the
last week that is judged. (A later week would find, for instance, a paper gone that was never there.)
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from samples import fault_legal_order, fault_procedures, fault_progress, fault_versions
from samples.campaign import Campaign
from samples.fault_case import ExpectedFinding
from samples.kept_apart import NoTarget, kept_apart
from samples.sheets import Filled
from samples.stale import RULES
from samples.weekly_case import WeeklyCase, WeeklyRecipe

_RECIPES: dict[str, WeeklyRecipe] = {
    recipe.name: recipe
    for module in (fault_procedures, fault_legal_order, fault_progress, fault_versions)
    for recipe in module.RECIPES
}
WEEKLY_NAMES = tuple(_RECIPES)
USUAL_WEEK = 5  # the first in which December's month stands beside it in both shipped plans


@dataclass(frozen=True)
class WeeklyFault:
    """One mistake in one unit's forms of one week.

    ``expected`` is everything that must be found because of it in this week, beside the states the campaign predicts;
    ``silenced`` are those of its states that cannot come up any more, as (period, rule, subject).
    """

    name: str
    case: WeeklyCase
    _recipe: WeeklyRecipe = field(repr=False)

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
        """Whether it concerns the unit's whole form, so that no second mistake should touch that unit."""
        return self._recipe.of_form

    @property
    def forms(self) -> int:
        """How many forms it changes, adds or takes away."""
        return self._recipe.forms

    @cached_property
    def expected(self) -> frozenset[ExpectedFinding]:
        return frozenset(self._recipe.expect(self.case))

    @cached_property
    def silenced(self) -> frozenset[tuple[str, str, str]]:
        states = self.case.campaign.expected_states(self.period)
        if self._recipe.silences_states:
            own = {project.project_id for project in self.case.campaign.reported(self.period, self.unit_id)}
            gone = {(rule, about) for rule, about in states if about.split("/")[0] in own}
        elif self._recipe.removes:
            gone = {(rule, about) for rule, about in states if about.split("/")[0] == self.case.project_id}
        elif self._recipe.stirs:
            gone = {(rule, about) for rule, about in states if rule in RULES and about == self.case.project_id}
        else:
            gone = set()
        return frozenset((self.period, rule, about) for rule, about in gone)

    def applied(self, filled: list[Filled], *_: object) -> list[Filled]:
        """The forms with the mistake in them; those it does not concern are the same objects."""
        return self._recipe.change(self.case, filled)


def weekly_fault(
    name: str, campaign: Campaign, plan, period: str | None = None, without: Iterable[str] = ()
) -> WeeklyFault:
    """The mistake of that name on the first project it suits, in ``period`` (default: its usual week).

    ``without`` names projects and units to leave alone. :class:`NoTarget` when nothing suits.
    """
    recipe = _RECIPES[name]
    period = period or campaign.periods[0 if recipe.in_first_week else USUAL_WEEK]
    left_alone = set(without)
    for case in _cases(recipe, campaign, plan, period):
        if left_alone & {case.unit_id, case.project_id} or not recipe.suits(case):
            continue
        found = WeeklyFault(name, case, recipe)
        if not left_alone.intersection(expected.unit_id for expected in found.expected):
            return found
    raise NoTarget(f"{name}: no project of {campaign.plan_id} suits in {period}")


def weekly_apart(names: Iterable[str], campaign: Campaign, plan, period: str | None = None) -> tuple[WeeklyFault, ...]:
    """Several mistakes of one week at once, no two of them in one unit; names that find no unit are left out."""
    return kept_apart(names, lambda name, taken: weekly_fault(name, campaign, plan, period, taken))


def _cases(recipe: WeeklyRecipe, campaign: Campaign, plan, period: str) -> Iterator[WeeklyCase]:
    for project in campaign.reported(period):
        if recipe.of_item:
            for item in project.needed:
                yield WeeklyCase(campaign, plan, period, project, item)
        else:
            yield WeeklyCase(campaign, plan, period, project)
