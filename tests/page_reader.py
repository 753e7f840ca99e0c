"""Page reader: the tables and texts of an HTML page by section, as a person finds them.

Belongs here: reading what our own pages say, with the standard library's parser.
Does not belong here: what they ought to say.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Section:
    """What stands under one heading: all of its text, and its tables as rows of cell texts, headings first."""

    text: str = ""
    tables: list[list[list[str]]] = field(default_factory=list)

    def table(self, first_heading: str) -> list[dict[str, str]]:
        """The rows of the first table whose first heading reads so, each by the headings."""
        [head, *rows] = next(rows for rows in self.tables if rows[0][0] == first_heading)
        return [dict(zip(head, row, strict=True)) for row in rows]

    def row(self, first_heading: str, first_cell: str) -> dict[str, str]:
        """One row of a table by its first cell."""
        return next(row for row in self.table(first_heading) if row[first_heading] == first_cell)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.sections: dict[str, Section] = {"": Section()}
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.cell: list[str] | None = None
        self.inside: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.inside.append(tag)
        if tag == "section":
            self.ids.append(dict(attributes)["id"])
            self.sections[self.ids[-1]] = Section()
        if tag == "table":
            self._here.tables.append([])
        if tag == "tr":
            self._here.tables[-1].append([])
        if tag in ("td", "th"):
            self.cell = []
        if tag in ("meta", "link", "input"):
            self.inside.pop()

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag, f"{tag} closes nothing"
        if tag in ("td", "th"):
            self._here.tables[-1][-1].append("".join(self.cell))
            self.cell = None
        if tag == "section":
            self.ids.pop()

    def handle_data(self, text):
        if "title" in self.inside or "style" in self.inside:
            return
        self._here.text += text
        if self.cell is not None:
            self.cell.append(text)

    @property
    def _here(self) -> Section:
        return self.sections[self.ids[-1] if self.ids else ""]


def read_page(text: str) -> dict[str, Section]:
    """The sections of a page by id; what stands outside of any is under the empty name. Every element is closed."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.inside == []
    return reader.sections


def loads_from_elsewhere(text: str) -> list[str]:
    """Everything in a page that would make a browser fetch or run something."""
    pattern = r"https?:|//[a-z]|<script|<link|<img|<iframe|<object|@import|url\(|\bsrc=|\bon[a-z]+=|javascript:"
    return re.findall(pattern, text, re.IGNORECASE)
