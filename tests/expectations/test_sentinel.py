"""Amounts in another unit, seeded into simulated counties: which are told, at which cells, and what else is."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

import pytest
from county_rows import COLUMNS, PLANS, Month, county_of
from small_campaign import BASELINE, BRIDGE, FIRST, MILL, NAMES, Office, fund, planned

pytestmark = pytest.mark.slow

SEEDS = range(3)
POWERS = (-8, -4, -3, 3, 4, 8)  # one digit too many or too few is no unit: F06B looks for it
AMOUNTS = (
    "total_investment_wan", "cum_to_last_year_wan", "annual_plan_wan", "ytd_to_last_month_wan", "month_investment_wan",
    "ytd_investment_wan", "cumulative_investment_wan", "funds_ytd_wan", "paid_ytd_wan",
)  # fmt: skip
ON_CELLS, ON_COLUMNS = {"F05", "F06A", "F06B", "F06E"}, {"F06C", "F06D"}
OF_PERCENT = {"F08", "F08B", "F08C", "F08D", "F08E"}
SHOWS = Decimal("0.0001")  # what is smaller has no two digits left among the six decimals that are kept
MONTHS = [(plan_id, seed, number) for plan_id in PLANS for seed in SEEDS for number in (1, 2)]


@dataclass(frozen=True)
class Slip:
    """One cell, or one column of a unit's form, off by a power of ten."""

    unit_id: str
    field: str
    power: int
    cells: tuple[tuple[int, Decimal], ...]  # row and true amount
    is_column: bool

    def address(self, row: int) -> str:
        return f"月调度表!{COLUMNS[self.field]}{row}"


def seeded(month: Month, random: Random) -> list[Slip]:
    """One slip in the form of every unit that has projects, of one cell and of a whole column in turn."""
    known = {row["project_id"] for row in month.previous()}
    slips = []
    for number, unit_id in enumerate(month.county.units):
        rows, is_column = month.of(unit_id), number % 2 == 0
        choices = [(p, f, cells) for p in POWERS for f in AMOUNTS if (cells := to_slip(rows, known, p, f, is_column))]
        if not choices:
            continue
        power = random.choice(sorted({p for p, _, _ in choices}))
        _, field, cells = random.choice([choice for choice in choices if choice[0] == power])
        chosen = cells if is_column else [random.choice(cells)]
        slips.append(Slip(unit_id, field, power, tuple((row["row"], row[field]) for row in chosen), is_column))
        for row in chosen:
            row[field] = row[field].scaleb(power).quantize(Decimal("0.000001"))
    return slips


def to_slip(rows: list[dict], known: set[str], power: int, field: str, is_column: bool) -> list[dict]:
    """The rows whose amount can slip by that much and still be told; of a column all or none."""
    whole = [row for row in rows if row.get(field)]
    told = [row for row in whole if row["project_id"] in known and row[field].scaleb(power) >= SHOWS]
    return told if not is_column or len(told) == len(whole) > 1 else []


@pytest.fixture(scope="module")
def judged() -> list[tuple[list[Slip], list[dict]]]:
    """Every month with its slips, and what was found in it."""
    found = []
    for plan_id, seed, number in MONTHS:
        month = Month.true(plan_id, seed, county_of(plan_id, seed).periods[number])
        slips = seeded(month, Random(f"{plan_id}/{seed}/{number}"))
        found.append((slips, month.judged().findings))
    return found


def told(slip: Slip, findings: list[dict]) -> bool:
    """Whether a slip is named as one, at its own cells, with what they would be."""
    own = [f for f in findings if f["unit_id"] == slip.unit_id]
    return column_told(slip, own) if slip.is_column else cell_told(slip, own)


def cell_told(slip: Slip, own: list[dict]) -> bool:
    [(row, truth)] = slip.cells
    named = [f for f in own if f["rule_id"] in ON_CELLS | ON_COLUMNS]
    return bool(named) and all(
        f["cells"].split(";")[0] == slip.address(row) and near(f["expected"], truth) for f in named
    )


def column_told(slip: Slip, own: list[dict]) -> bool:
    heads = [f for f in own if f["rule_id"] in ON_COLUMNS]
    if len(heads) != 1 or heads[0]["cells"] != ";".join(slip.address(row) for row, _ in slip.cells):
        return False
    values = [part.rpartition(" ")[2] for part in heads[0]["expected"].split("；")]
    singles = [f for f in own if f["rule_id"] in ON_CELLS]
    return all(near(value, truth) for value, (_, truth) in zip(values, slip.cells, strict=True)) and all(
        f["group_head"] == heads[0]["finding_id"] for f in singles
    )


def near(text: str | None, truth: Decimal) -> bool:
    """Within what two digits tell, or what the identities allow."""
    return text is not None and abs(Decimal(text) - truth) <= max(truth / 8, Decimal("0.5"))


def test_seeded_unit_slips_are_told_at_their_cells(judged, record_property):
    for kind in ("cell", "column"):
        slips = [(s, found) for month, found in judged for s in month if s.is_column == (kind == "column")]
        missed = [slip for slip, found in slips if not told(slip, found)]
        rate = 1 - len(missed) / len(slips)
        record_property(f"unit_slips_of_a_{kind}_told", f"{rate:.4f} of {len(slips)}")
        print(f"\nunit slips of a {kind}: {len(slips)} seeded, {len(missed)} missed")
        assert len(slips) > 80 and rate >= 0.99, missed
        assert {slip.power for slip, _ in slips} == set(POWERS)


