"""Papers about a form with a lock: what the receipt, the status and the reminders say of it."""

import openpyxl
import pytest
from rich.console import Console
from small_month import KNOWN_AT, PERIOD, PLAN, SUBMISSIONS, instant, submission

from dispatch import receipts, reminders, status
from dispatch.publishing import publish
from ingestion import lake
from ingestion.plan_tables import plan_rows
from ingestion.plans import parse_plan
from ingestion.settings import SHIPPED_PLANS

DATES = '      lock: {days_after: 0, time: "20:00"}\n      publish: {days_after: 1, time: "10:00"}\n'
LATER = "2022-11-28 20:00锁定，已报的表此后改报须经开放；2022-11-29 10:00发布"


def plan_with_dates():
    text = (SHIPPED_PLANS / f"{PLAN}.yml").read_text(encoding="utf-8")
    return parse_plan(text.replace("      first: 2022-11 ", f"{DATES}      first: 2022-11 ", 1), f"{PLAN}.yml")


@pytest.fixture
def locked(ws):
    """The small month with a lock at eight in the evening; 住建局 sent a third version half an hour later."""
    rows = plan_rows(plan_with_dates(), PERIOD, "hash", KNOWN_AT, KNOWN_AT)["obligations"]
    lake.write(ws.lake, "obligations", PLAN, PERIOD, rows)
    third = submission("zhujian", 3, "2022-11-28 20:30", is_effective=False, awaits_opening=True, rows_read=3)
    lake.write(ws.lake, "submissions", PLAN, PERIOD, [*SUBMISSIONS, third])
    return ws


def shown(ws) -> str:
    console = Console(width=110, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(status.render(ws, PLAN, PERIOD), soft_wrap=True)
    return console.export_text()


def test_the_receipt_of_a_version_that_waits_says_so_and_who_can_open(locked):
    [path] = [path for path in receipts.write(locked, PLAN, PERIOD) if "住建局" in path.name and path.suffix == ".xlsx"]
    book = openpyxl.load_workbook(path)
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert any(text.startswith("已锁定，等候开放：第3版在锁定（2022-11-28 20:00）以后收到") for text in texts)
    assert any("请联系项目推进中心开放" in text for text in texts)
    assert "已锁定，等候开放" in texts  # in the table of versions
    assert any(text == f"2022-11-28 17:00；{LATER}" for text in texts)


def test_the_status_names_the_dates_and_the_version_that_waits(locked):
    publish(locked)
    text = shown(locked)
    assert f"{LATER}）" in next(line for line in text.splitlines() if line.startswith("期限：2022-11-28 17:00"))
    assert "锁定以后收到：住建局的 zhujian-3.xlsx（收文第73号，2022-11-28 20:30收到），等候开放" in text


def test_the_status_of_a_plan_without_a_lock_speaks_of_none(ws):
    publish(ws)
    assert "锁定" not in shown(ws)


def test_reminders_before_and_after_the_deadline_name_lock_and_publication(locked):
    [urging] = reminders.write(locked, PLAN, PERIOD)
    texts = urging.read_text(encoding="utf-8-sig").strip().split("\n\n")
    assert all(text.endswith(f"（本期{LATER}）") for text in texts)
    [ahead] = reminders.remind(locked, plan_with_dates(), PERIOD, instant("2022-11-27 09:00"))
    assert f"（遇节假日不顺延；{LATER}）" in ahead.read_text(encoding="utf-8-sig")


def test_a_form_without_a_lock_is_reminded_as_before(ws):
    [urging] = reminders.write(ws, PLAN, PERIOD)
    assert "锁定" not in urging.read_text(encoding="utf-8-sig")
