"""Which answer stands for a warning, over versions and months, and when the question is asked again."""

import pytest
from questions import PLAN, TRUE, Desk, line, waived, warning

NOV, DEC, JAN = "2022-11", "2022-12", "2023-01"


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def state(finding):
    return finding["answer_state"]


def test_a_question_nobody_answered_is_open(desk):
    assert state(desk.settle(NOV, warning("A"))["A"]) == "unanswered"


def test_a_rows_own_column_answers_its_warnings(desk):
    found = desk.settle(NOV, warning("A"), said={"A1zhujian": TRUE})["A"]
    assert (state(found), found["answer"]) == ("answered", TRUE)
    assert found["answer_submission_id"].endswith("/zhujian/v1") and str(found["answer_ends"]) == "2022-12-31"
    assert desk.refusals(NOV) == []


def test_a_filled_line_of_the_answer_sheet_answers_its_question_and_a_blank_one_does_not(desk):
    asked = warning("A"), warning("B")
    found = desk.settle(NOV, *asked, sheet=[line(asked[0], TRUE), line(asked[1], None)])
    assert [state(found[name]) for name in "AB"] == ["answered", "unanswered"]
    assert found["A"]["answer_submission_id"].endswith("/zhujian/a1")
    assert found["A"]["answered_at"].hour in (8, 16)  # 16:00 here, 08:00 in UTC


def test_what_is_answered_is_not_asked_again_in_any_later_month_while_the_figures_stay(desk):
    desk.settle("2022-10", warning("A"), said={"A1zhujian": TRUE})
    for period in (NOV, DEC):
        found = desk.settle(period, warning("A", finding_id=f"{period}A"))["A"]
        assert (state(found), found["answer"]) == ("answered", TRUE)
        assert found["answer_submission_id"] == f"{PLAN.id}/monthly_dispatch/2022-11/zhujian/v1"


def test_an_answer_outlives_a_month_without_its_warning(desk):
    desk.settle("2022-10", warning("A"), said={"A1zhujian": TRUE})
    desk.settle(NOV)
    assert state(desk.settle(DEC, warning("A"))["A"]) == "answered"


def test_a_smaller_gap_is_covered_and_a_larger_one_is_asked_about_again(desk):
    desk.settle("2022-10", warning("A"), said={"A1zhujian": TRUE})
    assert state(desk.settle(NOV, warning("A", 400))["A"]) == "answered"
    found = desk.settle(DEC, warning("A", 1500))["A"]
    assert state(found) == "reopened"
    assert found["answer"] == TRUE and "1000" in found["answer_reason_zh"] and "1500" in found["answer_reason_zh"]


def test_the_sign_of_a_difference_does_not_matter_but_its_size_does(desk):
    desk.settle(NOV, warning("A", -1000), said={"A1zhujian": TRUE})
    assert state(desk.settle(DEC, warning("A", 900))["A"]) == "answered"
    assert state(desk.settle(DEC, warning("A", -1600))["A"]) == "reopened"


@pytest.mark.parametrize(("now", "expected"), [(1001, "answered"), (1002, "reopened")])
def test_a_gap_may_move_by_a_thousandth_before_it_counts_as_grown(desk, now, expected):
    desk.settle(NOV, warning("A", 1000), said={"A1zhujian": TRUE})
    assert state(desk.settle(DEC, warning("A", now))["A"]) == expected


def test_without_a_difference_the_reported_value_is_held_against_the_answered_one(desk):
    days = {"difference": None, "expected": None, "field": None}
    desk.settle("2022-10", warning("A") | days | {"found": "30"}, said={"A1zhujian": TRUE})
    assert state(desk.settle(NOV, warning("A") | days | {"found": "30"})["A"]) == "answered"
    found = desk.settle(DEC, warning("A") | days | {"found": "31"})["A"]
    assert state(found) == "reopened" and "30" in found["answer_reason_zh"] and "31" in found["answer_reason_zh"]


