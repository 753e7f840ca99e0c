"""Assets: from inbox to dispatch, in the order of the picture in README.md.

Belongs here: names, groups, partitions and dependencies; each body calls one function of another room.
Does not belong here: what those functions do.
"""

import json
import os
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, dbt_assets
from packaging.version import Version

from dispatch import annex, board, bulletin, lists, merged, quality_page, receipts, reminders, telling, trace_page
from dispatch.marts import Marts
from expectations import suite
from ingestion import vocabulary
from orchestration import bi_database, situation, stages, warehouse
from orchestration.beside import Beside
from orchestration.resources import Bureau
from orchestration.stages import (
    ACCEPTED_TABLES,
    FINDING_TABLES,
    JUDGED_TABLES,
    PLAN_TABLES,
    ROW_TABLES,
    Knowledge,
)

OUTGOING = {
    "merged_table": merged,
    "lists": lists,
    "receipts": receipts,
    "reminders": reminders,
    "quality_page": quality_page,
    "board": board,
    "bulletin": bulletin,
    "annex": annex,
    "trace": trace_page,
}
# what dbt prints is read here; what it would write beside it (manifest.json twice, run_results.json) is read by nobody
_TOLD_TO_DAGSTER = {"DBT_LOG_FORMAT": "json", "PYTHONUNBUFFERED": "1", "DBT_WRITE_JSON": "false"}
WRITER = "writer"  # the pool of whatever writes; one slot (docs/decisions/0005-one-writer.md)


def lake_key(table: str) -> dg.AssetKey:
    """The asset of one lake table; dbt's sources carry the same key, so the graph joins by itself."""
    return dg.AssetKey(["lake", table])


def described(name: str) -> str | None:
    """What the page says of an asset."""
    return vocabulary.messages("orchestration").get(f"asset_{name}")


