"""What if: the checks judged once more with one figure of a row replaced.

Belongs here: rows under each proposal, totals under other sums, in DuckDB, with the catalogue's own ``must``.
Does not belong here: which proposal is believed (culprits).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations import judging
from expectations.catalogue import load_rules
from expectations.culprits import Proposal, weighs
from expectations.rule import Check, Evidence
from ingestion.lake import WAN_READ

TotalOf = Mapping[tuple[int, str], list[int]]  # (row key, field) -> entries of offered_totals above that cell
_PROPOSED = pa.schema([("number", pa.int64()), ("row_key", pa.int64()), ("cell", pa.string()), ("value", WAN_READ)])
_CHANGE = pa.schema(
    [
        ("number", pa.int64()),
        ("entry_key", pa.int64()),
        ("details_change", WAN_READ),
        ("subtotals_change", WAN_READ),
    ]
)


def propose(
    connection: duckdb.DuckDBPyConnection,
    judged: pa.Table,
    failing: Mapping[int, Sequence[Check | Evidence]],
    solutions: Mapping[tuple[int, str], Mapping[str, object]],
    checks: Sequence[Check | Evidence],
    totals_over: TotalOf,
) -> dict[int, list[Proposal]]:
    """The proposals for every failing row: all figures that its failed checks (and evidence) ask for.

    ``judged`` is what :func:`judging.judge` says of the rows as they are.
    """
    sources: dict[tuple[int, str, Decimal], set[str]] = defaultdict(set)
    for (key, column), wanted in solutions.items():
        for cell, value in wanted.items():
            if key in failing and judging.is_measure(cell):
                sources[key, cell, value].add(column)
    asked = sorted(sources)
    if not asked:
        return {}
    verdicts = _rows_under(connection, judged, asked, checks)
    columns = _columns_under(connection, asked, totals_over)
    by_name = {check.column: check for check in checks}
    found: dict[int, list[Proposal]] = defaultdict(list)
    for number, (key, cell, value) in enumerate(asked):
        failed = {check.column for check in failing[key]}
        holds, fails = verdicts[number]
        broken = frozenset(name for name in fails - failed if weighs(by_name[name]))
        repaired, spoilt = columns.get(number, (False, False))
        asking = frozenset(sources[key, cell, value])
        found[key].append(Proposal(cell, value, asking, frozenset(holds & failed), broken, repaired, spoilt))
    return found


def _rows_under(
    connection: duckdb.DuckDBPyConnection, judged: pa.Table, asked: Sequence[tuple], checks: Sequence[Check | Evidence]
) -> list[tuple[set[str], set[str]]]:
    """For each proposal the checks that hold under it, and those that fail and passed before."""
    rows = [{"number": n, "row_key": key, "cell": cell, "value": value} for n, (key, cell, value) in enumerate(asked)]
    connection.register("proposed", pa.Table.from_pylist(rows, schema=_PROPOSED))
    replaced = ", ".join(
        f"case when p.cell = '{name}' then p.value else o.{name} end as {name}"
        for name in judging.measures(connection.table("offered").columns)
    )
    connection.execute(
        f"create or replace temp table supposed as select o.* replace (p.number as row_key, {replaced}), "
        "p.row_key as true_key from proposed as p inner join offered as o on p.row_key = o.row_key"
    )
    then = judging.judge(connection, "supposed", "supposed_judged", checks)
    now = judged.take(pc.index_in(pa.array([key for key, _, _ in asked], pa.int64()), judged["row_key"]))
    holds = [(set(), set()) for _ in asked]
    for check in checks:
        pairs = zip(now[check.column].to_pylist(), then[check.column].to_pylist(), strict=True)
        for number, (verdict, supposed) in enumerate(pairs):
            if verdict and supposed is False:
                holds[number][1].add(check.column)
            elif verdict is False and supposed is not False:
                holds[number][0].add(check.column)  # it holds now, or cannot be judged: either way it fails no longer
    return holds


def _columns_under(
    connection: duckdb.DuckDBPyConnection, asked: Sequence[tuple], totals_over: TotalOf
) -> dict[int, tuple[bool, bool]]:
    """For each proposal whether a failed total above the cell would hold, and whether one that held would fail."""
    reported = _reported(connection, asked)
    changes = [
        (number, total, value - reported[key, cell], Decimal(0))
        for number, (key, cell, value) in enumerate(asked)
        if reported.get((key, cell)) is not None
        for total in totals_over.get((key, cell), ())
    ]
    found: dict[int, tuple[bool, bool]] = {}
    for number, _, before, after in totals_under(connection, changes, "X01"):
        repaired, spoilt = found.get(number, (False, False))
        found[number] = (repaired or (before is False and after is True), spoilt or (before is True and after is False))
    return found


def totals_under(
    connection: duckdb.DuckDBPyConnection, changes: Iterable[tuple[int, int, Decimal, Decimal]], rule_id: str
) -> list[tuple[int, int, bool | None, bool | None]]:
    """(number, entry key, held before, holds after) when the sums under a total change.

    ``changes`` are (number, entry key of offered_totals, change of the details' sum, change of the subtotals' sum).
    """
    rows = [dict(zip(_CHANGE.names, change, strict=True)) for change in changes]
    if not rows:
        return []
    must = next(rule.must for rule in load_rules() if rule.id == rule_id)
    connection.register("changes", pa.Table.from_pylist(rows, schema=_CHANGE))
    now = "select c.number, c.details_change, c.subtotals_change, t.* from changes as c "
    now += "inner join offered_totals as t on c.entry_key = t.row_key"
    query = f"""
        with now as ({now}),
        changed as (
            select * replace (
                details_sum + details_change as details_sum, subtotals_sum + subtotals_change as subtotals_sum
            ) from now
        ),
        before as (select number, row_key, ({must}) as holds from now),
        after as (select number, row_key, ({must}) as holds from changed)
        select b.number, b.row_key, b.holds, a.holds from before as b
        inner join after as a on b.number = a.number and b.row_key = a.row_key order by all
    """
    return connection.execute(query).fetchall()


def _reported(connection: duckdb.DuckDBPyConnection, asked: Sequence[tuple]) -> dict[tuple[int, str], Decimal]:
    """The figures as reported in the cells that proposals would replace."""
    cells = sorted({cell for _, cell, _ in asked})
    query = f"select row_key, {', '.join(cells)} from offered semi join proposed using (row_key)"
    rows = connection.execute(query).fetchall()
    return {(key, cell): value for key, *values in rows for cell, value in zip(cells, values, strict=True)}
