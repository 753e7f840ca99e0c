"""Stages: the deterministic pass from inbox to accepted rows, and which periods of it are stale.

Belongs here: plan versions, the instant of knowledge, the order of periods, what must be done again and why.
Does not belong here: reading (ingestion), judging and accepting (expectations), Dagster.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from expectations import months, weeks
from ingestion import intake, lake, references, submissions
from ingestion.contacts import contacts_of
from ingestion.obligations import (
    all_obligations,
    all_periods,
    earlier_periods,
    forms_of,
    is_week,
    latest_month,
)
from ingestion.plan_tables import plan_rows
from ingestion.plans import Plan, load_plan, parse_plan
from ingestion.publications import Publications
from ingestion.register import Register
from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace
from orchestration.failures import UnknownPlan
from orchestration.freshness import Marks, digest, of_file, of_rooms, plain

Progress = Callable[[str, int, int], None]  # stage, done, total

LIST, ANSWERS = "project_list", "answers"
MOVES = ("assign", "withdraw", "reopen")  # decisions about which file counts where
REFERENCE_TABLES = ("references", "reference_rows")
PLAN_TABLES = (
    "plans", "units", "populations", "targets", "procedures", "obligations", "published_figures", *REFERENCE_TABLES,
)  # fmt: skip
MONTH_ROWS = ("rows_project_list", "rows_monthly_dispatch")
WEEK_ROWS = ("rows_procedures", "rows_procedure_items", "rows_pipeline", "rows_funds")
ROW_TABLES = ("submissions", *MONTH_ROWS, *WEEK_ROWS, "issues", "rows_answers")
FINDING_TABLES = ("findings", "verdicts", "decisions", ANSWERS)
ACCEPTED_IN_MONTH = ("project_list", "reported_investment", "accepted_investment")
REPORTED_IN_WEEK = ("reported_procedures", "reported_procedure_items", "reported_pipeline", "reported_funds")
ACCEPTED_IN_WEEK = ("accepted_procedures", "accepted_procedure_items", "accepted_pipeline", "accepted_funds")
ACCEPTED_TABLES = (*ACCEPTED_IN_MONTH, *REPORTED_IN_WEEK, *ACCEPTED_IN_WEEK)
JUDGED_TABLES = FINDING_TABLES + ACCEPTED_TABLES


def silent(stage: str, done: int, total: int) -> None:
    """Progress for callers who do not want any."""


@dataclass(frozen=True)
class Knowledge:
    """What a build may use: all that was known at ``known_at``; ``is_look_back`` when a person asked for an instant."""

    known_at: datetime
    is_look_back: bool

    def workspace(self, workspace: Workspace) -> Workspace:
        """Where the derived stores of this build lie."""
        return workspace.as_known_at(self.known_at) if self.is_look_back else workspace


def record_plan(workspace: Workspace, plan_id: str, now: datetime) -> Plan:
    """The plan as its file says today, recorded in the register when its bytes are new."""
    if plan_id not in plan_ids(workspace):
        raise UnknownPlan(plan_id, plan_ids(workspace))
    path = workspace.plans / f"{plan_id}.yml"
    plan = load_plan(path)
    Register(workspace.register).record_plan_version(
        plan_id, path.read_text(encoding="utf-8"), in_force_at=_in_force_at(workspace, plan, now), recorded_at=now
    )
    return plan


def _in_force_at(workspace: Workspace, plan: Plan, now: datetime) -> datetime:
    """The first version rules from the plan's issue, later ones from when they were recorded, unless the file says."""
    if plan.in_force_from is not None:
        return plan.in_force_from
    is_first = Register(workspace.register).plan_at(plan.id, now) is None
    return datetime.combine(plan.issued, datetime.min.time(), TIMEZONE) if is_first else now


def plan_ids(workspace: Workspace) -> list[str]:
    """The plans of a workspace, by name."""
    return sorted(path.stem for path in workspace.plans.glob("*.yml"))


def take_in(
    workspace: Workspace, plan_id: str, now: datetime, known_at: datetime | None = None, progress: Progress = silent
) -> tuple[Knowledge, intake.IntakeReport]:
    """Archive and register what is new in the plan's inbox, then settle up to which instant this build knows."""
    plan = record_plan(workspace, plan_id, now)
    report = intake.take_in(
        workspace, {plan_id: plan}, now, progress=lambda done, total, _: progress("take_in", done, total)
    )
    if known_at is not None:
        return Knowledge(known_at, is_look_back=True), report
    register = Register(workspace.register)
    return Knowledge(register.last_event(plan_id, all_obligations(plan), now), is_look_back=False), report


