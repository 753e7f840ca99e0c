"""After the lock: which versions wait, what a reopening lets in, and who is never shut out."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from intake_paper import CODE_A, CODE_B, monthly_form, project

from ingestion import lake
from ingestion.intake import take_in
from ingestion.plans import PlanError, load_plan, parse_plan
from ingestion.register import Register
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.submissions import read_period
from ingestion.workspace import Workspace

PLAN, PERIOD, FORM = "huozhou-2022", "2022-11", "monthly_dispatch"
LOCK = '      lock: {days_after: 2, time: "12:00"}\n'  # due 2022-11-28 17:00


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2022, 11, day, hour, tzinfo=TIMEZONE)


def with_dates(dates: str) -> str:
    """The shipped plan's text with further dates in the schedule of the monthly form."""
    text = (SHIPPED_PLANS / f"{PLAN}.yml").read_text(encoding="utf-8")
    assert text.count("      first: 2022-11 ") == 1
    return text.replace("      first: 2022-11 ", f"{dates}      first: 2022-11 ")


class Desk:
    """A centre whose plan locks November at noon of the second day after the deadline."""

    def __init__(self, root):
        self.ws = Workspace.create(root, [PLAN])
        path = self.ws.plans / f"{PLAN}.yml"
        path.write_text(with_dates(LOCK), encoding="utf-8")
        self.plan = load_plan(path)
        self.register = Register(self.ws.register)

    def receive(self, when: datetime, ytd: int, name: str = "住建局.xlsx", projects: tuple = ()) -> int:
        """Take in one form at an instant; the number of its receipt."""
        monthly_form(self.ws.inbox / PLAN / name, list(projects) or [project("甲项目", ytd, CODE_A)])
        report = take_in(self.ws, {PLAN: self.plan}, when, received_at=when)
        return report.new[0].receipt_id

    def reopen(self, when: datetime, until: datetime, unit: str = "zhujian") -> int:
        subject = {"plan_id": PLAN, "form": FORM, "period": PERIOD, "unit_id": unit}
        return self.register.record_decision("reopen", "综合岗", "漏报一项", subject, when, until)

    def counts(self, known_at: datetime) -> list[Decimal]:
        """The year-to-date figures that count, as known at an instant."""
        read_period(self.ws, self.plan, PERIOD, known_at)
        rows = lake.read(self.ws.lake, "rows_monthly_dispatch", PLAN, PERIOD)
        return sorted(r["ytd_investment_wan"] for r in rows if r["is_effective"] and r["row_role"] == "detail")

    def waiting(self) -> list[int]:
        """The versions that wait, of the last reading."""
        return [s["version"] for s in lake.read(self.ws.lake, "submissions", PLAN, PERIOD) if s["awaits_opening"]]


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


def test_a_new_version_after_the_lock_is_read_and_kept_but_waits(desk):
    desk.receive(at(28), 800)
    desk.receive(at(29), 850)  # late, but before the lock: a correction like any other
    desk.receive(at(30, 13), 900)
    assert desk.counts(at(30, 14)) == [850]
    assert desk.waiting() == [3]
    assert len(lake.read(desk.ws.lake, "rows_monthly_dispatch", PLAN, PERIOD)) == 3


def test_what_comes_at_the_very_instant_of_the_lock_still_counts(desk):
    desk.receive(at(28), 800)
    desk.receive(at(30, 12), 900)
    assert desk.counts(at(30, 14)) == [900] and desk.waiting() == []


def test_a_first_version_counts_however_late_and_the_second_one_waits(desk):
    desk.receive(at(30, 13), 800)
    assert desk.counts(at(30, 14)) == [800]
    desk.receive(at(30, 15), 900)
    assert desk.counts(at(30, 16)) == [800] and desk.waiting() == [2]


def test_an_empty_form_before_the_lock_is_no_report_that_would_shut_the_real_one_out(desk):
    monthly_form(desk.ws.inbox / PLAN / "住建局.xlsx", [])
    take_in(desk.ws, {PLAN: desk.plan}, at(28), received_at=at(28))
    desk.receive(at(30, 13), 900)
    assert desk.counts(at(30, 14)) == [900] and desk.waiting() == []


