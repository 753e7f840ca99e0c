"""A small month: one county's November with every state a dispatch must show, written by hand into lake and warehouse.

住建局 (zhujian): 项目甲 accepted, 项目乙 refused and carried from October, 项目丙 前期; its second version.
农业农村局 (nongye): 项目丁 refused with nothing to carry; a row that is not on the list. Late.
水利局 (shuili): 项目戊 not reported; the file cannot be read. 能源局 (nengyuan): 项目己 not reported, carried; missing.
"""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import yaml

from ingestion import lake
from ingestion.plan_tables import plan_rows
from ingestion.plans import parse_plan
from ingestion.register import Register
from ingestion.settings import PROJECT_ROOT, SHIPPED_PLANS, TIMEZONE
from ingestion.workspace import Workspace

PLAN, PERIOD, FORM = "huozhou-2022", "2022-11", "monthly_dispatch"
SHEET = "月调度表"
LETTERS = {
    "serial_no": "A", "project_code": "B", "project_name": "C", "owner_name": "D", "usc_code": "E", "level_code": "F",
    "category_code": "G", "nature_code": "H", "region_code": "I", "total_investment_wan": "J",
    "cum_to_last_year_wan": "K", "annual_plan_wan": "L", "month_investment_wan": "M", "ytd_investment_wan": "N",
    "completion_rate_reported": "O", "cumulative_investment_wan": "P", "status_code": "Q", "problem_text": "R",
}  # fmt: skip
HEADERS = {"ytd_investment_wan": "投资完成情况/本年完成/自年初累计", "project_name": "项目名称"}


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=TIMEZONE)


KNOWN_AT = instant("2022-11-29 09:00")


