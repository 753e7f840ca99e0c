"""Locking: which versions of a form came after its lock and wait for a decision to open it again.

Belongs here: the plan's locks and the decisions of kind ``reopen`` laid over versions.
Does not belong here: when a form is locked (obligations), which of the versions let in count (versions).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ingestion.register import Decision
from ingestion.versions import Version

REOPEN = "reopen"


@dataclass(frozen=True)
class Locks:
    """The locks of one period by form, and until when forms of units were opened again: (form, period, unit)."""

    at: Mapping[str, datetime]
    opened_until: Mapping[tuple, tuple[datetime, ...]]

    @classmethod
    def of(cls, at: Mapping[str, datetime], decisions: Iterable[Decision]) -> "Locks":
        """Of the decisions known; one that has run out still stands for what came before its end."""
        opened: dict[tuple, tuple[datetime, ...]] = {}
        for decision in decisions:
            if decision.kind == REOPEN and decision.ends_at:
                key = tuple(decision.subject.get(name) for name in ("form", "period", "unit_id"))
                opened[key] = (*opened.get(key, ()), decision.ends_at)
        return cls(at, opened)

    def shuts_out(self, version: Version) -> bool:
        """Whether a version came after its form's lock and no decision opened the form for as long as that."""
        received_at, lock_at = version.receipt.received_at, self.at.get(version.form)
        if lock_at is None or received_at <= lock_at:
            return False
        return not any(received_at < until for until in self.opened_until.get(version.obligation[:3], ()))


def waiting_to_be_opened(usable: Iterable[Version], reports: set[int], locks: Locks) -> set[int]:
    """The receipts that wait: shut out although an earlier version reported. A first report always counts, if late.

    ``usable`` are versions that could count, each obligation's in order; ``reports`` those that say something.
    """
    waiting: set[int] = set()
    reported: set[tuple] = set()
    for version in usable:
        number = version.receipt.receipt_id
        if version.obligation in reported and locks.shuts_out(version):
            waiting.add(number)
        elif number in reports:
            reported.add(version.obligation)
    return waiting
