"""The command line: words for people and exit codes."""

import pytest
from typer.testing import CliRunner

from ingestion.register import Register
from ingestion.workspace import Workspace
from orchestration.cli import app
from orchestration.console import out
from orchestration.writer import writing

runner = CliRunner()
PLAN = "huozhou-2022"


def call(*arguments: object):
    return runner.invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


@pytest.fixture
def home(tmp_path):
    return Workspace.create(tmp_path / "workspace", [PLAN]).root


def test_help_names_every_command_in_chinese():
    shown = call("--help").output
    for command in ("init", "demo", "check", "run", "status", "blank", "assign", "withdraw", "accept", "publish"):
        assert command in shown
    assert "催报" in shown


def test_init_makes_a_workspace_and_says_what_to_do_next(tmp_path):
    done = call("init", tmp_path / "new", "--plan", PLAN)
    assert done.exit_code == 0 and "diaodu run" in done.output
    assert (tmp_path / "new" / "plans" / f"{PLAN}.yml").exists()


def test_init_leaves_an_edited_plan_as_it_is(home):
    plan = home / "plans" / f"{PLAN}.yml"
    plan.write_text(plan.read_text(encoding="utf-8") + "# 本地修改\n", encoding="utf-8")
    assert call("init", home, "--plan", PLAN).exit_code == 0
    assert plan.read_text(encoding="utf-8").endswith("# 本地修改\n")


def test_a_folder_that_is_no_workspace_is_named_with_the_remedy(tmp_path):
    done = call("run", "--plan", PLAN, "--period", "2022-11", "--workspace", tmp_path)
    assert done.exit_code == 2 and "diaodu init" in done.output


def test_an_unknown_plan_lists_those_there_are(home):
    done = call("run", "--plan", "huozhou", "--period", "2022-11", "--workspace", home)
    assert done.exit_code == 2 and PLAN in done.output


def test_an_unknown_period_lists_those_of_the_plan(home):
    done = call("run", "--plan", PLAN, "--period", "2022-13", "--workspace", home)
    assert done.exit_code == 2 and "2022-11" in done.output


def test_a_plan_with_a_mistake_is_shown_at_its_line(home):
    plan = home / "plans" / f"{PLAN}.yml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("region_code:", "region_cod:"), encoding="utf-8")
    done = call("run", "--plan", PLAN, "--period", "2022-11", "--workspace", home)
    line = 1 + plan.read_text(encoding="utf-8").split("region_cod:")[0].count("\n")
    assert done.exit_code == 2 and f"{PLAN}.yml" in done.output and str(line) in done.output
    assert "region_code" in done.output


def test_an_instant_nobody_can_read_is_refused(home):
    done = call("run", "--plan", PLAN, "--period", "2022-11", "--known-at", "昨天", "--workspace", home)
    assert done.exit_code == 2 and "2022-12-01T17:00" in done.output


def test_a_busy_workspace_says_who_holds_it_and_changes_nothing(home):
    with writing(Workspace.open(home), "run huozhou-2022 2022-11"):
        done = call("run", "--plan", PLAN, "--period", "2022-11", "--workspace", home)
    assert done.exit_code == 2 and "run huozhou-2022 2022-11" in done.output
    assert not (home / "lake").exists()


def test_a_decision_about_a_receipt_that_is_not_there_is_refused(home):
    done = call("withdraw", "--plan", PLAN, "--receipt", 7, "--post", "综合岗", "--reason", "存错", "--workspace", home)
    assert done.exit_code == 2 and "7" in done.output


def test_a_decision_needs_a_post_and_a_reason(home):
    arguments = ["accept", "--plan", PLAN, "--period", "2022-11", "--project", "X", "--rule", "R01"]
    done = call(*arguments, "--post", " ", "--reason", "核实", "--workspace", home)
    assert done.exit_code == 2 and "--post" in done.output
    assert Register(home / "register.sqlite").decisions(PLAN) == []


def test_an_unknown_rule_is_answered_with_near_ones(home):
    arguments = ["accept", "--plan", PLAN, "--period", "2022-11", "--project", "X", "--rule", "R5B"]
    done = call(*arguments, "--post", "综合岗", "--reason", "核实", "--workspace", home)
    assert done.exit_code == 2 and "R05B" in done.output


def test_an_accepted_row_is_recorded_with_post_and_reason(home):
    arguments = ["accept", "--plan", PLAN, "--period", "2022-11", "--project", "X", "--rule", "R05B"]
    done = call(*arguments, "--post", "综合岗", "--reason", "已批准调概", "--workspace", home)
    assert done.exit_code == 0
    [decision] = Register(home / "register.sqlite").decisions(PLAN)
    assert (decision.kind, decision.post, decision.reason) == ("accept", "综合岗", "已批准调概")


