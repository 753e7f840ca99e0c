"""Merged weeks: one line per row of a weekly form in each account, and where the two accounts differ.

Belongs here: which values stand in a line of the weekly, pipeline and fund tables, its mark and its remark.
Does not belong here: layout and totals (merged.py); the monthly form, which the project list rules (merged_rows.py).

A project's procedures stand in its line as ``<procedure>.<field>``, in the order of the form's columns.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from dispatch import refusals
from dispatch.merged_rows import Difference, Line, source
from dispatch.month import WEEKLY, Month, address
from dispatch.wording import say
from ingestion.lake import PROCEDURE_ITEM_FIELDS

NOT_COMPARED = ("serial_no",)
Items = Mapping[tuple, list[dict]]


def adopted(month: Month, form: str) -> list[Line]:
    """采用口径: every accepted row, those carried forward marked; a procedure carried alone is told in the remark."""
    items = _items(month, "accepted_procedure_items", form)
    lines = [_adopted_line(month, form, row, items[row["project_id"]]) for row in month.accepted(form)]
    return sorted(lines, key=lambda line: month.unit_order(line.unit_id))


def reported(month: Month, form: str) -> list[Line]:
    """上报口径: every row of the versions that count, as reported; rows and procedures that were not taken are told."""
    items = _items(month, "reported_procedure_items", form, by_address=True)
    as_read = {address(row): row for row in month.rows(form) if row["is_effective"]}
    lines = [
        _reported_line(month, form, row, items[address(row)], as_read.get(address(row))) for row in month.reported(form)
    ]
    return sorted(lines, key=lambda line: month.unit_order(line.unit_id))


def differences(month: Month, form: str, keys: Sequence[str]) -> list[Difference]:
    """Every field in which the adopted value of a project is not its reported one."""
    taken = {_key(line): line for line in adopted(month, form)}
    letters = {address(row): row["columns"] or {} for row in month.rows(form)}
    found = []
    for told in reported(month, form):
        if _key(told) in taken:
            found += _differences(told, taken[_key(told)], keys, letters.get(told.version, {}))
        else:
            why = told.remark or say("mark.refused_not_carried")
            found.append(Difference(told.unit_id, _name(told), "", say("differences.reported"), None, why, ""))
    return found


def _items(month: Month, table: str, form: str, by_address: bool = False) -> Items:
    found: dict[object, list[dict]] = defaultdict(list)
    if form == WEEKLY:
        for item in month.table(table):
            found[address(item) if by_address else item["project_id"]].append(item)
    return found


def _adopted_line(month: Month, form: str, row: dict, items: Sequence[dict]) -> Line:
    remarks = []
    if row["is_carried_forward"]:
        remarks.append(say("mark.carried", period=row["carried_from"]))
    else:
        alone = [item for item in items if item["is_carried_forward"]]
        by_period: dict[str, list[str]] = defaultdict(list)
        for item in alone:
            by_period[item["carried_from"]].append(month.plan.procedure(item["procedure"]).name)
        remarks += [
            say("mark.procedures_carried", names=say("list_joint").join(names), period=period)
            for period, names in sorted(by_period.items())
        ]
    if row["decision_id"] is not None:
        remarks.append(say("mark.accepted_by_decision", number=row["decision_id"]))
    mark = "carried" if row["is_carried_forward"] else None
    values = _values(month, form, row, items)
    remark = say("clause_joint").join(remarks)
    return Line(row["project_id"], row["unit_id"], values, True, mark, remark, source(row), address(row))


def _reported_line(month: Month, form: str, row: dict, items: Sequence[dict], as_read: dict | None) -> Line:
    values = _values(month, form, row, items)
    unreadable = as_read["raw"] if as_read else {}
    values = {name: unreadable.get(name) if value is None else value for name, value in values.items()}
    remarks, mark = [], None
    if not row["is_accepted"]:
        rules = dict.fromkeys(finding["rule_id"] for finding in refusals.of_row(month, *address(row)))
        remarks.append(say("mark.refused", rules=say("list_joint").join(rules)) if rules else say("mark.other_row"))
        mark = "refused"
    else:
        refused = [month.plan.procedure(item["procedure"]).name for item in items if not item["is_accepted"]]
        if refused:
            remarks.append(say("mark.procedures_refused", names=say("list_joint").join(refused)))
    remark = say("clause_joint").join(remarks)
    return Line(row["project_id"], row["unit_id"], values, True, mark, remark, source(row), address(row))


def _values(month: Month, form: str, row: dict, items: Sequence[dict]) -> dict[str, object]:
    values = {column.key: row.get(column.field) for column in month.columns(form) if column.procedure is None}
    for item in items:
        values |= {f"{item['procedure']}.{field}": item[field] for field in PROCEDURE_ITEM_FIELDS}
    return values


def _differences(told: Line, taken: Line, keys: Sequence[str], letters: Mapping[str, str]) -> Iterator[Difference]:
    for key in keys:
        before, after = told.values.get(key), taken.values.get(key)
        if before != after and key not in NOT_COMPARED:
            cell = f"{told.version[1]}!{letters[key]}{told.version[2]}" if key in letters else ""
            why = say("clause_joint").join(filter(None, (told.remark, taken.remark)))
            yield Difference(told.unit_id, _name(told), key, before, after, why, cell)


def _key(line: Line) -> tuple:
    return (line.project_id, line.values.get("fund_kind"))


def _name(line: Line) -> str:
    return str(line.values.get("project_name") or line.project_id)
