"""Checked sums: what printed numbers must make of each other.

Belongs here: K02 (numerator, denominator, rate by intervals), K03 (parts and totals), K04 (balances).
Does not belong here: whether a number is what its source says (checked_numbers.py).

All of it is asked of the numbers as printed, not of the tables: a reader has nothing else to add up with.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from dispatch.bulletin_blocks import word
from dispatch.checked_paper import Checked, Failure, Printed, failure, place_of
from dispatch.citations import SCALES
from ingestion import vocabulary

ADDED = ("count", "wan", "yi")  # units of which parts add up
ROW_RATES = {
    ("reports.rpt_unit_ranking", "annual_completion_rate"): ("ytd_investment_wan", "annual_plan_wan"),
    ("reports.rpt_summary", "annual_completion_rate"): ("ytd_investment_wan", "annual_plan_wan"),
    ("reports.rpt_procedure_progress", "completion_rate"): ("done_count", "needed_count"),
}
BALANCES = (  # columns of one row: the whole, its parts
    ("marts.fct_metric", "denominator", ("numerator", "left_over")),
    ("reports.rpt_procedure_progress", "needed_count", ("done_count", "open_count")),
    (
        "reports.rpt_procedure_progress", "open_count",
        ("tolerated_count", "promised_count", "in_progress_count", "not_started_count"),
    ),
)  # fmt: skip
KEPT_PLACES = 6  # of a rate in the public tables
CLOSE = Decimal(1).scaleb(-KEPT_PLACES)


def sums(found: Checked) -> Iterator[Failure]:
    """K02, K03, K04."""
    printed = [one for one in found.printed if one.amount is not None]
    yield from _rates(printed)
    yield from _parts(printed)
    yield from _balances(printed)


def _rates(printed: Sequence[Printed]) -> Iterator[Failure]:
    """A printed rate lies between what the printed numerator and denominator can make at their decimals."""
    measures = {name: (one.numerator, one.denominator) for name, one in vocabulary.metrics().items()}
    by_measure, by_row = _by_measure(printed, measures), _by_row(printed)
    for one in printed:
        address = one.address
        if one.citation.unit != "percent":
            continue
        if address.kind == "metric" and address.column == "value":
            numerator, denominator = measures.get(address.figure[3], (None, None))
            base = (address.period, address.figure[:3])
            tops, bottoms = by_measure.get((*base, numerator), ()), by_measure.get((*base, denominator), ())
        elif (names := ROW_RATES.get((address.table, address.column))) is not None:
            tops, bottoms = (by_row.get((address.table, address.period, address.where, name), ()) for name in names)
        else:
            continue
        for top, bottom in ((top, bottom) for top in tops[:1] for bottom in bottoms[:1]):
            if address.kind == "metric" or _is_quotient(one, top, bottom):
                yield from interval(one, top, bottom)


def _by_measure(printed: Sequence[Printed], measures: dict) -> dict[tuple, list[Printed]]:
    """Printed numbers by period, slice and the measure that they show."""
    known: dict[tuple, list[Printed]] = defaultdict(list)
    for one in printed:
        if one.address.kind != "metric" or one.citation.unit not in ADDED:
            continue
        numerator, denominator = measures.get(one.address.figure[3], (None, None))
        shown = {"numerator": numerator, "denominator": denominator, "value": None if denominator else numerator}
        if measure := shown.get(one.address.column):
            known[one.address.period, one.address.figure[:3], measure].append(one)
    return known


def _by_row(printed: Sequence[Printed]) -> dict[tuple, list[Printed]]:
    rows: dict[tuple, list[Printed]] = defaultdict(list)
    for one in printed:
        if one.address.kind == "row":
            rows[one.address.table, one.address.period, one.address.where, one.address.column].append(one)
    return rows


def _is_quotient(rate: Printed, top: Printed, bottom: Printed) -> bool:
    """Whether a row's rate is its own two columns': projects without a plan are in neither side of the rate."""
    divisor = bottom.citation.value
    return bool(divisor) and abs(top.citation.value / divisor - rate.citation.value) <= CLOSE


def interval(rate: Printed, top: Printed, bottom: Printed) -> Iterator[Failure]:
    """A rate that its printed numerator and denominator cannot make, whatever their cut-off decimals were."""
    (low_top, high_top), (low_bottom, high_bottom) = _span(top), _span(bottom)
    if low_bottom <= 0:
        return
    places = rate.citation.places
    low, high = (
        _rounded(100 * _rounded(quotient, KEPT_PLACES), places)  # as the public tables keep it, then as it is printed
        for quotient in (low_top / high_bottom, high_top / low_bottom)
    )
    if not low <= rate.amount <= high:
        told = {"numerator": top.text, "denominator": bottom.text, "low": f"{low}%", "high": f"{high}%"}
        yield failure(place_of(rate), "K02", "K02.what", "K02.remedy", found=rate.text, **told)


def _span(one: Printed) -> tuple[Decimal, Decimal]:
    """Between which figures of the public tables a printed number can lie; one that was counted is exact."""
    half = Decimal(0) if one.citation.unit == "count" else Decimal("0.5").scaleb(-one.citation.places)
    half = 2 * half if one.citation.balanced else half  # moved by one of its last place
    scale = SCALES[one.citation.unit]
    return (one.amount - half) / scale, (one.amount + half) / scale


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _parts(printed: Sequence[Printed]) -> Iterator[Failure]:
    """K03, column by column: a group of parts whose figures are the total's adds up as printed, too."""
    columns: dict[tuple, list[Printed]] = defaultdict(list)
    for one in printed:
        if one.cell and one.citation.unit in ADDED:
            columns[one.cell[0], one.cell[2]].append(one)
    for column in columns.values():
        column.sort(key=lambda one: one.cell[1])
        totals = [one for one in column if word("head.total") in one.row_text]
        others = [one for one in column if word("head.total") not in one.row_text]
        for total in totals:
            for _, group in groupby(others, key=_group):
                yield from _adds_up(list(group), total)
    yield from _parts_in_text(printed)


