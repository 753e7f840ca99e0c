"""Lead times: when those who have not reported are reminded before a deadline.

Belongs here: the instants a plan's ``reminders`` give for each deadline.
Does not belong here: who has not reported and what is said to them (dispatch.reminders), starting anything.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingestion import calendar
from ingestion.obligations import all_obligations
from ingestion.plan_models import LeadTime
from ingestion.plans import Plan


@dataclass(frozen=True, order=True)
class Reminder:
    """An instant at which a deadline comes near; not ``is_certain`` when a working day was only guessed."""

    at: datetime
    period: str
    due_at: datetime
    is_certain: bool


def reminders(plan: Plan) -> list[Reminder]:
    """Every reminder of a plan in the order of time; one for all forms of a period that are due together."""
    due = {(o.period, o.due_at) for o in all_obligations(plan) if o.is_due and o.due_at}
    return sorted(_reminder(lead, period, due_at) for period, due_at in due for lead in plan.reminders)


def _reminder(lead: LeadTime, period: str, due_at: datetime) -> Reminder:
    at, certain = due_at - timedelta(hours=lead.hours, minutes=lead.minutes), True
    for _ in range(lead.workdays):
        moved = calendar.shift(at.date() - timedelta(days=1), -1)
        at = datetime.combine(moved.day, at.timetz())
        certain = certain and moved.is_certain
    return Reminder(at, period, due_at, certain)
