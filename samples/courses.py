"""Courses: when each procedure of each of next year's projects is filed, accepted early and done.

Belongs here: from a project to the course of its procedures, in legal order, so many of them done as the aims say.
Does not belong here: the projects (prospects), what a form shows of them on one day (pipeline, weekly_filling).
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from ingestion.calendar import kind_of
from samples.pipeline import Item, Prospect
from samples.prospects import UNCODED, Aims, last_workday, with_code, with_id
from samples.words import say, table

# how late in a project's life a procedure usually is done; approval stands before all, land before planning
USUAL_TURN = {"approval": -45, "land": 0, "environment": 8, "energy": 14, "planning": 24, "capacity": 30}
NEVER = 10_000
EARLY_IN_HUNDRED = 8  # procedures that are accepted with papers missing or on a promise
OVERDUE = 5  # promises among them that are not kept in time
FILED_IN_HUNDRED = 62  # of those not done by the end


@dataclass(frozen=True)
class Turn:
    """One needed procedure with its place in the order in which the county gets them done."""

    project: int
    procedure: str
    rank: int


def with_courses(
    random: Random, plan, prospects: tuple[Prospect, ...], aims: Aims, cutoffs: list[date]
) -> tuple[Prospect, ...]:
    """The projects with all their procedures, and the codes that their first paper was filed under."""
    ideas = _ideas(random, prospects)
    bare = [_items(random, plan, prospect) for prospect in prospects]
    days = _workdays(cutoffs)
    done = _done_dates(random, plan, prospects, bare, ideas, aims, days, cutoffs)
    numbers: dict[str, int] = {}
    found = []
    for index, prospect in enumerate(prospects):
        items = [
            _dated(random, plan, item, prospect, done.get((index, item.procedure)), days, index in ideas, numbers)
            for item in bare[index]
        ]
        found.append(replace(prospect, items=tuple(items)))
    found = _accepted_early(random, found, days, cutoffs)
    return tuple(
        with_id(prospect)
        if index in ideas
        else with_code(random, prospect, _code_given(random, prospect.items, cutoffs))
        for index, prospect in enumerate(_with_problems(random, found))
    )


def _ideas(random: Random, prospects: tuple[Prospect, ...]) -> set[int]:
    """Which projects are no more than ideas: uncoded, nothing filed."""
    free = [
        index
        for index, p in enumerate(prospects)
        if not p.project_code and not p.start_actual_date and not p.joins_on and not p.revised_on
    ]
    return set(random.sample(free, UNCODED))


def _workdays(cutoffs: list[date]) -> list[date]:
    """The days of the campaign on which papers are issued; not on those on which the forms are sent."""
    span = (cutoffs[-1] - cutoffs[0]).days
    every = (cutoffs[0] + timedelta(days=days) for days in range(1, span))
    return [day for day in every if kind_of(day).is_workday and day not in cutoffs]


def _items(random: Random, plan, prospect: Prospect) -> list[Item]:
    """The project's procedures with level and approving unit, or why they are not needed: half of them at most."""
    exempted = 0
    items = []
    for procedure in plan.procedures:
        reason = _exemption(random, procedure.kind, prospect.category_code)
        if reason and exempted < len(plan.procedures) // 2:
            exempted += 1
            items.append(Item(procedure.id, exemption=say("exemption", procedure=procedure.name, reason=reason)))
            continue
        row = _approval(random, procedure.kind)
        local = plan.unit(procedure.approving_unit or plan.centre).name
        items.append(Item(procedure.id, None, row["handling_level"], row["unit_zh"] or local))
    return items


def _exemption(random: Random, kind: str | None, category: str) -> str | None:
    for row in table("exemptions"):
        if row["kind"] == kind and category in row["categories"].split("|"):
            return row["reason_zh"] if random.randrange(100) < int(row["share"]) else None
    return None


def _approval(random: Random, kind: str | None) -> dict[str, str]:
    rows = _approvals(kind)
    return random.choices(rows, [int(row["share"]) for row in rows])[0]


def _approvals(kind: str | None) -> list[dict[str, str]]:
    own = [row for row in table("approvals") if row["kind"] == kind]
    return own or [row for row in table("approvals") if not row["kind"]]