@pytest.mark.parametrize("plan", ["../plans/huozhou-2022", "../../etc/passwd", "/etc/passwd", "", ".", "a\x1b[2Jb"])
@pytest.mark.parametrize("command", ["run", "status", "assign", "withdraw", "demo"])
def test_a_plan_is_a_name_and_never_a_path(home, command, plan):
    asked = {
        "run": ["--period", "2022-11"],
        "status": ["--period", "2022-11"],
        "assign": ["--receipt", 1, "--unit", "zhujian", "--post", "综合岗", "--reason", "存错"],
        "withdraw": ["--receipt", 1, "--post", "综合岗", "--reason", "存错"],
        "demo": [],
    }
    before = sorted(home.parent.rglob("*"))
    done = call(command, "--plan", plan, *asked[command], "--workspace", home)
    assert done.exit_code == 2 and PLAN in done.output and "没有方案" in done.output
    assert "\x1b" not in done.output
    assert sorted(home.parent.rglob("*")) == before


@pytest.mark.parametrize("period", ["../../x", "2022-11/../../x", "", "2022-11\n"])
def test_a_period_is_one_of_the_plans_own_and_never_a_path(home, period):
    before = sorted(home.parent.rglob("*"))
    done = call("run", "--plan", PLAN, "--period", period, "--workspace", home)
    assert done.exit_code == 2 and "2022-11" in done.output
    assert sorted(home.parent.rglob("*")) == before


def test_what_others_wrote_does_nothing_on_the_terminal():
    with out.capture() as captured:
        out.print("[bold]甲[/bold] :smile: \x1b[2J\u202e乙\x07")
    shown = captured.get()
    assert shown == "[bold]甲[/bold] :smile: ␛[2J<U+202E>乙\n"


def test_one_procedure_of_a_project_is_accepted_under_its_own_name(home):
    arguments = ["accept", "--plan", PLAN, "--period", "2022-12-15", "--project", "X", "--rule", "P15"]
    arguments += ["--post", "综合岗", "--reason", "批文已撤销", "--procedure", "land"]
    assert call(*arguments, "--workspace", home).exit_code == 0
    [decision] = Register(home / "register.sqlite").decisions(PLAN)
    assert (decision.subject["form"], decision.subject["procedure"]) == ("procedures", "land")


def test_a_procedure_the_plan_does_not_have_is_refused_with_those_it_has(home):
    arguments = ["accept", "--plan", PLAN, "--period", "2022-12-15", "--project", "X", "--rule", "P15"]
    arguments += ["--post", "综合岗", "--reason", "批文已撤销", "--procedure", "forest"]
    said = call(*arguments, "--workspace", home)
    assert said.exit_code == 2 and "land 土地" in said.output


def test_a_weekly_form_is_not_assigned_to_a_month(home):
    arguments = ["assign", "--plan", PLAN, "--receipt", "1", "--form", "procedures", "--period", "2022-11"]
    said = call(*arguments, "--post", "综合岗", "--reason", "认错了", "--workspace", home)
    assert said.exit_code == 2 and "2022-12-08" in said.output


def reopen(home, *arguments: object):
    fixed = ["--plan", PLAN, "--period", "2022-11", "--unit", "住建", "--post", "综合岗", "--reason", "漏报一项"]
    return call("reopen", *fixed, *arguments, "--workspace", home)


def lock_november(home) -> None:
    plan = home / "plans" / f"{PLAN}.yml"
    text = plan.read_text(encoding="utf-8")
    lock = '      lock: {days_after: 2, time: "12:00"}\n'
    plan.write_text(text.replace("      first: 2022-11 ", f"{lock}      first: 2022-11 ", 1), encoding="utf-8")


def test_a_reopening_is_recorded_with_unit_and_end(home):
    lock_november(home)
    done = reopen(home, "--until", "2099-12-02T17:00")
    assert done.exit_code == 0 and "开放" in done.output
    [decision] = Register(home / "register.sqlite").decisions(PLAN)
    assert (decision.kind, f"{decision.ends_at:%F %H:%M}") == ("reopen", "2099-12-02 17:00")
    assert dict(decision.subject) == {
        "plan_id": PLAN,
        "period": "2022-11",
        "form": "monthly_dispatch",
        "unit_id": "zhujian",
    }


def test_what_was_never_locked_needs_no_reopening(home):
    done = reopen(home, "--until", "2099-12-02T17:00")
    assert done.exit_code == 2 and "没有规定" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--until", "2022-11-30T11:00"], "2022-11-30 12:00 锁定"),
        (["--until", "2022-12-30T11:00"], "晚于现在"),
        (["--until", "明天"], "明天"),
        (["--until", "2099-12-02", "--unit", "住建厅"], "住建局"),
        (["--until", "2099-12-02", "--unit", "临汾市发改委"], "应报单位"),
        (["--until", "2099-12-02", "--form", "pipeline"], "monthly_dispatch"),
    ],
)
def test_a_reopening_that_opens_nothing_is_refused_with_the_reason(home, arguments, said):
    lock_november(home)
    done = reopen(home, *arguments)
    assert done.exit_code == 2 and said in done.output
    assert Register(home / "register.sqlite").decisions(PLAN) == []
