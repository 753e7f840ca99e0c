"""Board facts: what the public tables say of one plan and period, as the 调度看板 needs it.

Belongs here: which tables and periods the board reads, who belongs to which population, what is shown first.
Does not belong here: how a number looks (board_numbers), tables and pages (board_lists, board_matrix, board_dossier).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dispatch.marts import Marts
from dispatch.month import MONTHLY, WEEKLY, Month

SCOPES = ("overall", "unit", "level", "category")  # the ways a reader may narrow the figures
CODES = {"level": "project_levels", "category": "project_categories"}
LONGEST_TREND = 13  # periods: a year of months, a quarter of weeks
EVERYONE = "all"
_SUBJECTS = {
    MONTHLY: "project",
    WEEKLY: "procedures",
    "pipeline": "pipeline",
}  # contributors of a form that are projects
_FIGURES = """
    select
        f.*, f.value - f.previous_restated as change, d.form, d.label_zh, d.sort_order
    from marts.fct_metric as f inner join marts.dim_metric as d using (metric)
    where f.plan_id = ? and f.period = ? and f.scope_kind in ('overall', 'unit', 'level', 'category')
    order by d.sort_order, f.population, f.scope_kind, f.scope
"""
_COURSE = """
    select
        period, population, scope_kind, scope, metric, value, reported_value, target, benchmark, cutoff_verdict
    from marts.fct_metric
    where plan_id = ? and list_contains(?, period) and scope_kind in ('overall', 'unit', 'level', 'category')
    order by period
"""
_MEMBERS = """
    select subject_kind, subject_id, string_split(populations, '|') as populations
    from marts.fct_contributor
    where plan_id = ? and period = ? and part = '' and subject_kind in ('project', 'procedures', 'pipeline')
"""


@dataclass(frozen=True)
class BoardFacts:
    """One plan and period, from the public tables alone; a table is asked once."""

    month: Month
    marts: Marts

    def rows(self, table: str, period: str | None = None) -> list[dict]:
        """A table of ``marts`` or ``reports`` for the plan and the board's period, or another one."""
        sql = f"select * from {table} where plan_id = ? and period = ?"
        return self.marts.query(sql, [self.month.plan_id, period or self.month.period])

    @cached_property
    def figures(self) -> list[dict]:
        """``fct_metric`` of the period, whole and by unit, level and category, with each metric's form and name."""
        return self.marts.query(_FIGURES, [self.month.plan_id, self.month.period])

    @cached_property
    def periods(self) -> list[dict]:
        """Every judged period of the plan, oldest first (``dim_period``)."""
        sql = "select * from marts.dim_period where plan_id = ? order by period"
        return self.marts.query(sql, [self.month.plan_id])

    @cached_property
    def course(self) -> list[str]:
        """The periods of the same series that end with this one, oldest first."""
        own = [row["period"] for row in self.periods if row["leading_form"] == self.month.form]
        return [period for period in own if period <= self.month.period][-LONGEST_TREND:]

    @cached_property
    def course_figures(self) -> list[dict]:
        """The figures of those periods, narrowed as :attr:`figures` are."""
        return self.marts.query(_COURSE, [self.month.plan_id, self.course])

    @cached_property
    def populations(self) -> list[dict]:
        """The populations that have a figure in this period, the headline first."""
        told = {row["population"] for row in self.figures}
        return [row for row in self.marts.populations(self.month.plan_id) if row["population"] in told]

    @cached_property
    def shown_first(self) -> Mapping[str, str]:
        """By form of a metric: the population shown until the reader chooses: the headline, the form's own, or all."""
        found: dict[str, str] = {}
        for form in dict.fromkeys(row["form"] for row in self.figures):
            told = {row["population"] for row in self.figures if row["form"] == form}
            own = [row["population"] for row in self.populations if row["is_headline"] or row["form"] == form]
            found[form] = next((population for population in own if population in told), EVERYONE)
        return found

    @cached_property
    def members(self) -> Mapping[tuple[str, str], list[str]]:
        """By form and project: the populations it belongs to."""
        rows = self.marts.query(_MEMBERS, [self.month.plan_id, self.month.period])
        forms = {subject: form for form, subject in _SUBJECTS.items()}
        return {(forms[row["subject_kind"]], row["subject_id"]): row["populations"] for row in rows}

    @cached_property
    def week(self) -> str | None:
        """The week whose procedures are shown: this one, or the latest that ended by a month's cutoff."""
        return self._latest(WEEKLY)

    @cached_property
    def list_month(self) -> str | None:
        """The month whose list says which are 省重点: this one, or the latest that ended by a week's cutoff."""
        return self._latest(MONTHLY)

    def _latest(self, form: str) -> str | None:
        if self.month.form == form:
            return self.month.period
        until = next((row["cutoff_date"] for row in self.periods if row["period"] == self.month.period), None)
        ended = [row for row in self.periods if row["leading_form"] == form and until and row["cutoff_date"] <= until]
        return max(ended, key=lambda row: row["cutoff_date"])["period"] if ended else None

    @cached_property
    def ranks(self) -> Mapping[str, Mapping[str, int]]:
        """By population: the rank of each unit in 分单位排名; empty where the period ranks nobody."""
        found: dict[str, dict[str, int]] = {}
        for row in self.rows("reports.rpt_unit_ranking"):
            found.setdefault(row["population"], {})[row["unit_id"]] = row["unit_rank"]
        return found

    @cached_property
    def dossiers(self) -> list[dict]:
        """The 省重点 projects on the list, as ``fct_investment`` has them, by unit."""
        rows = self.rows("marts.fct_investment", self.list_month) if self.list_month else []
        own = [row for row in rows if row["level_code"] == "provincial" and row["is_in_base"]]
        return sorted(own, key=lambda row: (self.month.unit_order(row["unit_id"]), row["project_id"]))

    def of_projects(self, sql: str, projects: Sequence[str]) -> list[dict]:
        """Rows of a query about the plan (?1) and some projects (?2)."""
        return self.marts.query(sql, [self.month.plan_id, list(projects)])
