"""Weekly filling: what each department writes into the campaign's forms, with the habits each department has.

Belongs here: Campaign and plan to filled forms of procedures, pipeline and funds, clean and true.
Does not belong here: spreadsheets (workbooks), mistakes (faults).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from ingestion import vocabulary
from ingestion.forms import load_forms
from ingestion.obligations import WEEKLY
from ingestion.plan_forms import forms_of_plan
from samples.campaign import FUNDS, PIPELINE, Campaign
from samples.filling import COPIED_SHEET, Habits, edition_of, habits, written
from samples.pipeline import Fund, Prospect
from samples.sheets import Column, Detail, Filled, arranged, columns_of
from samples.words import say

PROCEDURES = WEEKLY
FILE_NAMES = ("weekly_file_name", "weekly_file_name_short", "weekly_file_name_attached")
SAID_IN_FULL = ("is_needed", "handling_level")  # departments use the form's own word for these
NOTES = {PROCEDURES: "procedures_note", PIPELINE: "pipeline_note", FUNDS: "funds_note"}


def campaign_forms(campaign: Campaign, plan, periods: Iterable[str] | None = None) -> list[Filled]:
    """All clean forms of the campaign (or of some weeks of it), week by week and unit by unit."""
    found = []
    for period in campaign.periods if periods is None else periods:
        for unit_id in campaign.units:
            found.append(procedures_form(campaign, plan, period, unit_id))
        for (form, unit_id), weeks in campaign.versions.items():
            if period in weeks:
                make = pipeline_form if form == PIPELINE else funds_form
                found.append(make(campaign, plan, period, unit_id))
    return found


def procedures_form(campaign: Campaign, plan, period: str, unit_id: str) -> Filled:
    """The true 前期手续办理情况表 of a unit for a week; without projects it is a 零报告."""
    projects = [(p.category_code, p.project_id, p) for p in campaign.reported(period, unit_id)]
    return _filled(campaign, plan, PROCEDURES, period, unit_id, projects, lambda p: progress_facts(campaign, p, period))


def pipeline_form(campaign: Campaign, plan, period: str, unit_id: str) -> Filled:
    """The true 建设项目表 of a unit as it would send it in a week."""
    day = campaign.cutoffs[period]
    projects = [(p.category_code, p.project_id, p) for p in campaign.reported(period, unit_id) if not p.is_started(day)]
    return _filled(campaign, plan, PIPELINE, period, unit_id, projects, lambda p: pipeline_facts(p, day))


def funds_form(campaign: Campaign, plan, period: str, unit_id: str) -> Filled:
    """The true 资金争取情况表 of a unit as it would send it in a week."""
    day = campaign.cutoffs[period]
    its = [fund for fund in campaign.funds if fund.unit_id == unit_id and fund.applied_on <= day]
    rows = [(fund.fund_kind, f"{fund.project.project_id}/{fund.fund_kind}", fund) for fund in its]
    return _filled(campaign, plan, FUNDS, period, unit_id, rows, lambda fund: fund_facts(fund, day))


def _filled(
    campaign: Campaign, plan, form: str, period: str, unit_id: str, rows: Iterable[tuple[str, str, object]], facts
) -> Filled:
    edition = edition_of(form, period, forms_of_plan(plan))
    its, columns = weekly_habits(campaign, plan, unit_id), columns_of(edition)
    grouped_by = "fund_kinds" if form == FUNDS else "project_categories"
    order = list(vocabulary.codes(grouped_by))
    rows = sorted(rows, key=lambda row: order.index(row[0]))
    details = [
        (group, _detail(serial, detail_id, facts(row), columns, its))
        for serial, (group, detail_id, row) in enumerate(rows, start=1)
    ]
    cutoff = campaign.cutoffs[period]
    day = {"year": cutoff.year, "month": cutoff.month, "day": cutoff.day}
    return Filled(
        plan_id=plan.id,
        form=form,
        period=period,
        unit_id=unit_id,
        received_at=campaign.received[unit_id, period],
        file_name=say(its.file_name, unit=plan.unit(unit_id).name, label=load_forms()[form].label_zh, **day),
        sheet=its.sheet or edition.sheet,
        title=edition.title.format(plan_form_title=plan.forms[form].title, **day),
        heading=(say("unit_row", unit=its.unit_name), say("cutoff_row", **day), say("money_row")),
        columns=columns,
        header_rows=edition.header_rows,
        notes=(say("simulated_note"), say(NOTES[form]), say("signature_row")),
        nil=not details,
        **arranged(columns, details, grouped_by),
    )


def weekly_habits(campaign: Campaign, plan, unit_id: str) -> Habits:
    """The habits of a unit in the weekly forms: its own, with a name of the file that tells the day."""
    its = habits(campaign, plan, unit_id)
    place = campaign.units.index(unit_id) if unit_id in campaign.units else 0
    sheet = COPIED_SHEET if its.sheet else None
    return replace(its, file_name=FILE_NAMES[place % len(FILE_NAMES)], sheet=sheet)


def progress_facts(campaign: Campaign, project: Prospect, period: str) -> dict[str, object]:
    """A project's row of the weekly form, in codes, by the keys of its columns."""
    day = campaign.cutoffs[period]
    states = [item.at(day) for item in project.items]
    is_open = any(state.procedure_state not in ("done", "not_needed") for state in states)
    reasons = [item.exemption for item in project.items if item.exemption]
    row: dict[str, object] = {
        **vars(project),
        "annual_plan_wan": campaign.annual_plan(project, period),
        "start_actual_date": project.start_actual_date if project.is_started(day) else None,
        "not_needed_reason": say("exemption_joiner").join(reasons) or None,
        "coordination_text": project.coordination_text if is_open else None,
    }
    for state in states:
        row |= {f"{state.procedure}.{name}": value for name, value in vars(state).items()}
    return row


def pipeline_facts(project: Prospect, day: date) -> dict[str, object]:
    """A project's row of the pipeline, in codes."""
    return {**vars(project), "annual_plan_wan": project.annual_plan(day), "pipeline_stage": project.stage(day)}


def fund_facts(fund: Fund, day: date) -> dict[str, object]:
    """A row of the funds, in codes; social capital comes without a document."""
    granted = fund.is_secured(day)
    return {
        **vars(fund.project),
        "fund_kind": fund.fund_kind,
        "applied_wan": fund.applied_wan,
        "secured_wan": fund.secured(day),
        "secured_date": fund.secured_date if granted else None,
        "document_number": fund.document_number if granted else None,
    }


def _detail(
    serial: int, detail_id: str, facts: Mapping[str, object], columns: tuple[Column, ...], its: Habits
) -> Detail:
    plainly = replace(its, codes="label")
    cells = {
        column.key: written(column, facts[column.key], plainly if column.field in SAID_IN_FULL else its)
        for column in columns
        if facts.get(column.key) is not None
    }
    cells["serial_no"] = serial
    return Detail(detail_id, "", cells)
