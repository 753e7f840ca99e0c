"""Marts and reports of the small lake against figures computed by head."""

from datetime import date
from decimal import Decimal

import pytest
import small_lake

from ingestion import vocabulary

pytestmark = pytest.mark.slow

NOVEMBER, DECEMBER = small_lake.NOVEMBER, small_lake.DECEMBER


@pytest.fixture(scope="module")
def metric(rows):
    """``metric(name, population, scope, period)``: one row of fct_metric."""

    def find(name, population="all", scope="overall", period=NOVEMBER):
        [row] = rows(
            "select * from marts.fct_metric where metric = ? and population = ? and scope = ? and period = ?",
            *(name, population, scope, period),
        )
        return row

    return find


@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "value"),
    [
        ("project_count", "5", None, "5"),  # 甲乙丙丁己; 戊 is preparatory
        ("total_investment", "18899.99", None, "18899.99"),
        ("annual_plan", "9300", None, "9300"),
        ("ytd_investment", "7700", None, "7700"),  # 乙 with October's 700
        ("cumulative_investment", "12500", None, "12500"),
        ("start_resume_rate", "3", "5", "0.6"),  # 甲 started, 乙 resumed, 丁 finished
        ("start_rate", "1", "2", "0.5"),  # 己 is planned for next year
        ("on_time_start_rate", "1", "2", "0.5"),
        ("resume_rate", "1", "1", "1"),  # 丁 is finished, no longer open
        ("annual_completion_rate", "7700", "9300", "0.827957"),
        ("total_completion_rate", "12500", "18899.99", "0.661376"),
        ("finish_rate", "1", "1", "1"),
        ("statistics_entry_rate", "2", "3", "0.666667"),
        ("started_not_entered_count", "1", None, "1"),
        ("fund_arrival_rate", "7000", "9300", "0.752688"),
        ("reporting_rate", "2", "3", "0.666667"),
        ("on_time_rate", "1", "3", "0.333333"),
        ("error_row_count", "1", None, "1"),  # two findings on one row; the accepted row is none
        ("unanswered_count", "3", None, "3"),  # one open, one open again, one refused; waived is none
    ],
)
def test_a_metric_of_the_whole_list_is_what_it_is_by_head(metric, name, numerator, denominator, value):
    row = metric(name)
    assert row["numerator"] == Decimal(numerator)
    assert row["denominator"] == (None if denominator is None else Decimal(denominator))
    assert row["value"] == Decimal(value)


def test_the_reported_figure_takes_every_row_as_it_came(metric):
    row = metric("annual_completion_rate")
    assert row["reported_numerator"] == 5000 + 7000 + 0 + 2 * 2000
    assert row["reported_value"] == Decimal("1.720430")
    assert metric("project_count")["reported_value"] == 5


def test_every_project_is_reported_carried_or_missing(metric):
    row = metric("annual_completion_rate")
    assert (row["reported_projects"], row["carried_projects"], row["missing_projects"]) == (3, 1, 1)


def test_the_benchmark_is_named_and_stands_on_the_completion_rate_alone(rows, metric):
    row = metric("annual_completion_rate")
    assert (row["benchmark"], row["benchmark_gap"]) == (Decimal("0.916667"), Decimal("-0.088710"))
    assert row["benchmark_name"] == "时序进度（月份/12）"
    assert rows("select distinct metric from marts.fct_metric where benchmark is not null") == [
        {"metric": "annual_completion_rate"}
    ]


def test_populations_and_scopes_cut_the_same_list(metric):
    assert metric("project_count", "key")["value"] == 4
    assert metric("annual_completion_rate", "provincial")["value"] == Decimal("0.875000")
    assert metric("annual_completion_rate", "all", "zhujian")["value"] == Decimal("0.780822")
    assert metric("project_count", "all", "livelihood")["value"] == 1
    assert metric("project_count", "all", "below_500")["value"] == 2
    assert metric("project_count", "all", "10000_and_above")["scope_name"] == "1亿元及以上"