def plan_in_force(workspace: Workspace, plan_id: str, knowledge: Knowledge) -> Plan:
    """The plan's version that ruled at the instant of knowledge; the first one for instants before it."""
    version = Register(workspace.register).plan_at(plan_id, knowledge.known_at)
    return parse_plan(version.text, f"{plan_id}.yml")


def read_rows(workspace: Workspace, plan_id: str, knowledge: Knowledge, progress: Progress = silent) -> list[str]:
    """Read every period whose files, decisions, plan or reader changed; the periods read, in order."""
    derived = knowledge.workspace(workspace)
    plan = plan_in_force(workspace, plan_id, knowledge)
    marks = Marks(derived.lake, plan_id)
    read = []
    every = _periods_known(workspace, plan, knowledge)
    for period in every:
        _write_plan(derived, workspace, plan, period, knowledge)
        inputs = _reading_inputs(workspace, plan, period, knowledge)
        if marks.get("rows", period) == inputs and _stand(derived, _row_tables(plan, period), plan_id, period):
            continue
        marks.forget("rows", period)
        submissions.read_period(
            derived, plan, period, knowledge.known_at, progress=lambda done, total, _: progress("read", done, total)
        )
        marks.set("rows", period, inputs)
        read.append(period)
    return read


def judge(
    workspace: Workspace, plan_id: str, knowledge: Knowledge, progress: Progress = silent, until: str | None = None
) -> list[str]:
    """Judge and accept, in period order, every period whose rows or any period before it changed; ``until``: that one
    in any case, and none after it."""
    derived = knowledge.workspace(workspace)
    plan = plan_in_force(workspace, plan_id, knowledge)
    marks = Marks(derived.lake, plan_id)
    every = _up_to(until, plan, periods_to_judge(workspace, plan, knowledge))
    judged = []
    for number, period in enumerate(every, start=1):
        inputs = _judging_inputs(derived, workspace, plan, period, knowledge)
        if marks.get("judged", period) != inputs or not _stand(derived, _judged_tables(period), plan_id, period):
            marks.forget("judged", period)
            (weeks if is_week(period) else months).judge_and_accept(derived, plan, period, knowledge.known_at)
            marks.set("judged", period, inputs)
            judged.append(period)
        progress("judge", number, len(every))
    return judged


def stale(workspace: Workspace, plan_id: str, knowledge: Knowledge) -> list[str]:
    """The periods that a run with this knowledge would read or judge anew: what stands rests on something else."""
    derived, plan = knowledge.workspace(workspace), plan_in_force(workspace, plan_id, knowledge)
    marks = Marks(derived.lake, plan_id)
    return [
        period
        for period in periods_to_judge(workspace, plan, knowledge)
        if marks.get("rows", period) != _reading_inputs(workspace, plan, period, knowledge)
        or marks.get("judged", period) != _judging_inputs(derived, workspace, plan, period, knowledge)
    ]


def periods_to_judge(workspace: Workspace, plan: Plan, knowledge: Knowledge) -> list[str]:
    """The periods this build knows something about, each after those it looks back on: a file came, or the deadline
    has passed. A month that only holds a project list is none."""
    passed = {o.period for o in all_obligations(plan) if o.is_due and o.due_at and o.due_at <= knowledge.known_at}
    filed = {p for form in plan.forms if form != LIST for p in _filed(workspace, plan, knowledge, form)}
    return [period for period in all_periods(plan) if period in passed | filed]


def _up_to(until: str | None, plan: Plan, every: list[str]) -> list[str]:
    if until is None:
        return every
    known = all_periods(plan)
    return [period for period in known[: known.index(until)] if period in every] + [until]


def _periods_known(workspace: Workspace, plan: Plan, knowledge: Knowledge) -> list[str]:
    """Every period with a file of any form, and those due; lists are filed under the month they take effect."""
    filed = _filed(workspace, plan, knowledge, LIST)
    return sorted(filed | set(periods_to_judge(workspace, plan, knowledge)))


def _row_tables(plan: Plan, period: str) -> tuple[str, ...]:
    """What reading leaves of a period: one table per form filed in it, items beside procedures."""
    forms = [f"rows_{form}" for form in forms_of(plan, period)]
    items = ["rows_procedure_items"] if "rows_procedures" in forms else []
    return ("submissions", "issues", "rows_answers", *forms, *items)


def _judged_tables(period: str) -> tuple[str, ...]:
    return FINDING_TABLES + (REPORTED_IN_WEEK + ACCEPTED_IN_WEEK if is_week(period) else ACCEPTED_IN_MONTH)


