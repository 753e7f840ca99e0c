"""Rebuilding: a certified release built anew from archive, register and plans alone, and held against its manifest.

Belongs here: the workspace of its own in which that happens, what is found, laying a deleted copy out again.
Does not belong here: the pass itself (stages), what a release holds (dispatch.sealing).
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dispatch import sealing
from dispatch.publishing import publish
from dispatch.sealing_inputs import thaw
from dispatch.sealing_manifest import (
    Difference,
    Manifest,
    environment,
    environment_differences,
    table_differences,
)
from dispatch.sealing_tables import SealedTable, export
from ingestion import archive
from ingestion.register import Register
from ingestion.seals import Seal, Seals
from ingestion.workspace import Workspace
from orchestration import stages, warehouse
from orchestration.stages import Knowledge, Progress, silent

_SCRATCH, _PARSED = ".rebuilding-", "partial_parse.msgpack"


@dataclass(frozen=True)
class Rebuilt:
    """What became of a release built anew: ``differences`` to what was sealed, none when every byte is the same.

    ``environment``: what computes otherwise than then. ``put_back``: the folder of a deleted copy laid out again.
    """

    manifest: Manifest
    differences: list[Difference]
    environment: list[Difference]
    put_back: Path | None


def rebuild(home: Workspace, signed: Seal, progress: Progress = silent) -> Rebuilt:
    """Build a certified release anew and compare every hash; a copy that was deleted is laid out again when all agree.

    Nothing but the primary stores is read, and nothing that was registered after the seal; to be called by the
    workspace's one writer. FileNotFoundError when the archive lacks a file that the register names.
    """
    manifest = sealing.manifest_of(home, signed)
    with _scratch(home) as scratch:
        _lay_out(home, scratch, manifest)
        tables = _build(scratch, manifest, progress)
        differences = [
            *_facts(scratch, manifest),
            *table_differences(manifest.tables, tables),
            *_documents(home, signed),
        ]
        put_back = None
        if not differences and not _stands(home, signed, manifest):
            put_back = _put_back(home, signed, scratch)
    return Rebuilt(manifest, differences, environment_differences(manifest.environment, environment()), put_back)


@contextmanager
def _scratch(home: Workspace) -> Iterator[Workspace]:
    """A workspace of its own beside the certified releases; what a killed process left of another goes first."""
    home.sealed.mkdir(exist_ok=True)
    for left in home.sealed.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left)
    folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=home.sealed))
    try:
        yield Workspace.create(folder, [])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lay_out(home: Workspace, scratch: Workspace, manifest: Manifest) -> None:
    """The primary stores as they were: the register cut at its marks, the archive, the plan, what judging read."""
    Seals(home.register).cut(scratch.register, manifest.plan_id, manifest.register)
    scratch.archive.rmdir()
    scratch.archive.symlink_to(home.archive, target_is_directory=True)  # read alone
    version = Register(scratch.register).plan_at(manifest.plan_id, datetime.fromisoformat(manifest.known_at))
    (scratch.plans / f"{manifest.plan_id}.yml").write_text(version.text, encoding="utf-8")
    thaw(home, manifest.inputs, scratch)
    parsed = home.dbt_target / _PARSED
    if parsed.exists():  # what dbt made of the models, which it holds against them file by file
        scratch.dbt_target.mkdir()
        shutil.copyfile(parsed, scratch.dbt_target / _PARSED)


def _build(scratch: Workspace, manifest: Manifest, progress: Progress) -> list[SealedTable]:
    """The pass and the warehouse as of the instant of knowledge; then the rows that were sealed."""
    knowledge = Knowledge(datetime.fromisoformat(manifest.known_at), is_look_back=False)
    stages.read_rows(scratch, manifest.plan_id, knowledge, progress)
    stages.judge(scratch, manifest.plan_id, knowledge, progress)
    progress("build", 0, 1)
    warehouse.prepare(scratch)
    warehouse.dbt(scratch, "build", "--exclude-resource-type", "unit_test")
    progress("build", 1, 1)
    return export(scratch.warehouse, manifest.plan_id, manifest.period, scratch.outbox)


def _facts(scratch: Workspace, manifest: Manifest) -> list[Difference]:
    """The plan's version and how much was known, as the register has them."""
    register, known_at = Register(scratch.register), datetime.fromisoformat(manifest.known_at)
    found = {
        "plan": (manifest.plan_sha256, register.plan_at(manifest.plan_id, known_at).hash),
        "receipts": (manifest.receipts, len(register.receipts(manifest.plan_id, known_at))),
        "decisions": (manifest.decisions, len(register.decisions(manifest.plan_id, known_at))),
    }
    return [Difference(name, "", str(then), str(now)) for name, (then, now) in found.items() if then != now]


def _documents(home: Workspace, signed: Seal) -> list[Difference]:
    """Every issued document and the manifest lie in the archive and are what they are named after."""
    named = [(sealing.MANIFEST, signed.manifest_sha256), *((one.name, one.sha256) for one in signed.documents)]
    found = [(name, sha256, archive.sha256_of(archive.locate(home.archive, sha256))) for name, sha256 in named]
    return [Difference("document", name, sealed, now) for name, sealed, now in found if sealed != now]


def _stands(home: Workspace, signed: Seal, manifest: Manifest) -> bool:
    """Whether the copy of a release lies where it was put, whole."""
    folder = sealing.folder_of(home, signed)
    tables = [SealedTable(one.place, _hash(folder / sealing.TABLES / one.place), one.rows) for one in manifest.tables]
    documents = [_hash(folder / sealing.DOCUMENTS / one.name) == one.sha256 for one in signed.documents]
    release = (folder / sealing.RELEASE / sealing.DATABASE).exists()
    return release and all(documents) and not table_differences(manifest.tables, tables)


def _hash(path: Path) -> str:
    return archive.sha256_of(path) if path.exists() else ""


def _put_back(home: Workspace, signed: Seal, scratch: Workspace) -> Path:
    """The whole release is named after its content: it is laid out too where one plan makes it."""
    release = publish(scratch)
    whole = scratch.published / "releases" / release if release == signed.release else None
    return sealing.put_back(home, signed, scratch.outbox, whole)
