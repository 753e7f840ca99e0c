"""Readers of every published table while fifty publications run: no error, every reading one whole release."""

import multiprocessing
import os
import shutil
import threading
from pathlib import Path

import duckdb
import pytest
import reading_loops
from small_release import PUBLIC, fill, small_release

from dispatch.postgres import publish_to
from dispatch.publishing import publish
from ingestion.workspace import Workspace

pytestmark = pytest.mark.slow

TIMES = 50
ROWS = {1: 3, 2: 5}  # of the two releases, in every table
OF_POSTGRES = ("one_statement", "committed_reads", "repeatable_reads", "slow_cursor")


@pytest.fixture
def ws(tmp_path) -> Workspace:
    """A workspace with a warehouse for each of the two releases beside it; the first is published."""
    ws = Workspace.create(tmp_path / "workspace", [])
    for number, rows in ROWS.items():
        with duckdb.connect(str(tmp_path / f"warehouse-{number}")) as connection:
            connection.execute("create schema marts; create schema reports")
            fill(connection, number, PUBLIC, rows)
    publish_files(ws, 1)
    return ws


def publish_files(ws: Workspace, number: int) -> None:
    shutil.copyfile(ws.root.parent / f"warehouse-{number}", ws.root / "next.duckdb")
    os.replace(ws.root / "next.duckdb", ws.warehouse)
    publish(ws)


@pytest.fixture
def readers():
    """``readers(name, place)`` starts a loop; what they met is told when they are stopped."""
    spawn = multiprocessing.get_context("spawn")
    stop, told, started = spawn.Event(), spawn.Queue(), []

    def start(name: str, place: str) -> None:
        arguments = (getattr(reading_loops, name), place, stop, told)
        started.append(spawn.Process(target=reading_loops.loop, args=arguments))
        started[-1].start()

    def finish() -> dict:
        stop.set()
        found = {name: (reads, releases, failures) for name, reads, releases, failures in (told.get() for _ in started)}
        for process in started:
            process.join()
        return found

    yield start, finish
    stop.set()


def test_fifty_publications_to_files_and_to_postgresql_disturb_no_reader(ws, postgres, readers, tmp_path):
    start, finish = readers
    database = postgres.database()
    releases = {number: small_release(tmp_path, number, PUBLIC, rows) for number, rows in ROWS.items()}
    publish_to(database, releases[1])
    start("database_file", str(ws.published))
    for name in OF_POSTGRES:
        start(name, database.dsn)
    waited, files = [], threading.Thread(target=publish_many, args=(ws,))
    files.start()
    for turn in range(TIMES):
        waited.append(publish_to(database, releases[2 - turn % 2]).all_readers_done)
    files.join()
    found = finish()
    print({name: reads for name, (reads, *_) in found.items()})
    assert {name: failures for name, (_, _, failures) in found.items() if failures} == {}
    assert all(releases == sorted(ROWS.items()) for _, releases, _ in found.values())  # both were read by everybody
    assert all(reads >= 10 for reads, *_ in found.values())
    assert all(waited)  # no publication had to go over the head of a reader


def publish_many(ws: Workspace) -> None:
    for turn in range(TIMES):
        publish_files(ws, 2 - turn % 2)


def test_the_readers_of_these_tests_notice_half_a_release(tmp_path, postgres):
    """The loops above can fail: one table of another release is seen by every one of them."""
    ws = Workspace.create(tmp_path / "workspace", [])
    database = postgres.database()
    publish_to(database, small_release(tmp_path, 1, PUBLIC, 3))
    with duckdb.connect(str(ws.warehouse)) as connection:
        connection.execute("create schema marts; create schema reports")
        fill(connection, 1, PUBLIC, 3)
        connection.execute("update reports.rpt_overview set number = 2")
    publish(ws)
    with postgres.connect_to(database) as connection:
        connection.execute("update reports.rpt_overview set number = 2")
    seen = {name: getattr(reading_loops, name)(database.dsn) for name in OF_POSTGRES}
    seen["database_file"] = reading_loops.database_file(str(Path(ws.published)))
    assert [name for name, found in seen.items() if len(found) == 1] == []
