"""Cited values: the numbers that addresses name, read from the public tables, a whole table at a time.

Belongs here: answering many addresses at the cost of a few questions.
Does not belong here: what an address is and its own SQL (addresses.py; a test holds the two ways against each other).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import product

from dispatch.addresses import DERIVED, FIGURES, Address, BadAddress, as_text, has_periods
from dispatch.marts import Marts
from ingestion.plans import Plan

_FIGURE = ("population", "scope_kind", "scope", "metric")


class CitedValues:
    """What stands at addresses of one state of the public tables; every table is read once per plan and period.

    ``plan_of``: the plan of an id, for the numbers that only a plan says.
    """

    def __init__(self, marts: Marts, plan_of: Callable[[str], Plan] | None = None):
        self._marts, self._plan_of = marts, plan_of
        self._rows: dict[tuple[str, str, str], list[dict]] = {}
        self._found: dict[tuple, dict[tuple, list[dict]]] = {}

    def at(self, address: Address) -> Decimal | None:
        """The number at an address, None where the table has none; LookupError where there is no such row."""
        if address.kind == "plan":
            return self._in_plan(address)
        rows = self.meeting(address)
        if address.kind == "list":
            return _counted(rows, address.column)
        if len(rows) != 1:
            raise LookupError(f"{address.text}: {len(rows)} rows")
        value = rows[0][address.column]
        return None if value is None else Decimal(value)

    def row(self, address: Address) -> dict:
        """The whole row that an address of kind ``metric`` or ``row`` points into; LookupError where there is none."""
        rows = self.meeting(address)
        if len(rows) != 1:
            raise LookupError(f"{address.text}: {len(rows)} rows")
        return rows[0]

    def rows(self, table: str, plan_id: str, period: str) -> list[dict]:
        """A public table of a plan and period as it stands (a dimension without periods: of the plan)."""
        key = (table, plan_id, period if has_periods(table) else "")
        if key not in self._rows:
            derived = "".join(f", {sql} as {name}" for name, sql in DERIVED.items()) if table == FIGURES else ""
            period_held = " and period = ?" if key[2] else ""
            sql = f"select *{derived} from {table} where plan_id = ?{period_held}"
            self._rows[key] = self._marts.query(sql, [value for value in key[1:] if value])
        return self._rows[key]

    def meeting(self, address: Address) -> list[dict]:
        """The rows that an address of kind ``metric``, ``list`` or ``row`` speaks of."""
        if address.kind == "metric":
            return self._index(FIGURES, address, _FIGURE).get(address.figure, [])
        names = tuple(name for name, _ in address.where)
        index = self._index(address.table, address, names)
        each = product(*((None,) if wanted is None else wanted for _, wanted in address.where))
        return [row for values in each for row in index.get(values, [])]

    def _index(self, table: str, address: Address, names: tuple[str, ...]) -> dict[tuple, list[dict]]:
        key = (table, address.plan_id, address.period, names)
        if key not in self._found:
            index = defaultdict(list)
            for row in self.rows(table, address.plan_id, address.period):
                index[tuple(as_text(row[name]) for name in names)].append(row)
            self._found[key] = dict(index)
        return self._found[key]

    def _in_plan(self, address: Address) -> Decimal:
        if self._plan_of is None:
            raise BadAddress(address.text)
        value: object = self._plan_of(address.plan_id)
        for name in address.column.split("."):
            value = _within(value, name)
        return Decimal(str(value))


def _within(value: object, name: str) -> object:
    if isinstance(value, Mapping):
        return value[name]
    return value[int(name)] if isinstance(value, Sequence) else getattr(value, name)


def _counted(rows: list[dict], what: str) -> Decimal:
    how, _, column = what.partition(":")
    if not column:
        return Decimal(len(rows))
    values = [row[column] for row in rows if row[column] is not None]
    if how == "sum":
        return sum(values, Decimal(0))
    return Decimal(len(set(values) if how == "distinct" else values))
