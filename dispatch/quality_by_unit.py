"""Quality by unit: the parts of the data-quality page that speak of units, from who reported to whose answers stand.

Belongs here: the state of reporting, points, findings by unit and theme, answers, decisions.
Does not belong here: numbers (quality_facts, quality_scores), rules and periods (quality_by_rule).
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from dispatch import charts, quality_scores, wording
from dispatch.html import Html, element, joined, table
from dispatch.quality_facts import MISTAKES, PENDING, SETTLED, STATUSES, WITH_ROWS, QualityFacts
from dispatch.wording import said, say
from expectations.catalogue import THEMES

FILLS = {"on_time": "f-good", "nil": "f-nil", "late": "f-late", "unreadable": "f-grey", "missing": "f-bad",
         "not_due": "f-calm"}  # fmt: skip
ANSWER_FILLS = {"answered": "f-good", "accepted": "f-nil", "waived": "f-calm", "unanswered": "f-bad",
                "refused": "f-late", "reopened": "f-grey"}  # fmt: skip
SUBJECT = ("unit_id", "form", "project_id", "procedure", "rule_id", "receipt_id")
HEAT = (1, 3, 6, 10)  # from so many findings on a cell is a step darker


def reporting(facts: QualityFacts) -> Html:
    """Who reported and when: a bar of all units, then each with its versions before and after the deadline."""
    if not facts.submissions:
        return element("p", say("page.nobody_owes"), class_="note")
    counts = [(FILLS[name], facts.statuses[name]) for name in STATUSES]
    legend = [(FILLS[name], said("status", name), facts.statuses[name]) for name in STATUSES if facts.statuses[name]]
    heads = ("unit", "state", "first_received", "from_deadline", "arrivals", "versions", "corrected", "rows_read",
             "accepted", "carried")  # fmt: skip
    rows = [_reported(facts, row) for row in facts.submissions]
    return joined(
        [
            charts.parts_bar(counts, say("page.reporting")),
            legend_of(legend),
            element("p", _dates(facts), class_="note"),
            table([say(f"page.head.{name}") for name in heads], rows, numbers=range(5, len(heads))),
            element("p", say("page.strip_legend", days=charts.STRIP_HOURS // 24), class_="note"),
        ]
    )


def _dates(facts: QualityFacts) -> str:
    first = facts.submissions[0]
    stated = (first["deadline_note_zh"], facts.month.later_dates(facts.month.form))
    notes = say("dates.joint").join(filter(None, stated)) or say("none")
    return say("status.deadline", due=wording.instant(first["due_at"]), note=notes)


def _reported(facts: QualityFacts, row: dict) -> list[Html | str | int]:
    unit_id, late_by = row["unit_id"], None
    if row["received_at"] and row["due_at"]:
        late_by = int((row["received_at"] - row["due_at"]).total_seconds() // 60)
    return [
        facts.month.unit_name(unit_id),
        element("span", said("status", row["status"]), class_=f"chip {row['status']}"),
        element("span", wording.instant(row["received_at"]) or say("none"), class_="nowrap"),
        element("span", _distance(late_by), class_="nowrap"),
        _arrivals(facts, row),
        row["versions"],
        facts.corrected[unit_id] or say("none"),
        row["rows_read"],
        row["accepted"],
        row["carried"] or say("none"),
    ]


def _distance(minutes: int | None) -> str:
    """How long before or after the deadline, in the two largest units."""
    if minutes is None:
        return say("none")
    days, rest = divmod(abs(minutes), 24 * 60)
    span = say("page.days_hours", days=days, hours=rest // 60) if days else say("page.hours", h=rest // 60, m=rest % 60)
    return say("page.after" if minutes > 0 else "page.before", span=span)


def _arrivals(facts: QualityFacts, row: dict) -> Html | str:
    due_at: datetime | None = row["due_at"]
    came = [version for version in facts.versions.get(row["unit_id"], ()) if version["kind"] in WITH_ROWS]
    if not due_at or not came:
        return ""
    marks = []
    for place, version in enumerate(came):
        hours = int((version["received_at"] - due_at).total_seconds() // 3600)
        first = "late" if version["received_at"] > due_at else "first"
        marks.append((hours, "waits" if version["awaits_opening"] else "again" if place else first))
    times = say("list_joint").join(wording.instant(version["received_at"]) for version in came)
    return charts.deadline_strip(marks, times)


def scorecard(facts: QualityFacts) -> Html:
    """Points of each unit, their parts, what they rest on, and the formula."""
    found = quality_scores.scores(facts)
    if not found:
        return element("p", say("page.nobody_owes"), class_="note")
    heads = ("unit", "points", "points_bar", "in_time", "no_errors", "explained", "rests_on")
    rows = [_scored(facts, score) for score in found]
    formula = [say(f"page.formula_{name}") for name in ("sum", "in_time", "no_errors", "explained", "fair")]
    return joined(
        [
            table([say(f"page.head.{name}") for name in heads], rows, numbers=(1, 3, 4, 5)),
            element("div", *(element("p", line) for line in formula), class_="formula"),
        ]
    )


def _scored(facts: QualityFacts, score: quality_scores.Score) -> list[Html | str]:
    shown = [say("none") if part is None else f"{part:.1f}" for part in quality_scores.parts(score)]
    name = facts.month.unit_name(score.unit_id)
    rests = element("td", say("dates.joint").join(_rests_on(score)), class_="text")
    total = f"{score.total:.1f}"
    bar = charts.share_bar(score.total, 100, say("page.points_of", name=name, points=total))
    return [name, element("b", total), bar, *shown, rests]


def _rests_on(score: quality_scores.Score) -> Iterator[str]:
    """The counts behind a unit's points, in words."""
    yield said("status", score.status)
    if score.no_errors is not None and score.rows:
        key = "page.rows_wrong" if score.rows_with_errors else "page.rows_right"
        yield say(key, rows=score.rows, wrong=score.rows_with_errors)
    if score.explained is not None and score.asked:
        yield say("page.asked_settled", asked=score.asked, settled=score.settled)
    if score.is_few:
        yield say("page.few_rows")


