"""Sealing: a release is frozen with the documents that were issued, and becomes certified by one row in the register.

Belongs here: what is sealed, the order in which it is written, the folders of certified releases.
Does not belong here: which rows (sealing_tables), the manifest's fields (sealing_manifest), the look at it before it is
signed (sealing_review), building it anew (orchestration.rebuilding).

``sealed/<plan>/<period>/<n>/`` holds ``manifest.json``, ``tables/``, ``documents/`` and ``release/``, the whole release
that BI read. It is made under a hidden name and renamed when whole; what must never be lost lies in the archive by
then. The register's row comes last: whatever was killed before it left no seal, and the next one clears it away.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from dispatch.issuing import Issued, issue
from dispatch.marts import Marts
from dispatch.publishing import DATABASE
from dispatch.sealing_inputs import freeze
from dispatch.sealing_manifest import Manifest, environment
from dispatch.sealing_tables import export
from ingestion import archive
from ingestion.plans import parse_plan
from ingestion.register import Register
from ingestion.seals import Seal, SealedDocument, Seals
from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace

MANIFEST, TABLES, DOCUMENTS, RELEASE = "manifest.json", "tables", "documents", "release"
_MAKING, _GOING = ".making-", ".going-"


class SealedMeanwhile(Exception):
    """The period was certified after the candidate was looked at."""


class NothingToSeal(Exception):
    """The published release does not know the period."""


@dataclass(frozen=True)
class Candidate:
    """What would be sealed: the release that BI reads now, as far as it speaks of a plan and period."""

    plan_id: str
    period: str
    release: Path
    known_at: datetime
    plan_hash: str
    last: Seal | None

    @property
    def marts(self) -> Marts:
        return Marts(self.release / DATABASE)

    @property
    def number(self) -> int:
        return self.last.number + 1 if self.last else 1


@dataclass(frozen=True)
class Sealed:
    """A certified release and its folder; ``is_new`` is False where the last one holds the very same already."""

    seal: Seal
    folder: Path
    is_new: bool


Writing = Callable[[Path, Candidate], Sequence[Path]]  # papers that come with a seal, written into a folder


def candidate(ws: Workspace, plan_id: str, period: str) -> Candidate:
    """What would be sealed now. :class:`NothingToSeal`, or :class:`dispatch.marts.NotPublished` before any run."""
    marts = Marts.of_release(ws)
    known = marts.query("select * from marts.dim_period where plan_id = ? and period = ?", [plan_id, period])
    if not known:
        raise NothingToSeal(period)
    known_at = known[0]["known_at"].astimezone(TIMEZONE)
    return Candidate(
        plan_id, period, marts.path.parent, known_at, known[0]["plan_hash"], _last(ws, plan_id, period)
    )  # fmt: skip


def seal(
    ws: Workspace,
    found: Candidate,
    documents: Sequence[Issued],
    post: str,
    reason: str,
    now: datetime,
    papers: Writing = lambda folder, found: (),
) -> Sealed:
    """Freeze a candidate with its documents and write the seal down; to be called by the workspace's one writer.

    ``papers`` come with the seal and are issued too. The same tables and documents are sealed once only.
    :class:`SealedMeanwhile` when somebody else was faster.
    """
    if _last(ws, found.plan_id, found.period) != found.last:
        raise SealedMeanwhile(found.period)
    place = ws.sealed / found.plan_id / found.period
    place.mkdir(parents=True, exist_ok=True)
    _clear_left_over(place)
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=place))
    try:
        tables = export(found.release / DATABASE, found.plan_id, found.period, making / TABLES)
        (making / DOCUMENTS).mkdir()
        issued = [path for one in documents for path in issue(one, making / DOCUMENTS, found.release.name)]
        given = [_hashed(path) for path in issued]
        if found.last and _is_same(manifest_of(ws, found.last), tables, given):
            return Sealed(found.last, folder_of(ws, found.last), is_new=False)
        given += [_hashed(path) for path in papers(making / DOCUMENTS, found)]
        copy_release(found.release, making / RELEASE)
        manifest = _manifest(ws, found, tables, given)
        (making / MANIFEST).write_text(manifest.text(), encoding="utf-8")
        for document in given:
            archive.store(ws.archive, making / DOCUMENTS / document.name)
        kept = archive.store(ws.archive, making / MANIFEST)
        _take_place(making, place / str(found.number))
    finally:
        shutil.rmtree(making, ignore_errors=True)
    number = Seals(ws.register).record(
        found.plan_id, found.period, found.number, manifest.release, found.known_at, now, post, reason,
        manifest.register["publications"], kept, given,
    )  # fmt: skip
    signed = next(one for one in Seals(ws.register).seals(found.plan_id, found.period) if one.seal_id == number)
    return Sealed(signed, place / str(found.number), is_new=True)


def folder_of(ws: Workspace, signed: Seal) -> Path:
    """Where a certified release lies; it can be deleted, and built anew."""
    return ws.sealed / signed.plan_id / signed.period / str(signed.number)


def manifest_of(ws: Workspace, signed: Seal) -> Manifest:
    """The manifest of a seal, from the archive; FileNotFoundError when the archive lacks it."""
    path = archive.locate(ws.archive, signed.manifest_sha256)
    return Manifest.parse(path.read_text(encoding="utf-8"))


def put_back(ws: Workspace, signed: Seal, tables: Path, release: Path | None) -> Path:
    """Lay a certified release out again: tables as they were built anew, documents from the archive.

    ``release``: the whole release that BI read, where it could be built too; else the one that lies there stays.
    """
    place = folder_of(ws, signed)
    place.parent.mkdir(parents=True, exist_ok=True)
    lies_there = place / RELEASE if (place / RELEASE / DATABASE).exists() else None
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=place.parent))
    try:
        shutil.copytree(tables, making / TABLES)
        (making / DOCUMENTS).mkdir()
        for document in signed.documents:
            shutil.copyfile(archive.locate(ws.archive, document.sha256), making / DOCUMENTS / document.name)
        if kept := release or lies_there:
            copy_release(kept, making / RELEASE)
        shutil.copyfile(archive.locate(ws.archive, signed.manifest_sha256), making / MANIFEST)
        _take_place(making, place)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return place


def copy_release(release: Path, target: Path) -> None:
    """A second name for every file of a release: it never changes, so it is not stored twice where links are known."""
    try:
        shutil.copytree(release, target, copy_function=os.link)
    except (OSError, shutil.Error):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(release, target)


def _last(ws: Workspace, plan_id: str, period: str) -> Seal | None:
    return next(reversed(Seals(ws.register).seals(plan_id, period)), None)


def _manifest(ws: Workspace, found: Candidate, tables: Sequence, documents: Sequence[SealedDocument]) -> Manifest:
    register = Register(ws.register)
    plan = parse_plan(register.plan_at(found.plan_id, found.known_at).text, f"{found.plan_id}.yml")
    return Manifest(
        plan_id=found.plan_id,
        period=found.period,
        number=found.number,
        release=found.release.name,
        known_at=found.known_at.isoformat(),
        plan_sha256=found.plan_hash,
        receipts=len(register.receipts(found.plan_id, found.known_at)),
        decisions=len(register.decisions(found.plan_id, found.known_at)),
        register=asdict(Seals(ws.register).marks()),
        environment=environment(),
        inputs=freeze(ws, plan),
        tables=tuple(tables),
        documents=tuple(documents),
    )


def _is_same(last: Manifest, tables: Sequence, documents: Sequence[SealedDocument]) -> bool:
    """Whether the last seal holds these tables and documents; it may hold papers of its own besides."""
    return tuple(last.tables) == tuple(tables) and set(documents) <= set(last.documents)


def _hashed(path: Path) -> SealedDocument:
    return SealedDocument(path.name, archive.sha256_of(path))


def _take_place(making: Path, place: Path) -> None:
    """Rename a whole folder into its place; one that lies there is of no seal, or of this one."""
    making.chmod(0o755)
    if place.exists():
        _remove(place)
    os.replace(making, place)


def _clear_left_over(place: Path) -> None:
    """What a killed process was making or removing."""
    for folder in (*place.glob(f"{_MAKING}*"), *place.glob(f"{_GOING}*")):
        shutil.rmtree(folder)


def _remove(place: Path) -> None:
    """Renamed first: half a folder must never pass for a whole one."""
    shutil.rmtree(place.rename(place.with_name(f"{_GOING}{place.name}-{os.getpid()}")))
