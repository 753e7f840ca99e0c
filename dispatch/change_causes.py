"""Change causes: why one contributor puts something else into a figure in a later state than in an earlier one.

Belongs here: telling the causes apart and the path of one contributor from the old state to the new, a step per cause.
Does not belong here: adding paths up (changes), reading states (contributions). The rules in words:
docs/decisions/0010-changes.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from dispatch.contributions import Contributor, Definition, Key, Slice, State

# The order in which causes are laid on, one after the other; it is printed with the figures.
CAUSES = (
    "new_report",
    "correction",
    "acceptance",
    "plan_adjustment",
    "transfer",
    "list_in",
    "list_out",
    "definition",
)
LIST_FACTS = (
    "level_code",
    "category_code",
    "nature_code",
    "region_code",
    "total_investment_wan",
    "annual_plan_wan",
    "planned_start_date",
    "planned_finish_date",
)
_MOVES = ("transferred_in", "transferred_out", "terminated")
_ROW = ("reported_submission_id", "reported_sheet", "reported_source_row")
_TAKEN = ("submission_id", "sheet", "source_row", "is_carried_forward", "carried_from", "decision_id")
Pair = tuple[Decimal, Decimal]  # numerator, denominator
NOTHING: Pair = (Decimal(0), Decimal(0))


@dataclass(frozen=True)
class Step:
    """What one cause does to one contributor's share of the figure."""

    cause: str
    key: Key
    before: Pair
    after: Pair

    @property
    def moved(self) -> Pair:
        return self.after[0] - self.before[0], self.after[1] - self.before[1]


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


def steps(between: Between, key: Key) -> list[Step]:
    """The path of one contributor from the old state to the new, in the order of ``CAUSES``; idle steps left out."""
    old, new = between.old.contributors.get(key), between.new.contributors.get(key)
    first = _share(between.old_definition, old, between.cut)
    last = _share(between.new_definition, new, between.cut)
    path: list[tuple[str, Pair]] = []
    if between.shared:
        path += [("definition", _share(between.shared, old, between.cut))]
        path += _laid_on(between, key, old, new)
    path += [("definition", last)]
    found, at = [], first
    for cause, to in path:
        if to != at:
            found.append(Step(cause, key, at, to))
        at = to
    return found


def _laid_on(between: Between, key: Key, old: Contributor | None, new: Contributor | None) -> list[tuple[str, Pair]]:
    """The contributor's share under one definition after each of its causes."""
    if key[0] == "unit":
        old, new = old or Contributor(key, _without_report(new)), new or Contributor(key, _without_report(old))
    share = _share(between.shared, new, between.cut)
    if not (old and old.is_counted and new and new.is_counted):
        return [(cause, share)] if (cause := _entrance(between, key, old, new)) else []
    report = _report_cause(between, key, old.facts, new.facts)
    is_adjusted = any(old.facts.get(name) != new.facts.get(name) for name in LIST_FACTS)
    is_transferred = old.facts.get("unit_id") != new.facts.get("unit_id")
    amounts, facts, path = dict(old.amounts), dict(old.facts), []

    def after(cause: str) -> None:
        path.append((cause, _share(between.shared, Contributor(key, facts, amounts), between.cut)))

    if report:
        amounts = _with(between, amounts, new.amounts, ("report", "both"))
        after(report)
    if is_adjusted:
        amounts = _with(between, amounts, new.amounts, ("list",) if report else ("list", "report", "both"))
        facts = {**new.facts, "unit_id": old.facts.get("unit_id")}
        after("plan_adjustment")
    if is_transferred:
        facts["unit_id"] = new.facts.get("unit_id")
        after("transfer")
    return path


def _share(definition: Definition | None, one: Contributor | None, cut: Slice) -> Pair:
    """What a contributor puts into numerator and denominator of a slice."""
    if definition is None or one is None or not one.is_counted:
        return NOTHING
    if not cut.populated(one.facts) or cut.scope_of(one.facts) != cut.scope:
        return NOTHING
    return definition.of(one.amounts)


def _with(between: Between, amounts: Mapping, later: Mapping, rests_on: tuple[str, ...]) -> dict[str, Decimal]:
    """The amounts, those of the named kind as they are later."""
    kinds = between.rests_on
    kept = {name: amount for name, amount in amounts.items() if kinds.get(name, "both") not in rests_on}
    return kept | {name: amount for name, amount in later.items() if kinds.get(name, "both") in rests_on}


