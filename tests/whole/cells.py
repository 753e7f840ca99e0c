"""Cells: numbers of papers worked out by hand from the archived workbooks, for the rows that a trace names.

It shares nothing with the pipeline but the trace's word for which cells are meant: a cell is opened in the archived
file itself, its text is read here, and what the definitions say (metrics.csv) is written here a second time.
"""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

import openpyxl
import yaml

from dispatch.addresses import parse
from dispatch.addresses import row as row_address
from dispatch.citations import load
from dispatch.trace_facts import Line, Trace
from dispatch.tracing import Tracer
from ingestion import vocabulary
from ingestion.settings import TIMEZONE

CENT, MILLIONTH = Decimal("0.01"), Decimal("0.000001")
NEW = {"新建", "新开工", "本年新开工", "扩建", "改建", "改扩建", "迁建", "技改", "技术改造"}
CONTINUED = {"续建", "结转", "跨年续建"}
YES = {"是", "已入统", "有", "√"}
INDUSTRY = {"产业", "产业类", "产业项目", "产业发展"}
DONE = {"已办结", "办结", "已办", "已批复", "已完成", "是"}
TOLERATED, PROMISED = {"容缺办理", "容缺", "容缺受理"}, {"告知承诺", "承诺", "承诺制", "承诺办理"}
NOT_NEEDED = {"无需办理", "不需办理", "无需", "不涉及"}
COUNTED = ("list", "taken"), ("list", "reported")
Cells = dict[str, object]


class NotSo(AssertionError):
    """The cells do not make the number."""


def money(told: object) -> Decimal:
    """万元 to the cent; nothing is nothing."""
    if told in (None, ""):
        return Decimal(0)
    return Decimal(str(told).replace(",", "").replace("，", "").strip()).quantize(CENT, ROUND_HALF_UP)


def day(told: object) -> date | None:
    if isinstance(told, datetime):
        return told.date()
    if isinstance(told, (int, float)):
        return date(1899, 12, 30) + timedelta(days=int(told))
    found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", str(told or "").strip())
    return date(*map(int, found.groups())) if found else None


def word(told: object) -> str:
    return str(told or "").strip()


def rate(above: Decimal, below: Decimal) -> Decimal | None:
    return (above / below).quantize(MILLIONTH, ROUND_HALF_UP) if below else None


@dataclass(frozen=True)
class Project:
    """What the list and the taken (or the reported) row say of a project at the cutoff."""

    told: Cells
    cutoff: date

    @property
    def is_new(self) -> bool:
        return word(self.told.get("nature_code")) in NEW

    def by_now(self, name: str, this_year: bool = False) -> bool:
        on = day(self.told.get(name))
        return on is not None and on <= self.cutoff and (not this_year or on.year == self.cutoff.year)

    @property
    def spent(self) -> Decimal:
        return money(self.told.get("ytd_investment_wan"))

    @property
    def finished(self) -> bool:
        return self.by_now("finish_actual_date", this_year=True)

    @property
    def started(self) -> bool:
        return self.is_new and (self.finished or (self.by_now("start_actual_date") and self.spent > 0))

    @property
    def resumed(self) -> bool:
        return not self.is_new and not self.finished and (self.spent > 0 or self.by_now("resume_date", this_year=True))

    @property
    def runs(self) -> bool:
        return self.started or self.resumed or self.finished

    @property
    def enterable(self) -> bool:
        return self.runs and money(self.told.get("total_investment_wan")) >= 500

    @property
    def entered(self) -> bool:
        return self.enterable and word(self.told.get("is_in_statistics")) in YES

    @property
    def due_to_start(self) -> bool:
        return self.is_new and self.by_now("planned_start_date")

    @property
    def planned(self) -> bool:
        return money(self.told.get("annual_plan_wan")) > 0

    @property
    def behind(self) -> bool:
        share = self.spent * 12 - money(self.told.get("annual_plan_wan")) * self.cutoff.month
        return not self.finished and self.planned and share < 0

    @property
    def in_base(self) -> bool:
        return word(self.told.get("nature_code")) in NEW | CONTINUED and word(self.told.get("change_kind")) not in (
            "终止", "调出",
        )  # fmt: skip


