import doctest
from datetime import date

import pytest

from expectations import identifiers
from expectations.identifiers import credit_code_is_valid, parse_project_code, region_exists


def test_doctests_hold():
    assert doctest.testmod(identifiers).failed == 0


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "9144030071526726XG", "91330100799655058B", "91110000802100433B", "914403001922038216"],
)
def test_credit_codes_of_real_units_pass_both_checks(code):
    assert credit_code_is_valid(code)


@pytest.mark.parametrize(
    "code", ["91350100M000100Y4Z", "91310115MA1H8R7C6D", "MA4F0WYH0420582003", "9135O100M000100Y43", "9135010"]
)
def test_credit_codes_with_a_slip_or_of_another_kind_fail(code):
    assert credit_code_is_valid(code) is False


def test_a_missing_credit_code_is_not_judged():
    assert credit_code_is_valid(None) is None


def test_the_traps_between_neighbouring_counties_are_known():
    assert region_exists("141029") and region_exists("141129")
    assert region_exists("140523") is False and region_exists("141101") is False


def test_a_region_of_a_prefecture_that_is_not_listed_is_not_judged():
    assert region_exists("110105") is None


def test_the_two_styles_of_project_codes_are_told_apart_by_their_first_segment():
    assert parse_project_code("2012-141082-89-01-123456").given_on == date(2020, 12, 1)  # December 2020, new style
    assert parse_project_code("2019-141082-48-01-123456").given_on == date(2019, 1, 1)


@pytest.mark.parametrize(
    "text",
    ["2211-141082-89-01-12345", "2200-141082-89-01-123456", "2211-141101-89-01-123456", "霍发改审批字〔2022〕5号", ""],
)
def test_what_cannot_be_a_project_code_is_none(text):
    assert parse_project_code(text) is None
