"""Obligations: who owes which form for which month by when, worked out from a plan.

Belongs here: periods, due instants, locks, cutoff dates.
Does not belong here: what was received (register, submissions), the plan's rows in the lake (plan_tables).

A plan has up to two series of periods: months (``2022-11``), led by the monthly form, and weeks named by their nominal
due date (``2022-12-08``), led by the weekly form of procedures. A form sent on change is filed in one of the two.
"""

import calendar as months
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ingestion import calendar, vocabulary
from ingestion.plan_models import Later
from ingestion.plans import Plan, Schedule
from ingestion.settings import TIMEZONE

MONTHLY = "monthly_dispatch"
WEEKLY = "procedures"
_STEP = {"next_workday": 1, "previous_workday": -1}


@dataclass(frozen=True)
class Obligation:
    """One unit's duty to report one form for one period; ``due_at`` is None where there is no deadline.

    ``lock_at`` and ``publish_at`` are None where the plan states none.
    """

    plan_id: str
    form: str
    period: str
    unit_id: str
    due_at: datetime | None
    cutoff_date: date
    is_due: bool
    deadline_note_zh: str
    lock_at: datetime | None = None
    publish_at: datetime | None = None


@dataclass(frozen=True)
class Deadline:
    """When a period is due and how that day came about; when it is locked and told, where the plan says so."""

    due_at: datetime | None
    note_zh: str
    lock_at: datetime | None = None
    publish_at: datetime | None = None


def is_week(period: str) -> bool:
    """Whether a period is a week (its nominal due date) and not a month."""
    return len(period) > len("2022-11")


def leading_form(period: str) -> str:
    """The form whose deadlines make the series a period belongs to."""
    return WEEKLY if is_week(period) else MONTHLY


def periods(plan: Plan, form: str = MONTHLY) -> list[str]:
    """The periods of a form in order, history first; a form sent on change has those of the form it is filed with."""
    schedule = _schedule(plan, form)
    if schedule.every == "week":
        return [*([schedule.baseline.isoformat()] if schedule.baseline else []), *_weeks(schedule)]
    return list(_months(schedule.history_from or schedule.first, schedule.last))


def all_periods(plan: Plan) -> list[str]:
    """Every period of the plan in the order of what it may look back on: by cutoff date, a month before a week."""
    found = {period for form in plan.forms for period in periods(plan, form)}
    return sorted(found, key=lambda period: (cutoff_date(plan, period), is_week(period)))


def forms_of(plan: Plan, period: str) -> list[str]:
    """The plan's forms that are filed in a period, in the plan's order."""
    return [form for form in plan.forms if period in periods(plan, form)]


def is_weekly(plan: Plan, form: str) -> bool:
    """Whether a form is filed under weeks: its own, or those of the form it is filed with."""
    return _schedule(plan, form).every == "week"


def due_periods(plan: Plan, form: str = MONTHLY) -> list[str]:
    """The periods for which the form is owed; none for a form that is sent on change."""
    schedule = plan.forms[form].schedule
    if schedule.every == "change":
        return []
    return [period for period in periods(plan, form) if schedule.every == "week" or period >= schedule.first]


def previous_period(period: str) -> str:
    """The month before: ``2022-01`` gives ``2021-12``."""
    year, month = map(int, period.split("-"))
    return f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"


def earlier_periods(plan: Plan, period: str) -> list[str]:
    """The periods of the same series before this one, in order."""
    every = periods(plan, leading_form(period))
    return [other for other in every if other < period]


def latest_month(plan: Plan, period: str) -> str | None:
    """The last month whose cutoff date lies on or before that of a week; None before the first."""
    until = cutoff_date(plan, period)
    return max((month for month in periods(plan, MONTHLY) if cutoff_date(plan, month) <= until), default=None)


