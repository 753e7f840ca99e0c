"""The papers of a week: merged table, lists and receipts, with every procedure in its project's line."""

import openpyxl
import pytest
from small_week import BEFORE, PLAN, SHEET, WEEK, project, small_campaign, wan

from dispatch import lists, merged, merged_weeks, receipts
from dispatch.month import Month
from ingestion import lake


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    return small_campaign(tmp_path_factory.mktemp("small-week") / "workspace")


@pytest.fixture(scope="module")
def table(ws):
    path = next(path for path in merged.write(ws, PLAN, WEEK) if "前期手续" in path.name)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def listed(ws):
    return {path.stem: openpyxl.load_workbook(path) for path in lists.write(ws, PLAN, WEEK) if path.suffix == ".xlsx"}


@pytest.fixture(scope="module")
def receipt(ws):
    path = next(path for path in receipts.write(ws, PLAN, WEEK) if "住建局" in path.name)
    return openpyxl.load_workbook(path)


def rows_of(sheet) -> list[list]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def line_of(sheet, project: str) -> list:
    return next(row for row in rows_of(sheet) if project in row)


def column_of(sheet, group: str, leaf: str) -> int:
    """From 0: where the leaf stands under the group."""
    heads = next(row for row in rows_of(sheet) if "序号" in row)
    below = rows_of(sheet)[rows_of(sheet).index(heads) + 1]
    start = heads.index(group)
    return next(place for place in range(start, len(below)) if below[place] == leaf)


def one(listed, word: str):
    return next(book for name, book in listed.items() if word in name)


def test_a_procedure_carried_alone_shows_last_weeks_state_and_says_so(table):
    sheet = table["采用口径"]
    line = line_of(sheet, "项目甲")
    assert line[column_of(sheet, "环评", "办理状态")] == "已办结"
    assert "环评沿用2022-12-08" in line


def test_the_reported_account_keeps_what_was_said_and_names_what_was_not_taken(table):
    sheet = table["上报口径"]
    line = line_of(sheet, "项目甲")
    assert line[column_of(sheet, "环评", "办理状态")] == "办理中"
    assert "环评有错误未采用" in line
    refused = line_of(sheet, "项目乙")
    assert "约两亿" in refused and any("未采用（F01A）" in str(cell) for cell in refused)


def test_a_unit_that_sent_nothing_keeps_its_projects_in_the_adopted_account_only(table):
    assert "沿用2022-12-08" in line_of(table["采用口径"], "项目丁")
    assert not [row for row in rows_of(table["上报口径"]) if "项目丁" in row]


def test_differences_name_the_procedure_and_its_cell(table):
    found = [row for row in rows_of(table["差异"]) if "项目甲" in row]
    assert any("环评·办理状态" in row and f"{SHEET}!AD6" in row for row in found)


def test_a_difference_in_the_pipeline_names_the_cell_of_the_pipelines_own_row(tmp_path):
    ws = small_campaign(tmp_path / "workspace")
    told = project("甲", "zhujian", 8, sheet="谋划项目", submission_id="pipeline/v1", total_investment_wan=wan("30000"))
    taken = project("甲", "zhujian", 8, BEFORE, sheet="谋划项目", submission_id="pipeline/v0")
    read = {name: value for name, value in told.items() if name != "project_id"}
    read |= {"form": "pipeline", "is_effective": True, "columns": {"total_investment_wan": "H"}, "raw": {}}
    lake.write(ws.lake, "rows_pipeline", PLAN, WEEK, [read])
    lake.write(ws.lake, "reported_pipeline", PLAN, WEEK, [told | {"is_accepted": False}])
    carried = {"is_carried_forward": True, "carried_from": BEFORE}
    lake.write(ws.lake, "accepted_pipeline", PLAN, WEEK, [taken | carried])
    [found] = merged_weeks.differences(Month(ws, PLAN, WEEK), "pipeline", ["total_investment_wan"])
    assert (found.reported, found.adopted, found.cell) == (wan("30000"), wan("20000"), "谋划项目!H8")


def test_each_approving_unit_has_a_sheet_of_its_own_with_the_overdue_first(listed):
    book = one(listed, "审批部门交办单")
    assert book.sheetnames[:3] == ["总表", "自然资源局", "（未写审批单位）"]
    lines = [row for row in rows_of(book["自然资源局"]) if isinstance(row[0], int)]
    assert [(row[1], row[5]) for row in lines] == [("项目丙", -14), ("项目甲", 15)]
    index = [row[:6] for row in rows_of(book["总表"]) if isinstance(row[0], int)]
    assert index == [[1, "自然资源局", 2, 2, 1, 0], [2, "（未写审批单位）", 1, 1, 0, 1]]


def test_items_for_the_upper_level_stand_apart_by_level_and_the_weeks_progress_goes_with_them(listed):
    book = one(listed, "提请上级协调清单")
    assert "请协调总量指标" in line_of(book["市级"], "项目乙")
    assert any("没有。" in row for row in rows_of(book["省级"]))
    totals = next(row for row in rows_of(book["周报（报市）"]) if row[1] == "合计")
    assert totals[4:6] == [20, 15]


def test_overdue_promises_say_for_how_long(listed):
    line = line_of(one(listed, "逾期承诺清单")["逾期承诺"], "项目丙")
    assert 14 in line and "告知承诺" in line


def test_units_are_ranked_by_what_they_finished(listed):
    units = [row[1] for row in rows_of(one(listed, "办理进度表")["分单位"]) if isinstance(row[0], int)]
    assert units == ["住建局", "农业农村局"]


def test_no_list_of_a_week_speaks_of_the_months_plan_in_its_title(listed):
    assert all("2023年建设项目" in name or "数据质量" in name for name in listed)


def test_the_receipt_counts_the_refused_row_and_marks_the_procedures_cell(receipt):
    facts = {row[0]: row[1] for row in rows_of(receipt["回执"]) if row[0]}
    assert facts["结论"].startswith("有1行因错误没有采用")
    assert facts["行数"] == "表中项目2行，已审核2行，一行不少"
    cell = receipt["本表读数"]["AD6"]
    assert cell.value == "办理中" and "P15" in cell.comment.text
