"""Intake: new files of the inbox go into the archive and onto the register, and nothing is taken twice.

Belongs here: receipts, their received time and its source.
Does not belong here: which files are submissions (inbox), where they belong (filing), which version counts (versions).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from ingestion import archive, vocabulary
from ingestion.arrivals import Arrival, Arrivals, folder_instant, is_arrivals_sheet, read_arrivals, unit_in_name
from ingestion.filed_periods import Envelope
from ingestion.filing import file_away
from ingestion.inbox import Found, LeftAlone, left_alone, walk
from ingestion.plain_text import visible
from ingestion.plan_forms import forms_of_plan
from ingestion.plans import Plan
from ingestion.reader_pool import read_many
from ingestion.reading import Reading
from ingestion.register import NewReceipt, Receipt, Register
from ingestion.settings import TIMEZONE, limits
from ingestion.waiting import latest_receipt
from ingestion.workspace import Workspace

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class IntakeReport:
    """What one look into the inbox did: ``same`` brought bytes that came before, ``already`` counts known files."""

    new: tuple[Receipt, ...] = ()
    same: tuple[Receipt, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()
    remarks: tuple[str, ...] = ()
    already: int = 0


@dataclass(frozen=True)
class Kept:
    """A new file that lies in the archive already, with what is known from outside it."""

    found: Found
    plan: Plan
    sha256: str
    archived: Path
    received_at: datetime
    received_source: str
    sender: str | None
    person: str | None


@dataclass
class Desk:
    """The centre's desk for one plan: what was registered before and what people wrote down about arrivals."""

    ws: Workspace
    plan: Plan
    now: datetime
    option: datetime | None  # the received time a person gave for files about which nothing was written down
    sender: str | None
    registered: list[Receipt]
    arrivals: Arrivals
    remarks: list[str] = field(default_factory=list)
    used: dict[str, set[datetime]] = field(default_factory=dict)

    def keep(self, found: Found) -> Kept | None:
        """Archive a file; None when the same bytes were registered from the same place last time."""
        latest = latest_receipt(found, self.registered)
        if latest and latest.sha256 == archive.sha256_of(found.path):
            self._remark_on_late_arrival(found, latest)
            return None
        sha256 = archive.store(self.ws.archive, found.path)
        used = self.used.setdefault(found.name, self._used_before(found.name))
        arrival = self.arrivals.of(found.name, used, folder_instant(_inside(found))) or Arrival(None, None)
        received_at, source = self._received(found, arrival, used)
        sender = arrival.sender or self.sender or unit_in_name(found.name, self.plan)
        place = archive.locate(self.ws.archive, sha256)
        return Kept(found, self.plan, sha256, place, received_at, source, sender, arrival.person)

    def _received(self, found: Found, arrival: Arrival, used: set[datetime]) -> tuple[datetime, str]:
        """When the centre got a file, and what says so."""
        by_folder = folder_instant(_inside(found))
        told = [
            ("register_sheet", arrival.received_at),
            ("folder", by_folder),
            ("option", self.option),
        ]
        for source, instant in told:
            if instant is None:
                continue
            if instant > self.now:
                self._remark("received_in_future", found, stated=_shown(instant))
                continue
            if source == "register_sheet":
                used.add(instant)
            return instant, source
        return min(self.now, _stored_at(found.path)), "seen"

    def _used_before(self, name: str) -> set[datetime]:
        own = [r for r in self.registered if r.file_name == name]
        return {receipt.received_at for receipt in own if receipt.received_source == "register_sheet"}

    def _remark_on_late_arrival(self, found: Found, receipt: Receipt) -> None:
        arrival = self.arrivals.of(found.name, self._used_before(found.name))
        if arrival and arrival.received_at and arrival.received_at != receipt.received_at:
            stated, registered = _shown(arrival.received_at), _shown(receipt.received_at)
            self._remark("arrivals_too_late", found, stated=stated, registered=registered)

    def _remark(self, key: str, found: Found, **facts: str) -> None:
        self.remarks.append(vocabulary.messages("intake")[key].format(path=visible(found.inbox_path), **facts))


