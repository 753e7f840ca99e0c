"""Wording: how values are said in Chinese when they leave the house.

Belongs here: labels of codes, amounts, dates, instants and percents as people read them.
Does not belong here: sentences themselves (messages_dispatch.csv) and how a cell looks (workbook_style.py).
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from ingestion import vocabulary
from ingestion.plain_text import visible
from ingestion.settings import TIMEZONE


def say(key: str, **values: object) -> str:
    """The sentence ``key`` of messages_dispatch.csv, filled; what others wrote stands in it as visible text."""
    shown = {name: visible(value, lines=True) if isinstance(value, str) else value for name, value in values.items()}
    return vocabulary.messages("dispatch")[key].format(**shown)


def said(kind: str, code: str | None) -> str:
    """The word for a code of ours (``status.late``); one that has no word is shown as it is, nothing as a dash."""
    return say("none") if code is None else vocabulary.messages("dispatch").get(f"{kind}.{code}", code)


def code_label(list_name: str, code: str | None) -> str:
    """The label of a code; a code the list does not know is shown as it is, nothing as nothing."""
    if code is None:
        return ""
    entry = vocabulary.codes(list_name).get(code)
    return entry.label_zh if entry else code


def field_label(field: str) -> str:
    """The heading of a vocabulary field."""
    return vocabulary.fields()[field].label_zh if field in vocabulary.fields() else field


def definition(metric: str) -> str:
    """A metric with its definition, as it is printed with the figure."""
    known = vocabulary.metrics()[metric]
    return say("definition", label=known.label_zh, text=known.definition_zh)


def period_label(period: str) -> str:
    """``2022-11`` as people say it; a week is named by the day it is due.

    >>> period_label("2022-11"), period_label("2022-12-08")
    ('2022年11月', '2022年12月8日')
    """
    year, month, *day = period.split("-")
    label = say("period", year=year, month=int(month))
    return label + say("period_day", day=int(day[0])) if day else label


def day(value: date | None) -> str:
    """A date as 2022-11-28."""
    return value.strftime("%Y-%m-%d") if value else ""


def instant(value: datetime | None) -> str:
    """An instant as 2022-11-28 16:40 in the bureau's zone."""
    return value.astimezone(TIMEZONE).strftime("%Y-%m-%d %H:%M") if value else ""


def later_dates(lock_at: datetime | None, publish_at: datetime | None) -> str:
    """When a form is locked and its figures are told, as far as the plan says so."""
    dates = (("lock", lock_at), ("publish", publish_at))
    return say("dates.joint").join(say(f"dates.{name}", at=instant(at)) for name, at in dates if at)


def amount(value: Decimal | None) -> str:
    """An amount with thousands separators; at least two decimals, never fewer than it has.

    >>> amount(Decimal("1234567.5"))
    '1,234,567.50'
    """
    return "" if value is None else f"{value:,.{decimals(value)}f}"


def decimals(value: Decimal) -> int:
    """How many decimals an amount in 万元 needs to be shown in full: two, or more where more were typed."""
    return max(2, -value.normalize().as_tuple().exponent)


def percent(rate: Decimal | None, against: Decimal | None = None, missed: bool = False) -> str:
    """A rate (0–1) in percent with one decimal; more where it rounds to a target that it misses.

    >>> percent(Decimal("0.8498"), Decimal("0.85"), missed=True)
    '84.98%'
    """
    return say("none") if rate is None else f"{_rounded(rate, places(rate, against, missed))}%"


def places(rate: Decimal, against: Decimal | None, missed: bool) -> int:
    """Decimals of a percentage: one, or as many as it takes not to look like the target it misses (at most four)."""
    shown = 1
    while missed and against is not None and shown < 4 and _rounded(rate, shown) == _rounded(against, shown):
        shown += 1
    return shown


def points(difference: Decimal | None) -> str:
    """A difference of two rates (0–1) in percentage points with its sign; one that is not nothing never shows as 0.0.

    >>> points(Decimal("-0.0002")), points(Decimal("0.138247")), points(Decimal("0"))
    ('-0.02', '+13.8', '0.0')
    """
    if difference is None:
        return say("none")
    shown = 1
    while difference and shown < 4 and not _rounded(difference, shown):
        shown += 1
    return f"{_rounded(difference, shown):+f}" if difference else f"{_rounded(difference, shown):f}"


def _rounded(rate: Decimal, decimals: int) -> Decimal:
    return (rate * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def shown(field: str, value: object) -> str:
    """Any value of a vocabulary field as text; the field of ``eia.done_date`` is ``done_date``."""
    if value is None:
        return ""
    known = vocabulary.fields().get(field.rpartition(".")[2])
    if known and known.code_list:
        return code_label(known.code_list, str(value))
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return amount(value) if known and known.type == "decimal" else f"{value.normalize():f}"
    return str(value)
