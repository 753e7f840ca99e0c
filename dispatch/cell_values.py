"""Cell values: what a value shows in a cell of ours, and in which format.

Belongs here: formulas with their value, rates, points, links; number formats; text no program takes for a formula.
Does not belong here: colours and paper (workbook_style.py), writing cells (workbook.py).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dispatch import wording
from ingestion.plain_text import FORMULA_STARTS

NUMBER_FORMATS = {
    "amount": "#,##0.00",
    "percent": "0.0",
    "rate": "0.0%",
    "integer": "#,##0",
    "date": "yyyy-mm-dd",
}
FIGURE = "figure"  # a column of texts in which an amount stands as an amount
RIGHT = ("amount", "percent", "rate", "points", "integer")


@dataclass(frozen=True)
class Formula:
    """A formula with the value it gives: every formula we write carries its value; one that shows nothing yet gives
    the empty text."""

    text: str
    value: Decimal | str


@dataclass(frozen=True)
class Percent:
    """A rate (0–1) in percent, with as many decimals as it takes to see that it misses its target."""

    number: Decimal
    target: Decimal | None = None

    @property
    def text(self) -> str:
        missed = self.target is not None and self.number < self.target
        return wording.percent(self.number, self.target, missed)

    @property
    def number_format(self) -> str:
        places = "0" * len(self.text.rstrip("%").partition(".")[2])
        return f"0.{places}%"


@dataclass(frozen=True)
class Points:
    """A difference of two rates (0–1) in percentage points; one that is not nothing never shows as 0.0."""

    difference: Decimal

    @property
    def number(self) -> Decimal:
        return self.difference * 100

    @property
    def text(self) -> str:
        return wording.points(self.difference)

    @property
    def number_format(self) -> str:
        places = "0" * len(self.text.partition(".")[2])
        return f"+0.{places};-0.{places};0.0"


@dataclass(frozen=True)
class Link:
    """Text that leads to a cell of another sheet of the same workbook."""

    text: str
    sheet: str
    cell: str


def appearance(kind: str, value: object) -> tuple[str, dict[str, object]]:
    """The text a value shows in a column of this kind, and the properties of its format."""
    number = value.value if isinstance(value, Formula) else value
    if isinstance(value, Formula) and number == "":
        return blank(kind)
    if is_number(number):
        kind = "amount" if kind == FIGURE else kind
        return shown_number(kind, number), {"num_format": number_format(kind, number)} | _aligned(kind)
    if isinstance(value, date):
        return wording.day(value), {"num_format": NUMBER_FORMATS["date"], "align": "center"}
    if isinstance(value, (Percent, Points)):
        return value.text, {"num_format": value.number_format} | _aligned(kind)
    text = value.text if isinstance(value, Link) else ("" if value is None else str(value))
    neutral = {"quote_prefix": True} if text.startswith(FORMULA_STARTS) else {}
    return text, {"text_wrap": True} | _aligned(kind) | neutral


def blank(kind: str) -> tuple[str, dict[str, object]]:
    """Nothing yet, in the format that a value typed into a column of this kind will have; a code keeps its digits."""
    number_format = {"num_format": NUMBER_FORMATS[kind]} if kind in NUMBER_FORMATS else {}
    as_text = {"num_format": "@", "text_wrap": True} if kind in ("text", "centre") else {}
    return "", number_format | as_text | _aligned(kind)


def is_number(value: object) -> bool:
    """Whether a value is written as a number as it stands."""
    return isinstance(value, (Decimal, int)) and not isinstance(value, bool)


def _aligned(kind: str) -> dict[str, object]:
    if kind in RIGHT:
        return {"align": "right"}
    return {"align": "center"} if kind in ("centre", "date") else {}


def number_format(kind: str, number: Decimal | int) -> str:
    """The number format of a kind of column; an amount typed with more decimals shows them all."""
    if kind == "amount" and isinstance(number, Decimal) and (places := wording.decimals(number)) > 2:
        return "#,##0." + "0" * places
    return NUMBER_FORMATS.get(kind, "General")


def shown_number(kind: str, number: Decimal | int) -> str:
    """The text that a number shows in a column of this kind."""
    if kind == "amount":
        return wording.amount(Decimal(number))
    if kind == "rate":
        return wording.percent(Decimal(number))
    return f"{number:,.1f}" if kind == "percent" else f"{number:,}"
