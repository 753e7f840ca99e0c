"""Bulletin tables: a table of a paper as it stands in Word.

Belongs here: rules, widths, a head repeated on every page, rows that never break.
Does not belong here: which rows a table has (bulletin_text.py and beside), type (bulletin_styles.py).
"""

from collections.abc import Callable

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from dispatch.bulletin_blocks import Phrase, Table, plain

TWIP = 635  # of the units in which python-docx measures
HIGH, LOW = 360, 290  # least height of a row in twentieths of a point; a page across is lower
KEPT_TOGETHER = 24  # rows up to which a table goes to the next page whole
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


def table_xml(block: Table, width: int, fill: Callable[[OxmlElement, Phrase], None]) -> OxmlElement:
    """The XML of a table as wide as ``width``; ``fill`` puts a phrase into a paragraph."""
    shares = [column.share for column in block.columns]
    widths = [width // TWIP * share // sum(shares) for share in shares]
    table = _element("w:tbl")
    table.append(_properties(sum(widths)))
    grid = _element("w:tblGrid")
    grid.extend(_element("w:gridCol", w=str(one)) for one in widths)
    table.append(grid)
    head = _row(is_head=True)
    for column, own in zip(block.columns, widths, strict=True):
        head.append(_cell(own, plain(column.head), "CellHead", "center", fill, True))
    table.append(head)
    held = not block.is_wide and len(block.rows) <= KEPT_TOGETHER
    for number, cells in enumerate(block.rows):
        row = _row(is_head=False, height=LOW if block.is_wide else HIGH)
        style = "CellHead" if number in block.totals else "Cell"
        for column, own, phrase in zip(block.columns, widths, cells, strict=True):
            side = "left" if column.is_text else "right"
            row.append(_cell(own, phrase, style, side, fill, held and number < len(block.rows) - 1))
        table.append(row)
    return table


def _properties(width: int) -> OxmlElement:
    properties = _element("w:tblPr")
    properties.append(_element("w:tblW", w=str(width), type="dxa"))
    properties.append(_element("w:jc", val="center"))
    borders = _element("w:tblBorders")
    borders.extend(_element(f"w:{edge}", val="single", sz="4", space="0", color="000000") for edge in _EDGES)
    properties.append(borders)
    properties.append(_element("w:tblLayout", type="fixed"))
    margins = _element("w:tblCellMar")
    margins.extend(_element(f"w:{side}", w="57", type="dxa") for side in ("left", "right"))
    properties.append(margins)
    return properties


def _row(is_head: bool, height: int = HIGH) -> OxmlElement:
    row, properties = _element("w:tr"), _element("w:trPr")
    properties.append(_element("w:cantSplit"))
    properties.append(_element("w:trHeight", val=str(height), hRule="atLeast"))
    if is_head:
        properties.append(_element("w:tblHeader"))
    row.append(properties)
    return row


def _cell(
    width: int,
    phrase: Phrase,
    style: str,
    alignment: str,
    fill: Callable[[OxmlElement, Phrase], None],
    is_kept: bool,
) -> OxmlElement:
    cell, properties = _element("w:tc"), _element("w:tcPr")
    properties.append(_element("w:tcW", w=str(width), type="dxa"))
    properties.append(_element("w:vAlign", val="center"))
    paragraph, form = _element("w:p"), _element("w:pPr")
    form.append(_element("w:pStyle", val=style))
    if is_kept:
        form.append(_element("w:keepNext"))
    form.append(_element("w:jc", val=alignment))
    paragraph.append(form)
    fill(paragraph, phrase)
    cell.extend([properties, paragraph])
    return cell


def _element(tag: str, **attributes: str) -> OxmlElement:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made
