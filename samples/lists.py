"""Lists: the two versions of the centre's list that a county has, and what the second one changes.

Belongs here: list order, 移交, 改名, 终止 and 调入, and when each version takes effect and arrives.
Does not belong here: the projects themselves (casting, months), how the list looks on paper (filling).
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from ingestion import vocabulary
from ingestion.settings import TIMEZONE
from samples.casting import Cast
from samples.projects import ListEntry, ListVersion, Project
from samples.words import say

HANDED_OVER_ROLES = ("continued", "started")
LIST_TIME = time(9, 0)


def versions(
    random: Random, plan, cast: list[Cast], projects: tuple[Project, ...], its_periods: tuple[str, ...]
) -> tuple[ListVersion, ListVersion]:
    """The list at the beginning, and its second version in effect from the first day of the last period."""
    first_day, last_day = (date.fromisoformat(f"{period}-01") for period in (its_periods[0], its_periods[-1]))
    levels = list(vocabulary.codes("project_levels"))
    in_order = sorted(
        range(len(cast)), key=lambda index: (levels.index(projects[index].level_code), cast[index].unit_id, index)
    )
    original = tuple(
        ListEntry(projects[index], cast[index].unit_id, projects[index].project_name)
        for index in in_order
        if projects[index].role != "transferred_in"
    )
    arrivals = tuple(
        ListEntry(projects[index], cast[index].unit_id, projects[index].project_name)
        for index in in_order
        if projects[index].role == "transferred_in"
    )
    change = {"change_date": last_day, "change_document": say("change_document", year=last_day.year, number=18)}
    changed = _changed(random, original, arrivals, change)
    return (
        ListVersion(1, first_day, _arrives(first_day + timedelta(days=7)), original),
        ListVersion(2, last_day, _arrives(last_day + timedelta(days=1)), changed),
    )


def _arrives(day: date) -> datetime:
    return datetime.combine(day, LIST_TIME, TIMEZONE)


def _changed(
    random: Random, original: tuple[ListEntry, ...], arrivals: tuple[ListEntry, ...], change: dict[str, object]
) -> tuple[ListEntry, ...]:
    """The second version: two projects of one unit handed over, one renamed, one terminated, one transferred in."""
    load: dict[str, list[ListEntry]] = {}
    for entry in original:
        load.setdefault(entry.unit_id, []).append(entry)
    movable = {
        unit_id: [e for e in entries if e.project.role in HANDED_OVER_ROLES and e.project.project_code]
        for unit_id, entries in load.items()
    }
    giver = max(sorted(load), key=lambda unit_id: (min(len(movable[unit_id]), 2), len(load[unit_id])))
    taker = min(sorted(set(load) - {giver}), key=lambda unit_id: len(load[unit_id]))
    moved = {entry.project.project_id for entry in movable[giver][:2]}
    renamed = random.choice(
        [e.project.project_id for unit_id in sorted(movable) if unit_id != giver for e in movable[unit_id]]
    )

    def after(entry: ListEntry) -> ListEntry:
        if entry.project.project_id in moved:
            return replace(entry, unit_id=taker, former_unit_id=giver, change_kind="handed_over", **change)
        if entry.project.project_id == renamed:
            name = say("renamed_project", name=entry.project_name)
            return replace(entry, project_name=name, former_name=entry.project_name, change_kind="renamed", **change)
        if entry.project.role == "terminated":
            return replace(entry, change_kind="terminated", **change)
        return entry

    return (
        *(after(entry) for entry in original),
        *(replace(entry, change_kind="transferred_in", **change) for entry in arrivals),
    )
