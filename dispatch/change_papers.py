"""Change papers: 指标变动说明 on the terminal and as a workbook: totals first, then causes, then projects.

Belongs here: the choice and order of rows and columns.
Does not belong here: splitting (changes), how numbers look (change_numbers), what a line rests on (change_grounds).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dispatch import wording
from dispatch.change_causes import CAUSES, Pair
from dispatch.change_grounds import grounds
from dispatch.change_numbers import Scale, signed
from dispatch.change_question import Answer
from dispatch.changes import Change, Line
from dispatch.wording import say
from dispatch.workbook import Book
from dispatch.workbook_style import Column, Heading
from ingestion import vocabulary
from ingestion.plain_text import file_name, visible
from ingestion.workspace import Workspace

LINES_SHOWN = 12  # projects of one metric on the terminal; the workbook has all of them


def render(answer: Answer) -> RenderableType:
    """What a person reads on the terminal; print it with ``soft_wrap=True``."""
    moved = [change for change in answer.changes if _is_moved(change)]
    return Group(
        Text(_title(answer), style="bold"),
        *(Text(line, style="dim") for line in _basis(answer)),
        _totals(answer.changes),
        *(item for change in moved for item in _causes(answer, change)),
        *(Text(line, style="dim") for line in _footnotes()),
    )


def write(ws: Workspace, answer: Answer) -> Path:
    """Write the workbook beside the other papers of the period; its path."""
    question, title = answer.question, _title(answer)
    ends = say("changes.file", title=title, scope=_scope(answer), old=answer.labels[0], new=answer.labels[1])
    path = ws.outbox / question.plan_id / question.period / file_name(f"{ends}.xlsx")
    made = answer.new.period.get("known_at")
    with Book(path, "changes", question.plan_id, question.period, made=made) as book:
        _sheet_of_totals(book, answer)
        sheet_of_lines(book, answer)
    return path


def _is_moved(change: Change) -> bool:
    return any(part.lines for part in change.parts)


def _title(answer: Answer) -> str:
    period = wording.period_label(answer.question.period)
    return say("changes.title", plan=answer.names["plan"], period=period)


def _scope(answer: Answer) -> str:
    return say("changes.scope", population=answer.names["population"], scope=answer.names["scope"])


def _basis(answer: Answer) -> list[str]:
    return [say("changes.basis", old=answer.labels[0], new=answer.labels[1], scope=_scope(answer))]


def _footnotes() -> Iterator[str]:
    order = say("list_joint").join(say(f"cause.{cause}") for cause in CAUSES)
    yield say("changes.order", order=order)
    yield say("changes.balanced")


def _table(title: str, left: Sequence[str], right: Sequence[str], last: Sequence[str] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title=title, title_justify="left", title_style="bold")
    for key in (*left, *right, *last):
        table.add_column(say(f"head.{key}"), justify="right" if key in right else "left", overflow="fold")
    return table


def _totals(changes: Sequence[Change]) -> Table:
    table = _table(say("changes.totals"), ("metric",), ("was", "is", "moved", "numerator_moved", "denominator_moved"))
    for change in changes:
        scale = Scale(change.metric)
        numerator = change.new.numerator - change.old.numerator
        denominator = change.new.denominator - change.old.denominator
        table.add_row(
            vocabulary.metrics()[change.metric].label_zh,
            *(
                cell.text if cell else say("none")
                for cell in map(scale.value_cell, (change.old.value, change.new.value))
            ),
            signed(scale.whole(change.value)),
            signed(_plain(numerator)),
            signed(_plain(denominator)) if change.is_rate else "",
        )
    return table


def _plain(number: Decimal) -> Decimal:
    """An amount without idle decimals: a count shows as a count."""
    return number.quantize(1) if number == number.to_integral_value() else number


def _causes(answer: Answer, change: Change) -> Iterator[RenderableType]:
    scale, label = Scale(change.metric), vocabulary.metrics()[change.metric].label_zh
    table = _table(
        say("changes.causes", metric=label), ("cause",), ("effect", "numerator_moved", "denominator_moved", "lines")
    )
    for part, shown in zip(change.parts, scale.parts([part.value for part in change.parts]), strict=True):
        if part.lines:
            denominator = signed(_plain(part.moved[1])) if change.is_rate else ""
            cells = (signed(shown), signed(_plain(part.moved[0])), denominator, str(len(part.lines)))
            table.add_row(say(f"cause.{part.cause}"), *cells)
    yield table
    if len(answer.changes) == 1:
        yield _projects(answer, change)


def _projects(answer: Answer, change: Change) -> RenderableType:
    every = list(_lines(change))
    table = _table(
        say("changes.projects", shown=min(LINES_SHOWN, len(every)), count=len(every)),
        ("cause", "project", "unit"),
        ("was", "is", "effect"),
        ("grounds",),
    )
    for line, effect in every[:LINES_SHOWN]:
        ends = [_pair(change, pair) for pair in (line.step.before, line.step.after)]
        table.add_row(
            say(f"cause.{line.step.cause}"), Text(visible(_name(line))), _unit(answer, line), *ends,
            signed(effect), Text(visible(grounds(answer, line))),
        )  # fmt: skip
    return table


def _pair(change: Change, pair: Pair) -> str:
    """Numerator, for a rate over its denominator."""
    numerator, denominator = (f"{_plain(number):,}" for number in pair)
    return f"{numerator}/{denominator}" if change.is_rate else numerator


def _name(line: Line) -> str:
    return str(line.facts.get("subject_name") or line.step.key[1])


def _unit(answer: Answer, line: Line) -> str:
    return answer.names.get(f"unit.{line.facts.get('unit_id')}", "")


def _heading(answer: Answer, keys: Sequence[str]) -> Heading:
    notes = [*_footnotes(), *(say(key) for key in keys)]
    return Heading(_title(answer), say("list_joint").join(_basis(answer)), say("unit_wan"), notes)


def _sheet_of_totals(book: Book, answer: Answer) -> None:
    heads = [("metric", "text"), ("unit_of", "centre"), ("was", "points"), ("is", "points"), ("moved", "points")]
    columns = [Column(say(f"head.{key}"), kind) for key, kind in heads]
    group = say("head.effect_by_cause")
    columns += [Column(f"{group}/{say(f'cause.{cause}')}", "points") for cause in CAUSES]
    meanings = [f"cause_means.{cause}" for cause in CAUSES]
    sheet = book.sheet(say("sheet.changes"), _heading(answer, meanings), columns, frozen=1)
    for change in answer.changes:
        scale = Scale(change.metric)
        parts = scale.parts([part.value for part in change.parts])
        known = vocabulary.metrics()[change.metric]
        ends = [scale.value_cell(figure.value) for figure in (change.old, change.new)]
        unit = say("changes.points") if scale.is_rate else known.unit
        sheet.write([known.label_zh, unit, *ends, *map(scale.moved_cell, (scale.whole(change.value), *parts))])


def sheet_of_lines(book: Book, answer: Answer) -> None:
    """A sheet with every project that moved a figure, with its own exact share and what it rests on."""
    numerator, denominator = say("head.numerator"), say("head.denominator")
    steps = [say(f"head.{key}") for key in ("was", "is", "moved")]
    columns = [Column(say(f"head.{key}"), "text", 24) for key in ("metric", "cause", "project", "unit")]
    columns += [Column(f"{group}/{step}", "amount") for group in (numerator, denominator) for step in steps]
    columns += [Column(say("head.effect"), "points"), Column(say("head.grounds"), "text", 48)]
    sheet = book.sheet(say("sheet.change_lines"), _heading(answer, ("changes.line_effect",)), columns, frozen=3)
    for change in answer.changes:
        for line, effect in _lines(change):
            sheet.write(_cells(answer, change, line, effect))
    if not any(_is_moved(change) for change in answer.changes):
        sheet.line(say("list.empty"))


def _lines(change: Change) -> Iterator[tuple[Line, Decimal | None]]:
    """Every line of a split with its effect as shown: those of a cause add up to the cause as shown."""
    scale = Scale(change.metric)
    for part, total in zip(change.parts, scale.parts([part.value for part in change.parts]), strict=True):
        yield from zip(part.lines, scale.parts([line.effect for line in part.lines], total), strict=True)


def _cells(answer: Answer, change: Change, line: Line, effect: Decimal | None) -> list[object]:
    (n0, d0), (n1, d1) = line.step.before, line.step.after
    below = (d0, d1, d1 - d0) if change.is_rate else (None, None, None)
    return [
        vocabulary.metrics()[change.metric].label_zh,
        say(f"cause.{line.step.cause}"),
        _name(line),
        _unit(answer, line),
        *(n0, n1, n1 - n0),
        *below,
        Scale(change.metric).moved_cell(effect),
        grounds(answer, line),
    ]
