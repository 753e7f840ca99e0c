"""Blank sheet: a form as it goes out to be filled in: what is known stands in it, what is asked for is open.

Belongs here: heading and instructions, open and locked cells, dropdowns, sums that calculate, what the file remembers.
Does not belong here: what is known of a project (blank_rows.py), which forms and units (blanks.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from xlsxwriter.utility import xl_col_to_name

from dispatch import merged_rows, wording
from dispatch.blank_rows import BlankRow
from dispatch.cell_values import Formula
from dispatch.merged import KINDS, LABEL_COLUMNS, WIDEST
from dispatch.month import kind_of, page_breaks
from dispatch.wording import say
from dispatch.workbook import Book, Sheet
from dispatch.workbook_style import Column, Heading
from ingestion import vocabulary
from ingestion.blank_memory import BlankMemory, remembered
from ingestion.forms import Column as FormColumn
from ingestion.forms import Edition
from ingestion.obligations import cutoff_date, deadline
from ingestion.plan_models import Plan, Unit

SPARE, SPARE_WITHOUT_PROJECTS = 5, 20  # rows for new projects
NARROWEST = {"amount": 12, "date": 11, "percent": 8, "centre": 8, "text": 12}  # characters, to be typed into
ROOMY = {  # sentences are typed here
    "problem_text": 22, "not_needed_reason": 28, "coordination_text": 22, "explanation_text": 22,
    "construction_text": 24,
}  # fmt: skip
SMALL = 14  # a form of no more columns lies on A4
LINES = 2  # of text in a row
RATE, RATE_OF, RATE_TO = "completion_rate_reported", "ytd_investment_wan", "annual_plan_wan"
OWN = ("serial_no", RATE)  # numbered and calculated by the form itself
CENT = Decimal("0.01")
LEGEND = ("must", "may", "locked")
FEWEST, MOST = -(10**10), 10**10
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True)
class Asked:
    """Who is asked for which form of which period."""

    plan: Plan
    form: str
    period: str
    unit: Unit
    edition: Edition


def write_sheet(book: Book, asked: Asked, rows: Sequence[BlankRow]) -> None:
    """The form's sheet in a new workbook, which remembers it."""
    _BlankSheet(book, asked, rows).write()


