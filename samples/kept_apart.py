"""Kept apart: several mistakes at once, no two of them in one unit, so that the whole of their findings is the union.

Belongs here: choosing them one after another, each away from the units that those before it concern.
Does not belong here: whom a mistake can befall (faults, weekly_faults).
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Protocol, TypeVar

from samples.fault_case import ExpectedFinding


class NoTarget(Exception):
    """Nobody in the sample can have this mistake in this period."""


class Mistake(Protocol):
    """What a choice looks at: whose forms the mistake is in and what must be found because of it."""

    @property
    def unit_id(self) -> str: ...

    @property
    def expected(self) -> frozenset[ExpectedFinding]: ...


M = TypeVar("M", bound=Mistake)


def kept_apart(names: Iterable[str], choose: Callable[[str, AbstractSet[str]], M]) -> tuple[M, ...]:
    """The mistakes of these names; ``choose`` takes a name and the units to leave alone, and may raise NoTarget.

    Names that find no unit any more are left for another call: compare the names of what comes back.
    """
    chosen: list[M] = []
    taken: set[str] = set()
    for name in names:
        try:
            one = choose(name, taken)
        except NoTarget:
            continue
        chosen.append(one)
        taken |= {one.unit_id} | {found.unit_id for found in one.expected}
    return tuple(chosen)
