"""The forms of the campaign are told from each other and from the monthly ones, and read by procedure."""

from datetime import date
from decimal import Decimal

import pytest
from weekly_paper import (
    FUNDS,
    PIPELINE,
    columns_of,
    fund_row,
    paper,
    pipeline_row,
    procedure_columns,
    project_row,
    weekly,
)
from workbooks import Formula, SheetOf, codes, write

from ingestion import settings
from ingestion.dates import WrittenDay
from ingestion.plan_forms import forms_of_plan
from ingestion.plans import load_plan
from ingestion.reader_pool import read_many
from ingestion.reading import read_workbook

PLANS = {path.stem: load_plan(path) for path in settings.SHIPPED_PLANS.glob("*.yml")}
MONTHLY = [
    "序号",
    "项目代码",
    "项目名称",
    "建设单位/单位名称",
    "建设单位/统一社会信用代码",
    "项目概况/级别",
    "项目概况/类别",
    "项目概况/建设性质",
    "项目概况/建设地点代码",
    "总投资",
    "截至上年底累计完成投资",
    "年度计划投资",
    "投资完成情况/本年完成/本月完成",
    "投资完成情况/本年完成/自年初累计",
    "投资完成情况/本年完成/完成年度计划（%）",
    "投资完成情况/自开工累计完成",
    "本年到位资金",
    "建设进度/项目状态",
    "建设进度/形象进度（%）",
    "建设进度/形象进度说明",
    "时间节点/计划开工",
    "时间节点/实际开工",
    "时间节点/复工",
    "时间节点/计划竣工",
    "时间节点/实际竣工",
    "入统情况/是否入统",
    "入统情况/统计库项目编码",
    "存在问题",
    "核实说明",
]
LIST = [
    "序号",
    "项目代码",
    "项目名称",
    "建设单位/单位名称",
    "建设单位/统一社会信用代码",
    "责任单位",
    "项目概况/级别",
    "项目概况/类别",
    "项目概况/建设性质",
    "项目概况/建设地点代码",
    "总投资",
    "年度计划投资",
    "计划时间/计划开工",
    "计划时间/计划竣工",
    "名单变动/变动类型",
    "名单变动/变动日期",
    "名单变动/依据文号",
    "名单变动/原项目名称",
    "名单变动/原责任单位",
    "备注",
]
NAME = {"project_name": "城区供水厂改造工程", "project_code": "2203-141082-04-01-000001"}
EVERY = [
    (plan_id, form)
    for plan_id, plan in sorted(PLANS.items())
    for form in ("monthly_dispatch", "project_list", "procedures", "pipeline", "funds")
    if form in plan.forms
]


@pytest.fixture
def read(tmp_path):
    def of(sheet: SheetOf, plan_id: str = "huozhou-2022", **options):
        return read_workbook(write(tmp_path / "表.xlsx", sheet, **options), forms_of_plan(PLANS[plan_id]))

    return of


def printed(form: str, plan_id: str) -> list[tuple[str, str]]:
    """The header of a form as it is printed, with what each column of it is for."""
    paths = {"monthly_dispatch": MONTHLY, "project_list": LIST}.get(form)
    if paths is None:
        return columns_of(form, plan_id)
    return [(path, {"项目名称": "project_name", "项目代码": "project_code"}.get(path, path)) for path in paths]


def headed(columns: list[tuple[str, str]], **changes) -> SheetOf:
    return SheetOf(columns, name="表", lines=[["一张表"], ["单位：万元"]], body=[NAME], **changes)


def moved(columns):
    """The money in front of the project's own columns, the last column in the middle."""
    return [*columns[8:10], *columns[:8], columns[-1], *columns[10:-1]]


def added(columns):
    return [
        *columns[:4],
        ("联系人", ""),
        ("联系电话", ""),
        *columns[4:],
        ("本单位自用/排序", ""),
        ("本单位自用/标记", ""),
    ]


def renamed(columns):
    heads = {"总投资": "项目总投资（万元）", "项目代码": "投资项目代码", "建设单位/单位名称": "项目单位"}
    heads |= {"建设单位": "项目单位"} if ("建设单位", "owner_name") in columns else {}
    return [(heads.get(path, path), field) for path, field in columns]


