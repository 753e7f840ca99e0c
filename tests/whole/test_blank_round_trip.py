"""Blank forms go out, are filled in as departments would, and come back: nothing is found, all figures are true."""

from datetime import timedelta

import pytest

from ingestion.plans import load_plan
from ingestion.workspace import Workspace
from samples import campaign as campaigns
from samples.blank_filling import monthly_truth, weekly_truth
from samples.county import simulate
from samples.filling import monthly_form, project_list
from samples.workbooks import deliver, write_campaign
from tests.months_alone import workspace_of_months
from tests.whole.departments import issue, send
from tests.whole.places import PLANS, Place

pytestmark = pytest.mark.slow

AFTER = timedelta(days=2)  # by then the late unit's form has come, and the next deadline has not
IN_THE_FORM = ("serial_no", "explanation_text", "completion_rate_reported")  # of the form, not of the project


def lasting(findings: list[dict], expected: frozenset) -> set:
    """What was found beyond the states that the simulator predicts."""
    found = {(row["rule_id"], row["project_id"] or row["unit_id"], row["procedure"]) for row in findings}
    return {(rule, "/".join(filter(None, (subject, item)))) for rule, subject, item in found} - expected


@pytest.fixture(params=PLANS)
def county_place(request, tmp_path):
    """A workspace whose list and first month came in; the campaign is left out."""
    workspace = workspace_of_months(tmp_path, request.param)
    plan = load_plan(workspace.plans / f"{request.param}.yml")
    county = simulate(plan)
    first = county.periods[0]
    deliver([project_list(county, plan, version) for version in county.lists], workspace.inbox)
    deliver([monthly_form(county, plan, first, unit) for unit in county.units], workspace.inbox)
    return Place(workspace, plan, county)


def test_months_filled_in_on_blanks_give_no_finding_and_the_true_figures(county_place):
    place, county = county_place, county_place.county
    place.judge(max(county.received[unit, county.periods[0]] for unit in county.units) + AFTER)
    for before, period in zip(county.periods, county.periods[1:], strict=False):
        now = max(county.received[unit, before] for unit in county.units) + AFTER
        for (form, unit), blank in issue(place, period, now).items():
            assert form == "monthly_dispatch"
            send(place, blank, monthly_truth(county, period, unit), county.received[unit, period])
        place.judge(max(county.received[unit, period] for unit in county.units) + timedelta(hours=1))
        assert lasting(place.findings(period), county.expected_states(period)) == set()
        accepted = {row["project_id"]: row for row in place.lake("accepted_investment", period)}
        assert accepted.keys() == {entry.project.project_id for entry in county.entries(period)}
        for project_id, row in accepted.items():
            state = vars(county.state(project_id, period))
            assert {n: row[n] for n in state if n in row and n not in IN_THE_FORM} == {
                n: v for n, v in state.items() if n in row and n not in IN_THE_FORM
            }
            assert row["version"] == 1 and not row["is_carried_forward"]
        submissions = [row for row in place.lake("submissions", period) if row["form"] == "monthly_dispatch"]
        assert {row["unit_id"] for row in submissions} == set(county.units)
        assert {row["unit_id"] for row in submissions if row["kind"] == "nil"} == {county.nil_unit}
        assert all("标记" in row["recognised_by"] for row in submissions if row["kind"] == "form")


@pytest.mark.parametrize("plan_id", PLANS)
def test_a_week_filled_in_on_blanks_gives_no_finding_and_the_true_states(plan_id, tmp_path):
    workspace = Workspace.create(tmp_path, [plan_id])
    plan = load_plan(workspace.plans / f"{plan_id}.yml")
    county = simulate(plan)
    campaign = campaigns.simulate(plan, county)
    place = Place(workspace, plan, county)
    *before, week = campaign.periods[:3]
    write_campaign(campaign, plan, workspace.inbox, periods=before)
    now = campaign.due[before[-1]] + AFTER
    place.judge(now)
    for (form, unit), blank in issue(place, week, now).items():
        is_sent = form == "procedures" or week in campaign.versions.get((form, unit), ())
        if is_sent:
            send(place, blank, weekly_truth(campaign, form, week, unit), campaign.received[unit, week])
    place.judge(campaign.due[week] + AFTER)
    assert lasting(place.findings(week), campaign.expected_states(week)) == set()
    day = campaign.cutoffs[week]
    items = {(row["project_id"], row["procedure"]): row for row in place.lake("accepted_procedure_items", week)}
    for project in campaign.reported(week):
        for item in project.items:
            state = vars(item.at(day))
            row = items.pop((project.project_id, item.procedure))
            assert {name: row[name] for name in state} == state
            assert not row["is_carried_forward"]
    assert items == {}
    pipeline = {row["project_id"]: row["annual_plan_wan"] for row in place.lake("accepted_pipeline", week)}
    assert pipeline == {project.project_id: project.annual_plan(when) for project, when in campaign.standing(week)}
    funds = sorted((row["fund_kind"], row["secured_wan"]) for row in place.lake("accepted_funds", week))
    assert funds == sorted((fund.fund_kind, fund.secured(when)) for fund, when in campaign.fund_rows(week))
