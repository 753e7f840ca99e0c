"""A month with a lock, through the pass: a late correction waits, is judged, and counts once the form was reopened."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from ingestion.plans import load_plan
from ingestion.register import Register
from ingestion.settings import TIMEZONE
from samples.filling import monthly_form
from samples.sheets import with_details
from tests.whole.places import Place, place_of

pytestmark = pytest.mark.slow

PLAN, PERIOD, FORM = "huozhou-2022", "2022-11", "monthly_dispatch"
LOCK_AT = datetime(2022, 11, 30, 12, tzinfo=TIMEZONE)
AFTER = LOCK_AT + timedelta(hours=1)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    """A county whose months are locked at noon two days after the deadline; one unit corrects itself an hour later."""
    made = place_of(tmp_path_factory.mktemp("locked") / "workspace", PLAN)
    path = made.workspace.plans / f"{PLAN}.yml"
    text = path.read_text(encoding="utf-8")
    lock = "      lock: {days_after: 2, time: '12:00'}\n"
    path.write_text(text.replace("      first: 2022-11\n", f"{lock}      first: 2022-11\n", 1), encoding="utf-8")
    unit = max(made.county.units, key=lambda unit: len(made.county.entries(PERIOD, unit)))
    filled = monthly_form(made.county, made.plan, PERIOD, unit)
    changed = with_details(filled, lambda row: replace(row, cells={**row.cells, "funds_ytd_wan": Decimal("1.5")}))
    place = replace(made, plan=load_plan(path))
    place.deliver(replace(changed, received_at=AFTER))
    return place


def sent(place: Place) -> list[dict]:
    rows = place.lake("submissions", PERIOD)
    [late] = [row for row in rows if row["awaits_opening"] or row["received_at"] == AFTER]
    return [row for row in rows if (row["form"], row["unit_id"]) == (FORM, late["unit_id"])]


def funds(place: Place, unit: str) -> set[Decimal]:
    return {row["funds_ytd_wan"] for row in place.lake("accepted_investment", PERIOD) if row["unit_id"] == unit}


def test_a_correction_after_the_lock_waits_until_a_dated_decision_lets_it_in(place):
    place.judge()
    first, late = sent(place)
    assert (first["is_effective"], late["is_effective"], late["awaits_opening"]) == (True, False, True)
    assert late["rows_read"] == first["rows_read"]  # it is read and kept
    unit = late["unit_id"]
    assert Decimal("1.5") not in funds(place, unit)
    judged = place.lake("findings", PERIOD)
    assert not any(row["rule_id"] == "M05" and row["is_effective"] for row in judged)

    subject = {"plan_id": PLAN, "form": FORM, "period": PERIOD, "unit_id": unit}
    ends_at = AFTER + timedelta(days=1)
    register = Register(place.workspace.register)
    register.record_decision("reopen", "综合岗", "漏报到位资金", subject, AFTER + timedelta(minutes=5), ends_at)
    assert PERIOD in place.judge()
    first, late = sent(place)
    assert (first["is_effective"], late["is_effective"], late["awaits_opening"]) == (False, True, False)
    assert Decimal("1.5") in funds(place, unit)
    [decision] = [row for row in place.lake("decisions", PERIOD) if row["kind"] == "reopen"]
    assert (decision["post"], decision["reason"], decision["ends_at"]) == ("综合岗", "漏报到位资金", ends_at)
    told = [f for f in place.findings(PERIOD) if f["rule_id"] == "M05" and f["unit_id"] == unit]
    assert told and all("在 2022-11-30 12:00 锁定以后改动了" in f["message_zh"] for f in told)
    assert place.judge() == []  # nothing changes by waiting
