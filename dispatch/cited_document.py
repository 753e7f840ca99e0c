"""Cited document: a paper as the self-check reads it back, also after people edited it.

Belongs here: lines and cells in their order, which citation a piece of text stands under.
Does not belong here: what must hold of them (self_check and beside), writing papers.

In a Word document a cited number stands in a bookmark named by its id, which Word and WPS keep while people edit; text
that was struck out under tracked changes is not read. In a workbook a citation names its cell.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import openpyxl
from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"
_OTHER = ("word/footnotes.xml", "word/endnotes.xml", "word/header", "word/footer")
_LEFT_OUT = {f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", f"{_W}instrText", f"{_W}pPr"}


class NotReadable(Exception):
    """The document cannot be opened as what its suffix says."""


@dataclass(frozen=True)
class Piece:
    """Text under one bookmark, or under none."""

    text: str
    mark: str | None = None


@dataclass(frozen=True)
class Line:
    """A paragraph, or a paragraph of a table's cell: ``cell`` is (table, row, column), all from 0."""

    number: int  # from 1, over the whole document
    pieces: tuple[Piece, ...]
    cell: tuple[int, int, int] | None = None
    part: str = _BODY
    under_heading: str = ""  # the heading it stands under

    @cached_property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    def under(self, mark: str) -> str:
        """The text that stands under a bookmark in this line."""
        return "".join(piece.text for piece in self.pieces if piece.mark == mark)

    def after(self, mark: str) -> str:
        """The text behind the last piece under a bookmark."""
        places = [place for place, piece in enumerate(self.pieces) if piece.mark == mark]
        return "".join(piece.text for piece in self.pieces[places[-1] + 1 :]) if places else ""

    def before(self, mark: str) -> str:
        """The text before the first piece under a bookmark."""
        place = next((place for place, piece in enumerate(self.pieces) if piece.mark == mark), 0)
        return "".join(piece.text for piece in self.pieces[:place])


@dataclass(frozen=True)
class WordPaper:
    """The lines of a Word document."""

    lines: tuple[Line, ...]

    @cached_property
    def by_mark(self) -> dict[str, list[Line]]:
        """The lines in which text stands under each bookmark: one, unless it was copied."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            for mark in dict.fromkeys(piece.mark for piece in line.pieces if piece.mark):
                found.setdefault(mark, []).append(line)
        return found

    @cached_property
    def heads(self) -> dict[tuple[int, int], str]:
        """Headings of tables by (table, column): the text of the first row."""
        heads: dict[tuple[int, int], str] = {}
        for line in self.lines:
            if line.cell and line.cell[1] == 0:
                table, _, column = line.cell
                heads[table, column] = heads.get((table, column), "") + line.text
        return heads

    @cached_property
    def rows(self) -> dict[tuple[int, int], str]:
        """The text of the rows of tables by (table, row)."""
        rows: dict[tuple[int, int], str] = {}
        for line in self.lines:
            if line.cell:
                rows[line.cell[:2]] = rows.get(line.cell[:2], "") + line.text
        return rows


@dataclass
class _Reading:
    """Bookmarks that are open while a document is read from top to bottom."""

    held: dict[str, str] = field(default_factory=dict)

    def pieces(self, paragraph: etree._Element) -> tuple[Piece, ...]:
        found: list[Piece] = []
        for element in _within(paragraph):
            if element.tag == f"{_W}bookmarkStart":
                self.held[element.get(f"{_W}id")] = element.get(f"{_W}name")
            elif element.tag == f"{_W}bookmarkEnd":
                self.held.pop(element.get(f"{_W}id"), None)
            elif text := _text(element):
                found.append(Piece(text, next(reversed(self.held.values()), None)))
        return _run_together(found)


def read_word(path: Path) -> WordPaper:
    """A .docx as lines; :class:`NotReadable` when it is none."""
    try:
        with zipfile.ZipFile(path) as file:
            parts = [_BODY, *(name for name in file.namelist() if name.startswith(_OTHER) and name.endswith(".xml"))]
            roots = {name: etree.fromstring(file.read(name), _parser()) for name in parts}
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise NotReadable(path.name) from error
    lines: list[Line] = []
    for part, root in roots.items():
        reading, tables = _Reading(), list(root.iter(f"{_W}tbl"))
        if (part != _BODY and root.find(f".//{_W}fldChar") is not None) or root.find(f".//{_W}fldSimple") is not None:
            continue  # a page number, written by the program
        heading = ""
        for paragraph in root.iter(f"{_W}p"):
            line = Line(len(lines) + 1, reading.pieces(paragraph), _cell(paragraph, tables), part, heading)
            heading = line.text.strip() if _is_heading(paragraph) else heading
            lines.append(line)
    return WordPaper(tuple(lines))


def read_workbook(path: Path) -> dict[str, dict[str, object]]:
    """The cells of a workbook's visible sheets that hold something, by sheet and place; :class:`NotReadable`."""
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise NotReadable(path.name) from error
    return {
        sheet.title: {
            cell.coordinate: cell for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")
        }
        for sheet in book.worksheets
        if sheet.sheet_state == "visible"
    }


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _within(element: etree._Element) -> Iterator[etree._Element]:
    """Descendants in their order, what is struck out and what stands in boxes of their own left out."""
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        yield child
        yield from _within(child)


def _text(element: etree._Element) -> str:
    if element.tag == f"{_W}t":
        return element.text or ""
    return "\n" if element.tag in (f"{_W}br", f"{_W}cr") else "\t" if element.tag == f"{_W}tab" else ""


def _run_together(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Pieces next to each other under the same bookmark are one: people's edits split them."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].mark == piece.mark:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.mark)
        else:
            joined.append(piece)
    return tuple(joined)


def _is_heading(paragraph: etree._Element) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style is not None and style.get(f"{_W}val", "").startswith("Heading")


def _cell(paragraph: etree._Element, tables: list[etree._Element]) -> tuple[int, int, int] | None:
    cell = next(paragraph.iterancestors(f"{_W}tc"), None)
    if cell is None:
        return None
    row = next(cell.iterancestors(f"{_W}tr"))
    table = next(row.iterancestors(f"{_W}tbl"))
    rows = [one for one in table.iter(f"{_W}tr") if next(one.iterancestors(f"{_W}tbl")) is table]
    cells = [one for one in row if one.tag == f"{_W}tc"]
    return tables.index(table), rows.index(row), cells.index(cell)
