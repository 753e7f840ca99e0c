"""What the terminal shows: the overview after a run, the status at any time."""

from decimal import Decimal

import pytest
from rich.cells import cell_len
from rich.console import Console
from small_month import KNOWN_AT, PERIOD, PLAN, SUBMISSIONS, instant, submission

from dispatch import lists, merged, overview, receipts, status
from dispatch.marts import Marts, NotPublished
from dispatch.publishing import publish
from ingestion import lake
from ingestion.register import Register


def shown(renderable, width: int = 110) -> str:
    console = Console(width=width, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(renderable, soft_wrap=True)
    return console.export_text()


def receipt(ws, name: str, **facts: object) -> int:
    given = {
        "plan_id": PLAN, "form": "monthly_dispatch", "period": PERIOD, "unit_id": None, "kind": "form",
        "sha256": name, "file_name": name, "inbox_path": f"{PLAN}/{name}", "seen_at": KNOWN_AT,
        "received_at": instant("2022-11-28 12:00"), "received_source": "seen",
    }  # fmt: skip
    return Register(ws.register).add_receipt(**(given | facts))


def test_nothing_published_is_said_as_such(ws):
    with pytest.raises(NotPublished):
        overview.render(ws, PLAN, PERIOD)


def test_the_overview_counts_units_and_projects_and_names_the_missing(ws):
    publish(ws)
    text = shown(overview.render(ws, PLAN, PERIOD))
    assert "应报4个单位，实报2个（按时1、迟报1、零报告0），未报1个，不能读取1个" in text
    assert "采用本月数1个，沿用上次数2个，没有可采用的数2个" in text
    assert "未报：能源局" in text


def test_the_overview_puts_both_figures_against_target_and_benchmark(ws):
    publish(ws)
    lines = shown(overview.render(ws, PLAN, PERIOD)).splitlines()
    start = next(line for line in lines if "开复工率" in line)
    assert "84.98%" in start and "85.0%" in start and "-0.02" in start and "未达到" in start
    completion = next(line for line in lines if "年度投资完成率" in line)
    assert "74.8%" in completion and "69.5%" in completion and "-16.8" in completion
    assert any("时序进度91.7%" in line for line in lines)


def test_the_overview_puts_the_headlines_beside_what_was_told_of_the_period_before_and_what_it_is_now(ws):
    publish(ws)
    lines = shown(overview.render(ws, PLAN, PERIOD)).splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip().startswith("与上期比"))
    completion = next(line for line in lines[start:] if "年度投资完成率" in line)
    assert completion.split()[1:] == ["60.0%", "61.0%", "+13.8"]  # 74.8333 - 61
    assert not any("项目个数" in line for line in lines[start:])  # nothing is known of it before


def test_the_overview_says_what_to_open_seen_from_the_workspace(ws):
    publish(ws)
    merged.write(ws, PLAN, PERIOD), receipts.write(ws, PLAN, PERIOD)
    lines = shown(overview.render(ws, PLAN, PERIOD), width=60).splitlines()
    start = lines.index(f"可以打开（工作区下 outbox/{PLAN}/{PERIOD}/）")
    files = ["　霍州市2022年省市重点项目月调度表（2022年11月）汇总明细表.xlsx", "　回执/　共3个文件"]
    assert lines[start + 1 : start + 3] == files
    assert str(ws.root) not in "".join(lines)


def test_what_to_open_begins_with_the_merged_table_and_ends_with_the_receipts(ws):
    publish(ws)
    lists.write(ws, PLAN, PERIOD), merged.write(ws, PLAN, PERIOD), receipts.write(ws, PLAN, PERIOD)
    lines = shown(overview.render(ws, PLAN, PERIOD)).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("可以打开"))
    words = (
        "汇总明细表", "分单位排名", "未开工项目清单", "专人对接清单", "落后时序清单", "数据质量清单", "回执/",
    )  # fmt: skip
    assert [word in line for word, line in zip(words, lines[start + 1 :], strict=False)] == [True] * len(words)


def test_the_overview_says_which_figure_is_judged_and_which_release_it_speaks_of(ws):
    release = publish(ws)
    text = shown(overview.render(ws, PLAN, PERIOD), width=80)
    assert "目标、时序和判断按采用口径" in text
    assert f"发布版本：{release}（published/current" in text


def test_no_figure_of_a_large_county_folds_at_eighty_columns(ws, monkeypatch):
    publish(ws)
    report = Marts.report

    def enlarged(marts, name, plan_id, period):
        rows = report(marts, name, plan_id, period)
        money = [row for row in rows if row["metric"] in ("annual_plan", "ytd_investment")]
        for row in money:
            row["value"] = row["reported_value"] = Decimal("12345678.90")
        return rows

    monkeypatch.setattr(Marts, "report", enlarged)
    lines = shown(overview.render(ws, PLAN, PERIOD), width=80).splitlines()
    [line] = [line for line in lines if "自年初累计完成投资" in line]
    assert line.count("12,345,678.90") == 2
    assert all(cell_len(line) <= 80 for line in lines)


