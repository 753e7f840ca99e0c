"""The recipes of CONTRIBUTING.md, followed word for word for a sixth plan: a county, an edition, a check, a metric."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingestion.workspace import Workspace
from tests.whole import recipes, sixth_county
from tests.whole.figures import figures
from tests.whole.sixth_county import PERIOD, PLAN

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project in which every block was followed in its order."""
    copied, editions = recipes.copy_of_the_project(tmp_path_factory.mktemp("recipes") / "project"), set()
    for block in recipes.blocks():
        if block.path.startswith("ingestion/forms/") and block.path not in editions:
            recipes.copy_last_edition(copied, block.path)
            editions.add(block.path)
        recipes.follow(copied, block)
    return copied


def python(project: Path, *arguments: str) -> None:
    """A program of the copy, which imports the copy's rooms and no others."""
    environment = {**os.environ, "PYTHONPATH": str(project), "DIAODU_REWRITE": "1"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def month(project) -> Workspace:
    """The workspace of the sixth plan after its month was run."""
    folder = project.parent / "workspace"
    python(project, "-m", "tests.whole.sixth_county", str(folder))
    return Workspace.open(folder)


@pytest.fixture(scope="module")
def county(project):
    return sixth_county.county_of(project / "plans")[1]


def published(month: Workspace, query: str) -> list[tuple]:
    with duckdb.connect(str(month.published / "current" / "diaodu.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def base(county) -> list:
    """The projects that count: all on the list of the month that are not preparatory."""
    return [e.project for e in county.entries(PERIOD) if e.project.nature_code != "preparatory"]


def test_the_tests_that_the_recipes_name_pass_in_the_copy(project):
    """Those that build the warehouse apart: the month is built here anyway."""
    commands = recipes.commands_that_tell()
    assert len(commands) == 3
    for program, *arguments in commands:
        assert program == "python"
        python(project, *arguments, "-p", "no:cacheprovider", "-m", "not slow")


def test_a_county_that_was_added_as_one_file_is_published_with_its_true_figures(month, county):
    true = figures(county, {"all": None, "key": {"provincial", "municipal"}}, PERIOD)
    rows = published(
        month,
        "select population, scope_kind, scope, metric, numerator, denominator from marts.fct_metric",
    )
    found = {tuple(key): (numerator, denominator) for *key, numerator, denominator in rows if tuple(key) in true}
    assert found == {key: (figure.numerator, figure.denominator) for key, figure in true.items()}
    rate = true["key", "overall", "overall", "annual_completion_rate"].value
    verdicts = published(month, "select cutoff_verdict from marts.fct_target_verdict")
    assert verdicts == [("met" if rate >= Decimal("0.8") else "missed",)]


def test_a_column_of_a_new_edition_is_read(month, county):
    file = month.lake / "accepted_investment" / PLAN / f"{PERIOD}.parquet"
    rows = duckdb.sql(f"select project_id, private_ytd_wan from '{file}'").fetchall()
    assert dict(rows) == sixth_county.private(county)


def test_a_check_that_was_added_finds_the_one_row_it_is_about(month, county):
    found = published(month, "select project_id, severity from marts.fct_finding where rule_id = 'R90'")
    sent = sixth_county.private(county)
    wrong = [p for p, amount in sent.items() if amount > county.state(p, PERIOD).ytd_investment_wan]
    assert found == [(project, "warning") for project in wrong]


def test_a_metric_that_was_added_is_published_for_every_scope(month, county):
    amounts = sixth_county.private(county)
    private = sum(amounts[project.project_id] for project in base(county))
    investment = sum(project.at(11).ytd_investment_wan for project in base(county))
    rows = published(
        month,
        "select scope_kind, sum(numerator), max(value) from marts.fct_metric where metric = 'private_share' "
        "and population = 'all' group by scope_kind",
    )
    by_scope = {kind: (numerator, value) for kind, numerator, value in rows}
    assert {numerator for numerator, _ in by_scope.values()} == {private}
    assert by_scope["overall"][1] == (private / investment).quantize(Decimal("0.000001"))
    assert {"unit", "category", "level"} <= by_scope.keys()
