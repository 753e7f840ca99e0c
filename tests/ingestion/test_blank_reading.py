"""A filled blank form of ours is held against what it remembers of itself."""

import json
from decimal import Decimal

import pytest
from workbooks import SheetOf, columns, monthly, project, renamed, write

from ingestion.blank_memory import BlankMemory, memory_of
from ingestion.reading import read_workbook

FIELDS = [name for _, name in columns()]
PLACES = {name: place for place, name in enumerate(FIELDS)}
FIRST = monthly().first_row  # row of the first project as Excel counts
HEADER = (2, FIRST - 2)
ABOUT = {"kind": "blank", "form": "monthly_dispatch", "edition": "2022", "plan": "huozhou-2022", "period": "2022-11"}


def locked(number=1, **cells):
    row = project(number)
    return {
        "project_code": row["project_code"],
        "project_name": row["project_name"],
        "total_investment_wan": "12000",
        **cells,
    }


def tags(*rows, sheet="月调度表"):
    memory = BlankMemory(sheet, PLACES, HEADER, {FIRST + number: cells for number, cells in enumerate(rows)})
    return ABOUT | memory.tags()


@pytest.fixture
def read(tmp_path):
    return lambda *sheets, tags=None: read_workbook(write(tmp_path / "blank.xlsx", *sheets, tags=tags))


def named(reading):
    return [(i.issue_code, f"{i.column}{i.row}", i.found, i.expected) for i in reading.issues]


def letter(name):
    return monthly().letter(name)


def test_what_a_blank_remembers_comes_back_as_it_was_written():
    memory = BlankMemory(
        "月调度表", {"project_name": 2, "land.done_date": 9}, (3, 5), {7: {"project_name": "甲，“乙”"}}
    )
    assert memory_of(ABOUT | memory.tags()) == memory


@pytest.mark.parametrize(
    "damage",
    [
        {"columns": "["},
        {"columns": json.dumps({"project_name": -1})},
        {"columns": json.dumps({"project_name": 10**9})},
        {"header": "[1]"},
        {"header": '["a", 2]'},
        {"header": "[" * 100_000},
        {"kind": "receipt"},
    ],
)
def test_a_damaged_memory_is_none(damage, read):
    assert memory_of(tags(locked()) | damage) is None
    reading = read(monthly(), tags=tags(locked()) | damage)
    assert len(reading.rows) == 1 and reading.issues == []


def test_a_blank_filled_in_as_it_should_be_gives_no_issue(read):
    reading = read(monthly(project(1), project(2)), tags=tags(locked(1), locked(2)))
    assert reading.issues == [] and not reading.is_unfilled


def test_a_changed_locked_cell_is_named_with_what_stood_there(read):
    reading = read(monthly(project(total_investment_wan=13000)), tags=tags(locked()))
    assert named(reading) == [("locked_cell_changed", f"{letter('total_investment_wan')}{FIRST}", "13000", "12000")]
    assert reading.rows[0].values["total_investment_wan"] == Decimal(13000)


def test_a_locked_cell_that_was_emptied_is_named(read):
    reading = read(monthly(project(owner_name=None)), tags=tags(locked(owner_name="霍州市供水公司")))
    assert ("locked_cell_changed", f"{letter('owner_name')}{FIRST}", "", "霍州市供水公司") in named(reading)


def test_a_code_is_named_by_its_label(read):
    [issue] = read(monthly(project(level_code="省重点")), tags=tags(locked(level_code="county"))).issues
    assert (issue.found, issue.expected) == ("省重点", "县重点")


def test_sorting_the_projects_changes_no_cell(read):
    reading = read(monthly(project(3), project(1), project(2)), tags=tags(locked(1), locked(2), locked(3)))
    assert reading.issues == []


def test_deleting_a_project_changes_no_cell_of_the_others(read):
    assert read(monthly(project(2), project(3)), tags=tags(locked(1), locked(2), locked(3))).issues == []


def test_a_project_under_another_name_is_known_by_its_code(read):
    [issue] = read(monthly(project(project_name="城区供水工程")), tags=tags(locked())).issues
    assert (issue.field, issue.found, issue.expected) == ("project_name", "城区供水工程", "城区第1供水厂改造工程")


def test_another_project_written_over_a_locked_one_is_named_in_its_place(read):
    other = project(7, project_name="城北热源厂扩建工程", total_investment_wan=500)
    fields = [issue.field for issue in read(monthly(other), tags=tags(locked())).issues]
    assert fields == ["project_code", "project_name", "total_investment_wan"]


def test_a_head_that_was_touched_costs_no_column_and_is_named(read):
    touched = monthly(project(), columns=renamed({"ytd_investment_wan": "投资完成情况/本年完成/今年干了多少"}))
    assert [i.issue_code for i in read(touched).issues] == ["missing_column", "extra_column"]
    reading = read(touched, tags=tags(locked()))
    [issue] = reading.issues
    assert (issue.issue_code, issue.field, issue.expected) == (
        "locked_cell_changed",
        "ytd_investment_wan",
        "投资完成情况/本年完成/自年初累计",
    )
    assert "今年干了多少" in issue.found
    assert reading.rows[0].values["ytd_investment_wan"] == Decimal("4100.25")


def test_a_blank_whose_whole_header_was_wiped_is_still_read(read):
    wiped = SheetOf([(" ", name) for name in FIELDS], body=[project()], depth=monthly().header_depth, is_merged=False)
    assert read(wiped).unreadable == "no_form_found"
    reading = read(wiped, tags=tags(locked()))
    assert reading.form == "monthly_dispatch" and {i.issue_code for i in reading.issues} == {"locked_cell_changed"}
    assert reading.rows[0].values["cumulative_investment_wan"] == Decimal("4100.25")


def test_where_another_column_took_the_place_nothing_is_guessed(read):
    """The heads were touched and a column was put in before them: what stands in the place is another column now."""
    own = [("联系电话", ""), *renamed({"is_in_statistics": "入统情况/在不在库"})]
    moved = monthly(project(), columns=own)
    assert "missing_column" in {i.issue_code for i in read(moved, tags=tags(locked())).issues}


def test_notes_of_the_departments_own_beside_the_form_are_no_form(read):
    notes = SheetOf(
        [("内容", "a")], name="备忘", lines=[["自己的记录"]], body=[{"a": text} for text in "甲乙丙丁戊己庚"]
    )
    reading = read(monthly(), notes, tags=tags(locked()))
    assert (reading.sheet, reading.issues) == ("月调度表", [])


def test_a_renamed_sheet_is_still_the_blanks_own(read):
    reading = read(monthly(project(total_investment_wan=1), name="住建局"), tags=tags(locked()))
    assert [issue.issue_code for issue in reading.issues] == ["locked_cell_changed"]


def test_a_blank_that_nobody_filled_in_is_told_from_a_report(read):
    given = {"project_code", "project_name", "total_investment_wan"}
    empty = {name: value if name in given else None for name, value in project().items()}
    every = tags(locked(level_code="county", planned_start_date="2022-03-01"))
    assert read(monthly(empty), tags=every).is_unfilled
    assert not read(monthly(empty)).is_unfilled
    assert not read(monthly({**empty, "status_code": "在建"}), tags=every).is_unfilled
