"""Blank command: `diaodu blank`, the period's blank forms, filled in as far as the centre knows.

Belongs here: its options, taking in what is new before the forms are written, the closing line.
Does not belong here: what stands in a blank form (dispatch.blanks).
"""

from datetime import datetime
from typing import Annotated

import typer

from ingestion.settings import TIMEZONE, default_home
from orchestration.asked_about import plan_of, unit_id_of
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


def blank(
    plan: OfPlan,
    period: OfPeriod,
    unit: Annotated[str | None, typer.Option("--unit", help="只要一个单位的（名称或代号）；不写则全部单位")] = None,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """空白表：按单位生成本期的表，名单和上期采用的数已填好锁定，只留本期要填的格。"""
    from dispatch import blanks
    from orchestration import stages
    from orchestration.writer import writing

    home = open_workspace(workspace)
    today = plan_of(home, plan, period)
    wanted = unit_id_of(today, unit) if unit is not None else None
    if wanted is not None and wanted not in blanks.owing(today, period):
        raise stop(say("no_blank_for_unit", unit=today.unit(wanted).name, period=period))
    with worded(home), writing(home, f"blank {plan} {period}"), progress_bars() as progress:
        knowledge, _ = stages.take_in(home, plan, datetime.now(TIMEZONE), progress=progress)
        stages.read_rows(home, plan, knowledge, progress)
        stages.judge(home, plan, knowledge, progress)
        loaded = stages.plan_in_force(home, plan, knowledge)
        written = blanks.write(
            home, loaded, period, knowledge.known_at, wanted, lambda done, total: progress("blank", done, total)
        )
    folder = blanks.folder(home, plan, period)
    out.print(say("blanks_written", count=len(written), folder=folder), soft_wrap=True)
