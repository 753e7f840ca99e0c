"""What happens when something comes again, was filed wrongly, or is looked at from an earlier day."""

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.register import Register
from samples.scenarios import corrected, last_months_figures, partial, supplement, touched_form
from tests.whole.places import NOW, PLANS, place_of, place_with

pytestmark = pytest.mark.slow

POST, REASON = "项目推进中心综合岗", "文件存错了目录"


def parquet(published: Path) -> dict[str, str]:
    """Every exported Parquet file of the current release by its bytes."""
    release = published / "current"
    files = sorted(release.resolve().rglob("*.parquet"))
    return {str(f.relative_to(release.resolve())): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def decide(place, kind: str, subject: dict) -> None:
    register = Register(place.workspace.register)
    register.record_decision(kind, POST, REASON, {"plan_id": place.plan.id, **subject}, NOW)


def ytd(place, period: str, unit_id: str):
    """The unit's 自年初累计 in both figures, as published."""
    rows = place.sql(
        "select value, reported_value from marts.fct_metric where period = ? and population = 'all' "
        "and scope_kind = 'unit' and scope = ? and metric = 'ytd_investment'",
        period,
        unit_id,
    )
    return rows[0]["value"], rows[0]["reported_value"]


def test_deleting_everything_derived_brings_the_same_parquet_back(clean, tmp_path):
    place = clean.copy(tmp_path / "workspace")
    before = parquet(place.workspace.published)
    assert before
    for derived in (place.workspace.lake, place.workspace.published, place.workspace.outbox):
        shutil.rmtree(derived)
    place.workspace.warehouse.unlink()
    place.run(place.county.periods[-1])
    assert parquet(place.workspace.published) == before


def test_running_again_changes_nothing_and_judges_nothing(huozhou, tmp_path):
    place = huozhou.copy(tmp_path / "workspace")
    before = parquet(place.workspace.published)
    assert place.judge() == []
    place.run(place.county.periods[-1])
    assert parquet(place.workspace.published) == before


def test_a_deleted_part_of_the_lake_comes_back(huozhou, tmp_path):
    place = huozhou.copy(tmp_path / "workspace")
    last = place.county.periods[-1]
    lost = [place.workspace.lake / table / place.plan.id / f"{last}.parquet" for table in ("issues", "findings")]
    before = [path.read_bytes() for path in lost]
    for path in lost:
        path.unlink()
    assert place.judge() == [last]
    assert [path.read_bytes() for path in lost] == before


@pytest.fixture(scope="module")
def wrong(tmp_path_factory):
    """A county in which one unit's first due form carries a wrong 自年初累计, run to the last month. Look only."""
    place, [one] = place_with(["ytd_wrong"], tmp_path_factory.mktemp("wrong") / "workspace", PLANS[0])
    place.run(place.county.periods[-1])
    return place, one


@pytest.fixture
def wrong_once(wrong, tmp_path):
    """The same, to be changed."""
    place, one = wrong
    return place.copy(tmp_path / "workspace"), one


def test_a_correction_keeps_both_versions_and_says_what_changed(wrong_once):
    place, one = wrong_once
    period = one.period
    untouched = parquet_of_other_units(place, one)
    place.deliver(corrected(place.county, place.plan, period, one.unit_id))
    place.run(period)

    versions = [row for row in place.lake("submissions", period) if row["unit_id"] == one.unit_id]
    assert [(row["version"], row["is_effective"]) for row in versions] == [(1, False), (2, True)]
    kept = [
        row for row in place.findings(period, effective=False) if row["submission_id"] == versions[0]["submission_id"]
    ]
    assert {row["rule_id"] for row in kept} >= {"R01", "P02"}
    left = [row for row in place.findings(period) if row["unit_id"] == one.unit_id and row["severity"] != "state"]
    assert {row["rule_id"] for row in left} == {"M03"}  # that there are two versions, and nothing else

    truth = place.county.state(one.project_id, period)
    fact = place.sql("select * from marts.fct_investment where period = ? and project_id = ?", period, one.project_id)
    assert fact[0]["ytd_investment_wan"] == truth.ytd_investment_wan
    assert not fact[0]["is_carried_forward"]
    assert parquet_of_other_units(place, one) == untouched


def parquet_of_other_units(place, one) -> list[dict]:
    """What is published of everybody else's projects."""
    own = {e.project.project_id for p in place.county.periods for e in place.county.entries(p, one.unit_id)}
    facts = place.sql("select * from marts.fct_investment order by plan_id, period, project_id")
    return [row for row in facts if row["project_id"] not in own]


def test_a_correction_of_the_first_month_judges_it_and_every_period_that_looks_back_on_it(tmp_path):
    place, [one] = place_with(["ytd_wrong"], tmp_path / "workspace", PLANS[0], with_campaign=True)
    place.judge()
    place.deliver(corrected(place.county, place.plan, one.period, one.unit_id))
    weeks = ["2022-12-06", "2022-12-08", "2022-12-15", "2022-12-22"]  # the last month closed before them is November
    assert place.judge() == ["2022-11", *weeks, "2022-12"]  # December's figures stay, so its weeks read nothing new


def test_the_same_file_sent_again_is_no_new_version(huozhou, tmp_path):
    place = huozhou.copy(tmp_path / "workspace")
    last = place.county.periods[-1]
    unit_id = place.county.entries(last)[0].unit_id
    before = place.lake("submissions", last)
    place.deliver(corrected(place.county, place.plan, last, unit_id))
    assert place.judge() == []
    assert place.lake("submissions", last) == before
    receipts = Register(place.workspace.register).receipts(place.plan.id)
    assert [receipt.unit_id for receipt in receipts if receipt.same_as] == [unit_id]


def test_a_look_back_gives_the_figures_and_the_targets_of_then(wrong_once):
    place, one = wrong_once
    period = one.period
    before = place.sql("select * from marts.fct_metric where period = ? order by all", period)
    again = corrected(place.county, place.plan, period, one.unit_id, after=timedelta(days=40))
    place.deliver(again)
    plan_file = place.workspace.plans / f"{place.plan.id}.yml"
    old = plan_file.read_text(encoding="utf-8")
    assert "threshold: 85 %" in old
    plan_file.write_text(old.replace("threshold: 85 %", "threshold: 99 %"), encoding="utf-8")
    place.run(period)
    now = place.sql("select * from marts.fct_metric where period = ? order by all", period)
    assert now != before
    assert {str(row["target"]) for row in now if row["metric"] == "start_resume_rate" and row["target"]} == {"0.990000"}

    instant = again.received_at - timedelta(minutes=1)
    place.run(period, look_back_to=instant)
    then = place.workspace.as_known_at(instant)
    looked = type(place)(then, place.plan, place.county).sql(
        "select * from marts.fct_metric where period = ? order by all", period
    )
    assert looked == before
    assert place.sql("select * from marts.fct_metric where period = ? order by all", period) == now


def test_a_withdrawn_file_gives_the_figure_back(huozhou, tmp_path):
    place = huozhou.copy(tmp_path / "workspace")
    last = place.county.periods[-1]
    unit_id = max(place.county.units, key=lambda unit: len(place.county.entries(last, unit)))
    right = ytd(place, last, unit_id)
    place.deliver(last_months_figures(place.county, place.plan, last, unit_id))
    place.run(last)
    assert ytd(place, last, unit_id)[1] != right[1]

    receipt = max(r.receipt_id for r in Register(place.workspace.register).receipts(place.plan.id))
    decide(place, "withdraw", {"receipt_id": receipt})
    place.run(last)
    assert ytd(place, last, unit_id) == right
    versions = [row for row in place.lake("submissions", last) if row["unit_id"] == unit_id]
    assert [(row["withdrawn"], row["is_effective"]) for row in versions] == [(False, True), (True, False)]


def test_a_form_with_an_added_column_and_a_renamed_heading_still_goes_in(huozhou, tmp_path):
    place = huozhou.copy(tmp_path / "workspace")
    last = place.county.periods[-1]
    unit_id = max(place.county.units, key=lambda unit: len(place.county.entries(last, unit)))
    right = ytd(place, last, unit_id)
    touched = touched_form(place.county, place.plan, last, unit_id)
    arrived = touched.received_at + timedelta(hours=1)
    place.deliver(type(touched)(**{**vars(touched), "received_at": arrived}))
    place.judge()
    own = [row for row in place.findings(last) if row["unit_id"] == unit_id and row["severity"] != "state"]
    assert {row["rule_id"] for row in own} == {"S03", "M03"} and {row["severity"] for row in own} <= {"info", "warning"}
    place.run(last)
    assert ytd(place, last, unit_id) == right


def test_a_supplement_adds_to_what_was_sent_before(tmp_path):
    place = place_of(tmp_path / "workspace", PLANS[0])
    last = place.county.periods[-1]
    unit_id = max(place.county.units, key=lambda unit: len(place.county.entries(last, unit)))
    forgotten = place.county.entries(last, unit_id)[0].project.project_id
    for path in place.workspace.inbox.rglob("*.xlsx"):
        if _is_form_of(place, path, last, unit_id):
            path.unlink()
    place.deliver(partial(place.county, place.plan, last, unit_id, {forgotten}))
    place.judge()
    assert "I16" in {row["rule_id"] for row in place.findings(last)}
    assert _accepted(place, last)[forgotten]["is_carried_forward"]

    place.deliver(supplement(place.county, place.plan, last, unit_id, {forgotten}))
    place.judge()
    assert "I16" not in {row["rule_id"] for row in place.findings(last)}
    accepted = _accepted(place, last)
    assert not any(accepted[e.project.project_id]["is_carried_forward"] for e in place.county.entries(last, unit_id))


def _accepted(place, period: str) -> dict[str, dict]:
    return {row["project_id"]: row for row in place.lake("accepted_investment", period)}


def _is_form_of(place, path: Path, period: str, unit_id: str) -> bool:
    arrived = place.county.received[unit_id, period]
    return path.parent.name == f"{arrived:%Y-%m-%d %H%M}" and place.plan.unit(unit_id).name in path.name


def test_a_row_the_centre_accepts_with_a_reason_enters_the_adopted_figure(wrong_once):
    place, one = wrong_once
    period = one.period
    assert _accepted(place, period)[one.project_id]["is_carried_forward"]
    errors = [
        row for row in place.findings(period) if row["project_id"] == one.project_id and row["severity"] == "error"
    ]
    for rule_id in {row["rule_id"] for row in errors}:
        decide(
            place,
            "accept",
            {"period": period, "form": "monthly_dispatch", "project_id": one.project_id, "rule_id": rule_id},
        )
    place.judge()
    accepted = _accepted(place, period)[one.project_id]
    assert not accepted["is_carried_forward"] and accepted["decision_id"]
    still = [
        row for row in place.findings(period) if row["project_id"] == one.project_id and row["severity"] == "error"
    ]
    assert still and {row["answer_state"] for row in still} == {"accepted"}
