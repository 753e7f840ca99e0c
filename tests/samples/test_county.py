"""The made-up county: the same for the same seed, true in itself, and near what its plan asks for."""

import hashlib
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pytest

from expectations.identifiers import credit_code_is_valid, parse_project_code, region_exists
from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS
from samples.county import County, simulate
from tests.samples.any_process import printed

PLANS = ("huozhou-2022", "puxian-2022")
IMPLY_ANOTHER_BASE = {("puxian-2022", "2022-12")}  # 27 亿元 and 85 % are 31.8 亿元 of annual plans; the list has more


@cache
def county_of(plan_id: str, seed: int = 2022) -> County:
    return simulate(load_plan(SHIPPED_PLANS / f"{plan_id}.yml"), seed)


def states(county: County):
    """Every project with every one of its twelve months."""
    return [(project, state) for project in county.projects for state in project.months]


def digest(county: County) -> str:
    return hashlib.sha256(repr((county.projects, county.lists, county.received)).encode()).hexdigest()


def test_a_seed_gives_the_same_county_in_any_process():
    code = (
        "from tests.samples.test_county import county_of, digest; print(digest(county_of('huozhou-2022', 7)), end='')"
    )
    assert printed(code) == {digest(county_of("huozhou-2022", 7))}


def test_another_seed_gives_another_county():
    assert digest(county_of("huozhou-2022", 1)) != digest(county_of("huozhou-2022", 2))


@pytest.mark.parametrize("plan_id", PLANS)
def test_there_are_18_units_60_projects_and_three_months_of_which_one_is_history(plan_id):
    county = county_of(plan_id)
    assert (len(county.units), len(county.projects)) == (18, 60)
    assert county.periods == ("2022-10", "2022-11", "2022-12")
    assert [county.is_due(period) for period in county.periods] == [False, True, True]


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_unit_but_the_one_that_reports_nil_has_projects_in_every_month(plan_id):
    county = county_of(plan_id)
    for period in county.periods:
        assert {unit for unit in county.units if not county.entries(period, unit)} == {county.nil_unit}


@pytest.mark.parametrize("plan_id", PLANS)
def test_cumulative_figures_are_what_went_before_and_this_month(plan_id):
    county = county_of(plan_id)
    for project in county.projects:
        ytd = Decimal(0)
        for state in project.months:
            ytd += state.month_investment_wan
            assert state.ytd_investment_wan == ytd
            assert state.cumulative_investment_wan == project.cum_to_last_year_wan + ytd
            assert state.cumulative_investment_wan <= project.total_investment_wan
            assert state.month_investment_wan >= 0


@pytest.mark.parametrize("plan_id", PLANS)
def test_rates_are_the_year_to_date_over_the_plan_to_two_decimals(plan_id):
    for project, state in states(county_of(plan_id)):
        if not project.annual_plan_wan:
            assert state.completion_rate_reported is None
            continue
        exact = state.ytd_investment_wan * 100 / project.annual_plan_wan
        assert state.completion_rate_reported == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize("plan_id", PLANS)
def test_history_and_plan_fit_the_nature_of_a_project(plan_id):
    for project in county_of(plan_id).projects:
        history, planned = project.cum_to_last_year_wan, project.annual_plan_wan
        assert (history > 0) is (project.nature_code == "continued")
        assert (planned > 0) is (project.nature_code != "preparatory")
        assert history + planned <= project.total_investment_wan * Decimal("1.02")


@pytest.mark.parametrize("plan_id", PLANS)
def test_nothing_is_invested_before_a_start_and_nothing_after_a_finish(plan_id):
    for project, state in states(county_of(plan_id)):
        started = state.start_actual_date and (state.start_actual_date.year, state.start_actual_date.month)
        if state.ytd_investment_wan:
            assert started and started <= (2022, state.month)
        if state.status_code in ("preparing", "not_started"):
            assert not state.cumulative_investment_wan
        if state.status_code == "completed":
            assert state.cumulative_investment_wan >= project.total_investment_wan * Decimal("0.9")
            assert state.finish_actual_date >= state.start_actual_date
            if (state.finish_actual_date.year, state.finish_actual_date.month) < (2022, state.month):
                assert not state.month_investment_wan


@pytest.mark.parametrize("plan_id", PLANS)
def test_dates_lie_before_the_cutoff_of_the_month_they_appear_in(plan_id):
    county = county_of(plan_id)
    for period in county.periods:
        for entry in county.entries(period):
            state = county.state(entry.project.project_id, period)
            dates = (state.start_actual_date, state.resume_date, state.finish_actual_date)
            assert all(day <= county.cutoffs[period] for day in dates if day)
            assert entry.project.planned_finish_date >= entry.project.planned_start_date


