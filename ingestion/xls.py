"""Xls: the sheets of an old binary workbook (.xls, and .et of WPS), by xlrd.

Belongs here: xlrd's cell types as plain cells. An old workbook stores no trace of a formula that xlrd would show.
Does not belong here: the zipped format (xlsx), the meaning of a cell (reading).
"""

import io
from datetime import datetime

import xlrd

from ingestion.asides import Asides
from ingestion.settings import Limits
from ingestion.workbook import Sheet, Unreadable

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")


def sheets(data: bytes, limits: Limits) -> list[Sheet]:
    """All sheets in order; raises :class:`Unreadable`."""
    if _ENCRYPTED in data:  # an encrypted .xlsx is wrapped like an old workbook
        raise Unreadable("encrypted")
    book = _opened(data)
    found = [_sheet(book, index) for index in range(book.nsheets)]
    if _MACROS in data:
        for sheet in found:
            sheet.carries = ("macros",)
    return found


def _opened(data: bytes) -> xlrd.Book:
    try:
        # without formatting there are no merged cells; xlrd reports to a log file, ours goes nowhere
        return xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise Unreadable("encrypted") from error
        if "find workbook" in str(error).lower():
            raise Unreadable("not_a_workbook", "OLE") from error
        raise Unreadable("legacy", str(error)[:80]) from error
    except MemoryError:
        raise
    except Exception as error:  # xlrd meets damaged files with whatever its arithmetic raises
        raise Unreadable("damaged", type(error).__name__) from error


def _sheet(book: xlrd.Book, index: int) -> Sheet:
    sheet = book.sheet_by_index(index)
    errors: dict[tuple[int, int], str] = {}
    rows = []
    for row in range(sheet.nrows):
        types, values = sheet.row_types(row), sheet.row_values(row)
        rows.append([_value(book, kind, value) for kind, value in zip(types, values, strict=True)])
        for column, kind in enumerate(types):
            if kind == xlrd.XL_CELL_ERROR:
                errors[row, column] = xlrd.error_text_from_code.get(values[column], "#ERROR!")
    return Sheet(
        name=sheet.name,
        visible=sheet.visibility == 0,
        rows=rows,
        merges=[(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells],
        errors=errors,
        number_format=lambda row, column: _format(book, sheet, row, column),
        asides=_asides(sheet),
    )


def _asides(sheet: xlrd.sheet.Sheet) -> Asides | None:
    rows = frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden)
    columns = frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden)
    return Asides(rows, columns) if rows or columns else None


def _value(book: xlrd.Book, kind: int, value: object) -> object:
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return ""
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_DATE:
        return _date(book, value)
    return value


def _date(book: xlrd.Book, value: float) -> datetime | float:
    try:
        return xlrd.xldate.xldate_as_datetime(value, book.datemode)
    except (ValueError, OverflowError, xlrd.xldate.XLDateError):
        return value


def _format(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int) -> str:
    try:
        return book.format_map[book.xf_list[sheet.cell_xf_index(row, column)].format_key].format_str
    except (IndexError, KeyError):
        return ""
