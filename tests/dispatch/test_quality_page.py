"""The data-quality page: its numbers are the lake's, it stands alone, it is fair, it accuses nobody."""

from collections import Counter
from decimal import Decimal

import pytest
import small_week
from small_month import (
    FINDINGS,
    FORM,
    GOOD,
    KNOWN_AT,
    MONTH,
    PERIOD,
    PLAN,
    STATUSES,
    SUBMISSIONS,
    WAREHOUSE,
    WRONG,
    finding,
    instant,
    replace_tables,
    status,
)

from dispatch import quality_page
from dispatch.marts import Marts
from dispatch.month import Month
from dispatch.quality_facts import QualityFacts
from dispatch.quality_scores import scores
from ingestion import lake
from tests.page_reader import Section, loads_from_elsewhere, read_page

VERDICTS = [
    {**MONTH, "form": FORM, "rule_id": rule, "theme": theme, "severity": severity, "rule_state": state,
     "passed": passed, "failed": failed, "not_judged": not_judged}
    for rule, theme, severity, state, passed, failed, not_judged in (
        ("R01", "arithmetic", "error", "in_use", 4, 1, 0), ("P02", "history", "error", "in_use", 0, 0, 5),
        ("X05", "totals", "error", "in_use", 0, 0, 0), ("M02", "schedule", "state", "in_use", 3, 1, 0),
        ("R99", "arithmetic", "warning", "trial", 9, 9, 9),
    )
]  # fmt: skip


def told(ws, findings=(), statuses=STATUSES, **tables) -> dict[str, Section]:
    """The page of the small month, after its warehouse was given further findings and other tables."""
    return read_page(written(ws, findings, statuses, **tables))


def written(ws, findings=(), statuses=STATUSES, **tables) -> str:
    rows = [*WAREHOUSE["fct_finding"], *map(as_published, findings)]
    lake.write(ws.lake, "findings", PLAN, PERIOD, [*FINDINGS, *findings])
    replace_tables(ws, {"fct_submission": statuses, "fct_finding": rows} | tables)
    [path] = quality_page.write(ws, PLAN, PERIOD)
    return path.read_text(encoding="utf-8")


def as_published(row: dict) -> dict:
    own = {key: value for key, value in row.items() if key not in ("row",)}
    return {**MONTH, **own, "source_row": row["row"], "first_seen": row["received_at"], "still_open": True}


def facts(ws) -> QualityFacts:
    return QualityFacts(Month(ws, PLAN, PERIOD), Marts.of_build(ws))


def test_the_page_lies_beside_the_other_papers_and_loads_nothing(ws):
    [path] = quality_page.write(ws, PLAN, PERIOD)
    assert path == ws.outbox / PLAN / PERIOD / "数据质量.html"
    text = path.read_text(encoding="utf-8")
    assert loads_from_elsewhere(text) == []
    assert '<html lang="zh-CN">' in text and 'name="viewport" content="width=device-width' in text
    assert "@media print" in text and text.startswith("<!DOCTYPE html>")


def test_equal_facts_give_equal_bytes(ws):
    [path] = quality_page.write(ws, PLAN, PERIOD)
    first = path.read_bytes()
    path.unlink()
    assert quality_page.write(ws, PLAN, PERIOD)[0].read_bytes() == first
    assert sorted(path.parent.iterdir()) == [path]


def test_every_unit_is_told_with_the_state_and_the_instant_of_fct_submission(ws):
    shown = told(ws)["reporting"]
    assert {row["单位"]: (row["状态"], row["首次收到"]) for row in shown.table("单位")} == {
        "住建局": ("按时", "2022-11-27 10:00"),
        "农业农村局": ("迟报", "2022-11-28 18:05"),
        "水利局": ("不能读取", "—"),
        "能源局": ("未报", "—"),
    }
    builder = shown.row("单位", "住建局")
    assert (builder["版本"], builder["读入行"], builder["采用"], builder["沿用"]) == ("2", "3", "2", "1")
    assert (builder["距截止"], shown.row("单位", "农业农村局")["距截止"]) == ("提前1天7小时", "晚1小时5分")


