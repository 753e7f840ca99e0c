"""Plan tables: what a plan says for one period, as rows of the lake.

Belongs here: the tables plans, units, populations, targets, procedures, obligations.
Does not belong here: when something is due (obligations), what was received (submissions).
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from ingestion import vocabulary
from ingestion.obligations import WEEKLY, all_obligations, forms_of
from ingestion.plan_models import written_names
from ingestion.plans import Plan


def plan_rows(
    plan: Plan, period: str, plan_hash: str, in_force_at: datetime, known_at: datetime
) -> dict[str, list[dict]]:
    """What a plan says for one period, as rows of the lake tables plans, units, populations, targets, obligations."""
    header = {
        "plan_name": plan.name,
        "region_code": plan.region_code,
        "year": plan.year,
        "centre": plan.centre,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "plan_hash": plan_hash,
        "in_force_at": in_force_at,
        "known_at": known_at,
        "annual_plan_basis": plan.annual_plan_basis,
    }
    forms = {*forms_of(plan, period), "reporting"}
    return {
        "plans": [header],
        "units": list(_unit_rows(plan)),
        "populations": list(_population_rows(plan, forms)),
        "targets": list(_target_rows(plan, forms)),
        "procedures": list(procedure_rows(plan)) if WEEKLY in forms else [],
        "obligations": [
            {key: value for key, value in asdict(obligation).items() if key not in ("plan_id", "period")}
            for obligation in all_obligations(plan)
            if obligation.period == period
        ],
    }


def _unit_rows(plan: Plan) -> Iterator[dict]:
    for unit in plan.units:
        yield {
            "unit_id": unit.id,
            "unit_name": unit.name,
            "unit_kind": unit.kind,
            "aliases": "|".join(unit.aliases),
            "written_names": "|".join(["", *dict.fromkeys(written_names(unit, plan.unit_prefixes)), ""]),
            "sort_order": unit.sort,
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
        }


def _population_rows(plan: Plan, forms: set[str]) -> Iterator[dict]:
    """One row per population of these forms, level and category; an open dimension is NULL."""
    for order, population in enumerate(plan.populations, start=1):
        if population.form not in forms:
            continue
        for level in population.levels or (None,):
            for category in population.categories or (None,):
                yield {
                    "population": population.id,
                    "population_name": population.name,
                    "form": population.form,
                    "level_code": level,
                    "category_code": category,
                    "sort_order": order,
                    "is_headline": population.headline,
                }


def _target_rows(plan: Plan, forms: set[str]) -> Iterator[dict]:
    """The targets that speak of metrics of these forms."""
    for target in plan.targets:
        if vocabulary.metrics()[target.metric].form in forms:
            row = target.model_dump(exclude={"source"})
            yield {**row, "target_id": target.id, "source_zh": target.source}


def procedure_rows(plan: Plan) -> Iterator[dict]:
    """The procedures the plan follows, as rows of the lake."""
    for order, procedure in enumerate(plan.procedures, start=1):
        yield {
            "procedure": procedure.id,
            "procedure_name": procedure.name,
            "procedure_kind": procedure.kind,
            "handling_level": procedure.level,
            "approving_unit_id": procedure.approving_unit,
            "valid_years": procedure.valid_years,
            "statutory_days": procedure.statutory_days,
            "sort_order": order,
        }
