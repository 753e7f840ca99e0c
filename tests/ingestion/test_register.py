"""The register adds and never changes; what was known at an instant can be asked."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from ingestion.obligations import Obligation
from ingestion.register import NewReceipt, Register
from ingestion.settings import TIMEZONE

PLAN = "huozhou-2022"
NOON = datetime(2022, 11, 28, 12, tzinfo=TIMEZONE)


def hours(count: int) -> datetime:
    return NOON + timedelta(hours=count)


@pytest.fixture
def register(tmp_path) -> Register:
    return Register(tmp_path / "register.sqlite")


def receive(register: Register, at: datetime, **facts) -> int:
    known = {
        "plan_id": PLAN,
        "form": "monthly_dispatch",
        "period": "2022-11",
        "unit_id": "zhujian",
        "kind": "form",
        "sha256": "ab" * 32,
        "file_name": "住建局.xlsx",
        "inbox_path": f"{PLAN}/住建局.xlsx",
        "seen_at": at,
        "received_at": at,
        "received_source": "seen",
    }
    return register.add_receipt(**{**known, **facts})


def test_a_receipt_comes_back_as_it_was_given(register):
    number = receive(register, NOON, problem="no_period", period=None)
    [receipt] = register.receipts(PLAN)
    assert receipt.receipt_id == number
    assert receipt.received_at == NOON
    assert receipt.received_at.tzinfo is TIMEZONE
    assert (receipt.period, receipt.problem, receipt.unit_id) == (None, "no_period", "zhujian")


@pytest.mark.parametrize(
    "act",
    [
        "update receipts set unit_id = 'x'",
        "delete from receipts",
        "insert or replace into receipts select * from receipts",
        "update decisions set reason = 'x'",
        "delete from decisions",
        "insert or replace into decisions select * from decisions",
        "update plan_versions set text = 'x'",
        "delete from plan_versions",
        "insert or replace into plan_versions select * from plan_versions",
    ],
)
def test_nothing_in_the_register_can_be_changed_or_deleted(register, act):
    receive(register, NOON)
    register.record_decision("withdraw", "统计员", "错报", {"plan_id": PLAN, "receipt_id": 1}, NOON)
    register.record_plan_version(PLAN, "id: x", NOON, NOON)
    with sqlite3.connect(register.path) as other, pytest.raises(sqlite3.IntegrityError):
        other.execute(act)


def test_receipts_are_known_from_when_they_were_received_not_from_when_they_were_seen(register):
    receive(register, hours(5), received_at=hours(1), received_source="folder")
    receive(register, hours(2))
    assert [r.received_at for r in register.receipts(PLAN)] == [hours(1), hours(2)]
    assert [r.received_at for r in register.receipts(PLAN, known_at=hours(1))] == [hours(1)]
    assert register.receipts(PLAN, known_at=hours(0)) == []
    assert register.receipts("puxian-2022") == []


def test_several_receipts_are_registered_together_or_not_at_all(register):
    receive(register, NOON)
    [good] = register.receipts()
    fresh = {name: getattr(good, name) for name in NewReceipt.__dataclass_fields__}
    with pytest.raises(sqlite3.IntegrityError):
        register.add_receipts([NewReceipt(**fresh), NewReceipt(**{**fresh, "kind": "surprise"})])
    assert len(register.receipts()) == 1


def test_the_same_bytes_for_the_same_obligation_point_at_their_first_receipt(register):
    first = receive(register, NOON)
    receive(register, hours(1), inbox_path=f"{PLAN}/再报/住建局.xlsx")
    receive(register, hours(2), period="2022-12")
    receive(register, hours(3), unit_id=None)
    receive(register, hours(4), unit_id=None)
    assert [receipt.same_as for receipt in register.receipts()] == [None, first, None, None, None]


def test_a_decision_needs_a_post_and_a_reason(register):
    subject = {"plan_id": PLAN, "receipt_id": 1}
    for post, reason in (("", "错报"), ("统计员", "  ")):
        with pytest.raises(sqlite3.IntegrityError):
            register.record_decision("withdraw", post, reason, subject, NOON)
    with pytest.raises(sqlite3.IntegrityError):
        register.record_decision("forget", "统计员", "错报", subject, NOON)
    assert register.decisions(PLAN) == []


def test_decisions_are_known_from_when_they_were_taken_and_hold_until_they_end(register):
    subject = {"plan_id": PLAN, "receipt_id": 7, "form": "monthly_dispatch"}
    register.record_decision("assign", "统计员", "文件名写错", subject, hours(1), ends_at=hours(3))
    assert register.decisions(PLAN, known_at=hours(0)) == []
    [decision] = register.decisions(PLAN, known_at=hours(9))
    assert decision.subject == subject
    assert [decision.holds_at(hours(n)) for n in (0, 1, 2, 3)] == [False, True, True, False]


def test_the_same_plan_text_is_recorded_once_and_a_return_to_it_is_a_version_of_its_own(register):
    first, is_new = register.record_plan_version(PLAN, "a", NOON, hours(5))
    assert is_new
    assert register.record_plan_version(PLAN, "a", NOON, hours(6)) == (first, False)
    assert register.record_plan_version(PLAN, "b", NOON, hours(7))[1]
    assert register.record_plan_version(PLAN, "a", NOON, hours(8)) == (first, True)
    assert [register.plan_at(PLAN, hours(n)).text for n in (6, 7, 8)] == ["a", "b", "a"]


def test_a_later_plan_version_never_rules_backwards(register):
    register.record_plan_version(PLAN, "a", NOON, hours(5))
    register.record_plan_version(PLAN, "b", NOON, hours(7))
    assert register.plan_at(PLAN, hours(6)).text == "a"
    assert register.plan_at(PLAN, hours(7)).in_force_at == hours(7)
    register.record_plan_version(PLAN, "c", hours(20), hours(8))
    assert register.plan_at(PLAN, hours(19)).text == "b"
    assert register.plan_at(PLAN, hours(20)).text == "c"


def test_before_the_first_version_came_into_force_the_first_one_is_taken(register):
    assert register.plan_at(PLAN, NOON) is None
    register.record_plan_version(PLAN, "a", hours(1), hours(5))
    assert register.plan_at(PLAN, NOON).text == "a"


def test_the_instant_of_knowledge_stands_still_between_events(register):
    due = Obligation(PLAN, "monthly_dispatch", "2022-11", "zhujian", hours(5), NOON.date(), True, "")
    history = Obligation(PLAN, "monthly_dispatch", "2022-10", "zhujian", hours(6), NOON.date(), False, "")
    assert register.last_event(PLAN, [], hours(9)) == hours(9)
    register.record_plan_version(PLAN, "a", NOON, hours(1))
    receive(register, hours(2))
    assert register.last_event(PLAN, [due, history], hours(4)) == hours(2)
    assert register.last_event(PLAN, [due, history], hours(5)) == hours(5)
    assert register.last_event(PLAN, [due, history], hours(500)) == hours(5)
    register.record_decision(
        "withdraw", "统计员", "错报", {"plan_id": PLAN, "receipt_id": 1}, hours(7), ends_at=hours(30)
    )
    assert register.last_event(PLAN, [due], hours(8)) == hours(7)
    assert [event.kind for event in register.events(PLAN)] == ["plan_version", "receipt", "decision", "decision_end"]


def test_a_lock_that_passes_moves_the_instant_of_knowledge(register):
    due = Obligation(PLAN, "monthly_dispatch", "2022-11", "zhujian", hours(5), NOON.date(), True, "", hours(8))
    assert register.last_event(PLAN, [due], hours(7)) == hours(5)
    assert register.last_event(PLAN, [due], hours(9)) == hours(8)


def test_an_instant_without_a_zone_is_refused(register):
    with pytest.raises(ValueError, match="zone"):
        receive(register, datetime(2022, 11, 28, 12))


def test_a_register_from_before_answers_keeps_every_receipt_and_takes_them_from_now_on(register):
    first, second = receive(register, NOON), receive(register, hours(2))
    with closing(sqlite3.connect(register.path)) as old:
        [(words,)] = old.execute("select sql from sqlite_master where name = 'receipts'").fetchall()
        narrow = words.replace(", 'answers'", "")
        assert narrow != words
        old.executescript(f"""
            drop table senders; alter table receipts rename to kept; {narrow};
            insert into receipts select * from kept; drop table kept; pragma user_version = 2;
        """)
    before = register.receipts()
    assert [(receipt.receipt_id, receipt.same_as) for receipt in before] == [(first, None), (second, first)]
    third = receive(register, hours(3), kind="answers")
    assert third == second + 1 and register.receipts()[-1].kind == "answers"
    with closing(sqlite3.connect(register.path)) as now, pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        now.execute("delete from receipts")
