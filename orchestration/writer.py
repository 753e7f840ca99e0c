"""Writer: one process at a time may change a workspace.

Belongs here: the file lock and the word for whoever comes second.
Does not belong here: readers; they never wait (see dispatch.publishing).
"""

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace
from orchestration.failures import WorkspaceBusy

_LOOK_AGAIN_SECONDS = 0.5

Holder = dict[str, str]  # what the present writer wrote down about itself


@contextmanager
def writing(
    workspace: Workspace, doing: str, patience: float = 0.0, waiting: Callable[[Holder], None] = lambda holder: None
) -> Iterator[None]:
    """Hold the workspace for one writer.

    :class:`WorkspaceBusy` when somebody else has it: at once, or after ``patience`` seconds; ``waiting`` hears who
    it is before the wait begins. The operating system drops the lock with the process, so a killed run never leaves
    the workspace locked.
    """
    note = workspace.writer_lock.with_suffix(".json")
    lock = FileLock(workspace.writer_lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _wait(lock, note, patience, waiting)
    try:
        since = datetime.now(TIMEZONE).isoformat(timespec="seconds")
        holder = {"doing": doing, "pid": str(os.getpid()), "host": socket.gethostname(), "since": since}
        note.write_text(json.dumps(holder, ensure_ascii=False), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _wait(lock: FileLock, note: Path, patience: float, waiting: Callable[[Holder], None]) -> None:
    if patience:
        waiting(_read(note))
    try:
        lock.acquire(timeout=patience, poll_interval=_LOOK_AGAIN_SECONDS)
    except Timeout:
        raise WorkspaceBusy(_read(note)) from None


def _read(note: Path) -> Holder:
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # between taking the lock and writing the note
        return {}
