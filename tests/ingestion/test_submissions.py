"""What counts for a period: versions, supplements, nil reports, decisions; from the register and the archive alone."""

import os
from datetime import datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from intake_paper import CODE_A, CODE_B, TITLE, listed, monthly_form, project, project_list

from ingestion import lake
from ingestion.intake import take_in
from ingestion.plans import load_plans
from ingestion.register import Register
from ingestion.settings import TIMEZONE
from ingestion.submissions import files_waiting, periods_received, read_period
from ingestion.workspace import Workspace

PLAN, PERIOD = "huozhou-2022", "2022-11"
START = datetime(2022, 11, 28, 9, 0, tzinfo=TIMEZONE)


class Desk:
    """A centre that receives one file after the other, an hour apart."""

    def __init__(self, root):
        self.ws = Workspace.create(root, [PLAN])
        self.plan = load_plans(self.ws.plans)[PLAN]
        self.register = Register(self.ws.register)
        self.now = START

    def receive(self, projects, name="住建局.xlsx", **facts):
        """Take in one monthly form; its receipt."""
        monthly_form(self.ws.inbox / PLAN / name, projects, **facts)
        return self.look()

    def look(self):
        self.now += timedelta(hours=1)
        report = take_in(self.ws, {PLAN: self.plan}, self.now)
        [receipt] = report.new + report.same
        return receipt

    def decide(self, kind, receipt, **subject):
        self.now += timedelta(hours=1)
        subject = {"plan_id": PLAN, "receipt_id": receipt.receipt_id, **subject}
        return self.register.record_decision(kind, "统计员", "核实", subject, self.now)

    def read(self, period=PERIOD, known_at=None):
        return read_period(self.ws, self.plan, period, known_at or self.now)

    def table(self, name, period=PERIOD):
        return lake.read(self.ws.lake, name, PLAN, period)

    def effective(self):
        """Name and year-to-date figure of the project rows that count."""
        rows = self.table("rows_monthly_dispatch")
        return {
            row["project_name"]: row["ytd_investment_wan"]
            for row in rows
            if row["is_effective"] and row["row_role"] == "detail"
        }

    def counting(self):
        return [row["submission_id"] for row in self.table("submissions") if row["is_effective"]]


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


def two(ytd_a=800, ytd_b=300):
    return [project("甲项目", ytd_a, CODE_A), project("乙项目", ytd_b, CODE_B)]


def test_rows_carry_their_address_and_typed_values(desk):
    receipt = desk.receive(two(), total={"ytd_investment_wan": 1100})
    desk.read()
    total, first, _ = desk.table("rows_monthly_dispatch")
    assert (total["row_role"], total["row"]) == ("total", 6)
    assert (first["row"], first["sheet"], first["columns"]["ytd_investment_wan"]) == (7, "月调度表", "P")
    assert first["submission_id"] == f"{PLAN}/monthly_dispatch/{PERIOD}/zhujian/v1"
    assert first["ytd_investment_wan"] == Decimal("800.000000")
    assert first["headers"]["ytd_investment_wan"] == "投资完成情况/本年完成/自年初累计"
    [submission] = desk.table("submissions")
    assert (submission["kind"], submission["rows_read"], submission["receipt_id"]) == ("form", 2, receipt.receipt_id)
    assert submission["received_at"] == receipt.received_at


def test_a_later_version_replaces_the_whole_form_and_both_remain(desk):
    desk.receive(two())
    desk.receive([project("甲项目", 900, CODE_A)])
    desk.read()
    assert desk.effective() == {"甲项目": Decimal(900)}
    assert [(row["version"], row["is_effective"]) for row in desk.table("submissions")] == [(1, False), (2, True)]
    assert len(desk.table("rows_monthly_dispatch")) == 3


def test_what_was_known_earlier_can_be_read_again(desk):
    desk.receive(two())
    before = desk.now
    desk.receive(two(ytd_a=900))
    desk.read(known_at=before)
    assert desk.effective()["甲项目"] == Decimal(800)
    assert len(desk.table("submissions")) == 1
    desk.read()
    assert desk.effective()["甲项目"] == Decimal(900)


def test_reading_twice_gives_the_same_bytes(desk):
    desk.receive(two())
    desk.read()
    first = {path: path.read_bytes() for path in desk.ws.lake.rglob("*.parquet")}
    desk.read()
    assert {path: path.read_bytes() for path in desk.ws.lake.rglob("*.parquet")} == first


