"""PostgreSQL's contract: what was copied is what the release holds, before any reader meets it.

Belongs here: comparing types, keys, row counts and checksums of the copy with the release.
Does not belong here: whether the figures are right (dbt_project's tests).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import duckdb
import psycopg
from psycopg import sql

from dispatch.postgres_tables import Column, Table
from dispatch.publishing import ContractBroken

_JOINT, _EVERY = " || chr(31) || ", " union all "
_DIGITS = 15  # of an MD5: 60 bits, which both databases add up without overflow


def check_copy(
    release: duckdb.DuckDBPyConnection,
    connection: psycopg.Connection,
    tables: Sequence[Table],
    places: Mapping[str, str],
) -> None:
    """Hold the copy against the release; ``places`` says in which schema of PostgreSQL each public schema lies.

    :class:`ContractBroken` names the first table that differs.
    """
    columns, keys = _columns(connection, places.values()), _keys(connection, places.values())
    there, here = _counted_there(connection, tables, places), _counted_here(release, tables)
    for table in tables:
        place = (places[table.schema], table.name)
        wanted = [(part.name, part.kind, part.is_required or part.name in table.key) for part in table.columns]
        _same(table, "columns", columns.get(place), wanted)
        _same(table, "key", sorted(keys.get(place, ())), sorted(table.key))
        _same(table, "rows and checksum", there[table.source], here[table.source])


def _same(table: Table, what: str, made: object, wanted: object) -> None:
    if made != wanted:
        raise ContractBroken(f"{table.schema}.{table.name}: {what} {made} instead of {wanted}")


def _columns(connection: psycopg.Connection, schemas: Iterable[str]) -> dict[tuple[str, str], list[tuple]]:
    """Name, type and not-null mark of every column, by schema and table."""
    found = connection.execute(
        """
        select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
        from pg_attribute as a
        inner join pg_class as c on c.oid = a.attrelid and c.relkind = 'r'
        inner join pg_namespace as n on n.oid = c.relnamespace and n.nspname = any(%s)
        where a.attnum > 0 and not a.attisdropped
        order by n.nspname, c.relname, a.attnum
        """,
        [list(schemas)],
    ).fetchall()
    return {place: [row[2:] for row in rows] for place, rows in groupby(found, key=lambda row: row[:2])}


def _keys(connection: psycopg.Connection, schemas: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """The columns of every primary key, which PostgreSQL itself keeps unique."""
    found = connection.execute(
        """
        select n.nspname, c.relname, a.attname from pg_constraint as k
        inner join pg_class as c on c.oid = k.conrelid
        inner join pg_namespace as n on n.oid = c.relnamespace and n.nspname = any(%s)
        inner join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
        where k.contype = 'p' order by 1, 2
        """,
        [list(schemas)],
    ).fetchall()
    return {place: [row[2] for row in rows] for place, rows in groupby(found, key=lambda row: row[:2])}


def _counted_here(release: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> dict[str, tuple[int, int]]:
    """Rows and checksum of every table of the release, by its place there."""
    digits = f"coalesce(sum(cast('0x' || substr(md5({{}}), 1, {_DIGITS}) as bigint)), 0)"
    queries = [
        f"select '{table.source}', count(*), {digits.format(_JOINT.join(map(_text_here, table.columns)))}"
        f" from {table.source}"
        for table in tables
    ]
    return {source: (count, total) for source, count, total in release.execute(_EVERY.join(queries)).fetchall()}


def _text_here(column: Column) -> str:
    value = f'"{column.name}"'
    if column.kind == "timestamp with time zone":
        value = f"epoch_us({value})"
    text = f"cast({value} as varchar)"
    if column.kind == "text":
        text = f"replace({text}, chr(0), '')"
    return f"coalesce('=' || {text}, '-')"


def _counted_there(
    connection: psycopg.Connection, tables: Sequence[Table], places: Mapping[str, str]
) -> dict[str, tuple[int, int]]:
    query = sql.SQL("select {}, count(*), coalesce(sum(('x' || substr(md5({}), 1, {}))::bit(60)::bigint), 0) from {}")
    queries = [
        query.format(
            sql.Literal(table.source),
            sql.SQL(_JOINT).join(map(_text_there, table.columns)),
            sql.Literal(_DIGITS),
            sql.Identifier(places[table.schema], table.name),
        )
        for table in tables
    ]
    found = connection.execute(sql.SQL(_EVERY).join(queries)).fetchall()
    return {source: (count, int(total)) for source, count, total in found}


def _text_there(column: Column) -> sql.Composed:
    text = "{}::text"
    if column.kind == "timestamp with time zone":
        text = "(extract(epoch from {}) * 1000000)::bigint::text"
    return sql.SQL(f"coalesce('=' || {text}, '-')").format(sql.Identifier(column.name))
