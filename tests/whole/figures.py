"""An independent computation of every metric, straight from the simulator's state.

It shares nothing with dbt_project: definitions are read from domain sentences (metrics.csv, definition_zh) and written
here a second time, in plain Python, so that two people would have to make the same mistake.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from samples.county import County
from samples.projects import ListEntry, ProjectMonth

BANDS = (
    (500, "below_500"),
    (3000, "500_to_3000"),
    (5000, "3000_to_5000"),
    (10000, "5000_to_10000"),
    (None, "10000_and_above"),
)
NEW = {"new", "expansion", "renovation", "relocation", "technical"}


@dataclass(frozen=True)
class Figure:
    """One metric of one key: what is above the line, below it (None for counts and amounts), and the value."""

    numerator: Decimal
    denominator: Decimal | None
    value: Decimal | None


@dataclass(frozen=True)
class Seen:
    """A project as the list and its own month show it on the cutoff date."""

    entry: ListEntry
    month: ProjectMonth
    cutoff: date

    @property
    def is_new(self) -> bool:
        return self.entry.project.nature_code in NEW

    @property
    def is_finished(self) -> bool:
        done = self.month.finish_actual_date
        return done is not None and done <= self.cutoff and done.year == self.cutoff.year

    @property
    def is_started(self) -> bool:
        """A new project whose start is dated and shows money, or that is already finished."""
        begun = self.month.start_actual_date
        return self.is_new and (
            self.is_finished or (begun is not None and begun <= self.cutoff and self.month.ytd_investment_wan > 0)
        )

    @property
    def is_resumed(self) -> bool:
        """A continued project, not finished, that spent money this year or resumed on a date of this year."""
        again = self.month.resume_date
        dated = again is not None and again <= self.cutoff and again.year == self.cutoff.year
        return not self.is_new and not self.is_finished and (self.month.ytd_investment_wan > 0 or dated)

    @property
    def runs(self) -> bool:
        return self.is_started or self.is_resumed or self.is_finished

    @property
    def must_enter_statistics(self) -> bool:
        return self.runs and self.entry.project.total_investment_wan >= 500

    @property
    def is_entered(self) -> bool:
        return self.must_enter_statistics and self.month.is_in_statistics == "yes"

    @property
    def planned_start(self) -> date | None:
        return self.entry.project.planned_start_date

    @property
    def plan(self) -> Decimal:
        return self.entry.project.annual_plan_wan or Decimal(0)


def figures(county: County, populations: dict[str, set[str] | None], period: str) -> dict[tuple, Figure]:
    """Every monthly metric by (population, scope_kind, scope, metric); ``populations`` maps a name to its levels."""
    base = [
        Seen(entry, county.state(entry.project.project_id, period), county.cutoffs[period])
        for entry in county.entries(period)
        if entry.project.nature_code != "preparatory"
    ]
    computed = {}
    for population, levels in populations.items():
        members = [seen for seen in base if levels is None or seen.entry.project.level_code in levels]
        for scope_kind, scope, group in _scopes(members):
            for metric, figure in _metrics(group).items():
                computed[population, scope_kind, scope, metric] = figure
    return computed


def _scopes(members: list[Seen]) -> Iterator[tuple[str, str, list[Seen]]]:
    yield "overall", "overall", members
    kinds: dict[str, Callable[[Seen], str]] = {
        "level": lambda seen: seen.entry.project.level_code,
        "category": lambda seen: seen.entry.project.category_code,
        "nature": lambda seen: seen.entry.project.nature_code,
        "unit": lambda seen: seen.entry.unit_id,
        "region": lambda seen: seen.entry.project.region_code,
        "size_band": lambda seen: _band(seen.entry.project.total_investment_wan),
    }
    for kind, of in kinds.items():
        for scope in sorted({of(seen) for seen in members}):
            yield kind, scope, [seen for seen in members if of(seen) == scope]


def _band(total: Decimal) -> str:
    return next(name for below, name in BANDS if below is None or total < below)


def _metrics(group: list[Seen]) -> dict[str, Figure]:
    planned = [seen for seen in group if seen.plan > 0]
    new = [seen for seen in group if seen.is_new]
    open_continued = [seen for seen in group if not seen.is_new and not seen.is_finished]
    year = group[0].cutoff.year if group else 0
    due = [s for s in new if s.planned_start and s.planned_start <= s.cutoff]
    this_year = [s for s in new if s.planned_start is None or s.planned_start.year <= year]
    finish_due = [
        s
        for s in group
        if s.entry.project.planned_finish_date.year == year and s.entry.project.planned_finish_date <= s.cutoff
    ]
    total = sum((s.entry.project.total_investment_wan for s in group), Decimal(0))
    plan = sum((s.plan for s in planned), Decimal(0))
    ytd = sum((s.month.ytd_investment_wan for s in group), Decimal(0))
    industry = sum(
        (s.month.ytd_investment_wan for s in group if s.entry.project.category_code == "industry"), Decimal(0)
    )
    cumulative = sum((s.month.cumulative_investment_wan for s in group), Decimal(0))
    return {
        "project_count": _amount(len(group)),
        "total_investment": _amount(total),
        "annual_plan": _amount(plan),
        "ytd_investment": _amount(ytd),
        "cumulative_investment": _amount(cumulative),
        "start_resume_rate": _rate(_count(s.runs for s in group), len(group)),
        "start_rate": _rate(_count(s.is_started for s in new), len(this_year)),
        "on_time_start_rate": _rate(_count(s.is_started for s in due), len(due)),
        "resume_rate": _rate(_count(s.is_resumed for s in open_continued), len(open_continued)),
        "annual_completion_rate": _rate(sum((s.month.ytd_investment_wan for s in planned), Decimal(0)), plan),
        "total_completion_rate": _rate(cumulative, total),
        "finish_rate": _rate(_count(s.is_finished for s in group), len(finish_due)),
        "statistics_entry_rate": _rate(
            _count(s.is_entered for s in group), _count(s.must_enter_statistics for s in group)
        ),
        "started_not_entered_count": _amount(_count(s.must_enter_statistics and not s.is_entered for s in group)),
        "industry_completed_share": _rate(industry, ytd),
        "fund_arrival_rate": _rate(sum((s.month.funds_ytd_wan for s in group), Decimal(0)), plan),
    }


def _count(truths: Iterator[bool]) -> int:
    return sum(1 for truth in truths if truth)


def _amount(amount: Decimal | int) -> Figure:
    return Figure(Decimal(amount), None, Decimal(amount))


def _rate(numerator: Decimal | int, denominator: Decimal | int) -> Figure:
    above, below = Decimal(numerator), Decimal(denominator)
    value = (above / below).quantize(Decimal("0.000001"), ROUND_HALF_UP) if below else None
    return Figure(above, below, value)
