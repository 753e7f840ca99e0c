"""Progress of weeks: 前期手续办理进度表 and 谋划项目汇总表: counts and rates by procedure, level, unit and category.

Belongs here: the columns and the order of both tables, and the sheet of the first that goes to the prefecture.
Does not belong here: counting (dbt_project/models/reports); lists of single items (lists_of_weeks.py).
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from dispatch import wording
from dispatch.cell_values import Percent, Points
from dispatch.marts import Marts
from dispatch.month import Month
from dispatch.open_list import heading_of_week, open_list
from dispatch.wording import say
from dispatch.workbook import Book
from dispatch.workbook_style import Column, Heading

CENT = Decimal("0.01")
COUNTS = (
    "needed_count", "done_count", "in_progress_count", "not_started_count", "tolerated_count", "promised_count",
    "overdue_count", "overdue_promise_count",
)  # fmt: skip


def write_progress(month: Month, marts: Marts) -> Path:
    """Write 前期手续办理进度表 of a week: by procedure and level, and units ranked by what they finished."""
    rows = marts.report("rpt_procedure_progress", month.plan_id, month.period)
    rows.sort(key=lambda row: (row["procedure_order"], row["level_order"], row["unit_order"]))
    book, title = open_list(month, "procedure_progress")
    notes = [wording.definition(metric) for metric in ("procedure_completion_rate", "tolerance_share")]
    with book:
        heading = heading_of_week(month, title, notes, carried=False)
        by_procedure = [row for row in rows if row["unit_id"] == "all"]
        _progress_sheet(book, say("sheet.by_procedure"), heading, by_procedure, ("procedure", "handling_level"))
        by_unit = [row for row in rows if row["procedure"] == row["handling_level"] == "all"]
        by_unit.sort(key=lambda row: (row["unit_id"] != "all", -(row["completion_rate"] or 0), row["unit_order"]))
        _progress_sheet(book, say("sheet.by_unit"), heading, by_unit, ("unit",))
    return book.path


def _progress_sheet(book: Book, name: str, heading: Heading, rows: Sequence[dict], scopes: Sequence[str]) -> None:
    columns = [
        Column(say("head.serial"), "centre"),
        *(Column(say(f"head.{scope}"), widest=24) for scope in scopes),
        Column(say("head.project_count"), "integer"),
        *(Column(say(f"head.{count}"), "integer", 8) for count in COUNTS),
        Column(f"{say('head.completion_of_procedures')}/{say('head.adopted')}", "rate"),
        Column(f"{say('head.completion_of_procedures')}/{say('head.reported')}", "rate"),
        Column(say("head.tolerance_share"), "rate"),
        Column(say("head.target"), "rate"),
        Column(say("head.target_gap"), "points"),
    ]
    sheet = book.sheet(name, heading, columns, paper="A3", frozen=1 + len(scopes))
    names = {"procedure": "procedure_name", "handling_level": "handling_level_name", "unit": "unit_name"}
    for number, row in enumerate(rows):
        is_total = all(row[key] == "all" for key in ("procedure", "handling_level", "unit_id"))
        target, gap = row["target"], row["target_gap"]
        sheet.write(
            [
                None if is_total else number,
                *(row[names[scope]] or say("scope_all") for scope in scopes),
                row["project_count"],
                *(row[count] for count in COUNTS),
                None if row["completion_rate"] is None else Percent(row["completion_rate"], target),
                row["reported_completion_rate"],
                row["tolerance_rate"],
                target,
                None if gap is None else Points(gap),
            ],
            fill="total" if is_total else None,
            bold=is_total,
        )
    if not rows:
        sheet.line(say("list.empty"))


def upwards_sheet(book: Book, month: Month, marts: Marts, title: str) -> None:
    """The week's table for the prefecture: every procedure by handling level, as one page."""
    rows = marts.report("rpt_procedure_progress", month.plan_id, month.period)
    rows = [row for row in rows if row["unit_id"] == "all"]
    rows.sort(key=lambda row: (row["procedure_order"], row["level_order"]))
    heading = heading_of_week(month, say("coordination.weekly", title=title), [], carried=False)
    _progress_sheet(book, say("sheet.weekly_upwards"), heading, rows, ("procedure", "handling_level"))


def write_pipeline(month: Month, marts: Marts) -> Path:
    """Write 谋划项目汇总表 of a week: by category, unit and size."""
    rows = [
        row for row in marts.report("rpt_pipeline_summary", month.plan_id, month.period) if row["population"] == "all"
    ]
    book, title = open_list(month, "pipeline_summary")
    shares = ("pipeline_industry_share", "pipeline_industry_total_share", "reserve_multiple")
    with book:
        heading = heading_of_week(
            month, title, [wording.definition(metric) for metric in shares], unit="unit_wan", carried=False
        )
        for kind in ("category", "unit", "size_band"):
            own = [row for row in rows if row["scope_kind"] == kind]
            own.sort(key=lambda row: -(row["annual_plan_wan"] or 0))
            overall = [row for row in rows if row["scope_kind"] == "overall"]
            _pipeline_sheet(book, kind, heading, [*overall, *own])
    return book.path


def _pipeline_sheet(book: Book, kind: str, heading: Heading, rows: Sequence[dict]) -> None:
    columns = [
        Column(say("head.serial"), "centre"),
        Column(say(f"head.{kind}"), widest=26),
        Column(say("head.project_count"), "integer"),
        Column(say("head.previous_count"), "integer"),
        Column(wording.field_label("total_investment_wan"), "amount"),
        Column(wording.field_label("annual_plan_wan"), "amount"),
        Column(f"{say('head.industry_share')}/{say('head.by_plan')}", "rate"),
        Column(f"{say('head.industry_share')}/{say('head.by_total')}", "rate"),
        Column(say("head.reserve_multiple"), "amount"),
    ]
    sheet = book.sheet(say(f"sheet.pipeline_{kind}"), heading, columns, paper="A4", frozen=2)
    for number, row in enumerate(rows):
        is_total = row["scope_kind"] == "overall"
        sheet.write(
            [
                None if is_total else number,
                row["scope_name"],
                row["project_count"],
                row["previous_project_count"],
                row["total_investment_wan"],
                row["annual_plan_wan"],
                row["industry_plan_rate"],
                row["industry_total_rate"],
                None if row["reserve_multiple"] is None else row["reserve_multiple"].quantize(CENT, ROUND_HALF_UP),
            ],
            fill="total" if is_total else None,
            bold=is_total,
        )
    if not rows:
        sheet.line(say("list.empty"))
