"""Summaries: the total row of a 汇总表 that stands in the same workbook as the form.

Belongs here: finding such a sheet, which of its columns are money of the form, its one row of totals.
Does not belong here: the form's own sheet (reading), whether both sheets agree (expectations).

A sheet is taken only where nothing has to be guessed: heads equal to the form's, a unit that can be converted, one row
of totals, no other month. Every other sheet is left alone, as a workbook may hold anything beside its form.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from ingestion import cells, vocabulary
from ingestion.forms import Form
from ingestion.headers import Header, find_header, split_unit
from ingestion.heading import Heading, read_heading
from ingestion.markers import fold, markers
from ingestion.matching import Found, Match, match_edition
from ingestion.roles import TOTAL, classify
from ingestion.rows import ReadRow
from ingestion.typed_cells import TypedCells, layout_of
from ingestion.workbook import Sheet, column_letter

SUMMARY = "summary"
_FEWEST_AMOUNTS = 2
_MOST_ROWS = 500  # a summary is small; what is longer is another kind of sheet

Factor = Callable[[str, Found], Decimal | None]


def read_summaries(
    sheets: Iterable[Sheet], form: Form, match: Match, own: Heading, factor: Factor
) -> Iterator[ReadRow]:
    """The row of totals of every summary among ``sheets`` (those beside the form's own), with its sheet's name.

    ``match`` and ``own`` heading are those of the form's sheet; ``factor`` gives a column's unit in 万元, None when in
    doubt.
    """
    for sheet in sheets:
        header = find_header(sheet, {form.form: form}, _FEWEST_AMOUNTS)
        if header is None or len(sheet.rows) > header.bottom + _MOST_ROWS:
            continue
        heading = read_heading(sheet, header)
        if heading.period not in (None, own.period):
            continue
        amounts = _amounts(match_edition(match.edition, header, own.period), header)
        factors = [_factor(heading.unit, own.unit, found, factor) for found in amounts]
        if len(amounts) >= _FEWEST_AMOUNTS and None not in factors:
            yield from _total_row(sheet, header, amounts, factors)


def _factor(stated: str, beside: str, found: Found, factor: Factor) -> Decimal | None:
    """The unit of a column; in doubt where the sheet is silent and the form ``beside`` it is not in 万元."""
    is_silent = not stated and not found.unit
    return None if is_silent and factor(beside, found) != cells.ONE else factor(stated, found)


def _amounts(match: Match, header: Header) -> list[Found]:
    """The money columns of the project as a whole; none where the sheet names projects and so is a list of its own."""
    if any(found.column.field in ("project_name", "project_code") for found in match.found):
        return []
    return [
        found
        for found in match.found
        if vocabulary.fields()[found.column.field].type == "decimal"
        and not found.column.procedure
        and _has_no_group_of_its_own(found, header)
    ]


def _has_no_group_of_its_own(found: Found, header: Header) -> bool:
    """Whether the form has the groups above the head too: 总投资 under 省重点 is not the 总投资 of all projects."""
    groups = {split_unit(word)[0] for word in found.column.segments[:-1]}
    above = {split_unit(word)[0] for word in header.paths[found.index][:-1]}
    return above <= groups | {""}


def _total_row(sheet: Sheet, header: Header, amounts: list[Found], factors: list[Decimal]) -> Iterator[ReadRow]:
    """The one row of totals; nothing when there is none, or several of which none is the whole for certain."""
    count = _count_column(header)
    first = min([found.index for found in amounts] + ([count] if count is not None else []))
    if not any(header.paths[:first]):
        return  # the header begins further up: what it groups is not known
    below = enumerate(sheet.rows[header.bottom + 1 :], start=header.bottom + 1)
    totals = [(place, row, label) for place, row in below if (label := _total_label(row[:first]))]
    if len(totals) != 1:
        return
    [(place, row, label)] = totals
    layout = layout_of(amounts, factors, cells.LAST_YEAR)
    values, raw = TypedCells(sheet, layout, []).total(place, row)
    named = next(column for column, cell in enumerate(row) if type(cell) is str and cell.strip())
    # as in the form's own totals the label begins the row; the number of projects stands where projects are named
    beside = {"serial_no": named, "project_name": named if count is None else count}
    columns = layout.letters | {name: column_letter(at) for name, at in beside.items()}
    headers = layout.headers | {name: "/".join(header.paths[at]) for name, at in beside.items()}
    raw |= {name: cells.show(row[at]) for name, at in beside.items() if at < len(row)}
    yield ReadRow(place + 1, SUMMARY, label, _count(row, count), "", values, columns, raw, headers, sheet=sheet.name)


def _total_label(leading: list) -> str:
    """The words in front of a row's figures when they say that it is the total of all, else nothing."""
    label = "".join(" ".join(cell.split()) for cell in leading if type(cell) is str)
    return label if label and classify(label)[0] == TOTAL else ""


def _count_column(header: Header) -> int | None:
    """Where the number of projects stands, when one column alone says so."""
    words = {fold(word) for word in markers().rows.project_counts}
    found = [place for place, path in enumerate(header.paths) if "".join(map(fold, path)) in words]
    return found[0] if len(found) == 1 else None


def _count(row: list, place: int | None) -> int | None:
    cell = row[place] if place is not None and place < len(row) else ""
    if type(cell) is str and fold(cell).isdecimal():
        return int(fold(cell)[:9])
    return int(cell) if type(cell) in (int, float) and 0 <= cell < 2**31 and cell == int(cell) else None
