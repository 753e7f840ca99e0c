"""Trace sources: rows of workbooks with their cells, the file they stand in, and what was found on them.

Belongs here: from a contributor of a plan and period to its rows on the list and on the reports, cell by cell.
Does not belong here: how amounts follow and add up (trace_sums), what a number is (tracing).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from dispatch import wording
from dispatch.addresses import as_text
from dispatch.contributions import Key
from dispatch.month import LIST, MONTHLY, WEEKLY, Month, address
from dispatch.trace_rows import HANDED_IN, LISTED, NOT_TAKEN, REPORTED, TAKEN, Cell, File, Source
from ingestion import vocabulary

FORM_OF = {"project": MONTHLY, "procedure": WEEKLY, "procedures": WEEKLY, "pipeline": "pipeline", "fund": "funds"}
_ROWS = {MONTHLY: "rows_monthly_dispatch", WEEKLY: "rows_procedure_items", LIST: "rows_project_list"}
_REPORTED = {
    "project": "reported_investment",
    "procedure": "reported_procedure_items",
    "pipeline": "reported_pipeline",
    "fund": "reported_funds",
}
_PART = {"procedure": "procedure", "fund": "fund_kind"}  # the column that tells a subject's rows apart
_OF_PROJECT_ROW = "rows_procedures"  # the fields beside a weekly row's procedures


class Sources:
    """The rows behind one plan and period; lake tables are read when first needed."""

    def __init__(self, month: Month, facts: Mapping[Key, Mapping], decisions: Mapping[int, Mapping]):
        self.month, self.facts, self.decisions = month, facts, decisions
        self._months: dict[str, Month] = {month.period: month}
        self._indexes: dict[tuple, Mapping] = {}
        self._made: dict[tuple, Source] = {}

    def listed(self, key: Key) -> list[Source]:
        """The row of the project list that a project's planned side rests on."""
        entry = self._list.get(key[1])
        if key[0] != "project" or entry is None or entry["submission_id"] is None:
            return []
        return [self._row(LISTED, LIST, (entry["submission_id"], entry["sheet"], entry["row"]), "")]

    def taken(self, key: Key) -> list[Source]:
        """The rows whose figures were taken or carried; of a project that has none, or old ones, also the rows that
        came and were not taken."""
        if key[0] == "procedures":
            return [source for one in self.items(key[1]) for source in self.taken(one)]
        if key[0] == "unit":
            return self.handed_in(key[1], self.month.form)
        facts = self.facts[key]
        rows = self._accepted_row(key, facts) if facts["submission_id"] else []
        if rows and not facts["is_carried_forward"]:
            return rows
        return rows + [replace(one, role=NOT_TAKEN) for one in self.reported(key)]

    def reported(self, key: Key) -> list[Source]:
        """Every row that counts as reported."""
        if key[0] == "procedures":
            return [source for one in self.items(key[1]) for source in self.reported(one)]
        if key[0] == "unit":
            return self.handed_in(key[1], self.month.form)
        places = self._reported(key[0]).get((key[1], key[2]), [])
        if key[0] == "procedure":  # sent in twice it is one procedure: the first row speaks
            places = places[:1]
        return [self._row(REPORTED, FORM_OF[key[0]], place, key[2]) for place in places]

    def items(self, project_id: str) -> list[Key]:
        """The procedures of a project."""
        return self._items.get(project_id, [])

    def handed_in(self, unit_id: str, form: str) -> list[Source]:
        """Every version of a unit's form that was not withdrawn, with what was found on it."""
        own = [
            row
            for row in self.month.table("submissions")
            if row["unit_id"] == unit_id and row["form"] == form and not row["withdrawn"]
        ]
        own.sort(key=lambda row: (row["version"], row["receipt_id"]))
        return [
            Source(HANDED_IN, self.month.period, self.file(row["submission_id"]), row["sheet"],
                   findings=tuple(self._found_in(row["submission_id"]))) for row in own
        ]  # fmt: skip

    def of_finding(self, finding: Mapping) -> Source:
        """The cells that a finding names, in the file it was found in."""
        file = self.file(finding["submission_id"]) if finding["submission_id"] else None
        cells = []
        for place in filter(None, (finding["cells"] or "").split(";")):
            found = finding["found"] or ""
            at = place.rpartition("!")[2]
            cells.append(Cell(finding["field"] or "", at, finding["header"] or "", found, found))
        period = file.period if file else self.month.period
        row = finding.get("source_row", finding.get("row"))
        return Source(REPORTED, period, file, finding["sheet"], row, tuple(cells), (finding,),
                      decision=self.decisions.get(finding["decision_id"]))  # fmt: skip

    def file(self, submission_id: str) -> File | None:
        """The file of a submission of this period or of an earlier one."""
        found = self._files.get(submission_id)
        if found is None:
            return None
        row, period = found
        receipt = self.month.receipts.get(row["receipt_id"])
        return File(submission_id, row["form"], period, row["unit_id"], row["version"], row["kind"], row["file_name"],
                    row["sha256"], row["receipt_id"], row["received_at"], row["received_source"],
                    receipt.inbox_path if receipt else "")  # fmt: skip

    def _accepted_row(self, key: Key, facts: Mapping) -> list[Source]:
        place = (facts["submission_id"], facts["sheet"], facts["source_row"])
        row = self._row(TAKEN, FORM_OF[key[0]], place, key[2])
        decision = self.decisions.get(facts["decision_id"])
        return [replace(row, carried_from=facts["carried_from"], decision=decision)]

    def _row(self, role: str, form: str, place: tuple, part: str) -> Source:
        """A row where it was sent: of what is carried or still stands, in the period of its file."""
        made = (role, form, place, part)
        if made not in self._made:
            file = self.file(place[0])
            period = file.period if file else self.month.period
            month = self._month(period)
            table = _ROWS.get(form, f"rows_{form}")
            procedure = part if form == WEEKLY else ""
            row = self._index(period, table).get((place, procedure))
            rows = [row] if row else []
            if form == WEEKLY and (whole := self._index(period, _OF_PROJECT_ROW).get((place, ""))):
                rows.append(whole)
            cells = tuple(cell for one in rows for cell in _cells(one, form))
            findings = tuple(
                one for one in self._findings(month).get(place, []) if one["procedure"] in (None, procedure or None)
            )
            self._made[made] = Source(role, period, file, place[1], place[2], cells, findings)
        return self._made[made]

    def _month(self, period: str) -> Month:
        if period not in self._months:
            self._months[period] = Month(self.month.ws, self.month.plan_id, period)
        return self._months[period]

    def _index(self, period: str, table: str) -> Mapping:
        if (period, table) not in self._indexes:
            rows = self._month(period).table(table)
            has_part = table == _ROWS[WEEKLY]
            self._indexes[period, table] = {(address(row), row["procedure"] if has_part else ""): row for row in rows}
        return self._indexes[period, table]

    def _findings(self, month: Month) -> Mapping:
        """The period's findings by row."""
        name = (month.period, "findings")
        if name not in self._indexes:
            found: dict[tuple, list] = defaultdict(list)
            for row in month.table("findings"):
                if row["outcome"] == "failed":
                    found[address(row)].append(row)
            self._indexes[name] = found
        return self._indexes[name]

    def _found_in(self, submission_id: str) -> Iterator[Mapping]:
        for (submission, *_), rows in self._findings(self.month).items():
            if submission == submission_id:
                yield from rows

    def _reported(self, kind: str) -> Mapping:
        name = (self.month.period, _REPORTED[kind])
        if name not in self._indexes:
            found: dict[tuple, list] = defaultdict(list)
            rows = self.month.table(_REPORTED[kind])
            for row in sorted(rows, key=lambda row: (row["unit_id"], *address(row))):
                part = (row[_PART[kind]] or "unknown") if kind in _PART else ""
                found[row["project_id"], part].append(address(row))
            self._indexes[name] = found
        return self._indexes[name]

    @cached_property
    def _list(self) -> Mapping[str, Mapping]:
        return {row["project_id"]: row for row in self.month.table("project_list")}

    @cached_property
    def _items(self) -> Mapping[str, list[Key]]:
        found: dict[str, list] = defaultdict(list)
        for key in self.facts:
            if key[0] == "procedure":
                found[key[1]].append(key)
        return found

    @cached_property
    def _files(self) -> Mapping[str, tuple[Mapping, str]]:
        """Submissions of this and every earlier period, by id."""
        folder = self.month.ws.lake / "submissions" / self.month.plan_id
        periods = sorted(path.stem for path in folder.glob("*.parquet"))
        months = (self._month(period) for period in periods if period[:7] <= self.month.period[:7])
        return {row["submission_id"]: (row, month.period) for month in months for row in month.table("submissions")}


def _cells(row: Mapping, form: str) -> Iterator[Cell]:
    """The cells of a row as read, those of the vocabulary's fields that its sheet has."""
    for field, letter in row["columns"].items():
        if field in row:
            value = row[field]
            text = wording.shown(field, value)
            raw = row["raw"].get(field) or _typed(value)
            yield Cell(field, f"{letter}{row['row']}", row["headers"].get(field, ""), raw, text)


def _typed(value: object) -> str:
    """A cell that was read as what it is, as it was typed: a number without separators."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return as_text(value) or ""


def fields_of(kind: str) -> tuple[Sequence[str], Sequence[str]]:
    """Every field of the list and of the report that a measure or a list of this kind of contributor rests on."""
    together = [*vocabulary.measures().values(), *(one for one in vocabulary.origins().values() if one.subject == kind)]
    listed = dict.fromkeys(name for one in together for name in one.list_fields)
    reported = dict.fromkeys(name for one in together for name in one.report_fields)
    return tuple(listed), tuple(reported)