def test_what_is_no_figure_is_asked_about_again_when_it_changes(desk):
    words = {"difference": None, "expected": None}
    desk.settle("2022-10", warning("A") | words | {"found": "另一家公司"}, said={"A1zhujian": TRUE})
    assert state(desk.settle(NOV, warning("A") | words | {"found": "另一家公司"})["A"]) == "answered"
    assert state(desk.settle(DEC, warning("A") | words | {"found": "第三家公司"})["A"]) == "reopened"


def test_an_answer_of_one_year_ends_with_it_and_says_so(desk):
    desk.settle(DEC, warning("A"), said={"A1zhujian": TRUE})
    found = desk.settle(JAN, warning("A"))["A"]
    assert state(found) == "reopened" and "2022-12-31" in found["answer_reason_zh"]
    renewed = desk.settle(JAN, warning("A"), said={"A1zhujian": TRUE})["A"]
    assert state(renewed) == "answered" and str(renewed["answer_ends"]) == "2023-12-31"


def test_a_new_version_further_out_reopens_the_question_in_the_same_month(desk):
    first = warning("A", 1000, is_effective=False)
    second = warning("A", 1500, version=2)
    assert state(desk.settle(NOV, first, second, said={"A1zhujian": TRUE})["A"]) == "reopened"
    nearer = warning("A", 1000, version=2)
    assert state(desk.settle(NOV, first, nearer, said={"A1zhujian": TRUE})["A"]) == "answered"


def test_an_answer_to_the_first_versions_receipt_is_bound_to_the_first_versions_figures(desk):
    first, second = warning("A", 1000, is_effective=False), warning("A", 1500, version=2)
    assert state(desk.settle(NOV, first, second, sheet=[line(first, TRUE)])["A"]) == "reopened"
    assert state(desk.settle(NOV, first, second, sheet=[line(second, TRUE)])["A"]) == "answered"


def test_the_same_words_beside_a_larger_figure_are_no_answer(desk):
    desk.settle(NOV, warning("A", 1000), said={"A1zhujian": TRUE})
    found = desk.settle(DEC, warning("A", 1500), said={"A1zhujian": TRUE})["A"]
    assert state(found) == "refused"
    assert [refusal["rule_id"] for refusal in desk.refusals(DEC)] == ["O15F"]
    assert NOV in found["answer_reason_zh"]


def test_the_same_words_beside_the_same_figure_are_not_even_judged(desk):
    desk.settle(NOV, warning("A", 1000), said={"A1zhujian": TRUE})
    assert state(desk.settle(DEC, warning("A", 1000), said={"A1zhujian": TRUE})["A"]) == "answered"
    assert {row["passed"] + row["failed"] + row["not_judged"] for row in desk.parts[DEC].verdicts} == {0}


def test_last_months_answer_does_not_answer_another_question_of_the_row(desk):
    desk.settle(NOV, warning("A"), said={"A1zhujian": TRUE})
    other = warning("A") | {"rule_id": "P10A", "finding_id": "P10A"}
    desk.settle(DEC, warning("A"), other, said={"A1zhujian": TRUE, "P10A": TRUE})
    states = {f["rule_id"]: f["answer_state"] for f in desk.parts[DEC].findings if f["severity"] == "warning"}
    assert states == {"I18": "answered", "P10A": "refused"}


def test_one_text_for_two_projects_stands_and_for_three_is_refused_for_all(desk):
    asked = [warning(name) for name in "ABC"]
    two = desk.settle(NOV, *asked, said={"A1zhujian": TRUE, "B1zhujian": TRUE})
    assert [state(two[name]) for name in "ABC"] == ["answered", "answered", "unanswered"]
    three = desk.settle(NOV, *asked, sheet=[line(finding, TRUE, row=row) for row, finding in enumerate(asked, 5)])
    assert {state(finding) for finding in three.values()} == {"refused"}
    assert {refusal["rule_id"] for refusal in desk.refusals(NOV)} == {"O15D"} and len(desk.refusals(NOV)) == 3


