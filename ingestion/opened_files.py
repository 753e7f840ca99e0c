"""Opened files: the versions of a period with their files read again, and which of them and of their rows count.

Belongs here: reading the archive again, what counts beside a later version, a supplement or a lock.
Does not belong here: order and copies of receipts (versions), rows of the lake (submission_rows).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from ingestion import archive, vocabulary
from ingestion.file_properties import editor_digest
from ingestion.filed_periods import Envelope
from ingestion.filing import Filing, file_away
from ingestion.forms import load_forms
from ingestion.locking import Locks, waiting_to_be_opened
from ingestion.plan_forms import forms_of_plan
from ingestion.plan_models import fold
from ingestion.plans import Plan
from ingestion.reader_pool import read_many
from ingestion.reading import Reading, ReadRow
from ingestion.settings import limits
from ingestion.versions import Version, effective, latest, usable
from ingestion.workspace import Workspace

Progress = Callable[[int, int, str], None]
RowPlace = tuple[int, str | None, int]  # receipt, sheet, row
_WITH_ROWS = ("form", "supplement")


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
    def has_rows(self) -> bool:
        """Whether it is a report of projects: neither a nil report nor an unreadable file."""
        return self.filing.kind in _WITH_ROWS

    @property
    def rows(self) -> list[ReadRow]:
        """The rows of a report that has any; a nil report and an unreadable file have none."""
        return list(self.reading.rows) if self.has_rows else []

    @property
    def not_needed(self) -> set[tuple[int, str]]:
        """Row and procedure where a project says that it does not need the procedure."""
        said = ((row.row, key, value) for row in self.details for key, value in row.values.items() if value == "no")
        return {(row, key.removesuffix(".is_needed")) for row, key, _ in said if key.endswith(".is_needed")}

    @property
    def details(self) -> list[ReadRow]:
        return [row for row in self.rows if row.role == "detail"]


def open_files(ws: Workspace, plan: Plan, own: list[Version], locked: Locks, progress: Progress) -> list[Opened]:
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


def overridden(opened: Iterable[Opened]) -> set[RowPlace]:
    """Rows that a later supplement of the same obligation states anew, and the totals they made stale."""
    gone: set[RowPlace] = set()
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