@dataclass(frozen=True)
class Procedure:
    """One procedure of one project in a week."""

    told: Cells
    cutoff: date

    @property
    def state(self) -> str:
        return word(self.told.get("procedure_state"))

    @property
    def needed(self) -> bool:
        return word(self.told.get("is_needed")) in YES and self.state not in NOT_NEEDED

    @property
    def done(self) -> bool:
        return self.needed and self.state in DONE

    @property
    def early(self) -> bool:
        return self.needed and self.state in TOLERATED | PROMISED

    def passed(self, name: str) -> bool:
        on = day(self.told.get(name))
        return on is not None and on < self.cutoff

    @property
    def late_promise(self) -> bool:
        return self.early and self.passed("promise_due_date")

    @property
    def late(self) -> bool:
        return self.needed and not self.done and self.passed("planned_done_date")


def _money_of(name: str) -> Callable[[Project], Decimal]:
    return lambda p: money(p.told.get(name))


def _if(test: Callable[[Project], bool], name: str) -> Callable[[Project], Decimal]:
    return lambda p: money(p.told.get(name)) if test(p) else Decimal(0)


def _is_industry(p: Project) -> bool:
    return word(p.told.get("category_code")) in INDUSTRY


AMOUNTS: dict[str, Callable] = {  # of measures, each by its own definition
    "base_project_count": lambda p: p.in_base,
    "total_investment_wan": _money_of("total_investment_wan"),
    "annual_plan_wan": _money_of("annual_plan_wan"),
    "ytd_investment_wan": _money_of("ytd_investment_wan"),
    "industry_ytd_investment_wan": _if(_is_industry, "ytd_investment_wan"),
    "planned_ytd_investment_wan": _if(lambda p: p.planned, "ytd_investment_wan"),
    "cumulative_investment_wan": _money_of("cumulative_investment_wan"),
    "funds_ytd_wan": _money_of("funds_ytd_wan"),
    "started_or_resumed_count": lambda p: p.runs,
    "started_new_count": lambda p: p.started,
    "planned_new_year_count": lambda p: (
        p.is_new and (day(p.told.get("planned_start_date")) or date.min).year <= p.cutoff.year
    ),
    "planned_new_due_count": lambda p: p.due_to_start,
    "started_due_count": lambda p: p.due_to_start and p.started,
    "resumed_count": lambda p: p.resumed,
    "continued_open_count": lambda p: not p.is_new and not p.finished,
    "finished_count": lambda p: p.finished,
    "planned_finish_due_count": lambda p: p.by_now("planned_finish_date", this_year=True),
    "enterable_count": lambda p: p.enterable,
    "entered_count": lambda p: p.entered,
    "not_entered_count": lambda p: p.enterable and not p.entered,
    "needed_item_count": lambda i: i.needed,
    "done_item_count": lambda i: i.done,
    "tolerated_item_count": lambda i: i.early,
    "overdue_promise_count": lambda i: i.late_promise,
    "overdue_item_count": lambda i: i.late,
    "pipeline_project_count": lambda p: bool(word(p.told.get("project_name"))),
    "pipeline_total_wan": _money_of("total_investment_wan"),
    "pipeline_plan_wan": _money_of("annual_plan_wan"),
    "industry_total_wan": _if(_is_industry, "total_investment_wan"),
    "industry_plan_wan": _if(_is_industry, "annual_plan_wan"),
    "fund_secured_wan": _if(
        lambda p: word(p.told.get("fund_kind")) not in ("社会资本", "民间资本", "企业自筹"), "secured_wan"
    ),
}
STATES = {
    "not_started": {"未办理", "未办", "未启动", "否", ""},
    "in_progress": {"办理中", "正在办理", "在办", "已受理"},
    "tolerated": TOLERATED,
    "promised": PROMISED,
}
LISTED: dict[str, Callable[[Project], bool]] = {
    "reports.rpt_behind_schedule": lambda p: p.behind,
    "reports.rpt_unstarted_projects": lambda p: not p.runs,
    "reports.rpt_unstarted_liaison": lambda p: p.is_new and not p.runs,
}


