"""Plans are files a person edits; what is wrong in one is said with file, line and the nearest allowed word."""

from datetime import date
from decimal import Decimal

import pytest

from ingestion import settings
from ingestion.plans import PlanError, load_plan, load_plans, parse_plan

WEEKLY = "schedule:\n      every: week"  # the key that holds the mistake
SHIPPED = ("huozhou-2022", "puxian-2022")
P1 = (settings.SHIPPED_PLANS / "huozhou-2022.yml").read_text(encoding="utf-8")


@pytest.fixture(params=SHIPPED)
def plan(request):
    return load_plan(settings.SHIPPED_PLANS / f"{request.param}.yml")


@pytest.fixture
def huozhou():
    return load_plan(settings.SHIPPED_PLANS / "huozhou-2022.yml")


@pytest.fixture
def puxian():
    return load_plan(settings.SHIPPED_PLANS / "puxian-2022.yml")


def changed(old: str, new: str) -> str:
    assert old in P1
    return P1.replace(old, new, 1)


def line_of(text: str, fragment: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def refusal(text: str) -> str:
    with pytest.raises(PlanError) as error:
        parse_plan(text, "huozhou-2022.yml")
    return str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "wrong", "says"),
    [
        ("holiday_shift: none", "holidy_shift: none", "holidy_shift", "是不是想写“holiday_shift”？"),
        ("annual_plan_basis:", "annual_plan_bases:", "annual_plan_bases", "是不是想写“annual_plan_basis”？"),
        ("issued: 2022-11-25", "issued: 2022-11-31", "issued", "“2022-11-31”不对"),
        ("issued: 2022-11-25", "issued: 20221125", "issued", "“20221125”不对"),
        ("issued: 2022-11-25", "issued: 2022年11月25日", "issued", "应当写成 2022-11-30 这样的真实日期"),
        (
            "metric: start_resume_rate",
            "metric: start_resum_rate",
            "start_resum_rate",
            "是不是想写“start_resume_rate”？",
        ),
        ("aliases: [民政]", "aliases: [水利]", "name: 民政局", "“水利”同时指“水利局”和“民政局”"),
        ("name: 民政局", "name: 水利局", "id: minzheng", "“水利局”同时指“水利局”和“水利局”"),
        ("{id: minzheng", "{id: shuili", "name: 民政局", "单位编号“shuili”写了两次"),
        ("wenlv, minzheng]", "wenlv, minzhen]", "wenlv, minzhen]", "是不是想写“minzheng”？"),
        ("wenlv, minzheng]", "wenlv, wenlv]", "wenlv, wenlv]", "“wenlv”在应报单位里写了两次"),
        ("centre: tuijin", "centre: tuijing", "centre: tuijing", "是不是想写“tuijin”？"),
        ("centre: tuijin", "centre: fagai", "id: fagai", "kind 应当是 centre"),
        ("population: provincial\n", "population: provincal\n", "provincal\n", "是不是想写“provincial”？"),
        ("population: pipeline_2023", "population: provincial", None, "不能放在一起"),
        ("headline: true}", "headline: false}", "populations:", "恰好有一个 headline: true，现在有 0 个"),
        ("threshold: 85 %", "threshold: 85 亿元", "85 亿元", "单位“亿元”与指标“开复工率”（%）不合"),
        ("threshold: 85 %", "threshold: 85", "threshold: 85\n", "读不出数和单位"),
        ("threshold: 300 亿元", "threshold: 三百亿元", "三百亿元", "读不出数和单位"),
        ("stretch: 80 %", "stretch: 60 %", None, "“力争”数 0.6 应当大于确定数 0.65"),
        ("word: strive", "word: strife", "strife", "是不是想写“strive”？"),
        ("day: 28", "day: 32", "day: 32", "last（每月最后一天）"),
        ("first: 2022-11 ", "first: 2023-01 ", "    schedule:", "报送月份先后不对"),
        ("last: 2022-12\n", "last: 2022-13\n", "last: 2022-13", "“last”的月份“2022-13”不对"),
        ('time: "17:00"\n', "time: 17点\n", "17点", "应当写成带引号的"),
        ("monthly_dispatch:\n", "monthly_dispach:\n", "monthly_dispach", "是不是想写“monthly_dispatch”？"),
        ("ends_on: 2022-12-31", "ends_on: 2022-11-01", "id: key_projects", "早于开始日 2022-11-25"),
        ("kind: zone", "kind: zne", "kind: zne", "是不是想写“zone”？"),
        ('region_code: "141082"', "region_code: 霍州", "region_code", "region_code 是六位数字"),
        ("year: 2022\n", "year: 今年\n", "year: 今年", "应当是数"),
        ("unit_prefixes: [霍州市, 市]", "unit_prefixes: 市", "unit_prefixes: 市", "应当是一组"),
        ("weekday: 4", "day: 8 ", WEEKLY, "按周报送（every: week）的表要写 weekday、time、first、last"),
        ("weekday: 4", "weekday: 5", WEEKLY, "都落在星期 5（星期一是 1）"),
        ("first: 2022-12-08", "first: 2022-12", WEEKLY, "每周的 first 2022-12、last 2023-02-23"),
        ("last: 2023-02-23", "last: 2022-12-01", WEEKLY, "先后有序"),
        (
            "baseline: 2022-12-06",
            "baseline: 2022-12-08",
            WEEKLY,
            "摸底（baseline）2022-12-08 应当早于第一次周报",
        ),
        (
            "filed_with: procedures",
            "filed_with: funds",
            "schedule:\n      every: change              # 没有期限",
            "“pipeline”随“funds”的期次归档",
        ),
        ("filed_with: procedures", "filed_with: procedure", "filed_with: procedure", "是不是想写“procedures”？"),
        ("{id: land", "{id: approval", "name: 土地", "手续“approval”写了两次"),
        ("aliases: [用地,", "aliases: [项目立项,", "name: 土地", "“项目立项”既是手续“立项”的名称，又是“土地”的"),
        ("kind: land,", "kind: lend,", "kind: lend", "是不是想写“land”？"),
        ("approving_unit: shengtai", "approving_unit: shengtay", "shengtay", "是不是想写“shengtai”？"),
    ],
)
def test_a_mistake_is_shown_with_its_line_and_what_would_be_right(old, new, wrong, says):
    text = changed(old, new)
    [sentence] = [line for line in refusal(text).splitlines() if says in line]
    assert sentence.startswith("huozhou-2022.yml 第 ")
    if wrong:
        assert sentence.startswith(f"huozhou-2022.yml 第 {line_of(text, wrong)} 行：")


