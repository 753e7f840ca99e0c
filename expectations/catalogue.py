"""Catalogue: the rules as data, read from ``expectations/rules/*.yml`` into frozen values.

Belongs here: what an entry may say, and a clear error for an entry that says something else.
Does not belong here: any rule itself (rules/), judging (judging), what follows from a failed rule (acceptance).
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from expectations import backtest_records, parts
from expectations.rule import NOT_IN_FORCE, SLOT, Check, Evidence, Macro, NotYet, Rule
from ingestion import vocabulary
from ingestion.reference_kinds import load_references

RULES = Path(__file__).parent / "rules"
THEMES = (
    "structure", "schedule", "format", "identity", "duplicates", "arithmetic", "procedures", "totals", "history",
    "references", "signals", "answers",
)  # fmt: skip
KINDS = (
    "issue", "row", "total", "summary", "obligation", "absence", "change", "target", "unit", "column", "signal",
    "answer", "reference",
)  # fmt: skip
SEVERITIES = ("error", "warning", "info", "state")
REFUSALS = ("row", "sheet", "nothing")
GRAINS = ("row", "sheet")
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
OTHER_FILES = ("tolerances", "evidence", "not_yet")


_INSTEAD: ContextVar[tuple[Rule, ...] | None] = ContextVar("rules instead of the catalogue's", default=None)


class CatalogueError(Exception):
    """An entry of the catalogue is wrong; the text names file, entry and the nearest allowed word."""


def load_rules(folder: Path = RULES) -> tuple[Rule, ...]:
    """Every rule in its order: by theme, then as written. :class:`CatalogueError` when an entry is wrong."""
    instead_of_them = _INSTEAD.get() if folder is RULES else None
    return _proven(folder) if instead_of_them is None else instead_of_them


def rules_at(day: date) -> tuple[Rule, ...]:
    """The rules in use or in 试运行 for figures of the day's month, each with the severity it has then."""
    month = f"{day:%Y-%m}"
    return tuple(rule.at(month) for rule in load_rules() if rule.state(month) != NOT_IN_FORCE)


@contextmanager
def instead(rules: Iterable[Rule]) -> Iterator[None]:
    """While it lasts the catalogue is these rules: for trying out what is no part of it yet."""
    token = _INSTEAD.set(tuple(rules))
    try:
        yield
    finally:
        _INSTEAD.reset(token)


@cache
def _proven(folder: Path) -> tuple[Rule, ...]:
    """The rules as written, when every one that is an error has a stored back-test of what it claims now."""
    rules = written(folder)
    if bare := backtest_records.untested(rules, backtest_records.read(folder)):
        names = ", ".join(rule.id for rule in bare)
        raise CatalogueError(
            f"{folder}: {names}: no stored back-test of an error rule's present claim. "
            f"Run: diaodu rules backtest --all --store (or let the rule begin as trial: true)"
        )
    return rules


@cache
def written(folder: Path = RULES) -> tuple[Rule, ...]:
    """Every rule as it is written, back-tested or not: for back-testing it."""
    entries = [(theme, entry) for theme in THEMES for entry in _entries(folder / f"{theme}.yml")]
    strays = {path.stem for path in folder.glob("*.yml")} - {*THEMES, *OTHER_FILES}
    if strays:
        raise CatalogueError(f"{folder}: {sorted(strays)[0]}.yml is no theme; themes are {', '.join(THEMES)}")
    rules = tuple(_rule(folder / f"{theme}.yml", theme, entry, place) for place, (theme, entry) in enumerate(entries))
    twice = {rule.id for rule in rules if sum(other.id == rule.id for other in rules) > 1}
    if twice:
        raise CatalogueError(f"{folder}: rule {sorted(twice)[0]} is there twice; a rule's id is never used again")
    return rules


@cache
def load_macros(folder: Path = RULES) -> tuple[Macro, ...]:
    """The tolerances and other words that ``must`` may use."""
    path = folder / "tolerances.yml"
    return tuple(_plain(Macro, path, entry, "name") for entry in _yaml(path)["macros"])


@cache
def load_evidence(folder: Path = RULES) -> tuple[Evidence, ...]:
    """The evidence used beside the rules to find a culprit."""
    path = folder / "evidence.yml"
    return tuple(_plain(Evidence, path, entry, "id") for entry in _yaml(path)["evidence"])


@cache
def load_not_yet(folder: Path = RULES) -> tuple[NotYet, ...]:
    """The rules whose form or column does not exist; none of their ids is judged, and none is there twice."""
    path = folder / "not_yet.yml"
    found = tuple(_plain(NotYet, path, entry, "id") for entry in _entries(path))
    judged = {rule.id for rule in load_rules(folder)}
    for place, entry in enumerate(found):
        if entry.id in judged or entry.id in {other.id for other in found[:place]}:
            raise CatalogueError(f"{path}: {entry.id} is there twice or judged; a rule's id is never used again")
    return found


def checks(form: str, *kinds: str, rules: Iterable[Rule] | None = None) -> list[Check]:
    """The checks of the given kinds for one part of what is judged, in the catalogue's order.

    ``rules`` are those of the period (:func:`rules_at`); without them, all of the catalogue.
    """
    among = load_rules() if rules is None else rules
    return [check for rule in among if rule.kind in kinds for check in rule.checks(form)]


