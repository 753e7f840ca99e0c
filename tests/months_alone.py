"""Months alone: a shipped plan without its campaign, for tests that look at months.

Belongs here: taking the weekly forms and what is said of them out of a plan.
Does not belong here: what the tests then do with it. The campaign tests use the plan as it ships: there every run also
judges each week that is due by the clock, and writes its papers.
"""

from pathlib import Path

import yaml

from ingestion import vocabulary
from ingestion.settings import SHIPPED_PLANS
from ingestion.workspace import Workspace

MONTH_FORMS = ("monthly_dispatch", "project_list")


def month_plan(plan_id: str) -> dict:
    """The values of a shipped plan's YAML with its month forms, their populations and their targets."""
    plan = yaml.safe_load((SHIPPED_PLANS / f"{plan_id}.yml").read_text(encoding="utf-8"))
    plan["forms"] = {form: plan["forms"][form] for form in MONTH_FORMS}
    plan["populations"] = [row for row in plan["populations"] if row.get("form", MONTH_FORMS[0]) in MONTH_FORMS]
    metrics = vocabulary.metrics()
    plan["targets"] = [row for row in plan["targets"] if metrics[row["metric"]].form == MONTH_FORMS[0]]
    return plan


def workspace_of(folder: Path, plan: dict) -> Workspace:
    """A workspace with one plan, given as the values of its YAML."""
    workspace = Workspace.create(folder, [])
    (workspace.inbox / plan["id"]).mkdir()
    text = yaml.safe_dump(plan, allow_unicode=True, sort_keys=False)
    (workspace.plans / f"{plan['id']}.yml").write_text(text, encoding="utf-8")
    return workspace


def workspace_of_months(folder: Path, plan_id: str) -> Workspace:
    """A workspace with a shipped plan's months and nothing of its campaign."""
    return workspace_of(folder, month_plan(plan_id))
