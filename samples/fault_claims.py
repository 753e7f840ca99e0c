"""Fault claims: a project that is claimed twice, in parts or in a bundle, or counted in the statistics as it is not.

Belongs here: recipes of D02, D03B, D06, D13, N01 and P20.
Does not belong here: rows that stand twice or nowhere (fault_sheets), names of another project (fault_identity).
"""

from dataclasses import replace
from decimal import Decimal

from samples import identifiers
from samples.fault_case import Case, ExpectedFinding, Recipe, altered, on_form, typed
from samples.fault_rows import STEP, T, is_old, is_working, with_ytd
from samples.fault_sheets import added, other_unit
from samples.filling import monthly_form
from samples.sheets import Filled
from samples.words import label, say, table

NAME, PROBLEM, IN_STATISTICS, STAT_CODE = "project_name", "problem_text", "is_in_statistics", "stat_code"
PARTS = (Decimal(4600), Decimal(4750), Decimal(4900))  # 万元, each just under 5000


def _names_of_parts() -> list[str]:
    """Three names that nobody would take for one."""
    return [say("fault_unlisted_project", what=row["what_zh"]) for row in table("projects")[: len(PARTS)]]


def _in_parts(case: Case, filled: Filled) -> Filled:
    """Three more projects of one owner, known to no list, each of a size just under a limit."""
    source = next(detail for detail in filled.details if detail.project_id == case.project_id)
    for name, total in zip(_names_of_parts(), PARTS, strict=True):
        cells = {**source.cells, NAME: name, T: total}
        cells.pop("project_code", None)
        part = replace(source, project_id=identifiers.project_id(None, name), cells=cells)
        filled = added(filled, case.project.category_code, part)
    return filled


def _of_parts(case: Case) -> list[ExpectedFinding]:
    ids = [identifiers.project_id(None, name) for name in _names_of_parts()]
    return [replace(found, project_id=name) for name in ids for rule in ("D02", "I17") for found in case.finds(rule)]


def _taker(case: Case) -> Case:
    return replace(case, entry=replace(case.entry, unit_id=other_unit(case)))


def _by_another_unit(case: Case, filled: list[Filled]) -> list[Filled]:
    """Another unit reports the project too, and more money with it."""
    source = monthly_form(case.county, case.plan, case.period, case.unit_id)
    more = with_ytd(case, case.state.ytd_investment_wan + STEP, case.state.month_investment_wan + STEP)
    detail = next(d for d in altered(source, case.project_id, more).details if d.project_id == case.project_id)
    return on_form(lambda _, form: added(form, case.project.category_code, detail))(_taker(case), filled)


def _found_by_both(case: Case) -> list[ExpectedFinding]:
    taker = _taker(case)
    return [*case.finds("D13"), *taker.finds("D13"), *taker.finds("D01"), *taker.finds("I18", "responsible_unit")]


def _may_do_more(case: Case) -> bool:
    """The other unit's figure is within plan and total, and changes neither schedule nor progress by much."""
    project, ytd = case.project, case.state.ytd_investment_wan + STEP
    share = 100 * (project.cum_to_last_year_wan + ytd) / project.total_investment_wan
    fits = ytd < project.annual_plan_wan and abs(share - case.state.image_progress) < 20
    return is_old(case) and fits and case.is_behind == case.would_be_behind(ytd)


def _had_a_problem(case: Case) -> bool:
    """Something hindered it in the county's first period and nothing does since."""
    first = case.earlier and case.earlier.earlier
    texts = [one and one.state.problem_text for one in (first, case.earlier, case)]
    return first is not None and texts[0] is not None and texts[1:] == [None, None] and is_working(case)


def _listed_under_its_name(case: Case) -> bool:
    is_coded = case.project.project_code is not None and case.was_reported and is_working(case)
    return is_coded and (case.later is None or case.later.entry.project_name == case.entry.project_name)


def _stat_code(case: Case) -> str:
    return identifiers.statistics_code(case.project.usc_code, case.project.region_code, 1)


RECIPES = (
    Recipe(
        "several_in_one",
        NAME,
        _listed_under_its_name,
        typed(lambda case: {NAME: say("fault_bundle", name=case.entry.project_name)}),
        lambda case: [*case.finds("D03B"), *case.finds("I10")],
    ),
    Recipe(
        "in_statistics_not_begun",
        None,
        lambda case: case.project.role == "never_started" and case.was_reported,
        typed(lambda case: {IN_STATISTICS: label("yes_no", "yes"), STAT_CODE: _stat_code(case)}),
        lambda case: case.finds("D06"),
    ),
    Recipe(
        "in_statistics_without_code",
        STAT_CODE,
        lambda case: is_working(case) and case.state.is_in_statistics == "yes",
        typed(lambda case: {STAT_CODE: None}),
        lambda case: case.finds("N01"),
    ),
    Recipe(
        "problem_back_again",
        PROBLEM,
        _had_a_problem,
        typed(lambda case: {PROBLEM: case.earlier.earlier.state.problem_text}),
        lambda case: case.finds("P20"),
        only_last=True,
    ),
)
FORM_RECIPES = (
    Recipe(
        "three_parts_under_a_limit",
        None,
        lambda case: case.project.role == "preparatory",
        on_form(_in_parts),
        _of_parts,
    ),
    Recipe("two_units_two_figures", None, _may_do_more, _by_another_unit, _found_by_both),
)
