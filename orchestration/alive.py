"""Alive: which runs still have a process that works on them.

Belongs here: one lock file per run, held by the run's process as long as it lives.
Does not belong here: what becomes of a run whose process died (run monitoring, through orchestration.launcher).
"""

from pathlib import Path

from filelock import FileLock, Timeout

from ingestion.workspace import Workspace

_FOLDER = "alive"
_held: list[FileLock] = []  # until the process ends: the operating system lets go, whatever ends it


def hold(workspace: Workspace, run_id: str) -> None:
    """Say that this process works on a run, for as long as the process lives."""
    lock = FileLock(_place(workspace.dagster_home, run_id))
    lock.acquire(timeout=0)
    _held.append(lock)


def is_alive(dagster_home: Path, run_id: str) -> bool:
    """Whether some process works on the run. A run that never said so has none."""
    place = _place(dagster_home, run_id)
    if not place.exists():
        return False
    lock = FileLock(place)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def forget_the_dead(workspace: Workspace) -> None:
    """Remove the lock files of runs that ended."""
    for place in (workspace.dagster_home / _FOLDER).glob("*.lock"):
        if not is_alive(workspace.dagster_home, place.stem):
            place.unlink(missing_ok=True)


def _place(dagster_home: Path, run_id: str) -> Path:
    folder = dagster_home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{run_id}.lock"
