"""Plan models: what one work plan says, frozen, with unknown keys forbidden.

Belongs here: the keys of ``plans/*.yml`` and the questions every room asks a plan.
Does not belong here: reading the file (plans), due dates (obligations), keys held against each other (plan_checks).
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingestion.plan_words import (
    Clock,
    Day,
    DayOfMonth,
    Instant,
    MetricForm,
    MetricName,
    Period,
    Share,
    ShippedForm,
    TargetValue,
    code_of,
    mistake,
    one_of,
)

_BRACKETED_END = re.compile(r"[((\[【].*$")


class Part(BaseModel):
    """Any part of a plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Part):
    """The published document."""

    title: str
    number: str = ""
    published: Day | None = None


class Span(Part):
    """Days from ``starts_on`` to ``ends_on``, both included."""

    id: str
    name: str
    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def _ends_after_it_starts(self):
        if self.ends_on < self.starts_on:
            raise mistake("window_order", key=self.id, starts=str(self.starts_on), ends=str(self.ends_on))
        return self


class Window(Span):
    """One campaign of the plan with its phases."""

    phases: tuple[Span, ...] = ()


class Unit(Part):
    """A department, township or other body; ``aliases`` are names it is written by."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    name: str
    kind: Annotated[str, code_of("unit_kinds")]
    aliases: tuple[str, ...] = ()
    valid_from: Day | None = None
    valid_to: Day | None = None
    sort: int = 0  # the place in the file; set by the loader


class Population(Part):
    """A named part of the list that targets speak of; empty levels or categories leave them open."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    form: MetricForm = "monthly_dispatch"  # whose projects it is a part of
    levels: tuple[Annotated[str, code_of("project_levels")], ...] = ()
    categories: tuple[Annotated[str, code_of("project_categories")], ...] = ()
    headline: bool = False


class Procedure(Part):
    """One preliminary procedure (前期手续) that the weekly form follows; the plan's list is open.

    ``kind`` says which procedure of the field it is where a rule speaks of that one (validity, order of dates).
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    aliases: tuple[str, ...] = ()
    kind: Annotated[str, code_of("procedure_kinds")] | None = None
    level: Annotated[str, code_of("handling_levels")] | None = None  # who handles it as a rule
    approving_unit: str | None = None  # the plan's unit that handles it as a rule
    valid_years: Annotated[int, Field(ge=1)] | None = None  # how long the paper holds before the start
    statutory_days: Annotated[int, Field(ge=1)] | None = None  # working days the law allows for handling


class Later(Part):
    """An instant that follows a form's deadline: so many calendar days after the day it is due, at a clock time."""

    days_after: Annotated[int, Field(ge=0)]
    time: Clock


class Schedule(Part):
    """When a form is due. ``every: change`` has no deadline: a new version is sent when something changed.

    A week's period is its nominal due date. ``baseline`` is a first report of a weekly form, due on a day of its own.
    ``filed_with`` is the form whose periods the versions of a form sent on change are filed under. After ``lock`` a
    form that was reported is only replaced by decision; ``publish`` is when the period's figures are told.
    """

    every: Annotated[str, one_of("month", "week", "change")]
    day: DayOfMonth | None = None  # 1–31 (a shorter month: its last day) or "last"
    weekday: Annotated[int, Field(ge=1, le=7)] | None = None  # Monday is 1
    time: Clock | None = None
    holiday_shift: Annotated[str, one_of("none", "next_workday", "previous_workday")] = "none"
    cutoff: Annotated[str, one_of("due_date", "month_end")] | None = None
    first: Period | None = None
    last: Period | None = None
    baseline: Day | None = None
    history_from: Period | None = None  # earlier months that are read as history and owe nothing
    lock: Later | None = None
    publish: Later | None = None
    filed_with: ShippedForm = "monthly_dispatch"

    @model_validator(mode="after")
    def _is_complete(self):
        if self.every == "month":
            if None in (self.day, self.time, self.cutoff, self.first, self.last):
                raise mistake("schedule_monthly")
            if not (self.history_from or self.first) <= self.first <= self.last:
                raise mistake("schedule_order", history=self.history_from or "", first=self.first, last=self.last)
        if self.every == "week":
            self._check_weeks()
        return self

    def _check_weeks(self) -> None:
        if None in (self.weekday, self.time, self.first, self.last):
            raise mistake("schedule_weekly")
        days = [date.fromisoformat(day) for day in (self.first, self.last) if len(day) > len("2022-11")]
        if len(days) < 2 or days[0] > days[1] or any(day.isoweekday() != self.weekday for day in days):
            raise mistake("schedule_weeks", first=self.first, last=self.last, weekday=self.weekday)
        if self.baseline and self.baseline >= days[0]:
            raise mistake("schedule_baseline", baseline=str(self.baseline), first=self.first)


class FormDuty(Part):
    """Who owes one form and when; ``title`` is the plan's own words for it.

    ``projects`` is what its projects are called where a list speaks of them, when that is not the plan's name.
    """

    title: str
    projects: str = ""
    owed_by: tuple[str, ...]
    schedule: Schedule


