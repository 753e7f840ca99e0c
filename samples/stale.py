"""Stale: which projects' procedures have not moved for a week or more, as a clean week must say.

Belongs here: the prediction of the state P16 from the true course of the procedures.
Does not belong here: how it is judged (expectations).
"""

from datetime import date

from samples.pipeline import Prospect

RULES = {"P16A": 7, "P16B": 14}  # from so many days on, each up to the next


def stale_projects(campaign, period: str) -> set[tuple[str, str]]:
    """(rule, project) for every project with something open of which the weeks have told nothing new for so long."""
    day = campaign.cutoffs[period]
    found = set()
    for project in campaign.reported(period):
        is_open = any(item.at(day).procedure_state != "done" for item in project.needed)
        still = (day - told_since(campaign, project, period)).days
        reached = [rule for rule, days in RULES.items() if still >= days]
        if is_open and reached:
            found.add((reached[-1], project.project_id))
    return found


def told_since(campaign, project: Prospect, period: str) -> date:
    """The first cutoff date from which on every week up to this one told the same of the project's procedures."""
    since = campaign.cutoffs[period]
    now = [item.at(since) for item in project.items]
    for day in sorted((d for d in campaign.cutoffs.values() if d < since), reverse=True):
        if not project.is_known(day) or [item.at(day) for item in project.items] != now:
            break
        since = day
    return since
