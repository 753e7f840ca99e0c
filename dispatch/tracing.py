"""Tracing: from any number that leaves the house back to the cells it rests on, computed anew on the way.

Belongs here: what an address names, the two sides of a derived number, what a column of a report stands for.
Does not belong here: sums over contributors (trace_sums), rows and cells (trace_sources), rows of lists (trace_lists),
how a trace is shown (trace_papers, trace_page).
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from dispatch import trace_derived, wording
from dispatch.addresses import Address, parse
from dispatch.cited_values import CitedValues
from dispatch.contributions import Slice
from dispatch.marts import Marts
from dispatch.month import Month
from dispatch.trace_derived import PARTS_OF_YEAR
from dispatch.trace_facts import Line, Trace, plain, trace_say
from dispatch.trace_lists import listed, subject_of, subject_trace
from dispatch.trace_origins import filled
from dispatch.trace_rows import Source
from dispatch.trace_sources import Sources
from dispatch.trace_sums import ACCEPTED, COVERAGE, REPORTED, Accounts, Share, hold, rate, total, value_of
from ingestion import vocabulary
from ingestion.plans import Plan
from ingestion.workspace import Workspace

_SUMMED = {
    "numerator": (ACCEPTED, 0), "denominator": (ACCEPTED, 1), "value": (ACCEPTED, 2),
    "reported_numerator": (REPORTED, 0), "reported_denominator": (REPORTED, 1), "reported_value": (REPORTED, 2),
}  # fmt: skip
_OF_UNIT = {"error_row_count": "error", "unanswered_count": "warning"}  # measure -> severity of what is counted


class Tracer:
    """Traces numbers of one state of the public tables; every table is read once."""

    def __init__(self, ws: Workspace, marts: Marts, values: CitedValues | None = None):
        self.ws, self.marts = ws, marts
        self.values = values or CitedValues(marts, self._plan)
        self._accounts: dict[tuple[str, str], Accounts] = {}
        self._sources: dict[tuple[str, str], Sources] = {}
        self._months: dict[tuple[str, str], Month] = {}

    def trace(self, address: Address) -> Trace:
        """All that a number rests on. LookupError where the tables have no such number,
        :class:`~dispatch.contributions.DoesNotAddUp` where what is published is not what its rows make."""
        of_kind: Mapping[str, Callable[[Address], Trace]] = {
            "metric": self.figure, "list": lambda one: listed(self, one), "row": self._row, "plan": self._in_plan,
        }  # fmt: skip
        return of_kind[address.kind](address)

    def accounts(self, address: Address) -> Accounts:
        """Contributors and amounts of the address's plan and period."""
        at = (address.plan_id, address.period)
        if at not in self._accounts:
            self._accounts[at] = Accounts(self.marts, *at)
        return self._accounts[at]

    def sources(self, address: Address) -> Sources:
        """The rows behind the address's plan and period."""
        at = (address.plan_id, address.period)
        if at not in self._sources:
            accounts = self.accounts(address)
            self._sources[at] = Sources(self.month(address), accounts.facts, accounts.decisions)
        return self._sources[at]

    def month(self, address: Address) -> Month:
        """The lake of the address's plan and period."""
        at = (address.plan_id, address.period)
        if at not in self._months:
            self._months[at] = Month(self.ws, *at)
        return self._months[at]

    def _plan(self, plan_id: str) -> Plan:
        """The plan as the latest period of the tables knew it."""
        [row] = self.marts.query("select max(period) as period from marts.dim_period where plan_id = ?", [plan_id])
        return Month(self.ws, plan_id, row["period"]).plan

    def figure(self, address: Address) -> Trace:
        """A column of ``fct_metric`` or a number derived from its columns."""
        row = self.values.row(address)
        column = address.column
        if column in _SUMMED:
            return self._summed(address, row)
        if column in COVERAGE:
            return self._covered(address, row)
        return trace_derived.traced(self, address, row)

    def _summed(self, address: Address, row: Mapping) -> Trace:
        """A numerator, a denominator or the value they make, in the account as accepted or as reported."""
        account, place = _SUMMED[address.column]
        *_, name = address.figure
        known = vocabulary.metrics()[name]
        accounts = self.accounts(address)
        shares = accounts.shares(name, _cut(address), account)
        above, below = total(shares)
        prefix = "" if account == ACCEPTED else "reported_"
        hold(row[f"{prefix}numerator"], above, address.text)
        if known.is_ratio:
            hold(row[f"{prefix}denominator"], below, address.text)
        value = value_of(name, above, below)
        hold(row[f"{prefix}value"], value, address.text)
        found = (above, below if known.is_ratio else None, value)[place]
        if known.is_ratio:
            how = trace_say("how.ratio", above=plain(above), below=plain(below), value=plain(value))
        else:
            how = trace_say("how.sum", count=len(shares), value=plain(above))
        lines = tuple(self._line(address, share, name, account, place) for share in shares)
        return Trace(
            address, self.title(address, row), found, known.unit if place == 2 else _unit(name, place), how,
            self._definition(name, account), lines, numerator=known.numerator, denominator=known.denominator,
        )  # fmt: skip

    def _line(self, address: Address, share: Share, name: str, account: str, place: int) -> Line:
        known = vocabulary.metrics()[name]
        names = [(known.numerator, share.numerator), (known.denominator, share.denominator)]
        measures = [one for one, amount in names if one] if place == 2 else [names[place][0]]
        below = share.denominator if known.is_ratio else None
        return self._lined(address, share, measures, account, share.numerator, below)

    def _lined(
        self, address: Address, share: Share, measures: Sequence[str], account: str, above: Decimal,
        below: Decimal | None = None,
    ) -> Line:  # fmt: skip
        month = self.month(address)
        found = []
        for key in share.parts or (share.key,):
            found += self._resting_on(address, key, measures, account)
        unit = share.facts["unit_id"]
        name = _named(month, share.key, share.facts)
        return Line(name, month.unit_name(unit), share.key, above, below, tuple(found))

    def _resting_on(self, address: Address, key: tuple, measures: Sequence[str], account: str) -> list[Source]:
        """The rows whose cells decide a contributor's amounts in some measures."""
        sources = self.sources(address)
        rests = [vocabulary.measures()[measure] for measure in measures]
        if key[0] == "unit":
            severities = {_OF_UNIT[measure] for measure in measures if measure in _OF_UNIT}
            return self._open_findings(address, key[1], severities) if severities else sources.taken(key)
        listed_fields = dict.fromkeys(field for one in rests for field in one.list_fields)
        fields = dict.fromkeys(field for one in rests for field in one.report_fields)
        found = [one.showing(listed_fields) for one in sources.listed(key)] if listed_fields else []
        if fields or not listed_fields:
            rows = sources.reported(key) if account == REPORTED else sources.taken(key)
            found += [one.showing(fields or ("project_code", "project_name", "is_needed")) for one in rows]
        return found

    def _open_findings(self, address: Address, unit_id: str, severities: set[str]) -> list[Source]:
        form = self.accounts(address).about["leading_form"]
        rows = self.values.rows("marts.fct_finding", address.plan_id, address.period)
        return [
            self.sources(address).of_finding(row)
            for row in rows
            if row["still_open"] and row["severity"] in severities and row["unit_id"] == unit_id and row["form"] == form
        ]

    def _covered(self, address: Address, row: Mapping) -> Trace:
        """How many projects of the slice have figures of the period, carried ones or none."""
        measure = COVERAGE[address.column]
        shares = self.accounts(address).coverage(address.figure[3], address.column, _cut(address))
        found = total(shares)[0]
        hold(Decimal(row[address.column]), found, address.text)
        lines = tuple(self._lined(address, one, [measure], ACCEPTED, one.numerator) for one in shares)
        how = trace_say("how.count", value=plain(found))
        return Trace(address, self.title(address, row), found, trace_say("unit.projects"), how,
                     (_rule(measure),), lines, numerator=measure)  # fmt: skip

    def _row(self, address: Address) -> Trace:
        """A column of a public table: another number, what others make, or the cells of what the row speaks of."""
        row = self.values.row(address)
        known = vocabulary.origins().get((address.table, address.column))
        value = None if row[address.column] is None else Decimal(row[address.column])
        title = trace_say("title.row", table=address.table, column=address.column, name=_row_name(row))
        if known is None or not known.how:
            return subject_trace(self, address, row, title, value)
        parts = [self.trace(parse(text)) for text in filled(known, row)]
        found = _together(known.how, [part.value for part in parts])
        if found is not None:
            hold(value, found, address.text)
        values = {f"v{at}": plain(part.value) for at, part in enumerate(parts)}
        how = trace_say(f"how.of_{known.how}", value=plain(value), **values)
        notes = (known.rule_zh,) if known.rule_zh else ()
        return Trace(address, title, value, parts[0].unit, how, notes, parts=tuple(parts))

    def _in_plan(self, address: Address) -> Trace:
        """A number of the plan itself."""
        try:
            value = self.values.at(address)
        except (AttributeError, IndexError, ValueError, ArithmeticError) as error:
            raise LookupError(address.text) from error
        notes = (trace_say("plan.path", path=address.column), trace_derived.plan_file(self, address))
        return Trace(address, trace_say("title.plan", path=address.column), value, "", trace_say("how.plan"), notes)

    def title(self, address: Address, row: Mapping) -> str:
        """What a figure is called, with its period, population and scope."""
        known = vocabulary.metrics()[address.figure[3]]
        populations = self.values.rows("marts.dim_population", address.plan_id, "")
        name = next((one["population_name"] for one in populations if one["population"] == address.figure[0]), "")
        return trace_say("title.metric", period=wording.period_label(address.period), scope=row["scope_name"],
                         population=name or address.figure[0], metric=known.label_zh,
                         column=trace_say(f"column.{address.column}"))  # fmt: skip

    def _definition(self, name: str, account: str) -> tuple[str, ...]:
        known = vocabulary.metrics()[name]
        measures = [one for one in (known.numerator, known.denominator) if one]
        return (wording.definition(name), trace_say(f"account.{account}"), *(_rule(one) for one in measures))


