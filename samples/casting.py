"""Casting: which made-up projects a county has, who answers for them and what becomes of each in the year.

Belongs here: names, owners, codes, levels, roles, dates and sizes, drawn from samples/*.csv with one random source.
Does not belong here: monthly money (curves, county).
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from samples import identifiers
from samples.curves import drawn, rounded
from samples.projects import Project
from samples.words import say, table

CODES_SINCE = date(2020, 11, 1)  # the present style of project codes
LEVELS_BESIDE_THE_HEADLINE = 5  # projects of levels that the plan lists but does not headline
PROVINCIAL_SHARE, MUNICIPAL_SHARE = 9, 25
WITHOUT_CODE = ("preparatory", "preparatory", "never_started", "never_started")  # a code comes before the first spade
SPREAD = 3  # a unit has at most so many projects more than the average
SHARED_OWNER_IN = 4  # every fourth project or so belongs to an owner that already has one
LARGE = Decimal(60_000)  # 万元: so much is not built in two years
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Role:
    """What becomes of a project in the year: a row of roles.csv, its months drawn."""

    role: str
    nature_code: str
    begins: int | None
    ends: int | None
    afterwards: str | None
    ratio: Decimal  # share of the annual plan done by December
    calibrated: bool


@dataclass(frozen=True)
class Cast:
    """One project with its unit and role, before any money has moved."""

    project: Project
    unit_id: str
    role: Role
    start_actual_date: date | None
    resume_date: date | None
    finish_actual_date: date | None


def roles(random: Random) -> list[Role]:
    """All roles in the order of roles.csv, one per project."""
    drawn_roles = []
    for row in table("roles"):
        for _ in range(int(row["count"])):
            begins = random.randint(int(row["begins_from"]), int(row["begins_to"])) if row["begins_from"] else None
            ends = random.randint(int(row["ends_from"]), int(row["ends_to"])) if row["ends_from"] else None
            ratio = drawn(random, row["ratio_low"], row["ratio_high"])
            drawn_roles.append(
                Role(
                    row["role"],
                    row["nature"],
                    begins,
                    ends,
                    row["afterwards"] or None,
                    ratio,
                    row["calibrated"] == "yes",
                )
            )
    return drawn_roles


def levels(random: Random, plan, count: int) -> list[str]:
    """A level for each project: mostly those of the plan's headline population, a few of its other levels."""
    monthly = [population for population in plan.populations if population.levels]
    headline = next(population for population in monthly if population.headline).levels
    beside = [level for population in monthly for level in population.levels if level not in headline]
    shares = {"provincial": PROVINCIAL_SHARE, "municipal": MUNICIPAL_SHARE}
    dealt = [level for level in dict.fromkeys(beside) for _ in range(LEVELS_BESIDE_THE_HEADLINE)]
    for level in headline:
        rest = count - len(dealt)
        dealt += [level] * (rest if level == headline[-1] else min(rest, shares.get(level, rest)))
    random.shuffle(dealt)
    return dealt


def suits(row: dict[str, str], unit) -> bool:
    """Whether a kind of project is one that such a unit answers for."""
    return any(word in unit.name for word in row["suits"].split("|") if word)


def deal_templates(
    random: Random, units: list, count: int, nil_unit: str | None = None
) -> tuple[list[tuple[dict[str, str], str]], str]:
    """A kind of project and a unit for each of ``count`` projects, and the unit that has none (it reports 零报告).

    ``nil_unit`` names that unit; without it one is taken that no kind of project suits.
    """
    templates = table("projects")
    general = [row for row in templates if not row["suits"]]
    idle = [unit for unit in units if not any(suits(row, unit) for row in templates)] or units
    nil_unit = nil_unit or idle[-1].id
    busy = [unit for unit in units if unit.id != nil_unit]
    most = count // len(busy) + SPREAD
    dealt, load, used = [], Counter(), Counter()

    def give(row: dict[str, str], unit) -> None:
        dealt.append((row, unit.id))
        load[unit.id] += 1
        used[row["what_zh"]] += 1

    for unit in busy:
        fitting = [row for row in templates if suits(row, unit)] or general
        give(min(random.sample(fitting, len(fitting)), key=lambda row: used[row["what_zh"]]), unit)
    while len(dealt) < count:
        row = min(random.sample(templates, len(templates)), key=lambda row: used[row["what_zh"]])
        used[row["what_zh"]] += 1
        takers = [unit for unit in busy if load[unit.id] < most and (suits(row, unit) or not row["suits"])]
        if takers:
            used[row["what_zh"]] -= 1
            give(row, min(random.sample(takers, len(takers)), key=lambda unit: load[unit.id]))
    random.shuffle(dealt)
    return dealt, nil_unit


def _day(random: Random, year: int, month: int) -> date:
    return date(year, month, random.randint(2, 20))


def _moved(day: date, days: int, within: int | None = None) -> date:
    moved = day + timedelta(days=days)
    return moved if within is None else min(max(moved, date(within, 1, 5)), date(within, 12, 25))


