"""PostgreSQL's tables: what a release holds, said in PostgreSQL's types, with keys and comments, and copied there.

Belongs here: reading the tables of a release, their definitions in PostgreSQL, filling them.
Does not belong here: testing what was copied (postgres_contract), putting it in the readers' way (postgres_swap).
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb
import psycopg
from psycopg import sql

from dispatch.publishing import DATABASE, SCHEMAS, ContractBroken

TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")  # a longer name would be cut off by PostgreSQL without a word
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Column:
    """One column: its type as PostgreSQL prints it, whether it may be empty, its Chinese comment."""

    name: str
    kind: str
    is_required: bool
    comment: str


@dataclass(frozen=True)
class Table:
    """One public table of a release, as it will stand in PostgreSQL."""

    schema: str
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    comment: str

    @property
    def source(self) -> str:
        """Where it is found in the release."""
        return f'release."{self.schema}"."{self.name}"'


@contextmanager
def opened(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of a release, read-only, attached as ``release``."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")  # how instants are written down on the way
        path = str(folder / DATABASE).replace("'", "''")
        connection.execute(f"attach '{path}' as release (read_only)")
        yield connection


def tables_of(release: duckdb.DuckDBPyConnection) -> list[Table]:
    """Every public table by schema and name; :class:`ContractBroken` when one cannot be said in PostgreSQL."""
    found = release.execute(
        """
        select c.schema_name, c.table_name, coalesce(t.comment, ''), k.constraint_column_names,
            c.column_name, c.data_type, c.is_nullable, coalesce(c.comment, '')
        from duckdb_tables() as t
        inner join duckdb_columns() as c using (database_name, schema_name, table_name)
        left join duckdb_constraints() as k
            on k.database_name = t.database_name and k.schema_name = t.schema_name
            and k.table_name = t.table_name and k.constraint_type = 'PRIMARY KEY'
        where t.database_name = 'release' and list_contains(?, t.schema_name)
        order by c.schema_name, c.table_name, c.column_index
        """,
        [list(SCHEMAS)],
    ).fetchall()
    if not found:
        raise ContractBroken("the release holds no public table")
    return [
        Table(schema, name, tuple(key or ()), tuple(_column(f"{schema}.{name}", *row[4:]) for row in rows), comment)
        for (schema, name, comment, key), rows in groupby(found, key=lambda row: row[:4])
    ]


def _column(table: str, name: str, kind: str, may_be_empty: bool, comment: str) -> Column:
    for word in (*table.split("."), name):
        if not _NAME.fullmatch(word):
            raise ContractBroken(f"{table}: {word!r} is no name for PostgreSQL (ASCII, at most 63 bytes)")
    return Column(name, type_of(kind), not may_be_empty, comment)


def type_of(kind: str) -> str:
    """PostgreSQL's type for one of DuckDB's; only exact ones are public.

    >>> type_of("DECIMAL(18,2)"), type_of("TIMESTAMP WITH TIME ZONE")
    ('numeric(18,2)', 'timestamp with time zone')
    """
    if decimal := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return "numeric({},{})".format(*decimal.groups())
    if kind not in TYPES:
        raise ContractBroken(f"no PostgreSQL type for {kind}")
    return TYPES[kind]


def definition(table: Table, schema: str) -> sql.Composed:
    """The statements that make a table with its comments; the key comes after its rows, that is quicker.

    Nothing ever changes in such a table, so there is nothing to clean up after anyone.
    """
    place = sql.Identifier(schema, table.name)
    columns = sql.SQL(", ").join(
        sql.SQL("{} " + column.kind + (" not null" if column.is_required else "")).format(sql.Identifier(column.name))
        for column in table.columns
    )
    comments = [
        sql.SQL("comment on column {} is {}").format(
            sql.Identifier(schema, table.name, column.name), sql.Literal(column.comment)
        )
        for column in table.columns
        if column.comment
    ]
    return sql.SQL("; ").join(
        [
            sql.SQL("create table {} ({}) with (autovacuum_enabled = false)").format(place, columns),
            sql.SQL("comment on table {} is {}").format(place, sql.Literal(table.comment)),
            *comments,
        ]
    )


def key_definition(table: Table, schema: str) -> sql.Composed:
    """The statement that adds the primary key of a table that has one."""
    columns = sql.SQL(", ").join(map(sql.Identifier, table.key))
    return sql.SQL("alter table {} add primary key ({})").format(sql.Identifier(schema, table.name), columns)


def copy_table(release: duckdb.DuckDBPyConnection, connection: psycopg.Connection, table: Table, schema: str) -> None:
    """Make one table in ``schema`` with every row of the release, key and statistics, or nothing of it.

    The rows are frozen: whoever began a transaction before they came sees them too, so a transaction that meets the
    new tables never meets empty ones.
    """
    place = sql.Identifier(schema, table.name)
    with connection.transaction(), tempfile.TemporaryDirectory(prefix="diaodu-") as folder:
        connection.execute(definition(table, schema))
        path = Path(folder) / "rows.csv"
        release.execute(f"copy ({_rows(table)}) to '{path}' ({_csv(table)})")
        filling = connection.cursor().copy(sql.SQL("copy {} from stdin with (format csv, freeze)").format(place))
        with filling as copy, path.open("rb") as rows:
            while block := rows.read(_BLOCK_BYTES):
                copy.write(block)
        finish = [key_definition(table, schema)] if table.key else []
        connection.execute(sql.SQL("; ").join([*finish, sql.SQL("analyze {}").format(place)]))


def _rows(table: Table) -> str:
    """The rows in the order of their key; PostgreSQL has no text with a zero byte in it."""
    columns = ", ".join(
        f'replace("{column.name}", chr(0), \'\') as "{column.name}"' if column.kind == "text" else f'"{column.name}"'
        for column in table.columns
    )
    order = ", ".join(f'"{name}"' for name in table.key) or "all"
    return f"select {columns} from {table.source} order by {order}"


def _csv(table: Table) -> str:
    r"""Texts are quoted: an empty one is then no NULL, and a line that is nothing but ``\.`` no end of the data."""
    texts = ", ".join(f'"{column.name}"' for column in table.columns if column.kind == "text")
    return "format csv, header false" + (f", force_quote ({texts})" if texts else "")
