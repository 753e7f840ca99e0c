"""Small releases: folders like those under published/releases, made by hand and quickly.

Belongs here: a few tables with rows of one number, and every public name with one number in every row.
Does not belong here: what publishing makes of a warehouse (small_month).
"""

from pathlib import Path

import duckdb

from ingestion.settings import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"
PUBLIC = sorted((path.parent.name, path.stem) for s in ("marts", "reports") for path in (MODELS / s).glob("*.sql"))
SOME = [("marts", "dim_period"), ("marts", "fct_submission"), ("reports", "rpt_overview")]


def small_release(folder: Path, number: int, tables: list[tuple[str, str]] = SOME, rows: int = 4) -> Path:
    """A release ``r<number>`` in which every row of every table says ``number``; the rows are counted from 1."""
    release = folder / f"r{number}"
    for schema in ("marts", "reports"):
        (release / schema).mkdir(parents=True)
    with duckdb.connect(str(release / "diaodu.duckdb")) as connection:
        connection.execute("create schema marts; create schema reports")
        fill(connection, number, tables, rows)
        for schema, name in tables:
            connection.execute(f"copy {schema}.{name} to '{release}/{schema}/{name}.parquet'")
    return release


def fill(
    connection: duckdb.DuckDBPyConnection, number: int, tables: list[tuple[str, str]] = SOME, rows: int = 4
) -> None:
    """The tables in a database that has the public schemas."""
    for schema, name in tables:
        connection.execute(
            f"""
            create table {schema}.{name} (
                row_no integer primary key, period varchar not null, number integer, known_at timestamptz
            );
            comment on table {schema}.{name} is '模拟的表';
            comment on column {schema}.{name}.number is '每行相同的数';
            insert into {schema}.{name}
            select n, '2022-11', {number}, timestamptz '2022-11-28 09:00:00+00' from range(1, {rows + 1}) as t (n)
            """
        )
