"""Answers through the judging of whole months and weeks: what is carried on, asked again, waived and counted."""

from datetime import date

from small_bureau import AFTER_DEADLINE, PLAN, ROADS, SCHOOL, project, with_history
from small_campaign import BASELINE, FIRST, MILL, SECOND, Office, done
from small_campaign import project as weekly_project

from expectations import judgements
from ingestion.register import Register

NOV, DEC, JAN = "2022-11", "2022-12", "2023-01"
WHY = "初设批复后增加地下管线，调概已上报"


def raised(by: int, text: str | None = None) -> dict:
    """A row whose total is not the list's by so much; nothing was spent since October."""
    return project(ROADS, total_investment_wan=12000 + by, month_investment_wan=0, explanation_text=text)


def question(bureau, period: str) -> dict:
    [found] = [f for f in bureau.findings(period, "warning") if (f["rule_id"], f["project_id"]) == ("I18", ROADS)]
    return found


def test_an_answer_is_carried_from_month_to_month_until_the_gap_grows_or_the_year_ends(tmp_path):
    bureau = with_history(tmp_path, project(ROADS), project(SCHOOL))
    bureau.submit(NOV, "zhujian", [raised(500, WHY)])
    bureau.judge(NOV)
    assert (question(bureau, NOV)["answer_state"], question(bureau, NOV)["answer"]) == ("answered", WHY)
    bureau.submit(DEC, "zhujian", [raised(500)])
    bureau.judge(DEC)
    assert question(bureau, DEC)["answer_state"] == "answered"
    assert question(bureau, DEC)["answered_at"] == question(bureau, NOV)["answered_at"]
    [standing] = [row for row in bureau.read("answers", DEC) if row["rule_id"] == "I18"]
    assert (standing["answered_in"], standing["difference"], standing["answer_text"]) == (NOV, "500", WHY)
    bureau.submit(JAN, "zhujian", [raised(500)])
    bureau.judge(JAN)
    assert question(bureau, JAN)["answer_state"] == "reopened"
    bureau.submissions[DEC].clear()
    bureau.rows["monthly_dispatch", DEC].clear()
    bureau.submit(DEC, "zhujian", [raised(900)], version=2)
    bureau.judge(DEC)
    assert question(bureau, DEC)["answer_state"] == "reopened" and "900" in question(bureau, DEC)["answer_reason_zh"]


def test_a_refused_answer_is_found_counted_and_validated_like_any_other_failure(tmp_path):
    bureau = with_history(tmp_path, project(ROADS), project(SCHOOL))
    bureau.submit(NOV, "zhujian", [raised(500, "情况属实")])
    bureau.judge(NOV)
    refused = [f for f in bureau.read("findings", NOV) if f["rule_id"] == "O15B"]
    own = [f for f in bureau.findings(NOV, "warning") if f["project_id"] == ROADS]
    assert {f["group_head"] for f in refused} == {f["group_head"] or f["finding_id"] for f in own}
    [counted] = [v for v in bureau.read("verdicts", NOV) if (v["form"], v["rule_id"]) == ("monthly_dispatch", "O15B")]
    _, entries = judgements.read(bureau.ws.lake, PLAN.id, NOV, "monthly_dispatch")
    failed = [e for e in entries.to_pylist() if e["rule_id"] == "O15B" and e["verdict"] is False]
    assert counted["failed"] == len(refused) == len(failed) == len(own) > 0


def test_a_waiver_is_written_down_with_the_periods_and_an_acceptance_goes_before_it(tmp_path):
    bureau = with_history(tmp_path, project(ROADS), project(SCHOOL))
    bureau.submit(NOV, "zhujian", [raised(500)])
    subject = {"plan_id": PLAN.id, "rule_id": "I18", "unit_id": "zhujian", "until": "2022-12-31"}
    record = Register(bureau.ws.register).record_decision
    number = record("waive", "项目推进中心", "调概批复在途", subject, AFTER_DEADLINE, None)
    bureau.judge(NOV)
    assert (question(bureau, NOV)["answer_state"], question(bureau, NOV)["decision_id"]) == ("waived", number)
    assert [(d["decision_id"], d["kind"]) for d in bureau.read("decisions", NOV)] == [(number, "waive")]
    accepted = bureau.decide("accept", period=NOV, project_id=ROADS, rule_id="I18")
    bureau.judge(NOV)
    assert (question(bureau, NOV)["answer_state"], question(bureau, NOV)["decision_id"]) == ("accepted", accepted)


def test_a_weeks_answer_about_a_procedure_still_stands_after_a_week_without_the_question(tmp_path):
    office = Office(tmp_path)
    early = {"land": done(date(2022, 12, 5))}
    office.submit(BASELINE, "gongxin", [weekly_project(MILL)])
    office.submit(FIRST, "gongxin", [weekly_project(MILL, items=early, explanation_text="批文12月5日印发，上周漏报")])
    office.submit(SECOND, "gongxin", [weekly_project(MILL, items=early)])
    office.judge(BASELINE, FIRST, SECOND)
    [asked] = [f for f in office.findings(FIRST, "warning") if f["rule_id"] == "L22"]
    [standing] = [row for row in office.read("answers", SECOND) if row["subject"] == asked["subject"]]
    assert (standing["answered_in"], standing["answer_text"]) == (FIRST, "批文12月5日印发，上周漏报")
    assert standing["ends_on"] == date(2023, 2, 3)  # eight weeks
