"""Lists: 分单位排名, 未开工项目清单, 未开工专人对接清单 and 落后时序清单, one print-ready workbook each.

Belongs here: which lists a period has; the columns and the order of a month's own.
Does not belong here: who is behind, unstarted or ranked where (dbt_project/models/reports); a week's lists
(lists_of_weeks.py); 数据质量清单 (quality.py).
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

from dispatch import lists_of_weeks, quality, wording
from dispatch.cell_values import Percent, Points
from dispatch.marts import Marts
from dispatch.month import MONTHLY, Month
from dispatch.open_list import open_list
from dispatch.wording import code_label, said, say
from dispatch.workbook_style import Column, Heading
from ingestion.plain_text import sheet_name
from ingestion.workspace import Workspace

ROW_MARKS = {"carried_row": "is_carried_forward", "missing_row": "is_missing"}
RANKED_RATES = ("annual_completion_rate", "start_resume_rate")
Cells = Callable[[dict], list[object]]


def write(ws: Workspace, plan_id: str, period: str) -> list[Path]:
    """Write the lists of one plan and period (数据质量清单 also as CSV); their paths."""
    month, marts = Month(ws, plan_id, period), Marts.of_build(ws)
    own = _of_month(month, marts) if month.form == MONTHLY else lists_of_weeks.write(month, marts)
    return [*own, *quality.write(month, marts)]


def _of_month(month: Month, marts: Marts) -> list[Path]:
    return [
        _unit_ranking(month, marts),
        _unstarted(month, marts),
        _liaison(month, marts),
        _behind_schedule(month, marts),
    ]


def _unit_ranking(month: Month, marts: Marts) -> Path:
    rows = marts.report("rpt_unit_ranking", month.plan_id, month.period)
    book, title = open_list(month, "unit_ranking")
    with book:
        for population in _populations_with(rows, marts, month):
            ranked = [row for row in rows if row["population"] == population["population"]]
            ranked.sort(key=lambda row: row["unit_rank"])
            notes = [say("ranking.how"), *map(wording.definition, RANKED_RATES)]
            basis = month.basis(say("ranking.account", population=population["population_name"]))
            heading = Heading(title, basis, say("unit_wan"), notes, [("missing", say("legend.owing"))])
            sheet = book.sheet(
                sheet_name(population["population_name"]), heading, _ranking_columns(), paper="A3", frozen=2
            )
            for row in ranked:
                sheet.write(_ranked(row), fill="missing" if row["status"] in ("missing", "unreadable") else None)
            if not ranked:
                sheet.line(say("list.empty"))
    return book.path


def _populations_with(rows: Sequence[dict], marts: Marts, month: Month) -> list[dict]:
    """Populations that have a unit to rank, the plan's headline first; that one alone when none has."""
    ranked = {row["population"] for row in rows}
    headline = {"population": month.plan.headline.id, "population_name": month.plan.headline.name}
    return [item for item in marts.populations(month.plan_id) if item["population"] in ranked] or [headline]


def _ranking_columns() -> list[Column]:
    heads = (
        ("rank", "centre"), ("unit", "text"), ("unit_kind", "centre"), ("project_count", "integer"),
        ("annual_plan", "amount"), ("ytd_both/adopted", "amount"), ("ytd_both/reported", "amount"),
        ("completion_both/adopted", "rate"), ("completion_both/reported", "rate"), ("target", "rate"),
        ("target_gap", "points"), ("benchmark_gap", "points"), ("start_both/adopted", "rate"),
        ("start_both/reported", "rate"), ("reporting/status", "centre"), ("reporting/received_at", "centre"),
        ("reporting/errors", "integer"), ("reporting/unanswered", "integer"), ("projects/told", "integer"),
        ("projects/carried", "integer"), ("projects/missing", "integer"), ("remark", "text"),
    )  # fmt: skip
    return [Column("/".join(say(f"head.{part}") for part in head.split("/")), kind) for head, kind in heads]


