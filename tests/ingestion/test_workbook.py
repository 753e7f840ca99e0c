"""Opening files: what is turned away and with which word, and what calamine alone would not say."""

import io
import os
import random
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import Formula, Shown, monthly, project, write

from ingestion.reading import read_workbook
from ingestion.settings import Limits
from ingestion.workbook import OLE, Unreadable, column_letter, open_sheets


@pytest.fixture
def book(tmp_path):
    """A workbook in order."""
    return write(tmp_path / "book.xlsx", monthly(project(1), project(2)))


def refused(path, limits=None):
    """The code with which the file is turned away, by opening and by reading alike."""
    with pytest.raises(Unreadable) as error:
        open_sheets(path, limits)
    reading = read_workbook(path, limits=limits)
    assert reading.unreadable == error.value.code
    assert reading.unreadable_zh and "{" not in reading.unreadable_zh
    return error.value.code


def rezipped(path, change):
    """The workbook with parts changed: ``change`` maps part name and bytes to bytes."""
    with zipfile.ZipFile(path) as source:
        parts = {name: change(name, source.read(name)) for name in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "truncated"),
        (b"a,b,c\n1,2,3\n", "not_a_workbook"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_workbook"),
        (b"%PDF-1.7", "not_a_workbook"),
        (b"PK\x03\x04 cut off", "truncated"),
        (OLE + b"\0" * 2000, "damaged"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_a_file_is_told_by_its_first_bytes_not_by_its_suffix(tmp_path, content, code):
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    assert refused(path) == code


def test_a_workbook_under_another_suffix_is_read(book):
    assert read_workbook(book.rename(book.with_suffix(".xls"))).unreadable is None


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "form.xlsx"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("word/document.xml", "<w/>")
    assert refused(path) == "not_a_workbook"


def test_an_absent_file_and_a_folder_are_refused_without_an_exception(tmp_path):
    assert refused(tmp_path / "absent.xlsx") == "not_a_workbook"
    assert refused(tmp_path) == "not_a_workbook"


def test_a_half_copied_workbook_is_truncated(book):
    book.write_bytes(book.read_bytes()[:-400])
    assert refused(book) == "truncated"


def test_a_file_over_the_limit_is_too_large(book):
    assert refused(book, Limits(file_bytes=1000)) == "too_large"


def test_a_bomb_is_told_by_the_directory_of_the_zip(book):
    assert refused(book, Limits(inflated_bytes=10_000)) == "zip_bomb"
    assert refused(book, Limits(zip_entries=3)) == "zip_bomb"
    rezipped(book, lambda name, data: data + b" " * 20_000_000 if "sheet1" in name else data)
    assert refused(book) == "zip_bomb"


def test_a_sheet_of_four_cells_as_wide_as_excel_does_not_take_a_gigabyte(book):
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c><c r="XFD%d"><v>1</v></c></row>' % (n, n, n)
        for n in range(100, 40_000, 150)
    )
    rezipped(
        book, lambda name, data: data.replace(b"</sheetData>", rows + b"</sheetData>") if "sheet1" in name else data
    )
    assert refused(book) == "too_large"


def test_a_zip_entry_with_a_password_is_encrypted(book):
    data = bytearray(book.read_bytes())
    for at in range(len(data) - 4):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1
    book.write_bytes(bytes(data))
    assert refused(book) == "encrypted"


def test_a_workbook_with_every_sheet_hidden_has_no_sheet(book):
    rezipped(book, lambda name, data: data.replace(b"<sheet ", b'<sheet state="hidden" '))
    reading = read_workbook(book)
    assert reading.unreadable == "no_sheet"
    assert reading.unreadable_zh


def test_errors_and_uncalculated_formulas_are_told_from_blanks(tmp_path):
    row = project(1, total_investment_wan=Formula("=1/0", "#DIV/0!"), annual_plan_wan=Formula("=A1&B1", ""))
    (sheet,) = open_sheets(write(tmp_path / "book.xlsx", monthly(row)))
    assert sheet.cell(5, 10).kind == "error"
    assert sheet.cell(5, 10).value == "#DIV/0!"
    assert sheet.cell(5, 12).kind == "valueless"
    assert sheet.valueless == {(5, 12): "=A1&B1"}
    assert [sheet.cell(5, column).kind for column in (0, 2, 29)] == ["number", "text", "blank"]
    assert sheet.cell(999, 999).kind == "blank"


def test_a_formula_that_gives_no_text_has_a_value(book):
    def change(name, data):
        blank = b'<row r="60"><c r="A60" t="str"><f>IF(1,"")</f><v></v></c><c r="B60"><f>A1</f></c></row></sheetData>'
        return data.replace(b"</sheetData>", blank) if "sheet1" in name else data

    (sheet,) = open_sheets(rezipped(book, change))
    assert sheet.valueless == {(59, 1): "=A1"}
    assert [sheet.cell(59, column).is_formula for column in (0, 1, 2)] == [True, True, False]
    assert not sheet.cell(5, 0).is_formula


def test_workbooks_written_by_openpyxl_have_formulas_nobody_calculated(tmp_path):
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    book.active["C3"] = "=SUM(A1:A2)"
    book.save(path)
    (sheet,) = open_sheets(path)
    assert sheet.valueless == {(2, 2): "=SUM(A1:A2)"}


def test_element_prefixes_change_nothing(book):
    def prefixed(name, data):
        if not name.endswith("sheet1.xml"):
            return data
        text = data.decode().replace("xmlns=", "xmlns:x=")
        for tag in ("worksheet", "sheetData", "row", "c", "v", "f", "mergeCells", "mergeCell"):
            text = (
                text.replace(f"<{tag} ", f"<x:{tag} ")
                .replace(f"<{tag}>", f"<x:{tag}>")
                .replace(f"</{tag}>", f"</x:{tag}>")
            )
        return text.replace(
            "</x:sheetData>",
            '<x:row r="90"><x:c r="B90" t="e"><x:f>NA()</x:f><x:v>#N/A</x:v></x:c></x:row></x:sheetData>',
        ).encode()

    (sheet,) = open_sheets(rezipped(book, prefixed))
    assert sheet.errors == {(89, 1): "#N/A"}


def test_cells_without_an_address_count_from_the_beginning_of_their_row(book):
    def change(name, data):
        bare = b'<row r="60"><c><v>1</v></c><c t="e"><v>#REF!</v></c></row></sheetData>'
        return data.replace(b"</sheetData>", bare) if "sheet1" in name else data

    (sheet,) = open_sheets(rezipped(book, change))
    assert sheet.errors == {(59, 1): "#REF!"}


def test_a_number_format_is_looked_up_on_demand(tmp_path):
    row = project(1, total_investment_wan=Shown(1, '0.0"万元"'), annual_plan_wan=Shown(0.5, "0.00%"))
    (sheet,) = open_sheets(write(tmp_path / "book.xlsx", monthly(row)))
    assert sheet.number_format(5, 10) == '0.0"万元"'
    assert sheet.number_format(5, 12) == "0.00%"
    assert sheet.number_format(5, 13) == ""
    assert sheet.number_format(500, 500) == ""


def test_columns_have_letters():
    assert [column_letter(column) for column in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), damage=st.integers(1, 200))
