"""Processes: real `diaodu` commands, watched from outside, killed with everything they started.

Belongs here: starting through warm_start, which stage a command is in, killing its process group.
Does not belong here: what must hold afterwards (the tests).
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.settings import PROJECT_ROOT
from ingestion.workspace import Workspace

LOOK_AGAIN = 0.01  # seconds


@dataclass
class Command:
    """One `diaodu` command under way; ``code`` is its exit code once it ended."""

    pid: int
    workspace: Workspace
    output: Path
    server: "WarmStart"
    code: int | None = None
    seen: list[str] = field(default_factory=list)

    def stage(self) -> str:
        """Where it is, told by what it leaves and starts: its lock, dbt, papers, the release in the making."""
        stage = self._stage()
        if not self.seen or self.seen[-1] != stage:
            self.seen.append(stage)
        return stage

    def _stage(self) -> str:
        releases = self.workspace.published / "releases"
        if not Path(f"/proc/{self.pid}").exists() or self._is_zombie():
            return "ended"
        if any(releases.glob(".making-*")) or any(self.workspace.published.glob(".current-*")):
            return "publish"
        if any(b"build" in words and any(w.endswith(b"/dbt") for w in words) for words in self._children()):
            return "build"
        if "build" in self.seen:
            return "publish" if "publish" in self.seen else "outbox"
        note = self.workspace.writer_lock.with_suffix(".json")
        return "ingest" if note.exists() and f'"{self.pid}"' in note.read_text(encoding="utf-8") else "start"

    def _is_zombie(self) -> bool:
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    def _children(self) -> list[list[bytes]]:
        """The words of the processes it started itself."""
        found = []
        for listed in Path(f"/proc/{self.pid}/task").glob("*/children"):
            try:
                found += [
                    Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0") for child in listed.read_text().split()
                ]
            except OSError:  # gone while we looked
                continue
        return found

    def group(self) -> dict[int, list[bytes]]:
        """The living processes of its group with their words."""
        found = {}
        for place in Path("/proc").iterdir():
            if not place.name.isdigit():
                continue
            try:
                state, _, group = (place / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(group) == self.pid and state != "Z":
                    found[int(place.name)] = (place / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
        return found

    def until(self, stage: str, seconds: float = 240) -> bool:
        """Wait for a stage; whether it came before the command ended."""
        deadline = time.monotonic() + seconds
        while (now := self.stage()) != stage:
            if now == "ended" or time.monotonic() > deadline:
                return False
            time.sleep(LOOK_AGAIN)
        return True

    def kill(self) -> None:
        """SIGKILL for the command and everything it started."""
        os.killpg(self.pid, signal.SIGKILL)
        self.wait()
        while self.group():
            time.sleep(0.01)

    def wait(self) -> int:
        """Its exit code, or minus the signal that ended it."""
        if self.code is None:
            self.code = int(self.server.answer())
            self.server.running = None
        return self.code

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")


class WarmStart:
    """A process with everything imported, from which commands are forked one at a time."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm_start.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT_ROOT,
            env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT), "COLUMNS": "200"},
        )  # fmt: skip
        self.number = 0
        self.running: Command | None = None

    def start(self, workspace: Workspace, *arguments: str, **limits: int) -> Command:
        """Start ``diaodu`` with these arguments on a workspace; ``limits`` are those of setrlimit."""
        assert self.running is None, "one command at a time"
        self.number += 1
        output = self.folder / f"output-{self.number}.txt"
        words = [str(output), limits, *arguments, "--workspace", str(workspace.root)]
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        self.running = Command(int(self.answer()), workspace, output, self)
        return self.running

    def answer(self) -> str:
        return self.process.stdout.readline()

    def close(self) -> None:
        if self.running:
            self.running.kill()
        self.process.stdin.close()
        self.process.wait()
