"""Weeks: one week of the campaign judged and accepted, from the lake's rows to the lake's findings and accepted rows.

Belongs here: the order of the campaign's forms within a week, what each is held against, what it leaves in the lake.
Does not belong here: judging a part (judged_form), what is taken or stands (weekly_acceptance), history (campaign).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa

from expectations import (
    acceptance,
    answers,
    campaign,
    judgements,
    obligations_kept,
    parts,
    plan_targets,
    weekly_acceptance,
    weekly_rows,
)
from expectations.acceptance import Accepts
from expectations.campaign import Campaign
from expectations.catalogue import load_rules
from expectations.filed import Filed, FormJudged
from expectations.findings import Notes
from expectations.judged_form import judge_form, unfiled
from expectations.judged_period import Period, PeriodJudged, by_severity
from expectations.offering import as_table
from expectations.parts import ITEMS, WEEKLY_PARTS
from expectations.weekly_acceptance import Kept
from expectations.weekly_offering import KNOWN, PLANNED, STANDING, WeekSurroundings
from expectations.wording import Words
from ingestion import lake, vocabulary
from ingestion.obligations import WEEKLY
from ingestion.plan_tables import procedure_rows
from ingestion.plans import Plan
from ingestion.register import Register
from ingestion.workspace import Workspace

STANDING_FORMS = ("pipeline", "funds")


@dataclass(frozen=True)
class _PartJudged:
    """One part judged and accepted."""

    judged: FormJudged
    kept: Kept


def judge_and_accept(ws: Workspace, plan: Plan, period: str, known_at: datetime) -> PeriodJudged:
    """Judge every version of the week's forms, accept what stands, and write the week's derived tables.

    A pure function of the lake's rows, the accepted weeks before, the last accepted month, the register's decisions
    and the plan.
    """
    week = Period(ws.lake, plan, period, known_at, Register(ws.register).decisions(plan.id, known_at))
    found = _parts(week)
    answered = answers.settle(week, {part: result.judged for part, result in found.items()})
    lake.write(ws.lake, answers.TABLE, plan.id, period, answered)
    findings = [finding for part in WEEKLY_PARTS for finding in found[part].judged.findings]
    lake.write(ws.lake, "findings", plan.id, period, findings)
    lake.write(ws.lake, "verdicts", plan.id, period, _verdicts(found))
    lake.write(ws.lake, "decisions", plan.id, period, week.decisions_about())
    for part, result in found.items():
        judgements.write(ws.lake, plan.id, period, part, result.judged.flags, result.judged.entries)
        lake.write_table(ws.lake, f"reported_{part}", plan.id, period, result.kept.reported)
        lake.write_table(ws.lake, f"accepted_{part}", plan.id, period, result.kept.accepted)
    kept = found[WEEKLY].kept
    carried = sum(kept.accepted["is_carried_forward"].to_pylist())
    return PeriodJudged(len(kept.reported), len(kept.accepted), carried, by_severity(findings))


def look_back(ws: Workspace, plan: Plan, period: str, known_at: datetime) -> dict[str, FormJudged]:
    """A week judged as its rows lie in the lake, by part, every version of them counted; nothing is written."""
    decisions = Register(ws.register).decisions(plan.id, known_at)
    week = Period(ws.lake, plan, period, known_at, decisions, every_version=True)
    return {part: result.judged for part, result in _parts(week).items()}


def _parts(week: Period) -> dict[str, _PartJudged]:
    desk = _Desk(Campaign(week), acceptance.accepts(week.decisions, week.period, week.known_at))
    found = {form: desk.standing(form) for form in STANDING_FORMS}
    return found | desk.weekly(found["pipeline"].kept.accepted)


def _verdicts(found: Mapping[str, _PartJudged]) -> list[dict]:
    """Passed, failed and not judged per form and rule: a form's parts together."""
    counted: dict[tuple[str, str], dict] = {}
    for part in WEEKLY_PARTS:
        for verdict in found[part].judged.verdicts:
            before = counted.setdefault((verdict["form"], verdict["rule_id"]), {})
            numbers = {name: before.get(name, 0) + verdict[name] for name in ("passed", "failed", "not_judged")}
            before.update(verdict | numbers)
    return list(counted.values())


