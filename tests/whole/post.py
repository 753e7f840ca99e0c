"""Post: a small stream of workbooks for real commands, and what such a command leaves, by its bytes.

Belongs here: three units' forms, one corrected form after the other, a workspace that took the first, the Parquet.
Does not belong here: how commands are started and stopped (processes_of.py).
"""

import hashlib
import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.workspace import Workspace
from samples.county import simulate
from samples.filling import monthly_form, project_list
from samples.sheets import Filled, with_details
from samples.workbooks import deliver
from tests import shared
from tests.months_alone import workspace_of_months
from tests.whole.processes_of import WarmStart

PLAN, PERIOD, SEED = "huozhou-2022", "2022-11", 2022
FIRST = datetime(2022, 11, 27, 9, tzinfo=TIMEZONE)
RUN = ("run", "--plan", PLAN, "--period", PERIOD)


@dataclass
class Post:
    """What departments send: three units' forms, and then one corrected form after the other."""

    plan: object
    county: object
    units: list[str]
    sent: list[Filled] = field(default_factory=list)

    @classmethod
    def of(cls) -> "Post":
        plan = load_plan(SHIPPED_PLANS / f"{PLAN}.yml")
        county = simulate(plan, SEED)
        units = sorted(county.units, key=lambda unit: len(county.entries(PERIOD, unit)), reverse=True)[:3]
        return cls(plan, county, units)

    def first(self) -> list[Filled]:
        """The list that counts for the month and the units' first forms; whatever comes later has a later time."""
        listed = project_list(self.county, self.plan, self.county.list_at(PERIOD))
        forms = [self._form(unit, FIRST, 0) for unit in self.units]
        return self._sent([replace(listed, received_at=FIRST - timedelta(days=1)), *forms])

    def next(self) -> list[Filled]:
        """One more corrected form, of each unit in turn."""
        number = len(self.sent)
        return self._sent([self._form(self.units[number % 3], FIRST + timedelta(minutes=number), number)])

    def deliver(self, forms: list[Filled], workspace: Workspace) -> None:
        """Lay forms into the inbox of a workspace, into folders named by the time they came."""
        deliver(forms, workspace.inbox)

    def _form(self, unit: str, received_at: datetime, number: int) -> Filled:
        """A unit's form; each has a remark of its own, so that no two have the same bytes."""
        filled = monthly_form(self.county, self.plan, PERIOD, unit)
        told = with_details(
            filled, lambda detail: replace(detail, cells={**detail.cells, "problem_text": f"第{number}次报"})
        )
        return replace(told, received_at=received_at)

    def _sent(self, forms: list[Filled]) -> list[Filled]:
        self.sent += forms
        return forms


def after_the_first(folder: Path) -> tuple[Workspace, Post]:
    """A workspace in which a command took in the first forms and published, and what comes after them."""

    def make(made: Path) -> None:
        workspace, post = workspace_of_months(made / "workspace", PLAN), Post.of()
        post.deliver(post.first(), workspace)
        server = WarmStart(made)
        first = server.start(shared.with_models_parsed(workspace), *RUN)
        assert first.wait() == 0, first.said
        server.close()

    made = shared.once("after-the-first-forms", make)
    post = Post.of()
    post.first()
    return Workspace.open(shutil.copytree(made / "workspace", folder, symlinks=True)), post


def digests(folder: Path, pattern: str) -> dict[str, str]:
    """Files below a folder by their bytes."""
    folder = folder.resolve()
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.rglob(pattern)}


def exported(workspace: Workspace) -> dict[str, dict[str, str]]:
    """All Parquet of a workspace: the lake and what is published."""
    return {
        "lake": digests(workspace.lake, "*.parquet"),
        "published": digests(workspace.published / "current", "*.parquet"),
    }
