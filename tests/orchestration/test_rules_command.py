"""`diaodu rules`: the catalogue as people read it, and back-tests over what a workspace keeps."""

from datetime import datetime, timedelta

import pytest
import yaml
from typer.testing import CliRunner

from expectations import backtest_records
from expectations.catalogue import RULES, load_rules
from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace
from orchestration import stages
from orchestration.cli import app
from samples.county import simulate
from samples.faults import fault
from samples.scenarios import corrected
from samples.workbooks import deliver, write_inbox
from tests.months_alone import workspace_of_months

runner = CliRunner()
PLAN = "huozhou-2022"
NOW = datetime(2023, 1, 10, 9, tzinfo=TIMEZONE)
DRAFT = {
    "id": "R98",
    "title_zh": "完成比例不低于零点五",
    "forms": ["monthly_dispatch"],
    "kind": "row",
    "severity": "error",
    "trial": True,
    "must": "completion_rate_reported >= 0",
    "cells": ["completion_rate_reported"],
    "message_zh": "完成比例 {completion_rate_reported}",
    "remedy_zh": "改正",
    "source_zh": "表内",
    "since": "2023-02",
    "examples": {"pass": {"completion_rate_reported": 0}, "fail": {"completion_rate_reported": -1}},
}


def call(*arguments: object):
    return runner.invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "220"})


@pytest.fixture
def home(tmp_path):
    return Workspace.create(tmp_path / "workspace", [PLAN]).root


def draft(home, **changes) -> None:
    (home / "rules").mkdir()
    text = yaml.safe_dump([{**DRAFT, **changes}], allow_unicode=True)
    (home / "rules" / "arithmetic.yml").write_text(text, encoding="utf-8")


def test_the_list_has_every_rule_with_its_severity_state_and_month(home):
    draft(home)
    listed = call("rules", "list", "--workspace", home).output
    lines = {words[0]: words for line in listed.splitlines() if (words := line.split())}
    for rule in load_rules():
        assert rule.id in lines, rule.id
    assert lines["R01"][-3:] == ["错误", "在用", "2022-01"]
    assert lines["R98"][-3:] == ["错误", "试运行", "2023-02"]


def test_a_rule_is_shown_whole_and_in_words(home):
    shown = call("rules", "show", "R01", "--workspace", home).output
    for said in ("自开工累计＝截至上年底累计＋自年初累计", "表内勾稽", "月调度表", "错误", "在用", "abs(cumulative",
                 "这一行（这一项）不采用", "核对三个数", "例：不通过", "回测记录"):  # fmt: skip
        assert said in shown, said
    assert "severity" not in shown and "monthly_dispatch" not in shown


def test_an_unknown_rule_names_those_like_it(home):
    done = call("rules", "show", "R0", "--workspace", home)
    assert done.exit_code == 2 and "R04" in done.output


def test_a_draft_with_a_mistake_is_named_with_the_nearest_word(home):
    draft(home, severity="warn")
    done = call("rules", "list", "--workspace", home)
    assert done.exit_code == 2 and "warning" in done.output


def test_a_workspace_without_history_says_what_to_do_first(home):
    done = call("rules", "backtest", "R01", "--workspace", home)
    assert done.exit_code == 2 and "diaodu run" in done.output


@pytest.mark.parametrize("arguments", [(), ("R01", "--all")])
def test_one_rule_or_all_of_them_and_not_both(home, arguments):
    assert call("rules", "backtest", *arguments, "--workspace", home).exit_code == 2


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A county's months: one unit mistook a percentage and sent a second version, another did and sent none."""
    workspace = workspace_of_months(tmp_path_factory.mktemp("kept") / "workspace", PLAN)
    plan = stages.record_plan(workspace, PLAN, NOW)
    county = simulate(plan)
    first = fault("rate_wrong", county, plan)
    other = fault("rate_wrong", county, plan, without=[first.unit_id])
    write_inbox(county, plan, workspace.inbox, [first, other])
    deliver([corrected(county, plan, first.period, first.unit_id, timedelta(hours=1))], workspace.inbox)
    knowledge, _ = stages.take_in(workspace, PLAN, NOW)
    stages.read_rows(workspace, PLAN, knowledge)
    stages.judge(workspace, PLAN, knowledge)
    return workspace


@pytest.mark.slow
def test_a_back_test_of_a_workspace_tells_whom_a_rule_stopped_and_what_was_corrected(kept):
    done = call("rules", "backtest", "R04", "--plan", PLAN, "--workspace", kept.root)
    assert done.exit_code == 0
    assert "拦下 2 处，涉及 2 个单位、2 个数；其中后来由单位自己改正 1 个（50%）" in done.output


@pytest.mark.slow
def test_a_draft_of_the_workspace_is_back_tested_and_changes_nothing_that_is_kept(kept):
    draft(kept.root, must="completion_rate_reported < 0", since="2030-01")
    before = {path: path.read_bytes() for path in kept.lake.rglob("*.parquet")}
    done = call("rules", "backtest", "R98", "--workspace", kept.root)
    assert done.exit_code == 0 and "其中后来由单位自己改正 0 个（0%）" in done.output
    assert {path: path.read_bytes() for path in kept.lake.rglob("*.parquet")} == before


def test_what_is_stored_of_the_catalogue_names_no_unit_and_no_project():
    records = backtest_records.read(RULES)
    assert {record.data for record in records} == {backtest_records.SIMULATED}
    assert {record.history for record in records} == {"huozhou-2022 puxian-2022"}
