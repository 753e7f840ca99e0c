"""Fault sense: figures, words and dates of one project that read well and do not make sense together.

Belongs here: recipes of R13, R15, R16, R18, R22, R24–R28 and of the ways of writing F07, F13B, F14, F16B, F17.
Does not belong here: identities that do not hold (fault_figures), status against money (fault_logic).
"""

from datetime import date, timedelta
from decimal import Decimal

from samples.fault_case import Case, ExpectedFinding, Recipe, on_form, typed, wan
from samples.fault_history import over_two_forms
from samples.fault_rows import RATE, STATUS, P, is_new, is_old, is_working, with_history
from samples.fault_sheets import of_unlisted, with_copy
from samples.sheets import Filled, summed
from samples.words import label, say, table

TEXT, IMAGE, FUNDS, PAID, PROBLEM = "image_text", "image_progress", "funds_ytd_wan", "paid_ytd_wan", "problem_text"
PLANNED_START, PLANNED_FINISH = "planned_start_date", "planned_finish_date"
GLUED = Decimal(30_005_000)  # 3000—5000 without its dash
NEARLY_ALL, NOT_QUITE = Decimal("0.985"), 89  # share of the total; percent of the building
SMALL, TINY = Decimal(900), Decimal(48)  # 万元: a small project; less than one can cost


def _working_text(case: Case) -> str:
    """Words that fit any project at work."""
    return next(row["text_zh"] for row in table("progress") if row["setting"] == "outdoor" and row["below"] == "15")


def _never_started(case: Case) -> bool:
    is_headline = case.project.level_code == "provincial"  # whose standing still is a state of its own
    return case.project.role == "never_started" and case.earlier is not None and not is_headline


def _uncoded(case: Case) -> list[ExpectedFinding]:
    """I04B in both forms: who has begun has a code."""
    return [] if case.project.project_code else [*case.finds("I04B"), *case.earlier.finds("I04B")]


def _said_to_work(case: Case) -> dict[str, object]:
    """A project that has not begun, called under construction since the last form but one: no money has moved."""
    county = case.county
    return {
        STATUS: label("project_statuses", "under_construction"),
        "start_actual_date": county.cutoffs[county.periods[-2]] - timedelta(days=20),
        TEXT: _working_text(case),
        IMAGE: 1 + int(case.period[-2:]),  # it moves, so that it does not stand still as well
    }


def _finished_long_ago(case: Case) -> date:
    first = case.county.cutoffs[case.period].replace(day=1)
    return (first - timedelta(days=1)).replace(day=1) - timedelta(days=3)


def _spends_much(case: Case) -> bool:
    old_enough = case.state.start_actual_date and case.state.start_actual_date < _finished_long_ago(case)
    much = case.state.month_investment_wan > case.project.total_investment_wan / 20
    return is_working(case) and case.was_reported and bool(old_enough) and much


def _all_but_paid_up(case: Case) -> dict[str, object]:
    """98.5 % of the total is spent, by a history that is too large; the building is said to be less far."""
    history = case.project.total_investment_wan * NEARLY_ALL - case.state.ytd_investment_wan
    return {**with_history(case, history), IMAGE: NOT_QUITE}


def _near_its_end(case: Case) -> bool:
    project, left = case.project, case.project.annual_plan_wan - case.state.ytd_investment_wan
    within = project.total_investment_wan * NEARLY_ALL + left < project.total_investment_wan * Decimal("1.02")
    return is_old(case) and within and not case.is_behind and case.state.image_progress > 70


def _slips_back(case: Case) -> list[ExpectedFinding]:
    return case.finds("P07") if case.before.image_progress > NOT_QUITE else []


def _in_a_hurry(case: Case) -> bool:
    project, months = case.project, [case.project.at(int(case.period[-2:]) - back) for back in range(3)]
    left = project.total_investment_wan - case.state.cumulative_investment_wan
    most = max(project.at(month).month_investment_wan for month in range(1, int(case.period[-2:]) + 1))
    steady = all(state.month_investment_wan > 0 for state in months)
    return is_old(case) and steady and left > 3 * most and project.total_investment_wan < 100_000


def _half_funded(case: Case) -> dict[str, object]:
    return {FUNDS: wan(case.state.ytd_investment_wan / 2), PAID: wan(case.state.ytd_investment_wan / 3)}


def _far_behind(case: Case) -> bool:
    state, month = case.state, int(case.period[-2:])
    far = 1200 * state.ytd_investment_wan < (100 * month - 180) * case.project.annual_plan_wan
    begun = max(filter(None, (state.start_actual_date, state.resume_date)), default=None)
    old = begun is not None and begun < case.county.cutoffs[case.period] - timedelta(days=95)
    return is_working(case) and case.was_reported and far and old and state.problem_text is not None


