"""Definitions: everything Dagster shows and runs for one workspace, on one page.

Belongs here: composition.
Does not belong here: anything an asset does.
"""

from collections.abc import Iterable

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from ingestion.obligations import all_periods
from ingestion.plans import PlanError, load_plan
from ingestion.workspace import Workspace
from orchestration import warehouse
from orchestration.assets import dbt_models, outgoing_assets, pass_assets, postgres_asset
from orchestration.beside import Beside
from orchestration.checks import checks_of
from orchestration.resources import Bureau
from orchestration.stages import plan_ids

JOB = "dispatch"  # `diaodu run` is this job


def definitions(
    bureau: Bureau,
    turn: dg.ResourceDefinition | None = None,
    sensors: Iterable[dg.SensorDefinition] = (),
    schedules: Iterable[dg.ScheduleDefinition] = (),
    jobs: Iterable[dg.JobDefinition] = (),
) -> dg.Definitions:
    """Assets, checks and the dispatch job of one bureau; the dbt manifest is parsed when it is stale.

    The service adds what starts runs by itself, and ``turn``, through which a run waits until it may write.
    """
    partitions = partitions_of(bureau.workspace)
    # a look back is told to nobody, a bureau without a database has nothing to show
    to_postgres = [postgres_asset(partitions)] if bureau.postgres and not bureau.look_back_to else []
    models = dbt_models(warehouse.manifest(bureau.derived))
    return dg.Definitions(
        assets=[*pass_assets(partitions), models, *outgoing_assets(partitions, models), *to_postgres],
        asset_checks=checks_of(models),
        jobs=[dispatch_job(retries=turn is not None), *jobs],
        sensors=list(sensors),
        schedules=list(schedules),
        resources={"bureau": turn or bureau, "beside": Beside()},
        executor=dg.in_process_executor,
    )


def dispatch_job(retries: bool) -> UnresolvedAssetJobDefinition:
    """The whole way from inbox to release. A run that was killed starts over: what it knew may be old by then.

    With ``retries`` a step that failed is tried again: where nobody watches, a full disk may be a matter of minutes.
    """
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        tags={"dagster/retry_strategy": "ALL_STEPS"},
        op_retry_policy=dg.RetryPolicy(max_retries=2, delay=20, backoff=dg.Backoff.EXPONENTIAL) if retries else None,
        description="从收件箱到发布：收文、读表、审核、采用、建数仓、出材料、发布",
    )


def partitions_of(workspace: Workspace) -> dg.MultiPartitionsDefinition:
    """Plan by period. A plan that does not load is left out: the others must go on."""
    known: dict[str, list[str]] = {}
    for plan_id in plan_ids(workspace):
        try:
            known[plan_id] = all_periods(load_plan(workspace.plans / f"{plan_id}.yml"))
        except PlanError:
            continue
    every = sorted({period for plan_periods in known.values() for period in plan_periods})
    return dg.MultiPartitionsDefinition(
        {"plan": dg.StaticPartitionsDefinition(sorted(known)), "period": dg.StaticPartitionsDefinition(every)}
    )