def without_the_last_of_its_own(columns):
    """The third column from the end away: one that only this form has."""
    return [*columns[:-3], *columns[-2:]]


@pytest.mark.parametrize("bent", [list, moved, added, renamed, without_the_last_of_its_own])
@pytest.mark.parametrize(("plan_id", "form"), EVERY)
def test_no_form_is_taken_for_another(read, plan_id, form, bent):
    columns = bent(printed(form, plan_id))
    reading = read(headed(columns), plan_id)
    assert reading.form == form
    assert [row.values["project_name"] for row in reading.rows] == ["城区供水厂改造工程"]


@pytest.mark.parametrize(("plan_id", "form"), EVERY)
def test_no_form_is_taken_for_another_without_merges(read, plan_id, form):
    assert read(headed(printed(form, plan_id), is_merged=False), plan_id).form == form


def test_a_list_without_its_changes_is_still_a_list(read):
    """Most of what is left stands on the table of next year's projects as well."""
    columns = [column for column in printed("project_list", "huozhou-2022") if "名单变动" not in column[0]]
    reading = read(headed(columns))
    assert reading.form == "project_list"
    assert codes(reading.issues).count("missing_column") == 3


def test_a_sheet_of_other_procedures_is_no_monthly_form(read):
    columns = [
        (path.replace("/", "办证/") if "." in key else path, key) for path, key in procedure_columns("puxian-2022")
    ]
    assert read(headed(columns)).unreadable == "no_form_found"


def test_every_procedure_is_read_under_its_own_name(read):
    row = project_row(
        land__procedure_state="容缺", land__promise_due_date="2023年1月31日", land__approving_unit="自然资源局"
    )
    reading = read(weekly("procedures", row))
    assert codes(reading.issues) == []
    values = reading.rows[0].values
    assert (values["approval.procedure_state"], values["approval.done_date"]) == ("done", date(2022, 11, 25))
    assert values["approval.document_number"] == "霍审批〔2022〕31号"
    assert (values["land.procedure_state"], values["land.promise_due_date"]) == ("tolerated", date(2023, 1, 31))
    assert (values["land.approving_unit"], values["energy.procedure_state"]) == ("自然资源局", "in_progress")
    assert (values["total_investment_wan"], values["energy.done_date"]) == (Decimal(12000), None)
    assert reading.rows[0].columns["approval.is_needed"] == "M"
    assert reading.rows[0].headers["land.procedure_state"] == "土地/办理状态"


def test_an_issue_names_the_procedure_beside_the_field(read):
    reading = read(weekly("procedures", project_row(land__done_date="年底前", energy__procedure_state="")))
    found = [(issue.issue_code, issue.procedure, issue.field, issue.header) for issue in reading.issues]
    assert found == [
        ("unreadable_date", "land", "done_date", "土地/实际办结"),
        ("blank_required", "energy", "procedure_state", "能评/办理状态"),
    ]


def test_a_procedure_may_be_headed_by_another_of_its_names(read):
    columns = procedure_columns("huozhou-2022", land="用地", environment="环境影响评价")
    reading = read(weekly("procedures", project_row(), columns=columns))
    assert set(codes(reading.issues)) == {"renamed_column"}
    assert {issue.procedure for issue in reading.issues} == {"land", "environment"}
    assert reading.rows[0].values["environment.procedure_state"] == "in_progress"


def test_a_leaf_may_be_headed_by_a_reviewed_word_under_any_name_of_its_procedure(read):
    heads = {"立项/办理状态": "立项/办理情况", "土地/实际办结": "用地/批复时间"}
    columns = [(heads.get(path, path), key) for path, key in procedure_columns("huozhou-2022")]
    reading = read(weekly("procedures", project_row(land__done_date="2022-12-01"), columns=columns))
    assert codes(reading.issues) == ["renamed_column"] * 2
    values = reading.rows[0].values
    assert (values["approval.procedure_state"], values["land.done_date"]) == ("done", date(2022, 12, 1))


def test_procedures_in_another_order_are_moved_columns_that_read(read):
    columns = procedure_columns("huozhou-2022")
    land, approval = columns[21:30], columns[12:21]
    reading = read(weekly("procedures", project_row(), columns=[*columns[:12], *land, *approval, *columns[30:]]))
    assert {issue.issue_code for issue in reading.issues} == {"moved_column"}
    assert {issue.procedure for issue in reading.issues} in ({"land"}, {"approval"})
    assert reading.rows[0].values["approval.procedure_state"] == "done"


