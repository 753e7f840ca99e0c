"""Columns: how the columns of a recognised sheet are read, money by its unit, and what is wrong with any as a whole.

Belongs here: units of money, columns that are missing, extra, renamed or moved.
Does not belong here: which column is which field (matching), cells (typed_cells), other issues (sheet_issues).
"""

from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches

from ingestion import cells, vocabulary
from ingestion.candidates import Candidate
from ingestion.headers import split_unit
from ingestion.markers import markers
from ingestion.matching import Found
from ingestion.typed_cells import Issue, Layout, layout_of
from ingestion.workbook import column_letter

# every sender has a layout of his own, and keeps it: the layout and the columns whose unit is not the form's
_LAYOUTS: dict[tuple, tuple[Layout, tuple[tuple[Found, Decimal | None], ...]]] = {}


def layout_for(chosen: Candidate, last_year: int) -> tuple[Layout, list[Issue]]:
    """How each column is read, money by its unit: what the unit row and the head say, when they do not disagree."""
    match, stated = chosen.match, chosen.heading.unit
    key = (match, stated, last_year)
    if key not in _LAYOUTS:
        if len(_LAYOUTS) > 256:
            _LAYOUTS.clear()
        factors = tuple(factor_of(stated, found) for found in match.found)
        remarks = tuple(pair for pair in zip(match.found, factors, strict=True) if pair[1] != cells.ONE)
        _LAYOUTS[key] = (layout_of(match.found, factors, last_year), remarks)
    layout, remarks = _LAYOUTS[key]
    issues = []
    for found, factor in remarks:
        said = " / ".join(filter(None, (stated, found.unit)))
        code = "unit_conflict" if factor is None else "unit_converted"
        issues.append(_issue(chosen, found, code, said, vocabulary.messages("reading")["expected_unit"]))
    return layout, issues


def factor_of(stated: str, found: Found) -> Decimal | None:
    """One of the column's unit in 万元; None when unit row and head disagree or the unit is not convertible."""
    if vocabulary.fields()[found.column.field].type != "decimal" or not (stated or found.unit):
        return cells.ONE
    known = markers().units.convertible
    factors = {known.get(unit) for unit in (stated, found.unit) if unit}
    return factors.pop() if len(factors) == 1 else None


def column_issues(chosen: Candidate) -> Iterator[Issue]:
    """Columns missing, extra, renamed and moved."""
    sheet, match, header, row = chosen.sheet, chosen.match, chosen.header, chosen.header.bottom + 1
    for column, rivals in match.missing:
        if column.required or rivals:
            letters = "、".join(column_letter(place) for place in rivals)
            code = "missing_column" if column.required else "extra_column"
            text = vocabulary.messages("reading")["expected_one_column"].format(path=column.path)
            expected = text if rivals else column.path
            about = (None, column.field, column.path)
            yield Issue(code, sheet.name, row, *about, letters, expected, column.procedure)
    absent = [column.path for column, _ in match.missing]
    for place in match.extra:
        written = "/".join(" ".join(word.split()) for word in header.paths[place])
        near = get_close_matches(written, absent, n=1, cutoff=0.6)  # a hint for the sender, never acted upon
        yield Issue(
            "extra_column", sheet.name, row, column_letter(place), None, written, written, near[0] if near else ""
        )
    for found in match.renamed:
        if found in chosen.back:
            continue
        code = "broken_header" if _lost_its_group(found) else "renamed_column"
        yield _issue(chosen, found, code, found.written, found.column.path)
    for found in match.moved:
        yield _issue(chosen, found, "moved_column", column_letter(found.index), found.column.path)


def _lost_its_group(found: Found) -> bool:
    """Whether nothing is left of a column's path but its leaf, and the leaf is no other name of it."""
    leaf = split_unit(found.column.segments[-1])[0]
    alone = len(found.column.segments) > 1 and "/" not in found.written and split_unit(found.written)[0] == leaf
    return alone and leaf not in {split_unit(word)[0] for word in found.column.synonyms}


def _issue(chosen: Candidate, found: Found, code: str, said: str, expected: str) -> Issue:
    """An issue at the head of a column that was found."""
    row, column = chosen.header.bottom + 1, found.column
    about = (column_letter(found.index), column.field, found.written)
    return Issue(code, chosen.sheet.name, row, *about, said, expected, column.procedure)
