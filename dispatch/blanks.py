"""Blanks: one blank form per unit and form of a period, written to be sent out.

Belongs here: which forms and units, the names of the files, leaving no blank behind that is asked of nobody.
Does not belong here: what stands in a blank (blank_rows.py), what it looks like (blank_sheet.py).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from dispatch import wording
from dispatch.blank_rows import rows_by_unit
from dispatch.blank_sheet import Asked, write_sheet
from dispatch.month import LIST
from dispatch.wording import say
from dispatch.workbook import Book
from expectations.judged_period import Period
from ingestion.blank_memory import KIND
from ingestion.forms import Edition, load_forms
from ingestion.obligations import forms_of
from ingestion.plain_text import file_name
from ingestion.plan_forms import forms_of_plan
from ingestion.plans import Plan
from ingestion.register import Register
from ingestion.workspace import Workspace

Progress = Callable[[int, int], None]


def write(
    ws: Workspace,
    plan: Plan,
    period: str,
    known_at: datetime,
    unit_id: str | None = None,
    progress: Progress = lambda done, total: None,
) -> list[Path]:
    """Write the period's blank forms, of one unit or of all; the paths, form by form in the plan's order of units.

    What is filled in is what the lake knows: the list in force, and what was last accepted before the period.
    """
    about = Period(ws.lake, plan, period, known_at, Register(ws.register).decisions(plan.id, known_at))
    wanted = [one for one in _asked(plan, period) if unit_id in (None, one.unit.id)]
    rows = {form: rows_by_unit(about, form) for form in dict.fromkeys(one.form for one in wanted)}
    there = folder(ws, plan.id, period)
    paths: list[Path] = []
    for number, asked in enumerate(wanted, start=1):
        path = there / _name(asked)
        with Book(path, KIND, plan.id, period, asked.unit.id, form=asked.form, edition=asked.edition.edition) as book:
            write_sheet(book, asked, rows[asked.form].get(asked.unit.id, []))
        paths.append(path)
        progress(number, len(wanted))
    if unit_id is None:
        for left in set(there.glob("*.xlsx")) - set(paths):
            left.unlink()
    return paths


def folder(ws: Workspace, plan_id: str, period: str) -> Path:
    """Where a period's blanks lie."""
    return ws.outbox / plan_id / period / say("blank.folder")


def owing(plan: Plan, period: str) -> list[str]:
    """The units that are asked for any form of the period, in the plan's order."""
    asked = {one.unit.id for one in _asked(plan, period)}
    return [unit.id for unit in plan.units if unit.id in asked]


def _asked(plan: Plan, period: str) -> Iterator[Asked]:
    """Every form of the period but the centre's own list, with every unit that owes it."""
    for form in forms_of(plan, period):
        if form != LIST:
            owed_by = set(plan.forms[form].owed_by)
            for unit in plan.units:
                if unit.id in owed_by:
                    yield Asked(plan, form, period, unit, _edition(plan, form, period))


def _edition(plan: Plan, form: str, period: str) -> Edition:
    """The edition in force in the period."""
    return [edition for edition in forms_of_plan(plan)[form].editions if edition.since <= period][-1]


def _name(asked: Asked) -> str:
    label = load_forms()[asked.form].label_zh
    return file_name(say("blank.file", unit=asked.unit.name, period=wording.period_label(asked.period), form=label))
