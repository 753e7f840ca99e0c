"""红黑榜: rank and target together, ties, units that are left out."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.red_black import red_black, verdict


@dataclass(frozen=True)
class Tables:
    """The public tables of one month, by name."""

    held: dict[str, list[dict]]

    def rows(self, table: str, plan_id: str, period: str) -> list[dict]:
        return self.held[table]


def month(rates: list[int], few: tuple[int, ...] = (), target: str | None = "0.80", about: str | None = None) -> Tables:
    """Units u0, u1 … with these rates in per cent, best first; ``few``: places of those with few projects."""
    units = [f"u{place}" for place in range(len(rates))]
    base = {"population": "all", "metric": "annual_completion_rate", "cutoff_verdict": "no_target"}
    figures = [
        base | {"scope_kind": "unit", "scope": unit, "numerator": Decimal(rate), "denominator": Decimal(100)}
        for unit, rate in zip(units, rates, strict=True)
    ]
    ranking = [
        {
            "population": "all", "unit_id": unit, "unit_rank": place, "is_few_projects": place in few,
            "annual_completion_rate": Decimal(rate) / 100,
        }
        for place, (unit, rate) in enumerate(zip(units, rates, strict=True))
    ]  # fmt: skip
    targets = [
        base | {"scope_kind": "overall", "is_own_period": True, "word": "ensure", "target": target and Decimal(target),
                "about_from": about and Decimal(about)}
    ]  # fmt: skip
    return Tables({
        "marts.fct_metric": figures, "reports.rpt_unit_ranking": ranking,
        "marts.fct_target_verdict": targets if target else [],
    })  # fmt: skip


def names(tables: Tables) -> tuple[str, str]:
    found = red_black(tables, "P", "2022-11", "all")
    return tuple(" ".join(row["unit_id"] for row in rows) for rows in (found.red, found.black))


@pytest.mark.parametrize(
    ("rates", "red", "black"),
    [
        ([99, 98, 97, 96, 95, 94, 70, 69, 68, 67, 66], "u0 u1 u2 u3 u4", "u10 u9 u8 u7"),
        ([99, 98, 97, 96, 95, 94, 93], "u0 u1 u2 u3 u4", ""),  # the last ones met the target too
        ([70, 69, 68], "", "u2 u1 u0"),  # the first ones missed it
        ([99, 98, 97, 96, 95, 95, 95, 94], "u0 u1 u2 u3 u4 u5 u6", ""),  # three share the fifth place
        ([99, 60, 60, 60, 60, 60], "u0", "u5 u4 u3 u2 u1"),  # five share the last place
        ([80, 79], "u0", "u1"),  # 80 % is 80 %
    ],
)
def test_a_list_is_rank_and_target_and_ties_share_a_place(rates, red, black):
    assert names(month(rates)) == (red, black)


def test_units_with_few_projects_are_on_no_list_and_take_nobodys_place():
    assert names(month([99, 98, 97, 96, 95, 94, 50], few=(0, 6))) == ("u1 u2 u3 u4 u5", "")


def test_a_target_of_about_is_reached_by_its_margin():
    assert names(month([75], about="0.72")) == ("u0", "")


def test_without_a_target_there_are_no_lists():
    assert red_black(month([99, 50], target=None), "P", "2022-11", "all") is None


def test_the_exact_ratio_decides_and_not_the_rounded_rate():
    figure = {"cutoff_verdict": "no_target", "numerator": Decimal("8499999.99"), "denominator": Decimal("10000000")}
    assert verdict(figure, Decimal("0.85")) == "missed"
    assert verdict(figure | {"numerator": Decimal("8500000")}, Decimal("0.85")) == "met"


@given(st.lists(st.integers(0, 120), min_size=1, max_size=25), st.sets(st.integers(0, 24)))
def test_nobody_is_ever_on_both_lists(rates, few):
    red, black = names(month(sorted(rates, reverse=True), tuple(few)))
    assert not set(red.split()) & set(black.split())
