"""Stale: which projects' procedures have not moved for a week or for two, as a clean week must say.

Belongs here: the prediction of the state P16.
Does not belong here: how it is judged (expectations).
"""

from datetime import date

from samples.pipeline import Prospect


def stale_projects(campaign, period: str) -> set[tuple[str, str]]:
    """No project yet."""
    return set()


def _items(project: Prospect, day: date) -> list:
    return [item.at(day) for item in project.items]