def test_one_text_for_three_questions_about_one_project_is_no_copying(desk):
    asked = [warning("A") | {"rule_id": rule, "finding_id": rule} for rule in ("I18", "P10A", "I14B")]
    desk.settle(NOV, *asked, sheet=[line(finding, TRUE, row=row) for row, finding in enumerate(asked, 5)])
    assert {f["answer_state"] for f in desk.parts[NOV].findings} == {"answered"}


def test_whoever_wrote_first_keeps_the_answer_and_the_unit_that_copied_is_told(desk):
    own, other = warning("A"), warning("B", unit_id="shuili")
    sheet = [line(own, TRUE, hour=10), line(other, f"{TRUE}。", hour=15)]
    found = desk.settle(NOV, own, other, sheet=sheet)
    assert (state(found["A"]), state(found["B"])) == ("answered", "refused")
    assert "住建局" in found["B"]["answer_reason_zh"]


def test_two_units_may_say_the_same_of_one_project(desk):
    own, other = warning("A"), warning("A", unit_id="shuili")
    desk.settle(NOV, own, other, sheet=[line(own, TRUE, hour=10), line(other, TRUE, hour=15)])
    assert {f["answer_state"] for f in desk.parts[NOV].findings} == {"answered"}


def test_a_later_worthless_answer_does_not_take_away_one_that_stands(desk):
    asked = warning("A")
    sheet = [line(asked, TRUE, hour=10), line(asked, "已核实", number=2, hour=15)]
    found = desk.settle(NOV, asked, sheet=sheet)["A"]
    assert (state(found), found["answer"]) == ("answered", TRUE) and desk.refusals(NOV) == []


def test_a_line_whose_figures_were_changed_answers_nothing(desk):
    asked = warning("A", 1000)
    found = desk.settle(NOV, asked, sheet=[line(asked, TRUE, difference="9000")])["A"]
    assert state(found) == "refused" and [f["rule_id"] for f in desk.refusals(NOV)] == ["O15G"]


def test_a_figure_printed_with_separators_is_the_same_figure(desk):
    asked = warning("A", 1000)
    assert state(desk.settle(NOV, asked, sheet=[line(asked, TRUE, found="13,000.00")])["A"]) == "answered"


def test_a_line_of_another_units_question_answers_nothing(desk):
    asked = warning("A")
    assert state(desk.settle(NOV, asked, sheet=[line(asked, TRUE, unit_id="shuili")])["A"]) == "unanswered"


def test_what_a_withdrawn_file_says_counts_for_nothing(desk):
    gone = (warning("A")["submission_id"],)
    assert state(desk.settle(NOV, warning("A"), said={"A1zhujian": TRUE}, withdrawn=gone)["A"]) == "unanswered"


@pytest.mark.parametrize(
    ("text", "rule_id"),
    [
        ("——", "O15A"),
        ("123456789", "O15A"),
        ("是是是是是是是是是", "O15A"),
        ("已核实", "O15B"),
        ("已核实，情况属实。", "O15B"),
        ("无", "O15B"),
        ("已核实修正数据", "O15B"),
        ("因拆迁停工中", "O15C"),
        ("因汛期停工半月", "O15C"),
    ],
)
def test_an_answer_that_says_nothing_is_refused_for_one_reason_in_words(desk, text, rule_id):
    found = desk.settle(NOV, warning("A"), said={"A1zhujian": text})["A"]
    assert (state(found), found["answer"]) == ("refused", text)
    [refusal] = desk.refusals(NOV)
    assert refusal["rule_id"] == rule_id and text in refusal["message_zh"]
    assert found["answer_reason_zh"] == refusal["message_zh"] and found["answer_ends"] is None


