"""An independent computation of every weekly metric and verdict, straight from the campaign's true state.

It shares nothing with dbt_project: definitions are read from domain sentences (metrics.csv, definition_zh) and written
here a second time, in plain Python with fractions, so that two people would have to make the same mistake.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from samples.campaign import Campaign
from samples.pipeline import Fund, ItemState, Prospect
from tests.whole.figures import BANDS, Figure

COUNTED_FUNDS = {"special_bond", "central_budget", "policy_finance", "other_superior"}  # social capital stands aside
PROCEDURE_METRICS = 5
PIPELINE_METRICS = 6
FUND_METRICS = 1
Key = tuple[str, str, str, str]  # population, scope kind, scope, metric


@dataclass(frozen=True)
class Told:
    """One procedure of one project as the week's form tells it."""

    project: Prospect
    state: ItemState
    cutoff: date

    @property
    def is_needed(self) -> bool:
        return self.state.is_needed == "yes" and self.state.procedure_state != "not_needed"

    @property
    def is_done(self) -> bool:
        return self.is_needed and self.state.procedure_state == "done"

    @property
    def is_early(self) -> bool:
        return self.is_needed and self.state.procedure_state in ("tolerated", "promised")

    @property
    def is_overdue(self) -> bool:
        return self.is_early and self.state.promise_due_date is not None and self.state.promise_due_date < self.cutoff


def weekly_figures(campaign: Campaign, plan, period: str) -> dict[Key, Figure]:
    """Every metric of procedures, pipeline and funds in one week, by (population, scope kind, scope, metric).

    The populations are those of the plan that speak of the three forms, and ``all`` for each. A scope is there when a
    needed procedure, a project or a fund lies in it; the overall scope always is.
    """
    computed: dict[Key, Figure] = {}
    for form, scopes, metrics, rows in (
        ("procedures", _item_scopes(plan), _of_items, _items(campaign, period)),
        ("pipeline", _pipeline_scopes(), _of_pipeline, list(campaign.standing(period))),
        ("funds", _fund_scopes(), _of_funds, list(campaign.fund_rows(period))),
    ):
        if form not in plan.forms:
            continue
        for population, categories in _populations(plan, form).items():
            members = [row for row in rows if not categories or _category(row) in categories]
            for kind, of in scopes.items():
                for scope in ["overall"] if kind == "overall" else sorted({of(row) for row in members}):
                    group = [row for row in members if kind == "overall" or of(row) == scope]
                    for metric, figure in metrics(group).items():
                        computed[population, kind, scope, metric] = figure
    return computed


def _populations(plan, form: str) -> dict[str, tuple[str, ...]]:
    """Name to categories (none: every project)."""
    return {"all": (), **{p.id: tuple(p.categories) for p in plan.populations if p.form == form}}


def _category(row: object) -> str:
    project = row.project if isinstance(row, Told) else row[0]
    return project.project.category_code if isinstance(project, Fund) else project.category_code


def _items(campaign: Campaign, period: str) -> list[Told]:
    """The needed procedures of the week: what is not needed is in no metric."""
    day = campaign.cutoffs[period]
    every = [Told(p, item.at(day), day) for p in campaign.reported(period) for item in p.items]
    return [told for told in every if told.is_needed]


def _item_scopes(plan) -> dict[str, Callable[[Told], str]]:
    def approving(told: Told) -> str:
        unit = plan.unit_named(told.state.approving_unit)
        return unit.id if unit else told.state.approving_unit

    return {
        "overall": lambda told: "overall",
        "unit": lambda told: told.project.unit_id,
        "category": lambda told: told.project.category_code,
        "nature": lambda told: told.project.nature_code,
        "region": lambda told: told.project.region_code,
        "procedure": lambda told: told.state.procedure,
        "handling_level": lambda told: told.state.handling_level,
        "approving_unit": approving,
    }


def _pipeline_scopes() -> dict[str, Callable[[tuple[Prospect, date]], str]]:
    return {
        "overall": lambda row: "overall",
        "unit": lambda row: row[0].unit_id,
        "category": lambda row: row[0].category_code,
        "nature": lambda row: row[0].nature_code,
        "region": lambda row: row[0].region_code,
        "size_band": lambda row: next(
            name for below, name in BANDS if below is None or row[0].total_investment_wan < below
        ),
    }


