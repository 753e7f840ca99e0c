"""Board numbers: how a figure looks on the 调度看板, by the same rounding as in the papers.

Belongs here: which printed unit a metric takes, the words beside a figure's target and schedule.
Does not belong here: rounding (citations.py), which figures are shown (board_data.py).

The pages' script formats no number: every one it shows was printed here. What it draws by is a plain number beside it.
"""

from collections.abc import Mapping
from decimal import Decimal

from dispatch import wording
from dispatch.citations import in_unit, places_of_points, show
from ingestion import vocabulary

PLACES = {"wan": 2, "yi": 2, "multiple": 2, "count": 0, "percent": 1, "points": 1, "days": 0}
ONE_YI = Decimal(10000)  # 万元; an amount below it is told in 万元 everywhere


def kind_of(metric: str) -> str:
    """In which unit of the citations a metric is printed in tables: percent, multiple, wan or count."""
    known = vocabulary.metrics()[metric]
    if known.is_rate:
        return "percent"
    if known.is_ratio:
        return "multiple"
    return "wan" if known.numerator.endswith("_wan") else "count"


def told(value: Decimal | None, kind: str, sign: str = "minus") -> str | None:
    """A value of the public tables as it is printed in a unit; None where there is none.

    >>> told(Decimal("0.8673"), "percent"), told(Decimal("-0.0027"), "points", "always"), told(None, "wan")
    ('86.7%', '-0.3', None)
    """
    if value is None:
        return None
    places = places_of_points(value, PLACES[kind]) if kind == "points" else PLACES[kind]
    return show(value, kind, places, sign)


def rate(value: Decimal | None, target: Decimal | None, verdict: str | None) -> str | None:
    """A rate in percent; more decimals where it rounds to the target it misses."""
    return None if value is None else show(value, "percent", wording.places(value, target, verdict == "missed"))


def printed(row: Mapping, column: str, kind: str) -> str | None:
    """A value column of ``fct_metric`` as it is printed."""
    if kind == "percent":
        return rate(row[column], row["target"], row["cutoff_verdict"] if column == "value" else None)
    return told(row[column], kind)


def large(kind: str, value: Decimal | None) -> str:
    """The unit of a tile: an amount of at least 1亿元 is told in 亿元."""
    return "yi" if kind == "wan" and value is not None and abs(value) >= ONE_YI else kind


def difference(kind: str) -> str:
    """The unit of a difference: rates differ by percentage points.

    >>> difference("percent"), difference("wan")
    ('points', 'wan')
    """
    return "points" if kind == "percent" else kind


def drawn(value: Decimal | None, kind: str) -> float | None:
    """A value as a chart places it, in the unit its axis has; nothing is ever printed from it."""
    return None if value is None else float(in_unit(value, kind, 4))