def _turns(random: Random, plan, prospects, bare, ideas: set[int]) -> list[Turn]:
    """Every needed procedure of a project that does not start, in the order in which the county gets them done."""
    turns = []
    for index, prospect in enumerate(prospects):
        if index in ideas or prospect.start_actual_date:
            continue
        readiness = random.randrange(100) + (60 if prospect.joins_on else 0)
        ranks: dict[str, int] = {}
        for item in bare[index]:
            kind = plan.procedure(item.procedure).kind or ""
            ranks[kind] = readiness + USUAL_TURN.get(kind, 20) + random.randrange(16)
            if kind == "planning":
                ranks[kind] = max(ranks[kind], ranks.get("land", 0) + 1)
            if kind != "approval":
                ranks[kind] = max(ranks[kind], ranks.get("approval", -NEVER) + 1)
            if item.is_needed:
                turns.append(Turn(index, item.procedure, ranks[kind]))
    return sorted(turns, key=lambda turn: turn.rank)


def _done_dates(
    random: Random, plan, prospects, bare, ideas: set[int], aims: Aims, days: list[date], cutoffs: list[date]
) -> dict[tuple[int, str], date]:
    """The day each procedure is done, by (project, procedure); those that are not done by the end are absent."""
    turns = _turns(random, plan, prospects, bare, ideas)
    needed = [sum(item.is_needed for item in items) for items in bare]
    at_first = sum(count for p, count in zip(prospects, needed, strict=True) if p.is_known(cutoffs[0]))
    started = {index: _before_start(random, bare[index], p, cutoffs) for index, p in enumerate(prospects)}
    before = [day for its in started.values() for day in its.values()]
    first = int(at_first * aims.done_at_first) - sum(day <= cutoffs[0] for day in before)
    last = round(sum(needed) * aims.done_at_last) - len(before)
    done = {(index, name): day for index, its in started.items() for name, day in its.items()}
    latest: dict[int, date] = {}
    for turn in turns[:first]:
        begun = max(date(plan.year, 2, 10) + timedelta(days=random.randrange(200)), _coded_by(prospects[turn.project]))
        earliest = latest.get(turn.project, begun)
        day = earliest + timedelta(days=random.randint(8, 40))
        latest[turn.project] = last_workday(min(day, cutoffs[0] - timedelta(days=random.randint(2, 9))))
        done[turn.project, turn.procedure] = max(latest[turn.project], earliest)
        latest[turn.project] = done[turn.project, turn.procedure]
    span = last - first
    for place, turn in enumerate(turns[first:last]):
        done[turn.project, turn.procedure] = days[place * len(days) // span]
    return _not_all_at_once(bare, done, cutoffs, days)


def _before_start(random: Random, items: list[Item], prospect: Prospect, cutoffs: list[date]) -> dict[str, date]:
    """A project that starts has every paper it needs, the last of them some days before."""
    if prospect.start_actual_date is None:
        return {}
    needed = [item for item in items if item.is_needed]
    found, day = {}, prospect.start_actual_date - timedelta(days=random.randint(4, 9))
    for item in reversed(needed):
        day = last_workday(day, cutoffs)
        found[item.procedure] = day
        day = max(day - timedelta(days=random.randint(10, 20)), _coded_by(prospect) + timedelta(days=10))
    return found


def _coded_by(prospect: Prospect) -> date:
    """The day by which a project that this year's list knows has had its code; nothing is filed before."""
    if prospect.project_code is None:
        return date.min
    return date(2000 + int(prospect.project_code[:2]), int(prospect.project_code[2:4]), 28)


def _not_all_at_once(
    bare: list[list[Item]], done: dict[tuple[int, str], date], cutoffs: list[date], days: list[date]
) -> dict[tuple[int, str], date]:
    """No project gets all its papers in one week: the first of them then came two weeks earlier."""
    for index, items in enumerate(bare):
        needed = [item.procedure for item in items if item.is_needed]
        dates = [done[index, name] for name in needed if (index, name) in done]
        if len(dates) < len(needed):
            continue
        if len({bisect_left(cutoffs, day) for day in dates}) == 1 and min(dates) > cutoffs[0]:
            first = min(needed, key=lambda name: (done[index, name], needed.index(name)))
            done[index, first] = last_workday(done[index, first] - timedelta(days=15), cutoffs)
    return done


def _dated(
    random: Random,
    plan,
    item: Item,
    prospect: Prospect,
    done: date | None,
    days: list[date],
    is_idea: bool,
    numbers: dict[str, int],
) -> Item:
    """The procedure with its dates and its paper; ``numbers`` are the last number of each series of papers."""
    if not item.is_needed:
        return item
    if done is None:
        planned = date(plan.year + 1, 2, 10) + timedelta(days=random.randrange(140))
        is_filed = not is_idea and random.randrange(100) < FILED_IN_HUNDRED
        if is_idea or not is_filed:
            return replace(item, planned_done_date=planned)
        filed = days[random.randrange(len(days))] - timedelta(days=random.choice((0, 0, 30, 60)))
        filed = max(
            last_workday(filed), last_workday((prospect.joins_on or filed) - timedelta(days=5)), _coded_by(prospect)
        )
        return replace(item, filed_date=filed, planned_done_date=max(planned, filed + timedelta(days=20)))
    filed = max(last_workday(done - timedelta(days=random.randint(9, 45))), _coded_by(prospect))
    planned = max(done + timedelta(days=random.randint(-6, 18)), filed + timedelta(days=1))
    kind = plan.procedure(item.procedure).kind
    word = next(row["word_zh"] for row in _approvals(kind) if row["handling_level"] == item.handling_level)
    series = f"{word}{done.year}"
    numbers[series] = numbers.get(series, random.randrange(5, 60)) + random.randint(1, 4)
    number = say("approval_document", word=word, year=done.year, number=numbers[series])
    return replace(item, filed_date=filed, planned_done_date=planned, done_date=done, document_number=number)


def _accepted_early(random: Random, prospects: list[Prospect], days: list[date], cutoffs: list[date]) -> list[Prospect]:
    """Some procedures are accepted with papers missing or on a promise; a few promises are not kept in time."""
    open_ones, kept = _candidates(prospects, cutoffs)
    count = sum(len(prospect.needed) for prospect in prospects) * EARLY_IN_HUNDRED // 100
    late = random.sample(open_ones, OVERDUE)
    others = [place for place in open_ones if place not in late]
    chosen = [*late, *random.sample(others, count // 3), *random.sample(kept, count - count // 3 - OVERDUE)]
    changed = list(prospects)
    for number, (index, position) in enumerate(chosen):
        prospect = changed[index]
        item = prospect.items[position]
        since = last_workday(
            max(item.filed_date, cutoffs[0] - timedelta(days=40)) + timedelta(days=random.randint(3, 7))
        )
        due = since + timedelta(days=random.randint(45, 80))
        if number < OVERDUE:
            since = min(since, days[len(days) // 2])
            due = min(since + timedelta(days=random.randint(20, 30)), cutoffs[-3])
        elif item.done_date:
            due = max(due, item.done_date + timedelta(days=random.randint(3, 30)))
        else:
            due = max(due, cutoffs[-1] + timedelta(days=random.randint(5, 60)))
        item = replace(item, early=random.choice(("tolerated", "promised")), early_since=since, promise_due_date=due)
        items = (*prospect.items[:position], item, *prospect.items[position + 1 :])
        changed[index] = replace(prospect, items=items)
    return changed


def _candidates(prospects: list[Prospect], cutoffs: list[date]) -> tuple[list, list]:
    """Places of procedures that stay open though filed, and of those done in the campaign's later half."""
    places = [
        (index, position, item)
        for index, prospect in enumerate(prospects)
        for position, item in enumerate(prospect.items)
        if item.filed_date and not prospect.joins_on
    ]
    middle = cutoffs[len(cutoffs) // 3]
    open_ones = [
        (index, position) for index, position, item in places if item.done_date is None and item.filed_date <= middle
    ]
    kept = [
        (index, position)
        for index, position, item in places
        if item.done_date and item.done_date > middle and (item.done_date - item.filed_date).days > 14
    ]
    return open_ones, kept


def _with_problems(random: Random, prospects: list[Prospect]) -> list[Prospect]:
    """Every third project or so says what it needs from others."""
    found = []
    for prospect in prospects:
        open_levels = {item.handling_level for item in prospect.needed if item.done_date is None}
        texts = [row["text_zh"] for row in table("coordination") if row["level"] in open_levels]
        text = random.choice(texts) if texts and random.randrange(3) == 0 else None
        found.append(replace(prospect, coordination_text=text))
    return found


def _code_given(random: Random, items: Iterable[Item], cutoffs: list[date]) -> date:
    """A code is given before the first paper is filed."""
    filed = [item.filed_date for item in items if item.filed_date]
    return min([*filed, cutoffs[0]]) - timedelta(days=random.randint(12, 60))


def done_share(prospects: Iterable[Prospect], day: date) -> Decimal:
    """Which share of the needed procedures is done by the end of a day."""
    needed = [item for prospect in prospects if prospect.is_known(day) for item in prospect.needed]
    return Decimal(sum(item.at(day).procedure_state == "done" for item in needed)) / len(needed)