class _Desk:
    """One week with everything its forms are held against."""

    def __init__(self, past: Campaign, decided: Accepts):
        self._past, self._decided, self._week = past, decided, past.week
        self._submissions, self._issues = past.week.read("submissions"), past.week.read("issues")
        self._projects = campaign.known(
            (past.previous("accepted_funds"), False),
            (past.previous("accepted_procedures"), False),
            (past.previous("accepted_pipeline"), True),
        )

    def standing(self, form: str) -> _PartJudged:
        """A form sent on change: judged where a new version came, the last one standing elsewhere."""
        before = Kept(self._past.previous(f"reported_{form}"), self._past.previous(f"accepted_{form}"))
        rows = weekly_rows.identified(self._week.table(f"rows_{form}"), self._projects, self._past.monthly)
        rows = weekly_rows.listed(rows, frozenset(), frozenset())
        sent = [s for s in self._submissions if s["form"] == form and s["is_effective"]]
        away = {s["unit_id"] for s in sent}
        beside = [row for row in before.accepted.select(STANDING.names).to_pylist() if row["unit_id"] not in away]
        around = self._around(form, before.accepted, standing=as_table(beside, STANDING))
        absences = self._gone(form, before.accepted, rows, sent)
        filed = self._filed(form, rows, absences, around)
        judged = judge_form(filed) if filed.submissions or filed.issues else unfiled(filed)
        acceptance.mark_accepted(judged.findings, self._decided)
        outcome = acceptance.settle(
            weekly_acceptance.effective(rows, sent), judged.findings, self._decided, self._units(), form
        )
        kept = weekly_acceptance.of_standing(
            self._week.period, form, rows, outcome, before, self._submissions, judged.findings
        )
        return _PartJudged(judged, kept)

    def weekly(self, pipeline: pa.Table) -> dict[str, _PartJudged]:
        """The form of procedures, held against the pipeline as it stands this week: its projects and its items."""
        previous = self._past.previous("accepted_procedures")
        self._projects = campaign.known((previous, False), (pipeline, True))
        rows = self._project_rows(pipeline)
        items = weekly_rows.items_of(self._week.table("rows_procedure_items"), rows, self._week.plan)
        projects = self._judge_projects(rows, items, previous, pipeline)
        judged_items = self._judge_items(items, rows)
        findings = projects.findings + judged_items.findings
        acceptance.mark_accepted(findings, self._decided)
        let_go = {f["project_id"] for f in findings if f["rule_id"] == "I16" and f["answer_state"] == "accepted"}
        own = weekly_acceptance.effective(rows, self._submissions)
        of_projects = acceptance.settle(own, findings, self._decided, self._units(), WEEKLY)
        kept = weekly_acceptance.of_projects(self._week.period, rows, of_projects, previous, let_go)
        own_items = weekly_acceptance.effective(items, self._submissions)
        taken = weekly_acceptance.on_taken_rows(own_items, own, of_projects)
        of_items = acceptance.settle(taken, findings, self._decided, self._units(), WEEKLY)
        of_items = replace(of_items, reported=tuple(row.row_key for row in own_items))
        kept_items = weekly_acceptance.of_items(
            self._week.period,
            items,
            of_items,
            self._past.previous("accepted_procedure_items"),
            set(kept.accepted["project_id"].to_pylist()),
        )
        return {WEEKLY: _PartJudged(projects, kept), ITEMS: _PartJudged(judged_items, kept_items)}

    def _project_rows(self, pipeline: pa.Table) -> pa.Table:
        """The project rows, held against the pipeline of their unit and, after it, the baseline."""
        rows = weekly_rows.identified(self._week.table("rows_procedures"), self._projects, self._past.monthly)
        past = self._past.past_projects
        first = self._past.earlier[0] if self._past.earlier else None
        baseline = {
            row["project_id"] for row in past.select(["project_id", "period"]).to_pylist() if row["period"] == first
        }
        units = None if baseline else set(pipeline["unit_id"].to_pylist())
        return weekly_rows.listed(rows, baseline | set(pipeline["project_id"].to_pylist()), units)

    def _judge_projects(self, rows: pa.Table, items: pa.Table, previous: pa.Table, pipeline: pa.Table) -> FormJudged:
        around = self._around(
            WEEKLY,
            previous,
            beside=items,
            past_items=self._past.past_items,
            past_projects=self._past.past_projects,
        )
        reported = {row.project_id for row in weekly_acceptance.effective(rows, self._submissions)}
        before = [{**row, "is_in_base": True} for row in _named(previous)]
        ids = {row["project_id"] for row in before}
        absences = obligations_kept.absences(before, self._submissions, reported, ids, WEEKLY)
        asked = plan_targets.of_pipeline(self._week.plan, WEEKLY, pipeline.to_pylist())
        return judge_form(replace(self._filed(WEEKLY, rows, absences, around), targets=asked))

    def _judge_items(self, items: pa.Table, rows: pa.Table) -> FormJudged:
        around = self._around(
            ITEMS,
            self._past.previous("accepted_procedure_items"),
            beside=rows,
            planned=as_table(list(procedure_rows(self._week.plan)), PLANNED),
            references=self._week.lists.beside(lambda: _known(items), self._week.plan),
        )
        return judge_form(self._filed(ITEMS, items, [], around))

    def _gone(self, form: str, before: pa.Table, rows: pa.Table, sent: Sequence[Mapping]) -> list[dict]:
        """The projects of a unit's last version beside its new one; a started project may leave the pipeline."""
        whole = [s for s in sent if s["kind"] in weekly_acceptance.FULL]
        left = set() if form != "pipeline" else self._started(before)
        entries = {row["project_id"]: {**row, "is_in_base": row["project_id"] not in left} for row in _named(before)}
        away = {s["unit_id"] for s in sent}
        reported = {row.project_id for row in weekly_acceptance.effective(rows, sent)}
        reported |= {row["project_id"] for row in entries.values() if row["unit_id"] not in away}
        return obligations_kept.absences(entries.values(), whole, reported, set(entries), form)

    def _started(self, before: pa.Table) -> set[str]:
        """The projects that have started, by the pipeline itself, the monthly form or this week's procedures."""
        statuses, monthly = vocabulary.codes("project_statuses"), self._past.monthly
        status = dict(zip(monthly["project_id"].to_pylist(), monthly["status_code"].to_pylist(), strict=True))
        begun = {name for name, code in status.items() if code in statuses and statuses[code].counts_as == "started"}
        rows = before.select(["project_id", "pipeline_stage"]).to_pylist()
        ids = weekly_rows.monthly_ids(before, monthly)
        found = {
            row["project_id"]
            for row, own in zip(rows, ids, strict=True)
            if row["pipeline_stage"] == "started" or own in begun
        }
        reported = weekly_rows.identified(self._week.table("rows_procedures"), self._projects, monthly)
        days = reported.select(["project_id", "start_actual_date"]).to_pylist()
        return found | {row["project_id"] for row in days if row["start_actual_date"]}

    def _units(self) -> dict[str, str | None]:
        return {project_id: entry["unit_id"] for project_id, entry in self._projects.items()}

    def _around(self, part: str, previous: pa.Table, **more: pa.Table) -> WeekSurroundings:
        known = as_table(list(self._projects.values()), KNOWN)
        return WeekSurroundings(part, self._past.context, previous, known=known, monthly=self._past.monthly, **more)

    def _filed(self, part: str, rows: pa.Table, absences: list[dict], around: WeekSurroundings) -> Filed:
        form = parts.form_of(part)
        plan, known_at = self._week.plan, self._week.known_at
        submissions = [s for s in self._submissions if s["form"] == form]
        codes = _item_codes()
        issues = [i for i in self._issues if i["form"] == form and _part_of(i, codes) == part]
        names = {unit.id: unit.name for unit in plan.units}
        owed = obligations_kept.kept(form, self._week.read("obligations"), submissions, names, known_at)
        received = {s["submission_id"]: s["received_at"] for s in submissions}
        words = Words(names, {procedure.id: procedure.name for procedure in plan.procedures})
        notes = Notes(plan.id, self._week.period, form, words, received)
        is_items = part == ITEMS
        return Filed(
            part,
            rows,
            issues,
            [] if is_items else submissions,
            [] if is_items else owed,
            absences,
            around,
            notes,
            lacks=self._week.lists.lacks,
            every_version=self._week.every_version,
        )


def _part_of(issue: Mapping, item_codes: Collection[str]) -> str:
    """The part an issue belongs to: an item's row is its own, a sheet's heading is the form's."""
    about_item = issue["form"] == WEEKLY and issue["procedure"] and issue["row"] is not None
    return ITEMS if about_item and issue["issue_code"] in item_codes else issue["form"]


def _item_codes() -> frozenset[str]:
    """What the reader says about a procedure's cells; a procedure's missing or renamed column is the sheet's."""
    return frozenset(code for rule in load_rules() if ITEMS in rule.forms for code in rule.issue_codes)


def _named(rows: pa.Table) -> list[dict]:
    return rows.select(["project_id", "project_name", "unit_id"]).to_pylist()


def _known(items: pa.Table) -> list[dict]:
    """The projects of the procedures, as the lists of others may name them."""
    rows = items.select(["project_id", "project_code", "project_name"]).to_pylist()
    return list({row["project_id"]: {**row, "former_name": None} for row in rows}.values())
