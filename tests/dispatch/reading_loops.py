"""Readers of every published table, each in a process of its own, until they are told to stop.

Belongs here: one reading of all tables in every way BI does it, and what a loop over it met.
Does not belong here: publishing, which goes on beside them (test_readers_while_publishing).
"""

import time
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import psycopg
from small_release import PUBLIC

Seen = set[tuple[int, int]]  # the number its rows say and how many rows, of every table that was read
PAUSES, LONGEST_PAUSE_SECONDS = (
    4,
    0.4,
)  # times as long as a reading took: they share two processors with what they disturb


def loop(read: Callable[..., Seen], place: str, stop: Event, told: Queue) -> None:
    """Read until told to stop; then tell how many readings there were, of which releases, and every failure."""
    reads, releases, failures = 0, set(), []
    while not stop.is_set():
        begun = time.monotonic()
        try:
            seen = read(place)
            if len(seen) != 1:
                failures.append(f"{read.__name__}: one reading of several releases {seen}")
            releases |= seen
        except Exception as error:  # whatever a reader meets is what the test is about
            failures.append(f"{read.__name__}: {type(error).__name__} {error}")
        reads += 1
        time.sleep(min(PAUSES * (time.monotonic() - begun), LONGEST_PAUSE_SECONDS))
    told.put((read.__name__, reads, sorted(releases), failures[:5]))


def database_file(published: str) -> Seen:
    """``current`` resolved once, its DuckDB file and all of its Parquet files."""
    release = (Path(published) / "current").resolve()
    files = [f"read_parquet('{release}/{schema}/{name}.parquet')" for schema, name in PUBLIC]
    options = {"enable_external_access": "false"}
    with duckdb.connect(str(release / "diaodu.duckdb"), read_only=True, config=options) as connection:
        seen = {tuple(row) for row in connection.sql(_every(_tables())).fetchall()}
    with duckdb.connect() as connection:
        return seen | {tuple(row) for row in connection.sql(_every(files)).fetchall()}


def one_statement(dsn: str) -> Seen:
    """Every table in one statement, without a transaction around it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for _ in range(5):
            seen = set(connection.execute(_every(_tables())).fetchall())
            if len(seen) != 1:
                break
        return seen


def committed_reads(dsn: str) -> Seen:
    """Table after table in one transaction as BI tools open it."""
    with psycopg.connect(dsn) as connection:
        return _one_by_one(connection)


def repeatable_reads(dsn: str) -> Seen:
    """Table after table in one transaction whose snapshot is older than its first look at a table."""
    with psycopg.connect(dsn) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("select now()")
        return _one_by_one(connection)


def slow_cursor(dsn: str) -> Seen:
    """A cursor that is read a row at a time, then another table in the same transaction."""
    with psycopg.connect(dsn) as connection, connection.cursor(name="slow") as cursor:
        cursor.itersize = 1
        cursor.execute("select number from marts.fct_metric")
        rows = []
        for row in cursor:
            rows.append(row)
            time.sleep(0.05)
        return {(number, len(rows)) for (number,) in rows} | set(
            connection.execute(_every(["reports.rpt_overview"])).fetchall()
        )


def _one_by_one(connection: psycopg.Connection) -> Seen:
    seen = {row for table in _tables() for row in connection.execute(_every([table])).fetchall()}
    [(release,)] = connection.execute("select release_id from marts.published_release").fetchall()
    return seen if {f"r{number}" for number, _ in seen} == {release} else seen | {(release, 0)}


def _tables() -> list[str]:
    return [f"{schema}.{name}" for schema, name in PUBLIC]


def _every(tables: list[str]) -> str:
    return " union all ".join(f"select number, count(*) from {table} group by number" for table in tables)
