"""Check: the command with which a workbook is judged before it is handed in.

Belongs here: its options, where its papers go, the short list on the terminal, exit code 1 for a file with errors.
Does not belong here: judging in a copy of the workspace (checking).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.plain_text import file_name
from ingestion.settings import TIMEZONE, default_home
from ingestion.workspace import Workspace
from orchestration.asked_about import plan_of, unit_id_of
from orchestration.console import (
    InWorkspace,
    OfPeriod,
    OfPlan,
    open_workspace,
    out,
    say,
    stop,
    worded,
)

if TYPE_CHECKING:  # --help answers at once
    from orchestration.checking import Checked

SHOWN = 12  # causes on the terminal; the workbook has everything


def check(
    files: Annotated[list[Path], typer.Argument(help="要预检的表，可以一次给几个")],
    plan: OfPlan,
    period: OfPeriod,
    unit: Annotated[str | None, typer.Option("--unit", help="报送单位（名称或代号）；表里认不出单位时写")] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="结果放到哪个目录；不写就放在原表旁边")] = None,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """预检：报送以前先审一遍，结果与报送后的回执相同；不收件、不登记，工作区不留任何痕迹。

    没有错误，退出码为 0；有错误或不能审核，退出码为 1。
    """
    from orchestration.checking import check as judge
    from orchestration.workspace_copy import RegisterBusy

    home = open_workspace(workspace)
    loaded = plan_of(home, plan, period)
    unit_id = unit_id_of(loaded, unit) if unit else None
    papers = _papers(home, list(dict.fromkeys(file.resolve() for file in files)), folder)
    with worded(home):
        try:
            found = judge(home, plan, period, papers, unit_id, datetime.now(TIMEZONE))
        except RegisterBusy:
            raise stop(say("check_busy")) from None
        except PermissionError as error:
            raise stop(say("check_cannot_write", path=error.filename)) from None
    for number, checked in enumerate(found):
        if number:
            out.print()
        for line, style in _lines(checked):
            out.print(line, style=style, soft_wrap=True, highlight=False)
    raise typer.Exit(int(any(checked.has_errors for checked in found)))


def _papers(home: Workspace, files: Sequence[Path], folder: Path | None) -> dict[Path, Path]:
    """Where the workbook of each file goes: beside it, or into a folder; never into the workspace."""
    papers: dict[Path, Path] = {}
    for file in files:
        if not file.is_file():
            raise stop(say("check_no_file", file=file))
        place = (folder or file.parent).resolve()
        if place.is_relative_to(home.root):
            raise stop(say("check_out_in_workspace", folder=place))
        if place.exists() and not place.is_dir():
            raise stop(say("check_no_folder", folder=place))
        path = place / file_name(say("check_file", name=file.stem))
        others = sum(1 for other in papers.values() if other.stem.startswith(path.stem) and other.parent == place)
        papers[file] = path.with_stem(f"{path.stem}_{others + 1}") if path in papers.values() else path
    return papers


def _lines(checked: "Checked") -> Iterator[tuple[str, str | None]]:
    """What the terminal says of one file: the verdict, the worst causes, where the rest stands."""
    told = checked.told
    if not told:
        yield say("check_not_judged", file=checked.file.name, why=say(checked.reason, **checked.facts)), "bold red"
        return
    style = "bold red" if checked.has_errors else "bold green"
    yield say("check_verdict", file=checked.file.name, verdict=told["verdict"]), style
    yield say("check_counts", unit=told["unit_name"], form=told["form_label"], **told["counts"]), None
    if checked.is_locked:
        yield say("check_locked"), "yellow"
    causes = [row for row in told["findings"] if row["caused_by"] is None and row["severity"] in ("error", "warning")]
    for row in causes[:SHOWN]:
        yield _line(row), None
    if len(causes) > SHOWN:
        yield say("check_more", count=len(causes) - SHOWN), None
    yield say("check_written", path=checked.workbook), "dim"


def _line(row: Mapping) -> str:
    cell = row["cells"][0] if row["cells"] else {"sheet": row["sheet"] or "", "cell": ""}
    place = "!".join(filter(None, (cell["sheet"], cell["cell"])))
    return say(
        "check_line",
        number=row["number"],
        severity=say(f"severity_{row['severity']}"),
        rule=row["rule"],
        place=place,
        message=row["message"],
        remedy=row["remedy"] or "",
    )
