"""Old binary workbooks (.xls) made by hand: just enough of BIFF8 in an OLE container for a form.

Belongs here: the records a form needs (text, number, error, merged cells), from the same sheets as workbooks.py.
Does not belong here: formulas, styles beyond a number format.
"""

import datetime
from pathlib import Path
from struct import pack

from workbooks import SheetOf, write_sheet

_SECTOR = 512
_FORMATS = ["General", "yyyy-mm-dd", "0.00%", "0.00"]
_FORMAT_KEYS = {"General": 0, "yyyy-mm-dd": 14, "0.00%": 10, "0.00": 2}
_ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}


class _Page:
    """Takes the calls a test workbook makes on an XlsxWriter worksheet, as BIFF records."""

    def __init__(self) -> None:
        self.records: list[bytes] = []
        self.merges: list[tuple[int, int, int, int]] = []

    def write_string(self, row: int, column: int, text: str) -> None:
        body = pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le")
        self.records.append(_record(0x0204, body))

    def write_number(self, row: int, column: int, value: float, number_format: str = "General") -> None:
        self.records.append(_record(0x0203, pack("<HHHd", row, column, _FORMATS.index(number_format), value)))

    def write_datetime(self, row: int, column: int, day: datetime.date) -> None:
        self.write_number(row, column, (day - datetime.date(1899, 12, 30)).days, "yyyy-mm-dd")

    def write_formula(self, row: int, column: int, _text: str, _style: None, value: object) -> None:
        self.records.append(_record(0x0205, pack("<HHHBB", row, column, 0, _ERRORS[value], 1)))

    def write(self, row: int, column: int, value: object) -> None:
        (self.write_string if isinstance(value, str) else self.write_number)(row, column, value)

    def merge_range(self, top: int, left: int, bottom: int, right: int, value: object) -> None:
        self.write(top, left, value)
        self.merges.append((top, bottom, left, right))

    def stream(self) -> bytes:
        merged = pack("<H", len(self.merges)) + b"".join(pack("<HHHH", *merge) for merge in self.merges)
        return _begin(0x0010) + b"".join(self.records) + _record(0x00E5, merged) + _record(0x000A, b"")


class _Book:
    @staticmethod
    def add_format(style: dict[str, str]) -> str:
        return style["num_format"]


def write_xls(path: Path, *sheets: SheetOf) -> Path:
    """Write the sheets as an old binary workbook."""
    streams = []
    for sheet in sheets:
        page = _Page()
        write_sheet(_Book, page, sheet)
        streams.append(page.stream())
    formats = [
        pack("<HHHBBBBIiH", 0, _FORMAT_KEYS[code], 1 if place else 0xFFF5, *[0] * 7)
        for place, code in enumerate(_FORMATS)
    ]
    font = pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 1, 0) + b"A"
    head = _begin(0x0005) + _record(0x0042, pack("<H", 1200)) + _record(0x0031, font) * 5
    head += b"".join(_record(0x00E0, body) for body in formats)
    names = [pack("<BB", len(sheet.name), 1) + sheet.name.encode("utf-16-le") for sheet in sheets]
    offset = len(head) + sum(len(name) + 10 for name in names) + 4
    for sheet, name, stream in zip(sheets, names, streams, strict=True):
        head += _record(0x0085, pack("<IBB", offset, int(sheet.is_hidden), 0) + name)
        offset += len(stream)
    path.write_bytes(_container(head + _record(0x000A, b"") + b"".join(streams)))
    return path


def _record(kind: int, body: bytes) -> bytes:
    return pack("<HH", kind, len(body)) + body


def _begin(kind: int) -> bytes:
    return _record(0x0809, pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _container(stream: bytes) -> bytes:
    """An OLE file of one stream named Workbook: allocation table, directory, stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(stream) // _SECTOR
    chain = [-3, -2, *range(3, count + 2), -2]
    table = pack(f"<{_SECTOR // 4}i", *chain, *[-1] * (_SECTOR // 4 - len(chain)))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += pack("<iiiiiiii", 1, 1, 0, 4096, -2, 0, -2, 0) + pack("<109i", 0, *[-1] * 108)
    entries = _entry("Root Entry", 5, 1, -2, 0) + _entry("Workbook", 2, -1, 2, len(stream)) + bytes(256)
    return header + table + entries + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + pack("<HBBiii", len(text) + 2, kind, 1, -1, -1, child)
        + bytes(36)
        + pack("<iII", start, size, 0)
    )
