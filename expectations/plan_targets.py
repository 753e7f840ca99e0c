"""Plan targets: the plan's own targets of a period beside one another and beside the number of projects they speak of.

Belongs here: the table that T06 and T07 are judged on.
Does not belong here: whether a target was reached (dbt_project), the rules (rules/schedule.yml).
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal

import pyarrow as pa

from ingestion import vocabulary
from ingestion.lake import INT, PERCENT, TEXT
from ingestion.plans import Plan, Population, Target

TARGET = pa.schema(
    [
        ("form", TEXT),
        ("unit_id", TEXT),  # the centre, which keeps the plan
        ("target_id", TEXT),
        ("metric_label", TEXT),
        ("population_name", TEXT),
        ("threshold", PERCENT),
        ("other_threshold", PERCENT),  # of another target for the same scope, metric and period, when there is one
        ("projects", INT),  # in the population, where the target counts projects
        ("needed", INT),  # the fewest of them that reach it
    ]
)
COUNTING = ("start_resume_rate",)  # rates whose base is every new and continued project of the list
BUILT = ("new", "continued")


def targets(plan: Plan, period: str, form: str, listed: Iterable[Mapping]) -> list[dict]:
    """One row of TARGET per target on this form's figures that the period is held against. ``listed``: the list."""
    own = [t for t in plan.targets if t.judged_period == period and vocabulary.metrics()[t.metric].form == form]
    named = {population.id: population for population in plan.populations}
    base = [entry for entry in listed if entry["is_in_base"]]
    return [_row(plan, form, target, named, own, base) for target in own]


def _row(plan: Plan, form: str, target: Target, named: Mapping, own: list[Target], base: list[Mapping]) -> dict:
    population = named[target.population]
    projects = sum(_counts(entry, population) for entry in base) if target.metric in COUNTING else None
    other = next((t for t in own if t is not target and _speaks_of_the_same(t, target, named)), None)
    return {
        "form": form,
        "unit_id": plan.centre,
        "target_id": target.id,
        "metric_label": vocabulary.metrics()[target.metric].label_zh,
        "population_name": population.name,
        "threshold": _percent(target.threshold),
        "other_threshold": _percent(other.threshold) if other else None,
        "projects": projects,
        "needed": projects and int((target.threshold * projects).to_integral_value(ROUND_CEILING)),
    }


def _counts(entry: Mapping, population: Population) -> bool:
    nature = vocabulary.codes("project_natures").get(entry["nature_code"])
    return (
        nature is not None
        and nature.counts_as in BUILT
        and (not population.levels or entry["level_code"] in population.levels)
        and (not population.categories or entry["category_code"] in population.categories)
    )


def _speaks_of_the_same(one: Target, other: Target, named: Mapping[str, Population]) -> bool:
    """Whether two targets ask for the same metric of the same projects, whatever name the plan gives them."""
    first, second = (
        (
            t.metric,
            t.scope_kind,
            t.scope,
            frozenset(named[t.population].levels),
            frozenset(named[t.population].categories),
        )
        for t in (one, other)
    )
    return first == second


def _percent(threshold: Decimal) -> Decimal:
    return threshold * 100
