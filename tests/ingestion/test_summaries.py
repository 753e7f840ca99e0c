"""A 汇总表 beside the form gives its row of totals where nothing has to be guessed, and nothing elsewhere."""

from dataclasses import replace
from decimal import Decimal

import pytest
from workbooks import SheetOf, codes, listed, listing, monthly, project, write

from ingestion.reading import read_workbook

AMOUNTS = [("总投资", "t"), ("年度计划投资", "p"), ("自年初累计", "y")]
COLUMNS = [("类别", "name"), ("项目个数", "count"), *AMOUNTS]
ROW = {"name": "基础设施", "count": 2, "t": 24000, "p": 10000, "y": 8200.5}
TOTAL = {**ROW, "name": "合 计"}


def summary(*body, unit="单位：万元", title="重点项目建设情况汇总表", **changes):
    sheet = SheetOf(COLUMNS, name="汇总表", lines=[[title], ["", "", unit]], body=list(body) or [ROW, TOTAL])
    return replace(sheet, **changes)


@pytest.fixture
def read(tmp_path):
    def read(*sheets):
        return read_workbook(write(tmp_path / "a.xlsx", monthly(project(1), project(2)), *sheets))

    return read


def of_summary(reading):
    assert [row.role for row in reading.rows if row.sheet is None] == ["detail", "detail"]
    return [row for row in reading.rows if row.sheet is not None]


def test_the_row_of_totals_is_read_with_its_sheet_and_cells(read):
    reading = read(summary())
    [row] = of_summary(reading)
    assert (row.role, row.sheet, row.row, row.label, row.label_count) == ("summary", "汇总表", 5, "合 计", 2)
    assert row.values == {
        "total_investment_wan": Decimal(24000),
        "annual_plan_wan": Decimal(10000),
        "ytd_investment_wan": Decimal("8200.5"),
    }
    assert row.columns["ytd_investment_wan"] == "E" and row.columns["project_name"] == "B"
    assert (row.raw["serial_no"], row.raw["project_name"]) == ("合 计", "2")
    assert codes(reading.issues) == []


def test_figures_in_another_unit_are_converted_and_what_was_typed_is_kept(read):
    total = {"name": "合计", "count": 2, "t": 2.4, "p": 1, "y": 0.82}
    [row] = of_summary(read(summary(total, unit="单位：亿元")))
    assert row.values["ytd_investment_wan"] == 8200 and row.raw["ytd_investment_wan"] == "0.82"


def test_a_summary_may_have_only_two_amounts_and_no_count(read):
    columns = [("单位", "name"), ("总投资（万元）", "t"), ("年度计划投资（万元）", "p")]
    [row] = of_summary(read(summary(columns=columns, unit="")))
    assert (row.label_count, set(row.values)) == (None, {"total_investment_wan", "annual_plan_wan"})


def test_a_list_of_projects_may_have_its_summary_too(tmp_path):
    columns = COLUMNS[:4]
    reading = read_workbook(write(tmp_path / "a.xlsx", listing(listed(1), listed(2)), summary(columns=columns)))
    [row] = of_summary(reading)
    assert (reading.form, row.values["annual_plan_wan"]) == ("project_list", Decimal(10000))


LEFT_ALONE = {
    "no row of totals": summary(ROW),
    "two rows of totals": summary(TOTAL, ROW, TOTAL),
    "a unit that cannot be converted": summary(unit="单位：万美元"),
    "another month": summary(title="重点项目建设情况汇总表（2022年10月）"),
    "one amount only": summary(columns=COLUMNS[:3]),
    "heads that are only alike": summary(columns=[*COLUMNS[:2], ("总投资额度", "t"), ("年度计划", "p")]),
    "groups of its own": summary(columns=[*COLUMNS[:2], *((f"省重点/{path}", name) for path, name in AMOUNTS)]),
    "a group above a bare row of heads": summary(
        lines=[["汇总表"], ["类别", "个数", "省重点"]], columns=[("", "name"), ("", "count"), *AMOUNTS]
    ),
    "a hidden sheet": summary(is_hidden=True),
}


@pytest.mark.parametrize("sheet", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_a_sheet_that_would_have_to_be_guessed_at_is_left_alone(read, sheet):
    assert of_summary(read(sheet)) == []


def test_a_silent_sheet_beside_a_form_in_another_unit_is_left_alone(tmp_path):
    form = monthly(lines=[["月调度表（2022年11月）"], ["填报单位：住建局", *[""] * 8, "单位：亿元"]])
    reading = read_workbook(write(tmp_path / "a.xlsx", form, summary(unit="")))
    assert [row.role for row in reading.rows].count("summary") == 0


def test_beside_two_months_a_summary_is_of_neither(read):
    october = monthly(lines=[["月调度表（2022年10月）"]], name="10月")
    reading = read(october, summary())
    assert codes(reading.issues) == ["other_sheet"] and [row.role for row in reading.rows].count("summary") == 0
