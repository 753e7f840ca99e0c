"""Receipt answers: 核实说明, the sheet on which a unit explains what it was asked about and sends back.

Belongs here: its columns and lines, the one column that can be filled in.
Does not belong here: reading what was filled in (ingestion), whether an explanation holds (expectations).

The columns and their order are what the reader of answers looks for; the 编号 names what an answer is about.
"""

from xlsxwriter.utility import xl_col_to_name

from dispatch.receipt_facts import Receipt
from dispatch.receipt_findings import cells_text, sheets_of
from dispatch.receipt_order import groups
from dispatch.wording import said, say
from dispatch.workbook import Book
from dispatch.workbook_style import Column, Heading
from expectations.catalogue import load_rules
from expectations.subjects import subject_of
from ingestion import answers
from ingestion.answers import COLUMNS

NOTES = ("receipt.how_to_answer", "receipt.what_is_no_answer")
FIRST_ROW = 2 + len(NOTES) + 2  # of the lines, as Excel counts: after title, basis, notes and one row of headings
ROOM = 3  # lines of an explanation that can be seen without making the row taller
PRESSING = ("refused", "reopened")  # what was explained before and has to be explained again comes first
SHAPES = {  # kind, widest, narrowest
    "subject": ("centre", 12, 0), "rule_id": ("centre", 8, 0), "rule": ("text", 16, 0), "project": ("text", 18, 0),
    "sheet_of": ("text", 11, 0), "cell": ("text", 10, 0), "found": ("text", 12, 0), "expected": ("text", 12, 0),
    "difference": ("text", 11, 0), "message": ("text", 34, 0), "answer": ("text", 46, 46), "note": ("text", 26, 0),
}  # fmt: skip


def lines(receipt: Receipt) -> list[dict]:
    """The warnings that must be explained, in the order of the answer sheet: what an error causes comes last."""
    in_order = [finding for group in groups(receipt.to_answer) for finding in group]
    return sorted(in_order, key=lambda row: (receipt.is_caused_by_error(row), row["answer_state"] not in PRESSING))


def answer_cells(receipt: Receipt) -> dict[str, str]:
    """Where on the answer sheet each finding is explained."""
    letter = xl_col_to_name(COLUMNS.index("answer"))
    return {finding["finding_id"]: f"{letter}{row}" for row, finding in enumerate(lines(receipt), start=FIRST_ROW)}


def answer_sheet(book: Book, receipt: Receipt, title: str) -> None:
    """核实说明: one line per warning that must be explained; only the explanation can be typed."""
    heading = Heading(title, receipt.month.basis(say("account.reported")), say("unit_wan"), [say(key) for key in NOTES])
    columns = [Column(answers.heading(name), *SHAPES[name][:2], narrowest=SHAPES[name][2]) for name in COLUMNS]
    sheet = book.sheet(answers.sheet_name(), heading, columns, paper="A4", frozen=1)
    titles = {rule.id: rule.title_zh for rule in load_rules()}
    for finding in lines(receipt):
        told = _line(receipt, finding) | {"rule": titles.get(finding["rule_id"])}
        row = sheet.write([told[name] for name in COLUMNS])
        fill = None if receipt.is_caused_by_error(finding) else "must"
        sheet.put(row, COLUMNS.index("answer"), None, fill=fill, is_open=True)
        sheet.room(row, ROOM)
    sheet.protect()


def _line(receipt: Receipt, finding: dict) -> dict[str, str | None]:
    """The cells of a line by the names of their columns; figures as they were found, by which answers are matched."""
    message = finding["message_zh"]
    return {
        "subject": subject_of(finding),
        "rule_id": finding["rule_id"],
        "project": finding["project_name"],
        "sheet_of": sheets_of(finding),
        "cell": cells_text(finding),
        **{name: finding[name] for name in ("found", "expected", "difference")},
        "message": say("receipt.goes_with_error", text=message) if receipt.is_caused_by_error(finding) else message,
        "answer": None,
        "note": _note(finding),
    }


def _note(finding: dict) -> str | None:
    """What was explained before and what became of it; nothing where nothing was."""
    if not finding["answer"]:
        return finding["answer_reason_zh"]
    reason = finding["answer_reason_zh"] or said("answer_state", finding["answer_state"])
    return say("receipt.last_answer", answer=finding["answer"], reason=reason)
