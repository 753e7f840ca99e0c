"""Marts and reports of the small lake's weeks against figures computed by head."""

from decimal import Decimal

import pytest
import small_weeks

pytestmark = pytest.mark.slow

BASELINE, WEEK = small_weeks.BASELINE, small_weeks.WEEK


@pytest.fixture(scope="module")
def metric(rows):
    """``metric(name, population, scope, period)``: one row of fct_metric."""

    def find(name, population="all", scope="overall", period=WEEK):
        [row] = rows(
            "select * from marts.fct_metric where metric = ? and population = ? and scope = ? and period = ?",
            *(name, population, scope, period),
        )
        return row

    return find


@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "value", "reported"),
    [
        ("procedure_completion_rate", "4", "7", "0.571429", "0.6"),  # as reported 6 of 10
        ("all_procedures_done_rate", "1", "3", "0.333333", "0.25"),  # 卯; as reported of 4 projects
        ("tolerance_share", "2", "7", "0.285714", "0.2"),
        ("overdue_promise_count", "1", None, "1", "1"),  # a promise until today is not overdue
        ("procedure_item_count", "7", None, "7", "10"),
        ("pipeline_count", "3", None, "3", "3"),  # a started project counts while it stands in the table
        ("pipeline_total_investment", "60000", None, "60000", "240000"),
        ("pipeline_annual_plan", "12000", None, "12000", "12000"),
        ("pipeline_industry_share", "8000", "12000", "0.666667", "0.666667"),
        ("pipeline_industry_total_share", "30000", "60000", "0.5", "0.875"),
        ("reserve_multiple", "60000", "12000", "5", "20"),
        ("fund_secured_amount", "45000", None, "45000", "45000"),  # social capital aside
        ("reporting_rate", "2", "3", "0.666667", "0.666667"),
        ("on_time_rate", "1", "3", "0.333333", "0.333333"),
        ("error_row_count", "1", None, "1", "1"),  # of the leading form; the pipeline's error is not among them
    ],
)
def test_a_metric_of_the_week_is_what_it_is_by_head(metric, name, numerator, denominator, value, reported):
    row = metric(name)
    assert row["numerator"] == Decimal(numerator)
    assert row["denominator"] == (None if denominator is None else Decimal(denominator))
    assert (row["value"], row["reported_value"]) == (Decimal(value), Decimal(reported))


@pytest.mark.parametrize(
    ("scope_kind", "scope", "name", "done", "needed"),
    [
        ("unit", "zhujian", "住建局", 3, 5),
        ("category", "industry", "产业", 1, 3),
        ("procedure", "land", "土地", 0, 2),
        ("handling_level", "municipal", "市级", 1, 2),
        ("approving_unit", "xingzheng", "行政审批局", 3, 3),  # by an alias, by the plan's word where nothing is written
        ("approving_unit", "ziran", "自然资源局", 0, 2),
        ("approving_unit", "市生态环境局", "市生态环境局", 1, 1),  # the prefecture's bureau, not the plan's own unit
    ],
)
def test_procedures_are_divided_by_who_handles_them(rows, scope_kind, scope, name, done, needed):
    [row] = rows(
        "select * from marts.fct_metric where metric = 'procedure_completion_rate' and population = 'new_2023' "
        "and period = ? and scope_kind = ? and scope = ?",
        *(WEEK, scope_kind, scope),
    )
    assert (row["scope_name"], row["numerator"], row["denominator"]) == (name, done, needed)


def test_a_project_is_reported_carried_or_missing_in_each_form_by_itself(metric):
    def covered(name):
        row = metric(name)
        return row["reported_projects"], row["carried_projects"], row["missing_projects"]

    assert covered("procedure_completion_rate") == (2, 1, 1)  # 丑卯, 子 for one procedure, 寅
    assert covered("pipeline_count") == (2, 1, 0)
    assert covered("fund_secured_amount") == (2, 0, 0)


