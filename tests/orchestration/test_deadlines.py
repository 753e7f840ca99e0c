"""Schedules and the inbox sensor, asked directly: which instants, which runs, and why none."""

from dataclasses import replace
from datetime import datetime, timedelta

import dagster as dg
import pytest

from ingestion.lead_times import reminders
from ingestion.plans import load_plan
from ingestion.register import Register
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.waiting import waiting
from ingestion.workspace import Workspace
from orchestration import situation, stages
from orchestration.deadlines import crons, deadlines, schedules
from orchestration.definitions import dispatch_job, partitions_of
from orchestration.inbox_sensor import inbox_sensor, nearest_period, news
from orchestration.resources import Bureau
from samples.county import simulate
from samples.filling import monthly_form
from samples.workbooks import write_workbook

PLAN = "huozhou-2022"


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2022) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=TIMEZONE)


@pytest.fixture(scope="module")
def plan():
    return load_plan(SHIPPED_PLANS / f"{PLAN}.yml")


@pytest.fixture(scope="module")
def county(plan):
    return simulate(plan)


@pytest.fixture
def bureau(tmp_path):
    return Bureau(Workspace.create(tmp_path / "workspace", [PLAN]), lambda: at(11, 26))


def drop(bureau: Bureau, plan, county, unit: int, name: str = "") -> None:
    filled = monthly_form(county, plan, "2022-11", county.units[unit])
    write_workbook(filled, bureau.workspace.inbox / PLAN / (name or filled.file_name))


def repository(bureau: Bureau) -> dg.RepositoryDefinition:
    """The dispatch job with one asset in the place of all: what a request needs to know of it is its partitions."""

    @dg.asset(partitions_def=partitions_of(bureau.workspace))
    def register() -> None:
        """Stands for the whole way."""

    return dg.Definitions(assets=[register], jobs=[dispatch_job(retries=True)]).get_repository_def()


