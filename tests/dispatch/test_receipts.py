"""Receipts: every finding with its cell, what was made of the file, what changed."""

import openpyxl
import pytest
from small_month import FINDINGS, FORM, PERIOD, PLAN, SHEET, SUBMISSIONS

from dispatch import receipts
from dispatch.receipt_changes import changes
from dispatch.receipt_order import groups
from dispatch.workbook_style import FILLS
from ingestion import lake


@pytest.fixture
def written(ws):
    return {path.stem.split("_")[1]: path for path in receipts.write(ws, PLAN, PERIOD)}


@pytest.fixture
def receipt(written):
    return openpyxl.load_workbook(written["住建局"])


def facts(book) -> dict[str, str]:
    """Label and text of the facts; the tables below them come after and have headings of the same names."""
    rows = reversed(list(book["回执"].iter_rows(values_only=True)))
    return {row[0]: row[1] for row in rows if row[0]}


def listed(book) -> list[dict]:
    sheet = book["错误清单"]
    top = next(cell.row for cell in sheet["A"] if cell.value == "序号")
    heads = [cell.value for cell in sheet[top]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=top + 1)]


def test_every_unit_that_sent_something_gets_one_receipt(written):
    assert list(written) == ["住建局", "农业农村局", "水利局"]


def test_a_receipt_says_it_is_none_and_is_tagged_as_one(receipt):
    assert "仅供核对，请在原表修改后重报" in receipt["回执"]["A3"].value
    tags = {row[0].value: row[1].value for row in receipt["_diaodu"].iter_rows()}
    assert tags == {"kind": "receipt", "plan": PLAN, "period": PERIOD, "unit": "zhujian", "form": FORM}
    assert receipt["_diaodu"].sheet_state == "veryHidden"


def test_the_cover_says_when_it_came_how_that_is_known_and_what_was_made_of_it(receipt):
    said = facts(receipt)
    assert said["收到时间"] == "2022-11-28 16:40（依据：文件夹名）"
    assert said["报送截止"] == "2022-11-28 17:00"
    assert said["是否按时"] == "按时"
    assert said["版本"] == "第2版（共收到2次）"
    assert said["怎样认出"] == "按表头认出"
    assert said["行数"] == "表中项目3行，已审核3行，一行不少"
    assert said["采用情况"] == "采用2行，未采用1行；本单位名单项目中沿用上次数1项，没有数0项"
    assert said["发现问题"] == "错误2条、核实1条、提示1条、情况0条"
    assert said["结论"].startswith("有1行因错误没有采用")


def test_the_cover_lists_what_changed_since_the_last_version(receipt):
    rows = [[cell.value for cell in row] for row in receipt["回执"].iter_rows()]
    assert ["改动", "项目甲（标准厂房）", "自年初累计完成投资", "30,000.00", "34,999.996", f"{SHEET}!N8"] in rows
    assert any(row[:2] == ["新增", "项目乙（供热管网）"] for row in rows)


def test_a_change_back_to_nothing_and_a_row_that_went_are_changes():
    row = {"row_role": "detail", "project_name": "项目甲", "sheet": SHEET, "row": 8, "columns": {}, "raw": {}}
    fields = ["project_name", "problem_text"]
    found = changes([row | {"problem_text": "缺地"}, row | {"project_name": "项目 乙"}], [row], fields)
    assert [(item.kind, item.project, item.old, item.new) for item in found] == [
        ("changed", "项目甲", "缺地", ""),
        ("removed", "项目 乙", "", ""),
    ]


def test_the_list_is_what_one_sees_first_with_the_verdict_above_it(receipt):
    assert receipt.sheetnames == ["错误清单", "回执", "本表读数", "核实说明", "_diaodu"]
    assert receipt.active.title == "错误清单"
    lines = [row[0] for row in receipt["错误清单"].iter_rows(max_row=4, values_only=True)]
    assert lines[2].startswith("有1行因错误没有采用")
    assert lines[3].startswith("错误2条、核实1条、提示1条、情况0条。表中项目3行，已审核3行，一行不少。")


def test_what_a_finding_says_in_figures_is_shown_as_amounts(receipt):
    first = listed(receipt)[0]
    assert (first["填报值"].number_format, first["填报值"].alignment.horizontal) == ("#,##0.00", "right")


