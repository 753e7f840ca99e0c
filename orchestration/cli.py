"""The ``diaodu`` command line.

Belongs here: the commands and their order in ``--help``; exit codes: 0 done, 2 usage or environment.
Does not belong here: work; a command calls one function of another module. Heavy imports stay inside commands so that
``--help`` answers at once.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ingestion import settings
from ingestion.intake import IntakeReport
from ingestion.obligations import periods
from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS, TIMEZONE, PostgresSetting, default_home
from ingestion.workspace import Workspace
from orchestration import decisions, keeping, serving
from orchestration.asked_about import plan_of
from orchestration.blank_command import blank
from orchestration.changes_command import changes
from orchestration.check_command import check
from orchestration.console import (
    InWorkspace,
    KnownAt,
    OfPeriod,
    OfPlan,
    instant_of,
    open_workspace,
    out,
    progress_bars,
    say,
    stop,
    worded,
)
from orchestration.publish_command import publish
from orchestration.rules_command import rules
from orchestration.seal_command import seal
from orchestration.trace_command import trace
from orchestration.waive_command import waive

app = typer.Typer(
    help="调度：收各部门的表，查不一致，算指标，出材料。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="新工作区的目录")],
    plan: Annotated[list[str] | None, typer.Option("--plan", help="带上哪些随附方案；不写则全部")] = None,
) -> None:
    """建一个工作区：收件箱、档案、方案副本。已有的文件不动。"""
    shipped = sorted(path.stem for path in SHIPPED_PLANS.glob("*.yml"))
    for name in plan or ():
        if name not in shipped:
            raise stop(say("unknown_plan", plan=name, known="、".join(shipped), folder=folder / "plans"))
    workspace = Workspace.create(folder, plan or shipped)
    first = (plan or shipped)[0]
    out.print(say("initialised", folder=folder))
    period = periods(load_plan(workspace.plans / f"{first}.yml"), "monthly_dispatch")[0]
    out.print(say("initialised_next", inbox=folder / "inbox" / first, plan=first, period=period, folder=folder))


@app.command()
def demo(
    plan: OfPlan = "huozhou-2022",
    workspace: InWorkspace = default_home(),  # noqa: B008 - Typer shows the default in --help
    seed: Annotated[int, typer.Option(help="模拟数据的种子；同种子同数据")] = 2022,
) -> None:
    """用模拟数据走完整个流程：填好的表 → 审核 → 指标 → 材料，最后告诉你打开什么。"""
    from orchestration import demonstration
    from samples.demo import hand_in

    shipped = sorted(path.stem for path in SHIPPED_PLANS.glob("*.yml"))
    if plan not in shipped:
        raise stop(say("unknown_plan", plan=plan, known="、".join(shipped), folder=workspace / "plans"))
    home = Workspace.create(workspace, [plan])
    loaded = load_plan(home.plans / f"{plan}.yml")
    sealed, is_new = [], demonstration.is_new(home, loaded)
    with worded(home), progress_bars() as progress:
        progress("samples", 0, 1)
        with demonstration.Post(home, loaded, seed) as post:
            progress("samples", 1, 1)
            sealed += [demonstration.first_release(home, loaded, post, progress)] if is_new else []
            hand_in(post, home.inbox)
    _run(home, plan, periods(loaded, "monthly_dispatch")[-1], None, None)  # simulated: never for BI's database
    with worded(home):
        sealed += demonstration.later_releases(home, loaded, lambda: datetime.now(TIMEZONE)) if is_new else []
    for one in sealed:
        words = {"number": one.seal.seal_id, "times": one.seal.number, "folder": one.folder.relative_to(home.root)}
        out.print(say("seal_done", **words), soft_wrap=True)
    out.print(say("demo_label"), style="dim")


@app.command()
def run(
    plan: OfPlan,
    period: OfPeriod,
    workspace: InWorkspace = default_home(),  # noqa: B008
    known_at: KnownAt = None,
) -> None:
    """收文 → 读表 → 审核 → 采用 → 建数仓 → 出材料 → 发布。有问题的表不会使运行失败。

    --known-at 用来回看：按当时已知的材料和当时的目标重算，结果放在 as-known-at/ 下，不动今天发布的数。
    """
    _run(open_workspace(workspace), plan, period, instant_of(known_at), settings.postgres())


@app.command()
def status(
    plan: OfPlan,
    period: OfPeriod,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """谁报了、谁迟了、谁没报、卡在哪里；附可直接粘贴的催报消息。"""
    from dispatch.status import render

    home = open_workspace(workspace)
    plan_of(home, plan, period)
    with worded(home):
        out.print(render(home, plan, period), soft_wrap=True)


app.command()(blank)
app.command()(check)
app.command()(changes)
app.command()(trace)
app.command()(seal)
app.add_typer(rules, name="rules")


for decide in (decisions.assign, decisions.withdraw, decisions.accept, waive, decisions.reopen):
    app.command()(decide)

for keep in (serving.ui, keeping.backup, keeping.restore):
    app.command()(keep)


app.command()(publish)


def _run(
    home: Workspace, plan_id: str, period: str, known_at: datetime | None, postgres: PostgresSetting | None
) -> None:
    from dispatch.overview import render
    from orchestration.resources import Bureau
    from orchestration.runs import run_dispatch

    plan_of(home, plan_id, period)
    reports: list[IntakeReport] = []
    told: list[str] = []
    with worded(home), progress_bars() as progress:
        bureau = Bureau(home, lambda: datetime.now(TIMEZONE), known_at, progress, reports.append, postgres, told.append)
        run_dispatch(bureau, plan_id, period)
    for report in reports:
        _tell(report)
    out.print(render(bureau.derived, plan_id, period), soft_wrap=True)
    for sentence in told:
        out.print(sentence, soft_wrap=True)


def _tell(report: IntakeReport) -> None:
    """What became of the files in the inbox, each that was left alone with its reason."""
    out.print(say("taken_in", new=len(report.new), same=len(report.same), left=len(report.left_alone)))
    for line in (*report.left_alone, *report.remarks):
        out.print(f"  {line}", soft_wrap=True, markup=False, highlight=False)


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Importing Dagster and GX makes millions of objects that all stay; looking through them is a tenth of a run."""
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.freeze()  # or the interpreter looks through all of them once more before it ends: 1.5 s


def main() -> None:
    """Entry point of the ``diaodu`` command."""
    with collecting_rarely():
        app()
