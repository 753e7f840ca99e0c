"""Inbox: which files below the inbox are submissions, and which are left alone with a word.

Belongs here: walking ``inbox/<plan_id>/``, telling junk and half-copied files from workbooks.
Does not belong here: reading a file (reading), registering it (intake).
"""

import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingestion import vocabulary
from ingestion.arrivals import is_arrivals_sheet
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
    """A file of the inbox that looks like a submission; ``inbox_path`` is its place below the inbox."""

    path: Path
    inbox_path: str
    plan_id: str


def left_alone(key: str, path: str, **facts: object) -> LeftAlone:
    """A file left alone for the reason ``left_<key>``."""
    return LeftAlone(path, vocabulary.messages("intake")[f"left_{key}"].format(path=path, **facts))


def walk(ws: Workspace, plans: Mapping[str, Plan]) -> tuple[list[Found], list[LeftAlone]]:
    """The submissions of ``plans`` in the order of their paths, and what else lies there.

    A file directly in the inbox belongs to the workspace's only plan, if it has only one. Folders of plans that the
    workspace has but that were not asked for are passed over in silence.
    """
    known = sorted({path.stem for path in ws.plans.glob("*.yml")} | set(plans))
    found, left = [], []
    for path in _files(ws.inbox):
        inside = path.relative_to(ws.inbox)
        place = inside.as_posix()
        folder = inside.parts[0] if len(inside.parts) > 1 else None
        if folder in known and folder not in plans:
            continue
        if reason := _junk(path, place):
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


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder in the order of their paths; links are not followed out of the inbox."""
    if folder.is_dir():
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


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
