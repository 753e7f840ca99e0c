"""Trace sums: which contributors a figure is summed from, each with its amounts, in either account.

Belongs here: contributors of a slice with what they put above and below the line; counts of projects with, carried and
without figures; holding the sums against the published figure.
Does not belong here: the rows contributors rest on (trace_sources), derived figures (tracing).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dispatch.contributions import ZERO, Definition, DoesNotAddUp, Key, Slice
from dispatch.marts import Marts
from dispatch.month import MONTHLY
from ingestion import vocabulary

ACCEPTED, REPORTED = "accepted", "reported"
COVERAGE = {
    "reported_projects": "reported_project_count",
    "carried_projects": "carried_project_count",
    "missing_projects": "missing_project_count",
}
_PARTS_OF_FORM = {"procedures": "procedure", "pipeline": "pipeline", "funds": "fund"}
_ITEM_SCOPES = ("procedure", "handling_level", "approving_unit")
_WHOLE = {"procedure_project_count", "all_done_project_count"}  # a project with all its procedures of the scope
_MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True)
class Share:
    """What one contributor puts above and below the line; ``parts`` are the contributors it is made of, if several."""

    key: Key
    facts: Mapping
    numerator: Decimal
    denominator: Decimal = ZERO
    parts: tuple[Key, ...] = ()


class Accounts:
    """Contributors, amounts and figures of one plan and period of the public tables."""

    def __init__(self, marts: Marts, plan_id: str, period: str):
        self.plan_id, self.period = plan_id, period
        at = [plan_id, period]
        facts = marts.query("select * from marts.fct_contributor where plan_id = ? and period = ?", at)
        self.facts: dict[Key, Mapping] = {_key(row): row for row in facts}
        self.amounts: dict[str, dict[Key, dict[str, Decimal]]] = {ACCEPTED: {}, REPORTED: {}}
        sql = "select * from marts.fct_measure where plan_id = ? and period = ?"
        for row in marts.query(sql, at):
            self.amounts[row["figure"]].setdefault(_key(row), {})[row["measure"]] = row["amount"]
        periods = marts.query("select * from marts.dim_period where plan_id = ? and period = ?", at)
        self.about: Mapping = periods[0] if periods else {}
        decisions = marts.query("select * from marts.fct_decision where plan_id = ?", [plan_id])
        self.decisions = {row["decision_id"]: row for row in decisions}

    def shares(self, metric: str, cut: Slice, account: str = ACCEPTED) -> list[Share]:
        """The contributors of a figure, those that put nothing anywhere left out, the largest first."""
        known = vocabulary.metrics()[metric]
        definition = Definition(known.numerator, known.denominator or None)
        if definition.measures <= _WHOLE and cut.scope_kind in _ITEM_SCOPES:
            found = self._whole_projects(definition, cut, account)
        else:
            found = [
                Share(key, self.facts[key], *definition.of(own))
                for key, own in self.amounts[account].items()
                if definition.measures & own.keys() and self._counts(key, cut)
            ]
        return sorted(found, key=lambda one: (-one.numerator, -one.denominator, one.key))

    def coverage(self, metric: str, column: str, cut: Slice) -> list[Share]:
        """The projects behind ``reported_projects``, ``carried_projects`` or ``missing_projects`` of a figure."""
        form = vocabulary.metrics()[metric].form
        form = self.about["leading_form"] if form == "reporting" else form
        if form == MONTHLY:
            found = [
                Share(key, self.facts[key], own[COVERAGE[column]])
                for key, own in self.amounts[ACCEPTED].items()
                if COVERAGE[column] in own and self._counts(key, cut)
            ]
            return sorted(found, key=lambda one: one.key)
        projects: dict[str, list[Key]] = defaultdict(list)
        for key in self.facts:
            if key[0] == _PARTS_OF_FORM[form] and self._counts(key, cut):
                projects[key[1]].append(key)
        return [
            Share(keys[0], self.facts[keys[0]], Decimal(1), parts=tuple(keys) if len(keys) > 1 else ())
            for _, keys in sorted(projects.items())
            if self._stands(keys) == column
        ]

    def _stands(self, keys: list[Key]) -> str:
        """Of which kind a project of the campaign is: one part carried and it is carried, none there and it misses."""
        if any(self.facts[key]["is_carried_forward"] for key in keys):
            return "carried_projects"
        return "reported_projects" if any(self.facts[key]["submission_id"] for key in keys) else "missing_projects"

    def _whole_projects(self, definition: Definition, cut: Slice, account: str) -> list[Share]:
        """Projects by their procedures of one scope: there if one is needed, finished if all needed ones are done."""
        projects: dict[str, list[Key]] = defaultdict(list)
        for key, own in self.amounts[account].items():
            if key[0] == "procedure" and own.get("needed_item_count") and self._counts(key, cut):
                projects[key[1]].append(key)
        found = []
        for project_id, keys in projects.items():
            is_done = all(self.amounts[account][key].get("done_item_count") for key in keys)
            amounts = {"procedure_project_count": Decimal(1), "all_done_project_count": Decimal(int(is_done))}
            facts = self.facts[keys[0]]
            found.append(Share(("procedures", project_id, ""), facts, *definition.of(amounts), parts=tuple(keys)))
        return found

    def _counts(self, key: Key, cut: Slice) -> bool:
        facts = self.facts[key]
        return bool(facts["is_counted"]) and cut.populated(facts) and cut.scope_of(facts) == cut.scope


def total(shares: list[Share]) -> tuple[Decimal, Decimal]:
    """What shares add up to, above and below the line."""
    return sum((one.numerator for one in shares), ZERO), sum((one.denominator for one in shares), ZERO)


def value_of(metric: str, numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """The value that a numerator and a denominator make: divided and rounded half up to six places, once."""
    if not vocabulary.metrics()[metric].is_ratio:
        return numerator
    return rate(numerator, denominator)


def rate(above: Decimal, below: Decimal) -> Decimal | None:
    """A ratio to six places, half up; None over nothing."""
    return (above / below).quantize(_MILLIONTH, ROUND_HALF_UP) if below else None


def hold(told: Decimal | None, found: Decimal | None, place: str) -> None:
    """:class:`DoesNotAddUp` when a published number is not what was computed anew."""
    if told != found:
        raise DoesNotAddUp(f"{place}: {told} published, {found} computed")


def _key(row: Mapping) -> Key:
    return row["subject_kind"], row["subject_id"], row["part"]
