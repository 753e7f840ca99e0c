"""Campaign: a made-up county's next year, week by week: its pipeline, procedures and funds, and what they predict.

Belongs here: composing projects, courses, funds, versions and arrivals from a plan, a county and a seed.
Does not belong here: workbooks (weekly_filling, workbooks), mistakes (faults), metrics (the tests compute them).

Everything is 模拟数据. The same plan and seed give the same campaign in any process.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from ingestion.obligations import WEEKLY, cutoff_date, deadline, periods
from ingestion.settings import TIMEZONE
from samples.county import County
from samples.courses import with_courses
from samples.fund_raising import funds as raised
from samples.pipeline import Fund, Prospect
from samples.prospects import aims_of, prospects
from samples.stale import stale_projects

PIPELINE, FUNDS = "pipeline", "funds"
VERSIONS = (2, 4)  # how often a unit sends its whole pipeline in the campaign
LATE_BY = (timedelta(minutes=25), timedelta(hours=3, minutes=10), timedelta(hours=20))  # one unit in each week


@dataclass(frozen=True)
class Campaign:
    """The true state of a made-up campaign. Money is Decimal 万元 with two decimals; a period is its due date."""

    plan_id: str
    seed: int
    year: int  # of the plan; the projects are next year's
    periods: tuple[str, ...]  # baseline first
    units: tuple[str, ...]  # the units that owe the weekly form, in the plan's order
    nil_unit: str  # has no project and reports 零报告
    procedures: tuple[str, ...]  # ids in the plan's order
    projects: tuple[Prospect, ...]
    funds: tuple[Fund, ...]
    cutoffs: dict[str, date]
    due: dict[str, datetime]
    received: dict[tuple[str, str], datetime]  # (unit, period) -> arrival of all it sends for that week
    versions: dict[tuple[str, str], tuple[str, ...]]  # (form, unit) -> the weeks in which it sent a new whole table
    states: dict[str, frozenset[tuple[str, str]]]

    def project(self, project_id: str) -> Prospect:
        """The project of that id."""
        return next(project for project in self.projects if project.project_id == project_id)

    def reported(self, period: str, unit_id: str | None = None) -> tuple[Prospect, ...]:
        """The projects of the weekly form, of one unit or of all; a started one stays until its papers are told."""
        day = self.cutoffs[period]
        return tuple(p for p in self.projects if p.is_known(day) and unit_id in (None, p.unit_id))

    def version(self, form: str, unit_id: str, period: str) -> str | None:
        """The week of the unit's version of a form sent on change that stands in a week; None before the first."""
        return max((week for week in self.versions.get((form, unit_id), ()) if week <= period), default=None)

    def standing(self, period: str, unit_id: str | None = None) -> tuple[tuple[Prospect, date], ...]:
        """The pipeline as last sent: each project with the day its row speaks of."""
        found = []
        for unit in self.units:
            sent = self.version(PIPELINE, unit, period)
            if sent is None or unit_id not in (None, unit):
                continue
            day = self.cutoffs[sent]
            found += [(p, day) for p in self.reported(sent, unit) if not p.is_started(day)]
        return tuple(found)

    def fund_rows(self, period: str, unit_id: str | None = None) -> tuple[tuple[Fund, date], ...]:
        """The funds as last sent: each row with the day it speaks of."""
        found = []
        for unit in sorted({fund.unit_id for fund in self.funds}, key=self.fund_units.index):
            sent = self.version(FUNDS, unit, period)
            if sent is None or unit_id not in (None, unit):
                continue
            day = self.cutoffs[sent]
            found += [(fund, day) for fund in self.funds if fund.unit_id == unit and fund.applied_on <= day]
        return tuple(found)

    @property
    def fund_units(self) -> list[str]:
        """The units that send a table of funds, in the plan's order."""
        return [unit for unit in self.units if (FUNDS, unit) in self.versions]

    def annual_plan(self, project: Prospect, period: str):
        """The annual plan of a project as its unit's standing pipeline says it."""
        sent = self.version(PIPELINE, project.unit_id, period)
        return project.annual_plan(self.cutoffs[sent or period])

    def expected_states(self, period: str) -> frozenset[tuple[str, str]]:
        """What clean forms of a week must report, no more and no less: (rule, subject).

        The subject is a unit (M01), a project (P16A, P16B) or ``<project>/<procedure>`` (L20).
        """
        return self.states[period]


def is_asked_for(plan) -> bool:
    """Whether the plan has a weekly campaign at all."""
    return WEEKLY in plan.forms


