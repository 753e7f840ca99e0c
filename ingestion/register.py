"""Register: what came in, what people decided and which plan versions ruled; rows are only ever added.

Belongs here: the SQLite file of receipts, decisions and plan versions, and what of it was known at an instant.
Does not belong here: the files themselves (archive), what a receipt means for a period (submissions), what people were
told (publications) and what was signed (seals), which keep it in the same file.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingestion.obligations import Obligation, passed_instants
from ingestion.settings import TIMEZONE

_SCHEMA = Path(__file__).with_name("register_schema.sql")
_SCHEMA_VERSION = 4  # as the schema's last line sets it; an older register gets the tables and words it lacks
_NARROW, _KEEP = 2, ("keep", "stay", "new")  # the last version whose receipts have no kind ``answers``; its triggers
_PATIENCE_SECONDS = 30.0  # another process writes for milliseconds at a time


@dataclass(frozen=True)
class NewReceipt:
    """One file as it came in. Names left None were not found out; ``problem`` says why where that matters.

    ``kind``: form, supplement, nil, unreadable, refused, answers (an answer sheet sent back).
    ``received_source``: register_sheet, folder, option, seen.
    """

    plan_id: str
    form: str | None
    period: str | None
    unit_id: str | None
    kind: str
    sha256: str
    file_name: str
    inbox_path: str
    seen_at: datetime
    received_at: datetime
    received_source: str
    sender_unit: str | None = None
    stated_unit: str | None = None
    stated_period: str | None = None
    edition: str | None = None
    sheet: str | None = None
    recognised_by: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Receipt(NewReceipt):
    """A registered file. ``same_as`` is the first receipt of the identical bytes for the same obligation."""

    receipt_id: int = 0
    same_as: int | None = None


@dataclass(frozen=True)
class Decision:
    """One human act. ``subject`` names what it is about and always holds ``plan_id``."""

    decision_id: int
    kind: str
    post: str
    reason: str
    subject: Mapping[str, object]
    decided_at: datetime
    ends_at: datetime | None

    def holds_at(self, instant: datetime) -> bool:
        """Whether it was taken by then and had not run out."""
        return self.decided_at <= instant and (self.ends_at is None or instant < self.ends_at)


@dataclass(frozen=True)
class PlanVersion:
    """A plan's text as it ruled from ``in_force_at`` on."""

    plan_id: str
    hash: str
    text: str
    in_force_at: datetime


@dataclass(frozen=True)
class Event:
    """Something that changes what is known: a receipt, a decision (or its end), a plan version."""

    at: datetime
    kind: str
    number: int


