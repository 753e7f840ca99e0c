"""Receipt cover: 回执, one page that says what came and what was made of it.

Belongs here: the order and wording of the facts, the tables of versions, changes and projects not taken.
Does not belong here: finding those facts (receipt_facts.py).
"""

from dispatch import receipt_verdict, wording
from dispatch.receipt_facts import TURNED_AWAY, Receipt
from dispatch.receipt_findings import not_for_submission
from dispatch.wording import said, say
from dispatch.workbook import Book, Sheet
from dispatch.workbook_style import Column, Heading

WIDTHS = (18, 30, 26, 24, 24, 18)


def cover_sheet(book: Book, receipt: Receipt, title: str) -> None:
    """回执: verdict and facts, all versions, what changed since the last one, projects that were not taken."""
    heading = Heading(title, receipt.month.basis(say("account.reported")), say("unit_wan"))
    sheet = book.sheet(say("sheet.receipt"), heading, [Column("", widest=width) for width in WIDTHS], paper="A4")
    sheet.line(not_for_submission(receipt), bold=True)
    sheet.fact(say("receipt.verdict"), receipt_verdict.verdict(receipt), receipt_verdict.fill(receipt))
    for key, text in _facts(receipt).items():
        sheet.fact(say(f"receipt.{key}"), text)
    _versions(sheet, receipt)
    _changes(sheet, receipt)
    _not_taken(sheet, receipt)


def _facts(receipt: Receipt) -> dict[str, str]:
    latest = receipt.latest
    source = said("received_source", latest["received_source"])
    only_received = {} if receipt.is_check else {"on_time": said("status", receipt.status)}
    return {
        "unit": receipt.unit_name,
        "form_name": receipt.month.form_title(receipt.form),
        "period_name": wording.period_label(receipt.month.period),
        "version": say("receipt.version_text", version=latest["version"], count=len(receipt.versions)),
        "file_name": latest["file_name"] or "",
        "fingerprint": (latest["sha256"] or "")[:16],
        "received": say(
            f"receipt.{'checked' if receipt.is_check else 'received'}_text",
            at=wording.instant(latest["received_at"]),
            source=source,
        ),
        "due": _due(receipt),
        **only_received,
        "recognised": latest["recognised_by"] or say("none"),
        "rows": receipt_verdict.row_count(receipt),
        "taken": say(
            "receipt.taken_text",
            accepted=receipt.rows_accepted,
            refused=receipt.rows_refused,
            carried=len(receipt.carried),
            missing=len(receipt.missing),
        ),
        "findings": receipt_verdict.counts(receipt),
    }


def _due(receipt: Receipt) -> str:
    """The deadline, and what follows it where the plan says so."""
    due = receipt.obligation
    if not due or not due["due_at"]:
        return say("none")
    later = wording.later_dates(due["lock_at"], due["publish_at"])
    return say("dates.joint").join(filter(None, (wording.instant(due["due_at"]), later)))


def _versions(sheet: Sheet, receipt: Receipt) -> None:
    sheet.line(say("receipt.versions"), bold=True)
    sheet.header([say(f"head.{key}") for key in ("version", "file", "received_at", "source", "kind", "counts")])
    for row in receipt.versions:
        sheet.write(
            [
                say("receipt.version_no", version=row["version"]),
                row["file_name"],
                wording.instant(row["received_at"]),
                said("received_source", row["received_source"]),
                said("kind", row["kind"]),
                say(f"counts.{_standing(row)}"),
            ]
        )


def _standing(version: dict) -> str:
    if version["withdrawn"]:
        return "withdrawn"
    if version["is_effective"]:
        return "yes"
    if version["awaits_opening"]:
        return "locked"
    return "unread" if version["kind"] in TURNED_AWAY else "no"


def _changes(sheet: Sheet, receipt: Receipt) -> None:
    if receipt.previous is None:
        return
    versions = {"old": receipt.previous["version"], "new": receipt.latest["version"]}
    sheet.line(say("receipt.changes", count=len(receipt.changes), **versions), bold=True)
    sheet.header([say(f"head.{key}") for key in ("change", "project", "measure", "old", "new", "cell")])
    for item in receipt.changes:
        measure = receipt.month.label(item.field) if item.field else say("differences.whole_row")
        sheet.write([say(f"change.{item.kind}"), item.project, measure, item.old, item.new, item.cell])


def _not_taken(sheet: Sheet, receipt: Receipt) -> None:
    if not receipt.carried and not receipt.missing:
        return
    sheet.line(say("receipt.not_taken"), bold=True)
    for key, project in receipt.projects.items():
        if key in receipt.carried:
            sheet.fact(say("receipt.carried_short", period=receipt.carried[key]), project["project_name"], "carried")
        elif key in receipt.missing:
            sheet.fact(say("receipt.missing_short"), project["project_name"], "missing")
