"""Lists of weeks: what a week of the campaign sends out, one print-ready workbook each.

Belongs here: which lists a week has; columns and order of 审批部门交办单, 提请上级协调清单 and 逾期承诺清单.
Does not belong here: which procedure is open, overdue or handed to whom (dbt_project/models/reports).
"""

from collections import defaultdict
from pathlib import Path

from dispatch import progress_of_weeks, wording
from dispatch.marts import Marts
from dispatch.month import Month
from dispatch.open_list import heading_of_week, open_list
from dispatch.wording import code_label, say
from dispatch.workbook import Book
from dispatch.workbook_style import Column
from ingestion.plain_text import sheet_name

OTHERS = ("municipal", "provincial")  # levels above the plan's own


def write(month: Month, marts: Marts) -> list[Path]:
    """Write the lists of one week; their paths in the order people read them."""
    return [
        progress_of_weeks.write_progress(month, marts),
        _handovers(month, marts),
        _coordination(month, marts),
        _overdue_promises(month, marts),
        *([progress_of_weeks.write_pipeline(month, marts)] if "pipeline" in month.forms else []),
    ]


def _fill(row: dict) -> str | None:
    return "carried_week" if row["is_carried_forward"] else None


def _handovers(month: Month, marts: Marts) -> Path:
    rows = marts.report("rpt_handover_items", month.plan_id, month.period)
    rows.sort(key=lambda row: (not row["is_overdue"], str(row["due_date"] or "9"), row["project_id"], row["procedure"]))
    by_unit: dict[tuple[int, str], list[dict]] = defaultdict(list)
    for row in rows:
        name = row["approving_unit_name"] or say("handover.nobody")
        by_unit[month.unit_order(row["approving_unit_id"]), name].append(row)
    book, title = open_list(month, "handover")
    with book:
        _handover_index(book, month, title, by_unit)
        for (_, unit), own in sorted(by_unit.items()):
            notes = [say("handover.how", unit=unit, count=len(own), centre=_centre(month))]
            heading = heading_of_week(month, say("handover.title", title=title, unit=unit), notes)
            sheet = book.sheet(_own_name(book, unit), heading, _handover_columns(), paper="A4", frozen=3)
            for number, row in enumerate(own, start=1):
                sheet.write(_handed_over(number, row), fill=_fill(row))
    return book.path


def _handover_index(book: Book, month: Month, title: str, by_unit: dict[tuple[int, str], list[dict]]) -> None:
    heads = (("serial", "centre"), ("approving_unit", "text"), ("open_items", "integer"), ("projects", "integer"),
             ("overdue_items", "integer"), ("undated_items", "integer"))  # fmt: skip
    columns = [Column(say(f"head.{head}"), kind, 30) for head, kind in heads]
    heading = heading_of_week(month, title, [say("handover.index")], carried=False)
    sheet = book.sheet(say("sheet.index"), heading, columns, paper="A4")
    for number, ((_, unit), own) in enumerate(sorted(by_unit.items()), start=1):
        projects = len({row["project_id"] for row in own})
        overdue = sum(bool(row["is_overdue"]) for row in own)
        undated = sum(row["due_date"] is None for row in own)
        sheet.write([number, unit, len(own), projects, overdue, undated])
    if not by_unit:
        sheet.line(say("list.empty"))


def _handover_columns() -> list[Column]:
    return [
        Column(say("head.serial"), "centre"),
        Column(wording.field_label("project_name"), widest=30),
        Column(say("head.procedure"), "centre", 10),
        Column(wording.field_label("procedure_state"), "centre", 10),
        Column(say("head.due"), "date"),
        Column(say("head.days_left"), "integer", 8),
        Column(say("head.task"), widest=26),
        Column(wording.field_label("responsible_unit"), widest=16),
        Column(wording.field_label("owner_name"), widest=18),
        Column(wording.field_label("coordination_text"), widest=24),
        Column(say("head.reply"), widest=16),
    ]


def _handed_over(number: int, row: dict) -> list[object]:
    return [
        number, row["project_name"], row["procedure_name"], row["procedure_state_name"], row["due_date"],
        row["days_left"], row["handover_task_name"], row["unit_name"], row["owner_name"], row["coordination_text"],
        None,
    ]  # fmt: skip


