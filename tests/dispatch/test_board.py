"""The board: every number is the public tables', texts of others are texts, nothing in it leads out of its folder."""

import json
import re
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
import small_week
from small_board import FACTS, HEADLINE, TABLES
from small_month import GOOD, PERIOD, PLAN, WAREHOUSE, replace_tables

from dispatch import addresses, board, board_script
from dispatch.board_facts import BoardFacts
from dispatch.board_numbers import told
from dispatch.cited_values import CitedValues
from dispatch.marts import Marts
from dispatch.month import Month
from tests.page_reader import read_page

LOADED = re.compile(r'(?:src|href)="([^"#]*)')
HOSTS = re.compile(r"[a-z]+://|(?<![:\w])//[a-z]", re.IGNORECASE)


@pytest.fixture
def month(ws):
    replace_tables(ws, TABLES)
    return ws


def shown(ws, plan=PLAN, period=PERIOD) -> dict:
    """What the data file of a board holds, read as the page reads it."""
    [index] = board.write(ws, plan, period)
    text = (index.parent / "data.js").read_text(encoding="utf-8")
    assert text.startswith("window.BOARD = ") and text.endswith(";\n")
    return json.loads(text.removeprefix("window.BOARD = ").removesuffix(";\n"))


def of_figures(held: dict, metric: str, scope: str = "overall") -> dict:
    return next(row for row in held["figures"] if (row["p"], row["m"], row["s"]) == (HEADLINE, metric, scope))


def listed(held: dict, name: str) -> list[dict[str, object]]:
    """The rows of a list by the heading of each column."""
    own = next(one for one in held["lists"] if one["name"] == name)
    heads = [column["head"] for column in own["columns"]]
    return [dict(zip(heads, row["x"], strict=True)) for row in own["rows"]]


def test_a_tile_says_value_target_schedule_verdict_and_both_figures(month):
    held = shown(month)
    rate = of_figures(held, "annual_completion_rate")
    assert (rate["v"], rate["r"], rate["e"], rate["eg"], rate["c"]) == ("74.8%", "69.5%", "91.7%", "-16.8", "+13.8")
    assert (rate["a"], rate["b"]) == ("44,900.00", "60,000.00")
    missed = of_figures(held, "start_resume_rate")
    assert (missed["v"], missed["t"], missed["td"], missed["j"]) == ("84.98%", "85.0%", "2022-11-30", "missed")
    assert missed["open"] and "r" not in missed and "e" not in missed
    money = of_figures(held, "ytd_investment")
    assert (money["v"], money["u"], money["r"], money["w"]) == ("4.49", "亿元", "4.17", "44,900.00")
    assert (of_figures(held, "ytd_investment", "zhujian")["v"], of_figures(held, "project_count")["v"]) == ("3.89", "5")


def test_what_a_chart_places_is_the_value_in_the_unit_of_its_axis(month):
    held = shown(month)
    assert of_figures(held, "annual_completion_rate", "zhujian")["n"] == 86.96
    line = held["course"]["lines"][f"{HEADLINE}|overall|overall|annual_completion_rate"]
    assert (line["v"], line["n"], line["r"], line["rn"], line["en"]) == (
        ["74.8%"],
        [74.8333],
        ["69.5%"],
        [69.5],
        [91.6667],
    )
    assert held["course"]["periods"] == [PERIOD] and held["course"]["labels"] == ["2022年11月"]


def test_rows_of_lists_show_what_the_tables_hold_and_carry_unit_and_populations(month):
    held = shown(month)
    first, second = listed(held, "projects")
    assert first["项目名称"] == "项目甲（标准厂房）" and first["责任单位"] == "住建局" and first["项目级别"] == "省重点"
    assert (first["自年初累计（采用，万元）"], first["比时序（百分点）"]) == (
        ["34,999.99", 34999.99],
        ["-4.2", -0.041667],
    )
    assert (second["自年初累计（采用，万元）"][0], second["自年初累计（上报，万元）"][0]) == ("3,900.00", "4,200.00")
    assert second["说明"] == "数为沿用" and first["说明"] is None
    rows = next(one for one in held["lists"] if one["name"] == "projects")["rows"]
    assert [(row["u"], row["l"], row["p"]) for row in rows] == [
        ("zhujian", "provincial", ["all", HEADLINE]), ("zhujian", "municipal", ["all"]),
    ]  # fmt: skip
    [behind] = listed(held, "behind")
    told_of = next(row for row in WAREHOUSE["rpt_behind_schedule"])
    assert behind["项目名称"] == told_of["project_name"] and behind["比时序（百分点）"][0] == "-31.7"
    assert [row["逾期天数"][0] for row in listed(held, "unstarted")] == ["272"]


