"""Months: the twelve true months of each cast project: money, status, physical progress, dates reached.

Belongs here: from a project's role and dates to its state at the end of every month.
Does not belong here: weights and rounding (curves), which project has which fate (casting).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from samples.casting import Cast
from samples.curves import MONTHS, drawn, month_weights, monthly_amounts, rounded, running
from samples.identifiers import statistics_code
from samples.projects import Project, ProjectMonth
from samples.words import say, table

AIM = Decimal("0.866")  # pooled completion of the last month but one: near what such plans ask for
MOST = Decimal("1.06")  # of the annual plan: beyond, a total would be overrun
ENTERS_STATISTICS = 85  # of 100 started projects
PAID = ("0.700", "0.960")  # share of the funds arrived that was paid out
CENT = Decimal("0.01")


def with_months(random: Random, cast: Iterable[Cast], year: int, aim_month: int) -> tuple[Project, ...]:
    """Every project with its twelve months; ordinary projects are scaled together so that the county nears its aim."""
    cast = list(cast)
    weights = [
        month_weights(random, member.project.setting, member.role.begins or 13, member.role.ends or 0)
        for member in cast
    ]
    scale = _scale(cast, weights, aim_month)
    projects = []
    for member, its_weights in zip(cast, weights, strict=True):
        ratio = min(member.role.ratio * scale, MOST) if member.role.calibrated else member.role.ratio
        amounts = monthly_amounts(rounded(member.project.annual_plan_wan * ratio), its_weights)
        projects.append(replace(member.project, months=_months(random, member, amounts, year)))
    return tuple(projects)


def _scale(cast: list[Cast], weights: list[list[Decimal]], month: int) -> Decimal:
    """By how much the ordinary projects do more or less than drawn for the pooled completion to near the aim."""
    done = {True: Decimal(0), False: Decimal(0)}
    for member, its_weights in zip(cast, weights, strict=True):
        total = rounded(member.project.annual_plan_wan * member.role.ratio)
        done[member.role.calibrated] += sum(monthly_amounts(total, its_weights)[:month])
    planned = sum(member.project.annual_plan_wan for member in cast)
    return rounded((AIM * planned - done[False]) / done[True], Decimal("0.0001"))


def _months(random: Random, member: Cast, amounts: tuple[Decimal, ...], year: int) -> tuple[ProjectMonth, ...]:
    project = member.project
    fund_share = drawn(random, "0.85", "1.15")
    paid_share = drawn(Random(f"{project.project_id}/paid"), *PAID)
    image_offset = random.randint(-4, 4)
    enters = random.randint(1, 100) <= ENTERS_STATISTICS
    serial = random.randint(1, 20)
    hindrance = random.randrange(100)
    months = []
    for month, ytd in zip(MONTHS, running(amounts), strict=True):
        reached = {
            "start_actual_date": _if_by(member.start_actual_date, year, month),
            "resume_date": _if_by(member.resume_date, year, month),
            "finish_actual_date": _if_by(member.finish_actual_date, year, month),
        }
        status = _status(member, reached, year, month)
        cumulative = project.cum_to_last_year_wan + ytd
        image = _image(cumulative / project.total_investment_wan, image_offset, status)
        entered = (
            enters
            and reached["start_actual_date"] is not None
            and _months_since(reached["start_actual_date"], year, month) >= 1
        )
        months.append(
            ProjectMonth(
                month=month,
                month_investment_wan=amounts[month - 1],
                ytd_investment_wan=ytd,
                cumulative_investment_wan=cumulative,
                completion_rate_reported=_percent(ytd, project.annual_plan_wan),
                ytd_to_last_month_wan=ytd - amounts[month - 1],
                funds_ytd_wan=rounded(ytd * fund_share),
                paid_ytd_wan=rounded(ytd * fund_share * paid_share),
                status_code=status,
                image_progress=image,
                image_text=_in_words(project.setting, image),
                is_in_statistics="yes" if entered else "no",
                stat_code=statistics_code(project.usc_code, project.region_code, serial) if entered else None,
                problem_text=_problem(member, status, hindrance, month),
                **reached,
            )
        )
    return tuple(months)


def _if_by(day: date | None, year: int, month: int) -> date | None:
    return day if day and (day.year, day.month) <= (year, month) else None


def _months_since(day: date, year: int, month: int) -> int:
    return (year - day.year) * 12 + month - day.month


def _status(member: Cast, reached: dict[str, date | None], year: int, month: int) -> str:
    role = member.role
    if role.nature_code == "preparatory":
        return "preparing"
    if reached["finish_actual_date"]:
        return "completed"
    if reached["start_actual_date"] is None:
        return "not_started"
    if role.nature_code == "continued" and reached["resume_date"] is None:
        return "suspended"
    if role.afterwards == "suspended" and month > role.ends:
        return "suspended"
    return "under_construction"


def _image(share: Decimal, offset: int, status: str) -> int:
    """Physical progress in percent: near the share of the money, never going back."""
    if status == "completed":
        return 100
    if not share:
        return 0
    return min(max(int(rounded(share * 100, Decimal(1))) + offset, 1), 98)


def _in_words(setting: str, image: int) -> str:
    """What is built by now, with its percentage while work goes on."""
    stage = next(row["text_zh"] for row in table("progress") if row["setting"] == setting and image < int(row["below"]))
    return say("progress_text", stage=stage, image=image) if 0 < image < 100 else stage


def _percent(ytd: Decimal, planned: Decimal) -> Decimal | None:
    return rounded(ytd * 100 / planned).quantize(CENT) if planned else None


def _problem(member: Cast, status: str, hindrance: int, month: int) -> str | None:
    kind = {"not_started": "not_started", "suspended": "not_resumed"}.get(status)
    if kind is None and status == "under_construction" and member.role.role in ("continued_slow", "started_late"):
        kind = "behind"
    texts = [row["text_zh"] for row in table("problems") if row["kind"] == kind]
    return texts[hindrance % len(texts)] if texts else None
