"""Acceptance: which reported rows are taken, which figures are carried forward, which projects are missing.

Belongs here: refusing rows, the centre's accept decisions, one row per project, carrying forward within a year.
Does not belong here: judging (judged_form), the list in force (project_list).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from expectations.catalogue import load_rules
from expectations.findings import standing
from ingestion.lake import BOOL, INT, TABLES, TEXT
from ingestion.obligations import MONTHLY
from ingestion.register import Decision

Accepts = Mapping[tuple[str, str, str, str], int]  # (form, project_id, rule_id, procedure or "") -> decision_id
REPORTED = TABLES["reported_investment"].schema
ACCEPTED = TABLES["accepted_investment"].schema
NEVER_CARRIED = ("month_investment_wan",)  # a month's own figure belongs to its month


@dataclass(frozen=True)
class Row:
    """One effective detail row, as far as acceptance looks at it.

    ``procedure`` or ``fund_kind`` is set where a form has several rows of one project.
    """

    row_key: int
    unit_id: str
    submission_id: str
    sheet: str
    row: int
    project_id: str
    received_at: datetime | None
    procedure: str | None = None
    fund_kind: str | None = None

    @property
    def subject(self) -> "Subject":
        """What the row is the figures of: its project, or the project's procedure or kind of fund."""
        own = self.procedure or self.fund_kind
        return (self.project_id, own) if own else self.project_id


Subject = str | tuple[str, str]


@dataclass(frozen=True)
class Outcome:
    """Row keys that count, those of them taken per subject (with the decision that let a row in), who is carried."""

    reported: tuple[int, ...]
    taken: Mapping[Subject, int]
    decided: Mapping[int, int]
    refused: frozenset[Subject]


def accepts(decisions: Iterable[Decision], period: str, known_at: datetime) -> Accepts:
    """The accept decisions that hold for a period, the latest for each finding."""
    holding = [
        d for d in decisions if d.kind == "accept" and d.holds_at(known_at) and d.subject.get("period") == period
    ]
    return {
        tuple(str(d.subject.get(name) or "") for name in ("form", "project_id", "rule_id", "procedure")): d.decision_id
        for d in sorted(holding, key=lambda d: d.decision_id)
    }


def mark_accepted(findings: Sequence[dict], decided: Accepts) -> None:
    """A finding the centre accepted, or one that follows from it in the same row, is answered by that decision."""
    by_id = {finding["finding_id"]: finding for finding in findings}
    for finding in standing(findings):
        head = by_id.get(finding["group_head"], finding)
        for one in (finding, head):
            key = (finding["form"], finding["project_id"] or "", one["rule_id"], finding["procedure"] or "")
            if key in decided and all(one[name] == finding[name] for name in ("project_id", "procedure")):
                finding["answer_state"], finding["decision_id"] = "accepted", decided[key]
                break


def settle(
    rows: Sequence[Row],
    findings: Sequence[dict],
    decided: Accepts,
    responsible: Mapping[str, str | None],
    form: str = MONTHLY,
) -> Outcome:
    """Which rows of a form are taken. ``responsible`` gives each known project's unit, which goes before others."""
    refuses = {rule.id: rule.refuses for rule in load_rules()}
    errors = [f for f in standing(findings) if f["severity"] == "error" and f["is_effective"] and f["form"] == form]
    on_row: dict[tuple, list[dict]] = defaultdict(list)
    on_sheet: dict[str, set[str]] = defaultdict(set)
    for finding in errors:
        if refuses[finding["rule_id"]] == "sheet":
            on_sheet[finding["submission_id"]].add(finding["rule_id"])
        elif refuses[finding["rule_id"]] == "row":
            on_row[finding["submission_id"], finding["sheet"], finding["row"], finding["procedure"]].append(finding)
    taken: dict[Subject, Row] = {}
    let_in: dict[int, int] = {}
    for row in rows:
        own = on_row[row.submission_id, row.sheet, row.row, row.procedure]
        by_sheet = [decided.get((form, row.project_id, rule, "")) for rule in sorted(on_sheet[row.submission_id])]
        if any(finding["answer_state"] != "accepted" for finding in own) or None in by_sheet:
            continue
        decisions = [finding["decision_id"] for finding in own] + by_sheet
        if decisions:
            let_in[row.row_key] = max(decisions)
        taken[row.subject] = min(
            (other for other in (row, taken.get(row.subject)) if other), key=lambda one: _rank(one, responsible)
        )
    keys = {subject: row.row_key for subject, row in taken.items()}
    refused = frozenset(row.subject for row in rows) - keys.keys()
    return Outcome(tuple(row.row_key for row in rows), keys, let_in, refused)


