"""The asset graph, written down: a change of what runs, in what order and with which checks shows in the diff.

``DIAODU_REWRITE=1 make test`` rewrites the file; read the difference before committing it.
"""

import os
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace
from orchestration.definitions import JOB, definitions, partitions_of
from orchestration.resources import Bureau

WRITTEN = Path(__file__).parent / "asset_graph.txt"
PLANS = ["huozhou-2022", "puxian-2022"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bureau(tmp_path_factory) -> Bureau:
    workspace = Workspace.create(tmp_path_factory.mktemp("graph") / "workspace", PLANS)
    return Bureau(workspace, lambda: datetime(2023, 1, 10, tzinfo=TIMEZONE))


@pytest.fixture(scope="module")
def defs(bureau) -> dg.Definitions:
    return definitions(bureau)


def described(defs: dg.Definitions) -> str:
    """One line per asset (group, key, what it waits for) and per check."""
    graph = defs.resolve_asset_graph()
    lines = []
    for key in sorted(graph.executable_asset_keys, key=lambda key: (graph.get(key).group_name, key.path)):
        node = graph.get(key)
        parents = ", ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        mode = "by plan and period" if node.is_partitioned else "whole"
        lines.append(f"{node.group_name}: {key.to_user_string()} [{mode}] <- {parents or '-'}")
    lines += sorted(f"check: {check.asset_key.to_user_string()} {check.name}" for check in graph.asset_check_keys)
    return "\n".join(lines) + "\n"


def test_the_graph_is_the_one_written_down(defs):
    if os.environ.get("DIAODU_REWRITE"):
        WRITTEN.write_text(described(defs), encoding="utf-8")
    assert described(defs) == WRITTEN.read_text(encoding="utf-8")


def test_the_job_runs_every_asset_and_check(defs):
    job, graph = defs.resolve_job_def(JOB), defs.resolve_asset_graph()
    assert job.asset_layer.executable_asset_keys == graph.executable_asset_keys
    assert set(job.asset_layer.asset_graph.asset_check_keys) == set(graph.asset_check_keys)


def test_a_plan_that_does_not_load_leaves_the_others_their_partitions(bureau):
    broken = bureau.workspace.plans / "broken-2022.yml"
    broken.write_text("id: broken-2022\nnonsense: 1\n", encoding="utf-8")
    try:
        plans = partitions_of(bureau.workspace).get_partitions_def_for_dimension("plan").get_partition_keys()
    finally:
        broken.unlink()
    assert plans == PLANS
