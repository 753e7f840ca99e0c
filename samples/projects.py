"""Projects: the true state of a made-up county's projects, month by month.

Belongs here: frozen records of what is so, in typed values (money: Decimal 万元 with two decimals).
Does not belong here: how a figure came about (curves), how a form shows it (sheets).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class ProjectMonth:
    """One project at the cutoff date of one month."""

    month: int
    month_investment_wan: Decimal
    ytd_investment_wan: Decimal
    cumulative_investment_wan: Decimal
    completion_rate_reported: Decimal | None  # percent with two decimals; None without an annual plan
    ytd_to_last_month_wan: Decimal
    funds_ytd_wan: Decimal
    paid_ytd_wan: Decimal
    status_code: str
    image_progress: int
    image_text: str
    start_actual_date: date | None
    resume_date: date | None
    finish_actual_date: date | None
    is_in_statistics: str  # code of the list yes_no
    stat_code: str | None
    problem_text: str | None


@dataclass(frozen=True)
class Project:
    """One project: what does not change within the year, and its twelve months."""

    project_id: str
    role: str  # why it is in the county: a row of roles.csv
    setting: str  # outdoor or indoor
    project_code: str | None
    project_name: str
    owner_name: str
    usc_code: str
    level_code: str
    category_code: str
    nature_code: str
    region_code: str
    total_investment_wan: Decimal
    cum_to_last_year_wan: Decimal
    annual_plan_wan: Decimal
    planned_start_date: date
    planned_finish_date: date
    industry_code: str | None = None  # division of GB/T 4754-2017
    months: tuple[ProjectMonth, ...] = ()

    def at(self, month: int) -> ProjectMonth:
        """Its state in the given month of the year, 1 to 12."""
        return self.months[month - 1]


@dataclass(frozen=True)
class ListEntry:
    """One project on one version of the centre's list."""

    project: Project
    unit_id: str
    project_name: str
    change_kind: str | None = None  # code of the list list_changes
    change_date: date | None = None
    change_document: str | None = None
    former_name: str | None = None
    former_unit_id: str | None = None

    @property
    def is_in_force(self) -> bool:
        """Whether the project is still to be reported: neither terminated nor transferred out."""
        return self.change_kind not in ("terminated", "transferred_out")


@dataclass(frozen=True)
class ListVersion:
    """One version of the centre's list: all its entries, from when it counts and when it arrived."""

    version: int
    effective_date: date
    received_at: datetime
    entries: tuple[ListEntry, ...]
