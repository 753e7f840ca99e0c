"""Publishing: a tested, read-only copy of the marts and reports, swapped in at once.

Belongs here: making a release, testing it before the swap, the swap, keeping the last three.
Does not belong here: what the tables mean (dbt_project/).

``published/current`` is a symlink to ``releases/<id>``, which holds ``diaodu.duckdb`` (tables in the schemas ``marts``
and ``reports`` with their comments) and one Parquet file per table under ``<schema>/``. BI opens the DuckDB file
read-only (``duckdb.connect(path, read_only=True)``, elsewhere ``access_mode=read_only``): opened for writing it would
lock the others out. A reader resolves ``current`` once and reads there; a release never changes after the swap.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.workspace import Workspace

SCHEMAS = ("marts", "reports")
DATABASE = "diaodu.duckdb"
KEPT = 3  # releases, the new one included: readers that opened an older one finish in peace
ROW_GROUP = 122_880


class ContractBroken(Exception):
    """The copy is not what the warehouse holds; nothing was published."""


@dataclass(frozen=True)
class Table:
    """One public table: its name, the columns of its primary key (may be none) and all columns."""

    schema: str
    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def place(self) -> str:
        return f'"{self.schema}"."{self.name}"'

    @property
    def order(self) -> str:
        """A total order: the key, else every column; equal rows are then equal lines."""
        return ", ".join(f'"{column}" nulls first' for column in (self.key or self.columns))


def publish(ws: Workspace) -> str:
    """Make a release of the warehouse and swap it in; its id, the same for the same content.

    Raises :class:`ContractBroken` when the copy does not stand up to its tests; ``current`` then stays as it was.
    """
    releases = ws.published / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    _clear_left_over(ws.published)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=releases))
    try:
        tables, described = _copy(ws.warehouse, making)
        _test(ws.warehouse, making, tables)
        release = f"{_period(making)}-{_content_hash(making, described)}"
        if not (releases / release).exists():
            making.chmod(0o755)
            os.replace(making, releases / release)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    _swap(ws.published, release)
    _forget_old(releases, release)
    return release


def swap_in(ws: Workspace, release: str, kept: Path) -> None:
    """Let readers have a release again that was made before; ``kept`` holds its files where it was forgotten since."""
    releases = ws.published / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    _clear_left_over(ws.published)
    if not (releases / release).exists():
        making = Path(tempfile.mkdtemp(prefix=".making-", dir=releases))
        try:
            shutil.copytree(kept, making, dirs_exist_ok=True)
            making.chmod(0o755)
            os.replace(making, releases / release)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    _swap(ws.published, release)
    _forget_old(releases, release)


def _clear_left_over(published: Path) -> None:
    """What a killed process was making or removing."""
    for folder in (*published.glob("releases/.making-*"), *published.glob("releases/.going-*")):
        shutil.rmtree(folder)
    for link in published.glob(".current-*"):
        link.unlink()


def tables_of(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[Table]:
    """The public tables of an attached database, by schema and name."""
    found = connection.execute(
        """
        select t.schema_name, t.table_name, list(c.column_name order by c.column_index),
            (select any_value(k.constraint_column_names) from duckdb_constraints() as k
             where k.database_name = t.database_name and k.schema_name = t.schema_name
                and k.table_name = t.table_name and k.constraint_type = 'PRIMARY KEY')
        from duckdb_tables() as t
        inner join duckdb_columns() as c using (database_name, schema_name, table_name)
        where t.database_name = ? and t.schema_name in ('marts', 'reports')
        group by t.database_name, t.schema_name, t.table_name
        order by t.schema_name, t.table_name
        """,
        [catalog],
    ).fetchall()
    return [Table(schema, name, tuple(key or ()), tuple(columns)) for schema, name, columns, key in found]


def _copy(warehouse: Path, folder: Path) -> tuple[list[Table], str]:
    """Copy every public table with its key and comments into a new database and to Parquet; also their definitions."""
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute("set threads = 1")  # the same bytes every time
        connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        connection.execute(f"attach {quoted(folder / DATABASE)} as release")
        tables = tables_of(connection, "warehouse")
        connection.execute("begin")  # one for all: each comment alone would wait for the disk
        for schema in SCHEMAS:
            connection.execute(f"create schema release.{schema}")
            (folder / schema).mkdir()
        statements = [_copy_table(connection, table, folder) for table in tables]
        connection.execute("commit")
        connection.execute("checkpoint release")
    return tables, "\n".join(statements)


def _copy_table(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> str:
    """Copy one table; the statements that define it, for the content hash."""
    source = f"(select * from warehouse.{table.place} order by {table.order})"
    definition, comments = _definition(connection, table), _comments(connection, table)
    connection.execute(definition)
    connection.execute(f"insert into release.{table.place} from {source}")
    parquet = quoted(folder / table.schema / f"{table.name}.parquet")
    connection.execute(f"copy {source} to {parquet} (format parquet, compression zstd, row_group_size {ROW_GROUP})")
    for comment in comments:
        connection.execute(comment)
    return "\n".join([definition, *comments])


def _comments(connection: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    """The statements that put the warehouse's comments on the copy."""
    found = connection.execute(
        """
        select '' as column_name, comment, -1 as place from duckdb_tables()
        where database_name = 'warehouse' and schema_name = $schema and table_name = $name and comment is not null
        union all
        select column_name, comment, column_index from duckdb_columns()
        where database_name = 'warehouse' and schema_name = $schema and table_name = $name and comment is not null
        order by place
        """,
        {"schema": table.schema, "name": table.name},
    ).fetchall()
    whole, part = f"table release.{table.place}", f"column release.{table.place}"
    return [
        "comment on {} is {}".format(f'{part}."{column}"' if column else whole, quoted(comment))
        for column, comment, _ in found
    ]


