"""Fault identity: a project under a name, code, owner or industry that is not its own, each well formed in itself.

Belongs here: recipes of I03, I04B, I08, I09, I10 and I14B.
Does not belong here: codes that cannot be (fault_cells), projects that stand twice or nowhere (fault_sheets).
"""

from samples.fault_case import Case, Recipe, typed
from samples.fault_rows import is_working
from samples.words import say, table

NAME, CODE, INDUSTRY = "project_name", "project_code", "industry_code"
OLD_STYLE = "2019"  # the first segment was the year
ROAD_TRANSPORT, METAL_GOODS, NO_DIVISION = "54", "33", "98"


def _coded(case: Case) -> bool:
    """A project under construction whose code was given in its own county."""
    code = case.project.project_code
    return is_working(case) and case.was_reported and code is not None and code[5:11] == case.project.region_code


def _other_industry(case: Case) -> str:
    return ROAD_TRANSPORT if case.project.category_code == "industry" else METAL_GOODS


def _other_name(case: Case) -> str:
    """A name that shares nothing with the project's own."""
    return next(say("fault_other_name", what=row["what_zh"]) for row in table("projects") if _is_far(row, case))


def _is_far(row: dict[str, str], case: Case) -> bool:
    return row["category"] != case.project.category_code and not set(row["what_zh"]) & set(case.entry.project_name[:6])


def _keeps_name(case: Case) -> bool:
    """Whether the list names the project next month as it does now."""
    return case.later is None or case.later.entry.project_name == case.entry.project_name


RECIPES = (
    Recipe(
        "old_project_code",
        CODE,
        _coded,
        typed(lambda case: {CODE: OLD_STYLE + case.project.project_code[4:]}),
        lambda case: case.finds("I03"),
    ),
    Recipe(
        "code_left_out",
        CODE,
        _coded,
        typed(lambda case: {CODE: None}),
        lambda case: case.finds("I04B"),
    ),
    Recipe(
        "no_such_industry",
        INDUSTRY,
        is_working,
        typed(lambda case: {INDUSTRY: NO_DIVISION}),
        lambda case: case.finds("I08"),
    ),
    Recipe(
        "industry_of_another_kind",
        None,
        is_working,
        typed(lambda case: {INDUSTRY: _other_industry(case)}),
        lambda case: case.finds("I09"),
    ),
    Recipe(
        "code_of_another_project",
        NAME,
        lambda case: _coded(case) and _keeps_name(case),
        typed(lambda case: {NAME: _other_name(case)}),
        lambda case: case.finds("I10"),
    ),
    Recipe(
        "renamed_without_a_word",
        NAME,
        lambda case: _coded(case) and _keeps_name(case),
        typed(lambda case: {NAME: say("fault_similar_project", name=case.entry.project_name)}),
        lambda case: case.finds("I14B", NAME),
    ),
    Recipe(
        "owner_changed",
        "owner_name",
        lambda case: is_working(case) and case.was_reported,
        typed(lambda case: {"owner_name": say("fault_other_owner")}),
        lambda case: case.finds("I14B", "owner_name"),
    ),
)
