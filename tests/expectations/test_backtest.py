"""A back-test counts what a history counted by hand says."""

from dataclasses import replace
from datetime import date

import pytest
import yaml
from small_bureau import AFTER_DEADLINE, PLAN, ROADS, SCHOOL, project, with_history

from expectations import backtest, backtest_records
from expectations.backtest_records import OWN, SIMULATED, Record, claim_of, record_of
from expectations.catalogue import RULES, CatalogueError, load_rules, written

ROWS = [project(ROADS), project(SCHOOL)]
R01 = next(rule for rule in load_rules() if rule.id == "R01")  # 自开工累计＝截至上年底累计＋自年初累计


def wrong(row, cumulative):
    return {**row, "cumulative_investment_wan": cumulative}


@pytest.fixture(scope="module")
def bureau(tmp_path_factory):
    """October and three versions of November: two projects wrong in the first, one still in the second, none at last;
    a second unit is wrong and sends nothing more."""
    bureau = with_history(tmp_path_factory.mktemp("kept"), *ROWS)
    both, one = [wrong(ROWS[0], 9400), wrong(ROWS[1], 9500)], [ROWS[0], wrong(ROWS[1], 9450)]
    for version, details in enumerate((both, one, ROWS), start=1):
        bureau.submit("2022-11", "zhujian", details, version=version, is_effective=version == 3)
    bureau.submit("2022-11", "jiaoyun", [wrong(project(SCHOOL, project_name="桥"), 9999)])
    bureau.judge("2022-11")
    return bureau


@pytest.fixture(scope="module")
def found(bureau):
    return backtest.over(bureau.ws, PLAN, AFTER_DEADLINE, [R01])["R01"]


def test_a_rule_in_use_is_counted_over_every_version_of_every_period(found):
    assert found.periods == ("2022-10", "2022-11") and found.plans == ("huozhou-2022",)
    assert (found.judged, found.stopped, found.units) == (2 + 3 * 2 + 1, 2 + 1 + 1, 2)
    assert len(found.figures) == 3 and found.corrected == 2  # one of 住建局's figures was wrong twice


def test_each_stopped_figure_says_what_the_unit_later_wrote(found):
    figures = {(f.unit_id, f.project_id): f for f in found.figures}
    assert {key: f.is_corrected for key, f in figures.items()} == {
        ("zhujian", ROADS): True,
        ("zhujian", SCHOOL): True,
        ("jiaoyun", SCHOOL): False,
    }
    assert figures["jiaoyun", SCHOOL].later is None
    assert all(f.period == "2022-11" and f.form == "monthly_dispatch" for f in found.figures)


@pytest.mark.parametrize("since", ["2022-01", "2030-01"])
def test_a_trial_and_a_draft_are_tested_over_all_that_is_kept_whenever_they_begin(bureau, since):
    draft = replace(R01, id="R98", since=since, trial=True, solves={})
    before = bureau.read("findings", "2022-11")
    found = backtest.over(bureau.ws, PLAN, AFTER_DEADLINE, [draft])["R98"]
    assert (found.stopped, len(found.figures), found.corrected) == (4, 3, 2)
    assert bureau.read("findings", "2022-11") == before


def test_a_changed_claim_is_tested_in_place_of_the_one_in_use(bureau):
    changed = replace(R01, must="cumulative_investment_wan < 9999", solves={})
    found = backtest.over(bureau.ws, PLAN, AFTER_DEADLINE, [changed])["R01"]
    assert [(f.unit_id, f.is_corrected) for f in found.figures] == [("jiaoyun", False)]


