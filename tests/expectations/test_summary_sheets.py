"""A 汇总表 is held against all projects of the form beside it, and both sheets are shown where they differ."""

from decimal import Decimal

import pytest
from small_bureau import ROADS, SCHOOL, project, with_history

Y = "ytd_investment_wan"
ROWS = [project(ROADS), project(SCHOOL)]


def with_summary(tmp_path, raw=None, **cells):
    """November with two projects of 5300 each and the row of totals of a 汇总表."""
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", ROWS)
    rows = bureau.rows["monthly_dispatch", "2022-11"]
    plain = {name: rows[0][name] for name in ("unit_id", "submission_id", "version", "form", "is_effective")}
    summary = {**plain, "sheet": "汇总表", "row": 6, "row_role": "summary", "label": "合计", "group_path": ""}
    about = {"columns": {Y: "E", "project_name": "B"}, "headers": {}, "raw": raw or {}}
    rows.append({**summary, **about, **cells})
    bureau.judge("2022-11")
    return bureau


def found(bureau):
    return {f["rule_id"]: f for f in bureau.findings("2022-11")}


def test_sheets_that_agree_give_no_finding_and_are_counted_as_judged(tmp_path):
    bureau = with_summary(tmp_path, **{Y: Decimal(10600)}, label_count=2)
    assert found(bureau) == {}
    judged = {
        v["rule_id"]: (v["passed"], v["failed"])
        for v in bureau.read("verdicts", "2022-11")
        if v["form"] == "monthly_dispatch"
    }
    assert (judged["X05"], judged["X05B"]) == ((1, 0), (1, 0))


def test_another_sum_names_both_sheets_and_refuses_no_project(tmp_path):
    bureau = with_summary(tmp_path, **{Y: Decimal(11100)})
    [finding] = found(bureau).values()
    assert (finding["rule_id"], finding["severity"], finding["sheet"], finding["row"]) == ("X05", "error", "汇总表", 6)
    assert finding["cells"] == "汇总表!E6;月调度表!P6:P7"
    assert (finding["found"], finding["expected"]) == ("11100", "10600")
    assert "“汇总表”的“合计”" in finding["message_zh"] and "“月调度表” 2 行之和 10600 万元" in finding["message_zh"]
    assert [row["is_accepted"] for row in bureau.read("reported_investment", "2022-11")] == [True, True]


def test_another_number_of_projects_is_found_at_its_own_cell(tmp_path):
    [finding] = found(with_summary(tmp_path, **{Y: Decimal(10600)}, label_count=3)).values()
    assert (finding["rule_id"], finding["cells"], finding["found"], finding["expected"]) == (
        "X05B",
        "汇总表!B6",
        "3",
        "2",
    )


@pytest.mark.parametrize(("value", "raw", "rules"), [(11000, "1.1", set()), (12000, "1.2", {"X05"})])
def test_a_summary_in_yi_is_held_to_the_places_it_was_written_with(tmp_path, value, raw, rules):
    assert found(with_summary(tmp_path, {Y: raw}, **{Y: Decimal(value)})).keys() == rules
