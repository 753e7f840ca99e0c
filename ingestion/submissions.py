"""Submissions: one period's files read again from the archive, as rows of the lake with what counts marked.

Belongs here: which tables of the lake are written for a period, and what is filed under it.
Does not belong here: judging or accepting a row (expectations), which file counts (opened_files), its rows
(submission_rows).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ingestion import lake
from ingestion.answers import answer_rows
from ingestion.lake_rows import row_tables
from ingestion.locking import Locks
from ingestion.obligations import locks
from ingestion.opened_files import Progress, open_files, overridden
from ingestion.plan_tables import plan_rows
from ingestion.plans import Plan
from ingestion.register import Register
from ingestion.settings import TIMEZONE
from ingestion.submission_rows import issue_rows, project_rows, submission_row
from ingestion.versions import Version, versions, waiting
from ingestion.workspace import Workspace


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
    opened = open_files(ws, plan, own, locked, progress or (lambda done, total, text: None))
    stale = overridden(opened)
    tables = _plan_tables(ws, plan, period, known_at)
    tables["submissions"] = [submission_row(item) for item in opened]
    tables |= {table: [] for table in row_tables(period)}
    for item in opened:
        for table, row in project_rows(item, stale):
            if table in tables:  # a form filed by hand under a period of the other series has no place there
                tables[table].append(row)
    tables["rows_answers"] = answer_rows(ws, plan, period, known_at)
    tables["issues"] = [row for item in opened for row in issue_rows(plan, item, stale)]
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


def _plan_tables(ws: Workspace, plan: Plan, period: str, known_at: datetime) -> dict[str, list[dict]]:
    version = Register(ws.register).plan_at(plan.id, known_at)
    digest = version.hash if version else ""
    in_force_at = version.in_force_at if version else datetime.combine(plan.issued, datetime.min.time(), TIMEZONE)
    return plan_rows(plan, period, digest, in_force_at, known_at)