def _rule(measure: str) -> str:
    known = vocabulary.measures()[measure]
    return trace_say("rule", label=known.label_zh, rule=known.rule_zh)


def _cut(address: Address) -> Slice:
    return Slice(*address.figure[:3])


def _together(how: str, values: Sequence[Decimal | None]) -> Decimal | None:
    """What the numbers at a column's origins make; None where they only order it."""
    if how == "is":
        return values[0]
    if how == "sum":
        return sum(values, Decimal(0))
    if how == "rate":
        return rate(*values)
    if how == "benchmark":
        above, below, share = values
        months = (share * PARTS_OF_YEAR).to_integral_value()
        return rate(above * PARTS_OF_YEAR - below * months, below * PARTS_OF_YEAR)
    return None


def _unit(name: str, place: int) -> str:
    """The unit of a rate's numerator or denominator: money, or a count."""
    known = vocabulary.metrics()[name]
    measure = (known.numerator, known.denominator or known.numerator)[min(place, 1)]
    return trace_say("unit.wan" if measure.endswith("_wan") else "unit.count")


def _named(month: Month, key: tuple, facts: Mapping) -> str:
    return subject_of(month, key, facts["subject_name"])


def _row_name(row: Mapping) -> str:
    names = ("project_name", "procedure_name", "unit_name", "scope_name", "unit_id", "label_zh")
    return trace_say("joint").join(dict.fromkeys(str(row[name]) for name in names if row.get(name)))