def deadline(plan: Plan, form: str, period: str) -> Deadline:
    """When a form is due for a period, moved off holidays only where the plan says so."""
    words = vocabulary.messages("plans")
    schedule = plan.forms[form].schedule
    if schedule.every == "change":
        return Deadline(None, words["deadline_open"])
    nominal = date.fromisoformat(period) if schedule.every == "week" else _nominal_day(schedule, period)
    if schedule.holiday_shift == "none":
        day, note = nominal, words["deadline_none"]
    else:
        day, note = _shifted(nominal, schedule.holiday_shift)
    due_at = datetime.combine(day, schedule.time, tzinfo=TIMEZONE)
    if schedule.every == "month" and period < schedule.first:
        return Deadline(due_at, words["deadline_history"])
    return Deadline(due_at, note, _later(day, schedule.lock), _later(day, schedule.publish))


def cutoff_date(plan: Plan, period: str) -> date:
    """The day the figures of a period speak of: the due date or the month's end, as the plan chooses."""
    form = leading_form(period)
    if plan.forms[form].schedule.cutoff == "month_end":
        return month_end(period)
    return deadline(plan, form, period).due_at.date()


def obligations(plan: Plan, form: str) -> list[Obligation]:
    """One obligation per period and owing unit, in the order of the plan's units; history is not due."""
    due, order = set(due_periods(plan, form)), [unit.id for unit in plan.units]
    owing = sorted(plan.forms[form].owed_by, key=order.index)
    found = []
    for period in periods(plan, form):
        until = deadline(plan, form, period)
        cutoff = cutoff_date(plan, period)
        found += [
            Obligation(
                plan.id, form, period, unit_id, until.due_at, cutoff, period in due, until.note_zh,
                until.lock_at, until.publish_at,
            )
            for unit_id in owing
        ]  # fmt: skip
    return found


def locks(plan: Plan, period: str) -> dict[str, datetime]:
    """When each form of a period is locked; a form without a lock is not there."""
    found = {form: deadline(plan, form, period).lock_at for form in forms_of(plan, period)}
    return {form: lock_at for form, lock_at in found.items() if lock_at}


def passed_instants(owed: Iterable[Obligation], known_at: datetime) -> list[datetime]:
    """The deadlines and locks of what is owed that are not after an instant, in order."""
    instants = {instant for one in owed if one.is_due for instant in (one.due_at, one.lock_at) if instant}
    return sorted(instant for instant in instants if instant <= known_at)


def all_obligations(plan: Plan) -> list[Obligation]:
    """The obligations of every form of the plan."""
    return [obligation for form in plan.forms for obligation in obligations(plan, form)]


def month_end(period: str) -> date:
    """The last day of a month given as ``2022-11``."""
    year, month = map(int, period.split("-"))
    return date(year, month, months.monthrange(year, month)[1])


def _schedule(plan: Plan, form: str) -> Schedule:
    """The schedule that gives a form its periods: its own, or that of the form it is filed with."""
    schedule = plan.forms[form].schedule
    return schedule if schedule.every != "change" else plan.forms[schedule.filed_with].schedule


def _weeks(schedule: Schedule) -> Iterator[str]:
    day, last = date.fromisoformat(schedule.first), date.fromisoformat(schedule.last)
    while day <= last:
        yield day.isoformat()
        day += timedelta(days=7)


def _months(first: str, last: str) -> Iterator[str]:
    year, month = map(int, first.split("-"))
    while (period := f"{year}-{month:02d}") <= last:
        yield period
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _nominal_day(schedule: Schedule, period: str) -> date:
    last = month_end(period)
    return last if schedule.day == "last" else last.replace(day=min(schedule.day, last.day))


def _later(due: date, later: Later | None) -> datetime | None:
    """Counted from the day a form is really due; holidays do not move it again."""
    return datetime.combine(due + timedelta(days=later.days_after), later.time, tzinfo=TIMEZONE) if later else None


def _shifted(nominal: date, rule: str) -> tuple[date, str]:
    words = vocabulary.messages("plans")
    moved = calendar.shift(nominal, _STEP[rule])
    key = "deadline_on_time" if moved.day == nominal else f"deadline_moved_{'later' if _STEP[rule] > 0 else 'earlier'}"
    note = words[key].format(nominal=nominal.isoformat(), due=moved.day.isoformat())
    return moved.day, note if moved.is_certain else note + words["deadline_uncovered"].format(year=nominal.year)
