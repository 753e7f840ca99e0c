"""Serving: the real service as a process, and ways to wait for it and to kill it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ingestion.settings import PROJECT_ROOT
from ingestion.workspace import Workspace

PATIENCE_SECONDS = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(workspace: Workspace, port: int) -> subprocess.Popen:
    """``diaodu ui`` as people start it; what it says goes to ``ui.log``."""
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", "ui", "--port", str(port)]
    with (workspace.root / "ui.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--workspace", str(workspace.root)], cwd=PROJECT_ROOT, stdout=log, stderr=subprocess.STDOUT
        )


@contextlib.contextmanager
def service(workspace: Workspace, port: int) -> Iterator[subprocess.Popen]:
    """The service for the time of a test, stopped as systemd stops it."""
    process = start(workspace, port)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def until(is_so: Callable[[], object], process: subprocess.Popen, what: str) -> object:
    """Look again until it is so; the service must not end meanwhile."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "the service ended"
        if found := is_so():
            return found
        time.sleep(0.3)
    raise AssertionError(f"not within {PATIENCE_SECONDS} s: {what}")


def children(pid: int) -> list[int]:
    """All processes below one, the deepest last."""
    parents = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    below = [child for child, parent in parents.items() if parent == pid]
    return below + [grandchild for child in below for grandchild in children(child)]


def kill_all(process: subprocess.Popen) -> None:
    """What a power cut does: nobody gets a word. Over when all of them are gone and have let go of their files."""
    victims = children(process.pid)
    for pid in (process.pid, *victims):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    while any(_lives(pid) for pid in victims):
        time.sleep(0.1)


def _lives(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be counted (a zombie) holds nothing any more."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
