"""Dates: the day a cell names, as departments write days and months.

Belongs here: Excel's serial numbers and the grammar of days and months in words.
Does not belong here: which years a date may have and what is said about a cell that names no day (cells).
"""

import re
from datetime import date as Date
from datetime import datetime, timedelta
from functools import cache

from ingestion.markers import any_of, fold, markers

JANUARY_OR_OCTOBER = "2022.1"  # what the number 2022.1 means: it may have been typed as 2022.10

_SERIAL_OF_2000 = 36_526
_SERIAL_ORIGIN = Date(1899, 12, 30)  # Excel's day 0 from March 1900 on
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?", re.ASCII)
_CLOCK_TIME = re.compile(r"[\sT]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", re.ASCII)
_MONTH_SHOWN = re.compile(r"20\d\d\.(?:[2-9]|0[1-9]|1[0-2])|\d{6}|\d{8}", re.ASCII)


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
    try:
        return Date(int(year), int(month), int(day or 1))
    except ValueError:  # 11月31日
        return None


@cache
def _grammar() -> re.Pattern:
    words = markers().cells
    year, month, day = any_of(words.year), any_of(words.month), any_of(words.day)
    return re.compile(rf"(\d{{4}})(?:[-./]|{year})(\d{{1,2}})(?:{month}|(?:[-./]|{month})(\d{{1,2}}){day}?)?", re.ASCII)
