"""Trace page: 数据溯源.html, one file that shows without a network where every number of a period is from.

Belongs here: the frame of the page, its pickers and its policy: it runs its own script and connects to nothing.
Does not belong here: what lies inside (trace_page_data), how it reacts (trace_page_*.js).
"""

import base64
import hashlib
import json
import os
from pathlib import Path

from dispatch import wording
from dispatch.addresses import in_plan
from dispatch.html import Html, element, joined
from dispatch.marts import Marts
from dispatch.trace_facts import trace_say
from dispatch.trace_page_data import PageData
from dispatch.tracing import Tracer
from dispatch.wording import say
from ingestion import vocabulary
from ingestion.workspace import Workspace

HERE = Path(__file__).parent
SCRIPTS = ("sums", "follow", "show")  # in the order in which they need each other
PICKERS = ("metric", "population", "scope-kind", "scope", "column")
_POLICY = (
    "default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def write(ws: Workspace, plan_id: str, period: str) -> list[Path]:
    """Write the page of one plan and period from the build's warehouse; its path."""
    marts = Marts.of_build(ws)
    tracer = Tracer(ws, marts)
    place = in_plan(plan_id, period, "")
    with marts.kept_open():
        data = PageData(tracer, tracer.accounts(place), tracer.sources(place)).text()
    month = tracer.month(place)
    path = month.folder() / trace_say("page.file")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    title = trace_say("page.title", plan=month.plan.name, period=wording.period_label(period))
    part.write_text(page(title, wording.instant(month.known_at), data), encoding="utf-8", newline="\n")
    os.replace(part, path)
    return [path]


def page(title: str, known_at: str, data: str) -> str:
    """The whole page: frame, data, words and script in one file."""
    parts = "".join((HERE / f"trace_page_{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    script = f'(() => {{\n"use strict";\n{parts}}})();\n'
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    style = (HERE / "trace_page.css").read_text(encoding="utf-8")
    words = json.dumps(_words(), ensure_ascii=False).replace("<", "\\u003c")
    head = joined([
        Html('<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(digest=digest)}">\n'),
        element("title", title), Html(f"\n<style>\n{style}</style>\n"),
    ])  # fmt: skip
    known = say("page.known_at", at=known_at)
    body = [
        element("p", element("strong", trace_say("page.draft")), Html(" "), known, class_="meta"),
        element("h1", title), element("p", trace_say("page.about"), class_="note"),
        element("form", *(_picker(name) for name in PICKERS), aria_label=trace_say("page.choose")),
        element("noscript", element("p", trace_say("page.noscript"))), element("main", id="trace"),
        element("script", Html(data), id="data", type="application/json"),
        element("script", Html(words), id="words", type="application/json"), Html(f"<script>{script}</script>"),
    ]  # fmt: skip
    whole = element("html", element("head", head), Html("\n"), element("body", *body), lang="zh-CN")
    return f"<!DOCTYPE html>\n{whole}\n"


def _picker(name: str) -> Html:
    choice = element("select", id=f"by-{name}", autocomplete="off")
    return element("label", element("span", trace_say(f"page.by_{name.replace('-', '_')}")), choice)


def _words() -> dict[str, str]:
    return {**vocabulary.messages("trace"), "definition": vocabulary.messages("dispatch")["definition"]}
