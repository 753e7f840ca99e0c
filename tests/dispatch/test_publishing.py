"""Publishing: tested before the swap, swapped at once, the same bytes for the same content."""

import shutil
from pathlib import Path

import duckdb
import pytest
from small_month import STATUSES, WAREHOUSE, build_warehouse

from dispatch import publishing
from dispatch.publishing import ContractBroken, publish

TABLES = {"fct_submission": STATUSES, **WAREHOUSE}


def database(ws) -> Path:
    return ws.published / "current" / "diaodu.duckdb"


def change(ws, number: int) -> None:
    """Another content: the first unit has read ``number`` rows."""
    with duckdb.connect(str(ws.warehouse)) as connection:
        connection.execute("update marts.fct_submission set rows_read = ? where unit_id = 'zhujian'", [number])


def test_a_release_holds_every_public_table_as_table_and_as_parquet(ws):
    publish(ws)
    with duckdb.connect(str(ws.warehouse), read_only=True) as connection:
        wanted = connection.sql("select schema_name, table_name from duckdb_tables() order by all").fetchall()
    with duckdb.connect(str(database(ws)), read_only=True) as connection:
        kinds = connection.sql("select distinct table_type from information_schema.tables").fetchall()
        found = connection.sql("select schema_name, table_name from duckdb_tables() order by all").fetchall()
    files = [(path.parent.name, path.stem) for path in sorted((ws.published / "current").glob("*/*.parquet"))]
    assert found == wanted == files
    assert kinds == [("BASE TABLE",)]


def test_comments_and_keys_come_along(ws):
    publish(ws)
    with duckdb.connect(str(database(ws)), read_only=True) as connection:
        [(table,)] = connection.sql(
            "select comment from duckdb_tables() where table_name = 'fct_submission'"
        ).fetchall()
        [(column,)] = connection.sql(
            "select comment from duckdb_columns() where table_name = 'fct_submission' and column_name = 'due_at'"
        ).fetchall()
        keys = connection.sql(
            "select count(*) from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        ).fetchone()
    assert "报送情况" in table and "截止" in column
    assert keys[0] > 10


def test_the_same_content_gives_the_same_release_and_the_same_bytes(ws, tmp_path):
    first = publish(ws)
    bytes_before = {path.name: path.read_bytes() for path in (ws.published / "current").glob("*/*.parquet")}
    shuffled = {name: list(reversed(rows)) for name, rows in TABLES.items()}
    build_warehouse(ws, shuffled)
    assert publish(ws) == first
    for path in ws.published.rglob("*"):
        if path.is_file():
            path.unlink()
    for folder in sorted(ws.published.rglob("*"), reverse=True):
        folder.unlink() if folder.is_symlink() else folder.rmdir()
    assert publish(ws) == first
    assert {path.name: path.read_bytes() for path in (ws.published / "current").glob("*/*.parquet")} == bytes_before


def test_a_release_is_named_after_its_latest_period_and_its_content(ws):
    before = publish(ws)
    change(ws, 77)
    after = publish(ws)
    assert before.startswith("2022-11-") and after.startswith("2022-11-") and before != after
    assert (ws.published / "current").resolve().name == after


def test_the_last_three_releases_stay(ws):
    releases = []
    for number in range(5):
        change(ws, number)
        releases.append(publish(ws))
    assert sorted(path.name for path in (ws.published / "releases").iterdir()) == sorted(releases[-3:])


def test_going_back_to_earlier_content_points_at_it_again(ws):
    change(ws, 1)
    first = publish(ws)
    change(ws, 2)
    publish(ws)
    change(ws, 1)
    assert publish(ws) == first
    assert (ws.published / "current").resolve().name == first


def test_a_copy_that_fails_its_test_changes_nothing(ws, monkeypatch):
    before = publish(ws)
    change(ws, 5)
    make = publishing._copy_table

    def lossy(connection, table, folder):
        made = make(connection, table, folder)
        connection.execute(f"delete from release.{table.place}")
        return made

    monkeypatch.setattr(publishing, "_copy_table", lossy)
    with pytest.raises(ContractBroken):
        publish(ws)
    assert (ws.published / "current").resolve().name == before
    assert [path.name for path in (ws.published / "releases").iterdir()] == [before]


def test_bi_reads_every_table_with_access_to_anything_else_switched_off(ws, tmp_path):
    publish(ws)
    (tmp_path / "other.csv").write_text("a\n1\n")
    closed = {"enable_external_access": "false", "access_mode": "read_only"}
    with duckdb.connect(str(database(ws)), config=closed) as connection:
        for schema, name in connection.sql("select schema_name, table_name from duckdb_tables()").fetchall():
            connection.execute(f"select * from {schema}.{name}").fetchall()
        for forbidden in (
            f"select * from read_csv('{tmp_path}/other.csv')",
            f"attach '{ws.warehouse}' as warehouse (read_only)",
            f"copy marts.fct_submission to '{tmp_path}/taken.csv'",
            "set enable_external_access = true",
            "install httpfs",
            "delete from marts.fct_submission",
        ):
            with pytest.raises(duckdb.Error, match=r"disabled|Cannot (change|enable)|read-only"):
                connection.execute(forbidden)


def test_half_a_release_left_by_a_killed_process_never_passes_for_one(ws, monkeypatch):
    first = publish(ws)

    def removing(folder, **options):
        if first in str(folder):
            next(iter(folder.rglob("*.parquet"))).unlink()
            raise KeyboardInterrupt
        remove(folder, **options)

    remove = shutil.rmtree
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(publishing.shutil, "rmtree", removing)
        for number in range(11, 15):
            change(ws, number)
            publish(ws)
    (ws.published / ".current-1").symlink_to("releases/nowhere")
    build_warehouse(ws, TABLES)
    assert publish(ws) == first
    assert len(list((ws.published / "releases" / first).rglob("*.parquet"))) == len(every_table(ws))
    assert not list(ws.published.rglob(".*"))


def every_table(ws) -> list[tuple]:
    with duckdb.connect(str(database(ws)), read_only=True) as connection:
        return connection.sql("select schema_name, table_name from duckdb_tables()").fetchall()
