"""A county over six weeks: November is told and signed, then corrected, accepted and put on another list.

Belongs here: what happens, in which order, and who is hit by it.
Does not belong here: what must follow from it (the tests of changes and of sealed releases).
"""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ingestion.plans import load_plan
from ingestion.register import Register
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.workspace import Workspace
from orchestration.signing import look, sign
from samples.county import simulate
from samples.faults import Fault, apart
from samples.scenarios import last_months_figures
from tests import shared
from tests.whole.places import NOW, PLANS, Place, place_of

PLAN, NOVEMBER, DECEMBER = PLANS[0], "2022-11", "2022-12"
TOLD = datetime(2022, 12, 1, 10, tzinfo=TIMEZONE)
SIGNED = TOLD + timedelta(hours=3)
NEW_LIST, LATE_LIST = "2022-12-02 0900", "2023-01-03 0900"
PAPER = "会议材料.txt"


@dataclass(frozen=True)
class Corrected:
    """The place after December's run; ``unit`` corrected its November, a row of ``mistake`` was accepted."""

    place: Place
    unit: str
    mistake: Fault

    def copy(self, folder: Path) -> "Corrected":
        return Corrected(self.place.copy(folder), self.unit, self.mistake)


def corrected_month() -> Corrected:
    """One for all workers. Look, do not touch: copy it first.

    November is run and signed on 1 December. Then a unit sends October's figures as its November, the centre accepts a
    row that a rule refuses, December's forms come, and its new list comes after all of them.
    """
    plan = load_plan(SHIPPED_PLANS / f"{PLAN}.yml")
    county = simulate(plan)
    [mistake] = apart(["ytd_wrong"], county, plan, None)
    unit = next(u for u in county.units if u != mistake.unit_id and len(county.entries(NOVEMBER, u)) > 2)
    made = shared.once("corrected-month", lambda folder: _make(folder, mistake, unit))
    workspace = Workspace.open(made / "workspace")
    return Corrected(Place(workspace, load_plan(workspace.plans / f"{PLAN}.yml"), county), unit, mistake)


def _make(folder: Path, mistake: Fault, unit: str) -> None:
    place = place_of(folder / "workspace", PLAN, [mistake])
    home, inbox, aside = place.workspace, place.workspace.inbox / PLAN, folder / "aside"
    later = [path for path in sorted(inbox.iterdir()) if path.is_dir() and path.name >= f"{TOLD:%Y-%m-%d %H%M}"]
    aside.mkdir()
    for path in later:
        shutil.move(path, aside / path.name)
    place.run(NOVEMBER, now=TOLD)
    (folder / PAPER).write_text("第一稿", encoding="utf-8")
    sign(home, look(home, PLAN, NOVEMBER, [folder / PAPER]), "中心主任", "按月发布", SIGNED)
    for path in later:
        shutil.move(aside / path.name, inbox / (LATE_LIST if path.name == NEW_LIST else path.name))
    place.deliver(last_months_figures(place.county, place.plan, NOVEMBER, unit, after=timedelta(days=8)))
    _accept(place, mistake)
    place.run(DECEMBER)


def _accept(place: Place, mistake: Fault) -> None:
    """The centre takes the row that the mistake stands in."""
    for rule in {row["rule_id"] for row in place.findings(NOVEMBER) if row["project_id"] == mistake.project_id}:
        subject = {
            "plan_id": PLAN, "period": NOVEMBER, "form": "monthly_dispatch", "project_id": mistake.project_id,
            "rule_id": rule,
        }  # fmt: skip
        Register(place.workspace.register).record_decision(
            "accept", "综合岗", "已核实", subject, NOW - timedelta(days=1)
        )
