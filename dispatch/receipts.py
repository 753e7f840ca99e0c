"""Receipts: one workbook per unit and form: every finding with its cell, what was made of the file, what to explain.

Belongs here: which receipts are due, their sheets in order, their file names.
Does not belong here: what stands on a sheet (receipt_findings.py, receipt_cover.py, receipt_rows.py,
receipt_answers.py) and in the JSON beside it (receipt_json.py).

A receipt is newly written, never the original, and tagged ``kind=receipt`` so that sending it back is noticed.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dispatch import receipt_json, wording
from dispatch.marts import Marts
from dispatch.month import Month
from dispatch.receipt_answers import answer_cells, answer_sheet
from dispatch.receipt_cover import cover_sheet
from dispatch.receipt_facts import Receipt
from dispatch.receipt_findings import findings_sheet
from dispatch.receipt_order import Place
from dispatch.receipt_rows import as_read_sheet
from dispatch.wording import say
from dispatch.workbook import Book
from ingestion.plain_text import file_name
from ingestion.workspace import Workspace

JSON = ".json"


def write(ws: Workspace, plan_id: str, period: str) -> list[Path]:
    """Write a receipt for every unit and form of which a file came; the workbooks in the plan's order of units."""
    submissions = Marts.of_build(ws).submissions(plan_id, period)
    statuses = {(row["form"], row["unit_id"]): row["status"] for row in submissions}
    return write_all(Month(ws, plan_id, period), statuses)


def write_all(month: Month, statuses: Mapping[tuple[str, str], str]) -> list[Path]:
    """The receipts of a period, each with its JSON beside it; ``statuses`` by form and unit, as far as known."""
    paths: list[Path] = []
    for receipt in receipts_of(month, statuses):
        path = _place(receipt)
        if path in paths:  # two names that a file system does not tell apart
            path = path.with_name(f"{path.stem}_{receipt.unit_id}{path.suffix}")
        paths.append(write_one(receipt, path))
    _forget_others(month, paths)
    return paths


def receipts_of(month: Month, statuses: Mapping[tuple[str, str], str]) -> Iterator[Receipt]:
    """The receipts that are due: one per form and unit of which a file came."""
    for form in month.forms:
        for unit_id, latest in sorted(month.latest(form).items(), key=lambda item: month.unit_order(item[0])):
            yield Receipt(month, form, unit_id, latest, statuses.get((form, unit_id)))


def write_one(receipt: Receipt, path: Path) -> Path:
    """Write one receipt at ``path`` and its JSON beside it; the workbook's path."""
    month = receipt.month
    key = "receipt.title_of_check" if receipt.is_check else "receipt.title"
    told = {"period": wording.period_label(month.period), **_names(receipt)}
    title = say(key, **told)
    sheets = _sheets_as_read(receipt)
    places = {place: name for name, place in sheets.items()}
    with Book(path, "receipt", month.plan_id, month.period, receipt.unit_id, month.known_at, receipt.form) as book:
        findings_sheet(book, receipt, title, places, answer_cells(receipt))
        cover_sheet(book, receipt, title)
        for name, place in sheets.items():
            as_read_sheet(book, receipt, name, title, place)
        if receipt.to_answer:
            answer_sheet(book, receipt, say("receipt.title_of_answers", **told))
    receipt_json.write(path.with_suffix(JSON), receipt, places)
    return path


def _forget_others(month: Month, paths: Sequence[Path]) -> None:
    """Receipts of an earlier run whose file was withdrawn or went to another unit say what no longer holds."""
    kept = {*paths, *(path.with_suffix(JSON) for path in paths)}
    for path in (month.folder() / say("receipt.folder")).glob("*"):
        if path.suffix in (".xlsx", JSON) and path not in kept:
            path.unlink()


def _names(receipt: Receipt) -> dict[str, str]:
    return {"unit": receipt.unit_name, "form": receipt.form_label}


def _place(receipt: Receipt) -> Path:
    name = say("receipt.file", period=receipt.month.period, **_names(receipt))
    return receipt.month.folder() / say("receipt.folder") / file_name(name)


def _sheets_as_read(receipt: Receipt) -> dict[str, Place]:
    """The (submission, sheet) that were read, by the name each gets in the receipt; the form before its 汇总表."""
    rows = sorted(receipt.rows, key=lambda row: row["row_role"] == "summary")
    places = dict.fromkeys((row["submission_id"], row["sheet"]) for row in rows)
    name = say("sheet.as_read")
    return {f"{name}{number}" if number > 1 else name: place for number, place in enumerate(places, start=1)}
