"""Reader pool: many workbooks read by a few long-lived worker processes.

Belongs here: starting workers, handing out files, replacing a worker that died or took too long.
Does not belong here: reading itself (reading), the worker's own loop (reader_worker).

A workbook can bring its reader down (a panic in calamine, a gigabyte for four cells, an endless loop); in a worker
that costs this one file an unreadable reading. A process per file would cost more than the reading.
"""

import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path

from ingestion.forms import Form, load_forms
from ingestion.reading import Reading, unreadable
from ingestion.settings import PROJECT_ROOT, Limits
from ingestion.settings import limits as current_limits


def read_many(
    paths: Iterable[Path], forms: Mapping[str, Form] | None = None, limits: Limits | None = None
) -> Iterator[tuple[Path, Reading]]:
    """The reading of every path, in the order of ``paths``; the workers end with the iteration."""
    forms = dict(load_forms() if forms is None else forms)
    pool = _Pool(deque(enumerate(paths)), forms, limits or current_limits())
    try:
        yield from pool.readings()
    finally:
        pool.close()


@dataclass
class _Worker:
    """One process. ``task`` is the file it reads (its number and path), ``until`` when that is taking too long."""

    process: subprocess.Popen
    pipe: Connection
    task: tuple[int, Path]
    until: float


@dataclass
class _Pool:
    """The files still to read, the workers at it, and readings that wait for an earlier file's."""

    todo: deque[tuple[int, Path]]
    forms: dict[str, Form]
    limits: Limits
    workers: list[_Worker] = field(default_factory=list)
    done: dict[int, tuple[Path, Reading]] = field(default_factory=dict)

    def readings(self) -> Iterator[tuple[Path, Reading]]:
        """All readings in order."""
        for number in range(len(self.todo)):
            while number not in self.done:
                self._advance()
            yield self.done.pop(number)

    def close(self) -> None:
        """End every worker; one that is at a file nobody waits for any more is not waited for either."""
        while self.workers:
            self._end(self.workers[-1])

    def _advance(self) -> None:
        """Keep the workers busy and take what one of them has to say, or what its silence says."""
        while self.todo and len(self.workers) < self.limits.workers:
            self._start(self.todo.popleft())
        if not self.workers:
            return
        patience = max(min(worker.until for worker in self.workers) - time.monotonic(), 0)
        speaking = wait([worker.pipe for worker in self.workers], timeout=patience)
        for worker in list(self.workers):
            if worker.pipe in speaking:
                self._take(worker)
            elif time.monotonic() >= worker.until:
                self._finish(worker, unreadable("reader_timeout", f"{self.limits.seconds:g}"))
                self._end(worker)

    def _start(self, task: tuple[int, Path]) -> None:
        ours, theirs = Pipe()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "ingestion.reader_worker", str(theirs.fileno())],
                cwd=PROJECT_ROOT,  # where -m finds the package
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        worker = _Worker(process, ours, task, 0.0)
        self.workers.append(worker)
        if self._say(worker, (self.forms, self.limits)):
            self._hand_over(worker, task)

    def _hand_over(self, worker: _Worker, task: tuple[int, Path]) -> None:
        worker.task, worker.until = task, time.monotonic() + self.limits.seconds
        self._say(worker, task[1].resolve())

    def _say(self, worker: _Worker, words: object) -> bool:
        """Whether the worker could be told; one that is already gone costs its file the reading."""
        try:
            worker.pipe.send(words)
        except OSError:
            self._mourn(worker)
            return False
        return True

    def _take(self, worker: _Worker) -> None:
        try:
            reading = worker.pipe.recv()
        except (EOFError, OSError):
            self._mourn(worker)
            return
        self._finish(worker, reading)
        if self.todo:
            self._hand_over(worker, self.todo.popleft())
        else:
            self._end(worker)

    def _mourn(self, worker: _Worker) -> None:
        code = worker.process.wait()
        self._finish(worker, unreadable("reader_died", str(code)))
        self._end(worker)

    def _finish(self, worker: _Worker, reading: Reading) -> None:
        number, path = worker.task
        self.done[number] = (path, reading)

    def _end(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.pipe.close()
        worker.process.kill()
        worker.process.wait()