def test_the_same_file_twice_is_no_new_version(desk):
    desk.receive(two())
    desk.receive(two(ytd_a=900))
    desk.receive(two(), name="旧/住建局.xlsx")
    desk.read()
    assert [row["version"] for row in desk.table("submissions")] == [1, 2]
    assert desk.effective()["甲项目"] == Decimal(900)


def test_a_supplement_overrides_its_own_projects_and_adds_others(desk):
    desk.receive(two(), total={"ytd_investment_wan": 1100})
    desk.receive([project("乙项目", 350, CODE_B), project("丙项目", 10)], name="住建局补报.xlsx")
    desk.read()
    assert desk.effective() == {"甲项目": Decimal(800), "乙项目": Decimal(350), "丙项目": Decimal(10)}
    assert len(desk.counting()) == 2
    [total] = [row for row in desk.table("rows_monthly_dispatch") if row["row_role"] == "total"]
    assert not total["is_effective"]  # it no longer is the total of the rows that count


def test_a_summary_gone_stale_takes_no_project_of_the_same_row_number_with_it(desk):
    path = desk.ws.inbox / PLAN / "住建局.xlsx"
    monthly_form(path, two())
    book = openpyxl.load_workbook(path)
    first = next(row[0].row for row in book.worksheets[0].iter_rows() if "甲项目" in [cell.value for cell in row])
    sheet = book.create_sheet("汇总表")
    for column, (head, cell) in enumerate({"类别": "合计", "总投资": 2000, "年度计划投资": 2000}.items(), start=1):
        sheet.cell(first - 1, column, head)
        sheet.cell(first, column, cell)
    book.save(path)
    desk.look()
    desk.receive([project("乙项目", 350, CODE_B)], name="住建局补报.xlsx")
    desk.read()
    [summary] = [row for row in desk.table("rows_monthly_dispatch") if row["row_role"] == "summary"]
    assert (summary["sheet"], summary["row"], summary["is_effective"]) == ("汇总表", first, False)
    assert desk.effective() == {"甲项目": Decimal(800), "乙项目": Decimal(350)}


def test_a_supplement_knows_a_project_by_name_where_a_code_is_lacking(desk):
    desk.receive(two())
    desk.receive([project("乙 项目", 350)], name="住建局补报.xlsx")
    desk.read()
    assert sorted(desk.effective().values()) == [Decimal(350), Decimal(800)]


def test_a_whole_form_after_a_supplement_replaces_both(desk):
    desk.receive(two())
    desk.receive([project("丙项目", 10)], name="住建局补报.xlsx")
    desk.receive(two(ytd_a=900))
    desk.read()
    assert desk.effective() == {"甲项目": Decimal(900), "乙项目": Decimal(300)}
    assert desk.counting() == [f"{PLAN}/monthly_dispatch/{PERIOD}/zhujian/v3"]


def test_a_nil_report_counts_and_has_no_rows_and_no_issues(desk):
    desk.receive([{"project_name": "本月无项目"}])
    desk.read()
    [submission] = desk.table("submissions")
    assert (submission["kind"], submission["is_effective"], submission["rows_read"]) == ("nil", True, 0)
    assert desk.table("rows_monthly_dispatch") == []
    assert desk.table("issues") == []


def test_an_unreadable_later_version_does_not_take_the_place_of_one_that_reads(desk):
    desk.receive(two())
    desk.receive([], name="住建局2.xlsx")
    desk.read()
    assert [(row["kind"], row["is_effective"]) for row in desk.table("submissions")] == [
        ("form", True),
        ("unreadable", False),
    ]
    assert len(desk.effective()) == 2


def test_a_file_that_cannot_be_read_is_said_with_the_reason_until_a_later_one_comes(desk):
    path = monthly_form(desk.ws.inbox / PLAN / "住建局2022年11月月调度表.xlsx", two())
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    os.utime(path, (0, 0))  # long ago, so that nobody is still copying it
    desk.look()
    desk.read()
    [issue] = desk.table("issues")
    assert (issue["issue_code"], issue["unit_id"], issue["is_effective"]) == ("unreadable_file", "zhujian", True)
    assert issue["found"] == f"文件不完整（{len(whole) // 2} B），请重新复制或上传"
    desk.receive(two())
    desk.read()
    assert [row["is_effective"] for row in desk.table("issues")] == [False]
    desk.receive([], name="住建局空表.xlsx")
    desk.read()
    assert [(row["version"], row["found"][:8]) for row in desk.table("issues") if row["is_effective"]] == [
        (3, "表中没有项目行，")
    ]


