"""One example of a rule becomes the table its rule is judged on."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache

import pyarrow as pa
import weekly_examples
from weekly_examples import PARTS

from expectations import (
    answer_checks,
    judging,
    late_changes,
    obligations_kept,
    offering,
    plan_targets,
    references,
    sentinel,
    signals,
    totals,
    unit_figures,
)
from expectations.offering import HISTORY, LISTED, PREV, Context, Surroundings, as_table
from expectations.rule import Check, Rule
from ingestion.lake import BOOL, INT, TABLES, TEXT, WAN_READ

NOVEMBER = {
    "as_of": date(2022, 11, 28),
    "year": 2022,
    "month": 11,
    "region_code": "141082",
    "behind_points": Decimal(10),
}
ROWS = TABLES["rows_monthly_dispatch"].schema.append(pa.field("project_id", TEXT)).append(pa.field("is_on_list", BOOL))
FOUND_IN_THE_SHEET = {
    "same_project_rows": INT,
    "reporting_units": INT,
    "similar_project": TEXT,
    "split_projects": INT,
    "other_unit": TEXT,
    "other_month_wan": WAN_READ,
    "other_ytd_wan": WAN_READ,
}
LITERAL = {
    "total": totals.SCHEMA,
    "summary": totals.SCHEMA,
    "obligation": obligations_kept.OBLIGATION,
    "absence": obligations_kept.ABSENCE,
    "change": late_changes.CHANGE,
    "target": plan_targets.TARGET,
    "unit": unit_figures.UNIT,
    "reference": references.OUTSIDE,
    "answer": answer_checks.ANSWER,
    "column": sentinel.COLUMN,
    "signal": signals.SIGNAL,
}


@cache
def _connection():
    return offering.connect()


def verdict(rule: Rule, example: dict) -> bool | None:
    """What the rule says of one of its examples."""
    example = dict(example)
    check = Check(rule, example["field"] if rule.each else None)
    connection = _connection()
    if rule.kind == "row":
        example.pop("field", None)
        part = rule.forms[0]
        weekly_examples.offer_row(connection, part, example) if part in PARTS else _offer_row(connection, example)
        sentinel.offer(connection, part)
    else:
        connection.register("literal", as_table([_timed(example)], LITERAL[rule.kind]))
        connection.execute("create or replace temp table offered as select *, 0 as row_key from literal")
    judging.judge(connection, "offered", "judged", [check])
    [(value,)] = connection.execute(f'select "{check.column}" from judged').fetchall()
    return value


def _offer_row(connection, example: dict) -> None:
    context = Context(**{**NOVEMBER, **example.pop("ctx", {})})
    beside = {name: example.pop(name, None) for name in ("prev", "list")}
    earlier = enumerate(example.pop("hist", ()), start=1)
    history = [{"project_id": "P", "months_ago": n, "is_carried_forward": False, **month} for n, month in earlier]
    previous = [{"project_id": "P", "is_carried_forward": False, **beside["prev"]}] if beside["prev"] else []
    listed = [{"project_id": "P", **beside["list"]}] if beside["list"] else []
    lists = _lists(example)
    counted = {name: example.pop(name) for name in FOUND_IN_THE_SHEET if name in example}
    assert example.keys() <= set(ROWS.names), example.keys() - set(ROWS.names)
    row = {"submission_id": "S", "project_id": "P", "row_role": "detail", **example}
    beside = as_table(previous, PREV), as_table(listed, LISTED), as_table(history, HISTORY)
    around = Surroundings(context, *beside, lists)
    rows = offering.worked_out(as_table([row], ROWS))
    offering.offer(connection, "offered", rows, TABLES["issues"].schema.empty_table(), around)
    for name, value in counted.items():
        literal = f"'{value}'" if isinstance(value, str) else value
        connection.execute(f"update offered set {name} = {literal}")


def _lists(example: dict) -> references.Beside:
    """The lines that lists of other departments have for the project, and the days they speak of."""
    own = {name: example.pop(name) for name in references.OF_PROJECTS if name in example}
    return references.Beside(
        as_table([{"project_id": "P", **own}], references.BY_PROJECT),
        dated=as_table([example.pop("dated", {})], references.DATED),
    )


def _timed(example: dict) -> dict:
    instants = ("due_at", "lock_at", "first_readable_at", "known_at")
    return {
        name: datetime.fromisoformat(f"{value}+08:00") if name in instants else value for name, value in example.items()
    }