def by_unit(facts: QualityFacts) -> Html:
    """How many findings each unit has of each theme and severity; who has none is counted under the table."""
    if not facts.mistakes:
        return element("p", say("page.no_findings"), class_="note")
    themes = [theme for theme in THEMES if any(row["theme"] == theme for row in facts.mistakes)]
    units = sorted(
        {row["unit_id"] for row in facts.mistakes}, key=lambda unit: (facts.month.unit_order(unit), unit or "")
    )
    rows = [_counted(facts.month.unit_name(unit), facts.of_unit(facts.mistakes, unit), themes) for unit in units]
    rows.append(_counted(say("quality.total"), facts.mistakes, themes, is_sum=True))
    heads = [say("page.head.unit"), *(said("theme", theme) for theme in themes)]
    heads += [*(said("severity", name) for name in MISTAKES), say("page.head.sum")]
    without = len({row["unit_id"] for row in facts.submissions} - set(units))
    note = element("p", say("page.units_without", count=without), class_="note") if without else None
    return joined([table(heads, rows, numbers=range(1, len(heads))), note])


def _counted(name: str, rows: list[dict], themes: list[str], is_sum: bool = False) -> list[Html | str | int]:
    of_theme, of_severity = (Counter(row[key] for row in rows) for key in ("theme", "severity"))
    cells = [_heat(of_theme[theme], is_sum) for theme in themes]
    return [name, *cells, *(of_severity[severity] or say("none") for severity in MISTAKES), element("b", len(rows))]


def _heat(count: int, is_sum: bool) -> Html:
    step = 0 if is_sum else sum(count >= least for least in HEAT)
    return element("td", count or say("none"), class_=f"number heat{step}" if step else "number")


def answers(facts: QualityFacts) -> Html:
    """What had to be explained and what became of it, by unit."""
    if not facts.asked:
        return element("p", say("page.nothing_asked"), class_="note")
    states = [state for state in (*SETTLED, *PENDING) if facts.answers[state]]
    units = sorted({row["unit_id"] for row in facts.asked}, key=lambda unit: (facts.month.unit_order(unit), unit or ""))
    rows = []
    for unit in units:
        own = Counter(row["answer_state"] for row in facts.of_unit(facts.asked, unit))
        rows.append([facts.month.unit_name(unit), own.total(), *(own[state] or say("none") for state in states)])
    heads = [say("page.head.unit"), say("page.head.asked"), *(said("answer_state", state) for state in states)]
    counts = [(ANSWER_FILLS[state], facts.answers[state]) for state in states]
    legend = [(ANSWER_FILLS[state], said("answer_state", state), facts.answers[state]) for state in states]
    return joined(
        [
            charts.parts_bar(counts, say("page.answers")),
            legend_of(legend),
            table(heads, rows, numbers=range(1, len(heads))),
        ]
    )


def decisions(facts: QualityFacts) -> Html | None:
    """The centre's decisions about the period, each with post, reason and end."""
    if not facts.decisions:
        return None
    rows = [
        [
            element("span", wording.instant(row["decided_at"]), class_="nowrap"),
            said("decision", row["kind"]),
            say("list_joint").join(_subject(facts, json.loads(row["subject"]))),
            row["post"],
            row["reason"],
            element("span", wording.instant(row["ends_at"]) or say("none"), class_="nowrap"),
        ]
        for row in facts.decisions
    ]
    heads = ("decided_at", "decision", "subject", "post", "reason", "ends_at")
    return joined([element("h3", say("page.decisions")), table([say(f"page.head.{name}") for name in heads], rows)])


def _subject(facts: QualityFacts, subject: dict) -> Iterator[str]:
    """What a decision is about, in words as far as they are known."""
    month = facts.month
    for key in SUBJECT:
        value = subject.get(key)
        if value is None:
            continue
        if key == "unit_id":
            yield month.unit_name(value)
        elif key == "form":
            yield month.form_title(value) if value in month.plan.forms else str(value)
        elif key == "receipt_id":
            yield say("page.receipt_no", number=value)
        else:
            yield str(value)


def legend_of(parts: list[tuple[str, str, int]]) -> Html:
    """The parts of a bar in words: (class, name, count)."""
    words = (element("span", element("i", class_=fill), f"{name} {count}") for fill, name, count in parts)
    return element("div", *words, class_="legend")
