"""Mistakes of the weekly forms: each changes what it says and nothing else, and writes down what must be found."""

from functools import cache

import pytest

from expectations.catalogue import load_rules
from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS
from samples import faults
from samples.campaign import Campaign, simulate
from samples.county import simulate as simulate_county
from samples.sheets import Filled
from samples.weekly_filling import campaign_forms

PLANS = {plan_id: load_plan(SHIPPED_PLANS / f"{plan_id}.yml") for plan_id in ("huozhou-2022", "puxian-2022")}
OF_FUNDS = {"fund_over_application", "fund_without_number", "fund_in_the_future"}  # only one plan has the form


@cache
def campaign_of(plan_id: str) -> Campaign:
    return simulate(PLANS[plan_id], simulate_county(PLANS[plan_id]))


@cache
def clean_forms(plan_id: str, period: str) -> tuple[Filled, ...]:
    return tuple(campaign_forms(campaign_of(plan_id), PLANS[plan_id], [period]))


@cache
def had(plan_id: str, name: str) -> faults.WeeklyFault:
    return faults.weekly_fault(name, campaign_of(plan_id), PLANS[plan_id])


@pytest.fixture(params=faults.WEEKLY_NAMES)
def fault(request) -> faults.WeeklyFault:
    return had("puxian-2022", request.param)


def test_a_weekly_fault_says_what_must_be_found_in_its_own_week(fault):
    assert {finding.period for finding in fault.expected} == {fault.period}


def test_a_weekly_fault_changes_as_many_forms_as_it_says_or_sends_one_more(fault):
    before = clean_forms("puxian-2022", fault.period)
    after = fault.applied(list(before))
    kept = {id(form) for form in before} & {id(form) for form in after}
    gone = [form for form in before if id(form) not in kept]
    come = [form for form in after if id(form) not in kept]
    assert max(len(gone), len(come)) == fault.forms
    units = {fault.unit_id} | {finding.unit_id for finding in fault.expected}
    assert {form.unit_id for form in gone + come} <= units


def test_a_fault_of_one_project_leaves_the_rows_of_the_others_alone(fault):
    if fault.is_of_form:
        return
    before = {(form.form, form.unit_id): form for form in clean_forms("puxian-2022", fault.period)}
    for form in fault.applied(list(before.values())):
        old = before.get((form.form, form.unit_id))
        if old is None or old is form:
            continue
        rows = zip(old.details, form.details, strict=True)
        changed = {a.project_id.split("/")[0] for a, b in rows if a != b}
        assert changed == {fault.project_id}
        assert (old.title, old.heading, old.columns) == (form.title, form.heading, form.columns)


@pytest.mark.parametrize("name", sorted(set(faults.WEEKLY_NAMES) - OF_FUNDS))
def test_a_weekly_fault_can_be_had_in_the_other_plan_too(name):
    assert had("huozhou-2022", name).expected


@pytest.mark.parametrize("name", sorted(OF_FUNDS))
def test_a_plan_without_the_form_of_funds_cannot_have_its_mistakes(name):
    with pytest.raises(faults.NoTarget):
        had("huozhou-2022", name)


def test_severities_of_weekly_faults_are_those_of_the_catalogue(fault):
    catalogue = {rule.id: rule.severity for rule in load_rules()}
    for finding in fault.expected:
        assert (finding.rule_id, catalogue[finding.rule_id]) == (finding.rule_id, finding.severity)


def test_weekly_faults_apart_touch_no_unit_twice():
    left = list(faults.WEEKLY_NAMES)
    rounds = 0
    while left:
        chosen = faults.weekly_apart(left, campaign_of("puxian-2022"), PLANS["puxian-2022"])
        units = [{fault.unit_id} | {finding.unit_id for finding in fault.expected} for fault in chosen]
        assert sum(map(len, units)) == len(set().union(*units))
        left = [name for name in left if name not in {fault.name for fault in chosen}]
        rounds += 1
    assert rounds <= 6
