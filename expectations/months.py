"""Months: one month judged and accepted, from the lake's rows to the lake's findings and accepted figures.

Belongs here: what a month is held against (list, last month, decisions) and what it leaves in the lake.
Does not belong here: judging a form (judged_form), accepting rows (acceptance), the order of months (orchestration).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from expectations import (
    acceptance,
    answers,
    judgements,
    late_changes,
    obligations_kept,
    plan_targets,
    project_list,
    signal_ground,
)
from expectations.acceptance import Row
from expectations.filed import Filed, FormJudged
from expectations.findings import Notes
from expectations.identity import Matcher, project_ids
from expectations.judged_form import judge_form
from expectations.judged_period import Period, PeriodJudged, by_severity
from expectations.offering import HISTORY, MONTHS_AGO, Context, Surroundings, as_table, worked_out
from expectations.project_list import Standing
from expectations.references import Beside
from expectations.wording import Words
from ingestion import lake
from ingestion.contacts import contact_check
from ingestion.lake import BOOL, TABLES, TEXT
from ingestion.obligations import MONTHLY, cutoff_date, earlier_periods, periods, previous_period
from ingestion.plans import Plan
from ingestion.register import Register
from ingestion.workspace import Workspace

LIST = project_list.FORM
LISTED = TABLES["project_list"].schema


def judge_and_accept(ws: Workspace, plan: Plan, period: str, known_at: datetime) -> PeriodJudged:
    """Judge every version of the month's forms, accept what stands, and write the month's derived tables.

    A pure function of the lake's rows, the last accepted month, the register's decisions and the plan.
    """
    decisions = Register(ws.register).decisions(plan.id, known_at)
    month = Period(ws.lake, plan, period, known_at, decisions, is_contact=contact_check(ws, plan))
    listed = list_in_force(month)
    previous = month.table("accepted_investment", previous_period(period))
    rows = worked_out(_monthly_rows(month, listed))
    monthly = judge_form(_filed(month, MONTHLY, rows, listed, previous))
    lists = judge_form(_filed(month, LIST, worked_out(_list_rows(month, listed)), listed, previous))
    findings = monthly.findings + lists.findings
    decided = acceptance.accepts(month.decisions, period, known_at)
    acceptance.mark_accepted(findings, decided)
    outcome = acceptance.settle(
        _effective(month, rows),
        findings,
        decided,
        {project_id: entry["unit_id"] for project_id, entry in listed.entries.items()},
    )
    absent = [f for f in monthly.findings if f["rule_id"] == "I16" and f["answer_state"] == "accepted"]
    let_go = {finding["project_id"] for finding in absent}
    carried = acceptance.carried(previous, outcome, listed.entries, period, _present(month), let_go)
    carried = carried.set_column(1, "period", pa.array([period] * len(carried), TEXT))
    accepted = acceptance.accepted(rows, outcome, carried)
    answered = answers.settle(month, {MONTHLY: monthly, LIST: lists})
    findings = monthly.findings + lists.findings
    lake.write(ws.lake, answers.TABLE, plan.id, period, answered)
    _write(month, listed, findings, monthly, lists)
    lake.write_table(ws.lake, "reported_investment", plan.id, period, acceptance.reported(rows, outcome))
    lake.write_table(ws.lake, "accepted_investment", plan.id, period, accepted)
    return PeriodJudged(len(outcome.reported), len(accepted), len(carried), by_severity(findings))


def look_back(ws: Workspace, plan: Plan, period: str, known_at: datetime) -> dict[str, FormJudged]:
    """A month judged as its rows lie in the lake, by form, every version of them counted; nothing is written."""
    decisions = Register(ws.register).decisions(plan.id, known_at)
    month = Period(ws.lake, plan, period, known_at, decisions, every_version=True)
    listed = list_in_force(month)
    previous = month.table("accepted_investment", previous_period(period))
    rows = {MONTHLY: _monthly_rows(month, listed), LIST: _list_rows(month, listed)}
    return {form: judge_form(_filed(month, form, worked_out(own), listed, previous)) for form, own in rows.items()}


def list_in_force(month: Period) -> Standing:
    """The project list in force on the month's cutoff date."""
    released = {
        (str(d.subject.get("period")), str(d.subject.get("project_id")))
        for d in month.decisions
        if d.kind == "accept"
        and d.holds_at(month.known_at)
        and d.subject.get("form") == LIST
        and d.subject.get("rule_id") == "I16"
    }
    found = project_list.versions(month.root, month.plan.id, month.period)
    return project_list.standing(month.plan, found, cutoff_date(month.plan, month.period), released)


def _list_periods(month: Period) -> list[str]:
    earliest = project_list.is_earliest(month.plan, month.period, periods(month.plan))
    return project_list.filed_periods(month.root, month.plan.id, month.period, earliest)


def _monthly_rows(month: Period, listed: Standing) -> pa.Table:
    """The rows of every version with the project each means and whether the list in force has it."""
    rows = month.table(f"rows_{MONTHLY}", month.period)
    matcher = Matcher(listed.entries.values())
    ids = project_ids(rows, matcher)
    on_list = [listed.entries.get(name, {}).get("is_in_base", False) if listed.has_list else None for name in ids]
    rows = rows.append_column("project_id", pa.array(ids, TEXT))
    return rows.append_column("is_on_list", pa.array(on_list, BOOL))


