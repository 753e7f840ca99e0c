"""Bulletin blocks: what a paper consists of before it is laid out: phrases, headings, tables, pictures.

Belongs here: phrases, whose numbers are citations and whose places for the leaders' words have names; blocks.
Does not belong here: which facts are said (bulletin_text.py and beside), how a block looks (bulletin_layout.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import Formatter

from dispatch.citations import Citation
from ingestion import vocabulary
from ingestion.plain_text import visible


@dataclass(frozen=True)
class Words:
    """A place for the leaders' words: a bookmark with this name, and what is to be filled in there."""

    name: str  # words_…, once in a paper
    hint: str
    is_open: bool = True  # still to be filled: shown in grey


Part = str | Citation | Words
Phrase = tuple[Part, ...]


@dataclass(frozen=True)
class Heading:
    """一、 (level 1) or （一） (level 2), its number with it."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body; ``style`` as bulletin_styles.py knows it."""

    phrase: Phrase
    style: str = "Body Text"


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its share of the width, and whether it holds numbers or words."""

    head: str
    share: int
    is_text: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption, the unit of its amounts and what is noted under it; a wide one lies across the page."""

    caption: str
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Phrase, ...], ...]
    totals: frozenset[int] = frozenset()  # rows in heavier type
    notes: tuple[Phrase, ...] = ()
    is_wide: bool = False


@dataclass(frozen=True)
class Picture:
    """A chart as PNG with its caption and what it shows in words, for those who cannot see it."""

    caption: str
    png: bytes
    said: str


Block = Heading | Paragraph | Table | Picture


def word(key: str) -> str:
    """A word or sentence of messages_bulletin.csv without places to fill."""
    return vocabulary.messages("bulletin")[key]


def phrase(key: str, **parts: Part | Phrase) -> Phrase:
    """The sentence ``key`` of messages_bulletin.csv, its places filled; what others wrote is shown as visible text.

    Numbers come as citations: a plain number is refused with TypeError, for nobody could say where it is from.
    """
    found: list[Part] = []
    for text, name, _, _ in Formatter().parse(word(key)):
        found += [text] if text else []
        if name is not None:
            found += _parts(parts[name])
    return tuple(found)


def plain(text: str) -> Phrase:
    """A phrase of nothing but text that others wrote: a name, a date, a word."""
    return (visible(text),)


def run_together(phrases: Iterable[Phrase], joint: str = "") -> Phrase:
    """Phrases one after the other, with a joint between them."""
    found: list[Part] = []
    for number, one in enumerate(phrases):
        found += [joint] if number and joint else []
        found += one
    return tuple(found)


def listed(phrases: Sequence[Phrase]) -> Phrase:
    """Phrases as a list within a sentence: 甲、乙、丙."""
    return run_together(phrases, word("joint.list"))


def text_of(phrase_or_cell: Phrase) -> str:
    """A phrase as it reads, places for words by their hint."""
    return "".join(
        part if isinstance(part, str) else part.shown if isinstance(part, Citation) else part.hint
        for part in phrase_or_cell
    )


def numeral(number: int) -> str:
    """1 as 一, 12 as 十二.

    >>> numeral(1), numeral(10), numeral(12)
    ('一', '十', '十二')
    """
    digits = word("numerals")
    return digits[number - 1] if number <= 10 else digits[9] + digits[number - 11]


def _parts(given: Part | Phrase) -> Sequence[Part]:
    if isinstance(given, tuple):
        return given
    if isinstance(given, str):
        return plain(given)
    if isinstance(given, Citation | Words):
        return (given,)
    raise TypeError(given)
