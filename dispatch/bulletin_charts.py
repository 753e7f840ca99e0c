"""Bulletin charts: the trend against the benchmark and the target, units in their order, the campaign week by week.

Belongs here: which figures a paper's charts show; what they say in words.
Does not belong here: how charts look (chart_specs.py), drawing them (chart_pictures.py).

Numbers in a chart are the ones the text and tables cite, in the same rounding.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from dispatch import chart_specs
from dispatch.bulletin_blocks import Block, Paragraph, Picture, plain, word
from dispatch.bulletin_campaign import population_of
from dispatch.bulletin_facts import Facts
from dispatch.bulletin_ranking import ranking_of
from dispatch.chart_pictures import chart_font, picture
from dispatch.citations import show
from dispatch.marts import Marts
from ingestion.obligations import WEEKLY

RATE = "annual_completion_rate"


def trend(facts: Facts, marts: Marts, number: int) -> Iterator[Block]:
    """图：年度投资完成率 of the plan's months up to this one, against 时序 and the target."""
    rows = _history(facts, marts, RATE, facts.population.id)
    if len(rows) < 2:
        return
    labels = {row["period"]: word("chart.month").format(month=row["cutoff_date"].month) for row in rows}
    names = {"value": word("chart.trend_rate"), "benchmark": word("chart.trend_benchmark"),
             "target": word("chart.trend_target")}  # fmt: skip
    points = _points(rows, labels, names)
    yield _drawn(
        word("chart.trend").format(number=number),
        lambda font: chart_specs.over_periods(
            points, list(labels.values()), _present(points, names), word("chart.trend_axis"), font
        ),
        [f"{labels[row['period']]} {show(row['value'], 'percent', 1)}" for row in rows if row["value"] is not None],
    )


def weeks(facts: Facts, marts: Marts, number: int) -> Iterator[Block]:
    """图：前期手续办结率 week by week against the target."""
    population, _ = population_of(facts, WEEKLY)
    rows = _history(facts, marts, "procedure_completion_rate", population)
    if len(rows) < 2:
        return
    labels = {row["period"]: _day(row["cutoff_date"]) for row in rows}
    names = {"value": word("chart.week_rate"), "target": word("chart.trend_target")}
    points = _points(rows, labels, names)
    yield _drawn(
        word("chart.week").format(number=number),
        lambda font: chart_specs.over_periods(
            points, list(labels.values()), _present(points, names), word("chart.week_axis"), font
        ),
        [f"{labels[row['period']]} {show(row['value'], 'percent', 1)}" for row in rows if row["value"] is not None],
    )


def ranking(facts: Facts, number: int) -> Iterator[Block]:
    """图：units in their order with the target and the benchmark across."""
    rows = [row for row in ranking_of(facts) if row["annual_completion_rate"] is not None]
    if len(rows) < 2:
        return
    bars = [
        {
            "name": row["unit_name"], "value": _percent(row["annual_completion_rate"]),
            "label": show(row["annual_completion_rate"], "percent", 1),
            "kind": int(row["target"] is not None and row["annual_completion_rate"] < row["target"]),
        }
        for row in rows
    ]  # fmt: skip
    rules = [
        {"value": _percent(rows[0][name]), "label": word(f"chart.{name}").format(**{key: _goal(rows[0][name])})}
        for name, key in (("target", "goal"), ("benchmark", "benchmark"))
        if rows[0][name] is not None
    ]
    yield _drawn(
        word("chart.ranking").format(number=number),
        lambda font: chart_specs.ranked_bars(bars, word("chart.ranking_axis"), font, rules),
        [f"{bar['name']} {bar['label']}" for bar in bars],
    )


def _history(facts: Facts, marts: Marts, metric: str, population: str) -> list[dict]:
    """The figure in every period of the same series up to this one."""
    sql = """
        select figure.period, figure.cutoff_date, figure.value, figure.benchmark, figure.target
        from marts.fct_metric as figure
        join marts.dim_period as own on own.plan_id = figure.plan_id and own.period = figure.period
        where figure.plan_id = ? and figure.metric = ? and figure.population = ? and figure.scope_kind = 'overall'
            and figure.cutoff_date <= ? and own.series = (
                select series from marts.dim_period where plan_id = ? and period = ?
            )
        order by figure.cutoff_date
    """
    return marts.query(sql, [facts.plan_id, metric, population, facts.month.cutoff, facts.plan_id, facts.period])


def _points(rows: Sequence[dict], labels: dict[str, str], names: dict[str, str]) -> list[dict]:
    last = rows[-1]["period"]
    return [
        {
            "period": labels[row["period"]], "series": series, "value": _percent(row[name]),
            "below": row["benchmark"] is not None and row["value"] < row["benchmark"],
            "label": show(row[name], "percent", 1)
            if name == "value" and (len(rows) <= 6 or row["period"] == last) else "",
        }
        for name, series in names.items()
        for row in rows
        if row[name] is not None
    ]  # fmt: skip


def _present(points: Sequence[dict], names: dict[str, str]) -> list[str]:
    drawn = {point["series"] for point in points}
    return [series for series in names.values() if series in drawn]


def _drawn(caption: str, spec_in: object, said: Sequence[str]) -> Block:
    """The picture, or one line that says why there is none."""
    font = chart_font()
    if font is None:
        return Paragraph(plain(word("chart.missing").format(caption=caption)))
    values = word("joint.clause").join(said)
    return Picture(caption, picture(spec_in(font)), word("chart.said").format(caption=caption, values=values))


def _percent(value: Decimal) -> float:
    return float(round(value * 100, 4))  # pixels: nothing is computed from it


def _goal(value: Decimal) -> str:
    return show(value, "percent", 0 if value * 100 == (value * 100).to_integral_value() else 1)


def _day(value: date) -> str:
    return word("chart.day").format(month=value.month, day=value.day)