def test_an_empty_population_shows_nothing_out_of_nothing(metric):
    assert metric("project_count", "county_livelihood")["value"] == 0
    assert metric("start_resume_rate", "county_livelihood")["value"] is None


def test_the_firm_target_shows_and_every_target_is_judged(rows, metric):
    row = metric("annual_completion_rate", "key")
    assert (row["target_id"], row["cutoff_verdict"], row["final_verdict"]) == ("t2", "missed", "pending")
    assert row["gap"] == Decimal("-0.042043")
    verdicts = rows(
        "select target_id, period, cutoff_verdict, final_verdict from marts.fct_target_verdict "
        "where target_id like 't%' order by all"
    )
    assert [tuple(row.values()) for row in verdicts] == [
        ("t0", NOVEMBER, "met", "pending"),
        ("t0", DECEMBER, "met", "met"),  # the first report that covers 11-30
        ("t1", NOVEMBER, "met", "pending"),  # 3 of 4 is 75 %
        ("t1", DECEMBER, "met", "met"),
        ("t2", NOVEMBER, "missed", "pending"),
        ("t2", DECEMBER, "met", "met"),
        ("t3", DECEMBER, "met", "pending"),
        ("t4", DECEMBER, "met", "met"),  # an amount that is reached stays reached
    ]


def test_the_previous_figure_is_what_had_been_told_when_this_period_fell_due_and_what_it_is_now(metric):
    assert metric("start_resume_rate", period=DECEMBER)["previous_published"] == Decimal("0.500000")
    assert metric("start_resume_rate", period=DECEMBER)["previous_restated"] == Decimal("0.600000")
    assert metric("ytd_investment", period=DECEMBER)["previous_published"] == 7500
    assert metric("ytd_investment", period=DECEMBER)["previous_restated"] == 7700


def test_a_figure_that_was_dropped_or_never_told_has_no_previous_published(metric):
    assert metric("project_count", period=DECEMBER)["previous_published"] is None
    assert metric("finish_rate", period=DECEMBER)["previous_published"] is None
    assert metric("finish_rate", period=DECEMBER)["previous_restated"] == 1


def test_the_first_period_has_nothing_before_it(rows, metric):
    row = metric("start_resume_rate")
    assert row["previous_published"] is None and row["previous_restated"] is None
    assert [
        row["previous_period"] for row in rows("select * from marts.dim_period where series = 'month' order by period")
    ] == [
        None,
        NOVEMBER,
    ]


def test_the_summary_carries_the_previous_figures(rows):
    [row] = rows(
        "select * from reports.rpt_summary where period = ? and scope = 'overall' and population = 'all'", DECEMBER
    )
    assert (row["previous_published_start_resume_rate"], row["previous_restated_start_resume_rate"]) == (
        Decimal("0.500000"),
        Decimal("0.600000"),
    )


def test_a_reader_finds_who_makes_a_figure_and_by_how_much(rows):
    found = rows(
        "select m.subject_id, m.amount, c.version, c.carried_from from marts.fct_measure m "
        "join marts.fct_contributor c using (plan_id, period, subject_kind, subject_id, part) "
        "where m.period = ? and m.measure = 'ytd_investment_wan' and m.figure = 'accepted' and c.unit_id = 'zhujian' "
        "and list_contains(string_split(c.populations, '|'), 'key') order by all",
        NOVEMBER,
    )
    assert [tuple(row.values()) for row in found] == [("乙", 700, 1, "2022-10"), ("甲", 5000, 1, None)]  # 丙 has 0


def test_a_metric_without_a_target_says_so(metric):
    assert metric("start_rate")["cutoff_verdict"] == metric("start_rate")["final_verdict"] == "no_target"


