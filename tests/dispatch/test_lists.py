"""The four lists of a month, from the reports of the warehouse."""

import csv
from datetime import datetime

import openpyxl
import pytest
from small_month import PERIOD, PLAN, build_warehouse

from dispatch import lists

WORDS = ("排名", "未开工项目", "专人对接", "落后", "质量")


@pytest.fixture
def written(ws):
    paths = lists.write(ws, PLAN, PERIOD)
    return {next(word for word in WORDS if word in path.stem) + path.suffix: path for path in paths}


def body(sheet, first: str) -> list[dict]:
    """Rows under the header that begins with ``first``, by heading from group to leaf."""
    top = next(cell.row for cell in sheet["A"] if cell.value == first)
    down = [merged for merged in sheet.merged_cells.ranges if merged.start_cell.coordinate == f"A{top}"]
    depth = down[0].size["rows"] if down else 1
    groups = {
        (row, column): merged.start_cell.value
        for merged in sheet.merged_cells.ranges
        if merged.size["rows"] == 1
        for row, column in merged.cells
    }
    heads = []
    for column in range(1, sheet.max_column + 1):
        texts = [groups.get((row, column)) or sheet.cell(row, column).value for row in range(top, top + depth)]
        heads.append("/".join(filter(None, texts)))
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=top + depth)]


def test_a_month_has_five_lists_and_the_detail_of_quality_as_csv(written):
    assert sorted(written) == ["专人对接.xlsx", "排名.xlsx", "未开工项目.xlsx", "落后.xlsx", "质量.csv", "质量.xlsx"]


def test_lists_are_tagged_as_lists(written):
    for name in ("排名.xlsx", "未开工项目.xlsx", "专人对接.xlsx", "落后.xlsx", "质量.xlsx"):
        book = openpyxl.load_workbook(written[name])
        assert book["_diaodu"]["B1"].value == "list"


def test_the_ranking_shows_both_figures_beside_target_and_benchmark(written):
    sheet = openpyxl.load_workbook(written["排名.xlsx"])["省市重点"]
    first, second = body(sheet, "名次")
    assert (first["单位"].value, first["单位类型"].value) == ("住建局", "部门")
    rate, reported = first["年度投资完成率/采用"], first["自年初累计完成投资/上报"]
    assert (rate.value, rate.number_format) == (0.8696, "0.00%")  # 87.0 % would look like the target it misses
    assert (first["目标"].value, first["目标"].number_format) == (0.87, "0.0%")
    assert reported.value == 39200
    assert round(first["比时序进度（百分点）"].value, 1) == -4.7
    assert second["备注"].value == "不足三个项目"


def test_an_unstarted_project_names_how_long_it_is_overdue(written):
    sheet = openpyxl.load_workbook(written["未开工项目.xlsx"])["未开工项目"]
    [row] = body(sheet, "序号")
    assert (row["责任单位"].value, row["超过计划开工天数"].value) == ("水利局", 272)
    assert row["计划开工时间"].value == datetime(2022, 3, 1)
    assert row["计划开工时间"].number_format == "yyyy-mm-dd"
    assert row["备注"].value == "没有采用的数"


def test_who_goes_to_an_unstarted_project_is_left_to_be_written_by_hand(written):
    sheet = openpyxl.load_workbook(written["专人对接.xlsx"])["专人对接"]
    [row] = body(sheet, "序号")
    assert (row["项目名称"].value, row["超过计划开工天数"].value) == ("项目戊（水库除险）", 272)
    assert [row[head].value for head in ("对接岗位", "推进措施", "承诺开工时间")] == [None, None, None]
    assert "只写岗位，不写姓名和电话" in sheet["A3"].value


def test_a_project_behind_schedule_says_by_how_much_and_on_what_figure(written):
    sheet = openpyxl.load_workbook(written["落后.xlsx"])["落后时序"]
    [row] = body(sheet, "序号")
    assert round(row["比时序进度（百分点）"].value, 1) == -31.7
    assert row["备注"].value == "落后10个百分点及以上；数为沿用"
    assert "落后10个百分点" in sheet["A3"].value


def test_quality_counts_add_up_over_units(written):
    sheet = openpyxl.load_workbook(written["质量.xlsx"])["分单位"]
    rows = [[cell.value for cell in row.values()] for row in body(sheet, "序号")]
    total, units = rows[0], rows[1:]
    assert total[2:] == [sum(column) for column in zip(*(row[2:] for row in units), strict=True)]


def test_quality_lists_every_finding_worst_first(written):
    rows = body(openpyxl.load_workbook(written["质量.xlsx"])["明细"], "序号")
    assert [row["级别"].value for row in rows] == ["错误"] * 3 + ["核实"] * 2 + ["提示"]
    assert "项目标识" not in rows[0]  # stands in the CSV; the print would be too small


def test_the_csv_opens_in_excel_and_holds_no_formula(written):
    assert written["质量.csv"].read_bytes().startswith(b"\xef\xbb\xbf")
    with written["质量.csv"].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert "'=名单外项目" in {row["填报值"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_a_list_without_rows_says_so(ws):
    build_warehouse(ws, {})
    texts = []
    for path in lists.write(ws, PLAN, PERIOD):
        if path.suffix == ".xlsx":
            sheet = openpyxl.load_workbook(path).worksheets[-2]
            texts.append(sheet.cell(sheet.max_row, 1).value)
    assert texts == ["没有。"] * 4 + ["没有发现问题。"]