def ticked(bureau: Bureau, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    with dg.build_sensor_context(instance=instance, repository_def=repository(bureau)) as context:
        return list(inbox_sensor(bureau).evaluate_tick(context).run_requests or [])


def test_a_deadline_is_ticked_at_its_own_minute_in_the_time_of_the_bureau(plan):
    assert "0 17 28 11 *" in crons(deadlines(plan)) and "0 17 28 12 *" in crons(deadlines(plan))


def test_a_reminder_comes_a_working_day_and_two_hours_before_the_deadline(plan):
    # 2022-11-28 is a Monday: the working day before it is Friday
    assert [r.at for r in reminders(plan) if r.period == "2022-11"] == [at(11, 25, 17), at(11, 28, 15)]


def test_a_lock_is_ticked_too_and_says_that_it_is_one(bureau):
    path = bureau.workspace.plans / f"{PLAN}.yml"
    lock = '      lock: {days_after: 2, time: "12:00"}\n'
    text = path.read_text(encoding="utf-8").replace("      first: 2022-11 ", f"{lock}      first: 2022-11 ", 1)
    path.write_text(text, encoding="utf-8")
    [schedule] = [s for s in schedules(bureau) if s.name == "deadlines_huozhou_2022"]
    assert "0 12 30 11 *" in schedule.cron_schedule
    tick = {"scheduled_execution_time": at(11, 30, 12), "repository_def": repository(bureau)}
    with dg.build_schedule_context(**tick) as context:
        [request] = schedule.evaluate_tick(context).run_requests
    assert request.tags["diaodu/because"] == "锁定：2022-11-30 12:00"
    passed = situation.deadlines_passed(load_plan(path), at(11, 30, 12))
    assert passed[-1] == "2022-11-30T12:00:00+08:00"


def test_the_working_day_before_new_years_holiday_is_found_behind_it(plan):
    weekly = [reminder.at for reminder in reminders(plan) if reminder.period == "2023-01-05"]
    assert at(1, 4, 17, year=2023) in weekly  # 2023-01-03 and 04 are worked again after the holiday


def test_a_reminder_in_a_year_without_a_published_calendar_says_that_it_guessed(plan):
    schedule = plan.forms["monthly_dispatch"].schedule.model_copy(update={"first": "2095-01", "last": "2095-01"})
    forms = {"monthly_dispatch": plan.forms["monthly_dispatch"].model_copy(update={"schedule": schedule})}
    far = plan.model_copy(update={"forms": forms})
    assert [r.is_certain for r in reminders(far) if r.period == "2095-01"] == [False, True]  # hours need no calendar


def test_the_tick_of_a_deadline_asks_for_a_run_of_its_period(bureau):
    [schedule] = [s for s in schedules(bureau) if s.name == "deadlines_huozhou_2022"]
    tick = {"scheduled_execution_time": at(11, 28, 17), "repository_def": repository(bureau)}
    with dg.build_schedule_context(**tick) as context:
        [request] = schedule.evaluate_tick(context).run_requests
    assert request.partition_key == dg.MultiPartitionKey({"plan": PLAN, "period": "2022-11"})


def test_the_same_day_of_another_year_is_no_deadline(bureau):
    [schedule] = [s for s in schedules(bureau) if s.name == "deadlines_huozhou_2022"]
    with dg.build_schedule_context(scheduled_execution_time=at(11, 28, 17, year=2023)) as context:
        tick = schedule.evaluate_tick(context)
    assert not tick.run_requests and "2023-11-28" in tick.skip_message


def test_the_tick_of_a_reminder_asks_for_the_paper_of_its_period(bureau):
    [schedule] = [s for s in schedules(bureau) if s.name == "reminders_huozhou_2022"]
    with dg.build_schedule_context(scheduled_execution_time=at(11, 28, 15)) as context:
        [request] = schedule.evaluate_tick(context).run_requests
    assert request.run_config["ops"]["write_reminder"]["config"] == {"plan": PLAN, "period": "2022-11"}


def test_a_plan_whose_deadlines_are_over_has_no_schedule(bureau):
    assert not list(schedules(replace(bureau, now=lambda: at(6, 1, year=2024))))


def test_several_new_files_of_one_tick_start_one_run(bureau, plan, county):
    with dg.DagsterInstance.ephemeral() as instance:
        drop(bureau, plan, county, 0)
        drop(bureau, plan, county, 1)
        [request] = ticked(bureau, instance)
    assert request.partition_key == dg.MultiPartitionKey({"plan": PLAN, "period": "2022-11"})


def test_the_same_content_asks_under_the_same_key_and_new_bytes_under_another(bureau, plan, county):
    with dg.DagsterInstance.ephemeral() as instance:
        drop(bureau, plan, county, 0, "住建局.xlsx")
        [first], [again] = ticked(bureau, instance), ticked(bureau, instance)
        drop(bureau, plan, county, 1, "住建局.xlsx")
        [other] = ticked(bureau, instance)
    assert first.run_key == again.run_key != other.run_key


def test_lock_files_and_hidden_files_start_nothing(bureau):
    for name in ("~$住建局.xlsx", ".住建局.xlsx", "说明.txt"):
        (bureau.workspace.inbox / PLAN / name).write_bytes(b"x")
    with dg.DagsterInstance.ephemeral() as instance:
        assert ticked(bureau, instance) == []


def test_a_file_that_is_still_being_copied_waits(bureau, plan, county):
    drop(bureau, plan, county, 0, "住建局.xlsx")
    path = bureau.workspace.inbox / PLAN / "住建局.xlsx"
    path.write_bytes(path.read_bytes()[:-400])  # half a workbook, written just now
    with dg.DagsterInstance.ephemeral() as instance:
        assert ticked(bureau, instance) == []


def test_a_plan_with_a_run_under_way_is_left_alone_until_its_end(bureau, plan, county):
    drop(bureau, plan, county, 0)
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_run(dg.DagsterRun(job_name="dispatch", tags={"dagster/partition/plan": PLAN}))
        assert ticked(bureau, instance) == []


@pytest.mark.parametrize("told", [{}, {"dagster/will_retry": "true"}], ids=["not told yet", "told"])
def test_a_run_that_died_and_is_started_again_by_itself_is_not_asked_for_twice(bureau, plan, county, told):
    drop(bureau, plan, county, 0)
    tags = {"dagster/partition/plan": PLAN, **told}
    with dg.DagsterInstance.ephemeral() as instance:
        died = instance.add_run(dg.DagsterRun(job_name="dispatch", tags=tags, status=dg.DagsterRunStatus.FAILURE))
        assert ticked(bureau, instance) == []
        instance.add_run_tags(died.run_id, {"dagster/auto_retry_run_id": "1"})  # and that one came to its end
        assert len(ticked(bureau, instance)) == 1


def test_two_plans_with_new_files_start_a_run_each_in_the_same_tick(tmp_path, plan, county):
    workspace = Workspace.create(tmp_path / "workspace", [PLAN, "puxian-2022"])
    bureau = Bureau(workspace, lambda: at(11, 26))
    drop(bureau, plan, county, 0)
    (workspace.inbox / "puxian-2022" / "表.xlsx").write_bytes(b"PK-not-a-workbook")
    with dg.DagsterInstance.ephemeral() as instance:
        assert [r.partition_key.keys_by_dimension["plan"] for r in ticked(bureau, instance)] == [PLAN, "puxian-2022"]


def test_what_a_finished_run_dealt_with_is_no_news_and_a_decision_is(bureau, plan, county):
    workspace, now = bureau.workspace, bureau.now()
    drop(bureau, plan, county, 0)
    knowledge, report = stages.take_in(workspace, PLAN, now)
    situation.note(workspace, PLAN, knowledge.known_at)
    assert not waiting(workspace, {PLAN: plan})  # registered, but nothing is judged yet
    assert len(list(news(workspace, {PLAN: plan}, now))) == 1
    situation.settle(workspace, PLAN)
    assert not list(news(workspace, {PLAN: plan}, now + timedelta(hours=1)))
    subject = {"plan_id": PLAN, "receipt_id": report.new[0].receipt_id}
    Register(workspace.register).record_decision("withdraw", "综合岗", "存错", subject, now + timedelta(hours=2))
    assert len(list(news(workspace, {PLAN: plan}, now + timedelta(hours=3)))) == 1


def test_an_edited_plan_is_news(bureau, plan):
    workspace, now = bureau.workspace, bureau.now()
    knowledge, _ = stages.take_in(workspace, PLAN, now)
    situation.note(workspace, PLAN, knowledge.known_at)
    situation.settle(workspace, PLAN)
    path = workspace.plans / f"{PLAN}.yml"
    path.write_text(path.read_text(encoding="utf-8") + "# 改动\n", encoding="utf-8")
    assert len(list(news(workspace, {PLAN: load_plan(path)}, now))) == 1


def test_a_deadline_that_passed_while_nothing_ran_is_news_but_not_while_its_schedule_attends_to_it(bureau, plan):
    workspace = bureau.workspace
    knowledge, _ = stages.take_in(workspace, PLAN, bureau.now())
    situation.note(workspace, PLAN, knowledge.known_at)
    situation.settle(workspace, PLAN)
    assert not list(news(workspace, {PLAN: plan}, at(11, 28, 17, 0) + timedelta(seconds=5)))
    assert len(list(news(workspace, {PLAN: plan}, at(11, 28, 17, 5)))) == 1


def test_a_workspace_in_which_nothing_ever_happened_is_quiet(bureau):
    with dg.DagsterInstance.ephemeral() as instance:
        assert ticked(bureau, instance) == []


def test_what_arrives_is_dispatched_under_the_period_of_the_nearest_deadline(plan):
    assert nearest_period(plan, at(11, 20)) == "2022-11"
    assert nearest_period(plan, at(11, 30)) == "2022-11"  # a correction two days late
    assert nearest_period(plan, at(12, 29)) == "2022-12-29"
