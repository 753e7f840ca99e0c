"""The rate macro against Python's Decimal, where ties are likely."""

import random
from decimal import ROUND_HALF_UP, Decimal, localcontext

import duckdb
import jinja2
import pyarrow as pa
import pytest

from ingestion.settings import PROJECT_ROOT

MACROS = PROJECT_ROOT / "dbt_project" / "macros"
STEP = Decimal("0.000001")


def macro(name: str):
    """The macros of one file as Python functions that give SQL."""
    return jinja2.Environment().from_string((MACROS / f"{name}.sql").read_text(encoding="utf-8")).module


RATE = macro("rate").duckdb__rate("numerator", "denominator")


def tie_prone_ratios(count: int) -> list[tuple[Decimal, Decimal]]:
    """Seven in ten lie exactly between two millionths; both signs; cents on either side."""
    chance = random.Random(20221128)
    ratios = []
    for _ in range(count):
        bottom = Decimal(chance.choice([2, 4, 16, 64, 125, 3, 7, 999, 2**20, chance.randint(1, 10**7)]))
        bottom = (bottom / chance.choice([1, 100])).quantize(Decimal("0.01")) or Decimal("0.01")
        half_steps = Decimal(2 * chance.randint(-(10**6), 3 * 10**6) + 1)
        top = (half_steps * STEP / 2 * bottom).quantize(Decimal("1e-8"))
        if chance.random() < 0.3:
            top = Decimal(chance.randint(-(10**9), 10**9)) / 100
        ratios.append((top, -bottom if chance.random() < 0.2 else bottom))
    return ratios


def rates(ratios: list[tuple[Decimal | None, Decimal | None]]) -> list[Decimal | None]:
    table = pa.table(
        {
            "place": pa.array(range(len(ratios))),
            "numerator": pa.array([top for top, _ in ratios], pa.decimal128(30, 8)),
            "denominator": pa.array([bottom for _, bottom in ratios], pa.decimal128(24, 2)),
        }
    )
    with duckdb.connect() as connection:
        connection.register("ratios", table)
        return [row[0] for row in connection.execute(f"select {RATE} from ratios order by place").fetchall()]


def test_a_rate_equals_decimal_half_up_on_100000_tie_prone_ratios():
    ratios = tie_prone_ratios(100_000)
    with localcontext(prec=60):
        exact = [top / bottom for top, bottom in ratios]
        expected = [value.quantize(STEP, ROUND_HALF_UP) for value in exact]
        ties = sum(abs(value / STEP % 1) == Decimal("0.5") for value in exact)
    pairs = zip(ratios, expected, rates(ratios), strict=True)
    wrong = [pair for pair in pairs if pair[2] != (pair[1] if abs(pair[1]) < 10**6 else None)]
    assert ties > 50_000
    assert not wrong, wrong[:3]


@pytest.mark.parametrize("ratio", [("1", "0"), (None, "1"), ("1", None), ("0", "0"), ("99999999999999", "0.01")])
def test_a_rate_is_null_without_a_denominator_or_beyond_its_type(ratio):
    assert rates([tuple(None if part is None else Decimal(part) for part in ratio)]) == [None]


def test_a_rate_has_its_published_type():
    with duckdb.connect() as connection:
        [(kind,)] = connection.execute(
            f"select typeof({RATE}) from (select 1 as numerator, 3 as denominator)"
        ).fetchall()
    assert kind == "DECIMAL(12,6)"


@pytest.mark.parametrize(
    ("numerator", "target", "denominator", "meets"),
    [
        ("8500000", "0.85", "10000000", True),
        ("8499999.99", "0.85", "10000000", False),  # prints as 0.850000
        ("270000", "270000", "1", True),
        ("2", "0.666667", "3", False),  # two thirds print as 0.666667
    ],
)
def test_a_target_is_met_by_the_exact_ratio_never_by_the_printed_one(numerator, target, denominator, meets):
    with duckdb.connect() as connection:
        sql = macro("meets_target").meets_target(numerator, target, denominator)
        assert connection.execute(f"select {sql}").fetchall() == [(meets,)]
