"""Board lists: the tables of the 调度看板 that can be sorted and filtered.

Belongs here: which lists a month and a week have, their columns, what each cell shows.
Does not belong here: who is behind, unstarted or overdue (dbt_project/models/reports); the workbooks (lists.py).

A row carries its unit, level, category and populations, so that one choice narrows every list, and its key, so that
every number in it has an address.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dispatch import addresses, wording
from dispatch.board_facts import EVERYONE, BoardFacts
from dispatch.board_numbers import told
from dispatch.month import MONTHLY, WEEKLY
from dispatch.wording import code_label, said
from ingestion import vocabulary

NUMBERS = ("wan", "percent", "points", "count", "days")  # kinds of a column whose cells have addresses
SPARE = ("category_code", "nature_code", "image_text", "construction_text", "rows_read", "versions")  # not on paper
MARKS = {
    "is_carried_forward": "carried", "is_missing": "missing", "is_beyond_threshold": "beyond",
    "is_start_unconfirmed": "unconfirmed", "is_overdue": "overdue", "is_overdue_promise": "overdue_promise",
}  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One list: its table, what its projects are (a form), its columns as (field, kind), and its order."""

    name: str
    table: str
    form: str
    columns: tuple[tuple[str, str], ...]
    order: Callable[[dict], tuple]
    keep: Callable[[dict], bool] = lambda _: True


_WHO = (("project_name", "project"), ("unit_id", "unit"))
_SORTS = (("level_code", "code:project_levels"), ("category_code", "code:project_categories"),
          ("nature_code", "code:project_natures"))  # fmt: skip
_LAST = (("problem_text", "text"), ("marks", "marks"))
_MONEY = (("annual_plan_wan", "wan"), ("ytd_investment_wan", "wan"))
_PROCEDURE = (("procedure_name", "text"), ("approving_unit_name", "text"), ("procedure_state_name", "text"))

OF_MONTH = (
    Listed(
        "projects", "marts.fct_investment", MONTHLY,
        (*_WHO, *_SORTS, ("status_code", "code:project_statuses"), ("total_investment_wan", "wan"), *_MONEY,
         ("reported_ytd_investment_wan", "wan"), ("annual_completion_rate", "percent"), ("benchmark_gap", "points"),
         ("image_text", "text"), *_LAST),
        lambda row: (row["project_id"],), lambda row: row["is_in_base"],
    ),
    Listed(
        "unstarted", "reports.rpt_unstarted_projects", MONTHLY,
        (*_WHO, *_SORTS, ("planned_start_date", "date"), ("days_overdue", "days"), ("total_investment_wan", "wan"),
         *_MONEY, ("status_code", "code:project_statuses"), *_LAST),
        lambda row: (-(row["days_overdue"] or 0), row["project_id"]),
    ),
    Listed(
        "behind", "reports.rpt_behind_schedule", MONTHLY,
        (*_WHO, *_SORTS, *_MONEY, ("annual_completion_rate", "percent"),
         ("reported_annual_completion_rate", "percent"), ("benchmark_gap", "points"), *_LAST),
        lambda row: (row["benchmark_gap"], row["project_id"]),
    ),
)  # fmt: skip
OF_WEEK = (
    Listed(
        "pipeline", "marts.fct_pipeline", "pipeline",
        (*_WHO, *_SORTS[1:], ("pipeline_stage", "code:pipeline_stages"), ("planned_start_date", "date"),
         ("total_investment_wan", "wan"), ("annual_plan_wan", "wan"), ("construction_text", "text"),
         ("marks", "marks")),
        lambda row: (row["project_id"],),
    ),
    Listed(
        "handover", "reports.rpt_handover_items", WEEKLY,
        (*_WHO, *_PROCEDURE, ("due_date", "date"), ("days_left", "days"), ("handover_task_name", "text"),
         ("marks", "marks")),
        lambda row: (not row["is_overdue"], str(row["due_date"] or "9"), row["project_id"], row["procedure"]),
    ),
    Listed(
        "coordination", "reports.rpt_coordination_items", WEEKLY,
        (*_WHO, ("handling_level_name", "text"), *_PROCEDURE, ("planned_done_date", "date"),
         ("coordination_text", "text"), ("marks", "marks")),
        lambda row: (row["project_id"], row["procedure"]),
    ),
    Listed(
        "overdue", "reports.rpt_overdue_promises", WEEKLY,
        (*_WHO, *_PROCEDURE, ("promise_due_date", "date"), ("days_overdue", "days"), ("explanation_text", "text"),
         ("marks", "marks")),
        lambda row: (-(row["days_overdue"] or 0), row["project_id"], row["procedure"]),
    ),
)  # fmt: skip
REPORTING = Listed(
    "reporting", "marts.fct_submission", "reporting",
    (("unit_id", "unit"), ("form", "form"), ("status", "status"), ("due_at", "instant"), ("received_at", "instant"),
     ("versions", "count"), ("rows_read", "count"), ("accepted", "count"), ("carried", "count"), ("errors", "count"),
     ("unanswered", "count")),
    lambda row: (("missing", "unreadable", "late", "on_time", "nil", "not_due").index(row["status"]), row["form"]),
    lambda row: row["is_due"],
)  # fmt: skip


