"""`diaodu check`: the receipt before the deadline, and no trace of it."""

import hashlib
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from dispatch import receipts
from dispatch.month import Month
from ingestion.register import Register
from orchestration.cli import app
from tests.whole.places import PLANS, Place, place_of

pytestmark = pytest.mark.slow

PLAN, PERIOD = PLANS[0], "2022-11"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    """A county whose months were read and judged, every unit's report of the month among them."""
    made = place_of(tmp_path_factory.mktemp("check") / "workspace", PLAN)
    made.judge()
    return made


def call(place: Place, *arguments: object):
    fixed = ["--plan", PLAN, "--workspace", str(place.workspace.root)]
    asked = [str(argument) for argument in arguments]
    period = [] if "--period" in asked else ["--period", PERIOD]
    return CliRunner().invoke(app, ["check", *asked, *period, *fixed], env={"COLUMNS": "200"})


def trace(root: Path) -> str:
    """The digest of everything in a workspace: names, bytes, and when files and folders were touched."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        digest.update(f"{path.relative_to(root)} {path.stat().st_mtime_ns}".encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def sent(place: Place, unit: str) -> Path:
    """The file in which a unit reported the month."""
    name = place.plan.unit(unit).name
    return next(path for path in sorted(place.workspace.inbox.rglob("*11月*.xlsx")) if name in path.name)


def changed(path: Path, folder: Path, name: str, **cells: object) -> Path:
    """A copy of a file with some cells changed; the form's own sheet is the first."""
    folder.mkdir(exist_ok=True)
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book.worksheets[0][address] = value
    book.save(folder / name)
    return folder / name