def test_no_damage_to_a_workbook_makes_reading_raise(tmp_path_factory, seed, damage):
    path = _damaged_base(tmp_path_factory)
    chance, data = random.Random(seed), bytearray(path.read_bytes())
    for _ in range(damage):
        data[chance.randrange(len(data))] = chance.randrange(256)
    target = path.with_name(f"damaged-{os.getpid()}.xlsx")
    target.write_bytes(bytes(data))
    assert read_workbook(target).unreadable != ""


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), damage=st.integers(1, 30))
def test_no_damage_to_the_xml_of_a_sheet_makes_reading_raise(tmp_path_factory, seed, damage):
    path = _damaged_base(tmp_path_factory)
    chance = random.Random(seed)
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = bytearray(source.read(name))
            for _ in range(damage if "sheet1" in name or "workbook" in name or "Strings" in name else 0):
                data[chance.randrange(len(data))] = chance.choice(b"<>/\"=0123456789AZrcvtse' ")
            target.writestr(name, bytes(data))
    spoilt = path.with_name(f"spoilt-{os.getpid()}.xlsx")
    spoilt.write_bytes(out.getvalue())
    assert read_workbook(spoilt).unreadable != ""


_BASE = []


def _damaged_base(factory):
    if not _BASE:
        _BASE.append(write(factory.mktemp("damage") / "base.xlsx", monthly(project(1), project(2))))
    return _BASE[0]
