"""Bulletin styles: page, grid, type and page numbers of an official paper by GB/T 9704-2012.

Belongs here: measures of the standard, paragraph styles, sections, footers; fonts named, and what may stand for them.
Does not belong here: what stands on the page (bulletin_layout.py).

A4; 天头 37 mm, 订口 28 mm and a type area of 156 × 225 mm leave 35 mm below and 26 mm to the right. 22 lines of 28
characters fill it: a line every 28.95 pt, a character every 15.75 pt. The grid is in every section, and the type keeps
it by itself: lines of exact height, characters a quarter of a point closer. Nothing is snapped to it, for some programs
give a character of 16 pt two places of 15.75. Fonts are named, never brought along; all four slots of a run are set, or
quotation marks and figures would fall out of the type.
"""

from collections.abc import Iterable

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from dispatch.bulletin_blocks import word

PAGE = (Mm(210), Mm(297))
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
LINE, IMPRINT_LINE = Pt(28.95), Pt(24)
GRID_LINE = 579  # twentieths of a point
GRID_CHARACTER = -1024  # 4096ths of a point by which a character's place is narrower than the 16 pt of the body
CLOSER = -5  # twentieths of a point between the characters: the same quarter of a point
FOOTER = Mm(23)  # the number stands 7 mm below the type area
BODY, SMALL, TITLE, MARK, CELL = Pt(16), Pt(14), Pt(22), Pt(36), Pt(10.5)  # 三号, 四号, 二号, 小标宋 of the head, 五号
RED = RGBColor(0xE6, 0x00, 0x12)
GREY = RGBColor(0x80, 0x80, 0x80)
TWO_CHARACTERS, ONE_CHARACTER = Pt(32), Pt(16)
FONTS = ("body", "kai", "hei", "title", "song")


def font(role: str) -> str:
    """The family named for a role: ``body`` 仿宋, ``kai``, ``hei``, ``title`` 小标宋, ``song``."""
    return word(f"font.{role}").split("|")[0]


def stand_ins(role: str) -> list[str]:
    """The families that may stand for a role's own where a machine lacks it, best first."""
    return word(f"font.{role}").split("|")[1:]


def set_up(document: Document) -> None:
    """Make a document of the default template one by the standard, still empty."""
    _styles(document)
    set_page(document.sections[0])
    _page_numbers(document)
    _name_stand_ins(document)


def set_page(section: Section, across: bool = False) -> None:
    """The page of a section; ``across``: A4 on its side, its head at the binding."""
    width, height = PAGE[::-1] if across else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    margins = (LEFT, RIGHT, BOTTOM, TOP) if across else (TOP, BOTTOM, LEFT, RIGHT)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = margins
    section.footer_distance = Mm(14) if across else FOOTER
    section.header_distance = Mm(15)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(GRID_LINE))
    grid.set(qn("w:charSpace"), str(GRID_CHARACTER))


def next_section(document: Document, across: bool) -> None:
    """Begin a section on a new page; page numbers go on."""
    set_page(document.add_section(WD_SECTION.NEW_PAGE), across)