def test_no_heading_of_the_status_folds_at_eighty_columns(ws):
    publish(ws)
    lines = shown(status.render(ws, PLAN, PERIOD), width=80).splitlines()
    [heads] = [line for line in lines if "收到时间" in line]
    assert all(head in heads for head in ("单位", "状态", "来源", "行数", "采用", "沿用", "错误", "核实"))
    assert cell_len(heads) <= 80


def test_the_status_names_everybody_with_what_came(ws):
    publish(ws)
    lines = shown(status.render(ws, PLAN, PERIOD)).splitlines()
    late = next(line for line in lines if line.strip().startswith("农业农村局"))
    assert "迟报" in late and "2022-11-28 18:05" in late
    assert any("能源局" in line and "未报" in line for line in lines)


def test_a_reminder_names_form_period_deadline_and_what_to_send_in_one_piece(ws):
    publish(ws)
    lines = shown(status.render(ws, PLAN, PERIOD), width=60).splitlines()
    [alone] = [line for line in lines if line.startswith("【催报】能源局")]
    for part in (
        "《霍州市2022年省市重点项目月调度表》",
        "2022年11月",
        "2022-11-28 17:00",
        "项目推进中心",
        "项目己（光伏）",
    ):
        assert part in alone
    [together] = [line for line in lines if line.startswith("【催报】《")]
    assert "2个单位" in together and "能源局、水利局" in together


def test_a_file_without_a_home_blocks_until_it_is_assigned(ws):
    publish(ws)
    number = receipt(ws, "无名.xlsx", problem="no_unit")
    assert f"没有归属：无名.xlsx（收文第{number}号，认不出是哪个单位）" in shown(status.render(ws, PLAN, PERIOD))
    subject = {"plan_id": PLAN, "receipt_id": number, "unit_id": "nengyuan"}
    Register(ws.register).record_decision("assign", "数据岗", "来电确认", subject, KNOWN_AT)
    assert "没有归属" not in shown(status.render(ws, PLAN, PERIOD))


def test_our_own_receipt_sent_back_is_named(ws):
    publish(ws)
    receipt(ws, "回执_住建局.xlsx", kind="refused", problem="own_receipt", unit_id="zhujian")
    assert "退回来的不是报表：回执_住建局.xlsx" in shown(status.render(ws, PLAN, PERIOD))


def test_an_answer_sheet_without_an_answer_is_asked_for_until_one_with_answers_comes(ws):
    publish(ws)
    receipt(ws, "回执_住建局.xlsx", kind="refused", problem="answers_blank", unit_id="zhujian")
    assert "发回的回执没有填核实说明：回执_住建局.xlsx" in shown(status.render(ws, PLAN, PERIOD))
    receipt(ws, "回执_住建局(1).xlsx", kind="answers", unit_id="zhujian")
    assert "没有填核实说明" not in shown(status.render(ws, PLAN, PERIOD))


def test_an_unreadable_file_and_a_refused_sheet_are_said_with_their_reason(ws):
    publish(ws)
    number = receipt(ws, "shuili-1.xlsx", kind="unreadable", problem="encrypted", unit_id="shuili")
    known = [row if row["unit_id"] != "shuili" else row | {"receipt_id": number} for row in SUBMISSIONS]
    lake.write(
        ws.lake, "submissions", PLAN, PERIOD, [*known, submission("nengyuan", 1, "2022-11-28 12:00", rows_read=4)]
    )
    text = shown(status.render(ws, PLAN, PERIOD))
    assert "不能读取：水利局的 shuili-1.xlsx（收文第" in text and "加了密码" in text
    assert "没有一行被采用：能源局的 nengyuan-1.xlsx（工作表“月调度表”）" in text


def test_a_period_that_was_never_run_says_what_to_do(ws):
    publish(ws)
    assert "请先运行 diaodu run" in shown(status.render(ws, PLAN, "2022-12"))


def test_whom_to_call_stands_beside_every_unit_that_is_late_or_owes_its_form(ws):
    text = "单位,姓名,职务,电话,备注\n能源局,模拟甲,科员,0357-5550001,下午在\n住建局,模拟乙,,0357-5550002,\n"
    ws.contacts.write_text(text + "农业局,模拟丙,,0357-5550003,\n能园局,模拟丁,,0357-5550004,\n", encoding="utf-8")
    publish(ws)
    lines = [line.strip() for line in shown(status.render(ws, PLAN, PERIOD)).splitlines()]
    start = next(number for number, line in enumerate(lines) if line.startswith("联络人"))
    assert lines[start + 1 : start + 5] == [
        "能源局（未报）：模拟甲 科员 0357-5550001（下午在）",
        "水利局（不能读取）：没有登记联络人",
        "农业农村局（迟报）：模拟丙 0357-5550003",
        "contacts.csv 第 5 行：方案里没有“能园局”这个单位，是不是想写“能源局”，这一行没有采用",
    ]
    assert "模拟乙" not in "".join(lines)  # in time: nobody has to be called


def test_without_a_list_of_contacts_the_status_speaks_of_none(ws):
    publish(ws)
    assert "联络人" not in shown(status.render(ws, PLAN, PERIOD))
