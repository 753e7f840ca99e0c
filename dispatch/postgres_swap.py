"""PostgreSQL's swap: the new schemas take the names that readers use, in one transaction.

Belongs here: schemas made beside, the swap, clearing away what an earlier publication left, who may read.
Does not belong here: filling and testing the new schemas (postgres_tables, postgres_contract).

Readers use the names ``marts`` and ``reports``. A rename takes no lock on tables: queries under way and open cursors
keep the old ones. So that no transaction reads one table of the old release and the next of the new, the swap first
asks for all old tables alone. It gives up after a moment, lets those through who wait behind it, and asks again.
"""

import re
import time
from collections.abc import Iterable

import psycopg
from psycopg import errors, sql

from dispatch.publishing import SCHEMAS

MARK = "Diaodu"  # what the comment on every schema of ours begins with; a schema without it is somebody else's
PATIENCE_SECONDS = 20.0
# Shorter than the second after which PostgreSQL looks for deadlocks: a reader who has one table and waits for another
# must never be the one that is sent away.
_ASKING_MILLISECONDS = 400
_PAUSE_SECONDS = 0.1


class NotOurs(Exception):
    """A schema of a name we need holds what somebody else put there."""


def place_of(schema: str) -> str:
    """The schema in which a release is made.

    >>> place_of("marts")
    'marts_new'
    """
    return f"{schema}_new"


def schemas_of_ours(connection: psycopg.Connection) -> set[str]:
    """The schemas that publications made, those left over included; :class:`NotOurs` when a needed name is taken."""
    found = connection.execute(
        "select nspname, coalesce(obj_description(oid, 'pg_namespace'), '') from pg_namespace"
    ).fetchall()
    ours = {name for name, comment in found if comment.startswith(MARK)}
    if taken := {name for name, _ in found} & {*SCHEMAS, *map(place_of, SCHEMAS)} - ours:
        raise NotOurs(min(taken))
    return ours


def make_schemas(connection: psycopg.Connection, comment: str) -> None:
    """The empty schemas of a new release."""
    with connection.transaction():
        for schema in map(place_of, SCHEMAS):
            connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
            connection.execute(
                sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema), sql.Literal(f"{MARK} {comment}"))
            )


def let_read(connection: psycopg.Connection, role: str) -> None:
    """The reading role may read the new schemas, and nothing else; it is made when there is none."""
    reader = sql.Identifier(role)
    with connection.transaction():
        if not connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
            connection.execute(sql.SQL("create role {} nologin").format(reader))
        for schema in map(sql.Identifier, map(place_of, SCHEMAS)):
            connection.execute(sql.SQL("grant usage on schema {} to {}").format(schema, reader))
            connection.execute(sql.SQL("grant select on all tables in schema {} to {}").format(schema, reader))


def swap(connection: psycopg.Connection, patience: float) -> bool:
    """Give the new schemas the readers' names; whether every reader had finished.

    Who still reads after ``patience`` seconds is not waited for: its queries and cursors go on over the old tables.
    """
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            _rename(connection, alone=True)
        except (errors.QueryCanceled, errors.LockNotAvailable, errors.DeadlockDetected):
            time.sleep(_PAUSE_SECONDS)
        else:
            return True
    _rename(connection, alone=False)
    return False


def _rename(connection: psycopg.Connection, alone: bool) -> None:
    ours = schemas_of_ours(connection)
    with connection.transaction():
        if alone and (tables := _tables(connection, SCHEMAS)):
            connection.execute(f"set local statement_timeout = {_ASKING_MILLISECONDS}")
            connection.execute(sql.SQL("lock table {} in access exclusive mode").format(sql.SQL(", ").join(tables)))
            connection.execute("set local statement_timeout = 0")
        for schema in SCHEMAS:
            if schema in ours:
                _rename_schema(connection, schema, _free(schema, ours))
            _rename_schema(connection, place_of(schema), schema)


def _rename_schema(connection: psycopg.Connection, schema: str, name: str) -> None:
    connection.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(schema), sql.Identifier(name)))


def _free(schema: str, taken: set[str]) -> str:
    """The first name for an old schema that nothing else has: one may be left over from before."""
    return next(name for number in range(1, len(taken) + 2) if (name := f"{schema}_old_{number}") not in taken)


def clear(connection: psycopg.Connection) -> list[str]:
    """Drop what earlier publications left: half-made schemas and old ones.

    Returns the old ones that must stay: somebody reads there still, or views of somebody's own hang on them. Nobody is
    made to wait: readers find their tables by the names ``marts`` and ``reports``.
    """
    return [
        schema
        for schema in sorted(schemas_of_ours(connection) - {*SCHEMAS})
        if re.search(r"_(new|old_\d+)$", schema) and not _dropped(connection, schema)
    ]


def _dropped(connection: psycopg.Connection, schema: str) -> bool:
    try:
        with connection.transaction():
            connection.execute(f"set local lock_timeout = {_ASKING_MILLISECONDS}")
            if tables := list(_tables(connection, [schema])):
                connection.execute(sql.SQL("drop table {}").format(sql.SQL(", ").join(tables)))
            connection.execute(sql.SQL("drop schema {}").format(sql.Identifier(schema)))
    except (errors.LockNotAvailable, errors.DependentObjectsStillExist, errors.DeadlockDetected):
        return False
    return True


def _tables(connection: psycopg.Connection, schemas: Iterable[str]) -> list[sql.Identifier]:
    found = connection.execute(
        "select schemaname, tablename from pg_tables where schemaname = any(%s) order by 1, 2", [list(schemas)]
    ).fetchall()
    return [sql.Identifier(*names) for names in found]
