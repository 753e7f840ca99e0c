"""Board matrix: every procedure of every project with its state, and every unit's share done.

Belongs here: the cells of both matrices, what is said of a procedure when a reader points at it.
Does not belong here: which state counts as done or overdue (dbt_project/models), colours and shapes (board_page.css).
"""

from collections.abc import Mapping

from dispatch import addresses, wording
from dispatch.board_facts import EVERYONE, BoardFacts
from dispatch.board_numbers import told
from dispatch.month import WEEKLY
from dispatch.wording import code_label
from ingestion import vocabulary

_DATES = ("filed_date", "planned_done_date", "done_date", "promise_due_date")


def matrix(facts: BoardFacts) -> dict | None:
    """The procedures of the week shown, by project and by unit; None where no week has been judged by then."""
    if facts.week is None:
        return None
    items = facts.rows("marts.fct_procedure", facts.week)
    if not items:
        return None
    sql = "select * from marts.dim_procedure where plan_id = ? order by sort_order, procedure"
    procedures = facts.marts.query(sql, [facts.month.plan_id])
    order = [row["procedure"] for row in procedures]
    return {
        "week": facts.week,
        "label": wording.period_label(facts.week),
        "procedures": [{"id": row["procedure"], "name": row["procedure_name"]} for row in procedures],
        "states": {code: entry.label_zh for code, entry in vocabulary.codes("procedure_states").items()},
        "projects": _projects(facts, items, order),
        "units": _units(facts, order),
    }


def _projects(facts: BoardFacts, items: list[dict], order: list[str]) -> list[dict]:
    of_project: dict[str, dict[str, dict]] = {}
    for item in items:
        of_project.setdefault(item["project_id"], {})[item["procedure"]] = item
    rows = []
    for project, own in of_project.items():
        any_item = next(iter(own.values()))
        rows.append({
            "id": project, "name": any_item["project_name"], "u": any_item["unit_id"],
            "unit": facts.month.unit_name(any_item["unit_id"]), "c": any_item["category_code"],
            "p": facts.members.get((WEEKLY, project), [EVERYONE]),
            "x": [_cell(own[name]) if name in own else None for name in order],
        })  # fmt: skip
    return sorted(rows, key=lambda row: (facts.month.unit_order(row["u"]), row["id"]))


def _cell(item: Mapping) -> dict | None:
    """State, marks and what is said on pointing; None where nothing was ever taken for this procedure."""
    if item["procedure_state"] is None:
        return None
    words = vocabulary.messages("board")
    late = "overdue_promise" if item["is_overdue_promise"] else "overdue" if item["is_overdue"] else None
    told_dates = [f"{wording.field_label(name)} {wording.day(item[name])}" for name in _DATES if item[name]]
    who = [item["approving_unit_name"] or "", code_label("handling_levels", item["handling_level"])]
    lines = [
        words["mark.joint"].join(filter(None, who)),
        words["mark.joint"].join(told_dates),
        words[f"mark.{late}"] if late else "",
        words["mark.carried"] if item["is_carried_forward"] else "",
    ]
    found = {"s": item["procedure_state"], "late": bool(late), "tip": "\n".join(filter(None, lines))}
    return found


def _units(facts: BoardFacts, order: list[str]) -> list[dict]:
    """By unit and procedure: done ÷ needed, all handling levels together, with the key of its addresses."""
    table = "reports.rpt_procedure_progress"
    rows = [row for row in facts.rows(table, facts.week) if row["handling_level"] == "all" and row["unit_id"] != "all"]
    found: dict[str, dict] = {}
    for row in rows:
        unit = found.setdefault(
            row["unit_id"], {"u": row["unit_id"], "unit": facts.month.unit_name(row["unit_id"]), "x": {}}
        )
        if row["procedure"] not in (*order, "all") or not row["needed_count"]:
            continue
        key = {name: row[name] for name in ("procedure", "handling_level", "unit_id")}
        place = addresses.row(facts.month.plan_id, facts.week or "", table, "done_count", **key).text
        unit["x"][row["procedure"]] = {
            "done": row["done_count"], "needed": row["needed_count"], "key": place.rpartition("/")[2],
            "rate": told(row["completion_rate"], "percent"), "share": float(row["completion_rate"] or 0),
            "overdue": row["overdue_count"] or None,
        }  # fmt: skip
    return sorted(found.values(), key=lambda unit: facts.month.unit_order(unit["u"]))
