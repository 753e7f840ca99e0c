"""Mutated forms: a county's monthly workbooks read once, one cell changed in memory at a time, many judged at once.

Every mutated form is a form of its own (own submission, unit and projects, own place in the list and in last month),
so that no mutation stands in another's way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa
from county_rows import MONTHLY, context, county_of, facts, plan_named
from openpyxl.utils.cell import column_index_from_string, range_boundaries

from expectations.filed import Filed
from expectations.findings import Notes
from expectations.identity import Matcher, project_ids
from expectations.judged_form import judge_form
from expectations.offering import Surroundings, as_table, worked_out
from expectations.wording import Words
from ingestion import reading
from ingestion.forms import load_forms
from ingestion.lake import BOOL, TABLES, TEXT
from ingestion.lake_rows import rows_of
from ingestion.reading import Issue, Reading, ReadRow
from ingestion.settings import limits
from ingestion.workbook import Sheet, open_sheets
from samples.filling import monthly_form
from samples.workbooks import write_workbook

ROWS = TABLES[f"rows_{MONTHLY}"].schema
LEVELS = {"省": "provincial", "市": "municipal", "县": "county"}
FORMS = {MONTHLY: load_forms()[MONTHLY]}


@dataclass
class Form:
    """A unit's valid form of a month: its sheets as opened, its reading, what it is held against."""

    plan_id: str
    period: str
    unit_id: str
    sheets: list[Sheet]
    read: Reading
    listed: dict[str, dict]  # by project id
    previous: dict[str, dict]
    in_lake: dict[int, tuple[ReadRow, dict]] = field(default_factory=dict)

    def lake_row(self, row: ReadRow) -> dict:
        """A row of any reading of the form as the lake has it; rows that nobody changed are laid out once."""
        known = self.in_lake.get(row.row)
        if known and known[0] == row:
            return known[1]
        [(_, values)] = rows_of(MONTHLY, row)
        return self.in_lake.setdefault(row.row, (row, values))[1] if not known else values

    @cached_property
    def projects(self) -> dict[int, str]:
        """The project of each row, by the name the list has for it."""
        by_name = {entry["project_name"]: key for key, entry in self.listed.items()}
        details = (row for row in self.read.rows if row.role == "detail")
        return {row.row: by_name[row.values["project_name"].strip("★●▲ ")] for row in details}

    def level_of(self, row: ReadRow) -> str:
        """Which level a 其中 row adds up."""
        return next(code for sign, code in LEVELS.items() if sign in row.label)

    def letter(self, name: str) -> str:
        return self.read.rows[0].columns[name]

    def at(self, row: int) -> ReadRow:
        return next(found for found in self.read.rows if found.row == row)

    def cell(self, row: int, name: str) -> object:
        return self._cells(row)[column_index_from_string(self.letter(name)) - 1]

    def with_cell(self, row: int, name: str, written: object) -> Reading:
        """The form read with something else in one cell; the sheet is put back as it was."""
        cells, place = self._cells(row), column_index_from_string(self.letter(name)) - 1
        before, cells[place] = cells[place], written
        try:
            return reading._read(self.sheets, FORMS, limits())
        finally:
            cells[place] = before

    def _cells(self, row: int) -> list:
        return next(sheet for sheet in self.sheets if sheet.name == self.read.sheet).rows[row - 1]


def forms_of(plan_id: str, period: str, folder: Path) -> list[Form]:
    """The forms of a county's units that have projects, written once and read once."""
    plan, county = plan_named(plan_id), county_of(plan_id, 2022)
    before = county.periods[county.periods.index(period) - 1]
    previous = {e.project.project_id: facts(county, e, before) for e in county.entries(before)}
    found = []
    for unit_id in county.units:
        path = write_workbook(
            monthly_form(county, plan, period, unit_id), folder / f"{plan_id}-{period}-{unit_id}.xlsx"
        )
        sheets = open_sheets(path, limits())
        listed = {e.project.project_id: facts(county, e, period) for e in county.entries(period, unit_id)}
        read = reading._read(sheets, FORMS, limits())
        if read.rows:
            found.append(Form(plan_id, period, unit_id, sheets, read, listed, previous))
    return found


