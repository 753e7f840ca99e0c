"""What is taken of a week: procedures under their project, standing versions, absences, the centre's decisions."""

from datetime import date, datetime

import pytest
from small_campaign import (
    BASELINE,
    BRIDGE,
    FIRST,
    MILL,
    SECOND,
    THIRD,
    Office,
    done,
    fund,
    planned,
    project,
)

from ingestion.settings import TIMEZONE

APPROVED = {"approval": done(date(2022, 12, 5))}


@pytest.fixture
def office(tmp_path):
    """The industry bureau has reported its two projects at the baseline, one of them approved."""
    found = Office(tmp_path)
    found.submit(BASELINE, "gongxin", [project(MILL, items=APPROVED), project(BRIDGE)])
    found.judge(BASELINE)
    return found


def test_a_clean_week_is_taken_with_every_procedure_of_its_projects(office):
    assert office.findings(BASELINE) == []
    assert office.projects(BASELINE).keys() == {MILL, BRIDGE}
    items = office.items(BASELINE)
    assert len(items) == 12 and items[MILL, "approval"]["procedure_state"] == "done"
    assert not any(row["is_carried_forward"] for row in items.values())


def test_an_error_on_a_procedure_refuses_that_procedure_alone(office):
    wrong = {"approval": {"procedure_state": "in_progress"}, "land": done(date(2022, 12, 8))}
    office.submit(FIRST, "gongxin", [project(MILL, items=wrong), project(BRIDGE)])
    office.judge(FIRST)
    [found] = office.findings(FIRST, "error")
    assert (found["rule_id"], found["form"], found["procedure"], found["cells"], found["expected"]) == (
        "P15",
        "procedures",
        "approval",
        "前期手续!P6",
        "已办结",
    )
    items = office.items(FIRST)
    kept, taken = items[MILL, "approval"], items[MILL, "land"]
    assert (kept["procedure_state"], kept["is_carried_forward"], kept["carried_from"]) == ("done", True, BASELINE)
    assert (taken["procedure_state"], taken["is_carried_forward"]) == ("done", False)
    assert not office.projects(FIRST)[MILL]["is_carried_forward"]


def test_a_refused_procedure_that_never_was_accepted_is_left_out(tmp_path):
    office = Office(tmp_path)
    unproved = {"land": {"procedure_state": "done", "done_date": date(2022, 12, 5), "approving_unit": "自然资源局"}}
    office.submit(BASELINE, "gongxin", [project(MILL, items=unproved)])
    office.judge(BASELINE)
    assert office.rules(BASELINE) == {("L14", "land")}
    assert {procedure for _, procedure in office.items(BASELINE)} == {
        "approval",
        "planning",
        "environment",
        "energy",
        "capacity",
    }
    reported = {(r["procedure"], r["is_accepted"]) for r in office.read("reported_procedure_items", BASELINE)}
    assert ("land", False) in reported and ("energy", True) in reported


def test_an_error_on_the_projects_row_carries_the_project_with_all_its_procedures(office):
    later = {"land": done(date(2022, 12, 8))}
    office.submit(
        FIRST, "gongxin", [project(MILL, total_investment_wan=-1, items={**APPROVED, **later}), project(BRIDGE)]
    )
    office.judge(FIRST)
    row, item = office.projects(FIRST)[MILL], office.items(FIRST)[MILL, "land"]
    assert (row["is_carried_forward"], row["total_investment_wan"]) == (True, 12000)
    assert (item["is_carried_forward"], item["procedure_state"]) == (True, "in_progress")
    assert not office.items(FIRST)[BRIDGE, "land"]["is_carried_forward"]


def test_a_unit_that_does_not_report_stands_with_its_last_accepted_week_even_into_another_year(office):
    for period in (FIRST, SECOND, THIRD, "2022-12-30", "2023-01-06"):
        office.judge(period, known_at=datetime(2023, 1, 6, 13, tzinfo=TIMEZONE))
    item = office.items("2023-01-06")[MILL, "approval"]
    assert (item["period"], item["carried_from"], item["is_carried_forward"]) == ("2023-01-06", BASELINE, True)
    assert ("M02", "gongxin") in {(f["rule_id"], f["unit_id"]) for f in office.findings("2023-01-06", "state")}


