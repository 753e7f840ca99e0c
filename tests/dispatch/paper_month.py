"""Paper month: a November of huozhou-2022 by hand, with numbers whose printed form can be worked out on paper.

Belongs here: rows of the public tables; units whose rounded amounts do not add up of themselves.
Does not belong here: what the papers must say of them (test_bulletin.py).

    unit        projects  annual plan   year to date   rate            against 87 %
    住建局            3     30,000.40      27,000.40   0.900001        met
    农业农村局        3     20,000.30      18,000.30   0.900001...     met
    能源局            3     10,000.30       6,000.30   0.600012        missed
    水利局            1      5,000.00       5,000.00   1               few projects
    all              10     65,001.00      56,001.00   0.861540        missed
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

from small_month import PERIOD, PLAN, STATUSES, WAREHOUSE, instant, small_workspace

from ingestion.workspace import Workspace

POPULATION = "provincial_municipal"
MONTH = {"plan_id": PLAN, "period": PERIOD}
CUTOFF = date(2022, 11, 28)
UNITS = {  # projects, plan, year to date, started
    "zhujian": ("住建局", 3, "30000.40", "27000.40", 3),
    "nongye": ("农业农村局", 3, "20000.30", "18000.30", 3),
    "nengyuan": ("能源局", 3, "10000.30", "6000.30", 2),
    "shuili": ("水利局", 1, "5000.00", "5000.00", 0),
}
TOLD = {"previous_published": Decimal("0.740000"), "previous_restated": Decimal("0.750000")}
MISSED = {"cutoff_verdict": "missed", "final_verdict": "pending"}


def figure(
    metric: str, value: str | None, scope: tuple[str, str] = ("overall", "overall"), population: str = POPULATION,
    **other: object,
) -> dict:  # fmt: skip
    return MONTH | {
        "population": population, "scope_kind": scope[0], "scope": scope[1], "metric": metric, "scope_name": scope[1],
        "cutoff_date": CUTOFF, "unit": "%", "numerator": Decimal(value or 0), "value": value and Decimal(value),
        "reported_value": value and Decimal(value), "cutoff_verdict": "no_target", "final_verdict": "no_target",
        "reported_projects": 7, "carried_projects": 2, "missing_projects": 1,
    } | other  # fmt: skip


def of_group(scope: tuple[str, str], projects: int, plan: str, ytd: str, started: int) -> list[dict]:
    """The figures of a part: counts, amounts and what follows from them."""
    rate = (Decimal(ytd) / Decimal(plan)).quantize(Decimal("0.000001"))
    start = (Decimal(started) / projects).quantize(Decimal("0.000001"))
    behind = {"benchmark": Decimal("0.916667"), "benchmark_gap": rate - Decimal("0.916667")}
    ratio = {"numerator": Decimal(ytd), "denominator": Decimal(plan)}
    return [
        figure("project_count", str(projects), scope),
        figure("total_investment", plan, scope),
        figure("annual_plan", plan, scope),
        figure("ytd_investment", ytd, scope),
        figure("annual_completion_rate", str(rate), scope, **ratio, **behind),
        figure("start_resume_rate", str(start), scope, numerator=Decimal(started), denominator=Decimal(projects)),
    ]


WHOLE = [
    figure("project_count", "10"),
    figure("total_investment", "65001.00"),
    figure("annual_plan", "65001.00"),
    figure(
        "ytd_investment", "56001.00", reported_value=Decimal("57001.00"), previous_restated=Decimal("50000.00"),
        previous_published=Decimal("50000.00"),
    ),
    figure(
        "annual_completion_rate", "0.861540", numerator=Decimal("56001.00"), denominator=Decimal("65001.00"),
        reported_value=Decimal("0.876925"), target=Decimal("0.87"), gap=Decimal("-0.008460"),
        benchmark=Decimal("0.916667"), benchmark_gap=Decimal("-0.055127"), benchmark_name="时序进度", **MISSED, **TOLD,
    ),
    figure(
        "start_resume_rate", "0.800000", numerator=Decimal(8), denominator=Decimal(10), target=Decimal("0.85"),
        gap=Decimal("-0.05"), previous_restated=Decimal("0.800000"), **MISSED,
    ),
    figure("reporting_rate", "0.5", population="all", numerator=Decimal(2), denominator=Decimal(4)),
    figure("on_time_rate", "0.25", population="all", numerator=Decimal(1), denominator=Decimal(4)),
]  # fmt: skip
# 30,000.50 and 35,000.50 are 万元 that both round up, and one more than their sum
LEVELS = [
    *of_group(("level", "provincial"), 4, "30000.50", "20000.50", 4),
    *of_group(("level", "municipal"), 6, "35000.50", "36000.50", 4),
]
RANKING = [
    MONTH | {
        "population": POPULATION, "unit_id": unit, "unit_rank": rank, "unit_name": UNITS[unit][0],
        "unit_kind": "department", "cutoff_date": CUTOFF, "project_count": UNITS[unit][1],
        "annual_plan_wan": Decimal(UNITS[unit][2]), "ytd_investment_wan": Decimal(UNITS[unit][3]),
        "reported_ytd_investment_wan": Decimal(UNITS[unit][3]) + (1000 if unit == "nengyuan" else 0),
        "annual_completion_rate": Decimal(rate), "reported_annual_completion_rate": Decimal(rate),
        "target": Decimal("0.87"), "benchmark": Decimal("0.916667"),
        "benchmark_gap": Decimal(rate) - Decimal("0.916667"),
        "start_resume_rate": Decimal(1), "reported_start_resume_rate": Decimal(1), "status": "on_time", "errors": 0,
        "unanswered": 0, "reported_projects": 1, "carried_projects": 1 if unit == "nengyuan" else 0,
        "missing_projects": 0, "is_few_projects": unit == "shuili",
    }
    for rank, (unit, rate) in enumerate(
        [("shuili", "1.000000"), ("zhujian", "0.900001"), ("nongye", "0.900001"), ("nengyuan", "0.600012")], start=1
    )
]  # fmt: skip
TARGET = MONTH | {
    "target_id": "T1", "metric": "annual_completion_rate", "population": POPULATION, "scope_kind": "overall",
    "scope": "overall", "cutoff_date": CUTOFF, "word": "ensure", "target": Decimal("0.87"), "is_own_period": True,
    "cutoff_verdict": "missed", "final_verdict": "pending",
}  # fmt: skip
PERIODS = [
    {
        "plan_id": PLAN, "period": PERIOD, "series": "month", "leading_form": "monthly_dispatch",
        "period_month": date(2022, 11, 1), "cutoff_date": CUTOFF, "due_at": instant("2022-11-28 17:00"),
    }
]  # fmt: skip
OF_UNITS = [row for unit, own in UNITS.items() for row in of_group(("unit", unit), *own[1:])]
TABLES = {
    "fct_submission": STATUSES,
    **WAREHOUSE,
    "fct_metric": [*WHOLE, *LEVELS, *OF_UNITS],
    "rpt_unit_ranking": RANKING,
    "fct_target_verdict": [TARGET],
    "dim_period": PERIODS,
}


def paper_month(root: Path) -> Workspace:
    """A workspace whose lake is the small month's and whose warehouse holds these tables."""
    return small_workspace(root, TABLES)
