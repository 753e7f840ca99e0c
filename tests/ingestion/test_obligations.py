"""Who owes what by when, worked out from the plans."""

from datetime import date, datetime

import pytest

from ingestion import lake, settings
from ingestion.obligations import (
    all_obligations,
    all_periods,
    cutoff_date,
    deadline,
    due_periods,
    earlier_periods,
    forms_of,
    is_weekly,
    latest_month,
    locks,
    obligations,
    periods,
    previous_period,
)
from ingestion.plan_tables import plan_rows
from ingestion.plans import load_plan, parse_plan
from ingestion.settings import TIMEZONE

P1 = settings.SHIPPED_PLANS / "huozhou-2022.yml"
P3 = settings.SHIPPED_PLANS / "puxian-2022.yml"
FORM = "monthly_dispatch"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TIMEZONE)


def edited(path, old: str, new: str):
    text = path.read_text(encoding="utf-8")
    assert old in text
    return parse_plan(text.replace(old, new, 1), path.name)


def test_october_is_history_that_owes_nothing_and_two_months_are_due():
    for path in (P1, P3):
        plan = load_plan(path)
        assert periods(plan, FORM) == ["2022-10", "2022-11", "2022-12"]
        assert due_periods(plan, FORM) == ["2022-11", "2022-12"]
        owed = obligations(plan, FORM)
        assert len(owed) == 3 * 18
        assert {duty.period for duty in owed if duty.is_due} == {"2022-11", "2022-12"}


def test_huozhou_is_due_on_the_28th_at_five_and_speaks_of_that_day():
    plan = load_plan(P1)
    assert {duty.due_at for duty in obligations(plan, FORM) if duty.is_due} == {
        at(2022, 11, 28, 17),
        at(2022, 12, 28, 17),
    }
    assert [cutoff_date(plan, p) for p in periods(plan)] == [date(2022, 10, 28), date(2022, 11, 28), date(2022, 12, 28)]


def test_puxian_is_due_at_month_end_and_speaks_of_month_end():
    plan = load_plan(P3)
    assert {duty.due_at for duty in obligations(plan, FORM) if duty.is_due} == {
        at(2022, 11, 30, 17),
        at(2022, 12, 31, 17),
    }
    assert [cutoff_date(plan, p) for p in periods(plan)] == [date(2022, 10, 31), date(2022, 11, 30), date(2022, 12, 31)]


def test_a_deadline_on_a_holiday_stays_where_the_plan_says_so():
    until = deadline(load_plan(P3), FORM, "2022-12")  # a Saturday, the first day of the New Year holiday
    assert until.due_at == at(2022, 12, 31, 17)
    assert until.note_zh == "遇节假日不顺延"


@pytest.mark.parametrize(
    ("rule", "due_at", "note"),
    [
        ("next_workday", at(2023, 1, 3, 17), "截止日2022-12-31逢节假日，顺延至2023-01-03"),
        ("previous_workday", at(2022, 12, 30, 17), "截止日2022-12-31逢节假日，提前至2022-12-30"),
    ],
)
def test_a_deadline_moves_off_a_holiday_where_the_plan_says_so(rule, due_at, note):
    plan = edited(P3, "holiday_shift: none", f"holiday_shift: {rule}")
    assert deadline(plan, FORM, "2022-12").due_at == due_at
    assert deadline(plan, FORM, "2022-12").note_zh == note
    assert deadline(plan, FORM, "2022-11").note_zh == "截止日为工作日"
    assert cutoff_date(plan, "2022-12") == date(2022, 12, 31)


def test_a_deadline_beyond_the_holiday_table_says_that_it_was_guessed():
    text = P3.read_text(encoding="utf-8").replace("holiday_shift: none", "holiday_shift: next_workday")
    text = text.replace("      first: 2022-11", "      first: 2094-11").replace(
        "      last: 2022-12", "      last: 2094-12"
    )
    plan = parse_plan(text, P3.name)
    until = deadline(plan, FORM, "2094-11")
    assert until.due_at == at(2094, 11, 30, 17)  # a Tuesday
    assert until.note_zh.endswith("（2094年放假安排未收录，按周一至周五推算）")


def test_the_project_list_is_owed_by_the_centre_without_a_deadline():
    duties = obligations(load_plan(P1), "project_list")
    assert {(duty.unit_id, duty.due_at, duty.is_due) for duty in duties} == {("tuijin", None, False)}
    assert [duty.period for duty in duties] == periods(load_plan(P1))


