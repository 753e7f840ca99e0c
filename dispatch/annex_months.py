"""Annex of a month: 总表, 分单位排名, 未开工项目清单, 手续进度, 问题台账, 数据质量清单.

Belongs here: columns, rows and order of a month's annex tables.
Does not belong here: a week's own (annex_weeks.py), how a table is written (annex.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from dispatch import annex_weeks, bulletin_ranking
from dispatch.annex_quality import quality
from dispatch.annex_tables import AnnexTable, Cell, Chart, Number, columns, word
from dispatch.bulletin_blocks import word as bulletin_word
from dispatch.bulletin_facts import Facts
from dispatch.bulletin_text import latest_week
from dispatch.marts import Marts
from dispatch.month import MONTHLY
from dispatch.red_black import reached_from
from dispatch.wording import code_label, said
from ingestion import vocabulary

SUMMARY, OVERVIEW, UNSTARTED = "reports.rpt_summary", "reports.rpt_overview", "reports.rpt_unstarted_projects"
GROUPS = ("overall", "level", "category", "nature", "size_band")
_SUMS = (
    ("count", "integer", "project_count"), ("total", "amount", "total_investment_wan"),
    ("plan", "amount", "annual_plan_wan"), ("ytd", "amount", "ytd_investment_wan"),
    ("ytd_reported", "amount", "reported_ytd_investment_wan"), ("cumulative", "amount", "cumulative_investment_wan"),
    ("rate", "rate", "annual_completion_rate"), ("rate_reported", "rate", "reported_annual_completion_rate"),
    ("benchmark_gap", "points", "benchmark_gap"), ("start", "rate", "start_resume_rate"),
    ("on_time", "rate", "on_time_start_rate"), ("finish", "rate", "finish_rate"),
    ("entered", "rate", "statistics_entry_rate"), ("funds", "rate", "fund_arrival_rate"),
    ("carried", "integer", "carried_projects"), ("missing", "integer", "missing_projects"),
)  # fmt: skip
_RANKING = (
    ("count", "integer", "project_count"), ("plan", "amount", "annual_plan_wan"),
    ("ytd", "amount", "ytd_investment_wan"), ("ytd_reported", "amount", "reported_ytd_investment_wan"),
    ("rate", "rate", "annual_completion_rate"), ("rate_reported", "rate", "reported_annual_completion_rate"),
    ("benchmark_gap", "points", "benchmark_gap"), ("start", "rate", "start_resume_rate"),
    ("carried", "integer", "carried_projects"), ("missing", "integer", "missing_projects"),
    ("errors", "integer", "errors"), ("unanswered", "integer", "unanswered"),
)  # fmt: skip
_UNSTARTED = (
    ("total", "amount", "total_investment_wan"), ("plan", "amount", "annual_plan_wan"),
    ("ytd", "amount", "ytd_investment_wan"), ("days_overdue", "integer", "days_overdue"),
)  # fmt: skip


def tables(facts: Facts, marts: Marts) -> Iterator[AnnexTable]:
    """The sheets of a month's annex in their order; 手续进度 as of the campaign's latest week, when there is one."""
    wan = bulletin_word("unit.table_wan")
    yield _summary(facts, wan)
    yield _goals(facts)
    yield _ranking(facts, wan)
    yield _unstarted(facts, wan)
    week = latest_week(facts, marts)
    if week:
        for table in annex_weeks.progress(facts, week.period):
            yield replace(table, notes=(word("note.week", day=week.day), *table.notes))
    yield _problems(facts, marts)
    yield from quality(facts, MONTHLY)


def _summary(facts: Facts, unit: str) -> AnnexTable:
    """总表: the headline population as a whole and in its groups."""
    population = facts.population.id
    own = [row for row in facts.rows(SUMMARY) if row["population"] == population and row["scope_kind"] in GROUPS]
    own.sort(key=lambda row: (GROUPS.index(row["scope_kind"]), _place_of(row), row["scope"]))
    target = next((row["target"] for row in facts.rows(OVERVIEW) if _is_headline_rate(facts, row)), None)
    rows = []
    for row in own:
        key = {"population": population, "scope_kind": row["scope_kind"], "scope": row["scope"]}
        numbers = [
            Number(facts.row(SUMMARY, field, **key), kind, target if field == "annual_completion_rate" else None)
            for _, kind, field in _SUMS
        ]
        rows.append(
            [word(f"group.{row['scope_kind']}"), "" if row["scope_kind"] == "overall" else row["scope_name"], *numbers]
        )
    levels = [place for place, row in enumerate(own) if row["scope_kind"] == "level"]
    chart = None
    if levels:
        drawn = [word("head.rate")]
        chart = Chart(word("chart.overall"), word("head.item"), drawn, levels[0], levels[-1], axis="0%")
    heads = columns(("group", "text", 14), ("item", "text", 16), *((key, kind) for key, kind, _ in _SUMS))
    name = bulletin_word("attachment.1")
    return AnnexTable(
        1, name, unit, heads, rows, totals=frozenset({0}) if rows else frozenset(), chart=chart, frozen=2, paper="A3"
    )


def _is_headline_rate(facts: Facts, row: dict) -> bool:
    return row["metric"] == "annual_completion_rate" and row["population"] == facts.population.id


def _place_of(row: dict) -> int:
    """The place of a group in its code list."""
    lists = {"level": "project_levels", "category": "project_categories", "nature": "project_natures"}
    known = list(vocabulary.codes(lists[row["scope_kind"]])) if row["scope_kind"] in lists else []
    return known.index(row["scope"]) if row["scope"] in known else len(known)


def _goals(facts: Facts) -> AnnexTable:
    """目标完成: every figure that has a target in this period, beside it."""
    own = [row for row in facts.rows(OVERVIEW) if row["cutoff_verdict"] != "no_target"]
    own.sort(key=lambda row: (row["population_order"], row["metric_order"]))
    rows = [_goal(facts, row) for row in own]
    heads = columns(
        ("population", "text", 16), ("metric", "text", 20), ("unit_of", "centre"), ("value", "figure"),
        ("reported", "figure"), ("target", "figure"), ("stretch", "figure"), ("gap", "figure"), ("verdict", "centre"),
    )  # fmt: skip
    return AnnexTable(1, word("part.goals"), "", heads, rows, frozen=2)


def _goal(facts: Facts, row: dict) -> list[Cell]:
    """One figure beside its target, each in the unit of its metric."""
    metric = vocabulary.metrics()[row["metric"]]
    is_money = row["unit"] == vocabulary.fields()["annual_plan_wan"].unit
    kind = "rate" if metric.is_rate else "amount" if is_money else "integer"
    figures = []
    for column in ("value", "reported_value", "target", "stretch", "gap"):
        address = facts.of(row["metric"], column, population=row["population"])
        is_judged = metric.is_rate and column in ("value", "reported_value")
        own_kind = "points" if metric.is_rate and column == "gap" else kind
        figures.append(Number(address, own_kind, row["target"] if is_judged else None))
    verdict_zh = word(f"verdict.{row['cutoff_verdict']}")
    return [row["population_name"], row["label_zh"], row["unit"], *figures, verdict_zh]


def _ranking(facts: Facts, unit: str) -> AnnexTable:
    """分单位排名 of the headline population."""
    rows = []
    ranked = bulletin_ranking.ranking_of(facts)
    goal = reached_from(facts.values, facts.plan_id, facts.period, facts.population.id)
    for row in ranked:
        key = {"population": facts.population.id, "unit_id": row["unit_id"]}
        numbers = [
            Number(facts.row(bulletin_ranking.TABLE, field, **key), kind, _target_of(row, field))
            for _, kind, field in _RANKING
        ]
        name = word("few", name=row["unit_name"]) if row["is_few_projects"] else row["unit_name"]
        reached = bulletin_ranking.reached(facts, row, goal)
        rank = Number(facts.row(bulletin_ranking.TABLE, "unit_rank", **key), "integer")
        rows.append([rank, name, *numbers, reached, said("status", row["status"])])
    heads = columns(
        ("rank", "integer"), ("unit", "text", 18), *((key, kind) for key, kind, _ in _RANKING), ("target", "centre"),
        ("sent", "centre"),
    )  # fmt: skip
    drawn = [word("head.rate")]
    chart = Chart(word("chart.ranking"), word("head.unit"), drawn, 0, len(rows) - 1, axis="0%")
    notes = (word("note.units_few"),)
    return AnnexTable(2, bulletin_word("attachment.2"), unit, heads, rows, notes, chart=chart, frozen=2, paper="A3")


def _target_of(row: dict, field: str) -> Decimal | None:
    return row["target"] if field.endswith("annual_completion_rate") else None


def _unstarted(facts: Facts, unit: str) -> AnnexTable:
    """未开工项目清单, all levels: the longest overdue of each unit first."""
    own = sorted(
        facts.rows(UNSTARTED),
        key=lambda row: (facts.month.unit_order(row["unit_id"]), -(row["days_overdue"] or 0), row["project_id"]),
    )
    rows = []
    for serial, row in enumerate(own, start=1):
        numbers = [
            Number(facts.row(UNSTARTED, field, project_id=row["project_id"]), kind) for _, kind, field in _UNSTARTED
        ]
        status = code_label("project_statuses", row["status_code"])
        rows.append([
            serial, row["unit_name"], row["project_name"], row["owner_name"], *numbers[:3], row["planned_start_date"],
            numbers[3], status, row["problem_text"],
        ])  # fmt: skip
    named = [(key, kind) for key, kind, _ in _UNSTARTED]
    heads = columns(
        ("serial", "centre"), ("unit", "text", 14), ("project", "text", 28), ("owner", "text", 20), *named[:3],
        ("planned_start", "date"), named[3], ("status", "centre"), ("problem", "text", 30),
    )  # fmt: skip
    return AnnexTable(3, bulletin_word("attachment.3"), unit, heads, rows, frozen=3)


def _problems(facts: Facts, marts: Marts) -> AnnexTable:
    """问题台账: what units told of problems, in their words, and since when without a break."""
    own = [row for row in facts.rows("marts.fct_investment") if row["is_in_base"] and row["problem_text"]]
    own.sort(key=lambda row: (facts.month.unit_order(row["unit_id"]), row["project_id"]))
    since = _told_since(facts, marts)
    rows: list[Sequence[Cell]] = []
    for serial, row in enumerate(own, start=1):
        rate = facts.row("marts.fct_investment", "annual_completion_rate", project_id=row["project_id"])
        rows.append([
            serial, facts.month.unit_name(row["unit_id"]), row["project_name"], row["problem_text"],
            since.get(row["project_id"], facts.period), code_label("project_statuses", row["status_code"]),
            Number(rate, "rate"),
        ])  # fmt: skip
    heads = columns(
        ("serial", "centre"), ("unit", "text", 14), ("project", "text", 30), ("problem", "text", 46),
        ("first_told", "centre"), ("status", "centre"), ("rate", "rate"),
    )  # fmt: skip
    return AnnexTable(5, bulletin_word("attachment.5"), "", heads, rows, (word("note.problems"),), frozen=3)


def _told_since(facts: Facts, marts: Marts) -> dict[str, str]:
    """By project: the first period of the unbroken run of periods in which it told of a problem."""
    sql = """
        select project_id, period, problem_text is not null as is_told from marts.fct_investment
        where plan_id = ? and period <= ? order by project_id, period desc
    """
    since: dict[str, str] = {}
    broken: set[str] = set()
    for row in marts.query(sql, [facts.plan_id, facts.period]):
        if not row["is_told"]:
            broken.add(row["project_id"])
        elif row["project_id"] not in broken:
            since[row["project_id"]] = row["period"]
    return since
