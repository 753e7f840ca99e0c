"""Decisions: the commands with which the centre puts a filing right, each a dated act of a post with its reason.

Belongs here: assign, withdraw, accept, reopen.
Does not belong here: what a decision does to a figure (ingestion.versions, expectations.acceptance).
"""

from datetime import datetime
from typing import Annotated

import typer

from ingestion.locking import REOPEN
from ingestion.obligations import locks, periods
from ingestion.settings import TIMEZONE, default_home
from ingestion.workspace import Workspace
from orchestration.asked_about import form_filed, form_of, plan_of, rule_of, unit_id_of
from orchestration.console import (
    InWorkspace,
    OfPeriod,
    OfPlan,
    instant_of,
    open_workspace,
    out,
    say,
    stop,
    worded,
)

ByPost = Annotated[str, typer.Option("--post", help="作出决定的岗位（写岗位，不写姓名）")]
ForReason = Annotated[str, typer.Option("--reason", help="理由，会随决定公开")]
OfForm = Annotated[str | None, typer.Option("--form", help="哪张表；不写就是这一期的月表或周表")]
OfReceipt = Annotated[int, typer.Option("--receipt", help="收文号，见 diaodu status")]


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
    home = open_workspace(workspace)
    loaded = plan_of(home, plan)
    subject = {"plan_id": plan, "receipt_id": receipt}
    if form is not None:
        subject["form"] = form_of(form, loaded.forms)
    if period is not None:
        plan_of(home, plan, period)
        if form is not None and period not in periods(loaded, form):
            raise stop(say("period_of_other_form", period=period, form=form, known="、".join(periods(loaded, form))))
        subject["period"] = period
    if unit is not None:
        subject["unit_id"] = unit_id_of(loaded, unit)
    if len(subject) == 2:
        raise stop(say("nothing_to_assign"))
    decide(home, "assign", post, reason, subject)


def withdraw(
    plan: OfPlan,
    receipt: OfReceipt,
    post: ByPost,
    reason: ForReason,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """撤回：放错的文件不再采用；文件和登记都留着。"""
    home = open_workspace(workspace)
    plan_of(home, plan)
    decide(home, "withdraw", post, reason, {"plan_id": plan, "receipt_id": receipt})


def accept(
    plan: OfPlan,
    period: OfPeriod,
    project: Annotated[str, typer.Option("--project", help="项目代码（没有代码的用数据质量清单里的项目标识）")],
    rule: Annotated[str, typer.Option("--rule", help="规则号，例如 R05B")],
    post: ByPost,
    reason: ForReason,
    form: OfForm = None,
    procedure: Annotated[str | None, typer.Option("--procedure", help="只关一项手续时写手续代号，例如 land")] = None,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """采信：规则说不对、但中心核实无误的一行（或一行中的一项手续），写明理由后采用。"""
    from expectations.catalogue import load_rules

    home = open_workspace(workspace)
    loaded = plan_of(home, plan, period)
    form = form_filed(loaded, period, form)
    if procedure is not None and procedure not in [one.id for one in loaded.procedures]:
        known = "、".join(f"{one.id} {one.name}" for one in loaded.procedures)
        raise stop(say("unknown_procedure", procedure=procedure, known=known))
    rule_id = rule_of(rule, load_rules()).id
    subject = {"plan_id": plan, "period": period, "form": form, "project_id": project, "rule_id": rule_id}
    decide(home, "accept", post, reason, subject | ({"procedure": procedure} if procedure else {}))


def reopen(
    plan: OfPlan,
    period: OfPeriod,
    unit: Annotated[str, typer.Option("--unit", help="哪个单位（名称或代号）")],
    until: Annotated[str, typer.Option("--until", help="开放到什么时候，例如 2022-12-02T17:00（北京时间）")],
    post: ByPost,
    reason: ForReason,
    form: OfForm = None,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """开放：锁定以后报来的新版本等候中心开放；开放有期限，期限以前收到的版本算数，以后的继续等候。"""
    home = open_workspace(workspace)
    loaded = plan_of(home, plan, period)
    form = form_filed(loaded, period, form)
    unit_id = unit_id_of(loaded, unit)
    if unit_id not in loaded.forms[form].owed_by:
        raise stop(say("not_owed", unit=loaded.unit(unit_id).name))
    lock_at, ends_at = locks(loaded, period).get(form), instant_of(until)
    if lock_at is None:
        raise stop(say("no_lock", form=loaded.forms[form].title, period=period))
    if ends_at <= max(lock_at, datetime.now(TIMEZONE)):
        shown = {"until": f"{ends_at:%Y-%m-%d %H:%M}", "lock": f"{lock_at:%Y-%m-%d %H:%M}"}
        raise stop(say("bad_until", form=loaded.forms[form].title, **shown))
    subject = {"plan_id": plan, "period": period, "form": form, "unit_id": unit_id}
    decide(home, REOPEN, post, reason, subject, ends_at)


def decide(home: Workspace, kind: str, post: str, reason: str, subject: dict, ends_at: datetime | None = None) -> None:
    """Write a decision down and say its number; stops when post or reason is empty or the receipt is not there."""
    from ingestion.register import Register

    if not post.strip() or not reason.strip():
        raise stop(say("post_and_reason"))
    with worded(home):  # without the writer's lock: a run that is under way knows only what was decided before it
        register = Register(home.register)
        known = {receipt.receipt_id for receipt in register.receipts(subject["plan_id"])}
        if "receipt_id" in subject and subject["receipt_id"] not in known:
            raise stop(say("no_such_receipt", receipt=subject["receipt_id"]))
        number = register.record_decision(kind, post, reason, subject, datetime.now(TIMEZONE), ends_at)
    out.print(say("decision_recorded", number=number, kind=say(f"kind_{kind}")))
