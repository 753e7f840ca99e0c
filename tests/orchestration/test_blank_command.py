"""`diaodu blank`: which forms it writes and what it says."""

import pytest
from typer.testing import CliRunner

from ingestion.plans import load_plan
from ingestion.register import Register
from orchestration.cli import app
from orchestration.writer import writing
from samples.county import simulate
from samples.filling import project_list
from samples.workbooks import deliver
from tests.months_alone import workspace_of_months

runner = CliRunner()
PLAN, PERIOD = "huozhou-2022", "2022-11"


@pytest.fixture
def home(tmp_path):
    """A workspace in whose inbox the centre's list lies; nothing has run yet."""
    workspace = workspace_of_months(tmp_path / "workspace", PLAN)
    plan = load_plan(workspace.plans / f"{PLAN}.yml")
    county = simulate(plan)
    deliver([project_list(county, plan, version) for version in county.lists], workspace.inbox)
    return workspace


def call(home, *arguments):
    options = ["blank", "--plan", PLAN, "--period", PERIOD, "--workspace", str(home.root), *arguments]
    return runner.invoke(app, options, env={"COLUMNS": "200"})


@pytest.mark.slow
def test_every_unit_gets_its_form_filled_in_from_a_list_that_only_just_came(home):
    done = call(home)
    folder = home.outbox / PLAN / PERIOD / "空白表"
    assert done.exit_code == 0, done.output
    assert "18 份" in done.output and str(folder) in done.output.replace("\n", "")
    assert len(list(folder.iterdir())) == 18
    assert [receipt.form for receipt in Register(home.register).receipts(PLAN)] == ["project_list"] * 2


def test_one_unit_alone_may_be_asked_for_by_any_of_its_names(home):
    assert call(home, "--unit", "霍州市住房和城乡建设局").exit_code == 0
    assert [path.name for path in (home.outbox / PLAN / PERIOD / "空白表").iterdir()] == [
        "住建局2022年11月月调度表.xlsx"
    ]


@pytest.mark.parametrize(("unit", "said"), [("临汾市发改委", "没有应报的表"), ("住建厅", "住建局")])
def test_a_unit_of_which_nothing_is_asked_is_named(home, unit, said):
    done = call(home, "--unit", unit)
    assert done.exit_code == 2 and said in done.output


def test_while_somebody_else_writes_nothing_is_changed(home):
    with writing(home, "run"):
        done = call(home)
    assert done.exit_code == 2 and "占用" in done.output
    assert not (home.outbox / PLAN).exists()
