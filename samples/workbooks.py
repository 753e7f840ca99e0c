"""Workbooks: filled forms as the spreadsheets departments really send, laid into the inbox by arrival.

Belongs here: files, folders and times, the 收件登记 sheet.
Does not belong here: what a sheet looks like (form_writer), which figures (filling), which mistakes (faults).

Equal input gives equal bytes: no clock, no random, a fixed creation time.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import xlsxwriter

from samples.campaign import Campaign
from samples.county import County
from samples.filling import monthly_form, project_list
from samples.form_writer import FormWriter
from samples.sheets import Filled, Summary, Typed
from samples.weekly_filling import campaign_forms
from samples.words import say

CREATED = datetime(2022, 1, 1)  # fixed, so that equal forms give equal bytes
HIDDEN_SHEET = "_diaodu"
ARRIVAL = "%Y-%m-%d %H%M"  # the name of the folder that a file came in
LINK_PART = "xl/externalLinks/externalLink1.xml"  # what a workbook keeps of another one


def write_inbox(county: County, plan, inbox_dir: Path, faults: Iterable = ()) -> list[Path]:
    """Write all forms and lists of the county into ``inbox_dir/<plan_id>/<arrival>/``; the files in order of arrival.

    ``faults`` (``samples.faults.Fault``) change the forms they name. Returns the paths written.
    """
    filled = [project_list(county, plan, version) for version in county.lists]
    filled += [monthly_form(county, plan, period, unit_id) for period in county.periods for unit_id in county.units]
    for fault in faults:
        filled = fault.applied(filled, county, plan)
    return deliver(filled, inbox_dir)


def write_campaign(
    campaign: Campaign, plan, inbox_dir: Path, faults: Iterable = (), periods: Iterable[str] | None = None
) -> list[Path]:
    """Write the campaign's forms into ``inbox_dir/<plan_id>/<arrival>/``: procedures weekly, others when changed.

    ``faults`` (``samples.faults``) change the forms they name; ``periods`` are the weeks to write, all by default.
    """
    filled = campaign_forms(campaign, plan, periods)
    for fault in faults:
        filled = fault.applied(filled)
    return deliver(filled, inbox_dir)


def deliver(filled: Iterable[Filled], inbox_dir: Path) -> list[Path]:
    """Write filled forms into folders named by their arrival; a 收件登记 sheet where a sender is said."""
    in_order = sorted(filled, key=lambda form: (form.received_at, form.file_name))
    paths = []
    for form in in_order:
        folder = inbox_dir / form.plan_id / f"{form.received_at:{ARRIVAL}}"
        folder.mkdir(parents=True, exist_ok=True)
        paths.append(write_workbook(form, folder / form.file_name))
    for plan_id, forms in groupby(sorted(in_order, key=lambda form: form.plan_id), key=lambda form: form.plan_id):
        signed = [form for form in forms if form.sender]
        if signed:
            paths.append(_write_register(signed, inbox_dir / plan_id / say("register_file_name")))
    return paths


def write_workbook(filled: Filled, path: Path) -> Path:
    """Write one filled form as an ``.xlsx`` whose modification time is its arrival."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})  # no temporary files beside each other
    book.set_properties({"created": CREATED, "author": filled.editor or filled.unit_id})
    for sheet in (filled, *filled.leftovers):
        FormWriter(book, sheet).write()
    if filled.summary:
        _write_summary(book, filled.summary)
    if filled.tags:
        hidden = book.add_worksheet(HIDDEN_SHEET)
        for row, (key, value) in enumerate(filled.tags.items()):
            hidden.write_row(row, 0, (key, value))
        hidden.hide()
    book.close()
    if _is_linked(filled):
        with ZipFile(path, "a") as archive:
            archive.writestr(ZipInfo(LINK_PART), "<externalLink/>")
    if filled.is_cut_short:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    arrived = filled.received_at.timestamp()
    os.utime(path, (arrived, arrived))
    return path


def _is_linked(filled: Filled) -> bool:
    """Whether a formula takes its figure from another workbook."""
    cells = (cell for detail in filled.details for cell in detail.cells.values() if isinstance(cell, Typed))
    return any(cell.formula.startswith("=[") for cell in cells)


def _write_summary(book: xlsxwriter.Workbook, summary: Summary) -> None:
    sheet = book.add_worksheet(summary.sheet)
    lines = [(line,) for line in summary.lines]
    for row, cells in enumerate((*lines, summary.heads, *summary.rows)):
        sheet.write_row(row, 0, cells)
    sheet.set_column(0, len(summary.heads) - 1, 16)


def _write_register(filled: Iterable[Filled], path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": CREATED})
    sheet = book.add_worksheet(say("register_sheet"))
    sheet.write_row(0, 0, say("register_columns").split("|"))
    for row, form in enumerate(filled, start=1):
        sheet.write_row(row, 0, (form.file_name, f"{form.received_at:%Y-%m-%d %H:%M}", form.sender))
    sheet.set_column(0, 2, 40)
    book.close()
    return path