def simulate(plan, county: County, seed: int = 2022) -> Campaign:
    """The campaign of a plan that has the weekly form, in the county it belongs to."""
    random = Random(f"{plan.id}/{seed}/campaign")
    weeks = tuple(periods(plan, WEEKLY))
    cutoffs = {period: cutoff_date(plan, period) for period in weeks}
    days = list(cutoffs.values())
    owing = _owing(plan, WEEKLY)
    planning = _owing(plan, PIPELINE) or owing
    nil_unit = next((unit.id for unit in owing if unit not in planning), _idlest(plan, planning))
    bare = prospects(random, plan, county, planning, nil_unit, days)
    projects = with_courses(random, plan, bare, aims_of(plan.id), days)
    aim = aims_of(plan.id).funds
    fund_units = {unit.id for unit in _owing(plan, FUNDS)}
    its_funds = raised(random, plan.year, projects, fund_units, aim, days) if fund_units and aim else ()
    due = {period: deadline(plan, WEEKLY, period).due_at for period in weeks}
    units = tuple(unit.id for unit in owing)
    late = _late_units(random, weeks, [unit_id for unit_id in units if unit_id != nil_unit])
    bare_campaign = Campaign(
        plan_id=plan.id,
        seed=seed,
        year=plan.year,
        periods=weeks,
        units=units,
        nil_unit=nil_unit,
        procedures=tuple(procedure.id for procedure in plan.procedures),
        projects=projects,
        funds=its_funds,
        cutoffs=cutoffs,
        due=due,
        received=_arrivals(random, units, due, late),
        versions={**_pipeline_versions(random, projects, cutoffs), **_fund_versions(its_funds, cutoffs)},
        states={},
    )
    states = {period: _states(bare_campaign, plan, period, late[period]) for period in weeks}
    return replace(bare_campaign, states=states)


def _owing(plan, form: str) -> list:
    owed_by = set(plan.forms[form].owed_by) if form in plan.forms else set()
    return [unit for unit in plan.units if unit.id in owed_by]


def _idlest(plan, units: list) -> str:
    """The unit that is there to approve and not to build."""
    approving = [procedure.approving_unit for procedure in plan.procedures]
    return next((unit.id for unit in units if unit.id in approving), units[-1].id)


def _late_units(random: Random, weeks: tuple[str, ...], reporting: list[str]) -> dict[str, str]:
    """One unit that is late in each week, never the same twice in a row."""
    dealt: list[str] = []
    while len(dealt) < len(weeks):
        dealt += [unit for unit in random.sample(reporting, len(reporting)) if unit != (dealt or [""])[-1]]
    return dict(zip(weeks, dealt, strict=False))


def _arrivals(
    random: Random, units: tuple[str, ...], due: dict[str, datetime], late: dict[str, str]
) -> dict[tuple[str, str], datetime]:
    """When each unit's forms reached the centre: on the morning of the day they are due, to the minute, or too late."""
    arrivals = {}
    for number, (period, until) in enumerate(due.items()):
        for unit_id in units:
            minute = random.randint(8 * 60 + 30, min(until.hour * 60, 17 * 60) - 10)
            arrivals[unit_id, period] = datetime.combine(until.date(), time(minute // 60, minute % 60), TIMEZONE)
        arrivals[late[period], period] = until + LATE_BY[number % len(LATE_BY)]
    return arrivals


def _pipeline_versions(
    random: Random, projects: tuple[Prospect, ...], cutoffs: dict[str, date]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Each unit sends its pipeline at the beginning, when a project starts, joins or is revised, and now and then."""
    weeks = list(cutoffs)
    found = {}
    for unit_id in dict.fromkeys(project.unit_id for project in projects):
        events = [
            day
            for project in projects
            if project.unit_id == unit_id
            for day in (project.start_actual_date, project.joins_on, project.revised_on)
            if day
        ]
        sent = {weeks[0], *(_week_of(day, cutoffs) for day in events)}
        wanted = random.randint(*VERSIONS)
        others = [week for week in weeks[2:] if week not in sent]
        sent.update(random.sample(others, max(wanted - len(sent), 0)))
        found[PIPELINE, unit_id] = tuple(sorted(sent))
    return found


def _fund_versions(funds: tuple[Fund, ...], cutoffs: dict[str, date]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Each unit sends its funds when something was applied for or granted, for the first time in the first week."""
    first = next(iter(cutoffs))
    sent: dict[str, set[str]] = {}
    for fund in funds:
        days = [day for day in (fund.applied_on, fund.secured_date) if day]
        sent.setdefault(fund.unit_id, set()).update(
            _week_of(day, cutoffs) if day > cutoffs[first] else first for day in days
        )
    return {(FUNDS, unit_id): tuple(sorted(weeks)) for unit_id, weeks in sent.items()}


def _week_of(day: date, cutoffs: dict[str, date]) -> str:
    """The first week whose forms can know of a day."""
    return next(period for period, cutoff in cutoffs.items() if day <= cutoff)


def _states(campaign: Campaign, plan, period: str, late: str) -> frozenset[tuple[str, str]]:
    """What a week's clean forms show: the late unit, promises past their day, projects that do not move, too little
    industry in the pipeline."""
    day = campaign.cutoffs[period]
    overdue = {
        ("L20", f"{project.project_id}/{item.procedure}")
        for project in campaign.reported(period)
        for item in project.needed
        if (state := item.at(day)).promise_due_date and state.promise_due_date < day
    }
    short = {("T09", plan.centre)} if _lacks_industry(campaign, plan, period) else set()
    return frozenset({("M01", late)} | overdue | short | stale_projects(campaign, period))


def _lacks_industry(campaign: Campaign, plan, period: str) -> bool:
    """Whether projects of industry plan a smaller share than the plan asks of the pipeline."""
    planned = {True: 0, False: 0}
    for project, day in campaign.standing(period):
        planned[project.category_code == "industry"] += project.annual_plan(day)
    asked = [target.threshold for target in plan.targets if target.metric == "pipeline_industry_share"]
    return any(planned[True] < share * sum(planned.values()) for share in asked)