def _filed(workspace: Workspace, plan: Plan, knowledge: Knowledge, form: str) -> set[str]:
    """The periods a form's files stand in, and those they stood in before a decision moved them elsewhere."""
    receipts = Register(workspace.register).receipts(plan.id, knowledge.known_at)
    left = {receipt.period for receipt in receipts if receipt.period and receipt.form == form}
    return left | set(submissions.periods_received(workspace, plan, knowledge.known_at, form))


def _stand(derived: Workspace, tables: tuple[str, ...], plan_id: str, period: str) -> bool:
    """Whether what a stage wrote is still there: people may delete any part of the lake."""
    return all(lake.path(derived.lake, table, plan_id, period).exists() for table in tables)


def _write_plan(derived: Workspace, workspace: Workspace, plan: Plan, period: str, knowledge: Knowledge) -> None:
    version = Register(workspace.register).plan_at(plan.id, knowledge.known_at)
    tables = plan_rows(plan, period, version.hash, version.in_force_at, knowledge.known_at)
    for table, rows in tables.items():
        lake.write(derived.lake, table, plan.id, period, rows)
    told = Publications(workspace.register).figures(plan.id, period, before=knowledge.known_at)
    lake.write(derived.lake, "published_figures", plan.id, period, told)
    known_on = knowledge.known_at.astimezone(TIMEZONE).date() if knowledge.is_look_back else None
    references.write(derived, workspace, plan, period, known_on)


def _reading_inputs(workspace: Workspace, plan: Plan, period: str, knowledge: Knowledge) -> str:
    register = Register(workspace.register)
    receipts = [plain(r) for r in register.receipts(plan.id, knowledge.known_at)]
    moves = [plain(d) for d in register.decisions(plan.id, knowledge.known_at) if d.kind in MOVES]
    moved = {d["subject"].get("receipt_id") for d in moves}
    own = [r for r in receipts if r["period"] == period or r["receipt_id"] in moved]
    return digest(own, moves, plan.model_dump_json(), of_rooms("ingestion"))


def _judging_inputs(derived: Workspace, workspace: Workspace, plan: Plan, period: str, knowledge: Knowledge) -> str:
    """All that judging a period reads: rows, the past, decisions, deadlines passed, contacts, the rules."""
    files = [lake.path(derived.lake, table, plan.id, period) for table in (*ROW_TABLES, *REFERENCE_TABLES)]
    files += [lake.path(derived.lake, ANSWERS, plan.id, before) for before in earlier_periods(plan, period)]
    files += _week_looks_back(derived, plan, period) if is_week(period) else _month_looks_back(derived, plan, period)
    decisions = [plain(d) for d in Register(workspace.register).decisions(plan.id, knowledge.known_at)]
    passed = sorted(
        {
            str(o.due_at)
            for o in all_obligations(plan)
            if o.period == period and o.due_at and o.due_at <= knowledge.known_at
        }
    )
    rooms = of_rooms("ingestion", "expectations")
    listed = contacts_of(workspace, plan).digests()
    return digest([of_file(path) for path in files], decisions, passed, listed, plan.model_dump_json(), rooms)


def _month_looks_back(derived: Workspace, plan: Plan, period: str) -> list[Path]:
    """The months before, and every project list up to the month."""
    lists = (derived.lake / "rows_project_list" / plan.id).glob("*.parquet")
    before = earlier_periods(plan, period)
    return [
        *(lake.path(derived.lake, "accepted_investment", plan.id, month) for month in before),
        *sorted(path for path in lists if path.stem <= period),
    ]


def _week_looks_back(derived: Workspace, plan: Plan, period: str) -> list[Path]:
    """Every earlier week of the campaign, and the month that was last closed."""
    weeks_before = earlier_periods(plan, period)
    month = latest_month(plan, period)
    return [
        *(lake.path(derived.lake, table, plan.id, week) for table in ACCEPTED_IN_WEEK for week in weeks_before),
        *([lake.path(derived.lake, "accepted_investment", plan.id, month)] if month else []),
    ]


def periods_to_dispatch(derived: Workspace, plan_id: str, asked_for: str) -> list[str]:
    """The periods whose papers are written: the one asked for, and every one judged anew since its papers went out."""
    marks = Marks(derived.lake, plan_id)
    judged = sorted(path.stem for path in (derived.lake / "findings" / plan_id).glob("*.parquet"))
    changed = {period for period in judged if marks.get("judged", period) != marks.get("dispatched", period)}
    return sorted(changed | ({asked_for} & set(judged)))


def mark_dispatched(derived: Workspace, plan_id: str, period: str) -> None:
    """The papers of a period stand as its rows were last judged."""
    marks = Marks(derived.lake, plan_id)
    marks.set("dispatched", period, marks.get("judged", period) or "")
