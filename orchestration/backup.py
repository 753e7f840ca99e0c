"""Backup: a consistent copy of what cannot be rebuilt, and a workspace made from it again.

Belongs here: copying and verifying the primary stores: archive, register, plans, the centre's list of contacts
and the lists of other departments.
Does not belong here: derived stores; the next run rebuilds them from these.

The copy is safe while the service runs: the archive is write-once, SQLite copies the register as of one instant, and
it is copied first, so that every file the copied register names is already in the archive.
"""

import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingestion import archive
from ingestion.register import Register
from ingestion.workspace import Workspace
from orchestration.failures import BackupBroken, TargetNotEmpty

_INVENTORY = "inventory.json"  # every file of the backup with its SHA-256
_SEALS_SINCE = 4  # the register's version from which on it knows seals


@dataclass(frozen=True)
class Kept:
    """What a backup holds: archived files, receipts on the register, plans."""

    files: int
    receipts: int
    plans: int


def back_up(workspace: Workspace, target: Path) -> Kept:
    """Copy archive, register, plans, contacts and lists into ``target``; it appears whole or not at all.

    Raises :class:`TargetNotEmpty` when something is there already: a backup never overwrites an older one.
    """
    _must_be_empty(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        _copy_register(workspace.register, making / "register.sqlite")
        _copy_tree(workspace.archive, making / "archive")
        _copy_tree(workspace.plans, making / "plans")
        if workspace.contacts.exists():
            shutil.copy2(workspace.contacts, making / workspace.contacts.name)
        if workspace.reference.is_dir():
            _copy_tree(workspace.reference, making / workspace.reference.name)
        inventory = {path: archive.sha256_of(making / path) for path in _files(making)}
        (making / _INVENTORY).write_text(json.dumps(inventory, ensure_ascii=False, indent=1), encoding="utf-8")
        kept = verify(making)
        making.chmod(0o750)
        if target.exists():
            target.rmdir()
        os.replace(making, target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return kept


def restore(source: Path, target: Path) -> Kept:
    """Make a workspace at ``target`` from a backup that was found whole; :class:`BackupBroken` names what is not."""
    _must_be_empty(target)
    kept = verify(source)
    workspace = Workspace.create(target, [])
    _copy_tree(source / "archive", workspace.archive)
    _copy_tree(source / "plans", workspace.plans)
    shutil.copyfile(source / "register.sqlite", workspace.register)
    if (source / workspace.contacts.name).exists():
        shutil.copy2(source / workspace.contacts.name, workspace.contacts)
    if (source / workspace.reference.name).is_dir():
        _copy_tree(source / workspace.reference.name, workspace.reference)
    for path in workspace.plans.glob("*.yml"):
        (workspace.inbox / path.stem).mkdir(exist_ok=True)
    return kept


def verify(source: Path) -> Kept:
    """Hold every file against its SHA-256 and the register against the archive; what a whole backup holds."""
    try:
        inventory = json.loads((source / _INVENTORY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BackupBroken(_INVENTORY) from None
    found = {path for path in _files(source) if path != _INVENTORY}
    for path in sorted(found ^ set(inventory)):
        raise BackupBroken(path)
    for path, sha256 in inventory.items():
        if archive.sha256_of(source / path) != sha256:
            raise BackupBroken(path)
    return Kept(_check_archive(source), _check_register(source), len(list((source / "plans").glob("*.yml"))))


def _check_archive(source: Path) -> int:
    """Every archived file is what its name says."""
    files = [path for path in (source / "archive").rglob("*") if path.is_file()]
    for path in files:
        if archive.sha256_of(path) != path.name.split(".")[0]:
            raise BackupBroken(path.relative_to(source).as_posix())
    return len(files)


def _check_register(source: Path) -> int:
    """SQLite finds its file whole, and every file a receipt or a seal names lies in the archive."""
    with closing(_read_only(source / "register.sqlite")) as connection:
        try:
            verdict = connection.execute("pragma integrity_check").fetchone()[0]
            hashes = [row[0] for row in connection.execute("select sha256 from receipts")]
            receipts = len(hashes)
            if connection.execute("pragma user_version").fetchone()[0] >= _SEALS_SINCE:
                sealed = "select manifest_sha256 from seals union all select sha256 from sealed_documents"
                hashes += [row[0] for row in connection.execute(sealed)]
        except sqlite3.DatabaseError as error:
            raise BackupBroken(f"register.sqlite: {error}") from None
    if verdict != "ok":
        raise BackupBroken(f"register.sqlite: {verdict}")
    for sha256 in hashes:
        try:
            archive.locate(source / "archive", sha256)
        except FileNotFoundError:
            raise BackupBroken(f"archive/{sha256[:2]}/{sha256}") from None
    return receipts


def _copy_register(register: Path, target: Path) -> None:
    """One instant of the register, by SQLite's own backup; nobody who writes meanwhile has to wait for long."""
    Register(register).receipts()  # makes the register of a workspace in which nothing happened yet
    with closing(_read_only(register)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("pragma journal_mode = delete")  # one file, no companions


def _read_only(register: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{register.resolve().as_uri()}?mode=ro", uri=True, timeout=30.0)


def _copy_tree(source: Path, target: Path) -> None:
    """Files only, half-copied ones of a running intake left out; a copy keeps the time of its original."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _must_be_empty(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TargetNotEmpty(target)
