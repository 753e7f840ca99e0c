"""A seal is a fact of its own: all of it or nothing, never altered; a register can be cut where a seal was given."""

import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from ingestion.publications import Figure, Publications
from ingestion.register import Register
from ingestion.seals import SealedDocument, Seals
from ingestion.settings import TIMEZONE

PLAN, PERIOD = "huozhou-2022", "2022-11"
NOON = datetime(2022, 12, 1, 12, tzinfo=TIMEZONE)
PAPER = SealedDocument("通报_2022-11.docx", "ab" * 32)
INVESTED = Figure("all", "unit", "zhujian", "ytd_investment", Decimal("3.00"), None, Decimal("3.000000"))


def hours(count: int) -> datetime:
    return NOON + timedelta(hours=count)


@pytest.fixture
def seals(tmp_path) -> Seals:
    return Seals(tmp_path / "register.sqlite")


def sign(seals: Seals, number: int = 1, documents=(PAPER,), **changed: object) -> int:
    facts = {
        "plan_id": PLAN, "period": PERIOD, "number": number, "release": "2022-11-abc", "known_at": NOON,
        "sealed_at": hours(number), "post": "主任", "reason": "按月发布", "publication_id": 0,
        "manifest_sha256": "cd" * 32,
    }  # fmt: skip
    return seals.record(**facts | changed, documents=documents)


def receive(seals: Seals, plan_id: str, hour: int) -> int:
    return seals.add_receipt(
        plan_id=plan_id, form="monthly_dispatch", period=PERIOD, unit_id="zhujian", kind="form", sha256="ef" * 32,
        file_name="a.xlsx", inbox_path="a.xlsx", seen_at=hours(hour), received_at=hours(hour), received_source="seen",
    )  # fmt: skip


def test_a_seal_comes_back_with_its_decision_and_its_documents(seals):
    number = sign(seals)
    [seal] = seals.seals(PLAN, PERIOD)
    assert (seal.seal_id, seal.number, seal.post, seal.known_at, seal.documents) == (number, 1, "主任", NOON, (PAPER,))
    [decision] = seals.decisions(PLAN)
    assert (decision.decision_id, decision.kind, decision.decided_at) == (seal.decision_id, "certify", hours(1))
    assert decision.subject["act"] == "seal" and decision.subject["manifest"] == seal.manifest_sha256
    assert seals.seals("puxian-2022") == seals.seals(PLAN, "2022-10") == []


@pytest.mark.parametrize("broken", [{"post": " "}, {"reason": ""}, {"documents": (PAPER, SealedDocument("x", None))}])
def test_a_seal_that_cannot_be_written_whole_leaves_nothing(seals, broken):
    with pytest.raises(sqlite3.IntegrityError):
        sign(seals, **broken)
    assert seals.seals() == [] and seals.decisions(PLAN) == []


def test_a_number_of_a_plan_and_period_is_given_once(seals):
    sign(seals)
    with pytest.raises(sqlite3.IntegrityError):
        sign(seals)
    sign(seals, period="2022-10")
    sign(seals, number=2)
    assert [(seal.period, seal.number) for seal in seals.seals()] == [(PERIOD, 1), ("2022-10", 1), (PERIOD, 2)]


@pytest.mark.parametrize("table", ["seals", "sealed_documents"])
def test_what_was_signed_can_neither_be_changed_nor_deleted_nor_replaced(seals, table):
    sign(seals)
    for act in (f"update {table} set seal_id = 9", f"delete from {table}",
                f"insert or replace into {table} select * from {table}"):  # fmt: skip
        with closing(sqlite3.connect(seals.path)) as other, pytest.raises(sqlite3.IntegrityError, match="never"):
            other.execute(act)


def test_a_register_from_before_seals_gets_the_tables_and_keeps_its_rows(seals):
    receive(seals, PLAN, 1)
    with closing(sqlite3.connect(seals.path)) as old:
        old.executescript("drop table sealed_documents; drop table seals; pragma user_version = 3;")
    assert seals.seals() == [] and len(seals.receipts()) == 1
    sign(seals)
    with closing(sqlite3.connect(seals.path)) as now, pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        now.execute("delete from seals")


def test_what_was_told_when_a_seal_was_given_stays_as_it_was(seals):
    told = Publications(seals.path)
    first = told.record(PLAN, PERIOD, "one", [INVESTED], NOON)
    sign(seals, publication_id=first)
    second = told.record(PLAN, PERIOD, "two", [replace(INVESTED, value=Decimal("4.000000"))], hours(2))
    sign(seals, number=2, publication_id=second)
    key = ("all", "unit", "zhujian", "ytd_investment")
    assert [seals.told(seal)[key]["value"] for seal in seals.seals()] == [Decimal("3.000000"), Decimal("4.000000")]


def test_a_register_is_cut_where_its_marks_stand_and_holds_one_plan(seals, tmp_path):
    seals.record_plan_version(PLAN, "id: x", NOON, NOON)
    kept = [receive(seals, PLAN, 5), receive(seals, "puxian-2022", 5)]
    Publications(seals.path).record(PLAN, PERIOD, "one", [INVESTED], NOON)
    marks = seals.marks()
    receive(seals, PLAN, 1)  # registered later, received earlier
    seals.record_plan_version(PLAN, "id: y", hours(1), hours(6))
    sign(seals)
    seals.cut(tmp_path / "cut.sqlite", PLAN, asdict(marks))
    cut = Register(tmp_path / "cut.sqlite")
    assert [receipt.receipt_id for receipt in cut.receipts()] == kept[:1]
    assert cut.plan_at(PLAN, hours(9)).text == "id: x" and cut.decisions(PLAN) == []
    assert len(Publications(cut.path).figures(PLAN, PERIOD, before=hours(9))) == 1
    with closing(sqlite3.connect(cut.path)) as other, pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        other.execute("delete from receipts")