def _entries(path: Path) -> list[dict]:
    if not path.exists():
        return []
    entries = _yaml(path) or []
    if not isinstance(entries, list):
        raise CatalogueError(f"{path}: must be a list of rules")
    return entries


class _Exact(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Amounts in examples are decimal, never float."""


_Exact.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(loader.construct_scalar(node)))


def _yaml(path: Path) -> object:
    return yaml.load(path.read_text(encoding="utf-8"), _Exact)


def _plain(kind: type, path: Path, entry: dict, key: str):
    allowed = [f.name for f in fields(kind)]
    _known_keys(path, str(entry.get(key)), entry, allowed, allowed)
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()})


REQUIRED = ("id", "title_zh", "forms", "kind", "message_zh", "remedy_zh", "source_zh", "since", "examples")


def _rule(path: Path, theme: str, entry: dict, place: int) -> Rule:
    name = str(entry.get("id"))
    allowed = [f.name for f in fields(Rule) if f.name not in ("theme", "position")]
    _known_keys(path, name, entry, allowed, REQUIRED)
    values = {key: _frozen(value) for key, value in entry.items()}
    values["each"] = _each(entry.get("each", ()))
    values["examples"] = _examples(path, name, entry["examples"])
    values |= _severity(path, name, entry)
    is_error = "error" in (values["severity"], *(dated["severity"] for dated in values.get("severities", ())))
    values.setdefault("refuses", "row" if is_error else "nothing")
    rule = Rule(**values, theme=theme, position=place)
    for key, allowed in (("kind", KINDS), ("severity", SEVERITIES), ("refuses", REFUSALS), ("grain", GRAINS)):
        _one_of(path, name, key, getattr(rule, key), allowed)
    _check_fields(path, rule)
    if (rule.must is None) == (rule.kind != "issue") or (rule.kind == "issue") > bool(rule.issue_codes):
        raise CatalogueError(f"{path}: {name}: needs issue_codes when its kind is issue, must otherwise")
    return rule


def _severity(path: Path, name: str, entry: dict) -> dict[str, object]:
    """One severity, or dated ones of which the first begins with the rule; at any time there is exactly one."""
    for key in ("since", "until"):
        _month(path, name, entry.get(key, entry["since"]))
    if isinstance(entry.get("trial", False), bool) is False:
        raise CatalogueError(f"{path}: {name}: trial is true or false")
    dated = entry.get("severities")
    if (dated is None) == (entry.get("severity") is None):
        raise CatalogueError(f"{path}: {name}: needs either severity or severities")
    if dated is None:
        return {}
    for one in dated:
        _known_keys(path, name, one, ("since", "severity"), ("since", "severity"))
        _one_of(path, name, "severity", one["severity"], SEVERITIES)
    months = [_month(path, name, one["since"]) for one in dated]
    if not dated or months != sorted(set(months)) or months[0] != entry["since"]:
        raise CatalogueError(f"{path}: {name}: severities must begin with the rule's since and follow one another")
    return {"severity": dated[-1]["severity"], "severities": tuple(MappingProxyType(one) for one in dated)}


def _month(path: Path, name: str, month: object) -> str:
    if not isinstance(month, str) or not MONTH.fullmatch(month):
        raise CatalogueError(f"{path}: {name}: {month} is no month; write it as 2022-11")
    return month


def _known_keys(path: Path, name: str, entry: dict, allowed: Iterable[str], required: Iterable[str]) -> None:
    for key in entry:
        _one_of(path, name, "key", key, allowed)
    missing = [key for key in required if entry.get(key) is None]
    if missing:
        raise CatalogueError(f"{path}: {name}: {missing[0]} is missing")


def _one_of(path: Path, name: str, what: str, word: str, allowed: Iterable[str]) -> None:
    allowed = list(allowed)
    if word not in allowed:
        near = difflib.get_close_matches(str(word), allowed, 1, 0)[0]
        raise CatalogueError(f'{path}: {name}: {what} "{word}" is not known. Did you mean "{near}"?')


def _examples(path: Path, name: str, given: dict) -> Mapping[str, tuple[Mapping, ...]]:
    for key in given:
        _one_of(path, name, "example", key, ("pass", "fail", "edge", "not_judged"))
    for kind in ("pass", "fail"):
        if not given.get(kind):
            raise CatalogueError(f"{path}: {name}: an example that must {kind} is missing")
    return MappingProxyType({k: tuple(v) if isinstance(v, list) else (v,) for k, v in given.items()})


def _check_fields(path: Path, rule: Rule) -> None:
    for form in rule.forms:
        _one_of(path, rule.id, "form", form, parts.NAMES)
    for name in rule.needs:
        _one_of(path, rule.id, "list", name, load_references())
    named = [*rule.each, *(cell for check in rule.every_check for cell in (*check.cells, *check.solves))]
    for name in named:
        _one_of(path, rule.id, "field", name, vocabulary.fields())
    for text in (rule.must or "", *rule.solves.values()):
        for slot in SLOT.findall(text):
            words = {word for own in rule.each.values() for word in own}
            _one_of(path, rule.id, "slot", slot, ("field", *words) if rule.each else ("",))


def _each(given: object) -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType(dict(given) if isinstance(given, dict) else {name: {} for name in given})


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else MappingProxyType(value) if isinstance(value, dict) else value