def test_who_has_not_reported_stands_first(month):
    rows = listed(shown(month), "reporting")
    assert [(row["责任单位"], row["状态"][0]) for row in rows] == [
        ("能源局", "未报"), ("水利局", "不能读取"), ("农业农村局", "迟报"), ("住建局", "按时"),
    ]  # fmt: skip
    assert rows[-1]["首次收到"] == "2022-11-27 10:00" and rows[-1]["错误"] == ["2", 2.0]


def test_every_number_of_every_list_has_an_address_that_gives_it(month):
    held = shown(month)
    values = CitedValues(Marts.of_build(month))
    seen = 0
    for one in held["lists"]:
        start, _, table = one["address"].rpartition("/")
        for row in one["rows"]:
            for column, cell in zip(one["columns"], row["x"], strict=True):
                if column["kind"] in ("wan", "percent", "points", "count", "days") and cell:
                    found = values.at(addresses.parse("/".join((start, table, column["field"], row["key"]))))
                    sign = "always" if column["kind"] == "points" else "minus"
                    assert told(found, column["kind"], sign) == cell[0] and float(found) == cell[1]
                    seen += 1
    assert seen > 30


def test_every_figure_has_an_address_that_gives_it(month):
    held = shown(month)
    values = CitedValues(Marts.of_build(month))
    for row in held["figures"]:
        scope = next(one for one in held["scopes"][row["k"]] if one["id"] == row["s"])
        place = "/".join((f"metric:{PLAN}", PERIOD, row["p"], row["k"], scope["address"], row["m"], "value"))
        kind = {"%": Decimal(100)}.get(next(m["unit"] for m in held["metrics"] if m["id"] == row["m"]), Decimal(1))
        assert float(values.at(addresses.parse(place)) * kind) == pytest.approx(row["n"], abs=0.0001)


def test_the_headline_population_is_shown_first_and_a_form_without_it_shows_its_own(month):
    facts = BoardFacts(Month(month, PLAN, PERIOD), Marts.of_build(month))
    assert facts.shown_first == {"monthly_dispatch": HEADLINE}


def test_each_provincial_project_has_a_page_of_its_own(month):
    held = shown(month)
    [one] = held["dossiers"]
    assert one["name"] == "项目甲（标准厂房）"
    folder = month.outbox / PLAN / PERIOD / "调度看板"
    assert [path.relative_to(folder).as_posix() for path in folder.glob("*/*.html")] == [one["page"]]
    text = (folder / one["page"]).read_text(encoding="utf-8")
    page = read_page(text)
    assert "总投资120,000.00 万元" in page["basic"].text and "项目级别省重点" in page["basic"].text
    [course] = page["course"].table("期次")
    assert (course["自年初累计（采用，万元）"], course["年度完成率"], course["比时序（百分点）"]) == (
        "34,999.99",
        "87.5%",
        "-4.2",
    )
    [source] = page["sources"].table("期次")
    assert (source["工作表"], source["行"], source["报表版本"]) == ("月调度表", "8", GOOD["submission_id"])
    [found] = page["findings"].table("期次")
    assert found["问题"] == "F04 小数位过多" and "O01" not in text
    values = CitedValues(Marts.of_build(month))
    cited = [unescape(place) for place in re.findall(r'data-cite="([^"]+)"', text)]
    assert len(cited) >= 8 and all(values.at(addresses.parse(place)) is not None for place in cited)


def test_a_project_that_left_the_list_leaves_no_page(month):
    shown(month)
    replace_tables(month, {"fct_investment": FACTS[1:]})
    assert shown(month)["dossiers"] == []
    assert not list((month.outbox / PLAN / PERIOD / "调度看板").glob("*/*.html"))


def test_no_file_names_a_host_and_no_page_loads_anything_from_elsewhere(month):
    shown(month)
    folder = month.outbox / PLAN / PERIOD / "调度看板"
    own = [path for path in folder.rglob("*") if path.is_file() and path.name not in ("charts.js", "notices.txt")]
    assert {path.name for path in own} >= {"index.html", "data.js", "board.js"} and len(own) == 4
    for path in own:
        text = path.read_text(encoding="utf-8")
        assert HOSTS.findall(text) == [], path.name
        for place in LOADED.findall(text) if path.suffix == ".html" else ():
            assert (path.parent / place).exists() or place in (
                "",
                "../数据质量.html",
                "../数据溯源.html",
                "../../数据溯源.html",
            )
    assert "connect-src 'none'" in (folder / "index.html").read_text(encoding="utf-8")


