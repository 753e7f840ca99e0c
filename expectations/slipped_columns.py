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

    ``filed`` is a judged_form.Filed; ``sentinel.offer`` has been called for its part.
    """
    rows = sentinel.columns(connection, filed.form)
    connection.register("columns_in", as_table(rows, sentinel.COLUMN))
    connection.execute(
        "create or replace temp table offered_columns as select row_number() over () - 1 as row_key, * from columns_in"
    )
    made, entries = [], []
    for check in filed.checks("column"):
        own = f"(from offered_columns where field = '{check.field}')"
        judging.judge(connection, own, "judged_columns", [check])
        verdicts = connection.execute(f'select row_key, "{check.column}" from judged_columns order by 1').fetchall()
        said = judging.said(connection, own, "judged_columns", [check])
        for number, verdict in verdicts:
            row = rows[number]
            if row["is_effective"] or filed.every_version:
                entry = f"{row['submission_id']}!{row['sheet']}/{row['field']}"
                entries.append({"rule_id": check.rule.id, "entry": entry, "verdict": verdict})
            if verdict is False:
                slips = _slips(connection, filed.layouts, row)
                finding = _finding(filed, check, row, slips, said.get((number, check.column), {}))
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
