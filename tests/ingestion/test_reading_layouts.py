"""Finding a form in a sheet: header rows, columns, sheets, headings."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from workbooks import SheetOf, codes, columns, listed, listing, monthly, project, renamed, write

from ingestion.reading import read_workbook


@pytest.fixture
def read(tmp_path):
    """Write the sheets to a workbook and read it."""

    def reading(*sheets: SheetOf, tags=None):
        return read_workbook(write(tmp_path / "book.xlsx", *sheets, tags=tags))

    return reading


def only(reading, code):
    """The one issue of that code."""
    (issue,) = [issue for issue in reading.issues if issue.issue_code == code]
    return issue


def test_a_form_in_order_reads_without_an_issue(read):
    reading = read(monthly(project(1), project(2)))
    assert (reading.form, reading.edition, reading.sheet, reading.unreadable) == (
        "monthly_dispatch",
        "2022",
        "月调度表",
        None,
    )
    assert reading.issues == []
    assert [row.row for row in reading.rows] == [6, 7]
    first = reading.rows[0]
    assert first.values["ytd_investment_wan"] == Decimal("4100.25")
    assert first.values["status_code"] == "under_construction"
    assert first.values["planned_start_date"] == datetime.date(2022, 3, 1)
    assert first.columns["ytd_investment_wan"] == "P"
    assert first.headers["ytd_investment_wan"] == "投资完成情况/本年完成/自年初累计"
    assert first.raw["planned_start_date"] == "2022年3月"
    assert "ytd_investment_wan" not in first.raw
    assert "34/34" in reading.recognised_by


def test_the_project_list_reads_with_its_version_and_its_day(read):
    reading = read(listing(listed(1), listed(2)))
    assert reading.form == "project_list"
    assert reading.facts == {"list_version": "第1版", "effective_date": datetime.date(2022, 10, 1)}
    assert [row.values["responsible_unit"] for row in reading.rows] == ["住建局", "住建局"]
    assert reading.issues == []


@pytest.mark.parametrize(
    "line",
    [
        ["版本：第2版 生效日期：2022年12月1日"],
        ["版本：第2版    生效日期：2022年12月1日    单位：万元"],
        ["版本：", "第2版", "", "生效日期：", datetime.date(2022, 12, 1)],
        ["名单版本: 第2版", "执行日期：", "2022-12-01"],
    ],
)
def test_facts_stand_in_one_cell_or_beside_their_label(read, line):
    facts = read(listing(listed(1), lines=[["霍州市2022年重点项目名单"], line])).facts
    assert facts == {"list_version": "第2版", "effective_date": datetime.date(2022, 12, 1)}


def test_a_list_without_its_day_says_so(read):
    reading = read(listing(listed(1), lines=[["霍州市2022年重点项目名单"], ["版本：第1版"]]))
    assert reading.facts["effective_date"] is None
    assert only(reading, "blank_required").field == "effective_date"


def test_two_line_headers_are_joined_with_a_slash(read):
    names = {name: path for path, name in columns("project_list")}
    headers = read(listing(listed(1))).rows[0].headers
    assert headers == names


def test_a_header_of_one_row_reads_by_its_leaves(read):
    reading = read(monthly(depth=1))
    assert reading.rows[0].row == 4
    assert reading.rows[0].values["cumulative_investment_wan"] == Decimal("4100.25")
    assert {"missing_column", "extra_column"}.isdisjoint(codes(reading.issues))


def test_an_added_header_level_still_reads(read):
    deeper = [(path if "/" not in path else f"基本情况/{path}", name) for path, name in columns()]
    reading = read(monthly(columns=deeper))
    assert max(path.count("/") for path, _ in deeper) == 3
    assert reading.rows[0].values["month_investment_wan"] == Decimal("310.5")
    assert set(codes(reading.issues)) == {"renamed_column"}


def test_broken_merges_leave_the_group_to_the_left(read):
    reading = read(monthly(is_merged=False))
    assert codes(reading.issues) == []
    assert reading.rows[0].headers["usc_code"] == "建设单位/统一社会信用代码"
    assert reading.rows[0].headers["cumulative_investment_wan"] == "投资完成情况/自开工累计完成"


def test_heads_are_compared_without_blanks_newlines_and_width(read):
    odd = {
        "total_investment_wan": "总 投 资\n（万元）",
        "project_name": "项 目 名 称",
        "month_investment_wan": "投资完成情况/本年完成/本月\n完成(万元）",
        "completion_rate_reported": "投资完成情况/本年完成/完成年度计划(％)",
    }
    reading = read(monthly(columns=renamed(odd)))
    assert reading.issues == []
    assert reading.rows[0].values["total_investment_wan"] == Decimal(12000)


def test_a_reviewed_synonym_is_information(read):
    reading = read(monthly(columns=renamed({"total_investment_wan": "计划总投资（万元）"})))
    issue = only(reading, "renamed_column")
    assert (issue.column, issue.field, issue.found, issue.expected) == (
        "K",
        "total_investment_wan",
        "计划总投资（万元）",
        "总投资",
    )
    assert reading.rows[0].values["total_investment_wan"] == Decimal(12000)


def test_heads_with_the_year_and_month_of_the_sheets_own_period_are_reviewed_synonyms(read):
    heads = {
        "annual_plan_wan": "2022年计划投资",
        "month_investment_wan": "投资情况/11月完成投资",
        "ytd_investment_wan": "投资情况/1—11月完成投资",
        "cum_to_last_year_wan": "截至2021年底累计完成投资",
    }
    reading = read(monthly(columns=renamed(heads)))
    assert reading.rows[0].values["ytd_investment_wan"] == Decimal("4100.25")
    assert codes(reading.issues) == ["renamed_column"] * 4


def test_a_month_in_a_head_needs_no_word_for_money_under_its_group(read):
    heads = {
        "month_investment_wan": "投资完成情况/本年完成/11月完成",
        "ytd_investment_wan": "投资完成情况/本年完成/1-11月完成",
    }
    reading = read(monthly(columns=renamed(heads)))
    assert (reading.rows[0].values["month_investment_wan"], reading.rows[0].values["ytd_investment_wan"]) == (
        Decimal("310.5"),
        Decimal("4100.25"),
    )
    assert codes(reading.issues) == ["renamed_column"] * 2


def test_a_head_with_another_year_or_month_is_another_column(read):
    heads = {"annual_plan_wan": "2021年计划投资", "month_investment_wan": "投资情况/10月完成投资"}
    reading = read(monthly(columns=renamed(heads)))
    assert sorted(i.field for i in reading.issues if i.issue_code == "missing_column") == sorted(heads)


def test_a_money_head_that_is_only_like_a_known_one_is_not_taken(read):
    reading = read(monthly(columns=renamed({"total_investment_wan": "总投资额"})))
    missing = only(reading, "missing_column")
    assert (missing.field, missing.expected) == ("total_investment_wan", "总投资")
    extra = only(reading, "extra_column")
    assert (extra.column, extra.found, extra.expected) == ("K", "总投资额", "总投资")
    assert "total_investment_wan" not in reading.rows[0].values


def test_a_money_leaf_under_strange_groups_is_not_taken(read):
    reading = read(monthly(columns=renamed({"ytd_investment_wan": "资金到位/财政资金/自年初累计"})))
    assert only(reading, "missing_column").field == "ytd_investment_wan"


def test_two_columns_that_claim_one_field_are_both_left_out(read):
    twice = [*columns(), ("年度计划投资", "second")]
    reading = read(monthly(project(1, second=7), columns=twice))
    missing = only(reading, "missing_column")
    assert (missing.field, missing.found) == ("annual_plan_wan", "M、AI")
    assert "annual_plan_wan" not in reading.rows[0].values


def test_the_true_column_is_told_from_one_that_shares_its_leaf(read):
    more = [*columns(), ("上年情况/自年初累计", "last_year")]
    reading = read(monthly(project(1, last_year=1), columns=more))
    assert reading.rows[0].values["ytd_investment_wan"] == Decimal("4100.25")
    assert only(reading, "extra_column").column == "AI"


def test_an_added_column_is_an_extra_column(read):
    reading = read(monthly(project(1, seals="有"), columns=[*columns()[:9], ("监管单位", "seals"), *columns()[9:]]))
    issue = only(reading, "extra_column")
    assert (issue.sheet, issue.row, issue.column, issue.found) == ("月调度表", 5, "J", "监管单位")
    assert codes(reading.issues) == ["extra_column"]
    assert reading.rows[0].columns["total_investment_wan"] == "L"


def test_a_moved_column_is_named_alone(read):
    moved = columns()
    moved.insert(2, moved.pop(-1))
    reading = read(monthly(project(1, explanation_text="已核实，系追加投资"), columns=moved))
    assert [(issue.issue_code, issue.field) for issue in reading.issues] == [("moved_column", "explanation_text")]
    assert reading.rows[0].values["explanation_text"] == "已核实，系追加投资"


def test_a_missing_required_column_is_named_and_the_rest_still_reads(read):
    reading = read(monthly(columns=[column for column in columns() if column[1] != "annual_plan_wan"]))
    assert [(issue.issue_code, issue.field) for issue in reading.issues] == [("missing_column", "annual_plan_wan")]
    assert reading.rows[0].values["total_investment_wan"] == Decimal(12000)


def test_a_missing_optional_column_is_no_issue(read):
    reading = read(monthly(columns=[column for column in columns() if column[1] != "funds_ytd_wan"]))
    assert reading.issues == []


def test_column_numbers_under_the_header_are_no_row(read):
    numbers = {name: str(place) for place, (_, name) in enumerate(columns(), start=1)}
    reading = read(monthly({**numbers, "serial_no": "甲", "project_code": "乙", "project_name": "丙"}, project(1)))
    assert len(reading.rows) == 1
    assert reading.issues == []


def test_the_header_printed_again_on_the_next_page_is_no_row(read):
    again = {
        "serial_no": "序号",
        "project_code": "项目代码",
        "project_name": "项目名称",
        "total_investment_wan": "总投资",
    }
    reading = read(monthly(project(1), again, project(2)))
    assert [row.row for row in reading.rows] == [6, 8]


@pytest.mark.parametrize(
    ("lines", "period"),
    [
        ([["霍州市2022年11月重点项目月调度表"]], "2022-11"),
        ([["霍州市2022年1-11月重点项目完成情况表"]], "2022-11"),
        ([["霍州市２０２２年１—１１月重点项目完成情况表"]], "2022-11"),
        ([["霍州市2022年度重点项目月调度表（11月）"]], "2022-11"),
        ([["附件1"], ["重点项目月调度表（11月）"], ["报送日期：2022年11月28日"]], "2022-11"),
        ([["重点项目月调度表"], ["报告期：2022年12月"]], "2022-12"),
        ([["重点项目月调度表"], ["报告期：2022-12"]], "2022-12"),
        ([["重点项目月调度表（2022.11）"]], "2022-11"),
        ([["重点项目月调度表（2022.1-11月）"], ["2022年度"]], "2022-11"),
        ([["重点项目月调度表"], ["", "", "（2022年11月）"]], "2022-11"),
        ([["重点项目月调度表（2022.11.28）"]], None),
        ([["重点项目月调度表"], ["", "", "2022年11月28日"]], None),
        ([["重点项目月调度表"], ["填报日期：2022年11月28日"]], None),
        ([["重点项目1～  月完成情况"]], None),
        ([["重点项目月调度表"]], None),
    ],
)
def test_the_period_is_read_from_the_title_and_never_from_the_day_of_filling(read, lines, period):
    assert read(monthly(lines=lines)).stated_period == period


def test_the_title_stands_below_an_attachment_number(read):
    reading = read(monthly(lines=[["附件1："], ["", "", "月调度表（2022年11月）"], ["填报单位：水利局"]]))
    assert (reading.title, reading.stated_plan_title) == ("月调度表（2022年11月）", "月调度表")


@pytest.mark.parametrize(
    "line",
    [
        ["填报单位：住建局"],
        ["填报单位（盖章）：住建局          单位：万元"],
        ["填报单位：", "住建局", "", "单位：万元"],
        ["报送部门:住 建 局"],
        ["单位：万元", "", "报送单位： 住建局"],
        ["填报单位：住建局 2022年11月28日"],
        ["填报单位：住建局    填报日期：2022年11月28日"],
    ],
)
def test_the_reporting_unit_stands_after_its_label(read, line):
    assert read(monthly(lines=[["月调度表（2022年11月）"], line])).stated_unit == "住建局"


@pytest.mark.parametrize(
    "line", [["填报单位：＿＿＿"], ["填报单位：____    单位：万元"], ["填报单位：", "", "单位：万元"]]
)
def test_a_reporting_unit_left_blank_is_blank(read, line):
    assert read(monthly(lines=[["月调度表（2022年11月）"], line])).stated_unit == ""


def test_our_own_blank_is_recognised_by_its_tags(read):
    reading = read(monthly(), tags={"kind": "blank", "form": "monthly_dispatch", "edition": "2022", "unit": "zhujian"})
    assert reading.tags["unit"] == "zhujian"
    assert "标记" in reading.recognised_by


def test_any_sheet_name_will_do(read):
    assert read(monthly(name="Sheet1")).rows[0].values["project_name"] == "城区第1供水厂改造工程"


def test_the_latest_month_is_read_and_the_other_sheets_are_named(read):
    october = [["月调度表（2022年10月）"], ["单位：万元"]]
    november = [["月调度表（2022年11月）"], ["单位：万元"]]
    reading = read(
        SheetOf([("说明", "note")], name="填表说明", lines=[["先看这里"]], body=[]),
        monthly(project(1), name="10月", lines=october),
        monthly(project(2), name="11月", lines=november),
        monthly(project(3), name="11月 (2)", lines=november),
        monthly(project(4), name="12月", lines=[["月调度表（2022年12月）"]], is_hidden=True),
    )
    assert reading.sheet == "11月"
    assert [i.found for i in reading.issues if i.issue_code == "other_sheet"] == ["10月", "11月 (2)"]
    assert [i.found for i in reading.issues if i.issue_code == "hidden_sheet"] == ["工作表“12月”"]


def test_an_empty_sheet_gives_way_to_one_with_rows(read):
    reading = read(replace(monthly(name="空表"), body=[]), monthly(project(1), name="Sheet2"))
    assert reading.sheet == "Sheet2"


def test_a_workbook_with_no_form_keeps_its_tags_and_title(read):
    receipt = SheetOf([("问题", "a"), ("单元格", "b")], name="回执", lines=[["数据质量回执"]], body=[{"a": "x"}])
    reading = read(receipt, tags={"kind": "receipt"})
    assert (reading.unreadable, reading.tags, reading.title) == ("no_form_found", {"kind": "receipt"}, "数据质量回执")
    assert reading.unreadable_zh


def test_a_form_in_a_hidden_sheet_alone_is_not_read(read):
    cover = SheetOf([("封面", "a")], name="封面", lines=[], body=[])
    reading = read(cover, monthly(name="隐藏表", is_hidden=True))
    assert (reading.unreadable, reading.unreadable_detail) == ("no_form_found", "隐藏表")
