"""Checked paper: a paper as the self-check looks at it: its numbers as printed now, and what a failure tells.

Belongs here: bringing a document, its citations and the public tables together; places in people's words.
Does not belong here: reading documents (cited_document.py), what must hold (self_check.py and beside).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from dispatch.addresses import Address, parse
from dispatch.citations import Citation, CitedPaper, show
from dispatch.cited_document import Line, WordPaper, read_word, read_workbook
from dispatch.cited_values import CitedValues
from dispatch.marts import Marts
from ingestion import vocabulary
from ingestion.plans import Plan

SHORT = 24  # characters of a line that name its place


@dataclass(frozen=True)
class Failure:
    """One thing wrong in a document: where, which check, what it is and what to do."""

    place: str
    code: str
    what: str
    remedy: str


@dataclass(frozen=True)
class Printed:
    """A cited number as it stands in the document now."""

    citation: Citation
    text: str
    line: Line | None = None  # a Word document's
    cell: tuple[int | str, int, int] | None = None  # table or sheet, row, column
    row_text: str = ""  # the row it stands in
    head: str = ""  # the heading of its column

    @cached_property
    def address(self) -> Address:
        return parse(self.citation.address)

    @cached_property
    def amount(self) -> Decimal | None:
        """The number that is printed, in the printed unit; None when it is none any more."""
        try:
            return Decimal(self.text.strip().rstrip("%").replace(",", ""))
        except InvalidOperation:
            return None


@dataclass(frozen=True)
class Checked:
    """A document under check: its citations, the public tables, its lines (Word) or cells (workbook)."""

    cited: CitedPaper
    values: CitedValues
    marts: Marts
    word: WordPaper | None
    sheets: dict[str, dict[str, object]]
    printed: tuple[Printed, ...]

    def expected(self, citation: Citation) -> str | None:
        """What a citation's address gives now, printed as it was; None when there is no such number any more."""
        try:
            value = self.values.at(parse(citation.address))
        except LookupError:
            return None
        if value is None:
            return None
        if citation.balanced and value == citation.value:
            return citation.shown
        return show(value, citation.unit, citation.places, citation.sign)


def failure(place: str, code: str, what: str, remedy: str, **values: object) -> Failure:
    """A failure in words of messages_self_check.csv."""
    return Failure(place, code, said(what, **values), said(remedy, **values))


def said(key: str, **values: object) -> str:
    """The sentence ``key`` of messages_self_check.csv, filled."""
    return vocabulary.messages("self_check")[key].format(**values)


def place_of(one: Printed | Line) -> str:
    """Where something stands, as people find it."""
    line = one if isinstance(one, Line) else one.line
    if line is None:
        return one.citation.place if isinstance(one, Printed) else said("place.document")
    if line.cell:
        table, row, _ = line.cell
        head = one.head if isinstance(one, Printed) else line.text
        return said("place.table", table=table + 1, row=row + 1, head=head)
    text = line.text.strip()
    text = text if len(text) <= SHORT else text[:SHORT] + "……"
    if line.part != "word/document.xml":
        return said("place.part", text=text)
    return said("place.line" if line.under_heading else "place.head", heading=line.under_heading, text=text)


def read(document: Path, cited: CitedPaper, marts: Marts, plan_of: Callable[[str], Plan] | None) -> Checked:
    """A document with its citations and the public tables; :class:`dispatch.cited_document.NotReadable`."""
    values = CitedValues(marts, plan_of)
    if document.suffix.lower() == ".xlsx":
        sheets = read_workbook(document)
        return Checked(cited, values, marts, None, sheets, tuple(_in_sheets(cited, sheets)))
    word = read_word(document)
    return Checked(cited, values, marts, word, {}, tuple(_in_word(cited, word)))


def _in_word(cited: CitedPaper, word: WordPaper) -> Iterator[Printed]:
    for one in cited.citations:
        for line in word.by_mark.get(one.place, ()):  # none: its sentence was struck out, which people may do
            cell = line.cell
            row = word.rows[cell[:2]] if cell else line.text
            head = word.heads.get((cell[0], cell[2]), "") if cell else ""
            yield Printed(one, line.under(one.place), line, cell, row, head)


def _in_sheets(cited: CitedPaper, sheets: dict[str, dict[str, object]]) -> Iterator[Printed]:
    rows: dict[tuple[str, int], str] = {}
    for name, cells in sheets.items():
        for cell in cells.values():
            rows[name, cell.row] = rows.get((name, cell.row), "") + str(cell.value)
    for one in cited.citations:
        sheet, _, place = one.place.rpartition("!")
        cell = sheets.get(sheet, {}).get(place)
        if cell is None:
            continue
        yield Printed(
            one, _cell_text(cell.value, one), None, (sheet, cell.row, cell.column), rows[sheet, cell.row], place
        )  # fmt: skip


def _cell_text(value: object, citation: Citation) -> str:
    """A cell's number as it is shown: a rate is kept as 0–1, a difference of rates in points."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return str(value)
    number = Decimal(str(value)) / (100 if citation.unit == "points" else 1)
    return show(number, citation.unit, citation.places, citation.sign)
