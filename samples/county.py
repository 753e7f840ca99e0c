"""County: a made-up county whose true state is known, month by month, for demo, tests and benchmark.

Belongs here: composing projects, lists and arrival times from a plan and a seed; what the true state predicts.
Does not belong here: workbooks (sheets, workbooks), faults, metrics (the tests compute them independently).

Everything is 模拟数据. The same plan and seed give the same county in any process.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from ingestion.obligations import cutoff_date, obligations, periods
from ingestion.settings import TIMEZONE
from samples import casting
from samples.lists import versions
from samples.months import with_months
from samples.projects import ListEntry, ListVersion, Project, ProjectMonth

FORM = "monthly_dispatch"
LEAST_COUNTED = 500  # 万元 from which a project belongs in the statistics
LATE_BY = (timedelta(hours=1, minutes=20), timedelta(minutes=20), timedelta(hours=26))  # one unit in each due period


@dataclass(frozen=True)
class County:
    """The true state of a made-up county. Money is Decimal 万元 with two decimals; months are 1 to 12."""

    plan_id: str
    seed: int
    year: int
    periods: tuple[str, ...]  # the last three (or more) months that have forms, history first
    units: tuple[str, ...]  # unit ids in the plan's order
    nil_unit: str  # has no project and reports 零报告
    projects: tuple[Project, ...]
    lists: tuple[ListVersion, ...]
    cutoffs: dict[str, date]
    due: dict[str, datetime]
    received: dict[tuple[str, str], datetime]  # (unit, period) -> arrival of its form
    states: dict[str, frozenset[tuple[str, str]]]

    def project(self, project_id: str) -> Project:
        """The project of that id."""
        return next(project for project in self.projects if project.project_id == project_id)

    def list_at(self, period: str) -> ListVersion:
        """The list version that counts for a period: the latest in effect at its cutoff date."""
        return [version for version in self.lists if version.effective_date <= self.cutoffs[period]][-1]

    def entries(self, period: str, unit_id: str | None = None) -> tuple[ListEntry, ...]:
        """The projects to be reported for a period, of one unit or of all, in list order."""
        return tuple(
            entry for entry in self.list_at(period).entries if entry.is_in_force and unit_id in (None, entry.unit_id)
        )

    def entry(self, project_id: str, period: str) -> ListEntry:
        """How the list of a period speaks of a project."""
        return next(entry for entry in self.list_at(period).entries if entry.project.project_id == project_id)

    def state(self, project_id: str, period: str) -> ProjectMonth:
        """The true state of a project at the cutoff of a period."""
        return self.project(project_id).at(int(period[-2:]))

    def is_due(self, period: str) -> bool:
        """Whether the plan asks for the period's form (history is not owed)."""
        return period in self.due

    def expected_states(self, period: str) -> frozenset[tuple[str, str]]:
        """What clean forms of a period must report, no more and no less: (rule, unit id or project id)."""
        return self.states[period]


def simulate(plan, seed: int = 2022) -> County:
    """A county for ``plan``: its units that owe the monthly form, 60 projects, two versions of the list."""
    random = Random(seed)
    owed_by = set(plan.forms[FORM].owed_by)
    units = [unit for unit in plan.units if unit.id in owed_by]
    due = {(duty.period, duty.unit_id): duty for duty in obligations(plan, FORM)}
    its_periods = tuple(periods(plan, FORM))
    cast, nil_unit = casting.cast(random, plan, units)
    projects = with_months(random, cast, plan.year, int(its_periods[-2][-2:]))
    lists = versions(random, plan, cast, projects, its_periods)
    bare = County(
        plan_id=plan.id,
        seed=seed,
        year=plan.year,
        periods=its_periods,
        units=tuple(unit.id for unit in units),
        nil_unit=nil_unit,
        projects=projects,
        lists=lists,
        cutoffs={period: cutoff_date(plan, period) for period in its_periods},
        due={period: duty.due_at for (period, _), duty in due.items() if duty.is_due},
        received={},
        states={},
    )
    deadlines = {period: next(duty.due_at for (p, _), duty in due.items() if p == period) for period in its_periods}
    late = _late_units(random, bare)
    received = _arrivals(random, bare, deadlines, late)
    states = {period: _states(bare, plan, period, late.get(period)) for period in its_periods}
    return replace(bare, received=received, states=states)


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, TIMEZONE)