def test_submissions_tell_on_time_late_and_missing_apart(rows):
    found = rows("select * from marts.fct_submission where period = ? order by unit_id", NOVEMBER)
    told = {
        row["unit_id"]: (row["status"], row["accepted"], row["carried"], row["errors"], row["unanswered"])
        for row in found
    }
    assert told == {
        "zhujian": ("on_time", 2, 1, 2, 2),
        "shuili": ("late", 1, 0, 0, 1),
        "nongye": ("missing", 0, 0, 0, 0),
    }


def test_a_carried_project_keeps_its_total_but_says_nothing_of_the_month(rows):
    [row] = rows("select * from marts.fct_investment where project_id = '乙' and period = ?", NOVEMBER)
    assert (row["ytd_investment_wan"], row["reported_ytd_investment_wan"]) == (700, 7000)
    assert row["is_carried_forward"] and row["carried_from"] == "2022-10"
    assert row["month_investment_wan"] is None


def test_a_project_that_left_the_list_leaves_the_denominators(metric):
    assert metric("project_count", period=DECEMBER)["value"] == 4
    assert metric("annual_completion_rate", period=DECEMBER)["list_version"] == "第2版"


def test_units_are_ranked_by_completion_and_small_ones_marked(rows):
    ranking = rows(
        "select unit_rank, unit_id, is_few_projects from reports.rpt_unit_ranking "
        "where period = ? and population = 'all' order by unit_rank",
        NOVEMBER,
    )
    assert [tuple(row.values()) for row in ranking] == [(1, "shuili", True), (2, "zhujian", False), (3, "nongye", True)]


def test_unstarted_projects_are_listed_with_their_claim_and_delay(rows):
    listed = rows("select * from reports.rpt_unstarted_projects where period = ? order by project_id", NOVEMBER)
    told = {row["project_id"]: (row["days_overdue"], row["is_start_unconfirmed"], row["is_missing"]) for row in listed}
    assert told == {"丙": (180, True, False), "己": (None, False, True)}


def test_projects_behind_the_benchmark_are_listed_and_those_beyond_the_plans_threshold_marked(rows):
    behind = rows("select * from reports.rpt_behind_schedule where period = ?", NOVEMBER)
    assert {row["project_id"]: row["is_beyond_threshold"] for row in behind} == {"甲": False, "乙": False, "丙": True}


def test_data_quality_counts_open_and_accepted_findings_by_unit_and_rule(rows):
    found = rows("select * from reports.rpt_data_quality where unit_id = 'zhujian' and rule_id = 'R01'")
    assert [(row["finding_count"], row["open_count"], row["accepted_by_decision_count"]) for row in found] == [
        (2, 1, 1)
    ]


def test_what_a_rule_on_trial_found_is_kept_as_that_and_never_open(rows):
    found = rows("select finding_id, outcome, still_open from marts.fct_finding where outcome <> 'failed' order by 1")
    assert [tuple(row.values()) for row in found] == [("f11", "trial", False), ("f12", "trial", False)]


def test_a_decision_known_in_two_periods_is_one_decision(rows):
    assert len(rows("select * from marts.fct_decision")) == 1


def test_the_list_keeps_its_versions(rows):
    versions = rows(
        "select list_version, is_in_base, is_current from marts.dim_project where project_id = '己' order by 1"
    )
    assert [tuple(row.values()) for row in versions] == [("第1版", True, False), ("第2版", False, True)]


def test_dim_metric_has_every_metric_with_its_definition(rows):
    told = {row["metric"]: row["definition_zh"] for row in rows("select * from marts.dim_metric")}
    assert told == {name: metric.definition_zh for name, metric in vocabulary.metrics().items()}


def test_comments_reach_the_database_in_chinese(rows):
    silent = rows(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name in ('marts', 'reports') and comment is null"
    )
    assert not silent


def test_dates_do_not_depend_on_the_machines_time_zone(rows):
    [row] = rows("select * from marts.dim_period where period = ?", NOVEMBER)
    assert row["cutoff_date"] == date(2022, 11, 28)
    assert row["known_at"] == small_lake.KNOWN_AT[NOVEMBER]