def test_findings_by_unit_theme_and_severity_are_those_of_the_lake(ws):
    shown = told(ws)["findings"]
    counted = {row["单位"]: row for row in shown.table("单位")}
    kept = [f for f in FINDINGS if f["severity"] != "state" and f["is_effective"] and f["outcome"] == "failed"]
    names = {"zhujian": "住建局", "nongye": "农业农村局", "shuili": "水利局", "nengyuan": "能源局"}
    severities = {"error": "错误", "warning": "核实", "info": "提示"}
    for unit, name in names.items():
        own = Counter(f["severity"] for f in kept if f["unit_id"] == unit)
        shown_counts = {key: counted[name][word] for key, word in severities.items()} if name in counted else {}
        assert shown_counts == ({key: str(own[key] or "—") for key in severities} if own else {})
    assert int(counted["合计"]["合计"]) == len(kept)
    by_rule = {row["规则"].split()[0]: int(row["条数"]) for row in shown.table("规则")}
    assert by_rule == {rule: sum(f["rule_id"] == rule for f in kept) for rule in {f["rule_id"] for f in kept}}


def test_what_was_judged_and_what_was_not_are_the_counts_of_fct_rule_verdict(ws):
    shown = told(ws, fct_rule_verdict=VERDICTS)["rules"]
    assert "在用规则4条，作出判断9次，未能判断5次。" in shown.text and "另有试运行规则1条" in shown.text
    totals = shown.row("类别", "表内勾稽")
    assert (totals["规则数"], totals["通过"], totals["未通过"]) == ("1", "4", "1")
    reasons = {row["规则"].split()[0]: row["为什么"] for row in shown.table("规则") if "为什么" in row}
    assert reasons == {
        "P02": "没有上期的数，或者上期没有这个项目，或者规则这一期不适用",
        "X05": "本期没有这条规则要看的内容",
    }
    assert "R99" not in shown.text


def test_states_stand_by_themselves_and_cost_no_points(ws):
    before = [score.total for score in scores_of(ws)]
    behind = finding(90, "T01", "state", GOOD, "N8", "落后时序", theme="schedule", answer_state="none_needed")
    shown = told(ws, [behind])
    assert shown["states"].row("情况", "T01 落后时序") == {"情况": "T01 落后时序", "条数": "1", "单位": "住建局"}
    assert "T01" not in shown["findings"].text
    assert [score.total for score in scores_of(ws)] == before


def scores_of(ws):
    return scores(facts(ws))


def test_points_are_what_the_printed_formula_says(ws):
    found = {score.unit_id: score for score in scores_of(ws)}
    # 3 rows read, one not taken; one warning to explain, not explained
    builder = found["zhujian"]
    assert (builder.in_time, builder.rows_with_errors, builder.rows) == (Decimal(40), 1, 3)
    assert builder.no_errors == Decimal("26.7") and builder.explained == Decimal(0)
    assert builder.total == Decimal("66.7")
    assert found["nongye"].in_time == Decimal(20)
    for unit in ("shuili", "nengyuan"):
        assert (found[unit].total, found[unit].no_errors, found[unit].explained) == (Decimal(0), None, None)
    text = told(ws)["scores"].text
    for part in ("满分 100", "迟报 20 分", "40 ×（1 － 有错行数 ÷ 读入行数）", "20 × 已说明条数 ÷ 要求说明条数"):
        assert part in text


def test_an_effect_of_another_error_costs_nothing_more(ws):
    effect = finding(91, "R02", "error", GOOD, "N8", "连带", group_head="F3")
    told(ws, [effect])
    assert next(s for s in scores_of(ws) if s.unit_id == "zhujian").rows_with_errors == 1


def test_an_answered_or_waived_question_costs_nothing(ws):
    for state in ("answered", "waived", "accepted"):
        rows = [f | {"answer_state": state} if f["severity"] == "warning" else f for f in WAREHOUSE["fct_finding"]]
        shown = told(ws, fct_finding=rows)
        assert next(s for s in scores_of(ws) if s.unit_id == "zhujian").explained == Decimal(20)
        assert "未说明" not in shown["answers"].text


@pytest.mark.parametrize("state", ["unanswered", "refused", "reopened"])
def test_a_question_that_waits_is_counted_under_its_own_name(ws, state):
    rows = [f | {"answer_state": state} if f["severity"] == "warning" else f for f in WAREHOUSE["fct_finding"]]
    shown = told(ws, fct_finding=rows)
    word = {"unanswered": "未说明", "refused": "说明不成立", "reopened": "须重新说明"}[state]
    asked = sum(f["severity"] == "warning" for f in FINDINGS)
    assert sum(int(row[word]) for row in shown["answers"].table("单位")) == asked
    assert f"尚待说明{asked}条" in shown[""].text


