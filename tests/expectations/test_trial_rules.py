"""A rule in 试运行 is judged and counts nowhere; since, until and dated severities are obeyed by period."""

from dataclasses import replace

import pytest
import yaml
from small_bureau import ROADS, SCHOOL, project, with_history

from expectations.catalogue import CatalogueError, instead, load_rules

ROWS = [project(ROADS), project(SCHOOL)]
WRONG = {**ROWS[1], "total_investment_wan": 12500, "ytd_investment_wan": 5900}  # R01, R04 and what follows from them
SEEN = "month_investment_wan < 300"  # true of no row: each has 300


def rule_like(rule_id, **changes):
    """One more rule, made of one that the catalogue has."""
    [rule] = [rule for rule in load_rules() if rule.id == rule_id]
    return replace(rule, id="R98", solves={}, words={}, message_zh="本月完成 {month_investment_wan} 万元", **changes)


def trying(**changes):
    return rule_like("R02", must=SEEN, cells=("month_investment_wan",), **changes)


def judged(folder, *more, rows=(ROWS[0], WRONG)):
    """A bureau whose November was judged with the catalogue and some rules more."""
    bureau = with_history(folder, *ROWS)
    bureau.submit("2022-11", "zhujian", list(rows))
    with instead([*load_rules(), *more]):
        came_to = bureau.judge("2022-11")
    return bureau, came_to


def tables(bureau):
    """All that judging leaves, without what is said of the rule that was tried."""
    names = ("findings", "verdicts", "reported_investment", "accepted_investment", "project_list", "decisions")
    return {name: [row for row in bureau.read(name, "2022-11") if row.get("rule_id") != "R98"] for name in names}


def found(bureau, rule_id="R98"):
    return [finding for finding in bureau.read("findings", "2022-11") if finding["rule_id"] == rule_id]


def verdict(bureau, rule_id="R98"):
    [row] = [row for row in bureau.read("verdicts", "2022-11") if row["rule_id"] == rule_id]
    return row


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("without"))


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_a_trial_finds_what_it_would_find_and_moves_nothing_else(tmp_path, without, severity):
    bureau, came_to = judged(tmp_path, trying(trial=True, severity=severity))
    assert [(f["outcome"], f["severity"], f["answer_state"], f["cells"]) for f in found(bureau)] == [
        ("trial", severity, "none_needed", "月调度表!O6"),
        ("trial", severity, "none_needed", "月调度表!O7"),
    ]
    assert tables(bureau) == tables(without[0]) and came_to == without[1]
    assert len(tables(bureau)["findings"]) > 1


def test_the_same_rule_in_use_refuses_the_rows(tmp_path):
    bureau, came_to = judged(tmp_path, trying())
    assert [f["outcome"] for f in found(bureau)] == ["failed", "failed"]
    assert came_to.accepted == came_to.carried == 2


def test_a_trial_is_counted_as_judged_and_named_as_a_trial(tmp_path):
    bureau, _ = judged(tmp_path, trying(trial=True))
    row = verdict(bureau)
    assert (row["passed"], row["failed"], row["not_judged"], row["rule_state"]) == (0, 2, 0, "trial")
    assert verdict(bureau, "R01")["rule_state"] == "in_use"


def test_a_trial_with_the_words_of_a_rule_in_use_leaves_its_blame_alone(tmp_path, without):
    """R01 tells which cell of the wrong row is wrong; the same claim on trial may not speak for or against it."""
    [identity] = [rule for rule in load_rules() if rule.id == "R01"]
    bureau, _ = judged(tmp_path, replace(identity, id="R98", trial=True))
    assert tables(bureau) == tables(without[0])
    assert [f["cells"].split(";")[0] for f in found(bureau)] == ["月调度表!P7"]


def test_a_total_and_an_issue_can_be_tried_too(tmp_path, without):
    on_trial = {"X01", "F01A"}
    rules = [replace(rule, trial=rule.id in on_trial) for rule in load_rules()]
    bureau = with_history(tmp_path, *ROWS)
    sheet = bureau.submit("2022-11", "zhujian", [ROWS[0], WRONG], totals={"annual_plan_wan": 1})
    bureau.issue("2022-11", sheet, "not_a_number", row=7, column="N", field="month_investment_wan", found="约300")
    with instead(rules):
        bureau.judge("2022-11")
    outcomes = {f["rule_id"]: f["outcome"] for f in bureau.read("findings", "2022-11")}
    assert {rule for rule, outcome in outcomes.items() if outcome == "trial"} == on_trial


