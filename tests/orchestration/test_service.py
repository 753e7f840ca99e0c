"""The real service on a plan shifted to today: web server, daemon, workbooks dropped, a deadline that passes."""

import urllib.request
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import pytest

from ingestion.plans import Plan
from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace
from samples.county import simulate
from samples.filling import monthly_form, project_list
from samples.workbooks import write_workbook
from tests.orchestration.serving import free_port, service, until
from tests.orchestration.shifted import PLAN, minute_after, workspace_due_at

pytestmark = pytest.mark.slow

BEFORE_DEADLINE_SECONDS = 90  # to start on a slow machine and take in what lies in the inbox


@dataclass
class Watched:
    """What a test sees of a workspace while the service works."""

    workspace: Workspace
    plan: Plan
    period: str
    releases: list[str] = field(default_factory=list)
    reminders: list[str] = field(default_factory=list)

    def look(self) -> None:
        current = self.workspace.published / "current"
        if current.exists() and (release := current.resolve().name) not in self.releases:
            self.releases.append(release)
        if text := self.paper("提醒.txt"):
            self.reminders += [text] if text not in self.reminders else []

    def paper(self, name: str) -> str:
        path = self.workspace.outbox / PLAN / self.period / name
        return path.read_text(encoding="utf-8-sig") if path.exists() else ""

    def statuses(self, release: str) -> dict[str, str]:
        database = self.workspace.published / "releases" / release / "diaodu.duckdb"
        with duckdb.connect(str(database), read_only=True) as connection:
            sql = "select unit_id, status from marts.fct_submission where period = ? and form = 'monthly_dispatch'"
            return dict(connection.execute(sql, [self.period]).fetchall())


def test_the_service_takes_in_what_is_dropped_reminds_and_shows_who_is_late(tmp_path):
    due_at = minute_after(BEFORE_DEADLINE_SECONDS)
    workspace, plan = workspace_due_at(tmp_path / "workspace", due_at, [{"minutes": 1}])
    county = simulate(plan)
    period, inbox = county.periods[-1], workspace.inbox / PLAN
    silent, late = [unit for unit in county.units if unit != county.nil_unit][:2]
    forms = [monthly_form(county, plan, period, unit) for unit in county.units if unit not in (silent, late)]
    for filled in (*(project_list(county, plan, version) for version in county.lists), *forms):
        write_workbook(filled, inbox / filled.file_name)
    (inbox / "~$住建局.xlsx").write_bytes(b"lock")
    watched, port = Watched(workspace, plan, period), free_port()

    def is_settled() -> bool:
        watched.look()
        if datetime.now(TIMEZONE) > due_at and not (inbox / "迟到.xlsx").exists():
            write_workbook(monthly_form(county, plan, period, late), inbox / "迟到.xlsx")
        statuses = watched.statuses(watched.releases[-1]) if watched.releases else {}
        return statuses.get(late) == "late" and statuses.get(silent) == "missing"

    with service(workspace, port) as process:
        until(is_settled, process, "the deadline's run with a late and a missing unit")
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10).read().decode()
        until(lambda: watched.paper("催报.txt"), process, "催报")

    first = watched.statuses(watched.releases[0])
    assert (first[silent], first[late]) == ("not_due", "not_due")  # taken in and dispatched before the deadline
    assert {first[unit] for unit in county.units if unit not in (silent, late)} <= {"on_time", "nil"}
    silent_name, late_name = plan.unit(silent).name, plan.unit(late).name
    assert len(watched.reminders) == 1
    assert silent_name in watched.reminders[0] and late_name in watched.reminders[0]
    assert not any(plan.unit(form.unit_id).name in watched.reminders[0] for form in forms)
    assert silent_name in watched.paper("催报.txt") and late_name not in watched.paper("催报.txt")
    assert not watched.paper("提醒.txt")  # it would be pasted by mistake now
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page
    assert "服务已停" in (workspace.root / "ui.log").read_text(encoding="utf-8")
