"""Thirteen weeks of both campaigns, taken in week by week: every figure is the simulator's, every target is judged."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

import pytest

from dispatch.marts import Marts
from dispatch.postgres import publish_to
from dispatch.tracing import Tracer
from ingestion import vocabulary
from ingestion.obligations import is_week, latest_month
from samples import campaign as campaigns
from samples.workbooks import campaign_forms, deliver, write_campaign
from tests.whole import bi_questions
from tests.whole.cells import ByHand
from tests.whole.figures import figures
from tests.whole.places import PLANS, Place, place_of
from tests.whole.weekly_figures import weekly_figures

pytestmark = pytest.mark.slow

REPORTING = {"reporting_rate", "on_time_rate", "error_row_count", "unanswered_count"}
AFTER = timedelta(days=1)  # by then the late unit's form has come, and the next deadline has not


@dataclass(frozen=True)
class Weeks:
    """A place with its campaign, and which periods each week's pass read and judged."""

    place: Place
    campaign: campaigns.Campaign
    judged: dict[str, list[str]]


@pytest.fixture(scope="module", params=PLANS)
def weeks(request, tmp_path_factory) -> Weeks:
    """Every week of the plan's campaign delivered and judged in order, then one run that builds and publishes."""
    place = place_of(tmp_path_factory.mktemp(request.param) / "workspace", request.param, with_campaign=True)
    campaign = campaigns.simulate(place.plan, place.county)
    judged = {}
    for week in campaign.periods:
        write_campaign(campaign, place.plan, place.workspace.inbox, periods=[week])
        judged[week] = place.judge(campaign.due[week] + AFTER)
    last = campaign.periods[-1]
    place.run(last, now=campaign.due[last] + AFTER)
    return Weeks(place, campaign, judged)


def test_each_week_is_judged_once_when_it_comes_and_no_week_after_it(weeks):
    for week, judged in weeks.judged.items():
        assert [period for period in judged if is_week(period)] == [week]


def test_only_the_predicted_states_are_found(weeks):
    for week in weeks.campaign.periods:
        found = {
            (row["rule_id"], "/".join(filter(None, (row["project_id"] or row["unit_id"], row["procedure"]))))
            for row in weeks.place.findings(week)
        }
        assert found == weeks.campaign.expected_states(week), week


def test_every_metric_population_and_scope_is_the_true_one(weeks):
    for week in weeks.campaign.periods:
        expected = weekly_figures(weeks.campaign, weeks.place.plan, week)
        assert differing(weeks.place, week, expected) == {}, week


def differing(place: Place, week: str, expected: dict) -> dict:
    """Where the published figures of a week are not the expected ones: keys that lack, keys beyond, other values."""
    published = {
        (row["population"], row["scope_kind"], row["scope"], row["metric"]): (
            row["numerator"],
            row["denominator"],
            row["value"],
        )
        for row in place.sql("select * from marts.fct_metric where period = ?", week)
        if row["metric"] not in REPORTING
    }
    true = {key: (figure.numerator, figure.denominator, figure.value) for key, figure in expected.items()}
    return {
        key: (published.get(key), true.get(key))
        for key in published.keys() | true.keys()
        if published.get(key) != true.get(key)
    }


def test_every_target_of_the_campaign_is_judged_every_week_as_arithmetic_says(weeks):
    plan, campaign = weeks.place.plan, weeks.campaign
    judged = {
        (row["target_id"], row["period"]): row for row in weeks.place.sql("select * from marts.fct_target_verdict")
    }
    targets = [target for target in plan.targets if target.judged_period is None]
    assert len(targets) == {"huozhou-2022": 5, "puxian-2022": 6}[plan.id]
    for week in campaign.periods:
        truth = weekly_figures(campaign, plan, week)
        for target in targets:
            figure = truth[target.population, target.scope_kind, target.scope, target.metric]
            row = judged[target.id, week]
            assert row["cutoff_verdict"] == verdict(figure, target), (week, target.id)
            is_early = figure.denominator is None and row["cutoff_verdict"] in ("met", "stretch")
            is_final = campaign.cutoffs[week] >= target.target_date or is_early
            assert row["final_verdict"] == (row["cutoff_verdict"] if is_final else "pending"), (week, target.id)


def verdict(figure, target) -> str:
    """met, stretch or missed, in fractions of the target's own words."""
    reached = Fraction(figure.numerator) / (Fraction(figure.denominator) if figure.denominator is not None else 1)
    firm = Fraction(target.threshold)
    if target.comparison == "about":
        firm *= 1 - Fraction(target.about_within)
    if target.stretch is not None and reached >= Fraction(target.stretch):
        return "stretch"
    return "met" if reached >= firm else "missed"


