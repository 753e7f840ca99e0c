"""Situation: all that a plan's dispatch depends on, as one digest; a run leaves behind the one it dealt with.

Belongs here: telling whether something happened since a plan's last finished run: files, decisions, plan, deadlines.
Does not belong here: which periods it touches (orchestration.stages), starting a run (inbox_sensor).
"""

from datetime import datetime

from ingestion.obligations import all_obligations, passed_instants
from ingestion.plans import Plan, load_plan
from ingestion.register import Register
from ingestion.workspace import Workspace
from orchestration.freshness import Marks, digest, of_file, plain

_NOTED, _SETTLED, _WHOLE = "noted", "settled", "plan"


def situation(workspace: Workspace, plan: Plan, known_at: datetime) -> str:
    """What is on record at an instant: the plan's bytes, the register's events, the deadlines passed."""
    events = [plain(event) for event in Register(workspace.register).events(plan.id) if event.at <= known_at]
    return digest(of_file(workspace.plans / f"{plan.id}.yml"), events, deadlines_passed(plan, known_at))


def deadlines_passed(plan: Plan, known_at: datetime) -> list[str]:
    """The deadlines and locks of all forms not after an instant."""
    return [instant.isoformat() for instant in dict.fromkeys(passed_instants(all_obligations(plan), known_at))]


def note(workspace: Workspace, plan_id: str, known_at: datetime) -> None:
    """What a run is about to deal with; to be called when everything is taken in."""
    plan = load_plan(workspace.plans / f"{plan_id}.yml")
    Marks(workspace.lake, plan_id).set(_NOTED, _WHOLE, situation(workspace, plan, known_at))


def settle(workspace: Workspace, plan_id: str) -> None:
    """The run came to its end: what it noted is dealt with."""
    marks = Marks(workspace.lake, plan_id)
    marks.set(_SETTLED, _WHOLE, marks.get(_NOTED, _WHOLE) or "")


def settled(workspace: Workspace, plan_id: str) -> str | None:
    """The situation the last finished run dealt with; None when there was none, or the lake was deleted."""
    return Marks(workspace.lake, plan_id).get(_SETTLED, _WHOLE)
