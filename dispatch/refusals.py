"""Refusals: the findings that keep a row or a whole sheet out of the adopted figures.

Belongs here: looking up those findings for a row or a submission.
Does not belong here: deciding that they do (expectations.acceptance); the catalogue says what each rule refuses.
"""

from dispatch.month import Month
from expectations.catalogue import load_rules


def of_row(month: Month, submission_id: str, sheet: str, row: int) -> list[dict]:
    """What refuses one row: findings on it, and those that refuse the sheet it stands on; one on a single procedure
    of the row refuses that procedure alone."""
    on_row = [
        finding
        for finding in _standing(month, submission_id, "row")
        if (finding["sheet"], finding["row"], finding["procedure"]) == (sheet, row, None)
    ]
    return [*of_sheet(month, submission_id), *on_row]


def of_sheet(month: Month, submission_id: str) -> list[dict]:
    """What refuses everything a submission holds."""
    return _standing(month, submission_id, "sheet")


def _standing(month: Month, submission_id: str, what: str) -> list[dict]:
    refusing = {rule.id for rule in load_rules() if rule.refuses == what}
    return [
        finding
        for finding in month.table("findings")
        if finding["submission_id"] == submission_id
        and finding["rule_id"] in refusing
        and finding["severity"] == "error"
        and finding["is_effective"]
        and finding["outcome"] == "failed"
        and finding["answer_state"] != "accepted"
    ]