class Weekly(Part):
    """A weekly report by its nominal due dates; Monday is 1."""

    weekday: Annotated[int, Field(ge=1, le=7)]
    time: Clock
    first: Day
    last: Day


class OtherReport(Part):
    """A report the source asks for that is only put down here: nothing is expected or urged."""

    name: str
    owed_by: str
    received_by: str = ""
    due_on: Day | None = None
    weekly: Weekly | None = None
    note: str = ""


class Target(Part):
    """One target. ``threshold`` and ``stretch`` are in the unit the metric is stored in (rates 0–1, money in 万元)."""

    metric: MetricName
    population: str
    scope_kind: Annotated[
        str, one_of("overall", "level", "category", "nature", "unit", "region", "size_band", "procedure")
    ] = "overall"
    scope: str = "overall"
    target_date: Day
    judged_period: Period | None = None  # whose report is held against it; None: every report of the campaign
    threshold: TargetValue
    stretch: TargetValue | None = None
    comparison: Annotated[str, one_of("at_least", "full", "about")]
    about_within: Share = Decimal("0.1")  # how far short of the figure 左右 still reaches it
    word: Annotated[str, code_of("target_words")]
    stretch_word: Annotated[str, code_of("target_words")] | None = None
    source: str

    @property
    def id(self) -> str:
        """Unique within the plan, and the same as long as the target speaks of the same thing."""
        return f"{self.metric}.{self.population}.{self.scope_kind}.{self.scope}.{self.target_date.isoformat()}"

    @model_validator(mode="after")
    def _stretch_lies_above(self):
        if self.stretch is not None and self.stretch <= self.threshold:
            raise mistake("stretch_order", stretch=str(self.stretch), threshold=str(self.threshold))
        return self


class LeadTime(Part):
    """How long before a deadline those who have not reported are reminded; working days count by the calendar."""

    workdays: Annotated[int, Field(ge=0)] = 0
    hours: Annotated[int, Field(ge=0)] = 0
    minutes: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _is_some_time(self):
        if not (self.workdays or self.hours or self.minutes):
            raise mistake("lead_time_none")
        return self


class Commitment(Part):
    """Something promised for one single project."""

    project: str
    level: Annotated[str, code_of("project_levels")]
    what: str
    due_on: Day


class Thresholds(Part):
    """Lines drawn by the centre that are no targets."""

    behind_schedule_points: Decimal  # percentage points behind the time benchmark


class Plan(Part):
    """One work plan: a jurisdiction, windows, units, forms with deadlines, populations, targets."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    name: str
    source: Source
    issued: Day
    in_force_from: Instant | None = None
    region_code: Annotated[str, Field(pattern=r"^\d{6}$")]
    year: int
    centre: str
    annual_plan_basis: Annotated[str, one_of("original", "adjusted")]
    windows: Annotated[tuple[Window, ...], Field(min_length=1)]
    unit_prefixes: tuple[str, ...] = ()
    units: tuple[Unit, ...]
    populations: tuple[Population, ...]
    procedures: tuple[Procedure, ...] = ()
    forms: dict[ShippedForm, FormDuty]
    other_reports: tuple[OtherReport, ...] = ()
    targets: tuple[Target, ...]
    commitments: tuple[Commitment, ...] = ()
    thresholds: Thresholds
    reminders: tuple[LeadTime, ...] = (LeadTime(workdays=1), LeadTime(hours=2))

    @property
    def starts_on(self) -> date:
        return min(window.starts_on for window in self.windows)

    @property
    def ends_on(self) -> date:
        return max(window.ends_on for window in self.windows)

    @property
    def headline(self) -> Population:
        """The population the plan speaks of first."""
        return next(population for population in self.populations if population.headline)

    def unit(self, unit_id: str) -> Unit:
        """The unit of this id; KeyError when the plan has none."""
        return self._units_by_id[unit_id]

    def unit_named(self, text: str | None) -> Unit | None:
        """The unit that is written like this, blanks, full width and a bracketed end (a seal mark) aside."""
        written = fold(text or "")
        return self.names.get(written) or self.names.get(_BRACKETED_END.sub("", written))

    @cached_property
    def names(self) -> dict[str, Unit]:
        """Every way of writing a unit, folded, with and without the prefixes."""
        return {name: unit for unit in self.units for name in written_names(unit, self.unit_prefixes)}

    def procedure(self, procedure_id: str) -> Procedure:
        """The procedure of this id; KeyError when the plan has none."""
        return self._procedures_by_id[procedure_id]

    @cached_property
    def _procedures_by_id(self) -> dict[str, Procedure]:
        return {procedure.id: procedure for procedure in self.procedures}

    @cached_property
    def _units_by_id(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.units}


def fold(text: str) -> str:
    """A name as it is compared: NFKC, no blanks, no case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def written_names(unit: Unit, prefixes: tuple[str, ...]) -> Iterator[str]:
    """The folded name and aliases of a unit, alone and behind each prefix."""
    for name in (unit.name, *unit.aliases):
        for prefix in ("", *prefixes):
            yield fold(prefix + name)
