"""Merged rows: one line per project in each account, 采用口径 and 上报口径, and where the two differ.

Belongs here: which values stand in a line of the merged table, its mark and its remark, why two figures differ.
Does not belong here: layout and totals (merged.py); whether a row is accepted (expectations decided that).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dispatch import refusals, wording
from dispatch.month import MONTHLY, Month, address
from dispatch.wording import say
from ingestion import vocabulary
from ingestion.lake import MONTHLY_FIELDS

LIST_RULES = (  # what was planned and how a project is classed comes from the list, not from the form
    "level_code", "category_code", "nature_code", "region_code", "total_investment_wan", "annual_plan_wan",
    "planned_start_date", "planned_finish_date",
)  # fmt: skip
CENT = Decimal("0.01")
NOT_COMPARED = ("serial_no", "completion_rate_reported")  # a number of the sheet; a figure we compute ourselves
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Line:
    """One project in one account; ``mark`` is None, carried, refused or missing; values are typed, else as typed in."""

    project_id: str
    unit_id: str
    values: dict[str, object]
    is_on_list: bool
    mark: str | None = None
    remark: str = ""
    source: str = ""
    version: tuple = ()  # submission, sheet, row


@dataclass(frozen=True)
class Difference:
    """A field of a project where what was reported is not what was adopted."""

    unit_id: str
    project: str
    field: str  # empty: the whole row
    reported: object
    adopted: object
    why: str
    cell: str


def adopted(month: Month) -> list[Line]:
    """采用口径: a line for every project on the list (carried and missing ones marked), then accepted ones off it."""
    accepted = {row["project_id"]: row for row in month.table("accepted_investment")}
    projects = month.projects()
    lines = [_adopted_line(month, project, accepted.get(project_id)) for project_id, project in projects.items()]
    lines += [_off_list_line(row) for project_id, row in accepted.items() if project_id not in projects]
    return sorted(lines, key=lambda line: month.unit_order(line.unit_id))


def reported(month: Month) -> list[Line]:
    """上报口径: a line for every row of the versions that count, as reported; projects nobody reported are marked."""
    projects = month.projects()
    as_read = {address(row): row for row in month.rows(MONTHLY) if row["is_effective"]}
    rows = month.table("reported_investment")
    lines = [_reported_line(month, row, as_read.get(address(row)), row["project_id"] in projects) for row in rows]
    seen = {row["project_id"] for row in rows}
    lines += [
        Line(project_id, project["unit_id"], _values(project), True, "missing", say("mark.not_reported"))
        for project_id, project in projects.items()
        if project_id not in seen
    ]
    return sorted(lines, key=lambda line: month.unit_order(line.unit_id))


def _adopted_line(month: Month, project: dict, row: dict | None) -> Line:
    identity = (project["project_id"], project["unit_id"])
    if row is None:
        return Line(*identity, _values(project), True, "missing", _missing_remark(month, project))
    values = {name: _to_the_cent(value) for name, value in _values(row).items()}
    values |= {name: project[name] for name in LIST_RULES if project[name] is not None}
    values["completion_rate_reported"] = rate([values])
    if row["is_carried_forward"]:
        values["month_investment_wan"] = None  # the month's own figure is not known; only the stocks are carried
        remark = say("mark.carried", period=row["carried_from"])
        return Line(*identity, values, True, "carried", remark, source(row), address(row))
    remark = say("mark.accepted_by_decision", number=row["decision_id"]) if row["decision_id"] is not None else ""
    return Line(*identity, values, True, None, remark, source(row), address(row))


def _off_list_line(row: dict) -> Line:
    mark = "carried" if row["is_carried_forward"] else None
    remarks = [say("mark.off_list"), *([say("mark.carried", period=row["carried_from"])] if mark else [])]
    values = {name: _to_the_cent(value) for name, value in _values(row).items()}
    remark = say("clause_joint").join(remarks)
    return Line(row["project_id"], row["unit_id"], values, False, mark, remark, source(row), address(row))


def _to_the_cent(value: object) -> object:
    """Amounts are adopted to the cent of 万元, row by row, so that what is published adds up."""
    return value.quantize(CENT, ROUND_HALF_UP) if isinstance(value, Decimal) else value


def _missing_remark(month: Month, project: dict) -> str:
    was_reported = any(row["project_id"] == project["project_id"] for row in month.table("reported_investment"))
    return say("mark.refused_not_carried") if was_reported else say("mark.not_reported")


def _reported_line(month: Month, row: dict, as_read: dict | None, is_on_list: bool) -> Line:
    unreadable = {name: text for name, text in (as_read["raw"] if as_read else {}).items() if name in MONTHLY_FIELDS}
    values = {name: unreadable.get(name) if value is None else value for name, value in _values(row).items()}
    remarks = [] if is_on_list else [say("mark.off_list")]
    if not row["is_accepted"]:
        rules = dict.fromkeys(finding["rule_id"] for finding in refusals.of_row(month, *address(row)))
        refused = say("mark.refused", rules=say("list_joint").join(rules))
        remarks.append(refused if rules else say("mark.other_row"))
    mark = None if row["is_accepted"] else "refused"
    remark = say("clause_joint").join(remarks)
    return Line(row["project_id"], row["unit_id"], values, is_on_list, mark, remark, source(row), address(row))


def rate(values: Iterable[dict]) -> Decimal | None:
    """自年初累计 ÷ 年度计划 in percent over lines that have a plan, 前期 left out; None without a plan or a figure."""
    planned = [
        line
        for line in values
        if is_number(line.get("annual_plan_wan")) and line["annual_plan_wan"] > 0 and not is_preparatory(line)
    ]
    plan = sum((line["annual_plan_wan"] for line in planned), Decimal())
    done = [line["ytd_investment_wan"] for line in planned if is_number(line.get("ytd_investment_wan"))]
    return sum(done, Decimal()) * HUNDRED / plan if done else None


def is_preparatory(values: dict) -> bool:
    """Whether a line is a 前期 project, which stands in no rate."""
    nature = vocabulary.codes("project_natures").get(values.get("nature_code") or "")
    return nature is not None and nature.counts_as == "preparatory"


def is_number(value: object) -> bool:
    """Whether a value adds up: text that could not be read as an amount does not."""
    return isinstance(value, Decimal)


def differences(month: Month, fields: Sequence[str]) -> list[Difference]:
    """Every field of ``fields`` in which a project's adopted value is not its reported one, by unit."""
    by_project = {line.project_id: line for line in adopted(month)}
    found = []
    for line in reported(month):
        if line.is_on_list and line.project_id in by_project:
            found += _differences(month, line, by_project[line.project_id], fields)
    return found


