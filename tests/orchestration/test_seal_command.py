"""diaodu seal: what stops it before anything is looked at, in one sentence and with its exit code."""

import pytest
from typer.testing import CliRunner

from ingestion.seals import Seals
from ingestion.workspace import Workspace
from orchestration.cli import app

PLAN, PERIOD = "huozhou-2022", "2022-11"
OF_MONTH = ("--plan", PLAN, "--period", PERIOD)
SIGNED = ("--post", "中心主任", "--reason", "按月发布")


@pytest.fixture
def home(tmp_path) -> Workspace:
    return Workspace.create(tmp_path / "workspace", [PLAN])


def seal(home, *words: str):
    return CliRunner().invoke(app, ["seal", *words, "--workspace", str(home.root)])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--period", PERIOD), "--plan"),
        (("--plan", PLAN), "--period"),
        (OF_MONTH, "--post"),
        ((*OF_MONTH, "--post", "主任", "--reason", " "), "--reason"),
        (("--plan", PLAN, "--period", "2021-01", *SIGNED), "2021-01"),
        ((*OF_MONTH, *SIGNED, "--document", "没有这个.docx"), "没有这个.docx"),
        ((*OF_MONTH, *SIGNED), "还没有运行过"),
        (("--verify", "7"), "没有封存号 7"),
        (("--revert", "--plan", PLAN), "--post"),
        (("--revert", "--plan", PLAN, *SIGNED), "还没有签发过"),
    ],
)
def test_what_cannot_be_signed_is_said_in_one_sentence(home, words, said):
    done = seal(home, *words)
    assert done.exit_code == 2 and said in done.output and "Traceback" not in done.output
    assert Seals(home.register).seals() == []


def test_the_list_says_that_nothing_was_signed_yet(home):
    done = seal(home, "--list")
    assert (done.exit_code, done.output.strip()) == (0, "还没有签发过。")
