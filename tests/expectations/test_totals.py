"""Totals are held against what stands under them, 其中 rows apart, and wrong ones point at themselves."""

from decimal import Decimal

import pytest
from small_bureau import ROADS, SCHOOL, project, with_history

Y = "ytd_investment_wan"
ROWS = [project(ROADS), project(SCHOOL)]


RATE = "completion_rate_reported"  # 10600 of 12000 are 88.33 percent
WRONG, ROUNDED = {("X13", "error")}, {("X13B", "info")}
RATES = [("88.34", WRONG), ("8.83", WRONG), ("88.3", ROUNDED), ("88", ROUNDED)]


def grouped(tmp_path, head=5300, total=10600, counts=(2, 1, 1), of_which=1):
    """November with two groups of one project each, heads above their details, and an 其中 row."""
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", ROWS, totals={Y: total, "label_count": counts[0]})
    rows = bureau.rows["monthly_dispatch", "2022-11"]
    first, *details = rows
    plain = {name: first[name] for name in ("unit_id", "submission_id", "version", "sheet", "form", "is_effective",
                                            "columns", "headers", "raw")}  # fmt: skip
    rows[:] = [first, {**plain, "row": 40, "row_role": "of_which", "label": "其中：省重点", Y: of_which}]
    for number, (name, detail) in enumerate(zip(("一、产业", "二、基础设施"), details, strict=True)):
        row = {**plain, "row": 10 * number + 10, "row_role": "subtotal", "label": name, "group_path": name}
        rows.append({**row, "label_count": counts[1 + number], Y: head if number == 0 else 5300})
        rows.append({**detail, "row": row["row"] + 1, "group_path": name})
    bureau.judge("2022-11")
    return bureau


def found(bureau):
    return {f["rule_id"]: f for f in bureau.findings("2022-11")}


def test_sums_by_group_and_in_all_hold_beside_a_row_of_which(tmp_path):
    assert found(grouped(tmp_path)) == {}


def test_a_wrong_subtotal_is_the_culprit_of_its_total_too(tmp_path):
    findings = found(grouped(tmp_path, head=5800))
    assert findings.keys() == {"X01", "X02"}
    assert {f["cells"].split(";")[0] for f in findings.values()} == {"月调度表!P10"}
    assert {f["expected"] for f in findings.values()} == {"5300"}
    assert findings["X02"]["group_head"] == findings["X01"]["finding_id"]


def test_a_wrong_grand_total_is_its_own_culprit(tmp_path):
    findings = found(grouped(tmp_path, total=11100))
    assert {f["cells"].split(";")[0] for f in findings.values()} == {"月调度表!P5"}
    assert findings.keys() == {"X01", "X02"} and findings["X02"]["group_head"] == findings["X01"]["finding_id"]


def test_a_count_in_a_label_is_held_against_the_projects(tmp_path):
    findings = found(grouped(tmp_path, counts=(3, 1, 1)))
    assert findings.keys() == {"X03"} and (findings["X03"]["found"], findings["X03"]["expected"]) == ("3", "2")
    assert findings["X03"]["message_zh"] == "“合计（2项）”写的是 3 个，下面实有 2 个项目"


@pytest.mark.parametrize(("difference", "rules"), [("0.01", set()), ("0.02", {"X01"})])
def test_rounding_of_the_addends_is_tolerated_and_no_more(tmp_path, difference, rules):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", ROWS, totals={Y: Decimal(10600) + Decimal(difference)})
    bureau.judge("2022-11")
    assert found(bureau).keys() == rules


def test_a_figure_that_could_not_be_read_leaves_its_total_unjudged(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    sheet = bureau.submit(
        "2022-11", "zhujian", [ROWS[0], {**ROWS[1], "funds_ytd_wan": None}], totals={"funds_ytd_wan": 9}
    )
    bureau.issue("2022-11", sheet, "not_a_number", row=7, column="Q", field="funds_ytd_wan", found="若干")
    bureau.judge("2022-11")
    assert found(bureau).keys() == {"F01A"}


def november(tmp_path, **totals):
    """Two projects whose total row states a rate, and what else is said of it."""
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", ROWS, totals={RATE: Decimal("88.33"), **totals})
    bureau.judge("2022-11")
    return bureau


def test_the_rate_of_a_total_row_is_what_its_own_amounts_give(tmp_path):
    assert found(november(tmp_path)) == {}


@pytest.mark.parametrize(("rate", "rules"), RATES)
def test_a_rate_of_a_total_row_that_is_merely_rounded_is_a_hint_and_no_error(tmp_path, rate, rules):
    found_of = november(tmp_path, **{RATE: Decimal(rate)}).findings("2022-11", "error", "warning", "info")
    assert {(f["rule_id"], f["severity"]) for f in found_of} == rules


def test_where_all_rates_are_written_without_decimals_so_may_the_total_be(tmp_path):
    bureau = november(tmp_path, **{RATE: Decimal(88)})
    for row in bureau.rows["monthly_dispatch", "2022-11"]:
        row[RATE] = Decimal(88)
    bureau.judge("2022-11")
    assert bureau.findings("2022-11", "error", "warning", "info") == []


def test_rates_that_somebody_added_up_are_named_where_they_stand(tmp_path):
    finding = found(november(tmp_path, **{RATE: Decimal("176.66")}))["X13"]
    assert finding["cells"].split(";") == ["月调度表!Q5", "月调度表!P5", "月调度表!M5"]
    assert (finding["found"], finding["expected"], finding["difference"]) == ("176.66", "88.33", "88.33")
    assert "复算为 88.33%" in finding["message_zh"]


def test_an_amount_that_is_no_sum_is_the_culprit_of_the_rate_beside_it(tmp_path):
    findings = found(november(tmp_path, **{Y: 10100}))
    assert findings.keys() == {"X01", "X13"}
    assert {f["cells"].split(";")[0] for f in findings.values()} == {"月调度表!P5"}
    assert (findings["X13"]["found"], findings["X13"]["expected"]) == ("10100", "10600")
    assert findings["X13"]["group_head"] == findings["X01"]["finding_id"]


def test_a_row_of_which_states_a_rate_of_its_own(tmp_path):
    bureau = grouped(tmp_path)
    row = next(row for row in bureau.rows["monthly_dispatch", "2022-11"] if row["row_role"] == "of_which")
    row.update(annual_plan_wan=4, **{RATE: Decimal(26)})
    bureau.judge("2022-11")
    findings = found(bureau)
    assert findings.keys() == {"X13"} and (findings["X13"]["row"], findings["X13"]["expected"]) == (40, "25")
