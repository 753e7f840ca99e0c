"""Blank rows: what stands in a unit's blank form before anybody fills it in, and what of it is locked.

Belongs here: which projects a unit is asked for, what is known of them from the list and from what was last accepted.
Does not belong here: the sheet (blank_sheet.py), files (blanks.py).

What the centre rules on, or was accepted and does not change, is locked; what may change is filled in and open. A form
sent on change is its unit's own table as it last stood: all of it is open, and a project goes by emptying its row.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dispatch.merged_rows import LIST_RULES
from expectations.campaign import Campaign
from expectations.judged_period import Period
from expectations.months import list_in_force
from ingestion import vocabulary
from ingestion.lake import FUND_FIELDS, PIPELINE_FIELDS, PROCEDURE_ITEM_FIELDS
from ingestion.obligations import MONTHLY, WEEKLY, previous_period

NAMED = ("project_code", "project_name", "owner_name", "usc_code")
BY_LIST = (*NAMED, *LIST_RULES)
REACHED = ("industry_code", "start_actual_date", "resume_date", "finish_actual_date", "stat_code")
OF_THE_PROJECT = (*NAMED, "category_code", "nature_code", "region_code")
OF_THE_WEEK = (
    "total_investment_wan", "annual_plan_wan", "planned_start_date", "start_actual_date", "not_needed_reason",
    "coordination_text",
)  # fmt: skip
NEVER_AGAIN = ("serial_no", "explanation_text")  # numbered anew; an explanation is of its own version
JANUARY = 1


@dataclass(frozen=True)
class BlankRow:
    """One project's row before it is filled in: typed values by the keys of the form, and which of them are locked."""

    values: Mapping[str, object]
    locked: frozenset[str] = frozenset()


def rows_by_unit(about: Period, form: str) -> Mapping[str, list[BlankRow]]:
    """The rows of every unit's blank of a form for a period, in the order of the list or of the last form."""
    made = {MONTHLY: _monthly, WEEKLY: _weekly}.get(form)
    found: defaultdict[str, list[BlankRow]] = defaultdict(list)
    for unit_id, row in made(about) if made else _standing(about, form):
        found[unit_id].append(row)
    return found


def _monthly(about: Period) -> Iterable[tuple[str, BlankRow]]:
    """The unit's projects on the list; without any list those that were accepted last month."""
    before = {row["project_id"]: row for row in about.read("accepted_investment", previous_period(about.period))}
    listed = list_in_force(about)
    entries = listed.entries if listed.has_list else {key: {**row, "is_in_base": True} for key, row in before.items()}
    for project_id, entry in sorted(entries.items(), key=lambda item: _place(item[1])):
        if entry["is_in_base"] and entry["unit_id"]:
            yield entry["unit_id"], _of_month(entry, before.get(project_id, {}), int(about.period[-2:]))


def _of_month(entry: Mapping, before: Mapping, month: int) -> BlankRow:
    ruled = _known(entry, BY_LIST)
    figures = _figures(before, month)
    kept = _known(before, (*BY_LIST, *REACHED))
    if month == JANUARY:
        kept.pop("resume_date", None)  # it is that of the year
    return BlankRow({**kept, **ruled, **figures}, frozenset((*ruled, *figures)))


def _figures(before: Mapping, month: int) -> dict[str, Decimal]:
    """The sums a month begins with. A figure carried forward is older than last month: the unit says the right one."""
    if not before:
        return {}
    if month == JANUARY:
        sums = {"cum_to_last_year_wan": before["cumulative_investment_wan"], "ytd_to_last_month_wan": Decimal(0)}
        return {} if before["is_carried_forward"] else _known(sums, sums)
    sums = {"cum_to_last_year_wan": before["cum_to_last_year_wan"]}
    if not before["is_carried_forward"]:
        sums["ytd_to_last_month_wan"] = before["ytd_investment_wan"]
    return _known(sums, sums)


def _weekly(about: Period) -> Iterable[tuple[str, BlankRow]]:
    """The projects of last week, then those that only the pipeline has; a procedure that is done is locked."""
    past = Campaign(about)
    projects = past.previous("accepted_procedures").to_pylist()
    items: defaultdict[str, dict[str, dict]] = defaultdict(dict)
    for item in past.previous("accepted_procedure_items").to_pylist():
        items[item["project_id"]][item["procedure"]] = item
    for row in sorted(projects, key=_place):
        yield row["unit_id"], _of_week(row, items[row["project_id"]])
    known = {row["project_id"] for row in projects}
    for row in sorted(past.previous("accepted_pipeline").to_pylist(), key=_place):
        if row["project_id"] not in known and row["pipeline_stage"] != "started":
            yield row["unit_id"], _of_week(row, {})


def _of_week(row: Mapping, items: Mapping[str, Mapping]) -> BlankRow:
    values = _known(row, (*OF_THE_PROJECT, *OF_THE_WEEK))
    locked = {name for name in OF_THE_PROJECT if name in values}
    for procedure, item in items.items():
        own = {f"{procedure}.{name}": value for name, value in _known(item, PROCEDURE_ITEM_FIELDS).items()}
        values |= own
        if _is_done(item):
            locked |= own.keys()
    return BlankRow(values, frozenset(locked))


def _is_done(item: Mapping) -> bool:
    states = vocabulary.codes("procedure_states")
    return item["procedure_state"] in states and states[item["procedure_state"]].counts_as == "done"


def _standing(about: Period, form: str) -> Iterable[tuple[str, BlankRow]]:
    """The unit's table as it last stood."""
    fields = [name for name in {"pipeline": PIPELINE_FIELDS, "funds": FUND_FIELDS}[form] if name not in NEVER_AGAIN]
    for row in sorted(Campaign(about).previous(f"accepted_{form}").to_pylist(), key=_place):
        yield row["unit_id"], BlankRow(_known(row, fields))


def _known(row: Mapping, names: Iterable[str]) -> dict:
    return {name: row[name] for name in names if row.get(name) is not None}


def _place(row: Mapping) -> tuple:
    return (row["submission_id"] or "", row["sheet"] or "", row["row"] or 0, row["project_id"])