def _rank(row: Row, responsible: Mapping[str, str | None]) -> tuple:
    """The listed unit's row first, then the one that came first."""
    return (responsible.get(row.project_id) != row.unit_id, str(row.received_at), row.unit_id, row.row)


def reported(rows: pa.Table, outcome: Outcome, schema: pa.Schema = REPORTED) -> pa.Table:
    """Every row that counts, as reported (上报口径), and whether it was taken."""
    found = rows.take(pa.array(outcome.reported, pa.int64()))
    taken = set(outcome.taken.values())
    found = found.append_column("is_accepted", pa.array([key in taken for key in outcome.reported], BOOL))
    return _fitted(found, schema)


def carried(
    previous: pa.Table,
    outcome: Outcome,
    listed: Mapping[str, Mapping],
    period: str,
    present: set[str],
    let_go: set[str],
) -> pa.Table:
    """Last accepted figures, within the calendar year, of projects whose row was refused or did not come.

    ``present`` are units with a form that counts, ``let_go`` projects whose absence the centre accepted. A project
    that left the list, or that no list has and its unit no longer names, is not carried.
    """
    kept = []
    for number, row in enumerate(previous.select(["project_id", "unit_id", "period"]).to_pylist()):
        project_id, entry = row["project_id"], listed.get(row["project_id"])
        if row["period"][:4] != period[:4] or project_id in outcome.taken or project_id in let_go:
            continue
        is_awaited = entry["is_in_base"] if entry else row["unit_id"] not in present
        if is_awaited or project_id in outcome.refused:
            kept.append(number)
    rows = previous.take(pa.array(kept, pa.int64()))
    on_list = [listed.get(name, {}).get("is_in_base", False) for name in rows["project_id"].to_pylist()]
    rows = as_carried(rows)
    rows = _replaced(rows, "is_on_list", pa.array(on_list, BOOL))
    for name in NEVER_CARRIED:
        rows = _replaced(rows, name, pa.nulls(len(rows), ACCEPTED.field(name).type))
    return rows


def as_carried(rows: pa.Table) -> pa.Table:
    """Accepted rows of an earlier period as they stand in a later one, with the period they first come from."""
    since = [
        row["carried_from"] if row["is_carried_forward"] else row["period"]
        for row in rows.select(["carried_from", "is_carried_forward", "period"]).to_pylist()
    ]
    rows = _replaced(rows, "carried_from", pa.array(since, TEXT))
    rows = _replaced(rows, "is_carried_forward", pa.array([True] * len(rows), BOOL))
    return _replaced(rows, "decision_id", pa.nulls(len(rows), INT))


def _replaced(rows: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, values)


def accepted(rows: pa.Table, outcome: Outcome, carried_rows: pa.Table) -> pa.Table:
    """One row per subject (采用口径): taken as reported, or carried forward in ``carried_rows`` of that layout."""
    keys = sorted(outcome.taken.values())
    found = rows.take(pa.array(keys, pa.int64()))
    found = found.append_column("is_carried_forward", pa.array([False] * len(keys), BOOL))
    found = found.append_column("carried_from", pa.nulls(len(keys), TEXT))
    found = found.append_column("decision_id", pa.array([outcome.decided.get(key) for key in keys], INT))
    return pa.concat_tables([_fitted(found, carried_rows.schema), carried_rows])


def _fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    on_list = [value or False for value in rows["is_on_list"].to_pylist()]
    return _replaced(rows, "is_on_list", pa.array(on_list, BOOL)).select(schema.names).cast(schema)
