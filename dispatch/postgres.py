"""PostgreSQL: a release copied into the database that BI reads, tested there, and swapped in at once.

Belongs here: connecting, the order of one publication, what is said when it cannot be made.
Does not belong here: making a release (publishing), when to publish (orchestration).

A publication that dies at any point leaves readers with the release they had; the next one clears away its remains.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import psycopg
from psycopg import conninfo, errors, sql

from dispatch.postgres_contract import check_copy
from dispatch.postgres_swap import PATIENCE_SECONDS, NotOurs, clear, let_read, make_schemas, place_of, swap
from dispatch.postgres_tables import Column, Table, copy_table, definition, key_definition, opened, tables_of
from dispatch.publishing import SCHEMAS, ContractBroken
from ingestion import vocabulary
from ingestion.settings import TIMEZONE, PostgresSetting

_ONE_AT_A_TIME = 4_203_771_905  # the number of the lock that a publication holds in its database
_BUSY_SECONDS = 10.0  # the server needs a moment to notice that a killed publication is gone
_DEFAULTS = {"connect_timeout": "10", "application_name": "diaodu publish", "client_encoding": "utf8"}


class PostgresFailed(Exception):
    """The release did not get into PostgreSQL; the text says in Chinese why and what to do, and holds no password."""


@dataclass(frozen=True)
class Published:
    """What stands in PostgreSQL now: the release, its size, and what could not be cleared away yet."""

    release: str
    tables: int
    rows: int
    left_over: tuple[str, ...]
    all_readers_done: bool


def publish_to(
    setting: PostgresSetting, release_folder: Path, release: str | None = None, patience: float = PATIENCE_SECONDS
) -> Published:
    """Copy the release in ``release_folder`` (``diaodu.duckdb`` in it) to PostgreSQL and swap it in.

    ``release`` is the id that readers see in ``marts.published_release``; else the folder's name is.
    ``patience`` is how many seconds the swap waits for transactions that read the old tables.
    :class:`PostgresFailed` when it cannot be done; readers then keep what they had.
    """
    name = release or release_folder.resolve().name
    with _worded(setting), _connected(setting.dsn) as connection, opened(release_folder.resolve()) as source:
        _check_encoding(connection)
        _take_turn(connection)
        clear(connection)
        tables = tables_of(source)
        make_schemas(connection, _say("schema", release=name))
        for table in tables:
            copy_table(source, connection, table, place_of(table.schema))
        check_copy(source, connection, tables, {schema: place_of(schema) for schema in SCHEMAS})
        _tell_release(connection, source, name)
        let_read(connection, setting.reader)
        all_done = swap(connection, patience)
        rows = sum(source.execute(f"select count(*) from {table.source}").fetchone()[0] for table in tables)
        return Published(name, len(tables), rows, tuple(clear(connection)), all_done)


@contextmanager
def _connected(dsn: str) -> Iterator[psycopg.Connection]:
    given = conninfo.conninfo_to_dict(dsn)
    defaults = {name: value for name, value in _DEFAULTS.items() if name not in given}
    try:
        connection = psycopg.connect(dsn, autocommit=True, **defaults)
    except psycopg.OperationalError as error:
        raise PostgresFailed(_say("unreachable", cause=_without_secret(error, dsn))) from None
    with connection:
        # whatever the server or the login presets: a long copy is no mistake, and every name is written out
        connection.execute("set search_path = pg_catalog; set statement_timeout = 0; set lock_timeout = 0")
        yield connection


def _check_encoding(connection: psycopg.Connection) -> None:
    if (encoding := connection.info.parameter_status("server_encoding")) != "UTF8":
        raise PostgresFailed(_say("encoding", encoding=encoding))


def _take_turn(connection: psycopg.Connection) -> None:
    until = time.monotonic() + _BUSY_SECONDS
    while not connection.execute("select pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME]).fetchone()[0]:
        if time.monotonic() > until:
            raise PostgresFailed(_say("busy"))
        time.sleep(0.2)


def _tell_release(connection: psycopg.Connection, source: duckdb.DuckDBPyConnection, release: str) -> None:
    """The table that says which release stands; it is swapped in with the tables it speaks of."""
    instant = "timestamp with time zone"
    table = Table(
        "marts",
        "published_release",
        ("release_id",),
        (
            Column("release_id", "text", True, _say("release_id")),
            Column("known_at", instant, False, _say("known_at")),
            Column("published_at", instant, True, _say("published_at")),
        ),
        _say("published_release"),
    )
    schema = place_of(table.schema)
    place = sql.Identifier(schema, table.name)
    [known_at] = source.execute("select max(known_at) from release.marts.dim_period").fetchone()
    with connection.transaction():
        connection.execute(definition(table, schema))
        with connection.cursor().copy(sql.SQL("copy {} from stdin with (freeze)").format(place)) as copy:
            copy.write_row([release, known_at, datetime.now(TIMEZONE)])
        connection.execute(key_definition(table, schema))


@contextmanager
def _worded(setting: PostgresSetting) -> Iterator[None]:
    """Turn what can stop a publication into one sentence. What the library says may hold the whole setting."""
    try:
        yield
    except psycopg.ProgrammingError as error:
        if error.sqlstate is None:  # the setting itself cannot be read; the library repeats it, password and all
            raise PostgresFailed(_say("bad_dsn")) from None
        key = "not_allowed" if isinstance(error, errors.InsufficientPrivilege) else "refused"
        raise PostgresFailed(_say(key, reader=setting.reader, cause=_without_secret(error, setting.dsn))) from None
    except psycopg.OperationalError as error:
        raise PostgresFailed(_say("broken_off", cause=_without_secret(error, setting.dsn))) from None
    except psycopg.Error as error:
        raise PostgresFailed(_say("refused", cause=_without_secret(error, setting.dsn))) from None
    except NotOurs as error:
        raise PostgresFailed(_say("not_ours", schema=error)) from None
    except (OSError, duckdb.Error) as error:
        raise PostgresFailed(_say("here", cause=error)) from None
    except ContractBroken as error:
        raise PostgresFailed(_say("contract", cause=error)) from None


def _without_secret(error: psycopg.Error, dsn: str) -> str:
    """What the server said, in one line, the password struck out should it stand there."""
    said = " ".join(str(error).split())
    secret = conninfo.conninfo_to_dict(dsn).get("password")
    return said.replace(secret, "***") if secret else said


def _say(key: str, **values: object) -> str:
    return vocabulary.messages("release")[f"postgres.{key}"].format(**values)
