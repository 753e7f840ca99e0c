"""Answering: what counts as an answer's words, how far its figures may move, and until when it holds.

Belongs here: the centre's policy (answering.yml), comparing texts, gaps and days.
Does not belong here: which answer stands for which finding (answers), the claims an answer must meet
(rules/answers.yml).
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

import yaml

from ingestion import vocabulary
from ingestion.obligations import is_week

POLICY = Path(__file__).with_name("answering.yml")
YEAR_END = "year_end"
_ROUNDING = Decimal("0.005")  # of a figure that was printed


@dataclass(frozen=True)
class Policy:
    """The centre's own numbers and words, see answering.yml."""

    least_characters: int
    least_different_characters: int
    projects_of_one_text: int
    stock_phrases: frozenset[str]
    tolerance: Mapping[str, Mapping[str, Decimal]]
    ends: Mapping[str, object]


@cache
def policy(path: Path = POLICY) -> Policy:
    """The policy as the file says it."""
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    tolerance = {
        kind: {name: Decimal(str(number)) for name, number in own.items()} for kind, own in said["tolerance"].items()
    }
    phrases = frozenset(map(words_of, said["stock_phrases"]))
    return Policy(**{**said, "stock_phrases": phrases, "tolerance": tolerance})


def words_of(text: str) -> str:
    """An answer as it is compared: without punctuation and blanks, of one width and case.

    >>> words_of("１#楼 已封顶。"), words_of("——")
    ('1楼已封顶', '')
    """
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def is_wordless(text: str) -> bool:
    """Whether nothing is said: no letter, or hardly any two different ones.

    A stock phrase is short of letters too, but says at least which phrase it is.
    """
    words = words_of(text)
    if words in policy().stock_phrases:
        return False
    return not any(letter.isalpha() for letter in words) or (
        len(words) >= policy().least_characters and len(set(words)) < policy().least_different_characters
    )


def is_stock(text: str) -> bool:
    """Whether it consists of stock phrases only, one or several joined by punctuation.

    >>> is_stock("已核实，情况属实。"), is_stock("已核实，系地下管线追加投资")
    (True, False)
    """
    normal = unicodedata.normalize("NFKC", text).casefold()
    pieces = "".join(letter if letter.isalnum() else " " for letter in normal).split()
    stock = policy().stock_phrases
    return words_of(text) in stock or (bool(pieces) and all(piece in stock for piece in pieces))


def number(text: object) -> Decimal | None:
    """The figure in a printed value; None where it is none.

    >>> number("1,200.50"), number("88.33%"), number("在建")
    (Decimal('1200.50'), Decimal('88.33'), None)
    """
    plain = unicodedata.normalize("NFKC", str(text or "")).replace(",", "").strip().removesuffix("%")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def gap(figures: Mapping[str, object]) -> Decimal | None:
    """How far a finding's figures are out: the difference, else found against expected, else what was found."""
    difference, found, expected = (number(figures[name]) for name in ("difference", "found", "expected"))
    if difference is not None:
        return abs(difference)
    if found is None:
        return None
    return abs(found - expected) if expected is not None else abs(found)


def covers(answered: Mapping[str, object], now: Mapping[str, object]) -> bool:
    """Whether figures have not moved further out than those an answer explains; what is no figure must be the same."""
    before, after = gap(answered), gap(now)
    if before is None or after is None:
        return before == after and words_of(str(answered["found"] or "")) == words_of(str(now["found"] or ""))
    field = vocabulary.fields().get(str(now["field"]))
    own = policy().tolerance.get(field.type if field else "", policy().tolerance["other"])
    return after <= before + max(own["least"], own["share"] * before)


def is_printed_alike(line: Mapping[str, object], finding: Mapping[str, object]) -> bool:
    """Whether an answer sheet's line shows the figures of a finding, as far as they are figures."""
    pairs = ((number(line[name]), number(finding[name])) for name in ("found", "difference"))
    return all(one is None or other is None or abs(one - other) <= _ROUNDING for one, other in pairs)


def ends_on(period: str) -> date:
    """The last day on which an answer given in a period still holds."""
    rule = policy().ends["week" if is_week(period) else "month"]
    if rule == YEAR_END:
        return date(int(period[:4]), 12, 31)
    begun = date.fromisoformat(period if is_week(period) else f"{period}-01")
    return begun + timedelta(days=int(str(rule)))
