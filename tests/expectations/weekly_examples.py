"""One example of a rule on the campaign's forms becomes the table its rule is judged on."""

from datetime import date

import pyarrow as pa

from expectations import offering, parts
from expectations.offering import as_table
from expectations.references import APPROVALS, DATED, Beside
from expectations.weekly_offering import KNOWN, MONTHLY_ROWS, PLANNED, WeekContext, WeekSurroundings
from ingestion.lake import BOOL, INT, TABLES, TEXT
from ingestion.plan_tables import procedure_rows
from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS

PARTS = ("procedures", parts.ITEMS, "pipeline", "funds")
PLAN = load_plan(SHIPPED_PLANS / "huozhou-2022.yml")
WEEK = {
    "as_of": date(2022, 12, 8),
    "year": 2022,
    "month": 12,
    "region_code": "141082",
    "previous_as_of": date(2022, 12, 6),
}
PLACE = {
    "submission_id": "S",
    "sheet": "前期手续",
    "row": 6,
    "row_role": "detail",
    "project_id": "P",
    "monthly_id": "P",
}


def offer_row(connection, part: str, example: dict) -> None:
    """Make the table ``offered`` of one example; what is counted or worked out elsewhere is given as it is."""
    context = WeekContext(**{**WEEK, **example.pop("ctx", {})})
    beside = {name: example.pop(name, None) for name in ("prev", "list", "monthly")}
    handled, dated = example.pop("approvals", None), example.pop("dated", {})
    own = {name: example.pop(name) for name in _columns(part).names if name in example}
    own.setdefault("procedure", "approval") if part == parts.ITEMS else None
    of_project = {name: example.pop(name) for name in _columns("procedures").names if name in example}
    lists = Beside(
        approvals=as_table(
            [{"project_id": "P", "procedure": own["procedure"], **handled}] if handled else [], APPROVALS
        ),
        dated=as_table([dated], DATED),
    )
    around = WeekSurroundings(
        part,
        context,
        previous=_beside(TABLES[f"accepted_{part}"].schema, beside["prev"], own),
        known=_beside(KNOWN, beside["list"], {}),
        monthly=_beside(MONTHLY_ROWS, beside["monthly"], {}),
        planned=as_table(list(procedure_rows(PLAN)), PLANNED),
        beside=_rows("procedures", of_project) if part == parts.ITEMS else _rows(parts.ITEMS, {}).slice(0, 0),
        references=lists,
    )
    around.offer(connection, "offered", _rows(part, own), TABLES["issues"].schema.empty_table())
    for name, value in example.items():
        literal = f"'{value}'" if isinstance(value, str | date) else value
        connection.execute(f"update offered set {name} = {literal}")


def _columns(part: str) -> pa.Schema:
    schema = TABLES[f"rows_{part}"].schema
    for name, kind in (("project_id", TEXT), ("monthly_id", TEXT), ("is_on_list", BOOL)):
        schema = schema.append(pa.field(name, kind))
    if part != parts.ITEMS:
        return schema
    return schema.append(pa.field("workdays_taken", INT)).append(pa.field("is_own_approver", BOOL))


def _rows(part: str, own: dict) -> pa.Table:
    return offering.worked_out(as_table([{**PLACE, **own}], _columns(part)))


def _beside(schema: pa.Schema, row: dict | None, own: dict) -> pa.Table:
    """A row beside the judged one, of the same procedure and not carried forward unless the example says so."""
    if row is None:
        return schema.empty_table()
    same = {name: own.get(name) for name in ("procedure", "fund_kind") if name in schema.names}
    shared = {"project_id": "P", "is_carried_forward": False}
    return as_table([{**{k: v for k, v in shared.items() if k in schema.names}, **same, **row}], schema)
