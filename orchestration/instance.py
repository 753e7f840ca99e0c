"""Instance: Dagster's own stores of one workspace, shared by the command line and the service.

Belongs here: opening the instance with the settings of ``dagster.yaml``, clearing up after runs whose process died.
Does not belong here: running anything (runs, service).
"""

import json
from pathlib import Path

import dagster as dg
from dagster._core.launcher.base import WorkerStatus

from ingestion.workspace import Workspace

SETTINGS = Path(__file__).with_name("dagster.yaml")


def prepare_home(workspace: Workspace) -> Path:
    """The Dagster home of a workspace with today's settings in it."""
    home = workspace.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    event_logs = json.dumps(str(home / "history" / "runs"), ensure_ascii=False)
    settings = SETTINGS.read_text(encoding="utf-8").replace('"{event_logs}"', event_logs)
    (home / "dagster.yaml").write_text(settings, encoding="utf-8")
    return home


def instance_of(workspace: Workspace) -> dg.DagsterInstance:
    """The Dagster instance of a workspace."""
    return dg.DagsterInstance.from_config(str(prepare_home(workspace)))


def settle_the_dead(instance: dg.DagsterInstance) -> list[str]:
    """Mark runs as failed whose process is gone and give back what they held; their ids.

    The service's daemon does the same by itself; this is for workspaces that are only used from the command line.
    """
    settled = []
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        if instance.run_launcher.check_run_worker_health(run).status == WorkerStatus.FAILED:
            instance.report_run_failed(run)
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            settled.append(run.run_id)
    return settled