def _coordination(month: Month, marts: Marts) -> Path:
    rows = marts.report("rpt_coordination_items", month.plan_id, month.period)
    rows.sort(key=lambda row: (row["procedure"], str(row["planned_done_date"] or "9"), row["project_id"]))
    book, title = open_list(month, "coordination")
    columns = [
        Column(say("head.serial"), "centre"),
        Column(wording.field_label("project_name"), widest=30),
        Column(wording.field_label("owner_name"), widest=20),
        Column(wording.field_label("total_investment_wan"), "amount"),
        Column(wording.field_label("annual_plan_wan"), "amount"),
        Column(say("head.procedure"), "centre", 10),
        Column(wording.field_label("approving_unit"), widest=22),
        Column(wording.field_label("procedure_state"), "centre", 10),
        Column(wording.field_label("planned_done_date"), "date"),
        Column(wording.field_label("planned_start_date"), "date"),
        Column(wording.field_label("coordination_text"), widest=34),
        Column(wording.field_label("responsible_unit"), widest=16),
    ]
    with book:
        for level in OTHERS:
            own = [row for row in rows if row["handling_level"] == level]
            label = code_label("handling_levels", level)
            notes = [say("coordination.how", level=label, count=len(own))]
            heading = heading_of_week(
                month, say("coordination.title", title=title, level=label), notes, unit="unit_wan"
            )
            sheet = book.sheet(label, heading, columns, paper="A3", frozen=2)
            for number, row in enumerate(own, start=1):
                sheet.write(
                    [
                        number,
                        row["project_name"],
                        row["owner_name"],
                        row["total_investment_wan"],
                        row["annual_plan_wan"],
                        row["procedure_name"],
                        row["approving_unit_name"],
                        row["procedure_state_name"],
                        row["planned_done_date"],
                        row["planned_start_date"],
                        row["coordination_text"],
                        row["unit_name"],
                    ],
                    fill=_fill(row),
                )
            if not own:
                sheet.line(say("list.empty"))
        progress_of_weeks.upwards_sheet(book, month, marts, title)
    return book.path


def _overdue_promises(month: Month, marts: Marts) -> Path:
    rows = marts.report("rpt_overdue_promises", month.plan_id, month.period)
    rows.sort(key=lambda row: (-row["days_overdue"], month.unit_order(row["unit_id"]), row["project_id"]))
    book, title = open_list(month, "overdue_promises")
    heads = (
        ("project_name", "text", 30), ("owner_name", "text", 20), ("procedure_state", "centre", 10),
        ("promise_due_date", "date", 12),
    )  # fmt: skip
    columns = [
        Column(say("head.serial"), "centre"),
        Column(wording.field_label("responsible_unit"), widest=18),
        *(Column(wording.field_label(field), kind, widest) for field, kind, widest in heads),
        Column(say("head.days_overdue_promise"), "integer", 8),
        Column(say("head.procedure"), "centre", 10),
        Column(wording.field_label("handling_level"), "centre", 8),
        Column(wording.field_label("approving_unit"), widest=20),
        Column(wording.field_label("explanation_text"), widest=28),
        Column(say("head.measures"), widest=20),
    ]
    with book:
        heading = heading_of_week(month, title, [say("overdue.how"), wording.definition("overdue_promise_count")])
        sheet = book.sheet(say("sheet.overdue_promises"), heading, columns, paper="A4", frozen=3)
        for number, row in enumerate(rows, start=1):
            told = [row[field] if field != "procedure_state" else row["procedure_state_name"] for field, _, _ in heads]
            sheet.write(
                [
                    number,
                    row["unit_name"],
                    *told,
                    row["days_overdue"],
                    row["procedure_name"],
                    row["handling_level_name"],
                    row["approving_unit_name"],
                    row["explanation_text"],
                    None,
                ],
                fill=_fill(row),
            )
        if not rows:
            sheet.line(say("list.empty"))
    return book.path


def _centre(month: Month) -> str:
    return month.unit_name(month.plan.centre)


def _own_name(book: Book, unit: str) -> str:
    """A name for a unit's sheet that the book does not have yet."""
    name, number = sheet_name(unit), 1
    while name in book.names:
        number += 1
        name = f"{sheet_name(unit)[:26]}({number})"
    return name
