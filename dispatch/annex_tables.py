"""Annex tables: what a sheet of the annex workbook consists of before it is written.

Belongs here: numbers with the address each came from, columns, tables, what a native chart draws of a table.
Does not belong here: which tables an annex has (annex_months.py, annex_weeks.py), writing them (annex.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dispatch.addresses import Address
from dispatch.wording import places
from dispatch.workbook_style import Column
from ingestion import vocabulary

UNITS = {"amount": ("wan", 2), "integer": ("count", 0), "rate": ("percent", 1), "points": ("points", 1)}


@dataclass(frozen=True)
class Number:
    """A cell whose number stands at an address; ``against``: the target that a rate must not seem to reach."""

    address: Address
    kind: str  # of UNITS
    against: Decimal | None = None

    def places_of(self, value: Decimal) -> int:
        """Decimals that are printed: of a rate more where it would look like the target it misses."""
        shown = UNITS[self.kind][1]
        if self.kind != "rate" or self.against is None:
            return shown
        return places(value, self.against, value < self.against)


Cell = Number | str | int | object | None


@dataclass(frozen=True)
class Chart:
    """A native chart beside a table: bars of some of its rows (counted from 0), named by one of its columns."""

    title: str
    names: str  # heading of the column that names the bars
    series: Sequence[str]  # headings of the columns that are drawn
    first: int
    last: int
    is_stacked: bool = False
    axis: str = "0"  # number format


@dataclass(frozen=True)
class AnnexTable:
    """One sheet: its name, heading, columns and rows; ``totals`` are rows in heavier type."""

    number: int
    name: str
    unit: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    totals: frozenset[int] = frozenset()
    chart: Chart | None = None
    frozen: int = 1
    paper: str = "A4"
    account: str = "adopted"


def word(key: str, **values: object) -> str:
    """The sentence ``key`` of messages_annex.csv, filled."""
    return vocabulary.messages("annex")[key].format(**values)


def columns(*named: tuple[str, str] | tuple[str, str, int]) -> list[Column]:
    """Columns by the keys of their headings (``head.<key>``), kind and widest width."""
    return [Column(word(f"head.{key}"), kind, *width) for key, kind, *width in named]
