"""Annex: 附件1–6 of a period's paper as one workbook with native charts, print-ready, every number cited.

Belongs here: which periods have an annex, writing its sheets, where each cited number came to stand.
Does not belong here: what a sheet holds (annex_months.py, annex_weeks.py), layout of sheets (workbook.py).
"""

from decimal import Decimal
from pathlib import Path

from xlsxwriter.utility import xl_rowcol_to_cell

from dispatch import annex_months, annex_weeks
from dispatch.annex_tables import UNITS, AnnexTable, Cell, Chart, Number, word
from dispatch.bulletin_facts import Facts
from dispatch.cell_values import Percent, Points
from dispatch.chart_specs import LIGHT, SERIES
from dispatch.cited_values import CitedValues
from dispatch.marts import Marts
from dispatch.month import MONTHLY, Month
from dispatch.workbook import Book, Sheet
from dispatch.workbook_style import Heading
from ingestion.obligations import due_periods
from ingestion.workspace import Workspace

CHART_WIDTH, CHART_HEIGHT = 760, 360  # pixels
LINES_BELOW = 2  # rows between a table and its chart


def write(ws: Workspace, plan_id: str, period: str) -> list[Path]:
    """Write the annex of a period and its citations; none for a period that nothing was owed for."""
    month, marts = Month(ws, plan_id, period), Marts.of_build(ws)
    if period not in due_periods(month.plan, month.form):
        return []
    facts = Facts(month, CitedValues(marts, lambda _: month.plan))
    tables = annex_months.tables(facts, marts) if month.form == MONTHLY else annex_weeks.tables(facts)
    path = month.folder() / word("file", period=period)
    with Book(path, "annex", plan_id, period, made=month.known_at) as book:
        for table in tables:
            _sheet(book, month, table, facts)
    return [path, facts.quoting.save(path, plan_id, period, month.known_at)]


def _sheet(book: Book, month: Month, table: AnnexTable, facts: Facts) -> None:
    title = word("title", plan=month.plan.name, number=table.number, name=table.name)
    basis = month.basis(word(f"account.{table.account}"))
    heading = Heading(title, basis, table.unit, (*table.notes, word("note.all_numbers")))
    name = word("sheet", number=table.number, name=table.name)
    sheet = book.sheet(name, heading, table.columns, paper=table.paper, frozen=table.frozen)
    first = sheet.row
    for number, cells in enumerate(table.rows):
        shown = [_shown(cell, facts, sheet, column) for column, cell in enumerate(cells)]
        is_total = number in table.totals
        sheet.write(shown, fill="total" if is_total else None, bold=is_total)
    if not table.rows:
        sheet.line(word("none"))
    elif table.chart:
        _chart(sheet, table, table.chart, first)


def _shown(cell: Cell, facts: Facts, sheet: Sheet, column: int) -> object:
    """What a cell holds; a number is quoted where it stands, an empty one stays empty."""
    if not isinstance(cell, Number):
        return cell
    value = facts.known(cell.address)
    if value is None:
        return None
    unit, _ = UNITS[cell.kind]
    place = f"{sheet.name}!{xl_rowcol_to_cell(sheet.row, column)}"
    sign = "always" if cell.kind == "points" else "minus"
    facts.quoting.quote(cell.address, unit, cell.places_of(value), sign, place)
    return _written(cell, value)


def _written(cell: Number, value: Decimal) -> object:
    if cell.kind == "rate":
        return Percent(value, cell.against)
    if cell.kind == "points":
        return Points(value)
    return int(value) if cell.kind == "integer" else value


def _chart(sheet: Sheet, table: AnnexTable, chart: Chart, first: int) -> None:
    """The chart below its table; bars from the table's own cells, so it follows when a cell is corrected by hand."""
    heads = [column.path for column in table.columns]
    rows = (first + chart.first, first + chart.last)

    def cells(head: str) -> list[object]:
        column = heads.index(head)
        return [sheet.name, rows[0], column, rows[1], column]

    bars = sheet.chart({"type": "column", "subtype": "stacked"} if chart.is_stacked else {"type": "column"})
    label = {} if chart.is_stacked else {"data_labels": {"value": True}}
    for number, head in enumerate(chart.series):
        series = {"name": head, "categories": cells(chart.names), "values": cells(head)}
        bars.add_series(series | {"fill": {"color": SERIES[number % len(SERIES)]}, "gap": 60} | label)
    bars.set_y_axis(
        {"min": 0, "num_format": chart.axis, "major_gridlines": {"visible": True, "line": {"color": LIGHT}}}
    )
    bars.set_title({"name": chart.title, "name_font": {"size": 12, "bold": False}})
    bars.set_legend({"position": "bottom"} if len(chart.series) > 1 else {"none": True})
    bars.set_size({"width": CHART_WIDTH, "height": CHART_HEIGHT})
    sheet.insert_chart(sheet.row + LINES_BELOW, 1, bars)
