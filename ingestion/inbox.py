"""Inbox: which files below the inbox are submissions, and which are left alone with a word.

Belongs here: walking ``inbox/<plan_id>/``, telling junk and half-copied files from workbooks.
Does not belong here: reading a file (reading), registering it (intake).
"""

import os
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingestion import vocabulary
from ingestion.arrivals import is_arrivals_sheet
from ingestion.plain_text import visible
from ingestion.plans import Plan
from ingestion.workbook import ZIP
from ingestion.workspace import Workspace

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et"})
_FRESH_SECONDS = 2.0  # a file touched this lately may still be growing
_LOOK_AGAIN_SECONDS = 0.2


@dataclass(frozen=True)
class LeftAlone:
    """A file that was not taken in, with the reason in words."""

    path: str
    reason_zh: str

    def __str__(self) -> str:
        return self.reason_zh


@dataclass(frozen=True)
class Found:
    """A file of the inbox that looks like a submission; ``inbox_path`` is its place below the inbox, as text."""

    path: Path
    inbox_path: str
    plan_id: str

    @property
    def name(self) -> str:
        """The file's name as text that can be stored and printed."""
        return PurePosixPath(self.inbox_path).name


def left_alone(key: str, path: str, **facts: object) -> LeftAlone:
    """A file left alone for the reason ``left_<key>``."""
    return LeftAlone(path, vocabulary.messages("intake")[f"left_{key}"].format(path=visible(path), **facts))


def walk(ws: Workspace, plans: Mapping[str, Plan]) -> tuple[list[Found], list[LeftAlone]]:
    """The submissions of ``plans`` in the order of their paths, and what else lies there.

    A file directly in the inbox belongs to the workspace's only plan, if it has only one. Folders of plans that the
    workspace has but that were not asked for are passed over in silence.
    """
    known = sorted({path.stem for path in ws.plans.glob("*.yml")} | set(plans))
    found, left = [], []
    for path in _entries(ws.inbox):
        inside = path.relative_to(ws.inbox)
        place = as_text(inside.as_posix())
        folder = as_text(inside.parts[0]) if len(inside.parts) > 1 else None
        if folder in known and folder not in plans:
            continue
        if reason := _no_file(path, place) or _junk(path, place):
            left.append(reason)
        elif folder is None and (len(known) > 1 or known[0] not in plans):
            left.append(left_alone("no_plan", place, plans=_joined(known)))
        elif folder is not None and folder not in plans:
            left.append(left_alone("unknown_plan", place, folder=folder, plans=_joined(known)))
        elif not is_arrivals_sheet(path):
            found.append(Found(path, place, folder or known[0]))
    growing = _growing([item.path for item in found])
    left += [left_alone("growing", item.inbox_path) for item in found if item.path in growing]
    return [item for item in found if item.path not in growing], left


def as_text(name: str) -> str:
    """A name of the file system as text; one that is not UTF-8 was written by a Chinese Windows.

    >>> as_text(os.fsdecode("表".encode("gb18030")))
    '表'
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "backslashreplace")
    return name


def _entries(folder: Path) -> list[Path]:
    """All files below a folder in the order of their paths, with links and whatever else calls itself a workbook.

    A folder that cannot be opened stands for what is in it. Links are named, never followed: behind one may lie any
    file of this machine, and the archive would hand it on.
    """
    found: list[Path] = []
    closed: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=closed.append):
        paths = [Path(place, name) for name in (*folders, *files)]
        found += [path for path in paths if not path.is_dir() or path.is_symlink() or path.suffix.lower() in WORKBOOKS]
    return sorted({*found, *(Path(error.filename) for error in closed)})


def _no_file(path: Path, place: str) -> LeftAlone | None:
    """Links, folders, pipes: what cannot be taken in as a file, whatever it is called."""
    if path.is_symlink():
        return left_alone("link", place)
    if path.is_dir():
        return left_alone("folder" if os.access(path, os.R_OK | os.X_OK) else "closed_folder", place)
    return None if path.is_file() else left_alone("no_file", place)


def _junk(path: Path, place: str) -> LeftAlone | None:
    words = vocabulary.messages("intake")
    if path.name.startswith("~$"):
        return left_alone("lock_file", place)
    if any(part.startswith(".") for part in Path(place).parts):
        return left_alone("hidden", place)
    if path.suffix.lower() not in WORKBOOKS:
        return left_alone("not_workbook", place, suffix=path.suffix or words["no_suffix"])
    return None


def _growing(paths: list[Path]) -> set[Path]:
    """The files that are still being copied: touched just now, and cut short or changing while we look."""
    fresh = {path: before for path in paths if (before := _look(path)) and _age(before[1]) < _FRESH_SECONDS}
    uncertain = {path: before for path, before in fresh.items() if not _is_whole_zip(path)}
    if not uncertain:
        return set()
    time.sleep(_LOOK_AGAIN_SECONDS)
    return {path for path, before in uncertain.items() if _look(path) != before or _is_cut_short(path)}


def _look(path: Path) -> tuple[int, float] | None:
    try:
        stat = path.stat()
    except FileNotFoundError:  # gone while we looked: a copying program renames its part files
        return None
    return stat.st_size, stat.st_mtime


def _age(modified: float) -> float:
    """Seconds since a file was touched; one dated into the future counts as settled."""
    age = time.time() - modified
    return age if age >= 0 else _FRESH_SECONDS


def _is_whole_zip(path: Path) -> bool:
    return zipfile.is_zipfile(path)


def _is_cut_short(path: Path) -> bool:
    """Empty, or a zip without its end: what a half-copied workbook looks like."""
    try:
        with path.open("rb") as file:
            start = file.read(len(ZIP))
    except OSError:
        return True
    return not start or (start == ZIP and not _is_whole_zip(path))


def _joined(names: list[str]) -> str:
    return vocabulary.messages("intake")["list_separator"].join(names)
