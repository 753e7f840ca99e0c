"""Processes: a child process with a log of its own that never outlives its parent.

Belongs here: starting, stopping, the end of a log.
Does not belong here: which processes there are (service).
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_POLITE_SECONDS = 20.0
_LOG_BYTES = 5_000_000
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True)
class Child:
    """A running process of the service; everything it prints goes to ``log``."""

    name: str
    process: subprocess.Popen
    log: Path

    def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_POLITE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def start(name: str, command: Sequence[str], environment: dict[str, str], folder: Path, log: Path) -> Child:
    """Start a process in a group of its own (Ctrl-C reaches only the parent, which stops all in order)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        os.replace(log, log.with_suffix(".log.1"))
    with log.open("ab") as printed:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    return Child(name, process, log)


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


def _end_with_parent() -> None:
    """In the child: a parent that is killed cannot stop it, so the kernel does."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