def test_a_plan_with_the_weekly_form_lists_its_procedures():
    text = (settings.SHIPPED_PLANS / "huozhou-2022.yml").read_text(encoding="utf-8")
    first, last = text.index("procedures:\n  - {id: approval"), text.index("# —— 谁在什么时候报什么")
    without = text[:first] + text[last:]
    assert "却没有列出 procedures（手续清单）" in refusal(without)
    assert f"第 {line_of(without, '  procedures:')} 行：" in refusal(without)


def test_a_key_written_twice_is_shown_at_its_second_place():
    text = changed("year: 2022\n", "year: 2022\nyear: 2023\n")
    second = line_of(text, "year: 2023")
    assert refusal(text) == f"huozhou-2022.yml 第 {second} 行：“year”写了两次（第一次在第 {second - 1} 行）"


def test_a_missing_key_is_named():
    assert "缺少“year”" in refusal(changed("year: 2022\n", ""))
    assert "“targets[1]”缺少“threshold”" in refusal(changed("    threshold: 85 %\n", ""))


def test_all_mistakes_are_shown_at_once_in_the_order_of_their_lines():
    text = changed("year: 2022\n", "yaer: 2022\n").replace("word: strive", "word: strife", 1)
    first, *middle, last = refusal(text).splitlines()
    assert "缺少“year”" in first
    assert any("是不是想写“year”？" in line for line in middle)
    assert "strife" in last


@pytest.mark.parametrize("text", ["", "- 1", "a: [1", "a: b: c", "a:\n\tb: 1", "just words"])
def test_what_is_no_plan_at_all_is_refused_in_words(text):
    assert refusal(text).startswith("huozhou-2022.yml 第 ")


def test_a_plan_must_lie_in_the_file_of_its_name(tmp_path):
    path = tmp_path / "other-2022.yml"
    path.write_text(P1, encoding="utf-8")
    with pytest.raises(PlanError, match=r"与文件名“other-2022\.yml”不一致"):
        load_plan(path)


def test_all_plans_of_a_folder_load_by_id():
    assert list(load_plans(settings.SHIPPED_PLANS)) == sorted(SHIPPED)


def test_a_unit_is_known_by_its_names_prefixes_and_seal_marks(huozhou, puxian):
    for written in (
        "城管局",
        "市城管局",
        "城市管理局",
        "市城市管理局",
        "城市管理",
        "霍州市城市管理局",
        " 城 管 局 ",
        "城管局（盖章）",
    ):
        assert huozhou.unit_named(written).id == "chengguan"
    assert huozhou.unit_named("交通运输局").name == "交运局"
    assert puxian.unit_named("县交通运输局").name == "交通局"
    assert huozhou.unit_named("城建局") is None
    assert huozhou.unit_named(None) is None
    assert huozhou.unit_named("") is None


def test_eighteen_units_owe_the_monthly_form_in_each_plan(plan):
    owed_by = plan.forms["monthly_dispatch"].owed_by
    assert len(owed_by) == len(set(owed_by)) == 18
    assert plan.forms["project_list"].owed_by == (plan.centre,)


def test_the_centre_reports_in_puxian_and_only_receives_in_huozhou(huozhou, puxian):
    assert "tuijin" not in huozhou.forms["monthly_dispatch"].owed_by
    assert "tuijin" in puxian.forms["monthly_dispatch"].owed_by
    assert sum(puxian.unit(unit).kind == "township" for unit in puxian.forms["monthly_dispatch"].owed_by) == 9


