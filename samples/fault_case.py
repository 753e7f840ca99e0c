"""Fault case: one project or unit in one period that a mistake befalls, and what follows from it.

Belongs here: the words every kind of fault needs: target, expected finding, recipe, changes of a filled form.
Does not belong here: a single fault (fault_figures, fault_logic, fault_cells, fault_sheets), choosing targets (faults).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from samples.county import County
from samples.curves import rounded
from samples.projects import ListEntry, Project, ProjectMonth
from samples.sheets import Detail, Filled, retotalled, with_details

_BY_SEVERITY = {  # as the rules say; written down again on purpose, so that a change there does not go unnoticed
    "error": (
        "S04 S19 F13 F16A I06 "
        "S02 S08A S10 S12 S16 S17 M04 F01A F02A F03 F05 F09 F11 F15 I01 I05 I07 I13 I16 D01 X01 X02 X03 P01 P02 P08 "
        "F06A F08 P03 P09B X04 P10B R01 R02 R03 R04 R05B R07 R09B R10 R11B R12 R14B I04 L14 L16 L18 P15 X05 X05B X13 "
        "R37"
    ),
    "warning": (
        "F01B F02B F06B F12 I02 I04B I08 I09 I10 I11 I12 I14B I15 I16B I17 I17B I18 M06 R05A R06 R08 R09A R11A R14A "
        "S23 R17 R23 P04 P05 P06 P07 P10A P10C P11 P12 P14 P17B P18 T03 T05 "
        "R13 R15 R16 R18 R22 R25 R27 R28 F07 F13B F16B F17 S06 S07 S09 S18 "
        "L01 L04 L05 L06 L11 L12 L13 L15A L15B L19 L21 L22 L23 L24A L24B L27 R31 R32 X06 X07 X12 I14 P17 "
        "D02 D03 D03B D06 D13 N01 P20 R33 R34A R34B R35 R36"
    ),
    "info": "O18 S01 S05 S11 S13 S15 F10 X10 R24 R26 F14 I03 L17 M03 M05 P13 S03 S08B S20 S21 S22 S24 F04 F18 T04 X13B",
    "state": "L20 M01 M02 P16A P16B T01",
}
SEVERITIES: Mapping[str, str] = {rule: severity for severity, rules in _BY_SEVERITY.items() for rule in rules.split()}


@dataclass(frozen=True)
class ExpectedFinding:
    """A finding that must come up. ``field`` is None where a rule speaks of several, ``project_id`` where of none."""

    rule_id: str
    unit_id: str
    period: str
    project_id: str | None
    field: str | None
    severity: str
    procedure: str | None = None  # which one, where the rule speaks of one


@dataclass(frozen=True)
class Case:
    """The project (or any project of the unit) that a fault befalls in one period, and its true months around it."""

    county: County
    plan: object
    period: str
    entry: ListEntry

    @property
    def project(self) -> Project:
        return self.entry.project

    @property
    def project_id(self) -> str:
        return self.project.project_id

    @property
    def unit_id(self) -> str:
        return self.entry.unit_id

    @property
    def state(self) -> ProjectMonth:
        """The truth of the period."""
        return self.project.at(int(self.period[-2:]))

    @property
    def before(self) -> ProjectMonth:
        """The truth of the month before."""
        return self.project.at(int(self.period[-2:]) - 1)

    @property
    def later(self) -> "Case | None":
        """The same project in the next period, if it is reported then."""
        following = [period for period in self.county.periods if period > self.period]
        if not following:
            return None
        entries = [e for e in self.county.entries(following[0]) if e.project.project_id == self.project_id]
        return replace(self, period=following[0], entry=entries[0]) if entries else None

    @property
    def earlier(self) -> "Case | None":
        """The same project in the period before, if its present unit reported it then."""
        before = [period for period in self.county.periods if period < self.period]
        entries = self.county.entries(before[-1], self.unit_id) if before else ()
        own = [e for e in entries if e.project.project_id == self.project_id]
        return replace(self, period=before[-1], entry=own[0]) if own else None

    @property
    def was_reported(self) -> bool:
        """Whether the project was on the list of the period before (so that the month before is known)."""
        before = [period for period in self.county.periods if period < self.period]
        return bool(before) and any(e.project.project_id == self.project_id for e in self.county.entries(before[-1]))

    @property
    def is_behind(self) -> bool:
        """Whether the truth is behind schedule, so that a fault that lowers the rate changes no state."""
        return ("T01", self.project_id) in self.county.expected_states(self.period)

    @property
    def is_outside_statistics(self) -> bool:
        """Whether the truth of any period is a project begun and not counted: mistakes might take that state away."""
        return any(("D05", self.project_id) in states for states in self.county.states.values())

    def would_be_behind(self, ytd: Decimal) -> bool:
        """Whether another year-to-date figure would be behind schedule."""
        month, points = int(self.period[-2:]), Decimal(str(self.plan.thresholds.behind_schedule_points))
        return ytd * 1200 < (100 * month - 12 * points) * self.project.annual_plan_wan

    @property
    def unit_was_whole(self) -> bool:
        """Whether all projects of the unit were on the list of the period before."""
        before = [period for period in self.county.periods if period < self.period]
        known = {e.project.project_id for e in self.county.entries(before[-1])} if before else set()
        return all(e.project.project_id in known for e in self.county.entries(self.period, self.unit_id))

    def finds(self, rule_id: str, *fields: str) -> list[ExpectedFinding]:
        """Findings of a rule on the project's row, one per field, or one that speaks of no single field."""
        return self._found(rule_id, self.project_id, fields)

    def finds_on_sheet(self, rule_id: str, *fields: str) -> list[ExpectedFinding]:
        """Findings of a rule on the sheet or its totals."""
        return self._found(rule_id, None, fields)

    def _found(self, rule_id: str, project_id: str | None, fields: Iterable[str]) -> list[ExpectedFinding]:
        return [
            ExpectedFinding(rule_id, self.unit_id, self.period, project_id, name, SEVERITIES[rule_id])
            for name in (tuple(fields) or (None,))
        ]


