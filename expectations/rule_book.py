"""Rule book: the whole catalogue as a document for those who fill the forms, written from the rules themselves.

Belongs here: what is told of each rule and in what order (docs/rules.zh-CN.md; a test holds the file to it).
Does not belong here: putting expressions into words (rule_words), the sentences (messages_rules.csv).
"""

from collections.abc import Iterable, Iterator, Mapping

from expectations import parts
from expectations.catalogue import THEMES, load_macros, load_not_yet, written
from expectations.rule import Rule
from expectations.rule_words import example, formula, message, name, told
from ingestion import vocabulary
from ingestion.forms import load_forms
from ingestion.reference_kinds import load_references


def rule_book() -> str:
    """The document: levels, words, every rule by theme, and what cannot be judged yet. Equal rules, equal bytes."""
    return "\n".join([*_front(), *_by_theme(), *_not_yet()]) + "\n"


def _texts() -> Mapping[str, str]:
    return vocabulary.messages("rules")


def _front() -> Iterator[str]:
    texts = _texts()
    yield from (texts["book_title"], "", texts["book_intro"], "", texts["book_levels"], "")
    for severity in ("error", "warning", "info", "state"):
        yield f"- {texts[f'book_level_{severity}']}"
    yield from ("", texts["book_unjudged"], "", texts["book_words"], "", texts["book_words_intro"], "")
    for macro in load_macros():
        word = macro.name.partition("(")[0]
        yield texts["book_word_line"].format(name=texts.get(f"fn_{word}", word), why=macro.why_zh)
    yield ""


def _by_theme() -> Iterator[str]:
    texts, number = _texts(), 0
    for theme in THEMES:
        rules = sorted((rule for rule in written() if rule.theme == theme), key=lambda rule: rule.id)
        if rules:
            number += 1
            heading = {"number": number, "theme": texts[f"theme_{theme}"], "count": len(rules)}
            yield from (texts["book_theme"].format(**heading), "")
            yield from (line for key in (f"note_{theme}",) if key in texts for line in (texts[key], ""))
            for rule in rules:
                yield from (texts["book_rule"].format(id=rule.id, title=rule.title_zh), "", *_told(rule), "")


def _told(rule: Rule) -> Iterator[str]:
    """One rule, line by line."""
    texts = _texts()
    yield texts["book_severity"].format(severity=_severity(rule))
    yield texts["book_forms"].format(forms=_listed(map(_part, rule.forms)))
    kind = f"kind_issue_{rule.grain}" if rule.kind == "issue" else f"kind_{rule.kind}"
    yield texts["book_how"].format(how=texts[kind])
    if rule.must:
        yield texts["book_formula"].format(formula=formula(rule))
    if rule.each:
        yield texts["book_each"].format(fields=_each(rule))
    yield texts["book_message"].format(message=message(rule.message_zh))
    yield texts["book_remedy"].format(remedy=message(rule.remedy_zh))
    yield texts["book_source"].format(source=rule.source_zh)
    if rule.needs:
        lists = load_references()
        yield texts["book_needs"].format(lists=_listed(lists[kind].label_zh for kind in rule.needs))
    since = texts["book_until"].format(since=rule.since, until=rule.until) if rule.until else rule.since
    yield texts["book_since"].format(since=since)
    for kind in ("pass", "edge", "fail", "not_judged"):
        for values in rule.examples.get(kind, ()):
            yield texts[f"book_{kind}"].format(example=example(values))


def _severity(rule: Rule) -> str:
    texts = _texts()
    words = {severity: texts[f"book_{severity}"] for severity in ("warning", "info", "state")}
    words["error"] = texts[f"book_refuses_{rule.refuses}"]
    said = words[rule.severity]
    if rule.severities:
        dated = (texts["book_dated"].format(severity=words[d["severity"]], since=d["since"]) for d in rule.severities)
        said = texts["book_joint"].join(dated)
    return texts["book_trial"].format(severity=said) if rule.trial else said


def _each(rule: Rule) -> str:
    """The fields a rule is read for, with the words that stand for something else in each."""
    texts = _texts()
    if not any(rule.each.values()):
        return _listed(map(name, rule.each))
    found = []
    for field, own in rule.each.items():
        meant = (texts["book_means"].format(word=name(word), value=told(value)) for word, value in own.items())
        words = texts["book_list_joint"].join(meant)
        found.append(texts["book_field"].format(field=name(field), words=words))
    return texts["book_joint"].join(found)


def _part(part: str) -> str:
    texts = _texts()
    return texts.get(f"part_{part}") or load_forms()[parts.form_of(part)].label_zh


def _listed(words: Iterable[str]) -> str:
    return _texts()["book_list_joint"].join(words)


def _not_yet() -> Iterator[str]:
    texts, rules = _texts(), load_not_yet()
    yield from (texts["book_not_yet"].format(count=len(rules)), "", texts["book_not_yet_intro"], "")
    for rule in rules:
        yield texts["book_not_yet_line"].format(id=rule.id, title=rule.title_zh, lacks=rule.lacks_zh)
