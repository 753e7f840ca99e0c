"""Deadlines: a run right after each deadline and each lock of a plan, and the reminders before it.

Belongs here: schedules made from a plan's own deadlines, and the job that writes reminders.
Does not belong here: when something is due (ingestion.obligations, ingestion.lead_times), what is said (dispatch).

The ticks are the deadlines themselves, holiday shift and all, so the page of a schedule shows the next one. They are
made when the definitions are loaded; the service loads them anew when a plan is edited. A cron string names no year:
a tick in another year finds that nothing is due and says so. A deadline that passed while the machine was off is
seen by the inbox sensor.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import dagster as dg

from dispatch import reminders as papers
from ingestion.lead_times import reminders
from ingestion.obligations import Obligation, all_obligations
from ingestion.plans import Plan
from ingestion.settings import TIMEZONE
from orchestration import stages
from orchestration.assets import WRITER
from orchestration.console import say
from orchestration.definitions import JOB
from orchestration.inbox_sensor import BECAUSE, loadable_plans, run_request
from orchestration.resources import Bureau

_STILL_SHOWN = timedelta(days=1)  # a tick that was missed by less is caught up by Dagster


@dg.op(pool=WRITER, config_schema={"plan": str, "period": str}, description="收文后，给还没有报的单位写提醒。")
def write_reminder(context: dg.OpExecutionContext, bureau: dg.ResourceParam[Bureau]) -> None:
    """Take in what has come, so that nobody is reminded who has reported, then write the paper."""
    plan_id, period = context.op_config["plan"], context.op_config["period"]
    now = bureau.now()
    knowledge, _ = stages.take_in(bureau.workspace, plan_id, now)
    plan = stages.plan_in_force(bureau.workspace, plan_id, knowledge)
    written = papers.remind(bureau.workspace, plan, period, now)
    context.add_output_metadata({"papers": dg.MetadataValue.json([path.name for path in written])})


@dg.job(name="remind", executor_def=dg.in_process_executor, description="期限前的提醒")
def remind() -> None:
    """One reminder paper of one plan and period."""
    write_reminder()


def schedules(bureau: Bureau) -> Iterator[dg.ScheduleDefinition]:
    """For each plan with deadlines ahead: the runs after them, and the reminders before them."""
    plans, _ = loadable_plans(bureau.workspace)
    since = bureau.now() - _STILL_SHOWN
    for plan in plans.values():
        due = crons(instant for instant in deadlines(plan) if instant >= since)
        if due:
            yield _deadline_schedule(bureau, plan, due)
        ahead = crons(reminder.at for reminder in reminders(plan) if reminder.at >= since)
        if ahead:
            yield _reminder_schedule(bureau, plan, ahead)


def deadlines(plan: Plan) -> dict[datetime, list[Obligation]]:
    """What is due, and what is locked, at each deadline and lock of a plan, in the order of time."""
    found: dict[datetime, list[Obligation]] = {}
    for obligation in all_obligations(plan):
        for instant in (obligation.due_at, obligation.lock_at):
            if obligation.is_due and instant:
                found.setdefault(instant, []).append(obligation)
    return dict(sorted(found.items()))


def crons(instants: Iterable[datetime]) -> list[str]:
    """Cron strings (in the bureau's zone) that tick at these instants, in their order.

    >>> crons([datetime(2022, 11, 28, 17, 0, tzinfo=TIMEZONE)])
    ['0 17 28 11 *']
    """
    local = sorted(instant.astimezone(TIMEZONE) for instant in instants)
    return list(dict.fromkeys(f"{at.minute} {at.hour} {at.day} {at.month} *" for at in local))


def _deadline_schedule(bureau: Bureau, plan: Plan, ticks: list[str]) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"deadlines_{_word(plan.id)}",
        job_name=JOB,
        cron_schedule=ticks,
        execution_timezone=str(TIMEZONE),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="到期就运行：迟报、未报和催报随即可见。",
    )
    def at_deadline(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        at = _tick(context)
        owed = deadlines(_today(bureau, plan)).get(at, [])
        if not owed:
            yield dg.SkipReason(say("schedule_nothing_due", at=f"{at:%Y-%m-%d %H:%M}"))
            return
        due = [obligation for obligation in owed if obligation.due_at == at]
        key = "because_deadline" if due else "because_lock"
        because = say(key, due=f"{at:%Y-%m-%d %H:%M}", note=(due or owed)[0].deadline_note_zh)
        yield run_request(plan.id, owed[0].period, f"{plan.id} {at.isoformat()}", because)

    return at_deadline


def _reminder_schedule(bureau: Bureau, plan: Plan, ticks: list[str]) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"reminders_{_word(plan.id)}",
        job=remind,
        cron_schedule=ticks,
        execution_timezone=str(TIMEZONE),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="期限前提醒还没有报的单位；提前多久写在方案的 reminders 里。",
    )
    def before_deadline(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        at = _tick(context)
        near = [reminder for reminder in reminders(_today(bureau, plan)) if reminder.at == at]
        if not near:
            yield dg.SkipReason(say("schedule_nothing_due", at=f"{at:%Y-%m-%d %H:%M}"))
        for reminder in near:
            key = "because_reminder" if reminder.is_certain else "because_reminder_guessed"
            because = say(key, due=f"{reminder.due_at:%Y-%m-%d %H:%M}", year=at.year)
            config = {"plan": plan.id, "period": reminder.period}
            yield dg.RunRequest(
                run_key=f"{plan.id} {reminder.period} {at.isoformat()}",
                run_config={"ops": {write_reminder.name: {"config": config}}},
                tags={BECAUSE: because},
            )

    return before_deadline


def _today(bureau: Bureau, plan: Plan) -> Plan:
    """The plan as its file says now; as it was loaded when the file does not load just then."""
    return loadable_plans(bureau.workspace)[0].get(plan.id, plan)


def _tick(context: dg.ScheduleEvaluationContext) -> datetime:
    return context.scheduled_execution_time.astimezone(TIMEZONE)


def _word(plan_id: str) -> str:
    return plan_id.replace("-", "_")