def test_signals_stand_in_a_section_of_their_own_and_accuse_nobody(ws):
    signal = finding(92, "O01", "info", WRONG, "N9", "连续三期同一尾数", theme="signals", answer_state="none_needed")
    shown = told(ws, [signal])
    assert shown["signals"].table("信号")[0]["看到什么"] == "连续三期同一尾数"
    others = "".join(section.text for name, section in shown.items() if name != "signals")
    assert "O01" not in others and "连续三期" not in others
    assert not any(word in section.text for section in shown.values() for word in ("造假", "作假", "舞弊", "嫌疑"))
    assert "信号不是差错，不计分，不通报" in shown["signals"].text


def test_what_strangers_wrote_is_text_and_nothing_else(ws):
    bad = finding(93, "R02", "error", WRONG | {"project_name": "x"}, "N9", "<script>alert(1)</script>\x1b[2J")
    text = written(ws, [bad | {"theme": "signals", "project_name": '"><img src=x onerror=alert(1)>'}])
    assert loads_from_elsewhere(text.replace("onerror=alert", "").replace("src=x", "")) == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;␛[2J" in text and "<img" not in text


def test_what_a_new_version_put_right_is_counted_as_corrected(ws):
    first = f"{PLAN}/{FORM}/{PERIOD}/zhujian/v1"
    gone = finding(94, "R07", "error", GOOD, "O8", "完成比例不对", is_effective=False, version=1, submission_id=first)
    still = FINDINGS[2] | {"finding_id": "F95", "is_effective": False, "version": 1, "submission_id": first}
    shown = told(ws, [gone, still])
    assert shown["reporting"].row("单位", "住建局")["已改正"] == "1"
    assert "R07" not in shown["findings"].text


def test_a_version_that_waits_to_be_let_in_has_corrected_nothing(ws):
    third = SUBMISSIONS[1] | {"version": 3, "submission_id": "v3", "is_effective": False, "awaits_opening": True}
    lake.write(ws.lake, "submissions", PLAN, PERIOD, [*SUBMISSIONS, third])
    new = finding(96, "R04", "error", GOOD, "O8", "完成比例不对", is_effective=False, version=3, submission_id="v3")
    assert told(ws, [new])["reporting"].row("单位", "住建局")["已改正"] == "—"


def test_the_trend_ends_with_this_period_and_knows_nothing_of_later_ones(ws):
    later = [status(unit["unit_id"], "on_time", "2022-12-27 10:00") | {"period": "2022-12"} for unit in STATUSES]
    earlier = [status(unit["unit_id"], "on_time", "2022-10-27 10:00") | {"period": "2022-10"} for unit in STATUSES]
    shown = told(ws, statuses=[*STATUSES, *later, *earlier])["trend"]
    in_time = shown.text.split("每百行错误")[0]
    assert [word for word in ("10月", "100%", "11月", "25%", "12月") if word in in_time] == [
        "10月",
        "100%",
        "11月",
        "25%",
    ]


def test_decisions_of_the_period_are_public_rows_with_post_reason_and_end(ws):
    subject = f'{{"form": "{FORM}", "period": "{PERIOD}", "plan_id": "{PLAN}", "unit_id": "zhujian"}}'
    row = {"decision_id": 1, "decided_at": KNOWN_AT, "kind": "reopen", "post": "综合岗", "reason": "漏报一项",
           "subject": subject, "ends_at": instant("2022-12-02 17:00")}  # fmt: skip
    lake.write(ws.lake, "decisions", PLAN, PERIOD, [row])
    [shown] = told(ws)["answers"].table("时间")
    assert (shown["决定"], shown["岗位"], shown["理由"], shown["到期"]) == (
        "锁定后开放", "综合岗", "漏报一项", "2022-12-02 17:00",
    )  # fmt: skip
    assert shown["对象"] == "住建局、霍州市2022年省市重点项目月调度表"


def test_a_period_nobody_owes_says_so_instead_of_showing_empty_tables(ws):
    shown = told(ws, statuses=[row | {"is_due": False, "status": "not_due"} for row in STATUSES])
    assert "没有规定谁必须报送" in shown["reporting"].text and shown["reporting"].tables == []


def test_a_week_has_its_page_too(tmp_path):
    week = small_week.small_campaign(tmp_path / "workspace")
    [path] = quality_page.write(week, small_week.PLAN, small_week.WEEK)
    shown = read_page(path.read_text(encoding="utf-8"))
    states = {row["单位"]: row["状态"] for row in shown["reporting"].table("单位")}
    assert states == {"住建局": "按时", "农业农村局": "迟报", "水利局": "未报"}
    assert "数据质量　2022年12月15日" in shown[""].text
