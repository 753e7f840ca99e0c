"""Warehouse: what dbt needs from outside: the lake as views, its environment, its manifest.

Belongs here: the bridge between Parquet and dbt's sources.
Does not belong here: SQL that means something; that is dbt_project/.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from ingestion import lake
from ingestion.settings import PROJECT_ROOT
from ingestion.workspace import Workspace
from orchestration.failures import is_full

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
DBT = Path(sys.executable).with_name("dbt")  # of this environment, whatever PATH says

_PATIENCE_SECONDS, _LOOK_AGAIN_SECONDS = 60.0, 0.2


class DbtFailed(Exception):
    """dbt did not do what it was asked; the text is what it printed."""


def prepare(workspace: Workspace) -> None:
    """Offer every table of the lake as a view in schema ``lake``; a table nobody wrote yet is an empty one.

    The models name no file, so the same SQL runs wherever tables of these names exist.
    """
    workspace.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with _opened(workspace.warehouse) as connection:
        connection.execute("create schema if not exists lake")
        for name, layout in lake.TABLES.items():
            files = sorted(str(path) for path in (workspace.lake / name).glob("*/*.parquet"))
            connection.register("empty", layout.schema.empty_table())
            types = connection.execute("describe select * from empty").fetchall()
            columns = ", ".join(f'"{column}" {kind}' for column, kind, *_ in types)
            connection.unregister("empty")
            _drop(connection, name)
            if files:
                listed = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
                connection.execute(f"create view lake.{name} as select * from read_parquet([{listed}])")
            else:
                connection.execute(f"create table lake.{name} ({columns})")


def _opened(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse for writing; one that was damaged when its writer was killed is made anew: all in it is derived.

    A dbt process may outlive the run that started it by some seconds and still hold the file.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return duckdb.connect(str(warehouse))
        except duckdb.IOException as error:
            if "could not set lock" not in str(error).lower():
                if is_full(error):
                    raise
                break
            if time.monotonic() > until:
                raise
            time.sleep(_LOOK_AGAIN_SECONDS)
        except duckdb.Error:
            break
    for file in (warehouse, warehouse.with_name(f"{warehouse.name}.wal")):
        file.unlink(missing_ok=True)
    return duckdb.connect(str(warehouse))


def _drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    kind = connection.execute(
        "select table_type from information_schema.tables where table_schema = 'lake' and table_name = ?", [name]
    ).fetchone()
    if kind:
        connection.execute(f"drop {'view' if kind[0] == 'VIEW' else 'table'} lake.{name}")


def environment(workspace: Workspace) -> dict[str, str]:
    """Where dbt finds and leaves what, with its own reporting off; the warehouse lies in what it takes for its home."""
    return {
        "HOME": str(workspace.warehouse.parent),
        "DBT_TARGET_PATH": str(workspace.dbt_target),
        "DBT_LOG_PATH": str(workspace.dbt_target / "logs"),
        "DBT_LOG_LEVEL_FILE": "none",  # Dagster keeps the log; a second copy costs a second of each build
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
    }


def manifest(workspace: Workspace) -> Path:
    """dbt's manifest of the project as it stands, parsed anew when any file of the project is younger."""
    target = workspace.dbt_target / "manifest.json"
    sources = [path for path in DBT_PROJECT.rglob("*") if path.suffix in (".sql", ".yml", ".csv", ".md")]
    if not _is_whole(target) or target.stat().st_mtime < max(path.stat().st_mtime for path in sources):
        dbt(workspace, "parse")
    return target


def _is_whole(manifest: Path) -> bool:
    """Whether the file is there and not cut short by a dbt that was killed while writing it."""
    try:
        return bool(json.loads(manifest.read_bytes()))
    except (OSError, ValueError):
        return False


def dbt(workspace: Workspace, *arguments: str) -> str:
    """Run dbt on the project for this workspace; its output, or :class:`DbtFailed` with it."""
    command = [str(DBT), "--no-use-colors", *arguments, "--project-dir", str(DBT_PROJECT)]
    done = subprocess.run(command, env=os.environ | environment(workspace), capture_output=True, text=True, check=False)
    if done.returncode:
        raise DbtFailed(done.stdout + done.stderr)
    return done.stdout
