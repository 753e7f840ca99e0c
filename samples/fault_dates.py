"""Fault dates: what one project says of its beginning and end, and what its nature and status say of them.

Belongs here: recipes of F11 on a resumption and of R33–R37.
Does not belong here: dates against money (fault_logic), ill-formed dates (fault_cells).
"""

from datetime import date, timedelta

from samples.fault_case import Case, ExpectedFinding, Recipe, typed
from samples.fault_rows import NATURE, in_next, is_new, is_old, is_working
from samples.words import label

START, RESUMED, FINISHED, IMAGE = "start_actual_date", "resume_date", "finish_actual_date", "image_progress"
BEFORE = timedelta(days=40)
TOO_MUCH = 135  # percent


def _next_week(case: Case) -> date:
    return case.county.cutoffs[case.period] + timedelta(days=7)


def _last_week(case: Case) -> date:
    return case.county.cutoffs[case.period] - timedelta(days=7)


def _is_finished(case: Case) -> bool:
    return case.state.status_code == "completed" and case.was_reported


def _never_started(case: Case) -> bool:
    return case.project.role == "never_started" and case.was_reported


def _looks_back(case: Case) -> list[ExpectedFinding]:
    """The true progress of the next month is less than what was said."""
    return in_next(case, ("P07",))


RECIPES = (
    Recipe(
        "resumed_before_start",
        RESUMED,
        lambda case: is_old(case) and case.state.resume_date is not None,
        typed(lambda case: {RESUMED: case.state.start_actual_date - BEFORE}),
        lambda case: case.finds("F11", RESUMED),
    ),
    Recipe(
        "finished_next_week",
        FINISHED,
        _is_finished,
        typed(lambda case: {FINISHED: _next_week(case)}),
        lambda case: case.finds("R33", FINISHED),
    ),
    Recipe(
        "finished_on_no_day",
        FINISHED,
        _is_finished,
        typed(lambda case: {FINISHED: None}),
        lambda case: case.finds("R34A"),
    ),
    Recipe(
        "finished_and_building",
        None,
        is_working,
        typed(lambda case: {FINISHED: _last_week(case)}),
        lambda case: case.finds("R34B"),
    ),
    Recipe(
        "not_started_with_start",
        None,
        _never_started,
        typed(lambda case: {START: _last_week(case)}),
        lambda case: case.finds("R35"),
    ),
    Recipe(
        "preparing_and_building",
        None,
        lambda case: is_new(case) and not case.is_behind and not case.is_outside_statistics,
        typed(lambda case: {NATURE: label("project_natures", "preparatory")}),
        lambda case: case.finds("R36"),
    ),
    Recipe(
        "image_over_hundred",
        IMAGE,
        is_working,
        typed(lambda case: {IMAGE: TOO_MUCH}),
        lambda case: [*case.finds("R37"), *case.finds("R17"), *_looks_back(case)],
    ),
)