def _late_units(random: Random, county: County) -> dict[str, str]:
    """One unit that is late in each due period, never the same twice in a row."""
    reporting = [unit_id for unit_id in county.units if unit_id != county.nil_unit]
    chosen = random.sample(reporting, len(county.due))
    return dict(zip(county.due, chosen, strict=True))


def _arrivals(
    random: Random, county: County, deadlines: dict[str, datetime], late: dict[str, str]
) -> dict[tuple[str, str], datetime]:
    """When each form reached the centre: one to three days before the deadline, in office hours, to the minute."""
    arrivals = {}
    for number, period in enumerate(county.periods):
        for unit_id in county.units:
            before = timedelta(days=random.randint(1, 3))
            minute = random.randint(8 * 60 + 30, 17 * 60 + 50)
            day = (deadlines[period] - before).date()
            arrivals[unit_id, period] = _instant(day, time(minute // 60, minute % 60))
            if not county.is_due(period):  # history came on the day itself and owes nothing
                arrivals[unit_id, period] = _instant(deadlines[period].date(), time(9 + minute % 7, minute % 60))
            elif late.get(period) == unit_id:
                arrivals[unit_id, period] = deadlines[period] + LATE_BY[number % len(LATE_BY)]
    return arrivals


def _states(county: County, plan, period: str, late: str | None) -> frozenset[tuple[str, str]]:
    """The states a period's clean forms show: who is late, what is behind the calendar by more points than the plan
    allows, the province's projects that have not begun (again), what began long ago and is not in the statistics,
    and two targets of the plan that fit no such list."""
    month = int(period[-2:])
    points = Decimal(str(plan.thresholds.behind_schedule_points))
    behind = {
        ("T01", entry.project.project_id)
        for entry in county.entries(period)
        if entry.project.nature_code != "preparatory"
        and entry.project.annual_plan_wan
        and entry.project.at(month).ytd_investment_wan * 1200
        < (100 * month - 12 * points) * entry.project.annual_plan_wan
    }
    idle = {
        ("T08", entry.project.project_id)
        for entry in county.entries(period)
        if entry.project.level_code == "provincial" and _is_idle(entry.project, month)
    }
    outside = {
        ("D05", entry.project.project_id)
        for entry in county.entries(period)
        if _is_left_out(entry.project, month, county.cutoffs[period])
    }
    apart = {("T12", plan.centre)} if _targets_disagree(county, plan, period) else set()
    return frozenset(behind | idle | outside | apart | ({("M01", late)} if late else set()))


def _is_left_out(project: Project, month: int, cutoff: date) -> bool:
    """Whether a project is not in the statistics more than two months after it began."""
    state = project.at(month)
    began = state.start_actual_date
    if began is None or state.is_in_statistics == "yes" or project.total_investment_wan < LEAST_COUNTED:
        return False
    months = (cutoff.year - began.year) * 12 + cutoff.month - began.month
    return (months, cutoff.day - began.day) > (2, 0)


def _targets_disagree(county: County, plan, period: str) -> bool:
    """Whether an amount and a rate that the plan asks for together imply another year's plan than the list has."""
    asked = [target for target in plan.targets if target.judged_period == period]
    levels = {population.id: population.levels for population in plan.populations}
    for rate in (target for target in asked if target.metric == "annual_completion_rate"):
        planned = sum(
            entry.project.annual_plan_wan
            for entry in county.entries(period)
            if entry.project.level_code in levels[rate.population]
        )
        amounts = [t for t in asked if t.metric == "ytd_investment" and t.population == rate.population]
        if any(abs(amount.threshold / rate.threshold - planned) > planned / 50 for amount in amounts):
            return True
    return False


def _is_idle(project: Project, month: int) -> bool:
    """Whether a project to be built has not begun, or not begun again, by a month of the year."""
    state = project.at(month)
    stands_still = state.status_code == "suspended" and project.nature_code == "continued"
    return state.status_code == "not_started" or (stands_still and not state.ytd_investment_wan)
