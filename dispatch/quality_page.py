"""Quality page: 数据质量.html, one page a leader reads in a minute and a clerk can work from; it needs no network.

Belongs here: the order of its parts, the lines on top, the file.
Does not belong here: numbers (quality_facts, quality_scores), the parts themselves (quality_by_unit, quality_by_rule).

The page holds its style and its drawings; it loads nothing, runs no script and names no person. Equal facts give equal
bytes.
"""

import os
from decimal import Decimal
from pathlib import Path

from dispatch import quality_by_rule, quality_by_unit, wording
from dispatch.html import Html, document, element, joined
from dispatch.marts import Marts
from dispatch.month import Month
from dispatch.quality_facts import PENDING, QualityFacts
from dispatch.wording import say
from ingestion.workspace import Workspace

STYLE = Path(__file__).with_suffix(".css")


def write(ws: Workspace, plan_id: str, period: str) -> list[Path]:
    """Write the page of one plan and period from the build's warehouse and lake; its path."""
    month = Month(ws, plan_id, period)
    path = month.folder() / say("page.file")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(page(QualityFacts(month, Marts.of_build(ws))), encoding="utf-8", newline="\n")
    os.replace(part, path)
    return [path]


def page(facts: QualityFacts) -> str:
    """The whole page as text."""
    month = facts.month
    title = say("page.title", period=wording.period_label(month.period))
    parts = {
        "reporting": quality_by_unit.reporting(facts),
        "scores": quality_by_unit.scorecard(facts),
        "findings": joined([quality_by_unit.by_unit(facts), quality_by_rule.found(facts)]),
        "answers": joined([quality_by_unit.answers(facts), quality_by_unit.decisions(facts)]),
        "trend": quality_by_rule.trend(facts),
        "rules": quality_by_rule.judged(facts),
        "states": quality_by_rule.states(facts),
    }
    body = [_top(facts, title), _contents([*parts, "signals"]), *(_section(name, part) for name, part in parts.items())]
    centre = element("div", _section("signals", quality_by_rule.signals(facts)), class_="centre")
    return document(f"{month.plan.name} {title}", STYLE.read_text(encoding="utf-8"), *body, centre, _foot(facts))


def _top(facts: QualityFacts, title: str) -> Html:
    month = facts.month
    known = say("page.known_at", at=wording.instant(month.known_at))
    internal = say("dates.joint").join([month.form_title(month.form), say("page.internal", centre=_centre(month))])
    return joined(
        [
            element("p", internal, class_="meta"),
            element("h1", title),
            element("p", say("dates.joint").join([month.basis(say("account.reported")), known]), class_="meta"),
            element("p", _lead(facts), class_="lead"),
            _cards(facts),
        ]
    )


def _lead(facts: QualityFacts) -> str:
    count = facts.statuses
    due = count.total() - count["not_due"]
    reported = sum(row["is_reported"] for row in facts.submissions)
    units = {"due": due, "reported": reported, "late": count["late"], "missing": count["missing"] + count["unreadable"]}
    said = {"errors": facts.severities["error"], "open": len(facts.open_errors), "asked": len(facts.asked)}
    rows = {"rows": facts.rows_read, "taken": facts.rows_taken, "pending": _pending(facts)}
    return say("page.lead", **units, **said, **rows)


def _pending(facts: QualityFacts) -> int:
    return sum(facts.answers[state] for state in PENDING)


def _cards(facts: QualityFacts) -> Html:
    """The six numbers to remember."""
    due = facts.statuses.total() - facts.statuses["not_due"]
    on_time = sum(row["is_on_time"] for row in facts.submissions)
    missing, open_errors, pending = facts.statuses["missing"], len(facts.open_errors), _pending(facts)
    told = (
        ("on_time", _percent(on_time, due), False),
        ("missing", str(missing), missing > 0),
        ("taken", _percent(facts.rows_taken, facts.rows_read), False),
        ("open_errors", str(open_errors), open_errors > 0),
        ("pending", str(pending), False),
        ("corrected", str(facts.corrected.total()), False),
    )
    return element(
        "div",
        *(
            element(
                "div",
                element("b", value),
                element("span", say(f"page.card.{name}")),
                class_="card bad" if bad else "card",
            )
            for name, value, bad in told
        ),
        class_="cards",
    )


def _percent(part: int, whole: int) -> str:
    return wording.percent(Decimal(part) / whole if whole else None)


def _contents(names: list[str]) -> Html:
    return element("nav", *(element("a", say(f"page.section.{name}"), href=f"#{name}") for name in names))


def _section(name: str, part: Html) -> Html:
    note = element("p", say(f"page.about.{name}"), class_="note")
    return element("section", Html("\n"), element("h2", say(f"page.section.{name}")), note, part, Html("\n"), id=name)


def _centre(month: Month) -> str:
    return month.unit_name(month.table("plans")[0]["centre"])


def _foot(facts: QualityFacts) -> Html:
    lines = [say("page.foot_numbers"), say("page.foot_page", centre=_centre(facts.month))]
    return element("footer", *(element("p", line) for line in lines))
