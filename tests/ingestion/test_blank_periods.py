"""To which month a filled blank form of ours belongs, and what is said when it is another month's."""

from decimal import Decimal

import pytest
from intake_paper import CODE_A, project
from test_submissions import PERIOD, PLAN, Desk

from ingestion.blank_memory import BlankMemory
from ingestion.forms import load_forms

FIELDS = [column.field for column in load_forms()["monthly_dispatch"].editions[-1].columns]
OCTOBER = {"kind": "blank", "form": "monthly_dispatch", "plan": PLAN, "period": "2022-10", "unit": "zhujian"}
FIRST = 6  # row of the first project as Excel counts


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def on_blank(desk, name="住建局.xlsx", month="2022年11月", tags=OCTOBER, **cells):
    return desk.receive([project("甲项目", 800, CODE_A, **cells)], name=name, month=month, tags=tags)


def issues(desk, period=PERIOD):
    desk.read(period)
    return [(row["issue_code"], row["found"], row["expected"]) for row in desk.table("issues", period)]


def test_last_months_blank_with_this_months_title_is_read_and_named(desk):
    assert on_blank(desk).period == PERIOD
    assert issues(desk) == [("stale_blank", "2022-10", "2022-11")]
    assert desk.effective() == {"甲项目": Decimal(800)}


def test_the_old_file_name_of_last_months_blank_is_our_print_like_its_old_title(desk):
    assert on_blank(desk, name="住建局2022年10月月调度表.xlsx").period == PERIOD
    assert issues(desk) == [("stale_blank", "2022-10", "2022-11")]


def test_last_months_blank_under_this_months_file_name_is_read_and_named(desk):
    assert on_blank(desk, name="住建局2022年11月.xlsx", month="2022年10月").period == PERIOD
    assert issues(desk) == [("stale_blank", "2022-10", "2022-11")]


def test_a_blank_on_which_nothing_speaks_of_another_month_is_a_version_of_its_own(desk):
    assert on_blank(desk, month="2022年10月").period == "2022-10"
    assert issues(desk, "2022-10") == []


def test_what_another_months_blank_had_locked_may_be_written_anew(desk):
    locked = {"project_name": "甲项目", "annual_plan_wan": "900"}
    memory = BlankMemory("月调度表", {name: place for place, name in enumerate(FIELDS)}, (2, 4), {FIRST: locked})
    on_blank(desk, tags=OCTOBER | memory.tags())
    assert [code for code, *_ in issues(desk)] == ["stale_blank"]
    on_blank(desk, tags=OCTOBER | {"period": PERIOD} | memory.tags(), owner_name="模拟建设二公司")
    desk.read()
    named = [(i["issue_code"], i["found"], i["expected"]) for i in desk.table("issues") if i["is_effective"]]
    assert named == [("locked_cell_changed", "1000", "900")]


def test_a_blank_that_nobody_filled_in_reports_nothing_and_says_so(desk):
    blank = {"project_code": CODE_A, "project_name": "甲项目", "annual_plan_wan": 1000}
    locked = {FIRST: {"project_code": CODE_A, "project_name": "甲项目", "annual_plan_wan": "1000"}}
    memory = BlankMemory("月调度表", {name: place for place, name in enumerate(FIELDS)}, (2, 4), locked)
    receipt = desk.receive([blank], tags=OCTOBER | {"period": PERIOD} | memory.tags())
    assert (receipt.kind, receipt.problem, receipt.period) == ("unreadable", "unfilled_blank", PERIOD)
    desk.read()
    [issue] = desk.table("issues")
    assert issue["issue_code"] == "unreadable_file" and "没有填写" in issue["found"]
