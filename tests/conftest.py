"""The slow tests first, the longest rooms before the others: workers then end at about the same time."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (item.get_closest_marker("slow") is None, "whole" not in item.path.parts))
