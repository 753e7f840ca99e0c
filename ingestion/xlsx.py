"""Xlsx: the sheets of a zipped workbook, values by calamine beside a scan of the sheet XML.

Belongs here: calamine, and what calamine blanks silently: error cells and formulas without a stored value; number
formats, looked up on demand.
Does not belong here: the zip and its limits (zipped), the old binary format (xls), the meaning of a cell (reading).
"""

import io
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape
from itertools import pairwise

import python_calamine as calamine

from ingestion.asides import LINKS, asides_of, hides
from ingestion.settings import Limits
from ingestion.workbook import Sheet, Unreadable, column_letter
from ingestion.zipped import Archive, open_archive, read_part, rezipped

_SHEET_ENTRY = re.compile(rb"<sheet\s[^>]*?\b\w+:id=[\"']([^\"']+)[\"']")
_RELATION = re.compile(rb"<Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_PREFIX = re.compile(rb"<(/?)\w+:")
_PREFIXED_ROOT = re.compile(rb"<\w+:(?:worksheet|workbook|Relationships|styleSheet)\b")
_NO_VALUE = rb"\s*(?:</c>|<v\s*/>|<v></v>)"
_VALUELESS_MARKS = (re.compile(rb"</f>" + _NO_VALUE), re.compile(rb"<f\b[^>]*/>" + _NO_VALUE))
_FORMULA = re.compile(rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>([^<]*)</f>)\s*(?:<v[^>]*>([^<]*)<)?")
_ERROR_MARK = re.compile(rb" t=[\"']e[\"']")
_ERROR_SIGNS = (b' t="e"', b" t='e'")  # finding none is ten times cheaper than searching the mark
_ERROR = re.compile(rb"<c\b([^>]*)>(?:<f\b(?:[^>]*/>|[^>]*>[^<]*</f>))?\s*<v[^>]*>([^<]*)<")
_ROW = re.compile(rb"<row\b[^>]*?\br=[\"'](\d+)[\"']")
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d+)[\"']")
_COLUMNS = re.compile(rb"\br=[\"']([A-Z]{1,3})\d")
_VALUE_MARKS = (b"<v>", b"<v ", b"<is>", b"<is ", b"<f>", b"<f ")
_MANY_BLANKS = 50_000  # bytes of rows without any value that are worth another zip
_BYTES_PER_CELL = 64  # calamine lays a sheet out densely: about 32 bytes there, as much again as Python objects


def sheets(data: bytes, limits: Limits) -> list[Sheet]:
    """All sheets in order; raises :class:`Unreadable`."""
    archive = open_archive(data, limits)
    parts = _sheet_parts(archive)
    whole = {part: _plain(read_part(archive, part)) for part in parts if part}
    cut = {part: _cut_below_gap(xml, limits) for part, xml in whole.items()}
    if shorter := {part: xml for part, (xml, _) in cut.items() if len(xml) < len(whole[part])}:
        data = rezipped(archive, shorter)
    for xml, _ in cut.values():
        _refuse_vast(xml, limits)
    book, formats = _opened(data), _Formats(archive)
    if len(parts) != len(book.sheets_metadata):
        raise Unreadable("damaged", "xl/workbook.xml")
    found = [_sheet(book, index, *cut.get(part, (b"", 0)), formats) for index, part in enumerate(parts)]
    for sheet, part in zip(found, parts, strict=True):
        xml = cut.get(part, (b"", 0))[0]
        sheet.carries = tuple(_carried(archive, xml))
        if "links" in sheet.carries or "hidden" in sheet.carries:
            sheet.asides = asides_of(xml, "links" in sheet.carries)
    return found


def _carried(archive: Archive, xml: bytes) -> Iterator[str]:
    """What a sheet or its workbook brings along that reading leaves alone and the receipt names."""
    if any(part.endswith("vbaProject.bin") for part in archive.entries):
        yield "macros"
    if any(part.startswith(LINKS) for part in archive.entries):
        yield "links"
    if b"DISPIMG(" in xml:
        yield "pictures"
    if hides(xml):
        yield "hidden"


