"""Report causes: whether a contributor rests on other rows than it did: reported anew, corrected, let in by decision.

Belongs here: what reported rows, carried figures and decisions say of one contributor in two states.
Does not belong here: what the list says, the path of a contributor (change_causes).
"""

from collections.abc import Mapping

from dispatch.contributions import Between, Contributor, Key

_ROW = ("reported_submission_id", "reported_sheet", "reported_source_row")
_TAKEN = ("submission_id", "sheet", "source_row", "is_carried_forward", "carried_from", "decision_id")


def report_cause(between: Between, key: Key, old: Mapping, new: Mapping) -> str | None:
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


def decided(between: Between, key: Key, form: str) -> bool:
    """Whether the centre decided anything about this subject in one state that it had not in the other."""
    return any(
        f'"{key[1]}"' in str(decision.get("subject")) and form in str(decision.get("subject"))
        for number in set(between.old.decisions) ^ set(between.new.decisions)
        for decision in (between.old.decisions.get(number) or between.new.decisions.get(number),)
    )


def without_report(one: Contributor) -> dict:
    """A unit's facts as they are before it sent anything."""
    return {**one.facts, **dict.fromkeys((*_ROW, *_TAKEN))}
