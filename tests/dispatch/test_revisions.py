"""Revisions: how far certified figures moved, by unit, worked out by hand from three months."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from dispatch.revisions import revisions
from ingestion.publications import Figure, Publications
from ingestion.seals import Seals
from ingestion.settings import TIMEZONE

PLAN = "huozhou-2022"
NOON = datetime(2022, 12, 1, 12, tzinfo=TIMEZONE)
# what 住建局 and 水利局 had reached when each month was certified, first to last
CERTIFIED = {
    "2022-10": [("100.00", "50.00")],
    "2022-11": [("200.00", "60.00"), ("230.00", "60.00"), ("224.00", "60.00")],
    "2022-12": [("300.00", "80.00"), ("300.00", "65.00")],
}


def invested(unit: str, value: str, population: str = "all") -> Figure:
    return Figure(population, "unit", unit, "ytd_investment", Decimal(value), None, Decimal(value))


@pytest.fixture
def seals(tmp_path) -> Seals:
    register, told = Seals(tmp_path / "register.sqlite"), Publications(tmp_path / "register.sqlite")
    at = NOON
    for period, releases in CERTIFIED.items():
        for number, (zhujian, shuili) in enumerate(releases, start=1):
            at += timedelta(hours=1)
            figures = [invested("zhujian", zhujian), invested("shuili", shuili), invested("zhujian", "1.00", "key")]
            told.record(PLAN, period, f"{period}-{number}", figures, at)
            register.record(
                PLAN, period, number, f"{period}-{number}", at, at, "主任", "按月", register.marks().publications,
                "ab" * 32, (),
            )  # fmt: skip
    return register


def test_size_and_bias_are_means_over_all_certified_periods(seals):
    shuili, zhujian = revisions(seals, PLAN)
    assert (zhujian.unit_id, zhujian.periods, zhujian.revised) == ("zhujian", 3, 1)
    assert (zhujian.size, zhujian.bias, zhujian.largest) == (8, 8, 24)
    assert (shuili.periods, shuili.revised, shuili.size, shuili.bias, shuili.largest) == (3, 1, 5, -5, -15)


def test_a_unit_whose_corrections_cancel_out_has_a_size_and_no_bias(seals):
    now = {"2022-10": {("all", "unit", "shuili", "ytd_investment"): {"value": Decimal("65.00")}}}
    shuili = revisions(seals, PLAN, now)[0]
    assert (shuili.revised, shuili.bias, shuili.size) == (2, 0, Fraction(30, 3))


def test_nothing_is_said_of_a_plan_that_was_never_certified(seals):
    assert revisions(seals, "puxian-2022") == []
