"""Wording: the values of a finding as a department reads them.

Belongs here: plain decimals, labels of codes, names of units, days and instants; filling a rule's message.
Does not belong here: the sentences (rules/), which values a finding shows (findings).
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from expectations.rule import Check
from ingestion import vocabulary
from ingestion.reference_kinds import load_references
from ingestion.settings import TIMEZONE

UNIT_FIELDS = ("unit_id", "responsible_unit", "other_unit")
BESIDE = ("prev", "list", "monthly", "dated", *load_references())


class Words:
    """Renders values; ``units`` are the plan's unit names by id, ``procedures`` the names of its procedures."""

    def __init__(self, units: Mapping[str, str], procedures: Mapping[str, str] = MappingProxyType({})):
        self._units, self._procedures = units, procedures

    def value(self, name: str, value: object) -> str:
        """One value as text: 1200.5, 2022-11-28, 在建, 住建局; a blank by its own word."""
        if value is None:
            return vocabulary.messages("expectations")["blank"]
        if name in UNIT_FIELDS:
            return self._units.get(str(value), str(value))
        field = vocabulary.fields().get(name)
        if field is not None and field.code_list:
            code = vocabulary.codes(field.code_list).get(str(value))
            return code.label_zh if code else str(value)
        return plain(value)

    def label(self, name: str | None, procedure: str | None = None) -> str:
        """The heading of a field, of one procedure where it is one's: 立项的办理状态; nothing for no field."""
        if not name or procedure is None:
            return label(name)
        joint = vocabulary.messages("expectations")["procedure_joint"]
        return joint.format(procedure=self._procedures.get(procedure, procedure), label=label(name))

    def message(self, check: Check, row: Mapping[str, object], more: Mapping[str, str]) -> str:
        """The rule's sentence for one row; ``more`` holds what is no column of the row."""
        return check.rule.message_zh.format_map(_Said(self, check.field, row, more))


def plain(value: object) -> str:
    """A value without exponent or trailing zeros.

    >>> plain(Decimal("1200.500000")), plain(Decimal("1E+3")), plain(date(2022, 11, 28))
    ('1200.5', '1000', '2022-11-28')
    """
    if isinstance(value, Decimal):
        text = f"{value:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text in ("-0", "") else text
    if isinstance(value, datetime):
        return value.astimezone(TIMEZONE).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def label(name: str | None) -> str:
    """The heading of a field; nothing for no field."""
    return vocabulary.fields()[name].label_zh if name in vocabulary.fields() else name or ""


class _Said(dict):
    """What a message may name: the row's columns, those of rows ``BESIDE`` it, and the field of an ``each`` rule."""

    def __init__(self, words: Words, field: str | None, row: Mapping[str, object], more: Mapping[str, str]):
        super().__init__(more)
        self._words, self._field, self._row = words, field, row

    def __missing__(self, key: str) -> object:
        if key in BESIDE:
            return _Beside(self._words, self._row.get(key) or {})
        if key == "list_value":
            return self._words.value(self._field, (self._row.get("list") or {}).get(self._field))
        if key in ("as_of", "month", "year"):
            return self._words.value(key, (self._row.get("ctx") or {}).get(key))
        if key == "label":
            return self._words.label(self._field, self._row.get("procedure"))
        if key == "value" and self._field in self._row:
            return self._words.value(self._field, self._row[self._field])
        return self._words.value(key, self._row[key])


class _Beside:
    """A row beside the judged one, its values rendered when a message asks for them."""

    def __init__(self, words: Words, row: Mapping[str, object]):
        self._words, self._row = words, row

    def __getattr__(self, name: str) -> str:
        return self._words.value(name, self._row.get(name))
