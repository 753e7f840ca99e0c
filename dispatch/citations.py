"""Citations: every number that leaves the house, as it is printed, with the address it came from.

Belongs here: the one rounding rule, how a number looks in each unit, collecting and keeping a paper's citations.
Does not belong here: what an address is (addresses.py), where numbers stand in a paper (the papers themselves).

A number is rounded once, half up, from the figure in the public tables; parts of a printed total are moved by at most
one unit of their last place where their rounded sum would not be the rounded total (舍位平衡), and say so.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

from dispatch import wording
from dispatch.addresses import Address
from dispatch.balancing import balanced
from dispatch.cited_values import CitedValues

SCALES = {  # what one of the public tables is in the printed unit
    "wan": Decimal(1), "yi": Decimal("0.0001"), "percent": Decimal(100), "points": Decimal(100), "count": Decimal(1),
    "multiple": Decimal(1), "days": Decimal(1),
}  # fmt: skip
SIGNS = ("minus", "always", "word")  # a minus as it is; + or -; none: the word beside it says which way
ROUNDING = "half_up_once"
SUFFIX = ".citations.json"
_FINEST = 4


@dataclass(frozen=True)
class Citation:
    """One number in one place of a paper."""

    id: str  # c0001 …, once in its document
    place: str  # .docx: the bookmark's name, which is the id; .xlsx: "Sheet!B7"; a page: the id of data-cite
    shown: str  # exactly as printed, its % with it
    value: Decimal  # in the unit of the public tables
    unit: str  # of SCALES
    places: int  # decimals shown
    address: str
    balanced: bool = False  # moved by 舍位平衡
    sign: str = "minus"  # of SIGNS


class Quoting:
    """The citations of one paper, in the order in which its numbers are quoted."""

    def __init__(self, values: CitedValues):
        self.values = values
        self.citations: list[Citation] = []

    def quote(
        self, address: Address, unit: str, places: int, sign: str = "minus", place: str | None = None
    ) -> Citation:
        """The number at an address, printed and remembered.

        ``place``: where it stands, when that is not a bookmark named by the id. LookupError when the tables have no
        such number; ask ``values.at`` first where there may be none.
        """
        value = self._known(address)
        decimals = places_of_points(value, places) if unit == "points" else places
        return self._remember(address, value, unit, decimals, sign, show(value, unit, decimals, sign), False, place)

    def quote_rate(self, address: Address, place: str | None = None) -> Citation:
        """A rate of ``fct_metric`` (0–1) in percent: one decimal, more where it rounds to a target that it misses."""
        row = self.values.row(address)
        missed = row["cutoff_verdict"] == "missed"
        return self.quote(address, "percent", wording.places(self._known(address), row["target"], missed), place=place)

    def quote_parts(
        self, parts: Sequence[Address], total: Address, unit: str, places: int, spots: Sequence[str] = ()
    ) -> list[Citation]:
        """The parts of a total whose rounded sum is the rounded total: cut down, the largest remainders get one unit.

        The total is not quoted here. Parts that do not add up exactly are rounded one by one. ``spots``: their places.
        """
        values = [self._known(part) for part in parts]
        whole = self._known(total)
        scale = Fraction(SCALES[unit])
        rounded = [in_unit(value, unit, places) for value in values]
        fitted = rounded
        if sum(values) == whole:
            fitted = balanced([Fraction(value) * scale for value in values], places, in_unit(whole, unit, places))
        texts = [written(amount, unit, places, "minus") for amount in fitted]
        return [
            self._remember(part, value, unit, places, "minus", text, fit != plain, spots[at] if spots else None)
            for at, (part, value, text, fit, plain) in enumerate(
                zip(parts, values, texts, fitted, rounded, strict=True)
            )
        ]

    def place(self, citation: Citation, place: str) -> None:
        """Say where a quoted number came to stand, when that is known only afterwards."""
        at = self.citations.index(citation)
        self.citations[at] = replace(citation, place=place)

    def save(self, path: Path, plan_id: str, period: str, known_at: datetime, release: str | None = None) -> Path:
        """Write the citations beside the paper they belong to (``<paper>.citations.json``); the path of that file."""
        beside = beside_paper(path)
        held = {
            "document": path.name,
            "plan": plan_id,
            "period": period,
            "known_at": known_at.isoformat(),
            "release": release,
            "rounding": ROUNDING,
            "citations": [asdict(one) | {"value": str(one.value)} for one in self.citations],
        }
        beside.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return beside

    def _known(self, address: Address) -> Decimal:
        value = self.values.at(address)
        if value is None:
            raise LookupError(f"{address.text}: no value")
        return value

    def _remember(
        self, address: Address, value: Decimal, unit: str, places: int, sign: str, text: str, moved: bool,
        place: str | None,
    ) -> Citation:  # fmt: skip
        name = f"c{len(self.citations) + 1:04d}"
        found = Citation(name, place or name, text, value, unit, places, address.text, moved, sign)
        self.citations.append(found)
        return found


@dataclass(frozen=True)
class CitedPaper:
    """What was kept beside a paper."""

    document: str
    plan: str
    period: str
    known_at: datetime
    release: str | None
    rounding: str
    citations: tuple[Citation, ...]


def load(path: Path) -> CitedPaper:
    """The citations kept in a file that :meth:`Quoting.save` wrote."""
    held = json.loads(path.read_text(encoding="utf-8"))
    citations = tuple(Citation(**one | {"value": Decimal(one["value"])}) for one in held.pop("citations"))
    known_at = datetime.fromisoformat(held.pop("known_at"))
    return CitedPaper(**held, known_at=known_at, citations=citations)


def beside_paper(path: Path) -> Path:
    """Where a paper's citations are kept: ``通报_2022-11.docx`` has ``通报_2022-11.citations.json``."""
    return path.with_name(path.stem + SUFFIX)


def in_unit(value: Decimal, unit: str, places: int) -> Decimal:
    """A figure of the public tables in the printed unit, rounded half up once.

    >>> in_unit(Decimal("12345678.00"), "yi", 2), in_unit(Decimal("0.6225"), "percent", 1)
    (Decimal('1234.57'), Decimal('62.3'))
    """
    return (value * SCALES[unit]).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def show(value: Decimal, unit: str, places: int, sign: str = "minus") -> str:
    """A figure of the public tables as it is printed.

    >>> show(Decimal("-0.168334"), "points", 1, "word"), show(Decimal("1234.5"), "wan", 2)
    ('16.8', '1,234.50')
    """
    return written(in_unit(value, unit, places), unit, places, sign)


def written(amount: Decimal, unit: str, places: int, sign: str) -> str:
    """A rounded amount as it is printed: thousands separated, % behind a rate, its sign as asked for."""
    if sign == "word" or not amount:
        amount = abs(amount)
    plus = "+" if sign == "always" and amount else ""
    return f"{amount:{plus},.{places}f}" + ("%" if unit == "percent" else "")


def places_of_points(value: Decimal, places: int) -> int:
    """Decimals of a difference of rates: more than asked for where it would show as nothing and is something."""
    while value and places < _FINEST and not in_unit(value, "points", places):
        places += 1
    return places
