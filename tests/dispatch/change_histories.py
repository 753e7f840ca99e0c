"""A bureau of a few projects in which things happen one after the other; its figures are added up without the code.

Every event says which cause it is; ``Bureau.state`` gives what the published tables would hold.
"""

import copy
import random
from dataclasses import dataclass, field
from decimal import Decimal

from dispatch.contributions import Contributor, Definition, Slice, State

UNITS, LEVELS, PERIOD, BEFORE = ("zhujian", "shuili", "nongye"), ("provincial", "municipal"), "2022-11", "2022-10"
RESTS_ON = {
    "base_project_count": "list", "annual_plan_wan": "list", "total_investment_wan": "list",
    "ytd_investment_wan": "report", "funds_ytd_wan": "report", "planned_ytd_investment_wan": "both",
    "started_count": "both", "reported_unit_count": "report", "due_unit_count": "list",
}  # fmt: skip
DEFINITIONS = {
    "project_count": Definition("base_project_count"),
    "ytd_investment": Definition("ytd_investment_wan"),
    "start_rate": Definition("started_count", "base_project_count"),
    "completion_rate": Definition("planned_ytd_investment_wan", "annual_plan_wan"),
    "fund_rate": Definition("funds_ytd_wan", "total_investment_wan"),
    "reporting_rate": Definition("reported_unit_count", "due_unit_count"),
}
SLICES = [
    Slice(population, *scope)
    for population in ("all", "key")
    for scope in (("overall", "overall"), *(("unit", u) for u in UNITS), *(("level", name) for name in LEVELS))
]


def wan(chance: random.Random, top: int) -> Decimal:
    return Decimal(chance.randrange(1, top * 100)) / 100


@dataclass
class Project:
    unit: str
    level: str
    plan: Decimal | None
    total: Decimal
    on_list: bool = True
    change_kind: str | None = None
    carried: tuple | None = None  # last month's accepted (ytd, funds), version
    report: tuple | None = None  # this month's (ytd, funds), version, whether a rule refuses it
    decision: int | None = None

    def taken(self) -> tuple | None:
        """(ytd, funds), submission, is carried."""
        if self.report and (not self.report[2] or self.decision):
            return self.report[0], f"{PERIOD}/v{self.report[1]}", False
        return (self.carried[0], f"{BEFORE}/v{self.carried[1]}", True) if self.carried else None


@dataclass
class Bureau:
    projects: dict[str, Project]
    definitions: dict[str, Definition] = field(default_factory=lambda: dict(DEFINITIONS))
    key_levels: tuple[str, ...] = ("provincial",)
    list_version: int = 1
    decisions: dict[int, dict] = field(default_factory=dict)

    def amounts(self, one: Project) -> dict[str, Decimal]:
        ytd, funds = one.taken()[0] if one.taken() else (Decimal(0), Decimal(0))
        found = {
            "base_project_count": Decimal(1), "annual_plan_wan": one.plan or Decimal(0),
            "total_investment_wan": one.total, "ytd_investment_wan": ytd, "funds_ytd_wan": funds,
            "planned_ytd_investment_wan": ytd if one.plan else Decimal(0), "started_count": Decimal(int(ytd > 50)),
        }  # fmt: skip
        return {name: amount for name, amount in found.items() if amount}

    def populations(self, one: Project) -> list[str]:
        return ["all", *(["key"] if one.level in self.key_levels else [])]

    def facts(self, one: Project) -> dict:
        taken = one.taken()
        return {
            "is_counted": one.on_list, "unit_id": one.unit, "level_code": one.level, "nature_code": "new",
            "populations": "|".join(self.populations(one)) if one.on_list else "", "change_kind": one.change_kind,
            "list_version": f"第{self.list_version}版", "annual_plan_wan": one.plan, "total_investment_wan": one.total,
            "submission_id": taken and taken[1], "sheet": taken and "月调度表", "source_row": taken and 5,
            "is_carried_forward": bool(taken and taken[2]), "carried_from": BEFORE if taken and taken[2] else None,
            "decision_id": one.decision if taken and not taken[2] else None,
            "reported_submission_id": f"{PERIOD}/v{one.report[1]}" if one.report else None,
            "reported_sheet": "月调度表" if one.report else None, "reported_source_row": 5 if one.report else None,
        }  # fmt: skip

    def unit_facts(self, unit: str) -> dict:
        versions = [p.report[1] for p in self.projects.values() if p.unit == unit and p.report]
        name = f"{unit}/v{max(versions)}" if versions else None
        return {
            "is_counted": True, "unit_id": unit, "populations": "all", "submission_id": name,
            "reported_submission_id": name,
        }  # fmt: skip

    def state(self) -> State:
        people = {
            ("project", name, ""): Contributor(
                ("project", name, ""), self.facts(one), self.amounts(one) if one.on_list else {}
            )
            for name, one in self.projects.items()
        }
        before = {
            ("project", name, ""): {
                "submission_id": f"{BEFORE}/v{one.carried[1]}", "reported_submission_id": f"{BEFORE}/v{one.carried[1]}",
                "is_carried_forward": False,
            }
            for name, one in self.projects.items()
            if one.carried
        }  # fmt: skip
        return State(
            dict(self.definitions), people, RESTS_ON, {BEFORE: before}, copy.deepcopy(self.decisions),
            {"period": PERIOD, "list_version": self.list_version, "plan_hash": str(self.key_levels)},
        )  # fmt: skip

    def figure(self, metric: str, cut: Slice) -> tuple[Decimal, Decimal]:
        """Numerator and denominator by walking over the projects once more."""
        definition, found = self.definitions[metric], [Decimal(0), Decimal(0)]
        for one in self.projects.values():
            if not one.on_list or cut.population not in self.populations(one):
                continue
            if cut.scope not in {"overall": ("overall",), "unit": (one.unit,), "level": (one.level,)}[cut.scope_kind]:
                continue
            for place, measure in enumerate((definition.numerator, definition.denominator)):
                found[place] += self.amounts(one).get(measure, Decimal(0))
        return found[0], found[1]


