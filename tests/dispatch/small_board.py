"""A small board: what the public tables hold beside the small month and the small week, for the pages of the board.

Belongs here: rows written by hand. Does not belong here: what the board makes of them.
"""

from datetime import date

import small_week
from small_month import BENCHMARK, GOOD, MISSED, MONTH, PLAN, PROJECTS, wan

HEADLINE = "provincial_municipal"


def figure(metric: str, unit: str, value: str, reported: str, scope: tuple[str, str, str], **other: object) -> dict:
    kind, code, name = scope
    return {
        **MONTH, "population": HEADLINE, "scope_kind": kind, "scope": code, "metric": metric, "scope_name": name,
        "cutoff_date": date(2022, 11, 28), "unit": unit, "value": wan(value), "reported_value": wan(reported),
        "cutoff_verdict": "no_target", "final_verdict": "no_target", "reported_projects": 1, "carried_projects": 2,
        "missing_projects": 2, **other,
    }  # fmt: skip


WHOLE, BUILDER, FARMING = (
    ("overall", "overall", "总体"),
    ("unit", "zhujian", "住建局"),
    ("unit", "nongye", "农业农村局"),
)
RATE = {"numerator": wan("44900.00"), "denominator": wan("60000.00")}
FIGURES = [
    figure("start_resume_rate", "%", "0.8498", "0.8498", WHOLE, **MISSED, target_date=date(2022, 11, 30)),
    figure("annual_completion_rate", "%", "0.748333", "0.695", WHOLE, **BENCHMARK, **RATE,
           previous_restated=wan("0.61")),
    figure("annual_completion_rate", "%", "0.8696", "0.871111", BUILDER),
    figure("annual_completion_rate", "%", "0.25", "0.25", FARMING),
    figure("ytd_investment", "万元", "44900", "41699.996", WHOLE),
    figure("ytd_investment", "万元", "38900", "38900", BUILDER),
    figure("project_count", "个", "5", "5", WHOLE),
    figure("project_count", "个", "1", "1", ("level", "provincial", "省重点")),
    figure("project_count", "个", "6", "6", WHOLE, population="all"),
]  # fmt: skip


def fact(project: dict, **other: object) -> dict:
    kept = ("project_id", "project_code", "project_name", "owner_name", "unit_id", "level_code", "category_code",
            "nature_code", "total_investment_wan", "annual_plan_wan", "list_version")  # fmt: skip
    flags = dict.fromkeys(
        ("is_on_list", "is_in_base"), True
    ) | dict.fromkeys(("is_carried_forward", "is_missing", "is_started_or_resumed", "is_start_unconfirmed",
                       "is_finished", "reported_is_started_or_resumed"), False)  # fmt: skip
    return {**MONTH, **{name: project[name] for name in kept}, **flags, **other}


FACTS = [
    fact(PROJECTS[0], ytd_investment_wan=wan("34999.99"), reported_ytd_investment_wan=wan("34999.99"),
         annual_completion_rate=wan("0.875"), reported_annual_completion_rate=wan("0.875"),
         benchmark_gap=wan("-0.041667"), submission_id=GOOD["submission_id"], sheet=GOOD["sheet"], source_row=8),
    fact(PROJECTS[1], ytd_investment_wan=wan("3900"), reported_ytd_investment_wan=wan("4200"),
         is_carried_forward=True),
]  # fmt: skip
PERIOD_ROW = {**MONTH, "series": "month", "leading_form": "monthly_dispatch", "cutoff_date": date(2022, 11, 28)}
METRICS = [
    {"metric": name, "label_zh": label, "form": "monthly_dispatch", "unit": unit, "sort_order": order}
    for name, label, unit, order in (
        ("project_count", "项目个数", "个", 10), ("ytd_investment", "自年初累计完成投资", "万元", 40),
        ("start_resume_rate", "开复工率", "%", 60), ("annual_completion_rate", "年度投资完成率", "%", 100))
]  # fmt: skip


def contributor(project: dict, populations: str) -> dict:
    return {
        **MONTH, "subject_kind": "project", "subject_id": project["project_id"], "part": "", "is_counted": True,
        "subject_name": project["project_name"], "unit_id": project["unit_id"], "populations": populations,
        "is_carried_forward": False,
    }  # fmt: skip


TABLES = {
    "fct_metric": FIGURES, "fct_investment": FACTS, "dim_period": [PERIOD_ROW], "dim_metric": METRICS,
    "fct_contributor": [contributor(PROJECTS[0], f"all|{HEADLINE}"), contributor(PROJECTS[1], "all")],
    "dim_project": [
        {"plan_id": PLAN, "list_version": "第1版", "is_current": True, "counts_as": "new",
         **{name: PROJECTS[0][name] for name in (
             "project_id", "project_name", "owner_name", "unit_id", "level_code", "category_code", "nature_code",
             "total_investment_wan", "annual_plan_wan", "is_in_base")}}],
}  # fmt: skip

WEEK = {"plan_id": small_week.PLAN, "period": small_week.WEEK}
TITLES = dict(zip(small_week.PROCEDURES, ("立项", "土地", "规划", "环评", "能评"), strict=True))
ITEM_FLAGS = dict.fromkeys(("is_required", "is_done", "is_tolerated", "is_overdue_promise", "is_overdue",
                            "is_carried_forward", "is_missing"), False)  # fmt: skip
ITEM_DATES = ("filed_date", "planned_done_date", "done_date", "promise_due_date")


def _item(project: dict, item: dict) -> dict:
    told = {name: item.get(name) for name in ("procedure", "procedure_state", "handling_level", *ITEM_DATES)}
    own = {name: project[name] for name in ("project_id", "project_name", "unit_id", "category_code")}
    name = {"approving_unit_name": item["approving_unit"], "procedure_name": TITLES[item["procedure"]]}
    return {**WEEK, **own, **told, **name, **ITEM_FLAGS, "is_overdue_promise": item["procedure_state"] == "promised"}


WEEK_TABLES = {
    "dim_period": [{**WEEK, "series": "week", "leading_form": "procedures", "cutoff_date": date(2022, 12, 15)}],
    "dim_procedure": [
        {"plan_id": small_week.PLAN, "procedure": name, "procedure_name": title, "sort_order": place}
        for place, (name, title) in enumerate(TITLES.items())
    ],
    "fct_procedure": [
        _item(project, item)
        for project, own in ((small_week.A, small_week.A_TAKEN), (small_week.C, small_week.C_TOLD))
        for item in own
    ],
}
