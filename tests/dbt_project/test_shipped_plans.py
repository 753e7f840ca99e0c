"""The targets of the shipped plans in the marts: every one is judged, in the periods the plan means."""

from datetime import datetime

import duckdb
import pytest

from ingestion import lake, obligations
from ingestion.plan_tables import plan_rows
from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.workspace import Workspace
from orchestration import warehouse

pytestmark = pytest.mark.slow

KNOWN_AT = datetime(2023, 3, 1, 9, tzinfo=TIMEZONE)
TARGETS = {"huozhou-2022": 11, "puxian-2022": 14}  # how many the two work plans set
WEEKS = 13  # the baseline and twelve weeks


@pytest.fixture(scope="module")
def judged(tmp_path_factory) -> dict[tuple[str, str], dict[str, tuple[str, str]]]:
    """(plan, target): the verdicts by period, where every period was judged and nothing was reported."""
    root = tmp_path_factory.mktemp("plans")
    workspace = Workspace(root, root)
    for name in TARGETS:
        plan = load_plan(SHIPPED_PLANS / f"{name}.yml")
        for period in obligations.all_periods(plan):
            for table, rows in plan_rows(plan, period, "hash", KNOWN_AT, KNOWN_AT).items():
                lake.write(workspace.lake, table, name, period, rows)
            lake.write(workspace.lake, "verdicts", name, period, [{"form": obligations.leading_form(period)}])
    warehouse.prepare(workspace)
    warehouse.dbt(workspace, "build", "--select", "+fct_target_verdict", "--resource-type", "seed", "model")
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select plan_id, target_id, period, cutoff_verdict, final_verdict from marts.fct_target_verdict"
        ).fetchall()
    found = {}
    for plan, target, period, *verdicts in rows:
        found.setdefault((plan, target), {})[period] = tuple(verdicts)
    return found


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_of_the_work_plan_is_judged(judged, name):
    targets = load_plan(SHIPPED_PLANS / f"{name}.yml").targets
    assert len(targets) == TARGETS[name]
    assert {target for plan, target in judged if plan == name} == {target.id for target in targets}


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_with_a_month_is_judged_in_it_and_one_without_in_every_week(judged, name):
    for target in load_plan(SHIPPED_PLANS / f"{name}.yml").targets:
        periods = judged[name, target.id]
        if target.judged_period:
            assert target.judged_period in periods
        else:
            assert len(periods) == WEEKS
            assert all(obligations.is_week(period) for period in periods)


def test_a_count_without_a_project_misses_and_a_rate_of_nothing_is_not_judged(judged):
    count = judged["huozhou-2022", "pipeline_count.pipeline_2023.overall.overall.2023-02-28"]
    rate = judged["huozhou-2022", "procedure_completion_rate.new_2023.overall.overall.2023-02-28"]
    assert set(count.values()) == {("missed", "pending")}  # the last week ends before the target's day
    assert set(rate.values()) == {("no_target", "no_target")}


def test_a_target_of_the_past_year_is_final_in_the_weeks_after_its_day(judged):
    funds = judged["puxian-2022", "fund_secured_amount.county_funds.overall.overall.2022-12-31"]
    assert funds["2022-12-30"] == ("missed", "pending")
    assert funds["2023-01-06"] == ("missed", "missed")
