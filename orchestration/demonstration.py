"""Demonstration: a simulated bureau over its months: the first one signed, corrected and signed again, then the last.

Belongs here: the order of the demo: what comes when, what is run, what is signed.
Does not belong here: what lies in the post (samples.demo), running and signing themselves.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from dispatch.sealing import Sealed
from ingestion.obligations import periods
from ingestion.plans import Plan
from ingestion.seals import Seals
from ingestion.workspace import Workspace
from orchestration.resources import Bureau
from orchestration.runs import run_dispatch
from orchestration.signing import look, sign
from orchestration.stages import Progress
from orchestration.writer import writing
from samples.demo import fill, first_month, hand_in
from samples.words import say

_POST = ".post-"


def is_new(home: Workspace, plan: Plan) -> bool:
    """Whether nothing of the plan was signed yet: a demo that is started again signs nothing twice."""
    return not Seals(home.register).seals(plan.id)


def first_release(home: Workspace, plan: Plan, post: Path, progress: Progress) -> Sealed:
    """The first month as it was told: run and signed with what had come by then."""
    period, told = first_month(plan)
    hand_in(post, home.inbox, until=told)
    run_dispatch(Bureau(home, lambda: told, progress=progress), plan.id, period)
    return _signed(home, plan, period, told, "demo_reason")


def later_releases(home: Workspace, plan: Plan, now: Callable[[], datetime]) -> list[Sealed]:
    """After the last run: the first month again, now that its correction has come, and the last month."""
    first, _ = first_month(plan)
    last = periods(plan, "monthly_dispatch")[-1]
    return [
        _signed(home, plan, period, now(), reason) for period, reason in ((first, "demo_again"), (last, "demo_reason"))
    ]


def _signed(home: Workspace, plan: Plan, period: str, at: datetime, reason: str) -> Sealed:
    """A period signed by the demo's post."""
    with writing(home, f"seal {plan.id} {period}"):
        return sign(home, look(home, plan.id, period), say("demo_post"), say(reason), at)


class Post:
    """What the departments have sent and the centre has not yet saved into its inbox; gone when the demo ends."""

    def __init__(self, home: Workspace, plan: Plan, seed: int):
        for left in home.root.glob(f"{_POST}*"):
            shutil.rmtree(left)
        self.folder = Path(tempfile.mkdtemp(prefix=_POST, dir=home.root))
        fill(plan, self.folder, seed)

    def __enter__(self) -> Path:
        return self.folder

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