def _fund_scopes() -> dict[str, Callable[[tuple[Fund, date]], str]]:
    return {
        "overall": lambda row: "overall",
        "unit": lambda row: row[0].unit_id,
        "fund_kind": lambda row: row[0].fund_kind,
    }


def _of_items(group: list[Told]) -> dict[str, Figure]:
    projects: dict[str, list[Told]] = {}
    for told in group:
        projects.setdefault(told.project.project_id, []).append(told)
    finished = [its for its in projects.values() if all(told.is_done for told in its)]
    done, early = _count(told.is_done for told in group), _count(told.is_early for told in group)
    return {
        "procedure_completion_rate": _ratio(done, len(group)),
        "all_procedures_done_rate": _ratio(len(finished), len(projects)),
        "tolerance_share": _ratio(early, len(group)),
        "overdue_promise_count": _amount(_count(told.is_overdue for told in group)),
        "procedure_item_count": _amount(len(group)),
    }


def _of_pipeline(group: list[tuple[Prospect, date]]) -> dict[str, Figure]:
    industry = [(project, day) for project, day in group if project.category_code == "industry"]
    total, planned = _total(group), _planned(group)
    return {
        "pipeline_count": _amount(len(group)),
        "pipeline_total_investment": _amount(total),
        "pipeline_annual_plan": _amount(planned),
        "pipeline_industry_share": _ratio(_planned(industry), planned),
        "pipeline_industry_total_share": _ratio(_total(industry), total),
        "reserve_multiple": _ratio(total, planned),
    }


def _of_funds(group: list[tuple[Fund, date]]) -> dict[str, Figure]:
    counted = (fund.secured(day) for fund, day in group if fund.fund_kind in COUNTED_FUNDS)
    return {"fund_secured_amount": _amount(sum(map(Fraction, counted), Fraction(0)))}


def _total(group: Iterable[tuple[Prospect, date]]) -> Fraction:
    return sum((Fraction(project.total_investment_wan) for project, _ in group), Fraction(0))


def _planned(group: Iterable[tuple[Prospect, date]]) -> Fraction:
    return sum((Fraction(project.annual_plan(day)) for project, day in group), Fraction(0))


def _count(truths: Iterable[bool]) -> int:
    return sum(1 for truth in truths if truth)


def _exact(number: Fraction | int, places: str) -> Decimal:
    """A fraction as a decimal of so many places, half up."""
    number = Fraction(number)
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal(places), ROUND_HALF_UP)


def _amount(number: Fraction | int) -> Figure:
    amount = _exact(number, "0.01")
    return Figure(amount, None, amount)


def _ratio(above: Fraction | int, below: Fraction | int) -> Figure:
    value = _exact(Fraction(above) / Fraction(below), "0.000001") if below else None
    return Figure(_exact(above, "0.01"), _exact(below, "0.01"), value)


@dataclass(frozen=True)
class Verdict:
    """How a target stands in a week: as of its cutoff date, and whether that is the last word."""

    cutoff: str  # met, stretch, missed
    final: str  # met, stretch, missed, pending


def weekly_verdicts(campaign: Campaign, plan, period: str) -> dict[str, Verdict]:
    """The verdict on every target of the campaign in one week, by target id: each is judged in every week."""
    figures = weekly_figures(campaign, plan, period)
    found = {}
    for target in plan.targets:
        figure = figures.get((target.population, target.scope_kind, target.scope, target.metric))
        if figure is None or target.judged_period is not None:
            continue
        is_rate = figure.denominator is not None
        reached = Fraction(figure.numerator) / (Fraction(figure.denominator) if is_rate else 1)
        wanted = Fraction(target.threshold)
        if target.comparison == "about":
            wanted *= 1 - Fraction(target.about_within)
        verdict = "missed" if reached < wanted else "met"
        if verdict == "met" and target.stretch is not None and reached >= Fraction(target.stretch):
            verdict = "stretch"
        is_covered = campaign.cutoffs[period] >= target.target_date
        is_settled = is_covered or (verdict != "missed" and not is_rate)
        found[target.id] = Verdict(verdict, verdict if is_settled else "pending")
    return found
