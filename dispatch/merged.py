"""Merged table (汇总明细表): all units' rows in the form's own layout, both accounts told apart, print-ready.

Belongs here: the order of totals, units and details; formulas with their values; the sheet of differences.
Does not belong here: which values stand in a line (merged_rows.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name

from dispatch import merged_rows, merged_weeks, wording
from dispatch.cell_values import Formula
from dispatch.merged_rows import Difference, Line
from dispatch.month import LIST, MONTHLY, WEEKLY, Month, kind_of, page_breaks
from dispatch.wording import say
from dispatch.workbook import Book, Sheet
from dispatch.workbook_style import Column, Heading
from ingestion import vocabulary
from ingestion.forms import Column as FormColumn
from ingestion.plain_text import file_name
from ingestion.workspace import Workspace

KINDS = {"decimal": "amount", "percent": "percent", "date": "date", "integer": "integer"}
WIDEST = {  # characters; longer text takes more lines, or 33 columns would print too small
    "project_code": 14, "project_name": 24, "owner_name": 16, "usc_code": 11, "problem_text": 20,
}  # fmt: skip
PREPARATORY = ("preparatory",)  # 前期 projects stand in no rate, so their sums are told apart
METRIC = {  # the figure a form is about, whose definition is printed above its table
    MONTHLY: "annual_completion_rate", WEEKLY: "procedure_completion_rate", "pipeline": "pipeline_industry_share",
    "funds": "fund_secured_amount",
}  # fmt: skip
LABEL_COLUMNS = 3  # 序号, 项目代码, 项目名称: labels of totals stand across them, and they stay in sight


def write(ws: Workspace, plan_id: str, period: str) -> list[Path]:
    """Write the merged table of every form of one plan and period; the paths, the form that is owed first."""
    month = Month(ws, plan_id, period)
    return [_write(month, form) for form in month.forms if form != LIST]


def _write(month: Month, form: str) -> Path:
    title = say("merged.title", form=month.form_title(form), period=wording.period_label(month.period))
    path = month.folder() / file_name(f"{title}.xlsx")
    with Book(path, "merged", month.plan_id, month.period, made=month.known_at) as book:
        for account, lines in _accounts(month, form).items():
            _account_sheet(book, month, form, title, account, lines)
        _differences_sheet(book, month, title, _differences(month, form))
    return path


def _accounts(month: Month, form: str) -> dict[str, list[Line]]:
    if form == MONTHLY:
        return {"adopted": merged_rows.adopted(month), "reported": merged_rows.reported(month)}
    return {"adopted": merged_weeks.adopted(month, form), "reported": merged_weeks.reported(month, form)}


def _differences(month: Month, form: str) -> list[Difference]:
    keys = [column.key for column in month.columns(form)]
    return merged_rows.differences(month, keys) if form == MONTHLY else merged_weeks.differences(month, form, keys)


def _account_sheet(book: Book, month: Month, form: str, title: str, account: str, lines: Sequence[Line]) -> None:
    form_columns = month.columns(form)
    fields = [column.key for column in form_columns]
    columns = [_column(column, lines) for column in form_columns]
    columns += [Column(say("merged.remark"), widest=18), Column(say("merged.source"), widest=14)]
    legend = [(mark, say(f"legend.{mark}")) for mark in _marks(form, account)]
    name = say(f"sheet.{account}")
    title = say("merged.of_account", title=title, account=name)
    heading = Heading(title, month.basis(say(f"account.{account}")), say("unit_wan"), _notes(form, columns), legend)
    sheet = book.sheet(name, heading, columns, frozen=LABEL_COLUMNS, breaks=page_breaks(fields))
    _Table(sheet, month, fields, lines).write()


def _marks(form: str, account: str) -> list[str]:
    """The fills of a sheet; only a month has a list of projects that can be missing."""
    if form != MONTHLY:
        return ["carried_week" if account == "adopted" else "refused"]
    return ["carried" if account == "adopted" else "refused", "missing"]


def _notes(form: str, columns: Sequence[Column]) -> list[str]:
    hidden = [column.path.rsplit("/")[-1] for column in columns if column.is_hidden]
    left_out = [say("merged.hidden", columns=say("list_joint").join(hidden))] if hidden else []
    return [wording.definition(METRIC[form]), *left_out]


def _column(column: FormColumn, lines: Sequence[Line]) -> Column:
    """How a column of the form is shown; one that units may leave out is hidden when nobody filled it."""
    field = column.field
    is_empty = not column.required and all(line.values.get(column.key) is None for line in lines)
    is_hidden = is_empty and field != "serial_no"  # numbers are our own
    kind = vocabulary.fields()[field].type
    if kind.startswith("code:") or field == "serial_no":
        return Column(column.path, "centre", 10, is_hidden)
    return Column(column.path, KINDS.get(kind, "text"), WIDEST.get(field, 14), is_hidden)


@dataclass(frozen=True)
class _Block:
    """A unit's lines (or those off the list): one subtotal row, then its details."""

    label: str
    lines: Sequence[Line]
    top: int  # row of the subtotal, from 0

    @property
    def first(self) -> int:
        return self.top + 1

    @property
    def last(self) -> int:
        return self.top + len(self.lines)


