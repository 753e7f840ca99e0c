"""Rows beside rows: what another table, the other rows of the period and the code lists say of a row."""

from decimal import Decimal

import pyarrow as pa
import pytest

from expectations.counted_beside import counted, of_other_units
from expectations.identifiers import division
from expectations.laid_beside import laid, of_months


def table(**columns):
    return pa.table(columns)


def test_a_row_gets_the_row_of_the_same_keys_and_nothing_where_there_is_none():
    rows = table(project_id=["A", "B", "A"], kind=["x", "x", None])
    other = table(project_id=["A", "A"], kind=[None, "x"], amount=[1, 2])
    beside = laid(rows, "prev", other, "project_id", "kind")["prev"].to_pylist()
    assert beside == [other.to_pylist()[1], None, other.to_pylist()[0]]


def test_a_key_may_have_another_name_in_the_rows():
    rows = table(monthly_id=["B", None])
    other = table(project_id=["A", "B"], amount=[1, 2])
    assert laid(rows, "monthly", other, "project_id", own="monthly_id")["monthly"].to_pylist() == [
        {"project_id": "B", "amount": 2},
        None,
    ]


def test_the_months_before_stand_by_how_long_ago_they_were_with_gaps_where_the_project_was_not_reported():
    past = table(project_id=["A", "B", "A"], months_ago=[3, 1, 1], amount=[30, 11, 10])
    rows = of_months(table(project_id=["A", "C", "B"]), "hist", past, ["amount"])
    assert rows["hist"].to_pylist() == [
        [{"amount": 10}, None, {"amount": 30}],
        None,
        [{"amount": 11}, None, None],
    ]


def test_no_month_before_leaves_every_row_without_a_past():
    past = table(
        project_id=pa.array([], pa.string()), months_ago=pa.array([], pa.int32()), amount=pa.array([], "int32")
    )
    assert of_months(table(project_id=["A", "B"]), "hist", past, ["amount"])["hist"].to_pylist() == [None, None]


REPORTED = table(
    submission_id=["S1", "S1", "S2", "S3", "S0"],
    project_id=["A", "A", "A", "B", "B"],
    unit_id=["u1", "u1", "u2", "u3", "u4"],
    is_effective=[True, True, True, True, False],
    month_investment_wan=pa.array([Decimal(5), Decimal(7), None, Decimal(1), Decimal(2)], pa.decimal128(22, 6)),
    ytd_investment_wan=pa.array([Decimal(50), Decimal(7), Decimal(9), Decimal(1), Decimal(2)], pa.decimal128(22, 6)),
)


def test_rows_of_a_version_about_one_project_and_the_units_that_report_it_are_counted():
    rows = counted(REPORTED, ("project_id",))
    assert rows["same_project_rows"].to_pylist() == [2, 2, 1, 1, 1]
    assert rows["reporting_units"].to_pylist() == [2, 2, 2, 1, 1]  # a version that does not count is no report


def test_units_whose_last_version_still_stands_report_their_projects_too():
    rows = counted(REPORTED, ("project_id",), [("B", "u9"), ("B", "u3")])
    assert rows["reporting_units"].to_pylist() == [2, 2, 2, 2, 2]


def test_a_row_sees_the_smallest_figures_of_other_units_and_never_its_own():
    rows = of_other_units(REPORTED)
    assert rows["other_unit"].to_pylist() == ["u2", "u2", "u1", None, None]
    assert rows["other_month_wan"].to_pylist() == [None, None, Decimal(5), None, None]
    assert rows["other_ytd_wan"].to_pylist() == [Decimal(9), Decimal(9), Decimal(7), None, None]


@pytest.mark.parametrize(
    ("code", "stands_for"),
    [
        ("26", "26"),
        ("C26", "26"),
        ("2631", "26"),
        ("C2631", "26"),
        ("C", "C"),
        ("A26", None),
        ("99", None),
        ("26310", None),
        ("", None),
        (None, None),
    ],
)
def test_an_industry_code_stands_for_its_division_or_section(code, stands_for):
    assert division(code) == stands_for
