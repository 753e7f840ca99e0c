"""Location: what the service's processes load, built from the workspace they were started for.

Belongs here: composing the definitions of ``diaodu run`` with what starts runs by itself.
Does not belong here: what starts them (inbox_sensor, deadlines), the processes (service).
"""

from collections.abc import Iterator
from datetime import datetime

import dagster as dg

from ingestion import settings
from ingestion.settings import TIMEZONE, default_home
from ingestion.workspace import Workspace
from orchestration import alive
from orchestration.deadlines import remind, schedules
from orchestration.definitions import definitions
from orchestration.inbox_sensor import inbox_sensor
from orchestration.resources import Bureau
from orchestration.writer import Holder, writing

PATIENCE_SECONDS = 3600.0  # a run of the service waits so long for a run somebody started from the command line


def bureau_at_home() -> dg.Definitions:
    """The definitions of the workspace this process was started for (``DIAODU_HOME``)."""
    bureau = Bureau(Workspace.open(default_home()), lambda: datetime.now(TIMEZONE), postgres=settings.postgres())
    return definitions(bureau, turn_of(bureau), [inbox_sensor(bureau)], schedules(bureau), [remind])


def turn_of(bureau: Bureau) -> dg.ResourceDefinition:
    """The bureau as a resource that a run gets when it is its turn to write, and keeps until it ends."""

    @dg.resource(description="工作区；同一时刻只有一个运行可以改动它")
    def turn(context: dg.InitResourceContext) -> Iterator[Bureau]:
        alive.hold(bureau.workspace, context.run_id)

        def waiting(holder: Holder) -> None:
            context.log.info(f"waiting for another writer: {holder}")

        doing = context.run.tags.get("dagster/partition", context.run.job_name)
        with writing(bureau.workspace, f"service {doing}", PATIENCE_SECONDS, waiting):
            yield bureau

    return turn
