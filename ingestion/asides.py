"""Asides: what the XML of a sheet says beside its values: what is hidden, what is taken from other workbooks.

Belongs here: looking such things up in the XML, only for the few sheets that a cheap search says have any.
Does not belong here: values (xlsx), what is said to the sender (sheet_issues).
"""

import re
from dataclasses import dataclass
from html import unescape

_IS_HIDDEN = rb"[^>]*\bhidden=[\"'](?:1|true)[\"']"
_HIDDEN = re.compile(rb" hidden=\"(?:1|true)\"")
_HIDDEN_ROW = re.compile(rb"<row\b(?=" + _IS_HIDDEN + rb")[^>]*?\br=[\"'](\d+)[\"']")
_HIDDEN_COLUMNS = re.compile(rb"<col\b(?=" + _IS_HIDDEN + rb")[^>]*>")
_BOUND = re.compile(rb"\b(min|max)=[\"'](\d+)[\"']")
_LINKED = re.compile(rb"<c\b[^>]*?\br=[\"']([A-Z]{1,3})(\d+)[\"'][^>]*>\s*<f\b[^>]*>([^<]*\[\d+\][^<]*)</f>")
LINKS = "xl/externalLinks/"
_MOST_COLUMNS = 16_384


@dataclass(frozen=True)
class Asides:
    """Rows and columns count from 0. ``links`` are formulas that name another workbook, by their cells."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    links: tuple[tuple[int, int, str], ...] = ()


def asides_of(xml: bytes, has_links: bool) -> Asides:
    """What the sheet's XML says beside its values; ``has_links``: the workbook knows other workbooks at all."""
    hidden = hides(xml)
    rows = frozenset(int(number) - 1 for number in _HIDDEN_ROW.findall(xml)) if hidden else frozenset()
    columns = frozenset(_hidden_columns(xml)) if hidden else frozenset()
    return Asides(rows, columns, tuple(_links(xml)) if has_links else ())


def hides(xml: bytes) -> bool:
    """Whether anything is hidden in the sheet: a row, a column."""
    return b' hidden="' in xml and _HIDDEN.search(xml) is not None


def _hidden_columns(xml: bytes) -> list[int]:
    found: list[int] = []
    for column in _HIDDEN_COLUMNS.findall(xml):
        bounds = {name: int(value) for name, value in _BOUND.findall(column)}
        first, last = bounds.get(b"min", 1), min(bounds.get(b"max", 0), _MOST_COLUMNS)
        found += range(first - 1, last)
    return found


def _links(xml: bytes) -> list[tuple[int, int, str]]:
    found = []
    for letters, row, formula in _LINKED.findall(xml):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        found.append((int(row) - 1, column - 1, "=" + unescape(formula.decode("utf-8", "replace"))))
    return found
