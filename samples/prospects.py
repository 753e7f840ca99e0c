"""Prospects: which projects a made-up county plans for next year, and with how much money.

Belongs here: names, owners, codes, sizes, starts, what is shared with this year's list; near what the plan aims at.
Does not belong here: the course of procedures (courses), funds (fund_raising), the forms (weekly_filling).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from ingestion.calendar import kind_of
from samples import casting, identifiers
from samples.county import County
from samples.curves import drawn, rounded
from samples.pipeline import Prospect
from samples.projects import Project
from samples.words import say, table

WAN_IN_YI = Decimal(10_000)
SHARED_ROLES = ("preparatory", "never_started", "started_last")
NATURES = ("new",) * 9 + ("expansion", "technical")
UNCODED = 3  # ideas without a code yet: none of their procedures is filed in the campaign
REVISED = 2
PLAN_SHARES = {True: ("0.07", "0.14"), False: ("0.30", "0.60")}  # of the total, by whether it is a flagship
STEP = Decimal(10)


@dataclass(frozen=True)
class Aims:
    """What a made-up campaign should come to; money in 万元, shares from 0 to 1."""

    pipeline_count: int
    total: Decimal
    annual: Decimal
    industry_share: Decimal
    done_at_first: Decimal
    done_at_last: Decimal
    funds: Decimal | None
    starts: int
    joins: int


@dataclass(frozen=True)
class Sketch:
    """A project before money is scaled."""

    prospect: Prospect
    is_flagship: bool = False


def aims_of(plan_id: str) -> Aims:
    """The row of campaigns.csv for a plan; the row without a plan serves all others."""
    rows = {row["plan_id"]: row for row in table("campaigns")}
    row = rows.get(plan_id, rows[""])
    return Aims(
        int(row["pipeline_count"]),
        Decimal(row["total_yi"]) * WAN_IN_YI,
        Decimal(row["annual_yi"]) * WAN_IN_YI,
        Decimal(row["industry_share"]),
        Decimal(row["done_at_first"]),
        Decimal(row["done_at_last"]),
        Decimal(row["funds_yi"]) * WAN_IN_YI if row["funds_yi"] else None,
        int(row["starts"]),
        int(row["joins"]),
    )


def prospects(
    random: Random, plan, county: County, units: list, nil_unit: str, cutoffs: list[date]
) -> tuple[Prospect, ...]:
    """All projects that are ever in the pipeline, without procedures, in the order of their unit."""
    aims = aims_of(plan.id)
    shared = _shared(random, county, [unit.id for unit in units if unit.id != nil_unit], cutoffs)
    starts = aims.starts - sum(1 for sketch in shared if sketch.prospect.start_actual_date)
    fresh = _fresh(random, plan, county, units, nil_unit, aims.pipeline_count + aims.starts - len(shared))
    fresh = _fated(random, fresh, cutoffs, starts, aims.joins)
    paid = _scaled(random, [*shared, *fresh], aims, cutoffs[-1])
    order = [unit.id for unit in units]
    return tuple(sorted(_revised(random, paid, cutoffs), key=lambda prospect: order.index(prospect.unit_id)))


def _shared(random: Random, county: County, unit_ids: list[str], cutoffs: list[date]) -> list[Sketch]:
    """What this year's list knows too: preparatory projects, and new ones that have not started before the campaign."""
    found = []
    for entry in county.entries(county.periods[-1]):
        project, state = entry.project, county.state(entry.project.project_id, county.periods[-1])
        started = state.start_actual_date
        wanted = project.role in SHARED_ROLES and project.project_code and entry.unit_id in unit_ids
        if not wanted or (started and started <= cutoffs[0]):
            continue
        planned = project.planned_start_date
        if not started and planned <= cutoffs[-1]:  # put off to next year
            planned = date(county.year + 1, random.randint(3, 6), random.randint(2, 20))
        found.append(Sketch(_of_this_year(random, project, entry.unit_id, planned, started)))
    return found


