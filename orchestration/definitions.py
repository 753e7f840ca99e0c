"""Definitions: everything Dagster shows and runs for one workspace, on one page.

Belongs here: composition.
Does not belong here: anything an asset does.
"""

import dagster as dg

from ingestion.obligations import periods
from ingestion.plans import PlanError, load_plan
from ingestion.workspace import Workspace
from orchestration import warehouse
from orchestration.assets import dbt_models, outgoing_assets, pass_assets
from orchestration.beside import Beside
from orchestration.checks import checks_of
from orchestration.resources import Bureau
from orchestration.stages import MONTHLY, plan_ids

JOB = "dispatch"  # `diaodu run` is this job


def definitions(bureau: Bureau) -> dg.Definitions:
    """Assets, checks and the dispatch job of one bureau; the dbt manifest is parsed when it is stale."""
    partitions = partitions_of(bureau.workspace)
    models = dbt_models(warehouse.manifest(bureau.derived))
    return dg.Definitions(
        assets=[*pass_assets(partitions), models, *outgoing_assets(partitions, models)],
        asset_checks=checks_of(models),
        jobs=[dg.define_asset_job(JOB, selection=dg.AssetSelection.all())],
        resources={"bureau": bureau, "beside": Beside()},
        executor=dg.in_process_executor,
    )


def partitions_of(workspace: Workspace) -> dg.MultiPartitionsDefinition:
    """Plan by period. A plan that does not load is left out: the others must go on."""
    known: dict[str, list[str]] = {}
    for plan_id in plan_ids(workspace):
        try:
            known[plan_id] = periods(load_plan(workspace.plans / f"{plan_id}.yml"), MONTHLY)
        except PlanError:
            continue
    every = sorted({period for plan_periods in known.values() for period in plan_periods})
    return dg.MultiPartitionsDefinition(
        {"plan": dg.StaticPartitionsDefinition(sorted(known)), "period": dg.StaticPartitionsDefinition(every)}
    )
