"""Corrections: the figures of a period that differ between two releases, each with the causes that make its difference.

Belongs here: finding the figures that differ, splitting each, the totals of what units were corrected by.
Does not belong here: why a contributor moved (change_causes), the notice itself (correction_notice).

Looked at are the whole of every population and every unit in it; other scopes can be asked for (`diaodu changes`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dispatch import contributions
from dispatch.change_question import Answer, End, Question, units
from dispatch.changes import Change, split
from dispatch.contributions import Slice, State
from dispatch.marts import Marts
from ingestion import vocabulary

WHOLE, UNIT, EVERYTHING = "overall", "unit", "all"


@dataclass(frozen=True)
class Corrected:
    """One figure that differs; its ``change`` has the two values and the parts that add up to their difference."""

    change: Change
    population: str  # names, as people know them
    scope: str

    @property
    def is_whole(self) -> bool:
        return self.change.cut.scope_kind == WHOLE

    @property
    def is_of_everything(self) -> bool:
        """Whether it speaks of the whole list and not of a named population."""
        return self.change.cut.population == EVERYTHING


@dataclass(frozen=True)
class Corrections:
    """All figures of a period that differ between two releases, in printing order."""

    plan_id: str
    period: str
    plan_name: str
    labels: tuple[str, str]
    figures: Sequence[Corrected]
    old: State
    new: State
    names: Mapping[str, str]

    def whole(self) -> list[Corrected]:
        """The figures of whole populations."""
        return [one for one in self.figures if one.is_whole]

    def of_units(self) -> dict[str, list[Corrected]]:
        """By metric: the units of the whole list whose figure differs."""
        found: dict[str, list[Corrected]] = {}
        for one in self.figures:
            if not one.is_whole and one.is_of_everything:
                found.setdefault(one.change.metric, []).append(one)
        return found

    def units_add_up(self, metric: str) -> Fraction | None:
        """What the units' differences of an amount or a count make together, exactly; None for a ratio."""
        found = self.of_units().get(metric, [])
        if not found or any(one.change.is_rate or one.change.value is None for one in found):
            return None
        return sum((one.change.value for one in found), Fraction(0))

    def answer(self) -> Answer:
        """The changes of the headline population, as `diaodu changes` has them."""
        whole = self.whole()
        first = whole[0] if whole else None
        cut = first.change.cut if first else Slice()
        names = {"population": first.population, "scope": first.scope} if first else {"population": "", "scope": ""}
        changes = [one.change for one in whole if one.change.cut == cut]
        question = Question(self.plan_id, self.period)
        return Answer(question, cut, self.old, self.new, self.labels, changes, self.names | names)


def compare(old: End, new: End, plan_id: str, period: str) -> Corrections:
    """Every figure that differs, split. :func:`contributions.load` says what is raised where an end knows nothing."""
    states = [contributions.load(end.marts, plan_id, period) for end in (old, new)]
    before, after = (_figures(end.marts, plan_id, period) for end in (old, new))
    named = {**before, **after}
    differing = sorted(
        (key for key in named if _value(before, key) != _value(after, key)), key=lambda key: _order(named[key])
    )
    for cut in dict.fromkeys(_cut(key) for key in differing):
        metrics = [key[0] for key in differing if _cut(key) == cut]
        for end, state in zip((old, new), states, strict=True):
            contributions.check(state, end.marts, metrics, cut)
    figures = [
        Corrected(split(*states, key[0], _cut(key)), named[key]["population_name"], named[key]["scope_name"])
        for key in differing
    ]
    plan_name = next(iter(named.values()))["plan_name"] if named else plan_id
    names = {"plan": plan_name} | units(old.marts, plan_id) | units(new.marts, plan_id)
    return Corrections(plan_id, period, plan_name, (old.label, new.label), figures, *states, names)


def _figures(marts: Marts, plan_id: str, period: str) -> dict[tuple, dict]:
    """The published figures of whole populations and of their units, by metric, population, scope kind and scope."""
    sql = """
        select
            f.metric, f.population, f.scope_kind, f.scope, f.scope_name, f.numerator, f.denominator, f.value,
            p.population_name, p.is_headline, p.sort_order, l.plan_name
        from marts.fct_metric as f
        inner join marts.dim_population as p on f.plan_id = p.plan_id and f.population = p.population
        inner join marts.dim_plan as l on f.plan_id = l.plan_id
        where f.plan_id = ? and f.period = ? and f.scope_kind in ('overall', 'unit')
    """
    rows = marts.query(sql, [plan_id, period])
    return {(row["metric"], row["population"], row["scope_kind"], row["scope"]): row for row in rows}


def _value(figures: Mapping[tuple, dict], key: tuple) -> tuple | None:
    row = figures.get(key)
    return (row["numerator"], row["denominator"], row["value"]) if row else None


def _cut(key: tuple) -> Slice:
    return Slice(*key[1:])


def _order(row: Mapping) -> tuple:
    """The headline population first, the whole before its units, metrics as they are printed."""
    metric = vocabulary.metrics()[row["metric"]].sort_order
    population = (not row["is_headline"], row["sort_order"], row["population"])
    return (*population, row["scope_kind"] != WHOLE, metric, row["scope"])
