"""County measure: one month of a county through the whole run, against the bare start-up of the same stack.

Belongs here: whole processes. Does not belong here: single functions.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Measure, medians
from ingestion.plans import load_plan
from ingestion.workspace import Workspace
from samples.county import simulate
from samples.workbooks import write_inbox

PLAN = "huozhou-2022"
BEFORE, LAST = ("2022-11", "2022-11-30"), ("2022-12", "2022-12-31")  # a month and the day on which it is run
RUNS = 3
IMPORTS = "import dagster, dagster_dbt, great_expectations, dbt.cli.main"
EMPTY_PROJECT = """name: empty
version: "1.0"
profile: empty
"""
EMPTY_PROFILE = """empty:
  target: dev
  outputs:
    dev: {{type: duckdb, path: "{path}"}}
"""


def measures() -> list[Measure]:
    """Seconds of `diaodu run` for the last month, the earlier months already done: ≤ 2 × the bare start-up."""
    with tempfile.TemporaryDirectory() as folder:
        county, empty = Path(folder) / "county", Path(folder) / "empty"
        prepared = _county_before_its_last_month(county)
        _empty_dbt_project(empty)
        ours, bare, unjudged = medians(
            RUNS,
            lambda: _run_last_month(prepared, county),
            lambda: _bare_start_up(empty),
            lambda: _run_last_month(prepared, county, "none"),
        )
    return [
        Measure("county's month (18 units, 60 projects)", ours, "imports + empty dbt build", bare, 2),
        Measure("what the rules add to it", ours - unjudged, "the same run without a rule", unjudged, 1 / 3),
    ]


def _county_before_its_last_month(folder: Path) -> Path:
    workspace = Workspace.create(folder, [PLAN])
    plan = load_plan(workspace.plans / f"{PLAN}.yml")
    late = folder / "held-back"
    for path in write_inbox(simulate(plan), plan, workspace.inbox):
        received = path.parent.name
        if received >= f"{LAST[0]}-03":  # the second list version comes on the 2nd
            target = late / path.relative_to(workspace.inbox)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
    _run(folder, *BEFORE)
    prepared = folder.with_name("prepared")
    shutil.copytree(folder, prepared, symlinks=True)
    return prepared


def _run_last_month(prepared: Path, county: Path, rules: str = "all") -> None:
    """The same folder each time, as it stood before the month came: dbt's parse cache stays with its path."""
    shutil.rmtree(county)
    shutil.copytree(prepared, county, symlinks=True)
    shutil.copytree(county / "held-back", county / "inbox", dirs_exist_ok=True)
    _run(county, *LAST, rules)


def _run(folder: Path, period: str, day: str, rules: str = "all") -> None:
    command = [sys.executable, "-m", "benchmarks.one_run", str(folder), PLAN, period, day, rules]
    subprocess.run(command, check=True, capture_output=True)


def _empty_dbt_project(folder: Path) -> None:
    folder.mkdir()
    (folder / "dbt_project.yml").write_text(EMPTY_PROJECT, encoding="utf-8")
    (folder / "profiles.yml").write_text(EMPTY_PROFILE.format(path=folder / "empty.duckdb"), encoding="utf-8")


def _bare_start_up(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", IMPORTS], check=True, capture_output=True)
    command = [
        sys.executable,
        "-m",
        "dbt.cli.main",
        "build",
        "--project-dir",
        str(folder),
        "--profiles-dir",
        str(folder),
    ]
    quiet = os.environ | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    subprocess.run(command, check=True, capture_output=True, env=quiet)