def _group(one: Printed) -> tuple:
    address = one.address
    return address.kind, address.table, address.column, address.period, address.figure[1:2], address.figure[3:]


def _parts_in_text(printed: Sequence[Printed]) -> Iterator[Failure]:
    whole: dict[tuple, Printed] = {}
    for one in printed:
        if not one.cell and one.address.kind == "metric" and one.address.figure[1] == "overall":
            whole.setdefault(_kind_of_number(one), one)
    groups: dict[tuple, list[Printed]] = defaultdict(list)
    for one in printed:
        is_part = one.address.kind == "metric" and one.address.figure[1] != "overall"
        if is_part and not one.cell and one.citation.unit in ADDED:
            groups[one.line.number, one.address.figure[1], _kind_of_number(one)].append(one)
    for (_, _, kind), group in groups.items():
        if kind in whole:
            yield from _adds_up(group, whole[kind])


def _kind_of_number(one: Printed) -> tuple:
    address, citation = one.address, one.citation
    return address.period, address.figure[0], address.figure[3], address.column, citation.unit, citation.places


def _adds_up(parts: Sequence[Printed], total: Printed) -> Iterator[Failure]:
    if len(parts) < 2 or sum(one.citation.value for one in parts) != total.citation.value:
        return
    made = sum((one.amount for one in parts), Decimal(0))
    if made != total.amount:
        told = {"found": f"{made:,}", "expected": total.text, "difference": f"{made - total.amount:+,}"}
        head = total.head or (total.line.text[:8] if total.line else "")
        yield failure(place_of(total), "K03", "K03.what", "K03.remedy", head=head, **told)


def _balances(printed: Sequence[Printed]) -> Iterator[Failure]:
    """K04: identities among the printed columns of one row of the public tables."""
    rows: dict[tuple, dict[str, Printed]] = defaultdict(dict)
    for one in printed:
        address = one.address
        if address.kind in ("metric", "row") and one.citation.unit == "count":
            table = address.table or "marts.fct_metric"
            rows[table, address.period, address.figure, address.where].setdefault(address.column, one)
    for (table, *_), columns in rows.items():
        for of_table, whole, parts in BALANCES:
            if table == of_table and {whole, *parts} <= set(columns):
                made = [columns[part] for part in parts]
                if sum(one.amount for one in made) != columns[whole].amount:
                    told = {"parts": word("joint.list").join(one.text for one in made), "whole": columns[whole].text}
                    yield failure(place_of(columns[whole]), "K04", "K04.what", "K04.remedy", **told)
