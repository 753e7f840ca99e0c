"""Rule words: a rule's boolean and its examples, told in the words of those who fill the forms.

Belongs here: putting the names, codes and functions of DuckDB expressions into Chinese, one by one.
Does not belong here: which parts of a rule are told and in what order (rule_book), judging (judging).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from expectations.rule import SLOT, Rule
from expectations.wording import plain
from ingestion import vocabulary
from ingestion.reference_kinds import load_references

_TOKEN = re.compile(r"'[^']*'|[A-Za-z_][A-Za-z_0-9]*|\d+(?:\.\d+)?|<=|>=|<>|!=|\|\||[^\s]")
_BESIDE = ("prev", "list", "monthly")
_CAST = re.compile(r"::\w+(?:\([^)]*\))?")
_MESSAGE_SLOT = re.compile(r"\{([\w.]+)\}")
_SIGNS = {"<=": "≤", ">=": "≥", "<>": "≠", "!=": "≠", "*": "×", "/": "÷", "-": "－", "+": "＋", "=": "＝"}
_TIGHT = "(),[].×÷"


@cache
def _texts() -> Mapping[str, str]:
    return vocabulary.messages("rules")


def name(word: str) -> str:
    """What a column, or a word that rules use, is called; an unknown one stays as it is."""
    field = vocabulary.fields().get(word)
    if field is not None:
        return field.label_zh
    if word in load_references():
        return load_references()[word].label_zh
    if word in vocabulary.metrics():
        return vocabulary.metrics()[word].label_zh
    return _texts().get(f"word_{word}", word)


def formula(rule: Rule) -> str:
    """The rule's ``must`` in words; where it is read once per field, with the field's own words behind it."""
    return told(SLOT.sub(lambda match: f" {match[1]} ", rule.must or ""))


def told(expression: str) -> str:
    """A DuckDB expression in words.

    >>> told("ytd_investment_wan <= cumulative_investment_wan")
    '自年初累计完成投资 ≤ 自开工累计完成投资'
    """
    words, place, listed = [], 0, None
    tokens = _between(_TOKEN.findall(_CAST.sub("", expression)))
    while place < len(tokens):
        token, rest = tokens[place], [token.lower() for token in tokens[place : place + 4]]
        skip, word = _phrase(rest) or (0, "")
        if skip:
            words.append(word)
        elif token.startswith("'"):
            words.append(_literal(token[1:-1], listed))
            skip = 1
        elif rest[1:2] == ["."] and token in (
            *_BESIDE,
            "ctx",
            "industry",
            "hist",
            "dated",
            "h",
            "past",
            *load_references(),
        ):
            skip, word = 3, _owned(token, tokens[place + 2])
            words.append(word)
            listed = tokens[place + 2]
        elif rest[1:2] == ["("] and f"fn_{token}" in _texts():
            words.append(_texts()[f"fn_{token}"])
            skip = 1
        else:
            listed = token if _code_list(token) else listed
            words.append(_texts().get(f"sql_{token.lower()}", _SIGNS.get(token, name(token))))
            skip = 1
        place += skip
    return _joined(words)


def _between(tokens: Sequence[str]) -> list[str]:
    """The tokens, each "and" that belongs to a "between" told from those that join conditions."""
    found, depth, waiting = [], 0, []
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if token == "between":
            waiting.append(depth)
        elif token == "and" and waiting and waiting[-1] == depth:
            waiting.pop()
            token = "and_of_between"
        found.append(token)
    return found


def _phrase(tokens: Sequence[str]) -> tuple[int, str] | None:
    """The words of a fixed turn of several tokens, and how many they are."""
    if tokens[0] == "interval":
        return 3, f"{tokens[1]}{_texts()[f'span_{tokens[2]}']}"
    for length in (4, 3, 2):
        key = f"sql_{'_'.join(tokens[:length])}"
        if len(tokens) >= length and key in _texts():
            return length, _texts()[key]
    return None


def _owned(owner: str, word: str) -> str:
    if owner in _BESIDE:
        return _texts()[f"book_of_{owner}"] + name(word)
    return name(word) if owner in ("ctx", "h", "past") else f"{name(owner)}{_texts()['sql_of']}{name(word)}"


def _literal(text: str, listed: str | None) -> str:
    """A text inside an expression: the label of a code of the column before it, else as it is."""
    for code_list in filter(None, (_code_list(listed or ""),)):
        code = vocabulary.codes(code_list).get(text)
        text = code.label_zh if code else text
    issue, _, field = text.partition(":")
    if field or f"issue_{issue}" in _texts():
        text = name(field) + _texts()[f"issue_{issue}"]
    return _texts()["sql_text"].format(text=_texts().get(f"value_{text}", name(text.strip())))


def _code_list(word: str) -> str | None:
    field = vocabulary.fields().get(word)
    return field.code_list if field is not None and field.code_list else None


def _joined(words: Sequence[str]) -> str:
    text = " ".join(word for word in words if word)
    text = re.sub(r" ?([()\[\],.]) ?", r"\1", text)
    text = text.replace(",", "，").replace("(", "（").replace(")", "）")
    return re.sub(r" ?([；，。]) ?", r"\1", text).strip("； ")


def message(text: str) -> str:
    """A rule's message with its places named: 〔自年初累计完成投资〕."""
    return _MESSAGE_SLOT.sub(lambda match: _texts()["book_slot"].format(name=_slot(match[1])), text)


def _slot(word: str) -> str:
    owner, _, last = word.rpartition(".")
    return (_texts().get(f"book_of_{owner}", "") if owner else "") + name(last)


def example(values: Mapping[str, object]) -> str:
    """One example of a rule in words."""
    texts = _texts()
    if "issue" in values:
        shown = next((str(values[key]) for key in ("found", "header", "expected", "field") if key in values), None)
        if shown is None:
            return texts["book_no_issue" if values["issue"] == "none" else "book_some_issue"]
        return texts["book_found"].format(value=name(shown))
    if "typed" in values:
        return texts["book_typed"].format(label=name(str(values["field"])), value=values["typed"])
    pairs = [pair for key, value in values.items() if key != "field" or len(values) == 1 for pair in _pairs(key, value)]
    return texts["book_joint"].join(pairs) or texts["book_blank"]


def _pairs(key: str, value: object, owner: str = "") -> list[str]:
    if isinstance(value, Mapping):
        whose = _texts().get(f"book_of_{key}", name(key) + _texts()["sql_of"])
        return [pair for inner, shown in value.items() for pair in _pairs(inner, shown, whose)]
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
        months = enumerate(value, start=1)
        whose = _texts()["book_of_hist"]
        return [pair for n, month in months for k, v in month.items() for pair in _pairs(k, v, whose.format(number=n))]
    return [_texts()["book_pair"].format(label=owner + name(key), value=_shown(key, value))]


def _shown(key: str, value: object) -> str:
    if value is None:
        return _texts()["book_blank"]
    if isinstance(value, bool):
        return _texts()["value_true" if value else "value_false"]
    if isinstance(value, (list, tuple)):
        return _texts()["book_list_joint"].join(_shown(key, one) for one in value)
    code_list = _code_list(key)
    code = vocabulary.codes(code_list).get(str(value)) if code_list else None
    if code:
        return code.label_zh
    text = value.isoformat() if isinstance(value, date) else plain(value)
    return _texts().get(f"value_{text}", name(text))
