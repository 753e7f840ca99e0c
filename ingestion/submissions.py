"""Submissions: one period's files read again from the archive, as rows of the lake with what counts marked.

Belongs here: which rows and issues are effective, the lake tables submissions, rows_<form> and issues.
Does not belong here: judging or accepting a row (expectations), order and copies of receipts (versions).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from ingestion import archive, lake, vocabulary
from ingestion.answers import answer_rows
from ingestion.file_properties import editor_digest
from ingestion.filed_periods import Envelope
from ingestion.filing import OWN_CODES, Filing, file_away, nearest_unit
from ingestion.forms import load_forms
from ingestion.lake_rows import row_tables, rows_of
from ingestion.locking import Locks, waiting_to_be_opened
from ingestion.obligations import locks
from ingestion.plan_forms import forms_of_plan
from ingestion.plan_models import fold
from ingestion.plan_tables import plan_rows
from ingestion.plans import Plan
from ingestion.reader_pool import read_many
from ingestion.reading import Issue, Reading, ReadRow
from ingestion.register import Register
from ingestion.settings import TIMEZONE, limits
from ingestion.versions import UNKNOWN_UNIT, Version, effective, latest, usable, versions, waiting
from ingestion.workspace import Workspace

Progress = Callable[[int, int, str], None]
_WITH_ROWS = ("form", "supplement")
_Row = tuple[int, str | None, int]  # receipt, sheet, row


@dataclass(frozen=True)
class Opened:
    """A version with its file read again."""

    version: Version
    reading: Reading
    filing: Filing
    is_effective: bool = False
    is_latest: bool = False
    awaits_opening: bool = False
    editor_digest: str | None = None

    @property
    def is_unreadable(self) -> bool:
        return self.filing.kind == "unreadable"

    @property
    def reason(self) -> str:
        """Why an unreadable file could not be taken, in words for its sender."""
        return self.reading.unreadable_zh or vocabulary.messages("intake")[f"unreadable_{self.filing.problem}"]

    @property
    def rows(self) -> list[ReadRow]:
        """The rows of a report that has any; a nil report and an unreadable file have none."""
        return list(self.reading.rows) if self.filing.kind in _WITH_ROWS else []

    @property
    def not_needed(self) -> set[tuple[int, str]]:
        """Row and procedure where a project says that it does not need the procedure."""
        said = ((row.row, key, value) for row in self.details for key, value in row.values.items() if value == "no")
        return {(row, key.removesuffix(".is_needed")) for row, key, _ in said if key.endswith(".is_needed")}

    @property
    def details(self) -> list[ReadRow]:
        return [row for row in self.rows if row.role == "detail"]


@dataclass(frozen=True)
class PeriodReading:
    """What was read for one period: rows written per lake table, and files that wait for somebody's word."""

    plan_id: str
    period: str
    written: Mapping[str, int]
    waiting: tuple[Version, ...]


def read_period(
    ws: Workspace, plan: Plan, period: str, known_at: datetime, progress: Progress | None = None
) -> PeriodReading:
    """Read the period's files as known at ``known_at`` and write its lake tables, the plan's own included."""
    found = _versions(ws, plan, known_at)
    own = [version for version in found if version.period == period and version.form and version.number]
    locked = Locks.of(locks(plan, period), Register(ws.register).decisions(plan.id, known_at))
    opened = _open(ws, plan, own, locked, progress or (lambda done, total, text: None))
    overridden = _overridden(opened)
    tables = _plan_tables(ws, plan, period, known_at)
    tables["submissions"] = [_submission_row(item) for item in opened]
    tables |= {table: [] for table in row_tables(period)}
    for item in opened:
        for table, row in _row_rows(item, overridden):
            if table in tables:  # a form filed by hand under a period of the other series has no place there
                tables[table].append(row)
    tables["rows_answers"] = answer_rows(ws, plan, period, known_at)
    tables["issues"] = [row for item in opened for row in _issue_rows(plan, item, overridden)]
    for table, rows in tables.items():
        lake.write(ws.lake, table, plan.id, period, rows)
    written = {table: len(rows) for table, rows in tables.items()}
    return PeriodReading(plan.id, period, written, tuple(waiting(found)))


def periods_received(ws: Workspace, plan: Plan, known_at: datetime, form: str | None = None) -> list[str]:
    """The periods for which something is filed (of one form, or any), assignments counted; withdrawn files included."""
    found = _versions(ws, plan, known_at)
    return sorted({v.period for v in found if v.period and v.form and (form is None or v.form == form)})


def files_waiting(ws: Workspace, plan: Plan, known_at: datetime) -> list[Version]:
    """The files that count for nothing until somebody says which form, month or unit they are."""
    return waiting(_versions(ws, plan, known_at))


def _versions(ws: Workspace, plan: Plan, known_at: datetime) -> list[Version]:
    register = Register(ws.register)
    return versions(plan, register.receipts(plan.id, known_at), register.decisions(plan.id, known_at), known_at)


