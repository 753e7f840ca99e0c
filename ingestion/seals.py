"""Seals: which releases a post has signed (签发), with the hash of all that each of them froze.

Belongs here: recording a seal in one transaction, reading seals back, how far the register went, a register cut there.
Does not belong here: what is frozen and how (dispatch.sealing), the bytes themselves (archive).
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ingestion.publications import KEY, amounts
from ingestion.register import Register, as_read, insert, stored

CERTIFY = "certify"
SEALED, REVERTED = "seal", "revert"  # what a decision ``certify`` did: its subject's ``act``
_TABLES = {  # of the register, how rows belong to a plan; the order in which they refer to one another
    "receipts": "plan_id = :plan_id and receipt_id <= :receipts",
    "senders": "receipt_id in (select receipt_id from main.receipts)",
    "decisions": "plan_id = :plan_id and decision_id <= :decisions",
    "plan_versions": "plan_id = :plan_id and version_id <= :plan_versions",
    "publications": "plan_id = :plan_id and publication_id <= :publications",
    "published_figures": "publication_id in (select publication_id from main.publications)",
}


@dataclass(frozen=True)
class Marks:
    """The last number of each kind that the register held: what was added later is not part of a seal."""

    receipts: int
    decisions: int
    plan_versions: int
    publications: int


@dataclass(frozen=True)
class SealedDocument:
    """A document as it was issued: its name, and its SHA-256, under which the archive has it."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Seal:
    """A certified release: the ``number``-th of its plan and period; ``release`` is what BI read when it was signed."""

    seal_id: int
    plan_id: str
    period: str
    number: int
    release: str
    known_at: datetime
    sealed_at: datetime
    decision_id: int
    publication_id: int
    manifest_sha256: str
    post: str
    reason: str
    documents: tuple[SealedDocument, ...] = ()


class Seals(Register):
    """The part of the register that remembers what was signed."""

    def record(
        self,
        plan_id: str,
        period: str,
        number: int,
        release: str,
        known_at: datetime,
        sealed_at: datetime,
        post: str,
        reason: str,
        publication_id: int,
        manifest_sha256: str,
        documents: Sequence[SealedDocument],
    ) -> int:
        """Write a seal down with its decision and documents, all of it or nothing; its number in the register.

        Raises sqlite3.IntegrityError for an empty post or reason, or a number that plan and period have already.
        """
        subject = {
            "plan_id": plan_id, "act": SEALED, "period": period, "number": number, "release": release,
            "manifest": manifest_sha256,
        }  # fmt: skip
        with self._writing() as connection:
            decision_id = _decide(connection, post, reason, subject, sealed_at)
            row = {
                "plan_id": plan_id, "period": period, "number": number, "release": release, "known_at": known_at,
                "sealed_at": sealed_at, "decision_id": decision_id, "publication_id": publication_id,
                "manifest_sha256": manifest_sha256,
            }  # fmt: skip
            seal_id = insert(connection, "seals", row)
            for document in documents:
                insert(connection, "sealed_documents", {"seal_id": seal_id, **asdict(document)})
            return seal_id

    def record_revert(self, seal: Seal, replaced: str, post: str, reason: str, at: datetime) -> int:
        """Write down that readers were taken back from ``replaced`` to a certified release; the decision's number."""
        subject = {
            "plan_id": seal.plan_id, "act": REVERTED, "period": seal.period, "number": seal.number,
            "release": seal.release, "replaced": replaced,
        }  # fmt: skip
        with self._writing() as connection:
            return _decide(connection, post, reason, subject, at)

    def seals(self, plan_id: str | None = None, period: str | None = None) -> list[Seal]:
        """The seals in the order they were given, with their documents."""
        sql = """
            select seals.*, decisions.post, decisions.reason from seals inner join decisions using (decision_id)
            where ifnull(seals.plan_id = ?1, true) and ifnull(seals.period = ?2, true) order by seal_id
        """
        with self._reading() as connection:
            issued: dict[int, list[SealedDocument]] = {}
            for row in connection.execute("select * from sealed_documents order by document_id"):
                issued.setdefault(row["seal_id"], []).append(SealedDocument(row["name"], row["sha256"]))
            rows = [as_read(row, "known_at", "sealed_at") for row in connection.execute(sql, [plan_id, period])]
        return [Seal(**row, documents=tuple(issued.get(row["seal_id"], ()))) for row in rows]

    def marks(self) -> Marks:
        """How far the register goes now."""
        keys = {
            "receipts": "receipt_id", "decisions": "decision_id", "plan_versions": "version_id",
            "publications": "publication_id",
        }  # fmt: skip
        with self._reading() as connection:
            ends = {
                table: connection.execute(f"select ifnull(max({key}), 0) from {table}").fetchone()[0]
                for table, key in keys.items()
            }
        return Marks(**ends)

    def told(self, seal: Seal) -> dict[tuple, dict]:
        """The figures of a seal's period as people saw them when it was signed: numerator, denominator and value by
        population, scope kind, scope and metric."""
        sql = f"""
            select {", ".join(KEY)}, is_shown, numerator, denominator, value
            from publications inner join published_figures using (publication_id)
            where plan_id = ? and period = ? and publication_id <= ? order by publication_id, figure_id
        """
        with self._reading() as connection:
            rows = connection.execute(sql, [seal.plan_id, seal.period, seal.publication_id])
            latest = {tuple(row[name] for name in KEY): amounts(dict(row)) for row in rows}
        return {key: row for key, row in latest.items() if row["is_shown"]}

    def cut(self, target: Path, plan_id: str, marks: Mapping[str, int]) -> None:
        """Make a register at ``target`` that holds what this one held of one plan when its marks were taken.

        The instant of knowledge alone does not tell: a file can be registered today that was received last month.
        """
        self.marks()  # brings an older register up to date
        Register(target).receipts()
        with closing(sqlite3.connect(target, isolation_level=None)) as connection:
            connection.execute("attach ? as whole", [str(self.path)])
            connection.execute("begin")
            for table, belongs in _TABLES.items():
                key = connection.execute(f"select name from pragma_table_info('{table}') where pk = 1").fetchone()[0]
                sql = f"insert into main.{table} select * from whole.{table} where {belongs} order by {key}"
                connection.execute(sql, {"plan_id": plan_id, **marks})
            connection.execute("commit")


def _decide(connection: sqlite3.Connection, post: str, reason: str, subject: Mapping, at: datetime) -> int:
    row = {
        "plan_id": subject["plan_id"], "kind": CERTIFY, "post": post, "reason": reason,
        "subject": json.dumps(dict(subject), ensure_ascii=False, sort_keys=True), "decided_at": stored(at),
        "ends_at": None,
    }  # fmt: skip
    return insert(connection, "decisions", row)
