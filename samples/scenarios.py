"""Scenarios: forms that come after the first ones: corrections, supplements, nil reports, wrong files, changed layouts.

Belongs here: second arrivals as filled forms, ready for ``workbooks.deliver``.
Does not belong here: mistakes with a recorded set of findings (faults).
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from ingestion.forms import load_forms
from samples.campaign import Campaign
from samples.county import County
from samples.fault_sheets import with_extra_column, with_heading
from samples.filling import monthly_form
from samples.sheets import Filled, retotalled, with_details
from samples.weekly_filling import procedures_form
from samples.words import say

A_DAY = timedelta(days=1)


def corrected(county: County, plan, period: str, unit_id: str, after: timedelta = A_DAY) -> Filled:
    """The true form of a unit, sent once more so long after the first: its second version."""
    return _later(monthly_form(county, plan, period, unit_id), plan, "corrected_file_name", after)


def corrected_week(campaign: Campaign, plan, period: str, unit_id: str, after: timedelta = A_DAY) -> Filled:
    """The true 前期手续办理情况表 of a unit, sent once more so long after the first: its second version."""
    filled, day = procedures_form(campaign, plan, period, unit_id), campaign.cutoffs[period]
    words = {"unit": plan.unit(unit_id).name, "label": load_forms()[filled.form].label_zh}
    name = say("weekly_corrected_file_name", year=day.year, month=day.month, day=day.day, **words)
    return replace(filled, received_at=filled.received_at + after, file_name=name)


def partial(county: County, plan, period: str, unit_id: str, left_out: Collection[str]) -> Filled:
    """The form of a unit in which some projects (ids) were forgotten; its totals know nothing of them."""
    filled = monthly_form(county, plan, period, unit_id)
    return retotalled(with_details(filled, lambda detail: None if detail.project_id in left_out else detail))


def supplement(
    county: County, plan, period: str, unit_id: str, project_ids: Collection[str], after: timedelta = A_DAY
) -> Filled:
    """A 补报 of a unit: only the given projects, beside what was sent before."""
    filled = monthly_form(county, plan, period, unit_id)
    only = retotalled(with_details(filled, lambda detail: detail if detail.project_id in project_ids else None))
    return _later(only, plan, "supplement_file_name", after)


def nil(county: County, plan, period: str, unit_id: str) -> Filled:
    """A 零报告 of a unit, whatever projects it has."""
    filled = monthly_form(county, plan, period, unit_id)
    return replace(filled, groups=(), of_which=(), nil=True)


def last_months_figures(county: County, plan, period: str, unit_id: str, after: timedelta = A_DAY) -> Filled:
    """The wrong file: last month's rows under this month's title, sent after the right one."""
    before = [earlier for earlier in county.periods if earlier < period][-1]
    right = monthly_form(county, plan, period, unit_id)
    old = monthly_form(county, plan, before, unit_id)
    wrong = replace(right, total=old.total, of_which=old.of_which, groups=old.groups)
    return _later(wrong, plan, "corrected_file_name", after)


def in_folder_of(filled: Filled, plan_id: str) -> Filled:
    """The same file, saved into the inbox of another plan."""
    return replace(filled, plan_id=plan_id)


def touched_form(county: County, plan, period: str, unit_id: str) -> Filled:
    """The true form of a unit that added a column of its own and renamed the heading of 总投资."""
    filled = with_extra_column(monthly_form(county, plan, period, unit_id))
    return with_heading(filled, "total_investment_wan", say("fault_renamed_heading"))


def _later(filled: Filled, plan, name_key: str, after: timedelta) -> Filled:
    year, month = filled.period.split("-")
    unit, label = plan.unit(filled.unit_id).name, load_forms()[filled.form].label_zh
    name = say(name_key, unit=unit, year=year, month=month, label=label)
    return replace(filled, received_at=filled.received_at + after, file_name=name)
