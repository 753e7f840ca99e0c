"""Rows under the header: roles, values, units, and an issue for every cell that could not be taken."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import Formula, SheetOf, Shown, codes, columns, monthly, project, renamed, write

from ingestion.forms import load_forms
from ingestion.reading import read_workbook
from ingestion.settings import Limits

MONEY = "total_investment_wan"


@pytest.fixture
def read(tmp_path):
    """Write the sheets to a workbook and read it."""

    def reading(*sheets: SheetOf, limits=None):
        return read_workbook(write(tmp_path / "book.xlsx", *sheets), limits=limits)

    return reading


def only(reading, code):
    """The one issue of that code."""
    (issue,) = [issue for issue in reading.issues if issue.issue_code == code]
    return issue


def roles(reading):
    return [(row.role, row.label, row.label_count) for row in reading.rows]


# totals, groups, notes


def test_totals_come_first_with_groups_of_two_levels_and_of_which_rows(read):
    reading = read(
        monthly(
            {"serial_no": "合计（3项）", MONEY: 36000},
            {"serial_no": "其中：在建重点项目（2项）", MONEY: 24000},
            {"serial_no": "     预备重点项目（1项）", MONEY: 12000},
            {"serial_no": "一、市本级（2项）", MONEY: 24000},
            {"serial_no": "（一）在建（2项）", MONEY: 24000},
            project(1, serial_no="1●"),
            project(2),
            {"serial_no": "二、县区（1项）", MONEY: 12000},
            project(3),
        )
    )
    assert roles(reading) == [
        ("total", "合计（3项）", 3),
        ("of_which", "其中：在建重点项目（2项）", 2),
        ("of_which", "预备重点项目（1项）", 1),
        ("subtotal", "一、市本级（2项）", 2),
        ("subtotal", "（一）在建（2项）", 2),
        ("detail", "", None),
        ("detail", "", None),
        ("subtotal", "二、县区（1项）", 1),
        ("detail", "", None),
    ]
    assert [row.group_path for row in reading.rows] == [
        "",
        "",
        "",
        "一、市本级（2项）",
        "一、市本级（2项） > （一）在建（2项）",
        "一、市本级（2项） > （一）在建（2项）",
        "一、市本级（2项） > （一）在建（2项）",
        "二、县区（1项）",
        "二、县区（1项）",
    ]
    assert reading.rows[0].values[MONEY] == Decimal(36000)
    assert reading.rows[5].values["serial_no"] == 1
    assert reading.issues == []


def test_totals_come_last_with_their_count_in_words(read):
    reading = read(monthly(project(1), project(2), {"project_name": "合 计：2 个", MONEY: 24000}))
    assert roles(reading)[-1] == ("total", "合 计：2 个", 2)


@pytest.mark.parametrize(
    "label", ["合计", "总 计", "合计（100项）", "合计12项", "合计：25个", "全市合计", "合计(万元)", "共计"]
)
def test_words_that_make_a_total(read, label):
    assert read(monthly({"serial_no": label, MONEY: 1}, project(1))).rows[0].role == "total"


@pytest.mark.parametrize("label", ["合计数", "汇总", "累计", "全部项目合计", "全市重点项目合计"])
def test_a_total_in_other_words_is_no_project(read, label):
    assert read(monthly({"project_name": label, MONEY: 1}, project(1))).rows[0].role == "total"


@pytest.mark.parametrize("label", ["合计（2个项目）", "合计（共2个项目）", "合计2项工程", "总计：2项目"])
def test_a_total_that_counts_projects_in_more_words_is_still_a_total(read, label):
    first = read(monthly({"serial_no": label, MONEY: 1}, project(1), project(2))).rows[0]
    assert (first.role, first.label_count, first.group_path) == ("total", 2, "")


@pytest.mark.parametrize(
    "label",
    ["小计", "省重点项目合计", "住建局合计", "产业项目小计（3个）", "一、交通5项", "（二）水利", "1.省重点", "(1)园区"],
)
def test_words_that_make_a_subtotal(read, label):
    assert read(monthly({"serial_no": label, MONEY: 1}, project(1))).rows[0].role == "subtotal"


def test_a_chinese_number_and_its_group_in_two_cells_are_one_label(read):
    reading = read(monthly({"serial_no": "一", "project_name": "交通项目", MONEY: 1}, project(1)))
    assert reading.rows[0].role == "subtotal"
    assert reading.rows[1].group_path == reading.rows[0].label == "一、交通项目"


@pytest.mark.parametrize(
    "name", ["总计算机中心改造工程", "合计路道路改造", "其他配套设施", "一、二期供水工程", "小计量站建设"]
)
def test_a_project_whose_name_begins_like_a_total_is_a_project(read, name):
    reading = read(monthly(project(1, project_name=name)))
    assert (reading.rows[0].role, reading.rows[0].values["project_name"]) == ("detail", name)
    assert reading.issues == []


def test_a_total_with_a_project_code_is_ambiguous_and_read_as_a_project(read):
    reading = read(monthly(project(1, project_name="合计")))
    assert reading.rows[0].role == "detail"
    issue = only(reading, "ambiguous_row")
    assert (issue.row, issue.column, issue.found) == (6, "C", "合计")


def test_notes_signatures_and_typed_ahead_rows_are_no_rows(read):
    reading = read(
        monthly(
            project(1),
            {"serial_no": 2},
            {"serial_no": 3, MONEY: Formula("=J7", 0), "ytd_investment_wan": Formula("=N7", 0)},
            "",
            foot=[
                "备注：项目性质是指本年新开工、续建。",
                "   2.逢28日报送",
                {"serial_no": "填表人：张三", MONEY: "审核人：李四"},
                "单位负责人（签名）：",
            ],
        )
    )
    assert [row.role for row in reading.rows] == ["detail"]
    assert reading.issues == []


def test_projects_below_a_note_are_still_read(read):
    assert [
        row.row for row in read(monthly(project(1), "备注：以上为市级项目", {**project(2), "project_code": ""})).rows
    ] == [6, 8]


def test_blank_rows_between_projects_are_passed_over(read):
    assert [row.row for row in read(monthly(project(1), "", "", project(2))).rows] == [6, 9]


def test_a_row_of_nobody_is_read_and_named_once(read):
    reading = read(monthly(project(1), {**project(2), "project_code": "", "project_name": ""}))
    assert reading.rows[1].role == "detail"
    assert codes(reading.issues) == ["keyless_row"]
    assert (only(reading, "keyless_row").row, only(reading, "keyless_row").column) == (7, "C")


def test_a_value_merged_downwards_belongs_to_every_row_it_spans(read):
    sheet = monthly(project(1), {**project(2), "owner_name": ""})
    sheet.merges = [(5, 3, 6, 3, "霍州市供水公司")]
    assert [row.values["owner_name"] for row in read(sheet).rows] == ["霍州市供水公司"] * 2


def test_reading_stops_after_many_blank_rows_and_says_so(read):
    reading = read(monthly(project(1), *[""] * 12, project(2)), limits=Limits(blank_rows=10))
    assert len(reading.rows) == 1
    issue = only(reading, "ghost_rows")
    assert "第6行" in issue.found


def test_a_stray_value_in_the_last_row_of_excel_costs_nothing(read):
    sheet = monthly(project(1))
    sheet.merges = [(1_048_500, 3, 1_048_501, 3, "x")]
    reading = read(sheet)
    assert len(reading.rows) == 1
    assert "1048501" not in reading.rows[0].raw
    assert only(reading, "ghost_rows").row == 7


# units


def test_a_head_that_states_its_unit_is_converted_exactly_when_no_unit_row_stands(read):
    heads = renamed({MONEY: "总投资（亿元）", "month_investment_wan": "投资完成情况/本年完成/本月完成（元）"})
    reading = read(
        monthly(project(1, total_investment_wan=1.23, month_investment_wan=3105000), columns=heads, lines=[["表"]])
    )
    values = reading.rows[0].values
    assert (values[MONEY], values["month_investment_wan"]) == (Decimal(12300), Decimal("310.5"))
    assert reading.rows[0].raw[MONEY] == "1.23"
    assert codes(reading.issues) == ["unit_converted", "unit_converted"]


def test_a_head_against_the_unit_row_leaves_its_column_unread(read):
    reading = read(monthly(project(1, total_investment_wan=1.2), columns=renamed({MONEY: "总投资（亿元）"})))
    issue = only(reading, "unit_conflict")
    assert (issue.column, issue.found, issue.row) == ("K", "万元 / 亿元", 5)
    assert reading.rows[0].values[MONEY] is None
    assert reading.rows[0].raw[MONEY] == "1.2"
    assert reading.rows[0].values["annual_plan_wan"] == Decimal(5000)
    assert codes(reading.issues) == ["unit_conflict"]


@pytest.mark.parametrize(
    "line", [["计量单位：万元"], ["", "", "金额单位:万元"], ["单位：", "万元"], ["（单位：万元、%）"]]
)
def test_the_unit_row_has_many_forms(read, line):
    heads = renamed({MONEY: "总投资（元）"})
    assert "unit_conflict" in codes(read(monthly(columns=heads, lines=[["表"], line])).issues)


def test_a_foreign_currency_is_never_converted(read):
    reading = read(monthly(lines=[["月调度表"], ["单位：万美元"]]))
    assert reading.rows[0].values[MONEY] is None
    assert set(codes(reading.issues)) == {"unit_conflict"}


def test_a_unit_in_the_row_under_the_heads_belongs_to_its_column(read):
    reading = read(
        monthly(project(1, total_investment_wan=2), columns=renamed({MONEY: "总投资/（亿元）"}), lines=[["表"]])
    )
    assert reading.rows[0].values[MONEY] == Decimal(20000)


# cells


def test_a_repaired_amount_keeps_what_was_typed(read):
    reading = read(monthly(project(1, total_investment_wan="1.2亿", annual_plan_wan="５，０００")))
    row = reading.rows[0]
    assert (row.values[MONEY], row.values["annual_plan_wan"]) == (Decimal(12000), Decimal(5000))
    assert (row.raw[MONEY], row.raw["annual_plan_wan"]) == ("1.2亿", "５，０００")
    assert codes(reading.issues) == ["repaired_number", "repaired_number"]
    assert [issue.expected for issue in reading.issues] == ["12000", "5000"]  # what was read, for the sender to check


def test_an_unreadable_amount_is_kept_raw_at_its_place(read):
    reading = read(monthly(project(1, ytd_investment_wan="约4100")))
    issue = only(reading, "not_a_number")
    assert (issue.sheet, issue.row, issue.column, issue.field, issue.header, issue.found) == (
        "月调度表",
        6,
        "P",
        "ytd_investment_wan",
        "投资完成情况/本年完成/自年初累计",
        "约4100",
    )
    assert reading.rows[0].values["ytd_investment_wan"] is None
    assert reading.rows[0].raw["ytd_investment_wan"] == "约4100"


@pytest.mark.parametrize("mark", ["", " ", "—", "/", "无"])
def test_a_required_amount_left_blank_is_not_zero(read, mark):
    reading = read(monthly(project(1, annual_plan_wan=mark)))
    issue = only(reading, "blank_required")
    assert (issue.field, issue.found.strip()) == ("annual_plan_wan", mark.strip())
    assert reading.rows[0].values["annual_plan_wan"] is None


def test_an_optional_amount_may_be_a_dash(read):
    reading = read(monthly(project(1, funds_ytd_wan="—")))
    assert reading.issues == []
    assert (reading.rows[0].values["funds_ytd_wan"], reading.rows[0].raw["funds_ytd_wan"]) == (None, "—")


def test_too_many_decimals_are_kept_to_the_sixth_and_said(read):
    reading = read(monthly(project(1, month_investment_wan=100 / 3)))
    assert reading.rows[0].values["month_investment_wan"] == Decimal("33.333333")
    assert reading.rows[0].raw["month_investment_wan"] == "33.3333333333333"
    assert only(reading, "too_many_decimals").column == "O"


def test_the_noise_of_binary_fractions_is_no_decimal(read):
    reading = read(monthly(project(1, month_investment_wan=0.1 + 0.2)))
    assert reading.rows[0].values["month_investment_wan"] == Decimal("0.3")
    assert reading.issues == []


def test_an_amount_beyond_all_money_is_not_a_number(read):
    assert only(read(monthly(project(1, month_investment_wan=1e17))), "not_a_number").field == "month_investment_wan"


def test_a_percentage_is_read_by_its_sign_or_its_number_format(read):
    reading = read(
        monthly(
            project(1, completion_rate_reported=85),
            project(2, completion_rate_reported=Shown(0.85, "0.00%")),
            project(3, completion_rate_reported="85%"),
            project(4, completion_rate_reported=0.85),
        )
    )
    rates = [row.values["completion_rate_reported"] for row in reading.rows]
    assert rates == [Decimal(85), Decimal(85), Decimal(85), Decimal("0.85")]
    assert reading.rows[1].raw["completion_rate_reported"] == "85%"
    assert codes(reading.issues) == ["repaired_number"]


def test_error_cells_and_formulas_without_a_value_are_named(read):
    reading = read(
        monthly(
            project(
                1,
                total_investment_wan=Formula("=1/0", "#DIV/0!"),
                annual_plan_wan=Formula("=VLOOKUP(1,A:B,2)", "#N/A"),
                ytd_investment_wan=Formula("=SUM(M6:M6)", ""),
                month_investment_wan=Formula("=1+1", 2),
            )
        )
    )
    found = {(issue.issue_code, issue.column, issue.found) for issue in reading.issues}
    assert found == {
        ("error_cell", "K", "#DIV/0!"),
        ("error_cell", "M", "#N/A"),
        ("valueless_formula", "P", "=SUM(M6:M6)"),
    }
    assert reading.rows[0].values["month_investment_wan"] == Decimal(2)
    assert reading.rows[0].raw[MONEY] == "#DIV/0!"


def test_the_number_2022_1_is_a_problem_unless_it_is_shown_with_two_decimals(read):
    reading = read(
        monthly(
            project(1, planned_start_date=2022.1),
            project(2, planned_start_date=Shown(2022.1, "0.00")),
            project(3, planned_start_date="2022.1"),
        )
    )
    days = [row.values["planned_start_date"] for row in reading.rows]
    assert days == [None, datetime.date(2022, 10, 1), datetime.date(2022, 1, 1)]
    assert only(reading, "unreadable_date").row == 6


def test_dates_as_cells_serials_and_words(read):
    typed = [datetime.date(2022, 11, 5), 44870, "2022/11/5", "2022年11月5日", "2022年11月", "202211"]
    reading = read(monthly(*[project(n, start_actual_date=cell) for n, cell in enumerate(typed)]))
    assert [row.values["start_actual_date"].isoformat()[:7] for row in reading.rows] == ["2022-11"] * 6
    assert reading.issues == []


@pytest.mark.parametrize("typed", ["2022年11月31日", "1999年1月", "近期"])
def test_an_unreadable_date_is_kept_raw(read, typed):
    reading = read(monthly(project(1, planned_finish_date=typed)))
    assert only(reading, "unreadable_date").found == typed
    assert reading.rows[0].raw["planned_finish_date"] == typed


def test_a_date_more_than_fifteen_years_after_the_sheets_own_period_is_out_of_range(read):
    reading = read(monthly(project(1, planned_finish_date="2037-12"), project(2, planned_finish_date="2038-01")))
    assert only(reading, "unreadable_date").row == 7


def test_codes_are_read_by_label_or_synonym_and_the_unknown_is_named(read):
    reading = read(monthly(project(1, level_code="县级", nature_code="新 建", status_code="干着呢")))
    row = reading.rows[0]
    assert (row.values["level_code"], row.values["nature_code"], row.values["status_code"]) == ("county", "new", None)
    assert row.raw["level_code"] == "县级"
    issue = only(reading, "unknown_code")
    assert (issue.field, issue.found) == ("status_code", "干着呢")
    assert "在建" in issue.expected


def test_a_code_in_a_number_cell_has_lost_its_end(read):
    reading = read(
        monthly(project(1, usc_code=911410820000001234, stat_code="9.1141E+17", project_code=22031410820401123456))
    )
    assert {issue.field for issue in reading.issues if issue.issue_code == "mangled_code"} == {
        "usc_code",
        "project_code",
    }
    assert reading.rows[0].values["usc_code"] is None
    assert reading.rows[0].role == "detail"


def test_a_region_code_in_a_number_cell_is_whole(read):
    assert read(monthly(project(1, region_code=141082))).rows[0].values["region_code"] == "141082"


def test_names_lose_decorations_and_blanks_and_keep_what_was_typed(read):
    row = read(monthly(project(1, project_name="★城区 供水\n改造工程", owner_name="霍州 公司"))).rows[0]
    assert (row.values["project_name"], row.values["owner_name"]) == ("城区供水改造工程", "霍州公司")
    assert row.raw["project_name"] == "★城区 供水\n改造工程"


def test_ditto_is_never_filled_in(read):
    reading = read(monthly(project(1), project(2, owner_name="同上", problem_text="同上")))
    assert reading.rows[1].values["owner_name"] is None
    assert [(i.issue_code, i.field, i.found) for i in reading.issues] == [
        ("blank_required", "owner_name", "同上"),
        ("ditto_text", "problem_text", "同上"),
    ]


def test_the_same_text_gives_the_same_issue_in_every_file(read):
    for _ in range(2):
        assert codes(read(monthly(project(1, status_code="干着呢", annual_plan_wan="约5"))).issues) == [
            "not_a_number",
            "unknown_code",
        ]


WAN = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
MONEY_FIELDS = [c.field for c in load_forms()["monthly_dispatch"].editions[-1].columns if c.field.endswith("_wan")]


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(st.fixed_dictionaries(dict.fromkeys(MONEY_FIELDS, WAN)), min_size=1, max_size=4), layout=st.randoms()
)
def test_amounts_written_in_any_order_of_columns_read_back(tmp_path_factory, rows, layout):
    order = columns()
    layout.shuffle(order)
    body = [project(n, **{name: float(amount) for name, amount in row.items()}) for n, row in enumerate(rows, start=1)]
    path = write(tmp_path_factory.mktemp("any") / "book.xlsx", monthly(*body, columns=order))
    reading = read_workbook(path)
    assert [{name: row.values[name] for name in MONEY_FIELDS} for row in reading.rows] == rows
