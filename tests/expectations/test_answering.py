"""The centre's policy on answers: comparing texts, gaps and days."""

from datetime import date

import pytest

from expectations import answering


def figures(found=None, expected=None, difference=None, field="total_investment_wan"):
    return {"found": found, "expected": expected, "difference": difference, "field": field}


def test_the_gap_is_the_difference_else_against_what_is_expected_else_the_value_itself():
    assert answering.gap(figures("9200", "5200", "-4000")) == 4000
    assert answering.gap(figures("30", "100")) == 70
    assert answering.gap(figures("30")) == 30
    assert answering.gap(figures("在建", "竣工")) is None


@pytest.mark.parametrize(
    ("field", "before", "now", "holds"),
    [
        ("total_investment_wan", "100", "100.5", True),  # half a 万元
        ("total_investment_wan", "100", "100.51", False),
        ("total_investment_wan", "10000", "10010", True),  # a thousandth
        ("total_investment_wan", "10000", "10010.01", False),
        ("completion_rate_reported", "5", "5.05", True),
        ("completion_rate_reported", "5", "5.06", False),
        (None, "5", "6", False),  # days, counts: one more is more
    ],
)
def test_how_far_a_gap_may_move_depends_on_the_kind_of_figure(field, before, now, holds):
    assert answering.covers(figures(difference=before, field=field), figures(difference=now, field=field)) is holds


def test_a_figure_that_becomes_words_is_another_matter():
    assert not answering.covers(figures("1200"), figures("约1200"))
    assert answering.covers(figures("约 1200"), figures("约1200"))


@pytest.mark.parametrize("text", ["已核实", "已核实。", "情况属实、数据准确", "Ｎ", "  同上  "])
def test_stock_phrases_are_known_alone_and_in_a_row(text):
    assert answering.is_stock(text) is (text != "Ｎ")


def test_a_stock_phrase_with_a_reason_is_none():
    assert not answering.is_stock("已核实，系11月追加地下管线工程")


def test_a_months_answer_holds_to_the_years_end_and_a_weeks_for_eight_weeks():
    assert answering.ends_on("2022-10") == date(2022, 12, 31)
    assert answering.ends_on("2022-12-08") == date(2023, 2, 2)
