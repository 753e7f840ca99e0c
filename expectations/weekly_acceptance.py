"""Weekly acceptance: what of a week's forms is taken, what stands from the weeks before, what is carried forward.

Belongs here: procedures under their project, versions of forms sent on change that stand until the next one.
Does not belong here: refusing rows (acceptance), judging (judged_form), what a week is held against (campaign).

A weekly form's project that was refused, or did not come, stands with its last accepted row and all its procedures; a
refused procedure stands alone. Nothing is bound to a calendar year: a procedure done in December is done in January.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from expectations.acceptance import Outcome, Row, Subject, accepted, as_carried, reported
from expectations.catalogue import load_rules
from expectations.findings import standing
from ingestion.lake import TABLES, TEXT

FULL = ("form", "nil")


@dataclass(frozen=True)
class Kept:
    """The two tables of one part: as reported (上报口径) and as accepted (采用口径)."""

    reported: pa.Table
    accepted: pa.Table


def effective(rows: pa.Table, submissions: Sequence[Mapping]) -> list[Row]:
    """The detail rows of the versions that count, as acceptance looks at them."""
    received = {s["submission_id"]: s["received_at"] for s in submissions}
    names = ["row_key", "unit_id", "submission_id", "sheet", "row", "project_id"]
    names += [name for name in ("procedure", "fund_kind") if name in rows.column_names]
    found = rows.select([*names, "is_effective", "row_role"]).to_pylist()
    return [
        Row(**{name: row[name] for name in names}, received_at=received.get(row["submission_id"]))
        for row in found
        if row["is_effective"] and row["row_role"] == "detail"
    ]


def of_projects(period: str, rows: pa.Table, outcome: Outcome, previous: pa.Table, let_go: Collection[str]) -> Kept:
    """The weekly form's project rows; ``let_go`` are projects whose absence the centre accepted."""
    kept = _where(previous, lambda row: row["project_id"] not in outcome.taken and row["project_id"] not in let_go)
    carried = _of_period(as_carried(kept), period)
    return Kept(reported(rows, outcome, TABLES["reported_procedures"].schema), accepted(rows, outcome, carried))


def of_items(period: str, rows: pa.Table, outcome: Outcome, previous: pa.Table, projects: Collection[str]) -> Kept:
    """The procedures of the accepted ``projects``: those not taken anew stand as last accepted."""
    kept = _where(
        previous,
        lambda row: row["project_id"] in projects and (row["project_id"], row["procedure"]) not in outcome.taken,
    )
    carried = _of_period(as_carried(kept), period)
    return Kept(reported(rows, outcome, TABLES["reported_procedure_items"].schema), accepted(rows, outcome, carried))


def on_taken_rows(items: Sequence[Row], projects: Sequence[Row], outcome: Outcome) -> list[Row]:
    """The procedures that stand on a project's row that was taken."""
    taken = set(outcome.taken.values())
    places = {(row.submission_id, row.sheet, row.row) for row in projects if row.row_key in taken}
    return [row for row in items if (row.submission_id, row.sheet, row.row) in places]


def of_standing(
    period: str,
    part: str,
    rows: pa.Table,
    outcome: Outcome,
    before: Kept,
    submissions: Sequence[Mapping],
    findings: Sequence[Mapping],
) -> Kept:
    """A form sent on change: each unit's last version stands, and a new one takes the place of the whole.

    Of a new version's refused rows the last accepted ones are carried, and the whole last version where the sheet is
    refused; what a new version no longer names is gone.
    """
    sent = [s for s in submissions if s["form"] == part and s["is_effective"]]
    ill = refused_sheets(findings)
    replaced = {s["unit_id"] for s in sent if s["kind"] in FULL and s["submission_id"] not in ill}
    spoilt = {s["unit_id"] for s in sent if s["submission_id"] in ill}
    present = {s["unit_id"] for s in sent}
    standing = _where(
        before.accepted,
        lambda row: (
            subject_of(row) not in outcome.taken
            and (row["unit_id"] not in replaced or subject_of(row) in outcome.refused)
        ),
    )
    is_carried = [
        row["unit_id"] in spoilt or (row["unit_id"] in present and subject_of(row) in outcome.refused)
        for row in _subjects(standing)
    ]
    carried = as_carried(standing.filter(pa.array(is_carried, pa.bool_())))
    as_it_is = standing.filter(pa.array([not carry for carry in is_carried], pa.bool_()))
    kept = _of_period(pa.concat_tables([as_it_is, carried]), period)
    said = reported(rows, outcome, TABLES[f"reported_{part}"].schema)
    still_said = _said_before(before.reported, said, {s["unit_id"] for s in sent if s["kind"] in FULL})
    return Kept(pa.concat_tables([said, _of_period(still_said, period)]), accepted(rows, outcome, kept))


def refused_sheets(findings: Sequence[Mapping]) -> set[str]:
    """The submissions with an error that refuses the whole sheet."""
    refusing = {rule.id for rule in load_rules() if rule.refuses == "sheet"}
    return {
        f["submission_id"]
        for f in standing(findings)
        if f["is_effective"] and f["severity"] == "error" and f["rule_id"] in refusing
    }


def subject_of(row: Mapping) -> Subject:
    """What an accepted row is the figures of."""
    own = row.get("procedure") or row.get("fund_kind")
    return (row["project_id"], own) if own else row["project_id"]


def _said_before(before: pa.Table, said: pa.Table, replaced: Collection[str]) -> pa.Table:
    """The rows of earlier versions that still stand as reported."""
    again = {(row["unit_id"], subject_of(row)) for row in _subjects(said)}
    return _where(before, lambda row: row["unit_id"] not in replaced and (row["unit_id"], subject_of(row)) not in again)


def _subjects(rows: pa.Table) -> list[dict]:
    names = [name for name in ("project_id", "unit_id", "procedure", "fund_kind") if name in rows.column_names]
    return rows.select(names).to_pylist()


def _where(rows: pa.Table, holds: Callable[[Mapping], bool]) -> pa.Table:
    return rows.filter(pa.array([holds(row) for row in _subjects(rows)], pa.bool_()))


def _of_period(rows: pa.Table, period: str) -> pa.Table:
    return rows.set_column(1, "period", pa.array([period] * len(rows), TEXT))
