"""汇总明细表: totals first, both accounts told apart, differences with their reason."""

import re
from decimal import Decimal

import openpyxl
import pytest
from small_month import FINDINGS, GOOD, PERIOD, PLAN, SHEET

from dispatch import merged
from dispatch.merged import chinese_number
from dispatch.workbook_style import FILLS
from ingestion import lake

HEADER_ROWS = 3


@pytest.fixture
def books(ws):
    path = merged.write(ws, PLAN, PERIOD)[0]
    return openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)


def table(sheet) -> list[dict]:
    """The body of an account by leaf heading, with the fill of each line under ``fill``."""
    top = next(cell.row for cell in sheet["A"] if cell.value == "序号")
    heads = {}
    for column in range(1, sheet.max_column + 1):
        written = [sheet.cell(top + level, column).value for level in range(HEADER_ROWS)]
        heads[column] = [text for text in written if text][-1]
    rows = []
    for cells in sheet.iter_rows(min_row=top + HEADER_ROWS):
        row = {heads[cell.column]: cell.value for cell in cells}
        rows.append(row | {"fill": "#" + cells[0].fill.fgColor.rgb[2:], "row": cells[0].row})
    return rows


def line(rows: list[dict], name: str) -> dict:
    return next(
        row for row in rows if name in (row["项目名称"] or "") or str(row["序号"] or "").strip().startswith(name)
    )


def test_the_grand_total_stands_first_then_its_parts_then_unit_by_unit(books):
    labels = [row["序号"] for row in table(books[0]["采用口径"]) if isinstance(row["序号"], str)]
    assert [label.strip() for label in labels] == [
        "合计（6项）",
        "其中：省重点（1项）",
        "其中：市重点（5项）",
        "其中：前期（1项）",
        "一、住建局（3项）",
        "二、能源局（1项）",
        "三、农业农村局（1项）",
        "四、水利局（1项）",
        "名单外项目（1项，不计入合计）",
    ]


def test_totals_are_formulas_that_carry_the_right_values(books):
    values, formulas = (table(book["采用口径"]) for book in books)
    total, unit = line(values, "合计"), line(values, "一、住建局")
    assert (total["年度计划投资"], total["自年初累计"]) == (60000, 44900)
    assert unit["自年初累计"] == 38900
    first = unit["row"] + 1
    letter = re.fullmatch(rf"=SUM\(([A-Z]+){first}:(?:\1){first + 2}\)", line(formulas, "一、住建局")["自年初累计"])[1]
    assert line(formulas, "合计")["自年初累计"].startswith(f"={letter}{unit['row']}+")
    assert line(formulas, "其中：省重点")["自年初累计"].startswith("=SUMIF(")


def test_every_total_equals_the_sum_of_its_lines_in_both_accounts(books):
    for account in ("采用口径", "上报口径"):
        rows = table(books[0][account])
        details = [row for row in rows if isinstance(row["序号"], int) and row["采用情况"] != "名单外，不计入合计"]
        for head in ("总投资", "年度计划投资", "本月完成", "自年初累计", "自开工累计完成"):
            told = [Decimal(str(row[head])) for row in details if isinstance(row[head], (int, float))]
            assert Decimal(str(line(rows, "合计")[head])) == sum(told)


def test_the_completion_rate_is_pooled_and_leaves_preparatory_projects_out(books):
    total = line(table(books[0]["采用口径"]), "合计")
    assert round(total["完成年度计划（%）"], 4) == round(44900 / 60000 * 100, 4)


def test_a_carried_row_is_shaded_marked_and_shows_no_month(books):
    row = line(table(books[0]["采用口径"]), "项目乙")
    assert (row["采用情况"], row["fill"]) == ("沿用2022-10", FILLS["carried"])
    assert (row["本月完成"], row["自年初累计"]) == (None, 3900)


def test_a_refused_row_stands_in_the_reported_account_with_its_rules(books):
    row = line(table(books[0]["上报口径"]), "项目乙")
    assert (row["采用情况"], row["fill"]) == ("未采用（R01、R04）", FILLS["refused"])
    assert (row["自年初累计"], row["来源"]) == (4200, f"第2版 {SHEET}第9行")


def test_a_row_that_gave_way_to_another_of_its_project_says_so(ws):
    twice = [GOOD | {"is_accepted": True}, GOOD | {"row": 12, "is_accepted": False}]
    lake.write(ws.lake, "reported_investment", PLAN, PERIOD, twice)
    rows = table(openpyxl.load_workbook(merged.write(ws, PLAN, PERIOD)[0])["上报口径"])
    remarks = [row["采用情况"] for row in rows if "项目甲" in (row["项目名称"] or "")]
    assert remarks == [None, "未采用（该项目另有一行被采用）"]


def test_a_refused_sheet_marks_every_row_with_the_rule_that_refuses_it(ws):
    refusal = FINDINGS[2] | {"rule_id": "S16", "row": None, "project_id": None, "finding_id": "S"}
    lake.write(ws.lake, "findings", PLAN, PERIOD, [refusal])
    lake.write(ws.lake, "reported_investment", PLAN, PERIOD, [GOOD | {"is_accepted": False}])
    row = line(table(openpyxl.load_workbook(merged.write(ws, PLAN, PERIOD)[0])["上报口径"]), "项目甲")
    assert row["采用情况"] == "未采用（S16）"