def test_a_project_left_out_is_found_and_carried_until_the_centre_lets_it_go(office):
    for period in (FIRST, SECOND):
        office.submit(period, "gongxin", [project(MILL, items=APPROVED)])
    office.judge(FIRST)
    [found] = office.findings(FIRST)
    assert (found["rule_id"], found["project_id"]) == ("I16", BRIDGE)
    assert office.projects(FIRST)[BRIDGE]["is_carried_forward"]
    office.accept(SECOND, "procedures", "I16", BRIDGE)
    office.judge(SECOND)
    assert office.projects(SECOND).keys() == {MILL} and {key[0] for key in office.items(SECOND)} == {MILL}


def test_an_accept_decision_takes_one_procedure_and_no_other(office):
    back = {"approval": {"procedure_state": "in_progress"}, "land": {"procedure_state": "done"}}
    office.submit(FIRST, "gongxin", [project(MILL, items=back), project(BRIDGE)])
    decision = office.accept(FIRST, "procedures", "P15", MILL, "approval")
    office.judge(FIRST)
    taken, refused = (office.items(FIRST)[MILL, name] for name in ("approval", "land"))
    assert (taken["procedure_state"], taken["decision_id"]) == ("in_progress", decision)
    assert refused["is_carried_forward"]
    states = {(f["rule_id"], f["procedure"]): f["answer_state"] for f in office.findings(FIRST)}
    assert states["P15", "approval"] == "accepted" and states["L14", "land"] == "none_needed"


def test_the_first_week_is_late_or_missing_as_a_month_is(tmp_path):
    office = Office(tmp_path)
    office.submit(BASELINE, "gongxin", [], kind="nil", received_at=datetime(2022, 12, 6, 12, 1, tzinfo=TIMEZONE))
    office.judge(BASELINE)
    states = [(f["rule_id"], f["unit_id"]) for f in office.findings(BASELINE, "state")]
    assert states.count(("M01", "gongxin")) == 1 and ("M02", "gongxin") not in states
    assert len(states) == 18 and {f["form"] for f in office.read("findings", BASELINE)} == {"procedures"}


def test_a_refused_sheet_refuses_every_procedure_on_it(office):
    sheet = office.submit(FIRST, "gongxin", [project(MILL, items=APPROVED), project(BRIDGE)])
    office.issue(FIRST, sheet, "period_conflict", found="2022-12-02", expected=FIRST)
    office.judge(FIRST)
    assert all(row["is_carried_forward"] for row in office.items(FIRST).values()) and len(office.items(FIRST)) == 12


def test_what_the_reader_could_not_take_of_a_procedure_refuses_it_and_names_it(office):
    sheet = office.submit(FIRST, "gongxin", [project(MILL, items=APPROVED), project(BRIDGE)])
    place = {"row": 6, "column": "P", "field": "procedure_state", "procedure": "energy"}
    office.issue(FIRST, sheet, "blank_required", **place)
    office.judge(FIRST)
    [found] = office.findings(FIRST)
    assert (found["rule_id"], found["procedure"], found["project_id"], found["message_zh"]) == (
        "F03",
        "energy",
        MILL,
        "能评的办理状态没有填",
    )
    carried = {key for key, row in office.items(FIRST).items() if row["is_carried_forward"]}
    assert carried == {(MILL, "energy")}