def _dates(random: Random, role: Role, year: int) -> dict[str, date | None]:
    """Planned and actual start, resumption and finish of one project, in an order that can be true."""
    dates: dict[str, date | None] = dict.fromkeys(("start", "resume", "finish"))
    if role.nature_code == "preparatory":
        planned = _day(random, year + 1, random.randint(3, 9))
    elif role.nature_code == "continued":
        dates["start"] = _day(random, year - 1, random.randint(3, 11))
        planned = _moved(dates["start"], random.randint(-60, 20))
        dates["resume"] = _day(random, year, role.begins) if role.begins else None
    elif role.begins:
        dates["start"] = _day(random, year, role.begins)
        planned = _moved(dates["start"], random.randint(-50, 25), within=year)
    else:
        planned = _day(random, year, random.randint(5, 10))
    due = _day(random, year + random.randint(1, 2), random.randint(3, 12))
    if role.afterwards == "completed":
        dates["finish"] = _day(random, year, role.ends)
        due = _moved(dates["finish"], random.randint(-30, 25), within=year)
    elif role.role == "continued_slow":
        due = _day(random, year, random.randint(9, 11))  # was to be finished this year and is not
    return {**dates, "planned_start": planned, "planned_finish": max(due, _moved(planned, 90))}


def _sizes(random: Random, role: Role, row: dict[str, str]) -> tuple[Decimal, Decimal, Decimal]:
    """Total investment, cumulative to last year and annual plan, leaving room for a year that exceeds its plan."""
    step = Decimal(10) if int(row["high"]) < 20_000 else Decimal(100)
    total = rounded(drawn(random, row["low"], row["high"]), step)
    if role.nature_code == "preparatory":
        return total.quantize(ZERO), ZERO, ZERO
    done = ZERO
    if role.nature_code == "continued":
        done = rounded(total * drawn(random, "0.35", "0.65"), step)
    if role.afterwards == "completed":
        return total.quantize(ZERO), done.quantize(ZERO), (total - done).quantize(ZERO)
    share = ("0.10", "0.16") if role.ratio < Decimal("0.5") else ("0.25", "0.60")
    plan = min(total * drawn(random, *share), (total - done) / Decimal("1.1"))
    return total.quantize(ZERO), done.quantize(ZERO), max(rounded(plan, step), step).quantize(ZERO)


def _feasible(planned_finish: date, total: Decimal, year: int) -> date:
    """A large project that is not finished this year is planned to be so two years later."""
    hurried = total >= LARGE and planned_finish.year == year + 1
    return planned_finish.replace(year=year + 2) if hurried else planned_finish


def made_up_names(random: Random, rows: Iterable[dict[str, str]], taken: Iterable[str] = ()) -> list[str]:
    """A name for each row, no two alike and none of those ``taken``."""
    places = [row["place_zh"] for row in table("places")]
    taken, names = set(taken), []
    for row in rows:
        tries = (say("project_name", place=place, what=row["what_zh"]) for place in random.sample(places, len(places)))
        names.append(next(name for name in tries if name not in taken))
        taken.add(names[-1])
    return names


def made_up_owners(random: Random, rows: Iterable[dict[str, str]], region_code: str) -> list[tuple[str, str]]:
    """Name and credit code of each row's owner; an owner may have several projects of its trade."""
    roots = [row["root_zh"] for row in table("owners")]
    by_trade: dict[str, list[tuple[str, str]]] = {}
    owners = []
    for row in rows:
        known = by_trade.setdefault(row["trade_zh"], [])
        if not known or random.randrange(SHARED_OWNER_IN):
            taken = {name for name, _ in known}
            tries = (say("owner_name", root=root, trade=row["trade_zh"]) for root in random.sample(roots, len(roots)))
            known.append(
                (next(name for name in tries if name not in taken), identifiers.credit_code(random, region_code))
            )
        owners.append(random.choice(known))
    return owners


def _code(random: Random, role: Role, planned_start: date, region_code: str, year: int) -> str:
    latest = date(year, 9, monthrange(year, 9)[1])
    approved = min(max(planned_start - timedelta(days=random.randint(60, 240)), CODES_SINCE), latest)
    kind = identifiers.TECHNICAL_RENOVATION if role.nature_code == "technical" else identifiers.CAPITAL_CONSTRUCTION
    return identifiers.project_code(random, approved, region_code, kind)


def cast(random: Random, plan, units: list) -> tuple[list[Cast], str]:
    """All projects of the county in drawn order, and the unit that has none."""
    its_roles = roles(random)
    dealt, nil_unit = deal_templates(random, units, len(its_roles))
    rows = [row for row, _ in dealt]
    names, owners = made_up_names(random, rows), made_up_owners(random, rows, plan.region_code)
    its_levels = levels(random, plan, len(its_roles))
    uncoded = list(WITHOUT_CODE)
    city = f"{plan.region_code[:4]}00"
    projects = []
    for index, (role, (row, unit_id)) in enumerate(zip(its_roles, dealt, strict=True)):
        dates = _dates(random, role, plan.year)
        total, done, planned = _sizes(random, role, row)
        region = city if role.role == "finished_new" else plan.region_code  # one was approved by the city
        code = _code(random, role, dates["planned_start"], region, plan.year)
        if role.role in uncoded:
            uncoded.remove(role.role)
            code = None
        project = Project(
            project_id=identifiers.project_id(code, names[index]),
            role=role.role,
            setting=row["setting"],
            project_code=code,
            project_name=names[index],
            owner_name=owners[index][0],
            usc_code=owners[index][1],
            level_code=its_levels[index],
            category_code=row["category"],
            nature_code=role.nature_code,
            region_code=plan.region_code,
            total_investment_wan=total,
            cum_to_last_year_wan=done,
            annual_plan_wan=planned,
            planned_start_date=dates["planned_start"],
            planned_finish_date=_feasible(dates["planned_finish"], total, plan.year),
            industry_code=row["industry"],
        )
        projects.append(Cast(project, unit_id, role, dates["start"], dates["resume"], dates["finish"]))
    return projects, nil_unit
