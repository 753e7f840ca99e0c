"""Plans: a plan file becomes a frozen plan, or a sentence that says what to change on which line.

Belongs here: loading ``plans/*.yml``.
Does not belong here: the keys (plan_models), due dates (obligations), plan versions (register).
"""

from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from ingestion import located_yaml, plan_checks, plan_errors
from ingestion.located_yaml import Located
from ingestion.plan_errors import PlanError
from ingestion.plan_models import FormDuty, Plan, Population, Schedule, Target, Unit, Window

__all__ = [
    "FormDuty",
    "Plan",
    "PlanError",
    "Population",
    "Schedule",
    "Target",
    "Unit",
    "Window",
    "load_plan",
    "load_plans",
    "parse_plan",
]


def load_plan(path: Path) -> Plan:
    """The plan in a file named ``<plan_id>.yml``; :class:`PlanError` says what is wrong on which line."""
    plan = parse_plan(path.read_text(encoding="utf-8"), path.name)
    if plan.id != path.stem:
        located = Located({}, {("id",): 1})
        mistake = plan_checks.Mistake("name_file", ("id",), {"found": plan.id, "file": path.name})
        raise plan_errors.from_checks([mistake], located, path.name)
    return plan


def load_plans(folder: Path) -> dict[str, Plan]:
    """All plans of a folder by id, in the order of their ids."""
    return {plan.id: plan for plan in map(load_plan, sorted(folder.glob("*.yml")))}


@lru_cache(maxsize=64)  # a run asks for the same version in every stage; lines and columns cost 0.15 s to follow
def parse_plan(text: str, name: str) -> Plan:
    """The plan in a text; ``name`` is the file name shown in a :class:`PlanError`. Equal texts give the same plan."""
    try:
        located = located_yaml.parse(text)
    except located_yaml.YamlMistake as error:
        raise plan_errors.from_yaml(error, name) from error
    try:
        plan = Plan.model_validate(located.value)
    except ValidationError as error:
        raise plan_errors.from_models(error, Plan, located, name) from error
    mistakes = list(plan_checks.check(plan))
    if mistakes:
        raise plan_errors.from_checks(mistakes, located, name)
    units = tuple(unit.model_copy(update={"sort": index + 1}) for index, unit in enumerate(plan.units))
    return plan.model_copy(update={"units": units})