def _list_rows(month: Period, listed: Standing) -> pa.Table:
    rows = pa.concat_tables(
        [TABLES[f"rows_{LIST}"].schema.empty_table()]
        + [month.table(f"rows_{LIST}", period) for period in _list_periods(month)]
    )
    places = rows.select(["submission_id", "sheet", "row"]).to_pylist()
    ids = [listed.row_ids.get(tuple(place.values())) for place in places]
    rows = rows.append_column("project_id", pa.array(ids, TEXT))
    return rows.append_column("is_on_list", pa.nulls(len(rows), BOOL))


def _filed(month: Period, form: str, rows: pa.Table, listed: Standing, previous: pa.Table) -> Filed:
    filed_under = [month.period] if form == MONTHLY else _list_periods(month)
    issues = [i for name in filed_under for i in month.read("issues", name) if i["form"] == form]
    submissions = [s for name in filed_under for s in month.read("submissions", name) if s["form"] == form]
    names = {unit.id: unit.name for unit in month.plan.units}
    owed = obligations_kept.kept(form, month.read("obligations"), submissions, names, month.known_at, month.is_contact)
    received = {s["submission_id"]: s["received_at"] for s in submissions}
    notes = Notes(month.plan.id, month.period, form, Words(names), received)
    lists = month.lists
    beside = as_table(list(listed.entries.values()), LISTED) if form == MONTHLY else LISTED.empty_table()
    around = Surroundings(
        _context(month),
        previous if form == MONTHLY else previous.slice(0, 0),
        beside,
        _history(month),
        lists.beside(lambda: _projects(rows, listed), month.plan) if form == MONTHLY else Beside(),
        is_compared=form == MONTHLY,
    )
    absences = _absences(month, form, rows, listed, previous, submissions)
    changes = late_changes.changes(form, month.read("obligations"), submissions, rows, notes.words)
    targets = plan_targets.targets(month.plan, month.period, form, listed.entries.values())
    outside = lists.outside(month.plan, form, list(listed.entries.values()), listed.has_list) if form == MONTHLY else ()
    told = (absences, around, notes, changes, targets, outside, lists.lacks)
    ground = signal_ground.ground(month) if form == MONTHLY else None
    return Filed(form, rows, issues, submissions, owed, *told, ground=ground, every_version=month.every_version)


def _projects(rows: pa.Table, listed: Standing) -> list[dict]:
    """Every project that the lists of others may mean: those of the project list, then those that units report."""
    own = rows.filter(pc.equal(rows["row_role"], "detail")).select(["project_id", "project_code", "project_name"])
    others = {row["project_id"]: {**row, "former_name": None} for row in own.to_pylist()}
    return list((others | listed.entries).values())


def _history(month: Period) -> pa.Table:
    """What was accepted in the months of the same year before this one."""
    year, number = month.period.split("-")
    tables = [HISTORY.empty_table()]
    for before in (p for p in earlier_periods(month.plan, month.period) if p[:4] == year):
        rows = month.table("accepted_investment", before)
        ago = pa.array([int(number) - int(before[-2:])] * len(rows), MONTHS_AGO[1])
        tables.append(rows.append_column(MONTHS_AGO[0], ago).select(HISTORY.names))
    return pa.concat_tables(tables)


def _absences(
    month: Period, form: str, rows: pa.Table, listed: Standing, previous: pa.Table, submissions: Sequence[Mapping]
) -> list[dict]:
    if form == LIST:
        filed_under = _list_periods(month)
        return [row for row in listed.absences if row["filed_under"] in filed_under]
    details = rows.filter(pc.and_(rows["is_effective"], pc.equal(rows["row_role"], "detail")))
    reported, before = set(details["project_id"].to_pylist()), set(previous["project_id"].to_pylist())
    return obligations_kept.absences(listed.entries.values(), submissions, reported, before)


def _context(month: Period) -> Context:
    year, number = map(int, month.period.split("-"))
    points = month.plan.thresholds.behind_schedule_points
    asked = [
        target.threshold
        for target in month.plan.targets
        if target.metric == "annual_completion_rate" and target.judged_period == month.period
    ]
    cutoff = cutoff_date(month.plan, month.period)
    return Context(cutoff, year, number, month.plan.region_code, points, tuple(sorted(set(asked))))


def _effective(month: Period, rows: pa.Table) -> list[Row]:
    received = {s["submission_id"]: s["received_at"] for s in month.read("submissions")}
    counting = rows.filter(pc.and_(rows["is_effective"], pc.equal(rows["row_role"], "detail")))
    names = ("row_key", "unit_id", "submission_id", "sheet", "row", "project_id")
    return [Row(**row, received_at=received.get(row["submission_id"])) for row in counting.select(names).to_pylist()]


def _present(month: Period) -> set[str]:
    return {s["unit_id"] for s in month.read("submissions") if s["form"] == MONTHLY and s["is_effective"]}


def _write(month: Period, listed: Standing, findings: list[dict], *judged: FormJudged) -> None:
    root, plan_id, period = month.root, month.plan.id, month.period
    lake.write(root, "findings", plan_id, period, findings)
    lake.write(root, "verdicts", plan_id, period, [row for form in judged for row in form.verdicts])
    lake.write(root, "project_list", plan_id, period, listed.entries.values())
    lake.write(root, "decisions", plan_id, period, month.decisions_about())
    for form, result in zip((MONTHLY, LIST), judged, strict=True):
        judgements.write(root, plan_id, period, form, result.flags, result.entries)
