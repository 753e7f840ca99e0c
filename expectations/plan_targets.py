"""Plan targets: the plan's own targets of a period beside one another and beside the projects they speak of.

Belongs here: the table that T06, T07, T11 and T12 (a month's) and T09 and T10 (the pipeline's) are judged on.
Does not belong here: whether a target was reached (dbt_project), the rules (rules/schedule.yml).
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal

import pyarrow as pa

from ingestion import vocabulary
from ingestion.lake import INT, PERCENT, TEXT, WAN_READ
from ingestion.plans import Plan, Population, Target

TARGET = pa.schema(
    [
        ("form", TEXT),
        ("unit_id", TEXT),  # the centre, which keeps the plan
        ("target_id", TEXT),
        ("metric", TEXT),
        ("metric_label", TEXT),
        ("population_name", TEXT),
        ("threshold", PERCENT),
        ("other_threshold", PERCENT),  # of another target for the same scope, metric and period, when there is one
        ("projects", INT),  # in the population, where the target counts projects
        ("needed", INT),  # the fewest of them that reach it
        ("stated_wan", WAN_READ),  # the investment that the plan asks for of the same projects by the same period
        ("plan_wan", WAN_READ),  # what the projects plan for the year: those of the list, or of the pipeline
        ("total_wan", WAN_READ),  # of the pipeline: total investment
        ("industry_plan_wan", WAN_READ),  # of the pipeline: what projects of industry plan
    ]
)
COUNTING = ("start_resume_rate",)  # rates whose base is every new and continued project of the list
BUILT = ("new", "continued")
AMOUNT = "ytd_investment"


def targets(plan: Plan, period: str, form: str, listed: Iterable[Mapping]) -> list[dict]:
    """One row of TARGET per target on this form's figures that the period is held against. ``listed``: the list."""
    own = [t for t in plan.targets if t.judged_period == period and vocabulary.metrics()[t.metric].form == form]
    named = {population.id: population for population in plan.populations}
    base = [entry for entry in listed if entry["is_in_base"]]
    return [_row(plan, form, target, named, own, base) for target in own]


def of_pipeline(plan: Plan, form: str, standing: Iterable[Mapping]) -> list[dict]:
    """One row of TARGET per target on the pipeline, beside its projects as they stand (rows of accepted_pipeline)."""
    own = [t for t in plan.targets if vocabulary.metrics()[t.metric].form == "pipeline"]
    named = {population.id: population for population in plan.populations}
    rows = list(standing)
    sums = {
        "plan_wan": _sum(rows, "annual_plan_wan"),
        "total_wan": _sum(rows, "total_investment_wan"),
        "industry_plan_wan": _sum((r for r in rows if r["category_code"] == "industry"), "annual_plan_wan"),
    }
    return [_head(plan, form, target, named) | sums for target in own]


def _row(plan: Plan, form: str, target: Target, named: Mapping, own: list[Target], base: list[Mapping]) -> dict:
    population = named[target.population]
    projects = sum(_counts(entry, population) for entry in base) if target.metric in COUNTING else None
    other = next((t for t in own if t is not target and _speaks_of_the_same(t, target, named)), None)
    amount = next((t for t in own if t.metric == AMOUNT and _same_projects(t, target, named)), None)
    return _head(plan, form, target, named) | {
        "other_threshold": _percent(other.threshold) if other else None,
        "projects": projects,
        "needed": projects and int((target.threshold * projects).to_integral_value(ROUND_CEILING)),
        "stated_wan": amount and amount.threshold,
        "plan_wan": _sum((entry for entry in base if _is_of(entry, population)), "annual_plan_wan"),
    }


def _head(plan: Plan, form: str, target: Target, named: Mapping) -> dict:
    return {
        "form": form,
        "unit_id": plan.centre,
        "target_id": target.id,
        "metric": target.metric,
        "metric_label": vocabulary.metrics()[target.metric].label_zh,
        "population_name": named[target.population].name,
        "threshold": _percent(target.threshold),
    }


def _sum(rows: Iterable[Mapping], name: str) -> Decimal:
    return sum((row[name] for row in rows if row[name] is not None), Decimal(0))


def _counts(entry: Mapping, population: Population) -> bool:
    nature = vocabulary.codes("project_natures").get(entry["nature_code"])
    return nature is not None and nature.counts_as in BUILT and _is_of(entry, population)


def _is_of(entry: Mapping, population: Population) -> bool:
    return (not population.levels or entry["level_code"] in population.levels) and (
        not population.categories or entry["category_code"] in population.categories
    )


def _speaks_of_the_same(one: Target, other: Target, named: Mapping[str, Population]) -> bool:
    """Whether two targets ask for the same metric of the same projects, whatever name the plan gives them."""
    return one.metric == other.metric and _same_projects(one, other, named)


def _same_projects(one: Target, other: Target, named: Mapping[str, Population]) -> bool:
    first, second = (
        (t.scope_kind, t.scope, frozenset(named[t.population].levels), frozenset(named[t.population].categories))
        for t in (one, other)
    )
    return first == second


def _percent(threshold: Decimal) -> Decimal:
    return threshold * 100
