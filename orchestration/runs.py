"""Runs: one dispatch run, as Dagster sees it, started from the command line.

Belongs here: the Dagster instance of a workspace and running the job in this process.
Does not belong here: what the job consists of (orchestration.definitions).
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from ingestion.workspace import Workspace
from orchestration.definitions import JOB, definitions
from orchestration.failures import RunFailed
from orchestration.resources import Bureau
from orchestration.writer import writing

INSTANCE = """\
# written by diaodu; one writer at a time, nothing leaves this machine
telemetry:
  enabled: false
concurrency:
  pools:
    default_limit: 1
    granularity: op
"""


@dataclass(frozen=True)
class Finished:
    """A run that came to its end: its id in Dagster and the log of what was printed on the way."""

    run_id: str
    log: Path


def run_dispatch(bureau: Bureau, plan_id: str, period: str) -> Finished:
    """Run the dispatch job for one plan and period in this process, as the only writer of the workspace.

    Findings never fail a run. :class:`RunFailed` when a step does (a contract, a key, a publish test),
    :class:`orchestration.failures.WorkspaceBusy` when another run is under way.
    """
    with writing(bureau.workspace, f"run {plan_id} {period}"):
        log = bureau.workspace.dagster_home / "last-run.log"
        with (
            _instance(bureau.workspace) as instance,
            log.open("w", encoding="utf-8") as printed,
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            job = definitions(bureau).resolve_job_def(JOB)
            result = job.execute_in_process(
                instance=instance,
                partition_key=dg.MultiPartitionKey({"plan": plan_id, "period": period}),
                run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
                raise_on_error=False,
            )
        if not result.success:
            raise _failure(result, log)
        return Finished(result.run_id, log)


def _failure(result: dg.ExecuteInProcessResult, log: Path) -> RunFailed:
    failures = [event for event in result.all_events if event.is_step_failure]
    if not failures:
        return RunFailed(JOB, "", log)
    error = failures[0].step_failure_data.error
    while error.cause:
        error = error.cause
    return RunFailed(failures[0].step_key or JOB, error.message.strip(), log)


def _instance(workspace: Workspace) -> dg.DagsterInstance:
    home = workspace.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text(INSTANCE, encoding="utf-8")
    return dg.DagsterInstance.from_config(str(home))