def test_the_library_goes_with_the_names_and_conditions_of_all_it_holds(month):
    import vl_convert  # its binary names the packages it was put together from

    shown(month)
    notices = (month.outbox / PLAN / PERIOD / "调度看板" / "notices.txt").read_text(encoding="utf-8")
    [binary] = Path(vl_convert.__file__).parent.glob("*.so")
    held = {name.decode() for name in re.findall(rb"npm/([a-z0-9.-]+)@\d", binary.read_bytes())}
    assert len(held) > 50 and [name for name in sorted(held) if name not in notices] == []
    assert notices.count("PROVIDED") == 3  # the three licence texts in full


@pytest.mark.slow
def test_where_the_environment_may_only_be_read_the_library_is_kept_in_the_workspace(ws, monkeypatch):
    kept = board_script.library(ws)
    no_folder = ws.root / "plans" / f"{PLAN}.yml"  # nothing can be made below a file
    monkeypatch.setattr(board_script.sys, "prefix", str(no_folder))
    made = board_script.library(ws)
    assert made.is_relative_to(ws.root) and made.read_bytes() == kept.read_bytes()
    before = made.stat().st_mtime_ns
    assert board_script.library(ws) == made and made.stat().st_mtime_ns == before
    board_script.lay(made, ws.root / "charts.js")
    board_script.lay(made, ws.root / "charts.js")
    assert (ws.root / "charts.js").samefile(made)


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[2J\u202e\"'&\u2028"


def test_what_departments_wrote_stands_in_the_data_as_visible_text_that_cannot_end_the_script(month):
    bad = [row | {"project_name": HOSTILE, "problem_text": HOSTILE, "owner_name": HOSTILE} for row in FACTS]
    replace_tables(month, {"fct_investment": bad})
    held = shown(month)
    folder = month.outbox / PLAN / PERIOD / "调度看板"
    text = (folder / "data.js").read_text(encoding="utf-8")
    assert not set("<>\x1b\u202e\u2028") & set(text)
    name = listed(held, "projects")[0]["项目名称"]
    assert name.startswith("</script><script>alert(1)") and "␛[2J<U+202E>" in name
    dossier = (folder / held["dossiers"][0]["page"]).read_text(encoding="utf-8")
    assert "<script" not in dossier and "<img" not in dossier and "&lt;script&gt;alert(1)" in dossier


@pytest.mark.parametrize("project", ["N:../../出去", "../../../etc/passwd", "长" * 300, 'a"onmouseover="x'])
def test_the_number_of_a_project_never_leads_its_page_out_of_the_folder(month, project):
    replace_tables(month, {"fct_investment": [FACTS[0] | {"project_id": project}]})
    [one] = shown(month)["dossiers"]
    folder = month.outbox / PLAN / PERIOD / "调度看板"
    assert (folder / one["page"]).resolve().parent == folder / "一项一档"
    assert 'onmouseover="x' not in (folder / one["page"]).read_text(encoding="utf-8").replace("&quot;", "")


def test_a_week_shows_its_own_lists_and_a_month_without_weeks_says_so(month, tmp_path):
    assert "还没有手续周报" in read_page(_index(month, PLAN, PERIOD))["matrix"].text
    week = small_week.small_campaign(tmp_path / "week")
    held = shown(week, small_week.PLAN, small_week.WEEK)
    assert [one["name"] for one in held["lists"]] == ["pipeline", "handover", "coordination", "overdue", "reporting"]
    first = listed(held, "handover")[0]
    assert (first["手续"], first["剩余天数"], first["说明"]) == ("土地", ["-14", -14.0], "逾期")
    assert listed(held, "overdue")[0]["逾期天数"] == ["14", 14.0]


def _index(ws, plan, period) -> str:
    return board.write(ws, plan, period)[0].read_text(encoding="utf-8")


def test_equal_facts_give_equal_bytes_and_nothing_half_written_stays(month):
    shown(month)
    folder = month.outbox / PLAN / PERIOD / "调度看板"
    first = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    shown(month)
    assert {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == first
    assert not [name for name in first if name.endswith(".part")]
