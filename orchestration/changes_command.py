"""Changes command: `diaodu changes`, why a figure is another one than it was.

Belongs here: its options and the sentences for what it cannot answer.
Does not belong here: the ends (comparing), the split and the papers (dispatch).
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ingestion.settings import TIMEZONE, default_home
from orchestration.asked_about import plan_of
from orchestration.console import (
    InWorkspace,
    OfPeriod,
    OfPlan,
    open_workspace,
    out,
    progress_bars,
    say,
    stop,
    worded,
)

FromEnd = Annotated[str, typer.Option("--from", help="从哪里比起：时刻（2022-11-28T16:00）、发布版本号或 current")]
ToEnd = Annotated[str, typer.Option("--to", help="比到哪里：时刻、发布版本号或 current")]


def changes(
    plan: OfPlan,
    period: OfPeriod,
    old: FromEnd,
    new: ToEnd = "current",
    metric: Annotated[str | None, typer.Option("--metric", help="指标（编码或名称）；不写则全部")] = None,
    population: Annotated[str | None, typer.Option("--population", help="统计范围；不写则方案的主口径")] = None,
    scope_kind: Annotated[
        str, typer.Option("--scope-kind", help="分组方式：overall、unit、level、category 等")
    ] = "overall",
    scope: Annotated[str | None, typer.Option("--scope", help="分组值（编码或名称），例如 住建局")] = None,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """变动说明：一个数为什么变了——新报、更正、采信、计划调整、移交、调入、调出、口径，各项相加恰为变动数。"""
    from dispatch import change_papers, contributions
    from dispatch.change_question import NotFound, Question, answer
    from orchestration.comparing import NoSuchEnd, end_of

    home = open_workspace(workspace)
    plan_of(home, plan, period)
    question = Question(plan, period, metric, population, scope_kind, scope)
    label = ""
    with worded(home):
        try:
            ends = []
            for text in (old, new):
                with progress_bars() as progress:
                    end = end_of(home, plan, period, text, lambda: datetime.now(TIMEZONE), _building, progress)
                label = end.label
                contributions.load(end.marts, plan, period)
                ends.append(end)
            found = answer(question, *ends)
        except NoSuchEnd as error:
            raise stop(say("bad_end", text=error.text, releases="、".join(error.releases) or "—")) from None
        except contributions.NoSuchPeriod:
            raise stop(say("no_period_yet", label=label or old, period=period)) from None
        except contributions.NoContributions:
            raise stop(say("no_contributions", label=label or old)) from None
        except NotFound as error:
            raise stop(say(f"not_asked_{error.kind}", text=error.text, near="、".join(error.near))) from None
    path = change_papers.write(home, found)
    out.print(change_papers.render(found), soft_wrap=True)
    out.print(say("changes_written", path=path.relative_to(home.root)), soft_wrap=True)


def _building(instant: datetime, folder: Path) -> None:
    out.print(say("building_look_back", at=instant.isoformat(sep=" ", timespec="minutes"), folder=folder), style="dim")
