"""Fault targets: year-to-date figures that go with everything but the plan: far over it, or just where it asks.

Belongs here: recipes of T03, T04 and T05, and what the true figure of the next month then breaks.
Does not belong here: plans that were changed (fault_history), figures that contradict their own row (fault_figures).
"""

from decimal import Decimal

from samples.fault_case import Case, ExpectedFinding, Recipe, typed, wan
from samples.fault_rows import Y, image_gap, in_next, is_old, with_ytd

FAR = Decimal("1.25")  # of the annual plan
A_LITTLE = Decimal("0.0004")  # of the unit's plan, above its target
NEAR = Decimal("0.05")


def _targets(case: Case) -> list[Decimal]:
    """The shares of the annual plan that the plan asks for by this period."""
    asked = (t for t in case.plan.targets if t.metric == "annual_completion_rate" and t.judged_period == case.period)
    return sorted({target.threshold for target in asked})


def _by(case: Case, ytd: Decimal) -> dict[str, object]:
    return with_ytd(case, ytd, ytd - case.before.ytd_investment_wan)


def _can_be(case: Case, ytd: Decimal | None) -> bool:
    """Whether the project may have come so far: no total overrun, nothing taken back, no state changed."""
    project = case.project
    if ytd is None or not is_old(case) or abs(ytd - case.state.ytd_investment_wan) < 1:
        return False
    fits = case.before.ytd_investment_wan + 1 < ytd < project.total_investment_wan - project.cum_to_last_year_wan
    return fits and case.is_behind == case.would_be_behind(ytd)


def _afterwards(case: Case, ytd: Decimal) -> list[ExpectedFinding]:
    """The figure was accepted: next month's true ones do not follow from it."""
    if case.later is None:
        return []
    fell = case.later.state.ytd_investment_wan < ytd - 1
    return in_next(case, ("P02",), ("P03",), *([("P01",)] if fell else []))


def _found(case: Case, ytd: Decimal, *own: ExpectedFinding) -> list[ExpectedFinding]:
    done = case.project.cum_to_last_year_wan + ytd
    return [*own, *image_gap(case, done), *_afterwards(case, ytd)]


def _far(case: Case) -> Decimal:
    return wan(case.project.annual_plan_wan * FAR)


def _on_target(case: Case) -> Decimal | None:
    """The first target of the month that the project may just have reached."""
    reached = (wan(case.project.annual_plan_wan * share) for share in _targets(case))
    return next((ytd for ytd in reached if _can_be(case, ytd) and ytd <= case.project.annual_plan_wan), None)


def _lifting_unit(case: Case) -> Decimal | None:
    """What the project must have done for its unit to be just above a target that it was far from last month."""
    month, projects = int(case.period[-2:]), [e.project for e in case.county.entries(case.period, case.unit_id)]
    planned = [project for project in projects if project.nature_code != "preparatory" and project.annual_plan_wan]
    plan = sum(project.annual_plan_wan for project in planned)
    before = sum(project.at(month - 1).ytd_investment_wan for project in planned)
    others = sum(p.at(month).ytd_investment_wan for p in planned if p.project_id != case.project_id)
    for share in _targets(case):
        ytd = wan((share + A_LITTLE) * plan - others)
        on_target = abs(ytd - share * case.project.annual_plan_wan) < 2
        if before < (share - NEAR) * plan - 1 and ytd < case.project.annual_plan_wan and not on_target:
            return ytd
    return None


RECIPES = (
    Recipe(
        "over_annual_plan",
        None,
        lambda case: _can_be(case, _far(case)),
        typed(lambda case: _by(case, _far(case)), totals_follow=True),
        lambda case: _found(case, _far(case), *case.finds("T03")),
    ),
    Recipe(
        "exactly_on_target",
        Y,
        lambda case: _on_target(case) is not None,
        typed(lambda case: _by(case, _on_target(case)), totals_follow=True),
        lambda case: _found(case, _on_target(case), *case.finds("T04")),
    ),
    Recipe(
        "unit_just_on_target",
        None,
        lambda case: case.unit_was_whole and _can_be(case, _lifting_unit(case)),
        typed(lambda case: _by(case, _lifting_unit(case)), totals_follow=True),
        lambda case: _found(case, _lifting_unit(case), *case.finds_on_sheet("T05")),
    ),
)
