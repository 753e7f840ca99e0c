"""`diaodu publish` and PostgreSQL: chosen releases, secrets kept, a month that does not hang on a database."""

from dataclasses import replace
from datetime import datetime

import dagster as dg
import duckdb
import psycopg
import pytest
from typer.testing import CliRunner

from ingestion import settings
from ingestion.settings import TIMEZONE, PostgresSetting
from ingestion.workspace import Workspace
from orchestration.assets import postgres_asset
from orchestration.cli import app
from orchestration.resources import Bureau
from tests.dispatch.small_month import small_workspace
from tests.postgres_server import CLERK, PASSWORD, READER

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Workspace:
    """The small month, nothing published yet."""
    return small_workspace(tmp_path_factory.mktemp("publish") / "workspace")


@pytest.fixture
def database(postgres) -> PostgresSetting:
    return postgres.database()


def publish(home: Workspace, database: PostgresSetting | None, *arguments: str):
    told = {"DIAODU_POSTGRES_DSN": database.dsn if database else None, "PGDATABASE": None, "PGSERVICE": None}
    command = ["publish", "--workspace", str(home.root), *arguments]
    return CliRunner().invoke(app, command, env={"COLUMNS": "200", **told})


def standing(database: PostgresSetting) -> str:
    with psycopg.connect(database.dsn) as connection:
        return connection.execute("select release_id from marts.published_release").fetchone()[0]


def current(home: Workspace) -> str:
    return (home.published / "current").resolve().name


def test_without_a_database_files_are_published_and_nothing_is_said_of_one(home):
    done = publish(home, None)
    assert done.exit_code == 0 and current(home) in done.output and "PostgreSQL" not in done.output


def test_before_the_first_run_the_command_says_so(tmp_path):
    done = publish(Workspace.create(tmp_path / "workspace", []), None)
    assert done.exit_code == 2 and "diaodu run" in done.output


def test_with_a_database_the_same_release_stands_there_and_an_older_one_on_request(home, database):
    publish(home, None)
    before = current(home)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update marts.fct_submission set rows_read = rows_read + 1")
    done = publish(home, database)
    assert done.exit_code == 0 and standing(database) == current(home) != before
    assert "PostgreSQL" in done.output
    assert publish(home, database, "--release", before).exit_code == 0
    assert standing(database) == before != current(home)


def test_a_release_that_is_not_there_is_answered_with_those_that_are(home, database):
    publish(home, None)
    done = publish(home, database, "--release", "../../../etc")
    assert done.exit_code == 2 and current(home) in done.output


def test_a_release_for_no_database_names_the_setting(home):
    done = publish(home, None, "--release", "any")
    assert done.exit_code == 2 and "DIAODU_POSTGRES_DSN" in done.output


def test_a_password_is_in_no_word_of_the_command(home, database, postgres):
    name = psycopg.conninfo.conninfo_to_dict(database.dsn)["dbname"]
    place = f"host={postgres.folder} dbname={name} user={CLERK}"
    done = publish(home, replace(database, dsn=f"{place} password={PASSWORD}"))
    assert done.exit_code == 0 and PASSWORD not in done.output
    wrong = publish(home, replace(database, dsn=f"{place} password=guessed-77123"))
    assert wrong.exit_code == 2 and CLERK in wrong.output and "guessed-77123" not in wrong.output
    assert standing(database) == current(home)


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, None),
        ({"PGHOST": "h", "PGUSER": "u"}, None),  # of some other program's; no database is named
        ({"PGHOST": "h", "PGDATABASE": "bi"}, PostgresSetting("", "diaodu_reader")),
        ({"PGSERVICE": "bi"}, PostgresSetting("", "diaodu_reader")),
        ({"DIAODU_POSTGRES_DSN": "dbname=bi", "DIAODU_POSTGRES_READER": "bi_r"}, PostgresSetting("dbname=bi", "bi_r")),
    ],
)
def test_a_database_is_used_only_where_one_is_named(monkeypatch, environment, wanted):
    for name in ("DIAODU_POSTGRES_DSN", "DIAODU_POSTGRES_READER", "PGHOST", "PGUSER", "PGDATABASE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert settings.postgres() == wanted


def step(home: Workspace, setting: PostgresSetting) -> tuple[dg.ExecuteInProcessResult, list[str]]:
    """The step of a run that brings the release to PostgreSQL."""
    told: list[str] = []
    bureau = Bureau(home, lambda: datetime.now(TIMEZONE), postgres=setting, told=told.append)
    partitions = dg.MultiPartitionsDefinition(
        {name: dg.StaticPartitionsDefinition([name]) for name in ("plan", "period")}
    )
    key = dg.MultiPartitionKey({"plan": "plan", "period": "period"})
    done = dg.materialize([postgres_asset(partitions)], partition_key=key, resources={"bureau": bureau})
    return done, told


def test_a_run_brings_its_release_to_the_database(home, database):
    publish(home, None)
    done, told = step(home, database)
    [check] = done.get_asset_check_evaluations()
    assert done.success and check.passed and standing(database) == current(home)
    assert len(told) == 1 and current(home) in told[0]


def test_a_database_that_is_away_fails_no_month_and_is_told_with_the_remedy(home, tmp_path):
    publish(home, None)
    done, told = step(home, PostgresSetting(f"host={tmp_path} dbname=bi", READER))
    [check] = done.get_asset_check_evaluations()
    assert done.success and not check.passed and check.severity is dg.AssetCheckSeverity.WARN
    assert len(told) == 1 and "diaodu publish" in told[0]