def judge_all(forms: Sequence[tuple[Form, Reading]]) -> list[list[dict]]:
    """The findings on each of some readings of one plan and month, judged in one go as forms of units of their own."""
    plan, county = plan_named(forms[0][0].plan_id), county_of(forms[0][0].plan_id, 2022)
    rows, issues, listed, previous, owners = [], [], [], [], []
    for number, (form, read) in enumerate(forms):
        address = _address(form, number)
        for row in read.rows:
            values = form.lake_row(row)
            place = {"sheet": row.sheet or read.sheet, "is_effective": True}
            rows.append(_own_owner(values, number) | address | place)
            owners.append(number)
        issues += [_issue(issue) | address for issue in read.issues]
        for project_id, entry in form.listed.items():
            own = {"project_id": f"{project_id}~{number}", "unit_id": address["unit_id"]}
            listed.append(_own_owner(entry, number) | own)
            if before := form.previous.get(project_id):
                previous.append(_own_owner(before, number) | own | {"is_carried_forward": False})
    table = as_table(rows, ROWS)
    entries = county.entries(forms[0][0].period)
    matcher = Matcher({"former_name": None} | facts(county, entry, forms[0][0].period) for entry in entries)
    ids = [f"{name}~{number}" for name, number in zip(project_ids(table, matcher), owners, strict=True)]
    known = {entry["project_id"] for entry in listed}
    table = table.append_column("project_id", pa.array(ids, TEXT))
    table = table.append_column("is_on_list", pa.array([name in known for name in ids], BOOL))
    around = Surroundings(
        context(county, plan, forms[0][0].period),
        _table(previous, TABLES["accepted_investment"].schema),
        _table(listed, TABLES["project_list"].schema),
    )
    notes = Notes(plan.id, forms[0][0].period, MONTHLY, Words({}), {})
    judged = judge_form(Filed(MONTHLY, worked_out(table), issues, [], [], [], around, notes))
    found = {_address(form, number)["submission_id"]: [] for number, (form, _) in enumerate(forms)}
    for finding in judged.findings:
        if finding["submission_id"]:
            found[finding["submission_id"]].append(finding)
    return list(found.values())


def heads(findings: list[dict], among: list[dict]) -> list[dict]:
    """The head of the group that each of some findings stands in."""
    by_id = {finding["finding_id"]: finding for finding in among}
    return [by_id[finding["group_head"] or finding["finding_id"]] for finding in findings]


def holds(finding: dict, cell: str) -> bool:
    """Whether a cell is among a finding's cells, ranges and all."""
    sheet, _, place = cell.rpartition("!")
    column, row, _, _ = range_boundaries(place)
    for part in (finding["cells"] or "").split(";"):
        name, _, area = part.rpartition("!")
        if name == sheet and area:
            left, top, right, bottom = range_boundaries(area)
            if left <= column <= right and top <= row <= bottom:
                return True
    return False


def _address(form: Form, number: int) -> dict:
    unit = f"{form.unit_id}{number:05d}"
    return {"unit_id": unit, "submission_id": f"{form.plan_id}/{MONTHLY}/{form.period}/{unit}/v1", "version": 1}


def _own_owner(values: dict, number: int) -> dict:
    """Owners of their own: some rules look at all projects of an owner."""
    owner = values.get("owner_name")
    return values | {"owner_name": owner and f"{owner}{number:05d}"}


def _issue(issue: Issue) -> dict:
    told = {name: None if (v := getattr(issue, name)) is None else str(v) for name in ("found", "expected")}
    place = {name: getattr(issue, name) for name in ("sheet", "row", "procedure", "column", "field", "header")}
    return place | told | {"issue_code": issue.issue_code, "form": MONTHLY, "is_effective": True}


def _table(rows: list[dict], schema: pa.Schema) -> pa.Table:
    return as_table([{n: v for n, v in row.items() if n in schema.names} for row in rows], schema)
