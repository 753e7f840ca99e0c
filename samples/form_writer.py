"""Form writer: one filled form becomes a sheet as a bureau's form looks.

Belongs here: merged headers, formulas with their values, fonts, number formats, print set-up.
Does not belong here: which figures (filling), which mistakes (faults), files and folders (workbooks).
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from samples.sheets import SPARE_ROWS, TITLE_ROW, UNIT_ROW, Column, Detail, Filled, Total, Typed, letter, places, summed
from samples.words import say

A3 = 8
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}
WIDTHS = {
    "serial_no": 4.5,
    "project_name": 19,
    "owner_name": 16,
    "image_text": 14,
    "problem_text": 14,
    "construction_text": 18,
    "document_number": 16,
    "approving_unit": 14,
    "not_needed_reason": 20,
    "coordination_text": 16,
    "fund_kind": 12,
}
KIND_WIDTHS = {"project_code": 15, "usc_code": 12, "decimal": 11, "date": 10.5, "percent": 7.5, "text": 10, "unit": 10}
OTHER_WIDTH = 7.5
FAR_BELOW = 400  # rows: further than a reader follows blank ones
HEIGHTS = {"title": 40, "unit": 24, "header": 28, "total": 24, "detail": 36}
CENTRED = {
    *("serial_no", "level_code", "category_code", "nature_code", "status_code", "is_in_statistics", "region_code"),
    *("industry_code", "pipeline_stage", "is_needed", "handling_level", "procedure_state", "approving_unit"),
}
TEXT_COLUMNS = ("stat_code", "industry_code")
WIDE = 30  # a sheet of more columns prints on several pages side by side
PAGES_WIDE = 3
NUMBER_FORMATS = {"decimal": "#,##0.00", "percent": "0.00", "date": "yyyy-mm-dd", "integer": "0"}
BORDER = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_size": 10}


class FormWriter:
    """Writes one filled form as a sheet of a workbook."""

    def __init__(self, book: xlsxwriter.Workbook, filled: Filled) -> None:
        self.filled = filled
        self.places = places(filled)
        self.sheet: Worksheet = book.add_worksheet(filled.sheet)
        self.book = book
        self.formats: dict[tuple, xlsxwriter.format.Format] = {}
        body, head = say("font_body"), say("font_head")
        self.title = book.add_format(
            {"font_name": say("font_title"), "font_size": 20, "align": "center", "valign": "vcenter"}
        )
        self.unit = {
            align: book.add_format({"font_name": body, "font_size": 11, "align": align, "valign": "vcenter"})
            for align in ("left", "center", "right")
        }
        self.head = book.add_format({**BORDER, "font_name": head, "align": "center"})
        self.note = book.add_format({"font_name": body, "font_size": 10, "valign": "vcenter", "text_wrap": True})
        self.plain = {column: self._format(column, bold=False) for column in filled.columns}
        self.bold = {column: self._format(column, bold=True) for column in filled.columns}
        self.label = book.add_format({**BORDER, "font_name": head, "bold": True, "align": "left"})

    def _format(self, column: Column, bold: bool) -> xlsxwriter.format.Format:
        properties = {**BORDER, "font_name": say("font_body"), "bold": bold}
        if column.kind in NUMBER_FORMATS:
            properties["num_format"] = NUMBER_FORMATS[column.kind]
        if column.kind in ("project_code", "usc_code", "region_code") or column.field in TEXT_COLUMNS:
            properties["num_format"] = "@"
        if column.field in CENTRED or column.kind == "date":
            properties["align"] = "center"
        wanted = tuple(sorted(properties.items()))
        if wanted not in self.formats:
            self.formats[wanted] = self.book.add_format(properties)
        return self.formats[wanted]

    def write(self) -> None:
        """Everything from the title down to the signatures, and how it prints."""
        self._heading()
        self._header()
        self._totals()
        self._details()
        self._below()
        self._print_setup()

    @property
    def _last(self) -> int:
        return len(self.filled.columns) - 1

    @property
    def _first_page(self) -> int:
        """How many columns the title stands over: all, or those of the first page of a wide form."""
        columns = len(self.filled.columns)
        return columns if columns <= WIDE else columns // PAGES_WIDE

    def _heading(self) -> None:
        texts, width = self.filled.heading, self._first_page
        self.sheet.merge_range(TITLE_ROW - 1, 0, TITLE_ROW - 1, width - 1, self.filled.title, self.title)
        self.sheet.set_row(TITLE_ROW - 1, HEIGHTS["title"])
        bounds = [round(width * index / len(texts)) for index in range(len(texts) + 1)]
        for index, text in enumerate(texts):
            align = "left" if index == 0 else "right" if index == len(texts) - 1 else "center"
            self.sheet.merge_range(
                UNIT_ROW - 1, bounds[index], UNIT_ROW - 1, bounds[index + 1] - 1, text, self.unit[align]
            )
        self.sheet.set_row(UNIT_ROW - 1, HEIGHTS["unit"])

    def _header(self) -> None:
        """Groups merge over their columns, leaves over the rows that are left."""
        top, rows, columns = UNIT_ROW, self.filled.header_rows, self.filled.columns
        for depth in range(rows):
            level = [column.path[: depth + 1] if len(column.path) > depth else None for column in columns]
            for path, run in groupby(range(len(columns)), key=lambda index: level[index] or index):
                run = list(run)
                if not isinstance(path, tuple):
                    continue
                is_leaf = len(columns[run[0]].path) == depth + 1
                bottom = rows - 1 if is_leaf else depth
                self._merge(top + depth, run[0], top + bottom, run[-1], path[-1], self.head)
        for row in range(top, top + rows):
            self.sheet.set_row(row, HEIGHTS["header"])
        for index, column in enumerate(columns):
            self.sheet.set_column(index, index, WIDTHS.get(column.field) or KIND_WIDTHS.get(column.kind, OTHER_WIDTH))

    def _merge(self, top: int, left: int, bottom: int, right: int, text: str, style) -> None:
        if (top, left) == (bottom, right):
            self.sheet.write(top, left, text, style)
        else:
            self.sheet.merge_range(top, left, bottom, right, text, style)

    def _totals(self) -> None:
        if self.filled.nil:
            return
        at = self.places
        heads = at.groups
        self._total(self.filled.total, at.total, lambda c: "+".join(f"{c}{row}" for row in heads))
        level = at.columns.get("level_code")
        first, last = at.details[0][1], at.end - 1
        for row, head in zip(at.of_which, self.filled.of_which, strict=True):
            wanted = next(d.cells.get("level_code") for d in self.filled.details if d.level_code == head.code)
            self._total(
                head,
                row,
                lambda c, wanted=wanted: f'SUMIF(${level}${first}:${level}${last},"{wanted}",{c}${first}:{c}${last})',
            )
        for ordinal, (row, group) in enumerate(zip(at.groups, self.filled.groups, strict=True)):
            below = f"{row + 1}", f"{row + len(group.details)}"
            self._total(group.head, row, lambda c, below=below: f"SUM({c}{below[0]}:{c}{below[1]})", ordinal)

    def _total(self, head: Total, row: int, formula, ordinal: int = 0) -> None:
        """A row of sums: its label over the first columns, formulas where they give its figures."""
        name = next(index for index, column in enumerate(self.filled.columns) if column.field == "project_name")
        self.sheet.merge_range(row - 1, 0, row - 1, name, head.label(ordinal), self.label)
        self.sheet.set_row(row - 1, HEIGHTS["total"])
        gives = self._calculated(head)
        for index, column in enumerate(self.filled.columns):
            if index <= name:
                continue
            style, value = self.bold[column], head.values.get(column.field)
            if column.field == "completion_rate_reported":
                self._rate(row, index, style, head)
            elif value is None:
                self.sheet.write_blank(row - 1, index, None, style)
            elif gives.get(column.field) == value:
                self.sheet.write_formula(row - 1, index, f"={formula(letter(index))}", style, float(value))
            else:
                self.sheet.write_number(row - 1, index, value, style)

    def _calculated(self, head: Total) -> dict[str, Decimal]:
        """What a spreadsheet would calculate for a row of sums from the rows it is made of."""
        fields = summed(self.filled.columns)
        if head.key == "total_label":
            parts: list = [group.head.values for group in self.filled.groups]
        elif head.key == "of_which_label":
            parts = [detail.cells for detail in self.filled.details if detail.level_code == head.code]
        else:
            parts = [d.cells for group in self.filled.groups if group.head is head for d in group.details]
        return {
            name: sum((part[name] for part in parts if isinstance(part.get(name), Decimal)), Decimal("0.00"))
            for name in fields
        }

    def _rate(self, row: int, index: int, style, head: Total) -> None:
        plan, ytd = head.values.get("annual_plan_wan"), head.values.get("ytd_investment_wan")
        at = self.places.columns
        if not plan:
            self.sheet.write_blank(row - 1, index, None, style)
            return
        if (typed := head.values.get("completion_rate_reported")) is not None:
            self.sheet.write_number(row - 1, index, typed, style)
            return
        rate = (ytd * 100 / plan).quantize(Decimal("0.01"), ROUND_HALF_UP)
        text = f"=ROUND({at['ytd_investment_wan']}{row}/{at['annual_plan_wan']}{row}*100,2)"
        self.sheet.write_formula(row - 1, index, text, style, float(rate))

    def _details(self) -> None:
        for detail, (_, row) in zip(self.filled.details, self.places.details, strict=True):
            is_hidden = {"hidden": detail.project_id in self.filled.hidden}
            self.sheet.set_row(row - 1, HEIGHTS["detail"], None, is_hidden)
            for index, column in enumerate(self.filled.columns):
                self._cell(row, index, detail, column)

    def _cell(self, row: int, index: int, detail: Detail, column: Column) -> None:
        value, style = detail.cells.get(column.key), self.plain[column]
        if value is None:
            self.sheet.write_blank(row - 1, index, None, style)
        elif isinstance(value, Typed):
            self.sheet.write_formula(row - 1, index, value.formula, style, value.result)
        elif isinstance(value, date):
            self.sheet.write_datetime(row - 1, index, value, style)
        elif isinstance(value, str):
            self.sheet.write_string(row - 1, index, value, style)
        else:
            self.sheet.write_number(row - 1, index, value, style)

    def _below(self) -> None:
        """Typed-ahead rows with a serial number only, then notes and signatures."""
        row, serial = self.places.end, len(self.filled.details)
        if self.filled.nil:
            row = self.filled.first_row
            self.sheet.merge_range(row - 1, 0, row - 1, self._last, say("nil_line"), self.label)
            row += 1
        for ahead in range(1, SPARE_ROWS + 1):
            for index, column in enumerate(self.filled.columns):
                self.sheet.write_blank(row - 1, index, None, self.plain[column])
            self.sheet.write_number(row - 1, 0, serial + ahead, self.plain[self.filled.columns[0]])
            row += 1
        for note in self.filled.notes:
            self.sheet.merge_range(row - 1, 0, row - 1, self._first_page - 1, note, self.note)
            self.sheet.set_row(row - 1, HEIGHTS["total"])
            row += 1

        if self.filled.stray_text:
            self.sheet.write_string(row + FAR_BELOW, 0, self.filled.stray_text, self.note)

    def _print_setup(self) -> None:
        self.sheet.set_paper(A3)
        self.sheet.set_landscape()
        self.sheet.set_margins(**MARGINS)
        is_wide = len(self.filled.columns) > WIDE
        self.sheet.fit_to_pages(PAGES_WIDE if is_wide else 1, 0)
        if is_wide:
            self.sheet.repeat_columns(0, 2)
        self.sheet.repeat_rows(0, self.filled.first_row - 2)
        self.sheet.center_horizontally()
        self.sheet.freeze_panes(self.filled.first_row - 1, 3)
        self.sheet.set_footer("&C&P/&N")