def test_a_withdrawn_file_gives_way_to_the_one_before(desk):
    desk.receive(two())
    wrong = desk.receive(two(ytd_a=99999))
    desk.read()
    assert desk.effective()["甲项目"] == Decimal(99999)
    before = desk.now
    desk.decide("withdraw", wrong)
    desk.read()
    assert desk.effective()["甲项目"] == Decimal(800)
    assert [row["withdrawn"] for row in desk.table("submissions")] == [False, True]
    desk.read(known_at=before)
    assert desk.effective()["甲项目"] == Decimal(99999)


def test_withdrawing_the_only_file_leaves_nothing(desk):
    desk.decide("withdraw", desk.receive(two()))
    desk.read()
    assert desk.effective() == {}
    assert desk.counting() == []


def test_a_copy_of_a_withdrawn_file_counts_only_when_it_came_after_the_decision(desk):
    wrong = desk.receive(two())
    desk.receive(two(), name="副本/住建局.xlsx")
    desk.decide("withdraw", wrong)
    desk.read()
    assert desk.counting() == []
    desk.receive(two(), name="确实要报/住建局.xlsx")
    desk.read()
    assert desk.counting() == [f"{PLAN}/monthly_dispatch/{PERIOD}/zhujian/v2"]


def test_a_file_without_a_month_waits_until_it_is_assigned(desk):
    receipt = desk.receive(two(), month="")
    assert [v.receipt.receipt_id for v in desk.read().waiting] == [receipt.receipt_id]
    assert desk.table("submissions") == []
    number = desk.decide("assign", receipt, period=PERIOD)
    assert files_waiting(desk.ws, desk.plan, desk.now) == []
    assert periods_received(desk.ws, desk.plan, desk.now) == [PERIOD]
    desk.read()
    assert len(desk.effective()) == 2
    assert f"按第 {number} 号决定指定" in desk.table("submissions")[0]["recognised_by"]


def test_a_form_of_an_unknown_unit_waits_and_is_said(desk):
    receipt = desk.receive(two(), name="表.xlsx", unit="城建局")
    desk.read()
    [submission] = desk.table("submissions")
    assert submission["submission_id"] == f"{PLAN}/monthly_dispatch/{PERIOD}/?{receipt.receipt_id}/v1"
    assert (submission["unit_id"], submission["is_effective"]) == ("?", False)
    [issue] = desk.table("issues")
    assert (issue["issue_code"], issue["found"], issue["is_effective"]) == ("unknown_unit_name", "城建局", True)
    desk.decide("assign", receipt, unit_id="zhujian")
    desk.read()
    assert desk.counting() == [f"{PLAN}/monthly_dispatch/{PERIOD}/zhujian/v1"]
    assert desk.table("issues") == []


def test_a_file_given_its_month_waits_on_while_its_unit_is_unknown(desk):
    receipt = desk.receive(two(), name="表.xlsx", unit="", month="")
    desk.decide("assign", receipt, period=PERIOD)
    assert [v.receipt.receipt_id for v in desk.read().waiting] == [receipt.receipt_id]
    desk.decide("assign", receipt, unit_id="zhujian")
    desk.read()
    assert desk.counting() == [f"{PLAN}/monthly_dispatch/{PERIOD}/zhujian/v1"]


def test_an_alias_added_to_the_plan_settles_an_unknown_unit(desk):
    desk.receive(two(), name="表.xlsx", unit="城建局")
    text = (desk.ws.plans / f"{PLAN}.yml").read_text(encoding="utf-8")
    (desk.ws.plans / f"{PLAN}.yml").write_text(
        text.replace("aliases: [住建,", "aliases: [城建局, 住建,"), encoding="utf-8"
    )
    desk.plan = load_plans(desk.ws.plans)[PLAN]
    desk.read()
    assert desk.counting() == [f"{PLAN}/monthly_dispatch/{PERIOD}/zhujian/v1"]