def lists(facts: BoardFacts) -> list[dict]:
    """The period's lists in the order of their tabs, 报送情况 last."""
    own = OF_MONTH if facts.month.form == MONTHLY else OF_WEEK
    return [_list(facts, listed) for listed in (*own, REPORTING)]


def _list(facts: BoardFacts, listed: Listed) -> dict:
    month = facts.month
    rows = [row for row in facts.rows(listed.table) if listed.keep(row)]
    rows.sort(key=lambda row: (listed.order(row), month.unit_order(row["unit_id"])))
    if listed is REPORTING:
        rows.sort(key=lambda row: (listed.order(row)[0], month.unit_order(row["unit_id"])))
    start = f"row:{month.plan_id}/{month.period}/{listed.table}"
    columns = [
        {"field": field, "kind": kind.partition(":")[0], "head": _heading(field), "print": field not in SPARE}
        for field, kind in listed.columns
    ]
    return {
        "name": listed.name, "form": listed.form, "address": start, "columns": columns,
        "rows": [_row(facts, listed, row) for row in rows],
    }  # fmt: skip


def _row(facts: BoardFacts, listed: Listed, row: Mapping) -> dict:
    project = row.get("project_id")
    known = {"u": row["unit_id"], "l": row.get("level_code"), "c": row.get("category_code")}
    return {
        "id": project,
        "key": _key(facts, listed, row),
        "p": facts.members.get((listed.form, project or ""), [EVERYONE]),
        **known,
        "x": [_cell(facts, row, field, kind) for field, kind in listed.columns],
    }


def _key(facts: BoardFacts, listed: Listed, row: Mapping) -> str:
    """The conditions of the addresses of a row's numbers."""
    names = ("unit_id", "form") if listed is REPORTING else ("project_id", "procedure")
    own = {name: row[name] for name in names if name in row}
    whole = addresses.row(facts.month.plan_id, facts.month.period, listed.table, names[0], **own).text
    return whole.rpartition("/")[2]


def _cell(facts: BoardFacts, row: Mapping, field: str, kind: str) -> object:
    """A text, or [text, number] where it sorts by a number; None where there is nothing."""
    value = row.get(field)
    if kind == "marks":
        return _marks(row)
    if value is None:
        return None
    if kind in NUMBERS:
        sign = "always" if kind == "points" else "minus"
        return [told(Decimal(value), kind, sign), float(value)]
    return _word(facts, value, kind)


def _word(facts: BoardFacts, value: object, kind: str) -> object:
    if kind == "unit":
        return facts.month.unit_name(str(value))
    if kind == "form":
        return facts.month.form_title(str(value))
    if kind == "status":
        return [said("status", str(value)), value]
    if kind.startswith("code:"):
        return code_label(kind.partition(":")[2], str(value))
    if isinstance(value, datetime):
        return wording.instant(value)
    return wording.day(value) if isinstance(value, date) else str(value)


def _marks(row: Mapping) -> str | None:
    words = vocabulary.messages("board")
    found = [words[f"mark.{mark}"] for flag, mark in MARKS.items() if row.get(flag)]
    return words["mark.joint"].join(found) or None


def _heading(field: str) -> str:
    """The board's own word for a column, else the vocabulary's."""
    return vocabulary.messages("board").get(f"head.{field}", wording.field_label(field))