def bureau(seed: int) -> Bureau:
    """Nine projects of three units: some reported, some carried, some missing, one refused, one not on the list."""
    chance = random.Random(seed)
    projects = {}
    for number in range(9):
        one = Project(UNITS[number % 3], LEVELS[number % 2], wan(chance, 300), wan(chance, 900) + 300)
        if number % 4 != 3:
            one.carried = ((wan(chance, 200), wan(chance, 100)), 1)
        if number in (0, 1, 5):
            one.report = ((wan(chance, 250), wan(chance, 100)), 1, number == 5)
        one.on_list = number != 8
        projects[f"项目{number}"] = one
    return Bureau(projects)


def new_report(at: Bureau, chance: random.Random) -> bool:
    return _report(at, chance, [p for p in at.projects.values() if p.on_list and not p.report])


def correction(at: Bureau, chance: random.Random) -> bool:
    """A new version, a withdrawal, or a new version of last month that is carried into this one."""
    reported = [p for p in at.projects.values() if p.on_list and p.report and not p.report[2]]
    kind = chance.randrange(3)
    if kind == 0:
        return _report(at, chance, reported)
    if kind == 1 and reported:
        chance.choice(reported).report = None
        return True
    carried = [p for p in at.projects.values() if p.on_list and p.taken() and p.taken()[2] and not p.report]
    if not carried:
        return False
    one = chance.choice(carried)
    one.carried = ((wan(chance, 200), wan(chance, 100)), one.carried[1] + 1)
    return True


def _report(at: Bureau, chance: random.Random, among: list[Project]) -> bool:
    if not among:
        return False
    one = chance.choice(among)
    version = one.report[1] + 1 if one.report else 1
    one.report, one.decision = ((wan(chance, 250), wan(chance, 100)), version, False), None
    return True


def acceptance(at: Bureau, chance: random.Random) -> bool:
    refused = [(n, p) for n, p in at.projects.items() if p.on_list and p.report and p.report[2] and not p.decision]
    if not refused:
        return False
    name, one = chance.choice(refused)
    number = len(at.decisions) + 1
    at.decisions[number] = {"subject": f'{{"form": "monthly_dispatch", "project_id": "{name}"}}'}
    one.decision = number
    return True


def plan_adjustment(at: Bureau, chance: random.Random) -> bool:
    one = chance.choice([p for p in at.projects.values() if p.on_list])
    at.list_version += 1
    kind = chance.randrange(4)
    if kind == 0:
        one.level = next(level for level in LEVELS if level != one.level)
    elif kind == 1:
        one.total += 10
    else:
        one.plan = None if one.plan and kind == 2 else wan(chance, 300)
    return True


def transfer(at: Bureau, chance: random.Random) -> bool:
    one = chance.choice([p for p in at.projects.values() if p.on_list])
    at.list_version += 1
    one.unit = chance.choice([unit for unit in UNITS if unit != one.unit])
    return True


def list_in(at: Bureau, chance: random.Random) -> bool:
    at.list_version += 1
    off = [p for p in at.projects.values() if not p.on_list]
    if off:
        one = chance.choice(off)
        one.on_list, one.change_kind = True, "transferred_in"
    else:
        name = f"新项目{len(at.projects)}"
        at.projects[name] = Project(chance.choice(UNITS), chance.choice(LEVELS), wan(chance, 300), wan(chance, 900))
    return True


def list_out(at: Bureau, chance: random.Random) -> bool:
    on = [p for p in at.projects.values() if p.on_list]
    if len(on) < 3:
        return False
    at.list_version += 1
    one = chance.choice(on)
    one.on_list, one.change_kind = False, "transferred_out"
    return True


def definition(at: Bureau, chance: random.Random) -> bool:
    """A metric divides by something else, or the plan draws a population differently."""
    if chance.randrange(2):
        at.definitions["completion_rate"] = Definition("planned_ytd_investment_wan", "total_investment_wan")
        at.definitions["project_count"] = Definition("started_count")
    else:
        at.key_levels = LEVELS if len(at.key_levels) == 1 else ("municipal",)
    return True


EVENTS = {
    event.__name__: event
    for event in (
        new_report, correction, acceptance, plan_adjustment, transfer, list_in, list_out, definition,
    )
}  # fmt: skip


def history(seed: int) -> tuple[Bureau, Bureau, list[str]]:
    """The bureau before and after some random events, and which they were."""
    chance = random.Random(f"history {seed}")
    before = bureau(seed)
    after, happened = copy.deepcopy(before), []
    for _ in range(chance.randrange(1, 9)):
        name = chance.choice(list(EVENTS))
        if EVENTS[name](after, chance):
            happened.append(name)
    return before, after, happened
