"""What is odd about a sheet that reads well is named at its place, and reading goes on."""

from dataclasses import replace
from zipfile import ZipFile

import pytest
from workbooks import Formula, codes, columns, monthly, project, write

from ingestion.reading import read_workbook

SIGNED = "填表人：张三  审核人：李四  单位负责人（签章）："
FUNDS = "funds_ytd_wan"


@pytest.fixture
def read(tmp_path):
    def reading(*sheets, change=None):
        path = write(tmp_path / "form.xlsx", *sheets)
        if change:
            _rewritten(path, change)
        return read_workbook(path)

    return reading


def _rewritten(path, change):
    """The workbook with each of its parts as ``change`` gives it; what it adds under a new name is added."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(path, "w") as archive:
        for name, data in change(parts).items():
            archive.writestr(name, data)


def in_first_sheet(old: bytes, new: bytes):
    name = "xl/worksheets/sheet1.xml"
    return lambda parts: {**parts, name: parts[name].replace(old, new, 1)}


def only(reading, code):
    (issue,) = [issue for issue in reading.issues if issue.issue_code == code]
    return issue


def test_a_clean_sheet_has_nothing_odd(read):
    assert read(monthly(project(1), project(2), foot=[SIGNED])).issues == []


def test_hidden_rows_with_projects_are_named_and_read(read):
    reading = read(monthly(project(1), project(2)), change=in_first_sheet(b'<row r="7" ', b'<row r="7" hidden="1" '))
    assert (only(reading, "hidden_rows").row, len(reading.rows)) == (7, 2)
    assert "7" in only(reading, "hidden_rows").found


def test_a_hidden_row_without_content_is_nobodys_concern(read):
    blank = in_first_sheet(b"</sheetData>", b'<row r="9" hidden="1"/></sheetData>')
    assert read(monthly(project(1)), change=blank).issues == []


def test_a_hidden_column_with_cells_is_named(read):
    hide = in_first_sheet(b"<sheetData>", b'<cols><col min="11" max="11" width="9" hidden="1"/></cols><sheetData>')
    issue = only(read(monthly(project(1)), change=hide), "hidden_column")
    assert (issue.column, issue.header, issue.row) == ("K", "总投资", 6)


def test_a_figure_from_another_workbook_is_named_once_per_column(read):
    linked = {FUNDS: Formula("=[1]台账!K5", 300)}
    sheet = monthly(project(1, **linked), project(2, **linked), project(3, paid_ytd_wan=Formula("=[1]台账!K6", 3)))
    reading = read(sheet, change=lambda parts: {**parts, "xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    issues = [issue for issue in reading.issues if issue.issue_code == "external_link"]
    assert [(issue.field, issue.row) for issue in issues] == [(FUNDS, 6), ("paid_ytd_wan", 8)]
    assert "共 2 格" in issues[0].found
    assert reading.rows[0].values[FUNDS] == 300


@pytest.mark.parametrize(("serials", "rows"), [((1, 2, 3), []), ((1, 4, 5), [7]), ((1, 2, 2), [8]), ((1, 1, 2), [])])
def test_serial_numbers_go_on_by_one_or_begin_again(read, serials, rows):
    reading = read(monthly(*[project(n, serial_no=serial) for n, serial in enumerate(serials)]))
    assert [issue.row for issue in reading.issues if issue.issue_code == "serial_order"] == rows


@pytest.mark.parametrize(
    ("foot", "missing"),
    [
        (SIGNED, None),
        ("填表人：张三  审核人：　　　  单位负责人：王五", "checker"),
        ("填表人：    审核人：  单位负责人：王五", "filler、checker"),
        ("备注：以上为市级项目", None),
    ],
)
def test_who_has_not_signed_is_named_where_there_is_a_place_to_sign(read, foot, missing):
    names = {"filler": "填表人", "checker": "审核人"}
    found = [issue.found for issue in read(monthly(project(1), foot=[foot])).issues]
    assert found == (["、".join(names[word] for word in missing.split("、"))] if missing else [])


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("填报单位：XX局", "XX"),
        ("截至日期：2022年  月  日", "年  月"),
        ("重点项目月调度表（1～  月）", "1~  月"),
        ("<yyyy>年重点项目", "<yyyy>"),
        ("填报单位：____", ":____"),
        ("2022年 月调度表", None),
        ("填报单位：住建局", None),
    ],
)
def test_what_a_blank_form_left_to_be_written_is_named(read, line, left):
    sheet = monthly(project(1), lines=[["月调度表（2022年11月）"], [line]])
    found = [issue.found for issue in read(sheet).issues if issue.issue_code == "placeholder"]
    assert found == ([left] if left else [])


def test_blank_rows_between_projects_are_named_once(read):
    issue = only(read(monthly(project(1), "", project(2), "", "", project(3))), "blank_rows")
    assert (issue.row, issue.found) == (7, "第 7 行起共 3 行")


def test_columns_that_changed_places_below_their_heads_are_a_fault_of_the_sheet(read):
    swapped = {"status_code": 12000, "total_investment_wan": "在建"}
    reading = read(monthly(*[project(n, **swapped) for n in range(1, 4)]))
    issues = [issue for issue in reading.issues if issue.issue_code == "shifted_column"]
    assert {issue.field for issue in issues} == swapped.keys()


def test_one_project_with_two_cells_mixed_up_is_no_shifted_table(read):
    reading = read(monthly(project(1, status_code=12000, total_investment_wan="在建"), project(2), project(3)))
    assert "shifted_column" not in codes(reading.issues)


def test_another_table_below_is_named_and_the_header_printed_again_is_not(read):
    heads = {name: path.rpartition("/")[2] for path, name in columns()}
    other = {"project_name": heads["serial_no"], "owner_name": heads["project_name"], "usc_code": heads["status_code"]}
    assert only(read(monthly(project(1), other, project(2))), "second_area").row == 7
    assert read(monthly(project(1), heads, project(2))).issues == []


def test_a_head_that_lost_its_group_is_named_as_such(read):
    alone = [(path.rpartition("/")[2] if name == "ytd_investment_wan" else path, name) for path, name in columns()]
    reading = read(replace(monthly(project(1)), columns=alone))
    assert (only(reading, "broken_header").field, codes(reading.issues)) == ("ytd_investment_wan", ["broken_header"])


def test_a_sheet_of_which_a_quarter_is_strange_is_no_edition_ever_handed_out(read):
    strange = [(f"自加栏{number}", f"own_{number}") for number in range(9)]
    issue = only(read(replace(monthly(project(1)), columns=[*columns(), *strange])), "unknown_edition")
    assert issue.expected == "2022" and "9 列不认识" in issue.found
