"""The brief of a week of the campaign, worked out by hand."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from small_month import replace_tables
from small_week import PLAN, WEEK, small_campaign

from dispatch import bulletin
from dispatch.citations import load
from dispatch.marts import Marts
from tests.paper_reader import bookmarks, loose_numbers, text_of, wrong_citations


def figure(metric: str, population: str, value: str, **other: object) -> dict:
    return {
        "plan_id": PLAN, "period": WEEK, "population": population, "scope_kind": "overall", "scope": "overall",
        "metric": metric, "scope_name": "总体", "cutoff_date": date(2022, 12, 15), "unit": "%",
        "numerator": Decimal(value), "value": Decimal(value), "reported_value": Decimal(value),
        "cutoff_verdict": "no_target", "final_verdict": "no_target", "reported_projects": 2, "carried_projects": 2,
        "missing_projects": 0,
    } | other  # fmt: skip


FIGURES = [
    figure(
        "procedure_completion_rate", "new_2023", "0.750000", numerator=Decimal(15), denominator=Decimal(20),
        target=Decimal("0.65"), stretch=Decimal("0.8"), gap=Decimal("0.1"), cutoff_verdict="met",
        previous_restated=Decimal("0.7"), reported_value=Decimal("0.8"),
    ),
    figure("all_procedures_done_rate", "new_2023", "0.250000", numerator=Decimal(1), denominator=Decimal(4)),
    figure(
        "pipeline_count", "pipeline_2023", "69", target=Decimal(70), gap=Decimal(-1), unit="个",
        cutoff_verdict="missed",
    ),
    figure(
        "pipeline_total_investment", "pipeline_2023", "3123450", unit="万元", target=Decimal(3000000),
        gap=Decimal(123450), cutoff_verdict="met",
    ),
    figure(
        "pipeline_annual_plan", "pipeline_2023", "485000", unit="万元", target=Decimal(500000), gap=Decimal(-15000),
        cutoff_verdict="met", target_id="about",
    ),
]  # fmt: skip


ABOUT = {  # 50 亿元左右: reached from 45 on
    "plan_id": PLAN, "period": WEEK, "target_id": "about", "metric": "pipeline_annual_plan", "scope_kind": "overall",
    "population": "pipeline_2023", "scope": "overall", "cutoff_date": date(2022, 12, 15), "is_own_period": True,
    "target": Decimal(500000), "about_from": Decimal(450000), "cutoff_verdict": "met", "final_verdict": "pending",
}  # fmt: skip
# of the 5 open ones 1 is promised and 4 are under way; the promise and one other are past their days
STATES = """
    update reports.rpt_procedure_progress
    set promised_count = 1, tolerated_count = 0, in_progress_count = open_count - 1, not_started_count = 0,
        overdue_count = 1, overdue_promise_count = 1
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    ws = small_campaign(tmp_path_factory.mktemp("paper-week") / "workspace")
    replace_tables(ws, {"fct_metric": FIGURES, "fct_target_verdict": [ABOUT]})
    with duckdb.connect(str(ws.warehouse)) as connection:
        connection.execute(STATES)
    bulletin.write(ws, PLAN, WEEK)
    return ws, ws.outbox / PLAN / WEEK / f"简报_{WEEK}.docx"


def test_a_week_has_a_brief_with_its_number_in_the_campaign_and_no_bulletin(written):
    _, path = written
    assert sorted(one.name for one in path.parent.glob("*.docx")) == [path.name]
    assert "第3期" in text_of(path)  # the baseline of 12-06, 12-08 and this one


def test_procedures_stand_against_target_last_week_and_what_was_reported(written):
    text = text_of(written[1])
    assert "2023年新建项目应办手续20项，已办结15项，办结率75.0%，已达到本期目标（65%）。" in text
    assert "办结率比上周提高5.0个百分点。" in text
    assert "未办结的5项中，容缺办理0项、告知承诺1项（容缺、承诺不算办结）、办理中4项、未办理0项" in text
    assert "按各单位上报数计算，办结率为80.0%。" in text
    assert "由本级办理、交各审批部门办理的3项，提请上级协调的1项。" in text
    assert "应报单位3个，实报2个，其中按时1个、迟报1个、零报告0个；缺报1个（水利局）" in text


def test_the_pipeline_is_told_in_its_own_units_with_what_is_missing(written):
    text = text_of(written[1])
    assert "谋划项目69个，距本期目标（70个）还差1个；总投资312.35亿元，已达到本期目标（300亿元）" in text  # 312.345 up


def test_a_target_of_about_says_so_where_a_smaller_number_reaches_it(written):
    assert "下年度计划投资48.50亿元，已达到本期目标（50亿元左右）。" in text_of(written[1])


def test_every_number_of_a_week_is_cited_and_right(written):
    ws, path = written
    cited = load(path.with_name(f"简报_{WEEK}.citations.json"))
    shown = {name: value for name, value in bookmarks(path).items() if name.startswith("c")}
    assert shown == {one.place: one.shown for one in cited.citations}
    assert loose_numbers(path, set()) == []
    assert wrong_citations(cited.citations, Marts.of_build(ws)) == []
