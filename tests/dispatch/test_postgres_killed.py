"""PostgreSQL when something is killed in mid-copy: the last release stays, the next publication finishes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
import pytest
from small_release import small_release

from dispatch.postgres import PostgresFailed, publish_to
from ingestion.settings import PROJECT_ROOT, PostgresSetting
from tests.postgres_server import Server

pytestmark = pytest.mark.slow

MANY = 400_000  # rows: the copy takes long enough to be met in the middle
ENOUGH_SECONDS = 120.0
PUBLISH = """
import sys
from pathlib import Path
from dispatch.postgres import publish_to
from ingestion.settings import PostgresSetting
publish_to(PostgresSetting(sys.argv[1], "diaodu_reader"), Path(sys.argv[2]))
"""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of its own, to be killed."""
    server = Server.make()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def releases(tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("releases")
    return {1: small_release(folder, 1), 2: small_release(folder, 2, rows=MANY), 3: small_release(folder, 3)}


def publishing(database: PostgresSetting, release) -> subprocess.Popen:
    """A publication in a process of its own, met when rows are arriving."""
    command = [sys.executable, "-c", PUBLISH, database.dsn, str(release)]
    process = subprocess.Popen(command, cwd=PROJECT_ROOT, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + ENOUGH_SECONDS
    with psycopg.connect(database.dsn, autocommit=True) as watching:
        while not watching.execute("select 1 from pg_stat_progress_copy where tuples_processed > 0").fetchone():
            assert process.poll() is None and time.monotonic() < until, process.communicate()
    return process


def numbers(database: PostgresSetting) -> tuple:
    with psycopg.connect(database.dsn) as connection:
        rows = "select distinct number from marts.fct_submission union all select distinct number from marts.dim_period"
        told = connection.execute("select release_id from marts.published_release").fetchall()
        return *(number for (number,) in connection.execute(rows).fetchall()), *(release for (release,) in told)


def schemas(database: PostgresSetting) -> set[str]:
    with psycopg.connect(database.dsn) as connection:
        found = connection.execute("select nspname from pg_namespace where nspname ~ '^(marts|reports)'").fetchall()
    return {name for (name,) in found}


def test_a_publication_that_is_killed_leaves_the_release_before_and_the_next_finishes(postgres, releases):
    database = postgres.database()
    publish_to(database, releases[1])
    process = publishing(database, releases[2])
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert numbers(database) == (1, 1, "r1") and "marts_new" in schemas(database)
    publish_to(database, releases[3])
    assert numbers(database) == (3, 3, "r3") and schemas(database) == {"marts", "reports"}


def test_a_server_that_is_killed_comes_back_with_the_release_before_and_the_next_publication_finishes(server, releases):
    database = server.database()
    publish_to(database, releases[1])
    process = publishing(database, releases[2])
    server.kill()
    _, said = process.communicate(timeout=ENOUGH_SECONDS)
    assert process.returncode and "PostgresFailed" in said and "diaodu publish" in said
    with pytest.raises(PostgresFailed):
        publish_to(database, releases[3])
    server.start()
    assert numbers(database) == (1, 1, "r1")
    publish_to(database, releases[3])
    assert numbers(database) == (3, 3, "r3") and schemas(database) == {"marts", "reports"}
