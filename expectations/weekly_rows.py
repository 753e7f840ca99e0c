"""Weekly rows: the rows of the campaign's forms with the project each means, ready to be judged.

Belongs here: matching them to what is known, to the pipeline or baseline, and to the last month's rows.
Does not belong here: what is known (campaign), matching itself (identity), the rules' tables (weekly_offering).
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cache

import pyarrow as pa

from expectations import campaign
from expectations.identity import Matcher, project_ids
from expectations.offering import worked_out
from ingestion import calendar
from ingestion.lake import BOOL, INT, TEXT
from ingestion.plans import Plan

ADDRESS = ("submission_id", "sheet", "row")


def identified(rows: pa.Table, projects: Mapping[str, Mapping], monthly: pa.Table) -> pa.Table:
    """Lake rows of one form, each with its project_id and, as monthly_id, its project in the monthly form."""
    rows = rows.append_column("project_id", pa.array(project_ids(rows, Matcher(campaign.entries(projects))), TEXT))
    return rows.append_column("monthly_id", pa.array(monthly_ids(rows, monthly), TEXT))


def monthly_ids(rows: pa.Table, monthly: pa.Table) -> list[str | None]:
    """The project of the monthly form that each row means; None where the monthly form does not have it."""
    names = ["project_id", "project_code", "project_name"]
    dispatched = Matcher({**row, "former_name": None} for row in monthly.select(names).to_pylist())
    keys = rows.select(["project_code", "project_name"]).to_pylist()
    return [dispatched.match(key["project_code"], key["project_name"]) for key in keys]


def listed(rows: pa.Table, on_list: Collection[str], units: Collection[str] | None) -> pa.Table:
    """Identified rows with whether their project is on the list they are held against, and a key of their own.

    Rows of units that have no list (not among ``units``; None stands for every unit) are not held against any.
    """
    keys = rows.select(["project_id", "unit_id"]).to_pylist()
    found = [
        True if key["project_id"] in on_list else False if units is None or key["unit_id"] in units else None
        for key in keys
    ]
    return worked_out(rows.append_column("is_on_list", pa.array(found, BOOL)))


def items_of(items: pa.Table, projects: pa.Table, plan: Plan) -> pa.Table:
    """The procedures of project rows, each with the identity of the row it stands on.

    For procedures whose time the law limits the working days from filing to done are counted; ``is_own_approver``
    says whether the approving unit is one of the plan's own (False: one above them; NULL: the plan does not know it).
    """
    limited = {procedure.id for procedure in plan.procedures if procedure.statutory_days}
    own = {
        tuple(row[name] for name in ADDRESS): row
        for row in projects.select([*ADDRESS, "project_id", "monthly_id", "is_on_list"]).to_pylist()
    }
    places = [own.get(tuple(row.values()), {}) for row in items.select(list(ADDRESS)).to_pylist()]
    for name, kind in (("project_id", TEXT), ("monthly_id", TEXT), ("is_on_list", BOOL)):
        items = items.append_column(name, pa.array([place.get(name) for place in places], kind))
    days = [
        _workdays(row["filed_date"], row["done_date"]) if row["procedure"] in limited else None
        for row in items.select(["procedure", "filed_date", "done_date"]).to_pylist()
    ]
    own_approver = [_is_own(plan, name) for name in items["approving_unit"].to_pylist()]
    items = items.append_column("is_own_approver", pa.array(own_approver, BOOL))
    return worked_out(items.append_column("workdays_taken", pa.array(days, INT)))


def _is_own(plan: Plan, name: str | None) -> bool | None:
    unit = plan.unit_named(name)
    return None if unit is None else unit.kind != "superior"


def _workdays(filed: date | None, done: date | None) -> int | None:
    """The working days after the day of filing, up to the day it was done."""
    if filed is None or done is None or done < filed:
        return None
    return sum(_is_worked(filed + timedelta(days=number)) for number in range(1, (done - filed).days + 1))


@cache
def _is_worked(day: date) -> bool:
    return calendar.kind_of(day).is_workday