def wan(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def project(number: int, name: str, unit: str, total: str, plan: str, **other: object) -> dict:
    return {
        "project_id": f"2203-141082-04-01-10000{number}",
        "project_code": f"2203-141082-04-01-10000{number}",
        "project_name": name,
        "owner_name": "霍州市某建设有限公司",
        "unit_id": unit,
        "level_code": "municipal",
        "category_code": "industry",
        "nature_code": "new",
        "region_code": "141082",
        "total_investment_wan": wan(total),
        "annual_plan_wan": wan(plan),
        "planned_start_date": date(2022, 3, 1),
        "planned_finish_date": date(2023, 12, 31),
        "list_version": "第1版",
        "effective_date": date(2022, 10, 1),
        "is_in_base": True,
        "submission_id": f"{PLAN}/project_list/2022-10/tuijin/v1",
        "sheet": "项目名单",
        "row": 10 + number,
        **other,
    }


PROJECTS = [
    project(1, "项目甲（标准厂房）", "zhujian", "120000", "40000", level_code="provincial"),
    project(2, "项目乙（供热管网）", "zhujian", "8000", "5000"),
    project(3, "项目丙（前期）", "zhujian", "90000", "0", nature_code="preparatory"),
    project(4, "项目丁（高标准农田）", "nongye", "6000", "3000"),
    project(5, "项目戊（水库除险）", "shuili", "7000", "2000", nature_code="continued"),
    project(6, "项目己（光伏）", "nengyuan", "30000", "10000"),
]
BY_NAME = {row["project_name"][2]: row for row in PROJECTS}
LISTED = (
    "project_id", "project_code", "project_name", "owner_name", "level_code", "category_code", "nature_code",
    "region_code", "total_investment_wan", "annual_plan_wan",
)  # fmt: skip


def figures(which: str, unit: str, version: int, row: int, last: str, month: str, ytd: str, total: str) -> dict:
    """One row of a unit's form about the project ``which``, with cumulative figures as given."""
    return {
        **{name: BY_NAME[which][name] for name in LISTED},
        "unit_id": unit,
        "submission_id": f"{PLAN}/{FORM}/{PERIOD}/{unit}/v{version}",
        "version": version,
        "sheet": SHEET,
        "row": row,
        "cum_to_last_year_wan": wan(last),
        "month_investment_wan": wan(month),
        "ytd_investment_wan": wan(ytd),
        "cumulative_investment_wan": wan(total),
        "status_code": "under_construction",
        "is_on_list": True,
    }


GOOD = figures("甲", "zhujian", 2, 8, "10000", "3000", "34999.996", "44999.996")
WRONG = figures("乙", "zhujian", 2, 9, "1000", "300", "4200", "9200") | {"annual_plan_wan": wan("5500")}
EARLY = figures("丙", "zhujian", 2, 10, "0", "0", "0", "0")
REFUSED = figures("丁", "nongye", 1, 8, "0", "200", "2500", "2600") | {"cum_to_last_year_wan": None}
STRANGER = {
    **figures("丁", "nongye", 1, 9, "0", "10", "100", "100"),
    "project_id": "N:名单外项目", "project_code": None, "project_name": "=名单外项目", "is_on_list": False,
}  # fmt: skip
CARRIED_B = figures("乙", "zhujian", 1, 9, "1000", "400", "3900", "4900") | {
    "submission_id": f"{PLAN}/{FORM}/2022-10/zhujian/v1", "is_carried_forward": True, "carried_from": "2022-10",
}  # fmt: skip
CARRIED_F = figures("己", "nengyuan", 1, 8, "2000", "500", "6000", "8000") | {
    "submission_id": f"{PLAN}/{FORM}/2022-10/nengyuan/v1", "is_carried_forward": True, "carried_from": "2022-10",
}  # fmt: skip
BEFORE = figures("甲", "zhujian", 1, 8, "10000", "3000", "30000", "40000")


def as_read(told: dict, **other: object) -> dict:
    """The row as the reader left it."""
    kept = {key: value for key, value in told.items() if key not in ("project_id", "is_on_list")}
    read = {"form": FORM, "is_effective": True, "row_role": "detail", "columns": LETTERS, "headers": HEADERS, "raw": {}}
    return kept | read | other


TOTAL = {"row_role": "total", "label": "合计（3项）", "label_count": 3, "row": 7, "project_code": None}
ROWS = [
    as_read(BEFORE, is_effective=False),
    as_read(GOOD, **TOTAL, ytd_investment_wan=wan("39199.996")),
    as_read(GOOD),
    as_read(WRONG),
    as_read(EARLY),
    as_read(REFUSED, raw={"cum_to_last_year_wan": "约100"}),
    as_read(STRANGER),
]


def submission(unit: str, version: int, received: str, **other: object) -> dict:
    return {
        "unit_id": unit,
        "submission_id": f"{PLAN}/{FORM}/{PERIOD}/{unit}/v{version}",
        "version": version,
        "form": FORM,
        "receipt_id": len(unit) * 10 + version,
        "kind": "form",
        "is_effective": True,
        "withdrawn": False,
        "file_name": f"{unit}-{version}.xlsx",
        "sha256": f"{version}" * 64,
        "received_at": instant(received),
        "received_source": "folder",
        "recognised_by": "按表头认出",
        "sheet": SHEET,
        **other,
    }


SUBMISSIONS = [
    submission("zhujian", 1, "2022-11-27 10:00", is_effective=False, rows_read=1),
    submission("zhujian", 2, "2022-11-28 16:40", rows_read=3),
    submission("nongye", 1, "2022-11-28 18:05", received_source="register_sheet", rows_read=2),
    submission("shuili", 1, "2022-11-28 11:00", kind="unreadable", is_effective=False, rows_read=0, sheet=None),
]


def finding(number: int, rule: str, severity: str, row: dict, cells: str, message: str, **other: object) -> dict:
    return {
        "finding_id": f"F{number}",
        "group_head": None,
        "rule_id": rule,
        "theme": "arithmetic",
        "severity": severity,
        "outcome": "failed",
        "cells": ";".join(f"{SHEET}!{cell}" for cell in cells.split()),
        "message_zh": message,
        "remedy_zh": "改正写错的一个数",
        "source_zh": "表内关系",
        "answer_state": "unanswered" if severity == "warning" else "none_needed",
        "is_effective": True,
        "form": FORM,
        "received_at": KNOWN_AT,
        **{
            key: row[key]
            for key in ("unit_id", "submission_id", "version", "sheet", "row", "project_id", "project_name")
        },
        **other,
    }


SUM = "自开工累计 9200 万元，不等于截至上年底累计加自年初累计"
FINDINGS = [
    finding(1, "F04", "info", GOOD, "N8:N9", "小数位过多"),
    finding(2, "P10A", "warning", WRONG, "N9", "比上月少", group_head="F3"),
    finding(
        3,
        "R01",
        "error",
        WRONG,
        "P9 N9 K9",
        SUM,
        found="9200",
        expected="5200",
        difference="4000",
        field="cumulative_investment_wan",
    ),
    finding(4, "R04", "error", WRONG, "N9", "与上月累计加本月不符", group_head="F3", found="4200"),
    finding(5, "F01A", "error", REFUSED, "K8", "不是数", found="约100", expected="数"),
    finding(6, "I17", "warning", STRANGER, "C9", "名单上没有这个项目", found="=名单外项目"),
]


def small_workspace(root: Path, tables_of_warehouse: dict[str, list[dict]] | None = None) -> Workspace:
    """A workspace whose lake and warehouse hold the small month (or a warehouse with other tables); nothing is
    published yet."""
    ws = Workspace.create(root, [PLAN])
    text = (SHIPPED_PLANS / f"{PLAN}.yml").read_text(encoding="utf-8")
    plan = parse_plan(text, PLAN)
    in_force = instant("2022-11-25 00:00")
    plan_hash, _ = Register(ws.register).record_plan_version(PLAN, text, in_force, in_force)
    tables = plan_rows(plan, PERIOD, plan_hash, in_force, KNOWN_AT) | {
        "project_list": PROJECTS,
        "submissions": SUBMISSIONS,
        "rows_monthly_dispatch": ROWS,
        "findings": FINDINGS,
        "reported_investment": [
            without(GOOD, is_accepted=True), without(WRONG, is_accepted=False), without(EARLY, is_accepted=True),
            without(REFUSED, is_accepted=False), without(STRANGER, is_accepted=True),
        ],
        "accepted_investment": [
            GOOD | {"is_carried_forward": False}, EARLY | {"is_carried_forward": False}, CARRIED_B, CARRIED_F,
            STRANGER | {"is_carried_forward": False},
        ],
    }  # fmt: skip
    for table, rows in tables.items():
        lake.write(ws.lake, table, PLAN, PERIOD, rows)
    build_warehouse(ws, tables_of_warehouse or {"fct_submission": STATUSES, **WAREHOUSE})
    return ws


def without(row: dict, **other: object) -> dict:
    return row | other


def build_warehouse(ws: Workspace, tables: dict[str, list[dict]]) -> None:
    """Every table of the contracts in dbt_project/models, those named with rows; an unknown column is an error."""
    ws.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(ws.warehouse)) as connection:
        for schema in ("marts", "reports"):
            connection.execute(f"create schema {schema}")
            for file in sorted((PROJECT_ROOT / "dbt_project" / "models" / schema).glob("*.yml")):
                for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
                    _build(connection, schema, model, tables.get(model["name"], []))