def set_fonts(properties: OxmlElement, family: str) -> None:
    """Name one family for Chinese, Latin, other and complex characters alike."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for slot in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{slot}"), family)
    properties.insert(0, fonts)


def _styles(document: Document) -> None:
    center, right, left = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
    styles = document.styles
    _type(styles["Normal"], "body", BODY)
    _lines(styles["Normal"], WD_ALIGN_PARAGRAPH.JUSTIFY)
    _set_closer(styles["Normal"])
    for switch in ("snapToGrid", "autoSpaceDE", "autoSpaceDN"):  # no gaps between figures and Chinese either
        _switch_off(styles["Normal"], switch)
    for name, role in (("Heading 1", "hei"), ("Heading 2", "kai"), ("Heading 3", "body")):
        _type(styles[name], role, BODY)
        _lines(styles[name], left, indent=True)
        styles[name].paragraph_format.keep_with_next = True
    _lines(styles["Body Text"], WD_ALIGN_PARAGRAPH.JUSTIFY, indent=True)
    made = (
        ("Title", "title", TITLE, center), ("Red Mark", "title", MARK, center), ("Issue", "body", BODY, center),
        ("Draft Mark", "hei", BODY, left), ("Addressee", "body", BODY, left), ("Signature", "body", BODY, right),
        ("Attachments", "body", BODY, left), ("Caption", "hei", Pt(14), center), ("Cell", "song", CELL, center),
        ("Cell Head", "hei", CELL, center), ("Cell Note", "song", CELL, left), ("Imprint", "body", SMALL, left),
    )  # fmt: skip
    for name, role, size, alignment in made:
        style = styles[name] if name in styles else styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        _type(style, role, size)
        _lines(style, alignment)
    first = styles.add_style("Attachments First", 1)
    first.base_style = styles["Attachments"]
    first.paragraph_format.space_before = LINE  # one line below the body
    for name in ("Attachments First", "Attachments"):
        styles[name].paragraph_format.left_indent = 5 * ONE_CHARACTER
        styles[name].paragraph_format.keep_with_next = True  # no page holds the date alone
    first.paragraph_format.first_line_indent = -3 * ONE_CHARACTER
    styles["Caption"].paragraph_format.keep_with_next = True
    styles["Red Mark"].font.color.rgb = RED
    styles["Red Mark"].paragraph_format.line_spacing = Pt(50)
    for name in ("Cell", "Cell Head", "Cell Note", "Imprint"):
        exactly = IMPRINT_LINE if name == "Imprint" else None
        _lines(styles[name], styles[name].paragraph_format.alignment, exactly=exactly)


def _type(style: ParagraphStyle, role: str, size: Pt) -> None:
    set_fonts(style.element.get_or_add_rPr(), font(role))
    style.font.size, style.font.bold, style.font.italic = size, False, False
    style.font.color.rgb = RGBColor(0, 0, 0)


def _set_closer(style: ParagraphStyle) -> None:
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(CLOSER))
    style.element.rPr.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")


def _switch_off(style: ParagraphStyle, switch: str) -> None:
    off = OxmlElement(f"w:{switch}")
    off.set(qn("w:val"), "0")
    later = ("w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
             "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:outlineLvl")  # fmt: skip
    own = later.index(f"w:{switch}") + 1
    style.element.get_or_add_pPr().insert_element_before(off, *later[own:])


def _lines(style: ParagraphStyle, alignment: int | None, indent: bool = False, exactly: Pt | None = LINE) -> None:
    form = style.paragraph_format
    form.alignment, form.space_before, form.space_after = alignment, Pt(0), Pt(0)
    form.line_spacing, form.widow_control = exactly or 1.0, False
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)
    if indent:
        form.first_line_indent = TWO_CHARACTERS
        style.element.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


def _page_numbers(document: Document) -> None:
    """— 1 —: to the right on odd pages, to the left on even ones, one character from the edge."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    sides = (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right_indent"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left_indent"),
    )
    for footer, alignment, edge in sides:
        paragraph = footer.paragraphs[0]
        paragraph.alignment = alignment
        paragraph.paragraph_format.line_spacing = 1.0
        setattr(paragraph.paragraph_format, edge, ONE_CHARACTER)
        dash, end = word("page.dash_before"), word("page.dash_after")
        for text in (dash, None, end):
            run = paragraph.add_run(text or "")
            set_fonts(run._r.get_or_add_rPr(), font("song"))
            run.font.size = SMALL
            if text is None:
                _field(run._r, "PAGE")


def _field(run: OxmlElement, instruction: str) -> None:
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            part = OxmlElement("w:instrText")
            part.text = instruction
        elif kind == "text":
            part = OxmlElement("w:t")
            part.text = "1"
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run.append(part)


def _name_stand_ins(document: Document) -> None:
    """Say in the font table what may stand for a family that a reader's machine lacks."""
    table = next(part for part in document.part.package.iter_parts() if str(part.partname).endswith("fontTable.xml"))
    fonts = "".join(_font_entry(font(role), stand_ins(role)) for role in FONTS)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    table._blob = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()


def _font_entry(family: str, others: Iterable[str]) -> str:
    instead = f'<w:altName w:val="{",".join(others)}"/>' if others else ""
    return f'<w:font w:name="{family}">{instead}<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
