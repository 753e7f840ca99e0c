"""The answer sheet of a receipt: what must be explained, one line each, and nothing else to fill in."""

import openpyxl
import pytest
from small_month import FINDINGS, PERIOD, PLAN, WRONG, finding

from dispatch import receipts
from dispatch.workbook_style import FILLS
from expectations.subjects import subject_of
from ingestion import lake
from ingestion.answers import read_answers
from tests.answer_heads import HEADS

ASKED = [
    finding(11, "R08", "warning", WRONG, "K9", "上年底累计是 0", found="0", field="cum_to_last_year_wan"),
    finding(12, "R06", "warning", WRONG, "J9", "超过总投资", answer_state="reopened", answer="已批准调概",
            answer_reason_zh="上次说明时差 10，现在差 20，请重新说明", field="total_investment_wan"),
    finding(13, "R05A", "warning", WRONG, "P9", "超过总投资", answer_state="answered", answer="合同增补"),
    finding(14, "R07", "warning", WRONG, "L9", "计划大于总投资", answer_state="waived"),
]  # fmt: skip


@pytest.fixture
def path(ws):
    lake.write(ws.lake, "findings", PLAN, PERIOD, [*FINDINGS, *ASKED])
    return next(path for path in receipts.write(ws, PLAN, PERIOD) if "住建局" in path.name)


@pytest.fixture
def sheet(path):
    return openpyxl.load_workbook(path)["核实说明"]


def lines(sheet) -> list[dict]:
    top = next(cell.row for cell in sheet["A"] if cell.value == "编号")
    heads = [cell.value for cell in sheet[top]]
    assert heads == list(HEADS)
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=top + 1)]


def test_only_what_waits_for_an_explanation_is_asked_the_reopened_first_and_what_an_error_brings_last(sheet):
    assert [line["规则号"].value for line in lines(sheet)] == ["R06", "R08", "P10A"]


def test_a_line_says_what_was_explained_before_and_why_that_does_not_do(sheet):
    told = lines(sheet)[0]["上次说明及处理"].value
    assert "已批准调概" in told and "现在差 20" in told


def test_a_line_that_an_error_brings_says_so(sheet):
    assert "由错误清单中的错误引起" in lines(sheet)[2]["问题"].value
    assert "由错误清单中的错误引起" not in lines(sheet)[1]["问题"].value


def test_nothing_but_the_explanation_can_be_typed(sheet):
    assert sheet.protection.sheet
    unlocked = {cell.column_letter for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {"K"}
    assert all(not line["核实说明"].protection.locked for line in lines(sheet))


def test_a_line_is_named_by_its_subject(sheet):
    assert lines(sheet)[1]["编号"].value == subject_of(ASKED[0])


def test_the_list_leads_to_the_line_where_a_finding_is_explained(path):
    book = openpyxl.load_workbook(path)
    leading = [
        cell
        for row in book["错误清单"].iter_rows()
        for cell in row
        if cell.hyperlink and "核实" in cell.hyperlink.location
    ]
    by_rule = {line["规则号"].value: line["核实说明"].coordinate for line in lines(book["核实说明"])}
    found = {book["错误清单"].cell(cell.row, 12).value: cell.hyperlink.location for cell in leading}
    assert found == {rule: f"'核实说明'!{cell}" for rule, cell in by_rule.items()}


def test_what_is_typed_is_read_back_under_its_subject(path, tmp_path):
    book = openpyxl.load_workbook(path)
    lines(book["核实说明"])[1]["核实说明"].value = "2021年底前只有征地费用，列在另一个项目"
    book.save(tmp_path / "回执.xlsx")
    read = {line.subject: (line.rule_id, line.found, line.answer_text) for line in read_answers(tmp_path / "回执.xlsx")}
    assert read[subject_of(ASKED[0])] == ("R08", "0", "2021年底前只有征地费用，列在另一个项目")
    assert sum(1 for _, _, text in read.values() if text) == 1


def test_a_unit_that_is_asked_nothing_gets_no_answer_sheet(ws):
    lake.write(ws.lake, "findings", PLAN, PERIOD, [row for row in FINDINGS if row["severity"] != "warning"])
    for path in receipts.write(ws, PLAN, PERIOD):
        assert "核实说明" not in openpyxl.load_workbook(path).sheetnames


def test_a_report_without_errors_that_is_asked_something_is_told_so_in_the_verdict(ws):
    taken = [row | {"is_accepted": True} for row in lake.read(ws.lake, "reported_investment", PLAN, PERIOD)]
    lake.write(ws.lake, "reported_investment", PLAN, PERIOD, taken)
    lake.write(ws.lake, "findings", PLAN, PERIOD, [FINDINGS[0], ASKED[0]])
    path = next(path for path in receipts.write(ws, PLAN, PERIOD) if "住建局" in path.name)
    verdict = openpyxl.load_workbook(path)["错误清单"]["A3"]
    assert verdict.value.startswith("已采用，没有错误；有1条核实待说明")
    assert "#" + verdict.fill.fgColor.rgb[2:] == FILLS["warning"]
