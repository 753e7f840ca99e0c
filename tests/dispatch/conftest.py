"""The small month as a workspace, fresh for each test."""

from pathlib import Path

import pytest
from small_month import small_workspace

from ingestion.workspace import Workspace


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "workspace")
