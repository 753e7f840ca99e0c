"""Lake rows: a row as read, laid out as the rows of the lake tables it goes into.

Belongs here: which tables a form's rows have; a project's row of the weekly form split from those of its procedures.
Does not belong here: reading the row (rows), which file it is from and whether it counts (submissions).
"""

from collections.abc import Iterator, Mapping

from ingestion import lake
from ingestion.lake_values import fitting
from ingestion.obligations import WEEKLY, is_week
from ingestion.roles import DETAIL
from ingestion.rows import ReadRow

ITEMS = "rows_procedure_items"
_MONTH_TABLES = ("rows_monthly_dispatch", "rows_project_list")
_WEEK_TABLES = ("rows_procedures", ITEMS, "rows_pipeline", "rows_funds")
_MAPS = ("columns", "raw", "headers")


def row_tables(period: str) -> tuple[str, ...]:
    """The tables of rows that a period has, whether or not the plan has their forms."""
    return _WEEK_TABLES if is_week(period) else _MONTH_TABLES


def rows_of(form: str, row: ReadRow) -> Iterator[tuple[str, dict]]:
    """The lake rows of a row as read, each with its table; a project of the weekly form has one more per procedure."""
    whole = {"values": row.values, **{name: getattr(row, name) for name in _MAPS}}
    own = {name: _of(part, None) for name, part in whole.items()} if form == WEEKLY else whole
    yield f"rows_{form}", _lake_row(f"rows_{form}", form, row, own)
    if form != WEEKLY or row.role != DETAIL:
        return
    named = {name: row.values.get(name) for name in ("project_code", "project_name")}
    for procedure in dict.fromkeys(key.split(".")[0] for key in row.columns if "." in key):
        item = {name: _of(part, procedure) for name, part in whole.items()}
        item["values"] |= named
        yield ITEMS, _lake_row(ITEMS, form, row, item) | {"procedure": procedure}


def _of(mapping: Mapping[str, object], procedure: str | None) -> dict[str, object]:
    """What is said of one procedure, or (None) of the project itself, keyed by field."""
    if procedure is None:
        return {key: value for key, value in mapping.items() if "." not in key}
    start = f"{procedure}."
    return {key.removeprefix(start): value for key, value in mapping.items() if key.startswith(start)}


def _lake_row(table: str, form: str, row: ReadRow, part: Mapping[str, Mapping]) -> dict:
    values, raw = fitting(lake.TABLES[table].schema, part["values"], part["raw"])
    return values | {
        "row": row.row,
        "form": form,
        "row_role": row.role,
        "label": row.label,
        "label_count": row.label_count,
        "group_path": row.group_path,
        "columns": part["columns"],
        "raw": raw,
        "headers": part["headers"],
    }
