"""The slow tests first, the longest rooms before the others: workers then end at about the same time."""

from collections.abc import Iterator

import pytest

from tests import shared
from tests.postgres_server import Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (item.get_closest_marker("slow") is None, "whole" not in item.path.parts))


@pytest.fixture(scope="session", autouse=True)
def _shared_by_workers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    shared.use(request.config, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real PostgreSQL server; take an empty database of it with ``postgres.database()``."""
    server = Server.make()
    yield server
    server.remove()