def test_a_group_of_a_procedure_the_plan_does_not_have_is_extra(read):
    reading = read(weekly("procedures", project_row(), columns=procedure_columns("puxian-2022")))
    assert codes(reading.issues) == ["extra_column"] * 9
    assert reading.issues[3].header == "产能/办理状态"
    assert reading.rows[0].values["energy.procedure_state"] == "in_progress"


def test_a_plan_with_one_procedure_takes_no_other_group_for_it(read, tmp_path):
    """The leaves are unambiguous there, and still the group decides."""
    plan = PLANS["huozhou-2022"].model_copy(update={"procedures": PLANS["huozhou-2022"].procedures[:1]})
    forms = forms_of_plan(plan)
    columns = procedure_columns("huozhou-2022")
    both = write(tmp_path / "两项.xlsx", weekly("procedures", project_row(), columns=[*columns[:30], *columns[-3:]]))
    reading = read_workbook(both, forms)
    assert reading.rows[0].values["approval.procedure_state"] == "done"
    assert codes(reading.issues) == ["extra_column"] * 9 + ["unknown_edition"]
    land = [*columns[:12], *columns[21:30], *columns[-3:]]
    other = write(tmp_path / "另一项.xlsx", weekly("procedures", project_row(), columns=land))
    values = read_workbook(other, {"procedures": forms["procedures"]}).rows[0].values
    assert "project_name" in values
    assert not any(key.startswith("approval.") for key in values)


def test_a_missing_group_names_its_procedure(read):
    columns = [column for column in procedure_columns("huozhou-2022") if "energy." not in column[1]]
    reading = read(weekly("procedures", project_row(), columns=columns))
    assert [(issue.issue_code, issue.procedure, issue.header) for issue in reading.issues] == [
        ("missing_column", "energy", f"能评/{leaf}")
        for leaf in ("是否需办", "办理层级", "审批单位", "办理状态", "计划办结", "实际办结", "文号")
    ]


def test_two_groups_of_one_procedure_are_both_left_out(read):
    columns = procedure_columns("huozhou-2022", energy="环评")
    reading = read(weekly("procedures", project_row(), columns=columns))
    missing = {(issue.procedure, issue.field) for issue in reading.issues if issue.issue_code == "missing_column"}
    assert {("environment", "procedure_state"), ("energy", "procedure_state")} <= missing
    assert "environment.procedure_state" not in reading.rows[0].values


@pytest.mark.parametrize("bent", ["{group}情况/{group}/{leaf}", "{group}/办理进度情况/{leaf}", "{group}{leaf}"])
def test_levels_added_to_a_procedure_or_lost_do_not_matter(read, bent):
    columns = [
        (bent.format(group=path.split("/")[0], leaf=path.split("/")[1]) if "." in key else path, key)
        for path, key in procedure_columns("huozhou-2022")
    ]
    reading = read(weekly("procedures", project_row(), columns=columns))
    assert reading.form == "procedures"
    assert "missing_column" not in codes(reading.issues)
    assert reading.rows[0].values["approval.procedure_state"] == "done"


def test_totals_stand_first_with_their_counts(read):
    body = [
        {
            "project_name": "合计（3个项目）",
            "total_investment_wan": Formula("=SUM(I5:I9)", 36000),
            "approval.procedure_state": 3,
        },
        {"project_name": "一、基础设施（2个）", "total_investment_wan": 24000, "annual_plan_wan": 10000},
        project_row(1),
        project_row(2),
        {"project_name": "二、产业（1个）", "total_investment_wan": 12000, "annual_plan_wan": 5000},
        project_row(3),
    ]
    reading = read(weekly("procedures", *body))
    assert codes(reading.issues) == []
    assert [(row.role, row.label_count) for row in reading.rows if row.role != "detail"] == [
        ("total", 3),
        ("subtotal", 2),
        ("subtotal", 1),
    ]
    total, last = reading.rows[0], reading.rows[-1]
    assert (total.values["total_investment_wan"], total.raw["approval.procedure_state"]) == (Decimal(36000), "3")
    assert (last.role, last.group_path) == ("detail", "二、产业（1个）")