def _open(ws: Workspace, plan: Plan, own: list[Version], locked: Locks, progress: Progress) -> list[Opened]:
    """Every version with its reading, in the order of ``own``; a file is read as the form it is filed under."""
    readings: dict[tuple, Reading] = {}
    forms = {**load_forms(), **forms_of_plan(plan)}
    total = len({(version.form, version.receipt.sha256) for version in own})
    for form in dict.fromkeys(version.form for version in own):
        places = {archive.locate(ws.archive, v.receipt.sha256): v for v in own if v.form == form}
        for path, reading in read_many(list(places), {form: forms[form]}, limits()):
            readings[form, path] = reading
            text = vocabulary.messages("intake")["reading"].format(file=places[path].receipt.file_name)
            progress(len(readings), total, text)
    opened = []
    for version in own:
        receipt = version.receipt
        path = archive.locate(ws.archive, receipt.sha256)
        outside = (receipt.file_name, receipt.inbox_path, receipt.sender_unit, version.assigned, receipt.received_at)
        reading = readings[version.form, path]
        filing = file_away(plan, reading, Envelope(*outside), path)
        opened.append(Opened(version, reading, filing, editor_digest=editor_digest(path)))
    return _marked(opened, locked)


def _marked(opened: list[Opened], locked: Locks) -> list[Opened]:
    """The same with what counts, what is the last word, and what came after the lock and waits."""
    kinds = {item.version.receipt.receipt_id: item.filing.kind for item in opened}
    reports = {item.version.receipt.receipt_id for item in opened if item.details or item.filing.kind == "nil"}
    own = [item.version for item in opened]
    able = usable(own, kinds)
    shut_out = waiting_to_be_opened(able, reports, locked)
    counting = effective([version for version in able if version.receipt.receipt_id not in shut_out], kinds)
    last = latest(own)
    return [
        replace(item, is_effective=number in counting, is_latest=number in last, awaits_opening=number in shut_out)
        for item, number in ((item, item.version.receipt.receipt_id) for item in opened)
    ]


def _overridden(opened: Iterable[Opened]) -> set[_Row]:
    """Rows that a later supplement of the same obligation states anew, and the totals they made stale."""
    gone: set[_Row] = set()
    counting = [item for item in opened if item.is_effective]
    for _, group in groupby(counting, key=lambda item: item.version.obligation):
        newer: list[tuple[str, str, tuple]] = []
        for item in reversed(list(group)):
            receipt = item.version.receipt.receipt_id
            rest = load_forms()[item.version.form].row_key[2:]
            stale = [row for row in item.details if any(_is_same(_keys(row, rest), keys) for keys in newer)]
            if stale:
                stale += [row for row in item.rows if row.role != "detail"]
            gone |= {(receipt, row.sheet or item.reading.sheet, row.row) for row in stale}
            newer += [_keys(row, rest) for row in item.details]
    return gone


def _keys(row: ReadRow, rest: tuple[str, ...]) -> tuple[str, str, tuple]:
    """Code and name of a row's project, and the fields ``rest`` that tell its rows apart where it may have several."""
    values = row.values
    code, name = str(values.get("project_code") or ""), fold(str(values.get("project_name") or ""))
    return code, name, tuple(values.get(field) for field in rest)


def _is_same(one: tuple[str, str, tuple], other: tuple[str, str, tuple]) -> bool:
    """The project by code where both have one, else by name; the rest as it stands."""
    is_same_project = one[0] == other[0] if one[0] and other[0] else bool(one[1]) and one[1] == other[1]
    return is_same_project and one[2] == other[2]


def _plan_tables(ws: Workspace, plan: Plan, period: str, known_at: datetime) -> dict[str, list[dict]]:
    version = Register(ws.register).plan_at(plan.id, known_at)
    digest = version.hash if version else ""
    in_force_at = version.in_force_at if version else datetime.combine(plan.issued, datetime.min.time(), TIMEZONE)
    return plan_rows(plan, period, digest, in_force_at, known_at)


def _address(item: Opened) -> dict:
    version = item.version
    return {"unit_id": version.unit_id, "submission_id": version.submission_id, "version": version.number}


def _submission_row(item: Opened) -> dict:
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


def _row_rows(item: Opened, overridden: set[_Row]) -> Iterator[tuple[str, dict]]:
    """The rows of a file with the lake table that each goes into."""
    for row in item.rows:
        sheet = row.sheet or item.reading.sheet
        is_stale = (item.version.receipt.receipt_id, sheet, row.row) in overridden
        place = {"sheet": sheet, "is_effective": item.is_effective and not is_stale}
        for table, values in rows_of(item.version.form, row):
            yield table, values | _address(item) | place


def _issue_rows(plan: Plan, item: Opened, overridden: set[_Row]) -> Iterator[dict]:
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


def _issues(plan: Plan, item: Opened) -> list[Issue]:
    """The reader's issues, with those about period and unit decided here, where file name and sender are known."""
    issues = list(item.filing.issues)
    if item.is_unreadable:
        issues.append(Issue(issue_code="unreadable_file", sheet=item.reading.sheet, found=item.reason))
    if item.filing.kind in _WITH_ROWS:
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
