"""Writer: one process at a time may change a workspace.

Belongs here: the file lock and the word for whoever comes second.
Does not belong here: readers; they never wait (see dispatch.publishing).
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from filelock import FileLock, Timeout

from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace
from orchestration.failures import WorkspaceBusy


@contextmanager
def writing(workspace: Workspace, doing: str) -> Iterator[None]:
    """Hold the workspace for one writer; :class:`WorkspaceBusy` at once when somebody else has it.

    The operating system drops the lock with the process, so a killed run never leaves the workspace locked.
    """
    note = workspace.writer_lock.with_suffix(".json")
    lock = FileLock(workspace.writer_lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise WorkspaceBusy(_read(note)) from None
    try:
        since = datetime.now(TIMEZONE).isoformat(timespec="seconds")
        holder = {"doing": doing, "pid": str(os.getpid()), "host": socket.gethostname(), "since": since}
        note.write_text(json.dumps(holder, ensure_ascii=False), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _read(note) -> dict[str, str]:
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # between taking the lock and writing the note
        return {}
