"""What a blank form holds, what of it is open, and how it looks."""

from datetime import date, datetime
from decimal import Decimal
from zipfile import ZipFile

import openpyxl
import pytest

from dispatch import blanks
from dispatch.workbook_style import FILLS
from ingestion import lake
from ingestion.plan_forms import forms_of_plan
from ingestion.plans import load_plan
from ingestion.reading import read_workbook
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.workspace import Workspace

PLAN = load_plan(SHIPPED_PLANS / "huozhou-2022.yml")
NOW = datetime(2022, 11, 20, 9, 0, tzinfo=TIMEZONE)
CODE_A, CODE_B = "2203-141082-04-01-100001", "2203-141082-04-01-100002"
LIST = "huozhou-2022/project_list/2022-10/tuijin/v1"
SHOPS = {
    "project_code": CODE_A,
    "project_name": "标准厂房建设项目",
    "owner_name": "霍州市某建设有限公司",
    "usc_code": "91141082MA0ABCDE1X",
    "level_code": "municipal",
    "category_code": "industry",
    "nature_code": "new",
    "region_code": "141082",
    "total_investment_wan": Decimal("12000.50"),
    "annual_plan_wan": Decimal(5000),
    "planned_start_date": date(2022, 3, 1),
    "planned_finish_date": date(2023, 12, 31),
}
PIPES = SHOPS | {"project_code": CODE_B, "project_name": "供热管网改造项目", "usc_code": None}
MONTH = {
    "cum_to_last_year_wan": Decimal(100),
    "ytd_investment_wan": Decimal("3000.25"),
    "cumulative_investment_wan": Decimal("3100.25"),
    "month_investment_wan": Decimal(300),
    "status_code": "under_construction",
    "start_actual_date": date(2022, 3, 15),
    "resume_date": date(2022, 4, 1),
    "is_on_list": True,
    "is_carried_forward": False,
}


def whole(row: dict, **more: object) -> dict:
    return {**row, "unit_id": "zhujian", "project_id": row["project_code"], **more}


@pytest.fixture
def ws(tmp_path):
    """A list of two projects of 住建局, and October's accepted figures: the second project's are carried forward."""
    ws = Workspace.create(tmp_path, [PLAN.id])
    sheet = {"submission_id": LIST, "sheet": "项目名单", "version": 1, "is_effective": True}
    rows = [
        {**row, "row": 5 + n, "row_role": "detail", "form": "project_list", "responsible_unit": "住建局", **sheet}
        | {"unit_id": "tuijin"}
        for n, row in enumerate((SHOPS, PIPES))
    ]
    about = {"unit_id": "tuijin", "form": "project_list", "kind": "form", "withdrawn": False, "received_at": NOW}
    submission = {**about, "submission_id": LIST, "version": 1, "is_effective": True, "list_version": "第1版"}
    submission["effective_date"] = date(2022, 10, 1)
    lake.write(ws.lake, "rows_project_list", PLAN.id, "2022-10", rows)
    lake.write(ws.lake, "submissions", PLAN.id, "2022-10", [submission])
    accepted = [whole(SHOPS, **MONTH), whole(PIPES, **{**MONTH, "is_carried_forward": True})]
    lake.write(ws.lake, "accepted_investment", PLAN.id, "2022-10", accepted)
    return ws


def issue(ws, period="2022-11", unit="zhujian", form="月调度表", plan=PLAN):
    """The unit's blank as openpyxl opens it: its sheet, and its path."""
    [path] = [p for p in blanks.write(ws, plan, period, NOW, unit) if p.stem.endswith(form)]
    return openpyxl.load_workbook(path).worksheets[0], path


def cells_of(sheet, path, row):
    """The cells of the row-th project (from 0) by the keys of the form."""
    reading = read_workbook(path, forms_of_plan(PLAN))
    letters = reading.rows[-1].columns
    first = next(r.row for r in reading.rows if r.role == "detail")
    return {key: sheet[f"{letter}{first + row}"] for key, letter in letters.items()}


def standing(cells, locked):
    skipped = ("serial_no", "completion_rate_reported")
    found = ((k, c) for k, c in cells.items() if c.protection.locked is locked and k not in skipped)
    return {key: cell.value for key, cell in found if cell.value is not None}