def test_a_pipeline_stands_until_its_unit_sends_another(tmp_path):
    office = Office(tmp_path)
    first = office.submit(BASELINE, "gongxin", [planned(MILL), planned(BRIDGE)], form="pipeline")
    office.judge(BASELINE, FIRST)
    rows = office.projects(FIRST, "accepted_pipeline")
    assert {row["submission_id"] for row in rows.values()} == {first} and rows.keys() == {MILL, BRIDGE}
    assert not any(row["is_carried_forward"] for row in rows.values())
    assert office.projects(FIRST, "reported_pipeline").keys() == {MILL, BRIDGE}
    office.submit(SECOND, "gongxin", [planned(MILL, annual_plan_wan=7000)], form="pipeline")
    office.judge(SECOND)
    rows = office.projects(SECOND, "accepted_pipeline")
    assert {name: row["annual_plan_wan"] for name, row in rows.items()} == {MILL: 7000}
    assert {(f["rule_id"], f["project_id"]) for f in office.findings(SECOND)} == {("I16B", BRIDGE)}


def test_a_refused_row_of_a_new_pipeline_is_carried_from_the_last(tmp_path):
    office = Office(tmp_path)
    office.submit(BASELINE, "gongxin", [planned(MILL), planned(BRIDGE)], form="pipeline")
    office.submit(FIRST, "gongxin", [planned(MILL, annual_plan_wan=12100), planned(BRIDGE)], form="pipeline")
    office.judge(BASELINE, FIRST)
    assert {(f["rule_id"], f["project_id"]) for f in office.findings(FIRST, "error")} == {("R07", MILL)}
    row = office.projects(FIRST, "accepted_pipeline")[MILL]
    assert (row["annual_plan_wan"], row["carried_from"]) == (6000, BASELINE)
    assert office.projects(FIRST, "reported_pipeline")[MILL]["annual_plan_wan"] == 12100


def test_a_refused_pipeline_leaves_the_units_last_one_in_place(tmp_path):
    office = Office(tmp_path)
    office.submit(BASELINE, "gongxin", [planned(MILL), planned(BRIDGE)], form="pipeline")
    sheet = office.submit(FIRST, "gongxin", [planned(MILL)], form="pipeline")
    office.issue(FIRST, sheet, "unit_conflict", found="亿元", expected="万元")
    office.judge(BASELINE, FIRST)
    rows = office.projects(FIRST, "accepted_pipeline")
    assert rows.keys() == {MILL, BRIDGE} and all(row["is_carried_forward"] for row in rows.values())


def test_a_project_in_another_units_standing_pipeline_stays_there(tmp_path):
    office = Office(tmp_path)
    office.submit(BASELINE, "gongxin", [planned(MILL)], form="pipeline")
    office.submit(FIRST, "nengyuan", [planned(MILL)], form="pipeline")
    office.judge(BASELINE, FIRST)
    assert {(f["rule_id"], f["unit_id"]) for f in office.findings(FIRST, "error")} == {("D01", "nengyuan")}
    row = office.projects(FIRST, "accepted_pipeline")[MILL]
    assert (row["unit_id"], row["is_carried_forward"]) == ("gongxin", False)


def test_a_project_may_have_two_kinds_of_fund_but_none_twice(tmp_path):
    office = Office(tmp_path)
    bond, other = fund(MILL), fund(MILL, fund_kind="central_budget", secured_wan=800)
    office.submit(BASELINE, "caizheng", [bond, other], form="funds")
    office.submit(FIRST, "caizheng", [bond, bond, other], form="funds")
    office.judge(BASELINE, FIRST)
    assert office.findings(BASELINE) == []
    assert [f["rule_id"] for f in office.findings(FIRST)] == ["I13", "I13"]
    kept = {row["fund_kind"]: row["is_carried_forward"] for row in office.read("accepted_funds", FIRST)}
    assert kept == {"special_bond": True, "central_budget": False}


def test_going_back_over_a_week_gives_the_same_bytes(office):
    office.submit(FIRST, "gongxin", [project(MILL, items={"approval": {"procedure_state": "in_progress"}})])
    seen = []
    for _ in range(2):
        office.judge(FIRST)
        seen.append({path.relative_to(office.root): path.read_bytes() for path in office.ws.lake.rglob("*.parquet")})
    assert seen[0] == seen[1]