def take_in(
    ws: Workspace,
    plans: Mapping[str, Plan],
    now: datetime,
    progress: Progress | None = None,
    received_at: datetime | None = None,
    sender_unit: str | None = None,
) -> IntakeReport:
    """Archive and register every new file below ``inbox/<plan_id>/``; a second call with nothing new changes nothing.

    ``received_at`` and ``sender_unit`` (id or name) are a person's word for files about which nothing was written
    down. First everything is archived, then all receipts are added in one transaction: a crash in between costs
    nothing but the work.
    """
    register, progress = Register(ws.register), progress or (lambda done, total, text: None)
    archive.clear_left_over(ws.archive)
    found, left = walk(ws, plans)
    kept: list[Kept] = []
    remarks: list[str] = []
    for plan in plans.values():
        own = [item for item in found if item.plan_id == plan.id]
        desk = _desk(ws, plan, register, now, received_at, sender_unit) if own else None
        for item in own:
            try:
                kept.append(desk.keep(item))
            except OSError as error:
                if error.errno in archive.NO_ROOM:
                    raise
                left.append(left_alone("unreadable_file", item.inbox_path, detail=error.strerror or str(error)))
        remarks += desk.remarks if desk else []
    new = sorted(filter(None, kept), key=lambda item: (item.received_at, item.found.inbox_path))
    numbers = set(register.add_receipts(_receipts(new, now, progress), [item.person for item in new])) if new else set()
    added = [receipt for receipt in register.receipts() if receipt.receipt_id in numbers]
    return IntakeReport(
        new=tuple(receipt for receipt in added if receipt.same_as is None),
        same=tuple(receipt for receipt in added if receipt.same_as is not None),
        left_alone=tuple(left),
        remarks=tuple(remarks),
        already=kept.count(None),
    )


def _desk(
    ws: Workspace, plan: Plan, register: Register, now: datetime, option: datetime | None, sender: str | None
) -> Desk:
    sheets = [path for path in sorted((ws.inbox / plan.id).glob("*.xls*")) if is_arrivals_sheet(path)]
    arrivals = read_arrivals(sheets[0], plan) if sheets else Arrivals()
    named = plan.unit_named(sender)
    sender_id = named.id if named else sender
    return Desk(ws, plan, now, option, sender_id, register.receipts(plan.id), arrivals, list(arrivals.remarks))


def _receipts(kept: list[Kept], now: datetime, progress: Progress) -> list[NewReceipt]:
    """Read the archived files to learn where they belong; one receipt per file, in the order of ``kept``."""
    readings: dict[tuple[str, Path], Reading] = {}
    names = {(item.plan.id, item.archived): item.found.name for item in kept}
    for plan in {item.plan.id: item.plan for item in kept}.values():
        paths = [path for plan_id, path in names if plan_id == plan.id]
        for path, reading in read_many(paths, forms_of_plan(plan), limits()):
            readings[plan.id, path] = reading
            text = vocabulary.messages("intake")["registering"].format(file=names[plan.id, path])
            progress(len(readings), len(names), text)
    return [_receipt(item, readings[item.plan.id, item.archived], now) for item in kept]


def _receipt(kept: Kept, reading: Reading, now: datetime) -> NewReceipt:
    name = kept.found.name
    envelope = Envelope(name, kept.found.inbox_path, kept.sender, {}, kept.received_at)
    filing = file_away(kept.plan, reading, envelope, kept.archived)
    return NewReceipt(
        plan_id=kept.plan.id,
        form=filing.form,
        period=filing.period,
        unit_id=filing.unit_id,
        kind=filing.kind,
        sha256=kept.sha256,
        file_name=name,
        inbox_path=kept.found.inbox_path,
        seen_at=now,
        received_at=kept.received_at,
        received_source=kept.received_source,
        sender_unit=kept.sender,
        stated_unit=reading.stated_unit or None,
        stated_period=filing.stated_period,
        edition=reading.edition,
        sheet=reading.sheet,
        recognised_by=reading.recognised_by or None,
        problem=filing.problem,
    )


def _inside(found: Found) -> PurePosixPath:
    """The path below the plan's own inbox."""
    path = PurePosixPath(found.inbox_path)
    return PurePosixPath(*path.parts[1:]) if path.parts[0] == found.plan_id else path


def _stored_at(path: Path) -> datetime:
    """When the machine stored the file where it lies: whoever sent in time is not late because a run was busy.

    The change of the inode, which the kernel stamps; the time of modification comes from the sender's machine.
    """
    return datetime.fromtimestamp(path.stat().st_ctime, TIMEZONE)


def _shown(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M")
