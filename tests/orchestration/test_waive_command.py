"""``diaodu waive``: what the centre may excuse, and what it is told instead where it may not."""

from datetime import datetime

import pytest
from typer.testing import CliRunner

from ingestion.register import Register
from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace
from orchestration.cli import app

PLAN = "huozhou-2022"
SAID = ("--post", "项目推进中心", "--reason", "调概批复在途")


@pytest.fixture
def home(tmp_path):
    return Workspace.create(tmp_path / "workspace", [PLAN]).root


def waive(home, *arguments: str):
    asked = ["waive", "--plan", PLAN, *arguments, "--workspace", str(home)]
    return CliRunner().invoke(app, asked, env={"COLUMNS": "200"})


def decisions(home):
    return Register(home / "register.sqlite").decisions(PLAN)


def test_a_waiver_is_recorded_with_whom_until_when_by_whom_and_why(home):
    done = waive(home, "--rule", "P10A", "--unit", "住建局", "--until", "2022-12-31", *SAID)
    assert done.exit_code == 0 and "免予说明" in done.output
    [decision] = decisions(home)
    assert (decision.kind, decision.post, decision.reason) == ("waive", "项目推进中心", "调概批复在途")
    assert decision.subject == {"plan_id": PLAN, "rule_id": "P10A", "unit_id": "zhujian", "until": "2022-12-31"}
    assert decision.ends_at == datetime(2023, 1, 1, tzinfo=TIMEZONE)  # the whole of its last day


def test_a_waiver_may_be_of_one_project_on_one_form(home):
    arguments = ("--rule", "P10A", "--project", "X", "--form", "monthly_dispatch", "--until", "2022-12-31")
    assert waive(home, *arguments, *SAID).exit_code == 0
    [decision] = decisions(home)
    assert (decision.subject["project_id"], decision.subject["form"]) == ("X", "monthly_dispatch")
    assert "unit_id" not in decision.subject


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rule", "R01", "--unit", "住建局", "--until", "2022-12-31"), "diaodu accept"),
        (("--rule", "M01", "--unit", "住建局", "--until", "2022-12-31"), "不要求说明"),
        (("--rule", "P10Z", "--unit", "住建局", "--until", "2022-12-31"), "P10A"),
        (("--rule", "P10A", "--until", "2022-12-31"), "--unit"),
        (("--rule", "P10A", "--unit", "住建局", "--project", "X", "--until", "2022-12-31"), "--project"),
        (("--rule", "P10A", "--unit", "住见局", "--until", "2022-12-31"), "住建局"),
        (("--rule", "P10A", "--unit", "住建局", "--until", "年底"), "2022-12-31"),
        (("--rule", "P10A", "--unit", "住建局", "--until", "2022-12-31", "--form", "monthly"), "monthly_dispatch"),
    ],
)
def test_what_cannot_be_waived_is_said_and_nothing_is_recorded(home, arguments, said):
    done = waive(home, *arguments, *SAID)
    assert done.exit_code == 2 and said in done.output
    assert decisions(home) == []


def test_a_waiver_without_an_end_is_no_waiver(home):
    assert waive(home, "--rule", "P10A", "--unit", "住建局", *SAID).exit_code == 2
    assert decisions(home) == []