def _without_start(case: Case) -> bool:
    past = case.project.planned_start_date < case.county.cutoffs[case.period]
    return case.project.role == "never_started" and case.was_reported and past


def _shrunk(total: Decimal, years: int):
    """A change of the form: a project that no list has, made from the unit's own, as small and planned for as long."""

    def change(case: Case, filled: Filled) -> Filled:
        source = next(detail for detail in filled.details if detail.project_id == case.project_id)
        share, start = total / case.project.total_investment_wan, case.project.planned_start_date
        money = {name: wan(source.cells[name] * share) for name in summed(filled.columns) if name in source.cells}
        name = say("fault_unlisted_project", what=table("projects")[-1]["what_zh"])
        finish = start.replace(year=start.year + years)
        aside = {"is_in_statistics": label("yes_no", "no"), "stat_code": None} if total == TINY else {}
        return with_copy(case, filled, {"project_name": name, PLANNED_FINISH: finish, **money, **aside})

    return on_form(change)


def _may_shrink(case: Case) -> bool:
    from_nothing = case.project.cum_to_last_year_wan == 0 and case.project.project_code is not None
    return is_new(case) and from_nothing and not case.is_behind


RECIPES = (
    Recipe(
        "nothing_spent",
        None,
        _never_started,
        over_two_forms(_said_to_work),
        lambda case: [*case.finds("R13"), *_uncoded(case)],
        only_last=True,
        forms=2,
    ),
    Recipe(
        "spending_after_finish",
        None,
        _spends_much,
        typed(lambda case: {"finish_actual_date": _finished_long_ago(case)}),
        lambda case: [*case.finds("R15"), *case.finds("R34B")],
    ),
    Recipe(
        "paid_up_unfinished",
        None,
        _near_its_end,
        typed(_all_but_paid_up, totals_follow=True),
        lambda case: [*case.finds("R16"), *case.finds("P09B"), *_slips_back(case)],
    ),
    Recipe(
        "words_against_figures",
        TEXT,
        lambda case: is_working(case) and case.state.image_progress > 20,
        typed(lambda case: {TEXT: say("fault_progress_text")}),
        lambda case: case.finds("R18"),
    ),
    Recipe(
        "funds_far_behind",
        None,
        lambda case: is_new(case) and case.project.cum_to_last_year_wan == 0 and case.state.ytd_investment_wan > 100,
        typed(_half_funded, totals_follow=True),
        lambda case: case.finds("R22"),
    ),
    Recipe(
        "finish_too_soon",
        PLANNED_FINISH,
        _in_a_hurry,
        typed(lambda case: {PLANNED_FINISH: case.county.cutoffs[case.period] + timedelta(days=12)}),
        lambda case: case.finds("R24"),
        only_last=True,
    ),
    Recipe(
        "plan_of_nothing",
        P,
        is_old,
        typed(lambda case: {P: Decimal("0.00"), RATE: None}, totals_follow=True),
        lambda case: [*case.finds("R25"), *case.finds("P11"), *case.finds("I18", P)],
    ),
    Recipe(
        "behind_without_a_word",
        PROBLEM,
        _far_behind,
        typed(lambda case: {PROBLEM: None}),
        lambda case: case.finds("R27"),
        only_last=True,
    ),
    Recipe(
        "not_started_without_a_word",
        PROBLEM,
        _without_start,
        typed(lambda case: {PROBLEM: None}),
        lambda case: case.finds("R28"),
        only_last=True,
    ),
    Recipe(
        "wrong_characters_in_name",
        "owner_name",
        is_working,
        typed(lambda case: {"owner_name": say("fault_wrong_characters")}),
        lambda case: [*case.finds("F13B", "owner_name"), *case.finds("I14B", "owner_name")],
    ),
    Recipe(
        "blank_inside_name",
        "project_name",
        lambda case: is_working(case) and case.project.level_code != "provincial",
        typed(lambda case: {"project_name": f"{case.entry.project_name[:2]} {case.entry.project_name[2:]}"}),
        lambda case: case.finds("F14", "project_name"),
    ),
    Recipe(
        "two_owners",
        "owner_name",
        is_working,
        typed(lambda case: {"owner_name": say("fault_two_owners", name=case.project.owner_name)}),
        lambda case: [*case.finds("F16B"), *case.finds("I14B", "owner_name")],
    ),
    Recipe(
        "two_numbers_glued",
        FUNDS,
        is_working,
        typed(lambda case: {FUNDS: GLUED}, totals_follow=True),
        lambda case: case.finds("F17", FUNDS),
    ),
)
FORM_RECIPES = (  # one more row in the form
    Recipe("tiny_project", None, _may_shrink, _shrunk(TINY, 2), lambda case: of_unlisted(case, "I17", "F07")),
    Recipe("small_and_slow", None, _may_shrink, _shrunk(SMALL, 6), lambda case: of_unlisted(case, "I17", "R26")),
)
