"""Shared: what many tests start from and none changes, made once for all workers of a test session.

Belongs here: making a folder once whoever needs it first, dbt's parse of the models.
Does not belong here: what lies in the folders (tests/whole/places.py, tests/whole/post.py), changing any of them.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from ingestion.workspace import Workspace
from orchestration import warehouse

PARSED = "parsed-models"
_session: list[Path] = []


def use(config: pytest.Config, basetemp: Path) -> None:
    """To be called as a session begins: workers have folders of their own below one that all of them see."""
    _session[:] = [basetemp.parent if hasattr(config, "workerinput") else basetemp]


def once(name: str, make: Callable[[Path], object]) -> Path:
    """The folder of this name, made by the first who asks for it; the others wait. Look, do not touch."""
    [base] = _session
    folder, is_made = base / "shared" / name, base / "shared" / f"{name}.made"
    is_made.parent.mkdir(exist_ok=True)
    with FileLock(is_made.with_suffix(".lock")):
        if not is_made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # half made by somebody who failed
            folder.mkdir()
            make(folder)
            is_made.touch()
    return folder


def with_models_parsed(workspace: Workspace) -> Workspace:
    """The workspace as if it had run before: dbt need not parse the models, which are the same for all of them."""
    if not workspace.dbt_target.exists():
        parsed = once(PARSED, lambda folder: warehouse.manifest(Workspace(folder, folder)))
        shutil.copytree(Workspace(parsed, parsed).dbt_target, workspace.dbt_target)
    return workspace
