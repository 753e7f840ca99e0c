"""When one figure is wrong, all identities that fail point at its cell."""

from decimal import Decimal

import pytest
from small_bureau import FACTORY, ROADS, SCHOOL, project, with_history

ROWS = [project(ROADS), project(SCHOOL), project(FACTORY)]
TRUE_TOTALS = {name: 3 * Decimal(ROWS[0][name]) for name in (
    "total_investment_wan", "cum_to_last_year_wan", "annual_plan_wan", "month_investment_wan", "ytd_investment_wan",
    "cumulative_investment_wan")}  # fmt: skip


def november(tmp_path, **wrong):
    """November with one row changed and totals that show the truth."""
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [ROWS[0], {**ROWS[1], **wrong}, ROWS[2]], totals=TRUE_TOTALS)
    bureau.judge("2022-11")
    return bureau


def test_a_clean_month_has_nothing_to_find(tmp_path):
    assert november(tmp_path).findings("2022-11") == []


@pytest.mark.parametrize(
    ("field", "wrong", "rules"),
    [
        ("ytd_investment_wan", 5900, {"R01", "P02", "R04", "X01"}),
        ("month_investment_wan", 900, {"P02", "X01"}),
        ("cumulative_investment_wan", 9900, {"R01", "X01"}),
        ("cum_to_last_year_wan", 4600, {"R01", "P09B", "X01"}),
        ("annual_plan_wan", 6900, {"R04", "I18", "X01"}),
        ("total_investment_wan", Decimal("1.2"), {"F05", "I18", "R05B", "R06", "R07", "P10B", "N01", "X01"}),
        ("annual_plan_wan", 60_000_000, {"F05", "I18", "R04", "R06", "R07", "X01"}),
        ("ytd_investment_wan", Decimal("0.53"), {"F05", "R01", "R02", "R04", "R27", "P01", "P02", "X01"}),
        ("cumulative_investment_wan", 93_000_000, {"F05", "R01", "R05B", "X01"}),
    ],
)
def test_one_wrong_figure_is_the_first_cell_of_everything_it_breaks(tmp_path, field, wrong, rules):
    found = november(tmp_path, **{field: wrong}).findings("2022-11")
    assert {f["rule_id"] for f in found} == rules
    cell = next(f["cells"].split(";")[0] for f in found if f["rule_id"] != "X01")
    assert cell.endswith("7") and {f["cells"].split(";")[0] for f in found} == {cell}
    assert {f["field"] for f in found} == {field}
    true = Decimal(ROWS[1][field])
    assert {Decimal(f["expected"]) for f in found} == {true}
    assert {Decimal(f["difference"]) for f in found} == {Decimal(wrong) - true}


def test_findings_of_one_culprit_stand_under_the_worst_of_them(tmp_path):
    found = november(tmp_path, ytd_investment_wan=5900).findings("2022-11")
    heads = [f for f in found if f["group_head"] is None]
    assert [head["rule_id"] for head in heads] == ["R01"]
    assert {f["group_head"] for f in found if f is not heads[0]} == {heads[0]["finding_id"]}


def test_a_typed_total_that_is_wrong_is_its_own_culprit_and_refuses_nobody(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", ROWS, totals={"ytd_investment_wan": 16400})
    bureau.judge("2022-11")
    [found] = bureau.findings("2022-11")
    assert (found["rule_id"], found["cells"].split(";")[0], found["expected"]) == ("X01", "月调度表!P5", "15900")
    assert found["difference"] == "500"
    assert all(row["is_accepted"] for row in bureau.read("reported_investment", "2022-11"))


def test_formula_totals_that_follow_the_wrong_figure_do_not_hide_it(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [ROWS[0], {**ROWS[1], "ytd_investment_wan": 5900}, ROWS[2]])
    bureau.judge("2022-11")
    found = bureau.findings("2022-11")
    assert {f["rule_id"] for f in found} == {"R01", "P02", "R04"}
    assert {f["field"] for f in found} == {"ytd_investment_wan"} and {f["expected"] for f in found} == {"5300"}


def test_two_wrong_rows_that_break_one_total_explain_it_together(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    details = [{**ROWS[0], "ytd_investment_wan": 5900}, {**ROWS[1], "ytd_investment_wan": 5500}, ROWS[2]]
    bureau.submit("2022-11", "zhujian", details, totals=TRUE_TOTALS)
    bureau.judge("2022-11")
    [total] = [f for f in bureau.findings("2022-11") if f["rule_id"] == "X01"]
    assert total["cells"].startswith("月调度表!P6;") and total["group_head"] is not None
