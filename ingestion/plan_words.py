"""Plan words: the types of a plan file's values; each says what is wrong as a message code, never as a sentence.

Belongs here: dates, months, clock times, words of a list, amounts with their unit.
Does not belong here: which keys a plan has (plan_models), the wording of mistakes (plan_errors).
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from ingestion import vocabulary
from ingestion.forms import load_forms
from ingestion.settings import TIMEZONE

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_QUANTITY = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*([^\s\d.,]\S*)")


def mistake(code: str, **detail: object) -> PydanticCustomError:
    """A mistake by message code; ``allowed`` in ``detail`` lists the words that would have been right."""
    return PydanticCustomError(code, code, detail)


def _date(value: object) -> object:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise mistake("bad_date", found=str(value))
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise mistake("bad_date", found=value) from error


def _instant(value: object) -> object:
    """``2022-11-25`` or ``2022-11-25 08:00``, local time."""
    day, _, clock = str(value).partition(" ")
    return datetime.combine(_date(day), _clock(clock or "00:00"), tzinfo=TIMEZONE)


def _clock(value: object) -> object:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise mistake("bad_time", found=str(value))
    return time.fromisoformat(value)


def _period(value: str) -> str:
    """A month (2022-11), or the nominal due date of a weekly report (2022-12-08)."""
    if not _PERIOD.fullmatch(value):
        raise mistake("bad_period", found=value)
    if len(value) > len("2022-11"):
        _date(value)
    return value


def _share(value: object) -> Decimal:
    """``10 %`` as 0.1."""
    number, unit = split_quantity(value)
    if unit != "%":
        raise mistake("bad_quantity", found=str(value))
    return number / 100


def _day_of_month(value: object) -> object:
    if value == "last":
        return value
    if not isinstance(value, str) or not value.isdecimal() or not 1 <= int(value) <= 31:
        raise mistake("bad_day", found=str(value))
    return int(value)


def _one_of(allowed: Callable[[], Iterable[str]], code: str = "unknown_word") -> AfterValidator:
    def check(value: str) -> str:
        words = list(allowed())
        if value not in words:
            raise mistake(code, found=value, allowed=words)
        return value

    return AfterValidator(check)


def one_of(*words: str) -> AfterValidator:
    """Exactly one of these words."""
    return _one_of(lambda: words)


def code_of(list_name: str) -> AfterValidator:
    """A code of one of the vocabulary's code lists."""
    return _one_of(lambda: vocabulary.codes(list_name))


def shipped_forms() -> list[str]:
    """The forms that can be read."""
    return list(load_forms())


def metric_forms() -> list[str]:
    """The forms that metrics speak of; some have targets before they have a form."""
    return sorted({metric.form for metric in vocabulary.metrics().values()})


def split_quantity(value: object) -> tuple[Decimal, str]:
    """The number and the unit of ``27 亿元`` as written."""
    match = _QUANTITY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise mistake("bad_quantity", found=str(value))
    return Decimal(match[1].replace(",", "")), match[2]


def amount_wan(value: object) -> Decimal:
    """Money with its unit in 万元, exactly: 27 亿元 is 270000."""
    number, unit = split_quantity(value)
    words = vocabulary.messages("plans")
    if unit == words["yi_yuan"]:
        return number * 10_000
    if unit == words["wan_yuan"]:
        return number
    raise mistake("bad_quantity", found=str(value))


def _in_unit_of_metric(value: object, info: ValidationInfo) -> Decimal:
    """A target in the unit its metric is stored in: rates 0–1, money in 万元, counts as they are."""
    number, unit = split_quantity(value)
    metric = vocabulary.metrics().get(info.data.get("metric", ""))
    if metric is None:
        return number  # the unknown metric is reported by itself
    if metric.unit == vocabulary.messages("plans")["wan_yuan"]:
        return amount_wan(value)
    if unit != metric.unit:
        raise mistake("bad_quantity_unit", found=unit, metric=metric.label_zh, unit=metric.unit)
    return number / 100 if metric.is_rate else number


Day = Annotated[date, BeforeValidator(_date)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Clock = Annotated[time, BeforeValidator(_clock)]
Period = Annotated[str, AfterValidator(_period)]
DayOfMonth = Annotated[int | str, BeforeValidator(_day_of_month)]
Share = Annotated[Decimal, BeforeValidator(_share)]
TargetValue = Annotated[Decimal, BeforeValidator(_in_unit_of_metric)]
MetricName = Annotated[str, _one_of(vocabulary.metrics, "unknown_metric")]
ShippedForm = Annotated[str, _one_of(shipped_forms, "unknown_form")]
MetricForm = Annotated[str, _one_of(metric_forms, "unknown_form")]