def _ranked(row: dict) -> list[object]:
    target, rate = row["target"], row["annual_completion_rate"]
    return [
        row["unit_rank"],
        row["unit_name"],
        code_label("unit_kinds", row["unit_kind"]),
        row["project_count"],
        row["annual_plan_wan"],
        row["ytd_investment_wan"],
        row["reported_ytd_investment_wan"],
        _percent(rate, target),
        _percent(row["reported_annual_completion_rate"], target),
        target,
        None if None in (rate, target) else Points(rate - target),
        _points(row["benchmark_gap"]),
        row["start_resume_rate"],
        row["reported_start_resume_rate"],
        said("status", row["status"]),
        wording.instant(row["received_at"]),
        row["errors"],
        row["unanswered"],
        row["reported_projects"],
        row["carried_projects"],
        row["missing_projects"],
        say("ranking.few_projects") if row["is_few_projects"] else "",
    ]


def _percent(rate: Decimal | None, target: Decimal | None = None) -> Percent | None:
    return None if rate is None else Percent(rate, target)


def _points(gap: Decimal | None) -> Points | None:
    return None if gap is None else Points(gap)


def _unstarted(month: Month, marts: Marts) -> Path:
    rows = marts.report("rpt_unstarted_projects", month.plan_id, month.period)
    rows.sort(key=lambda row: (month.unit_order(row["unit_id"]), -(row["days_overdue"] or 0), row["project_id"]))
    heads = (
        ("total_investment_wan", "amount"), ("annual_plan_wan", "amount"), ("ytd_investment_wan", "amount"),
        ("planned_start_date", "date"), ("start_actual_date", "date"),
    )  # fmt: skip
    columns = [Column(wording.field_label(field), kind) for field, kind in heads]
    columns += [Column(say("head.days_overdue"), "integer"), *_closing_columns()]

    def cells(row: dict) -> list[object]:
        return [*(row[field] for field, _ in heads), row["days_overdue"], *_closing(row, _unstarted_remarks(row))]

    notes = [say("unstarted.how"), wording.definition("start_resume_rate")]
    return _project_list(month, "unstarted", rows, columns, cells, notes)


def _liaison(month: Month, marts: Marts) -> Path:
    """未开工专人对接清单: who goes to whom is written by hand; no person's name ever stands in the warehouse."""
    rows = marts.report("rpt_unstarted_liaison", month.plan_id, month.period)
    rows.sort(key=lambda row: (month.unit_order(row["unit_id"]), -(row["days_overdue"] or 0), row["project_id"]))
    heads = (("level_name", "level_code", "centre", 10), ("total_investment_wan", "total_investment_wan", "amount", 14),
             ("annual_plan_wan", "annual_plan_wan", "amount", 14),
             ("planned_start_date", "planned_start_date", "date", 12))  # fmt: skip
    columns = [
        Column(say("head.serial"), "centre"),
        Column(wording.field_label("responsible_unit"), widest=18),
        Column(wording.field_label("project_name"), widest=34),
        Column(wording.field_label("owner_name"), widest=20),
        *(Column(wording.field_label(field), kind, widest) for _, field, kind, widest in heads),
        Column(say("head.days_overdue"), "integer"),
        Column(wording.field_label("problem_text"), widest=30),
        *(Column(say(f"head.{key}"), widest=18) for key in ("liaison_post", "measures", "start_before")),
    ]
    book, title = open_list(month, "liaison")
    notes = [say("liaison.how"), say("list.count", count=len(rows), form=month.form_title(MONTHLY))]
    legend = [(mark, say(f"legend.{mark}")) for mark in ("carried", "missing")]
    with book:
        heading = Heading(title, month.basis(say("account.adopted")), say("unit_wan"), notes, legend)
        sheet = book.sheet(say("sheet.liaison"), heading, columns, paper="A3", frozen=3)
        for number, row in enumerate(rows, start=1):
            fill = "missing" if row["is_missing"] else ("carried" if row["is_carried_forward"] else None)
            who = [number, row["unit_name"], row["project_name"], row["owner_name"]]
            told = [row[name] for name, *_ in heads]
            sheet.write([*who, *told, row["days_overdue"], row["problem_text"], None, None, None], fill=fill)
        if not rows:
            sheet.line(say("list.empty"))
    return book.path


