"""Paper reader: a .docx as its tests look at it: numbers that stand in bookmarks, and those that do not.

Belongs here: reading paragraphs, bookmarks and number tokens back from the XML.
Does not belong here: what they ought to be.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from docx import Document
from docx.oxml.ns import qn

from dispatch.addresses import parse
from dispatch.citations import SCALES, Citation
from dispatch.marts import Marts

NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")
NO_FIGURES = re.compile(
    r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月(?:份|\d{1,2}日)?|第\d+[期版]|[表图]\d+|(?:^|附件：)\d+\. "
)  # dates, numbers of lists, tables, charts and annexes


def paragraphs(path: Path) -> Iterator:
    """Every paragraph of the body in order, those of tables with it."""
    yield from Document(str(path)).element.body.iter(qn("w:p"))


def pieces(paragraph) -> Iterator[tuple[str | None, str]]:
    """The text of a paragraph with the bookmark that it stands in, if any."""
    held: dict[str, str] = {}
    for child in paragraph:
        if child.tag == qn("w:bookmarkStart"):
            held[child.get(qn("w:id"))] = child.get(qn("w:name"))
        elif child.tag == qn("w:bookmarkEnd"):
            held.pop(child.get(qn("w:id")), None)
        elif child.tag == qn("w:r"):
            text = "".join(part.text or "" for part in child.iter(qn("w:t")))
            yield next(iter(held.values()), None), text


def bookmarks(path: Path) -> dict[str, str]:
    """What stands in each bookmark."""
    found: dict[str, str] = {}
    for paragraph in paragraphs(path):
        for name, text in pieces(paragraph):
            if name:
                found[name] = found.get(name, "") + text
    return found


def loose_numbers(path: Path, names: set[str]) -> list[str]:
    """Number tokens outside bookmarks that are no date and no numbering, names of projects and lists left out."""
    found = []
    for paragraph in paragraphs(path):
        text = "".join("〓" if name else text for name, text in pieces(paragraph))
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        found += NUMBER.findall(NO_FIGURES.sub("", text))
    return found


def wrong_citations(citations: Iterable[Citation], marts: Marts) -> list[str]:
    """Citations whose address gives another number, or whose printed form is farther from it than rounding allows."""
    wrong = []
    with marts.kept_open():
        for one in citations:
            [row] = marts.query(*parse(one.address).query())
            value = Decimal(next(iter(row.values())))
            exact = abs(value) * SCALES[one.unit]
            printed = abs(Decimal(one.shown.rstrip("%").replace(",", "")))
            unit = Decimal(1).scaleb(-one.places)
            if value != one.value or abs(printed - exact) > (unit if one.balanced else unit / 2):
                wrong.append(f"{one.id} {one.shown}: {one.address} gives {value}")
    return wrong


def text_of(path: Path) -> str:
    """The whole text, one paragraph a line."""
    return "\n".join("".join(text for _, text in pieces(paragraph)) for paragraph in paragraphs(path))