def test_true_months_raise_no_unit_slip(record_property):
    rows = alarms = 0
    for plan_id in PLANS:
        for seed in SEEDS:
            month = Month.true(plan_id, seed, county_of(plan_id, seed).periods[1])
            found = month.judged().findings
            rows += len(month.rows)
            alarms += sum(f["rule_id"] in ON_CELLS | ON_COLUMNS | OF_PERCENT for f in found)
    record_property("unit_slip_false_alarms", f"{alarms} in {rows} rows")
    print(f"\nfalse alarms: {alarms} in {rows} true rows")
    assert alarms <= 0.005 * rows


def test_a_unit_with_one_project_is_told_of_its_cell_and_not_of_a_column():
    month = Month.true(PLANS[0], 2022, "2022-11")
    unit_id = next(u for u in month.county.units if len(month.of(u)) > 1)
    [first, *others] = month.of(unit_id)
    month.rows = [row for row in month.rows if row not in others]
    truth = first["total_investment_wan"]
    first["total_investment_wan"] = truth.scaleb(-4)
    judged = month.judged()
    own = [f for f in judged.findings if f["unit_id"] == unit_id]
    assert not [f for f in own if f["rule_id"] in ON_COLUMNS]
    [slip] = [f for f in own if f["rule_id"] == "F05"]
    assert (slip["field"], Decimal(slip["expected"])) == ("total_investment_wan", truth)
    entries = {e["entry"]: e["verdict"] for e in judged.entries if e["rule_id"] == "F06C"}
    assert entries[f"{first['submission_id']}!月调度表/total_investment_wan"] is None


def test_a_form_in_yuan_throughout_is_told_column_by_column():
    month = Month.true(PLANS[1], 2022, "2022-12")
    unit_id = max(month.county.units, key=lambda u: len(month.of(u)))
    for row in month.of(unit_id):
        for name in AMOUNTS:
            row[name] = row[name].scaleb(4)
    own = [f for f in month.judged().findings if f["unit_id"] == unit_id]
    heads = {f["field"]: f for f in own if f["rule_id"] in ON_COLUMNS}
    assert set(heads) == set(AMOUNTS)
    assert all("按元" in head["message_zh"] for head in heads.values())
    errors = {name for name, head in heads.items() if head["severity"] == "error"}
    assert errors == {
        "total_investment_wan", "annual_plan_wan", "cum_to_last_year_wan", "ytd_investment_wan",
        "cumulative_investment_wan",
    }  # fmt: skip


def test_percentages_are_told_cell_by_cell_and_as_a_column():
    month = Month.true(PLANS[0], 2022, "2022-11")
    large = [u for u in month.county.units if sum(bool(r.get("completion_rate_reported")) for r in month.of(u)) >= 3]
    mixed, whole, hundredfold = large[:3]
    one = next(row for row in month.of(mixed) if row["completion_rate_reported"])
    changed = [(one, -2), *((row, -2) for row in month.of(whole)), *((row, 2) for row in month.of(hundredfold))]
    for row, power in changed:
        for name in ("completion_rate_reported", "image_progress"):
            if row.get(name):
                row[name] = row[name].scaleb(power)
    found = [f for f in month.judged().findings if f["rule_id"] in OF_PERCENT]
    assert {f["rule_id"] for f in found if f["unit_id"] == mixed} == {"F08", "F08D"}
    assert {f["project_id"] for f in found if f["unit_id"] == mixed} == {one["project_id"]}
    for unit_id in (whole, hundredfold):
        heads = {f["rule_id"]: f for f in found if f["unit_id"] == unit_id and f["group_head"] is None}
        assert set(heads) == {"F08B", "F08C"}
        rows = [row for row in month.of(unit_id) if row["completion_rate_reported"]]
        cells = [f"月调度表!{COLUMNS['completion_rate_reported']}{row['row']}" for row in rows]
        assert heads["F08B"]["cells"].split(";") == cells


def test_the_campaigns_forms_are_held_against_what_was_reported_before(tmp_path):
    office = Office(tmp_path)
    office.submit(BASELINE, "fagai", [planned(MILL), planned(BRIDGE, annual_plan_wan=8000)], form="pipeline")
    office.submit(BASELINE, "fagai", [fund(MILL), fund(BRIDGE, applied_wan=7000)], form="funds")
    small = {"total_investment_wan": Decimal("1.2"), "annual_plan_wan": 6000}
    office.submit(FIRST, "fagai", [planned(MILL, **small), planned(BRIDGE, **small)], form="pipeline")
    office.submit(FIRST, "fagai", [fund(MILL, applied_wan=50000000), fund(BRIDGE, applied_wan=7000)], form="funds")
    office.judge(BASELINE, FIRST)
    assert not [f for f in office.findings(BASELINE) if f["rule_id"] in ON_CELLS | ON_COLUMNS]
    found = [f for f in office.findings(FIRST) if f["rule_id"] in {*ON_CELLS, *ON_COLUMNS, "F06F"}]
    heads = [(f["rule_id"], f["form"], f["field"]) for f in found if f["group_head"] is None]
    assert sorted(heads) == [("F06C", "pipeline", "total_investment_wan"), ("F06F", "funds", "applied_wan")]
    [single] = [f for f in found if f["rule_id"] == "F06F"]
    assert (single["project_name"], single["expected"]) == (NAMES[MILL], "5000")
