"""Red and black: 红黑榜, which units stand first and met the target, which stand last and missed it.

Belongs here: who is on which list and why the others are on none.
Does not belong here: ranks of the table (rpt_unit_ranking.sql), wording (bulletin_ranking.py).

A list is never rank alone. 红榜: among the first five **and** the target met; 黑榜: among the last four **and** missed;
so nobody is on both. Units whose rate is exactly the same share a place; whoever has few projects, or no plan to be
held against, is on neither and not counted among the others. Without a target for the period there are no lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dispatch.addresses import FIGURES
from dispatch.cited_values import CitedValues

RED_PLACES, BLACK_PLACES = 5, 4
METRIC = "annual_completion_rate"
MET = ("met", "stretch")


@dataclass(frozen=True)
class RedBlack:
    """Units (rows of ``rpt_unit_ranking``) on the two lists, best first and last first; those left out by reason."""

    red: tuple[dict, ...] = ()
    black: tuple[dict, ...] = ()
    few_projects: tuple[dict, ...] = ()


def red_black(values: CitedValues, plan_id: str, period: str, population: str) -> RedBlack | None:
    """The two lists of a month and population; None when the period has no target to hold units against."""
    figures = [
        row
        for row in values.rows(FIGURES, plan_id, period)
        if row["metric"] == METRIC and row["population"] == population
    ]
    of_units = {row["scope"]: row for row in figures if row["scope_kind"] == "unit"}
    target = reached_from(values, plan_id, period, population)
    ranking = sorted(
        (
            row
            for row in values.rows("reports.rpt_unit_ranking", plan_id, period)
            if row["population"] == population and row["annual_completion_rate"] is not None
        ),
        key=lambda row: row["unit_rank"],
    )
    verdicts = {row["unit_id"]: verdict(of_units[row["unit_id"]], target) for row in ranking}
    if not any(verdicts.values()):
        return None
    return _chosen(ranking, {unit: _ratio(of_units[unit]) for unit in verdicts}, verdicts)


def verdict(figure: dict, target: Decimal | None) -> str | None:
    """How a unit's figure stands against its own target, or else against the population's, on the exact ratio; None
    when there is neither."""
    if figure["cutoff_verdict"] != "no_target":
        return figure["cutoff_verdict"]
    if target is None or not figure["denominator"]:
        return None
    return "met" if figure["numerator"] >= target * figure["denominator"] else "missed"


def reached_from(values: CitedValues, plan_id: str, period: str, population: str) -> Decimal | None:
    """From where on the population's own target of the period is reached; a target 左右 a little before itself."""
    for row in values.rows("marts.fct_target_verdict", plan_id, period):
        held = (row["metric"], row["population"], row["scope_kind"], row["is_own_period"])
        if held == (METRIC, population, "overall", True) and row["word"] != "strive":
            return row["target"] if row["about_from"] is None else row["about_from"]
    return None


def _chosen(ranking: Sequence[dict], ratios: dict[str, Fraction], verdicts: dict[str, str | None]) -> RedBlack:
    counted = [row for row in ranking if not row["is_few_projects"] and verdicts[row["unit_id"]]]
    red, black = [], []
    for row in counted:
        own = ratios[row["unit_id"]]
        above = sum(ratios[other["unit_id"]] > own for other in counted)
        below = sum(ratios[other["unit_id"]] < own for other in counted)
        if above < RED_PLACES and verdicts[row["unit_id"]] in MET:
            red.append(row)
        elif below < BLACK_PLACES and verdicts[row["unit_id"]] == "missed":
            black.append(row)
    few = tuple(row for row in ranking if row["is_few_projects"])
    return RedBlack(tuple(red), tuple(reversed(black)), few)


def _ratio(figure: dict) -> Fraction:
    return Fraction(figure["numerator"]) / Fraction(figure["denominator"])