def _of_this_year(random: Random, project: Project, unit_id: str, planned: date, started: date | None) -> Prospect:
    what, code = next(
        (row["what_zh"], row["industry_code"])
        for row in table("industries")
        if project.project_name.endswith(row["what_zh"])
    )
    return Prospect(
        project_id=project.project_id,
        project_code=project.project_code,
        project_name=project.project_name,
        unit_id=unit_id,
        owner_name=project.owner_name,
        usc_code=project.usc_code,
        category_code=project.category_code,
        industry_code=code or None,
        nature_code="new",
        region_code=project.region_code,
        construction_text=say("construction_text", what=what),
        total_investment_wan=project.total_investment_wan,
        annual_plan_wan=rounded(project.total_investment_wan * drawn(random, *PLAN_SHARES[False]), STEP),
        planned_start_date=planned,
        planned_finish_date=max(project.planned_finish_date, planned + timedelta(days=random.randint(200, 500))),
        is_shared=True,
        start_actual_date=started,
    )


def _fresh(random: Random, plan, county: County, units: list, nil_unit: str, count: int) -> list[Sketch]:
    """Projects nobody has heard of before: a few very large ones, the others of everyday kinds."""
    large = [(row, _taker(random, row, units, nil_unit)) for row in table("flagships")]
    dealt, _ = casting.deal_templates(random, units, count - len(large), nil_unit)
    codes = {row["what_zh"]: row["industry_code"] for row in table("industries")}
    dealt = [*large, *(({**row, "industry_code": codes[row["what_zh"]]}, unit_id) for row, unit_id in dealt)]
    rows = [row for row, _ in dealt]
    names = casting.made_up_names(random, rows, taken=[project.project_name for project in county.projects])
    owners = casting.made_up_owners(random, rows, plan.region_code)
    sketches = []
    for index, ((row, unit_id), name, owner) in enumerate(zip(dealt, names, owners, strict=True)):
        flagship = index < len(large)
        total = rounded(drawn(random, row["low"], row["high"]), STEP * 10)
        planned = date(plan.year + 1, random.randint(3, 9), random.randint(2, 20))
        sketches.append(
            Sketch(
                Prospect(
                    project_id=name,
                    project_code=None,
                    project_name=name,
                    unit_id=unit_id,
                    owner_name=owner[0],
                    usc_code=owner[1],
                    category_code=row["category"],
                    industry_code=row["industry_code"] or None,
                    nature_code="new" if flagship else random.choice(NATURES),
                    region_code=plan.region_code,
                    construction_text=say("construction_text", what=row["what_zh"]),
                    total_investment_wan=total,
                    annual_plan_wan=rounded(total * drawn(random, *PLAN_SHARES[flagship]), STEP),
                    planned_start_date=planned,
                    planned_finish_date=planned + timedelta(days=random.randint(300, 1000)),
                ),
                flagship,
            )
        )
    return sketches


def _taker(random: Random, row: dict[str, str], units: list, nil_unit: str) -> str:
    busy = [unit for unit in units if unit.id != nil_unit]
    return random.choice([unit.id for unit in busy if casting.suits(row, unit)] or [unit.id for unit in busy])


def _fated(random: Random, sketches: list[Sketch], cutoffs: list[date], starts: int, joins: int) -> list[Sketch]:
    """A few projects of different units start in the campaign, and a few others are planned only after it began."""
    alone: dict[str, int] = {}
    for index in random.sample(range(len(sketches)), len(sketches)):
        if not sketches[index].is_flagship:
            alone.setdefault(sketches[index].prospect.unit_id, index)
    chosen = list(alone.values())[: starts + joins]
    changed = list(sketches)
    for number, index in enumerate(chosen):
        prospect = sketches[index].prospect
        week = 4 + 2 * number % (len(cutoffs) - 5)  # neither at the beginning nor in the last week
        if number < starts:
            started = last_workday(cutoffs[week] - timedelta(days=random.randint(1, 3)), cutoffs)
            planned = started + timedelta(days=random.randint(-15, 25))
            prospect = replace(prospect, start_actual_date=started, planned_start_date=planned)
        else:
            prospect = replace(prospect, joins_on=cutoffs[week] - timedelta(days=3))
        changed[index] = replace(sketches[index], prospect=prospect)
    return changed


