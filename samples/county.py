"""County: a made-up county whose true state is known, month by month, for demo, tests and benchmark.

Belongs here: composing projects, lists and arrival times from a plan and a seed; what the true state predicts.
Does not belong here: workbooks (sheets, workbooks), faults, metrics (the tests compute them independently).

Everything is 模拟数据. The same plan and seed give the same county in any process.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from ingestion.obligations import cutoff_date, obligations, periods
from ingestion.settings import TIMEZONE
from samples import casting
from samples.casting import Cast
from samples.curves import MONTHS, drawn, month_weights, monthly_amounts, rounded, running
from samples.identifiers import statistics_code
from samples.projects import ListEntry, ListVersion, Project, ProjectMonth
from samples.words import say, table

FORM = "monthly_dispatch"
AIM = Decimal("0.866")  # pooled completion of the last month but one: near what such plans ask for
MOST = Decimal("1.06")  # of the annual plan: beyond, a total would be overrun
LATE_BY = (timedelta(hours=1, minutes=20), timedelta(minutes=20), timedelta(hours=26))  # one unit in each due period
HANDED_OVER_ROLES = ("continued", "started")
LIST_TIME = time(9, 0)
ENTERS_STATISTICS = 85  # of 100 started projects
ZERO = Decimal("0.00")


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
    projects = _with_months(random, cast, plan.year, int(its_periods[-2][-2:]))
    lists = _lists(random, plan, cast, projects, its_periods)
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
    points = Decimal(str(plan.thresholds.behind_schedule_points))
    states = {period: _states(bare, period, late.get(period), points) for period in its_periods}
    return replace(bare, received=received, states=states)


def _with_months(random: Random, cast: Iterable[Cast], year: int, aim_month: int) -> tuple[Project, ...]:
    """Every project with its twelve months; ordinary projects are scaled together so that the county nears its aim."""
    cast = list(cast)
    weights = [
        month_weights(random, member.project.setting, member.role.begins or 13, member.role.ends or 0)
        for member in cast
    ]
    scale = _scale(cast, weights, aim_month)
    projects = []
    for member, its_weights in zip(cast, weights, strict=True):
        ratio = min(member.role.ratio * scale, MOST) if member.role.calibrated else member.role.ratio
        amounts = monthly_amounts(rounded(member.project.annual_plan_wan * ratio), its_weights)
        projects.append(replace(member.project, months=_months(random, member, amounts, year)))
    return tuple(projects)


def _scale(cast: list[Cast], weights: list[list[Decimal]], month: int) -> Decimal:
    """By how much the ordinary projects do more or less than drawn for the pooled completion to near the aim."""
    done = {True: Decimal(0), False: Decimal(0)}
    for member, its_weights in zip(cast, weights, strict=True):
        total = rounded(member.project.annual_plan_wan * member.role.ratio)
        done[member.role.calibrated] += sum(monthly_amounts(total, its_weights)[:month])
    planned = sum(member.project.annual_plan_wan for member in cast)
    return rounded((AIM * planned - done[False]) / done[True], Decimal("0.0001"))


def _months(random: Random, member: Cast, amounts: tuple[Decimal, ...], year: int) -> tuple[ProjectMonth, ...]:
    project = member.project
    fund_share = drawn(random, "0.85", "1.15")
    image_offset = random.randint(-4, 4)
    enters = random.randint(1, 100) <= ENTERS_STATISTICS
    serial = random.randint(1, 20)
    hindrance = random.randrange(100)
    months = []
    for month, ytd in zip(MONTHS, running(amounts), strict=True):
        reached = {
            "start_actual_date": _if_by(member.start_actual_date, year, month),
            "resume_date": _if_by(member.resume_date, year, month),
            "finish_actual_date": _if_by(member.finish_actual_date, year, month),
        }
        status = _status(member, reached, year, month)
        cumulative = project.cum_to_last_year_wan + ytd
        image = _image(cumulative / project.total_investment_wan, image_offset, status)
        entered = (
            enters
            and reached["start_actual_date"] is not None
            and _months_since(reached["start_actual_date"], year, month) >= 1
        )
        months.append(
            ProjectMonth(
                month=month,
                month_investment_wan=amounts[month - 1],
                ytd_investment_wan=ytd,
                cumulative_investment_wan=cumulative,
                completion_rate_reported=_percent(ytd, project.annual_plan_wan),
                funds_ytd_wan=rounded(ytd * fund_share),
                status_code=status,
                image_progress=image,
                image_text=next(
                    row["text_zh"]
                    for row in table("progress")
                    if row["setting"] == project.setting and image < int(row["below"])
                ),
                is_in_statistics="yes" if entered else "no",
                stat_code=statistics_code(project.usc_code, project.region_code, serial) if entered else None,
                problem_text=_problem(member, status, hindrance, month),
                **reached,
            )
        )
    return tuple(months)


def _if_by(day: date | None, year: int, month: int) -> date | None:
    return day if day and (day.year, day.month) <= (year, month) else None


def _months_since(day: date, year: int, month: int) -> int:
    return (year - day.year) * 12 + month - day.month


def _status(member: Cast, reached: dict[str, date | None], year: int, month: int) -> str:
    role = member.role
    if role.nature_code == "preparatory":
        return "preparing"
    if reached["finish_actual_date"]:
        return "completed"
    if reached["start_actual_date"] is None:
        return "not_started"
    if role.nature_code == "continued" and reached["resume_date"] is None:
        return "suspended"
    if role.afterwards == "suspended" and month > role.ends:
        return "suspended"
    return "under_construction"


def _image(share: Decimal, offset: int, status: str) -> int:
    """Physical progress in percent: near the share of the money, never going back."""
    if status == "completed":
        return 100
    if not share:
        return 0
    return min(max(int(rounded(share * 100, Decimal(1))) + offset, 1), 98)


def _percent(ytd: Decimal, planned: Decimal) -> Decimal | None:
    return rounded(ytd * 100 / planned).quantize(ZERO) if planned else None


def _problem(member: Cast, status: str, hindrance: int, month: int) -> str | None:
    kind = {"not_started": "not_started", "suspended": "not_resumed"}.get(status)
    if kind is None and status == "under_construction" and member.role.role in ("continued_slow", "started_late"):
        kind = "behind"
    texts = [row["text_zh"] for row in table("problems") if row["kind"] == kind]
    return texts[hindrance % len(texts)] if texts else None


def _lists(
    random: Random, plan, cast: list[Cast], projects: tuple[Project, ...], its_periods: tuple[str, ...]
) -> tuple[ListVersion, ListVersion]:
    """The list at the beginning, and its second version in effect from the first day of the last period."""
    first_day, last_day = (date.fromisoformat(f"{period}-01") for period in (its_periods[0], its_periods[-1]))
    in_order = sorted(range(len(cast)), key=lambda index: (projects[index].level_code, cast[index].unit_id, index))
    in_order = sorted(
        in_order, key=lambda index: ("provincial", "municipal", "county").index(projects[index].level_code)
    )
    original = tuple(
        ListEntry(projects[index], cast[index].unit_id, projects[index].project_name)
        for index in in_order
        if projects[index].role != "transferred_in"
    )
    arrivals = tuple(
        ListEntry(projects[index], cast[index].unit_id, projects[index].project_name)
        for index in in_order
        if projects[index].role == "transferred_in"
    )
    change = {"change_date": last_day, "change_document": say("change_document", year=last_day.year, number=18)}
    return (
        ListVersion(1, first_day, _instant(first_day + timedelta(days=7), LIST_TIME), original),
        ListVersion(
            2, last_day, _instant(last_day + timedelta(days=1), LIST_TIME), _changed(random, original, arrivals, change)
        ),
    )


def _changed(
    random: Random, original: tuple[ListEntry, ...], arrivals: tuple[ListEntry, ...], change: dict[str, object]
) -> tuple[ListEntry, ...]:
    """The second version: two projects of one unit handed over, one renamed, one terminated, one transferred in."""
    load: dict[str, list[ListEntry]] = {}
    for entry in original:
        load.setdefault(entry.unit_id, []).append(entry)
    movable = {
        unit_id: [e for e in entries if e.project.role in HANDED_OVER_ROLES and e.project.project_code]
        for unit_id, entries in load.items()
    }
    giver = max(sorted(load), key=lambda unit_id: (min(len(movable[unit_id]), 2), len(load[unit_id])))
    taker = min(sorted(set(load) - {giver}), key=lambda unit_id: len(load[unit_id]))
    moved = {entry.project.project_id for entry in movable[giver][:2]}
    renamed = random.choice(
        [e.project.project_id for unit_id in sorted(movable) if unit_id != giver for e in movable[unit_id]]
    )

    def after(entry: ListEntry) -> ListEntry:
        if entry.project.project_id in moved:
            return replace(entry, unit_id=taker, former_unit_id=giver, change_kind="handed_over", **change)
        if entry.project.project_id == renamed:
            name = say("renamed_project", name=entry.project_name)
            return replace(entry, project_name=name, former_name=entry.project_name, change_kind="renamed", **change)
        if entry.project.role == "terminated":
            return replace(entry, change_kind="terminated", **change)
        return entry

    return (
        *(after(entry) for entry in original),
        *(replace(entry, change_kind="transferred_in", **change) for entry in arrivals),
    )


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


def _states(county: County, period: str, late: str | None, points: Decimal) -> frozenset[tuple[str, str]]:
    """The states a period's clean forms show: late units, projects behind the calendar by more than ``points``."""
    month = int(period[-2:])
    behind = {
        ("T01", entry.project.project_id)
        for entry in county.entries(period)
        if entry.project.nature_code != "preparatory"
        and entry.project.annual_plan_wan
        and entry.project.at(month).ytd_investment_wan * 1200
        < (100 * month - 12 * points) * entry.project.annual_plan_wan
    }
    return frozenset(behind | ({("M01", late)} if late else set()))
