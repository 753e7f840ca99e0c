"""Receipt findings: the first sheet, the complete list of what was found, with a verdict above it.

Belongs here: the columns of the list, the links from a finding to its cell and to its answer.
Does not belong here: order (receipt_order.py), judging (expectations), the rows as read (receipt_rows.py).
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from dispatch import receipt_verdict, wording
from dispatch.cell_values import FIGURE, Link
from dispatch.month import SEVERITIES
from dispatch.receipt_facts import Receipt
from dispatch.receipt_order import Place, cells_of, landing, numbered
from dispatch.wording import said, say
from dispatch.workbook import Book
from dispatch.workbook_style import Column, Heading
from ingestion import vocabulary
from ingestion.answers import sheet_name

PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")  # what was typed in another way is shown as it was typed
Answers = Mapping[str, str]  # finding_id -> the cell of the answer sheet that waits for its explanation


def findings_sheet(
    book: Book, receipt: Receipt, title: str, read_sheets: Mapping[Place, str], answers: Answers
) -> None:
    """错误清单: every finding with its cells, what was found, what should stand there and what to do; never capped."""
    sheet = book.sheet(say("sheet.findings"), _heading(receipt, title), list(_columns()), paper="A4", frozen=4)
    sheet.group_below_heads()
    for number, is_effect, finding in numbered(receipt.findings):
        row = sheet.write(_cells(finding, number, is_effect, read_sheets, answers), level=int(is_effect))
        sheet.put(row, 1, say(f"severity.{finding['severity']}"), fill=finding["severity"])
    if not receipt.findings:
        sheet.line(say("receipt.no_findings"))


def _heading(receipt: Receipt, title: str) -> Heading:
    """Title, verdict, counts; of the colours only those that are used."""
    verdict = (receipt_verdict.verdict(receipt), receipt_verdict.fill(receipt))
    facts = (receipt_verdict.counts(receipt), receipt_verdict.row_count(receipt), receipt_verdict.to_answer(receipt))
    levels = [say(f"legend.{name}") for name in SEVERITIES if receipt.severities[name]]
    notes = [
        say("list_of_facts").join(filter(None, facts)),
        say("receipt.how_grouped"),
        *filter(None, [say("clause_joint").join(levels)]),
        not_for_submission(receipt),
    ]
    return Heading(title, receipt.month.basis(say("account.reported")), say("unit_wan"), notes, verdict=verdict)


def not_for_submission(receipt: Receipt) -> str:
    """That this workbook is no report; of a check, that nothing was handed in."""
    return say("receipt.only_a_check" if receipt.is_check else "receipt.not_for_submission")


def _columns() -> Iterator[Column]:
    yield Column(say("head.serial"), "centre")
    yield Column(say("head.severity"), "centre", 6)
    yield Column(say("head.sheet"), widest=11)
    yield Column(say("head.cell"), widest=12)
    yield Column(wording.field_label("project_name"), widest=18)
    yield Column(say("head.message"), widest=36)
    yield Column(say("head.found"), FIGURE, 13)
    yield Column(say("head.expected"), FIGURE, 13)
    yield Column(say("head.difference"), FIGURE, 13)
    yield Column(say("head.remedy"), widest=30)
    yield Column(say("head.answer_state"), "centre", 8)
    yield Column(say("head.rule"), "centre", 7)


def _cells(
    finding: dict, number: str, is_effect: bool, read_sheets: Mapping[Place, str], answers: Answers
) -> list[object]:
    return [
        number,
        None,
        sheets_of(finding),
        _linked(finding, read_sheets),
        finding["project_name"],
        say("receipt.effect", text=finding["message_zh"]) if is_effect else finding["message_zh"],
        *figures(finding),
        remedy(finding),
        _answer(finding, answers),
        finding["rule_id"],
    ]


def figures(finding: dict) -> list[Decimal | str | None]:
    """What was reported, what should stand there and the difference: amounts as amounts, anything else as its text."""
    known = vocabulary.fields().get(finding["field"] or "")
    is_amount = known is not None and known.type == "decimal"
    texts = [finding[name] for name in ("found", "expected", "difference")]
    return [Decimal(text) if is_amount and text and PLAIN_NUMBER.fullmatch(text) else text for text in texts]


def sheets_of(finding: dict) -> str:
    """The sheets of the file that a finding speaks of."""
    return say("list_joint").join(dict.fromkeys(sheet for sheet, _ in cells_of(finding))) or finding["sheet"] or ""


def cells_text(finding: dict) -> str:
    """The cells of a finding; a finding without any is one on the whole sheet, or on no sheet at all."""
    cells = say("list_joint").join(cell for _, cell in cells_of(finding))
    return cells or (say("receipt.whole_sheet") if finding["sheet"] else "")


def remedy(finding: dict) -> str:
    """What to do; nothing where the centre took it as it is or waived the explanation."""
    if finding["answer_state"] == "waived":
        return say("receipt.waived_by_decision", number=finding["decision_id"], ends=finding["answer_ends"])
    if finding["decision_id"] is not None:
        return say("receipt.accepted_by_decision", number=finding["decision_id"])
    return finding["remedy_zh"] or ""


def _linked(finding: dict, read_sheets: Mapping[Place, str]) -> object:
    place = landing(finding, read_sheets)
    return Link(cells_text(finding), *place) if place else cells_text(finding)


def _answer(finding: dict, answers: Answers) -> object:
    """How the explanation stands, of a finding that needs one; it leads to where it is written."""
    if finding["answer_state"] == "none_needed":
        return None
    text = said("answer_state", finding["answer_state"])
    cell = answers.get(finding["finding_id"])
    return Link(text, sheet_name(), cell) if cell else text
