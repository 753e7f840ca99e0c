"""What killed processes and full disks leave behind, and what the next run makes of it."""

import errno
import json
import sqlite3
import subprocess
import sys

import duckdb
import pytest

from ingestion.workspace import Workspace
from orchestration import warehouse
from orchestration.failures import RunFailed, is_full
from orchestration.freshness import Marks

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.readline()"


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path, tmp_path)


def offered(workspace) -> list[tuple]:
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        return connection.execute("select * from lake.findings").fetchall()


@pytest.mark.parametrize("left", [b"", b"no database at all" * 1000])
def test_a_damaged_warehouse_is_made_anew(workspace, left):
    workspace.warehouse.write_bytes(left)
    warehouse.prepare(workspace)
    assert offered(workspace) == []


def test_a_warehouse_whose_log_cannot_be_read_is_made_anew(workspace):
    warehouse.prepare(workspace)
    data = bytearray(workspace.warehouse.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    workspace.warehouse.write_bytes(bytes(data))
    workspace.warehouse.with_name("warehouse.duckdb.wal").write_bytes(b"\x01" * 500)
    warehouse.prepare(workspace)
    assert offered(workspace) == []


def test_a_dbt_that_outlives_its_run_is_waited_for(workspace):
    warehouse.prepare(workspace)
    command = [sys.executable, "-c", HOLD, str(workspace.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        next_run = subprocess.Popen(
            [sys.executable, "-c", "import sys; from pathlib import Path; from ingestion.workspace import Workspace; "
             "from orchestration import warehouse; place = Path(sys.argv[1]); print('asking', flush=True); "
             "warehouse.prepare(Workspace(place, place)); print('done')", str(workspace.root)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert next_run.stdout.readline() == "asking\n"
        with pytest.raises(subprocess.TimeoutExpired):
            next_run.wait(timeout=1)
        holder.stdin.write("\n")
        holder.stdin.flush()
    assert next_run.communicate()[0] == "done\n"


@pytest.mark.parametrize("cut", [0, 1, 200])
def test_a_manifest_cut_short_is_parsed_anew(workspace, monkeypatch, cut):
    whole = json.dumps({"nodes": {str(number): {} for number in range(100)}})
    workspace.dbt_target.mkdir()
    place = workspace.dbt_target / "manifest.json"
    place.write_text(whole[:cut])
    asked = []
    monkeypatch.setattr(warehouse, "dbt", lambda _, *words: asked.append(words) or place.write_text(whole))
    assert warehouse.manifest(workspace).read_text() == whole
    assert warehouse.manifest(workspace).read_text() == whole
    assert asked == [("parse",)]


def test_a_mark_that_was_forgotten_is_no_mark(tmp_path):
    marks = Marks(tmp_path, "huozhou-2022")
    marks.forget("rows", "2022-11")
    marks.set("rows", "2022-11", "a")
    marks.forget("rows", "2022-11")
    assert marks.get("rows", "2022-11") is None


def test_every_librarys_word_for_a_full_disk_is_known():
    wrapped = ValueError("while copying")
    wrapped.__cause__ = OSError(errno.ENOSPC, "")
    full = [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EFBIG, "File too large"),
        sqlite3.OperationalError("database or disk is full"),
        duckdb.IOException("IO Error: Could not write file: No space left on device"),
        wrapped,
    ]
    assert all(is_full(error) for error in full)
    assert not is_full(OSError(errno.ENOENT, "No such file")) and not is_full(ValueError("12")) and not is_full(None)
    assert issubclass(RunFailed, Exception)