def test_a_weekly_target_is_judged_every_week_and_final_when_its_date_is_covered_or_its_amount_is_reached(rows):
    found = rows(
        "select period, target_id, cutoff_verdict, final_verdict, gap from marts.fct_target_verdict "
        "where target_id like 'w%' order by period, target_id"
    )
    assert [tuple(row.values()) for row in found] == [
        (BASELINE, "w1", "missed", "pending", Decimal("-0.55")),
        (BASELINE, "w2", "missed", "pending", -2),
        (BASELINE, "w3", "stretch", "pending", Decimal("0.52")),
        (BASELINE, "w4", "met", "pending", 5),  # a multiple is a ratio: never final early
        (BASELINE, "w5", "missed", "pending", Decimal("-5000.01")),  # a cent below nine tenths
        (WEEK, "w1", "met", "pending", Decimal("0.021429")),
        (WEEK, "w2", "met", "met", 0),  # a count that is reached stays reached
        (WEEK, "w3", "stretch", "pending", Decimal("0.186667")),
        (WEEK, "w4", "met", "met", 0),
        (WEEK, "w5", "met", "met", -5000),  # about: nine tenths of it reach it
    ]


def test_the_figure_of_the_week_stands_beside_its_target_and_the_week_before(metric):
    row = metric("procedure_completion_rate", "new_2023")
    assert (row["target_id"], row["cutoff_verdict"], row["target"]) == ("w1", "met", Decimal("0.55"))
    assert row["previous_restated"] == 0
    assert row["benchmark"] is None


def test_weeks_and_months_are_two_series(rows):
    found = rows("select period, series, leading_form, previous_period, benchmark from marts.dim_period order by 1")
    assert [(row["period"], row["series"], row["previous_period"]) for row in found] == [
        ("2022-11", "month", None),
        ("2022-12", "month", "2022-11"),
        (BASELINE, "week", None),
        (WEEK, "week", BASELINE),
    ]
    assert [row["benchmark"] is None for row in found] == [False, False, True, True]


def test_a_refused_procedure_stands_beside_what_was_reported(rows):
    [row] = rows(
        "select * from marts.fct_procedure where period = ? and project_id = '子' and procedure = 'environment'", WEEK
    )
    assert (row["procedure_state"], row["reported_procedure_state"]) == ("in_progress", "done")
    assert (row["is_done"], row["reported_is_done"], row["is_required"]) == (False, True, True)
    assert (row["is_carried_forward"], row["carried_from"]) == (True, BASELINE)
    missing = rows("select distinct project_id from marts.fct_procedure where is_missing")
    assert [row["project_id"] for row in missing] == ["寅"]


def test_the_usual_level_and_unit_stand_where_the_form_is_silent(rows):
    [row] = rows(
        "select * from marts.fct_procedure where period = ? and project_id = '丑' and procedure = 'approval'", WEEK
    )
    assert (row["handling_level"], row["approving_unit_id"], row["approving_unit"]) == ("county", "xingzheng", None)


def test_pipeline_and_funds_are_published_project_by_project(rows):
    [row] = rows("select * from marts.fct_pipeline where period = ? and project_id = '辰'", WEEK)
    assert (row["total_investment_wan"], row["reported_total_investment_wan"]) == (20000, 200000)
    counted = rows("select fund_kind, is_counted from marts.fct_fund where period = ? order by 1", WEEK)
    assert {row["fund_kind"]: row["is_counted"] for row in counted} == {
        "central_budget": True,
        "social_capital": False,
        "special_bond": True,
    }


def test_submissions_of_the_week_count_projects_taken_and_carried(rows):
    found = rows("select * from marts.fct_submission where period = ? and form = 'procedures' order by unit_id", WEEK)
    told = {row["unit_id"]: (row["status"], row["accepted"], row["carried"], row["errors"]) for row in found}
    assert told == {
        "zhujian": ("on_time", 2, 1, 1),
        "shuili": ("late", 1, 0, 0),
        "nongye": ("missing", 0, 0, 0),
    }
    others = rows("select distinct status from marts.fct_submission where form in ('pipeline', 'funds')")
    assert [row["status"] for row in others] == ["not_due"]


