"""The campaign's files: the week they belong to, and what of them counts, from the inbox to the lake."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from intake_paper import monthly_form, project
from weekly_paper import fund_row, paper, pipeline_row, procedure_columns, project_row, weekly
from workbooks import write

from ingestion import lake, settings
from ingestion.dates import WrittenDay
from ingestion.filed_periods import day_in_name, period_in_name, week_of
from ingestion.intake import take_in
from ingestion.obligations import periods
from ingestion.plans import load_plan, load_plans
from ingestion.register import Register
from ingestion.settings import TIMEZONE
from ingestion.submissions import files_waiting, periods_received, read_period
from ingestion.workspace import Workspace

HUOZHOU, PUXIAN = "huozhou-2022", "puxian-2022"
START = datetime(2022, 12, 8, 9, 0, tzinfo=TIMEZONE)


class Campaign:
    """A centre that receives one file after the other, an hour apart."""

    def __init__(self, root, plan_id=HUOZHOU):
        self.plan_id = plan_id
        self.ws = Workspace.create(root, [plan_id])
        self.plan = load_plans(self.ws.plans)[plan_id]
        self.now = START

    def receive(self, form, *rows, name="住建局.xlsx", **facts):
        paper(self.ws.inbox / self.plan_id / name, form, *rows, plan_id=self.plan_id, **facts)
        return self.look()

    def look(self):
        self.now += timedelta(hours=1)
        report = take_in(self.ws, {self.plan_id: self.plan}, self.now)
        [receipt] = report.new + report.same
        return receipt

    def read(self, period="2022-12-08"):
        return read_period(self.ws, self.plan, period, self.now)

    def table(self, name, period="2022-12-08"):
        return lake.read(self.ws.lake, name, self.plan_id, period)

    def states(self):
        """State of every item that counts, by project and procedure."""
        rows = [row for row in self.table("rows_procedure_items") if row["is_effective"]]
        return {(row["project_name"], row["procedure"]): row["procedure_state"] for row in rows}


@pytest.fixture
def campaign(tmp_path) -> Campaign:
    return Campaign(tmp_path)


@pytest.fixture
def puxian(tmp_path) -> Campaign:
    return Campaign(tmp_path, PUXIAN)


FIRST, SECOND = "城区第1供水厂改造工程", "城区第2供水厂改造工程"


def test_a_row_becomes_a_project_and_one_row_for_each_of_its_procedures(campaign):
    receipt = campaign.receive("procedures", project_row(energy__is_needed="否", energy__procedure_state="无需办理"))
    assert (receipt.form, receipt.period, receipt.unit_id, receipt.kind) == (
        "procedures",
        "2022-12-08",
        "zhujian",
        "form",
    )
    campaign.read()
    [row] = campaign.table("rows_procedures")
    assert (row["project_name"], row["row"], row["total_investment_wan"]) == (FIRST, 5, Decimal(12000))
    assert (row["form"], row["columns"]["total_investment_wan"]) == ("procedures", "I")
    assert not any("." in key for name in ("columns", "headers", "raw") for key in row[name])
    items = campaign.table("rows_procedure_items")
    assert [item["procedure"] for item in items] == ["approval", "energy", "environment", "land", "planning"]
    approval, energy = items[:2]
    assert (approval["row"], approval["submission_id"]) == (5, row["submission_id"])
    assert (approval["project_code"], approval["project_name"]) == ("2203-141082-04-01-000001", FIRST)
    assert (approval["procedure_state"], approval["done_date"]) == ("done", date(2022, 11, 25))
    assert approval["document_number"] == "霍审批〔2022〕31号"
    assert approval["columns"]["procedure_state"] == "P"
    assert approval["headers"]["procedure_state"] == "立项/办理状态"
    assert approval["raw"] == {"is_needed": "是", "procedure_state": "已办结", "done_date": "2022年11月25日"}
    assert (energy["is_needed"], energy["procedure_state"], energy["form"]) == ("no", "not_needed", "procedures")


def test_a_total_has_no_procedures(campaign):
    campaign.receive("procedures", {"project_name": "合计", "total_investment_wan": 12000}, project_row())
    campaign.read()
    assert [row["row_role"] for row in campaign.table("rows_procedures")] == ["total", "detail"]
    assert {row["row"] for row in campaign.table("rows_procedure_items")} == {6}


def test_a_week_writes_all_its_tables_also_those_of_forms_the_plan_lacks(campaign):
    reading = campaign.read("2022-12-15")
    names = ("rows_procedures", "rows_procedure_items", "rows_pipeline", "rows_funds", "submissions", "issues")
    for name in (*names, "obligations", "procedures"):
        assert lake.path(campaign.ws.lake, name, HUOZHOU, "2022-12-15").exists()
    assert reading.written["rows_funds"] == 0
    assert "rows_monthly_dispatch" not in reading.written


def test_issues_name_their_procedure_in_the_lake(campaign):
    campaign.receive("procedures", project_row(land__procedure_state="", land__done_date="年底"))
    campaign.read()
    found = {(row["issue_code"], row["procedure"], row["field"], row["column"]) for row in campaign.table("issues")}
    assert found == {
        ("blank_required", "land", "procedure_state", "Y"),
        ("imprecise_date", "land", "done_date", "AB"),
    }


def test_nothing_is_asked_about_a_procedure_that_is_not_needed(campaign):
    campaign.receive(
        "procedures",
        project_row(energy__is_needed="否", energy__procedure_state=""),
        project_row(2, energy__procedure_state=""),
    )
    campaign.read()
    assert [(row["issue_code"], row["row"], row["procedure"]) for row in campaign.table("issues")] == [
        ("blank_required", 6, "energy")
    ]


def test_a_missing_group_is_told_by_procedure(campaign):
    columns = [column for column in procedure_columns(HUOZHOU) if "energy." not in column[1]]
    campaign.receive("procedures", project_row(), columns=columns)
    campaign.read()
    assert {(row["issue_code"], row["procedure"]) for row in campaign.table("issues")} == {("missing_column", "energy")}
    assert "energy" not in {row["procedure"] for row in campaign.table("rows_procedure_items")}


def test_a_supplement_restates_a_project_with_all_its_procedures(campaign):
    campaign.receive("procedures", project_row(1), project_row(2), name="住建局12月8日.xlsx")
    campaign.receive("procedures", project_row(2, land__procedure_state="已办结"), name="住建局12月8日补报.xlsx")
    campaign.read()
    assert campaign.states()[FIRST, "land"] == "in_progress"
    assert campaign.states()[SECOND, "land"] == "done"
    assert len(campaign.states()) == 10
    assert len([row for row in campaign.table("rows_procedures") if row["is_effective"]]) == 2


def test_a_supplement_of_funds_restates_one_kind_of_fund(puxian):
    puxian.receive("funds", fund_row("专项债"), fund_row("社会资本", 90), name="住建局.xlsx", day="2022年12月9日")
    puxian.receive("funds", fund_row("专项债", 950), name="住建局补报.xlsx", day="2022年12月9日")
    puxian.read("2022-12-09")
    rows = [row for row in puxian.table("rows_funds", "2022-12-09") if row["is_effective"]]
    assert {row["fund_kind"]: row["secured_wan"] for row in rows} == {
        "special_bond": Decimal(950),
        "social_capital": Decimal(90),
    }


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("前期手续办理情况表2022-12-08", (12, 8, 2022)),
        ("12月8日周报", (12, 8, None)),
        ("住建局周报（2022.12.8）", (12, 8, 2022)),
        ("住建局20221208", (12, 8, 2022)),
        ("２０２２年１２月８日 住建局", (12, 8, 2022)),
        ("12月2日-8日周报", (12, 8, None)),
        ("2022-12-08", (12, 8, 2022)),
        ("2022-12-08 1640", None),
        ("2022-12", None),
        ("2022年12月", None),
        ("12月1日和12月8日", None),
        ("2022-13-08", None),
        ("1202212081", None),
        ("住建局第2版", None),
    ],
)
def test_the_day_is_read_from_a_name_and_the_time_of_receipt_is_not(name, day):
    assert day_in_name(name) == (day and WrittenDay(*day))


def test_a_day_is_no_month_and_a_month_no_day():
    assert period_in_name("前期手续办理情况表2022-12-08") is None
    assert period_in_name("月调度表2022年12月28日") is None
    assert day_in_name("月调度表2022年12月") is None


def test_a_day_belongs_to_the_first_week_due_on_it_or_after_it():
    plan = load_plan(settings.SHIPPED_PLANS / f"{PUXIAN}.yml")
    weeks = {
        date(2022, 12, 1): "2022-12-06",
        date(2022, 12, 6): "2022-12-06",
        date(2022, 12, 7): "2022-12-09",
        date(2022, 12, 9): "2022-12-09",
        date(2022, 12, 10): "2022-12-16",
        date(2023, 2, 27): "2023-02-24",
    }
    assert {day: week_of(plan, "procedures", day) for day in weeks} == weeks


@pytest.mark.parametrize(
    ("name", "stated", "week"),
    [
        ("住建局.xlsx", "2022年12月8日", "2022-12-08"),
        ("住建局.xlsx", "2022年12月7日", "2022-12-08"),
        ("住建局.xlsx", "2022年12月9日", "2022-12-15"),
        ("住建局.xlsx", "12月8日", "2022-12-08"),
        ("住建局.xlsx", "1月26日", "2023-01-26"),
        ("住建局2022-12-08.xlsx", "", "2022-12-08"),
        ("住建局1月26日.xlsx", "", "2023-01-26"),
        ("2022-12-08/住建局.xlsx", "", "2022-12-08"),
        ("2022-12-10 1640/住建局.xlsx", "2022年12月8日", "2022-12-08"),
    ],
)
def test_a_weekly_report_belongs_to_the_week_that_it_or_its_name_tells(campaign, name, stated, week):
    receipt = campaign.receive("procedures", project_row(), name=name, day=stated)
    assert (receipt.period, receipt.problem) == (week, None)
    campaign.read(week)
    assert campaign.table("submissions", week)[0]["stated_period"] == (week if stated else None)
    assert campaign.table("issues", week) == []


@pytest.mark.parametrize("stated", ["", "2021年12月8日", "2022年1月5日"])
def test_a_weekly_report_without_a_day_in_the_campaign_waits_for_a_word(campaign, stated):
    """A year not changed after New Year must not replace the first report."""
    receipt = campaign.receive("procedures", project_row(), name="2022-12-08 1640/住建局.xlsx", day=stated)
    assert (receipt.period, receipt.problem) == (None, "no_period")
    assert [version.receipt.receipt_id for version in files_waiting(campaign.ws, campaign.plan, campaign.now)] == [1]


def test_a_name_against_the_sheet_is_a_conflict_of_periods(campaign):
    campaign.receive("procedures", project_row(), name="住建局12月15日.xlsx")
    campaign.read("2022-12-15")
    [issue] = campaign.table("issues", "2022-12-15")
    assert (issue["issue_code"], issue["found"], issue["expected"]) == ("period_conflict", "2022-12-08", "2022-12-15")


BLANK = {"kind": "blank", "form": "procedures", "plan": HUOZHOU, "period": "2022-12-08", "unit": "zhujian"}


def issues_of(campaign, week):
    return [(row["issue_code"], row["found"], row["expected"]) for row in campaign.table("issues", week)]


def test_our_blank_tells_its_week(campaign):
    assert campaign.receive("procedures", project_row(), tags=BLANK, day="").period == "2022-12-08"
    campaign.read()
    assert campaign.table("issues") == []


def test_last_weeks_blank_belongs_to_the_week_written_over_it_and_is_named(campaign):
    receipt = campaign.receive("procedures", project_row(), tags=BLANK, day="2022年12月15日")
    campaign.read("2022-12-15")
    assert receipt.period == "2022-12-15"
    assert issues_of(campaign, "2022-12-15") == [("stale_blank", "2022-12-08", "2022-12-15")]


def test_last_weeks_blank_under_this_weeks_file_name_belongs_to_this_week_and_is_named(campaign):
    """The title is still our own print."""
    receipt = campaign.receive("procedures", project_row(), tags=BLANK, name="住建局12月15日.xlsx")
    campaign.read("2022-12-15")
    assert receipt.period == "2022-12-15"
    assert issues_of(campaign, "2022-12-15") == [("stale_blank", "2022-12-08", "2022-12-15")]


def test_a_blank_on_which_title_and_file_name_were_both_rewritten_differently_is_a_conflict(campaign):
    campaign.receive("procedures", project_row(), tags=BLANK, day="2022年12月22日", name="住建局12月15日.xlsx")
    campaign.read("2022-12-15")
    assert {code for code, *_ in issues_of(campaign, "2022-12-15")} == {"period_conflict", "stale_blank"}


def test_a_form_sent_on_change_without_a_day_belongs_to_the_week_it_was_received_in(campaign):
    campaign.now = datetime(2022, 12, 20, 9, 0, tzinfo=TIMEZONE)
    receipt = campaign.receive("pipeline", pipeline_row(), day="")
    assert (receipt.period, receipt.problem) == ("2022-12-22", None)


def test_the_folder_of_receipt_decides_the_week_of_a_form_sent_on_change(campaign):
    campaign.now = datetime(2022, 12, 20, 9, 0, tzinfo=TIMEZONE)
    receipt = campaign.receive("pipeline", pipeline_row(), name="2022-12-10 1640/住建局.xlsx", day="")
    assert (receipt.received_at.date(), receipt.period) == (date(2022, 12, 10), "2022-12-15")
    campaign.read("2022-12-15")
    [row] = campaign.table("rows_pipeline", "2022-12-15")
    assert (row["pipeline_stage"], row["is_effective"]) == ("planned", True)


def test_a_form_sent_on_change_on_the_blank_of_an_earlier_week_belongs_to_its_own_day(campaign):
    tags = {"kind": "blank", "form": "pipeline", "plan": HUOZHOU, "period": "2022-12-08", "unit": "zhujian"}
    receipt = campaign.receive("pipeline", pipeline_row(), tags=tags, day="2023年1月4日")
    assert (receipt.period, receipt.problem) == ("2023-01-05", None)
    campaign.read("2023-01-05")
    assert campaign.table("issues", "2023-01-05") == []


def pipeline_blank(campaign, received, **changes):
    campaign.now = received
    tags = {"kind": "blank", "form": "pipeline", "plan": HUOZHOU, "period": "2022-12-08", "unit": "zhujian"}
    return campaign.receive("pipeline", pipeline_row(), tags=tags, **{"day": "2022年12月8日", **changes})


def test_a_blank_sent_on_change_that_lay_for_weeks_belongs_to_the_week_it_came_back(campaign):
    """Else it would stand behind what was sent meanwhile, and nobody would notice."""
    receipt = pipeline_blank(campaign, datetime(2022, 12, 28, 9, 0, tzinfo=TIMEZONE), name="住建局12月8日.xlsx")
    campaign.read("2022-12-29")
    assert (receipt.period, issues_of(campaign, "2022-12-29")) == ("2022-12-29", [])


def test_a_blank_sent_on_change_that_is_a_little_late_belongs_to_its_own_week(campaign):
    assert pipeline_blank(campaign, datetime(2022, 12, 9, 9, 0, tzinfo=TIMEZONE)).period == "2022-12-08"


def test_a_day_written_over_a_blank_sent_on_change_outweighs_its_old_file_name(campaign):
    received = datetime(2022, 12, 14, 9, 0, tzinfo=TIMEZONE)
    receipt = pipeline_blank(campaign, received, name="住建局12月8日.xlsx", day="2022年12月14日")
    campaign.read("2022-12-15")
    assert (receipt.period, issues_of(campaign, "2022-12-15")) == ("2022-12-15", [])


def test_a_weekly_nil_report_counts_as_reported(campaign):
    nil = {"project_name": "本周无变化"}
    receipt = campaign.receive(
        "procedures", nil, lines=[["前期手续办理情况表（截至2022年12月8日）零报告"], ["填报单位：住建局"]]
    )
    assert (receipt.kind, receipt.form, receipt.period) == ("nil", "procedures", "2022-12-08")


@pytest.mark.parametrize(
    ("name", "form", "period"),
    [
        ("住建局12月8日零报告.xlsx", "procedures", "2022-12-08"),
        ("住建局2022年12月零报告.xlsx", "monthly_dispatch", "2022-12"),
        ("住建局建设项目表12月8日零报告.xlsx", "pipeline", "2022-12-08"),
        ("住建局零报告.xlsx", None, None),
    ],
)
def test_a_nil_report_on_plain_paper_belongs_to_the_form_whose_period_its_name_tells(campaign, name, form, period):
    path = campaign.ws.inbox / HUOZHOU / name
    write(path, weekly("pipeline", columns=[("事项", "")], lines=[["本单位没有需要报送的内容"]]))
    receipt = campaign.look()
    assert (receipt.form, receipt.period, receipt.unit_id) == (form, period, "zhujian")
    assert receipt.kind == ("nil" if form else "unreadable")


def test_another_senders_weekly_report_is_a_conflict(campaign):
    campaign.receive("procedures", project_row(), name="水利局12月8日.xlsx")
    campaign.read()
    assert [row["issue_code"] for row in campaign.table("issues")] == ["sender_conflict"]


def test_a_monthly_form_with_a_day_in_its_name_does_not_become_a_weeks(campaign):
    path = campaign.ws.inbox / HUOZHOU / "住建局2022-12-28.xlsx"
    monthly_form(path, [project("甲项目", 800)], month="2022年12月")
    receipt = campaign.look()
    assert (receipt.form, receipt.period, receipt.problem) == ("monthly_dispatch", "2022-12", None)


def test_the_periods_received_are_weeks_for_weekly_forms_and_months_for_monthly_ones(campaign):
    campaign.receive("procedures", project_row())
    campaign.receive("pipeline", pipeline_row(), name="住建局项目.xlsx", day="2022年12月20日")
    monthly_form(campaign.ws.inbox / HUOZHOU / "住建局月报.xlsx", [project("甲项目", 800)], month="2022年11月")
    campaign.look()
    assert periods_received(campaign.ws, campaign.plan, campaign.now) == ["2022-11", "2022-12-08", "2022-12-22"]
    assert periods_received(campaign.ws, campaign.plan, campaign.now, "pipeline") == ["2022-12-22"]
    assert set(periods_received(campaign.ws, campaign.plan, campaign.now, "procedures")) <= set(
        periods(campaign.plan, "procedures")
    )


def test_a_file_of_the_other_series_filed_by_hand_leaves_the_weeks_tables_alone(campaign):
    receipt = campaign.receive("procedures", project_row(), day="")
    subject = {"plan_id": HUOZHOU, "receipt_id": receipt.receipt_id, "form": "monthly_dispatch", "period": "2022-12-08"}
    Register(campaign.ws.register).record_decision("assign", "统计员", "核实", subject, campaign.now)
    assert campaign.read().written["rows_procedures"] == 0
