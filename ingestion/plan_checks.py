"""Plan checks: what several keys of one plan must have in common.

Belongs here: names used twice, references to units, populations and metrics that must exist.
Does not belong here: the type of a single value (plan_words).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingestion import vocabulary
from ingestion.located_yaml import Location
from ingestion.plan_models import Plan, Schedule, fold, written_names


@dataclass(frozen=True)
class Mistake:
    """A mistake by message code at its place in the file; ``first`` is where the same thing stood before."""

    code: str
    location: Location
    detail: dict = field(default_factory=dict)
    first: Location | None = None


def check(plan: Plan) -> Iterator[Mistake]:
    """All mistakes that only show when keys are held against each other."""
    yield from _units(plan)
    yield from _populations(plan)
    yield from _procedures(plan)
    yield from _duties(plan)
    yield from _targets(plan)


def _units(plan: Plan) -> Iterator[Mistake]:
    seen: dict[str, int] = {}
    owner: dict[str, int] = {}
    for index, unit in enumerate(plan.units):
        if unit.id in seen:
            yield Mistake("unit_id_twice", ("units", index, "id"), {"found": unit.id}, ("units", seen[unit.id]))
        seen.setdefault(unit.id, index)
        for name in dict.fromkeys(written_names(unit, plan.unit_prefixes)):
            other = owner.setdefault(name, index)
            if other != index:
                detail = {"found": name, "one": plan.units[other].name, "other": unit.name}
                yield Mistake("unit_name_twice", ("units", index), detail, ("units", other))
                break  # the other spellings of the pair would say the same again
    if plan.centre not in seen:
        yield _unknown_unit(plan, ("centre",), "centre", plan.centre)
    elif plan.units[seen[plan.centre]].kind != "centre":
        yield Mistake("centre_kind", ("units", seen[plan.centre], "kind"), {"found": plan.centre})


def _unknown_unit(plan: Plan, location: Location, key: str, found: str) -> Mistake:
    return Mistake("unknown_unit", location, {"key": key, "found": found, "allowed": [u.id for u in plan.units]})


def _populations(plan: Plan) -> Iterator[Mistake]:
    seen: dict[str, int] = {}
    for index, population in enumerate(plan.populations):
        if population.id in seen:
            first = ("populations", seen[population.id])
            yield Mistake("population_twice", ("populations", index, "id"), {"found": population.id}, first)
        seen.setdefault(population.id, index)
    headlines = sum(population.headline and population.form == "monthly_dispatch" for population in plan.populations)
    if headlines != 1:
        yield Mistake("one_headline", ("populations",), {"found": headlines})


def _procedures(plan: Plan) -> Iterator[Mistake]:
    known = {unit.id for unit in plan.units}
    seen: dict[str, int] = {}
    owner: dict[str, int] = {}
    for index, procedure in enumerate(plan.procedures):
        for name in dict.fromkeys(map(fold, (procedure.name, *procedure.aliases))):
            other = owner.setdefault(name, index)
            if other != index:
                detail = {"found": name, "one": plan.procedures[other].name, "other": procedure.name}
                yield Mistake("procedure_name_twice", ("procedures", index), detail, ("procedures", other))
        if procedure.id in seen:
            first = ("procedures", seen[procedure.id])
            yield Mistake("procedure_twice", ("procedures", index, "id"), {"found": procedure.id}, first)
        seen.setdefault(procedure.id, index)
        if procedure.approving_unit and procedure.approving_unit not in known:
            location = ("procedures", index, "approving_unit")
            yield _unknown_unit(plan, location, "approving_unit", procedure.approving_unit)
    if "procedures" in plan.forms and not plan.procedures:
        yield Mistake("procedures_missing", ("forms", "procedures"))


def _duties(plan: Plan) -> Iterator[Mistake]:
    known = {unit.id for unit in plan.units}
    for form, duty in plan.forms.items():
        if duty.schedule.every == "change" and duty.schedule.filed_with not in plan.forms:
            detail = {"found": form, "other": duty.schedule.filed_with}
            yield Mistake("filed_with_missing", ("forms", form, "schedule"), detail)
        yield from _later_dates(form, duty.schedule)
        for index, unit_id in enumerate(duty.owed_by):
            location = ("forms", form, "owed_by", index)
            if unit_id not in known:
                yield _unknown_unit(plan, location, "owed_by", unit_id)
            elif unit_id in duty.owed_by[:index]:
                yield Mistake("owed_twice", location, {"found": unit_id})


def _later_dates(form: str, schedule: Schedule) -> Iterator[Mistake]:
    """Due, lock and publish come in this order; what has no deadline has none of the others."""
    before, instant = "due", (0, schedule.time)
    for name, later in (("lock", schedule.lock), ("publish", schedule.publish)):
        if later is None:
            continue
        location = ("forms", form, "schedule", name)
        if schedule.every == "change":
            yield Mistake("later_without_due", location, {"key": name})
        elif (later.days_after, later.time) < instant:
            yield Mistake(f"later_before_{before}", location, {"key": name})
        else:
            before, instant = name, (later.days_after, later.time)


def _targets(plan: Plan) -> Iterator[Mistake]:
    populations = {population.id: population for population in plan.populations}
    seen: dict[str, int] = {}
    for index, target in enumerate(plan.targets):
        location = ("targets", index, "population")
        population = populations.get(target.population)
        if population is None:
            yield Mistake("unknown_population", location, {"found": target.population, "allowed": list(populations)})
        elif population.form != (form := vocabulary.metrics()[target.metric].form) and form != "reporting":
            detail = {"metric": target.metric, "metric_form": form, "population_form": population.form}
            yield Mistake("population_form", location, {"found": target.population, **detail})
        if target.id in seen:
            yield Mistake("target_twice", ("targets", index), {}, ("targets", seen[target.id]))
        seen.setdefault(target.id, index)
