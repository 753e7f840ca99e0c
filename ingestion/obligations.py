"""Obligations: who owes which form for which month by when, worked out from a plan.

Belongs here: periods, due instants, cutoff dates, and the plan's rows in the lake.
Does not belong here: what was received (register, submissions).
"""

import calendar as months
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from ingestion import calendar, vocabulary
from ingestion.plans import Plan, Schedule
from ingestion.settings import TIMEZONE

MONTHLY = "monthly_dispatch"
_STEP = {"next_workday": 1, "previous_workday": -1}


@dataclass(frozen=True)
class Obligation:
    """One unit's duty to report one form for one period; ``due_at`` is None where there is no deadline."""

    plan_id: str
    form: str
    period: str
    unit_id: str
    due_at: datetime | None
    cutoff_date: date
    is_due: bool
    deadline_note_zh: str


@dataclass(frozen=True)
class Deadline:
    """When a period is due and how that day came about."""

    due_at: datetime | None
    note_zh: str


def periods(plan: Plan, form: str = MONTHLY) -> list[str]:
    """The months of a form in order, history first; a form sent on change has the months of the monthly form."""
    schedule = _schedule(plan, form)
    return list(_months(schedule.history_from or schedule.first, schedule.last))


def due_periods(plan: Plan, form: str = MONTHLY) -> list[str]:
    """The months for which the form is owed; none for a form that is sent on change."""
    if plan.forms[form].schedule.every != "month":
        return []
    return [period for period in periods(plan, form) if period >= plan.forms[form].schedule.first]


def previous_period(period: str) -> str:
    """The month before: ``2022-01`` gives ``2021-12``."""
    year, month = map(int, period.split("-"))
    return f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"


def deadline(plan: Plan, form: str, period: str) -> Deadline:
    """When a form is due for a period, moved off holidays only where the plan says so."""
    words = vocabulary.messages("plans")
    schedule = plan.forms[form].schedule
    if schedule.every != "month":
        return Deadline(None, words["deadline_open"])
    nominal = _nominal_day(schedule, period)
    if schedule.holiday_shift == "none":
        day, note = nominal, words["deadline_none"]
    else:
        day, note = _shifted(nominal, schedule.holiday_shift)
    if period < schedule.first:
        note = words["deadline_history"]
    return Deadline(datetime.combine(day, schedule.time, tzinfo=TIMEZONE), note)


def cutoff_date(plan: Plan, period: str) -> date:
    """The day the figures of a month speak of: the due date or the month's end, as the plan chooses."""
    schedule = _schedule(plan, MONTHLY)
    if schedule.cutoff == "month_end":
        return month_end(period)
    return deadline(plan, MONTHLY, period).due_at.date()


def obligations(plan: Plan, form: str) -> list[Obligation]:
    """One obligation per period and owing unit, in the order of the plan's units; history is not due."""
    due, order = set(due_periods(plan, form)), [unit.id for unit in plan.units]
    owing = sorted(plan.forms[form].owed_by, key=order.index)
    found = []
    for period in periods(plan, form):
        until = deadline(plan, form, period)
        cutoff = cutoff_date(plan, period)
        found += [
            Obligation(plan.id, form, period, unit_id, until.due_at, cutoff, period in due, until.note_zh)
            for unit_id in owing
        ]
    return found


def all_obligations(plan: Plan) -> list[Obligation]:
    """The obligations of every form of the plan."""
    return [obligation for form in plan.forms for obligation in obligations(plan, form)]


def plan_rows(
    plan: Plan, period: str, plan_hash: str, in_force_at: datetime, known_at: datetime
) -> dict[str, list[dict]]:
    """What a plan says for one period, as rows of the lake tables plans, units, populations, targets, obligations."""
    header = {
        "plan_name": plan.name,
        "region_code": plan.region_code,
        "year": plan.year,
        "centre": plan.centre,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "plan_hash": plan_hash,
        "in_force_at": in_force_at,
        "known_at": known_at,
        "annual_plan_basis": plan.annual_plan_basis,
    }
    return {
        "plans": [header],
        "units": list(_unit_rows(plan)),
        "populations": list(_population_rows(plan)),
        "targets": list(_target_rows(plan)),
        "obligations": [
            {key: value for key, value in asdict(obligation).items() if key not in ("plan_id", "period")}
            for obligation in all_obligations(plan)
            if obligation.period == period
        ],
    }


def month_end(period: str) -> date:
    """The last day of a month given as ``2022-11``."""
    year, month = map(int, period.split("-"))
    return date(year, month, months.monthrange(year, month)[1])


def _schedule(plan: Plan, form: str) -> Schedule:
    """The schedule that gives a form its months: its own, or the monthly form's when it is sent on change."""
    schedule = plan.forms[form].schedule
    return schedule if schedule.every == "month" else plan.forms[MONTHLY].schedule


def _months(first: str, last: str) -> Iterator[str]:
    year, month = map(int, first.split("-"))
    while (period := f"{year}-{month:02d}") <= last:
        yield period
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _nominal_day(schedule: Schedule, period: str) -> date:
    last = month_end(period)
    return last if schedule.day == "last" else last.replace(day=schedule.day)


def _shifted(nominal: date, rule: str) -> tuple[date, str]:
    words = vocabulary.messages("plans")
    moved = calendar.shift(nominal, _STEP[rule])
    key = "deadline_on_time" if moved.day == nominal else f"deadline_moved_{'later' if _STEP[rule] > 0 else 'earlier'}"
    note = words[key].format(nominal=nominal.isoformat(), due=moved.day.isoformat())
    return moved.day, note if moved.is_certain else note + words["deadline_uncovered"].format(year=nominal.year)


def _unit_rows(plan: Plan) -> Iterator[dict]:
    for unit in plan.units:
        yield {
            "unit_id": unit.id,
            "unit_name": unit.name,
            "unit_kind": unit.kind,
            "aliases": "|".join(unit.aliases),
            "sort_order": unit.sort,
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
        }


def _population_rows(plan: Plan) -> Iterator[dict]:
    """One row per population, level and category of the monthly form; an open dimension is NULL."""
    for order, population in enumerate(plan.populations, start=1):
        if population.form != MONTHLY:
            continue
        for level in population.levels or (None,):
            for category in population.categories or (None,):
                yield {
                    "population": population.id,
                    "population_name": population.name,
                    "level_code": level,
                    "category_code": category,
                    "sort_order": order,
                    "is_headline": population.headline,
                }


def _target_rows(plan: Plan) -> Iterator[dict]:
    for target in plan.targets:
        row = target.model_dump(exclude={"source"})
        yield {**row, "target_id": target.id, "source_zh": target.source}