class _BlankSheet:
    """The sheet being written: 合计 first, then the projects, then spare rows."""

    def __init__(self, book: Book, asked: Asked, rows: Sequence[BlankRow]):
        self.book, self.asked, self.rows = book, asked, rows
        self.columns = asked.edition.columns
        self.keys = [column.key for column in self.columns]
        self.letters = {key: xl_col_to_name(place) for place, key in enumerate(self.keys)}
        paper = "A4" if len(self.columns) <= SMALL else "A3"
        self.sheet: Sheet = book.sheet(
            asked.edition.sheet,
            _heading(asked),
            [_column(column) for column in self.columns],
            paper,
            frozen=LABEL_COLUMNS,
            breaks=page_breaks(self.keys),
        )
        depth = max(len(column.segments) for column in self.columns)
        self.header = (self.sheet.row - depth, self.sheet.row - 1)

    def write(self) -> None:
        spare = SPARE if self.rows else SPARE_WITHOUT_PROJECTS
        first = self.sheet.row + 1  # under the row of sums
        body = range(first, first + len(self.rows) + spare)
        self._sums(body)
        for number, row in enumerate([*self.rows, *[BlankRow({})] * spare], start=1):
            self._row(number, row)
        for place, column in enumerate(self.columns):
            if column.key not in OWN and (rule := self._rule(column)):
                self.sheet.validate(body, place, rule)
        self.sheet.room(self.sheet.row, LINES)
        self.sheet.line(say("blank.signature"), is_open=True)
        self.sheet.print_area()
        self.sheet.protect()
        places = {key: place for place, key in enumerate(self.keys)}
        locked = {first + number + 1: _locked(row) for number, row in enumerate(self.rows) if row.locked}
        self.book.remember(BlankMemory(self.sheet.name, places, self.header, locked).tags())

    def _row(self, number: int, row: BlankRow) -> None:
        at = self.sheet.row
        for place, column in enumerate(self.columns):
            key, value = column.key, row.values.get(column.key)
            if column.field == "serial_no":
                self.sheet.put(at, place, number, "locked")
            elif column.field == RATE:
                self.sheet.put(at, place, self._rate(at, row.values.get(RATE_OF), row.values.get(RATE_TO)), "locked")
            elif key in row.locked:
                self.sheet.put(at, place, merged_rows.shown(key, value), "locked")
            else:
                fill = "must" if column.value == "required" else "may"
                self.sheet.put(at, place, merged_rows.shown(key, value), fill, is_open=True)
        self.sheet.room(at, LINES)
        self.sheet.row += 1

    def _sums(self, body: range) -> None:
        """合计, calculated as the rows are filled in."""
        at, sums = self.sheet.row, {}
        for place, key in enumerate(self.keys):
            cell: Formula | None = None
            if kind_of(key) == "decimal":
                sums[key] = sum((row.values[key] for row in self.rows if row.values.get(key)), Decimal())
                letter = self.letters[key]
                cell = Formula(f"=SUM({letter}{body[0] + 1}:{letter}{body[-1] + 1})", sums[key])
            elif key == RATE:
                cell = self._rate(at, sums.get(RATE_OF), sums.get(RATE_TO))
            self.sheet.put(at, place, cell, "locked", bold=True)
        self.sheet.label(at, 0, LABEL_COLUMNS - 1, say("blank.total"), "locked")
        self.sheet.room(at, LINES)
        self.sheet.row += 1

    def _rate(self, at: int, part: Decimal | None, whole: Decimal | None) -> Formula:
        """The share of the annual plan; nothing as long as nothing is filled in."""
        part_at, whole_at = (f"{self.letters[key]}{at + 1}" for key in (RATE_OF, RATE_TO))
        value = (part * 100 / whole).quantize(CENT, ROUND_HALF_UP) if part is not None and whole else ""
        return Formula(f'=IF({part_at}="","",IFERROR(ROUND({part_at}/{whole_at}*100,2),""))', value)

    def _rule(self, column: FormColumn) -> Mapping[str, object] | None:
        """What may be typed: a word of the list, a day, a number; a unit's name is only offered."""
        kind, name = kind_of(column.key), column.field
        if kind.startswith("code:"):
            codes = kind.removeprefix("code:")
            words = [code.label_zh for code in vocabulary.codes(codes).values()]
            return _refusing("codes", validate="list", source=self.book.choices(codes, words))
        if name == "approving_unit":
            units = self.asked.plan.units
            known = {procedure.approving_unit for procedure in self.asked.plan.procedures}
            words = [unit.name for unit in units if unit.id in known]
            offered = {"validate": "list", "source": self.book.choices(name, words), "show_error": False}
            return offered if words else None
        if kind == "date":
            return _refusing("date", validate="date", criteria="between", minimum=FIRST_DAY, maximum=LAST_DAY)
        if kind == "percent":
            return _refusing("percent", validate="decimal", criteria="between", minimum=0, maximum=100)
        if kind == "decimal":
            return _refusing("amount", validate="decimal", criteria="between", minimum=FEWEST, maximum=MOST)
        return None


def _refusing(key: str, **rule: object) -> dict[str, object]:
    return {**rule, "error_title": say("blank.refused"), "error_message": say(f"blank.refused_{key}")}


def _heading(asked: Asked) -> Heading:
    plan, form = asked.plan, asked.form
    year, month, *day = (int(part) for part in asked.period.split("-"))
    days = {"year": year, "month": month, "day": day[0] if day else ""}
    title = asked.edition.title.format(plan_form_title=plan.forms[form].title, **days)
    legend = [(fill, say(f"legend.{fill}")) for fill in LEGEND]
    basis = say("blank.unit", unit=asked.unit.name)
    return Heading(title, basis, say("unit_wan"), list(_notes(asked)), legend, is_narrow=True)


def _notes(asked: Asked) -> Iterator[str]:
    """How to fill it in, until when and for whom: one line each."""
    due = deadline(asked.plan, asked.form, asked.period).due_at
    centre = asked.plan.unit(asked.plan.centre).name
    yield say("blank.note_cells")
    yield say(f"blank.note_{asked.form}", day=wording.day(cutoff_date(asked.plan, asked.period)))
    until = say("blank.until", due=wording.instant(due), centre=centre) if due else ""
    yield say("blank.note_rows") + (until or say("blank.on_change", centre=centre))


def _column(column: FormColumn) -> Column:
    kind = vocabulary.fields()[column.field].type
    is_word = kind.startswith("code:") or column.field == "serial_no"
    shown = "centre" if is_word else KINDS.get(kind, "text")
    narrowest = 5 if column.field == "serial_no" else ROOMY.get(column.field, NARROWEST[shown])
    widest = 10 if is_word else WIDEST.get(column.field, 16)
    return Column(column.path, shown, max(widest, narrowest), narrowest=narrowest)


def _locked(row: BlankRow) -> dict[str, str]:
    return {key: remembered(row.values[key]) for key in row.values if key in row.locked}