Change = Callable[[Case, list[Filled]], list[Filled]]


@dataclass(frozen=True)
class Recipe:
    """One kind of mistake: whom it can befall, what it changes, the whole set of findings it must cause.

    ``first`` is the field of the cell that a reader should be shown first; None where nothing tells which one is wrong.
    """

    name: str
    first: str | None
    suits: Callable[[Case], bool]
    change: Change
    expect: Callable[[Case], list[ExpectedFinding]]
    silences_states: bool = False  # nothing is judged, so the unit's states cannot come up either
    only_last: bool = False  # it needs two periods before it
    forms: int = 1  # how many forms it changes, adds or takes away


def on_form(change: Callable[[Case, Filled], Filled]) -> Change:
    """A change of the one form of the case's unit and period."""

    def changed(case: Case, filled: list[Filled]) -> list[Filled]:
        return [
            change(case, form)
            if (form.form, form.unit_id, form.period) == ("monthly_dispatch", case.unit_id, case.period)
            else form
            for form in filled
        ]

    return changed


def typed(values: Callable[[Case], Mapping[str, object]], totals_follow: bool = False) -> Change:
    """Write other values into the project's row. Totals keep the truth, as typed figures, unless they follow."""

    def change(case: Case, filled: Filled) -> Filled:
        changed = altered(filled, case.project_id, values(case))
        return retotalled(changed) if totals_follow else changed

    return on_form(change)


def altered(filled: Filled, project_id: str, values: Mapping[str, object]) -> Filled:
    """The form with other values in one project's row; None empties a cell. Totals stay as shown."""

    def change(detail: Detail) -> Detail:
        if detail.project_id != project_id:
            return detail
        cells = {**detail.cells, **values}
        return replace(detail, cells={name: value for name, value in cells.items() if value is not None})

    return with_details(filled, change)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """A rate as forms show it: percent with two decimals."""
    return rounded(part * 100 / whole).quantize(Decimal("0.01"))


def wan(value: Decimal) -> Decimal:
    """An amount as forms show it: two decimals."""
    return rounded(value).quantize(Decimal("0.01"))
