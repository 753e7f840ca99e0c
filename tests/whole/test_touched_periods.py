"""A run says which periods it read and judged: those that were touched, and the later ones that read them."""

from datetime import date, timedelta

import dagster as dg
import pytest

from samples.scenarios import last_months_figures
from tests.whole.places import PLANS, Place, place_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Place:
    """The county under the plan as it ships, weeks and all, run to the last month. Look, do not touch."""
    place = place_of(tmp_path_factory.mktemp("whole") / "workspace", PLANS[0], with_campaign=True)
    place.run("2022-12")
    return place


def stated(place, asset: str, entry: str) -> list[str]:
    """What the last materialization of a lake table says of its periods."""
    with dg.DagsterInstance.from_config(str(place.workspace.dagster_home)) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["lake", asset]))
    return list(event.asset_materialization.metadata[entry].data)


def test_a_correction_is_read_and_judged_with_the_periods_that_look_back_on_it_and_no_other(whole, tmp_path):
    place = whole.copy(tmp_path / "workspace")
    unit = next(unit for unit in place.county.units if unit != place.county.nil_unit)
    place.deliver(last_months_figures(place.county, place.plan, "2022-12", unit))
    place.run("2022-12")
    # the weeks that were due by then and look back on December; those before its deadline read November
    weeks = [date(2022, 12, 29) + timedelta(weeks=number) for number in range(2)]
    assert stated(place, "rows_monthly_dispatch", "periods_read") == ["2022-12"]
    assert stated(place, "accepted_investment", "periods_judged") == ["2022-12", *map(date.isoformat, weeks)]


def test_a_run_with_nothing_new_says_that_it_read_and_judged_nothing(whole, tmp_path):
    place = whole.copy(tmp_path / "workspace")
    place.run("2022-12")
    assert stated(place, "rows_monthly_dispatch", "periods_read") == []
    assert stated(place, "accepted_investment", "periods_judged") == []
