"""Submission rows: what a file of a period says, as rows of the lake's tables submissions, rows_<form> and issues.

Belongs here: the address that all rows of a file share, the issues about period and unit, which issues are moot.
Does not belong here: which file and row counts (opened_files), the layout of the tables (lake).
"""

from collections.abc import Iterator

from ingestion import vocabulary
from ingestion.filing import OWN_CODES, nearest_unit
from ingestion.lake_rows import rows_of
from ingestion.opened_files import Opened, RowPlace
from ingestion.plans import Plan
from ingestion.reading import Issue, ReadRow
from ingestion.versions import UNKNOWN_UNIT


def submission_row(item: Opened) -> dict:
    """The file itself: where it came from, what it was taken for and whether it counts."""
    version, receipt, reading = item.version, item.version.receipt, item.reading
    recognised = reading.recognised_by
    if version.decision_id is not None:
        by_decision = vocabulary.messages("intake")["assigned"].format(decision=version.decision_id)
        recognised = vocabulary.messages("intake")["list_separator"].join(filter(None, [recognised, by_decision]))
    return _address(item) | {
        "form": version.form,
        "receipt_id": receipt.receipt_id,
        "kind": item.filing.kind,
        "is_effective": item.is_effective,
        "awaits_opening": item.awaits_opening,
        "withdrawn": version.withdrawn_at is not None,
        "file_name": receipt.file_name,
        "sha256": receipt.sha256,
        "received_at": receipt.received_at,
        "received_source": receipt.received_source,
        "recognised_by": recognised,
        "sheet": reading.sheet,
        "rows_read": len(item.details),
        "stated_unit": reading.stated_unit,
        "stated_period": item.filing.stated_period,
        "list_version": reading.facts.get("list_version"),
        "effective_date": reading.facts.get("effective_date"),
        "editor_digest": item.editor_digest,
    }


def project_rows(item: Opened, overridden: set[RowPlace]) -> Iterator[tuple[str, dict]]:
    """The rows of a file with the lake table that each goes into."""
    for row in item.rows:
        sheet = row.sheet or item.reading.sheet
        is_stale = (item.version.receipt.receipt_id, sheet, row.row) in overridden
        place = {"sheet": sheet, "is_effective": item.is_effective and not is_stale}
        for table, values in rows_of(item.version.form, row):
            yield table, values | _address(item) | place


def issue_rows(plan: Plan, item: Opened, overridden: set[RowPlace]) -> Iterator[dict]:
    """The issues of a file, each with whether it counts."""
    receipt = item.version.receipt.receipt_id
    is_unknown = item.version.unit_id == UNKNOWN_UNIT
    for issue in _issues(plan, item):
        counts = (
            item.is_latest
            if item.is_unreadable
            else item.is_effective and (receipt, issue.sheet, issue.row) not in overridden
        )
        facts = {name: getattr(issue, name) for name in ("sheet", "row", "procedure", "column", "field", "header")}
        yield (
            _address(item)
            | facts
            | {
                "form": item.version.form,
                # nobody else can say that the file waits for an assignment
                "is_effective": counts or (is_unknown and issue.issue_code == "unknown_unit_name"),
                "issue_code": issue.issue_code,
                "found": _text(issue.found),
                "expected": _text(issue.expected),
            }
        )


def _address(item: Opened) -> dict:
    version = item.version
    return {"unit_id": version.unit_id, "submission_id": version.submission_id, "version": version.number}


def _issues(plan: Plan, item: Opened) -> list[Issue]:
    """The reader's issues, with those about period and unit decided here, where file name and sender are known."""
    issues = list(item.filing.issues)
    if item.is_unreadable:
        issues.append(Issue(issue_code="unreadable_file", sheet=item.reading.sheet, found=item.reason))
    if item.has_rows:
        read = [issue for issue in item.reading.issues if issue.issue_code not in OWN_CODES]
        issues += [issue for issue in read if not _is_moot(issue, item)]
        issues += [issue for row in item.details for issue in _unknown_units(plan, item.reading.sheet, row)]
    return issues


def _is_moot(issue: Issue, item: Opened) -> bool:
    """Whether nobody need be asked: a procedure that the project does not need is blank; what a blank form of another
    period had locked is written anew."""
    if issue.issue_code == "locked_cell_changed":
        return any(found.issue_code == "stale_blank" for found in item.filing.issues)
    return issue.issue_code == "blank_required" and (issue.row, issue.procedure) in item.not_needed


def _unknown_units(plan: Plan, sheet: str | None, row: ReadRow) -> Iterator[Issue]:
    """Unit names inside a row that the plan does not have."""
    for name, value in row.values.items():
        field = vocabulary.fields().get(name)
        if field is None or field.type != "unit" or not value or plan.unit_named(str(value)):
            continue
        yield Issue(
            issue_code="unknown_unit_name",
            sheet=sheet,
            row=row.row,
            column=row.columns.get(name),
            field=name,
            header=row.headers.get(name),
            found=str(value),
            expected=nearest_unit(plan, str(value)),
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
