"""Parts of hostile workbooks: zips with changed parts, OLE containers, cells written as XML.

Belongs here: what several kinds of hostile file are put together from.
Does not belong here: the kinds themselves (hostile.py).
"""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from biff import _container, _record, write_xls
from workbooks import monthly, project, write

UNIT = "农业农村局"
LINES = [
    ["霍州市2022年省市重点项目月调度表（2022年11月）"],
    [f"填报单位：{UNIT}", *[""] * 8, "单位：万元"],
]
OWN = {
    "project_code": "2201-141082-04-01-100003",
    "project_name": "高标准农田建设",
    "level_code": "省重点",
    "category_code": "产业",
}


def row(**changes: object) -> dict[str, object]:
    """The unit's one project."""
    return project(1, **(OWN | changes))


def form(path: Path, *rows: dict, **changes: object) -> Path:
    """The unit's form in order, as .xlsx."""
    return write(path, monthly(*(rows or (row(),)), lines=LINES, **changes))


def old_form(path: Path) -> Path:
    """The unit's form in order, as BIFF8."""
    return write_xls(path, monthly(row(), lines=LINES))


def with_parts(path: Path, changed: Callable[[str, bytes], bytes], added: dict[str, bytes] | None = None) -> Path:
    """The zip with its parts changed one by one and others added."""
    with zipfile.ZipFile(path) as source:
        parts = {name: changed(name, source.read(name)) for name in source.namelist()} | (added or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return path


def in_sheet(path: Path, old: bytes, new: bytes) -> Path:
    """The workbook with something (a pattern) in its first sheet's XML replaced."""

    def change(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        changed, count = re.subn(old, lambda _: new, data, count=1)
        assert count, old
        return changed

    return with_parts(path, change)


def below(path: Path, xml: bytes) -> Path:
    """The workbook with rows added under the last one of its first sheet."""
    return in_sheet(path, b"</sheetData>", xml + b"</sheetData>")


def understated(path: Path, part: str, size: int) -> Path:
    """The zip whose directory says that a part is no larger than ``size``, whatever comes out of it."""
    data = bytearray(path.read_bytes())
    for mark, said, name in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            if data[at + name : at + name + len(part)] == part.encode():
                data[at + said : at + said + 4] = size.to_bytes(4, "little")
    path.write_bytes(bytes(data))
    return path


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE container of two or more streams, laid out as spreadsheets lay theirs."""
    sector, first = 512, 2
    padded = {name: data.ljust(max(4096, -(-len(data) // sector) * sector), b"\0") for name, data in streams.items()}
    chain, starts = [-3, -2], {}
    for name, data in padded.items():
        starts[name], count = first, len(data) // sector
        chain += [*range(first + 1, first + count), -2]
        first += count
    table = b"".join(number.to_bytes(4, "little", signed=True) for number in chain).ljust(sector, b"\xff")
    head = bytearray(_container(b"")[:sector])
    names = list(padded)
    entries = _entry("Root Entry", 5, 1, -1, -2, 0)
    for number, name in enumerate(names, start=1):
        right = number + 1 if number < len(names) else -1
        entries += _entry(name, 2, -1, right, starts[name], len(streams[name]))
    return bytes(head) + table + entries.ljust(sector, b"\0") + b"".join(padded.values())


def _entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    links = b"".join(number.to_bytes(4, "little", signed=True) for number in (-1, right, child))
    place = start.to_bytes(4, "little", signed=True) + size.to_bytes(4, "little") + bytes(4)
    return text.ljust(64, b"\0") + (len(text) + 2).to_bytes(2, "little") + bytes([kind, 1]) + links + bytes(36) + place


def with_old_password(path: Path) -> Path:
    """A BIFF8 workbook that says it is encrypted from its second record on."""
    plain = old_form(path).read_bytes()
    stream = plain[512 * 3 :]
    begin = 4 + int.from_bytes(stream[2:4], "little")
    locked = stream[:begin] + _record(0x002F, b"\1\0\1\0\1\0" + bytes(range(48))) + stream[begin:]
    path.write_bytes(_container(locked))
    return path


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip of the parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()
