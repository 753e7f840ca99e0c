"""PostgreSQL: what BI reads there is the release, typed, commented, read-only, and never half of it."""

import re
import shutil
import threading
import traceback
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import psycopg
import pytest
from psycopg import errors
from small_month import replace_tables
from small_release import SOME, small_release

from dispatch import postgres as publication
from dispatch.postgres import PostgresFailed, publish_to
from dispatch.postgres_tables import opened, tables_of
from dispatch.publishing import ContractBroken, publish
from ingestion.workspace import Workspace
from tests.postgres_server import CLERK, PASSWORD, READER

pytestmark = pytest.mark.slow

HAN = re.compile(r"[一-鿿]")
AWKWARD = ['两行\n第二行，"引号"', "\n\\.\n", "\\.", "\\N", "", "a,b;c", "𠮷田🏗️", "零\x00字节"]
NUMBER = "select distinct number from marts.fct_submission"


@pytest.fixture(scope="module")
def month(pattern: Path, tmp_path_factory) -> Path:
    """The small month as a release, with texts nobody expects among its findings."""
    ws = Workspace.open(shutil.copytree(pattern, tmp_path_factory.mktemp("month") / "workspace"))
    rows = [
        {"plan_id": "p", "period": "2022-11", "finding_id": str(number), "form": "f", "unit_id": "u", "rule_id": "r",
         "theme": "t", "severity": "info", "outcome": "failed", "message_zh": text}
        for number, text in enumerate(AWKWARD)
    ]  # fmt: skip
    replace_tables(ws, {"fct_finding": rows})
    publish(ws)
    return (ws.published / "current").resolve()


@pytest.fixture(scope="module")
def copied(month, postgres):
    """A database that holds the small month."""
    database = postgres.database()
    publish_to(database, month)
    return database


@pytest.fixture
def database(postgres):
    return postgres.database()


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Path:
    return small_release(tmp_path_factory.mktemp("first"), 1)


@pytest.fixture(scope="module")
def second(tmp_path_factory) -> Path:
    return small_release(tmp_path_factory.mktemp("second"), 2)


def asked(database, query: str) -> list[tuple]:
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        return connection.execute(query).fetchall()


def told(database, statement: str) -> None:
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        connection.execute(statement)


def tables(release: Path):
    with opened(release) as source:
        return tables_of(source)


