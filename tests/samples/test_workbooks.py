"""The county's workbooks: laid out as departments lay theirs, the same bytes every time, true to the cent."""

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from ingestion.plans import Plan, load_plan
from ingestion.reading import read_workbook
from ingestion.settings import SHIPPED_PLANS
from samples.county import County, simulate
from samples.filling import monthly_form, project_list
from samples.sheets import places
from samples.workbooks import deliver, write_inbox, write_workbook

PLANS = ("huozhou-2022", "puxian-2022")


@pytest.fixture(scope="module", params=PLANS)
def filled_inbox(request, tmp_path_factory) -> tuple[Plan, County, Path]:
    plan = load_plan(SHIPPED_PLANS / f"{request.param}.yml")
    county, inbox = simulate(plan), tmp_path_factory.mktemp(request.param)
    write_inbox(county, plan, inbox)
    return plan, county, inbox


def test_every_form_and_list_lies_in_a_folder_named_by_its_arrival(filled_inbox):
    _, county, inbox = filled_inbox
    folders = Counter(path.parent.name for path in inbox.rglob("*.xlsx"))
    expected = Counter(f"{at:%Y-%m-%d %H%M}" for at in county.received.values())
    expected.update(f"{version.received_at:%Y-%m-%d %H%M}" for version in county.lists)
    assert folders == expected
    assert sum(folders.values()) == 3 * 18 + 2


def test_the_same_seed_gives_the_same_bytes(filled_inbox, tmp_path):
    plan, _, inbox = filled_inbox
    again = write_inbox(simulate(plan), plan, tmp_path)
    for path in again:
        assert path.read_bytes() == (inbox / path.relative_to(tmp_path)).read_bytes()


def test_the_reader_takes_every_cell_as_it_truly_is(filled_inbox):
    plan, county, inbox = filled_inbox
    read = 0
    for path in inbox.rglob("*.xlsx"):
        reading = read_workbook(path)
        assert (reading.issues, reading.unreadable) == ([], None), path.name
        if reading.form != "monthly_dispatch":
            continue
        unit = plan.unit_named(reading.stated_unit)
        for entry, row in zip(
            monthly_form(county, plan, reading.stated_period, unit.id).details,
            [row for row in reading.rows if row.role == "detail"],
            strict=True,
        ):
            project = county.project(entry.project_id)
            truth = {**vars(project), **vars(county.state(entry.project_id, reading.stated_period))}
            truth["project_name"] = county.entry(entry.project_id, reading.stated_period).project_name
            truth["serial_no"] = row.values["serial_no"]
            assert {name: truth.get(name) for name in row.values} == row.values
            read += 1
    assert read == sum(len(county.entries(period)) for period in county.periods)


def rows_of(filled, tmp_path) -> list[list]:
    path = write_workbook(filled, tmp_path / "form.xlsx")
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_title_unit_row_header_totals_and_details_stand_in_the_order_of_real_forms(filled_inbox, tmp_path):
    plan, county, _ = filled_inbox
    unit = next(unit for unit in county.units if len(county.entries("2022-11", unit)) >= 3)
    filled = monthly_form(county, plan, "2022-11", unit)
    rows = rows_of(filled, tmp_path)
    assert rows[0][0] == f"{plan.forms['monthly_dispatch'].title}（2022年11月）"
    assert [cell for cell in rows[1] if cell] == list(filled.heading)
    assert rows[2].count("投资完成情况") == 1 and rows[3].count("本年完成") == 1 and "自年初累计" in rows[4]
    count = len(filled.details)
    assert rows[5][0] == f"合计（{count}项）"
    assert rows[6][0].startswith("其中：")
    assert rows[places(filled).groups[0] - 1][0].startswith("一、")
    first_detail = places(filled).details[0][1] - 1
    assert rows[first_detail][0] == 1
    ahead = rows[places(filled).end - 1]
    assert ahead[0] == count + 1 and not any(ahead[1:])
    assert any("模拟数据" in str(row[0]) for row in rows)


def test_totals_are_formulas_that_carry_the_sum_of_their_details(filled_inbox, tmp_path):
    plan, county, _ = filled_inbox
    for unit in county.units:
        filled = monthly_form(county, plan, "2022-12", unit)
        if filled.nil:
            continue
        rows, at = rows_of(filled, tmp_path), places(filled)
        index = next(i for i, column in enumerate(filled.columns) if column.field == "ytd_investment_wan")
        details = [rows[row - 1][index] for _, row in at.details]
        assert Decimal(str(rows[at.total - 1][index])) == sum(Decimal(str(value)) for value in details)
        xml = _sheet_xml(tmp_path / "form.xlsx")
        assert xml.count("<f>") >= 7 * (1 + len(at.of_which) + len(at.groups))


def _sheet_xml(path: Path) -> str:
    with ZipFile(path) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_a_form_prints_on_a3_landscape_with_its_header_on_every_page(filled_inbox, tmp_path):
    plan, county, _ = filled_inbox
    rows_of(monthly_form(county, plan, "2022-11", county.units[-1]), tmp_path)
    xml = _sheet_xml(tmp_path / "form.xlsx")
    assert 'paperSize="8"' in xml and 'orientation="landscape"' in xml and 'fitToHeight="0"' in xml


def test_the_unit_without_projects_sends_a_nil_report(filled_inbox, tmp_path):
    plan, county, _ = filled_inbox
    rows = rows_of(monthly_form(county, plan, "2022-11", county.nil_unit), tmp_path)
    assert rows[5][0].startswith("零报告")


def test_the_list_states_its_version_and_its_changes(filled_inbox, tmp_path):
    plan, county, _ = filled_inbox
    first, second = (rows_of(project_list(county, plan, version), tmp_path) for version in county.lists)
    assert "版本：第1版" in first[1] and "生效日期：2022年12月1日" in second[1]
    kinds = Counter(cell for row in second for cell in row if cell in ("移交", "改名", "终止", "调入", "调出"))
    assert kinds == {"移交": 2, "改名": 1, "终止": 1, "调入": 1}


def test_a_stated_sender_is_written_into_the_arrivals_sheet(filled_inbox, tmp_path):
    plan, county, _ = filled_inbox
    form = replace(monthly_form(county, plan, "2022-11", county.units[0]), sender=plan.unit(county.units[1]).name)
    *_, register = deliver([form], tmp_path)
    assert register == tmp_path / plan.id / "收件登记.xlsx"
    heading, row = CalamineWorkbook.from_path(str(register)).get_sheet_by_index(0).to_python()
    assert heading == ["文件名", "收到时间", "报送单位"]
    assert row == [form.file_name, f"{form.received_at:%Y-%m-%d %H:%M}", form.sender]


def test_no_form_names_a_person_or_a_telephone_number(filled_inbox):
    _, _, inbox = filled_inbox
    for path in inbox.rglob("*.xlsx"):
        cells = [str(c) for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python() for c in row]
        assert not any(re.fullmatch(r"1[3-9]\d{9}|0\d{2,3}-\d{7,8}", cell) for cell in cells)
        signatures = [cell for cell in cells if cell.startswith("填表人")]
        assert all("岗" in cell for cell in signatures)
