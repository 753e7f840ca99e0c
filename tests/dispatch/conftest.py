"""The small month as a workspace: built once, a copy for each test."""

import shutil
from pathlib import Path

import pytest
from small_month import small_workspace

from ingestion.workspace import Workspace


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_workspace(tmp_path_factory.mktemp("small-month") / "workspace").root


@pytest.fixture
def ws(pattern: Path, tmp_path: Path) -> Workspace:
    return Workspace.open(shutil.copytree(pattern, tmp_path / "workspace"))
