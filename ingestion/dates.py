"""Dates: the day a cell, a title or a file's name tells, as departments write days and months.

Belongs here: Excel's serial numbers and the grammar of days and months in words.
Does not belong here: which years a date may have and what is said about a cell that names no day (cells).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, timedelta
from functools import cache, lru_cache

from ingestion.markers import any_of, fold, markers

JANUARY_OR_OCTOBER = "2022.1"  # what the number 2022.1 means: it may have been typed as 2022.10

_SERIAL_OF_2000 = 36_526
_SERIAL_ORIGIN = Date(1899, 12, 30)  # Excel's day 0 from March 1900 on
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?", re.ASCII)
_CLOCK_TIME = re.compile(r"[\sT]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", re.ASCII)
_MONTH_SHOWN = re.compile(r"20\d\d\.(?:[2-9]|0[1-9]|1[0-2])|\d{6}|\d{8}", re.ASCII)


@dataclass(frozen=True)
class WrittenDay:
    """A day as it stands in a title or a file's name; ``year`` is None where only month and day are written."""

    month: int
    day: int
    year: int | None = None

    def within(self, first: Date, last: Date) -> Date | None:
        """The date when it lies from ``first`` to ``last``; a day without a year takes the year that puts it there."""
        years = [self.year] if self.year else range(first.year, last.year + 1)
        days = (_date(year, self.month, self.day) for year in years)
        return next((day for day in days if day and first <= day <= last), None)


@lru_cache(maxsize=1024)  # the departments' titles of one month are all the same
def written_days(text: str) -> tuple[WrittenDay, ...]:
    """The days that a text names among other words, in order; of 12月2日至8日 the last.

    >>> written_days("周报（截至2022年12月8日）"), written_days("12月8日周报"), written_days("2022-12")
    ((WrittenDay(month=12, day=8, year=2022),), (WrittenDay(month=12, day=8, year=None),), ())
    """
    found = []
    for match in day_grammar().finditer(unicodedata.normalize("NFKC", text)):
        year, month, day = match["year"], match["month"], match["until"] or match["day"]
        if month is None:
            year, month, day = next(parts for parts in (match.groups()[4:7], match.groups()[7:10]) if parts[0])
        found.append(WrittenDay(int(month), int(day), int(year) if year else None))
    return tuple(day for day in found if _date(day.year or 2000, day.month, day.day))


@cache
def day_grammar() -> re.Pattern:
    """Days among other words: 2022年12月8日 and 12月8日, 2022-12-08 and 2022.12.8, 20221208."""
    words = markers().cells
    year, month, day, to = (any_of(group) for group in (words.year, words.month, words.day, words.to))
    return re.compile(
        rf"(?<!\d)(?:(?P<year>20\d\d)\s*{year}\s*)?(?P<month>\d{{1,2}})\s*{month}\s*(?P<day>\d{{1,2}})\s*"
        rf"(?:{day}?\s*{to}+\s*(?P<until>\d{{1,2}})\s*)?{day}"
        r"|(?<!\d)(20\d\d)[-./](\d{1,2})[-./](\d{1,2})(?!\d)"
        r"|(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)",
        re.ASCII,
    )


def _date(year: int, month: int, day: int) -> Date | None:
    try:
        return Date(year, month, day)
    except ValueError:  # 11月31日
        return None


def day_of(cell: object) -> Date | str | None:
    """The day the cell names, a month's first day for a month; JANUARY_OR_OCTOBER, or None when it names none.

    >>> day_of("2022年11月5日"), day_of("2022.11"), day_of(44870.0)
    (datetime.date(2022, 11, 5), datetime.date(2022, 11, 1), datetime.date(2022, 11, 5))
    """
    if isinstance(cell, str):
        return _of_text(cell)
    if isinstance(cell, Date):
        return cell.date() if isinstance(cell, datetime) else cell
    return _of_number(cell) if type(cell) in (float, int) else None


def _of_number(cell: int | float) -> Date | str | None:
    shown = f"{cell:.15g}" if abs(cell) < 10**9 else ""
    if re.fullmatch(r"20\d\d\.1", shown):
        return JANUARY_OR_OCTOBER
    if _MONTH_SHOWN.fullmatch(shown):
        return _of_text(shown)
    if _SERIAL_OF_2000 <= cell < 100_000:
        return _SERIAL_ORIGIN + timedelta(days=int(cell))
    return None


def _of_text(cell: str) -> Date | None:
    match = _grammar().fullmatch(cell)
    if match is None:
        folded = fold(_CLOCK_TIME.sub("", cell.strip()))
        match = _grammar().fullmatch(folded) or _COMPACT.fullmatch(folded)
    if match is None:
        return None
    year, month, day = match.groups()
    return _date(int(year), int(month), int(day or 1))


@cache
def _grammar() -> re.Pattern:
    words = markers().cells
    year, month, day = any_of(words.year), any_of(words.month), any_of(words.day)
    return re.compile(rf"(\d{{4}})(?:[-./]|{year})(\d{{1,2}})(?:{month}|(?:[-./]|{month})(\d{{1,2}}){day}?)?", re.ASCII)
