"""Culprits: which cell of a row is likeliest wrong, and which findings follow from it.

Belongs here: weighing proposals ("if this cell were that value") against everything they would repair and break.
Does not belong here: reckoning what holds under a proposal (what_if), building findings (findings).

A proposal's score is the number of failed identities its one value repairs, less the checks that passed and would
break. The best one above zero explains all failures it repairs; ties go by the order of cells in the rule. What no
proposal explains keeps the cells of its rule in their order.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expectations.rule import Check, Evidence


@dataclass(frozen=True)
class Proposal:
    """One cell of one row with another value, and what would come of it.

    ``sources`` are the checks that ask for it, ``repairs`` and ``breaks`` check columns; ``column_repaired`` and
    ``column_broken`` say the same of the totals above the cell.
    """

    cell: str
    value: Decimal
    sources: frozenset[str] = frozenset()
    repairs: frozenset[str] = frozenset()
    breaks: frozenset[str] = frozenset()
    column_repaired: bool = False
    column_broken: bool = False


@dataclass(frozen=True)
class Blame:
    """The cell to look at first and the value it would have, where something tells."""

    cell: str
    value: Decimal | None


def counts(check: Check | Evidence) -> bool:
    """Whether repairing the check speaks for a proposal: identities and errors do, doubts and states do not."""
    return isinstance(check, Evidence) or bool(check.solves) or check.rule.severity == "error"


def weighs(check: Check | Evidence) -> bool:
    """Whether breaking the check speaks against a proposal: everything but a state."""
    return isinstance(check, Evidence) or check.rule.severity != "state"


def explain(
    failed: Sequence[Check | Evidence], proposals: Collection[Proposal], own: Mapping[str, Decimal]
) -> dict[str, Blame]:
    """Whom each failed check of one row blames, by check column.

    ``own`` gives, for a check that no proposal explains, the value its own ``solves`` has for its first cell.
    """
    blamed: dict[str, Blame] = {}
    left = list(failed)
    while left:
        best = max(proposals, key=lambda proposal: _merit(proposal, left), default=None)
        if best is None or _score(best, left) <= 0:
            break
        for check in left:
            if check.column in best.repairs:
                blamed[check.column] = Blame(best.cell, best.value)
        left = [check for check in left if check.column not in best.repairs]
    for check in left:
        if isinstance(check, Check) and check.cells:
            blamed[check.column] = Blame(check.cells[0], own.get(check.column))
    return blamed


def _score(proposal: Proposal, left: Sequence[Check | Evidence]) -> int:
    repaired = sum(check.column in proposal.repairs and counts(check) for check in left)
    if not repaired:
        return 0
    return repaired + proposal.column_repaired - len(proposal.breaks) - proposal.column_broken


def _merit(proposal: Proposal, left: Sequence[Check | Evidence]) -> tuple[int, ...]:
    """Score first, then how much is repaired at all, order of cells in the first check repaired, who asks."""
    repaired = [check for check in left if check.column in proposal.repairs]
    place = repaired[0].cells.index(proposal.cell) if repaired and proposal.cell in repaired[0].cells else 99
    asking = [number for number, check in enumerate(left) if check.column in proposal.sources]
    return _score(proposal, left), len(repaired), -place, len(asking), -min(asking, default=99)