def _build(connection: duckdb.DuckDBPyConnection, schema: str, model: dict, rows: list[dict]) -> None:
    key = next(item["columns"] for item in model["constraints"] if item["type"] == "primary_key")
    columns = ", ".join(f'"{column["name"]}" {column["data_type"]}' for column in model["columns"])
    name = f"{schema}.{model['name']}"
    connection.execute(f"create table {name} ({columns}, primary key ({', '.join(key)}))")
    connection.execute(f"comment on table {name} is '{model['description']}'")
    for column in model["columns"]:
        connection.execute(f"comment on column {name}.\"{column['name']}\" is '{column['description']}'")
    _insert(connection, name, rows)


def replace_tables(ws: Workspace, tables: dict[str, list[dict]]) -> None:
    """Other rows for some tables of ``marts``; much quicker than a new warehouse."""
    with duckdb.connect(str(ws.warehouse)) as connection:
        for name, rows in tables.items():
            connection.execute(f"delete from marts.{name}")
            _insert(connection, f"marts.{name}", rows)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict]) -> None:
    for row in rows:
        names = ", ".join(f'"{column}"' for column in row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))


def status(unit: str, word: str, received: str | None = None, **counts: int) -> dict:
    numbers = dict.fromkeys(("versions", "rows_read", "accepted", "carried", "errors", "warnings", "unanswered"), 0)
    return {
        "plan_id": PLAN,
        "form": FORM,
        "period": PERIOD,
        "unit_id": unit,
        "due_at": instant("2022-11-28 17:00"),
        "received_at": instant(received) if received else None,
        "received_source": "folder" if received else None,
        "status": word,
        "is_due": True,
        "is_reported": bool(received),
        "is_on_time": word == "on_time",
        **numbers,
        **counts,
    }


