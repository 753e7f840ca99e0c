"""Fault sheets: mistakes in the layout, the totals, the list of rows and the arrival of a unit's form.

Belongs here: recipes of structure, totals, duplicates and schedule (S, X, M, I12, I13, I15, I16, I17, D01).
Does not belong here: single cells (fault_cells) and figures (fault_figures).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from ingestion.forms import load_forms
from samples.fault_case import Case, ExpectedFinding, Recipe, on_form, wan
from samples.filling import monthly_form
from samples.identifiers import project_code
from samples.sheets import Column, Detail, Filled, Summary, Total, renumbered, retotalled, summed, with_details
from samples.words import say, table

Y, T = "ytd_investment_wan", "total_investment_wan"
SUMMARISED = (T, "annual_plan_wan", "month_investment_wan", Y)
STEP = Decimal(500)
TEN_THOUSAND = Decimal(10_000)  # 万元 in one 亿元
OPTIONAL_FOR_RULES = "is_in_statistics"  # a required column that no rule of arithmetic reads
UNIT_COLUMN = T
LATE = timedelta(hours=3)
WIDER = 3  # an unlisted project is so many times as large as the one it is made from


def _any(case: Case) -> bool:
    """Any unit whose form came in time: the case stands for its unit."""
    return case.county.received[case.unit_id, case.period] <= case.county.due[case.period]


def _row(case: Case) -> bool:
    """A project whose row may vanish or come twice without touching a state."""
    return _any(case) and not case.is_behind and case.was_reported and case.project.project_code is not None


def _may_come_twice(case: Case) -> bool:
    """A fifth row would make the unit large enough for what is said of units (T05)."""
    return _row(case) and len(case.county.entries(case.period, case.unit_id)) != 4


def _several(case: Case) -> bool:
    return _row(case) and len(case.county.entries(case.period, case.unit_id)) >= 3


def _raised(total: Total, name: str) -> Total:
    return replace(total, values={**total.values, name: total.values[name] + STEP})


def _subtotal_typed(case: Case, filled: Filled) -> Filled:
    first, *others = filled.groups
    return replace(filled, groups=(replace(first, head=_raised(first.head, Y)), *others))


def _kind_typed(case: Case, filled: Filled) -> Filled:
    first, *others = filled.of_which
    return replace(filled, of_which=(_raised(first, Y), *others))


def _total_typed(case: Case, filled: Filled) -> Filled:
    return replace(filled, total=_raised(filled.total, Y))


def _count_typed(case: Case, filled: Filled) -> Filled:
    return replace(filled, total=replace(filled.total, count=filled.total.count + 1))


def _without_column(case: Case, filled: Filled) -> Filled:
    return replace(filled, columns=tuple(c for c in filled.columns if c.field != OPTIONAL_FOR_RULES))


def with_extra_column(filled: Filled) -> Filled:
    """The form with a column of the department's own before 总投资, filled in every row."""
    at = next(index for index, column in enumerate(filled.columns) if column.field == T)
    extra = Column((say("fault_extra_heading"),), None)
    columns = (*filled.columns[:at], extra, *filled.columns[at:])
    cells = {say("fault_extra_heading"): say("fault_extra_value")}
    return with_details(
        replace(filled, columns=columns), lambda detail: replace(detail, cells={**detail.cells, **cells})
    )


def with_heading(filled: Filled, name: str, heading: str) -> Filled:
    """The form with another word as the lowest heading of a field's column."""
    columns = tuple(
        Column((*column.path[:-1], heading), name) if column.field == name else column for column in filled.columns
    )
    return replace(filled, columns=columns)


def _unit_in_heading(case: Case, filled: Filled) -> Filled:
    heading = next(column.path[-1] for column in filled.columns if column.field == UNIT_COLUMN)
    return with_heading(filled, UNIT_COLUMN, say("fault_unit_in_heading", heading=heading))


