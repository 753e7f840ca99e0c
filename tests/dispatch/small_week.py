"""A small week of the campaign, written by hand into lake and warehouse: 2022-12-15 of huozhou-2022.

住建局 (zhujian): 项目甲 with one procedure refused and carried alone; 项目乙 refused whole and carried.
农业农村局 (nongye): 项目丙 on a promise that is past due. 水利局 (shuili): nothing came, 项目丁 is carried.
"""

from datetime import date
from pathlib import Path

from small_month import build_warehouse, instant, wan

from ingestion import lake
from ingestion.plan_tables import plan_rows
from ingestion.plans import parse_plan
from ingestion.register import Register
from ingestion.settings import SHIPPED_PLANS
from ingestion.workspace import Workspace

PLAN, WEEK, BEFORE = "huozhou-2022", "2022-12-15", "2022-12-08"
SHEET = "前期手续"
KNOWN_AT = instant("2022-12-16 09:00")
PROCEDURES = ("approval", "land", "planning", "environment", "energy")
_ITEM_FIELDS = ("is_needed", "handling_level", "approving_unit", "procedure_state", "planned_done_date", "done_date")
_LETTERS = ("I J K L M N", "O P Q R S T", "U V W X Y Z", "AA AB AC AD AE AF", "AG AH AI AJ AK AL")
ITEM_COLUMNS = {
    procedure: dict(zip(_ITEM_FIELDS, letters.split(), strict=True))
    for procedure, letters in zip(PROCEDURES, _LETTERS, strict=True)
}
COLUMNS = {
    "serial_no": "A", "project_code": "B", "project_name": "C", "owner_name": "D", "category_code": "E",
    "nature_code": "F", "total_investment_wan": "G", "annual_plan_wan": "H", "coordination_text": "AM",
}  # fmt: skip
DONE = {"is_needed": "yes", "handling_level": "county", "approving_unit": "自然资源局", "procedure_state": "done",
        "planned_done_date": date(2022, 12, 10), "done_date": date(2022, 12, 9)}  # fmt: skip
OPEN = DONE | {"procedure_state": "in_progress", "planned_done_date": date(2022, 12, 30), "done_date": None}


def project(name: str, unit: str, row: int, week: str = WEEK, version: int = 1, **other: object) -> dict:
    number = "甲乙丙丁".index(name) + 1
    return {
        "project_id": f"2211-141082-89-01-10000{number}",
        "project_code": f"2211-141082-89-01-10000{number}",
        "project_name": f"项目{name}",
        "owner_name": "霍州市某建设有限公司",
        "category_code": "industry",
        "nature_code": "new",
        "total_investment_wan": wan("20000"),
        "annual_plan_wan": wan("8000"),
        "unit_id": unit,
        "submission_id": f"{PLAN}/procedures/{week}/{unit}/v{version}",
        "version": version,
        "sheet": SHEET,
        "row": row,
        **other,
    }


A = project("甲", "zhujian", 6, coordination_text="请协调用地指标")
B = project("乙", "zhujian", 7, total_investment_wan=None)
B_BEFORE = project("乙", "zhujian", 7, BEFORE)
C = project("丙", "nongye", 6)
D_BEFORE = project("丁", "shuili", 6, BEFORE)


def items(of: dict, **states: dict) -> list[dict]:
    """The five procedures of a project, done unless told otherwise."""
    address = {name: of[name] for name in ("project_id", "unit_id", "submission_id", "version", "sheet", "row")}
    return [address | {"procedure": name} | DONE | states.get(name, {}) for name in PROCEDURES]


GOES_BACK = {"procedure_state": "in_progress", "done_date": None}
A_TOLD = items(A, environment=GOES_BACK, energy=OPEN)
A_TAKEN = items(A, energy=OPEN)
C_TOLD = items(C, land=OPEN | {"procedure_state": "promised", "promise_due_date": date(2022, 12, 1)})