def test_structure_comes_before_the_figures_it_may_have_spoilt():
    worst, light = FINDINGS[2], FINDINGS[0] | {"theme": "structure", "finding_id": "S"}
    assert [group[0]["finding_id"] for group in groups([worst, light])] == ["S", "F3"]


def test_effects_stand_under_their_cause_and_the_worst_group_first(receipt):
    rows = [(row["序号"].value, row["规则"].value.split()[0], row["级别"].value) for row in listed(receipt)]
    assert rows == [("1", "R01", "错误"), ("1.1", "R04", "错误"), ("1.2", "P10A", "核实"), ("2", "F04", "提示")]


def test_a_finding_whose_head_is_gone_stands_by_itself():
    orphan = FINDINGS[1] | {"group_head": "gone"}
    assert [[item["finding_id"] for item in group] for group in groups([orphan])] == [["F2"]]


def test_a_finding_names_all_its_cells_culprit_first_and_leads_to_the_value_there(receipt):
    first = listed(receipt)[0]
    assert first["单元格"].value == "P9、N9、K9"
    assert first["单元格"].hyperlink.location == "'本表读数'!P9"
    assert receipt["本表读数"]["P9"].value == 9200
    assert [first[head].value for head in ("填报值", "应为", "差额", "怎么改")] == [
        9200,
        5200,
        4000,
        "改正写错的一个数",
    ]


def test_every_link_lands_on_a_coloured_cell_with_a_comment(written):
    for path in written.values():
        book = openpyxl.load_workbook(path)
        for row in listed(book):
            link = row["单元格"].hyperlink if "单元格" in row else None
            if link:
                sheet, cell = link.location.replace("'", "").split("!")
                target = book[sheet][cell.split(":")[0]]
                assert "#" + target.fill.fgColor.rgb[2:] in (FILLS["error"], FILLS["warning"], FILLS["info"])
                assert target.comment.text


def test_the_rows_as_read_stand_at_their_own_addresses(receipt):
    sheet = receipt["本表读数"]
    assert (sheet["C8"].value, sheet["N8"].value, sheet["N9"].value) == ("项目甲（标准厂房）", 34999.996, 4200)
    assert sheet["A7"].value == "合计（3项）"
    assert sheet["N6"].value == "投资完成情况/本年完成/自年初累计"


def test_the_rows_as_read_print_on_two_sheets_that_both_name_the_project(receipt):
    sheet = receipt["本表读数"]
    assert sheet.print_title_cols == "$A:$C"
    status = next(cell.column for cell in sheet[6] if str(cell.value).endswith("项目状态"))
    assert [page.id for page in sheet.col_breaks.brk] == [status - 1]
    assert sheet.page_setup.scale >= 50


def test_text_that_could_not_be_typed_is_shown_as_it_was(written):
    sheet = openpyxl.load_workbook(written["农业农村局"])["本表读数"]
    assert sheet["K8"].value == "约100"
    assert sheet["C9"].value == "=名单外项目"
    assert sheet["C9"].data_type == "s"


def test_a_file_that_cannot_be_read_gets_a_receipt_that_says_so(written):
    book = openpyxl.load_workbook(written["水利局"])
    assert facts(book)["结论"].startswith("这个文件不能采用")
    assert book.sheetnames == ["错误清单", "回执", "_diaodu"]


def test_the_list_of_findings_is_never_capped(ws):
    many = [FINDINGS[0] | {"finding_id": f"M{number}", "rule_id": f"P{number}"} for number in range(1500)]
    lake.write(ws.lake, "findings", PLAN, PERIOD, many)
    path = next(path for path in receipts.write(ws, PLAN, PERIOD) if "住建局" in path.name)
    assert len(listed(openpyxl.load_workbook(path))) == 1500


def test_a_receipt_for_a_withdrawn_file_does_not_stay_behind(ws, written):
    kept = [row | {"withdrawn": row["unit_id"] == "shuili"} for row in SUBMISSIONS]
    lake.write(ws.lake, "submissions", PLAN, PERIOD, kept)
    assert written["水利局"].exists()
    receipts.write(ws, PLAN, PERIOD)
    left = sorted(path.name for path in written["水利局"].parent.iterdir())
    assert left == [
        f"回执_{unit}_月调度表_{PERIOD}.{kind}" for unit in ("住建局", "农业农村局") for kind in ("json", "xlsx")
    ]
