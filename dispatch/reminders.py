"""Reminders: text to paste for units that have not reported, before a deadline (提醒) and after it (催报).

Belongs here: who is reminded, the two text files of a period.
Does not belong here: when (ingestion.lead_times), the wording of 催报 shown on the screen too (status).
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from dispatch import status, wording
from dispatch.marts import Marts
from dispatch.month import Month
from dispatch.wording import say
from ingestion import versions
from ingestion.forms import load_forms
from ingestion.obligations import Obligation, all_obligations
from ingestion.plans import Plan
from ingestion.register import Register
from ingestion.workspace import Workspace

REPORTED = ("form", "nil", "supplement")


def write(ws: Workspace, plan_id: str, period: str) -> list[Path]:
    """After a build: the 催报 of those who owe the period's form; a 提醒 that was written before is brought up to date.

    A paper nobody needs any more is removed: an old one would be pasted by mistake.
    """
    month = Month(ws, plan_id, period)
    submissions = [row for row in Marts.of_build(ws).submissions(plan_id, period) if row["form"] == month.form]
    written = _paper(_place(ws, plan_id, period, "urging"), status.reminders(month, submissions))
    if _place(ws, plan_id, period, "reminder").exists():
        written += remind(ws, month.plan, period, month.known_at)
    return written


def remind(ws: Workspace, plan: Plan, period: str, now: datetime) -> list[Path]:
    """Before a deadline: who has not reported what is due after ``now``, from what the register holds by then."""
    return _paper(_place(ws, plan.id, period, "reminder"), list(_ahead(ws, plan, period, now)))


def _ahead(ws: Workspace, plan: Plan, period: str, now: datetime) -> Iterator[str]:
    owing = owed(ws, plan, period, now)
    for form in dict.fromkeys(obligation.form for obligation in owing):
        own = [obligation for obligation in owing if obligation.form == form]
        names = [plan.unit(obligation.unit_id).name for obligation in own]
        later = wording.later_dates(own[0].lock_at, own[0].publish_at)
        asked = {
            "form": plan.forms[form].title,
            "label": load_forms()[form].label_zh,
            "period": wording.period_label(period),
            "due": wording.instant(own[0].due_at),
            "centre": plan.unit(plan.centre).name,
            "note": say("dates.joint").join(filter(None, (own[0].deadline_note_zh, later))),
        }
        yield say("reminder.ahead_all", units=say("list_joint").join(names), count=len(names), **asked)
        yield from (say("reminder.ahead_unit", unit=name, **asked) for name in names)


def owed(ws: Workspace, plan: Plan, period: str, now: datetime) -> list[Obligation]:
    """The obligations of a period that are still ahead and for which nothing readable has come, in the plan's order."""
    register = Register(ws.register)
    received = versions.versions(plan, register.receipts(plan.id, now), register.decisions(plan.id, now), now)
    reported = {
        (v.form, v.period, v.unit_id) for v in received if v.withdrawn_at is None and v.receipt.kind in REPORTED
    }
    return [
        o
        for o in all_obligations(plan)
        if o.period == period and o.is_due and o.due_at and now < o.due_at
        if (o.form, o.period, o.unit_id) not in reported
    ]


def _place(ws: Workspace, plan_id: str, period: str, paper: str) -> Path:
    return ws.outbox / plan_id / period / say(f"reminder.file_{paper}")


def _paper(path: Path, texts: list[str]) -> list[Path]:
    if not texts:
        path.unlink(missing_ok=True)
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(texts) + "\n", encoding="utf-8-sig")  # Windows editors take it for UTF-8 by its mark
    return [path]
