"""Addresses: the name of one number of the public tables, and the one question that gives it.

Belongs here: the written form of an address, both ways; its SQL over the schemas ``marts`` and ``reports``.
Does not belong here: how a number is printed (citations.py), reading many at once (cited_values.py).

An address is plain text that can stand in a link::

    metric:<plan>/<period>/<population>/<scope kind>/<scope>/<metric>/<column>
    list:<plan>/<period>/<schema.table>/<count, or count|distinct|sum:<column>>/<column=value&...>
    row:<plan>/<period>/<schema.table>/<column>/<column=value&...>
    plan:<plan>/<period>/<dotted path in the plan>

Whatever is no letter, digit, ``-``, ``.``, ``_``, ``~`` or ``:`` is percent-encoded. A condition may have several
values (``level_code=municipal|provincial``); one without ``=`` asks for an empty cell.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import quote, unquote

KINDS = ("metric", "list", "row", "plan")
FIGURES = "marts.fct_metric"
# What is said of a figure and stands in no column of its own.
DERIVED = {
    "change": "value - previous_restated",
    "change_published": "value - previous_published",
    "reported_difference": "value - reported_value",
    "left_over": "denominator - numerator",
    "short_of_target": "ceil(target * denominator - numerator)",
}
_TABLE = re.compile(r"^(marts|reports)\.[a-z][a-z0-9_]*$")
_COLUMN = re.compile(r"^[a-z][a-z0-9_]*$")
_COUNTED = re.compile(r"^(count|(count|sum|distinct):[a-z][a-z0-9_]*)$")

Wanted = tuple[str, ...] | None  # the texts a column may have, sorted; None: it is empty
Where = tuple[tuple[str, Wanted], ...]


class BadAddress(ValueError):
    """A text that is no address, or an address that names what cannot be asked for."""


@dataclass(frozen=True)
class Address:
    """The name of one number. Which fields are filled depends on the kind; make one with the functions below."""

    kind: str
    plan_id: str
    period: str
    figure: tuple[str, ...] = ()  # metric: population, scope kind, scope, metric
    table: str = ""  # list, row
    column: str = ""  # metric, row: the column; list: count, count:, distinct: or sum:<column>; plan: the path
    where: Where = ()  # list, row: what columns are, sorted by column

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadAddress(self.kind)
        if self.kind in ("list", "row") and not _TABLE.match(self.table):
            raise BadAddress(self.table)
        known = {"metric": _COLUMN, "row": _COLUMN, "list": _COUNTED}.get(self.kind)
        if known and not known.match(self.column):
            raise BadAddress(self.column)
        if any(not _COLUMN.match(name) for name, _ in self.where):
            raise BadAddress(str(self.where))

    @cached_property
    def text(self) -> str:
        """The written form.

        >>> metric("huozhou-2022", "2022-11", "省市重点", "unit", "zhujian", "annual_completion_rate").text
        'metric:huozhou-2022/2022-11/%E7%9C%81%E5%B8%82%E9%87%8D%E7%82%B9/unit/zhujian/annual_completion_rate/value'
        """
        parts = {
            "metric": (*self.figure, self.column),
            "list": (self.table, self.column),
            "row": (self.table, self.column),
            "plan": (self.column,),
        }[self.kind]
        encoded = [quote(part, safe=":") for part in (self.plan_id, self.period, *parts)]
        if self.where:
            encoded.append("&".join(_condition(name, value) for name, value in self.where))
        return f"{self.kind}:" + "/".join(encoded)

    def query(self) -> tuple[str, list[str]]:
        """The one SQL that gives the number, and its values; :class:`BadAddress` for a number only the plan says."""
        if self.kind == "plan":
            raise BadAddress(self.text)
        if self.kind == "metric":
            places = ("plan_id", "period", "population", "scope_kind", "scope", "metric")
            held = " and ".join(f"{name} = ?" for name in places)
            return f"select {column_sql(self.column)} from {FIGURES} where {held}", [
                self.plan_id, self.period, *self.figure,
            ]  # fmt: skip
        what = self.column if self.kind == "row" else _counted_sql(self.column)
        conditions, values = ["plan_id = ?"], [self.plan_id]
        if has_periods(self.table):
            conditions.append("period = ?")
            values.append(self.period)
        for name, value in self.where:
            marks = ", ".join("?" for _ in value or ())
            conditions.append(f"{name} is null" if value is None else f"cast({name} as varchar) in ({marks})")
            values += value or ()
        return f"select {what} from {self.table} where {' and '.join(conditions)}", values


def metric(
    plan_id: str, period: str, population: str, scope_kind: str, scope: str, name: str, column: str = "value"
) -> Address:
    """A figure of ``fct_metric``: one of its columns, or one of :data:`DERIVED`."""
    return Address("metric", plan_id, period, (population, scope_kind, scope, name), column=column)


def listed(plan_id: str, period: str, table: str, what: str = "count", **where: object) -> Address:
    """How many rows of a public table meet the conditions, how many of them have something in a column
    (``count:<column>``), how many different values (``distinct:``), or their sum (``sum:<column>``).

    A condition given as a tuple is met by any of its values.
    """
    return Address("list", plan_id, period, table=table, column=what, where=_where(where))


def row(plan_id: str, period: str, table: str, column: str, **key: object) -> Address:
    """One column of the row of a public table with this key (plan and period are part of it already)."""
    return Address("row", plan_id, period, table=table, column=column, where=_where(key))


def in_plan(plan_id: str, period: str, path: str) -> Address:
    """A number that the plan itself says, by its dotted path: ``thresholds.behind_schedule_points``."""
    return Address("plan", plan_id, period, column=path)


def parse(text: str) -> Address:
    """The address of a written form; :class:`BadAddress` when it is none."""
    kind, _, rest = text.partition(":")
    parts = rest.split("/")
    conditions = ""
    if kind in ("list", "row") and len(parts) == 5:
        conditions = parts.pop()
    if len(parts) != {"metric": 7, "list": 4, "row": 4, "plan": 3}.get(kind):
        raise BadAddress(text)
    plan_id, period, *named = (unquote(part) for part in parts)
    where = tuple(_read_condition(one) for one in conditions.split("&") if one)
    if kind == "metric":
        return Address(kind, plan_id, period, tuple(named[:4]), column=named[4])
    if kind == "plan":
        return Address(kind, plan_id, period, column=named[0])
    return Address(kind, plan_id, period, table=named[0], column=named[1], where=tuple(sorted(where, key=_name)))


def as_text(value: object) -> str | None:
    """A value as conditions write it, which is how the warehouse casts it to text.

    >>> as_text(True), as_text(date(2022, 11, 28)), as_text(None)
    ('true', '2022-11-28', None)
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def has_periods(table: str) -> bool:
    """Whether a public table has one state per period; dimensions other than the periods have one for all."""
    return not table.startswith("marts.dim_") or table == "marts.dim_period"


def column_sql(column: str) -> str:
    """A column of ``fct_metric``, or the sum that stands for a derived one."""
    return DERIVED.get(column, column)


def _counted_sql(what: str) -> str:
    how, _, column = what.partition(":")
    if how == "sum":
        return f"coalesce(sum({column}), 0)"
    return f"count({'distinct ' if how == 'distinct' else ''}{column or '*'})"


def _where(given: dict[str, object]) -> Where:
    return tuple(sorted(((name, _wanted(value)) for name, value in given.items()), key=_name))


def _wanted(value: object) -> Wanted:
    if value is None:
        return None
    return tuple(sorted(as_text(one) for one in value)) if isinstance(value, tuple) else (as_text(value),)


def _name(condition: tuple[str, Wanted]) -> str:
    return condition[0]


def _condition(name: str, wanted: Wanted) -> str:
    return name if wanted is None else f"{name}={'|'.join(quote(one, safe='') for one in wanted)}"


def _read_condition(text: str) -> tuple[str, Wanted]:
    name, given, values = text.partition("=")
    return name, tuple(sorted(unquote(one) for one in values.split("|"))) if given else None