def _definition(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    """Columns with types, not-null marks and the primary key; foreign keys would only hinder readers' tools."""
    described = connection.execute(f"describe warehouse.{table.place}").fetchall()
    columns = [f'"{name}" {kind}{"" if null == "YES" else " not null"}' for name, kind, null, *_ in described]
    if table.key:
        columns.append("primary key ({})".format(", ".join(f'"{name}"' for name in table.key)))
    return f"create table release.{table.place} ({', '.join(columns)})"


def _test(warehouse: Path, folder: Path, tables: list[Table]) -> None:
    """Every table can be read in both copies, has the rows it has in the warehouse, and its keys are unique."""
    if not tables:
        raise ContractBroken("no table in the schemas marts and reports")
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        connection.execute(f"attach {quoted(folder / DATABASE)} as release (read_only)")
        for table in tables:
            parquet = f"read_parquet({quoted(folder / table.schema / f'{table.name}.parquet')})"
            columns = ", ".join(f'"{column}"' for column in table.columns)
            places = {"warehouse": f"warehouse.{table.place}", "duckdb": f"release.{table.place}", "parquet": parquet}
            counts = {
                name: connection.execute(f"select count(*), count(hash({columns})) from {place}").fetchone()
                for name, place in places.items()
            }
            if len(set(counts.values())) != 1:
                raise ContractBroken(f"{table.schema}.{table.name}: row counts differ {counts}")
            _test_key(connection, table)


def _test_key(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    if table.key:
        key = ", ".join(f'"{column}"' for column in table.key)
        query = f"select {key} from release.{table.place} group by all having count(*) > 1 limit 1"
        if twice := connection.execute(query).fetchone():
            raise ContractBroken(f"{table.schema}.{table.name}: key {twice} stands twice")


def _period(folder: Path) -> str:
    """The latest period the release speaks of; ``empty`` before there is any."""
    with duckdb.connect() as connection:
        periods = [
            connection.execute(f"select max(period) from read_parquet({quoted(file)})").fetchone()[0]
            for file in sorted(folder.glob("*/*.parquet"))
            if "period" in _parquet_columns(connection, file)
        ]
    return max(filter(None, periods), default="empty")


def _parquet_columns(connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    return [row[0] for row in connection.execute(f"describe select * from read_parquet({quoted(file)})").fetchall()]


def _content_hash(folder: Path, described: str) -> str:
    """Twelve digits of the SHA-256 over definitions, comments and Parquet files: no clock, no layout of blocks."""
    digest = hashlib.sha256(described.encode())
    for file in sorted(folder.glob("*/*.parquet")):
        digest.update(f"{file.relative_to(folder)}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _swap(published: Path, release: str) -> None:
    """One rename: whoever opens ``current`` gets the old release or the new one, never neither."""
    link = published / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / release)
    os.utime(published / "releases" / release)  # the order in which releases were swapped in
    os.replace(link, published / "current")


def _forget_old(releases: Path, current: str) -> None:
    by_age = sorted(
        (path for path in releases.glob("[!.]*") if path.is_dir() and path.name != current),
        key=lambda path: path.stat().st_mtime_ns,
        reverse=True,
    )
    for path in by_age[KEPT - 1 :]:
        # renamed first: half a release must never pass for one whose content comes round again
        shutil.rmtree(path.rename(releases / f".going-{path.name}"))


def quoted(text: object) -> str:
    """A text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"
