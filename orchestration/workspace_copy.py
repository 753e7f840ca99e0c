"""Workspace copy: as much of a workspace as judging one plan needs, somewhere else, to be thrown away.

Belongs here: what is copied, what is only linked to, a copy of the register that leaves the original as it is.
Does not belong here: what is then done in the copy (checking).

Nothing in the original is opened for writing, and no lock is taken: a run may be under way.
"""

import shutil
import time
from pathlib import Path

from ingestion import archive, lake
from ingestion.register import Register
from ingestion.workspace import Workspace

_TRIES, _WAIT_SECONDS = 20, 0.25
_MARKS = "fingerprints"  # what the lake's tables were made from


class RegisterBusy(Exception):
    """The register changed each time it was copied."""


def copy_for_judging(home: Workspace, plan_id: str, folder: Path) -> Workspace:
    """A workspace in ``folder`` that knows what ``home`` knows of a plan.

    The archive's files are linked to, never copied: they are only read. The lake is copied, as some of its tables will
    be written anew. What people put beside the stores (contacts, lists of reference) is linked to.
    """
    for beside in (home.reference, home.contacts):
        if beside.exists():
            (folder / beside.name).symlink_to(beside.resolve())
    shutil.copytree(home.plans, folder / home.plans.name)
    copied = Workspace.create(folder, [])
    (copied.inbox / plan_id).mkdir()
    _copy_register(home.register, copied.register)
    for table in (_MARKS, *lake.TABLES):
        source = home.lake / table / plan_id
        if source.is_dir():
            shutil.copytree(source, copied.lake / table / plan_id)
    for sha256 in {receipt.sha256 for receipt in Register(copied.register).receipts(plan_id)}:
        _link(archive.locate(home.archive, sha256), copied.archive / sha256[:2])
    return copied


def _link(target: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / target.name).symlink_to(target.resolve())


def _copy_register(source: Path, target: Path) -> None:
    """The database and its log as they stood together at one moment; SQLite itself would write beside the original."""
    if not source.exists():
        return
    for _ in range(_TRIES):
        before = _state(source)
        for path in _files(source):
            shutil.copyfile(path, target.with_name(path.name))
        if _state(source) == before:
            return
        for path in _files(target):
            path.unlink()
        time.sleep(_WAIT_SECONDS)
    raise RegisterBusy(str(source))


def _files(database: Path) -> list[Path]:
    """The database and, while somebody has it open or was killed, its log of changes."""
    return [path for path in (database, database.with_name(f"{database.name}-wal")) if path.exists()]


def _state(database: Path) -> list[tuple]:
    return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in _files(database)]
