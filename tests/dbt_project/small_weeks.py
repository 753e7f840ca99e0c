"""Two weeks of the small lake's plan, small enough to compute by head: procedures, pipeline and funds.

Baseline: 项目子 alone, nothing done yet; the funds lie a cent below what 左右 allows.
Week: 项目子 claims its environment procedure done (refused, carried from the baseline) and is a day past its promise;
项目丑 is tolerated until today; 项目卯 has done all it needs; 项目寅 was refused and never accepted before. 项目辰 of
the pipeline reported ten times its total and is carried.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from ingestion import lake
from ingestion.settings import TIMEZONE

PLAN, BASELINE, WEEK = "demo-2022", "2022-12-06", "2022-12-08"
FORMS = ("procedures", "pipeline", "funds")
OWING = ("zhujian", "shuili", "nongye")
#         name               kind          written names, as plan_rows folds them
UNITS = {
    "zhujian": ("住建局", "department", "|住建局|市住建局|"),
    "shuili": ("水利局", "department", "|水利局|市水利局|"),
    "nongye": ("农业农村局", "department", "|农业农村局|市农业农村局|"),
    "xingzheng": ("行政审批局", "department", "|行政审批局|市行政审批局|审批局|市审批局|"),
    "ziran": ("自然资源局", "department", "|自然资源局|市自然资源局|"),
    "shengtai": ("生态环境分局", "department", "|生态环境分局|生态环境局|市生态环境局|"),
    "linfen": ("临汾市发改委", "superior", "|临汾市发改委|市发改委|"),
}
PROCEDURES = {
    "approval": ("立项", "county", "xingzheng"),
    "land": ("土地", "county", "ziran"),
    "environment": ("环评", "municipal", None),
}
TARGETS = [  # id, metric, population, target date, threshold, stretch, comparison, about within
    ("w1", "procedure_completion_rate", "new_2023", date(2023, 2, 28), "0.55", "0.80", "at_least", "0.1"),
    ("w2", "pipeline_count", "pipeline_2023", date(2023, 2, 28), "3", None, "at_least", "0.1"),
    ("w3", "pipeline_industry_share", "pipeline_2023", date(2023, 2, 28), "0.48", "0.6", "at_least", "0.1"),
    ("w4", "reserve_multiple", "pipeline_2023", date(2022, 12, 8), "5", None, "at_least", "0.1"),
    ("w5", "fund_secured_amount", "county_funds", date(2022, 12, 7), "50000", None, "about", "0.1"),
]

UNIT_OF = {"子": "zhujian", "丑": "shuili", "寅": "shuili", "卯": "zhujian", "辰": "zhujian"}
CATEGORY = {"子": "industry", "丑": "infrastructure", "寅": "livelihood", "卯": "livelihood", "辰": "industry"}
LATER, TODAY, YESTERDAY = date(2022, 12, 20), date(2022, 12, 8), date(2022, 12, 7)
CARRIED = {"is_carried_forward": True, "carried_from": BASELINE}
#  project, procedure: needed, state, level and approving unit as written, further facts
ACCEPTED_ITEMS = {
    BASELINE: {
        ("子", "approval"): ("yes", "not_started", None, None, {}),
        ("子", "environment"): ("yes", "in_progress", "municipal", "临汾市生态环境局", {"planned_done_date": LATER}),
    },
    WEEK: {
        ("子", "approval"): ("yes", "done", "county", "市行政审批局", {"done_date": TODAY}),
        ("子", "land"): ("yes", "promised", "county", "自然资源 局", {"promise_due_date": YESTERDAY}),
        ("子", "environment"): (
            *("yes", "in_progress", "municipal", "临汾市生态环境局"), {"planned_done_date": LATER, **CARRIED},
        ),
        ("丑", "approval"): ("yes", "done", None, None, {}),
        ("丑", "land"): ("yes", "tolerated", "county", "自然资源局", {"promise_due_date": TODAY}),
        ("丑", "environment"): ("no", "not_needed", None, None, {}),
        ("卯", "approval"): ("yes", "done", "county", "行政审批局", {}),
        ("卯", "land"): ("yes", "not_needed", "county", None, {}),
        ("卯", "environment"): ("yes", "done", "municipal", "市生态环境局", {}),
    },
}  # fmt: skip
REPORTED_ITEMS = {
    BASELINE: ACCEPTED_ITEMS[BASELINE],
    WEEK: ACCEPTED_ITEMS[WEEK]
    | {
        ("子", "environment"): ("yes", "done", "municipal", "临汾市生态环境局", {}),
        ("寅", "approval"): ("yes", "done", "county", "行政审批局", {}),
        ("寅", "land"): ("yes", "not_started", "county", None, {}),
        ("寅", "environment"): ("yes", None, "municipal", None, {}),
    },
}
ACCEPTED_PIPELINE = {  # total, plan of the year, stage, further facts
    BASELINE: {"辰": ("20000", "2000", "planned", {})},
    WEEK: {
        "子": ("10000", "6000", "ready", {}),
        "丑": ("30000", "4000", "started", {}),
        "辰": ("20000", "2000", "planned", CARRIED),
    },
}
REPORTED_PIPELINE = {
    BASELINE: ACCEPTED_PIPELINE[BASELINE],
    WEEK: ACCEPTED_PIPELINE[WEEK] | {"辰": ("200000", "2000", "planned", {})},
}
FUNDS = {
    BASELINE: {("子", "special_bond"): "29999.49", ("丑", "central_budget"): "15000.50"},
    WEEK: {
        ("子", "special_bond"): "29999.50",
        ("丑", "central_budget"): "15000.50",
        ("子", "social_capital"): "90000",
    },
}


def write(folder: Path) -> None:
    """Write both weeks below ``folder``."""
    for period in (BASELINE, WEEK):
        for table, rows in (*_plan(period), *_received(period), *_taken(period)):
            lake.write(folder, table, PLAN, period, rows)


def _plan(period: str) -> Iterator[tuple[str, list[dict]]]:
    yield "plans", [{"plan_name": "模拟方案", "year": 2022, "centre": "tuijin", "known_at": _at(date(2022, 12, 9), 9)}]
    yield (
        "units",
        [
            {"unit_id": unit, "unit_name": name, "unit_kind": kind, "written_names": written, "sort_order": order}
            for order, (unit, (name, kind, written)) in enumerate(UNITS.items())
        ],
    )
    yield (
        "populations",
        [
            {"population": population, "population_name": name, "form": form, "sort_order": 9, "is_headline": False}
            for population, name, form in (
                ("new_2023", "2023年新建项目", "procedures"),
                ("pipeline_2023", "2023年谋划项目", "pipeline"),
                ("county_funds", "全县争取资金", "funds"),
            )
        ],
    )
    yield "targets", [_target(*target) for target in TARGETS]
    yield (
        "procedures",
        [
            {
                "procedure": key,
                "procedure_name": name,
                "handling_level": level,
                "approving_unit_id": unit,
                "sort_order": n,
            }
            for n, (key, (name, level, unit)) in enumerate(PROCEDURES.items(), start=1)
        ],
    )
    day = date.fromisoformat(period)
    yield "obligations", [
        {"form": form, "unit_id": unit, "due_at": _at(day, 17) if form == "procedures" else None,
         "cutoff_date": day, "is_due": form == "procedures"}
        for form in FORMS for unit in OWING
    ]  # fmt: skip
    yield (
        "verdicts",
        [
            {
                "form": "procedures",
                "rule_id": "P01",
                "severity": "error",
                "rule_state": "in_use",
                "passed": 9,
                "failed": 1,
                "not_judged": 0,
            }
        ],
    )


def _received(period: str) -> Iterator[tuple[str, list[dict]]]:
    day = date.fromisoformat(period)
    hours = {"zhujian": 16, "shuili": 18}  # 农业农村局 is silent
    yield "submissions", [
        {"unit_id": unit, "submission_id": _submission("procedures", period, unit), "version": 1, "form": "procedures",
         "kind": "form", "is_effective": True, "withdrawn": False, "received_at": _at(day, hour), "rows_read": 2}
        for unit, hour in hours.items()
    ]  # fmt: skip
    yield "findings", [
        {"finding_id": "p1", "form": "procedures", "procedure": "environment", "unit_id": "zhujian", "project_id": "子",
         "submission_id": _submission("procedures", period, "zhujian"), "sheet": "前期手续", "row": 5,
         "rule_id": "P01", "severity": "error", "outcome": "failed", "is_effective": True},
        {"finding_id": "p2", "form": "pipeline", "unit_id": "zhujian", "project_id": "辰", "sheet": "建设项目",
         "row": 6, "rule_id": "L01", "severity": "error", "outcome": "failed", "is_effective": True},
    ] if period == WEEK else []  # fmt: skip


def _taken(period: str) -> Iterator[tuple[str, list[dict]]]:
    for table, items in (("reported", REPORTED_ITEMS[period]), ("accepted", ACCEPTED_ITEMS[period])):
        names = dict.fromkeys(project for project, _ in items)
        facts = {"is_carried_forward": False} if table == "accepted" else {}
        yield (
            f"{table}_procedures",
            [_project("procedures", period, name) | {"coordination_text": f"请协调{name}"} | facts for name in names],
        )
        yield (
            f"{table}_procedure_items",
            [_item(period, *key, *item, table == "accepted") for key, item in items.items()],
        )
    for table, projects in (("reported", REPORTED_PIPELINE[period]), ("accepted", ACCEPTED_PIPELINE[period])):
        yield f"{table}_pipeline", [_planned(period, name, *row, table == "accepted") for name, row in projects.items()]
        yield f"{table}_funds", [
            _project("funds", period, name) | {"fund_kind": kind, "secured_wan": Decimal(secured)}
            | ({"is_carried_forward": False} if table == "accepted" else {})
            for (name, kind), secured in FUNDS[period].items()
        ]  # fmt: skip


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=TIMEZONE)


def _submission(form: str, period: str, unit: str) -> str:
    return f"{PLAN}/{form}/{period}/{unit}/v1"


def _target(target, metric, population, day, threshold, stretch, comparison, within) -> dict:
    return {
        "target_id": target,
        "metric": metric,
        "population": population,
        "target_date": day,
        "threshold": Decimal(threshold),
        "stretch": None if stretch is None else Decimal(stretch),
        "comparison": comparison,
        "about_within": Decimal(within),
        "word": "none",
    }


def _project(form: str, period: str, name: str) -> dict:
    row = {
        "project_id": name,
        "project_name": f"项目{name}",
        "unit_id": UNIT_OF[name],
        "submission_id": _submission(form, period, UNIT_OF[name]),
        "sheet": "表",
        "row": 5 + "子丑寅卯辰".index(name),
    }
    if form != "funds":
        row |= {"category_code": CATEGORY[name], "nature_code": "new", "region_code": "141082"}
    return row


def _item(period, name, procedure, needed, state, level, written, facts, is_accepted) -> dict:
    project = _project("procedures", period, name)
    row = {key: project[key] for key in ("project_id", "unit_id", "submission_id", "sheet", "row")} | {
        "procedure": procedure,
        "is_needed": needed,
        "procedure_state": state,
        "handling_level": level,
        "approving_unit": written,
    }
    if is_accepted:
        return row | {"is_carried_forward": False} | facts
    return row | {key: value for key, value in facts.items() if key not in CARRIED}


def _planned(period, name, total, plan, stage, facts, is_accepted) -> dict:
    row = _project("pipeline", period, name) | {
        "total_investment_wan": Decimal(total),
        "annual_plan_wan": Decimal(plan),
        "pipeline_stage": stage,
    }
    return row | {"is_carried_forward": False} | facts if is_accepted else row
