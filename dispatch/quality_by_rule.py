"""Quality by rule: the parts of the data-quality page that speak of rules and of periods.

Belongs here: what the rules found, what they could not judge and why, states, signals, the trend.
Does not belong here: numbers (quality_facts), units (quality_by_unit).
"""

import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from dispatch import charts
from dispatch.html import Html, element, joined, table
from dispatch.month import SEVERITIES
from dispatch.quality_by_unit import legend_of
from dispatch.quality_facts import IN_USE, NOT_IN_FORCE, ON_TRIAL, Judged, QualityFacts
from dispatch.wording import said, say
from expectations.catalogue import THEMES, load_rules
from expectations.rule import Rule

WHY_BY_KIND = {"obligation": "obligation", "total": "total", "summary": "total", "target": "target", "unit": "unit",
               "change": "change", "answer": "answer"}  # fmt: skip
WHY_BY_WORD = (("previous", r"\b(prev|hist)\b"), ("list", r"\blist\."), ("monthly", r"\bmonthly\."))


def found(facts: QualityFacts) -> Html | None:
    """The rules with findings, worst first, the most findings first."""
    rules = titles()
    counted = Counter((row["severity"], row["rule_id"]) for row in facts.mistakes)
    if not counted:
        return None
    most = max(counted.values())
    rows = []
    for (severity, rule_id), count in sorted(
        counted.items(), key=lambda item: (_rank(item[0][0]), -item[1], item[0][1])
    ):
        own = [row for row in facts.mistakes if (row["severity"], row["rule_id"]) == (severity, rule_id)]
        title = f"{rule_id} {rules.get(rule_id, '')}".strip()
        bar = charts.share_bar(Decimal(count), Decimal(most), say("page.count_of", name=title, count=count))
        still_open, units = sum(row["still_open"] for row in own), len({row["unit_id"] for row in own})
        rows.append([title, said("severity", severity), count, bar, still_open, units])
    heads = ("rule", "severity", "count", "count_bar", "open", "units")
    return joined(
        [element("h3", say("page.by_rule")), table([say(f"page.head.{h}") for h in heads], rows, "wide", (2, 4, 5))]
    )


def judged(facts: QualityFacts) -> Html:
    """How often rules held, failed and could not be judged: as a bar, by theme, and rule by rule."""
    sums = {name: sum(getattr(rule, name) for rule in facts.rules) for name in ("passed", "failed", "not_judged")}
    fills = {"passed": "f-good", "failed": "f-bad", "not_judged": "f-calm"}
    counts = {"rules": facts.rule_states[IN_USE], "judged": f"{sums['passed'] + sums['failed']:,}"}
    lines = [say("page.rules_judged", not_judged=f"{sums['not_judged']:,}", **counts)]
    for state in (ON_TRIAL, NOT_IN_FORCE):
        if facts.rule_states[state]:
            lines.append(say(f"page.rules_{state}", count=facts.rule_states[state]))
    return joined(
        [
            element("p", *lines),
            charts.parts_bar([(fills[name], count) for name, count in sums.items()], say("page.rules")),
            legend_of([(fills[name], say(f"page.{name}"), f"{count:,}") for name, count in sums.items()]),
            element("p", say("page.who_judges"), class_="note"),
            _by_theme(facts),
            _not_judged(facts),
            _every_rule(facts),
        ]
    )


def _by_theme(facts: QualityFacts) -> Html:
    rows = []
    for theme in THEMES:
        own = [rule for rule in facts.rules if rule.theme == theme]
        if own:
            sums = [sum(getattr(rule, name) for rule in own) for name in ("passed", "failed", "not_judged")]
            rows.append(
                [said("theme", theme), len(own), sum(rule.was_judged for rule in own), *(f"{n:,}" for n in sums)]
            )
    heads = ("theme", "rules", "rules_judged", "passed", "failed", "not_judged")
    return table([say(f"page.head.{name}") for name in heads], rows, numbers=range(1, len(heads)))


def _not_judged(facts: QualityFacts) -> Html | None:
    """The rules that never came to judge, with the reason: neither passed nor failed."""
    known = {rule.id: rule for rule in load_rules()}
    silent = [rule for rule in facts.rules if not rule.was_judged]
    if not silent:
        return None
    rows = [[_name(rule), rule.not_judged or say("none"), why(known.get(rule.rule_id), rule)] for rule in silent]
    heads = [say(f"page.head.{name}") for name in ("rule", "times", "why")]
    summary = element("summary", say("page.never_judged", count=len(silent)))
    return element("details", summary, table(heads, rows, "wide", (1,)), open="open")


