"""Old binary workbooks are read like any other."""

import datetime
from decimal import Decimal

from biff import write_xls
from workbooks import Formula, Shown, codes, monthly, project

from ingestion.reading import read_workbook
from ingestion.workbook import open_sheets


def test_an_old_workbook_with_a_merged_header_is_read(tmp_path):
    reading = read_workbook(
        write_xls(tmp_path / "form.xls", monthly({"serial_no": "合计（2项）"}, project(1), project(2)))
    )
    assert (reading.form, reading.stated_unit, reading.stated_period) == ("monthly_dispatch", "住建局", "2022-11")
    assert reading.issues == []
    assert [row.role for row in reading.rows] == ["total", "detail", "detail"]
    assert reading.rows[1].values["ytd_investment_wan"] == Decimal("4100.25")
    assert reading.rows[1].headers["ytd_investment_wan"] == "投资完成情况/本年完成/自年初累计"


def test_an_old_workbook_tells_errors_dates_and_percentages_by_cell_type(tmp_path):
    row = project(
        1,
        total_investment_wan=Formula("", "#DIV/0!"),
        planned_start_date=datetime.date(2022, 3, 1),
        completion_rate_reported=Shown(0.85, "0.00%"),
        planned_finish_date=Shown(2023.1, "0.00"),
        usc_code=911410820000001234,
    )
    reading = read_workbook(write_xls(tmp_path / "form.et", monthly(row)))
    values = reading.rows[0].values
    assert values["planned_start_date"] == datetime.date(2022, 3, 1)
    assert values["planned_finish_date"] == datetime.date(2023, 10, 1)
    assert values["completion_rate_reported"] == Decimal(85)
    assert sorted(codes(reading.issues)) == ["error_cell", "mangled_code"]


def test_a_hidden_sheet_of_an_old_workbook_is_known_as_hidden(tmp_path):
    sheets = open_sheets(write_xls(tmp_path / "form.xls", monthly(), monthly(name="旧表", is_hidden=True)))
    assert [(sheet.name, sheet.visible) for sheet in sheets] == [("月调度表", True), ("旧表", False)]


def test_an_old_workbook_cut_short_is_unreadable(tmp_path):
    path = write_xls(tmp_path / "form.xls", monthly())
    path.write_bytes(path.read_bytes()[:3000])
    assert read_workbook(path).unreadable in ("damaged", "legacy")
