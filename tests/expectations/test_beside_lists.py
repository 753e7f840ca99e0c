"""Lists of other departments beside what units report: judged with the file, visibly not judged without it."""

import csv
from datetime import date
from pathlib import Path

import pytest
import small_campaign
from small_bureau import PLAN, ROADS, SCHOOL, Bureau, project, with_history
from small_campaign import BASELINE, MILL, Office, done

from expectations.catalogue import load_rules
from ingestion import references

MONTH = "2022-11"
NAMED = {"项目代码": ROADS, "项目名称": "环城南路改造工程"}
STATISTICS = {
    **NAMED, "统计库项目编码": "MA0XXXXXX141082001", "建设单位": "环城南路改造工程建设公司", "计划总投资": 12000,
    "自年初累计完成投资": 5300, "开工日期": "2021-05-01", "入库日期": "2021-06-01", "立项文件": "是", "施工合同": "是",
    "开工证明": "是", "现场照片": "是",
}  # fmt: skip
TRUE = {  # what the lists say when all agree
    "统计库": [STATISTICS],
    "施工许可清单": [{**NAMED, "施工许可证号": "1号", "发证日期": "2021-04-20"}],
    "财政支付": [{**NAMED, "资金类别": "专项债券", "累计支付": 3000}],
    "上级清单": [{**NAMED, "项目级别": "市重点"}],
    "招商项目": [{**NAMED, "项目状态": "在建", "开工日期": "2021-05-03"}],
}
OTHER = {"项目代码": "2107-141082-89-01-200001", "项目名称": "白龙矿山机械产业园"}
AGAINST_LISTS = {rule.id for rule in load_rules() if rule.theme == "references"}


def lay(folder: Path, name: str, lines: list[dict], day: str = "2022-11-30") -> None:
    """A list as another department sends it."""
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}_{day}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def judged(root: Path, lists: dict[str, list[dict]], **changes: object) -> Bureau:
    bureau = with_history(root, project(ROADS, level_code="municipal"))
    bureau.submit(MONTH, "zhujian", [project(ROADS, level_code="municipal", **changes)])
    for name, lines in lists.items():
        lay(bureau.ws.reference, name, lines)
    references.write(bureau.ws, bureau.ws, PLAN, MONTH, None)
    bureau.judge(MONTH)
    return bureau


def found(bureau: Bureau) -> set[str]:
    return {finding["rule_id"] for finding in bureau.findings(MONTH)} & AGAINST_LISTS


def verdicts(bureau: Bureau) -> dict[str, dict]:
    return {row["rule_id"]: row for row in bureau.read("verdicts", MONTH) if row["rule_id"] in AGAINST_LISTS}


def test_lists_that_agree_are_judged_and_find_nothing(tmp_path):
    bureau = judged(tmp_path, TRUE)
    assert found(bureau) == set()
    passed = {rule for rule, row in verdicts(bureau).items() if row["passed"]}
    assert passed == AGAINST_LISTS - {"D09"}  # D09 speaks of the weekly form


def test_without_lists_nothing_is_judged_and_every_rule_says_what_it_lacks(tmp_path):
    rows = verdicts(judged(tmp_path, {}))
    assert {row["passed"] + row["failed"] for row in rows.values()} == {0}
    assert {rule: row["lacks_zh"] for rule, row in rows.items() if rule in ("D10", "D08")} == {
        "D10": "没有“施工许可清单”",
        "D08": "没有“统计库”没有“招商项目”",
    }
    assert all(row["lacks_zh"] for row in rows.values())


SEEDED = [
    (
        {
            "统计库": {
                "计划总投资": 13000, "开工日期": "2021-08-01", "现场照片": "否", "建设单位": "方壶代建服务有限公司",
            },
            "施工许可清单": OTHER,
            "财政支付": {"累计支付": 13000},
            "上级清单": {"项目级别": "省重点"},
            "招商项目": OTHER,
        },
        {"D07", "D08", "N03", "N04", "D10", "D11", "D14", "D12"},
    ),
    (
        {"统计库": {"自年初累计完成投资": 0, "入库日期": "2021-04-01"}, "上级清单": OTHER},
        {"D04", "N05", "N02", "D14", "D14B"},
    ),
    ({"统计库": OTHER}, {"N01B"}),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), SEEDED)
def test_lists_that_say_otherwise_are_found(tmp_path, changes, expected):
    lists = {**TRUE, **{name: [{**TRUE[name][0], **change}] for name, change in changes.items()}}
    assert found(judged(tmp_path, lists)) == expected


def test_a_project_in_the_library_that_has_not_begun_is_found(tmp_path):
    idle = {"status_code": "not_started", "month_investment_wan": 0}
    assert "D06B" in found(judged(tmp_path, TRUE, **idle))


def test_every_rule_against_lists_is_broken_by_a_seeded_list():
    assert {rule for _, expected in SEEDED for rule in expected} | {"D06B", "D09"} == AGAINST_LISTS


def test_a_list_that_cannot_be_used_is_named_with_what_it_lacks_in_the_verdict(tmp_path):
    lists = {**TRUE, "施工许可清单": [{**NAMED, "施工许可证号": "1号"}]}
    bureau = judged(tmp_path, lists)
    assert found(bureau) == set()
    row = verdicts(bureau)["D10"]
    assert row["passed"] + row["failed"] == 0 and "第 1 行表头没有“发证日期”" in row["lacks_zh"]


def test_lines_of_bonds_are_added_up_and_other_funds_are_left_out(tmp_path):
    lines = [{**NAMED, "资金类别": kind, "累计支付": 7000} for kind in ("专项债券", "中央预算内投资", "专项债券")]
    bureau = judged(tmp_path, {"财政支付": lines})
    [finding] = [f for f in bureau.findings(MONTH) if f["rule_id"] == "D11"]
    assert "已支付 14000 万元" in finding["message_zh"]


def test_a_list_is_matched_by_name_where_it_has_no_code(tmp_path):
    lists = {**TRUE, "施工许可清单": [{**TRUE["施工许可清单"][0], "项目代码": "", "项目名称": "环城南路 改造工程"}]}
    assert found(judged(tmp_path, lists)) == set()


def test_a_project_of_the_list_whose_unit_reports_nothing_is_no_stranger(tmp_path):
    bureau = with_history(tmp_path, project(ROADS, level_code="municipal"), project(SCHOOL))
    bureau.submit(MONTH, "zhujian", [project(ROADS, level_code="municipal")])
    lay(bureau.ws.reference, "招商项目", [{"项目名称": "第五小学迁建项目", "项目状态": "在建"}])
    references.write(bureau.ws, bureau.ws, PLAN, MONTH, None)
    bureau.judge(MONTH)
    assert "D12" not in found(bureau)


@pytest.mark.parametrize(("state", "expected"), [("已办结", set()), ("办理中", {("D09", "approval")})])
def test_a_procedure_is_held_against_the_approval_system(tmp_path, state, expected):
    office = Office(tmp_path)
    office.submit(BASELINE, "zhujian", [small_campaign.project(MILL, items={"approval": done(date(2022, 12, 1))})])
    line = {"项目代码": MILL, "项目名称": "光伏组件生产线项目", "手续": "项目立项", "办理状态": state}
    lay(office.ws.reference, "审批事项", [line], day="2022-12-05")
    references.write(office.ws, office.ws, small_campaign.PLAN, BASELINE, None)
    office.judge(BASELINE)
    assert {row for row in office.rules(BASELINE) if row[0] == "D09"} == expected
