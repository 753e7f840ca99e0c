"""Console: what every command says and asks in the same way.

Belongs here: shared options, sentences, one sentence and exit code 2 for whatever can stop a command, progress.
Does not belong here: commands (cli, decisions), what they are asked about (asked_about).
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.segment import Segment

from ingestion import vocabulary
from ingestion.plain_text import visible
from ingestion.plans import PlanError
from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace, WorkspaceMissing
from orchestration.failures import RunFailed, UnknownPeriod, UnknownPlan, WorkspaceBusy, is_full


class PlainConsole(Console):
    """A terminal on which what others wrote does nothing: no markup, no control characters, no turned direction."""

    def __init__(self, **options: object):
        super().__init__(markup=False, emoji=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """What is printed, the marks of the terminal itself apart, as visible text."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=visible(segment.text, lines=True))


out, err = PlainConsole(), PlainConsole(stderr=True)
_NO_ROOM_BYTES = 16 << 20  # less than one build writes

InWorkspace = Annotated[
    Path, typer.Option("--workspace", help="工作区目录；不写时取环境变量 DIAODU_HOME，再不然为 ./workspace")
]
OfPlan = Annotated[str, typer.Option("--plan", help="方案名，例如 huozhou-2022（工作区 plans/ 里的文件名）")]
OfPeriod = Annotated[
    str, typer.Option("--period", help="期次：月表写月份，例如 2022-11；周表写应报日期，例如 2022-12-08")
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", help="只用到这一时刻已知的收文、决定和方案，例如 2022-12-01T17:00（北京时间）"),
]


def say(key: str, **values: object) -> str:
    """A sentence of this room."""
    return vocabulary.messages("orchestration")[key].format(**values)


def stop(sentence: str) -> typer.Exit:
    """Print a sentence on stderr; the exit to raise for usage and environment."""
    err.print(sentence, style="bold red", markup=False, highlight=False)
    return typer.Exit(2)


def open_workspace(folder: Path) -> Workspace:
    try:
        return Workspace.open(folder)
    except WorkspaceMissing:
        raise stop(say("no_workspace", folder=folder)) from None


def instant_of(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise stop(say("bad_instant", text=text)) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=TIMEZONE)


@contextmanager
def worded(home: Workspace) -> Iterator[None]:
    """Turn what can stop a command into one sentence and exit code 2."""
    from dispatch.marts import NotPublished

    try:
        yield
    except NotPublished:
        raise stop(say("not_published", folder=home.root)) from None
    except UnknownPlan as error:
        known = "、".join(error.known)
        raise stop(say("unknown_plan", plan=error.plan_id, known=known, folder=home.plans)) from None
    except UnknownPeriod as error:
        raise stop(say("unknown_period", period=error.period, known="、".join(error.known))) from None
    except WorkspaceBusy as error:
        holder = {"doing": "?", "pid": "?", "host": "?", "since": "?"} | error.holder
        raise stop(say("busy", **holder)) from None
    except PlanError as error:
        raise stop(str(error)) from None
    except RunFailed as error:
        if is_full(str(error)) or _says_full(error.log) or shutil.disk_usage(home.root).free < _NO_ROOM_BYTES:
            raise _stop_full(home) from None
        stop(say("run_failed", step=error.step, cause=error.cause))
        raise stop(say("run_failed_log", log=error.log.relative_to(home.root))) from None
    except Exception as error:  # each library has its own for a disk that is full
        if not is_full(error):
            raise
        raise _stop_full(home) from None


def _stop_full(home: Workspace) -> typer.Exit:
    return stop(say("disk_full", folder=home.root, free=shutil.disk_usage(home.root).free >> 20))


def _says_full(log: Path) -> bool:
    """Whether what was printed on the way (by dbt, by Dagster) says so."""
    try:
        return is_full(log.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return False


@contextmanager
def progress_bars() -> Iterator:
    """One bar per stage on stderr; silent when nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.__stderr__), transient=True) as bars:
        tasks: dict[str, int] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(say(f"stage_{stage}"), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield progress
