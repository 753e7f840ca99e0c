"""Many files read by workers: order, and what a bad file costs the others."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from workbooks import monthly, project, write

from ingestion.reader_pool import read_many
from ingestion.reading import read_workbook
from ingestion.settings import PROJECT_ROOT, Limits


@pytest.fixture
def books(tmp_path):
    """Five workbooks in order, each with as many projects as its number."""
    return [write(tmp_path / f"{n}.xlsx", monthly(*map(project, range(1, n + 1)))) for n in range(1, 6)]


@pytest.fixture
def hanging(tmp_path):
    """A file that no reader ever finishes: a pipe into which nobody writes."""
    os.mkfifo(tmp_path / "hanging.xlsx")
    return tmp_path / "hanging.xlsx"


def children():
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def test_workers_read_what_reading_reads_in_the_order_of_the_files(books):
    readings = list(read_many(reversed(books)))
    assert [path for path, _ in readings] == books[::-1]
    assert [reading for _, reading in readings] == [read_workbook(path) for path in books[::-1]]


def test_a_bad_file_among_good_ones_is_unreadable_alone(books, tmp_path):
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04")
    readings = dict(read_many([*books, tmp_path / "bad.xlsx"], limits=Limits(workers=1)))
    assert [reading.unreadable for reading in readings.values()] == [None] * 5 + ["truncated"]


def test_a_file_that_hangs_costs_itself_and_nothing_else(books, hanging):
    readings = dict(read_many([books[0], hanging, *books[1:]], limits=Limits(seconds=1.5, workers=1)))
    assert readings.pop(hanging).unreadable == "reader_timeout"
    assert [reading.unreadable for reading in readings.values()] == [None] * 5


def test_a_worker_that_dies_costs_its_own_file_and_nothing_else(books, hanging):
    before = children()

    def kill():
        while not (started := children() - before):
            time.sleep(0.01)
        time.sleep(1)
        for pid in started:
            os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    readings = dict(read_many([hanging, *books], limits=Limits(workers=1)))
    killer.join()
    dead = readings.pop(hanging)
    assert (dead.unreadable, dead.unreadable_detail) == ("reader_died", "-9")
    assert "中断" in dead.unreadable_zh
    assert [reading.unreadable for reading in readings.values()] == [None] * 5


def test_a_reader_without_memory_says_so_and_raises_nothing(books):
    readings = [reading for _, reading in read_many(books[:1], limits=Limits(memory_bytes=1_000_000))]
    assert readings[0].unreadable in ("too_large", "reader_died")


def test_no_worker_outlives_the_iteration(books):
    before = children()
    for _ in read_many(books):
        break
    time.sleep(0.05)
    assert children() == before


def test_nothing_to_read_starts_no_worker():
    assert list(read_many([])) == []


def test_a_worker_imports_the_reader_alone():
    heavy = "pandas, dagster, great_expectations, duckdb, pyarrow, openpyxl, xlrd, pydantic"
    code = f"import sys, ingestion.reader_worker; print([m for m in '{heavy}'.split(', ') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