def plan_and_period(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> tuple[str, str]:
    """The plan and the period of a run's partition."""
    tags = context.run.tags
    return tags["dagster/partition/plan"], tags["dagster/partition/period"]


def shown(bureau: Bureau, plan_id: str, asked_for: str) -> tuple[str, str] | None:
    """The period whose rules a run's checks show: the one asked for, or when that was not judged the latest that was.

    None when nothing was judged yet, for example when only a project list has come.
    """
    judged = sorted(path.stem for path in (bureau.derived.lake / "verdicts" / plan_id).glob("*.parquet"))
    if not judged:
        return None
    return plan_id, asked_for if asked_for in judged else judged[-1]


def pass_assets(partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """The one pass in Python: take in, read, judge and accept."""

    def specs(tables: tuple[str, ...], group: str, deps: tuple = ("register",)) -> list[dg.AssetSpec]:
        return [
            dg.AssetSpec(
                lake_key(table),
                group_name=group,
                partitions_def=partitions,
                deps=deps,
                description=described(f"lake_{table}"),
            )
            for table in tables
        ]

    settled = {"knowledge": dg.AssetIn(dg.AssetKey("register"))}

    @dg.asset(group_name="inbox", partitions_def=partitions, pool=WRITER)
    def register(context: dg.AssetExecutionContext, bureau: dg.ResourceParam[Bureau]) -> Knowledge:
        """收文：收件箱里的新文件原样归档、登记收到时间和来源。"""
        plan_id, _ = plan_and_period(context)
        knowledge, report = stages.take_in(
            bureau.workspace, plan_id, bureau.now(), bureau.look_back_to, bureau.progress
        )
        situation.note(bureau.derived, plan_id, knowledge.known_at)
        bureau.taken_in(report)
        context.add_output_metadata(
            {
                "known_at": knowledge.known_at.isoformat(),
                "new_files": len(report.new),
                "left_alone": dg.MetadataValue.json([str(item) for item in report.left_alone]),
            }
        )
        return knowledge

    @dg.multi_asset(specs=specs(PLAN_TABLES, "plan") + specs(ROW_TABLES, "rows"), ins=settled, pool=WRITER)
    def rows(context: dg.AssetExecutionContext, bureau: dg.ResourceParam[Bureau], knowledge: Knowledge):
        """读表：把每个工作簿读成行，每个值都带着工作表、行、列。"""
        plan_id, _ = plan_and_period(context)
        read = stages.read_rows(bureau.workspace, plan_id, knowledge, bureau.progress)
        yield from _materialized((*PLAN_TABLES, *ROW_TABLES), periods_read=read)

    row_keys = tuple(lake_key(table) for table in ROW_TABLES)

    @dg.multi_asset(
        specs=specs(FINDING_TABLES, "findings", ("register", *row_keys))
        + specs(ACCEPTED_TABLES, "accepted", (lake_key("findings"),)),
        ins=settled,
        pool=WRITER,
    )
    def judged(context: dg.AssetExecutionContext, bureau: dg.ResourceParam[Bureau], knowledge: Knowledge):
        """审核与采用：按期次先后判断每一行，定出采用的数。"""
        plan_id, _ = plan_and_period(context)
        periods = stages.judge(bureau.workspace, plan_id, knowledge, bureau.progress)
        yield from _materialized(JUDGED_TABLES, periods_judged=periods)

    return [register, rows, judged]


class _Layers(DagsterDbtTranslator):
    """dbt's folders become Dagster's groups; sources take the keys of the lake's tables."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return lake_key(dbt_resource_props["name"])
        return dg.AssetKey([_layer(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return _layer(dbt_resource_props)


def _layer(dbt_resource_props: Mapping[str, Any]) -> str:
    return "seeds" if dbt_resource_props["resource_type"] == "seed" else dbt_resource_props["fqn"][1]


def dbt_models(manifest: Path) -> dg.AssetsDefinition:
    """The warehouse: one dbt build, not partitioned."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=_Layers(), pool=WRITER, name="warehouse")
    def models(context: dg.AssetExecutionContext, bureau: dg.ResourceParam[Bureau], beside: dg.ResourceParam[Beside]):
        warehouse.prepare(bureau.derived)
        if judged := shown(bureau, *plan_and_period(context)):
            beside.start(judged, lambda: suite.validate(bureau.derived, *judged))
        bureau.progress("build", 0, 1)
        yield from _build(context, bureau, manifest).stream()
        bureau.progress("build", 1, 1)

    return models


def _build(context: dg.AssetExecutionContext, bureau: Bureau, manifest: Path) -> DbtCliInvocation:
    """dbt's process. Started without DbtCliResource, which first runs `dbt --version` and loads the adapter: 5 s."""
    return DbtCliInvocation.run(
        args=[str(warehouse.DBT), "build", "--exclude-resource-type", "unit_test"],
        env=os.environ | warehouse.environment(bureau.derived) | _TOLD_TO_DAGSTER,
        manifest=json.loads(manifest.read_text(encoding="utf-8")),
        dagster_dbt_translator=_Layers(),
        project_dir=warehouse.DBT_PROJECT,
        target_path=bureau.derived.dbt_target,
        raise_on_error=True,
        context=context,
        adapter=None,
        cli_version=Version(metadata.version("dbt-core")),
    )


def outgoing_assets(partitions: dg.PartitionsDefinition, models: dg.AssetsDefinition) -> list[dg.AssetsDefinition]:
    """What goes out: papers for the units and the leaders, and the release that BI reads."""
    public = [key for key in models.keys if key.path[0] in ("marts", "reports")]
    shown = [key for key in public if key.path[0] == "reports"]

    @dg.multi_asset(
        specs=[
            dg.AssetSpec(
                ["outbox", name],
                group_name="dispatch",
                partitions_def=partitions,
                deps=[*shown, lake_key("findings")],
                description=described(f"outbox_{name}"),
            )
            for name in OUTGOING
        ],
        pool=WRITER,
    )
    def outbox(context: dg.AssetExecutionContext, bureau: dg.ResourceParam[Bureau]):
        """发出：汇总明细表、排名与清单、各单位回执。"""
        plan_id, asked_for = plan_and_period(context)
        periods = stages.periods_to_dispatch(bureau.derived, plan_id, asked_for)
        with Marts.of_build(bureau.derived).kept_open():
            for number, period in enumerate(periods, start=1):
                for room in OUTGOING.values():
                    room.write(bureau.derived, plan_id, period)
                stages.mark_dispatched(bureau.derived, plan_id, period)
                bureau.progress("dispatch", number, len(periods))
        for name in OUTGOING:
            yield dg.MaterializeResult(["outbox", name], metadata={"periods": dg.MetadataValue.json(periods)})

    @dg.asset(group_name="publish", partitions_def=partitions, deps=public, pool=WRITER)
    def published(context: dg.AssetExecutionContext, bureau: dg.ResourceParam[Bureau]) -> None:
        """发布：供 BI 读取的一版，先验后换，一次切换。"""
        bureau.progress("publish", 0, 1)
        context.add_output_metadata({"release": telling.publish_and_record(bureau.derived, bureau.now())})
        situation.settle(bureau.derived, plan_and_period(context)[0])
        bureau.progress("publish", 1, 1)

    return [outbox, published]


def postgres_asset(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The release in the database that BI reads. A database that is away is told of and fails no month."""
    check = dg.AssetCheckSpec("stands_in_postgres", asset=dg.AssetKey("postgres"))

    @dg.asset(group_name="publish", partitions_def=partitions, deps=["published"], pool=WRITER, check_specs=[check])
    def postgres(bureau: dg.ResourceParam[Bureau]) -> dg.MaterializeResult:
        """发布：同一版抄进供 BI 读的 PostgreSQL，先验后换。"""
        brought = bi_database.bring(bureau.postgres, (bureau.derived.published / "current").resolve())
        for sentence in brought.sentences:
            bureau.told(sentence)
        result = dg.AssetCheckResult(
            check_name=check.name,
            passed=brought.stands,
            severity=dg.AssetCheckSeverity.WARN,
            description="\n".join(brought.sentences),
        )
        return dg.MaterializeResult(check_results=[result])

    return postgres


def _materialized(tables: tuple[str, ...], **periods: list[str]) -> Iterator[dg.MaterializeResult]:
    metadata = {name: dg.MetadataValue.json(value) for name, value in periods.items()}
    for table in tables:
        yield dg.MaterializeResult(lake_key(table), metadata=metadata)