def _read(row: dict, columns: dict, **other: object) -> dict:
    kept = {name: value for name, value in row.items() if name != "project_id"}
    read = {"form": "procedures", "is_effective": True, "row_role": "detail", "columns": columns, "headers": {}}
    return kept | read | {"raw": {}} | other


def _rows() -> tuple[list[dict], list[dict]]:
    projects = [
        _read(A, COLUMNS),
        _read(B, COLUMNS, raw={"total_investment_wan": "约两亿"}),
        _read(C, COLUMNS),
    ]
    told = [
        _read(item, ITEM_COLUMNS[item["procedure"]], project_name=of["project_name"])
        for of, own in ((A, A_TOLD), (B, items(B)), (C, C_TOLD))
        for item in own
    ]
    return projects, told


def _submission(unit: str, received: str, rows: int) -> dict:
    return {
        "unit_id": unit, "submission_id": f"{PLAN}/procedures/{WEEK}/{unit}/v1", "version": 1, "form": "procedures",
        "receipt_id": len(unit), "kind": "form", "is_effective": True, "withdrawn": False, "file_name": f"{unit}.xlsx",
        "sha256": "1" * 64, "received_at": instant(received), "received_source": "folder", "sheet": SHEET,
        "recognised_by": "按表头认出", "rows_read": rows,
    }  # fmt: skip


def _finding(number: int, rule: str, row: dict, cell: str, message: str, procedure: str | None = None) -> dict:
    named = ("unit_id", "submission_id", "version", "sheet", "row", "project_id", "project_name")
    return {name: row[name] for name in named} | {
        "finding_id": f"W{number}", "rule_id": rule, "theme": "history", "severity": "error", "outcome": "failed",
        "form": "procedures", "procedure": procedure,
        "cells": f"{SHEET}!{cell}", "message_zh": message, "remedy_zh": "改正后重报", "source_zh": "前后各周",
        "answer_state": "none_needed", "is_effective": True, "received_at": KNOWN_AT,
    }  # fmt: skip


FINDINGS = [
    _finding(1, "P15", A, "AD6", "项目甲的环评上周已办结，本周又写办理中", "environment"),
    _finding(2, "F01A", B, "G7", "总投资“约两亿”不是数"),
]


def small_campaign(root: Path) -> Workspace:
    """A workspace whose lake and warehouse hold the small week; nothing is published."""
    ws = Workspace.create(root, [PLAN])
    text = (SHIPPED_PLANS / f"{PLAN}.yml").read_text(encoding="utf-8")
    in_force = instant("2022-11-25 00:00")
    plan_hash, _ = Register(ws.register).record_plan_version(PLAN, text, in_force, in_force)
    rows, told = _rows()
    carried = {"is_carried_forward": True, "carried_from": BEFORE}
    fresh = {"is_carried_forward": False}
    d_items = items(D_BEFORE)
    tables = plan_rows(parse_plan(text, PLAN), WEEK, plan_hash, in_force, KNOWN_AT) | {
        "submissions": [
            _submission("zhujian", "2022-12-14 10:00", 2),
            _submission("nongye", "2022-12-15 18:00", 1),
        ],
        "rows_procedures": rows,
        "rows_procedure_items": told,
        "findings": FINDINGS,
        "reported_procedures": [A | {"is_accepted": True}, B | {"is_accepted": False}, C | {"is_accepted": True}],
        "accepted_procedures": [A | fresh, B_BEFORE | carried, C | fresh, D_BEFORE | carried],
        "reported_procedure_items": [
            *(item | {"is_accepted": item["procedure"] != "environment"} for item in A_TOLD),
            *(item | {"is_accepted": False} for item in items(B)),
            *(item | {"is_accepted": True} for item in C_TOLD),
        ],
        "accepted_procedure_items": [
            *(item | (carried if item["procedure"] == "environment" else fresh) for item in A_TAKEN),
            *(item | carried for item in items(B_BEFORE)),
            *(item | fresh for item in C_TOLD),
            *(item | carried for item in d_items),
        ],
        "reported_pipeline": [],
        "accepted_pipeline": [],
    }
    for table, values in tables.items():
        lake.write(ws.lake, table, PLAN, WEEK, values)
    build_warehouse(ws, WAREHOUSE)
    return ws


