"""Every seeded mistake is found at its cells, with everything it drags along, and nothing else."""

import pytest

from samples.faults import NAMES, fault
from tests.whole.places import PLANS, place_of

pytestmark = pytest.mark.slow


def _key(finding) -> tuple:
    return finding["rule_id"], finding["unit_id"], finding["period"], finding["project_id"], finding["field"]


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_causes_its_whole_set_of_findings_and_no_other(name, tmp_path):
    place = place_of(tmp_path / "workspace", PLANS[0], [name])
    one = fault(name, place.county, place.plan)
    place.judge()

    found = [row for period in place.county.periods for row in place.findings(period)]
    faults = [row for row in found if row["severity"] != "state"]
    expected = {e for e in one.expected if e.severity != "state"}

    missing = [e for e in expected if not any(_matches(row, e) for row in faults)]
    beyond = [_key(row) for row in faults if not any(_matches(row, e) for e in expected)]
    assert not missing and not beyond, f"missing {missing}\nbeyond {beyond}"

    states = {
        (row["period"], row["rule_id"], row["project_id"] or row["unit_id"]) for row in found if row not in faults
    }
    predicted = {
        (period, rule, subject)
        for period in place.county.periods
        for rule, subject in place.county.expected_states(period)
    }
    wanted = {(e.period, e.rule_id, e.project_id or e.unit_id) for e in one.expected if e.severity == "state"}
    assert states == (predicted - one.silenced) | wanted


def _matches(row: dict, expected) -> bool:
    """``field`` and ``project_id`` of an expected finding may be None: it speaks of no single one."""
    return (
        (row["rule_id"], row["unit_id"], row["period"], row["severity"])
        == (expected.rule_id, expected.unit_id, expected.period, expected.severity)
        and expected.project_id in (None, row["project_id"])
        and expected.field in (None, row["field"])
    )
