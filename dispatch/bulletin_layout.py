"""Bulletin layout: blocks become a Word document.

Belongs here: writing heads, paragraphs, tables, pictures, the imprint; the bookmarks of numbers and places for words.
Does not belong here: measures and type (bulletin_styles.py), what is said (bulletin_text.py).

A number is a run of its own within a bookmark named by its citation; Word and WPS keep bookmarks while people edit.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph as Written

from dispatch import bulletin_styles as styles
from dispatch.bulletin_blocks import Block, Heading, Paragraph, Phrase, Picture, Table, Words, plain
from dispatch.bulletin_tables import TWIP, table_xml
from dispatch.citations import Citation
from ingestion.settings import TIMEZONE

PICTURE_WIDTH = Mm(146)
BLANK = "\u3000"  # as wide as a character
OUTER, INNER = 8, 6  # rules of the imprint in eighths of a point: 0.35 and 0.25 mm
_EPOCH = (1980, 1, 1, 0, 0, 0)  # every part of a document bears this instant: the same paper is the same bytes


class Layout:
    """One paper while it is being written."""

    def __init__(self, title: str, written_at: datetime):
        self.document = Document()
        styles.set_up(self.document)
        self._bookmarks = 0
        self._across = False
        said = self.document.core_properties
        said.title, said.author, said.comments = title, "", ""
        said.created = said.modified = written_at.astimezone(TIMEZONE).replace(tzinfo=None)

    def block(self, block: Block) -> None:
        """Write one block of the body; a wide table brings its own section, the next block the upright one back."""
        across = isinstance(block, Table) and block.is_wide
        if across != self._across:
            styles.next_section(self.document, across)
            self._across = across
        if isinstance(block, Heading):
            self.paragraph(plain(block.text), f"Heading {block.level}")
        elif isinstance(block, Paragraph):
            self.paragraph(block.phrase, block.style)
        elif isinstance(block, Picture):
            self._picture(block)
        else:
            self._table(block)

    def paragraph(self, phrase: Phrase, style: str) -> Written:
        """A paragraph of a phrase; its numbers and places become bookmarks."""
        paragraph = self.document.add_paragraph()
        paragraph._p.style = style.replace(" ", "")  # its id: finding it by name costs more than the rest of a page
        self.fill(paragraph._p, phrase)
        return paragraph

    def fill(self, paragraph: OxmlElement, phrase: Phrase) -> None:
        """Put a phrase into the XML of a paragraph."""
        for part in phrase:
            if isinstance(part, str):
                paragraph.append(_run(part))
                continue
            number = str(self._bookmarks)
            self._bookmarks += 1
            begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
            begin.set(qn("w:id"), number)
            begin.set(qn("w:name"), part.place if isinstance(part, Citation) else part.name)
            end.set(qn("w:id"), number)
            is_place = isinstance(part, Words) and part.is_open
            run = _run(part.shown if isinstance(part, Citation) else part.hint, is_place)
            paragraph.extend([begin, run, end])

    def lines_apart(self, paragraph: Written, lines: float) -> None:
        """Leave lines of the body free above a paragraph."""
        paragraph.paragraph_format.space_before = int(styles.LINE * lines)

    def rule_below(self, paragraph: Written, points_apart: int) -> None:
        """The red rule across the type area, so far below the text."""
        properties = paragraph._p.get_or_add_pPr()
        borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
        said = {"val": "single", "sz": "12", "space": str(points_apart), "color": str(styles.RED)}
        for name, value in said.items():
            bottom.set(qn(f"w:{name}"), value)
        borders.append(bottom)
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc"
        )

    def two_ends(self, left: Phrase, right: Phrase, style: str) -> Written:
        """A line with something at each end, one character from the edge; the character is written, for an indent would
        take a rule along."""
        paragraph = self.paragraph((BLANK, *left, "\t", *right, BLANK) if right else (BLANK, *left), style)
        width = styles.PAGE[0] - styles.LEFT - styles.RIGHT
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
        return paragraph

    def imprint(self, rows: Sequence[tuple[Phrase, Phrase | None]]) -> None:
        """版记 at the foot of the last page, wherever the text ends: lines between rules of 0.35, 0.25 and 0.35 mm; a
        second phrase goes to the right end."""
        for place, (left, right) in enumerate(rows):
            _framed(self.two_ends(left, right or (), "Imprint")._p.get_or_add_pPr(), place, len(rows))
        self.document.add_paragraph(style="Cell Note")  # a frame needs a paragraph to hang on

    def save(self, path: Path) -> Path:
        """Write the document; equal papers are equal bytes."""
        self._drop_picture_of_template()
        held = io.BytesIO()
        self.document.save(held)
        with zipfile.ZipFile(held) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as kept:
            for name in made.namelist():
                part = zipfile.ZipInfo(name, _EPOCH)
                part.compress_type = zipfile.ZIP_DEFLATED
                kept.writestr(part, made.read(name))
        return path

    def _table(self, block: Table) -> None:
        self.paragraph(plain(block.caption), "Caption")
        unit = self.paragraph(plain(block.unit), "Cell Note")
        unit.alignment, unit.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.RIGHT, True
        width = styles.PAGE[1] - styles.BOTTOM - styles.TOP if block.is_wide else None
        width = width or styles.PAGE[0] - styles.LEFT - styles.RIGHT
        self.document.element.body.insert_element_before(table_xml(block, width, self.fill), "w:sectPr")
        for note in block.notes:
            self.paragraph(note, "Cell Note")
        if not block.notes:
            self.paragraph((), "Cell Note")

    def _picture(self, block: Picture) -> None:
        paragraph = self.document.add_paragraph(style="Cell")
        paragraph.paragraph_format.keep_with_next = True
        drawn = paragraph.add_run().add_picture(io.BytesIO(block.png), width=PICTURE_WIDTH)
        drawn._inline.docPr.set("descr", block.said)
        self.paragraph(plain(block.caption), "Caption").paragraph_format.keep_with_next = False

    def _drop_picture_of_template(self) -> None:
        relations = self.document.part.package.rels
        for name in [name for name, one in relations.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
            del relations[name]


def _framed(properties: OxmlElement, place: int, rows: int) -> None:
    """Make a paragraph a line of the imprint, the last of which ends where the type area ends. Each has a frame of its
    own, told from the top of the page: not every program knows the foot, or rules within one frame."""
    width = (styles.PAGE[0] - styles.LEFT - styles.RIGHT) // TWIP
    top = (styles.PAGE[1] - styles.BOTTOM - (rows - place) * styles.IMPRINT_LINE) // TWIP
    frame = OxmlElement("w:framePr")
    said = {"w": str(width), "hSpace": "0", "wrap": "notBeside", "vAnchor": "page", "hAnchor": "margin", "x": "1",
            "y": str(top)}  # fmt: skip
    for name, value in said.items():
        frame.set(qn(f"w:{name}"), value)
    rules = [("top", OUTER)] if place == 0 else []
    rules.append(("bottom", OUTER if place == rows - 1 else INNER))
    borders = _with(
        OxmlElement("w:pBdr"),
        [(f"w:{side}", {"val": "single", "sz": str(size), "space": "0", "color": "000000"}) for side, size in rules],
    )
    properties.insert_element_before(frame, "w:widowControl", "w:pBdr", "w:tabs", "w:spacing", "w:ind", "w:jc")
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc")


def _with(parent: OxmlElement, children: Iterable[tuple[str, dict[str, str]]]) -> OxmlElement:
    for tag, attributes in children:
        child = OxmlElement(tag)
        for name, value in attributes.items():
            child.set(qn(f"w:{name}"), value)
        parent.append(child)
    return parent


def _run(text: str, is_place: bool = False) -> OxmlElement:
    run = OxmlElement("w:r")
    if is_place:
        run.append(_with(OxmlElement("w:rPr"), [("w:color", {"val": str(styles.GREY)})]))
    for number, piece in enumerate(text.split("\t")):
        if number:
            run.append(OxmlElement("w:tab"))
        for line, words in enumerate(piece.split("\n")):
            if line:
                run.append(OxmlElement("w:br"))
            if words:
                written = OxmlElement("w:t")
                written.text = words
                written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                run.append(written)
    return run
