"""Bulletin: 通报 and 简报 of a period as Word documents, each with its citations; a note for whoever finishes them.

Belongs here: which papers a period has, their heads and ends by GB/T 9704-2012, their names.
Does not belong here: what they say (bulletin_text.py), layout (bulletin_layout.py), citing (citations.py).

A paper is a draft until it is sealed: it says 草稿（未签发） in a bookmark ``draft_mark``. Places for the leaders'
words are grey and have bookmarks named ``words_…``.
"""

from collections.abc import Iterable
from pathlib import Path

from dispatch import bulletin_layout, bulletin_text
from dispatch.bulletin_blocks import Block, Phrase, Words, phrase, plain, word
from dispatch.bulletin_closing import place_for_words
from dispatch.bulletin_facts import Facts
from dispatch.bulletin_note import write_note
from dispatch.bulletin_styles import ONE_CHARACTER
from dispatch.cited_values import CitedValues
from dispatch.marts import Marts
from dispatch.month import Month
from ingestion.obligations import MONTHLY, due_periods
from ingestion.workspace import Workspace


def write(ws: Workspace, plan_id: str, period: str) -> list[Path]:
    """Write the papers of a period with their citations, and the note; their paths in the order people read them.

    A period that nothing was owed for (it is only history) has no papers.
    """
    month, marts = Month(ws, plan_id, period), Marts.of_build(ws)
    if period not in due_periods(month.plan, month.form):
        return []
    month.folder().mkdir(parents=True, exist_ok=True)
    values = CitedValues(marts, lambda _: month.plan)
    written = _bulletin(Facts(month, values), marts) if month.form == MONTHLY else []
    written += _brief(Facts(month, values), marts)
    return [*written, write_note(month, written)]


def _bulletin(facts: Facts, marts: Marts) -> list[Path]:
    """通报: head, title, addressee, body, signature, imprint."""
    month = facts.month
    title = word("title.bulletin").format(plan=month.plan.name, when=_when(month))
    layout = bulletin_layout.Layout(title.replace("\n", ""), month.known_at)
    layout.paragraph((_draft(),), "Draft Mark")
    mark = layout.paragraph((place_for_words("issuer"),), "Red Mark")
    layout.lines_apart(mark, 2.4)  # 35 mm below the top of the type area
    number = layout.paragraph((place_for_words("number"),), "Issue")
    layout.lines_apart(number, 2)
    layout.rule_below(number, 11)  # 4 mm
    layout.lines_apart(layout.paragraph(plain_lines(title), "Title"), 2)
    recipients = phrase("addressee", recipients=place_for_words("recipients"))
    layout.lines_apart(layout.paragraph(recipients, "Addressee"), 1)
    _body(layout, bulletin_text.bulletin(facts, marts))
    _signature(layout)
    layout.imprint([
        (phrase("copied", words=place_for_words("copied")), None),
        ((place_for_words("printed_by"),), (place_for_words("printed_on"),)),
    ])  # fmt: skip
    return _save(layout, facts, word("file.bulletin"))


def _brief(facts: Facts, marts: Marts) -> list[Path]:
    """简报: red mark, number, who made it and when, red rule, title, body, to whom."""
    month = facts.month
    is_month = month.form == MONTHLY
    key = "title.brief_month" if is_month else "title.brief_week"
    plan = month.plan.name if is_month else month.plan.forms[month.form].projects or month.plan.name
    title = word(key).format(plan=plan, when=_when(month))
    layout = bulletin_layout.Layout(title.replace("\n", ""), month.known_at)
    layout.paragraph((_draft(),), "Draft Mark")
    mark = layout.paragraph(plain(word("mark.month" if is_month else "mark.week")), "Red Mark")
    layout.lines_apart(mark, 0.5)
    layout.paragraph(_issue(month), "Issue")
    centre = month.unit_name(month.plan.centre)
    line = layout.two_ends(plain(centre), (place_for_words("date", "date"),), "Issue")
    layout.rule_below(line, 4)
    layout.lines_apart(layout.paragraph(plain_lines(title), "Title"), 1)
    blocks = bulletin_text.brief_of_month if is_month else bulletin_text.brief_of_week
    _body(layout, blocks(facts, marts), apart=1)
    layout.imprint([
        (phrase("reported", words=place_for_words("reported_to")), None),
        (phrase("sent_on", words=place_for_words("sent_to")), None),
    ])  # fmt: skip
    return _save(layout, facts, word("file.brief"))


def _draft() -> Words:
    return Words("draft_mark", word("draft"), is_open=False)


def plain_lines(text: str) -> Phrase:
    """A text of our own whose line breaks stay."""
    return (text,)


def _body(layout: bulletin_layout.Layout, blocks: Iterable[Block], apart: float = 0) -> None:
    for number, block in enumerate(blocks):
        before = len(layout.document.paragraphs) if apart and not number else None
        layout.block(block)
        if before is not None:
            layout.lines_apart(layout.document.paragraphs[before], apart)


def _signature(layout: bulletin_layout.Layout) -> None:
    """署名 and 成文日期 as for a paper that bears a seal: to the right, four characters free."""
    for number, name in enumerate(("signature", "date")):
        paragraph = layout.paragraph((place_for_words(name),), "Signature")
        paragraph.paragraph_format.right_indent = 4 * ONE_CHARACTER
        paragraph.paragraph_format.keep_with_next = not number
        layout.lines_apart(paragraph, 0 if number else 2)


def _issue(month: Month) -> Phrase:
    """第N期: the paper's number among the plan's periods of its kind that were owed."""
    return plain(word("issue").format(number=due_periods(month.plan, month.form).index(month.period) + 1))


def _when(month: Month) -> str:
    """11月份, with the year when the plan's name does not say it; a week by its day."""
    if month.form != MONTHLY:
        cutoff = month.cutoff
        day = word("date").format(year=cutoff.year, month=cutoff.month, day=cutoff.day)
        return word("when.week").format(date=day)
    year, number = month.period.split("-")
    key = "when.month" if year in month.plan.name else "when.year"
    return word(key).format(year=year, month=int(number))


def _save(layout: bulletin_layout.Layout, facts: Facts, name: str) -> list[Path]:
    month = facts.month
    path = layout.save(month.folder() / name.format(period=month.period))
    return [path, facts.quoting.save(path, month.plan_id, month.period, month.known_at)]