def test_the_month_before_january_is_december_of_the_year_before():
    assert previous_period("2022-12") == "2022-11"
    assert previous_period("2023-01") == "2022-12"


def test_plan_rows_fit_the_lake(tmp_path):
    for path in (P1, P3):
        plan = load_plan(path)
        tables = plan_rows(plan, "2022-11", "hash", at(2022, 11, 25), at(2022, 12, 1))
        for table, rows in tables.items():
            lake.write(tmp_path, table, plan.id, "2022-11", rows)
        duties = lake.read(tmp_path, "obligations", plan.id, "2022-11")
        assert len(duties) == 19
        assert len(lake.read(tmp_path, "targets", plan.id, "2022-11")) == {P1: 6, P3: 8}[path]
        assert lake.read(tmp_path, "procedures", plan.id, "2022-11") == []
        [header] = lake.read(tmp_path, "plans", plan.id, "2022-11")
        assert (header["plan_name"], header["known_at"]) == (plan.name, at(2022, 12, 1))


def test_only_populations_of_the_monthly_form_go_into_the_lake():
    rows = plan_rows(load_plan(P3), "2022-11", "hash", at(2022, 11, 25), at(2022, 12, 1))["populations"]
    levels = {}
    for row in rows:
        levels.setdefault(row["population_name"], []).append(row["level_code"])
    assert levels == {
        "省市县重点": ["provincial", "municipal", "county"],
        "省市重点": ["provincial", "municipal"],
        "省重点": ["provincial"],
    }
    assert {row["population"] for row in rows if row["is_headline"]} == {"provincial_municipal_county"}


def test_every_form_of_the_plan_has_its_obligations():
    campaign = {"procedures", "pipeline"}
    assert {duty.form for duty in all_obligations(load_plan(P1))} == {FORM, "project_list"} | campaign
    assert {duty.form for duty in all_obligations(load_plan(P3))} == {FORM, "project_list", "funds"} | campaign


THURSDAYS = (
    "2022-12-06 2022-12-08 2022-12-15 2022-12-22 2022-12-29 2023-01-05 2023-01-12 "
    "2023-01-19 2023-01-26 2023-02-02 2023-02-09 2023-02-16 2023-02-23"
)
FRIDAYS = (
    "2022-12-06 2022-12-09 2022-12-16 2022-12-23 2022-12-30 2023-01-06 2023-01-13 "
    "2023-01-20 2023-01-27 2023-02-03 2023-02-10 2023-02-17 2023-02-24"
)


@pytest.mark.parametrize(("path", "days", "hour", "units"), [(P1, THURSDAYS, 17, 13), (P3, FRIDAYS, 12, 18)])
def test_the_campaign_is_a_first_report_and_twelve_weeks_due_on_the_plans_weekday(path, days, hour, units):
    plan = load_plan(path)
    assert periods(plan, "procedures") == due_periods(plan, "procedures") == days.split()
    owed = obligations(plan, "procedures")
    assert len(owed) == 13 * units
    assert [f"{due:%F %H:%M}" for due in sorted({duty.due_at for duty in owed})] == [
        f"{d} {hour}:00" for d in days.split()
    ]
    assert all(duty.is_due and duty.cutoff_date == date.fromisoformat(duty.period) for duty in owed)


@pytest.mark.parametrize(("path", "week"), [(P1, "2023-01-26"), (P3, "2023-01-27")])
def test_the_week_of_the_spring_festival_is_due_on_its_own_day(path, week):
    until = deadline(load_plan(path), "procedures", week)
    assert (until.due_at.date(), until.note_zh) == (date.fromisoformat(week), "遇节假日不顺延")


def test_a_week_moved_off_a_holiday_keeps_its_name_and_speaks_of_the_day_it_is_due():
    plan = edited(
        P3, "last: 2023-02-24\n      holiday_shift: none", "last: 2023-02-24\n      holiday_shift: next_workday"
    )
    assert deadline(plan, "procedures", "2023-01-27").due_at == at(2023, 1, 28, 12)  # a working Saturday
    assert cutoff_date(plan, "2023-01-27") == date(2023, 1, 28)
    assert "2023-01-27" in periods(plan, "procedures")


