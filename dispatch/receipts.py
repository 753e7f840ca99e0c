"""Receipts: one workbook per unit and form: what came, what was made of it, and every finding with its cell.

Belongs here: which receipts are due, their sheets in order, their file names.
Does not belong here: what stands on a sheet (receipt_cover.py, receipt_findings.py, receipt_rows.py).

A receipt is newly written, never the original, and tagged ``kind=receipt`` so that sending it back is noticed.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dispatch import wording
from dispatch.marts import Marts
from dispatch.month import Month
from dispatch.receipt_cover import cover_sheet
from dispatch.receipt_facts import Receipt
from dispatch.receipt_findings import findings_sheet
from dispatch.receipt_rows import as_read_sheet
from dispatch.wording import say
from dispatch.workbook import Book
from expectations.catalogue import load_rules
from ingestion.plain_text import file_name
from ingestion.workspace import Workspace


def write(ws: Workspace, plan_id: str, period: str) -> list[Path]:
    """Write a receipt for every unit and form of which a file came; the paths in the plan's order of units."""
    month = Month(ws, plan_id, period)
    rule_titles = {rule.id: rule.title_zh for rule in load_rules()}
    submissions = Marts.of_build(ws).submissions(plan_id, period)
    statuses = {(row["form"], row["unit_id"]): row["status"] for row in submissions}
    paths = []
    for form in month.forms:
        for unit_id, latest in sorted(month.latest(form).items(), key=lambda item: month.unit_order(item[0])):
            receipt = Receipt(month, form, unit_id, latest, statuses.get((form, unit_id)))
            path = _place(receipt)
            if path in paths:  # two names that a file system does not tell apart
                path = path.with_name(f"{path.stem}_{unit_id}{path.suffix}")
            paths.append(_write(path, receipt, rule_titles))
    _forget_others(month, paths)
    return paths


def _forget_others(month: Month, paths: Sequence[Path]) -> None:
    """Receipts of an earlier run whose file was withdrawn or went to another unit say what no longer holds."""
    for path in (month.folder() / say("receipt.folder")).glob("*.xlsx"):
        if path not in paths:
            path.unlink()


def _names(receipt: Receipt) -> dict[str, str]:
    return {"unit": receipt.unit_name, "form": receipt.form_label}


def _place(receipt: Receipt) -> Path:
    name = say("receipt.file", period=receipt.month.period, **_names(receipt))
    return receipt.month.folder() / say("receipt.folder") / file_name(name)


def _write(path: Path, receipt: Receipt, rule_titles: Mapping[str, str]) -> Path:
    month = receipt.month
    title = say("receipt.title", period=wording.period_label(month.period), **_names(receipt))
    with Book(path, "receipt", month.plan_id, month.period, receipt.unit_id, month.known_at) as book:
        cover_sheet(book, receipt, title)
        sheets = _sheets_as_read(receipt)
        findings_sheet(book, receipt, title, {place: name for name, place in sheets.items()}, rule_titles)
        for name, place in sheets.items():
            as_read_sheet(book, receipt, name, title, place)
    return path


def _sheets_as_read(receipt: Receipt) -> dict[str, tuple[str, str]]:
    """The (submission, sheet) that were read, by the name each gets in the receipt; the form before its 汇总表."""
    rows = sorted(receipt.rows, key=lambda row: row["row_role"] == "summary")
    places = dict.fromkeys((row["submission_id"], row["sheet"]) for row in rows)
    name = say("sheet.as_read")
    return {f"{name}{number}" if number > 1 else name: place for number, place in enumerate(places, start=1)}
