"""Sealing manifest: all that a certified release rests on, by hash: what was known, plan, code, tables, documents.

Belongs here: the manifest's fields, the digest of the code, what differs between two manifests.
Does not belong here: the tables (sealing_tables), the order in which a release is sealed (sealing).
"""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import duckdb

from dispatch.sealing_tables import SealedTable
from expectations.backtest_records import FILE as BACKTESTS
from ingestion.archive import sha256_of
from ingestion.seals import Marks, SealedDocument
from ingestion.settings import PROJECT_ROOT

ROOMS = ("ingestion", "expectations", "dispatch", "orchestration", "dbt_project")
_SOURCES = (".py", ".sql", ".yml", ".csv", ".js", ".css", ".html")
_MADE = ("target", "logs", "__pycache__")  # dbt and Python write these beside the sources


@dataclass(frozen=True)
class Environment:
    """What computed the figures."""

    version: str
    code_sha256: str
    lock_sha256: str
    python: str
    duckdb: str


@dataclass(frozen=True)
class Inputs:
    """What judging reads besides archive, register and plan, as the archive has it: a hash, or names with hashes."""

    contacts_sha256: str | None
    reference: Mapping[str, str]


@dataclass(frozen=True)
class Manifest:
    """A certified release in one file; see docs/decisions/0014-releases.md."""

    plan_id: str
    period: str
    number: int
    release: str
    known_at: str
    plan_sha256: str
    receipts: int  # of the plan, known by then
    decisions: int
    register: Mapping[str, int]  # how far it went: the last number of each kind, see ingestion.seals.Marks
    environment: Environment
    inputs: Inputs
    tables: Sequence[SealedTable]
    documents: Sequence[SealedDocument]

    @property
    def marks(self) -> Marks:
        return Marks(**self.register)

    def text(self) -> str:
        """As it is kept: the same content is the same bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Manifest":
        """The manifest of a text that :meth:`text` wrote."""
        facts = json.loads(text)
        return cls(
            **{
                **facts,
                "environment": Environment(**facts["environment"]),
                "inputs": Inputs(**facts["inputs"]),
                "tables": tuple(SealedTable(**table) for table in facts["tables"]),
                "documents": tuple(SealedDocument(**document) for document in facts["documents"]),
            }
        )


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was sealed: ``what`` is table, document or a field of :class:`Environment`."""

    what: str
    name: str
    sealed: str
    found: str


@cache
def environment() -> Environment:
    """What computes figures in this process."""
    lock = PROJECT_ROOT / "requirements.lock"
    return Environment(
        version=metadata.version("diaodu"),
        code_sha256=code_digest(),
        lock_sha256=sha256_of(lock) if lock.exists() else "",
        python=platform.python_version(),
        duckdb=duckdb.__version__,
    )


def code_digest(root: Path = PROJECT_ROOT) -> str:
    """One digest over the sources and data of the rooms, by place; no version control is needed to tell two apart."""
    digest = hashlib.sha256()
    for path in _sources(root):
        digest.update(f"{path.relative_to(root).as_posix()}\n{sha256_of(path)}\n".encode())
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            made = set(_MADE) & set(path.relative_to(root).parts)
            if path.suffix in _SOURCES and path.name != BACKTESTS and not made:
                yield path


def environment_differences(sealed: Environment, found: Environment) -> list[Difference]:
    """What computes otherwise than when the release was sealed; figures may then differ for this reason alone."""
    then, now = asdict(sealed), asdict(found)
    return [Difference(name, "", then[name], now[name]) for name in then if then[name] != now[name]]


def table_differences(sealed: Sequence[SealedTable], found: Sequence[SealedTable]) -> list[Difference]:
    """The tables that are not byte for byte what was sealed, by place; missing ones have no hash."""
    then, now = ({table.place: table.sha256 for table in tables} for tables in (sealed, found))
    places = sorted({*then, *now})
    return [
        Difference("table", place, then.get(place, ""), now.get(place, ""))
        for place in places
        if then.get(place) != now.get(place)
    ]
