"""Board: the folder 调度看板, pages that open by double click without a network.

Belongs here: which files lie in the folder, the frame of the main page: filters, places of tiles, charts and tables.
Does not belong here: what is shown (board_data), 一项一档 (board_dossier), how it reacts (board_*.js).

Files of a folder: index.html, data.js (all that is shown), board.js (our own scripts joined), charts.js with
notices.txt, 一项一档/. A page may load nothing but these, and its own policy forbids it any connection.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from dispatch import board_dossier, board_script, wording
from dispatch.board_data import as_script, data
from dispatch.board_facts import BoardFacts
from dispatch.board_frame import board_say, framed
from dispatch.html import Html, Part, element, joined
from dispatch.marts import Marts
from dispatch.month import MONTHLY, Month
from dispatch.wording import say
from ingestion.workspace import Workspace

HERE = Path(__file__).parent
SCRIPTS = (
    "parts",
    "state",
    "tiles",
    "charts",
    "tables",
    "matrix",
    "start",
)  # in the order in which they need each other
FILTERS = ("population", "unit", "level", "category")


def write(ws: Workspace, plan_id: str, period: str) -> list[Path]:
    """Write the board of one plan and period from the build's warehouse; its main page."""
    month = Month(ws, plan_id, period)
    facts = BoardFacts(month, Marts.of_build(ws))
    folder = month.folder() / board_say("folder")
    folder.mkdir(parents=True, exist_ok=True)
    with facts.marts.kept_open():
        told = data(facts, board_dossier.write(facts, folder))
        index = page(facts)
    _write(folder / "data.js", as_script(told))
    _write(folder / "board.js", _own_script())
    board_script.lay(board_script.library(ws), folder / "charts.js")
    _write(folder / "notices.txt", board_script.NOTICES.read_text(encoding="utf-8"))
    _write(folder / "index.html", index)
    return [folder / "index.html"]


def _own_script() -> str:
    """Our scripts as one that leaves nothing behind in the page."""
    parts = "".join((HERE / f"board_{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)


def page(facts: BoardFacts) -> str:
    """The main page: its frame and its words; the script fills in what the reader chooses."""
    projects = facts.month.plan.forms[facts.month.form].projects or facts.month.plan.name
    title = board_say("title", plan=projects, period=wording.period_label(facts.month.period))
    scripts = [element("script", src=name) for name in ("data.js", "charts.js", "board.js")]
    body = [
        element("a", board_say("skip"), href="#tiles", class_="skip"),
        element("header", *_top(facts, title)),
        _filters(facts),
        element("noscript", element("p", board_say("noscript"))),
        element("main", *(_section(name, part) for name, part in _parts(facts).items())),
        element("footer", *(element("p", line) for line in _foot(facts))),
        element("div", id="tip", role="tooltip", hidden=""),
        *scripts,
    ]
    return framed(title, body)


def _top(facts: BoardFacts, title: str) -> list[Html]:
    month = facts.month
    known = say("page.known_at", at=wording.instant(month.known_at))
    basis = [element("span", part) for part in (month.basis(board_say("account")), known)]
    quality = element("a", say("page.title", period="").strip(), href=f"../{say('page.file')}")
    trace = element("a", board_say("trace.name"), href=f"../{board_say('trace.file')}")
    return [
        element("p", element("strong", board_say("draft")), Html(" "), *_separated(basis), class_="meta"),
        element("h1", title),
        element("nav", *_contents(facts), quality, trace, aria_label=board_say("contents")),
    ]


def _separated(parts: Sequence[Html]) -> list[Part]:
    return [piece for part in parts for piece in (part, Html(" "))]


def _contents(facts: BoardFacts) -> list[Html]:
    return [element("a", board_say(f"section.{name}"), href=f"#{name}") for name in _parts(facts)]


def _filters(facts: BoardFacts) -> Html:
    fields = []
    for name in FILTERS:
        choice = element("select", id=f"by-{name}", data_filter=name)
        fields.append(element("label", element("span", board_say(f"filter.{name}")), choice))
    reset = element("button", board_say("filter.reset"), type="button", id="reset")
    said = element("p", id="chosen", role="status", aria_live="polite")
    return element("form", *fields, reset, said, class_="filters", aria_label=board_say("filter.name"))


def _section(name: str, part: Html) -> Html:
    note = element("p", board_say(f"about.{name}"), class_="note")
    return element(
        "section", element("h2", board_say(f"section.{name}"), id=f"{name}-h"), note, part, id=name,
        aria_labelledby=f"{name}-h", tabindex="-1",
    )  # fmt: skip


def _parts(facts: BoardFacts) -> Mapping[str, Html]:
    """The sections in their order; what a period has nothing of says so in its place."""
    parts = {
        "tiles": element("div", id="tile-list"),
        "course": _drawing("course"),
        "units": _drawing("units"),
        "matrix": element("div", _matrix_tabs(), _table_place("matrix-table")),
        "lists": element(
            "div", element("div", id="list-tabs", class_="tabs", role="tablist"), _search(), _table_place("list-table")
        ),
        "reporting": _table_place("reporting-table"),
        "dossiers": element("div", id="dossier-list"),
    }
    return (
        parts if facts.week or facts.month.form != MONTHLY else parts | {"matrix": element("p", board_say("no_week"))}
    )


def _drawing(name: str) -> Html:
    """A chart beside the table of its numbers."""
    chart = element("div", id=f"{name}-chart", class_="chart")
    return element("div", chart, _table_place(f"{name}-table"), class_="pair")


def _matrix_tabs() -> Html:
    tabs = [
        element("button", board_say(f"matrix.{name}"), type="button", role="tab", data_matrix=name)
        for name in ("projects", "units")
    ]
    return element("div", *tabs, class_="tabs", role="tablist", id="matrix-tabs")


def _search() -> Html:
    field = Html('<input type="search" id="list-search" autocomplete="off">')
    return element("label", element("span", board_say("search")), field, class_="search")


def _table_place(name: str) -> Html:
    return element("div", id=name, class_="frame", tabindex="0", role="region", aria_label=board_say("region"))


def _foot(facts: BoardFacts) -> list[Part]:
    licences = element("a", "notices.txt", href="notices.txt")
    return [board_say("foot.numbers"), board_say("foot.rounding"), joined([board_say("foot.library"), licences])]