AT = {"plan_id": PLAN, "period": WEEK}


def _progress(procedure: str, level: str, unit: str, needed: int, done: int, **other: object) -> dict:
    return AT | {
        "procedure": procedure, "handling_level": level, "unit_id": unit, "project_count": 4, "needed_count": needed,
        "done_count": done, "open_count": needed - done, "completion_rate": wan(f"{done / needed:.6f}"),
        "reported_needed_count": needed, "reported_done_count": done, "target": wan("0.65"), "target_gap": wan("0.1"),
        "procedure_order": 0 if procedure == "all" else 1, "level_order": 0, "unit_order": -1 if unit == "all" else 3,
    } | other  # fmt: skip


def _open_item(name: str, procedure: str, title: str, **other: object) -> dict:
    number = "甲乙丙丁".index(name) + 1
    return AT | {
        "project_id": f"2211-141082-89-01-10000{number}", "procedure": procedure, "project_name": f"项目{name}",
        "procedure_name": title, "owner_name": "霍州市某建设有限公司", "unit_id": "zhujian", "unit_name": "住建局",
        "procedure_state": "in_progress", "procedure_state_name": "办理中", "is_carried_forward": False,
    } | other  # fmt: skip


OWN = {"approving_unit_id": "ziran", "approving_unit_name": "自然资源局"}
WAREHOUSE = {
    "fct_submission": [
        {**AT, "form": "procedures", "unit_id": unit, "due_at": instant("2022-12-15 17:00"), "status": status,
         "received_at": received and instant(received), "received_source": received and "folder", "is_due": True,
         "is_reported": bool(received), "is_on_time": status == "on_time",
         **dict.fromkeys(("versions", "rows_read", "accepted", "carried", "errors", "warnings", "unanswered"), 0)}
        for unit, status, received in (
            ("zhujian", "on_time", "2022-12-14 10:00"), ("nongye", "late", "2022-12-15 18:00"),
            ("shuili", "missing", None))
    ],
    "rpt_procedure_progress": [
        _progress("all", "all", "all", 20, 15),
        _progress("land", "all", "all", 4, 2, procedure_name="土地"),
        _progress("all", "all", "zhujian", 10, 8, unit_name="住建局"),
        _progress("all", "all", "nongye", 10, 7, unit_name="农业农村局"),
    ],
    "rpt_handover_items": [
        _open_item("甲", "energy", "能评", approving_unit_id=None, approving_unit_name=None, is_overdue=False,
                   handover_task="set_date", handover_task_name="请受理并明确办结时限"),
        _open_item("甲", "land", "土地", **OWN, due_date=date(2022, 12, 30), days_left=15, is_overdue=False,
                   handover_task="finish_in_time", handover_task_name="请按计划办结日期办结"),
        _open_item("丙", "land", "土地", **OWN, due_date=date(2022, 12, 1), days_left=-14, is_overdue=True,
                   handover_task="promise_overdue", handover_task_name="承诺已逾期，请立即补齐或收回容缺、承诺"),
    ],
    "rpt_coordination_items": [
        _open_item("乙", "environment", "环评", handling_level="municipal", handling_level_name="市级",
                   approving_unit_name="临汾市生态环境局", coordination_text="请协调总量指标", is_overdue=False,
                   is_overdue_promise=False, is_carried_forward=True),
    ],
    "rpt_overdue_promises": [
        _open_item("丙", "land", "土地", **OWN, promise_due_date=date(2022, 12, 1), days_overdue=14,
                   procedure_state="promised", procedure_state_name="告知承诺", handling_level="county",
                   handling_level_name="本级"),
    ],
}  # fmt: skip
