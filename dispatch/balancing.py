"""Balancing: parts rounded so that they still add up to their rounded total (舍位平衡).

Belongs here: the largest-remainder rounding of exact parts.
Does not belong here: which parts are shown (changes), how a number looks (wording).
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor


def rounded(value: Fraction, places: int) -> Decimal:
    """Half up, away from zero, as every figure of the house.

    >>> rounded(Fraction(-1, 8), 2)
    Decimal('-0.13')
    """
    return _decimal(_half_up(value * 10**places), places)


def balanced(parts: Sequence[Fraction], places: int, total: Decimal | None = None) -> list[Decimal]:
    """The parts rounded so that their sum is the rounded sum: cut down, then the largest remainders get one unit.

    Equal remainders go by place; a part that needs no rounding is left alone. ``total``: the sum as it is shown
    already, less than one unit from the exact one.

    >>> balanced([Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)], 2)
    [Decimal('0.34'), Decimal('0.33'), Decimal('0.33')]
    """
    scaled = [part * 10**places for part in parts]
    units = [floor(part) for part in scaled]
    wanted = _half_up(sum(scaled, Fraction(0))) if total is None else int(total.scaleb(places))
    missing = wanted - sum(units)
    by_remainder = sorted(range(len(parts)), key=lambda place: (units[place] - scaled[place], place))
    for place in by_remainder[:missing]:
        units[place] += 1
    return [_decimal(unit, places) for unit in units]


def _half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


def _decimal(units: int, places: int) -> Decimal:
    return Decimal(units).scaleb(-places)
