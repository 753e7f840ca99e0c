"""Every seeded mistake is found at its cells, with everything it drags along, and nothing else."""

from dataclasses import dataclass

import pytest

from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS
from samples.county import simulate
from samples.faults import NAMES, Fault, apart
from tests.whole.places import PLANS, Place, place_with

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Together:
    """Mistakes that befall different units, seeded into one county: what is found is the union of their sets."""

    place: Place
    faults: tuple[Fault, ...]
    found: tuple[dict, ...]

    def of(self, fault: Fault) -> list[dict]:
        """What was found because of one of the mistakes."""
        return [row for row in self.found if any(matches(row, expected) for expected in fault.expected)]


def matches(row: dict, expected) -> bool:
    """``field`` and ``project_id`` of an expected finding may be None: it speaks of no single one."""
    return (
        (row["rule_id"], row["unit_id"], row["period"], row["severity"])
        == (expected.rule_id, expected.unit_id, expected.period, expected.severity)
        and expected.project_id in (None, row["project_id"])
        and expected.field in (None, row["field"])
    )


def groups() -> list[tuple[str, ...]]:
    """All names, in as few counties as hold them apart."""
    plan = load_plan(SHIPPED_PLANS / f"{PLANS[0]}.yml")
    county, left, made = simulate(plan), list(NAMES), []
    while left:
        together = tuple(fault.name for fault in apart(left, county, plan))
        made.append(together)
        left = [name for name in left if name not in together]
    return made


GROUPS = groups()


@pytest.fixture(scope="module", params=range(len(GROUPS)), ids=lambda number: f"county{number}")
def together(request, tmp_path_factory) -> Together:
    place, faults = place_with(GROUPS[request.param], tmp_path_factory.mktemp("faults") / "workspace", PLANS[0])
    place.judge()
    found = tuple(row for period in place.county.periods for row in place.findings(period))
    return Together(place, faults, found)


def test_every_name_is_seeded_somewhere():
    assert sorted(name for group in GROUPS for name in group) == sorted(NAMES)


def test_a_fault_causes_its_whole_set_of_findings(together):
    missing = {
        fault.name: lacking
        for fault in together.faults
        if (lacking := [e for e in fault.expected if not any(matches(row, e) for row in together.found)])
    }
    assert not missing


def test_nothing_is_found_outside_the_recorded_sets(together):
    county = together.place.county
    states = {(row["period"], row["rule_id"], row["project_id"] or row["unit_id"]): row for row in together.found}
    predicted = {
        (period, rule, subject) for period in county.periods for rule, subject in county.expected_states(period)
    } - {state for fault in together.faults for state in fault.silenced}
    recorded = [expected for fault in together.faults for expected in fault.expected]
    beyond = [
        (row["rule_id"], row["unit_id"], row["period"], row["project_id"], row["field"])
        for row in together.found
        if not any(matches(row, expected) for expected in recorded)
        and (row["period"], row["rule_id"], row["project_id"] or row["unit_id"]) not in predicted
    ]
    assert not beyond
    assert predicted <= states.keys()


def test_the_mistaken_cell_is_shown_first(together):
    wrong = {}
    for fault in together.faults:
        if fault.first_field is None or fault.project_id is None:
            continue
        [row] = [
            row
            for row in together.place.lake("rows_monthly_dispatch", fault.period)
            if row["unit_id"] == fault.unit_id
            and row["row_role"] == "detail"
            and (fault.case.entry.project_name == row["project_name"] or fault.project_id == row["project_code"])
        ][:1]
        cell = f"{row['sheet']}!{row['columns'][fault.first_field]}{row['row']}"
        heads = [f for f in together.of(fault) if f["group_head"] is None and f["severity"] != "state"]
        if cell not in {head["cells"].split(";")[0] for head in heads}:
            wrong[fault.name] = (cell, [head["cells"] for head in heads])
    assert not wrong
