"""Which days are worked, and where that is known from."""

from datetime import date

import pytest

from ingestion import calendar


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [
        (date(2022, 11, 28), True),
        (date(2022, 10, 8), True),  # a Saturday worked to make up for the National Day week
        (date(2023, 1, 26), False),  # a Thursday in the Spring Festival
        (date(2022, 12, 31), False),
    ],
)
def test_published_holidays_and_make_up_days_are_known(day, is_workday):
    assert calendar.kind_of(day, own={}) == calendar.DayKind(is_workday, calendar.PUBLISHED)


def test_the_bureaus_own_table_overrules_the_published_one():
    day = date(2022, 11, 28)
    assert calendar.kind_of(day, own={day: False}) == calendar.DayKind(False, calendar.OVERRIDE)


def test_beyond_the_published_table_monday_to_friday_count_and_it_says_so():
    assert calendar.kind_of(date(2095, 1, 3), own={}) == calendar.DayKind(True, calendar.WEEKDAY)
    assert calendar.kind_of(date(2095, 1, 2), own={}) == calendar.DayKind(False, calendar.WEEKDAY)
    assert not calendar.shift(date(2095, 1, 2), 1, own={}).is_certain


def test_a_day_is_moved_to_the_next_or_the_previous_worked_day():
    spring_festival = date(2023, 1, 26)
    assert calendar.shift(spring_festival, 1, own={}) == calendar.Shifted(date(2023, 1, 28), True)
    assert calendar.shift(spring_festival, -1, own={}) == calendar.Shifted(date(2023, 1, 20), True)
    assert calendar.shift(date(2022, 11, 28), 1, own={}).day == date(2022, 11, 28)


def test_the_shipped_override_table_agrees_with_what_was_published():
    assert all(calendar.kind_of(day, own={}).is_workday == worked for day, worked in calendar.overrides().items())
