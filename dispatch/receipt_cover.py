"""Receipt cover: the first sheet, one page that says what came and what was made of it.

Belongs here: the order and wording of the facts, the tables of versions, changes and projects not taken.
Does not belong here: finding those facts (receipt_facts.py).
"""

from dispatch import wording
from dispatch.month import SEVERITIES
from dispatch.receipt_facts import TURNED_AWAY, Receipt
from dispatch.wording import said, say
from dispatch.workbook import Book, Sheet
from dispatch.workbook_style import Column, Heading

WIDTHS = (18, 30, 26, 24, 24, 18)


def cover_sheet(book: Book, receipt: Receipt, title: str) -> None:
    """回执: verdict and facts, all versions, what changed since the last one, projects that were not taken."""
    heading = Heading(title, receipt.month.basis(say("account.reported")), say("unit_wan"))
    sheet = book.sheet(say("sheet.receipt"), heading, [Column("", widest=width) for width in WIDTHS], paper="A4")
    sheet.line(say("receipt.not_for_submission"), bold=True)
    is_bad = receipt.severities["error"] or receipt.is_turned_away or receipt.is_sheet_refused
    sheet.fact(say("receipt.verdict"), _verdict(receipt), "error" if is_bad else "state")
    for key, text in _facts(receipt).items():
        sheet.fact(say(f"receipt.{key}"), text)
    _versions(sheet, receipt)
    _changes(sheet, receipt)
    _not_taken(sheet, receipt)


def _verdict(receipt: Receipt) -> str:
    if receipt.is_turned_away:
        return say("verdict.unreadable", reason=receipt.month.problem(receipt.latest["receipt_id"]))
    if receipt.latest["awaits_opening"]:
        return say("verdict.locked", version=receipt.latest["version"], **_lock(receipt))
    if receipt.latest["kind"] == "nil":
        return say("verdict.nil")
    if receipt.is_sheet_refused:
        return say("verdict.sheet_refused")
    if receipt.rows_refused:
        return say("verdict.rows_refused", count=receipt.rows_refused)
    if receipt.items_refused:
        return say("verdict.items_refused", count=receipt.items_refused)
    errors = receipt.severities["error"]
    return say("verdict.errors_elsewhere", count=errors) if errors else say("verdict.accepted")


def _facts(receipt: Receipt) -> dict[str, str]:
    latest = receipt.latest
    source = said("received_source", latest["received_source"])
    rows_key = "receipt.rows_equal" if receipt.rows_in_file == receipt.rows_judged else "receipt.rows_differ"
    return {
        "unit": receipt.unit_name,
        "form_name": receipt.month.form_title(receipt.form),
        "period_name": wording.period_label(receipt.month.period),
        "version": say("receipt.version_text", version=latest["version"], count=len(receipt.versions)),
        "file_name": latest["file_name"] or "",
        "fingerprint": (latest["sha256"] or "")[:16],
        "received": say("receipt.received_text", at=wording.instant(latest["received_at"]), source=source),
        "due": _due(receipt),
        "on_time": said("status", receipt.status),
        "recognised": latest["recognised_by"] or say("none"),
        "rows": say(rows_key, read=receipt.rows_in_file, judged=receipt.rows_judged)
        if receipt.rows_in_file or receipt.rows_judged
        else say("none"),
        "taken": say(
            "receipt.taken_text",
            accepted=receipt.rows_accepted,
            refused=receipt.rows_refused,
            carried=len(receipt.carried),
            missing=len(receipt.missing),
        ),
        "findings": say("list_joint").join(
            say("receipt.count_of", label=say(f"severity.{name}"), count=receipt.severities[name])
            for name in SEVERITIES
        ),
    }


def _due(receipt: Receipt) -> str:
    """The deadline, and what follows it where the plan says so."""
    due = receipt.obligation
    if not due or not due["due_at"]:
        return say("none")
    later = wording.later_dates(due["lock_at"], due["publish_at"])
    return say("dates.joint").join(filter(None, (wording.instant(due["due_at"]), later)))


def _lock(receipt: Receipt) -> dict[str, str]:
    """When the form was locked and who can open it again."""
    month = receipt.month
    return {
        "lock": wording.instant(receipt.obligation["lock_at"]) if receipt.obligation else say("none"),
        "centre": month.unit_name(month.table("plans")[0]["centre"]),
    }


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
