"""Great Expectations sees what the findings say."""

from collections import Counter

import pytest
from small_bureau import ROADS, SCHOOL, project, with_history

from expectations import suite

pytestmark = pytest.mark.slow
ROWS = [project(ROADS), project(SCHOOL)]


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    bureau = with_history(tmp_path_factory.mktemp("suite"), *ROWS)
    wrong = {**ROWS[1], "ytd_investment_wan": 5900, "total_investment_wan": 12500, "month_investment_wan": None}
    sheet = bureau.submit("2022-11", "zhujian", [ROWS[0], wrong], totals={"annual_plan_wan": 1}, rows_read=2)
    bureau.submit("2022-11", "jiaoyun", [ROWS[0]], rows_read=1)
    bureau.issue("2022-11", sheet, "not_a_number", row=7, column="M", field="month_investment_wan", found="约300")
    bureau.issue("2022-11", sheet, "extra_column", column="AF", header="联系人", found="联系人")
    bureau.judge("2022-11")
    return bureau


@pytest.fixture(scope="module")
def result(judged):
    return suite.validate(judged.ws, "huozhou-2022", "2022-11")


def counts(result):
    return {
        (theme.form, rule.rule_id): (rule.passed, rule.failed, rule.not_judged)
        for theme in result.themes
        for rule in theme.rules
    }


def test_its_failures_are_the_findings(judged, result):
    found = Counter((f["form"], f["rule_id"]) for f in judged.read("findings", "2022-11") if f["is_effective"])
    assert {key: numbers[1] for key, numbers in counts(result).items() if numbers[1]} == found
    assert {"R01", "F01A", "S03", "X01", "D01", "I18", "M02"} <= {rule for _, rule in found}


def test_its_counts_are_the_verdicts(judged, result):
    verdicts = {
        (v["form"], v["rule_id"]): (v["passed"], v["failed"], v["not_judged"])
        for v in judged.read("verdicts", "2022-11")
    }
    assert counts(result) == verdicts


def test_a_theme_fails_by_its_worst_rule_and_never_by_a_state(result):
    themes = {(theme.form, theme.theme): theme for theme in result.themes}
    assert (themes["monthly_dispatch", "arithmetic"].passed, themes["monthly_dispatch", "arithmetic"].severity) == (
        False,
        "error",
    )
    assert themes["monthly_dispatch", "structure"].severity == "info"
    assert themes["monthly_dispatch", "schedule"].passed and themes["project_list", "arithmetic"].passed


def test_a_rule_that_judged_nothing_is_named(result):
    assert ("monthly_dispatch", "R14B") in result.unjudged and ("monthly_dispatch", "R01") not in result.unjudged


def test_what_the_form_implies_is_checked_too(result):
    checks = {check for theme in result.themes if theme.form == "monthly_dispatch" for check in theme.form_checks}
    assert ("required", "month_investment_wan", 1) in checks and ("code_list", "level_code", 0) in checks
    assert ("key", "project_id", 0) in checks and ("row_count", "", 0) in checks