@pytest.mark.parametrize(
    ("since", "until", "is_judged"),
    [
        ("2022-11", None, True),
        ("2022-12", None, False),
        ("2022-01", "2022-11", True),
        ("2022-01", "2022-10", False),
    ],
)
def test_a_rule_is_judged_from_its_first_month_to_its_last(tmp_path, since, until, is_judged):
    bureau, _ = judged(tmp_path, trying(since=since, until=until))
    row = verdict(bureau)
    expected = (0, 2, 0, "in_use") if is_judged else (0, 0, 0, "not_in_force")
    assert (row["passed"], row["failed"], row["not_judged"], row["rule_state"]) == expected
    assert len(found(bureau)) == row["failed"]


def test_an_issue_whose_rule_is_not_in_force_is_no_finding(tmp_path):
    rules = [replace(rule, until="2022-10") if "extra_column" in rule.issue_codes else rule for rule in load_rules()]
    bureau = with_history(tmp_path, *ROWS)
    sheet = bureau.submit("2022-11", "zhujian", ROWS)
    bureau.issue("2022-11", sheet, "extra_column", column="AF", header="联系人", found="联系人")
    with instead(rules):
        bureau.judge("2022-11")
    assert not [f for f in bureau.read("findings", "2022-11") if f["header"] == "联系人"]


@pytest.mark.parametrize(
    ("error_since", "severity", "accepted", "answer"),
    [("2022-11", "error", 2, "none_needed"), ("2022-12", "warning", 0, "unanswered")],
)
def test_a_severity_holds_from_its_month(tmp_path, error_since, severity, accepted, answer):
    dated = ({"since": "2022-01", "severity": "warning"}, {"since": error_since, "severity": "error"})
    bureau, came_to = judged(tmp_path, trying(severity="error", severities=dated), rows=ROWS)
    assert {(f["severity"], f["answer_state"]) for f in found(bureau)} == {(severity, answer)}
    assert verdict(bureau)["severity"] == severity
    assert came_to.carried == accepted


ENTRY = {
    "id": "R98",
    "title_zh": "试",
    "forms": ["monthly_dispatch"],
    "kind": "row",
    "must": SEEN,
    "cells": ["month_investment_wan"],
    "message_zh": "试",
    "remedy_zh": "试",
    "source_zh": "试",
    "since": "2022-01",
    "examples": {"pass": {"month_investment_wan": 0}, "fail": {"month_investment_wan": 400}},
}
DATED = [{"since": "2022-01", "severity": "info"}, {"since": "2023-02", "severity": "warning"}]


def load(folder, **entry):
    (folder / "arithmetic.yml").write_text(yaml.safe_dump([{**ENTRY, **entry}], allow_unicode=True), encoding="utf-8")
    return load_rules(folder)


def test_dated_severities_are_read_and_the_last_one_is_that_of_today(tmp_path):
    [rule] = load(tmp_path, severities=DATED)
    assert [rule.at(month).severity for month in ("2022-01", "2023-01", "2023-02")] == ["info", "info", "warning"]
    assert rule.severity == "warning"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "needs either severity or severities"),
        ({"severity": "info", "severities": DATED}, "needs either severity or severities"),
        ({"severities": DATED[::-1]}, "must begin with the rule's since and follow one another"),
        ({"severities": DATED[1:]}, "must begin with the rule's since and follow one another"),
        ({"severities": [{"since": "2022-01", "severity": "warn"}]}, 'Did you mean "warning"'),
        ({"severity": "info", "since": "2022-13"}, "2022-13 is no month"),
        ({"severity": "info", "until": "2022"}, "2022 is no month"),
        ({"severity": "info", "trial": "yes"}, "trial is true or false"),
    ],
)
def test_a_date_or_severity_that_could_mean_two_things_does_not_load(tmp_path, change, said):
    with pytest.raises(CatalogueError, match=said):
        load(tmp_path, **change)
