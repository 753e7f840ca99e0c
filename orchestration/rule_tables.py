"""Rule tables: a rule, the list of them and a back-test as the terminal shows them.

Belongs here: columns, order, words for what an entry says.
Does not belong here: the commands (rules_command), the entries (expectations.catalogue).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dispatch.wording import said
from expectations.backtest import Backtest
from expectations.backtest_records import Record, claim_of
from expectations.catalogue import SEVERITIES
from expectations.parts import form_of
from expectations.rule import SLOT, Rule
from expectations.wording import label
from ingestion import vocabulary
from ingestion.forms import load_forms
from orchestration.console import say


def listing(rules: Iterable[Rule]) -> RenderableType:
    """Every rule on a line of its own, in the catalogue's order."""
    table = _table("rule", "title", "severity", "state", "since")
    for rule in rules:
        table.add_row(rule.id, rule.title_zh, _severity(rule.severity), _state(rule), _since(rule))
    return table


def entry(rule: Rule, records: Sequence[Record]) -> RenderableType:
    """The whole entry of one rule."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for key, text in _facts(rule):
        if text:
            table.add_row(say(f"rules_{key}"), Text(text))
    for record in records:
        table.add_row(say("rules_record"), Text(_record(rule, record)))
    if not records:
        table.add_row(say("rules_record"), Text(say("rules_no_record")))
    return table


def one(rule: Rule, found: Backtest) -> RenderableType:
    """A back-test: every figure that was stopped, and what they come to."""
    table = _table("unit", "period", "form", "project", "cells", "found", "later", "corrected")
    for figure in sorted(found.figures, key=lambda f: (f.plan_id, f.unit_id or "", f.period, f.project_id or "")):
        table.add_row(
            f"{figure.plan_id} {figure.unit_id or ''}",
            figure.period,
            _form(figure.form),
            figure.project_name or figure.project_id or "",
            figure.cells or "",
            figure.found or "",
            figure.later or "",
            say("rules_yes") if figure.is_corrected else say("rules_no"),
        )
    title = Text(f"{rule.id} {rule.title_zh}", style="bold")
    return Group(title, *([table] if found.figures else []), Text(_sum(found)))


def many(rules: Sequence[Rule], found: Mapping[str, Backtest]) -> RenderableType:
    """The back-tests of several rules, a line each."""
    table = _table("rule", "title", "severity", "judged", "stopped", "units", "figures", "corrected", "share")
    for rule in rules:
        test = found[rule.id]
        numbers = (test.judged, test.stopped, test.units, len(test.figures), test.corrected)
        table.add_row(rule.id, rule.title_zh, _severity(rule.severity), *map(str, numbers), _share(test))
    return table


def _table(*keys: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for key in keys:
        table.add_column(say(f"rules_{key}"), overflow="fold")
    return table


def _facts(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "rule", rule.id
    yield "title", rule.title_zh
    yield "theme", said("theme", rule.theme)
    yield "forms", say("rules_joint").join(dict.fromkeys(_form(part) for part in rule.forms))
    dated = [say("rules_from", month=one["since"], severity=_severity(one["severity"])) for one in rule.severities]
    yield "severity", say("rules_joint").join(dated) or _severity(rule.severity)
    yield "refuses", say(f"rules_refuses_{rule.refuses}")
    yield "state", _state(rule)
    yield "since", _since(rule)
    yield "must", rule.must or say("rules_issues", codes=say("rules_joint").join(rule.issue_codes))
    names = [cell for check in rule.every_check for cell in check.cells]
    yield "cells", say("rules_joint").join(dict.fromkeys(map(label, names)))
    yield "message", SLOT.sub(lambda match: f"[{_name(match[1])}]", rule.message_zh)
    yield "remedy", rule.remedy_zh
    yield "source", rule.source_zh
    for kind, given in rule.examples.items():
        yield f"example_{kind}", "\n".join(_example(example) for example in given)


def _example(example: Mapping) -> str:
    parts = [f"{_name(key)} {value}" for key, value in example.items()]
    return say("rules_joint").join(parts)


def _name(key: str) -> str:
    return label(key) if key in vocabulary.fields() else key


def _severity(severity: str) -> str:
    return say(f"severity_{severity}") if severity in SEVERITIES else severity


def _state(rule: Rule) -> str:
    return say("rule_state_trial" if rule.trial else "rule_state_in_use")


def _since(rule: Rule) -> str:
    return say("rules_since_until", since=rule.since, until=rule.until) if rule.until else rule.since


def _form(part: str) -> str:
    form = form_of(part)
    return load_forms()[form].label_zh if form in load_forms() else form


def _sum(found: Backtest) -> str:
    return say(
        "rules_sum",
        periods=len(found.periods),
        first=found.periods[0],
        last=found.periods[-1],
        judged=found.judged,
        stopped=found.stopped,
        units=found.units,
        figures=len(found.figures),
        corrected=found.corrected,
        share=_share(found),
    )


def _share(found: Backtest) -> str:
    """How many of the stopped figures were corrected, in whole percent rounded down; a dash where none was stopped."""
    return f"{100 * found.corrected // len(found.figures)}%" if found.figures else "—"


def _record(rule: Rule, record: Record) -> str:
    holds = say("rules_record_holds" if record.claim == claim_of(rule) else "rules_record_stale")
    return say("rules_record_line", holds=holds, **(vars(record) | {"data": say(f"rules_data_{record.data}")}))
