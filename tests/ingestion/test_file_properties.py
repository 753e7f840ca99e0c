"""Who last saved a file: told apart, never named."""

import hashlib

import pytest
import xlsxwriter

from ingestion.file_properties import editor_digest


def saved_by(path, name):
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"author": name})
    book.add_worksheet().write(0, 0, "x")
    book.close()
    return path


def test_a_person_becomes_twelve_digits_that_do_not_name_him(tmp_path):
    digest = editor_digest(saved_by(tmp_path / "a.xlsx", "甲某"))
    assert digest == hashlib.sha256("甲某".encode()).hexdigest()[:12]


def test_blanks_and_width_make_no_other_person(tmp_path):
    one, other = (saved_by(tmp_path / f"{n}.xlsx", name) for n, name in enumerate(("Ｌi Si", "Li  Si")))
    assert editor_digest(one) == editor_digest(other) != editor_digest(saved_by(tmp_path / "c.xlsx", "Li Wu"))


@pytest.mark.parametrize("name", ["", "Administrator", "windows 用户", "WPS Office"])
def test_a_program_is_nobody(tmp_path, name):
    assert editor_digest(saved_by(tmp_path / "a.xlsx", name)) is None


def test_a_file_that_is_no_workbook_says_nothing(tmp_path):
    path = tmp_path / "a.xlsx"
    for content in (b"", b"PK\x03\x04 cut", b"\xd0\xcf\x11\xe0"):
        path.write_bytes(content)
        assert editor_digest(path) is None
