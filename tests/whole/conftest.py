"""The clean county of each plan, run once for every test that only looks."""

import pytest

from tests.whole.places import PLANS, Place, place_of


@pytest.fixture(scope="session", params=PLANS)
def clean(request, tmp_path_factory) -> Place:
    """Every plan in turn, its clean county run to the last month."""
    return _clean(request.param, tmp_path_factory)


@pytest.fixture(scope="session")
def huozhou(tmp_path_factory) -> Place:
    """The clean county of huozhou-2022, run to the last month. Look, do not touch: copy it to change it."""
    return _clean("huozhou-2022", tmp_path_factory)


_made: dict[str, Place] = {}


def _clean(plan_id: str, tmp_path_factory) -> Place:
    if plan_id not in _made:
        place = place_of(tmp_path_factory.mktemp(plan_id) / "workspace", plan_id)
        place.run(place.county.periods[-1])
        _made[plan_id] = place
    return _made[plan_id]
