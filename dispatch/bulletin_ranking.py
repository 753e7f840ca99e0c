"""Bulletin ranking: 投资完成情况 unit by unit, projects behind, 红黑榜.

Belongs here: sentences and the table that set units beside each other, always with the target.
Does not belong here: who is on which list (red_black.py), drawings (bulletin_charts.py).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from dispatch.addresses import Address, in_plan
from dispatch.bulletin_blocks import (
    Block,
    Column,
    Heading,
    Paragraph,
    Phrase,
    Table,
    Words,
    phrase,
    plain,
    run_together,
    word,
)
from dispatch.bulletin_facts import Facts
from dispatch.bulletin_months import balancing_note
from dispatch.red_black import BLACK_PLACES, MET, RED_PLACES, RedBlack, reached_from, red_black, verdict
from dispatch.wording import places, said

TABLE = "reports.rpt_unit_ranking"
NAMED = 3  # units named at each end
_COLUMNS = (
    ("rank", 6), ("unit", 20), ("count", 8), ("annual_plan", 14), ("ytd", 14), ("ytd_reported", 14), ("rate", 11),
    ("rate_reported", 11), ("target", 8), ("benchmark_gap", 11), ("start", 10), ("sent", 9),
)  # fmt: skip


def ranking_of(facts: Facts) -> list[dict]:
    """The units of the headline population in their order."""
    rows = [row for row in facts.rows(TABLE) if row["population"] == facts.population.id]
    return sorted(rows, key=lambda row: row["unit_rank"])


def investment(facts: Facts, number: int | None) -> Iterator[Block]:
    """三、投资完成情况; ``number`` of its table, None for a brief without one."""
    ranking = [row for row in ranking_of(facts) if row["annual_completion_rate"] is not None]
    if not ranking:
        return
    if compared := [row for row in ranking if not row["is_few_projects"]]:
        yield Paragraph(_ends(facts, compared))
    yield from _behind(facts)
    yield from _lists(facts)
    if number is not None:
        yield _table(facts, number)


def _ends(facts: Facts, compared: Sequence[dict]) -> Phrase:
    """The first units and the last, where there are enough for both."""
    ends = [phrase("invest.best", units=_units(facts, compared[:NAMED]))]
    if len(compared) >= 2 * NAMED:
        ends.append(phrase("invest.last", units=_units(facts, compared[-NAMED:][::-1])))
    return run_together(ends)


def _units(facts: Facts, rows: Sequence[dict]) -> Phrase:
    named = []
    for row in rows:
        rate = facts.of("annual_completion_rate", scope=("unit", row["unit_id"]))
        shown = facts.rate(rate) if row["target"] is None else facts.quoting.quote(rate, "percent", _places(row))
        named.append(phrase("invest.unit", unit=row["unit_name"], rate=shown))
    return run_together(named, word("joint.list"))


def _places(row: dict) -> int:
    """Decimals of a unit's rate: more where it would look like the target it misses."""
    rate, target = row["annual_completion_rate"], row["target"]
    return places(rate, target, target is not None and rate < target)


def _behind(facts: Facts) -> Iterator[Block]:
    table, levels = "reports.rpt_behind_schedule", tuple(facts.population.levels)
    rows = [row for row in facts.rows(table) if row["level_code"] in levels]
    if not rows:
        return
    threshold = in_plan(facts.plan_id, facts.period, "thresholds.behind_schedule_points")
    counted = phrase(
        "invest.behind", count=facts.count(facts.listed(table, level_code=levels)),
        threshold=facts.count(threshold),
        beyond=facts.count(facts.listed(table, level_code=levels, is_beyond_threshold=True)),
    )  # fmt: skip
    idle = sorted((row for row in rows if row["ytd_investment_wan"] == 0), key=lambda row: row["project_id"])
    if idle:
        count = facts.count(facts.listed(table, level_code=levels, ytd_investment_wan="0.00"))
        counted = (*counted, *phrase("invest.zero", count=count, projects=facts.projects(idle)))
    yield Paragraph(counted)


def _table(facts: Facts, number: int) -> Table:
    ranking = ranking_of(facts)
    columns = {}
    for column, metric in (("annual_plan_wan", "annual_plan"), ("ytd_investment_wan", "ytd_investment")):
        columns[column] = _balanced(facts, ranking, column, facts.of(metric))
    reported = facts.of("ytd_investment", "reported_value")
    columns["reported_ytd_investment_wan"] = _balanced(facts, ranking, "reported_ytd_investment_wan", reported)
    moved = sum(bool(one and one.balanced) for column in columns.values() for one in column)
    goal = reached_from(facts.values, facts.plan_id, facts.period, facts.population.id)
    rows = [_row(facts, row, [columns[name][place] for name in columns], goal) for place, row in enumerate(ranking)]
    is_text = ("unit", "target", "sent")
    heads = tuple(Column(word(f"head.{head}"), share, head in is_text) for head, share in _COLUMNS)
    notes = (balancing_note(moved), phrase("table.ranking_note"))
    caption = word("table.ranking").format(number=number)
    return Table(
        caption, word("unit.table_wan"), heads, (*rows, _total(facts)), frozenset({len(rows)}), notes, is_wide=True
    )


