"""Trace lists: the rows a count or a sum stands for, and what one row of a public table speaks of.

Belongs here: rows of an address of kind list or row as contributors with their sources.
Does not belong here: figures and derived numbers (tracing), reading rows and cells (trace_sources).
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from dispatch.addresses import Address, as_text, parse
from dispatch.contributions import DoesNotAddUp, Key
from dispatch.month import MONTHLY, Month
from dispatch.trace_facts import Line, Trace, trace_say
from dispatch.trace_origins import filled
from dispatch.trace_rows import Source
from dispatch.trace_sums import hold
from ingestion import vocabulary
from ingestion.vocabulary import Origin

if TYPE_CHECKING:  # tracing follows lists, lists follow what tracing knows
    from dispatch.tracing import Tracer

_CENT = Decimal("0.01")
_FIELDLESS = Origin("", "", "", (), (), "", (), "")
_REPORTED = "reported_"


def listed(tracer: "Tracer", address: Address) -> Trace:
    """How many rows meet conditions, or the sum of one of their columns: every row with what it rests on."""
    how, _, column = address.column.partition(":")
    rows = tracer.values.meeting(address)
    told = tracer.values.at(address)
    counted = [row for row in rows if not column or row[column] is not None]
    lines = tuple(_line(tracer, address, row, column if how == "sum" else "") for row in counted)
    if how == "sum":
        found = sum((Decimal(row[column]) for row in counted), Decimal(0))
    else:
        found = Decimal(len({row[column] for row in counted}) if how == "distinct" else len(counted))
    hold(told, found, address.text)
    known = vocabulary.origins().get((address.table, ""), _FIELDLESS)
    notes = tuple(filter(None, [known.rule_zh, _conditions(address)]))
    text = trace_say(f"how.list_{how}", value=_shown(found), column=column)
    return Trace(address, trace_say("title.list", table=address.table), found, trace_say("unit.count"), text, notes,
                 lines)  # fmt: skip


def subject_trace(tracer: "Tracer", address: Address, row: Mapping, title: str, value: Decimal | None) -> Trace:
    """A column that is taken from the cells of what the row speaks of."""
    known = vocabulary.origins().get((address.table, address.column))
    line = _line(tracer, address, row, address.column)
    if known is None:
        return Trace(address, title, value, "", trace_say("how.not_recomputed"), (), (line,))
    fields = known.list_fields + known.report_fields
    if len(fields) == 1 and vocabulary.fields()[fields[0]].type == "decimal":
        _held(address, value, line)
        how = trace_say("how.cells", value=_shown(value))
    else:
        how = trace_say("how.by_rule", value=_shown(value))
    unit = trace_say("unit.wan") if address.column.endswith("_wan") else ""
    return Trace(address, title, value, unit, how, (known.rule_zh,), (line,))


def subject_of(month: Month, key: Key, name: str | None) -> str:
    """How a contributor is called: its project, with its procedure or kind of fund."""
    kind, subject_id, part = key
    if kind == "unit":
        return month.unit_name(subject_id)
    if kind == "procedure" and (procedure := month.plan.procedure(part)):
        return trace_say("named_part", name=name or subject_id, part=procedure.name)
    if kind == "fund" and (fund := vocabulary.codes("fund_kinds").get(part)):
        return trace_say("named_part", name=name or subject_id, part=fund.label_zh)
    return name or subject_id


def _held(address: Address, value: Decimal | None, line: Line) -> None:
    """The cells add up to the column: to the cent, row by row, as amounts are taken."""
    roles = ("reported",) if address.column.startswith(_REPORTED) else ("list", "taken")
    cells = [cell for source in line.sources if source.role in roles for cell in source.cells]
    amounts = [Decimal(cell.value.replace(",", "")) for cell in cells if cell.value]
    if address.column == "month_investment_wan" and any(source.carried_from for source in line.sources):
        amounts = []
    found = sum((one.quantize(_CENT, ROUND_HALF_UP) for one in amounts), Decimal(0)) if amounts else None
    if value != found and not (value is None and not amounts):
        raise DoesNotAddUp(f"{address.text}: {value} published, {found} in the cells")


def _line(tracer: "Tracer", address: Address, row: Mapping, column: str) -> Line:
    month = tracer.month(address)
    known = vocabulary.origins().get((address.table, column)) or vocabulary.origins().get((address.table, ""))
    known = known or _FIELDLESS
    amount = Decimal(row[column]) if column and row[column] is not None and not isinstance(row[column], str) else None
    unit = month.unit_name(row["unit_id"]) if row.get("unit_id") else ""
    if known.how:
        return _followed(tracer, row, known, unit, amount)
    key = _key(known.subject, row)
    sources = _sources(tracer, address, row, known, key, column)
    name = subject_of(month, key, row.get("project_name") or row.get("scope_name") or row.get("message_zh"))
    return Line(name, unit, key, amount if column else Decimal(1), None, tuple(sources))


def _followed(tracer: "Tracer", row: Mapping, known: Origin, unit: str, amount: Decimal | None) -> Line:
    """A column that is a number of another table: the rows that number rests on."""
    traces = [tracer.trace(parse(text)) for text in filled(known, row)]
    sources = [source for trace in traces for one in trace.every() for line in one.lines for source in line.sources]
    return Line(unit, unit, ("unit", row.get("unit_id") or "", ""), amount, None, tuple(sources))


def _sources(tracer: "Tracer", address: Address, row: Mapping, known: Origin, key: Key, column: str) -> list[Source]:
    """What a row of a public table rests on."""
    sources = tracer.sources(address)
    if known.subject == "unit":
        return sources.handed_in(row["unit_id"], row.get("form") or MONTHLY)
    if known.subject in ("finding", "quality"):
        findings = [row] if known.subject == "finding" else _findings(tracer, address, row)
        return [sources.of_finding(one) for one in findings]
    if known.subject not in ("project", "procedure", "pipeline", "fund") or key not in sources.facts:
        return []
    of_reports = column.startswith(_REPORTED) or any(name.startswith(_REPORTED) for name, _ in address.where)
    rows = sources.reported(key) if of_reports else sources.taken(key)
    found = [one.showing(known.list_fields) for one in sources.listed(key)] if known.list_fields else []
    return found + ([one.showing(known.report_fields) for one in rows] if known.report_fields else [])


def _findings(tracer: "Tracer", address: Address, row: Mapping) -> list[Mapping]:
    every = tracer.values.rows("marts.fct_finding", address.plan_id, address.period)
    names = ("form", "unit_id", "rule_id")
    return [
        one
        for one in every
        if one["is_effective"] and one["outcome"] == "failed" and all(one[name] == row[name] for name in names)
    ]


def _key(kind: str, row: Mapping) -> Key:
    """The contributor that a row of a public table speaks of."""
    if kind in ("unit", "quality", "finding"):
        return "unit", row["unit_id"] or "", ""
    part = {"procedure": row.get("procedure"), "fund": row.get("fund_kind")}.get(kind)
    return kind or "figure", str(row.get("project_id") or row.get("scope") or ""), part or ""


def _conditions(address: Address) -> str:
    """The conditions of a list in words: column and values."""
    told = [f"{name}={'|'.join(wanted) if wanted is not None else ''}" for name, wanted in address.where]
    return trace_say("conditions", conditions=trace_say("joint").join(told)) if told else ""


def _shown(value: Decimal | None) -> str:
    if value is None:
        return trace_say("none")
    return as_text(value.quantize(1) if value == value.to_integral_value() else value.normalize()) or ""
