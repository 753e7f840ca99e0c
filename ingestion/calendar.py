"""Calendar: which days are worked in China, and where that is known from.

Belongs here: the published table, the bureau's own overrides, what to do beyond the table.
Does not belong here: which forms move their deadlines (obligations).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import chinese_calendar

from ingestion.settings import SEEDS

OVERRIDE, PUBLISHED, WEEKDAY = "override", "published", "weekday"


@dataclass(frozen=True)
class DayKind:
    """Whether a day is worked and what says so: ``override``, ``published`` or ``weekday`` (Mon–Fri, a guess)."""

    is_workday: bool
    source: str

    @property
    def is_certain(self) -> bool:
        return self.source != WEEKDAY


@cache
def overrides() -> Mapping[date, bool]:
    """The days of ``calendar_overrides.csv``: a new year's notice can be entered there before any software update."""
    with (SEEDS / "calendar_overrides.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType(
            {date.fromisoformat(row["date"]): row["is_workday"] == "true" for row in csv.DictReader(file)}
        )


def kind_of(day: date, own: Mapping[date, bool] | None = None) -> DayKind:
    """What is known about ``day``; beyond the published table Monday to Friday count as worked, and it says so.

    >>> kind_of(date(2022, 10, 8), own={})
    DayKind(is_workday=True, source='published')
    >>> kind_of(date(2095, 1, 1), own={})
    DayKind(is_workday=False, source='weekday')
    """
    own = overrides() if own is None else own
    if day in own:
        return DayKind(own[day], OVERRIDE)
    try:
        return DayKind(chinese_calendar.is_workday(day), PUBLISHED)
    except RuntimeError:  # how the library says that its table ends before this year
        return DayKind(day.isoweekday() <= 5, WEEKDAY)


@dataclass(frozen=True)
class Shifted:
    """A nominal day moved to a worked day; ``is_certain`` is false when a day on the way was only guessed."""

    day: date
    is_certain: bool


def shift(day: date, step: int, own: Mapping[date, bool] | None = None) -> Shifted:
    """The first worked day from ``day`` on, going ``step`` (1 later, -1 earlier) days at a time."""
    certain = True
    while True:
        kind = kind_of(day, own)
        certain = certain and kind.is_certain
        if kind.is_workday:
            return Shifted(day, certain)
        day += timedelta(days=step)
