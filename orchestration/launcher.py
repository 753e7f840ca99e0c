"""Launcher: Dagster's own way to start runs, plus a true answer to whether a run's process still lives.

Belongs here: what Dagster's run monitoring asks about a run.
Does not belong here: how a process shows that it lives (orchestration.alive).
"""

import time
from pathlib import Path

from dagster import DagsterRun, DefaultRunLauncher
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus

from orchestration import alive

_GRACE_SECONDS = 15.0  # between the start of a run and the moment its process says that it lives


class WatchfulRunLauncher(DefaultRunLauncher):
    """Runs whose process died are found out, whoever started them: the service or the command line.

    Without it a run that was killed stays "started" for ever and blocks the queue behind it.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        if alive.is_alive(Path(self._instance.root_directory), run.run_id):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        record = self._instance.get_run_record_by_id(run.run_id)
        if record and record.start_time and time.time() - record.start_time < _GRACE_SECONDS:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "its process is gone")
