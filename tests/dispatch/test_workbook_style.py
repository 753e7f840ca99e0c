"""How workbooks that go out look and protect themselves."""

from decimal import Decimal
from zipfile import ZipFile

import openpyxl

from dispatch.cell_values import Formula, Percent, Points
from dispatch.workbook import Book
from dispatch.workbook_style import Column, Heading, display_width, header_blocks
from ingestion.plain_text import csv_text

HEADING = Heading(
    "某县重点项目清单（2022年11月）", "截至日期：2022-11-28　名单版本：第1版　口径：采用口径", "单位：万元"
)
COLUMNS = [Column("项目名称"), Column("投资/本月", "amount"), Column("投资/累计", "amount"), Column("完成率", "rate")]


def written(tmp_path, *rows):
    with Book(tmp_path / "out.xlsx", "list", "huozhou-2022", "2022-11") as book:
        sheet = book.sheet("清单", HEADING, COLUMNS, frozen=1)
        for row in rows:
            sheet.write(row)
    return tmp_path / "out.xlsx"


def test_groups_are_merged_across_and_single_heads_down():
    blocks = header_blocks(["序号", "投资/本年/本月", "投资/本年/累计", "投资/总计"])
    assert (0, 0, 2, 0, "序号") in blocks
    assert (0, 1, 0, 3, "投资") in blocks
    assert (1, 1, 1, 2, "本年") in blocks
    assert (1, 3, 2, 3, "总计") in blocks


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    dangerous = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "\r=1"]
    path = written(tmp_path, *([text, None, None, None] for text in dangerous))
    sheet = openpyxl.load_workbook(path)["清单"]
    cells = [sheet.cell(row, 1) for row in range(5, 5 + len(dangerous))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    assert b"<f>" not in ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_csv_text_is_guarded_and_stands_on_one_line():
    assert [csv_text(text) for text in ("=1+1", "-5", "@a", "+1", "正常")] == ["'=1+1", "'-5", "'@a", "'+1", "正常"]
    assert csv_text("一\n二\r三") == "一 二 三"


def test_every_sheet_states_date_list_and_account_and_its_unit_at_the_right(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path, ["甲", 1, 2, None]))["清单"]
    assert sheet["A1"].value == HEADING.title
    assert all(word in sheet["A2"].value for word in ("截至日期", "名单版本", "口径"))
    assert sheet["C2"].value == "单位：万元"
    assert "C2:D2" in {str(merged) for merged in sheet.merged_cells.ranges}


def test_a_page_is_landscape_numbered_and_repeats_its_header(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path, ["甲", 1, 2, None]))["清单"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 8
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "B5"


def test_fonts_are_those_of_the_bureau(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path, ["甲", 1, 2, None]))["清单"]
    fonts = [(sheet[cell].font.name, sheet[cell].font.sz) for cell in ("A1", "A3", "A5")]
    assert fonts == [("方正小标宋简体", 22), ("黑体", 11), ("宋体", 10)]


def test_numbers_are_never_wider_than_their_column(tmp_path):
    amount = Decimal("123456789012.34")
    sheet = openpyxl.load_workbook(written(tmp_path, ["甲", amount, Decimal("1.23456"), Decimal("0.5")]))["清单"]
    assert sheet.column_dimensions["B"].width > display_width(f"{amount:,.2f}")
    assert sheet["C5"].number_format == "#,##0.00000"


def test_a_narrow_table_is_stretched_to_hold_its_title(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path, ["甲", 1, 2, None]))["清单"]
    widths = [dimension.width * (dimension.max - dimension.min + 1) for dimension in sheet.column_dimensions.values()]
    assert sum(widths) >= display_width(HEADING.title) * 2.2


def test_a_formula_carries_its_value(tmp_path):
    path = written(
        tmp_path, ["甲", Decimal("1.1"), Decimal("2.2"), None], ["合计", Formula("=B5", Decimal("1.1")), 0, None]
    )
    assert openpyxl.load_workbook(path)["清单"]["B6"].value == "=B5"
    assert openpyxl.load_workbook(path, data_only=True)["清单"]["B6"].value == 1.1


def test_a_rate_that_rounds_to_its_target_but_misses_it_shows_one_more_decimal(tmp_path):
    below, met = Percent(Decimal("0.8498"), Decimal("0.85")), Percent(Decimal("0.85"), Decimal("0.85"))
    assert (below.text, below.number_format) == ("84.98%", "0.00%")
    assert (met.text, met.number_format) == ("85.0%", "0.0%")
    assert Points(Decimal("-0.0002")).text == "-0.02"


def test_the_tags_are_hidden_from_people_and_tell_what_the_file_is(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path))
    assert book["_diaodu"].sheet_state == "veryHidden"
    tags = {row[0].value: row[1].value for row in book["_diaodu"].iter_rows()}
    assert tags == {"kind": "list", "plan": "huozhou-2022", "period": "2022-11", "unit": ""}


def test_the_same_content_gives_the_same_bytes(tmp_path):
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    first, second = (written(tmp_path / name, ["甲", 1, 2, None]).read_bytes() for name in "ab")
    assert first == second
