"""Answers: the answer sheet of a receipt that a unit filled in and sent back, line by line.

Belongs here: finding the sheet and its columns, one line per question, the lake table rows_answers.
Does not belong here: whether an answer is worth anything and how long it holds (expectations), writing the sheet
(dispatch).
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ingestion import archive, cells, vocabulary
from ingestion.obligations import all_periods
from ingestion.plan_models import fold
from ingestion.plans import Plan
from ingestion.reading import Reading
from ingestion.register import Register
from ingestion.versions import Version, answer_versions
from ingestion.workbook import Sheet, Unreadable, open_sheets
from ingestion.workspace import Workspace

OWN, BLANK = "own_receipt", "answers_blank"  # why a receipt that was sent back answers nothing
# the columns of the sheet, by the keys of their headings (messages_intake.csv, ``answers_<column>``)
COLUMNS = ("subject", "rule_id", "rule", "project", "sheet_of", "cell", "found", "expected", "difference", "message",
           "answer", "note")  # fmt: skip
_KEPT = ("subject", "rule_id", "project", "found", "expected", "difference")
_SUBJECT_DIGITS = 10
_SEARCHED_ROWS = 40  # notes stand above the heading


@dataclass(frozen=True)
class AnswerLine:
    """One line as it came back: what was asked, as printed, and what the unit wrote (None: nothing)."""

    sheet: str
    row: int
    subject: str
    rule_id: str | None
    project: str | None
    found: str | None
    expected: str | None
    difference: str | None
    answer_text: str | None


def heading(column: str) -> str:
    """The heading of one of ``COLUMNS``."""
    return vocabulary.messages("intake")[f"answers_{column}"]


def sheet_name() -> str:
    """What the answer sheet is called inside a receipt."""
    return vocabulary.messages("intake")["answers_sheet"]


def returned(plan: Plan, reading: Reading, path: Path) -> str | None:
    """Why a receipt sent back answers nothing; None when it has answers for this plan."""
    tags = reading.tags
    is_ours = (
        tags.get("plan") == plan.id
        and tags.get("form") in plan.forms
        and tags.get("period") in all_periods(plan)
        and tags.get("unit") in {unit.id for unit in plan.units}
    )
    if not is_ours:
        return OWN
    lines = list(read_answers(path))
    if not lines:
        return OWN
    return None if any(line.answer_text for line in lines) else BLANK


def read_answers(path: Path) -> list[AnswerLine]:
    """The lines of a workbook's answer sheet; none when it has no such sheet or cannot be opened."""
    try:
        sheets = open_sheets(path)
    except Unreadable:
        return []
    wanted = fold(sheet_name())
    return [line for sheet in sheets if sheet.visible and fold(sheet.name) == wanted for line in _lines(sheet)]


def answer_rows(ws: Workspace, plan: Plan, period: str, known_at: datetime) -> list[dict]:
    """The rows of rows_answers for one period: every line of every answer sheet, marked where it was withdrawn."""
    register = Register(ws.register)
    found = answer_versions(plan, register.receipts(plan.id, known_at), register.decisions(plan.id, known_at), known_at)
    own = (version for version in found if version.period == period and version.number)
    return [row for version in own for row in _rows(ws, version)]


def _rows(ws: Workspace, version: Version) -> Iterator[dict]:
    receipt = version.receipt
    for line in read_answers(archive.locate(ws.archive, receipt.sha256)):
        yield {
            "unit_id": version.unit_id,
            "submission_id": version.submission_id,
            "version": version.number,
            "receipt_id": receipt.receipt_id,
            "received_at": receipt.received_at,
            "is_effective": version.withdrawn_at is None,
            "form": version.form,
            **asdict(line),
        }


def _lines(sheet: Sheet) -> Iterator[AnswerLine]:
    for top, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        columns = _columns(row)
        if "subject" in columns and "answer" in columns:
            yield from _below(sheet, top, columns)
            return


def _columns(row: list) -> dict[str, int]:
    """The place of each known heading in a row."""
    names = {fold(heading(column)): column for column in COLUMNS}
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        name = names.get(fold(cells.show(cell))) if cell not in ("", None) else None
        if name:
            found.setdefault(name, place)
    return found


def _below(sheet: Sheet, top: int, columns: Mapping[str, int]) -> Iterator[AnswerLine]:
    for number, row in enumerate(sheet.rows[top + 1 :], start=top + 2):
        said = {name: _text(row, place) for name, place in columns.items()}
        if said["subject"]:
            kept = {name: said.get(name) for name in _KEPT}
            kept["subject"] = said["subject"].zfill(_SUBJECT_DIGITS)  # retyped as a number it loses its zeros
            yield AnswerLine(sheet=sheet.name, row=number, **kept, answer_text=said["answer"])


def _text(row: list, place: int) -> str | None:
    """A cell's text without blanks around it; None for a blank one."""
    shown = cells.show(row[place]).strip() if place < len(row) and row[place] not in ("", None) else ""
    return shown or None
