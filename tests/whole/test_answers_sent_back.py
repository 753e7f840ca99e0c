"""A receipt goes out, its answer sheet is filled in and sent back: the questions are answered, in later months too."""

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from dispatch import receipts
from dispatch.month import Month
from ingestion.register import Register
from tests.whole import departments
from tests.whole.departments import answer, asking
from tests.whole.places import NOW, PLANS, place_with

pytestmark = pytest.mark.slow

ASKED = ("total_drift", "investment_before_start", "over_annual_plan", "standing_still")
LATER = NOW + timedelta(days=1)


def asked(place, period: str) -> dict[str, dict]:
    """The warnings that count, by what an answer to them is bound to."""
    found = [f for f in place.findings(period) if f["severity"] == "warning" and f["outcome"] == "failed"]
    return {finding["subject"]: finding for finding in found}


def written(place, period: str) -> dict[str, Path]:
    """The monthly receipts that have an answer sheet, by unit."""
    papers = receipts.write_all(Month(place.workspace, place.plan.id, period), {})
    return {unit: path for (_, unit), path in asking(papers).items()}


def inbox(place, name: str) -> Path:
    return departments.inbox(place, NOW + timedelta(hours=1)) / name


def send_back(receipt: Path, to: Path, text: str) -> None:
    """Fill in every line of the answer sheet; ``{}`` in the text is the line's own number."""
    answer(receipt, to, lambda line: text.format(line["编号"]))


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """A county whose November has warnings in four units, judged."""
    place, faults = place_with(ASKED, tmp_path_factory.mktemp("answers") / "workspace", PLANS[0])
    place.judge()
    [period] = {fault.period for fault in faults}
    return place, period


@pytest.fixture
def county(judged, tmp_path):
    place, period = judged
    return place.copy(tmp_path / "workspace"), period


def test_filled_answer_sheets_answer_every_question_and_nothing_else_moves(county):
    place, period = county
    before = {table: place.lake(table, period) for table in ("submissions", "accepted_investment", "obligations")}
    sheets = written(place, period)
    assert len(sheets) >= len(ASKED) and {f["answer_state"] for f in asked(place, period).values()} == {"unanswered"}
    for unit, receipt in sheets.items():
        send_back(receipt, inbox(place, f"{unit}.xlsx"), "初设批复调整了建设内容，批复号{}")
    assert place.judge(LATER) == [period, "2022-12"]
    found = asked(place, period).values()
    assert {f["answer_state"] for f in found} == {"answered"}
    assert all(f["answer_submission_id"].endswith(f"/{f['unit_id']}/a1") for f in found)
    assert {table: place.lake(table, period) for table in before} == before
    assert written(place, period) == {}
    assert place.judge(LATER) == []


def test_a_stock_phrase_comes_back_with_the_reason_and_a_true_one_settles_it(county):
    place, period = county
    unit, receipt = min(written(place, period).items())
    send_back(receipt, inbox(place, "first.xlsx"), "已核实，情况属实")
    place.judge(LATER)
    own = [f for f in asked(place, period).values() if f["unit_id"] == unit]
    assert {f["answer_state"] for f in own} == {"refused"} and all("套话" in f["answer_reason_zh"] for f in own)
    told = [f for f in place.findings(period) if f["rule_id"] == "O15B"]
    assert {(f["unit_id"], f["severity"]) for f in told} == {(unit, "info")} and len(told) == len(own)
    again = written(place, period)[unit]
    assert any("套话" in str(cell.value) for row in openpyxl.load_workbook(again)["核实说明"] for cell in row)
    send_back(again, inbox(place, "second.xlsx"), "初设批复调整了建设内容，批复号{}")
    place.judge(LATER + timedelta(days=1))
    own = [f for f in asked(place, period).values() if f["unit_id"] == unit]
    assert {f["answer_state"] for f in own} == {"answered"}
    assert all(f["answer_submission_id"].endswith("/a2") for f in own)
    assert not [f for f in place.findings(period) if f["rule_id"] == "O15B"]


def test_a_receipt_sent_back_unfilled_is_left_alone_with_its_reason(county):
    place, period = county
    unit, receipt = min(written(place, period).items())
    send_back(receipt, inbox(place, "unfilled.xlsx"), "")
    assert place.judge(LATER) == []
    [sent] = [r for r in Register(place.workspace.register).receipts() if r.file_name == "unfilled.xlsx"]
    assert (sent.kind, sent.problem, sent.unit_id) == ("refused", "answers_blank", unit)


def test_answers_that_were_withdrawn_answer_nothing(county):
    place, period = county
    unit, receipt = min(written(place, period).items())
    send_back(receipt, inbox(place, "wrong.xlsx"), "初设批复调整了建设内容，批复号{}")
    place.judge(LATER)
    register = Register(place.workspace.register)
    [sent] = [r for r in register.receipts() if r.file_name == "wrong.xlsx"]
    assert (sent.kind, sent.form, sent.period, sent.unit_id) == ("answers", "monthly_dispatch", period, unit)
    subject = {"plan_id": place.plan.id, "receipt_id": sent.receipt_id}
    register.record_decision("withdraw", "项目推进中心", "发错了", subject, LATER + timedelta(hours=1))
    place.judge(LATER + timedelta(days=1))
    assert {f["answer_state"] for f in asked(place, period).values()} == {"unanswered"}
    assert [row["kind"] for row in place.lake("decisions", period)] == ["withdraw"]
