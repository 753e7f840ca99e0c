"""One run: what `diaodu run` does, on a day of the past, as a process of its own.

Belongs here: the clock. Does not belong here: measuring (county_month.py).
"""

import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import rich

from dispatch.overview import render
from expectations.catalogue import instead
from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace
from orchestration.cli import collecting_rarely
from orchestration.resources import Bureau
from orchestration.runs import run_dispatch


def main(folder: str, plan_id: str, period: str, day: str, rules: str = "all") -> None:
    """The run of a period as it would have been on a day: deadlines that came later have not passed.

    ``rules``: ``all``, or ``none`` for what a run costs that judges nothing.
    """
    now = datetime.fromisoformat(day).replace(tzinfo=TIMEZONE)
    bureau = Bureau(Workspace.open(Path(folder)), lambda: now)
    with instead(()) if rules == "none" else nullcontext():
        run_dispatch(bureau, plan_id, period)
    rich.print(render(bureau.derived, plan_id, period))


if __name__ == "__main__":
    with collecting_rarely():
        main(*sys.argv[1:])
