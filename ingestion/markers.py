"""Markers: the reviewed words that tell totals, groups, notes, units, periods and blanks from figures.

Belongs here: reading ``ingestion/forms/markers.yml`` and the folding by which words are compared.
Does not belong here: a word itself, or what the reader does on meeting one.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

import yaml

from ingestion.settings import FORMS

MARKERS = FORMS / "markers.yml"


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """The text as it is compared: NFKC, and without any blank, newline or invisible character.

    >>> fold("总 投资\\n（万元）")
    '总投资(万元)'
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c not in _INVISIBLE)


_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\xad"


def any_of(words: Iterable[str]) -> str:
    """A regular expression for one of the words, the longest first."""
    return "(?:" + "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True)) + ")"


@dataclass(frozen=True)
class RowWords:
    """Words that give a row its role."""

    total: tuple[str, ...]
    whole: tuple[str, ...]
    subtotal: tuple[str, ...]
    of_which: tuple[str, ...]
    counted: tuple[str, ...]
    counted_together: tuple[str, ...]
    project_counts: tuple[str, ...]
    note: tuple[str, ...]
    signature: tuple[str, ...]
    signers: dict[str, tuple[str, ...]]
    signed_by_hand: tuple[str, ...]
    column_numbers: tuple[str, ...]
    chinese_numerals: str


@dataclass(frozen=True)
class HeadingWords:
    """Words that stand above the header."""

    unit_labels: tuple[str, ...]
    reporting_unit_labels: tuple[str, ...]
    period_labels: tuple[str, ...]
    as_of: tuple[str, ...]
    typed_on_labels: tuple[str, ...]
    attachment: tuple[str, ...]
    seals: tuple[str, ...]
    placeholders: tuple[str, ...]
    monthly_words: tuple[str, ...]
    facts: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class UnitWords:
    """Money units: what one of each is worth in 万元; units that are known and never converted."""

    convertible: dict[str, Decimal]
    foreign: tuple[str, ...]


@dataclass(frozen=True)
class CellWords:
    """Words and marks inside cells."""

    blank_marks: tuple[str, ...]
    ditto: tuple[str, ...]
    decorations: str
    year: tuple[str, ...]
    month: tuple[str, ...]
    day: tuple[str, ...]
    to: tuple[str, ...]
    chinese_digits: str
    vague_days: tuple[str, ...]
    ordinals: tuple[str, ...]
    look_alikes: dict[str, str]
    between_values: str
    named_fields: tuple[str, ...]


@dataclass(frozen=True)
class PropertyWords:
    """Words in the properties of a file."""

    no_persons: tuple[str, ...]  # names of users that programs set up by themselves


@dataclass(frozen=True)
class Markers:
    """All marker words, one group per place they are met in."""

    rows: RowWords
    heading: HeadingWords
    units: UnitWords
    cells: CellWords
    properties: PropertyWords


@cache
def markers() -> Markers:
    """The words of markers.yml; a group with an unknown or a missing key does not load (TypeError naming the key)."""
    data = yaml.load(MARKERS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    groups = {key: {name: _frozen(words) for name, words in group.items()} for key, group in data.items()}
    groups["units"]["convertible"] = {fold(k): Decimal(v) for k, v in groups["units"]["convertible"].items()}
    kinds = {
        "rows": RowWords,
        "heading": HeadingWords,
        "units": UnitWords,
        "cells": CellWords,
        "properties": PropertyWords,
    }
    return Markers(**{key: kinds.get(key, _unknown_group)(**group) for key, group in groups.items()})


def _unknown_group(**words: object) -> None:
    raise TypeError(f"{MARKERS.name}: unknown group with {sorted(words)}")


def _frozen(words: object) -> object:
    if isinstance(words, list):
        return tuple(words)
    if isinstance(words, dict):
        return {key: _frozen(value) for key, value in words.items()}
    return words
