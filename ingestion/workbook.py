"""Workbook: a received file opened safely, as sheets of plain cells.

Belongs here: telling what a file is by its first bytes, and the shape of a sheet once it is open.
Does not belong here: the two formats themselves (xlsx, xls) and what the cells mean (reading).
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.asides import Asides
from ingestion.settings import Limits
from ingestion.settings import limits as current_limits

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TAGS_SHEET = "_diaodu"  # hidden in every workbook we write: two columns, key and value

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, all counted from 0


class Unreadable(Exception):
    """The file cannot be opened as a workbook. ``code`` names the reason (messages ``unreadable_<code>``)."""

    def __init__(self, code: str, detail: str = ""):
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Cell:
    """One cell; ``kind``: blank, text, number, date, truth, error (``#N/A``), valueless (formula never calculated)."""

    value: object
    kind: str
    is_formula: bool


@dataclass
class Sheet:
    """One sheet. Rows and columns count from 0; a blank cell is ``""``.

    ``errors`` holds the text of error cells and ``valueless`` the formulas without a stored value: both are blank in
    ``rows``. ``number_format`` gives the format code of a cell, ``is_formula`` whether one stands in it; both are
    looked up only when asked.
    """

    name: str
    visible: bool
    rows: list[list]
    merges: list[Merge] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    valueless: dict[tuple[int, int], str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    number_format: Callable[[int, int], str] = lambda row, column: ""
    is_formula: Callable[[int, int], bool] = lambda row, column: False
    rows_cut: int = 0  # rows far below a gap that were left unread
    asides: Asides | None = None  # what is hidden or linked, where the sheet carries any such thing
    carries: tuple[str, ...] = ()  # what else is in it and was not touched: macros, links, pictures, hidden

    def cell(self, row: int, column: int) -> Cell:
        """The cell with its kind; outside the sheet everything is blank."""
        place = (row, column)
        value = self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else ""
        if place in self.errors:
            return Cell(self.errors[place], "error", self.is_formula(row, column))
        if place in self.valueless:
            return Cell("", "valueless", True)
        return Cell(value, _kind(value), self.is_formula(row, column))


def open_sheets(path: Path, limits: Limits | None = None) -> list[Sheet]:
    """The sheets of an .xlsx, .xlsm or .xls (also .et) file, told by its first bytes whatever its suffix.

    Raises :class:`Unreadable` for everything else: another kind of file, encrypted, too large, cut short, damaged.
    """
    limits = limits or current_limits()
    data = _bytes(path, limits)
    # the two formats are imported here: they build on this module, and xlrd costs 30 ms that few files need
    if data.startswith(ZIP):
        from ingestion import xlsx

        return _tagged(xlsx.sheets(data, limits))
    if data.startswith(OLE):
        from ingestion import xls

        return _tagged(xls.sheets(data, limits))
    if not data or (len(data) < 8 and OLE.startswith(data)):
        raise Unreadable("truncated", f"{len(data)} B")
    raise Unreadable("not_a_workbook", path.suffix)


def column_letter(column: int) -> str:
    """The letter of a column counted from 0.

    >>> column_letter(0), column_letter(30)
    ('A', 'AE')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size > limits.file_bytes:
                raise Unreadable("too_large", f"{size / 2**20:.0f} MB")
            return file.read()
    except OSError as error:
        raise Unreadable("not_a_workbook", error.strerror or type(error).__name__) from error


def _tagged(sheets: list[Sheet]) -> list[Sheet]:
    """The sheets of the sender, each knowing the tags of our own blank form (none: it is not our blank)."""
    tags = {}
    for sheet in sheets:
        if sheet.name == TAGS_SHEET and not sheet.visible:
            tags = {str(row[0]): str(row[1]).strip() for row in sheet.rows if len(row) > 1 and row[0] and row[1]}
    own = [sheet for sheet in sheets if sheet.name != TAGS_SHEET]
    for sheet in own:
        sheet.tags = tags
    return own


def _kind(value: object) -> str:
    if value is None or value == "":
        return "blank"
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, str):
        return "text"
    return "number" if isinstance(value, (int, float)) else "date"