def _in_yi(case: Case, filled: Filled) -> Filled:
    """The whole form in 亿元, and the unit row says so: readable, and converted."""
    money = summed(filled.columns)

    def smaller(values: Mapping[str, object]) -> dict[str, object]:
        return {name: value / TEN_THOUSAND if name in money else value for name, value in values.items()}

    def total(head: Total) -> Total:
        return replace(head, values=smaller(head.values))

    converted = with_details(filled, lambda detail: replace(detail, cells=smaller(detail.cells)))
    return replace(
        converted,
        heading=(*filled.heading[:-1], say("fault_unit_row_in_yi")),
        total=total(filled.total),
        of_which=tuple(map(total, filled.of_which)),
        groups=tuple(replace(group, head=total(group.head)) for group in converted.groups),
    )


def _with_leftover(case: Case, filled: Filled) -> Filled:
    """Last month's sheet is still in the workbook."""
    before = [period for period in case.county.periods if period < case.period][-1]
    old = monthly_form(case.county, case.plan, before, case.unit_id)
    return replace(filled, leftovers=(replace(old, sheet=say("fault_leftover_sheet", month=before[-2:])),))


def _with_summary(case: Case, filled: Filled) -> Filled:
    """A 汇总表 by category, whose last line has another number of projects and another figure than the form."""
    year, month = case.period.split("-")
    names = {column.field: column.path[-1] for column in filled.columns if column.field in SUMMARISED}
    total = replace(_raised(filled.total, Y), count=filled.total.count + 1)
    lines = [(group.head.name, group.head) for group in filled.groups] + [(say("fault_summary_total"), total)]
    summary = Summary(
        say("fault_summary_sheet"),
        (say("fault_summary_title", year=year, month=int(month)), say("money_row")),
        (*say("fault_summary_heads").split("|"), *names.values()),
        tuple((name, head.count, *(head.values[field] for field in names)) for name, head in lines),
    )
    return replace(filled, summary=summary)


def _last_months_title(case: Case, filled: Filled) -> Filled:
    """Last month's title over this month's figures, in a file that is named after this month."""
    before = [period for period in case.county.periods if period < case.period][-1]
    title = monthly_form(case.county, case.plan, before, case.unit_id).title
    return replace(filled, title=title, file_name=_telling_name(case, filled))


def _telling_name(case: Case, filled: Filled) -> str:
    """A file name that tells unit, month and form."""
    year, month = case.period.split("-")
    label = load_forms()[filled.form].label_zh
    return say("form_file_name", unit=case.plan.unit(case.unit_id).name, year=year, month=month, label=label)


def _cut_short(case: Case, filled: Filled) -> Filled:
    """Half a file, as a broken transfer leaves it: its name is all that still speaks."""
    return replace(filled, is_cut_short=True, file_name=_telling_name(case, filled))


def _unknown_unit(case: Case, filled: Filled) -> Filled:
    prefix = next(iter(case.plan.unit_prefixes), "")
    unit = say("unit_row", unit=say("fault_unknown_unit", prefix=prefix))
    return replace(filled, heading=(unit, *filled.heading[1:]))


def other_unit(case: Case) -> str:
    """Another unit with projects, the same one every time."""
    units = [unit_id for unit_id in case.county.units if unit_id not in (case.unit_id, case.county.nil_unit)]
    return next(unit_id for unit_id in units if case.county.entries(case.period, unit_id))


def _wrong_sender(case: Case, filled: Filled) -> Filled:
    return replace(filled, sender=case.plan.unit(other_unit(case)).name)


def _twice(case: Case, filled: Filled) -> Filled:
    """The row typed twice; formulas add it twice, the typed counts do not notice."""
    groups = []
    for group in filled.groups:
        details = [d for detail in group.details for d in [detail] * (1 + (detail.project_id == case.project_id))]
        groups.append(replace(group, details=tuple(details)))
    return keeping_counts(filled, retotalled(replace(filled, groups=tuple(groups))))


