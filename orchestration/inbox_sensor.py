"""Inbox sensor: looks at the inboxes of all plans and starts one run for each plan in which something happened.

Belongs here: when a run is due because of files, decisions, an edited plan or a deadline nobody dealt with.
Does not belong here: deadlines to the minute (deadlines), what a run does (assets), which periods are touched (stages).

A run belongs to one plan and takes in everything of that plan, so one run per plan and tick is enough for all new
files of the tick. When two plans have new files both runs are asked for in the same tick and wait in the queue, one
behind the other: asking for the second one tick later would only make its files wait longer. While a run of a plan
is under way nothing more is asked for it; what came meanwhile is seen at the first tick after its end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from ingestion.obligations import all_obligations
from ingestion.plans import Plan, PlanError, load_plan
from ingestion.register import Register
from ingestion.waiting import Waiting, waiting
from ingestion.workspace import Workspace
from orchestration.console import say
from orchestration.definitions import JOB
from orchestration.freshness import digest
from orchestration.resources import Bureau
from orchestration.situation import deadlines_passed, settled, situation
from orchestration.stages import plan_ids

LOOK_EVERY_SECONDS = 15
_RIGHT_OF_WAY = timedelta(seconds=60)  # a deadline's own schedule goes first; the sensor is there if it was missed
_BACK_WITHIN = timedelta(seconds=60)  # so soon Dagster starts a run again whose process died
BECAUSE = "diaodu/because"  # the tag that says in the list of runs why a run was started


@dataclass(frozen=True)
class News:
    """What happened in one plan since its last finished run: new files, or only something in the register or plan."""

    plan_id: str
    period: str
    files: tuple[Waiting, ...]
    run_key: str

    @property
    def because_zh(self) -> str:
        """The reason of the run, for the list of runs."""
        return say("because_files", count=len(self.files)) if self.files else say("because_events")


def inbox_sensor(bureau: Bureau) -> dg.SensorDefinition:
    """The sensor of a bureau's inboxes; it runs from the first start on."""

    @dg.sensor(
        name="inbox",
        job_name=JOB,
        minimum_interval_seconds=LOOK_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="看各方案的收件箱：有新文件、新决定、方案改动或过了期限，就起一次运行。同样的内容只起一次。",
    )
    def inbox(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        plans, broken = loadable_plans(bureau.workspace)
        for sentence in broken:
            context.log.warning(sentence)
        busy = plans_under_way(context.instance)
        free = {plan_id: plan for plan_id, plan in plans.items() if plan_id not in busy}
        found = list(news(bureau.workspace, free, bureau.now()))
        for item in found:
            yield run_request(item.plan_id, item.period, item.run_key, item.because_zh)
        if not found:
            yield dg.SkipReason(say("sensor_busy", plans=", ".join(busy)) if busy else say("sensor_quiet"))

    return inbox


def run_request(plan_id: str, period: str, run_key: str, because_zh: str) -> dg.RunRequest:
    """Ask for a dispatch run of one plan."""
    partition = dg.MultiPartitionKey({"plan": plan_id, "period": period})
    return dg.RunRequest(run_key=run_key, partition_key=partition, tags={BECAUSE: because_zh}, job_name=JOB)


def news(workspace: Workspace, plans: dict[str, Plan], now: datetime) -> Iterator[News]:
    """The plans in which something happened that no finished run has dealt with.

    The key of a run is what it would deal with, so the same content never starts a second run: neither a file that
    was taken in or left alone, nor a run that failed and would fail again.
    """
    files = waiting(workspace, plans)
    for plan_id, plan in plans.items():
        own = tuple(item for item in files if item.plan_id == plan_id)
        before, today = settled(workspace, plan_id), situation(workspace, plan, now)
        if own or (before != today and _is_ours(workspace, plan, now)):
            yield News(plan_id, nearest_period(plan, now), own, digest(before, today, [vars(item) for item in own]))


def _is_ours(workspace: Workspace, plan: Plan, now: datetime) -> bool:
    """Not a workspace in which nothing ever happened, nor a deadline to which its schedule is just attending."""
    passed = deadlines_passed(plan, now)
    if passed != deadlines_passed(plan, now - _RIGHT_OF_WAY):
        return False
    return bool(passed or Register(workspace.register).events(plan.id))


def nearest_period(plan: Plan, now: datetime) -> str:
    """The period whose deadline is nearest: what arrives now most likely belongs there.

    A run judges and dispatches every period that is touched, whichever it was started for; this one is only its name.
    """
    due = [(abs(o.due_at - now), o.period) for o in all_obligations(plan) if o.is_due and o.due_at]
    return min(due)[1]


def loadable_plans(workspace: Workspace) -> tuple[dict[str, Plan], list[str]]:
    """The plans of a workspace by id, and a sentence for each that does not load: the others must go on."""
    plans, broken = {}, []
    for plan_id in plan_ids(workspace):
        try:
            plans[plan_id] = load_plan(workspace.plans / f"{plan_id}.yml")
        except PlanError as error:
            broken.append(str(error))
    return plans, broken


def plans_under_way(instance: dg.DagsterInstance) -> list[str]:
    """The plans of which a run waits or works, or failed just now and may be about to be started again by Dagster."""
    runs = instance.get_runs(dg.RunsFilter(statuses=list(_UNDER_WAY)))
    lately = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=datetime.now(UTC) - _BACK_WITHIN)
    runs += [run for run in instance.get_runs(lately) if _may_come_back(run)]
    return sorted({plan for run in runs if (plan := run.tags.get("dagster/partition/plan"))})


def _may_come_back(run: dg.DagsterRun) -> bool:
    """Dagster tags a failed run a moment after it failed, so no word yet means perhaps."""
    return run.tags.get("dagster/will_retry") != "false" and "dagster/auto_retry_run_id" not in run.tags


_UNDER_WAY = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