class Register:
    """The register in one SQLite file; it is made when it does not exist. Connections last one call."""

    def __init__(self, path: Path):
        self.path = path

    def add_receipt(self, **facts: object) -> int:
        """Register one file (the fields of :class:`NewReceipt`) and give its number."""
        return self.add_receipts([NewReceipt(**facts)])[0]

    def add_receipts(self, receipts: Iterable[NewReceipt], people: Iterable[str | None] = ()) -> list[int]:
        """Register several files in one transaction: all of them or none.

        ``people`` are digests of who handed in each, as far as somebody wrote it down.
        """
        with self._writing() as connection:
            numbers = [insert(connection, "receipts", _with_same(connection, asdict(receipt))) for receipt in receipts]
            for number, person in zip(numbers, people, strict=False):
                if person:
                    insert(connection, "senders", {"receipt_id": number, "person": person})
            return numbers

    def senders(self) -> dict[int, str]:
        """By receipt: the digest of who handed the file in, where somebody wrote it down."""
        with self._reading() as connection:
            return {row["receipt_id"]: row["person"] for row in connection.execute("select * from senders")}

    def receipts(self, plan_id: str | None = None, known_at: datetime | None = None) -> list[Receipt]:
        """Receipts in the order they were received; ``known_at`` leaves out later ones."""
        sql = "select * from receipts where ifnull(plan_id = ?1, true) and ifnull(received_at <= ?2, true)"
        with self._reading() as connection:
            rows = connection.execute(f"{sql} order by received_at, receipt_id", [plan_id, stored(known_at)])
            return [Receipt(**as_read(row, "seen_at", "received_at")) for row in rows]

    def record_decision(
        self,
        kind: str,
        post: str,
        reason: str,
        subject: Mapping[str, object],
        decided_at: datetime,
        ends_at: datetime | None = None,
    ) -> int:
        """Write down a human act with post and reason, both not empty (sqlite3.IntegrityError otherwise)."""
        row = {
            "plan_id": subject["plan_id"],
            "kind": kind,
            "post": post,
            "reason": reason,
            "subject": json.dumps(dict(subject), ensure_ascii=False, sort_keys=True),
            "decided_at": decided_at,
            "ends_at": ends_at,
        }
        with self._writing() as connection:
            return insert(connection, "decisions", row)

    def decisions(self, plan_id: str, known_at: datetime | None = None) -> list[Decision]:
        """The decisions of a plan in the order they were taken, those that ran out included."""
        sql = "select * from decisions where plan_id = ?1 and ifnull(decided_at <= ?2, true)"
        with self._reading() as connection:
            rows = connection.execute(f"{sql} order by decided_at, decision_id", [plan_id, stored(known_at)])
            return [_decision(as_read(row, "decided_at", "ends_at")) for row in rows]

    def record_plan_version(
        self, plan_id: str, text: str, in_force_at: datetime, recorded_at: datetime
    ) -> tuple[str, bool]:
        """Record a plan's text when it differs from the latest recorded one; its hash and whether it is new.

        A later version never rules backwards: unless ``in_force_at`` is newer than its predecessor's, it is in
        force from when it was recorded.
        """
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        with self._writing() as connection:
            latest = connection.execute(
                "select hash, in_force_at from plan_versions where plan_id = ? order by version_id desc limit 1",
                [plan_id],
            ).fetchone()
            if latest and latest["hash"] == digest:
                return digest, False
            if latest and stored(in_force_at) <= latest["in_force_at"]:
                in_force_at = recorded_at
            row = {
                "plan_id": plan_id,
                "hash": digest,
                "text": text,
                "in_force_at": in_force_at,
                "recorded_at": recorded_at,
            }
            insert(connection, "plan_versions", row)
            return digest, True

    def plan_at(self, plan_id: str, known_at: datetime) -> PlanVersion | None:
        """The version in force at an instant; before the first came into force, the first. None: never recorded."""
        sql = "select plan_id, hash, text, in_force_at from plan_versions where plan_id = ?"
        with self._reading() as connection:
            rows = connection.execute(f"{sql} order by in_force_at, version_id", [plan_id]).fetchall()
        versions = [PlanVersion(**as_read(row, "in_force_at")) for row in rows]
        in_force = [version for version in versions if version.in_force_at <= known_at]
        return in_force[-1] if in_force else next(iter(versions), None)

    def events(self, plan_id: str) -> list[Event]:
        """All that was added about a plan and ends of decisions, in order of the instant it speaks of."""
        sql = """
            select received_at as at, 'receipt' as kind, receipt_id as number from receipts where plan_id = ?1
            union all select decided_at, 'decision', decision_id from decisions where plan_id = ?1
            union all select ends_at, 'decision_end', decision_id from decisions where plan_id = ?1
            union all select in_force_at, 'plan_version', version_id from plan_versions where plan_id = ?1
            order by at, kind, number
        """
        with self._reading() as connection:
            return [Event(**as_read(row, "at")) for row in connection.execute(sql, [plan_id]) if row["at"]]

    def last_event(self, plan_id: str, obligations: Iterable[Obligation], now: datetime) -> datetime:
        """The last instant not after ``now`` at which something became known or a plan's date passed; else ``now``.

        This is the default instant of knowledge: nothing changes by waiting.
        """
        instants = [event.at for event in self.events(plan_id)]
        instants += passed_instants(obligations, now)
        return max((instant for instant in instants if instant <= now), default=now)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=_PATIENCE_SECONDS, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            version = connection.execute("pragma user_version").fetchone()[0]
            if version < _SCHEMA_VERSION:
                connection.execute("pragma journal_mode = wal")  # readers do not wait for the one writer
                connection.executescript(_upgrade(version))
            connection.execute("pragma foreign_keys = on")
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its first read on; an exception undoes all of it."""
        with self._reading() as connection:
            connection.execute("begin immediate")
            with connection:
                yield connection


def _upgrade(version: int) -> str:
    """The script that makes the register, or brings an older one up to date; every receipt keeps its number.

    SQLite cannot widen a check: the receipts move into a table with the new one. All of it happens or nothing.
    """
    schema = _SCHEMA.read_text(encoding="utf-8")
    if not 0 < version <= _NARROW:
        return f"begin immediate; {schema} commit;"
    aside = [f"drop trigger if exists receipts_{name};" for name in _KEEP]
    aside += [f"drop index if exists receipts_by_{name};" for name in ("plan", "path")]
    aside.append("alter table receipts rename to narrow_receipts;")
    back = "insert into receipts select * from narrow_receipts order by receipt_id; drop table narrow_receipts;"
    return f"begin immediate; {' '.join(aside)} {schema} {back} commit;"


def insert(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> int:
    """Add one row; its number."""
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    sql = f"insert into {table} ({names}) values ({marks})"
    return connection.execute(sql, [stored(value) for value in row.values()]).lastrowid


def _with_same(connection: sqlite3.Connection, row: dict) -> dict:
    """A new receipt's row with the first receipt of the same bytes; what is not filed yet is compared with none."""
    sql = """
        select min(receipt_id) from receipts
        where plan_id = :plan_id and form = :form and period = :period and unit_id = :unit_id and sha256 = :sha256
    """
    keys = {name: row[name] for name in ("plan_id", "form", "period", "unit_id", "sha256")}
    return {**row, "same_as": connection.execute(sql, keys).fetchone()[0]}


def stored(value: object) -> object:
    """Instants as UTC text of one width, so that their order as text is their order in time."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError(f"an instant needs its zone: {value.isoformat()}")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def as_read(row: sqlite3.Row, *instants: str) -> dict:
    """A stored row as a dict, the named instants in the bureau's zone."""
    values = dict(row)
    for name in instants:
        if values[name] is not None:
            values[name] = datetime.fromisoformat(values[name]).astimezone(TIMEZONE)
    return values


def _decision(row: dict) -> Decision:
    own = {key: value for key, value in row.items() if key not in ("plan_id", "subject")}
    return Decision(**own, subject=json.loads(row["subject"]))