def test_title_and_file_name_that_disagree_on_the_month_are_a_conflict(desk):
    desk.receive(two(), name="住建局2022-11.xlsx", month="2022年10月")
    desk.read()
    [issue] = desk.table("issues")
    assert (issue["issue_code"], issue["found"], issue["expected"]) == ("period_conflict", "2022-10", "2022-11")
    assert issue["row"] is None
    assert len(desk.counting()) == 1  # it reads, so it is the version that counts; the rule refuses its sheet


def test_a_sheet_of_another_unit_than_its_sender_is_a_conflict(desk):
    receipt = desk.receive(two(), name="水利局.xlsx", unit="住建局")
    desk.read()
    [issue] = desk.table("issues")
    assert (issue["issue_code"], issue["found"], issue["expected"]) == ("sender_conflict", "住建局", "水利局")
    assert desk.counting() == [f"{PLAN}/monthly_dispatch/{PERIOD}/zhujian/v1"]
    desk.decide("assign", receipt, unit_id="shuili")
    desk.read()
    assert desk.table("issues") == []
    assert desk.counting() == [f"{PLAN}/monthly_dispatch/{PERIOD}/shuili/v1"]


def test_a_filled_blank_of_another_unit_is_a_conflict(desk):
    desk.receive(
        two(), unit="住建局", tags={"form": "monthly_dispatch", "plan": PLAN, "unit": "shuili", "period": PERIOD}
    )
    desk.read()
    assert [row["issue_code"] for row in desk.table("issues")] == ["sender_conflict"]


def test_issues_of_replaced_versions_and_rows_do_not_count(desk):
    desk.receive([project("甲项目", "约800", CODE_A), project("乙项目", "大概", CODE_B)])
    desk.receive([project("甲项目", 800, CODE_A)], name="住建局补报.xlsx")
    desk.read()
    issues = {row["row"]: row["is_effective"] for row in desk.table("issues") if row["field"] == "ytd_investment_wan"}
    assert issues == {6: False, 7: True}


def test_a_figure_with_too_many_decimals_keeps_its_text(desk):
    desk.receive([project("甲项目", 800.123456789, CODE_A)])
    desk.read()
    [row] = desk.table("rows_monthly_dispatch")
    assert row["ytd_investment_wan"] == Decimal("800.123457")
    assert row["raw"]["ytd_investment_wan"].startswith("800.12345678")


def test_a_project_list_is_read_in_the_month_it_takes_effect(desk):
    project_list(desk.ws.inbox / PLAN / "名单.xlsx", [listed("甲项目", "市住建局", CODE_A), listed("乙项目", "城建局")])
    desk.look()
    assert periods_received(desk.ws, desk.plan, desk.now, "project_list") == ["2022-10"]
    desk.read("2022-10")
    [submission] = desk.table("submissions", "2022-10")
    assert (submission["list_version"], submission["effective_date"].isoformat()) == ("第1版", "2022-10-01")
    assert (submission["unit_id"], submission["form"]) == ("tuijin", "project_list")
    rows = desk.table("rows_project_list", "2022-10")
    assert [row["responsible_unit"] for row in rows] == ["市住建局", "城建局"]
    [issue] = [row for row in desk.table("issues", "2022-10") if row["issue_code"] == "unknown_unit_name"]
    assert (issue["found"], issue["row"], issue["field"]) == ("城建局", rows[1]["row"], "responsible_unit")


def test_a_period_without_files_still_has_its_obligations(desk):
    desk.read("2022-12")
    assert desk.table("submissions", "2022-12") == []
    assert len(desk.table("obligations", "2022-12")) == 19
    assert len(desk.table("plans", "2022-12")) == 1


def test_a_file_moved_to_another_month_leaves_nothing_behind(desk):
    receipt = desk.receive(two())
    desk.read()
    desk.decide("assign", receipt, period="2022-12")
    desk.read()
    desk.read("2022-12")
    assert desk.table("rows_monthly_dispatch") == []
    assert len(desk.table("rows_monthly_dispatch", "2022-12")) == 2


def test_a_nil_title_is_told_from_a_supplement(desk):
    desk.receive(two(), title=f"{TITLE}（2022年11月）补报")
    desk.read()
    assert [row["kind"] for row in desk.table("submissions")] == ["supplement"]
    assert len(desk.effective()) == 2