def _without_report(one: Contributor) -> dict:
    """A unit's facts as they are before it sent anything."""
    return {**one.facts, **dict.fromkeys((*_ROW, *_TAKEN))}


def _entrance(between: Between, key: Key, old: Contributor | None, new: Contributor | None) -> str | None:
    """Why a contributor counts in one state only; None when nothing but the definition explains it."""
    is_in = bool(new and new.is_counted)
    if is_in == bool(old and old.is_counted):
        return None
    cause = "list_in" if is_in else "list_out"
    if old is None or new is None:
        return cause
    before, after = old.facts, new.facts
    if after.get("change_kind") in _MOVES or before.get("change_kind") in _MOVES:
        return cause
    if (
        None not in (before.get("nature_code"), after.get("nature_code"))
        and before["nature_code"] != after["nature_code"]
    ):
        return "plan_adjustment"
    is_same = all(before.get(name) == after.get(name) for name in (*LIST_FACTS, "list_version"))
    return None if is_same and not _decided(between, key, "project_list") else cause


def _report_cause(between: Between, key: Key, old: Mapping, new: Mapping) -> str | None:
    """New report, correction or acceptance; None when the contributor rests on the same rows in both states."""
    if key[0] == "unit":
        return _unit_cause(between, key, old, new)
    return _own_cause(old, new) or _earlier_cause(between, key, old, new)


def _own_cause(old: Mapping, new: Mapping) -> str | None:
    """What the period's own rows and the decisions on them say."""
    was, now = _address(old), _address(new)
    was_fresh, is_fresh = _is_fresh(old), _is_fresh(new)
    if not (was_fresh or is_fresh):
        return None  # carried or missing in both: an earlier period decides
    if is_fresh and new.get("decision_id") and not was_fresh:
        return "acceptance"
    if was != now:
        return "new_report" if was is None else "correction"
    return "acceptance" if old.get("decision_id") != new.get("decision_id") else None


def _earlier_cause(between: Between, key: Key, old: Mapping, new: Mapping) -> str | None:
    """The cause in the nearest earlier period in which one is found, where what is taken now is not the same."""
    if all(old.get(name) == new.get(name) for name in _TAKEN):
        return None
    for period in sorted({*between.old.earlier, *between.new.earlier}, reverse=True):
        was = between.old.earlier.get(period, {}).get(key, {})
        now = between.new.earlier.get(period, {}).get(key, {})
        if cause := _own_cause(was, now):
            return cause
    return None


def _unit_cause(between: Between, key: Key, old: Mapping, new: Mapping) -> str | None:
    """For what is counted by unit: its form came, came anew or went; a decision; else what the rules look back on."""
    was, now = _address(old), _address(new)
    if was != now:
        return "new_report" if was is None else "correction"
    if set(between.old.decisions) != set(between.new.decisions):
        return "acceptance"
    if between.old.period.get("plan_hash") != between.new.period.get("plan_hash"):
        return None
    is_new_list = between.old.period.get("list_version") != between.new.period.get("list_version")
    return "plan_adjustment" if is_new_list else _any_earlier(between)


def _any_earlier(between: Between) -> str | None:
    """A correction, when any contributor rests on another row in an earlier period: rules compare with it."""
    rows = [
        {(p, key): _address(facts) for p, own in state.earlier.items() for key, facts in own.items()}
        for state in (between.old, between.new)
    ]
    return "correction" if rows[0] != rows[1] else None


def _address(facts: Mapping) -> tuple | None:
    """The reported row of the period; None when there is none."""
    return tuple(facts.get(name) for name in _ROW) if facts.get(_ROW[0]) else None


def _is_fresh(facts: Mapping) -> bool:
    """Whether the period's own row is taken: neither carried forward nor missing."""
    return bool(facts.get("submission_id")) and not facts.get("is_carried_forward")


def _decided(between: Between, key: Key, form: str) -> bool:
    """Whether the centre decided anything about this subject in one state that it had not in the other."""
    return any(
        f'"{key[1]}"' in str(decision.get("subject")) and form in str(decision.get("subject"))
        for number in set(between.old.decisions) ^ set(between.new.decisions)
        for decision in (between.old.decisions.get(number) or between.new.decisions.get(number),)
    )