def keeping_counts(before: Filled, after: Filled) -> Filled:
    """The changed form with the numbers of projects that its labels named before."""
    return replace(
        after,
        total=replace(after.total, count=before.total.count),
        of_which=tuple(replace(new, count=old.count) for old, new in zip(before.of_which, after.of_which, strict=True)),
        groups=tuple(
            replace(new, head=replace(new.head, count=old.head.count))
            for old, new in zip(before.groups, after.groups, strict=True)
        ),
    )


def _left_out(case: Case, filled: Filled) -> Filled:
    left = with_details(filled, lambda detail: None if detail.project_id == case.project_id else detail)
    return retotalled(renumbered(left))


def added(filled: Filled, category_code: str, detail: Detail) -> Filled:
    """The form with one more row under a category it has, or else under its first; totals and counts follow."""
    at = next((i for i, group in enumerate(filled.groups) if group.head.code == category_code), 0)
    group = filled.groups[at]
    grown = replace(group, details=(*group.details, detail))
    return retotalled(renumbered(replace(filled, groups=(*filled.groups[:at], grown, *filled.groups[at + 1 :]))))


def unlisted_id(case: Case) -> str:
    """The code of the project that no list has."""
    return project_code(Random(case.project_id), case.project.planned_start_date, case.project.region_code)


def _with_unlisted(case: Case, filled: Filled) -> Filled:
    """A consistent row of a project that nobody put on the list, made from one of the unit's own."""
    name = say("fault_unlisted_project", what=table("projects")[-1]["what_zh"])
    total = wan(case.project.total_investment_wan * WIDER)
    image = int(case.state.cumulative_investment_wan * 100 / total)
    return with_copy(case, filled, {"project_name": name, T: total, "image_progress": image, "image_text": None})


def _with_similar(case: Case, filled: Filled) -> Filled:
    """One of the unit's own projects once more, under another code and nearly the same name."""
    return with_copy(case, filled, {"project_name": say("fault_similar_project", name=case.entry.project_name)})


def with_copy(case: Case, filled: Filled, changes: Mapping[str, object]) -> Filled:
    """One of the unit's own projects once more, under a code that no list has and with other cells."""
    source = next(detail for detail in filled.details if detail.project_id == case.project_id)
    code = unlisted_id(case)
    copy = replace(source, project_id=code, cells={**source.cells, "project_code": code, **changes})
    return added(filled, case.project.category_code, copy)


def of_unlisted(case: Case, *rules: str) -> list[ExpectedFinding]:
    """Findings on the row of the project that no list has."""
    return [replace(found, project_id=unlisted_id(case)) for rule in rules for found in case.finds(rule)]


def _by_another_unit(case: Case, filled: list[Filled]) -> list[Filled]:
    """Another unit reports the project too, with the same figures."""
    source = monthly_form(case.county, case.plan, case.period, case.unit_id)
    detail = next(detail for detail in source.details if detail.project_id == case.project_id)
    taker = replace(case, entry=replace(case.entry, unit_id=other_unit(case)))
    return on_form(lambda _, form: added(form, case.project.category_code, detail))(taker, filled)


def _found_by_other(case: Case) -> list[ExpectedFinding]:
    taker = replace(case, entry=replace(case.entry, unit_id=other_unit(case)))
    return [*taker.finds("D01"), *taker.finds("I18", "responsible_unit")]


def _not_sent(case: Case, filled: list[Filled]) -> list[Filled]:
    return [form for form in filled if (form.unit_id, form.period) != (case.unit_id, case.period)]


def _sent_late(case: Case, filled: Filled) -> Filled:
    return replace(filled, received_at=case.county.due[case.period] + LATE)


