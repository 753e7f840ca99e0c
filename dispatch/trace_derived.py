"""Trace derived: numbers with two sides, targets, the schedule, the figure of the period before.

Belongs here: how each of them is computed anew from what it is made of.
Does not belong here: sums over contributors (trace_sums), rows of public tables (tracing, trace_lists).
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from dispatch import wording
from dispatch.addresses import Address, metric
from dispatch.trace_facts import Trace, plain, trace_say
from dispatch.trace_sums import hold, rate
from ingestion import vocabulary
from ingestion.publications import Publications

if TYPE_CHECKING:  # tracing follows derived numbers, these follow their sides
    from dispatch.tracing import Tracer

PARTS_OF_YEAR = 12
_SIDES = {
    "change": ("value", "previous_restated"),
    "change_published": ("value", "previous_published"),
    "reported_difference": ("value", "reported_value"),
    "left_over": ("denominator", "numerator"),
    "short_of_target": ("target", "denominator", "numerator"),
    "gap": ("value", "target"),
    "benchmark_gap": ("value", "benchmark"),
}


def traced(tracer: "Tracer", address: Address, row: Mapping) -> Trace:
    """A derived column of a figure; LookupError for a column that is none."""
    if address.column in _SIDES:
        return _derived(tracer, address, row)
    if address.column not in _SPECIAL:
        raise LookupError(address.text)
    return _SPECIAL[address.column](tracer, address, row)


def plan_file(tracer: "Tracer", address: Address) -> str:
    """Which version of the plan says so."""
    about = tracer.accounts(address).about
    return trace_say("plan.file", file=f"{address.plan_id}.yml", hash=about["plan_hash"],
                     at=wording.instant(about["in_force_at"]))  # fmt: skip


def _derived(tracer: "Tracer", address: Address, row: Mapping) -> Trace:
    """A number with two sides, each of them traced."""
    column = address.column
    told = row[column]
    if told is None:
        raise LookupError(address.text)
    sides = [tracer.figure(_other(address, side)) for side in _SIDES[column]]
    found = _from_sides(column, row, [side.value for side in sides])
    hold(Decimal(told), found, address.text)
    values = {f"v{at}": plain(side.value) for at, side in enumerate(sides)}
    how = trace_say(f"how.{column}", value=plain(found), numerator=plain(row["numerator"]),
                    denominator=plain(row["denominator"]), **values)  # fmt: skip
    unit = vocabulary.metrics()[address.figure[3]].unit
    return Trace(address, tracer.title(address, row), found, unit, how, (), parts=tuple(sides))


def _target(tracer: "Tracer", address: Address, row: Mapping) -> Trace:
    """A target: the plan's word, with the sentence of the document it comes from."""
    rows = tracer.values.rows("marts.fct_target_verdict", address.plan_id, address.period)
    found = next((one for one in rows if one["target_id"] == row["target_id"]), None)
    if row[address.column] is None or found is None:
        raise LookupError(address.text)
    hold(row[address.column], found[address.column], address.text)
    notes = (
        trace_say("target.source", source=found["source_zh"] or trace_say("none")),
        trace_say("target.date", date=wording.day(found["target_date"])),
        plan_file(tracer, address),
    )
    unit = vocabulary.metrics()[address.figure[3]].unit
    return Trace(address, tracer.title(address, row), row[address.column], unit, trace_say("how.plan"), notes)


def _benchmark(tracer: "Tracer", address: Address, row: Mapping) -> Trace:
    """The part of the year that has gone."""
    months = int(address.period.split("-")[1])
    found = rate(Decimal(months), Decimal(PARTS_OF_YEAR))
    hold(row["benchmark"], found, address.text)
    how = trace_say("how.benchmark", month=months, value=plain(found))
    return Trace(address, tracer.title(address, row), found, "%", how, (row["benchmark_name"] or "",))


def _restated(tracer: "Tracer", address: Address, row: Mapping) -> Trace:
    """The same figure of the period before as it stands today."""
    before = tracer.accounts(address).about["previous_period"]
    if before is None or row["previous_restated"] is None:
        raise LookupError(address.text)
    part = tracer.figure(metric(address.plan_id, before, *address.figure))
    hold(row["previous_restated"], part.value, address.text)
    how = trace_say("how.restated", period=wording.period_label(before), value=plain(part.value))
    return Trace(address, tracer.title(address, row), part.value, part.unit, how, parts=(part,))


def _published(tracer: "Tracer", address: Address, row: Mapping) -> Trace:
    """What people had last been told of the period before: a publication of the register."""
    about = tracer.accounts(address).about
    before = about["previous_period"]
    if before is None or row["previous_published"] is None:
        raise LookupError(address.text)
    told = Publications(tracer.ws.register).figures(address.plan_id, before, about["known_at"])
    key = tuple(address.figure)
    own = [one for one in told if (one["population"], one["scope_kind"], one["scope"], one["metric"]) == key]
    last = [one for one in own if one["published_at"] <= about["due_at"]][-1]
    hold(row["previous_published"], last["value"], address.text)
    said = trace_say("published", number=last["publication_id"], release=last["release"],
                     at=wording.instant(last["published_at"]), period=wording.period_label(before))  # fmt: skip
    now = tracer.figure(metric(address.plan_id, before, *address.figure))
    same = trace_say("published.same" if now.value == last["value"] else "published.moved",
                     plan=address.plan_id, period=before, metric=address.figure[3])  # fmt: skip
    how = trace_say("how.published", value=plain(last["value"]))
    unit = vocabulary.metrics()[address.figure[3]].unit
    return Trace(address, tracer.title(address, row), last["value"], unit, how, (said, same), parts=(now,))


def _other(address: Address, column: str) -> Address:
    return metric(address.plan_id, address.period, *address.figure, column)


def _from_sides(column: str, row: Mapping, sides: Sequence[Decimal]) -> Decimal | None:
    """A derived number from its sides; a gap of a rate is divided after subtracting, as it was published."""
    if column == "short_of_target":
        target, below, above = sides
        return (target * below - above).to_integral_value(ROUND_CEILING)
    first, second = sides
    above, below = row["numerator"], row["denominator"]
    if column in ("gap", "benchmark_gap") and below is not None:
        if column == "gap":
            return rate(above - second * below, below)
        months = (second * PARTS_OF_YEAR).to_integral_value()
        return rate(above * PARTS_OF_YEAR - below * months, below * PARTS_OF_YEAR)
    return first - second


_SPECIAL: Mapping[str, Callable[["Tracer", Address, Mapping], Trace]] = {
    "target": _target,
    "stretch": _target,
    "benchmark": _benchmark,
    "previous_restated": _restated,
    "previous_published": _published,
}