def test_every_table_holds_the_rows_of_the_release(month, copied):
    with duckdb.connect(str(month / "diaodu.duckdb"), read_only=True) as connection:
        names = connection.sql("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        held = {name: connection.sql(f"select * from {'.'.join(name)}").fetchall() for name in names}
    found = {name: asked(copied, f"select * from {'.'.join(name)}") for name in names}
    assert in_order(found) == in_order(held)
    assert sum(map(len, held.values())) > 10
    there = asked(copied, "select schemaname, tablename from pg_tables where schemaname ~ '^(marts|reports)'")
    assert set(there) == {*names, ("marts", "published_release")}


def in_order(found: dict) -> dict:
    """Rows as sets of comparable texts: instants in one zone, no zero bytes, which PostgreSQL cannot hold."""
    return {
        name: sorted(
            repr(tuple(value.astimezone(UTC) if isinstance(value, datetime) else value for value in row))
            for row in rows
        )
        for name, rows in found.items()
        if name[1] != "fct_finding"
    }


def test_texts_nobody_expects_arrive_as_they_are(copied):
    found = asked(copied, "select message_zh, remedy_zh from marts.fct_finding order by finding_id::int")
    assert found == [(text.replace("\x00", ""), None) for text in AWKWARD]


def test_money_rates_and_instants_keep_their_exact_types(copied):
    kinds = dict(
        asked(
            copied,
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            " where attrelid in ('marts.fct_metric'::regclass, 'reports.rpt_unit_ranking'::regclass)",
        )
    )
    wanted = {
        "ytd_investment_wan": "numeric(24,2)",
        "annual_completion_rate": "numeric(12,6)",
        "value": "numeric(28,6)",
        "cutoff_date": "date",
        "is_few_projects": "boolean",
        "received_at": "timestamp with time zone",
        "errors": "integer",
    }
    assert {name: kinds[name] for name in wanted} == wanted


def test_every_table_and_column_has_its_chinese_comment_and_every_table_its_key(copied):
    comments = asked(
        copied,
        """
        select c.oid::regclass::text, coalesce(a.attname, ''), coalesce(d.description, '') from pg_class as c
        inner join (
            select attrelid, attnum, attname from pg_attribute where attnum > 0
            union all select oid, 0, null from pg_class
        ) as a on a.attrelid = c.oid
        left join pg_description as d
            on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = a.attnum
        where c.relkind = 'r' and c.relnamespace in ('marts'::regnamespace, 'reports'::regnamespace)
        """,
    )
    assert len(comments) > 500
    assert [row for row in comments if not HAN.search(row[2])] == []
    keys = asked(copied, "select count(distinct conrelid) from pg_constraint where contype = 'p' and conrelid > 16000")
    assert keys == [(len({table for table, *_ in comments}),)]


def test_no_public_name_is_a_word_either_database_keeps_for_itself(month, copied):
    reserved = {word for (word,) in asked(copied, "select word from pg_get_keywords() where catcode = 'R'")}
    with duckdb.connect() as connection:
        found = connection.sql("select keyword_name from duckdb_keywords() where keyword_category = 'reserved'")
        reserved |= {word for (word,) in found.fetchall()}
    names = {name for table in tables(month) for name in (table.name, *(column.name for column in table.columns))}
    assert len(names) > 100 and not names & reserved


def test_the_release_that_stands_is_told_in_a_table(first, second, database):
    before = datetime.now(UTC)
    for release in (first, second):
        publish_to(database, release)
        [(name, known_at, published_at)] = asked(database, "select * from marts.published_release")
        assert name == release.name
        assert known_at == datetime(2022, 11, 28, 9, tzinfo=UTC)
        assert before <= published_at <= datetime.now(UTC)


def test_readers_may_read_everything_and_write_nothing_after_every_publication(first, database):
    for _ in range(2):
        publish_to(database, first)
        with psycopg.connect(database.dsn, autocommit=True) as connection:
            connection.execute(f"set role {READER}")
            for schema, name in (*SOME, ("marts", "published_release")):
                assert connection.execute(f"select count(*) from {schema}.{name}").fetchone()[0]
            for forbidden in (
                "delete from marts.fct_submission",
                "drop table marts.fct_submission",
                "create table marts.mine (x int)",
                "alter schema marts rename to mine",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(forbidden)


def test_a_second_release_takes_the_place_of_the_first_and_leaves_nothing_of_it(first, second, database):
    publish_to(database, first)
    done = publish_to(database, second)
    assert asked(database, NUMBER) == [(2,)]
    schemas = asked(database, "select nspname from pg_namespace where nspname ~ '^(marts|reports)' order by 1")
    assert schemas == [("marts",), ("reports",)]
    assert done.all_readers_done and not done.left_over


def test_an_open_cursor_reads_its_release_to_the_end_while_others_read_the_new_one(first, second, database):
    publish_to(database, first)
    with psycopg.connect(database.dsn) as reading:
        cursor = reading.cursor(name="slow")
        cursor.execute("select number from marts.fct_submission")
        begun = cursor.fetchone()
        done = publish_to(database, second, patience=0.5)
        assert asked(database, NUMBER) == [(2,)]
        rest = cursor.fetchall()
    assert [begun, *rest] == [(1,)] * 4
    assert not done.all_readers_done and done.left_over == ("marts_old_1",)
    assert not publish_to(database, first).left_over


@contextmanager
def publishing_beside(database, release: Path):
    """A publication under way in a thread of its own; it must come to its end."""
    done: list = []
    thread = threading.Thread(target=lambda: done.append(publish_to(database, release)))
    thread.start()
    yield thread
    thread.join(30)
    assert done and done[0].all_readers_done


@pytest.mark.parametrize("level", ["READ_COMMITTED", "REPEATABLE_READ"])
def test_a_transaction_never_reads_two_releases(first, second, database, level):
    publish_to(database, first)
    with psycopg.connect(database.dsn) as reading:
        reading.isolation_level = psycopg.IsolationLevel[level]
        assert reading.execute("select release_id from marts.published_release").fetchone() == ("r1",)
        with publishing_beside(database, second) as thread:
            thread.join(1.5)
            assert thread.is_alive()  # the new release waits for this transaction
            assert reading.execute(NUMBER).fetchone() == (1,)
            assert reading.execute("select release_id from marts.published_release").fetchone() == ("r1",)
            reading.commit()
    assert asked(database, NUMBER) == [(2,)]


def test_a_transaction_older_than_the_release_finds_its_tables_filled(first, second, database):
    publish_to(database, first)
    with psycopg.connect(database.dsn) as reading:
        reading.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reading.execute("select now()")  # its snapshot is taken, no table of ours is read yet
        publish_to(database, second)
        assert reading.execute("select number from marts.fct_submission").fetchall() == [(2,)] * 4
        assert reading.execute("select release_id from marts.published_release").fetchall() == [("r2",)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update {} set number = 3 where row_no = 1", "rows and checksum"),
        ("delete from {} where row_no = 1", "rows and checksum"),
        ("insert into {} select 5, period, number from {} where row_no = 1", "rows and checksum"),
        ("alter table {} drop constraint fct_submission_pkey", "key"),
        ("alter table {} alter number type bigint", "columns"),
        ("alter table {} alter period drop not null", "columns"),
    ],
)
def test_a_copy_that_is_not_the_release_is_not_swapped_in(first, second, database, monkeypatch, change, said):
    publish_to(database, first)
    copy = publication.copy_table

    def wrong(source, connection, table, schema):
        copy(source, connection, table, schema)
        if table.name == "fct_submission":
            connection.execute(change.replace("{}", f"{schema}.fct_submission"))

    with monkeypatch.context() as patch:
        patch.setattr(publication, "copy_table", wrong)
        with pytest.raises(PostgresFailed, match=f"fct_submission: {said}"):
            publish_to(database, second)
    assert asked(database, NUMBER) == [(1,)]
    publish_to(database, second)
    assert asked(database, NUMBER) == [(2,)]


def test_a_schema_that_somebody_else_made_is_left_alone(first, database):
    told(database, "create schema marts; create table marts.theirs (x int); insert into marts.theirs values (1)")
    with pytest.raises(PostgresFailed, match="marts"):
        publish_to(database, first)
    assert asked(database, "select x from marts.theirs") == [(1,)]


def test_a_view_of_ones_own_is_told_of_and_never_dropped(first, second, database):
    publish_to(database, first)
    told(database, "create schema mine; create view mine.v as select number from marts.fct_submission")
    assert publish_to(database, second).left_over == ("marts_old_1",)
    assert asked(database, "select * from mine.v") == [(1,)] * 4
    told(database, "drop view mine.v")
    assert publish_to(database, second).left_over == ()


@pytest.mark.parametrize("name", ["x" * 64, "项目", "Mixed", "two words"])
def test_a_name_postgresql_would_change_is_refused(tmp_path, name):
    with duckdb.connect(str(tmp_path / "diaodu.duckdb")) as connection:
        connection.execute(f'create schema marts; create table marts.t ("{name}" integer)')
    with pytest.raises(ContractBroken, match="no name for PostgreSQL"):
        tables(tmp_path)


def with_password(database, postgres, password: str):
    name = psycopg.conninfo.conninfo_to_dict(database.dsn)["dbname"]
    return replace(database, dsn=f"postgresql://{CLERK}:{password}@/{name}?host={postgres.folder}")


def test_the_owner_of_the_database_needs_no_more_rights_than_that(first, second, database, postgres):
    for release in (first, second):
        publish_to(with_password(database, postgres, PASSWORD), release)
    assert asked(database, NUMBER) == [(2,)]


def test_a_wrong_password_is_told_without_it(first, database, postgres):
    wrong = with_password(database, postgres, "guessed-77123")
    with pytest.raises(PostgresFailed, match="password authentication failed") as failure:
        publish_to(wrong, first)
    assert "guessed-77123" not in "".join(traceback.format_exception(failure.value)) + repr(wrong)


@pytest.mark.parametrize(
    "dsn", ["postgresql://u:kept-secret-8841@[h/db", "host=h password=kept-secret-8841 kept-secret-8841"]
)
def test_a_setting_nobody_can_read_is_not_repeated(first, database, dsn):
    with pytest.raises(PostgresFailed, match="DIAODU_POSTGRES_DSN") as failure:
        publish_to(replace(database, dsn=dsn), first)
    assert "kept-secret" not in "".join(traceback.format_exception(failure.value))


def test_a_server_that_is_not_there_is_named_with_the_remedy(first, database, tmp_path):
    with pytest.raises(PostgresFailed, match="diaodu publish"):
        publish_to(replace(database, dsn=f"host={tmp_path} dbname=bi"), first)


def test_a_database_that_cannot_hold_every_character_is_refused(first, database, postgres):
    with postgres.connect() as connection:
        connection.execute("create database narrow encoding 'LATIN1' locale 'C' template template0")
    with pytest.raises(PostgresFailed, match="LATIN1"):
        publish_to(replace(database, dsn=postgres.dsn("narrow")), first)
