"""Faults: each changes what it says and nothing else, and writes down everything that must be found."""

from dataclasses import replace
from functools import cache

import pytest

from expectations.catalogue import load_rules
from ingestion.plans import load_plan
from ingestion.reading import read_workbook
from ingestion.settings import SHIPPED_PLANS
from samples import faults, scenarios
from samples.campaign import simulate as simulate_campaign
from samples.county import simulate
from samples.filling import monthly_form, project_list
from samples.sheets import places
from samples.workbooks import write_inbox, write_workbook

PLANS = [load_plan(SHIPPED_PLANS / f"{plan_id}.yml") for plan_id in ("huozhou-2022", "puxian-2022")]
COUNTIES = [simulate(plan) for plan in PLANS]
PLAN, COUNTY = PLANS[0], COUNTIES[0]


NOT_BY_A_WORKBOOK = {
    "T01": "a state: clean forms show it",
    "T08": "a state: clean forms show it",
    "T06": "the plan's own: its target and the length of its list",
    "T07": "the plan's own: two of its targets",
    "M07": "the simulated centre keeps no list of contacts",
    "L10": "neither shipped plan follows the construction permit",
    "L24C": "neither shipped plan says how long the law allows",
    "L02": "neither shipped plan follows what public money needs in order",
    "L03": "neither shipped plan follows the feasibility study",
    "L07": "neither shipped plan follows the permit to plan the land",
    "L08": "neither shipped plan follows the construction permit",
    "L09": "neither shipped plan follows the construction permit",
    "L25": "no project of the campaign has a finished one beside it in the monthly form",
    "L26": "neither shipped plan follows water, relics, minerals or forests",
    "X08": "neither shipped plan follows the construction permit",
    "D05": "a state: clean forms show it",
    "P19": "no project of the county could enter the statistics with two fifths of its total in one month",
    **{f"O15{letter}": "about an answer: tests/expectations/test_answers.py" for letter in "ABCDEFG"},
    "T02": "speaks in the first half-year; the county's forms end in December",
    "T09": "a state: clean forms show it",
    "T10": "the pipeline as a whole: no single row brings it below",
    "T11": "the plan's own: its target and the sum of its list",
    "T12": "a state: clean forms show it",
    **dict.fromkeys(
        ("F06C", "F06D", "F06E", "F06F", "F08B", "F08C", "F08D", "F08E"), "other units are seeded in test_sentinel"
    ),
    **{rule.id: "held against another department's list" for rule in load_rules() if rule.needs},
    **{rule.id: "a pattern over months, seeded in test_signals" for rule in load_rules() if rule.theme == "signals"},
    "P09A": "speaks in January and February; the county's forms end in December",
}


@cache
def clean_forms():
    forms = [project_list(COUNTY, PLAN, version) for version in COUNTY.lists]
    return forms + [monthly_form(COUNTY, PLAN, period, unit) for period in COUNTY.periods for unit in COUNTY.units]


def form_of(fault):
    """The clean form that a fault befalls."""
    key = ("monthly_dispatch", fault.unit_id, fault.period)
    return next(form for form in clean_forms() if (form.form, form.unit_id, form.period) == key)


@pytest.fixture(params=faults.NAMES)
def fault(request):
    return faults.fault(request.param, COUNTY, PLAN)


OF_ONE_PROJECT = [name for name in faults.NAMES if not faults.fault(name, COUNTY, PLAN).is_of_form]


@pytest.fixture(params=OF_ONE_PROJECT)
def row_fault(request):
    return faults.fault(request.param, COUNTY, PLAN)


def test_a_fault_says_what_must_be_found(fault):
    assert fault.expected
    assert any(finding.period == fault.period for finding in fault.expected)


def test_a_fault_changes_as_many_forms_as_it_says_and_none_after_its_period(fault):
    before = clean_forms()
    after = fault.applied(list(before))
    gone, come = (
        [f for f in one if id(f) not in {id(o) for o in other}] for one, other in ((before, after), (after, before))
    )
    assert max(len(gone), len(come)) == fault.forms
    assert max(form.period for form in gone + come) == fault.period
    assert {form.unit_id for form in gone + come} <= {finding.unit_id for finding in fault.expected}


def test_a_fault_of_one_project_leaves_the_other_projects_rows_alone(row_fault):
    before = form_of(row_fault)
    (after,) = row_fault.applied([before])
    changed = [old.project_id for old, new in zip(before.details, after.details, strict=True) if old != new]
    assert changed == [row_fault.project_id]
    assert (before.title, before.heading, before.columns) == (after.title, after.heading, after.columns)


def test_a_fault_can_be_had_in_both_plans_and_wherever_its_history_allows(fault):
    for plan, county in zip(PLANS, COUNTIES, strict=True):
        for period in ("2022-12",) if fault.name in faults.ONLY_LAST else ("2022-11", "2022-12"):
            assert faults.fault(fault.name, county, plan, period).expected


