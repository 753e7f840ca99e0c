"""Shifted: a shipped plan moved to today, so that real deadlines pass while a test looks on."""

from datetime import date, datetime, timedelta
from pathlib import Path

from ingestion.plans import Plan, load_plan
from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace
from tests.months_alone import month_plan, workspace_of
from tests.shared import with_models_parsed

PLAN = "huozhou-2022"


def minute_after(seconds: float) -> datetime:
    """The first full minute at least so many seconds from now; plans speak of minutes."""
    at = datetime.now(TIMEZONE) + timedelta(seconds=seconds)
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def workspace_due_at(folder: Path, due_at: datetime, reminders: list[dict]) -> tuple[Workspace, Plan]:
    """A workspace with the plan's month forms: this month is due at ``due_at``, the one before is history."""
    plan = month_plan(PLAN)
    day = due_at.date()
    before = day.replace(day=1) - timedelta(days=1)
    plan["issued"], plan["year"] = before.replace(day=1), day.year
    plan["windows"] = [{"id": "all", "name": "全部", "starts_on": before, "ends_on": day + timedelta(days=60)}]
    plan["forms"]["monthly_dispatch"]["schedule"] |= {
        "day": _day(day),
        "time": f"{due_at:%H:%M}",
        "first": f"{day:%Y-%m}",
        "last": f"{day:%Y-%m}",
        "history_from": f"{before:%Y-%m}",
    }
    plan["targets"] = [
        row | {"target_date": day + timedelta(days=40), "judged_period": f"{day:%Y-%m}"} for row in plan["targets"][:1]
    ]
    plan["reminders"] = reminders
    workspace = with_models_parsed(workspace_of(folder, plan))
    return workspace, load_plan(workspace.plans / f"{PLAN}.yml")


def _day(day: date) -> int | str:
    return "last" if (day + timedelta(days=1)).day == 1 else day.day
