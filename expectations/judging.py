"""Judging: every rule's boolean for every row at once, in DuckDB.

Belongs here: turning checks into columns, and the rows' candidates for what the true value would have been.
Does not belong here: what is offered (offering), which candidate wins (culprits), findings (findings).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations.rule import Check, Evidence, IssueCheck
from ingestion import vocabulary

MEASURES = ("decimal", "percent")
WORTH_OPTIMIZING = 2_000  # rows; below, optimizing hundreds of booleans takes longer than reckoning them as they stand
Judged = Check | Evidence | IssueCheck
Said = dict[tuple[int, str], dict[str, object]]  # by row key and check column: values by name
Verdict = tuple[int, bool | None, dict[str, object]]  # row key, what a check says of it, the words of its message


def judge(connection: duckdb.DuckDBPyConnection, offered: str, judged: str, checks: Sequence[Judged]) -> pa.Table:
    """Row_key and one boolean per check (NULL: not judged), by row key; SQL may ask for it as ``judged``.

    An amount too large for exact arithmetic makes a rule not judged instead of stopping the run.
    """
    [rows] = connection.execute(f"select count(*) from {offered}").fetchone()
    return _judge(connection, offered, judged, checks, rows)


def failing(verdicts: pa.Table, checks: Sequence[Check | Evidence]) -> dict[int, list[Check | Evidence]]:
    """The checks that failed, per row key and in the order given."""
    found: dict[int, list[Check | Evidence]] = defaultdict(list)
    for check in checks:
        for key in verdicts["row_key"].filter(pc.equal(verdicts[check.column], False)).to_pylist():
            found[key].append(check)
    return dict(sorted(found.items()))


def counts(verdicts: pa.Table, checks: Iterable[Judged]) -> dict[str, tuple[int, int, int]]:
    """(passed, failed, not judged) per check column."""
    found = {}
    for check in checks:
        column = verdicts[check.column]
        passed = pc.sum(column).as_py() or 0
        found[check.column] = (passed, len(column) - column.null_count - passed, column.null_count)
    return found


def solutions(
    connection: duckdb.DuckDBPyConnection, offered: str, judged: str, checks: Iterable[Check | Evidence]
) -> Said:
    """The value of each cell that a failed check says would make it hold. ``checks``: those that failed somewhere."""
    wanted = {
        (check.column, cell): f"({value})::{'decimal(22, 6)' if is_measure(cell) else 'varchar'}"
        for check in checks
        for cell, value in check.solves.items()
    }
    found: Said = {}
    for key, column, cell, value in _where_failed(connection, offered, judged, wanted):
        if value is not None:
            found.setdefault((key, column), {})[cell] = value
    return found


def said(connection: duckdb.DuckDBPyConnection, offered: str, judged: str, checks: Iterable[Check]) -> Said:
    """The values of the words that a failed check's message uses. ``checks``: those that failed somewhere."""
    wanted = {(check.column, word): value for check in checks for word, value in check.words.items()}
    found: Said = {}
    for key, column, word, value in _where_failed(connection, offered, judged, wanted):
        found.setdefault((key, column), {})[word] = value
    return found


def judge_apart(
    connection: duckdb.DuckDBPyConnection,
    rows: pa.Table,
    checks: Sequence[Check],
    subject: Callable[[Check], Mapping[str, str]] = lambda check: {},
) -> Iterator[tuple[Check, list[Verdict]]]:
    """What each check says of rows that are no project's: their number, the verdict, the words where it failed.

    ``subject`` names the rows a check speaks of: all that have these values.
    """
    if not checks or not len(rows):
        yield from ((check, []) for check in checks)
        return
    connection.register("apart", rows.append_column("row_key", pa.array(range(len(rows)), pa.int64())))
    verdicts = _judge(connection, "apart", "judged_apart", checks, len(rows))
    own = {check.column: _numbers(rows, subject(check)) for check in checks}
    told = {check.column: verdicts[check.column].take(own[check.column]).to_pylist() for check in checks}
    words = said(connection, "apart", "judged_apart", [check for check in checks if False in told[check.column]])
    for check in checks:
        pairs = zip(own[check.column].to_pylist(), told[check.column], strict=True)
        yield check, [(number, verdict, words.get((number, check.column), {})) for number, verdict in pairs]


def is_measure(name: str) -> bool:
    """Whether a field is an amount or a percentage, of which a true value can be reckoned."""
    return vocabulary.fields()[name].type in MEASURES


def measures(columns: Iterable[str]) -> list[str]:
    """The fields among the columns that are measures."""
    return [name for name in columns if name in vocabulary.fields() and is_measure(name)]


def _where_failed(
    connection: duckdb.DuckDBPyConnection, offered: str, judged: str, wanted: Mapping[tuple[str, str], str]
) -> Iterator[tuple[int, str, str, object]]:
    """Row key, check column, name and value of SQL values by (check column, name), where the check failed."""
    if not wanted:
        return
    columns = dict.fromkeys(column for column, _ in wanted)
    values = ", ".join(f'case when not "{column}" then try({value}) end' for (column, _), value in wanted.items())
    flags = ", ".join(f'not "{column}"' for column in columns)
    query = f"""
        select row_key, [{flags}], {values} from {offered} inner join {judged} using (row_key)
        where {" or ".join(f'not "{column}"' for column in columns)} order by row_key
    """
    for key, failed, *row in connection.execute(query).fetchall():
        is_failed = dict(zip(columns, failed, strict=True))
        for (column, name), value in zip(wanted, row, strict=True):
            if is_failed[column]:
                yield key, column, name, value


def _numbers(rows: pa.Table, values: Mapping[str, str]) -> pa.Array:
    """The numbers of the rows that have these values."""
    numbers = pa.array(range(len(rows)), pa.int64())
    for name, value in values.items():
        numbers = numbers.filter(pc.equal(rows[name].take(numbers), value))
    return numbers


def _judge(
    connection: duckdb.DuckDBPyConnection, offered: str, judged: str, checks: Sequence[Judged], rows: int
) -> pa.Table:
    columns = ["row_key", *(f'try(({check.claim})::boolean) as "{check.column}"' for check in checks)]
    query = f"select {', '.join(columns)} from {offered}"
    with _optimizing(connection, rows >= WORTH_OPTIMIZING):
        found = connection.execute(query).to_arrow_table().sort_by("row_key")
    connection.register(judged, found)
    return found


@contextmanager
def _optimizing(connection: duckdb.DuckDBPyConnection, is_worth_it: bool) -> Iterator[None]:
    if is_worth_it:
        yield
        return
    connection.execute("pragma disable_optimizer")
    try:
        yield
    finally:
        connection.execute("pragma enable_optimizer")