def test_what_the_list_says_and_what_was_last_accepted_is_filled_in_and_locked(ws):
    sheet, path = issue(ws)
    held = standing(cells_of(sheet, path, 0), locked=True)
    assert held == {
        "project_code": CODE_A,
        "project_name": "标准厂房建设项目",
        "owner_name": "霍州市某建设有限公司",
        "usc_code": "91141082MA0ABCDE1X",
        "level_code": "市重点",
        "category_code": "产业",
        "nature_code": "新建",
        "region_code": "141082",
        "total_investment_wan": 12000.5,
        "annual_plan_wan": 5000,
        "planned_start_date": datetime(2022, 3, 1),
        "planned_finish_date": datetime(2023, 12, 31),
        "cum_to_last_year_wan": 100,
        "ytd_to_last_month_wan": 3000.25,
    }


def test_days_that_were_reached_are_filled_in_and_may_be_put_right(ws):
    sheet, path = issue(ws)
    assert standing(cells_of(sheet, path, 0), locked=False) == {
        "start_actual_date": datetime(2022, 3, 15),
        "resume_date": datetime(2022, 4, 1),
    }


def test_a_figure_carried_forward_is_asked_for_anew_and_what_the_list_lacks_is_open(ws):
    sheet, path = issue(ws)
    cells = cells_of(sheet, path, 1)
    for key in ("ytd_to_last_month_wan", "usc_code", "month_investment_wan", "status_code"):
        assert (cells[key].value, cells[key].protection.locked) == (None, False), key
    assert (cells["cum_to_last_year_wan"].value, cells["cum_to_last_year_wan"].protection.locked) == (100, True)


def test_a_year_begins_with_the_sum_of_the_year_before(ws):
    schedule = PLAN.forms["monthly_dispatch"].schedule.model_copy(update={"last": "2023-01"})
    duty = PLAN.forms["monthly_dispatch"].model_copy(update={"schedule": schedule})
    plan = PLAN.model_copy(update={"forms": {**PLAN.forms, "monthly_dispatch": duty}})
    lake.write(ws.lake, "accepted_investment", plan.id, "2022-12", [whole(SHOPS, **MONTH)])
    sheet, path = issue(ws, "2023-01", plan=plan)
    cells = cells_of(sheet, path, 0)
    assert [cells[key].value for key in ("cum_to_last_year_wan", "ytd_to_last_month_wan")] == [3100.25, 0]
    assert cells["resume_date"].value is None


def test_colours_say_which_cells_are_open(ws):
    sheet, path = issue(ws)
    cells = cells_of(sheet, path, 0)
    fills = {key: cells[key].fill.fgColor.rgb[2:] for key in ("month_investment_wan", "problem_text", "project_name")}
    assert fills == {key: FILLS[fill][1:] for key, fill in zip(fills, ("must", "may", "locked"), strict=True)}
    legend = {row[0].fill.fgColor.rgb[2:]: row[1].value for row in sheet.iter_rows(3, 5)}
    assert legend == {FILLS["must"][1:]: "必填", FILLS["may"][1:]: "有则填", FILLS["locked"][1:]: "已填好，不用填"}


def test_codes_are_chosen_from_a_list_on_a_hidden_sheet(ws):
    sheet, path = issue(ws)
    book = openpyxl.load_workbook(path)
    assert [s.sheet_state for s in book.worksheets] == ["visible", "veryHidden", "veryHidden"]
    status = cells_of(sheet, path, 0)["status_code"].coordinate
    [rule] = [rule for rule in sheet.data_validations.dataValidation if status in rule.sqref]
    name, _, place = rule.formula1.rpartition("!")
    words = [row[0].value for row in book[name.strip("'")][place.replace("$", "")]]
    assert (rule.type, words) == ("list", ["前期", "未开工", "在建", "停工", "竣工"])


def test_the_sheet_is_protected_without_a_password(ws):
    sheet, _ = issue(ws)
    assert sheet.protection.sheet and sheet.protection.password is None


def test_it_prints_as_a_bureaus_form(ws):
    sheet, _ = issue(ws)
    page = sheet.page_setup
    assert (page.orientation, str(page.paperSize)) == ("landscape", "8")
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.print_area and sheet.print_title_rows == "$6:$8" and sheet.print_title_cols == "$A:$C"
    fonts = {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value}
    assert fonts == {"方正小标宋简体", "黑体", "宋体"}


def test_the_unit_of_money_is_said_once(ws):
    sheet, _ = issue(ws)
    said = [cell.value for row in sheet.iter_rows() for cell in row if "万元" in str(cell.value)]
    assert set(said) == {"单位：万元"}