def test_every_number_of_the_briefs_is_made_by_the_cells_it_names(weeks):
    place, campaign = weeks.place, weeks.campaign
    due = {(form, week): at for week, at in campaign.due.items() for form in ("procedures", "pipeline", "funds")}
    marts = Marts.of_build(place.workspace)
    with marts.kept_open():
        by_hand = ByHand(place.workspace.root, Tracer(place.workspace, marts), due, dict(campaign.cutoffs))
        briefs = sorted((place.workspace.outbox / place.plan.id).glob("????-??-??/简报_*.citations.json"))
        found, wrong = by_hand.differing(briefs[-1:])
    assert found > 50
    assert wrong == {}


def test_every_target_row_of_the_plan_has_a_verdict(weeks):
    judged = {row["target_id"] for row in weeks.place.sql("select distinct target_id from marts.fct_target_verdict")}
    assert judged == {target.id for target in weeks.place.plan.targets}


def test_the_questions_of_the_bi_guide_have_one_answer_in_files_and_postgresql_and_it_is_the_true_one(weeks, postgres):
    place, campaign, database = weeks.place, weeks.campaign, postgres.database()
    publish_to(database, place.workspace.published / "current")
    [headline] = [p.id for p in place.plan.populations if p.headline]
    [levels] = [set(p.levels) for p in place.plan.populations if p.headline]
    months, week = place.county.periods, campaign.periods[-1]
    answers = {}
    for heading, statements in bi_questions.questions().items():
        asked = [bi_questions.for_periods(text, place.plan.id, *months[-2:], week) for text in statements]
        answers[heading[:2]] = [bi_questions.from_files(place.workspace, text) for text in asked]
        assert [bi_questions.from_postgres(database, text) for text in asked] == answers[heading[:2]], heading
    assert [head for head in answers if head[0].isdigit()] == [
        "1.",
        "2.",
        "3.",
        "4.",
        "5.",
        "6.",
        "7.",
        "8.",
        "9.",
        "10",
    ]
    true = figures(place.county, {headline: levels}, months[-1])
    label = {metric.label_zh: name for name, metric in vocabulary.metrics().items()}
    told = {label[row["label_zh"]]: (row["value"], row["reported_value"]) for row in answers["1."][0]}
    overall = {name: f.value for (_, kind, _, name), f in true.items() if kind == "overall"}
    assert told == {name: (value, value) for name, value in overall.items()}
    assert {row["unit_name"]: row["ytd_investment_wan"] for row in answers["3."][0]} == {
        place.plan.unit(scope).name: f.value
        for (_, kind, scope, name), f in true.items()
        if (kind, name) == ("unit", "ytd_investment")
    }
    states = weekly_figures(campaign, place.plan, week)
    assert len(answers["8."][1]) == states["all", "overall", "overall", "overdue_promise_count"].value
    assert sum(row["done_count"] for row in answers["8."][0]) == (
        states["all", "overall", "overall", "procedure_completion_rate"].numerator
    )
    if answers["10"][0]:
        assert answers["10"][0][0]["reserve_multiple"] == states["all", "overall", "overall", "reserve_multiple"].value
    if place.plan.id == bi_questions.PLAN:
        assert [head for head, found in answers.items() if not all(found)] == ["9."]  # nobody was late or wrong


def test_a_correction_of_the_third_week_judges_it_and_the_weeks_after_it_again_and_nothing_else(weeks, tmp_path):
    place, campaign = weeks.place.copy(tmp_path / "workspace"), weeks.campaign
    third, last = campaign.periods[2], campaign.periods[-1]
    untouched = [*campaign.periods[:2], *place.county.periods]
    before = derived(place, untouched)
    unit_id = next(unit for unit in campaign.units if unit != campaign.nil_unit)
    again = next(form for form in campaign_forms(campaign, place.plan, [third]) if form.unit_id == unit_id)
    correct(place, again, after=campaign.due[last])
    assert place.judge(campaign.due[last] + AFTER) == list(campaign.periods[2:])
    assert derived(place, untouched) == before


def correct(place: Place, filled, after) -> None:
    """The unit's form of the week once more, with a remark for its first project: other bytes, the same figures."""
    first = filled.groups[0].details[0]
    cells = {**first.cells, "explanation_text": "经核对，与原报一致"}
    group = replace(filled.groups[0], details=(replace(first, cells=cells), *filled.groups[0].details[1:]))
    deliver(
        [replace(filled, groups=(group, *filled.groups[1:]), received_at=after + timedelta(hours=1))],
        place.workspace.inbox,
    )


def derived(place: Place, periods: list[str]) -> dict[str, str]:
    """Whatever the lake holds of some periods, by its bytes: the figures are a function of nothing else.

    The table of the plan itself tells until when everything was known, which did change.
    """
    lake = place.workspace.lake
    files = [path for period in periods for path in lake.glob(f"*/*/{period}.parquet")]
    found = {path.relative_to(lake).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert len(found) > 20 * len(periods)
    return {name: digest for name, digest in found.items() if not name.startswith("plans/")}


def test_the_months_behind_the_weeks_are_those_that_were_closed(weeks):
    plan = weeks.place.plan
    assert latest_month(plan, weeks.campaign.periods[0]) == "2022-11"
    assert latest_month(plan, weeks.campaign.periods[-1]) == "2022-12"
