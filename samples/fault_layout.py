"""Fault layout: mistakes in how a unit keeps its sheet: columns, header, hidden and blank rows, serials, signatures.

Belongs here: recipes of S01, S04–S07, S09, S11, S13, S15, S18 and S19.
Does not belong here: totals, lists of rows and arrivals (fault_sheets), single cells (fault_cells).
"""

from collections.abc import Callable
from dataclasses import replace

from samples.fault_case import Case, Recipe, altered, on_form
from samples.sheets import Column, Detail, Filled, Typed, with_details
from samples.words import say

Y, RATE, STATISTICS = "ytd_investment_wan", "completion_rate_reported", "is_in_statistics"
FUNDS, SERIAL, NAME, TEXT = "funds_ytd_wan", "serial_no", "project_name", "image_text"
STRANGE_COLUMNS = 9  # more than a quarter of the form's
SKIPPED = 7
NOBODY = Detail("", "", {})
MISPLACED = {NAME: SERIAL, "owner_name": NAME, "usc_code": "total_investment_wan", "level_code": "annual_plan_wan"}


def _any(case: Case) -> bool:
    """Any unit whose form came in time: the case stands for its unit."""
    return case.county.received[case.unit_id, case.period] <= case.county.due[case.period]


def _first_of_group(case: Case) -> bool:
    """A project with another one below it in its group."""
    entries = [e.project for e in case.county.entries(case.period, case.unit_id)]
    alike = [project for project in entries if project.category_code == case.project.category_code]
    return _any(case) and len(alike) > 1 and alike[0].project_id == case.project_id


def _several(case: Case) -> bool:
    return _any(case) and len(case.county.entries(case.period, case.unit_id)) >= 2


def _all_rated(case: Case) -> bool:
    """Every row has both cells that are swapped, and no state of the unit speaks of them."""
    month, states = int(case.period[-2:]), case.county.expected_states(case.period)
    projects = [entry.project for entry in case.county.entries(case.period, case.unit_id)]
    rated = all(project.at(month).completion_rate_reported is not None for project in projects)
    return _several(case) and rated and not any(("D05", project.project_id) in states for project in projects)


def _with_strange_columns(case: Case, filled: Filled) -> Filled:
    heading = say("fault_extra_heading")
    strange = tuple(Column((f"{heading}{number}",), None) for number in range(1, STRANGE_COLUMNS + 1))
    return replace(filled, columns=(*filled.columns, *strange))


def _with_columns_swapped(case: Case, filled: Filled) -> Filled:
    """Two columns changed places below their heads, for all projects."""

    def swapped(detail: Detail) -> Detail:
        cells = dict(detail.cells)
        cells[RATE], cells[STATISTICS] = cells.get(STATISTICS), cells.get(RATE)
        return replace(detail, cells=cells)

    return with_details(filled, swapped)


def _with_lone_leaf(case: Case, filled: Filled) -> Filled:
    columns = tuple(replace(c, path=c.path[-1:]) if c.field == Y else c for c in filled.columns)
    return replace(filled, columns=columns)


def _below(detail: Callable[[Case, Filled], Detail]) -> Callable[[Case, Filled], Filled]:
    """One more line in the sheet, right below the case's project; totals and counts stay."""

    def change(case: Case, filled: Filled) -> Filled:
        groups = []
        for group in filled.groups:
            lines = [line for own in group.details for line in _followed(own, case, detail(case, filled))]
            groups.append(replace(group, details=tuple(lines)))
        return replace(filled, groups=tuple(groups))

    return change


def _followed(own: Detail, case: Case, line: Detail) -> list[Detail]:
    return [own, line] if own.project_id == case.project_id else [own]


def _other_header(case: Case, filled: Filled) -> Detail:
    """The header of another table: the same words over other columns."""
    heads = {column.field: column.path[-1] for column in filled.columns}
    return replace(NOBODY, cells={place: heads[word] for place, word in MISPLACED.items()})


def _continued(case: Case, filled: Filled) -> Detail:
    return replace(NOBODY, cells={TEXT: say("fault_progress_continued")})


def _linked(case: Case, filled: Filled) -> Filled:
    value = Typed(say("fault_link"), f"{case.state.funds_ytd_wan}")
    return altered(filled, case.project_id, {FUNDS: value})


def _serial_skipped(case: Case, filled: Filled) -> Filled:
    last = filled.details[-1]
    return altered(filled, last.project_id, {SERIAL: last.cells[SERIAL] + SKIPPED})


def _undated(case: Case, filled: Filled) -> Filled:
    unfilled = say("fault_unfilled_date", year=case.county.year)
    return replace(filled, heading=(filled.heading[0], unfilled, *filled.heading[2:]))


def _unsigned(case: Case, filled: Filled) -> Filled:
    return replace(filled, notes=(*filled.notes[:-1], say("fault_unsigned_row")))


RECIPES = (
    Recipe(
        "many_strange_columns",
        None,
        _any,
        on_form(_with_strange_columns),
        lambda case: [*case.finds_on_sheet("S01"), *case.finds_on_sheet("S03")],
    ),
    Recipe(
        "columns_swapped",
        None,
        _all_rated,
        on_form(_with_columns_swapped),
        lambda case: [
            *case.finds_on_sheet("S04", RATE, STATISTICS),
            *case.finds_on_sheet("F01A", RATE),
            *case.finds_on_sheet("F12", STATISTICS),
        ],
        only_last=True,
    ),
    Recipe("header_group_lost", None, _any, on_form(_with_lone_leaf), lambda case: case.finds_on_sheet("S05", Y)),
    Recipe("second_table", None, _any, on_form(_below(_other_header)), lambda case: case.finds_on_sheet("S06")),
    Recipe(
        "hidden_row",
        None,
        _any,
        on_form(lambda case, filled: replace(filled, hidden=(case.project_id,))),
        lambda case: case.finds_on_sheet("S07"),
    ),
    Recipe(
        "linked_workbook",
        None,
        lambda case: _any(case) and case.state.funds_ytd_wan > 0,
        on_form(_linked),
        lambda case: case.finds_on_sheet("S09", FUNDS),
    ),
    Recipe(
        "blank_row",
        None,
        _first_of_group,
        on_form(_below(lambda case, filled: NOBODY)),
        lambda case: case.finds_on_sheet("S11"),
    ),
    Recipe("serial_skipped", None, _several, on_form(_serial_skipped), lambda case: case.finds_on_sheet("S13", SERIAL)),
    Recipe("unsigned", None, _any, on_form(_unsigned), lambda case: case.finds_on_sheet("S15")),
    Recipe("title_unfilled", None, _any, on_form(_undated), lambda case: case.finds_on_sheet("S18")),
    Recipe("continued_row", None, _any, on_form(_below(_continued)), lambda case: case.finds_on_sheet("S19", NAME)),
)
