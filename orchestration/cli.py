"""The ``diaodu`` command line.

Belongs here: options, words for people, exit codes (0 done, 2 usage or environment).
Does not belong here: work; a command calls one function of another module. Heavy imports stay inside commands so that
``--help`` answers at once.
"""

import difflib
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ingestion import vocabulary
from ingestion.obligations import periods
from ingestion.plans import PlanError, load_plan
from ingestion.settings import SHIPPED_PLANS, TIMEZONE, default_home
from ingestion.workspace import Workspace, WorkspaceMissing
from orchestration.failures import RunFailed, UnknownPeriod, UnknownPlan, WorkspaceBusy

app = typer.Typer(
    help="调度：收各部门的表，查不一致，算指标，出材料。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
out, err = Console(), Console(stderr=True)

InWorkspace = Annotated[
    Path, typer.Option("--workspace", help="工作区目录；不写时取环境变量 DIAODU_HOME，再不然为 ./workspace")
]
OfPlan = Annotated[str, typer.Option("--plan", help="方案名，例如 huozhou-2022（工作区 plans/ 里的文件名）")]
OfPeriod = Annotated[str, typer.Option("--period", help="期次，例如 2022-11")]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", help="只用到这一时刻已知的收文、决定和方案，例如 2022-12-01T17:00（北京时间）"),
]
ByPost = Annotated[str, typer.Option("--post", help="作出决定的岗位（写岗位，不写姓名）")]
ForReason = Annotated[str, typer.Option("--reason", help="理由，会随决定公开")]
OfReceipt = Annotated[int, typer.Option("--receipt", help="收文号，见 diaodu status")]


def say(key: str, **values: object) -> str:
    """A sentence of this room."""
    return vocabulary.messages("orchestration")[key].format(**values)


def stop(sentence: str) -> typer.Exit:
    """Print a sentence on stderr; the exit to raise for usage and environment."""
    err.print(sentence, style="bold red", markup=False, highlight=False)
    return typer.Exit(2)


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
    from samples.demo import fill

    if not (SHIPPED_PLANS / f"{plan}.yml").exists():
        shipped = sorted(path.stem for path in SHIPPED_PLANS.glob("*.yml"))
        raise stop(say("unknown_plan", plan=plan, known="、".join(shipped), folder=workspace / "plans"))
    home = Workspace.create(workspace, [plan])
    loaded = load_plan(home.plans / f"{plan}.yml")
    with _progress() as progress:
        progress("samples", 0, 1)
        fill(loaded, home.inbox, seed)
        progress("samples", 1, 1)
    _run(home, plan, periods(loaded, "monthly_dispatch")[-1], None)
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
    _run(_open(workspace), plan, period, _instant(known_at))