def test_an_approving_unit_is_handed_its_open_procedures_with_what_is_asked(rows):
    found = rows("select * from reports.rpt_handover_items where period = ? order by project_id", WEEK)
    told = {
        (row["project_id"], row["procedure"]): (row["approving_unit_name"], row["handover_task"], row["days_left"])
        for row in found
    }
    assert told == {
        ("丑", "land"): ("自然资源局", "keep_promise", 0),
        ("子", "land"): ("自然资源局", "promise_overdue", -1),
    }
    assert all(row["handover_task_name"] for row in found)


def test_what_the_prefecture_handles_is_passed_up_with_the_projects_own_words(rows):
    [row] = rows("select * from reports.rpt_coordination_items where period = ?", WEEK)
    assert (row["project_id"], row["procedure"], row["handling_level_name"]) == ("子", "environment", "市级")
    assert (row["approving_unit_name"], row["days_left"]) == ("临汾市生态环境局", 12)
    assert row["coordination_text"] == "请协调子"


def test_a_promise_is_overdue_from_the_day_after_its_date(rows):
    found = rows("select * from reports.rpt_overdue_promises where period = ?", WEEK)
    assert [(row["project_id"], row["procedure"], row["days_overdue"]) for row in found] == [("子", "land", 1)]


def test_progress_is_counted_for_every_division_and_every_total(rows):
    def counted(procedure="all", level="all", unit="all"):
        [row] = rows(
            "select * from reports.rpt_procedure_progress "
            "where period = ? and procedure = ? and handling_level = ? and unit_id = ?",
            *(WEEK, procedure, level, unit),
        )
        return row

    total = counted()
    assert (total["needed_count"], total["done_count"], total["open_count"]) == (7, 4, 3)
    assert (total["tolerated_count"], total["promised_count"], total["in_progress_count"]) == (1, 1, 1)
    assert (total["completion_rate"], total["reported_completion_rate"]) == (Decimal("0.571429"), Decimal("0.6"))
    assert (total["target"], total["target_gap"]) == (Decimal("0.55"), Decimal("0.021429"))
    land = counted(procedure="land", level="county", unit="zhujian")
    assert (land["needed_count"], land["promised_count"], land["overdue_promise_count"]) == (1, 1, 1)
    assert counted(level="municipal")["project_count"] == 2


def test_the_pipeline_is_summed_by_unit_and_category(rows):
    found = rows(
        "select scope_kind, scope, project_count, annual_plan_wan from reports.rpt_pipeline_summary "
        "where period = ? and population = 'pipeline_2023' and scope_kind in ('unit', 'category') order by all",
        WEEK,
    )
    assert [tuple(row.values()) for row in found] == [
        ("category", "industry", 2, 8000),
        ("category", "infrastructure", 1, 4000),
        ("unit", "shuili", 1, 4000),
        ("unit", "zhujian", 2, 8000),
    ]


def test_a_post_is_asked_for_every_unstarted_new_project_of_the_headline_population(rows):
    listed = rows("select * from reports.rpt_unstarted_liaison where period = '2022-11'")
    assert [(row["project_id"], row["days_overdue"], row["level_name"]) for row in listed] == [("丙", 180, "市重点")]


def test_a_reader_finds_which_procedures_make_a_figure_and_from_which_row(rows):
    found = rows(
        "select m.subject_id, m.part, m.amount, c.carried_from from marts.fct_measure m "
        "join marts.fct_contributor c using (plan_id, period, subject_kind, subject_id, part) "
        "where m.period = ? and m.measure = 'needed_item_count' and m.figure = 'accepted' "
        "and c.handling_level = 'municipal' order by all",
        WEEK,
    )
    assert [tuple(row.values()) for row in found] == [
        ("卯", "environment", 1, None),
        ("子", "environment", 1, BASELINE),
    ]