def test_the_first_cell_where_something_tells_it_is_one_that_changed(row_fault):
    before = form_of(row_fault)
    (after,) = row_fault.applied([before])
    old, new = (next(d for d in form.details if d.project_id == row_fault.project_id).cells for form in (before, after))
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    assert row_fault.first_field in {None, *changed}


def test_severities_written_down_here_are_those_of_the_catalogue():
    catalogue = {rule.id: rule.severity for rule in load_rules()}
    for name in faults.NAMES:
        for finding in faults.fault(name, COUNTY, PLAN).expected:
            assert (finding.rule_id, catalogue[finding.rule_id]) == (finding.rule_id, finding.severity)


def test_every_rule_that_a_workbook_can_break_is_broken_by_a_fault():
    broken = {f.rule_id for name in faults.NAMES for f in faults.fault(name, COUNTY, PLAN).expected}
    plan, campaign = PLANS[1], simulate_campaign(PLANS[1], COUNTIES[1])  # the plan that has all forms
    weekly = (faults.weekly_fault(name, campaign, plan) for name in faults.WEEKLY_NAMES)
    broken |= {found.rule_id for fault in weekly for found in fault.expected}
    assert broken | NOT_BY_A_WORKBOOK.keys() == {rule.id for rule in load_rules()}


def test_faults_apart_touch_no_unit_twice():
    left, rounds = list(faults.NAMES), 0
    while left:
        chosen = faults.apart(left, COUNTY, PLAN)
        units = [{fault.unit_id} | {finding.unit_id for finding in fault.expected} for fault in chosen]
        assert sum(map(len, units)) == len(set().union(*units))
        left = [name for name in left if name not in {fault.name for fault in chosen}]
        rounds += 1
    assert rounds <= 10


def test_a_wrong_figure_under_true_totals_stands_beside_a_typed_total():
    fault = faults.fault("ytd_wrong", COUNTY, PLAN)
    form = form_of(fault)
    (after,) = fault.applied([form])
    assert after.total == form.total
    assert sum(d.cells["ytd_investment_wan"] for d in after.details) == form.total.values["ytd_investment_wan"] + 600


def test_a_missing_unit_silences_the_states_it_would_have_shown():
    fault = faults.fault("missing_unit", COUNTY, PLAN)
    own = {entry.project.project_id for entry in COUNTY.entries(fault.period, fault.unit_id)}
    assert fault.silenced == {
        (fault.period, rule, subject) for rule, subject in COUNTY.expected_states(fault.period) if subject in own
    }


def test_faulty_workbooks_are_written_where_the_clean_ones_lie(tmp_path):
    fault = faults.fault("bad_uscc", COUNTY, PLAN)
    paths = write_inbox(COUNTY, PLAN, tmp_path, [fault])
    filled = form_of(fault)
    path = next(
        p for p in paths if p.name == filled.file_name and p.parent.name == f"{filled.received_at:%Y-%m-%d %H%M}"
    )
    row = dict(places(filled).details)[fault.project_id]
    read = next(r for r in read_workbook(path).rows if r.row == row)
    assert "O" in read.values["usc_code"]


def test_scenarios_come_later_and_say_what_they_are(tmp_path):
    unit = next(unit for unit in COUNTY.units if len(COUNTY.entries("2022-11", unit)) >= 3)
    first = monthly_form(COUNTY, PLAN, "2022-11", unit)
    one = first.details[0].project_id
    corrected = scenarios.corrected(COUNTY, PLAN, "2022-11", unit)
    assert corrected.groups == first.groups and corrected.received_at > first.received_at
    partial = scenarios.partial(COUNTY, PLAN, "2022-11", unit, {one})
    assert len(partial.details) == len(first.details) - 1 == partial.total.count
    supplement = scenarios.supplement(COUNTY, PLAN, "2022-11", unit, {one})
    assert [detail.project_id for detail in supplement.details] == [one] and "补报" in supplement.file_name
    wrong = scenarios.last_months_figures(COUNTY, PLAN, "2022-11", unit)
    assert wrong.title == first.title and wrong.groups != first.groups
    assert scenarios.in_folder_of(first, "puxian-2022") == replace(first, plan_id="puxian-2022")


def test_a_touched_form_still_reads_with_its_changes_reported(tmp_path):
    unit = next(unit for unit in COUNTY.units if len(COUNTY.entries("2022-11", unit)) >= 3)
    reading = read_workbook(write_workbook(scenarios.touched_form(COUNTY, PLAN, "2022-11", unit), tmp_path / "f.xlsx"))
    assert {issue.issue_code for issue in reading.issues} == {"extra_column", "renamed_column"}
    first = monthly_form(COUNTY, PLAN, "2022-11", unit).details[0]
    row = next(row for row in reading.rows if row.role == "detail")
    assert row.values["total_investment_wan"] == first.cells["total_investment_wan"]
