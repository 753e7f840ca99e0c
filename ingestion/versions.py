"""Versions: which receipts belong to one obligation, in which order, and which of them count.

Belongs here: assignments and withdrawals laid over receipts, numbering, the same bytes twice, supplements.
Does not belong here: reading files (submissions), recording decisions (register).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from ingestion.plans import Plan
from ingestion.register import Decision, Receipt

UNKNOWN_UNIT = "?"
ANSWERS = "answers"  # the kind of a receipt sent back with its answer sheet filled: a version of no form


@dataclass(frozen=True)
class Version:
    """One receipt as a version of its obligation. ``unit_id`` is ``?`` while nobody knows the unit.

    ``same_as`` is the receipt that brought the same bytes before; such a copy is no version (``number`` 0).
    """

    receipt: Receipt
    form: str | None
    period: str | None
    unit_id: str
    withdrawn_at: datetime | None = None
    assigned: Mapping[str, object] = field(default_factory=dict)
    decision_id: int | None = None
    number: int = 0
    same_as: int | None = None

    @property
    def submission_id(self) -> str:
        """Names the version for good; an unknown unit is told apart by the receipt."""
        unit = f"?{self.receipt.receipt_id}" if self.unit_id == UNKNOWN_UNIT else self.unit_id
        letter = "a" if self.receipt.kind == ANSWERS else "v"
        return f"{self.receipt.plan_id}/{self.form}/{self.period}/{unit}/{letter}{self.number}"

    @property
    def obligation(self) -> tuple:
        """What it is a version of; without a known unit every receipt stands for itself."""
        own = self.receipt.receipt_id if self.unit_id == UNKNOWN_UNIT else 0
        return (self.form or "", self.period or "", self.unit_id, own)


def versions(
    plan: Plan, receipts: Iterable[Receipt], decisions: Iterable[Decision], known_at: datetime
) -> list[Version]:
    """All receipts but our own returned ones, with decisions laid over them, numbered within their obligation.

    A unit that was unknown when the file came is looked up again: an alias may have been added to the plan since.
    """
    return _laid_out(plan, (r for r in receipts if r.kind not in ("refused", ANSWERS)), decisions, known_at)


def answer_versions(
    plan: Plan, receipts: Iterable[Receipt], decisions: Iterable[Decision], known_at: datetime
) -> list[Version]:
    """The answer sheets sent back, numbered for themselves: they replace no version and make nobody late."""
    return _laid_out(plan, (r for r in receipts if r.kind == ANSWERS), decisions, known_at)


def _laid_out(
    plan: Plan, receipts: Iterable[Receipt], decisions: Iterable[Decision], known_at: datetime
) -> list[Version]:
    holding = [decision for decision in decisions if decision.holds_at(known_at)]
    placed = [_placed(plan, receipt, holding) for receipt in receipts]
    placed.sort(key=lambda version: (version.obligation, version.receipt.received_at, version.receipt.receipt_id))
    return [version for group in _by_obligation(placed) for version in _numbered(group)]


def waiting(found: Iterable[Version]) -> list[Version]:
    """The versions that count for nothing until somebody says what they are."""
    return [v for v in found if v.withdrawn_at is None and (not v.form or not v.period or v.unit_id == UNKNOWN_UNIT)]


def usable(found: Iterable[Version], kinds: Mapping[int, str]) -> list[Version]:
    """The versions that could count, in the order of ``found``.

    ``kinds`` gives the kind of each receipt as read; what does not read, was withdrawn, is a copy or has no known
    unit could not.
    """
    return [
        v
        for v in found
        if v.number
        and v.withdrawn_at is None
        and v.unit_id != UNKNOWN_UNIT
        and kinds.get(v.receipt.receipt_id) in _READ
    ]


def effective(let_in: Iterable[Version], kinds: Mapping[int, str]) -> set[int]:
    """The receipts that count: per obligation the latest whole form or nil report, and the supplements after it.

    ``let_in`` are the usable versions but those that wait for their form to be opened again.
    """
    counting: set[int] = set()
    for group in _by_obligation(let_in):
        numbers: list[int] = []
        for version in group:
            if kinds[version.receipt.receipt_id] != "supplement":
                numbers = []
            numbers.append(version.receipt.receipt_id)
        counting.update(numbers)
    return counting


def latest(found: Iterable[Version]) -> set[int]:
    """The receipts that are their obligation's last word, readable or not; withdrawn files and copies are none."""
    said = [v for v in found if v.number and v.withdrawn_at is None]
    return {max(group, key=lambda v: v.number).receipt.receipt_id for group in _by_obligation(said)}


def _by_obligation(found: Iterable[Version]) -> list[list[Version]]:
    return [list(group) for _, group in groupby(found, key=lambda version: version.obligation)]


_READ = ("form", "nil", "supplement")


def _placed(plan: Plan, receipt: Receipt, decisions: list[Decision]) -> Version:
    named = plan.unit_named(receipt.stated_unit)
    assigned: dict[str, object] = {}
    withdrawn_at, decision_id = None, None
    for decision in decisions:
        if decision.subject.get("receipt_id") != receipt.receipt_id:
            continue
        if decision.kind == "withdraw":
            withdrawn_at = withdrawn_at or decision.decided_at
        elif decision.kind == "assign":
            said = {key: decision.subject.get(key) for key in ("form", "period", "unit_id")}
            assigned |= {key: value for key, value in said.items() if value}
            decision_id = decision.decision_id
    return Version(
        receipt=receipt,
        form=assigned.get("form") or receipt.form,
        period=assigned.get("period") or receipt.period,
        unit_id=assigned.get("unit_id") or receipt.unit_id or (named.id if named else UNKNOWN_UNIT),
        withdrawn_at=withdrawn_at,
        assigned=assigned,
        decision_id=decision_id,
    )


def _numbered(group: list[Version]) -> list[Version]:
    """Numbers from 1; the bytes of an earlier version are no new one, unless that one had been withdrawn before."""
    numbered: list[Version] = []
    number = 0
    for version in group:
        same = next((v for v in numbered if v.number and _is_copy(version, v)), None)
        if same is None:
            number += 1
        numbered.append(_with(version, 0 if same else number, same.receipt.receipt_id if same else None))
    return numbered


def _is_copy(version: Version, earlier: Version) -> bool:
    was_withdrawn = earlier.withdrawn_at is not None and earlier.withdrawn_at <= version.receipt.received_at
    return version.receipt.sha256 == earlier.receipt.sha256 and not was_withdrawn


def _with(version: Version, number: int, same_as: int | None) -> Version:
    return Version(**{**vars(version), "number": number, "same_as": same_as})