@pytest.mark.parametrize("plan_id", PLANS)
def test_frost_slows_outdoor_work(plan_id):
    def share(months):
        return sum(
            s.month_investment_wan
            for p, s in states(county_of(plan_id))
            if p.setting == "outdoor" and s.month in months
        )

    assert share({12, 1, 2}) < share({6, 7, 8}) / 2


@pytest.mark.parametrize("plan_id", PLANS)
def test_codes_are_well_formed_to_the_last_character(plan_id):
    county = county_of(plan_id)
    coded = [project for project in county.projects if project.project_code]
    assert 0 < len(county.projects) - len(coded) <= 6
    assert len({project.project_code for project in coded}) == len(coded)
    for project in coded:
        assert parse_project_code(project.project_code).given_on <= county.cutoffs["2022-10"]
    for project in county.projects:
        assert credit_code_is_valid(project.usc_code)
        assert region_exists(project.region_code)


@pytest.mark.parametrize("plan_id", PLANS)
def test_the_second_list_hands_over_two_projects_and_has_one_of_each_other_change(plan_id):
    first, second = county_of(plan_id).lists
    changes = [entry.change_kind for entry in second.entries if entry.change_kind]
    assert sorted(changes) == ["handed_over", "handed_over", "renamed", "terminated", "transferred_in"]
    assert not any(entry.change_kind for entry in first.entries)
    handed_over = [entry for entry in second.entries if entry.change_kind == "handed_over"]
    assert len({(entry.former_unit_id, entry.unit_id) for entry in handed_over}) == 1
    assert all(entry.unit_id != entry.former_unit_id for entry in handed_over)
    assert (len(first.entries), len(second.entries)) == (59, 60)


@pytest.mark.parametrize("plan_id", PLANS)
def test_the_headline_rates_are_near_the_targets_and_not_all_of_them_are_met(plan_id):
    plan, county = load_plan(SHIPPED_PLANS / f"{plan_id}.yml"), county_of(plan_id)
    verdicts = []
    for target in plan.targets:
        wanted = target.population == plan.headline.id and target.judged_period
        if not wanted or target.metric not in ("start_resume_rate", "annual_completion_rate"):
            continue
        base = [
            (entry.project, county.state(entry.project.project_id, target.judged_period))
            for entry in county.entries(target.judged_period)
            if entry.project.nature_code != "preparatory" and entry.project.level_code in plan.headline.levels
        ]
        if target.metric == "start_resume_rate":
            rate = Decimal(sum(1 for _, state in base if state.ytd_investment_wan > 0)) / len(base)
        else:
            rate = sum(s.ytd_investment_wan for _, s in base) / sum(p.annual_plan_wan for p, _ in base)
        assert abs(rate - target.threshold) < Decimal("0.10")
        verdicts.append(rate >= target.threshold)
    assert set(verdicts) == {True, False}


def long_outside_the_statistics(county: County, period: str) -> set[str]:
    """Projects of 500 万元 and more that began over two months before the cutoff and are in no statistics yet."""
    found, cutoff = set(), county.cutoffs[period]
    for entry in county.entries(period):
        state = entry.project.at(int(period[-2:]))
        began = state.start_actual_date
        if began and state.is_in_statistics != "yes" and entry.project.total_investment_wan >= 500:
            last_day = (began.replace(day=1) + timedelta(days=70)).replace(day=began.day)
            if last_day < cutoff:
                found.add(entry.project.project_id)
    return found


@pytest.mark.parametrize("plan_id", PLANS)
def test_the_states_it_predicts_are_one_late_unit_what_is_ten_points_behind_and_what_the_province_awaits(plan_id):
    county = county_of(plan_id)
    for period in county.periods:
        month = int(period[-2:])
        behind = {
            entry.project.project_id
            for entry in county.entries(period)
            if entry.project.annual_plan_wan
            and entry.project.at(month).ytd_investment_wan / entry.project.annual_plan_wan
            < Decimal(month) / 12 - Decimal("0.1")
        }
        late = {
            unit
            for unit in county.units
            if county.is_due(period) and county.received[unit, period] > county.due[period]
        }
        assert len(late) == county.is_due(period)
        idle = {
            entry.project.project_id
            for entry in county.entries(period)
            if entry.project.level_code == "provincial"
            and entry.project.role
            in ("never_started", "not_resumed", "resumed_last", "started_last", "started_next_to_last")
            and not entry.project.at(month).ytd_investment_wan
        }
        expected = {("T01", p) for p in behind} | {("T08", p) for p in idle} | {("M01", unit) for unit in late}
        expected |= {("D05", p) for p in long_outside_the_statistics(county, period)}
        if (plan_id, period) in IMPLY_ANOTHER_BASE:
            expected.add(("T12", load_plan(SHIPPED_PLANS / f"{plan_id}.yml").centre))
        assert county.expected_states(period) == expected
        assert 5 < len(behind) < 25