def reached(facts: Facts, row: dict, goal: Decimal | None) -> str:
    """Whether a unit of the ranking reached its target, in a word."""
    figure = facts.of("annual_completion_rate", scope=("unit", row["unit_id"]))
    stands = verdict(facts.values.row(figure), goal) if facts.known(figure) is not None else None
    words = {None: "none"} | dict.fromkeys(MET, "met")
    return word(f"verdict.{words.get(stands, stands)}")


def _balanced(facts: Facts, ranking: Sequence[dict], column: str, total: Address) -> list:
    """A column of amounts that add up; a unit without a number has none."""
    addresses = [
        facts.row(TABLE, column, population=facts.population.id, unit_id=row["unit_id"])
        for row in ranking
        if row[column] is not None
    ]
    quoted = iter(facts.quoting.quote_parts(addresses, total, "wan", 0)) if addresses else iter(())
    return [next(quoted) if row[column] is not None else None for row in ranking]


def _row(facts: Facts, row: dict, amounts: Sequence, goal: Decimal | None) -> tuple[Phrase, ...]:
    own = {"population": facts.population.id, "unit_id": row["unit_id"]}

    def cell(column: str, unit: str, places: int, sign: str = "minus") -> Phrase:
        if row[column] is None:
            return plain(word("none"))
        return (facts.quoting.quote(facts.row(TABLE, column, **own), unit, places, sign),)

    return (
        cell("unit_rank", "count", 0),
        plain(row["unit_name"] + ("＊" if row["is_few_projects"] else "")),
        cell("project_count", "count", 0),
        *((amount,) if amount else plain(word("none")) for amount in amounts),
        cell("annual_completion_rate", "percent", _places(row) if row["annual_completion_rate"] is not None else 1),
        cell("reported_annual_completion_rate", "percent", 1),
        plain(reached(facts, row, goal)),
        cell("benchmark_gap", "points", 1, "always"),
        cell("start_resume_rate", "percent", 1),
        plain(said("status", row["status"])),
    )


def _total(facts: Facts) -> tuple[Phrase, ...]:
    figures = [facts.of("annual_plan"), facts.of("ytd_investment"), facts.of("ytd_investment", "reported_value")]
    rate = facts.of("annual_completion_rate")
    gap = facts.of("annual_completion_rate", "benchmark_gap")
    reported, start = facts.of("annual_completion_rate", "reported_value"), facts.of("start_resume_rate")
    none = plain(word("none"))
    stands = facts.values.row(rate)["cutoff_verdict"]
    return (
        (),
        plain(word("head.total")),
        (facts.count(facts.of("project_count")),),
        *((facts.quoting.quote(one, "wan", 0),) if facts.known(one) is not None else none for one in figures),
        (facts.rate(rate),) if facts.known(rate) is not None else none,
        (facts.quoting.quote(reported, "percent", 1),) if facts.known(reported) is not None else none,
        plain(word(f"verdict.{'met' if stands in MET else 'missed' if stands == 'missed' else 'none'}")),
        (facts.points(gap, "always"),) if facts.known(gap) is not None else none,
        (facts.rate(start),) if facts.known(start) is not None else none,
        (),
    )


def _lists(facts: Facts) -> Iterator[Block]:
    """红黑榜, only where the period has a target; its rule is said before it."""
    found = red_black(facts.values, facts.plan_id, facts.period, facts.population.id)
    if found is None:
        return
    yield Heading(2, word("redblack.title"))
    goal = facts.of("annual_completion_rate", "target")
    yield Paragraph(
        phrase(
            "redblack.rule", goal=facts.goal(goal), red=word(f"places.{RED_PLACES}"),
            black=word(f"places.{BLACK_PLACES}"),
        )
    )  # fmt: skip
    yield Paragraph(_named(facts, "red", found.red))
    yield Paragraph((*_named(facts, "black", found.black), *_held_open(found)))
    aside = []
    if found.few_projects:
        aside.append(phrase("redblack.few", units=facts.units([row["unit_id"] for row in found.few_projects])))
    if carried := [row["unit_id"] for row in (*found.red, *found.black) if row["carried_projects"]]:
        aside.append(phrase("redblack.carried", units=facts.units(carried)))
    if aside:
        yield Paragraph(run_together(aside))


def _named(facts: Facts, colour: str, rows: Sequence[dict]) -> Phrase:
    if not rows:
        return phrase(f"redblack.no_{colour}")
    return phrase(f"redblack.{colour}", units=_units(facts, rows))


def _held_open(found: RedBlack) -> Phrase:
    hint = word("place").format(what=word("place.exempt"))
    return phrase("redblack.exempt", words=Words("words_exempt", hint)) if found.black else ()