def _plain(xml: bytes) -> bytes:
    """The XML without namespace prefixes before its element names: some writers put one before all (``<x:c``)."""
    return _PREFIX.sub(rb"<\1", xml) if _PREFIXED_ROOT.search(xml[:400]) else xml


def _sheet_parts(archive: Archive) -> list[str]:
    """The part of each sheet in workbook order; blank for a sheet without XML of its own (a chart)."""
    rels = "xl/_rels/workbook.xml.rels"
    relations = read_part(archive, rels) if rels in archive.entries else b""
    parts = _named_parts(read_part(archive, "xl/workbook.xml"), relations)
    return [part if part in archive.entries else "" for part in parts]


@lru_cache(maxsize=64)  # the same program writes the same two parts again and again
def _named_parts(workbook: bytes, relations: bytes) -> tuple[str, ...]:
    targets = {}
    for relation in _RELATION.findall(_plain(relations)):
        attributes = dict(_ATTRIBUTE.findall(relation))
        target = attributes.get(b"Target", b"").decode("utf-8", "replace")
        targets[attributes.get(b"Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return tuple(targets.get(key, "") for key in _SHEET_ENTRY.findall(_plain(workbook)))


def _opened(data: bytes) -> calamine.CalamineWorkbook:
    return _guarded(lambda: calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)))


def _guarded(call: Callable) -> object:
    """The call's result. A panic of calamine's is no ``Exception``: it must not pass as one of ours."""
    try:
        return call()
    except calamine.PasswordError as error:
        raise Unreadable("encrypted") from error
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError, Unreadable):
        raise
    except BaseException as error:
        raise Unreadable("damaged", type(error).__name__) from error


def _sheet(book: calamine.CalamineWorkbook, index: int, xml: bytes, rows_cut: int, formats: "_Formats") -> Sheet:
    about = book.sheets_metadata[index]
    errors, valueless = _silent_cells(xml)
    rows, merges = [], []
    if about.typ == calamine.SheetTypeEnum.WorkSheet:
        sheet = _guarded(lambda: book.get_sheet_by_index(index))
        rows = _guarded(lambda: sheet.to_python(skip_empty_area=False))
        merges = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    return Sheet(
        name=about.name,
        visible=about.visible == calamine.SheetVisibleEnum.Visible,
        rows=rows,
        merges=merges,
        errors=errors,
        valueless=valueless,
        is_formula=lambda row, column: b"<f" in _cell_xml(xml, row, column),
        number_format=lambda row, column: formats.of(xml, row, column),
        rows_cut=rows_cut,
    )


def _silent_cells(xml: bytes) -> tuple[dict, dict]:
    """What calamine blanks: error cells with their text, and formulas without a value."""
    errors, valueless = {}, {}
    if any(sign in xml for sign in _ERROR_SIGNS):
        errors = {_place(xml, match): _decoded(match[2]) for match in _cells_at(xml, _ERROR_MARK, _ERROR)}
    for mark in _VALUELESS_MARKS:
        for match in _cells_at(xml, mark, _FORMULA):
            # a text formula may well give "": it has a value, and the value is blank
            is_text = b't="str"' in match[1] and match[3] is not None
            if not match[3] and not is_text and (place := _place(xml, match)) not in errors:
                valueless[place] = "=" + _decoded(match[2] or b"")
    return errors, valueless


def _cells_at(xml: bytes, mark: re.Pattern, cell: re.Pattern) -> Iterator[re.Match]:
    """The cells around a mark: marks are few, so this costs a tenth of matching every cell."""
    for found in mark.finditer(xml):
        begin = max(xml.rfind(b"<c ", 0, found.end()), xml.rfind(b"<c>", 0, found.start()))
        if begin >= 0 and (match := cell.match(xml, begin)):
            yield match


