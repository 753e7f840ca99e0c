"""Blank filling: a department takes the blank form it was sent, fills in what is open and sends it back.

Belongs here: the true state of a unit as rows of a form, each put into the blank's row for it or into a spare one.
Does not belong here: opening and saving workbooks (open_cells), what a blank looks like (dispatch), mistakes (faults).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ingestion import vocabulary
from ingestion.blank_memory import BlankMemory, memory_of
from ingestion.markers import markers
from ingestion.workbook import Sheet, open_sheets
from samples.campaign import FUNDS, PIPELINE, Campaign
from samples.county import County
from samples.filling import monthly_facts
from samples.open_cells import OpenCells
from samples.sheets import letter
from samples.weekly_filling import PROCEDURES, fund_facts, pipeline_facts, progress_facts
from samples.words import say

Facts = Mapping[str, object]  # a row in codes and typed values, by the keys of the form's columns


class NoRoom(Exception):
    """The blank has no row left for another project."""


def monthly_truth(county: County, period: str, unit_id: str) -> list[Facts]:
    """The unit's projects as its 月调度表 should say them."""
    return [monthly_facts(county, entry, period) for entry in county.entries(period, unit_id)]


def weekly_truth(campaign: Campaign, form: str, period: str, unit_id: str) -> list[Facts]:
    """The unit's rows of one of the campaign's forms as they should be said in a week."""
    day = campaign.cutoffs[period]
    if form == FUNDS:
        return [fund_facts(f, day) for f in campaign.funds if f.unit_id == unit_id and f.applied_on <= day]
    projects = campaign.reported(period, unit_id)
    if form == PROCEDURES:
        return [progress_facts(campaign, project, period) for project in projects]
    assert form == PIPELINE
    return [pipeline_facts(project, day) for project in projects if not project.is_started(day)]


def fill(blank: Path, truth: Sequence[Facts], to: Path) -> Path:
    """Fill in a blank and save it; a row that the truth does not have is emptied, no row at all is a 零报告."""
    [sheet, *_] = open_sheets(blank)
    memory = memory_of(sheet.tags)
    cells = OpenCells(blank)
    rows = _rows(sheet, memory)
    spare = iter([row for row, name in rows.items() if not name])
    of_names: dict[object, int] = {name: row for row, name in rows.items() if name}
    for facts in truth:
        row = of_names.pop(_name(facts), None)
        _write(cells, memory, row if row is not None else _next(spare), facts)
    for row in of_names.values():
        _write(cells, memory, row, {})
    if not truth:
        cells.set(f"{letter(memory.columns['project_name'])}{_next(spare)}", say("nil_line"))
    for at in _signatures(sheet, memory):
        cells.set(at, say("signature_row"))
    to.parent.mkdir(parents=True, exist_ok=True)
    return cells.save(to)


def _next(spare: Iterable[int]) -> int:
    for row in spare:
        return row
    raise NoRoom


def _rows(sheet: Sheet, memory: BlankMemory) -> dict[int, tuple]:
    """The blank's numbered rows as Excel counts, each with whom it is for; nobody: a spare one."""
    found = {}
    for number, row in enumerate(sheet.rows, start=1):
        if number > memory.header[1] + 1 and isinstance(row[memory.columns["serial_no"]], float):
            name = row[memory.columns["project_name"]]
            kind = row[memory.columns["fund_kind"]] if "fund_kind" in memory.columns else ""
            found[number] = (name, kind) if name else ()
    return found


def _signatures(sheet: Sheet, memory: BlankMemory) -> Iterator[str]:
    """Where those who filled in and checked the form sign."""
    for number, row in enumerate(sheet.rows[memory.header[1] + 1 :], start=memory.header[1] + 2):
        for place, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith(markers().rows.signature):
                yield f"{letter(place)}{number}"


def _name(facts: Facts) -> tuple:
    kind = facts.get("fund_kind")
    return (facts["project_name"], _said("fund_kind", kind) if kind else "")


def _write(cells: OpenCells, memory: BlankMemory, row: int, facts: Facts) -> None:
    for key, place in memory.columns.items():
        at = f"{letter(place)}{row}"
        if cells.is_open(at):
            cells.set(at, _said(key, facts.get(key)))


def _said(key: str, value: object) -> object:
    """A value as it is chosen from the list or typed."""
    codes = vocabulary.fields()[key.rpartition(".")[2]].code_list
    return vocabulary.codes(codes)[value].label_zh if codes and value is not None else value