STATUSES = [
    status(
        "zhujian", "on_time", "2022-11-27 10:00", versions=2, rows_read=3, accepted=2, carried=1, errors=2, warnings=1
    ),
    status("nongye", "late", "2022-11-28 18:05", versions=1, rows_read=2, accepted=1, errors=1, warnings=1),
    status("shuili", "unreadable", versions=1),
    status("nengyuan", "missing", carried=1),
]
COVERAGE = {"reported_projects": 1, "carried_projects": 2, "missing_projects": 2}
MONTH = {"plan_id": PLAN, "period": PERIOD}


def metric(name: str, label: str, unit: str, value: str, reported: str, order: int, **other: object) -> dict:
    return {
        **MONTH, "population": "provincial_municipal", "metric": name, "population_name": "省市重点", "label_zh": label,
        "unit": unit, "value": wan(value), "reported_value": wan(reported), "cutoff_verdict": "no_target",
        "final_verdict": "no_target", "is_headline": True, "population_order": 1, "metric_order": order, **COVERAGE,
        **other,
    }  # fmt: skip


MISSED = {"target": wan("0.85"), "gap": wan("-0.000200"), "cutoff_verdict": "missed", "final_verdict": "pending"}
BENCHMARK = {"benchmark": wan("0.916667"), "benchmark_gap": wan("-0.168334")}
ONE = {"finding_count": 1, "open_count": 1, "accepted_by_decision_count": 0, "project_count": 1}
TOLD = {"previous_published": wan("0.600000"), "previous_restated": wan("0.610000")}
WAREHOUSE = {
    "dim_population": [
        {"plan_id": PLAN, "population": "provincial_municipal", "population_name": "省市重点", "sort_order": 1,
         "is_headline": True},
        {"plan_id": PLAN, "population": "all", "population_name": "全部名单", "sort_order": 0, "is_headline": False},
    ],
    "rpt_overview": [
        metric("project_count", "项目个数", "个", "5", "5", 10),
        metric("ytd_investment", "自年初累计完成投资", "万元", "44900", "41699.996", 40),
        metric("start_resume_rate", "开复工率", "%", "0.8498", "0.8498", 60, **MISSED),
        metric("annual_completion_rate", "年度投资完成率", "%", "0.748333", "0.695", 100, **BENCHMARK, **TOLD),
    ],
    "rpt_unit_ranking": [
        {**MONTH, "population": "provincial_municipal", "unit_id": "zhujian", "unit_rank": 1, "unit_name": "住建局",
         "unit_kind": "department", "project_count": 2, "annual_plan_wan": wan("45000"),
         "ytd_investment_wan": wan("38900"), "reported_ytd_investment_wan": wan("39200"),
         "annual_completion_rate": wan("0.869600"), "reported_annual_completion_rate": wan("0.871111"),
         "target": wan("0.87"), "benchmark_gap": wan("-0.047067"), "start_resume_rate": wan("1"),
         "reported_start_resume_rate": wan("1"), "status": "on_time", "received_at": instant("2022-11-27 10:00"),
         "errors": 2, "unanswered": 1, "reported_projects": 1, "carried_projects": 1, "missing_projects": 0,
         "is_few_projects": True},
        {**MONTH, "population": "provincial_municipal", "unit_id": "nengyuan", "unit_rank": 2, "unit_name": "能源局",
         "unit_kind": "department", "project_count": 1, "annual_plan_wan": wan("10000"),
         "ytd_investment_wan": wan("6000"), "annual_completion_rate": wan("0.6"), "target": wan("0.87"),
         "benchmark_gap": wan("-0.316667"), "status": "missing", "is_few_projects": True, "carried_projects": 1},
    ],
    "rpt_unstarted_projects": [
        {**MONTH, "project_id": BY_NAME["戊"]["project_id"], "project_name": "项目戊（水库除险）", "unit_id": "shuili",
         "unit_name": "水利局", "level_code": "municipal", "category_code": "industry", "nature_code": "continued",
         "total_investment_wan": wan("7000"), "annual_plan_wan": wan("2000"), "planned_start_date": date(2022, 3, 1),
         "days_overdue": 272, "is_start_unconfirmed": False, "reported_is_started_or_resumed": False,
         "is_carried_forward": False, "is_missing": True},
    ],
    "rpt_unstarted_liaison": [
        {**MONTH, "project_id": BY_NAME["戊"]["project_id"], "project_name": "项目戊（水库除险）", "unit_id": "shuili",
         "unit_name": "水利局", "level_code": "municipal", "level_name": "市重点", "category_code": "industry",
         "total_investment_wan": wan("7000"), "annual_plan_wan": wan("2000"), "planned_start_date": date(2022, 3, 1),
         "days_overdue": 272, "is_start_unconfirmed": False, "is_carried_forward": False, "is_missing": True},
    ],
    "rpt_behind_schedule": [
        {**MONTH, "project_id": BY_NAME["己"]["project_id"], "project_name": "项目己（光伏）", "unit_id": "nengyuan",
         "unit_name": "能源局", "level_code": "municipal", "category_code": "industry", "nature_code": "new",
         "total_investment_wan": wan("30000"), "annual_plan_wan": wan("10000"), "ytd_investment_wan": wan("6000"),
         "annual_completion_rate": wan("0.6"), "benchmark": wan("0.916667"), "benchmark_name": "时序进度（月份/12）",
         "benchmark_gap": wan("-0.316667"), "is_beyond_threshold": True, "is_carried_forward": True,
         "is_missing": False},
    ],
    "rpt_data_quality": [
        {**MONTH, "form": FORM, "unit_id": "zhujian", "rule_id": "R01", "unit_name": "住建局", "theme": "arithmetic",
         "severity": "error", **ONE},
        {**MONTH, "form": FORM, "unit_id": "nongye", "rule_id": "I17", "unit_name": "农业农村局", "theme": "identity",
         "severity": "warning", **ONE},
    ],
    "fct_finding": [
        {**MONTH, **{key: row.get(key) for key in (
            "finding_id", "form", "unit_id", "submission_id", "version", "project_id", "project_name", "rule_id",
            "theme", "severity", "outcome", "group_head", "sheet", "cells", "found", "expected", "difference",
            "message_zh", "remedy_zh", "source_zh", "answer_state", "received_at", "is_effective")},
         "source_row": row["row"], "first_seen": row["received_at"], "still_open": True}
        for row in FINDINGS
    ],
}  # fmt: skip