def _place(xml: bytes, match: re.Match) -> tuple[int, int]:
    """Row and column of a cell; a writer may leave the address out, then cells count from the row's beginning."""
    if address := _PLACE.search(match[1]):
        return int(address[2]) - 1, _column_number(address[1])
    begin = max(xml.rfind(b"<row", 0, match.start()), 0)
    row = _ROW.match(xml, begin)
    number = int(row[1]) if row else len(re.findall(rb"<row\b", xml[: begin + 4]))
    return number - 1, len(re.findall(rb"<c\b", xml[begin : match.start()]))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _decoded(text: bytes) -> str:
    return unescape(text.decode("utf-8", "replace"))


def _cut_below_gap(xml: bytes, limits: Limits) -> tuple[bytes, int]:
    """The sheet without what stands below a gap of more than ``blank_rows`` rows, and how many rows were cut.

    One stray value in row 1048576 would otherwise make calamine lay out a million blank rows.
    """
    xml = _without_blank_end(xml)
    if _last_row(xml) <= xml.count(b"<row") + limits.blank_rows:
        return xml, 0
    rows = [(int(match[1]), match.start()) for match in _ROW.finditer(xml)]
    for (above, _), (number, start) in pairwise(rows):
        if number - above > limits.blank_rows:
            end = xml.find(b"</sheetData>", start)
            return (xml[:start] + xml[end:], rows[-1][0] - above) if end > 0 else (xml, 0)
    return xml, 0


def _without_blank_end(xml: bytes) -> bytes:
    """The sheet without the rows below its last value: formats are often drawn down to row 1048576."""
    end = xml.rfind(b"</sheetData>")
    last = max(xml.rfind(mark, 0, end) for mark in _VALUE_MARKS) if end > 0 else -1
    below = xml.find(b"</row>", last, end) + len(b"</row>")
    return xml[:below] + xml[end:] if last > 0 and end - below > _MANY_BLANKS else xml


def _last_row(xml: bytes) -> int:
    last = _ROW.match(xml, max(xml.rfind(b"<row"), 0))
    return int(last[1]) if last else 0


def _refuse_vast(xml: bytes, limits: Limits) -> None:
    rows = _last_row(xml)
    if rows * 16_384 * _BYTES_PER_CELL > limits.memory_bytes:
        columns = max((_column_number(letters) + 1 for letters in set(_COLUMNS.findall(xml))), default=0)
        if rows * columns * _BYTES_PER_CELL > limits.memory_bytes:
            raise Unreadable("too_large", f"{rows} × {columns}")


def _cell_xml(xml: bytes, row: int, column: int) -> bytes:
    """The XML of one cell, blank when it has no address of its own."""
    at = xml.find(f' r="{column_letter(column)}{row + 1}"'.encode())
    if at < 0:
        return b""
    begin, after = xml.rfind(b"<c", 0, at), xml.find(b"<c", at)
    return xml[begin : after if after > 0 else len(xml)]


class _Formats:
    """Number formats of cells, found in the XML only for the few cells whose value needs one to be understood."""

    def __init__(self, archive: Archive):
        self._archive = archive
        self._codes: list[str] | None = None

    def of(self, xml: bytes, row: int, column: int) -> str:
        """The format code of a cell, such as ``0.00%``; blank for the general format."""
        cell = _cell_xml(xml, row, column)
        style = dict(_ATTRIBUTE.findall(cell[: cell.find(b">")])).get(b"s", b"")
        codes = self._all()
        return codes[int(style)] if style.isdigit() and int(style) < len(codes) else ""

    def _all(self) -> list[str]:
        if self._codes is None:
            custom = {}
            has_styles = "xl/styles.xml" in self._archive.entries
            styles = _plain(read_part(self._archive, "xl/styles.xml")) if has_styles else b""
            for entry in re.findall(rb"<numFmt\s([^>]*)>", styles):
                attributes = dict(_ATTRIBUTE.findall(entry))
                custom[attributes.get(b"numFmtId")] = _decoded(attributes.get(b"formatCode", b""))
            block = re.search(rb"<cellXfs\b.*?</cellXfs>", styles, re.DOTALL)
            ids = re.findall(rb"<xf\s[^>]*?numFmtId=[\"'](\d+)[\"']", block[0] if block else b"")
            self._codes = [custom.get(key) or _BUILT_IN.get(int(key), "") for key in ids]
        return self._codes


_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