def told(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def problems(findings) -> list[tuple]:
    """What does not depend on the number of the version."""
    return sorted((row["rule"], row["message"], str(row["cells"])) for row in findings if row["rule"] != "M05")


@pytest.fixture(scope="module")
def wrong(place, tmp_path_factory) -> Path:
    """A unit's report with one figure typed wrong, as its next version."""
    row = next(row for row in place.lake("rows_monthly_dispatch", PERIOD) if is_detail(row, "shuili"))
    cell = f"{row['columns']['ytd_investment_wan']}{row['row']}"
    value = float(row["ytd_investment_wan"]) + 700
    return changed(
        sent(place, "shuili"), tmp_path_factory.mktemp("shuili"), "水利局2022年11月月调度表.xlsx", **{cell: value}
    )


def is_detail(row: dict, unit: str) -> bool:
    return row["unit_id"] == unit and row["row_role"] == "detail"


def test_a_clean_file_may_be_handed_in(place, tmp_path):
    file = changed(sent(place, "minzheng"), tmp_path / "in", "民政局2022年11月月调度表.xlsx")
    done = call(place, file)
    assert done.exit_code == 0, done.output
    assert "没有错误，可以报送" in done.output
    paper = told(file.with_name(f"预检_{file.stem}.json"))
    assert (paper["kind"], paper["unit"], paper["counts"]["error"]) == ("check", "minzheng", 0)
    assert [version["version"] for version in paper["versions"]] == [1, 2]


@pytest.fixture(scope="module")
def checked(place, wrong, tmp_path_factory) -> Path:
    """The workbook of a check of that report; the workspace is looked at before and after."""
    folder = tmp_path_factory.mktemp("papers")
    before = trace(place.workspace.root)
    done = call(place, wrong, "--out", folder / "out")
    assert done.exit_code == 1 and "[错误]" in done.output
    assert trace(place.workspace.root) == before, "a check leaves no trace"
    [workbook] = (folder / "out").glob("*.xlsx")
    return workbook


def test_a_check_finds_what_handing_in_finds_and_leaves_no_trace(place, wrong, checked, tmp_path):
    paper = told(checked.with_suffix(".json"))
    handed_in = place.copy(tmp_path / "handed-in")
    folder = handed_in.workspace.inbox / PLAN / "2022-11-28 1650"
    folder.mkdir()
    shutil.copyfile(wrong, folder / wrong.name)
    handed_in.judge()
    paths = receipts.write_all(Month(handed_in.workspace, PLAN, PERIOD), {})
    receipt = told(next(path for path in paths if "水利局" in path.name).with_suffix(".json"))
    assert problems(paper["findings"]) == problems(receipt["findings"])
    assert (paper["rows"], paper["projects"]) == (receipt["rows"], receipt["projects"])


def test_the_workbook_of_a_check_says_that_nothing_was_handed_in(checked):
    book = openpyxl.load_workbook(checked)
    lines = [str(row[0]) for row in book["错误清单"].iter_rows(max_row=8, values_only=True)]
    assert "报送前预检" in lines[0] and any("不算报送" in line for line in lines)
    assert {row[0].value: row[1].value for row in book["_diaodu"].iter_rows()}["kind"] == "receipt"


def test_several_files_are_judged_at_once_and_two_of_one_unit_each_by_itself(place, wrong, tmp_path):
    good = changed(sent(place, "shuili"), tmp_path / "good", "水利局2022年11月月调度表.xlsx")
    other = changed(sent(place, "minzheng"), tmp_path / "other", "民政局2022年11月月调度表.xlsx")
    done = call(place, wrong, good, other, "--out", tmp_path / "out")
    assert done.exit_code == 1
    papers = [told(path) for path in sorted((tmp_path / "out").glob("*.json"))]
    assert sorted((paper["unit"], paper["counts"]["error"] > 0) for paper in papers) == [
        ("minzheng", False),
        ("shuili", False),
        ("shuili", True),
    ]
    assert {len(paper["versions"]) for paper in papers} == {2}


def test_a_file_of_another_month_is_named_with_the_month_it_would_go_to(place, tmp_path):
    file = next(path for path in sorted(place.workspace.inbox.rglob("*10月*.xlsx")) if "水利局" in path.name)
    done = call(place, shutil.copy(file, tmp_path), "--out", tmp_path)
    assert done.exit_code == 1 and "2022-10" in done.output
    assert not list(tmp_path.glob("预检*"))


def test_the_bytes_of_a_version_that_counts_are_judged_as_that_version(place, tmp_path):
    done = call(place, shutil.copy(sent(place, "minzheng"), tmp_path))
    assert done.exit_code == 0, done.output
    [paper] = [told(path) for path in tmp_path.glob("*.json")]
    assert [version["version"] for version in paper["versions"]] == [1]


def test_a_file_that_cannot_be_read_gets_its_receipt(place, tmp_path):
    file = tmp_path / "水利局2022年11月月调度表.xlsx"
    file.write_bytes(sent(place, "shuili").read_bytes()[:3000])
    done = call(place, file)
    assert done.exit_code == 1
    assert "不能采用" in done.output


def test_a_file_without_its_unit_asks_for_it_and_takes_it_from_the_option(place, tmp_path):
    blank = nameless(sent(place, "shuili"), tmp_path / "表.xlsx", place.plan.unit("shuili").name)
    assert "--unit" in call(place, blank).output
    done = call(place, blank, "--unit", "水利局")
    assert done.exit_code in (0, 1) and "水利局" in done.output and (tmp_path / "预检_表.xlsx").exists()


def nameless(path: Path, target: Path, unit: str) -> Path:
    """A copy of a file that says nowhere whose it is."""
    book = openpyxl.load_workbook(path)
    for cell in (cell for row in book.worksheets[0].iter_rows(max_row=6) for cell in row):
        if isinstance(cell.value, str) and unit in cell.value:
            cell.value = None
    book.save(target)
    return target


@pytest.mark.parametrize("arguments", [("没有.xlsx",), ("没有.xlsx", "--unit", "不存在的局")])
def test_what_cannot_be_asked_is_answered_with_exit_code_two(place, arguments):
    assert call(place, *arguments).exit_code == 2


def test_no_paper_goes_into_the_workspace(place):
    before = trace(place.workspace.root)
    done = call(place, sent(place, "shuili"))
    assert done.exit_code == 2 and "--out" in done.output
    assert trace(place.workspace.root) == before


def test_a_register_with_its_log_open_is_read_as_it_stands(place, wrong, tmp_path):
    copied = place.copy(tmp_path / "workspace")
    register = Register(copied.workspace.register)
    with register._writing():  # somebody else is at it
        before = sorted(path.name for path in copied.workspace.root.iterdir())
        assert call(copied, wrong, "--out", tmp_path / "out").exit_code == 1
        assert sorted(path.name for path in copied.workspace.root.iterdir()) == before
