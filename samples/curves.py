"""Curves: how a year's plan turns into monthly investment, with frost months and a slow start and end.

Belongs here: weights of months, amounts that add up to the cent.
Does not belong here: which project has which fate (casting).
"""

from decimal import ROUND_HALF_UP, Decimal
from random import Random

from samples.words import table

CENT = Decimal("0.01")
MONTHS = range(1, 13)


def rounded(value: Decimal, step: Decimal = CENT) -> Decimal:
    """``value`` to the nearest ``step``, half up."""
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def drawn(random: Random, low: Decimal | str, high: Decimal | str) -> Decimal:
    """A number between ``low`` and ``high`` with three decimals, without passing through a float."""
    return Decimal(random.randint(int(Decimal(low) * 1000), int(Decimal(high) * 1000))) / 1000


def month_weights(random: Random, setting: str, begins: int, ends: int) -> list[Decimal]:
    """The weight of each month of the year: season of the ``setting`` times the hump of the work, with some luck."""
    weights = []
    for row in table("seasons"):
        month = int(row["month"])
        if not begins <= month <= ends:
            weights.append(Decimal(0))
            continue
        position = Decimal(2 * (month - begins) + 1) / (2 * (ends - begins + 1))
        hump = Decimal("0.5") + 2 * position * (1 - position)
        weights.append(Decimal(row[setting]) * hump * drawn(random, "0.85", "1.15"))
    return weights


def monthly_amounts(total: Decimal, weights: list[Decimal]) -> tuple[Decimal, ...]:
    """``total`` spread over twelve months by ``weights``, each to the cent; they add up to ``total``."""
    whole = sum(weights)
    if not whole:
        return (Decimal("0.00"),) * 12
    until, amounts, reached = Decimal(0), [], Decimal("0.00")
    for weight in weights:
        until += weight
        upto = rounded(total * until / whole)
        amounts.append(upto - reached)
        reached = upto
    return tuple(amounts)


def running(amounts: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """The year-to-date figures of monthly amounts."""
    return tuple(sum(amounts[: index + 1], Decimal("0.00")) for index in range(len(amounts)))
