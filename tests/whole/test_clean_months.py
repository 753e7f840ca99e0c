"""Clean months of both plans: nothing is found but what the simulator predicts, and every figure is the true one."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.whole.figures import figures

pytestmark = pytest.mark.slow

REPORTING = {"reporting_rate", "on_time_rate", "error_row_count", "unanswered_count"}
MONTHLY_METRICS = 16


def populations(place) -> dict[str, set[str] | None]:
    """The plan's populations that the monthly form speaks of, and the whole list."""
    named = {p.id: set(p.levels) for p in place.plan.populations if p.form == "monthly_dispatch"}
    return {"all": None, **named}


def test_only_the_predicted_states_are_found(clean):
    for period in clean.county.periods:
        found = {(row["rule_id"], row["project_id"] or row["unit_id"]) for row in clean.findings(period)}
        assert found == clean.county.expected_states(period), period
        assert {row["severity"] for row in clean.findings(period)} <= {"state"}


def test_every_metric_population_and_scope_is_the_true_one(clean):
    for period in clean.county.periods:
        expected = figures(clean.county, populations(clean), period)
        assert len({metric for *_, metric in expected}) == MONTHLY_METRICS
        published = {
            (row["population"], row["scope_kind"], row["scope"], row["metric"]): row
            for row in clean.sql("select * from marts.fct_metric where period = ?", period)
            if row["metric"] not in REPORTING
        }
        assert published.keys() == expected.keys(), period
        wrong = {
            key: (row["numerator"], row["denominator"], row["value"], figure)
            for key, figure in expected.items()
            for row in [published[key]]
            if (row["numerator"], row["denominator"], row["value"])
            != (figure.numerator, figure.denominator, figure.value)
        }
        assert not wrong, period
        assert all(row["reported_value"] == row["value"] for row in published.values()), period


def test_reporting_metrics_follow_the_arrivals(clean):
    county = clean.county
    for period in county.periods:
        units = county.units if county.is_due(period) else ()
        on_time = [unit for unit in units if county.received[unit, period] <= county.due[period]]
        rows = {
            (row["scope_kind"], row["scope"], row["metric"]): row
            for row in clean.sql("select * from marts.fct_metric where period = ? and population = 'all'", period)
            if row["metric"] in REPORTING
        }
        overall = {metric: rows["overall", "overall", metric] for metric in REPORTING}
        assert (overall["reporting_rate"]["numerator"], overall["reporting_rate"]["denominator"]) == (
            len(units),
            len(units),
        )
        assert overall["on_time_rate"]["numerator"] == len(on_time)
        assert overall["error_row_count"]["value"] == 0 and overall["unanswered_count"]["value"] == 0
        for unit in units:
            assert rows["unit", unit, "on_time_rate"]["value"] == (1 if unit in on_time else 0)


def test_every_monthly_target_is_judged_as_arithmetic_says(clean):
    judged = {
        (row["target_id"], row["judged_period"]): row
        for row in clean.sql("select * from marts.fct_target_verdict where is_own_period")
    }
    monthly = [t for t in clean.plan.targets if t.judged_period in clean.county.periods]
    assert monthly, "the plan has monthly targets"
    for target in monthly:
        row = judged[target.id, target.judged_period]
        truth = figures(clean.county, populations(clean), target.judged_period)[
            target.population, "overall", "overall", target.metric
        ]
        reached = Fraction(truth.numerator) / Fraction(truth.denominator or 1)
        expected = "met" if reached >= Fraction(Decimal(target.threshold)) else "missed"
        assert row["cutoff_verdict"] == expected, target.id
        is_covered = clean.county.cutoffs[target.judged_period] >= target.target_date
        is_rate = truth.denominator is not None
        final = expected if is_covered or (expected == "met" and not is_rate) else "pending"
        assert row["final_verdict"] == final, target.id


def test_the_benchmark_is_the_linear_time_progress(clean):
    for period in clean.county.periods:
        rows = clean.sql(
            "select * from marts.fct_metric where period = ? and metric = 'annual_completion_rate' "
            "and scope_kind = 'overall'",
            period,
        )
        expected = (Decimal(int(period[-2:])) / 12).quantize(Decimal("0.000001"), "ROUND_HALF_UP")
        assert {row["benchmark"] for row in rows} == {expected}
        assert all(row["benchmark_name"] for row in rows)


def test_every_unit_that_owes_has_one_line_of_its_obligation(clean):
    for period in clean.county.periods:
        rows = clean.sql("select * from marts.fct_submission where period = ? and form = 'monthly_dispatch'", period)
        assert {row["unit_id"] for row in rows} == set(clean.county.units)
        assert len(rows) == len(clean.county.units)
        nil = next(row for row in rows if row["unit_id"] == clean.county.nil_unit)
        assert nil["status"] == ("nil" if clean.county.is_due(period) else "not_due")
        assert sum(row["rows_read"] for row in rows) == len(clean.county.entries(period))


def test_a_handed_over_project_keeps_its_year(clean):
    """移交: the taker's rows continue the giver's year to date, and nobody is asked about it."""
    last, before = clean.county.periods[-1], clean.county.periods[-2]
    moved = [entry for entry in clean.county.entries(last) if entry.change_kind == "handed_over"]
    assert len(moved) == 2
    for entry in moved:
        facts = {
            row["period"]: row
            for row in clean.sql("select * from marts.fct_investment where project_id = ?", entry.project.project_id)
        }
        assert facts[before]["unit_id"] == entry.former_unit_id
        assert facts[last]["unit_id"] == entry.unit_id
        month = clean.county.state(entry.project.project_id, last)
        assert facts[last]["ytd_investment_wan"] == month.ytd_investment_wan