def _unstarted_remarks(row: dict) -> list[str]:
    keys = {
        "not_resumed": row["counts_as"] == "continued",
        "unconfirmed": row["is_start_unconfirmed"],
        "reported": row["reported_is_started_or_resumed"],
    }
    return [say(f"unstarted.{key}") for key, holds in keys.items() if holds]


def _behind_schedule(month: Month, marts: Marts) -> Path:
    rows = marts.report("rpt_behind_schedule", month.plan_id, month.period)
    limit = month.plan.thresholds.behind_schedule_points
    rows.sort(key=lambda row: (row["benchmark_gap"], month.unit_order(row["unit_id"]), row["project_id"]))
    columns = [
        *(Column(wording.field_label(field), "amount") for field in ("total_investment_wan", "annual_plan_wan")),
        Column(wording.field_label("ytd_investment_wan"), "amount"),
        Column("/".join(say(f"head.{key}") for key in ("completion_both", "adopted")), "rate"),
        Column("/".join(say(f"head.{key}") for key in ("completion_both", "reported")), "rate"),
        Column(say("head.benchmark"), "rate"),
        Column(say("head.benchmark_gap"), "points"),
        Column(say("head.image_progress"), "percent"),
        *_closing_columns(),
    ]

    def cells(row: dict) -> list[object]:
        return [
            row["total_investment_wan"],
            row["annual_plan_wan"],
            row["ytd_investment_wan"],
            row["annual_completion_rate"],
            row["reported_annual_completion_rate"],
            row["benchmark"],
            _points(row["benchmark_gap"]),
            row["image_progress"],
            *_closing(row, [say("behind.beyond", points=f"{limit:f}")] if row["is_beyond_threshold"] else []),
        ]

    name = next((row["benchmark_name"] for row in rows), say("none"))
    notes = [say("behind.how", benchmark=name, points=f"{limit:f}"), wording.definition("annual_completion_rate")]
    return _project_list(month, "behind", rows, columns, cells, notes)


def _closing_columns() -> list[Column]:
    return [
        Column(wording.field_label("status_code"), "centre", 10),
        Column(wording.field_label("problem_text"), widest=30),
        Column(say("head.remark"), widest=26),
    ]


def _closing(row: dict, remarks: Sequence[str]) -> list[object]:
    marks = [say(f"mark.{key}") for key, flag in ROW_MARKS.items() if row[flag]]
    status = code_label("project_statuses", row["status_code"])
    return [status, row["problem_text"], say("clause_joint").join([*remarks, *marks])]


def _project_list(
    month: Month, key: str, rows: Sequence[dict], columns: Sequence[Column], cells: Cells, notes: Sequence[str]
) -> Path:
    """A list of projects: who and what in front, the list's own columns after it; carried and missing ones marked."""
    front = [
        Column(say("head.serial"), "centre"),
        Column(wording.field_label("responsible_unit"), widest=18),
        Column(wording.field_label("project_name"), widest=34),
        Column(wording.field_label("owner_name"), widest=24),
        *(Column(wording.field_label(field), "centre", 10) for field in ("level_code", "category_code", "nature_code")),
    ]
    book, title = open_list(month, key)
    notes = [*notes, say("list.count", count=len(rows), form=month.form_title(MONTHLY))]
    legend = [(mark, say(f"legend.{mark}")) for mark in ("carried", "missing")]
    heading = Heading(title, month.basis(say("account.adopted")), say("unit_wan"), notes, legend)
    with book:
        sheet = book.sheet(say(f"sheet.{key}"), heading, [*front, *columns], paper="A3", frozen=3)
        for number, row in enumerate(rows, start=1):
            fill = "missing" if row["is_missing"] else ("carried" if row["is_carried_forward"] else None)
            who = [number, row["unit_name"], row["project_name"], row["owner_name"]]
            classes = [wording.shown(field, row[field]) for field in ("level_code", "category_code", "nature_code")]
            sheet.write([*who, *classes, *cells(row)], fill=fill)
        if not rows:
            sheet.line(say("list.empty"))
    return book.path
