"""The annex workbook: every number is cited where it stands, charts are native, amounts are in 万元."""

import zipfile
from decimal import Decimal

import duckdb
import openpyxl
import pytest
from paper_month import paper_month
from small_month import PERIOD, PLAN

from dispatch import annex, citations
from dispatch.addresses import metric, parse
from dispatch.annex_tables import Number

SCALES = {"percent": 100, "points": 100}
NO_FIGURE = ("序号",)


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    return paper_month(tmp_path_factory.mktemp("annex-month") / "workspace")


@pytest.fixture(scope="module")
def paths(ws):
    return annex.write(ws, PLAN, PERIOD)


@pytest.fixture(scope="module")
def book(paths):
    return openpyxl.load_workbook(paths[0])


@pytest.fixture(scope="module")
def cited(paths):
    return citations.load(paths[1]).citations


def heads_of(sheet) -> tuple[int, dict[int, str]]:
    """The row of the header and its headings by column."""
    pane = int(sheet.freeze_panes.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return pane - 1, {cell.column: cell.value for cell in sheet[pane - 1]}


def shown_in(cell) -> str:
    """A number as its format shows it."""
    places = len(cell.number_format.split(";")[0].rstrip("%").partition(".")[2])
    if cell.number_format.endswith("%"):
        return f"{Decimal(str(cell.value)) * 100:.{places}f}%"
    signed = "+" if cell.number_format.startswith("+") and cell.value else ""
    return f"{Decimal(str(cell.value)):{signed},.{places}f}"


def test_a_month_has_its_annexes_in_their_order(book):
    named = [name for name in book.sheetnames if not name.startswith("_")]
    assert named == [
        "附件1 总表", "附件1 目标完成", "附件2 分单位排名", "附件3 未开复工项目清单", "附件5 问题台账",
        "附件6 数据质量清单", "附件6 质量明细",
    ]  # fmt: skip  # no week has been judged: there is no 附件4


def test_every_number_of_a_table_is_cited_and_nothing_else_is(book, cited):
    numbers = set()
    for sheet in book.worksheets:
        if sheet.title.startswith("_"):
            continue
        header, heads = heads_of(sheet)
        numbers |= {
            f"{sheet.title}!{cell.coordinate}"
            for row in sheet.iter_rows(min_row=header + 1)
            for cell in row
            if isinstance(cell.value, (int, float)) and heads[cell.column] not in NO_FIGURE
        }
    assert numbers
    assert {one.place for one in cited} == numbers
    assert len(cited) == len(numbers)


def test_a_cell_holds_and_shows_what_its_address_gives(ws, book, cited):
    with duckdb.connect(str(ws.warehouse), read_only=True) as connection:
        for one in cited:
            [(value,)] = connection.execute(*parse(one.address).query()).fetchall()
            sheet, _, place = one.place.rpartition("!")
            cell = book[sheet][place]
            held = Decimal(value) * (100 if one.unit == "points" else 1)
            assert Decimal(str(cell.value)) == pytest.approx(held), one
            assert shown_in(cell) == one.shown, one


def test_the_ranking_tells_who_reached_the_target_in_wan(book):
    sheet = book["附件2 分单位排名"]
    header, heads = heads_of(sheet)
    assert "单位：万元" in [cell.value for row in sheet.iter_rows(max_row=header) for cell in row]
    lines = [
        dict(zip(heads.values(), row, strict=True))
        for row in sheet.iter_rows(min_row=header + 1, max_row=header + 4, values_only=True)
    ]
    assert [(line["名次"], line["责任单位"], line["目标"]) for line in lines] == [
        (1, "水利局＊", "达到"), (2, "住建局", "达到"), (3, "农业农村局", "达到"), (4, "能源局", "未达到"),
    ]  # fmt: skip
    assert lines[3]["自年初累计完成（上报）"] - lines[3]["自年初累计完成"] == 1000


def test_a_rate_does_not_seem_to_reach_the_target_it_misses():
    address = metric(PLAN, PERIOD, "all", "overall", "overall", "annual_completion_rate")
    number = Number(address, "rate", against=Decimal("0.87"))
    assert (number.places_of(Decimal("0.8696")), number.places_of(Decimal("0.8704"))) == (2, 1)


def test_an_unstarted_project_stands_with_its_days(book):
    sheet = book["附件3 未开复工项目清单"]
    header, heads = heads_of(sheet)
    [row] = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=header + 1)]
    told = dict(zip(heads.values(), row, strict=True))
    assert (told["项目名称"], told["超过计划开工天数"]) == ("项目戊（水库除险）", 272)


def test_charts_are_native_and_drawn_from_the_cells(paths):
    with zipfile.ZipFile(paths[0]) as file:
        charts = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/charts/chart")]
    assert any("'附件2 分单位排名'!" in chart for chart in charts)
    assert all('<c:min val="0"/>' in chart for chart in charts)
