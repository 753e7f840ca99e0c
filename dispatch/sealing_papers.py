"""Sealing papers: 签发核对, the workbook and the lines on the terminal that a post reads before it signs.

Belongs here: its sheets and sentences.
Does not belong here: what they say is true of (sealing_review), the notice that goes out (correction_notice).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from dispatch import wording
from dispatch.change_numbers import Scale
from dispatch.correction_notice import sheet_of_figures
from dispatch.revisions import Revision
from dispatch.sealing_review import Review, label_of_seal
from dispatch.sealing_words import say
from dispatch.workbook import Book
from dispatch.workbook_style import Column, Heading
from ingestion import vocabulary
from ingestion.workspace import Workspace


def write(ws: Workspace, review: Review) -> Path:
    """Write the workbook beside the other papers of the period; its path."""
    found = review.candidate
    path = ws.outbox / found.plan_id / found.period / f"{say('review.file', period=found.period)}.xlsx"
    with Book(path, "review", found.plan_id, found.period, made=found.known_at) as book:
        _sheet_of_checks(book, review)
        for key, corrections in (("since_last", review.since_last), ("since_before", review.since_before)):
            if corrections:
                title = say(f"review.title_{key}", period=wording.period_label(corrections.period))
                sheet_of_figures(book, say(f"sheet.{key}"), title, corrections)
        _sheet_of_revisions(book, review)
    return path


def lines(review: Review) -> Iterator[str]:
    """What stands on the terminal and above the table of the first sheet: one sentence for each thing looked at."""
    found = review.candidate
    yield say("review.release", release=found.release.name, known_at=wording.instant(found.known_at))
    if found.last is None:
        yield say("review.first")
    else:
        yield _changed("since_last", review.since_last, label_of_seal(found.last))
    if review.before is None:
        yield say("review.before_never")
    else:
        period = wording.period_label(review.before.period)
        yield _changed("since_before", review.since_before, label_of_seal(review.before), period=period)
    unchecked = [one.document.name for one in review.documents if one.failures is None]
    yield say("review.checked", count=len(review.documents) - len(unchecked), failures=len(review.failures))
    if unchecked:
        yield say("review.unchecked", names=wording.say("list_joint").join(unchecked))


def _changed(key: str, corrections, label: str, **words: str) -> str:
    if corrections is None:
        return say(f"review.{key}_gone", label=label, **words)
    count = len(corrections.figures)
    return say(f"review.{key}" if count else f"review.{key}_same", label=label, count=count, **words)


def failure_lines(review: Review) -> Iterator[str]:
    """Each thing that stops the issue: document, place, check, what, what to do."""
    for document, failure in review.failures:
        words = {"place": failure.place, "code": failure.code, "what": failure.what, "remedy": failure.remedy}
        yield say("review.failure", document=document.name, **words)


def _heading(review: Review, title: str, notes: Sequence[str]) -> Heading:
    found = review.candidate
    [plan] = found.marts.query("select plan_name from marts.dim_plan where plan_id = ?", [found.plan_id]) or [{}]
    basis = say("review.basis", plan=plan.get("plan_name", found.plan_id), period=wording.period_label(found.period))
    return Heading(title, basis, "", notes)


def _sheet_of_checks(book: Book, review: Review) -> None:
    heads = ("document", "place", "code", "what", "remedy")
    columns = [Column(say(f"head.{key}"), "text", 60 if key in ("what", "remedy") else 30) for key in heads]
    sheet = book.sheet(say("sheet.checks"), _heading(review, say("review.title"), list(lines(review))), columns)
    for document, failure in review.failures:
        sheet.write([document.name, failure.place, failure.code, failure.what, failure.remedy], fill="error")
    if not review.failures:
        sheet.line(say("review.nothing_wrong"))


def _sheet_of_revisions(book: Book, review: Review) -> None:
    """Whom to remind to report right at first: units by how far their certified figures had to be moved."""
    names = {row["unit_id"]: row["unit_name"] for row in _units(review)}
    columns = [Column(say("head.metric")), Column(say("head.unit"))]
    columns += [Column(say(f"head.{key}"), "integer") for key in ("periods", "revised")]
    columns += [Column(say(f"head.{key}"), "points") for key in ("size", "bias", "largest")]
    notes = [say("revisions.size"), say("revisions.bias")]
    sheet = book.sheet(say("sheet.revisions"), _heading(review, say("revisions.title"), notes), columns, frozen=2)
    for one in review.revisions:
        sheet.write(_revision(one, names))
    if not review.revisions:
        sheet.line(say("revisions.none"))


def _revision(one: Revision, names: dict[str, str]) -> list[object]:
    scale, known = Scale(one.metric), vocabulary.metrics()[one.metric]
    numbers = [scale.moved_cell(scale.whole(value)) for value in (one.size, one.bias, one.largest)]
    unit = say("points") if scale.is_rate else known.unit
    head = say("notice.metric", label=known.label_zh, unit=unit)
    return [head, names.get(one.unit_id, one.unit_id), one.periods, one.revised, *numbers]


def _units(review: Review) -> list[dict]:
    sql = "select unit_id, unit_name from marts.dim_unit where plan_id = ?"
    return review.candidate.marts.query(sql, [review.candidate.plan_id])
