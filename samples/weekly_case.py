"""Weekly case: one project, one of its procedures or one unit in one week that a mistake befalls, and what follows.

Belongs here: the words every mistake of the campaign's forms needs: target, expected finding, recipe, changes.
Does not belong here: a single mistake (fault_procedures, fault_progress, fault_versions), choosing targets (faults).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from samples.campaign import PIPELINE, Campaign
from samples.fault_case import SEVERITIES, ExpectedFinding, altered
from samples.pipeline import Item, ItemState, Prospect
from samples.sheets import Filled, retotalled
from samples.weekly_filling import PROCEDURES, funds_form, pipeline_form

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WeeklyCase:
    """The project (or any of the unit's) that a mistake befalls in one week, and the procedure if it is of one."""

    campaign: Campaign
    plan: object
    period: str
    project: Prospect
    item: Item | None = None

    @property
    def project_id(self) -> str:
        return self.project.project_id

    @property
    def unit_id(self) -> str:
        return self.project.unit_id

    @property
    def day(self) -> date:
        """The cutoff date of the week."""
        return self.campaign.cutoffs[self.period]

    @property
    def previous_day(self) -> date | None:
        """The cutoff date of the week before; None in the first one."""
        return max((day for day in self.campaign.cutoffs.values() if day < self.day), default=None)

    @property
    def now(self) -> ItemState:
        """The truth about the procedure in this week."""
        return self.item.at(self.day)

    @property
    def before(self) -> ItemState:
        """The truth about the procedure in the week before (in the first week: in that week)."""
        return self.item.at(self.previous_day or self.day)

    @property
    def kind(self) -> str | None:
        """Which procedure of the field it is."""
        return self.plan.procedure(self.item.procedure).kind

    @property
    def is_calm(self) -> bool:
        """Neither starting nor joining in the campaign, nor shared with this year's list: no other rule is near."""
        project = self.project
        return not (project.start_actual_date or project.joins_on or project.is_shared) and bool(project.project_code)

    @property
    def is_in_time(self) -> bool:
        """Whether the unit's forms of the week came in time."""
        return self.campaign.received[self.unit_id, self.period] <= self.campaign.due[self.period]

    def other(self, kind: str) -> ItemState | None:
        """The truth about the project's procedure of another kind, if it needs that."""
        found = [i for i in self.project.needed if self.plan.procedure(i.procedure).kind == kind]
        return found[0].at(self.day) if found else None

    def finds(self, rule_id: str, *fields: str) -> list[ExpectedFinding]:
        """Findings of a rule on the project's row, one per field, or one that speaks of no single field."""
        return self._found(rule_id, self.project_id, None, fields)

    def finds_item(self, rule_id: str, *fields: str) -> list[ExpectedFinding]:
        """Findings of a rule on the procedure of the project."""
        return self._found(rule_id, self.project_id, self.item.procedure, fields)

    def finds_on_sheet(self, rule_id: str, *fields: str) -> list[ExpectedFinding]:
        """Findings of a rule on the sheet or its totals."""
        return self._found(rule_id, None, None, fields)

    def _found(
        self, rule_id: str, project_id: str | None, procedure: str | None, fields: Iterable[str]
    ) -> list[ExpectedFinding]:
        severity = SEVERITIES[rule_id]
        return [
            ExpectedFinding(rule_id, self.unit_id, self.period, project_id, name, severity, procedure)
            for name in (tuple(fields) or (None,))
        ]


WeeklyChange = Callable[[WeeklyCase, list[Filled]], list[Filled]]


@dataclass(frozen=True)
class WeeklyRecipe:
    """One kind of mistake: whom it can befall, what it changes, the whole set of findings it must cause in its week.

    ``of_item``: it befalls one procedure. ``of_form``: it concerns the unit's whole form. ``stirs``: the project's
    procedures look changed in this week, so that they cannot count as standing still; ``removes``: its row is gone.
    """

    name: str
    suits: Callable[[WeeklyCase], bool]
    change: WeeklyChange
    expect: Callable[[WeeklyCase], list[ExpectedFinding]]
    of_item: bool = False
    of_form: bool = False
    stirs: bool = False
    removes: bool = False
    silences_states: bool = False
    in_first_week: bool = False
    forms: int = 1  # how many forms it changes, adds or takes away


def on_form(form: str, change: Callable[[WeeklyCase, Filled], Filled]) -> WeeklyChange:
    """A change of the case's unit's form of the week; a form sent on change is sent then if it was not."""

    def changed(case: WeeklyCase, filled: list[Filled]) -> list[Filled]:
        key = (form, case.unit_id, case.period)
        there = [one for one in filled if (one.form, one.unit_id, one.period) == key]
        if there:
            return [change(case, one) if one is there[0] else one for one in filled]
        make = pipeline_form if form == PIPELINE else funds_form
        return [*filled, change(case, make(case.campaign, case.plan, case.period, case.unit_id))]

    return changed


def in_row(values: Callable[[WeeklyCase], Mapping[str, object]], form: str = PROCEDURES, follow: bool = True):
    """Write other values into the project's row; totals follow unless told otherwise. None empties a cell."""

    def change(case: WeeklyCase, filled: Filled) -> Filled:
        changed = altered(filled, case.project_id, values(case))
        return retotalled(changed) if follow else changed

    return on_form(form, change)


def in_item(values: Callable[[WeeklyCase], Mapping[str, object]]) -> WeeklyChange:
    """Write other values into the cells of the case's procedure."""
    return in_row(lambda case: {f"{case.item.procedure}.{name}": value for name, value in values(case).items()})


def cells_of(filled: Filled, project_id: str) -> Mapping[str, object]:
    """What a form shows in a project's row."""
    return next(detail.cells for detail in filled.details if detail.project_id == project_id)
