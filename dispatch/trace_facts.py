"""Trace facts: what a trace says: the number, how it is computed anew, its contributors, rows and cells.

Belongs here: the shapes that papers, page and command read; the sentences of messages_trace.csv.
Does not belong here: finding any of it (tracing).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dispatch.addresses import Address
from dispatch.contributions import Key
from dispatch.trace_rows import Source
from ingestion import vocabulary
from ingestion.plain_text import visible


@dataclass(frozen=True)
class Line:
    """One contributor: what it puts above and below the line, and the rows it rests on."""

    name: str
    unit_name: str
    key: Key
    numerator: Decimal | None
    denominator: Decimal | None
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Trace:
    """One number: what it is, how it is made, of whom; ``parts`` are the numbers it is made of, traced as well.

    ``value`` is in the public tables' unit (rates 0-1). ``numerator`` and ``denominator`` name measures.
    """

    address: Address
    title: str
    value: Decimal | None
    unit: str
    how: str
    notes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    parts: tuple["Trace", ...] = ()
    numerator: str = ""
    denominator: str = ""

    def every(self) -> Iterator["Trace"]:
        """This trace and all those it is made of."""
        yield self
        for part in self.parts:
            yield from part.every()


def trace_say(key: str, **values: object) -> str:
    """The sentence ``key`` of messages_trace.csv, filled; what others wrote stands in it as visible text."""
    shown = {name: visible(value, lines=True) if isinstance(value, str) else value for name, value in values.items()}
    return vocabulary.messages("trace")[key].format(**shown)


def plain(value: Decimal | None) -> str:
    """A number in full, thousands separated, without idle decimals."""
    if value is None:
        return trace_say("none")
    value = Decimal(value)
    return f"{value.quantize(1) if value == value.to_integral_value() else value.normalize():,f}"