def test_plans_carry_their_windows_and_phases(plan):
    procedures = next(window for window in plan.windows if window.id == "procedures")
    assert (plan.starts_on, plan.ends_on) == (date(2022, 11, 25), date(2023, 2, 28))
    assert [(phase.starts_on, phase.ends_on) for phase in procedures.phases] == [
        (date(2022, 12, 1), date(2022, 12, 6)),
        (date(2022, 12, 7), date(2023, 2, 24)),
        (date(2023, 2, 25), date(2023, 2, 28)),
    ]


TARGETS = {
    "huozhou-2022": [
        ("start_resume_rate", "省市重点", "2022-11", "0.85", "ensure", "at_least"),
        ("start_resume_rate", "省市重点", "2022-12", "0.95", "ensure", "at_least"),
        ("start_resume_rate", "省重点", "2022-12", "1", "none", "full"),
        ("annual_completion_rate", "省市重点", "2022-11", "0.87", "ensure", "at_least"),
        ("annual_completion_rate", "省市重点", "2022-12", "0.9", "ensure", "at_least"),
        ("annual_completion_rate", "省重点", "2022-12", "1", "none", "full"),
        ("pipeline_count", "2023年谋划项目", None, "70", "strive", "at_least"),
        ("pipeline_total_investment", "2023年谋划项目", None, "3000000", "none", "at_least"),
        ("pipeline_annual_plan", "2023年谋划项目", None, "500000", "none", "at_least"),
        ("pipeline_industry_share", "2023年谋划项目", None, "0.48", "none", "at_least"),
        ("procedure_completion_rate", "2023年新建项目", None, "0.65", "none", "at_least"),
    ],
    "puxian-2022": [
        ("start_resume_rate", "省市县重点", "2022-11", "0.93", "ensure", "at_least"),
        ("start_resume_rate", "省市县重点", "2022-12", "0.95", "ensure", "at_least"),
        ("start_resume_rate", "省重点", "2022-12", "1", "none", "full"),
        ("annual_completion_rate", "省重点", "2022-12", "1", "none", "full"),
        ("annual_completion_rate", "省市重点", "2022-12", "0.9", "strive", "at_least"),
        ("annual_completion_rate", "省市县重点", "2022-11", "0.8", "ensure", "at_least"),
        ("annual_completion_rate", "省市县重点", "2022-12", "0.85", "ensure", "at_least"),
        ("ytd_investment", "省市县重点", "2022-12", "270000", "ensure", "at_least"),
        ("pipeline_count", "2023年谋划项目", None, "50", "none", "at_least"),
        ("pipeline_total_investment", "2023年谋划项目", None, "4000000", "none", "at_least"),
        ("pipeline_annual_plan", "2023年谋划项目", None, "400000", "none", "at_least"),
        ("pipeline_industry_share", "2023年谋划项目", None, "0.5", "none", "at_least"),
        ("procedure_completion_rate", "2023年新建项目", None, "0.65", "none", "at_least"),
        ("fund_secured_amount", "全县争取资金", None, "50000", "strive", "about"),
    ],
}


def test_every_target_of_the_source_is_there_with_its_word(plan):
    names = {population.id: population.name for population in plan.populations}
    assert [
        (t.metric, names[t.population], t.judged_period, t.threshold, t.word, t.comparison) for t in plan.targets
    ] == [(m, p, j, Decimal(v), w, c) for m, p, j, v, w, c in TARGETS[plan.id]]


def test_a_striven_for_figure_behind_the_target_is_its_stretch(plan):
    [target] = [target for target in plan.targets if target.stretch is not None]
    assert (target.metric, target.stretch, target.stretch_word) == (
        "procedure_completion_rate",
        Decimal("0.8"),
        "strive",
    )
    assert target.target_date == date(2023, 2, 28)


def test_monthly_targets_are_judged_by_the_month_of_their_date(plan):
    monthly = [target for target in plan.targets if target.judged_period]
    assert all(f"{target.target_date:%Y-%m}" == target.judged_period for target in monthly)
    assert {target.target_date for target in monthly} == {date(2022, 11, 30), date(2022, 12, 31)}


def test_each_plan_has_its_own_headline_population(huozhou, puxian):
    assert (huozhou.headline.name, huozhou.headline.levels) == ("省市重点", ("provincial", "municipal"))
    assert (puxian.headline.name, puxian.headline.levels) == ("省市县重点", ("provincial", "municipal", "county"))


def test_target_ids_are_unique_within_a_plan(plan):
    assert len({target.id for target in plan.targets}) == len(plan.targets)


def test_the_products_own_choices_are_marked_in_the_files(plan):
    text = (settings.SHIPPED_PLANS / f"{plan.id}.yml").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip().startswith(("region_code:", "annual_plan_basis:", "cutoff:", "history_from:")):
            assert "# 本系统约定" in line


def test_a_plan_cannot_be_changed_once_loaded(huozhou):
    with pytest.raises(ValueError, match="frozen"):
        huozhou.year = 2023


def test_an_alias_of_one_unit_may_be_repeated_by_a_prefix_of_the_same_unit():
    parse_plan(changed("aliases: [民政]", "aliases: [民政, 市民政局]"), "huozhou-2022.yml")
