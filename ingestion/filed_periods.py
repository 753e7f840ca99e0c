"""Filed periods: the month or week that a file belongs to, and what its sources say about it.

Belongs here: months and days in file and folder names, the week a day lies in, the order in which sources are believed.
Does not belong here: form and unit of a file (filing), which periods a plan has (obligations).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath

from ingestion.arrivals import folder_instant
from ingestion.blank_memory import KIND as BLANK
from ingestion.dates import WrittenDay, written_days
from ingestion.obligations import is_weekly, periods
from ingestion.plans import Plan
from ingestion.reading import Reading

# 2022-11, 2022年11月, 202211; not the day 2022-11-28 or 20221128, and no part of a longer number
_MONTH = re.compile(
    r"(?<!\d)(20\d\d)(?:[^\d\s)）〕\]]?(1[0-2]|0[1-9])|[^\d\s)）〕\]]([1-9]))(?!\d)(?![^\d\s(（\[]\d{1,2}(?!\d))"
)
_IS_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_A_WEEK = timedelta(days=7)
_ASIDE = timedelta(days=31)  # a day farther from the campaign than this is a slip of the pen and names no week


@dataclass(frozen=True)
class Envelope:
    """What is known about a file from outside it. ``sender`` is a unit id; ``assigned`` what a decision says."""

    file_name: str
    inbox_path: str
    sender: str | None
    assigned: Mapping[str, object]
    received_at: datetime | None = None

    @property
    def month(self) -> str | None:
        """The month named by the file, else by the nearest folder below the plan's inbox."""
        return next(filter(None, map(period_in_name, self._names)), None)

    @property
    def day(self) -> WrittenDay | None:
        """The day named by the file, else by the nearest folder; a folder named by the time of receipt names none."""
        return next(filter(None, map(day_in_name, self._names)), None)

    @property
    def _names(self) -> list[str]:
        return [Path(self.file_name).stem, *reversed(PurePosixPath(self.inbox_path).parts[1:-1])]


@dataclass(frozen=True)
class FiledPeriod:
    """The period a file is filed under, the one its sheet states, and the one that tags, name or folder declare.

    ``blank_of`` is the period of the blank form of ours that was used, where it is another.
    """

    period: str | None
    stated: str | None = None
    declared: str | None = None
    blank_of: str | None = None

    @property
    def is_conflict(self) -> bool:
        """Whether the sheet speaks of another period than the file was sent as; a title of ours speaks of none."""
        return bool(self.stated and self.declared and self.stated not in (self.declared, self.blank_of))


def period_in_name(name: str) -> str | None:
    """The one month written in a file or folder name.

    >>> period_in_name("2022年11月 住建局"), period_in_name("202211"), period_in_name("2022-11-28 1640")
    ('2022-11', '2022-11', None)
    """
    found = {f"{match[1]}-{int(match[2] or match[3]):02d}" for match in _MONTH.finditer(name)}
    return found.pop() if len(found) == 1 else None


def day_in_name(name: str) -> WrittenDay | None:
    """The one day written in a file or folder name, not as part of the time of receipt.

    >>> day_in_name("12月8日周报"), day_in_name("2022-12-08 1640")
    (WrittenDay(month=12, day=8, year=None), None)
    """
    if folder_instant(PurePosixPath(name, "file")):
        return None
    found = set(written_days(name))
    return found.pop() if len(found) == 1 else None


def week_of(plan: Plan, form: str, day: date) -> str:
    """The week of a weekly form that a day belongs to: the first whose due date is not before it; else the last."""
    weeks = periods(plan, form)
    return next((week for week in weeks if date.fromisoformat(week) >= day), weeks[-1])


def filed_period(plan: Plan, form: str | None, reading: Reading, envelope: Envelope) -> FiledPeriod:
    """Where a file that is ``form`` belongs; nothing is decided about a form that nobody knows but its month."""
    if form in plan.forms and is_weekly(plan, form):
        return _week(plan, form, reading, envelope)
    effective = reading.facts.get("effective_date")
    if form == "project_list" and isinstance(effective, date):
        return FiledPeriod(f"{effective:%Y-%m}", reading.stated_period)
    # a hidden sheet says what it likes; it names files of ours only as a period
    tagged = reading.tags.get("period", "")
    tagged = tagged if _IS_MONTH.fullmatch(tagged) else None
    if tagged and reading.tags.get("kind") == BLANK:
        return _on_blank(tagged, reading.stated_period, envelope.month)
    declared = tagged or envelope.month
    return FiledPeriod(declared or reading.stated_period, reading.stated_period, declared)


def _on_blank(tagged: str, stated: str | None, named: str | None, otherwise: str | None = None) -> FiledPeriod:
    """A blank of ours belongs to the period it was made for, unless its sender wrote another one over it.

    What still says the blank's own period, in the title or in the name of the file, is our print and not their word.
    """
    said, called = (period if period != tagged else None for period in (stated, named))
    period = called or said or otherwise or tagged
    return FiledPeriod(period, stated, called, tagged if tagged != period else None)


def _week(plan: Plan, form: str, reading: Reading, envelope: Envelope) -> FiledPeriod:
    """As tagged, named or stated. A form sent on change is filled in on a blank of any week, so the blank's tag comes
    last there; without any day, or on a blank long past, it belongs to the week in which it was received."""
    on_change = plan.forms[form].schedule.every == "change"
    tagged = reading.tags.get("period")
    tagged = tagged if tagged in periods(plan, form) else None
    named, stated = (_week_written(plan, form, day) for day in (envelope.day, reading.stated_date))
    if tagged and reading.tags.get("kind") == BLANK:
        if not on_change:
            return _on_blank(tagged, stated, named)
        found = _on_blank(tagged, stated, named, _week_received(plan, form, tagged, envelope))
        return replace(found, stated=None if stated == tagged else stated, blank_of=None)
    declared = named if on_change else tagged or named
    period = declared or stated or tagged
    if period is None and on_change and envelope.received_at:
        period = week_of(plan, form, envelope.received_at.date())
    return FiledPeriod(period, stated, declared)


def _week_received(plan: Plan, form: str, tagged: str, envelope: Envelope) -> str | None:
    """The week in which a blank came back that had been lying for more than a week."""
    day = envelope.received_at.date() if envelope.received_at else None
    is_old = day is not None and day > date.fromisoformat(tagged) + _A_WEEK
    return week_of(plan, form, day) if is_old else None


def _week_written(plan: Plan, form: str, written: WrittenDay | None) -> str | None:
    first, last = (date.fromisoformat(periods(plan, form)[place]) for place in (0, -1))
    day = written.within(first - _ASIDE, last + _ASIDE) if written else None
    return week_of(plan, form, day) if day else None
