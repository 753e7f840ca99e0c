"""Trace command: `diaodu trace`, from any number back to the cells it rests on.

Belongs here: its options and the sentences for what it cannot find.
Does not belong here: which number is meant (dispatch.trace_question), following it (dispatch.tracing).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.settings import default_home
from ingestion.workspace import Workspace
from orchestration.asked_about import plan_of
from orchestration.console import InWorkspace, open_workspace, out, say, stop, worded

if TYPE_CHECKING:  # reading papers costs more than `--help` may
    from dispatch.addresses import Address
    from dispatch.marts import Marts


def trace(
    plan: Annotated[str | None, typer.Option("--plan", help="方案名，例如 huozhou-2022")] = None,
    period: Annotated[str | None, typer.Option("--period", help="期次：月份或周的应报日期")] = None,
    metric: Annotated[str | None, typer.Option("--metric", help="指标（编码或名称），例如 年度投资完成率")] = None,
    population: Annotated[str | None, typer.Option("--population", help="统计范围；不写则方案的主口径")] = None,
    scope_kind: Annotated[
        str, typer.Option("--scope-kind", help="分组方式：overall、unit、level、category 等")
    ] = "overall",
    scope: Annotated[str | None, typer.Option("--scope", help="分组值（编码或名称），例如 住建局")] = None,
    column: Annotated[
        str, typer.Option("--column", help="看哪个数：value、numerator、reported_value、target、change 等")
    ] = "value",
    document: Annotated[
        Path | None, typer.Option("--document", help="通报、简报或附件文件；旁边要有它的 citations.json")
    ] = None,
    number: Annotated[
        str | None, typer.Option("--number", help="文中的哪个数：编号（c0012）、单元格，或照印出来的样子（62.3%）")
    ] = None,
    address: Annotated[str | None, typer.Option("--address", help="数的地址，例如看板链接里 # 后面的部分")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="把全部单元格写成这个 CSV 文件")] = None,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """数据溯源：任何一个数由谁相加、依据哪个文件的哪个单元格、何时收到、查出过什么问题，并重新算一遍。"""
    from dispatch import trace_papers
    from dispatch.contributions import DoesNotAddUp
    from dispatch.marts import Marts
    from dispatch.tracing import Tracer

    home = open_workspace(workspace)
    with worded(home):
        marts = Marts.of_release(home)
        if document is not None:
            asked = _in_document(document, number)
        elif address is not None:
            asked = _addressed(address)
        elif plan and period and metric:
            plan_of(home, plan, period)
            asked = _named(marts, plan, period, metric, population, scope_kind, scope, column)
        else:
            raise stop(say("trace_what"))
        plan_of(home, asked.plan_id, asked.period)
        tracer = Tracer(home, marts)
        try:
            with marts.kept_open():
                found = tracer.trace(asked)
        except DoesNotAddUp as error:
            raise stop(say("trace_differs", what=str(error))) from None
        except LookupError as error:
            raise stop(say("trace_nothing", address=asked.text, cause=str(error))) from None
    month = tracer.month(asked)
    out.print(trace_papers.render(found, month), soft_wrap=True)
    out.print(say("trace_address", address=asked.text), soft_wrap=True, style="dim")
    _told_of_page(home, asked)
    if csv is not None:
        lines = trace_papers.write(csv, found, month)
        out.print(say("trace_written", path=csv, lines=lines), soft_wrap=True)


def _told_of_page(home: Workspace, asked: "Address") -> None:
    from dispatch.trace_facts import trace_say

    page = home.outbox / asked.plan_id / asked.period / trace_say("page.file")
    if page.exists():
        out.print(say("trace_page", page=page.relative_to(home.root)), soft_wrap=True, style="dim")


def _named(marts: "Marts", plan: str, period: str, metric: str, *others: str | None) -> "Address":
    from dispatch.change_question import NotFound
    from dispatch.trace_question import named

    population, scope_kind, scope, column = others
    try:
        return named(marts, plan, period, metric, population, scope_kind or "overall", scope, column or "value")
    except NotFound as error:
        raise stop(say(f"not_asked_{error.kind}", text=error.text, near="、".join(error.near))) from None


def _addressed(text: str) -> "Address":
    from dispatch.addresses import BadAddress, parse

    try:
        return parse(text.rpartition("#")[2])
    except BadAddress:
        raise stop(say("trace_bad_address", address=text)) from None


def _in_document(document: Path, number: str | None) -> "Address":
    """The address of a number of a paper; several that look alike are listed, for one of their ids to be given."""
    from dispatch.addresses import parse
    from dispatch.trace_question import NoNumber, NotCited, in_paper, paper_of

    if number is None:
        raise stop(say("trace_which_number", document=document))
    try:
        paper = paper_of(document)
        found = in_paper(paper, number)
    except NotCited as error:
        raise stop(say("trace_not_cited", document=document, beside=str(error))) from None
    except NoNumber as error:
        near = "、".join(f"{one.id}（{one.shown}）" for one in error.near)
        raise stop(say("trace_no_number", text=error.text, near=near)) from None
    if len({one.address for one in found}) > 1:
        for one in found:
            out.print(f"{one.id}\t{one.place}\t{one.shown}\t{one.address}", soft_wrap=True)
        raise stop(say("trace_several", text=number, count=len(found)))
    return parse(found[0].address)
