"""Rows: the rows of a sheet under its header, each with its role and its typed cells.

Belongs here: walking the rows, merged cells among them, where a sheet ends.
Does not belong here: typing a row's cells (typed_cells), its role (roles), which sheet is read (reading).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingestion import vocabulary
from ingestion.cells import show
from ingestion.matching import Match
from ingestion.roles import DETAIL, IGNORED, TOTAL, Role, Roles, is_column_number_row
from ingestion.typed_cells import Issue, Layout, TypedCells
from ingestion.workbook import Sheet, column_letter


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as read. ``role``: detail, total, subtotal, of_which, or summary for the total of another sheet.

    ``values`` holds the typed value of every field found in the sheet (None: blank or unreadable), ``raw`` the text of
    the cell where it differs from the value. ``columns`` and ``headers`` are the same for all rows of a sheet.
    ``group_path`` names the groups a row stands under, a group's own row included; a total has none. ``sheet`` is named
    only by a row of another sheet than the form's.
    """

    row: int
    role: str
    label: str
    label_count: int | None
    group_path: str
    values: dict[str, object]
    columns: dict[str, str]
    raw: dict[str, str]
    headers: dict[str, str]
    sheet: str | None = None


@dataclass
class Rows:
    """What the rows under a header gave; ``seen`` counts those that hold anything."""

    rows: list[ReadRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    seen: int = 0
    foot: list[tuple[int, list]] = field(default_factory=list)  # notes and signatures, with their places


def read_rows(sheet: Sheet, bottom: int, match: Match, layout: Layout, blank_rows: int) -> Rows:
    """The rows below header row ``bottom`` (from 0), until more than ``blank_rows`` blank rows on end."""
    out = Rows()
    told, typed = Roles(match), TypedCells(sheet, layout, out.issues)
    _fill_merged(sheet, bottom)
    before, is_after_detail, gaps = bottom, False, []
    for place, row in _filled(sheet, bottom, blank_rows, out.issues):
        out.seen += 1
        if out.seen == 1 and is_column_number_row(row):
            continue
        role = told.of(row)
        if role.kind == IGNORED:
            if told.in_foot:
                out.foot.append((place, row))
            elif role.begins_area:
                out.issues.append(_second_area(sheet, place, row))
            before = place
            continue
        if is_after_detail and role.kind == DETAIL and place > before + 1:
            gaps += range(before + 1, place)
        before, is_after_detail = place, role.kind == DETAIL
        if role.is_ambiguous:
            out.issues.append(_ambiguous(sheet, place, role, match))
        if role.kind == DETAIL:
            label, known = "", len(out.issues)
            values, raw = typed.detail(place, row)
            if values["project_name"] is None and values.get("project_code") is None:
                del out.issues[known:]  # what else is wrong with a row of nobody's is nobody's concern
                out.issues.append(_keyless(sheet, place, row, match))
        else:
            label, (values, raw) = role.label, typed.total(place, row)
        path = "" if role.kind == TOTAL else told.group_path
        out.rows.append(
            ReadRow(place + 1, role.kind, label, role.count, path, values, layout.letters, raw, layout.headers)
        )
    if gaps:
        out.issues.append(_blank_between(sheet, gaps))
    return out


def _second_area(sheet: Sheet, place: int, row: list) -> Issue:
    said = " ".join(show(cell) for cell in row if cell)
    expected = vocabulary.messages("reading")["expected_one_area"]
    return Issue("second_area", sheet.name, place + 1, found=said[:60], expected=expected)


def _keyless(sheet: Sheet, place: int, row: list, match: Match) -> Issue:
    named = next(found for found in match.found if found.column.field == "project_name")
    said = " ".join(show(cell) for cell in row if cell)
    about = (column_letter(named.index), "project_name", named.written, said[:60])
    return Issue("keyless_row", sheet.name, place + 1, *about, vocabulary.messages("reading")["expected_key"])


def _blank_between(sheet: Sheet, gaps: list[int]) -> Issue:
    texts = vocabulary.messages("reading")
    found = texts["blank_rows"].format(row=gaps[0] + 1, count=len(gaps))
    return Issue("blank_rows", sheet.name, gaps[0] + 1, found=found, expected=texts["expected_no_blank_rows"])


def _filled(sheet: Sheet, bottom: int, blank_rows: int, issues: list[Issue]) -> Iterator[tuple[int, list]]:
    """The rows that hold anything, with their place; says so when it stops before the end of the sheet."""
    blank, read, end = 0, bottom, len(sheet.rows)
    for place in range(bottom + 1, end):
        row = sheet.rows[place]
        if any(row):
            blank, read = 0, place
            yield place, row
            continue
        blank += 1
        if blank > blank_rows:
            break
    left = sheet.rows_cut + (end - 1 - place if blank > blank_rows else 0)
    if left:
        texts = vocabulary.messages("reading")
        found = texts["read_rows"].format(row=read + 1, count=left)
        issues.append(Issue("ghost_rows", sheet.name, read + 2, found=found, expected=texts["expected_nothing_below"]))


def _fill_merged(sheet: Sheet, bottom: int) -> None:
    """Write the value of a vertically merged cell into each row it spans. Across columns nothing is copied: one
    amount merged over two columns belongs to neither for certain."""
    for top, left, last, _ in sheet.merges:
        if top <= bottom or last <= top or top >= len(sheet.rows) or left >= len(sheet.rows[top]):
            continue
        value = sheet.rows[top][left]
        for row in sheet.rows[top + 1 : last + 1]:
            if left < len(row) and row[left] == "":
                row[left] = value


def _ambiguous(sheet: Sheet, place: int, role: Role, match: Match) -> Issue:
    named = next(found for found in match.found if found.column.field == "project_name")
    expected = vocabulary.messages("reading")["expected_one_role"]
    letter = column_letter(named.index)
    return Issue("ambiguous_row", sheet.name, place + 1, letter, "project_name", named.written, role.label, expected)
