"""The archive keeps every file once, under what its bytes are."""

import hashlib
import os

import pytest

from ingestion import archive


def test_a_file_is_kept_under_its_sha256_with_its_suffix(tmp_path):
    original = tmp_path / "住建局.XLSX"
    original.write_bytes(b"figures")
    sha256 = archive.store(tmp_path / "archive", original)
    assert sha256 == hashlib.sha256(b"figures").hexdigest()
    place = archive.locate(tmp_path / "archive", sha256)
    assert place == tmp_path / "archive" / sha256[:2] / f"{sha256}.xlsx"
    assert place.read_bytes() == b"figures"
    assert original.exists()


def test_the_same_bytes_are_kept_once_and_never_written_again(tmp_path):
    one, two = tmp_path / "a.xlsx", tmp_path / "b.xls"
    one.write_bytes(b"figures")
    two.write_bytes(b"figures")
    sha256 = archive.store(tmp_path / "archive", one)
    place = archive.locate(tmp_path / "archive", sha256)
    os.utime(place, (1, 1))
    assert archive.store(tmp_path / "archive", two) == sha256
    assert archive.locate(tmp_path / "archive", sha256) == place
    assert place.stat().st_mtime == 1
    assert not place.stat().st_mode & 0o222


def test_a_copy_that_fails_leaves_nothing_behind(tmp_path):
    with pytest.raises(FileNotFoundError):
        archive.store(tmp_path / "archive", tmp_path / "absent.xlsx")
    assert list((tmp_path / "archive").iterdir()) == []


def test_a_file_that_was_never_kept_is_named_in_the_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="abcd"):
        archive.locate(tmp_path, "abcd")
