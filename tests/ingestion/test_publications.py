"""What people were told is kept as a fact: what changed alone, never altered, never read by the build that told it."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from ingestion.publications import Figure, Publications
from ingestion.settings import TIMEZONE

PLAN, PERIOD = "huozhou-2022", "2022-11"
NOON = datetime(2022, 12, 1, 12, tzinfo=TIMEZONE)
RATE = Figure("all", "overall", "overall", "start_resume_rate", Decimal("3.00"), Decimal("5.00"), Decimal("0.600000"))
COUNT = Figure("all", "overall", "overall", "project_count", Decimal("5.00"), None, Decimal("5.000000"))


def hours(count: int) -> datetime:
    return NOON + timedelta(hours=count)


@pytest.fixture
def told(tmp_path) -> Publications:
    return Publications(tmp_path / "register.sqlite")


def test_figures_come_back_as_they_were_told(told):
    told.record(PLAN, PERIOD, "2022-11-abc", [RATE, COUNT], NOON)
    rate, count = told.figures(PLAN, PERIOD, before=hours(1))
    assert (rate["metric"], rate["numerator"], rate["denominator"], rate["value"]) == (
        "start_resume_rate", Decimal("3.00"), Decimal("5.00"), Decimal("0.600000"),
    )  # fmt: skip
    assert (rate["release"], rate["published_at"], rate["is_shown"]) == ("2022-11-abc", NOON, True)
    assert count["denominator"] is None


def test_only_what_changed_is_stored_and_nothing_when_nothing_did(told):
    told.record(PLAN, PERIOD, "one", [RATE, COUNT], NOON)
    assert told.record(PLAN, PERIOD, "two", [RATE, COUNT], hours(1)) is None
    better = replace(RATE, numerator=Decimal("4.00"), value=Decimal("0.800000"))
    told.record(PLAN, PERIOD, "three", [better, COUNT], hours(2))
    stored = told.figures(PLAN, PERIOD, before=hours(9))
    assert [(row["release"], row["metric"]) for row in stored] == [
        ("one", "start_resume_rate"), ("one", "project_count"), ("three", "start_resume_rate"),
    ]  # fmt: skip


def test_a_figure_that_is_dropped_is_stored_as_no_longer_shown_and_may_come_back(told):
    told.record(PLAN, PERIOD, "one", [RATE, COUNT], NOON)
    told.record(PLAN, PERIOD, "two", [RATE], hours(1))
    told.record(PLAN, PERIOD, "three", [RATE, COUNT], hours(2))
    counts = [row["is_shown"] for row in told.figures(PLAN, PERIOD, hours(9)) if row["metric"] == "project_count"]
    assert counts == [True, False, True]


def test_a_publication_is_known_only_after_its_instant(told):
    told.record(PLAN, PERIOD, "one", [RATE], NOON)
    assert told.figures(PLAN, PERIOD, before=NOON) == []
    assert len(told.figures(PLAN, PERIOD, before=NOON + timedelta(microseconds=1))) == 1
    assert told.figures(PLAN, "2022-12", before=hours(1)) == []


@pytest.mark.parametrize("table", ["publications", "published_figures"])
def test_what_was_told_can_neither_be_changed_nor_deleted_nor_replaced(told, table):
    told.record(PLAN, PERIOD, "one", [RATE], NOON)
    for act in (f"update {table} set publication_id = 9", f"delete from {table}",
                f"insert or replace into {table} select * from {table}"):  # fmt: skip
        with sqlite3.connect(told.path) as other, pytest.raises(sqlite3.IntegrityError):
            other.execute(act)


def test_a_register_from_before_publications_gets_the_tables_and_keeps_its_rows(told):
    told.record_plan_version(PLAN, "id: x", NOON, NOON)
    with sqlite3.connect(told.path) as old:
        old.executescript("drop table published_figures; drop table publications; pragma user_version = 1;")
    told.record(PLAN, PERIOD, "one", [RATE], NOON)
    assert told.plan_at(PLAN, NOON).text == "id: x"
    assert len(told.figures(PLAN, PERIOD, before=hours(1))) == 1