def test_next_years_projects_are_read_with_their_stage(read):
    reading = read(weekly("pipeline", pipeline_row(pipeline_stage="已开工", industry_code="D4610")))
    assert codes(reading.issues) == []
    values = reading.rows[0].values
    assert (values["pipeline_stage"], values["annual_plan_wan"]) == ("started", Decimal(5000))
    assert values["industry_code"] == "D4610"


def test_next_years_plan_may_be_headed_by_its_year(read):
    columns = [("2023年计划投资" if path == "下年度计划投资" else path, field) for path, field in PIPELINE]
    assert read(weekly("pipeline", pipeline_row(), columns=columns)).rows[0].values["annual_plan_wan"] == Decimal(5000)
    columns = [("2022年计划投资" if path == "下年度计划投资" else path, field) for path, field in PIPELINE]
    assert "missing_column" in codes(read(weekly("pipeline", pipeline_row(), columns=columns)).issues)


def test_funds_are_read_with_their_kind(read):
    reading = read(weekly("funds", fund_row("专项债"), fund_row("社会资本", 90.5)), "puxian-2022")
    assert codes(reading.issues) == []
    assert [(row.values["fund_kind"], row.values["secured_wan"]) for row in reading.rows] == [
        ("special_bond", Decimal(800)),
        ("social_capital", Decimal("90.5")),
    ]


def test_a_form_the_plan_does_not_have_is_no_known_form(read):
    assert read(weekly("funds", fund_row("专项债"), columns=FUNDS)).unreadable == "no_form_found"


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        ([["前期手续办理情况表（截至2022年12月8日）"]], (2022, 12, 8)),
        ([["前期手续办理情况表（12月8日）"]], (None, 12, 8)),
        ([["霍州市2023年建设项目前期手续办理情况表（截至２０２２年１２月８日）"]], (2022, 12, 8)),
        ([["前期手续周报（2022年12月2日至8日）"]], (2022, 12, 8)),
        ([["前期手续周报（2022年12月2日—12月8日）"]], (None, 12, 8)),
        ([["前期手续办理情况表"], ["填报单位：住建局", "", "截至2022.12.8"]], (2022, 12, 8)),
        ([["前期手续办理情况表"], ["统计截止日期：2022-12-08", "", "单位：万元"]], (2022, 12, 8)),
        ([["前期手续办理情况表"], ["（2022年12月8日）"]], (2022, 12, 8)),
        ([["前期手续办理情况表"], ["截止日期：", date(2022, 12, 8)]], (2022, 12, 8)),
        ([["前期手续办理情况表"], ["填报单位：住建局", "", "填报日期：2022年12月7日"]], None),
        ([["前期手续办理情况表（2022年12月）"]], None),
        ([["前期手续办理情况表（截至2022年11月31日）"]], None),
        ([["霍州市2023年建设项目前期手续办理情况表"]], None),
    ],
)
def test_the_day_a_sheet_speaks_of_is_read_and_the_day_it_was_filled_in_is_not(read, lines, day):
    stated = read(weekly("procedures", project_row(), lines=lines)).stated_date
    assert stated == (day and WrittenDay(month=day[1], day=day[2], year=day[0]))


def test_the_plan_s_title_is_told_from_the_day(read):
    reading = read(weekly("procedures", project_row()))
    assert reading.stated_plan_title == "霍州市2023年建设项目前期手续办理情况表"
    assert reading.stated_period is None


def test_of_several_weeks_in_one_workbook_the_latest_is_read(tmp_path):
    first = weekly("procedures", project_row(), name="第一周")
    second = weekly("procedures", project_row(), day="2023年1月5日", name="第二周")
    third = weekly("procedures", project_row(), day="2022年12月29日", name="第三周")
    path = write(tmp_path / "各周.xlsx", first, second, third)
    assert read_workbook(path, forms_of_plan(PLANS["huozhou-2022"])).sheet == "第二周"


def test_the_reader_pool_reads_procedures_by_the_plan_it_is_given(tmp_path):
    path = paper(tmp_path / "表.xlsx", "procedures", project_row(), plan_id="puxian-2022")
    [(_, reading)] = read_many([path], forms_of_plan(PLANS["puxian-2022"]))
    assert "capacity.is_needed" in reading.rows[0].values
