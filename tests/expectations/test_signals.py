"""Signals on true counties and on counties with a pattern seeded into them: how many are flagged of each."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from statistics import median

import pytest
from county_rows import PLANS, ROWS
from long_past import LongPast

from expectations import touched_up
from expectations.catalogue import load_rules
from expectations.offering import as_table

pytestmark = pytest.mark.slow

SEEDS = range(2)
DECEMBER = 2  # the place of the month among a county's periods
M, Y, P, T = "month_investment_wan", "ytd_investment_wan", "annual_plan_wan", "total_investment_wan"
OUGHT = {rule.id for rule in load_rules() if rule.theme == "signals"} - {"O16"}  # that one needs versions, see below


def four_units(unit_id: str) -> str:
    """A county of four large offices, for patterns that need many figures of one unit."""
    return ("fagai", "zhujian", "jiaoyun", "shuili")[sum(map(ord, unit_id)) % 4]


def working(county: LongPast) -> list[dict]:
    return [row for row in county.month.rows if row[M] and row[P]]


def months_with_money(county: LongPast, row: dict) -> list[Decimal]:
    return [before[M] for before in county.of(row["project_id"]) if before[M] > 0]


def pick_unit(county: LongPast, random: Random, least: int, fits: Callable[[dict], bool]) -> list[dict]:
    """The fitting rows of a unit that has enough of them."""
    units: dict[str, list[dict]] = {}
    for row in county.month.rows:
        if fits(row):
            units.setdefault(row["unit_id"], []).append(row)
    large = sorted(unit for unit, rows in units.items() if len(rows) >= least)
    return units[random.choice(large)]


def sudden_month(county: LongPast, random: Random) -> str:
    row = random.choice([row for row in working(county) if len(months_with_money(county, row)) >= 3])
    row[M] = max(6 * median(months_with_money(county, row)), row[P] * Decimal("0.35"))
    return row["project_id"]


def rushed_project(county: LongPast, random: Random) -> str:
    row = random.choice([row for row in working(county) if len(months_with_money(county, row)) >= 5])
    row[M] = row[Y] - row[M]
    row[Y] = 2 * row[M]
    return row["project_id"]


def rushed_unit(county: LongPast, random: Random) -> str:
    rows = pick_unit(county, random, 3, lambda row: row[Y] > row[M])
    for row in rows:
        row[M] = row[Y] - row[M]
        row[Y] = 2 * row[M]
    return rows[0]["unit_id"]


def figures_of(county: LongPast, unit_id: str | None = None) -> list[dict]:
    """Every row, past and present, with investment."""
    rows = [*county.past, *county.month.rows]
    return [row for row in rows if row[M] and unit_id in (None, row["unit_id"])]


def round_figures(county: LongPast, random: Random) -> str:
    [row, *_] = pick_unit(county, random, 2, lambda row: row[M])
    for figure in figures_of(county, row["unit_id"]):
        figure[M] = max(Decimal(100), figure[M].quantize(Decimal("1E+2")))
    return row["unit_id"]


def half_round_figures(county: LongPast, random: Random) -> str:
    unit_id = random.choice(sorted({row["unit_id"] for row in county.month.rows}))
    for figure in figures_of(county, unit_id):
        figure[M] = (figure[M] / 5).quantize(Decimal(1)) * 5
    return unit_id


def thought_up_figures(county: LongPast, random: Random) -> str:
    for figure in figures_of(county):
        figure[M] = Decimal(random.randint(1, 9) * 10 ** random.randint(0, 3))
    return county.month.plan.centre


def same_figures(county: LongPast, random: Random) -> str:
    rows = pick_unit(county, random, 3, lambda row: row[M])
    for row in rows[:3]:
        row[M] = rows[0][M]
    return rows[0]["unit_id"]


def split_evenly(county: LongPast, random: Random) -> str:
    rows = pick_unit(county, random, 5, lambda row: row[M] and row[P])
    for row in rows:
        row[M] = (row[P] * Decimal("0.083")).quantize(Decimal("0.01"))
    return rows[0]["unit_id"]


def a_twelfth_each_month(county: LongPast, random: Random) -> str:
    row = random.choice([row for row in working(county) if all(m[M] for m in county.of(row["project_id"])[:2])])
    for month in (row, *county.of(row["project_id"])[:2]):
        month[M] = (row[P] / 12).quantize(Decimal("0.01"))
    return row["project_id"]


def far_ahead(county: LongPast, random: Random) -> str:
    apart = Counter((row["category_code"], row["nature_code"]) for row in working(county) if on_schedule(row))
    peers = [
        row for row in working(county) if on_schedule(row) and apart[row["category_code"], row["nature_code"]] >= 8
    ]
    row = random.choice(peers)
    row[Y] = row[P] * Decimal("1.7")
    return row["project_id"]


def on_schedule(row: dict) -> bool:
    return row["status_code"] == "under_construction" and row[Y] >= row[P] * Decimal("0.9")


def sudden_unit(county: LongPast, random: Random) -> str:
    rows = pick_unit(county, random, 2, lambda row: row[P] and row["nature_code"] != "preparatory")
    for row in rows:
        row[M] = row[P] * Decimal("0.6")
    return rows[0]["unit_id"]


def one_sentence(county: LongPast, random: Random) -> str:
    rows = pick_unit(county, random, 3, lambda row: row[M])
    for row in rows[:3]:
        row["image_text"] = "工程按计划有序推进"
    return rows[0]["unit_id"]


def starts_before_the_day(county: LongPast, random: Random) -> str:
    starts = [row for row in county.month.rows if row["start_actual_date"] and row["start_actual_date"].year == 2022]
    for row in random.sample(starts, len(starts) * 2 // 5):
        row["start_actual_date"] = target_day(county) - timedelta(days=random.randint(0, 3))
    return county.month.plan.centre


def target_day(county: LongPast) -> date:
    return county.month.county.cutoffs[county.month.period] - timedelta(days=5)


def started_again(county: LongPast, random: Random) -> str:
    row = random.choice([row for row in working(county) if months_with_money(county, row)])
    row["start_actual_date"] = target_day(county)
    return row["project_id"]


def finished_last_year(county: LongPast, random: Random) -> str:
    row = random.choice(county.month.rows)
    row["finish_actual_date"] = date(2021, random.randint(1, 12), 20)
    return row["project_id"]


def totals_cut_alike(county: LongPast, random: Random) -> str:
    known = {row["project_id"] for row in county.month.previous()}
    rows = pick_unit(county, random, 3, lambda row: row["project_id"] in known)
    for row in [row for row in county.month.rows if row["unit_id"] == rows[0]["unit_id"]]:
        row[T] = (row[T] * Decimal("0.9")).quantize(Decimal("0.01"))
    return rows[0]["unit_id"]


PATTERNS: dict[str, tuple[Callable, Callable]] = {
    "O01": (sudden_month, str), "O02A": (rushed_project, str), "O02B": (rushed_unit, str),
    "O03": (round_figures, str), "O04": (half_round_figures, four_units), "O05": (thought_up_figures, str),
    "O06": (same_figures, str), "O07": (split_evenly, four_units), "O08": (a_twelfth_each_month, str),
    "O09": (far_ahead, str), "O11": (sudden_unit, str), "O12": (one_sentence, str),
    "O17": (starts_before_the_day, str), "O18": (started_again, str), "O19": (finished_last_year, str),
    "O20": (totals_cut_alike, str),
}  # fmt: skip


def test_every_signal_has_a_pattern_to_seed():
    assert PATTERNS.keys() == OUGHT


def test_seeded_patterns_are_flagged(record_property):
    flagged: Counter = Counter()
    for rule_id, (seed_into, unit_of) in PATTERNS.items():
        for plan_id in PLANS:
            for seed in SEEDS:
                county = LongPast.true(plan_id, seed, DECEMBER, unit_of)
                subject = seed_into(county, Random(f"{rule_id}/{plan_id}/{seed}"))
                found, _ = county.signals(target_days=[target_day(county)])
                hit = any(f["rule_id"] == rule_id and subject in (f["project_id"], f["unit_id"]) for f in found)
                flagged[rule_id] += hit
    tries = len(PLANS) * len(SEEDS)
    rate = sum(flagged.values()) / (tries * len(PATTERNS))
    shares = " ".join(f"{rule_id} {flagged[rule_id]}/{tries}" for rule_id in PATTERNS)
    record_property("signals_of_seeded_patterns", f"{rate:.3f}: {shares}")
    print(f"\nseeded patterns flagged: {rate:.1%} ({shares})")
    assert rate >= 0.8 and all(flagged[rule_id] >= tries / 2 for rule_id in PATTERNS), shares


@pytest.mark.parametrize("unit_of", [str, four_units], ids=["as it is", "in four large units"])
def test_true_months_raise_hardly_a_signal(unit_of, record_property):
    projects, flagged, judged = 0, [], Counter()
    units = set()
    for plan_id in PLANS:
        for seed in SEEDS:
            for number in (1, DECEMBER):
                county = LongPast.true(plan_id, seed, number, unit_of)
                found, entries = county.signals(target_days=[target_day(county)])
                where = (plan_id, seed, number)
                projects += len(county.month.rows)
                units |= {(*where, row["unit_id"]) for row in county.month.rows}
                flagged += [(*where, f["rule_id"], f["unit_id"], f["project_id"]) for f in found]
                judged.update(entry["rule_id"] for entry in entries if entry["verdict"] is not None)
    of_projects = len({entry[:3] + entry[5:] for entry in flagged if entry[5]}) / projects
    of_units = len({entry[:3] + entry[4:5] for entry in flagged if not entry[5]}) / len(units)
    record_property("signals_on_true_projects", f"{of_projects:.4f} of {projects}")
    record_property("signals_on_true_units", f"{of_units:.4f} of {len(units)}")
    print(f"\ntrue projects flagged: {of_projects:.2%} of {projects}; units: {of_units:.2%} of {len(units)}; {judged}")
    assert of_projects < 0.01 and of_units <= 0.02, flagged


def test_a_county_with_three_months_is_not_judged_by_what_needs_more():
    county = LongPast.true(PLANS[0], 0, DECEMBER)
    county.past = [row for row in county.past if row["months_ago"] <= 2]
    _, entries = county.signals()
    verdicts: dict[str, set] = {}
    for entry in entries:
        verdicts.setdefault(entry["rule_id"], set()).add(entry["verdict"])
    for rule_id in ("O01", "O02A", "O02B", "O03", "O04", "O05", "O11", "O17"):
        assert verdicts[rule_id] == {None}, rule_id


def test_a_signal_asks_nobody_for_anything_and_accuses_nobody():
    county = LongPast.true(PLANS[0], 0, DECEMBER)
    one_sentence(county, Random(1))
    [found] = [f for f in county.signals()[0] if f["rule_id"] == "O12"]
    assert (found["theme"], found["severity"], found["answer_state"]) == ("signals", "info", "none_needed")
    assert found["is_effective"] is True and len(found["cells"].split(";")) == 3
    for rule in (rule for rule in load_rules() if rule.theme == "signals"):
        said = rule.title_zh + rule.message_zh + rule.remedy_zh + rule.source_zh
        assert rule.title_zh.startswith("信号") and "提示核实" in rule.remedy_zh
        assert not any(word in said for word in ("造假", "虚报", "弄虚作假", "瞒报", "编造"))
        assert (rule.severity, rule.refuses) == ("info", "nothing")


def versions(minutes: int, **changes: Decimal) -> list[dict]:
    """Two versions of a unit's form, so many minutes apart: rows, submissions, and what was found in the first."""
    at = datetime(2022, 11, 27, 9)
    address = {"unit_id": "zhujian", "sheet": "月调度表", "row_role": "detail", "columns": {M: "O", Y: "P"}}
    rows, found = [], []
    for number, project_id in enumerate(("A", "B", "C")):
        for version in (1, 2):
            row = {**address, "submission_id": f"S{version}", "version": version, "row": 6 + number}
            rows.append(
                {
                    **row,
                    "project_id": project_id,
                    M: Decimal(300),
                    Y: Decimal(5000),
                    **(changes if version == 2 else {}),
                }
            )
        shared = {"severity": "error", "project_id": project_id, "submission_id": "S1"}
        found.append({**shared, "rule_id": "P02", "field": Y})
    sent = [
        {"unit_id": "zhujian", "submission_id": f"S{v}", "version": v, "kind": "form", "withdrawn": False,
         "received_at": at + timedelta(minutes=minutes * (v - 1))}
        for v in (1, 2)
    ]  # fmt: skip
    return touched_up.patterns(as_table(rows, ROWS), sent, found)


def test_one_figure_changed_within_minutes_is_counted_where_a_finding_went_with_it():
    [signal] = versions(10, **{Y: Decimal(5300)})
    assert (signal["rule_id"], signal["unit_id"], signal["cases"], signal["hits"]) == ("O16", "zhujian", 1, 3)
    assert signal["cells"] == ["月调度表!P6", "月调度表!P7", "月调度表!P8"]


def test_a_second_version_the_next_day_or_with_other_figures_changed_too_is_no_touching_up():
    assert versions(24 * 60, **{Y: Decimal(5300)}) == []
    [signal] = versions(10, **{Y: Decimal(5300), M: Decimal(600)})
    assert (signal["cases"], signal["hits"]) == (1, 0)
