"""Judging: every rule's boolean for every row at once, in DuckDB.

Belongs here: turning checks into columns, and the rows' candidates for what the true value would have been.
Does not belong here: what is offered (offering), which candidate wins (culprits), findings (findings).
"""

from collections.abc import Iterable, Sequence

import duckdb
import pyarrow.compute as pc

from expectations.rule import Check, Evidence, IssueCheck
from ingestion import vocabulary

MEASURES = ("decimal", "percent")
Judged = Check | Evidence | IssueCheck


def judge(connection: duckdb.DuckDBPyConnection, offered: str, judged: str, checks: Sequence[Judged]) -> None:
    """Make the temp table ``judged``: row_key and one boolean per check (NULL: not judged).

    An amount too large for exact arithmetic makes a rule not judged instead of stopping the run.
    """
    columns = ["row_key", *(f'try(({check.claim})::boolean) as "{check.column}"' for check in checks)]
    connection.execute(f"create or replace temp table {judged} as select {', '.join(columns)} from {offered}")


def failing(connection: duckdb.DuckDBPyConnection, judged: str, checks: Sequence[Check | Evidence]) -> dict[int, list]:
    """The checks that failed, per row key, in the order given."""
    if not checks:
        return {}
    columns = [f'"{check.column}"' for check in checks]
    query = f"select row_key, {', '.join(columns)} from {judged} where not ({' and '.join(columns)}) order by row_key"
    return {
        key: [check for check, verdict in zip(checks, verdicts, strict=True) if verdict is False]
        for key, *verdicts in connection.execute(query).fetchall()
    }


def counts(
    connection: duckdb.DuckDBPyConnection,
    offered: str,
    judged: str,
    checks: Sequence[Check | IssueCheck],
    every_version: bool = False,
) -> dict[str, tuple[int, int, int]]:
    """(passed, failed, not judged) per check column over the rows that count: those of the effective versions, or of
    every version that came.
    """
    if not checks:
        return {}
    columns = ", ".join(f'j."{check.column}"' for check in checks)
    query = f"select {columns} from {judged} as j inner join {offered} as o using (row_key) where ? or o.is_effective"
    verdicts = connection.execute(query, [every_version]).to_arrow_table()  # SQL plans long over hundreds of counts
    found = {}
    for check in checks:
        column = verdicts[check.column]
        passed = pc.sum(column).as_py() or 0
        found[check.column] = (passed, len(column) - column.null_count - passed, column.null_count)
    return found


def solutions(
    connection: duckdb.DuckDBPyConnection, offered: str, judged: str, checks: Iterable[Check | Evidence]
) -> dict[tuple[int, str], dict[str, object]]:
    """By row key and check column: the value of each cell that a failed check says would make it hold."""
    found: dict[tuple[int, str], dict[str, object]] = {}
    for check in checks:
        for cell, value in check.solves.items():
            kind = "decimal(22, 6)" if is_measure(cell) else "varchar"
            query = f"""
                select row_key, try(({value})::{kind}) as value from {offered} inner join {judged} using (row_key)
                where not "{check.column}" and try(({value})::{kind}) is not null order by row_key
            """
            for key, solution in connection.execute(query).fetchall():
                found.setdefault((key, check.column), {})[cell] = solution
    return found


def said(
    connection: duckdb.DuckDBPyConnection, offered: str, judged: str, checks: Iterable[Check]
) -> dict[tuple[int, str], dict[str, object]]:
    """By row key and check column: the values of the words that a failed check's message uses."""
    found: dict[tuple[int, str], dict[str, object]] = {}
    for check in (check for check in checks if check.words):
        values = ", ".join(f"try({value})" for value in check.words.values())
        query = (
            f'select row_key, {values} from {offered} inner join {judged} using (row_key) where not "{check.column}"'
        )
        for key, *row in connection.execute(query).fetchall():
            found[key, check.column] = dict(zip(check.words, row, strict=True))
    return found


def is_measure(name: str) -> bool:
    """Whether a field is an amount or a percentage, of which a true value can be reckoned."""
    return vocabulary.fields()[name].type in MEASURES


def measures(columns: Iterable[str]) -> list[str]:
    """The fields among the columns that are measures."""
    return [name for name in columns if name in vocabulary.fields() and is_measure(name)]
