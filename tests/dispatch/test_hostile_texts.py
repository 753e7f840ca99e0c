"""What departments wrote goes out as text: no formula, no link, no mark that acts, no way out of a folder."""

import csv
import re
import zipfile

import duckdb
import openpyxl
import pytest
from rich.console import Console
from small_month import PERIOD, PLAN

from dispatch import lists, merged, overview, receipts, status
from dispatch.cell_values import appearance
from dispatch.publishing import publish
from ingestion import lake
from ingestion.plain_text import FORMULA_STARTS, csv_text, file_name, sheet_name, visible
from orchestration.console import PlainConsole

WRITTEN = ("project_name", "owner_name", "problem_text", "explanation_text", "image_text", "label", "unit_name",
           "file_name", "sheet", "message_zh", "remedy_zh", "found", "expected", "difference", "recognised_by",
           "group_path", "list_version", "population_name", "benchmark_name", "stated_unit", "source_zh")  # fmt: skip
OURS = re.compile(r'=[A-Z]*\(?[$A-Z0-9:,+]*("\w*",)?[$A-Z0-9:]*\)?')  # sums of cells, all of them or those of a word
ACTS = 'HYPERLINK("http://example.invalid","点")\x1b[2J\x1b]0;x\x07\u202e\x00\ufffe../[/red]'


def hostile(start: str) -> str:
    return f"{start}{ACTS}"


def spoil(ws, text: str) -> None:
    """Every text of the small month that comes from outside, in lake and warehouse, begins with ``text``."""
    for table, layout in lake.TABLES.items():
        rows = lake.read(ws.lake, table, PLAN, PERIOD)
        names = [name for name in WRITTEN if name in layout.schema.names]
        changed = [row | {name: text + row[name] for name in names if row[name] is not None} for row in rows]
        if table == "findings":
            changed = [row | {"cells": ";".join(text + cell for cell in row["cells"].split(";"))} for row in changed]
        if rows:
            lake.write(ws.lake, table, PLAN, PERIOD, changed)
    with duckdb.connect(str(ws.warehouse)) as connection:
        found = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where data_type = 'VARCHAR'"
        ).fetchall()
        for schema, table, column in found:
            if column in WRITTEN and schema in ("marts", "reports"):
                connection.execute(f"update {schema}.{table} set {column} = ? || {column}", [text])


@pytest.fixture(params=["=", "@", "\r", "＋"], ids=repr)
def spoilt(request, ws):
    spoil(ws, hostile(request.param))
    publish(ws)
    return ws, hostile(request.param)


def test_every_workbook_that_goes_out_holds_only_text_and_our_own_sums(spoilt):
    ws, _ = spoilt
    merged.write(ws, PLAN, PERIOD), lists.write(ws, PLAN, PERIOD), receipts.write(ws, PLAN, PERIOD)
    books = sorted(ws.outbox.rglob("*.xlsx"))
    assert len(books) >= 8
    for path in books:
        seen = 0
        for sheet in openpyxl.load_workbook(path).worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
                if cell.data_type == "f":
                    assert OURS.fullmatch(cell.value), (path.name, cell.coordinate, cell.value)
                elif isinstance(cell.value, str):
                    assert visible(cell.value, lines=True) == cell.value
                    seen += "HYPERLINK" in cell.value
                assert cell.hyperlink is None or cell.hyperlink.target is None
        assert seen, path.name
        with zipfile.ZipFile(path) as parts:
            assert not [name for name in parts.namelist() if "externalLinks" in name]
            assert not [name for name in parts.namelist() if b"External" in parts.read(name) and ".rels" in name]


def test_the_csv_that_goes_out_begins_no_cell_like_a_formula(spoilt):
    ws, _ = spoilt
    path = next(path for path in lists.write(ws, PLAN, PERIOD) if path.suffix == ".csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in list(csv.reader(file))[1:] for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.strip(" \u3000").startswith(FORMULA_STARTS)]
    assert all(visible(cell) == cell for cell in cells)


def test_the_messages_to_paste_and_the_terminal_show_what_would_act(spoilt):
    ws, _ = spoilt
    console = PlainConsole(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    for renderable in (status.render(ws, PLAN, PERIOD), overview.render(ws, PLAN, PERIOD)):
        console.print(renderable, soft_wrap=True)
    shown = console.export_text()
    assert "HYPERLINK" in shown and "[/red]" in shown
    assert not {char for char in shown if visible(char, lines=True) != char}
    assert isinstance(console, Console)


def test_lake_and_release_keep_the_text_as_it_was_written(spoilt):
    ws, text = spoilt
    rows = lake.read(ws.lake, "rows_monthly_dispatch", PLAN, PERIOD)
    assert {row["project_name"][: len(text)] for row in rows if row["project_name"]} == {text}
    with duckdb.connect(str(ws.published / "current" / "diaodu.duckdb"), read_only=True) as connection:
        [(name,)] = connection.execute("select project_name from reports.rpt_behind_schedule").fetchall()
    parquet = ws.published / "current" / "reports" / "rpt_behind_schedule.parquet"
    assert name.startswith(text)
    assert duckdb.sql(f"select project_name from '{parquet}'").fetchall() == [(name,)]


@pytest.mark.parametrize("unit", ["../../../出去", "a/b\\c", "CON", "长" * 200, "\x1b[2J", ".", "  ", "=1+1"])
def test_the_name_of_a_unit_never_leads_a_receipt_out_of_its_folder(ws, unit):
    rows = lake.read(ws.lake, "units", PLAN, PERIOD)
    lake.write(ws.lake, "units", PLAN, PERIOD, [row | {"unit_name": unit} for row in rows])
    before = {path for path in ws.root.parent.rglob("*") if not path.is_relative_to(ws.outbox)}
    written = receipts.write(ws, PLAN, PERIOD)
    assert len(set(written)) == len(written) == 3
    assert {path.parent for path in written} == {ws.outbox / PLAN / PERIOD / "回执"}
    assert all(path.is_file() and len(path.name.encode()) <= 255 for path in written)
    assert {path for path in ws.root.parent.rglob("*") if not path.is_relative_to(ws.outbox)} == before


@pytest.mark.parametrize("name", ["", "..", "/", "../x", "a/../../b", "nul.txt", "\u202ex", "名" * 300, "com1 .xlsx"])
def test_a_file_name_is_one_name_of_its_own_folder(tmp_path, name):
    made = file_name(name)
    (tmp_path / made).write_text("")
    assert [path.name for path in tmp_path.iterdir()] == [made] and len(made.encode()) <= 200
    assert file_name(made) == made


def test_two_long_names_stay_two():
    assert file_name("名" * 300 + "甲.xlsx") != file_name("名" * 300 + "乙.xlsx")
    assert file_name("名" * 300 + "甲.xlsx").endswith(".xlsx")


def test_a_sheet_name_is_one_a_spreadsheet_takes():
    assert [sheet_name(name) for name in ("a/b[c]", "'引'", "", "长" * 40)] == ["a_b_c_", "引", "_", "长" * 31]


def test_every_sign_that_begins_a_formula_is_guarded():
    assert [csv_text(f"{start}1") for start in "=+-@＝＋－＠"] == [f"'{start}1" for start in "=+-@＝＋－＠"]
    assert csv_text("\t=1") == "' =1" and csv_text("　=1") == "'　=1"
    assert all(appearance("text", f"{start}1")[1]["quote_prefix"] for start in FORMULA_STARTS)