@dataclass
class ByHand:
    """Works numbers out from the archive of a workspace; a file is opened once."""

    root: Path
    tracer: Tracer
    due: dict[tuple[str, str], datetime]  # (form, period) -> the deadline, from the plan's own words
    cutoffs: dict[str, date]
    books: dict[str, openpyxl.Workbook] = field(default_factory=dict)
    looked_at: int = 0

    def differing(self, papers: list[Path], step: int = 1) -> tuple[int, dict[str, tuple]]:
        """How many different numbers (every ``step``-th) of papers with citations were worked out, and those that are
        not what was printed from."""
        cited = {one.address: one.value for path in papers for one in load(path).citations}
        found = {text: self.number(self.tracer.trace(parse(text))) for text in list(cited)[::step]}
        return len(found), {text: (cited[text], value) for text, value in found.items() if value != cited[text]}

    def number(self, trace: Trace) -> Decimal | None:
        """The number of a trace from the cells it names. :class:`NotSo` when a cell does not hold what it says."""
        kind = trace.address.kind
        if kind == "plan":
            return Decimal(str(self._in_plan(trace.address.column)))
        if kind == "metric":
            return self._metric(trace)
        return self._list(trace) if kind == "list" else self._row(trace)

    def _metric(self, trace: Trace) -> Decimal | None:
        column, known = trace.address.column, vocabulary.metrics()[trace.address.figure[3]]
        if trace.parts:
            return self._of_sides(trace)
        if column in ("target", "stretch"):
            return self._target(trace)
        if column == "benchmark":
            return rate(Decimal(self._cutoff(trace).month), Decimal(12))
        if column.endswith("_projects"):
            return Decimal(sum(self._stands(trace, line) == column for line in trace.lines))
        above = self._sum(trace, known.numerator)
        if column.endswith("numerator") or not known.denominator:
            return above
        below = self._sum(trace, known.denominator)
        return below if column.endswith("denominator") else rate(above, below)

    def _sum(self, trace: Trace, measure: str) -> Decimal:
        reported = trace.address.column.startswith("reported_")
        return sum((self._amount(trace, line, measure, reported) for line in trace.lines), Decimal(0))

    def _amount(self, trace: Trace, line: Line, measure: str, reported: bool) -> Decimal:
        """What one contributor puts into a measure."""
        if measure in ("due_unit_count", "reported_unit_count", "on_time_unit_count"):
            arrived, due = self._arrived(line), self.due.get((self._form(trace), trace.address.period))
            return Decimal({"due_unit_count": due is not None, "reported_unit_count": arrived is not None,
                            "on_time_unit_count": arrived is not None and arrived <= due}[measure])  # fmt: skip
        if measure in ("error_row_count", "unanswered_count"):
            places = {(source.file.submission_id, source.sheet, source.row) for source in line.sources if source.file}
            return Decimal(len(places) if measure == "error_row_count" else len(line.sources))
        if measure in ("procedure_project_count", "all_done_project_count"):
            items = [one for one in self._items(trace, line, reported) if one.needed]
            return Decimal(bool(items) and (measure.startswith("procedure") or all(one.done for one in items)))
        if line.key[0] == "procedure":
            [item] = self._items(trace, line, reported)
            return Decimal(AMOUNTS[measure](item))
        return sum((Decimal(AMOUNTS[measure](one)) for one in self._projects(trace, line, reported)), Decimal(0))

    def _projects(self, trace: Trace, line: Line, reported: bool) -> list[Project]:
        """The project with the row it rests on; as reported twice, its money counts twice and it is one project."""
        listed, rows = self._told(line, reported)
        cutoff = self._cutoff(trace)
        return [Project({**listed, **told}, cutoff) for told in rows or [{}]]

    def _items(self, trace: Trace, line: Line, reported: bool) -> list[Procedure]:
        return [Procedure(told, self._cutoff(trace)) for told in self._told(line, reported)[1]]

    def _told(self, line: Line, reported: bool) -> tuple[Cells, list[Cells]]:
        """The cells of the list's row, and of each row that counts."""
        roles = COUNTED[reported]
        listed: Cells = {}
        rows = []
        for source in line.sources:
            if source.role not in roles or not source.cells:
                continue
            told = {cell.field: self._cell(source.file.sha256, source.sheet, cell.at) for cell in source.cells}
            if source.role == "list":
                listed |= told
            else:
                rows.append(told)
        return listed, rows

    def _cell(self, sha256: str, sheet: str, at: str) -> object:
        """What stands in a cell of the archived file."""
        self.looked_at += 1
        return self._book(sha256)[sheet][at].value

    def _book(self, sha256: str) -> openpyxl.Workbook:
        if sha256 not in self.books:
            [path] = (self.root / "archive").glob(f"*/{sha256}.*")
            self.books[sha256] = openpyxl.load_workbook(path, data_only=True)
        return self.books[sha256]

    def _arrived(self, line: Line) -> datetime | None:
        """When the first report came: the name of the folder it was put into, else what was written down of it."""
        came = []
        for source in line.sources:
            if source.file and source.file.kind in ("form", "supplement", "nil"):
                folder = re.search(r"/(\d{4}-\d{2}-\d{2} \d{4})/", source.file.inbox_path)
                told = datetime.strptime(folder.group(1), "%Y-%m-%d %H%M").replace(tzinfo=TIMEZONE) if folder else None
                came.append(told or source.file.received_at)
        return min(came) if came else None

    def _stands(self, trace: Trace, line: Line) -> str:
        taken = [source for source in line.sources if source.role == "taken"]
        if any(source.carried_from for source in taken):
            return "carried_projects"
        return "reported_projects" if taken else "missing_projects"

    def _of_sides(self, trace: Trace) -> Decimal | None:
        sides = [self.number(part) for part in trace.parts]
        column, period = trace.address.column, trace.address.period
        if column in ("change", "change_published", "reported_difference", "left_over"):
            return sides[0] - sides[1]
        if column == "short_of_target":
            return (sides[0] * sides[1] - sides[2]).to_integral_value(ROUND_CEILING)
        if column == "previous_restated":
            return sides[0]
        if column == "previous_published":
            return self._told_before(trace)
        above = self._sum(trace.parts[0], vocabulary.metrics()[trace.address.figure[3]].numerator)
        denominator = vocabulary.metrics()[trace.address.figure[3]].denominator
        if not denominator:
            return sides[0] - sides[1]
        below = self._sum(trace.parts[0], denominator)
        if column == "gap":
            return rate(above - sides[1] * below, below)
        return rate(above * 12 - below * int(period[5:7]), below * 12)

    def _told_before(self, trace: Trace) -> Decimal:
        """The last figure that was published before the deadline, from the register's own tables.

        Later corrections move the cells: what they make today is ``previous_restated``.
        """
        part = trace.parts[0].address
        due = self.due[self._form(trace), trace.address.period].astimezone(UTC)
        sql = """
            select value, published_at from publications join published_figures using (publication_id)
            where period = ? and population = ? and scope_kind = ? and scope = ? and metric = ? order by publication_id
        """
        with closing(sqlite3.connect(self.root / "register.sqlite")) as register:
            rows = register.execute(sql, [part.period, *part.figure]).fetchall()
        before = [value for value, at in rows if datetime.fromisoformat(at).astimezone(UTC) <= due]
        return Decimal(before[-1])

    def _target(self, trace: Trace) -> Decimal:
        """The plan's own figure, read from its file: ``85 %`` is 0.85."""
        population, scope_kind, _, metric = trace.address.figure
        [date_told] = [note.rpartition("：")[2] for note in trace.notes if note.startswith("期限")]
        for one in self._plan["targets"]:
            if (one["metric"], one["population"], str(one["target_date"])) == (metric, population, date_told):
                written = str(one["threshold" if trace.address.column == "target" else "stretch"])
                number, _, unit = written.partition(" ")
                scale = {"": 1, "%": Decimal("0.01"), "亿元": 10000, "亿": 10000}.get(unit, 1)
                assert any(one["source"] in note for note in trace.notes)
                return Decimal(number.replace(",", "")) * scale
        raise NotSo(f"{trace.address.text}: no such target ({scope_kind})")

    @cached_property
    def _plan(self) -> dict:
        [path] = (self.root / "plans").glob("*.yml")
        return yaml.safe_load(path.read_text(encoding="utf-8"))

    def _in_plan(self, path: str) -> object:
        value: object = self._plan
        for name in path.split("."):
            value = value[name]
        return value

    def _form(self, trace: Trace) -> str:
        wanted = dict(trace.address.where).get("form")
        return wanted[0] if wanted else ("procedures" if len(trace.address.period) > 7 else "monthly_dispatch")

    def _cutoff(self, trace: Trace) -> date:
        return self.cutoffs[trace.address.period]

    def _list(self, trace: Trace) -> Decimal:
        """How many of the rows are what the list says, or the sum over them."""
        table, column = trace.address.table, trace.address.column
        where = {name: set(values or ()) for name, values in trace.address.where}
        if column.startswith("sum:"):
            found = (self._counted(trace, line) for line in trace.lines)
            return sum(found, Decimal(0))
        if column.startswith("distinct:"):
            key = 1 if column == "distinct:project_id" else 0
            return Decimal(len({(line.key[1], line.unit_name)[1 - key] for line in trace.lines}))
        if table == "marts.fct_submission":
            return Decimal(sum(self._is_reported_so(trace, line, where) for line in trace.lines))
        if table in LISTED:
            own = [self._projects(trace, line, False) for line in trace.lines]
            return Decimal(sum(self._is_listed_so(table, one, where, column) for [one] in own))
        if table == "marts.fct_procedure" or table in ("reports.rpt_handover_items", "reports.rpt_coordination_items"):
            reported = any(name.startswith("reported_") for name in where)
            items = [one for line in trace.lines for one in self._items(trace, line, reported)]
            return Decimal(sum(self._is_item_so(table, one, where) for one in items))
        return Decimal(sum(bool(line.sources) for line in trace.lines))

    def _counted(self, trace: Trace, line: Line) -> Decimal:
        """Findings by their number; the rows of forms by the rows the files have."""
        return self._rows_of(line) if trace.address.column == "sum:rows_read" else Decimal(len(line.sources))

    def _rows_of(self, line: Line) -> Decimal:
        """The rows of a unit's last file that have a number in front."""
        files = [source for source in line.sources if source.file.kind in ("form", "supplement")]
        if not files:
            return Decimal(0)
        rows = self._book(files[-1].file.sha256)[files[-1].sheet].iter_rows(max_col=3, values_only=True)
        numbered = (row for row in rows if re.fullmatch(r"\d+(\.0)?", str(row[0])))
        return Decimal(sum(re.search(r"[一-鿿]{2}", f"{row[1]}{row[2]}") is not None for row in numbered))

    def _is_reported_so(self, trace: Trace, line: Line, where: dict) -> bool:
        arrived, due = self._arrived(line), self.due[self._form(trace), trace.address.period]
        kinds = {source.file.kind for source in line.sources if source.file}
        truths = {
            "is_due": due is not None,
            "is_reported": arrived is not None,
            "is_on_time": arrived is not None and arrived <= due,
        }
        status = (
            "nil" if kinds == {"nil"} else "missing" if arrived is None else "on_time" if arrived <= due else "late"
        )
        held = all(str(truths[name]).lower() in wanted for name, wanted in where.items() if name in truths)
        return held and status in where.get("status", {status})

    def _is_listed_so(self, table: str, one: Project, where: dict, column: str) -> bool:
        if not LISTED[table](one):
            return False
        points = Decimal(str(self._in_plan("thresholds.behind_schedule_points"))) / 100
        plan = money(one.told.get("annual_plan_wan"))
        truths = {
            "is_beyond_threshold": plan > 0
            and rate(one.spent, plan) - rate(Decimal(one.cutoff.month), Decimal(12)) <= -points,
            "ytd_investment_wan": one.spent == 0,
            "counts_as": one.is_new == (where.get("counts_as") == {"new"}),
        }
        problem = word(one.told.get("problem_text"))
        if column == "count:problem_text" or "problem_text" in where:
            truths["problem_text"] = bool(problem) == (column == "count:problem_text")
        wanted = {name for name in truths if name in where or (name == "problem_text" and name in truths)}
        return all(truths[name] == (where.get(name) != {"false"}) for name in wanted)

    def _is_item_so(self, table: str, one: Procedure, where: dict) -> bool:
        if table != "marts.fct_procedure":
            upper = word(one.told.get("handling_level")) not in ("本级", "")
            return one.needed and not one.done and upper == ("coordination" in table)
        truths = {
            "is_required": one.needed, "is_done": one.done, "is_overdue": one.late,
            "is_overdue_promise": one.late_promise, "reported_is_required": one.needed, "reported_is_done": one.done,
        }  # fmt: skip
        held = all(truths[name] == (wanted == {"true"}) for name, wanted in where.items() if name in truths)
        if "procedure_state" in where:
            states = {text for code in where["procedure_state"] for text in STATES[code] - {""}} or {""}
            held = held and one.state in states
        return held

    def _row(self, trace: Trace) -> Decimal | None:
        table, column = trace.address.table, trace.address.column
        if column == "unit_rank":
            return self._rank(trace)
        if trace.parts:
            sides = [self.number(part) for part in trace.parts]
            how = vocabulary.origins()[table, column].how
            if how == "benchmark":
                months = int(trace.address.period[5:7])
                return rate(sides[0] * 12 - sides[1] * months, sides[1] * 12)
            return {"is": lambda: sides[0], "sum": lambda: sum(sides, Decimal(0)), "rate": lambda: rate(*sides)}[how]()
        if table == "marts.dim_period":
            return rate(Decimal(self._cutoff(trace).month), Decimal(12))
        [line] = trace.lines
        if column == "rows_read":
            return self._rows_of(line)
        reported = column.startswith("reported_")
        [one] = self._projects(trace, line, reported)
        if column == "days_overdue":
            return Decimal((one.cutoff - day(one.told["planned_start_date"])).days)
        return money(one.told.get(column.removeprefix("reported_")))

    def _rank(self, trace: Trace) -> Decimal:
        """The place among all units of the population: by rate, then by amount; then by who came first."""
        address = trace.address
        [population] = dict(address.where)["population"]
        rows = self.tracer.values.rows(address.table, address.plan_id, address.period)
        order = []
        for one in rows:
            if one["population"] == population:
                at = {"population": population, "unit_id": one["unit_id"]}
                sides = [
                    self.number(
                        self.tracer.trace(row_address(address.plan_id, address.period, address.table, name, **at))
                    )
                    for name in ("annual_completion_rate", "ytd_investment_wan")
                ]
                came = one["received_at"].timestamp() if one["received_at"] else float("inf")
                order.append((sides[0] is None, -(sides[0] or 0), -sides[1], came, one["unit_id"]))
        [own] = dict(address.where)["unit_id"]
        return Decimal([key[-1] for key in sorted(order)].index(own) + 1)
