"""Open cells: a protected workbook opened, its open cells filled in, and saved as a spreadsheet program saves it.

Belongs here: which cells are open, setting them, the values that formulas then show.
Does not belong here: what a department fills in (blank_filling), writing a form from nothing (form_writer).

Only what the dispatch itself writes is understood: one form on the first sheet, sums of a column, the rate of a row.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
BEFORE_DAY_ONE = date(1899, 12, 30)
CENT = Decimal("0.01")
_CELL = re.compile(r'<c r="([A-Z]+\d+)"(?: s="(\d+)")?(?: t="\w+")?(?:/>|>(.*?)</c>)', re.DOTALL)
_FORMULA = re.compile(r"<f>(.*?)</f>")
_NUMBER = re.compile(r"^<v>([^<]+)</v>$")
_SUM = re.compile(r"SUM\(([A-Z]+)(\d+):[A-Z]+(\d+)\)")
_RATE = re.compile(r'IF\(([A-Z]+\d+)="","",IFERROR\(ROUND\(\1/([A-Z]+\d+)\*100,2\),""\)\)')


class LockedCell(Exception):
    """The sheet is protected and this cell is not open."""


class OpenCells:
    """A workbook whose open cells can be set; everything else stays byte for byte as it was."""

    def __init__(self, path: Path):
        with ZipFile(path) as archive:
            self._parts = {part.filename: archive.read(part) for part in archive.infolist()}
        self._xml = self._parts[SHEET].decode()
        open_styles = set(_open_styles(self._parts[STYLES].decode()))
        found = list(_CELL.finditer(self._xml))
        self._open = {match[1] for match in found if match[2] in open_styles}
        self._formulas = {match[1]: text[1] for match in found if (text := _FORMULA.search(match[3] or ""))}
        numbers = ((match[1], _NUMBER.match(match[3] or "")) for match in found if ' t="' not in match[0])
        self._numbers = {at: Decimal(number[1]) for at, number in numbers if number}
        self._set: dict[str, object] = {}

    def is_open(self, at: str) -> bool:
        """Whether the cell can be filled in."""
        return at in self._open

    def set(self, at: str, value: object) -> None:
        """Fill in a cell (None empties it); :class:`LockedCell` where the protection would not let anybody."""
        if at not in self._open:
            raise LockedCell(at)
        self._set[at] = value
        self._numbers.pop(at, None)
        if isinstance(value, (Decimal, int)):
            self._numbers[at] = Decimal(value)

    def save(self, path: Path) -> Path:
        """Write the workbook with its formulas calculated anew."""
        shown = self._calculated()
        text = _CELL.sub(lambda match: self._cell(match, shown), self._xml)
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for name, data in (self._parts | {SHEET: text.encode()}).items():
                archive.writestr(name, data)
        return path

    def _cell(self, match: re.Match, shown: dict[str, Decimal | None]) -> str:
        at, style = match[1], f' s="{match[2]}"' if match[2] else ""
        if at in shown:
            kind, value = ("", shown[at]) if shown[at] is not None else (' t="str"', "")
            return f'<c r="{at}"{style}{kind}><f>{self._formulas[at]}</f><v>{value}</v></c>'
        return _written(at, style, self._set[at]) if at in self._set else match[0]

    def _calculated(self) -> dict[str, Decimal | None]:
        """What every formula shows: sums first, since rates are of them; None shows nothing."""
        shown: dict[str, Decimal | None] = {}
        for at, text in self._formulas.items():
            if match := _SUM.fullmatch(text):
                cells = (f"{match[1]}{row}" for row in range(int(match[2]), int(match[3]) + 1))
                shown[at] = sum((self._numbers.get(cell, Decimal()) for cell in cells), Decimal())
        known = self._numbers | shown
        for at, text in self._formulas.items():
            if match := _RATE.fullmatch(text):
                part, whole = known.get(match[1]), known.get(match[2])
                shown[at] = None
                if part is not None and whole:
                    shown[at] = (part * 100 / whole).quantize(CENT, ROUND_HALF_UP)
        assert shown.keys() == self._formulas.keys(), "a formula that only a spreadsheet program can calculate"
        return shown


def _written(at: str, style: str, value: object) -> str:
    if value is None:
        return f'<c r="{at}"{style}/>'
    if isinstance(value, date):
        return f'<c r="{at}"{style}><v>{(value - BEFORE_DAY_ONE).days}</v></c>'
    if isinstance(value, (Decimal, int)):
        return f'<c r="{at}"{style}><v>{value}</v></c>'
    return f'<c r="{at}"{style} t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _open_styles(styles: str) -> Iterator[str]:
    """The numbers of the cell formats that are not locked."""
    block = styles[styles.index("<cellXfs") : styles.index("</cellXfs>")]
    for number, style in enumerate(block.split("<xf ")[1:]):
        if 'locked="0"' in style:
            yield str(number)