def test_what_is_sent_on_change_has_the_weeks_of_the_form_it_is_filed_with_and_owes_nothing():
    plan = load_plan(P3)
    for form in ("pipeline", "funds"):
        assert is_weekly(plan, form)
        assert periods(plan, form) == FRIDAYS.split()
        assert due_periods(plan, form) == []
        assert {(duty.due_at, duty.is_due) for duty in obligations(plan, form)} == {(None, False)}
    assert not is_weekly(plan, "project_list")
    assert forms_of(plan, "2022-12-09") == ["procedures", "pipeline", "funds"]
    assert forms_of(plan, "2022-12") == [FORM, "project_list"]


def test_periods_stand_in_the_order_of_their_cutoff_dates():
    assert all_periods(load_plan(P1))[:8] == [
        *("2022-10", "2022-11", "2022-12-06", "2022-12-08", "2022-12-15", "2022-12-22", "2022-12", "2022-12-29")
    ]
    assert all_periods(load_plan(P3))[5:9] == ["2022-12-23", "2022-12-30", "2022-12", "2023-01-06"]


def test_a_week_looks_back_on_weeks_and_on_the_last_month_that_was_cut_off():
    plan = load_plan(P1)
    assert earlier_periods(plan, "2022-12-15") == ["2022-12-06", "2022-12-08"]
    assert earlier_periods(plan, "2022-12") == ["2022-10", "2022-11"]
    assert latest_month(plan, "2022-12-22") == "2022-11"
    assert latest_month(plan, "2022-12-29") == "2022-12"  # cut off on the 28th
    assert latest_month(load_plan(P3), "2022-12-30") == "2022-11"  # cut off on the 31st


def test_a_week_has_the_populations_targets_and_procedures_of_its_own_forms(tmp_path):
    for path, week, targets in ((P1, "2022-12-08", 5), (P3, "2022-12-09", 6)):
        plan = load_plan(path)
        tables = plan_rows(plan, week, "hash", at(2022, 11, 25), at(2022, 12, 9))
        for table, rows in tables.items():
            lake.write(tmp_path, table, plan.id, week, rows)
        assert {row["form"] for row in tables["populations"]} <= {"procedures", "pipeline", "funds"}
        assert not any(row["is_headline"] for row in tables["populations"])
        assert len(tables["targets"]) == targets
        assert {row["form"] for row in tables["obligations"]} == set(forms_of(plan, week))
        names = [row["procedure_name"] for row in tables["procedures"]]
        assert names == ["立项", "土地", "规划", "环评", "能评", "产能"][: len(plan.procedures)]


def test_a_day_that_a_month_does_not_have_is_its_last_day():
    text = P1.read_text(encoding="utf-8").replace("      day: 28 ", "      day: 31 ")
    plan = parse_plan(text, P1.name)
    assert cutoff_date(plan, "2022-11") == date(2022, 11, 30)
    assert cutoff_date(plan, "2022-12") == date(2022, 12, 31)


LOCKED = '      lock: {days_after: 2, time: "12:00"}\n      publish: {days_after: 3, time: "09:00"}\n'


def test_lock_and_publish_follow_the_day_a_form_is_really_due_and_history_has_neither():
    plan = edited(P3, "      holiday_shift: none", f"{LOCKED}      holiday_shift: next_workday")
    [november, december] = [deadline(plan, FORM, period) for period in ("2022-11", "2022-12")]
    assert (november.lock_at, november.publish_at) == (at(2022, 12, 2, 12), at(2022, 12, 3, 9))
    assert (december.due_at.date(), december.lock_at) == (date(2023, 1, 3), at(2023, 1, 5, 12))
    assert deadline(plan, FORM, "2022-10").lock_at is None
    assert locks(plan, "2022-11") == {FORM: at(2022, 12, 2, 12)} and locks(plan, "2022-10") == {}


def test_the_shipped_plans_lock_nothing():
    for path in (P1, P3):
        assert {(duty.lock_at, duty.publish_at) for duty in all_obligations(load_plan(path))} == {(None, None)}


def test_the_lake_has_lock_and_publish_of_what_is_due(tmp_path):
    plan = edited(P1, "      holiday_shift: none", f"{LOCKED}      holiday_shift: none")
    rows = plan_rows(plan, "2022-11", "hash", at(2022, 11, 25), at(2022, 12, 1))["obligations"]
    lake.write(tmp_path, "obligations", plan.id, "2022-11", rows)
    found = {(r["form"], r["lock_at"], r["publish_at"]) for r in lake.read(tmp_path, "obligations", plan.id, "2022-11")}
    assert found == {(FORM, at(2022, 11, 30, 12), at(2022, 12, 1, 9)), ("project_list", None, None)}
