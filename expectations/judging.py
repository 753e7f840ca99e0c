"""Judging: every rule's boolean for every row at once, in DuckDB.

Belongs here: turning checks into columns, and the rows' candidates for what the true value would have been.
Does not belong here: what is offered (offering), which candidate wins (culprits), findings (findings).
"""

from collections.abc import Iterable, Sequence

import duckdb

from expectations.catalogue import Check, Evidence
from ingestion import vocabulary

MEASURES = ("decimal", "percent")


def judge(connection: duckdb.DuckDBPyConnection, offered: str, judged: str, checks: Sequence[Check | Evidence]) -> None:
    """Make the temp table ``judged``: the key columns of ``offered`` and one boolean per check (NULL: not judged).

    An amount too large for exact arithmetic makes a rule not judged instead of stopping the run.
    """
    columns = ", ".join(f'try(({check.must})::boolean) as "{check.column}"' for check in checks)
    connection.execute(f"create or replace temp table {judged} as select row_key{', ' * bool(columns)}{columns} from {offered}")


def failing(connection: duckdb.DuckDBPyConnection, judged: str, checks: Sequence[Check | Evidence]) -> dict[int, list]:
    """The checks that failed, per row key, in the catalogue's order."""
    found: dict[int, list] = {}
    for check in checks:
        query = f'select row_key from {judged} where not "{check.column}" order by row_key'
        for (key,) in connection.execute(query).fetchall():
            found.setdefault(key, []).append(check)
    return found


def counts(connection: duckdb.DuckDBPyConnection, judged: str, column: str, where: str) -> tuple[int, int, int]:
    """(passed, failed, not judged) of one column over the rows of ``where``."""
    query = f"""
        select count(*) filter (where v), count(*) filter (where not v), count(*) filter (where v is null)
        from (select "{column}" as v from {judged} where {where})
    """
    return connection.execute(query).fetchone()


def proposals(
    connection: duckdb.DuckDBPyConnection, offered: str, judged: str, checks: Iterable[Check | Evidence]
) -> list[tuple[int, str, str, object]]:
    """(row key, check column, cell, value) for each value that a failed check says would make it hold."""
    found = []
    for check in checks:
        for cell, value in check.solves.items():
            kind = "decimal(22, 6)" if is_measure(cell) else "varchar"
            query = f"""
                select row_key, try(({value})::{kind}) as value from {offered} inner join {judged} using (row_key)
                where not "{check.column}" and try(({value})::{kind}) is not null order by row_key
            """
            found += [(key, check.column, cell, value) for key, value in connection.execute(query).fetchall()]
    return found


def is_measure(name: str) -> bool:
    """Whether a field is an amount or a percentage, of which a true value can be reckoned."""
    return vocabulary.fields()[name].type in MEASURES


def measures(columns: Iterable[str]) -> list[str]:
    """The fields among the columns that are measures."""
    return [name for name in columns if name in vocabulary.fields() and is_measure(name)]