def _differences(month: Month, told: Line, taken: Line, fields: Sequence[str]) -> Iterator[Difference]:
    name = str(told.values.get("project_name") or taken.values.get("project_name") or told.project_id)
    if told.mark == "missing":
        if taken.mark == "carried":
            why = say("why.not_reported")
            yield Difference(told.unit_id, name, "", say("not_reported"), taken.remark, why, "")
        return
    letters = _letters(month, told)
    for field in fields:
        before, after = told.values.get(field), taken.values.get(field)
        if before != after and _is_compared(field, before, taken):
            cell = f"{told.version[1]}!{letters[field]}{told.version[2]}" if field in letters else ""
            yield Difference(told.unit_id, name, field, before, after, _why(month, told, taken, field), cell)


def _is_compared(field: str, told: object, taken: Line) -> bool:
    """Left out: what a form may leave to the list, and codes and words of a row that is not taken at all."""
    if field in NOT_COMPARED or (field in LIST_RULES and told is None):
        return False
    return taken.mark != "missing" or not isinstance(told, str)


def _letters(month: Month, line: Line) -> dict[str, str]:
    return next((row["columns"] for row in month.rows(MONTHLY) if address(row) == line.version), {})


def _why(month: Month, told: Line, taken: Line, field: str) -> str:
    if told.mark != "refused":
        if field in LIST_RULES:
            return say("why.list_rules", version=month.list_version)
        return say("why.rounded") if _rounds_to(told.values[field], taken.values.get(field)) else say("why.other_row")
    if field in LIST_RULES and taken.mark != "missing":
        return say("why.list_rules", version=month.list_version)
    reasons = refusals.of_row(month, *told.version)
    if not reasons:
        return say("why.other_row")
    messages = say("clause_joint").join(
        dict.fromkeys(f"{finding['rule_id']} {finding['message_zh']}" for finding in reasons)
    )
    return say("why.refused", remark=taken.remark, reasons=messages)


def _rounds_to(told: object, taken: object) -> bool:
    return is_number(told) and is_number(taken) and _to_the_cent(told) == taken


def _values(row: dict) -> dict[str, object]:
    return {name: row.get(name) for name in MONTHLY_FIELDS}


def source(row: Mapping) -> str:
    """Version, sheet and row that a line was taken from, with the period it is carried from; blank without a row."""
    if row["sheet"] is None or row["row"] is None:
        return ""
    place = say("source", version=row["version"], sheet=row["sheet"], row=row["row"])
    return f"{row['carried_from']} {place}" if row.get("carried_from") else place


def shown(field: str, value: object) -> object:
    """A value as a cell of the merged table takes it: codes become their labels, the rest stays typed."""
    return wording.shown(field, value) if isinstance(value, str) else value