def test_what_could_not_be_read_stays_as_typed_and_adds_nothing(books):
    rows = table(books[0]["上报口径"])
    assert line(rows, "项目丁")["截至上年底累计完成投资"] == "约100"
    assert line(rows, "合计")["截至上年底累计完成投资"] == 11000


def test_a_project_nobody_reported_keeps_its_line_and_its_plan(books):
    for account, remark in (("采用口径", "未报"), ("上报口径", "未报")):
        row = line(table(books[0][account]), "项目戊")
        assert (row["采用情况"], row["fill"], row["年度计划投资"]) == (remark, FILLS["missing"], 2000)
        assert row["自年初累计"] is None


def test_the_list_decides_the_plan_in_the_adopted_account(books):
    plans = [line(table(books[0][account]), "项目乙")["年度计划投资"] for account in ("上报口径", "采用口径")]
    assert plans == [5500, 5000]


def test_codes_stand_as_words(books):
    row = line(table(books[0]["采用口径"]), "项目甲")
    assert (row["级别"], row["类别"], row["建设性质"], row["项目状态"]) == ("省重点", "产业", "新建", "在建")


def differences(books) -> list[tuple]:
    sheet = books[0]["差异"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    return [(row[2][2], row[3], row[4], row[5], row[6], row[7], row[8]) for row in rows]


def test_a_difference_names_project_field_both_figures_reason_and_cell(books):
    found = {(name, field): rest for name, field, *rest in differences(books)}
    reported, adopted, less, why, cell = found["乙", "自年初累计完成投资"]
    assert (reported, adopted, less, cell) == (4200, 3900, -300, f"{SHEET}!N9")
    assert why == "同上"  # the row's first difference says it in full
    [full] = [rest[3] for (name, _), rest in found.items() if name == "乙" and rest[3].startswith("沿用2022-10：R01 ")]
    assert "R04" in full
    assert found["乙", "年度计划投资"][3] == "以名单为准（第1版）"
    assert found["甲", "自年初累计完成投资"][3] == "按万元两位小数四舍五入"
    assert found["己", "（整行）"][:2] == ["未报", "沿用2022-10"]


def test_rows_that_agree_are_not_listed(books):
    names = {row[0] for row in differences(books)}
    assert names == {"甲", "乙", "丁", "己"}
    assert ("甲", "总投资") not in {row[:2] for row in differences(books)}


def test_the_merged_table_is_tagged_so_that_it_is_not_taken_for_a_report(books):
    tags = {row[0].value: row[1].value for row in books[0]["_diaodu"].iter_rows()}
    assert (tags["kind"], tags["plan"], tags["period"]) == ("merged", PLAN, PERIOD)


def test_groups_are_numbered_as_the_forms_do():
    assert [chinese_number(number) for number in (1, 9, 10, 11, 18, 20, 21, 99)] == [
        "一", "九", "十", "十一", "十八", "二十", "二十一", "九十九",
    ]  # fmt: skip


def test_each_account_says_in_its_title_which_it_is(books):
    for account in ("采用口径", "上报口径"):
        assert books[0][account]["D1"].value.endswith(f"汇总明细表（{account}）")


def test_a_column_that_may_be_left_out_and_is_empty_is_hidden_and_said(books):
    sheet = books[0]["采用口径"]
    hidden = {
        column
        for group in sheet.column_dimensions.values()
        if group.hidden
        for column in range(group.min, group.max + 1)
    }
    places = heads_of(sheet)
    assert places["冲减文号"] in hidden and places["总投资"] not in hidden and places["序号"] not in hidden
    said = [cell.value for cell in sheet["D"] if str(cell.value).startswith("整列没有内容，已隐藏：")]
    assert len(said) == 1 and "冲减文号" in said[0]


def test_the_table_prints_on_two_sheets_of_paper_large_enough_to_read(books):
    sheet = books[0]["采用口径"]
    assert sheet.page_setup.scale >= 70
    assert sheet.print_title_cols == "$A:$C"
    [page] = sheet.col_breaks.brk
    assert page.id == heads_of(sheet)["项目状态"] - 1
    titles = {(merged.min_col, merged.max_col) for merged in sheet.merged_cells.ranges if merged.min_row == 1}
    assert titles == {(4, page.id), (page.id + 1, sheet.max_column)}  # one on each sheet, none cut in two
    assert sheet.cell(1, 4).value == sheet.cell(1, page.id + 1).value


def heads_of(sheet) -> dict[str, int]:
    """The column of every heading, from 1."""
    top = next(cell.row for cell in sheet["A"] if cell.value == "序号")
    rows = sheet.iter_rows(min_row=top, max_row=top + HEADER_ROWS - 1)
    return {cell.value: cell.column for row in rows for cell in row if cell.value}