RECIPES = (
    Recipe(
        "total_typed_wrong", Y, _any, on_form(_total_typed), lambda case: [*_both_totals(case), *_kinds_differ(case)]
    ),
    Recipe("subtotal_typed_wrong", Y, _any, on_form(_subtotal_typed), lambda case: _both_totals(case)),
    Recipe(
        "kinds_do_not_add_up",
        Y,
        lambda case: _any(case) and _kinds(case) > 1,
        on_form(_kind_typed),
        # beside the total it no longer makes up, the row is held against the projects of its own level
        lambda case: case.finds_on_sheet("X04", Y) + case.finds_on_sheet("X01", Y),
    ),
    Recipe("count_wrong", None, _any, on_form(_count_typed), lambda case: case.finds_on_sheet("X03")),
    Recipe(
        "missing_column",
        OPTIONAL_FOR_RULES,
        _any,
        on_form(_without_column),
        lambda case: case.finds_on_sheet("S02", OPTIONAL_FOR_RULES),
    ),
    Recipe(
        "extra_column",
        None,
        _any,
        on_form(lambda _, filled: with_extra_column(filled)),
        lambda case: case.finds_on_sheet("S03"),
    ),
    Recipe("title_of_last_month", None, _any, on_form(_last_months_title), lambda case: case.finds_on_sheet("S16")),
    Recipe("unit_row_conflict", T, _any, on_form(_unit_in_heading), lambda case: case.finds_on_sheet("S17")),
    Recipe("unknown_unit_name", None, _any, on_form(_unknown_unit), lambda case: case.finds_on_sheet("I15")),
    Recipe("wrong_sender", None, _any, on_form(_wrong_sender), lambda case: case.finds_on_sheet("M04")),
    Recipe("duplicate_row", None, _may_come_twice, on_form(_twice), lambda case: case.finds("I13")),
    Recipe("project_missing", None, _several, on_form(_left_out), lambda case: case.finds("I16")),
    Recipe(
        "project_not_on_list",
        None,
        lambda case: _row(case) and case.state.status_code == "under_construction",
        on_form(_with_unlisted),
        lambda case: of_unlisted(case, "I17"),
    ),
    Recipe(
        "similar_project",
        None,
        lambda case: _row(case) and case.state.status_code == "under_construction",
        on_form(_with_similar),
        lambda case: of_unlisted(case, "I12", "I17"),
    ),
    Recipe(
        "unit_converted",
        None,
        _any,
        on_form(_in_yi),
        lambda case: case.finds_on_sheet("S22", *summed(_columns(case))),
    ),
    Recipe("leftover_sheet", None, _any, on_form(_with_leftover), lambda case: case.finds_on_sheet("S21")),
    Recipe(
        "summary_sheet_differs",
        Y,
        _any,
        on_form(_with_summary),
        lambda case: [*case.finds_on_sheet("X05", Y), *case.finds_on_sheet("X05B")],
    ),
    Recipe(
        "stray_text",
        None,
        _any,
        on_form(lambda _, filled: replace(filled, stray_text=say("fault_stray_text"))),
        lambda case: case.finds_on_sheet("S20"),
    ),
    Recipe("two_units_same_project", None, _row, _by_another_unit, _found_by_other),
    Recipe("missing_unit", None, _any, _not_sent, lambda case: case.finds_on_sheet("M02"), silences_states=True),
    Recipe(
        "file_cut_short",
        None,
        _any,
        on_form(_cut_short),
        lambda case: case.finds_on_sheet("S10") + case.finds_on_sheet("M02"),
        silences_states=True,
    ),
    Recipe("late_file", None, _any, on_form(_sent_late), lambda case: case.finds_on_sheet("M01")),
)


def _kinds(case: Case) -> int:
    """How many 其中 rows the unit's form has."""
    return len(monthly_form(case.county, case.plan, case.period, case.unit_id).of_which)


def _kinds_differ(case: Case) -> list[ExpectedFinding]:
    return case.finds_on_sheet("X04", Y) if _kinds(case) > 1 else []


def _columns(case: Case) -> tuple[Column, ...]:
    return monthly_form(case.county, case.plan, case.period, case.unit_id).columns


def _both_totals(case: Case) -> list[ExpectedFinding]:
    return [*case.finds_on_sheet("X01", Y), *case.finds_on_sheet("X02", Y)]
