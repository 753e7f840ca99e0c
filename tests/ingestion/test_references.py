"""Lists of other departments: what is read of a file, which file counts for a period, and what is said of the rest."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from ingestion import lake, references
from ingestion.plans import load_plan
from ingestion.reference_kinds import load_references
from ingestion.settings import SHIPPED_PLANS
from ingestion.workspace import Workspace

PLAN = load_plan(SHIPPED_PLANS / "huozhou-2022.yml")
PERMITS = (
    "项目代码,项目名称,施工许可证号,发证日期\n2103-141082-89-01-100003,环城南路改造工程,SG-2022-0301-01,2022年3月1日\n"
)


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def read(folder: Path, name: str, text: str, encoding: str = "utf-8"):
    kind = next(kind for kind in load_references().values() if name.startswith(kind.label_zh))
    return references.read_file(written(folder, name, text, encoding), kind)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_reads_in_the_encodings_that_excel_writes(tmp_path, encoding):
    file = read(tmp_path, "施工许可清单_2022-11-30.csv", PERMITS, encoding)
    assert (file.as_of, file.problems) == (date(2022, 11, 30), ())
    [(row, values)] = file.rows
    assert (row, values["done_date"], values["project_name"]) == (2, date(2022, 3, 1), "环城南路改造工程")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("施工许可清单_2022-11-30.csv", date(2022, 11, 30)),
        ("施工许可清单20221105.csv", date(2022, 11, 5)),
        ("施工许可清单（2022年11月5日）.csv", date(2022, 11, 5)),
        ("施工许可清单2022年2月.csv", date(2022, 2, 28)),
        ("施工许可清单-2022-11.csv", date(2022, 11, 30)),
    ],
)
def test_the_name_of_a_file_says_which_day_it_speaks_of(tmp_path, name, day):
    assert read(tmp_path, name, PERMITS).as_of == day


def test_a_column_of_days_rules_over_the_name(tmp_path):
    text = (
        "项目名称,施工许可证号,发证日期,截至日期\n甲项目,1号,2022-03-01,2022-11-20\n乙项目,2号,2022-03-01,2022-11-25\n"
    )
    assert read(tmp_path, "施工许可清单_2022-11-30.csv", text).as_of == date(2022, 11, 25)


def test_a_header_below_a_title_is_found_and_synonyms_are_known(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["全市入库项目"],
        ["工程名称", "计划总投资（万元）", "本年完成投资", "入库时间"],
        ["甲项目", 12000, 5300.5, "2022-05-06"],
    ):
        book.active.append(row)
    path = tmp_path / "统计库_2022-11.xlsx"
    book.save(path)
    file = references.read_file(path, load_references()["statistics"])
    [(row, values)] = file.rows
    assert (row, file.as_of, file.problems) == (3, date(2022, 11, 30), ())
    assert (values["total_investment_wan"], values["ytd_investment_wan"]) == (Decimal(12000), Decimal("5300.5"))
    assert values["done_date"] == date(2022, 5, 6)


def test_a_cell_that_cannot_be_read_is_named_with_row_and_column_and_its_row_is_left_out(tmp_path):
    text = PERMITS + "2104-141082-89-01-100004,第五小学迁建项目,SG-2022-0301-02,去年\n"
    file = read(tmp_path, "施工许可清单_2022-11-30.csv", text)
    assert [row for row, _ in file.rows] == [2]
    [said] = file.problems
    assert "第 3 行 D 列（发证日期）“去年”" in said and "年月日" in said


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("施工许可清单_2022-11-30.csv", "项目名称,施工许可证号\n甲项目,1号\n".encode(), "第 1 行表头没有“发证日期”"),
        ("施工许可清单.csv", PERMITS.encode(), "没有截至日期"),
        ("施工许可清单_2022-11-30.xlsx", PERMITS.encode(), "不是Excel工作簿"),
        ("施工许可清单_2022-11-30.csv", b"\xff\xff\x80\x00", "文字读不出来"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_stops_nothing(tmp_path, name, data, said):
    workspace = Workspace.create(tmp_path, [PLAN.id])
    workspace.reference.mkdir()
    (workspace.reference / name).write_bytes(data)
    references.write(workspace, workspace, PLAN, "2022-11", None)
    standing = {row["reference"]: row for row in lake.read(workspace.lake, "references", PLAN.id, "2022-11")}
    assert standing["permits"]["state"] == "unusable" and said in standing["permits"]["message_zh"]
    assert standing["statistics"]["state"] == "missing" and "统计库" in standing["statistics"]["message_zh"]
    assert lake.read(workspace.lake, "reference_rows", PLAN.id, "2022-11") == []


def test_a_month_takes_the_last_list_up_to_its_end_and_a_week_up_to_its_cutoff(tmp_path):
    workspace = Workspace.create(tmp_path, [PLAN.id])
    for day in ("2022-11-05", "2022-11-30", "2022-12-07", "2022-12-31"):
        written(workspace.reference, f"施工许可清单_{day}.csv", PERMITS)
    used = {}
    for period in ("2022-10", "2022-11", "2022-12", "2022-12-08"):
        references.write(workspace, workspace, PLAN, period, None)
        rows = lake.read(workspace.lake, "references", PLAN.id, period)
        used[period] = next((row["state"], row["as_of"]) for row in rows if row["reference"] == "permits")
    assert used["2022-10"][0] == "later"
    assert used["2022-11"] == ("used", date(2022, 11, 30))
    assert used["2022-12"] == ("used", date(2022, 12, 31))
    assert used["2022-12-08"] == ("used", date(2022, 12, 7))


def test_a_look_back_knows_no_list_of_a_later_day(tmp_path):
    workspace = Workspace.create(tmp_path, [PLAN.id])
    for day in ("2022-11-05", "2022-11-30"):
        written(workspace.reference, f"施工许可清单_{day}.csv", PERMITS)
    references.write(workspace, workspace, PLAN, "2022-11", date(2022, 11, 28))
    rows = lake.read(workspace.lake, "references", PLAN.id, "2022-11")
    assert next(row["as_of"] for row in rows if row["reference"] == "permits") == date(2022, 11, 5)


def test_a_file_named_after_no_list_is_named_itself(tmp_path):
    written(tmp_path, "会议纪要.csv", "一\n")
    [said] = references.strangers(tmp_path)
    assert "会议纪要.csv" in said and "施工许可清单" in said
