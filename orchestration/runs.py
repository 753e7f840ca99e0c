"""Runs: one dispatch run, as Dagster sees it, started from the command line.

Belongs here: running the dispatch job in this process, and what is said when it stops.
Does not belong here: what the job consists of (orchestration.definitions), Dagster's stores (orchestration.instance).
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from dagster._core.utils import make_new_run_id

from orchestration import alive
from orchestration.definitions import JOB, definitions
from orchestration.failures import RunFailed
from orchestration.instance import instance_of, settle_the_dead
from orchestration.resources import Bureau
from orchestration.writer import writing


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
            instance_of(bureau.workspace) as instance,
            log.open("w", encoding="utf-8") as printed,
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            settle_the_dead(instance)
            run_id = make_new_run_id()
            alive.hold(bureau.workspace, run_id)
            job = definitions(bureau).resolve_job_def(JOB)
            result = job.execute_in_process(
                instance=instance,
                partition_key=dg.MultiPartitionKey({"plan": plan_id, "period": period}),
                run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
                raise_on_error=False,
                run_id=run_id,
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
