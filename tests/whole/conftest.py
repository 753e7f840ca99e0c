"""The clean county of each plan, run once for every test that only looks."""

import pytest

from tests.whole.places import PLANS, Place, clean_place


@pytest.fixture(scope="session", params=PLANS)
def clean(request) -> Place:
    """Every plan in turn, its clean county run to the last month."""
    return clean_place(request.param)


@pytest.fixture(scope="session")
def huozhou() -> Place:
    """The clean county of huozhou-2022, run to the last month. Look, do not touch: copy it to change it."""
    return clean_place("huozhou-2022")
