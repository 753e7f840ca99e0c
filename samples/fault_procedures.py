"""Fault procedures: mistakes in one procedure of one project of the weekly form.

Belongs here: recipes on papers, dates and states of a single procedure (L, P15, I04, F09, F12).
Does not belong here: a project's procedures as a whole (fault_progress), layout and versions (fault_versions).
"""

from datetime import date, timedelta

from samples.fault_case import ExpectedFinding
from samples.weekly_case import WeeklyCase, WeeklyRecipe, in_item, in_row
from samples.words import label, say

STATE, DONE, NUMBER, FILED = "procedure_state", "done_date", "document_number", "filed_date"
APPROVING, LEVEL, PROMISE = "approving_unit", "handling_level", "promise_due_date"
SQUARE = str.maketrans({"\u3014": "[", "\u3015": "]"})  # the brackets of a document's number, and those typed instead
LAST = ("environment", "energy", "capacity")  # nothing is held against the dates of these


def _is_done(case: WeeklyCase) -> bool:
    """Done in this week and in the one before, and no other date is held against its."""
    return case.is_calm and case.kind in LAST and case.now.done_date is not None and case.before.done_date is not None


def _done_this_week(case: WeeklyCase) -> bool:
    return case.is_calm and case.kind in LAST and case.now.done_date is not None and case.before.done_date is None


def _is_filed(case: WeeklyCase) -> bool:
    return (
        case.is_calm and case.kind in LAST and case.now.procedure_state == "in_progress" == case.before.procedure_state
    )


def _number(case: WeeklyCase, day: date) -> str:
    """The document's number as if it were of the year of ``day``."""
    return case.now.document_number.replace(f"\u3014{case.now.done_date.year}", f"\u3014{day.year}")


def papers(case: WeeklyCase, done: date) -> dict[str, object]:
    """A procedure done on that day, filed a month before, with a number of that year."""
    return {DONE: done, FILED: done - timedelta(days=30), NUMBER: _number(case, done)}


def _years_ago(case: WeeklyCase, years: int) -> date:
    """More than so many years before the week."""
    return (case.day.replace(day=1) - timedelta(days=40)).replace(year=case.day.year - years - 1)


def _late(case: WeeklyCase) -> date:
    return case.previous_day - timedelta(days=2)


RECIPES = (
    WeeklyRecipe(
        "procedure_goes_back",
        _is_done,
        in_item(lambda case: {STATE: label("procedure_states", "in_progress"), DONE: None, NUMBER: None}),
        lambda case: case.finds_item("P15"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "done_without_number",
        _is_done,
        in_item(lambda case: {NUMBER: None}),
        lambda case: case.finds_item("L14", NUMBER),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "done_without_date",
        _is_done,
        in_item(lambda case: {DONE: None}),
        lambda case: case.finds_item("L14", DONE),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "done_without_unit",
        _is_done,
        in_item(lambda case: {APPROVING: None}),
        lambda case: case.finds_item("L14", APPROVING),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "number_in_wrong_brackets",
        _is_done,
        in_item(lambda case: {NUMBER: case.now.document_number.translate(SQUARE)}),
        lambda case: case.finds_item("L15A"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "number_of_another_year",
        _is_done,
        in_item(lambda case: {NUMBER: _number(case, date(case.now.done_date.year - 1, 1, 1))}),
        lambda case: case.finds_item("L15B"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "done_in_the_future",
        _done_this_week,
        in_item(lambda case: {DONE: case.day + timedelta(days=4), NUMBER: _number(case, case.day + timedelta(days=4))}),
        lambda case: case.finds_item("L16", DONE),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "level_beside_the_approving_body",
        lambda case: _is_filed(case) and case.now.handling_level == "county",
        in_item(lambda case: {LEVEL: label("handling_levels", "provincial")}),
        lambda case: case.finds_item("L17"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "promise_not_kept",
        lambda case: (
            _is_filed(case) and (case.day - case.item.filed_date).days > 40 and case.now.planned_done_date is not None
        ),
        in_item(
            lambda case: {STATE: label("procedure_states", "promised"), PROMISE: case.day - timedelta(days=6)},
        ),
        lambda case: case.finds_item("L20"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "done_afterwards",
        lambda case: (
            _done_this_week(case) and case.now.filed_date < _late(case) - timedelta(days=2) and _after_approval(case)
        ),
        in_item(lambda case: {DONE: _late(case), NUMBER: _number(case, _late(case))}),
        lambda case: case.finds_item("L22"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "done_before_filed",
        lambda case: _is_done(case) and (case.day - case.now.done_date).days > 10,
        in_item(lambda case: {FILED: case.now.done_date + timedelta(days=5)}),
        lambda case: case.finds_item("L24A"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "filed_and_done_on_one_day",
        lambda case: _is_done(case) and case.kind == "environment",
        in_item(lambda case: {FILED: case.now.done_date}),
        lambda case: case.finds_item("L24B"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "promise_without_a_day",
        _is_filed,
        in_item(lambda case: {STATE: label("procedure_states", "tolerated")}),
        lambda case: case.finds_item("L27"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "land_after_planning",
        lambda case: (
            case.is_calm
            and case.kind == "land"
            and case.before.done_date is not None
            and _planned(case) is not None
            and case.now.done_date <= _planned(case) < case.day
        ),
        in_item(lambda case: papers(case, _planned(case) + timedelta(days=1))),
        lambda case: case.finds_item("L06"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "approval_out_of_date",
        lambda case: case.is_calm and case.kind == "approval" and case.before.done_date is not None,
        in_item(lambda case: papers(case, _years_ago(case, 2))),
        lambda case: case.finds_item("L12"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "land_out_of_date",
        lambda case: case.is_calm and case.kind == "land" and case.before.done_date is not None,
        in_item(lambda case: papers(case, _years_ago(case, 3))),
        lambda case: case.finds_item("L11"),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "environment_out_of_date",
        lambda case: case.is_calm and case.kind == "environment" and case.before.done_date is not None,
        in_item(lambda case: papers(case, _years_ago(case, 5))),
        lambda case: [*case.finds_item("L13"), *_before_approval(case)],
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "code_missing",
        lambda case: case.is_calm and case.kind == "approval" and case.before.done_date is not None,
        in_row(lambda case: {"project_code": None}),
        lambda case: case.finds_item("I04"),
        of_item=True,
    ),
    WeeklyRecipe(
        "filed_date_in_words",
        _is_filed,
        in_item(lambda case: {FILED: say("fault_date_in_words")}),
        lambda case: case.finds_item("F09", FILED),
        of_item=True,
        stirs=True,
    ),
    WeeklyRecipe(
        "unknown_state",
        _is_filed,
        in_item(lambda case: {STATE: say("fault_unknown_state")}),
        lambda case: case.finds_item("F12", STATE),
        of_item=True,
        stirs=True,
    ),
)


def _after_approval(case: WeeklyCase) -> bool:
    approval = case.other("approval")
    return approval is None or (approval.done_date is not None and approval.done_date < _late(case))


def _before_approval(case: WeeklyCase) -> list[ExpectedFinding]:
    """What is moved so far back comes before the project was approved."""
    approval = case.other("approval")
    return case.finds_item("L01") if approval and approval.done_date else []


def _planned(case: WeeklyCase) -> date | None:
    """The day the planning permit was given, if it was."""
    planning = case.other("planning")
    return planning.done_date if planning else None
