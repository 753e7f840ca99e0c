"""A subject outlives versions and periods and tells apart what is asked separately."""

import hashlib

from expectations.subjects import subject_of

FINDING = {
    "form": "monthly_dispatch", "rule_id": "R11", "unit_id": "shuili", "project_id": "P1",
    "procedure": None, "field": "plan_year",
}  # fmt: skip


def test_a_subject_is_the_digest_of_what_the_question_is_about():
    expected = hashlib.sha256(b"monthly_dispatch|R11|shuili|P1||plan_year").hexdigest()[:10]
    assert subject_of(FINDING) == expected


def test_a_later_version_or_month_asks_about_the_same_subject():
    later = FINDING | {"version": 3, "period": "2022-12", "submission_id": "7", "row": 40, "finding_id": "ffff"}
    assert subject_of(later) == subject_of(FINDING)


def test_another_field_procedure_project_unit_rule_or_form_is_another_subject():
    others = [FINDING | {name: "other"} for name in FINDING]
    assert len({subject_of(other) for other in (FINDING, *others)}) == 7
