"""The service killed in mid-run: started again, it finds the dead run, waits its turn, and the dispatch comes out."""

from datetime import datetime, timedelta

import dagster as dg
import pytest

from ingestion import archive
from ingestion.register import Register
from ingestion.settings import TIMEZONE
from orchestration.instance import instance_of
from orchestration.writer import writing
from samples.county import simulate
from samples.filling import monthly_form, project_list
from samples.workbooks import write_workbook
from tests.orchestration.serving import children, free_port, kill_all, service, start, until
from tests.orchestration.shifted import PLAN, workspace_due_at

pytestmark = pytest.mark.slow


def code_log(workspace) -> str:
    return (workspace.dagster_home / "logs" / "code.log").read_text(encoding="utf-8", errors="replace")


def test_a_service_killed_in_mid_run_waits_for_its_turn_after_the_restart_and_brings_the_dispatch_out(tmp_path):
    due_at = datetime.now(TIMEZONE) - timedelta(hours=1)
    workspace, plan = workspace_due_at(tmp_path / "workspace", due_at, [{"workdays": 1}])
    county, inbox = simulate(plan), workspace.inbox / PLAN
    forms = [monthly_form(county, plan, county.periods[-1], unit) for unit in county.units]
    lists = [project_list(county, plan, version) for version in county.lists]
    names = {write_workbook(filled, inbox / filled.file_name).name for filled in (*lists, *forms)}

    process = start(workspace, free_port())
    try:
        until(lambda: (workspace.lake / "findings").exists(), process, "a run that judges")
        dead = children(process.pid)
    finally:
        kill_all(process)
    assert len(dead) >= 4 and not workspace.published.exists()

    with service(workspace, free_port()) as process:
        with writing(workspace, "run by hand"):
            until(lambda: "waiting for another writer" in code_log(workspace), process, "a run that waits its turn")
            assert not workspace.published.exists()
        until((workspace.published / "current").exists, process, "the dispatch after the restart")
        with writing(workspace, "look", patience=120):  # the run has let go: it is over
            receipts = Register(workspace.register).receipts(PLAN)
    assert {receipt.file_name for receipt in receipts} == names and len(receipts) == len(names)  # none lost, none twice
    for receipt in receipts:
        assert archive.locate(workspace.archive, receipt.sha256).exists()
    with instance_of(workspace) as instance:
        statuses = [run.status for run in instance.get_runs()]
    assert statuses[-1] == dg.DagsterRunStatus.FAILURE  # the first one, found dead
    assert dg.DagsterRunStatus.SUCCESS in statuses
    assert len(statuses) == 2  # the same files never start a third