def test_five_rows_are_left_for_new_projects_and_counted_in_the_sums(ws):
    sheet, path = issue(ws)
    spare = cells_of(sheet, path, 6)
    assert (spare["serial_no"].value, spare["project_name"].protection.locked) == (7, False)
    assert cells_of(sheet, path, 7)["serial_no"].value is None
    last = spare["annual_plan_wan"]
    total = sheet.cell(sheet.max_row - 8, last.column)
    assert total.value == f"=SUM({last.column_letter}{last.row - 6}:{last.column_letter}{last.row})"
    assert openpyxl.load_workbook(path, data_only=True).worksheets[0][total.coordinate].value == 10000


def test_a_unit_without_projects_gets_a_form_of_empty_rows(ws):
    _, path = issue(ws, unit="nengyuan")
    assert [row for row in read_workbook(path).rows if row.role == "detail"] == []


def test_every_unit_that_owes_gets_its_form_and_what_nobody_owes_is_taken_away(ws):
    paths = blanks.write(ws, PLAN, "2022-11", NOW)
    assert len(paths) == 18 and {path.parent for path in paths} == {ws.outbox / PLAN.id / "2022-11" / "空白表"}
    duty = PLAN.forms["monthly_dispatch"].model_copy(update={"owed_by": ("zhujian",)})
    fewer = PLAN.model_copy(update={"forms": {**PLAN.forms, "monthly_dispatch": duty}})
    [left] = blanks.write(ws, fewer, "2022-11", NOW)
    assert list(left.parent.iterdir()) == [left]


def test_equal_knowledge_gives_equal_bytes(ws):
    _, path = issue(ws)
    before = path.read_bytes()
    assert issue(ws)[1].read_bytes() == before


def test_a_blank_as_it_went_out_is_recognised_by_its_tags_and_is_no_report(ws):
    reading = read_workbook(issue(ws)[1])
    assert (reading.form, reading.stated_unit, reading.stated_period) == ("monthly_dispatch", "住建局", "2022-11")
    assert "标记" in reading.recognised_by and reading.is_unfilled
    asked = {"blank_required", "unsigned", "valueless_formula"}  # a program that opens it calculates its formulas
    assert {issue.issue_code for issue in reading.issues} <= asked


def test_a_procedure_that_is_done_is_locked_and_one_under_way_is_filled_in_and_open(ws):
    week = "2022-12-08"
    lake.write(ws.lake, "accepted_procedures", PLAN.id, week, [whole(SHOPS_OF_WEEK, is_carried_forward=False)])
    item = {"unit_id": "zhujian", "project_id": CODE_A, "is_needed": "yes", "handling_level": "county"}
    done = {**item, "procedure": "approval", "procedure_state": "done", "done_date": date(2022, 12, 1)}
    open_ = {**item, "procedure": "land", "procedure_state": "in_progress", "planned_done_date": date(2023, 1, 5)}
    lake.write(ws.lake, "accepted_procedure_items", PLAN.id, week, [done, open_])
    sheet, path = issue(ws, "2022-12-15", form="前期手续办理情况表")
    cells = cells_of(sheet, path, 0)
    locked, opened = standing(cells, locked=True), standing(cells, locked=False)
    assert locked["approval.procedure_state"] == "已办结" and "approval.done_date" in locked
    assert opened["land.procedure_state"] == "办理中" and "land.planned_done_date" in opened
    assert "annual_plan_wan" in opened and "project_name" in locked
    units = next(r for r in sheet.data_validations.dataValidation if cells["land.approving_unit"].coordinate in r.sqref)
    assert not units.showErrorMessage  # another authority may be written


SHOPS_OF_WEEK = {
    name: SHOPS[name]
    for name in ("project_code", "project_name", "owner_name", "category_code", "total_investment_wan")
} | {"annual_plan_wan": Decimal(800)}


def test_a_form_sent_on_change_is_the_units_own_table_and_wholly_open(ws):
    fund = {"project_code": CODE_A, "project_name": "标准厂房建设项目", "pipeline_stage": "ready"}
    lake.write(ws.lake, "accepted_pipeline", PLAN.id, "2022-12-08", [whole(fund)])
    lake.write(ws.lake, "accepted_procedures", PLAN.id, "2022-12-08", [])
    sheet, path = issue(ws, "2022-12-15", form="建设项目表")
    cells = cells_of(sheet, path, 0)
    assert standing(cells, locked=True) == {}
    assert standing(cells, locked=False)["pipeline_stage"] == "具备开工条件"
    sheet, path = issue(ws, "2022-12-15", form="前期手续办理情况表")
    assert standing(cells_of(sheet, path, 0), locked=True)["project_code"] == CODE_A  # asked for its procedures too


def test_a_file_carries_no_trace_of_the_machine(ws):
    with ZipFile(issue(ws)[1]) as archive:
        assert b"2000-01-01" in archive.read("docProps/core.xml")