def _every_rule(facts: QualityFacts) -> Html:
    rows = [
        [_name(rule), said("theme", rule.theme), said("severity", rule.severity),
         *(f"{getattr(rule, name):,}" for name in ("passed", "failed", "not_judged"))]
        for rule in sorted(facts.rules, key=lambda rule: (THEMES.index(rule.theme), rule.rule_id))
    ]  # fmt: skip
    heads = [say(f"page.head.{name}") for name in ("rule", "theme", "severity", "passed", "failed", "not_judged")]
    summary = element("summary", say("page.every_rule", count=len(rows)))
    return element("details", summary, table(heads, rows, "wide", (3, 4, 5)))


def why(rule: Rule | None, judged_as: Judged) -> str:
    """Why a rule could not judge, as far as its kind and what it compares with tell."""
    if judged_as.lacks:
        return judged_as.lacks
    if not judged_as.not_judged:
        return say("page.why.nothing")
    if judged_as.theme == "references":
        return say("page.why.reference")
    if rule and rule.kind in WHY_BY_KIND:
        return say(f"page.why.{WHY_BY_KIND[rule.kind]}")
    text = rule.must or "" if rule else ""
    otherwise = "procedures" if judged_as.theme == "procedures" else "blank"
    return say(f"page.why.{next((name for name, pattern in WHY_BY_WORD if re.search(pattern, text)), otherwise)}")


def states(facts: QualityFacts) -> Html:
    """How projects and units stand: counted, and no mistakes."""
    if not facts.states:
        return element("p", say("page.no_states"), class_="note")
    rules = titles()
    counted = Counter(row["rule_id"] for row in facts.states)
    rows = []
    for rule_id, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        own = [row for row in facts.states if row["rule_id"] == rule_id]
        units = list(dict.fromkeys(sorted((row["unit_id"] for row in own), key=facts.month.unit_order)))
        names = say("list_joint").join(facts.month.unit_name(unit) for unit in units)
        rows.append([f"{rule_id} {rules.get(rule_id, '')}".strip(), count, names])
    return table([say(f"page.head.{name}") for name in ("state_of", "count", "unit_names")], rows, "wide", (1,))


def signals(facts: QualityFacts) -> Html:
    """What the centre may look into, each with its project; nobody is accused of anything."""
    if not facts.signals:
        return element("p", say("page.no_signals"), class_="note")
    rules = titles()
    rows = [
        [
            f"{row['rule_id']} {rules.get(row['rule_id'], '')}".strip(),
            facts.month.unit_name(row["unit_id"]),
            row["project_name"] or say("none"),
            row["message_zh"],
        ]
        for row in sorted(facts.signals, key=lambda row: (row["rule_id"], facts.month.unit_order(row["unit_id"])))
    ]
    return table([say(f"page.head.{name}") for name in ("signal", "unit", "project", "message")], rows, "wide")


def trend(facts: QualityFacts) -> Html:
    """Three lines over the periods: in time, errors per hundred rows, what waits for an explanation."""
    periods = [row for row in facts.trend if row["due"]]
    if not periods:
        return element("p", say("page.no_trend"), class_="note")
    names = [_tick(row["period"]) for row in periods]
    in_time = [Decimal(row["on_time"] * 100) / row["due"] for row in periods]
    errors = [Decimal(row["errors"] * 100) / row["rows_read"] if row["rows_read"] else None for row in periods]
    waiting = [Decimal(row["open_warnings"]) for row in periods]
    drawn = []
    for key, values, unit, top in (
        ("in_time", in_time, "%", Decimal(100)), ("errors", errors, "", None), ("waiting", waiting, "", None),
    ):  # fmt: skip
        points = [(name, value, f"{_short(value)}{unit}") for name, value in zip(names, values, strict=True)]
        caption = element("figcaption", element("b", say(f"page.trend_{key}")), say(f"page.trend_{key}_note"))
        drawn.append(element("figure", caption, charts.line(points, say(f"page.trend_{key}"), top)))
    return element("div", *drawn, class_="pair")


def _tick(period: str) -> str:
    """A period as the foot of a chart has room for it."""
    year, month, *day = period.split("-")
    return f"{int(month)}-{int(day[0])}" if day else say("page.month", month=int(month), year=year)


def _short(value: Decimal | None) -> str:
    if value is None:
        return ""
    rounded = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded:f}".removesuffix(".0")


def titles() -> dict[str, str]:
    """The title of every rule by its id."""
    return {rule.id: rule.title_zh for rule in load_rules()}


def _name(rule: Judged) -> str:
    return f"{rule.rule_id} {titles().get(rule.rule_id, '')}".strip()


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity)
