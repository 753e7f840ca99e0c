"""Change causes: why one contributor puts something else into a figure in a later state than in an earlier one.

Belongs here: telling the causes apart and the path of one contributor from the old state to the new, a step per cause.
Does not belong here: what the reports say (report_causes), adding paths up (changes), reading states (contributions).
The rules in words: docs/decisions/0010-changes.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dispatch.contributions import Between, Contributor, Definition, Key, Slice
from dispatch.report_causes import decided, report_cause, without_report

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
LISTED = "project"  # the kind of subject that the project list brings and takes away
_MOVES = ("transferred_in", "transferred_out", "terminated")
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
        old, new = old or Contributor(key, without_report(new)), new or Contributor(key, without_report(old))
    elif key[0] != LISTED:
        return _by_report(between, key, old, new)
    share = _share(between.shared, new, between.cut)
    if not (old and old.is_counted and new and new.is_counted):
        return [(cause, share)] if (cause := _entrance(between, key, old, new)) else []
    report = report_cause(between, key, old.facts, new.facts)
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


def _by_report(between: Between, key: Key, old: Contributor | None, new: Contributor | None) -> list[tuple[str, Pair]]:
    """A subject that its reports name (a procedure, a pipeline project, funds): they bring it, move it, take it away.

    Without another report it is the list's doing: it came, went or reads differently there.
    """
    before, after = (dict(one.facts) if one and one.is_counted else {} for one in (old, new))
    cause = report_cause(between, key, before, after)
    if not cause and bool(before) != bool(after):
        cause = "list_in" if after else "list_out"
    if not cause and any(before.get(name) != after.get(name) for name in LIST_FACTS):
        cause = "plan_adjustment"
    is_transferred = bool(before and after) and before.get("unit_id") != after.get("unit_id")
    facts = {**after, "unit_id": before.get("unit_id")} if is_transferred else after
    moved = Contributor(key, facts, new.amounts if new else {})
    path = [(cause, _share(between.shared, moved, between.cut))] if cause else []
    return path + ([("transfer", _share(between.shared, new, between.cut))] if is_transferred else [])


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
    return None if is_same and not decided(between, key, "project_list") else cause
