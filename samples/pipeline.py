"""Pipeline: next year's projects of a made-up county and their procedures, as they truly stand on any day.

Belongs here: frozen records of what is so, in typed values (money: Decimal 万元 with two decimals).
Does not belong here: how it came about (prospects, courses, fund_raising), which form shows it (weekly_filling).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ACCEPTED_EARLY = ("tolerated", "promised")  # in hand before it is complete; never counted as done


@dataclass(frozen=True)
class ItemState:
    """One procedure of one project on one day, in codes; what is not yet so is None."""

    procedure: str
    is_needed: str  # code of the list yes_no
    procedure_state: str
    handling_level: str | None = None
    approving_unit: str | None = None
    filed_date: date | None = None
    planned_done_date: date | None = None
    done_date: date | None = None
    document_number: str | None = None
    promise_due_date: date | None = None


@dataclass(frozen=True)
class Item:
    """The course of one procedure of one project: when it is filed, accepted early and done, as far as it ever is."""

    procedure: str
    exemption: str | None = None  # why it is not needed; None: it is
    handling_level: str | None = None
    approving_unit: str | None = None
    filed_date: date | None = None
    planned_done_date: date | None = None
    done_date: date | None = None
    document_number: str | None = None
    early: str | None = None  # tolerated or promised
    early_since: date | None = None
    promise_due_date: date | None = None

    @property
    def is_needed(self) -> bool:
        return self.exemption is None

    def at(self, day: date) -> ItemState:
        """Its state at the end of a day."""
        if not self.is_needed:
            return ItemState(self.procedure, "no", "not_needed")
        common = {
            "procedure": self.procedure,
            "is_needed": "yes",
            "handling_level": self.handling_level,
            "approving_unit": self.approving_unit,
            "planned_done_date": self.planned_done_date,
        }
        if self.filed_date is None or self.filed_date > day:
            return ItemState(**common, procedure_state="not_started")
        common["filed_date"] = self.filed_date
        if self.done_date and self.done_date <= day:
            papers = {"done_date": self.done_date, "document_number": self.document_number}
            return ItemState(**common, **papers, procedure_state="done")
        if self.early_since and self.early_since <= day:
            return ItemState(**common, promise_due_date=self.promise_due_date, procedure_state=self.early)
        return ItemState(**common, procedure_state="in_progress")


@dataclass(frozen=True)
class Prospect:
    """One of next year's projects, with the whole course of its procedures."""

    project_id: str
    project_code: str | None
    project_name: str
    unit_id: str
    owner_name: str
    usc_code: str
    category_code: str
    industry_code: str | None
    nature_code: str
    region_code: str
    construction_text: str
    total_investment_wan: Decimal
    annual_plan_wan: Decimal
    planned_start_date: date
    planned_finish_date: date
    is_shared: bool = False  # it stands on this year's list too
    joins_on: date | None = None  # planned only since then; None: from the beginning
    start_actual_date: date | None = None
    revised_plan_wan: Decimal | None = None
    revised_on: date | None = None
    coordination_text: str | None = None  # said as long as a procedure is open
    items: tuple[Item, ...] = ()

    @property
    def needed(self) -> tuple[Item, ...]:
        """The procedures it needs."""
        return tuple(item for item in self.items if item.is_needed)

    def is_known(self, day: date) -> bool:
        """Whether it is planned on that day already."""
        return self.joins_on is None or self.joins_on <= day

    def is_started(self, day: date) -> bool:
        """Whether it has started by the end of that day, so that it is no pipeline project any more."""
        return self.start_actual_date is not None and self.start_actual_date <= day

    def annual_plan(self, day: date) -> Decimal:
        """The plan for next year that counts on that day."""
        revised = self.revised_on is not None and self.revised_on <= day
        return self.revised_plan_wan if revised else self.annual_plan_wan

    def stage(self, day: date) -> str:
        """How far it is: planned, preparing, ready or started."""
        if self.is_started(day):
            return "started"
        states = {item.at(day).procedure_state for item in self.needed}
        if states <= {"done", *ACCEPTED_EARLY}:
            return "ready"
        return "planned" if states == {"not_started"} else "preparing"


@dataclass(frozen=True)
class Fund:
    """Money applied for or brought in for one project, of one kind, with the day it was granted."""

    project: Prospect
    fund_kind: str
    applied_wan: Decimal
    applied_on: date
    granted_wan: Decimal = Decimal("0.00")
    secured_date: date | None = None
    document_number: str | None = None

    @property
    def unit_id(self) -> str:
        return self.project.unit_id

    def is_secured(self, day: date) -> bool:
        """Whether it is granted by the end of that day."""
        return self.secured_date is not None and self.secured_date <= day

    def secured(self, day: date) -> Decimal:
        """What is granted by the end of that day."""
        return self.granted_wan if self.is_secured(day) else Decimal("0.00")
