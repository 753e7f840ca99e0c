"""Failures: what can stop a command; findings never do.

Belongs here: the exceptions a person meets as one sentence and exit code 2.
Does not belong here: those sentences (vocabulary, messages_orchestration.csv).
"""

from pathlib import Path

from ingestion.archive import NO_ROOM

# how the libraries say it that keep no errno: SQLite, DuckDB, dbt's output
_FULL_WORDS = ("no space left", "disk is full", "disk i/o error", "file too large", "disk quota", "out of disk")


class UnknownPlan(Exception):
    """The workspace has no such plan; ``known`` lists those it has."""

    def __init__(self, plan_id: str, known: list[str]):
        super().__init__(plan_id)
        self.plan_id, self.known = plan_id, known


class UnknownPeriod(Exception):
    """The plan has no such period; ``known`` lists those it has."""

    def __init__(self, period: str, known: list[str]):
        super().__init__(period)
        self.period, self.known = period, known


class WorkspaceBusy(Exception):
    """Another process writes to the workspace; ``holder`` says who and since when, as far as it is known."""

    def __init__(self, holder: dict[str, str]):
        super().__init__(str(holder))
        self.holder = holder


class RunFailed(Exception):
    """A step of the run failed; ``step`` names it, ``log`` holds everything that was printed."""

    def __init__(self, step: str, cause: str, log: Path):
        super().__init__(f"{step}: {cause}")
        self.step, self.cause, self.log = step, cause, log


class PortTaken(Exception):
    """Somebody listens on the port already, or it may not be used."""

    def __init__(self, port: int, cause: str):
        super().__init__(f"{port}: {cause}")
        self.port, self.cause = port, cause


class ServiceRuns(Exception):
    """The workspace is being served already."""


class ProcessDied(Exception):
    """A process of the service ended by itself (``code``) or never became ready (``code`` None)."""

    def __init__(self, name: str, code: int | None, log: Path):
        super().__init__(f"{name}: {code}")
        self.name, self.code, self.log = name, code, log


def is_full(error: BaseException | str | None) -> bool:
    """Whether an error, one it came from, or its text says that nothing more can be written to the disk."""
    while isinstance(error, BaseException):
        if getattr(error, "errno", None) in NO_ROOM or is_full(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return any(words in (error or "").lower() for words in _FULL_WORDS)


class TargetNotEmpty(Exception):
    """Something lies where a new folder was asked for."""

    def __init__(self, target: Path):
        super().__init__(str(target))
        self.target = target


class BackupBroken(Exception):
    """A backup is not whole; ``part`` names the first part that is missing, too many or not what it was."""

    def __init__(self, part: str):
        super().__init__(part)
        self.part = part
