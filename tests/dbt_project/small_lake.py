"""A lake small enough to compute by head: one plan, three units, six projects, two periods.

November: 项目甲 runs; 项目乙 reported ten times its figure and is carried from October; 项目丙 held a ceremony
and spent nothing; 项目丁 is finished and was sent in by two units; 项目戊 is preparatory; 项目己 has no figures,
its unit is silent.
December: all is in order, and 项目己 has left the list.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from ingestion import lake
from ingestion.settings import TIMEZONE

PLAN, NOVEMBER, DECEMBER = "demo-2022", "2022-11", "2022-12"
FORM = "monthly_dispatch"
CUTOFF = {NOVEMBER: date(2022, 11, 28), DECEMBER: date(2022, 12, 28)}
KNOWN_AT = {NOVEMBER: datetime(2022, 12, 1, 9, tzinfo=TIMEZONE), DECEMBER: datetime(2022, 12, 29, 9, tzinfo=TIMEZONE)}
DECIDED_AT = datetime(2022, 11, 30, 9, tzinfo=TIMEZONE)
UNITS = {"zhujian": "住建局", "shuili": "水利局", "nongye": "农业农村局"}

#            unit       level         category          nature         total      plan    planned start       finish
PROJECTS = {
    "甲": ("zhujian", "provincial", "industry", "new", "10000", "6000", date(2022, 3, 1), date(2023, 12, 31)),
    "乙": ("zhujian", "municipal", "infrastructure", "continued", "3000", "1000", None, date(2023, 6, 30)),
    "丙": ("zhujian", "municipal", "livelihood", "new", "400", "300", date(2022, 6, 1), date(2023, 6, 30)),
    "丁": ("shuili", "provincial", "infrastructure", "continued", "5000", "2000", None, date(2022, 11, 20)),
    "戊": ("shuili", "municipal", "livelihood", "preparatory", "800", None, None, None),
    "己": ("nongye", "county", "industry", "new", "499.99", None, date(2023, 3, 1), None),
}  # fmt: skip

START, FINISH = "start_actual_date", "finish_actual_date"
#                 ytd     cumulative  funds   in statistics, further facts
ACCEPTED = {
    NOVEMBER: {
        "甲": ("5000", "5000", "4500", "yes", {START: date(2022, 3, 10)}),
        "乙": ("700", "2500", "600", "yes", {"is_carried_forward": True, "carried_from": "2022-10"}),
        "丙": ("0", "0", "100", "no", {START: date(2022, 6, 5)}),
        "丁": ("2000", "5000", "1800", "no", {FINISH: date(2022, 11, 15)}),
    },
    DECEMBER: {
        "甲": ("6000", "6000", "6000", "yes", {START: date(2022, 3, 10)}),
        "乙": ("900", "2700", "900", "yes", {}),
        "丙": ("150.5", "150.5", "200", "no", {START: date(2022, 6, 5)}),
        "丁": ("2000", "5000", "1800", "yes", {FINISH: date(2022, 11, 15)}),
    },
}
REPORTED = {
    NOVEMBER: [
        ("zhujian", "甲", *ACCEPTED[NOVEMBER]["甲"]),
        ("zhujian", "乙", "7000", "8800", "600", "yes", {}),
        ("zhujian", "丙", *ACCEPTED[NOVEMBER]["丙"]),
        ("zhujian", "丁", *ACCEPTED[NOVEMBER]["丁"]),
        ("shuili", "丁", *ACCEPTED[NOVEMBER]["丁"]),
    ],
    DECEMBER: [(PROJECTS[name][0], name, *figures) for name, figures in ACCEPTED[DECEMBER].items()],
}
TARGETS = [  # id, metric, population, judged in, target date, threshold, word
    ("t1", "start_resume_rate", "key", NOVEMBER, date(2022, 11, 30), "0.75", "ensure"),
    ("t2", "annual_completion_rate", "key", NOVEMBER, date(2022, 11, 30), "0.87", "ensure"),
    ("t0", "annual_completion_rate", "key", NOVEMBER, date(2022, 11, 30), "0.80", "strive"),
    ("t3", "annual_completion_rate", "provincial", DECEMBER, date(2022, 12, 31), "1", "none"),
    ("t4", "ytd_investment", "key", DECEMBER, date(2022, 12, 31), "9000", "ensure"),
]
RECEIVED = {  # (period, unit): when the form came
    (NOVEMBER, "zhujian"): datetime(2022, 11, 28, 16, tzinfo=TIMEZONE),
    (NOVEMBER, "shuili"): datetime(2022, 11, 29, 8, tzinfo=TIMEZONE),
    (DECEMBER, "zhujian"): datetime(2022, 12, 28, 16, tzinfo=TIMEZONE),
    (DECEMBER, "shuili"): datetime(2022, 12, 28, 16, 30, tzinfo=TIMEZONE),
    (DECEMBER, "nongye"): datetime(2022, 12, 28, 17, tzinfo=TIMEZONE),
}
TOLD = [  # of November, all of the whole list: when, metric, is shown, value
    (datetime(2022, 12, 1, 10, tzinfo=TIMEZONE), "start_resume_rate", True, "0.400000"),
    (datetime(2022, 12, 1, 10, tzinfo=TIMEZONE), "ytd_investment", True, "7500"),
    (datetime(2022, 12, 1, 10, tzinfo=TIMEZONE), "project_count", True, "6"),
    (datetime(2022, 12, 9, 10, tzinfo=TIMEZONE), "start_resume_rate", True, "0.500000"),
    (datetime(2022, 12, 9, 10, tzinfo=TIMEZONE), "project_count", False, None),
    (datetime(2022, 12, 28, 18, tzinfo=TIMEZONE), "start_resume_rate", True, "0.600000"),  # December was due at 17:00
]


def write(folder: Path) -> None:
    """Write the whole lake below ``folder``."""
    for period in (NOVEMBER, DECEMBER):
        for table, rows in _tables(period):
            lake.write(folder, table, PLAN, period, rows)


def _tables(period: str) -> Iterator[tuple[str, list[dict]]]:
    yield "plans", [{"plan_name": "模拟方案", "year": 2022, "centre": "tuijin", "known_at": KNOWN_AT[period]}]
    yield (
        "units",
        [
            {"unit_id": unit, "unit_name": name, "unit_kind": "department", "sort_order": order}
            for order, (unit, name) in enumerate(UNITS.items())
        ],
    )
    yield (
        "populations",
        [
            _population("key", "省市重点", "provincial", 1, True),
            _population("key", "省市重点", "municipal", 1, True),
            _population("provincial", "省重点", "provincial", 2, False),
            _population("county_livelihood", "县重点民生", "county", 3, False) | {"category_code": "livelihood"},
        ],
    )
    yield "targets", [_target(*target) for target in TARGETS]
    yield "obligations", [
        {"form": FORM, "unit_id": unit, "due_at": datetime(2022, int(period[5:]), 28, 17, tzinfo=TIMEZONE),
         "cutoff_date": CUTOFF[period], "is_due": True}
        for unit in UNITS
    ]  # fmt: skip
    yield "published_figures", [_told(number, *row) for number, row in enumerate(TOLD)] if period == NOVEMBER else []
    yield "submissions", [_submission(period, unit) for (of, unit) in RECEIVED if of == period]
    yield "project_list", [_listed(period, name) for name in PROJECTS]
    yield "reported_investment", [_row(period, number, *row) for number, row in enumerate(REPORTED[period], start=5)]
    yield (
        "accepted_investment",
        [
            {"is_carried_forward": False, **_row(period, number, PROJECTS[name][0], name, *figures)}
            for number, (name, figures) in enumerate(ACCEPTED[period].items(), start=5)
        ],
    )
    yield "findings", _findings() if period == NOVEMBER else []
    yield (
        "verdicts",
        [
            {
                "form": FORM,
                "rule_id": "R01",
                "theme": "arithmetic",
                "severity": "error",
                "rule_state": "in_use",
                "passed": 4,
                "failed": 1,
                "not_judged": 0,
            }
        ],
    )
    yield (
        "decisions",
        [
            {
                "decision_id": 1,
                "decided_at": DECIDED_AT,
                "kind": "accept",
                "post": "中心主任",
                "reason": "已核实",
                "subject": "{}",
            }
        ],
    )


def _population(population: str, name: str, level: str, order: int, is_headline: bool) -> dict:
    return {
        "population": population,
        "population_name": name,
        "level_code": level,
        "sort_order": order,
        "is_headline": is_headline,
    }


def _target(target: str, metric: str, population: str, period: str, day: date, threshold: str, word: str) -> dict:
    return {
        "target_id": target,
        "metric": metric,
        "population": population,
        "scope_kind": "overall",
        "judged_period": period,
        "target_date": day,
        "threshold": Decimal(threshold),
        "comparison": "at_least",
        "word": word,
    }


def _told(number: int, at: datetime, metric: str, is_shown: bool, value: str | None) -> dict:
    return {
        "publication_id": number,
        "published_at": at,
        "population": "all",
        "scope_kind": "overall",
        "scope": "overall",
        "metric": metric,
        "is_shown": is_shown,
        "value": None if value is None else Decimal(value),
    }


def _submission(period: str, unit: str) -> dict:
    return {
        "unit_id": unit,
        "submission_id": f"{PLAN}/{FORM}/{period}/{unit}/v1",
        "version": 1,
        "form": FORM,
        "kind": "form",
        "is_effective": True,
        "withdrawn": False,
        "received_at": RECEIVED[period, unit],
        "received_source": "folder",
        "rows_read": sum(row[0] == unit for row in REPORTED[period]) or 1,
    }


def _listed(period: str, name: str) -> dict:
    unit, level, category, nature, total, plan, start, finish = PROJECTS[name]
    return {
        "project_id": name,
        "project_name": f"项目{name}",
        "list_version": "第1版" if period == NOVEMBER else "第2版",
        "effective_date": date(2022, 10, 1) if period == NOVEMBER else date(2022, 12, 1),
        "unit_id": unit,
        "is_in_base": (period, name) != (DECEMBER, "己"),
        "level_code": level,
        "category_code": category,
        "nature_code": nature,
        "region_code": "141082",
        "total_investment_wan": Decimal(total),
        "annual_plan_wan": None if plan is None else Decimal(plan),
        "planned_start_date": start,
        "planned_finish_date": finish,
    }


def _row(
    period: str, number: int, unit: str, name: str, ytd: str, cumulative: str, funds: str, entered: str, facts: dict
) -> dict:
    carried = {} if "carried_from" not in facts else {"month_investment_wan": Decimal(50)}
    return {
        "project_id": name,
        "project_name": f"项目{name}",
        "unit_id": unit,
        "submission_id": f"{PLAN}/{FORM}/{period}/{unit}/v1",
        "sheet": "月调度表",
        "row": number,
        "ytd_investment_wan": Decimal(ytd),
        "cumulative_investment_wan": Decimal(cumulative),
        "funds_ytd_wan": Decimal(funds),
        "is_in_statistics": entered,
        **carried,
        **facts,
    }


def _findings() -> list[dict]:
    return [
        _finding("f1", "R01", "error", "zhujian", "乙", 6),
        _finding("f2", "R02", "error", "zhujian", "乙", 6),
        _finding("f3", "R01", "error", "zhujian", "丙", 7) | {"decision_id": 1, "answer_state": "accepted"},
        _finding("f4", "R11", "warning", "zhujian", "甲", 5) | {"answer_state": "unanswered"},
        _finding("f5", "R11", "warning", "shuili", "丁", 5) | {"answer_state": "answered"},
        _finding("f8", "P10A", "warning", "zhujian", "甲", 5) | {"answer_state": "reopened"},
        _finding("f9", "P10B", "warning", "zhujian", "甲", 5) | {"answer_state": "waived", "decision_id": 2},
        _finding("f10", "P10A", "warning", "shuili", "丁", 5) | {"answer_state": "refused"},
        _finding("f6", "T01", "state", "zhujian", "丙", 7),
        _finding("f11", "R01", "error", "zhujian", "丁", 8) | {"outcome": "trial"},  # counts nowhere
        _finding("f12", "R11", "warning", "zhujian", "丁", 8) | {"outcome": "trial"},
        _finding("f7", "M02", "state", "nongye", None, None) | {"submission_id": None},
    ]


def _finding(finding: str, rule: str, severity: str, unit: str, project: str | None, row: int | None) -> dict:
    return {
        "finding_id": finding,
        "rule_id": rule,
        "severity": severity,
        "outcome": "failed",
        "form": FORM,
        "unit_id": unit,
        "submission_id": f"{PLAN}/{FORM}/{NOVEMBER}/{unit}/v1",
        "sheet": "月调度表",
        "row": row,
        "project_id": project,
        "answer_state": "none_needed",
        "is_effective": True,
    }
