"""Telling: a release swapped in is told to people; the register remembers which figures they saw.

Belongs here: publishing a release and having its figures recorded.
Does not belong here: making and testing the release (publishing), how figures are kept (ingestion.publications).
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from dispatch.marts import Marts
from dispatch.publishing import publish
from ingestion.publications import Figure, Publications
from ingestion.workspace import Workspace


def publish_and_record(ws: Workspace, now: datetime) -> str:
    """Publish the warehouse; its release. What people see from ``now`` on is recorded, a look back tells nobody.

    Recorded after the swap: a run that dies between the two is recorded by the next, never the other way round.
    """
    release = publish(ws)
    if ws.derived == ws.root:
        record(ws, release, now)
    return release


def record(ws: Workspace, release: str, now: datetime) -> None:
    """Remember the figures of the release that people read from ``now`` on."""
    for plan_id, period, figures in _figures(Marts.of_release(ws)):
        Publications(ws.register).record(plan_id, period, release, figures, now)


def _figures(marts: Marts) -> Iterator[tuple[str, str, list[Figure]]]:
    """Plan, period and the figures of ``fct_metric``."""
    rows = marts.query(
        """
        select plan_id, period, population, scope_kind, scope, metric, numerator, denominator, value
        from marts.fct_metric order by all
        """
    )
    for (plan_id, period), group in groupby(rows, key=lambda row: (row["plan_id"], row["period"])):
        yield (
            plan_id,
            period,
            [Figure(**{k: v for k, v in row.items() if k not in ("plan_id", "period")}) for row in group],
        )
