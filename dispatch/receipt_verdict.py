"""Receipt verdict: what became of a form, in one sentence; how many findings of which severity, in another.

Belongs here: the order in which reasons weigh, the row-count proof.
Does not belong here: counting (receipt_facts.py), where the sentences stand (receipt_cover.py, receipt_findings.py).
"""

from dispatch import wording
from dispatch.month import SEVERITIES
from dispatch.receipt_facts import Receipt
from dispatch.wording import say


def verdict(receipt: Receipt) -> str:
    """What was taken, or what would be; the worst reason alone."""
    if receipt.is_turned_away:
        return _said(receipt, "unreadable", reason=receipt.month.problem(receipt.latest["receipt_id"]))
    if receipt.latest["awaits_opening"]:
        return say("verdict.locked", version=receipt.latest["version"], **_lock(receipt))
    if receipt.latest["kind"] == "nil":
        return _said(receipt, "nil")
    if receipt.is_sheet_refused:
        return _said(receipt, "sheet_refused")
    if receipt.rows_refused:
        return _said(receipt, "rows_refused", count=receipt.rows_refused)
    if receipt.items_refused:
        return _said(receipt, "items_refused", count=receipt.items_refused)
    if errors := receipt.severities["error"]:
        return _said(receipt, "errors_elsewhere", count=errors)
    asked = len(receipt.to_answer)
    return _said(receipt, "accepted_asked", count=asked) if asked else _said(receipt, "accepted")


def fill(receipt: Receipt) -> str:
    """The colour of the verdict: of an error where it asks for another version, of a warning where it asks why."""
    if receipt.severities["error"] or receipt.is_turned_away or receipt.is_sheet_refused:
        return "error"
    return "warning" if receipt.to_answer else "state"


def counts(receipt: Receipt) -> str:
    """How many findings of each severity, the worst first."""
    return say("list_joint").join(
        say("receipt.count_of", label=say(f"severity.{name}"), count=receipt.severities[name]) for name in SEVERITIES
    )


def row_count(receipt: Receipt) -> str:
    """Rows in the file against rows judged; a dash where there is no row at all."""
    if not receipt.rows_in_file and not receipt.rows_judged:
        return say("none")
    key = "receipt.rows_equal" if receipt.rows_in_file == receipt.rows_judged else "receipt.rows_differ"
    return say(key, read=receipt.rows_in_file, judged=receipt.rows_judged)


def to_answer(receipt: Receipt) -> str:
    """How many warnings wait for an explanation, those an error brings along apart; empty when none does."""
    every = receipt.to_answer
    apart = sum(map(receipt.is_caused_by_error, every))
    own = say("receipt.to_answer", count=len(every) - apart) if len(every) > apart else ""
    with_errors = say("receipt.to_answer_with_errors", count=apart) if apart else ""
    return say("clause_joint").join(filter(None, (own, with_errors)))


def _said(receipt: Receipt, key: str, **facts: object) -> str:
    """The sentence of a receipt, or of a check before anything is handed in."""
    return say(f"verdict_of_check.{key}" if receipt.is_check else f"verdict.{key}", **facts)


def _lock(receipt: Receipt) -> dict[str, str]:
    """When the form was locked and who can open it again."""
    month = receipt.month
    return {
        "lock": wording.instant(receipt.obligation["lock_at"]) if receipt.obligation else say("none"),
        "centre": month.unit_name(month.table("plans")[0]["centre"]),
    }
