"""The small lake built once by dbt, unit tests included; every test then only reads."""

import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingestion.workspace import Workspace
from orchestration import warehouse

sys.path.insert(0, str(Path(__file__).parent))

import small_lake
import small_weeks


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Workspace:
    """A workspace whose warehouse holds the small lake's marts and reports."""
    root = tmp_path_factory.mktemp("small")
    workspace = Workspace(root, root)
    small_lake.write(workspace.lake)
    small_weeks.write(workspace.lake)
    warehouse.prepare(workspace)
    warehouse.dbt(workspace, "build")
    return workspace


@pytest.fixture(scope="session")
def rows(built) -> Callable[..., list[dict]]:
    """``rows(sql, *values)``: the rows of a query on the built warehouse as dicts."""
    connection = duckdb.connect(str(built.warehouse), read_only=True)

    def query(sql: str, *values: object) -> list[dict]:
        found = connection.execute(sql, list(values))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    yield query
    connection.close()