def test_a_figure_that_stays_wrong_in_the_last_version_is_not_corrected(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    for version, cumulative in enumerate((9400, 9450), start=1):
        bureau.submit(
            "2022-11", "zhujian", [wrong(ROWS[0], cumulative), ROWS[1]], version=version, is_effective=version == 2
        )
    bureau.judge("2022-11")
    found = backtest.over(bureau.ws, PLAN, AFTER_DEADLINE, [R01])["R01"]
    assert (found.stopped, len(found.figures), found.corrected) == (2, 1, 0)


ENTRY = {
    "id": "R98",
    "title_zh": "试",
    "forms": ["monthly_dispatch"],
    "kind": "row",
    "severity": "error",
    "must": "month_investment_wan >= 0",
    "cells": ["month_investment_wan"],
    "message_zh": "试",
    "remedy_zh": "试",
    "source_zh": "试",
    "since": "2022-01",
    "examples": {"pass": {"month_investment_wan": 0}, "fail": {"month_investment_wan": -1}},
}
RECORD = Record("R98", "", SIMULATED, "huozhou-2022", "2022-10", "2022-12", 9, 2, 1, 2, 1, date(2023, 1, 1))


def write(folder, name, **changes):
    """A catalogue of one rule in a folder of its own: what was read once is not read again."""
    (folder / name).mkdir()
    entry = yaml.safe_dump([{**ENTRY, **changes}], allow_unicode=True)
    (folder / name / "arithmetic.yml").write_text(entry, encoding="utf-8")
    return folder / name


def claim(folder):
    return claim_of(written(folder)[0])


def test_an_error_rule_without_a_back_test_of_its_claim_does_not_load(tmp_path):
    bare = write(tmp_path, "bare")
    with pytest.raises(CatalogueError, match=r"R98: no stored back-test.*diaodu rules backtest --all --store"):
        load_rules(bare)
    backtest_records.store(bare, [replace(RECORD, claim=claim(bare))], {"R98"})
    assert [rule.id for rule in load_rules(bare)] == ["R98"]


@pytest.mark.parametrize("change", [{"must": "month_investment_wan > 0"}, {"refuses": "nothing"}, {"kind": "change"}])
def test_a_change_of_the_claim_asks_for_a_new_back_test(tmp_path, change):
    tested = write(tmp_path, "tested")
    changed = write(tmp_path, "changed", **change)
    backtest_records.store(changed, [replace(RECORD, claim=claim(tested))], {"R98"})
    with pytest.raises(CatalogueError, match="R98"):
        load_rules(changed)


@pytest.mark.parametrize("change", [{"trial": True}, {"severity": "warning"}, {"title_zh": "试试", "severity": "info"}])
def test_trials_and_what_is_no_error_need_no_back_test(tmp_path, change):
    assert load_rules(write(tmp_path, "free", **change))


def test_a_severity_that_becomes_error_later_needs_one_now(tmp_path):
    dated = [{"since": "2022-01", "severity": "warning"}, {"since": "2023-02", "severity": "error"}]
    entry = {key: value for key, value in ENTRY.items() if key != "severity"}
    (tmp_path / "arithmetic.yml").write_text(yaml.safe_dump([{**entry, "severities": dated}]), encoding="utf-8")
    with pytest.raises(CatalogueError, match="R98"):
        load_rules(tmp_path)


def test_what_came_out_the_same_keeps_its_day_and_what_is_no_rule_any_more_is_dropped(tmp_path):
    other = replace(RECORD, rule_id="R97")
    backtest_records.store(tmp_path, [RECORD, other], {"R98", "R97"})
    later = date(2024, 1, 1)
    own = replace(RECORD, data=OWN, tested_on=later)
    backtest_records.store(tmp_path, [replace(RECORD, tested_on=later), own], {"R98"})
    assert backtest_records.read(tmp_path) == [own, RECORD]
    backtest_records.store(tmp_path, [replace(RECORD, corrected=2, tested_on=later)], {"R98"})
    assert backtest_records.read(tmp_path) == [own, replace(RECORD, corrected=2, tested_on=later)]


def test_a_record_says_what_the_back_test_counted(found):
    record = record_of(R01, found, OWN, date(2023, 1, 1))
    assert (record.first_period, record.last_period, record.history) == ("2022-10", "2022-11", "huozhou-2022")
    assert (record.judged, record.stopped, record.units, record.figures, record.corrected) == (9, 4, 2, 3, 2)


def test_every_error_rule_of_the_catalogue_was_back_tested_and_stopped_nothing_that_was_true():
    records = {(r.rule_id, r.claim): r for r in backtest_records.read(RULES) if r.data == SIMULATED}
    for rule in (rule for rule in load_rules() if rule.is_ever_error and not rule.trial):
        record = records[rule.id, claim_of(rule)]
        assert record.corrected == record.figures, rule.id  # the last versions of that history are the true forms
        assert record.judged, rule.id
