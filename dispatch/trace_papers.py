"""Trace papers: a trace on the terminal, and all of its cells as one CSV file.

Belongs here: what is shown of a trace and in which order.
Does not belong here: finding it (tracing), the page (trace_page).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dispatch import wording
from dispatch.month import Month
from dispatch.trace_facts import Line, Trace, plain, trace_say
from dispatch.trace_rows import Source
from dispatch.wording import said
from ingestion.plain_text import csv_text, visible

LINES_SHOWN, CELLS_SHOWN, PARTS_DEEP = 15, 24, 3
COLUMNS = (
    "number", "contributor", "unit", "numerator", "denominator", "role", "period", "file", "sha256", "version",
    "received_at", "received_source", "sheet", "cell", "field", "heading", "raw", "value", "findings", "answers",
    "decision",
)  # fmt: skip


def render(trace: Trace, month: Month) -> RenderableType:
    """What a person reads on the terminal: the number, how it is made, its contributors, their cells."""
    return Group(*_part(trace, month, 0))


def write(path: Path, trace: Trace, month: Month) -> int:
    """Write every contributor, row and cell of a trace and of the numbers it is made of; the number of lines."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(trace_say(f"csv.{name}") for name in COLUMNS)
        count = 0
        for row in _rows(trace, month):
            writer.writerow("" if value is None else csv_text(str(value)) for value in row)
            count += 1
    return count


def shown(trace: Trace) -> str:
    """The number with its unit: a rate in percent, all its decimals."""
    if trace.value is None:
        return trace_say("none")
    if trace.unit == "%":
        return f"{plain(trace.value * 100)}%"
    return f"{plain(trace.value)} {trace.unit}".rstrip()


def _part(trace: Trace, month: Month, deep: int) -> Iterator[RenderableType]:
    yield Text(visible(trace.title), style="bold")
    yield Text(f"  {shown(trace)}　{visible(trace.how)}")
    for note in trace.notes:
        yield Text(f"  {visible(note)}", style="dim")
    if trace.lines:
        yield _contributors(trace)
        yield _cells(trace, month)
    if deep < PARTS_DEEP:
        for part in trace.parts:
            yield Padding(Group(*_part(part, month, deep + 1)), (0, 0, 0, 2))


def _contributors(trace: Trace) -> Table:
    table = _table(trace_say("terminal.lines", count=len(trace.lines), shown=min(LINES_SHOWN, len(trace.lines))))
    heads = (
        ("contributor", "unit", "numerator", "denominator") if trace.denominator else ("contributor", "unit", "amount")
    )
    for name in heads:
        table.add_column(trace_say(f"head.{name}"), justify="left" if name in ("contributor", "unit") else "right")
    for line in trace.lines[:LINES_SHOWN]:
        amounts = [line.numerator, line.denominator] if trace.denominator else [line.numerator]
        cells = [trace_say("none") if amount is None else plain(amount) for amount in amounts]
        table.add_row(visible(line.name), visible(line.unit_name), *cells)
    return table


def _cells(trace: Trace, month: Month) -> RenderableType:
    every = [(line, source, cell) for line, source, cell in _every_cell(trace)]
    if not every:
        return Group(
            *(Text(f"  {_where(source)}") for line in trace.lines[:LINES_SHOWN] for source in line.sources[:2])
        )
    table = _table(trace_say("terminal.cells", count=len(every), shown=min(CELLS_SHOWN, len(every))))
    for name in ("contributor", "file", "cell", "heading", "raw"):
        table.add_column(trace_say(f"head.{name}"), overflow="fold")
    for line, source, cell in every[:CELLS_SHOWN]:
        place = f"{source.sheet}!{cell.at}"
        table.add_row(
            visible(line.name), visible(_where(source)), visible(place), visible(cell.heading), visible(cell.raw)
        )
    return table


def _every_cell(trace: Trace) -> Iterator[tuple]:
    for line in trace.lines:
        for source in line.sources:
            for cell in source.cells:
                yield line, source, cell


def _where(source: Source) -> str:
    """The file of a row with its version and when it came."""
    if source.file is None:
        return trace_say("none")
    file = source.file
    return trace_say("terminal.file", name=file.name, version=file.version, at=wording.instant(file.received_at),
                     sha=file.sha256[:8])  # fmt: skip


def _rows(trace: Trace, month: Month) -> Iterator[list[object]]:
    for one in trace.every():
        if not one.lines:
            yield [one.title, "", "", shown(one), "", one.how, *[""] * (len(COLUMNS) - 6)]
        for line in one.lines:
            yield from _rows_of(one, line, month)


def _rows_of(trace: Trace, line: Line, month: Month) -> Iterator[list[object]]:
    head = [trace.title, line.name, line.unit_name, line.numerator, line.denominator]
    for source in line.sources:
        file = source.file
        of_file = (
            [file.name, file.sha256, file.version, wording.instant(file.received_at),
             said("received_source", file.received_source)] if file else [""] * 5
        )  # fmt: skip
        place = [trace_say(f"role.{source.role}"), source.period, *of_file, source.sheet]
        for cell in source.cells or (None,):
            own = [cell.at, wording.field_label(cell.field), cell.heading, cell.raw, cell.value] if cell else [""] * 5
            yield [*head, *place, *own, *_said(source)]
    if not line.sources:
        yield [*head, *[""] * (len(COLUMNS) - len(head))]


def _said(source: Source) -> list[str]:
    """Findings of a row, the answers to them, the decision about it."""
    joint = trace_say("semicolon")
    findings = [f"{one['rule_id']} {one['message_zh']}" for one in source.findings]
    answers = [
        f"{said('answer_state', one['answer_state'])} {one['answer'] or ''}".strip()
        for one in source.findings
        if one["answer_state"] != "none_needed"
    ]
    decided = source.decision
    decision = trace_say("page.decision", number=decided["decision_id"], at=wording.instant(decided["decided_at"]),
                         post=decided["post"], reason=decided["reason"]) if decided else ""  # fmt: skip
    return [joint.join(findings), joint.join(answers), decision]


def _table(title: str) -> Table:
    return Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title=title, title_justify="left", title_style="bold")
