"""Slipped columns: a whole column of a sheet in another unit, told once, with all its cells and what they would be.

Belongs here: the findings of the rules of kind ``column``, and what of the single rows stands under them.
Does not belong here: the scale of a cell (sentinel), the rules (rules/format.yml).
"""

from collections.abc import Sequence
from decimal import Decimal

import duckdb

from expectations import judging, sentinel
from expectations.findings import cell_of, stand_under
from expectations.layouts import Layouts
from expectations.offering import as_table
from expectations.rule import Check
from expectations.wording import plain
from ingestion import vocabulary

SIX_DECIMALS = Decimal("0.000001")  # as many as the lake keeps of an amount


def findings(connection: duckdb.DuckDBPyConnection, filed, found: Sequence[dict]) -> tuple[list[dict], list[dict]]:
    """The findings about columns and an entry per column judged; of ``found`` what follows gets its head.

    ``filed`` is a filed.Filed; ``sentinel.offer`` has been called for its part.
    """
    rows = sentinel.columns(connection, filed.form)
    table = as_table(rows, sentinel.COLUMN)
    made, entries = [], []
    for check, told in judging.judge_apart(
        connection, table, filed.checks("column"), lambda check: {"field": check.field}
    ):
        for number, verdict, said in told:
            row = rows[number]
            if row["is_effective"] or filed.every_version:
                entry = f"{row['submission_id']}!{row['sheet']}/{row['field']}"
                entries.append({"rule_id": check.rule.id, "entry": entry, "verdict": verdict})
            if verdict is False:
                slips = _slips(connection, filed.layouts, row)
                finding = _finding(filed, check, row, slips, said)
                made.append(finding)
                if not check.rule.trial:
                    stand_under(finding, _following(found, row, {slip["row"] for slip in slips}), found)
    return made, entries


def _slips(connection: duckdb.DuckDBPyConnection, layouts: Layouts, column: dict) -> list[dict]:
    """The column's cells that share its power of ten, and those with an amount that nothing else is known of."""
    field = column["field"]
    rows = (
        connection.execute(
            f"""
            select submission_id, sheet, "row", raw, {field} as amount from offered
            where submission_id = ? and sheet is not distinct from ? and {field} <> 0
                and coalesce(scale_{field}, ?) = ?
            order by "row"
            """,
            [column["submission_id"], column["sheet"], column["exponent"], column["exponent"]],
        )
        .to_arrow_table()
        .to_pylist()
    )
    return [{**row, **layouts.of(row)} for row in rows]


def _finding(filed, check: Check, column: dict, slips: Sequence[dict], said: dict) -> dict:
    field = column["field"]
    would_be = [plain((slip["amount"].scaleb(-column["exponent"])).quantize(SIX_DECIMALS)) for slip in slips]
    cells = [cell_of(slip, field) or "" for slip in slips]
    words = vocabulary.messages("expectations")
    found = [dict(slip["raw"] or ()).get(field) or plain(slip["amount"]) for slip in slips]
    expected = [
        words["cell_expected"].format(cell=cell.rpartition("!")[2], expected=value)
        for cell, value in zip(cells, would_be, strict=True)
    ]
    joint = words["changes_joint"]
    return filed.notes.of_column(check, column, slips, cells, joint.join(found), joint.join(expected), said)


def _following(found: Sequence[dict], column: dict, rows: set[int]) -> list[dict]:
    """What was found at the slipped cells one by one, as far as it stands under nothing else."""
    own = [f for f in found if f["field"] == column["field"] and _is_in(f, column, rows)]
    heads = {finding["finding_id"] for finding in own}
    return [finding for finding in own if finding["group_head"] not in heads]


def _is_in(finding: dict, column: dict, rows: set[int]) -> bool:
    return finding["row"] in rows and all(finding[name] == column[name] for name in ("submission_id", "sheet"))