@app.command()
def status(
    plan: OfPlan,
    period: OfPeriod,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """谁报了、谁迟了、谁没报、卡在哪里；附可直接粘贴的催报消息。"""
    from dispatch.status import render

    home = _open(workspace)
    _check(home, plan, period)
    with _worded(home):
        out.print(render(home, plan, period), soft_wrap=True)


@app.command()
def assign(
    plan: OfPlan,
    receipt: OfReceipt,
    post: ByPost,
    reason: ForReason,
    form: Annotated[str | None, typer.Option("--form", help="按哪张表收")] = None,
    period: Annotated[str | None, typer.Option("--period", help="归到哪一期")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="归到哪个单位（名称或代号）")] = None,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """改派：认不出或认错的文件，由中心指定它是哪个单位、哪一期、哪张表。"""
    from ingestion.forms import load_forms

    home = _open(workspace)
    loaded = load_plan(home.plans / f"{plan}.yml")
    subject = {"plan_id": plan, "receipt_id": receipt}
    if form is not None:
        if form not in load_forms():
            raise stop(say("unknown_form", form=form, known="、".join(load_forms())))
        subject["form"] = form
    if period is not None:
        _check(home, plan, period)
        subject["period"] = period
    if unit is not None:
        subject["unit_id"] = _unit_id(loaded, unit)
    if len(subject) == 2:
        raise stop(say("nothing_to_assign"))
    _decide(home, "assign", post, reason, subject)


@app.command()
def withdraw(
    plan: OfPlan,
    receipt: OfReceipt,
    post: ByPost,
    reason: ForReason,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """撤回：放错的文件不再采用；文件和登记都留着。"""
    _decide(_open(workspace), "withdraw", post, reason, {"plan_id": plan, "receipt_id": receipt})


@app.command()
def accept(
    plan: OfPlan,
    period: OfPeriod,
    project: Annotated[str, typer.Option("--project", help="项目代码（没有代码的用数据质量清单里的项目标识）")],
    rule: Annotated[str, typer.Option("--rule", help="规则号，例如 R05B")],
    post: ByPost,
    reason: ForReason,
    form: Annotated[str, typer.Option("--form")] = "monthly_dispatch",
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """采信：规则说不对、但中心核实无误的一行，写明理由后采用。"""
    from expectations.catalogue import load_rules

    home = _open(workspace)
    _check(home, plan, period)
    known = [entry.id for entry in load_rules()]
    if rule not in known:
        raise stop(say("no_such_rule", rule=rule, near="、".join(difflib.get_close_matches(rule, known, 5, 0.3))))
    subject = {"plan_id": plan, "period": period, "form": form, "project_id": project, "rule_id": rule}
    _decide(home, "accept", post, reason, subject)


@app.command()
def publish(workspace: InWorkspace = default_home()) -> None:  # noqa: B008
    """把数仓现有的结果再发布一次（run 已包含这一步）。"""
    from dispatch.publishing import publish as publish_release
    from orchestration.writer import writing

    home = _open(workspace)
    with _worded(home), writing(home, "publish"):
        out.print(say("published", release=publish_release(home)))


def _run(home: Workspace, plan_id: str, period: str, known_at: datetime | None) -> None:
    from dispatch.overview import render
    from orchestration.resources import Bureau
    from orchestration.runs import run_dispatch

    _check(home, plan_id, period)
    with _worded(home), _progress() as progress:
        bureau = Bureau(home, lambda: datetime.now(TIMEZONE), known_at, progress)
        run_dispatch(bureau, plan_id, period)
    out.print(render(bureau.derived, plan_id, period), soft_wrap=True)


def _decide(home: Workspace, kind: str, post: str, reason: str, subject: dict) -> None:
    from ingestion.register import Register
    from orchestration.writer import writing

    if not post.strip() or not reason.strip():
        raise stop(say("post_and_reason"))
    with _worded(home), writing(home, kind):
        register = Register(home.register)
        known = {receipt.receipt_id for receipt in register.receipts(subject["plan_id"])}
        if "receipt_id" in subject and subject["receipt_id"] not in known:
            raise stop(say("no_such_receipt", receipt=subject["receipt_id"]))
        number = register.record_decision(kind, post, reason, subject, datetime.now(TIMEZONE))
    out.print(say("decision_recorded", number=number, kind=say(f"kind_{kind}")))


def _open(folder: Path) -> Workspace:
    try:
        return Workspace.open(folder)
    except WorkspaceMissing:
        raise stop(say("no_workspace", folder=folder)) from None


def _check(home: Workspace, plan_id: str, period: str) -> None:
    from orchestration.stages import MONTHLY, plan_ids

    with _worded(home):
        path = home.plans / f"{plan_id}.yml"
        if not path.exists():
            raise UnknownPlan(plan_id, plan_ids(home))
        known = periods(load_plan(path), MONTHLY)
        if period not in known:
            raise UnknownPeriod(period, known)


def _unit_id(plan, text: str) -> str:
    unit = next((unit for unit in plan.units if unit.id == text), None) or plan.unit_named(text)
    if unit is None:
        near = difflib.get_close_matches(text, [unit.name for unit in plan.units], 3, 0.2)
        raise stop(say("unknown_unit", unit=text, near="、".join(near)))
    return unit.id


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise stop(say("bad_instant", text=text)) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=TIMEZONE)


@contextmanager
def _worded(home: Workspace) -> Iterator[None]:
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
        stop(say("run_failed", step=error.step, cause=error.cause))
        raise stop(say("run_failed_log", log=error.log.relative_to(home.root))) from None


@contextmanager
def _progress() -> Iterator:
    """One bar per stage on stderr; silent when nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.__stderr__), transient=True) as bars:
        tasks: dict[str, int] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(say(f"stage_{stage}"), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield progress


def main() -> None:
    """Entry point of the ``diaodu`` command."""
    gc.set_threshold(200_000, 20, 20)  # importing Dagster and GX makes millions of objects that all stay: 10 % of a run
    try:
        app()
    finally:
        gc.freeze()  # or the interpreter looks through all of them once more before it ends: 1.5 s
