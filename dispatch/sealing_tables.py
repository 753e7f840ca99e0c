"""Sealing tables: the public tables as one plan has them up to one period, in bytes that never depend on anything else.

Belongs here: which rows of which tables a certified release freezes, writing and hashing them.
Does not belong here: what else is frozen (sealing_manifest), the release that BI reads (publishing).

Other plans, and later periods of the same one, come and go without touching these rows. A table without a plan is the
vocabulary's (``dim_metric``, ``dim_region``); ``dim_rule`` alone speaks of the latest period of any plan and stays out.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from dispatch.publishing import ROW_GROUP, Table, quoted, tables_of
from ingestion.archive import sha256_of

LEFT_OUT = ("dim_rule",)


@dataclass(frozen=True)
class SealedTable:
    """One Parquet file of a certified release: its place in the folder, its hash and how many rows it holds."""

    place: str  # marts/fct_metric.parquet
    sha256: str
    rows: int


def export(database: Path, plan_id: str, period: str, folder: Path) -> list[SealedTable]:
    """Write the rows of a plan up to a period from a warehouse or a release into ``folder``, by place.

    Up to: of both series, whatever speaks of a day not after the period's own (``cutoff_date``).
    """
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute("set threads = 1")  # the same bytes every time
        connection.execute(f"attach {quoted(database)} as source (read_only)")
        connection.execute(
            """
            create temp table later as
            select period from source.marts.dim_period
            where plan_id = $1 and cutoff_date > (
                select cutoff_date from source.marts.dim_period where plan_id = $1 and period = $2
            )
            """,
            [plan_id, period],
        )
        tables = [table for table in tables_of(connection, "source") if table.name not in LEFT_OUT]
        return [_write(connection, table, plan_id, folder) for table in tables]


def _write(connection: duckdb.DuckDBPyConnection, table: Table, plan_id: str, folder: Path) -> SealedTable:
    place = f"{table.schema}/{table.name}.parquet"
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    conditions = [f"plan_id = {quoted(plan_id)}"] if "plan_id" in table.columns else []
    conditions += ["period not in (select period from later)"] if "period" in table.columns else []
    chosen = f"select * from source.{table.place} where {' and '.join(conditions or ['true'])} order by {table.order}"
    form = f"format parquet, compression zstd, row_group_size {ROW_GROUP}"
    [(rows,)] = connection.execute(f"copy ({chosen}) to {quoted(path)} ({form})").fetchall()
    return SealedTable(place, sha256_of(path), rows)