def _scaled(random: Random, sketches: list[Sketch], aims: Aims, last: date) -> list[Prospect]:
    """Money such that what is left in the pipeline at the end nears the aims."""
    staying = [sketch for sketch in sketches if not sketch.prospect.is_started(last)]
    everyday = sum(sketch.prospect.total_investment_wan for sketch in staying if not sketch.is_flagship)
    large = sum(sketch.prospect.total_investment_wan for sketch in staying if sketch.is_flagship)
    grown = [_grown(sketch, (aims.total - everyday) / large) for sketch in sketches]
    wanted = {True: aims.annual * aims.industry_share, False: aims.annual * (1 - aims.industry_share)}
    factor = {
        is_industry: wanted[is_industry] / sum(p.annual_plan_wan for p in _of(grown, is_industry, last))
        for is_industry in wanted
    }
    return [
        replace(
            prospect,
            total_investment_wan=prospect.total_investment_wan.quantize(casting.ZERO),
            annual_plan_wan=_plan(prospect, factor[prospect.category_code == "industry"]),
        )
        for prospect in grown
    ]


def _of(grown: Iterable[Prospect], is_industry: bool, last: date) -> list[Prospect]:
    return [p for p in grown if (p.category_code == "industry") is is_industry and not p.is_started(last)]


def _grown(sketch: Sketch, factor: Decimal) -> Prospect:
    prospect = sketch.prospect
    if not sketch.is_flagship:
        return prospect
    return replace(
        prospect,
        total_investment_wan=rounded(prospect.total_investment_wan * factor, STEP * 10),
        annual_plan_wan=rounded(prospect.annual_plan_wan * factor, STEP * 10),
    )


def _plan(prospect: Prospect, factor: Decimal) -> Decimal:
    most = prospect.total_investment_wan * Decimal("0.8")
    return max(rounded(min(prospect.annual_plan_wan * factor, most), STEP), STEP).quantize(casting.ZERO)


def _revised(random: Random, prospects: list[Prospect], cutoffs: list[date]) -> list[Prospect]:
    """Two annual plans are put up by a little in the middle of the campaign."""
    steady = [p for p in prospects if not p.start_actual_date and not p.joins_on and not p.is_shared]
    chosen = {prospect.project_id: number for number, prospect in enumerate(random.sample(steady, REVISED))}
    return [
        replace(
            prospect,
            revised_plan_wan=rounded(prospect.annual_plan_wan * Decimal("1.05"), STEP).quantize(casting.ZERO),
            revised_on=cutoffs[5 + chosen[prospect.project_id]] - timedelta(days=2),
        )
        if prospect.project_id in chosen
        else prospect
        for prospect in prospects
    ]


def last_workday(day: date, besides: Iterable[date] = ()) -> date:
    """The last worked day up to ``day`` that is none of ``besides``."""
    while not kind_of(day).is_workday or day in besides:
        day -= timedelta(days=1)
    return day


def with_code(random: Random, prospect: Prospect, given_on: date) -> Prospect:
    """The project with a code given on that day, and the id that follows from it."""
    if prospect.project_code is None:
        kind = identifiers.CAPITAL_CONSTRUCTION
        if prospect.nature_code == "technical":
            kind = identifiers.TECHNICAL_RENOVATION
        code = identifiers.project_code(random, given_on, prospect.region_code, kind)
        prospect = replace(prospect, project_code=code)
    return with_id(prospect)


def with_id(prospect: Prospect) -> Prospect:
    """The project under the id that the product gives it."""
    return replace(prospect, project_id=identifiers.project_id(prospect.project_code, prospect.project_name))
