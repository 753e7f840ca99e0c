"""What is taken of a month: accepted rows, carried figures, missing projects, the centre's decisions."""

from datetime import datetime

from small_bureau import AFTER_DEADLINE, FACTORY, ROADS, SCHOOL, Bureau, a_month_before, listed, project, with_history

from ingestion.settings import TIMEZONE

ROWS = [project(ROADS), project(SCHOOL)]


def accepted(bureau, period="2022-11"):
    return {row["project_id"]: row for row in bureau.read("accepted_investment", period)}


def rules(bureau, period="2022-11"):
    return {f["rule_id"] for f in bureau.findings(period)}


def test_a_clean_row_is_taken_as_reported(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", ROWS)
    assert bureau.judge("2022-11").accepted == 2
    row = accepted(bureau)[ROADS]
    assert (row["ytd_investment_wan"], row["is_carried_forward"], row["is_on_list"]) == (5300, False, True)


def test_a_refused_row_keeps_the_last_accepted_figures_and_says_so(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [ROWS[0], {**ROWS[1], "ytd_investment_wan": 5900}])
    bureau.judge("2022-11")
    row = accepted(bureau)[SCHOOL]
    assert (row["ytd_investment_wan"], row["is_carried_forward"], row["carried_from"]) == (5000, True, "2022-10")
    assert row["month_investment_wan"] is None
    reported = {r["project_id"]: r for r in bureau.read("reported_investment", "2022-11")}
    assert (reported[SCHOOL]["ytd_investment_wan"], reported[SCHOOL]["is_accepted"]) == (5900, False)


def test_the_first_period_figures_come_from_stays_when_they_are_carried_on(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    for period in ("2022-11", "2022-12"):
        bureau.submit(period, "zhujian", [ROWS[0], {**ROWS[1], "ytd_investment_wan": 5900}])
        bureau.judge(period)
    assert accepted(bureau, "2022-12")[SCHOOL]["carried_from"] == "2022-10"


def test_figures_are_not_carried_into_another_year(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    for period in ("2022-11", "2022-12", "2023-01"):
        bureau.judge(period)
    assert len(accepted(bureau, "2022-12")) == 2 and accepted(bureau, "2023-01") == {}


def test_a_wrong_row_without_history_leaves_its_project_missing(tmp_path):
    bureau = Bureau(tmp_path)
    bureau.list_projects("2022-11", *(listed(row, "住建局") for row in ROWS))
    bureau.submit("2022-11", "zhujian", [ROWS[0], {**ROWS[1], "ytd_investment_wan": 5900}])
    bureau.judge("2022-11")
    assert accepted(bureau).keys() == {ROADS}


def test_recursion_is_not_held_against_carried_figures_but_going_backwards_is(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.judge("2022-11")  # nobody reports: October is carried
    december = project(ROADS, ytd_investment_wan=4500, cumulative_investment_wan=8500, completion_rate_reported=75)
    bureau.submit("2022-12", "zhujian", [december, ROWS[1]])
    bureau.judge("2022-12")
    assert rules(bureau, "2022-12") == {"P01", "R27"}


def test_an_accept_decision_takes_the_row_and_everything_that_follows_from_it(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [ROWS[0], {**ROWS[1], "ytd_investment_wan": 5900}])
    decision = bureau.decide("accept", period="2022-11", project_id=SCHOOL, rule_id="R01")
    bureau.judge("2022-11")
    row = accepted(bureau)[SCHOOL]
    assert (row["ytd_investment_wan"], row["is_carried_forward"], row["decision_id"]) == (5900, False, decision)
    states = {f["rule_id"]: (f["answer_state"], f["decision_id"]) for f in bureau.findings("2022-11")}
    assert states == dict.fromkeys(("R01", "R04", "P02"), ("accepted", decision))
    assert [d["decision_id"] for d in bureau.read("decisions", "2022-11")] == [decision]
    assert bureau.read("decisions", "2022-10") == []


def test_a_decision_taken_later_than_what_is_known_changes_nothing(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [ROWS[0], {**ROWS[1], "ytd_investment_wan": 5900}])
    bureau.decide("accept", period="2022-11", project_id=SCHOOL, rule_id="R01")
    bureau.judge("2022-11", AFTER_DEADLINE.replace(hour=8))
    assert accepted(bureau)[SCHOOL]["is_carried_forward"]


def test_a_refused_sheet_refuses_every_row_of_it(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    sheet = bureau.submit("2022-11", "zhujian", ROWS)
    bureau.issue("2022-11", sheet, "period_conflict", found="2022-10", expected="2022-11")
    bureau.judge("2022-11")
    assert rules(bureau) == {"S16"}
    assert all(row["is_carried_forward"] for row in accepted(bureau).values())


def test_a_project_left_out_of_its_units_form_is_found_and_carried(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    sheet = bureau.submit("2022-11", "zhujian", ROWS[:1])
    bureau.judge("2022-11")
    [found] = bureau.findings("2022-11")
    assert (found["rule_id"], found["project_id"], found["row"], found["field"]) == (
        "I16",
        SCHOOL,
        None,
        "project_name",
    )
    assert found["submission_id"] == sheet and accepted(bureau)[SCHOOL]["is_carried_forward"]


def test_an_absence_the_centre_accepts_is_no_longer_carried(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", ROWS[:1])
    bureau.decide("accept", period="2022-11", project_id=SCHOOL, rule_id="I16")
    bureau.judge("2022-11")
    assert accepted(bureau).keys() == {ROADS}


def test_of_two_units_with_one_project_the_listed_one_stands(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", ROWS)
    bureau.submit("2022-11", "jiaoyun", [ROWS[0]])
    bureau.judge("2022-11")
    assert {(f["rule_id"], f["unit_id"]) for f in bureau.findings("2022-11")} == {
        ("D01", "jiaoyun"),
        ("I18", "jiaoyun"),
    }
    assert accepted(bureau)[ROADS]["unit_id"] == "zhujian"
    assert len(bureau.read("reported_investment", "2022-11")) == 3


def test_an_unlisted_project_of_two_units_waits_for_a_decision(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [*ROWS, project(FACTORY)])
    bureau.submit("2022-11", "gongxin", [project(FACTORY)])
    bureau.judge("2022-11")
    assert FACTORY not in accepted(bureau)
    bureau.decide("accept", period="2022-11", project_id=FACTORY, rule_id="D01")
    bureau.judge("2022-11")
    assert accepted(bureau)[FACTORY]["is_on_list"] is False


def test_a_project_that_is_not_on_the_list_counts_apart(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [*ROWS, project(None, project_name="★滨河 公园工程")])
    bureau.judge("2022-11")
    assert rules(bureau) == {"I17", "I04B"}
    assert accepted(bureau)["N:滨河公园工程"]["is_on_list"] is False


def test_a_name_finds_its_project_when_the_code_is_not_typed(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [{**ROWS[0], "project_code": None}, ROWS[1]])
    bureau.judge("2022-11")
    assert rules(bureau) == {"I04B"} and accepted(bureau)[ROADS]["ytd_investment_wan"] == 5300


def test_a_code_that_is_not_the_lists_is_asked_about_and_the_row_is_taken(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    slipped = f"{SCHOOL[:-1]}9"
    bureau.submit("2022-11", "zhujian", [ROWS[0], {**ROWS[1], "project_code": slipped}])
    bureau.judge("2022-11")
    [finding] = bureau.findings("2022-11")
    assert (finding["rule_id"], finding["project_id"], finding["found"], finding["expected"]) == (
        "I11",
        SCHOOL,
        slipped,
        SCHOOL,
    )
    assert {row["project_id"] for row in bureau.read("accepted_investment", "2022-11")} == {ROADS, SCHOOL}


def test_a_row_typed_twice_is_refused_both_times(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [*ROWS, ROWS[1]], totals={"label_count": 2})
    bureau.judge("2022-11")
    assert [f["rule_id"] for f in bureau.findings("2022-11")] == ["I13", "I13"]
    assert accepted(bureau)[SCHOOL]["is_carried_forward"]


def test_an_earlier_version_keeps_its_findings_and_decides_nothing(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [ROWS[0], {**ROWS[1], "ytd_investment_wan": 5900}], is_effective=False)
    bureau.submit("2022-11", "zhujian", ROWS, version=2)
    bureau.judge("2022-11")
    assert rules(bureau) == set() and not accepted(bureau)[SCHOOL]["is_carried_forward"]
    assert {f["rule_id"] for f in bureau.read("findings", "2022-11") if not f["is_effective"]} >= {"R01", "P02"}


def test_a_warning_is_answered_by_the_explanation_on_its_row(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    raised = {"total_investment_wan": 12500}
    bureau.submit(
        "2022-11",
        "zhujian",
        [{**ROWS[0], **raised, "explanation_text": "初设批复后增加地下管线"}, {**ROWS[1], **raised}],
    )
    bureau.judge("2022-11")
    states = {(f["project_id"], f["answer_state"], f["answer"]) for f in bureau.findings("2022-11", "warning")}
    assert states == {(ROADS, "answered", "初设批复后增加地下管线"), (SCHOOL, "unanswered", None)}


def test_nobody_is_missing_before_the_deadline_and_late_is_later_than_it(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    due = datetime(2022, 11, 28, 17, tzinfo=TIMEZONE)
    bureau.submit("2022-11", "zhujian", ROWS, received_at=due.replace(minute=20))
    bureau.judge("2022-11", due.replace(hour=16))
    assert [f for f in bureau.findings("2022-11", "state") if f["rule_id"] == "M02"] == []
    bureau.judge("2022-11", AFTER_DEADLINE)
    states = [(f["rule_id"], f["unit_id"]) for f in bureau.findings("2022-11", "state") if f["rule_id"] != "T01"]
    assert ("M01", "zhujian") in states and states.count(("M02", "zhujian")) == 0 and len(states) == 18


def test_verdicts_count_every_rule_of_the_forms_with_its_three_outcomes(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit(
        "2022-11", "zhujian", [ROWS[0], {**ROWS[1], "ytd_investment_wan": 5900, "completion_rate_reported": None}]
    )
    bureau.judge("2022-11")
    counted = {
        (v["form"], v["rule_id"]): (v["passed"], v["failed"], v["not_judged"])
        for v in bureau.read("verdicts", "2022-11")
    }
    assert counted["monthly_dispatch", "R01"] == (1, 1, 0)
    assert counted["monthly_dispatch", "R04"] == (1, 0, 1)
    assert counted["monthly_dispatch", "S02"] == (1, 0, 0)
    failed = {}
    for finding in (f for f in bureau.read("findings", "2022-11") if f["is_effective"]):
        key = (finding["form"], finding["rule_id"])
        failed[key] = failed.get(key, 0) + 1
    assert failed == {key: numbers[1] for key, numbers in counted.items() if numbers[1]}


def test_going_back_over_a_month_gives_the_same_bytes(tmp_path):
    bureau = with_history(tmp_path, *ROWS)
    bureau.submit("2022-11", "zhujian", [a_month_before(ROWS[0]), {**ROWS[1], "ytd_investment_wan": 5900}])
    seen = []
    for _ in range(2):
        bureau.judge("2022-11")
        seen.append({path.relative_to(tmp_path): path.read_bytes() for path in bureau.ws.lake.rglob("*.parquet")})
    assert seen[0] == seen[1]