class _Table:
    """The body of one account: 合计, 其中 by level, then unit by unit; off-list rows stand last and are not counted."""

    def __init__(self, sheet: Sheet, month: Month, fields: Sequence[str], lines: Sequence[Line]):
        self.sheet, self.month, self.fields = sheet, month, fields
        self.counted = [line for line in lines if line.is_on_list]
        self.off_list = [line for line in lines if not line.is_on_list]
        self.of_which = [
            (field, code)
            for field, codes in (("level_code", vocabulary.codes("project_levels")), ("nature_code", PREPARATORY))
            for code in codes
            if any(line.values.get(field) == code for line in self.counted)
        ]
        self.money = [name for name in fields if kind_of(name) == "decimal"]
        self.serial = 0

    def write(self) -> None:
        blocks = self._blocks()
        every = [block for block in blocks if block.lines]
        self._sum_row(say("merged.total", count=_projects(self.counted)), self.counted, self._of_blocks(every))
        for field, code in self.of_which:
            lines = [line for line in self.counted if line.values.get(field) == code]
            word = wording.shown(field, code)
            self._sum_row(
                say("merged.of_which", word=word, count=_projects(lines)), lines, self._of_code(field, word, every)
            )
        for block in blocks:
            self._block(block)
        if self.off_list:
            self._block(_Block(say("merged.off_list", count=_projects(self.off_list)), self.off_list, self.sheet.row))

    def _blocks(self) -> list[_Block]:
        top = self.sheet.row + 1 + len(self.of_which)
        blocks = []
        for number, (unit_id, group) in enumerate(groupby(self.counted, key=lambda line: line.unit_id), start=1):
            lines = list(group)
            name, numeral = self.month.unit_name(unit_id), chinese_number(number)
            label = say("merged.unit", number=numeral, unit=name, count=_projects(lines))
            blocks.append(_Block(label, lines, top))
            top += 1 + len(lines)
        return blocks

    def _of_blocks(self, blocks: Sequence[_Block]):
        return lambda letter: "=" + ("+".join(f"{letter}{block.top + 1}" for block in blocks) or "0")

    def _of_code(self, field: str, word: str, blocks: Sequence[_Block]):
        first, last = blocks[0].first + 1, blocks[-1].last + 1
        column = xl_col_to_name(self.fields.index(field))
        return lambda letter: f'=SUMIF(${column}${first}:${column}${last},"{word}",{letter}${first}:{letter}${last})'

    def _block(self, block: _Block) -> None:
        self._sum_row(
            block.label, block.lines, lambda letter: f"=SUM({letter}{block.first + 1}:{letter}{block.last + 1})"
        )
        for line in block.lines:
            self.serial += 1
            values = line.values | {"serial_no": self.serial}
            cells = [merged_rows.shown(name, values.get(name)) for name in self.fields]
            self.sheet.write([*cells, line.remark, line.source], fill=line.mark)

    def _sum_row(self, label: str, lines: Sequence[Line], formula) -> None:
        cells: list[object] = [None] * (len(self.fields) + 2)
        for index, name in enumerate(self.fields):
            if name in self.money:
                figures = [line.values.get(name) for line in lines if merged_rows.is_number(line.values.get(name))]
                cells[index] = Formula(formula(xl_col_to_name(index)), sum(figures, Decimal())) if figures else None
            elif name == "completion_rate_reported":
                cells[index] = merged_rows.rate(line.values for line in lines)
        row = self.sheet.write(cells, fill="total", bold=True)
        self.sheet.label(row, 0, LABEL_COLUMNS - 1, label, "total")


def _projects(lines: Sequence[Line]) -> int:
    return len({line.project_id for line in lines})


def chinese_number(number: int) -> str:
    """1 to 99 as the forms number their groups.

    >>> [chinese_number(number) for number in (1, 10, 12, 20, 35)]
    ['一', '十', '十二', '二十', '三十五']
    """
    digits = say("numerals")
    tens, ones = divmod(number, 10)
    head = "" if not tens else (digits[tens] if tens > 1 else "") + digits[10]
    return head + (digits[ones] if ones or not tens else "")


def _differences_sheet(book: Book, month: Month, title: str, found: Sequence[Difference]) -> None:
    columns = [
        Column(say("head.serial"), "centre"),
        Column(wording.field_label("responsible_unit"), widest=18),
        Column(wording.field_label("project_name"), widest=34),
        Column(say("head.measure"), widest=24),
        Column(say("sheet.reported"), "amount"),
        Column(say("sheet.adopted"), "amount"),
        Column(say("head.adopted_less_reported"), "amount"),
        Column(say("head.why"), widest=60),
        Column(say("head.cell"), widest=18),
    ]
    heading = Heading(say("differences.title", title=title), month.basis(say("account.both")), say("unit_wan"))
    sheet = book.sheet(say("sheet.differences"), heading, columns, paper="A4", frozen=3)
    previous = None
    for number, item in enumerate(found, start=1):
        is_same = previous is not None and (previous.project, previous.why) == (item.project, item.why)
        why, previous = say("why.same") if is_same else item.why, item
        both = isinstance(item.reported, Decimal) and isinstance(item.adopted, Decimal)
        less = item.adopted - item.reported if both else None
        measure = month.label(item.field) if item.field else say("differences.whole_row")
        told, taken = (_cell_value(item.field, value) for value in (item.reported, item.adopted))
        unit = month.unit_name(item.unit_id)
        sheet.write([number, unit, item.project, measure, told, taken, less, why, item.cell])
    if not found:
        sheet.line(say("differences.none"))


def _cell_value(field: str, value: object) -> object:
    if value is None:
        return say("none")
    return value if isinstance(value, Decimal) else wording.shown(field, value)
