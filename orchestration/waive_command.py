"""Waive: the command with which the centre excuses a unit or a project from explaining what a rule asks about.

Belongs here: its options, and the sentences for what cannot be waived.
Does not belong here: what a waiver does to a finding (expectations.waivers), letting a refused row in (accept).
"""

from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from ingestion.settings import TIMEZONE, default_home
from orchestration.asked_about import form_of, plan_of, rule_of, unit_id_of
from orchestration.console import InWorkspace, OfPlan, open_workspace, say, stop
from orchestration.decisions import ByPost, ForReason, decide

KIND = "waive"


def waive(
    plan: OfPlan,
    rule: Annotated[str, typer.Option("--rule", help="规则号，例如 P10A；只能是核实级的规则")],
    until: Annotated[str, typer.Option("--until", help="免到哪一天的数为止，例如 2022-12-31")],
    post: ByPost,
    reason: ForReason,
    unit: Annotated[str | None, typer.Option("--unit", help="哪个单位（名称或代号）；与 --project 写一个")] = None,
    project: Annotated[str | None, typer.Option("--project", help="哪个项目（项目代码）；与 --unit 写一个")] = None,
    form: Annotated[str | None, typer.Option("--form", help="只关一张表时写表的代号")] = None,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """免予说明：中心已经清楚的核实性问题，在期限以内不再要单位说明；问题照列，决定公开。

    错误级的问题不能免：一行要么改正，要么由中心采信（diaodu accept）。
    """
    home = open_workspace(workspace)
    loaded = plan_of(home, plan)
    _check_rule(rule)
    if (unit is None) == (project is None):
        raise stop(say("waive_whom"))
    if form is not None:
        form_of(form, loaded.forms)
    last = _day(until)
    whom = {"unit_id": unit_id_of(loaded, unit)} if unit else {"project_id": project}
    subject = {"plan_id": plan, "rule_id": rule, **whom, "until": last.isoformat()}
    ends_at = datetime.combine(last + timedelta(days=1), time.min, TIMEZONE)
    decide(home, KIND, post, reason, subject | ({"form": form} if form else {}), ends_at)


def _check_rule(rule_id: str) -> None:
    """Stop unless the rule asks for an explanation at some time."""
    from expectations.catalogue import load_rules

    rule = rule_of(rule_id, load_rules())
    if "warning" not in rule.every_severity:
        key = "waive_error" if rule.is_ever_error else "waive_nothing_asked"
        raise stop(say(key, rule=rule_id, title=rule.title_zh))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise stop(say("bad_day", text=text)) from None