def test_eight_characters_are_enough_whatever_stands_between_them(desk):
    assert state(desk.settle(NOV, warning("A"), said={"A1zhujian": "因汛期，停工半月余。"})["A"]) == "answered"


def test_a_refused_answer_is_a_finding_at_its_cell_under_its_question(desk):
    desk.settle(NOV, warning("A"), said={"A1zhujian": "已核实"})
    [refusal] = desk.refusals(NOV)
    assert (refusal["group_head"], refusal["severity"], refusal["answer_state"]) == ("A1zhujian", "info", "none_needed")
    assert refusal["cells"] == "月调度表!AF9;月调度表!K9" and refusal["project_id"] == "A" and refusal["is_effective"]
    counted = {row["rule_id"]: row for row in desk.parts[NOV].verdicts}
    assert (counted["O15B"]["failed"], counted["O15A"]["passed"], counted["O15C"]["not_judged"]) == (1, 1, 1)
    assert [e["rule_id"] for e in desk.parts[NOV].entries if e["verdict"] is False] == ["O15B"]


def test_an_earlier_versions_refused_answer_is_no_finding_of_what_counts(desk):
    first, second = warning("A", is_effective=False), warning("A", version=2)
    found = desk.settle(NOV, first, second, said={"A1zhujian": "已核实", "A2zhujian": TRUE})["A"]
    assert state(found) == "answered" and desk.refusals(NOV) == []


def test_errors_and_rules_on_trial_are_not_asked_about(desk):
    error = warning("A") | {"severity": "error", "answer_state": "none_needed"}
    trial = warning("B") | {"outcome": "trial", "answer_state": "none_needed"}
    found = desk.settle(NOV, error, trial, said={"A1zhujian": "已核实", "B1zhujian": "已核实"})
    assert {state(finding) for finding in found.values()} == {"none_needed"} and desk.refusals(NOV) == []


def test_a_waived_warning_stays_listed_with_the_number_of_the_decision(desk):
    desk.decisions.append(waived(7, "2022-12-31", unit_id="zhujian"))
    found = desk.settle(NOV, warning("A"), warning("B", unit_id="shuili"))
    assert (state(found["A"]), found["A"]["decision_id"], str(found["A"]["answer_ends"])) == ("waived", 7, "2022-12-31")
    assert (state(found["B"]), found["B"]["decision_id"]) == ("unanswered", None)


def test_a_waiver_ends_and_the_question_comes_back_saying_so(desk):
    desk.decisions.append(waived(7, "2022-11-30", project_id="A"))
    assert state(desk.settle(NOV, warning("A"))["A"]) == "waived"
    found = desk.settle(DEC, warning("A"))["A"]
    assert state(found) == "reopened" and found["decision_id"] is None
    assert "7" in found["answer_reason_zh"] and "2022-11-30" in found["answer_reason_zh"]
    assert state(desk.settle(DEC, warning("A"), said={"A1zhujian": TRUE})["A"]) == "answered"


def test_a_waiver_speaks_of_its_rule_form_unit_or_project_only(desk):
    desk.decisions.append(waived(7, "2022-12-31", project_id="A", form="monthly_dispatch"))
    other_rule = warning("A") | {"rule_id": "P10A", "finding_id": "P10A"}
    other_form = warning("A") | {"form": "procedures", "finding_id": "procedures"}
    desk.settle(NOV, warning("A"), other_rule, warning("B"))
    assert [f["answer_state"] for f in desk.parts[NOV].findings] == ["waived", "unanswered", "unanswered"]
    assert state(desk.settle(DEC, other_form)["A"]) == "unanswered"


def test_a_waiver_never_touches_an_error(desk):
    desk.decisions.append(waived(7, "2022-12-31", project_id="A"))
    error = warning("A") | {"severity": "error", "answer_state": "none_needed"}
    found = desk.settle(NOV, error)["A"]
    assert (state(found), found["decision_id"]) == ("none_needed", None)
