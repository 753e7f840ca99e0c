"""Correction notice: 更正说明 of a period that is certified again: every figure that differs, old, new, and why.

Belongs here: which figures and sentences the notice has, as .docx for people and as .xlsx with every project.
Does not belong here: finding and splitting the figures (corrections), layout (bulletin_layout, workbook).

The parts of each figure add up to its difference, and the differences of the units to that of the whole; shown numbers
are balanced (舍位平衡), so that they still do.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from dispatch import wording
from dispatch.bulletin_blocks import Column, Paragraph, Phrase, Table, plain
from dispatch.bulletin_layout import Layout
from dispatch.change_causes import CAUSES
from dispatch.change_numbers import Scale, signed
from dispatch.change_papers import sheet_of_lines
from dispatch.corrections import Corrected, Corrections
from dispatch.sealing import Candidate
from dispatch.sealing_words import say
from dispatch.workbook import Book
from dispatch.workbook_style import Column as SheetColumn
from dispatch.workbook_style import Heading
from ingestion import vocabulary
from ingestion.seals import Seal


def write(folder: Path, found: Candidate, last: Seal, corrections: Corrections, reason: str) -> list[Path]:
    """Write the notice of a candidate that is to take the place of ``last``; nothing where no figure differs."""
    if not corrections.figures:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    stem = say("notice.file", period=found.period, number=found.number)
    document, book = folder / f"{stem}.docx", folder / f"{stem}.xlsx"
    _document(document, found, last, corrections, reason)
    _workbook(book, found, corrections)
    return [document, book]


def title(corrections: Corrections) -> str:
    """关于更正……数据的说明."""
    return say("notice.title", plan=corrections.plan_name, period=wording.period_label(corrections.period))


def _document(path: Path, found: Candidate, last: Seal, corrections: Corrections, reason: str) -> None:
    layout = Layout(title(corrections), found.known_at)
    layout.paragraph(plain(title(corrections)), "Title")
    for text in _sentences(found, last, corrections, reason):
        layout.block(Paragraph(plain(text)))
    layout.block(_table_of_wholes(corrections))
    if corrections.of_units():
        layout.block(_table_of_units(corrections))
    layout.save(path)


def _sentences(found: Candidate, last: Seal, corrections: Corrections, reason: str) -> Iterator[str]:
    yield say(
        "notice.opening", plan=corrections.plan_name, period=wording.period_label(corrections.period),
        at=wording.instant(last.sealed_at), post=last.post, last=last.number, number=found.number,
        known_at=wording.instant(found.known_at), count=len(corrections.figures),
    )  # fmt: skip
    yield say("notice.reason", reason=reason)
    seen = {part.cause for one in corrections.figures for part in one.change.parts if part.lines}
    yield say(
        "notice.causes", causes="".join(wording.say(f"cause_means.{one}") + "；" for one in CAUSES if one in seen)
    )
    yield say("notice.adds_up")


def _table_of_wholes(corrections: Corrections) -> Table:
    heads = [("population", 5, True), ("metric", 8, True), *_FIGURE_HEADS]
    rows = [(plain(one.population), plain(label(one)), *_figure(one)) for one in corrections.whole()]
    return Table(say("notice.wholes"), say("notice.unit"), _columns(heads), tuple(rows))


def _table_of_units(corrections: Corrections) -> Table:
    """Metric by metric: its units, for amounts and counts with what they make together."""
    rows, totals = [], set()
    for metric, found in corrections.of_units().items():
        rows += [(plain(label(one)), plain(one.scope), *_figure(one)) for one in found]
        together = corrections.units_add_up(metric)
        if together is not None:
            totals.add(len(rows))
            shown = signed(Scale(metric).whole(together))
            rows.append((plain(label(found[0])), plain(say("notice.together")), *map(plain, ("", "", shown, ""))))
    heads = [("metric", 8, True), ("unit", 5, True), *_FIGURE_HEADS]
    return Table(say("notice.units"), say("notice.unit"), _columns(heads), tuple(rows), frozenset(totals))


_FIGURE_HEADS = (("was", 7, False), ("is", 7, False), ("moved", 6, False), ("why", 10, True))


def _columns(heads: Sequence[tuple[str, int, bool]]) -> tuple[Column, ...]:
    return tuple(Column(say(f"head.{key}"), share, is_text) for key, share, is_text in heads)


def label(one: Corrected) -> str:
    """The metric with its unit."""
    known = vocabulary.metrics()[one.change.metric]
    return say("notice.metric", label=known.label_zh, unit=known.unit)


def _figure(one: Corrected) -> tuple[Phrase, ...]:
    """Old, new, difference, and the causes with their parts: they add up to it."""
    scale = Scale(one.change.metric)
    ends = [scale.value_cell(figure.value) for figure in (one.change.old, one.change.new)]
    shown = [cell.text if cell else say("none") for cell in ends]
    return tuple(map(plain, (*shown, signed(scale.whole(one.change.value)), causes(one))))


def parts(one: Corrected) -> dict[str, Decimal | None]:
    """By cause that moved something: its part as shown. They add up to the difference as shown."""
    shown = Scale(one.change.metric).parts([part.value for part in one.change.parts])
    pairs = zip(one.change.parts, shown, strict=True)
    return {part.cause: number for part, number in pairs if part.lines or number}


def causes(one: Corrected) -> str:
    """更正 +1.20，采信 -0.30."""
    said = [f"{wording.say(f'cause.{cause}')} {signed(number)}" for cause, number in parts(one).items()]
    return say("joint").join(said)


def _workbook(path: Path, found: Candidate, corrections: Corrections) -> None:
    with Book(path, "correction", found.plan_id, found.period, made=found.known_at) as book:
        sheet_of_figures(book, say("sheet.corrections"), title(corrections), corrections)
        sheet_of_lines(book, corrections.answer())


def sheet_of_figures(book: Book, name: str, title: str, corrections: Corrections) -> None:
    """A sheet with every figure that differs: its two values, the difference, and the part of each cause."""
    heads = [SheetColumn(say(f"head.{key}")) for key in ("population", "scope", "metric")]
    heads += [SheetColumn(say(f"head.{key}"), "points") for key in ("was", "is", "moved")]
    group = wording.say("head.effect_by_cause")
    heads += [SheetColumn(f"{group}/{wording.say(f'cause.{cause}')}", "points") for cause in CAUSES]
    basis = say("notice.basis", old=corrections.labels[0], new=corrections.labels[1])
    heading = Heading(title, basis, say("notice.unit"), [say("notice.adds_up")])
    sheet = book.sheet(name, heading, heads, frozen=3)
    for one in corrections.figures:
        scale, shown = Scale(one.change.metric), parts(one)
        ends = [scale.value_cell(figure.value) for figure in (one.change.old, one.change.new)]
        moved = scale.moved_cell(scale.whole(one.change.value))
        by_cause = [scale.moved_cell(shown.get(cause)) for cause in CAUSES]
        sheet.write([one.population, one.scope, label(one), *ends, moved, *by_cause])
    if not corrections.figures:
        sheet.line(say("notice.nothing"))
