"""The list in force on the cutoff date, and what its changes do to a project."""

from datetime import date

from small_bureau import FACTORY, NAMES, ROADS, SCHOOL, Bureau, listed, project, with_history

ROWS = [project(ROADS), project(SCHOOL)]
ENTRIES = [listed(row, "住建局") for row in ROWS]


def on_list(bureau, period="2022-11"):
    return {row["project_id"]: row for row in bureau.read("project_list", period)}


def test_a_version_counts_from_its_effective_date(tmp_path):
    bureau = Bureau(tmp_path)
    bureau.list_projects("2022-10", *ENTRIES)
    later = {"effective_date": date(2022, 11, 29), "list_version": "第2版"}  # the cutoff is the 28th
    bureau.list_projects("2022-11", *ENTRIES, listed(project(FACTORY), "工信局", change_kind="transferred_in"), **later)
    bureau.judge("2022-11")
    assert on_list(bureau).keys() == {ROADS, SCHOOL}
    bureau.judge("2022-12")
    assert on_list(bureau, "2022-12").keys() == {ROADS, SCHOOL, FACTORY}


def test_a_project_leaves_when_its_removal_takes_effect_and_its_figures_with_it(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    out = {
        "change_kind": "transferred_out",
        "change_date": date(2022, 11, 10),
        "change_document": "霍重点办〔2022〕3号",
    }
    bureau.list_projects("2022-11", ENTRIES[0], {**ENTRIES[1], **out})
    bureau.submit("2022-11", "zhujian", ROWS[:1])
    bureau.judge("2022-11")
    assert bureau.findings("2022-11") == []
    assert on_list(bureau)[SCHOOL]["is_in_base"] is False
    assert {row["project_id"] for row in bureau.read("accepted_investment", "2022-11")} == {ROADS}


def test_a_project_that_vanishes_without_a_word_stays_and_is_found(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.list_projects("2022-11", ENTRIES[0])
    bureau.submit("2022-11", "zhujian", ROWS)
    bureau.judge("2022-11")
    [found] = bureau.findings("2022-11")
    assert (found["rule_id"], found["form"], found["project_id"]) == ("I16", "project_list", SCHOOL)
    assert on_list(bureau)[SCHOOL]["is_in_base"] is True


def test_the_centre_may_let_a_vanished_project_go(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.list_projects("2022-11", ENTRIES[0])
    bureau.decide("accept", form="project_list", period="2022-11", project_id=SCHOOL, rule_id="I16")
    bureau.judge("2022-11")
    assert on_list(bureau)[SCHOOL]["is_in_base"] is False


def test_a_project_handed_over_takes_its_history_along(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    moved = {"responsible_unit": "交运局", "change_kind": "handed_over", "former_unit": "住建局"}
    bureau.list_projects("2022-11", {**ENTRIES[0], **moved, "change_date": date(2022, 11, 1)}, ENTRIES[1])
    bureau.submit("2022-11", "zhujian", ROWS[1:])
    bureau.submit("2022-11", "jiaoyun", [{**ROWS[0], "ytd_investment_wan": 5900}])
    bureau.judge("2022-11")
    assert on_list(bureau)[ROADS]["unit_id"] == "jiaoyun"
    assert {f["rule_id"] for f in bureau.findings("2022-11")} == {"R01", "R04", "P02"}  # October came from another unit


def test_before_the_day_of_the_handover_the_former_unit_reports(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    moved = {"responsible_unit": "交运局", "change_kind": "handed_over", "former_unit": "住建局"}
    bureau.list_projects("2022-11", {**ENTRIES[0], **moved, "change_date": date(2022, 12, 1)}, ENTRIES[1])
    bureau.submit("2022-11", "zhujian", ROWS)
    bureau.judge("2022-11")
    assert bureau.findings("2022-11") == [] and on_list(bureau)[ROADS]["unit_id"] == "zhujian"


def test_a_renamed_project_without_a_code_stays_the_same_project(tmp_path):
    old = project(None, project_name="滨河公园")
    bureau = with_history(tmp_path, old)
    new_name = {"project_name": "滨河生态公园", "change_kind": "renamed", "former_name": "滨河公园"}
    bureau.list_projects("2022-11", {**listed(old, "住建局"), **new_name})
    bureau.submit("2022-11", "zhujian", [{**old, "project_name": "滨河生态公园"}])
    bureau.judge("2022-11")
    assert {f["rule_id"] for f in bureau.findings("2022-11")} == {"I04B"}  # it has no code, and is not another project
    [row] = bureau.read("accepted_investment", "2022-11")
    assert (row["project_id"], row["is_carried_forward"]) == ("N:滨河公园", False)


def test_projects_of_one_name_and_two_codes_are_two_projects(tmp_path):
    twin = project(FACTORY, project_name=ROWS[1]["project_name"])
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [*ROWS, twin])  # no list has the twin yet
    bureau.judge("2022-11")
    assert {f["rule_id"]: f["project_id"] for f in bureau.findings("2022-11")} == {"I12": FACTORY, "I17": FACTORY}
    bureau.list_projects("2022-11", *ENTRIES, listed(twin, "住建局"))
    bureau.judge("2022-11")
    assert bureau.findings("2022-11") == [] and on_list(bureau).keys() == {ROADS, SCHOOL, FACTORY}


def test_a_first_list_with_two_projects_of_one_name_keeps_both(tmp_path):
    twin = project(FACTORY, project_name=ROWS[1]["project_name"])
    bureau = Bureau(tmp_path)
    bureau.list_projects("2022-11", *ENTRIES, listed(twin, "住建局"))
    bureau.submit("2022-11", "zhujian", [*ROWS, twin])
    bureau.judge("2022-11")
    assert bureau.findings("2022-11") == [] and on_list(bureau).keys() == {ROADS, SCHOOL, FACTORY}


def test_a_later_receipt_of_the_same_version_replaces_it(tmp_path):
    bureau = Bureau(tmp_path)
    bureau.list_projects("2022-11", *ENTRIES, is_effective=False)
    bureau.list_projects("2022-11", {**ENTRIES[0], "annual_plan_wan": 6500}, ENTRIES[1], version=2)
    bureau.judge("2022-11")
    assert on_list(bureau)[ROADS]["annual_plan_wan"] == 6500


def test_a_list_that_cannot_be_read_as_one_leaves_the_one_before_in_force(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    sheet = bureau.list_projects("2022-11", ENTRIES[0])
    bureau.issue("2022-11", sheet, "missing_column", field="level_code", expected="级别")
    bureau.submit("2022-11", "zhujian", ROWS)
    bureau.judge("2022-11")
    assert {f["rule_id"] for f in bureau.findings("2022-11")} == {"S02"}
    assert on_list(bureau).keys() == {ROADS, SCHOOL}


def test_lists_filed_before_the_first_month_are_judged_with_it(tmp_path):
    bureau = Bureau(tmp_path)
    bureau.list_projects("2022-03", {**ENTRIES[0], "annual_plan_wan": 15000}, ENTRIES[1])
    bureau.judge("2022-10")
    assert {(f["rule_id"], f["project_name"]) for f in bureau.findings("2022-10")} == {("R07", NAMES[ROADS])}
    bureau.judge("2022-11")
    assert bureau.findings("2022-11") == []
