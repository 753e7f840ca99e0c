"""HTML: pieces of a page that stands alone, everything that others wrote made harmless.

Belongs here: elements, tables, a whole document with its style inside; nothing in it is ever loaded from elsewhere.
Does not belong here: what a page says (quality_page), drawings (charts).
"""

from collections.abc import Iterable, Sequence
from html import escape

from ingestion.plain_text import visible


class Html(str):
    """Text that is HTML already; any other text is escaped before it becomes part of a page."""


Part = Html | str | int | None


def element(name: str, *parts: Part, **attributes: str | int | None) -> Html:
    """One element; an attribute ``class_`` is class, ``row_span`` is row-span, None is left out.

    >>> element("td", "a<b", class_="number", title=None)
    '<td class="number">a&lt;b</td>'
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{said}>{joined(parts)}</{name}>")


def joined(parts: Iterable[Part], between: str = "") -> Html:
    """Parts behind one another, plain text escaped."""
    return Html(between.join(part if isinstance(part, Html) else _escaped(part) for part in parts if part is not None))


def table(heads: Sequence[Part], rows: Iterable[Sequence[Part]], class_: str = "", numbers: Iterable[int] = ()) -> Html:
    """A table that scrolls inside its own frame where the screen is narrow; ``numbers`` are the columns set right."""
    right = set(numbers)
    classes = ["number" if place in right else None for place in range(len(heads))]
    head = element("tr", *(_cell("th", part, class_, scope="col") for part, class_ in zip(heads, classes, strict=True)))
    body = [
        element("tr", *(_cell("td", part, class_) for part, class_ in zip(row, classes, strict=True))) for row in rows
    ]
    whole = element("table", element("thead", head), element("tbody", *body, between_lines()), class_=class_ or None)
    return element("div", whole, class_="frame")


def between_lines() -> Html:
    """A line break in the source: a page people keep is also one they can compare."""
    return Html("\n")


def document(title: str, style: str, *parts: Part) -> str:
    """A whole page in Chinese, its style inside."""
    head = joined(
        [
            Html('<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'),
            element("title", title),
            Html(f"\n<style>\n{style}</style>"),
        ]
    )
    page = element(
        "html",
        Html("\n"),
        element("head", Html("\n"), head, Html("\n")),
        Html("\n"),
        element("body", *parts),
        lang="zh-CN",
    )
    return f"<!DOCTYPE html>\n{page}\n"


def _cell(name: str, part: Part, class_: str | None, **attributes: str) -> Html:
    """A cell; a part that is a cell of its own kind already stays as it is."""
    if isinstance(part, Html) and part.startswith(("<td", "<th")):
        return part
    return element(name, part, class_=class_, **attributes)


def _escaped(value: Part) -> str:
    return escape(visible(str(value), lines=True), quote=True)