def test_a_supplement_after_the_lock_waits_like_a_whole_form(desk):
    desk.receive(at(28), 800)
    desk.receive(at(30, 13), 0, "住建局补报.xlsx", (project("乙项目", 300, CODE_B),))
    assert desk.counts(at(30, 14)) == [800] and desk.waiting() == [2]
    desk.reopen(at(30, 15), at(30, 18))
    assert desk.counts(at(30, 15)) == [300, 800] and desk.waiting() == []


def test_a_reopening_lets_in_what_waits_and_what_comes_before_its_end_and_nothing_later(desk):
    desk.receive(at(28), 800)
    desk.receive(at(30, 13), 850)
    desk.reopen(at(30, 14), at(30, 18))
    assert desk.counts(at(30, 13)) == [800]  # as known before it was opened
    assert desk.counts(at(30, 14)) == [850]
    desk.receive(at(30, 17), 900)
    assert desk.counts(at(30, 17)) == [900]
    desk.receive(at(30, 18), 950)
    assert desk.counts(at(30, 19)) == [900] and desk.waiting() == [4]  # the end itself is outside


def test_an_expired_reopening_still_stands_for_what_it_let_in(desk):
    desk.receive(at(28), 800)
    desk.reopen(at(30, 13), at(30, 14))
    desk.receive(at(30, 13), 850)
    assert desk.counts(at(30, 20) + timedelta(days=30)) == [850]


def test_a_reopening_of_another_unit_opens_nothing_here(desk):
    desk.receive(at(28), 800)
    desk.receive(at(30, 13), 850)
    desk.reopen(at(30, 14), at(30, 18), "jiaoyun")
    assert desk.counts(at(30, 15)) == [800] and desk.waiting() == [2]


def test_when_the_version_that_counted_is_withdrawn_the_waiting_one_is_the_first(desk):
    first = desk.receive(at(28), 800)
    desk.receive(at(30, 13), 850)
    desk.register.record_decision("withdraw", "综合岗", "放错", {"plan_id": PLAN, "receipt_id": first}, at(30, 14))
    assert desk.counts(at(30, 15)) == [850] and desk.waiting() == []


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ('      lock: {days_after: 0, time: "16:59"}\n', "“lock”早于报送截止时刻"),
        ('      publish: {days_after: 0, time: "08:00"}\n', "“publish”早于报送截止时刻"),
        (LOCK + '      publish: {days_after: 2, time: "11:59"}\n', "“publish”早于锁定时刻"),
        ('      lock: {days_aftr: 2, time: "12:00"}\n', "没有“days_aftr”这一项。是不是想写“days_after”"),
        ('      lok: {days_after: 2, time: "12:00"}\n', "没有“lok”这一项。是不是想写“lock”"),
        ('      lock: {days_after: -1, time: "12:00"}\n', "“days_after”不能小于 0"),
        ('      lock: {days_after: 2, time: "25:00"}\n', "“time”的时刻“25:00”不对"),
    ],
)
def test_a_date_that_cannot_be_is_named_with_its_line(dates, said):
    text = with_dates(dates)
    line = next(n for n, words in enumerate(text.splitlines(), start=1) if words == dates.splitlines()[-1])
    with pytest.raises(PlanError) as caught:
        parse_plan(text, f"{PLAN}.yml")
    assert f"{PLAN}.yml 第 {line} 行：" in str(caught.value) and said in str(caught.value)


def test_what_is_sent_on_change_has_no_deadline_and_so_no_lock():
    text = (SHIPPED_PLANS / f"{PLAN}.yml").read_text(encoding="utf-8")
    text = text.replace("      every: change ", f"{LOCK}      every: change ", 1)
    with pytest.raises(PlanError, match="没有期限，也就没有“lock”"):
        parse_plan(text, f"{PLAN}.yml")
