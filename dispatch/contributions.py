"""Contributions: who makes the figures of one period, as one build or release has it.

Belongs here: states read from the published tables, where a contributor counts, the figure contributions add up to.
Does not belong here: why two states differ (change_causes, changes).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import duckdb

from dispatch.marts import Marts

Key = tuple[str, str, str]  # subject_kind, subject_id, part
ZERO = Decimal(0)
SCOPES = {
    "level": "level_code",
    "category": "category_code",
    "nature": "nature_code",
    "unit": "unit_id",
    "region": "region_code",
}  # a scope that is not named here stands in a column of its own name


class NoSuchPeriod(Exception):
    """The build knew nothing of the period yet."""


class NoContributions(Exception):
    """The release was made before contributions were published."""


class DoesNotAddUp(Exception):
    """The contributions do not make the published figure: a fault of ours, never to be papered over."""


@dataclass(frozen=True)
class Slice:
    """Which part of the list a figure speaks of."""

    population: str = "all"
    scope_kind: str = "overall"
    scope: str = "overall"

    def scope_of(self, facts: Mapping) -> str:
        """The scope a contributor falls into."""
        if self.scope_kind == "overall":
            return "overall"
        return facts.get(SCOPES.get(self.scope_kind, self.scope_kind)) or "unknown"

    def populated(self, facts: Mapping) -> bool:
        """Whether a contributor stands in the population."""
        return self.population in (facts.get("populations") or "").split("|")


@dataclass(frozen=True)
class Contributor:
    """One subject with its facts (a row of ``fct_contributor``) and its amount in each measure (nothing left out)."""

    key: Key
    facts: Mapping[str, object]
    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def is_counted(self) -> bool:
        return bool(self.facts.get("is_counted"))


@dataclass(frozen=True)
class Definition:
    """What a metric divides; without a denominator it is its numerator."""

    numerator: str
    denominator: str | None = None

    @property
    def measures(self) -> set[str]:
        return {self.numerator} | ({self.denominator} if self.denominator else set())

    def of(self, amounts: Mapping[str, Decimal]) -> tuple[Decimal, Decimal]:
        """Numerator and denominator that some amounts make."""
        return amounts.get(self.numerator, ZERO), amounts.get(self.denominator, ZERO) if self.denominator else ZERO


@dataclass(frozen=True)
class State:
    """All that makes the figures of one plan and period, as known at one instant or told by one release.

    ``earlier`` holds the facts of earlier periods of the same series, by period: figures are carried forward from
    there. ``decisions`` are the centre's, by number.
    """

    definitions: Mapping[str, Definition]
    contributors: Mapping[Key, Contributor]
    rests_on: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, Mapping[Key, Mapping]] = field(default_factory=dict)
    decisions: Mapping[int, Mapping] = field(default_factory=dict)
    period: Mapping[str, object] = field(default_factory=dict)

    def known_measures(self) -> set[str]:
        """The measures its metrics are made of."""
        return {measure for definition in self.definitions.values() for measure in definition.measures}

    def total(self, metric: str, cut: Slice) -> tuple[Decimal, Decimal]:
        """Numerator and denominator of a metric, added up."""
        definition = self.definitions[metric]
        parts = [definition.of(one.amounts) for one in self.contributors.values() if counts(one, cut)]
        return sum((part[0] for part in parts), ZERO), sum((part[1] for part in parts), ZERO)


@dataclass(frozen=True)
class Between:
    """Two states and the figure looked at, ``shared`` being the definition under which both can be added up.

    Where a metric is defined anew and neither state has the other's measures, ``shared`` is None: nothing but the
    definition then explains the difference.
    """

    old: State
    new: State
    metric: str
    cut: Slice

    @property
    def old_definition(self) -> Definition | None:
        return self.old.definitions.get(self.metric)

    @property
    def new_definition(self) -> Definition | None:
        return self.new.definitions.get(self.metric)

    @cached_property
    def shared(self) -> Definition | None:
        for definition, other in ((self.old_definition, self.new), (self.new_definition, self.old)):
            if definition and definition.measures <= other.known_measures():
                return definition
        return None

    @cached_property
    def rests_on(self) -> Mapping[str, str]:
        """What each measure can change by; one that neither state has is left out."""
        return {**self.old.rests_on, **self.new.rests_on}


def counts(one: Contributor, cut: Slice) -> bool:
    """Whether a contributor counts in a slice."""
    return one.is_counted and cut.populated(one.facts) and cut.scope_of(one.facts) == cut.scope


def load(marts: Marts, plan_id: str, period: str) -> State:
    """The state of a plan and period; :class:`NoSuchPeriod`, :class:`NoContributions` when there is none to be had."""
    known = marts.query("select * from marts.dim_period where plan_id = ? and period = ?", [plan_id, period])
    if not known:
        raise NoSuchPeriod(period)
    try:
        amounts = _amounts(marts, plan_id, period)
        facts = _facts(marts, plan_id, period)
    except duckdb.CatalogException as error:
        raise NoContributions(str(marts.path)) from error
    decisions = marts.query("select * from marts.fct_decision where plan_id = ?", [plan_id])
    return State(
        definitions={
            row["metric"]: Definition(row["numerator"], row["denominator"])
            for row in marts.query("select metric, numerator, denominator from marts.dim_metric where is_computed")
        },
        contributors={
            key: Contributor(key, own, {measure: amount for measure, (amount, _) in amounts.get(key, {}).items()})
            for key, own in facts.pop(period, {}).items()
        },
        rests_on={measure: rests_on for own in amounts.values() for measure, (_, rests_on) in own.items()},
        earlier=facts,
        decisions={row["decision_id"]: row for row in decisions},
        period=known[0],
    )


def check(state: State, marts: Marts, metrics: Iterable[str], cut: Slice) -> None:
    """The published figures are what the contributions add up to; :class:`DoesNotAddUp` otherwise."""
    plan_id, period = state.period["plan_id"], state.period["period"]
    sql = """
        select metric, numerator, coalesce(denominator, 0) as denominator from marts.fct_metric
        where plan_id = ? and period = ? and population = ? and scope_kind = ? and scope = ?
    """
    published = {
        row["metric"]: (row["numerator"], row["denominator"])
        for row in marts.query(sql, [plan_id, period, cut.population, cut.scope_kind, cut.scope])
    }
    for metric in metrics:
        told, found = published.get(metric), state.total(metric, cut) if metric in state.definitions else None
        if told is not None and told != found:
            raise DoesNotAddUp(f"{metric} {cut}: {told} published, {found} added up")


def _amounts(marts: Marts, plan_id: str, period: str) -> dict[Key, dict[str, tuple[Decimal, str]]]:
    sql = """
        select subject_kind, subject_id, part, measure, amount, rests_on from marts.fct_measure
        where plan_id = ? and period = ? and figure = 'accepted'
    """
    found: dict[Key, dict] = {}
    for row in marts.query(sql, [plan_id, period]):
        found.setdefault(_key(row), {})[row["measure"]] = (row["amount"], row["rests_on"])
    return found


def _facts(marts: Marts, plan_id: str, period: str) -> dict[str, dict[Key, dict]]:
    """Contributors of the period and of every earlier one of its series, by period."""
    sql = "select * from marts.fct_contributor where plan_id = ? and period <= ? and length(period) = length(?)"
    found: dict[str, dict[Key, dict]] = {}
    for row in marts.query(sql, [plan_id, period, period]):
        found.setdefault(row["period"], {})[_key(row)] = row
    return found


def _key(row: Mapping) -> Key:
    return row["subject_kind"], row["subject_id"], row["part"]
