"""What a week is held against: the weeks before it, the pipeline, the month beside it."""

from datetime import date

import pytest
from small_campaign import BASELINE, BRIDGE, FIRST, MILL, PLAN, SECOND, THIRD, Office, done, planned, project

from expectations import suite
from ingestion import lake

ALL_DONE = {p.id: done(date(2022, 12, 8), number) for number, p in enumerate(PLAN.procedures, start=1)}


def with_baseline(root, *rows):
    office = Office(root)
    office.submit(BASELINE, "gongxin", list(rows))
    office.judge(BASELINE)
    return office


def test_procedures_that_do_not_move_are_a_state_after_seven_and_after_fourteen_days(tmp_path):
    office = with_baseline(tmp_path, project(MILL), project(BRIDGE))
    moving = {"land": {"filed_date": date(2022, 12, 14)}}
    for period, items in ((FIRST, {}), (SECOND, moving), (THIRD, moving)):
        office.submit(period, "gongxin", [project(MILL), project(BRIDGE, items=items)])
    office.judge(FIRST, SECOND, THIRD)
    stale = {
        period: {(f["rule_id"], f["project_id"]) for f in office.findings(period, "state") if f["theme"] == "history"}
        for period in (FIRST, SECOND, THIRD)
    }
    assert stale == {FIRST: set(), SECOND: {("P16A", MILL)}, THIRD: {("P16B", MILL), ("P16A", BRIDGE)}}


def test_fewer_procedures_needed_than_at_the_baseline_want_a_new_reason(tmp_path):
    said = {"not_needed_reason": "产能：不涉及产能置换"}
    none = {"is_needed": "no", "procedure_state": "not_needed"}
    office = with_baseline(tmp_path, *(project(code, items={"capacity": none}, **said) for code in (MILL, BRIDGE)))
    fewer = {"capacity": none, "energy": none}
    more = {"not_needed_reason": "产能：不涉及产能置换；能评：免于节能审查"}
    office.submit(FIRST, "gongxin", [project(MILL, items=fewer, **said), project(BRIDGE, items=fewer, **more)])
    office.judge(FIRST)
    assert [(f["rule_id"], f["project_id"]) for f in office.findings(FIRST)] == [("L21", MILL)]


def test_everything_done_in_one_week_and_before_the_last_report_is_to_be_explained(tmp_path):
    office = with_baseline(tmp_path, project(MILL), project(BRIDGE))
    early = {"land": done(date(2022, 12, 5))}
    office.submit(FIRST, "gongxin", [project(MILL, items=ALL_DONE), project(BRIDGE, items=early)])
    office.judge(FIRST)
    found = {(f["rule_id"], f["project_id"], f["procedure"], f["severity"]) for f in office.findings(FIRST)}
    assert found == {("L23", MILL, None, "warning"), ("L22", BRIDGE, "land", "warning")}
    assert office.items(FIRST)[BRIDGE, "land"]["procedure_state"] == "done"


def test_a_warning_on_a_procedure_is_answered_on_the_projects_row(tmp_path):
    office = with_baseline(tmp_path, project(MILL))
    early = {"land": done(date(2022, 12, 5))}
    office.submit(FIRST, "gongxin", [project(MILL, items=early, explanation_text="批文12月5日印发，上周漏报")])
    office.judge(FIRST)
    [found] = office.findings(FIRST)
    assert (found["rule_id"], found["answer_state"], found["answer"]) == (
        "L22",
        "answered",
        "批文12月5日印发，上周漏报",
    )


def test_a_project_of_neither_pipeline_nor_baseline_is_pointed_out(tmp_path):
    office = with_baseline(tmp_path, project(MILL))
    office.submit(FIRST, "gongxin", [project(MILL), project(BRIDGE)])
    office.submit(SECOND, "gongxin", [project(MILL), project(BRIDGE)])
    office.submit(SECOND, "gongxin", [planned(BRIDGE)], form="pipeline")
    office.judge(FIRST, SECOND)
    assert [(f["rule_id"], f["project_id"]) for f in office.findings(FIRST)] == [("I17B", BRIDGE)]
    assert office.findings(SECOND) == [] and office.projects(SECOND)[BRIDGE]["is_on_list"]


def test_a_project_without_a_code_is_the_one_of_that_name(tmp_path):
    office = Office(tmp_path)
    office.submit(BASELINE, "gongxin", [planned(MILL)], form="pipeline")
    office.submit(BASELINE, "gongxin", [project(MILL, project_code=None)])
    office.judge(BASELINE)
    assert office.projects(BASELINE).keys() == {MILL} and office.findings(BASELINE) == []


def test_a_project_started_in_the_monthly_form_must_leave_the_pipeline(tmp_path):
    office = Office(tmp_path)
    started = {"project_id": MILL, "project_code": MILL, "project_name": "光伏组件生产线项目", "unit_id": "gongxin"}
    month = {**started, "status_code": "under_construction", "start_actual_date": date(2022, 11, 20)}
    lake.write(office.ws.lake, "accepted_investment", PLAN.id, "2022-11", [month])
    office.submit(BASELINE, "gongxin", [planned(MILL), planned(BRIDGE)], form="pipeline")
    office.submit(BASELINE, "gongxin", [project(MILL, start_actual_date=date(2022, 11, 21)), project(BRIDGE)])
    office.judge(BASELINE)
    found = {(f["form"], f["rule_id"], f["project_id"]) for f in office.findings(BASELINE)}
    begun_before = {("procedures", rule, MILL) for rule in ("L04", "L05")}  # 能评 and 环评 are still under way
    assert found == {("pipeline", "X07", MILL), ("procedures", "X06", MILL), *begun_before}
    assert MILL in office.projects(BASELINE, "accepted_pipeline")
    office.submit(FIRST, "gongxin", [planned(BRIDGE)], form="pipeline")
    office.judge(FIRST)
    assert office.findings(FIRST) == [] and office.projects(FIRST, "accepted_pipeline").keys() == {BRIDGE}


@pytest.mark.slow
def test_great_expectations_counts_what_the_findings_say_of_a_week(tmp_path):
    office = with_baseline(tmp_path, project(MILL, items={"approval": done(date(2022, 12, 5))}), project(BRIDGE))
    wrong = {"approval": {"procedure_state": "in_progress"}, "land": {"procedure_state": "done"}}
    sheet = office.submit(FIRST, "gongxin", [project(MILL, items=wrong), project(BRIDGE)])
    office.issue(
        FIRST, sheet, "unknown_code", row=7, column="P", field="handling_level", procedure="energy", found="区"
    )
    office.submit(FIRST, "gongxin", [planned(MILL, annual_plan_wan=13000)], form="pipeline")
    office.judge(FIRST)
    result = suite.validate(office.ws, PLAN.id, FIRST)
    counted: dict[tuple[str, str], int] = {}
    for theme in result.themes:
        form = "procedures" if theme.form == "procedure_items" else theme.form
        for rule in theme.rules:
            counted[form, rule.rule_id] = counted.get((form, rule.rule_id), 0) + rule.failed
    found: dict[tuple[str, str], int] = {}
    for finding in (f for f in office.read("findings", FIRST) if f["is_effective"]):
        key = (finding["form"], finding["rule_id"])
        found[key] = found.get(key, 0) + 1
    assert {key: number for key, number in counted.items() if number} == found
    assert {("procedures", "P15"), ("procedures", "L14"), ("procedures", "F12"), ("pipeline", "R07")} <= found.keys()
