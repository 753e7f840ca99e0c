"""Bulletin text: the skeleton of 通报 and 简报: which sections a paper has, numbered, only those with something to say.

Belongs here: the order of sections, the numbers of sections, tables and charts.
Does not belong here: what a section says (bulletin_months.py, bulletin_ranking.py, bulletin_campaign.py,
bulletin_closing.py), heads and imprint (bulletin.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dispatch import bulletin_campaign, bulletin_charts, bulletin_closing, bulletin_months, bulletin_ranking
from dispatch.bulletin_blocks import Block, Paragraph, Phrase, Table, phrase, run_together
from dispatch.bulletin_facts import Facts
from dispatch.marts import Marts
from dispatch.month import LIST
from ingestion.obligations import MONTHLY, WEEKLY

MONTH_ANNEXES, WEEK_ANNEXES = (1, 2, 3, 4, 5, 6), (4, 5, 6)


@dataclass(frozen=True)
class Week:
    """A week of the campaign whose figures are told, and its day in words."""

    period: str
    day: str


def latest_week(facts: Facts, marts: Marts) -> Week | None:
    """The campaign's last week that the month's figures reach: due on or before the cutoff date."""
    sql = """
        select period, cutoff_date from marts.dim_period
        where plan_id = ? and series = 'week' and cutoff_date <= ? order by cutoff_date desc limit 1
    """
    found = marts.query(sql, [facts.plan_id, facts.month.cutoff])
    return Week(found[0]["period"], facts.day(found[0]["cutoff_date"])) if found else None


def bulletin(facts: Facts, marts: Marts) -> Iterator[Block]:
    """The body of a month's 通报."""
    week = latest_week(facts, marts)
    numbers = _Numbers()
    yield from _lead(facts)
    sections = [
        ("overall", [*bulletin_months.overall(facts, numbers.table()), *bulletin_charts.trend(facts, marts, 1)]),
        ("starts", bulletin_months.starts(facts, is_brief=False)),
        ("investment", _investment(facts, numbers.table())),
    ]
    if week:
        sections.append(
            ("procedures", bulletin_campaign.procedures(facts, week.period, week.day, numbers.table(), is_own=False))
        )
        sections.append(("reserve", bulletin_campaign.reserve(facts, week.period, week.day)))
    sections.append(("finish", bulletin_months.finish(facts)))
    sections.append(("problems", bulletin_closing.problems(facts)))
    sections.append(("quality", bulletin_closing.quality(facts, MONTHLY, is_brief=False)))
    sections.append(("next", bulletin_closing.next_steps(facts, is_month=True, has_procedures=week is not None)))
    yield from _numbered(sections)
    yield from bulletin_closing.attachments(MONTH_ANNEXES)


def brief_of_month(facts: Facts, marts: Marts) -> Iterator[Block]:
    """The body of a month's 简报: the same facts without tables, units and projects named where it matters."""
    week = latest_week(facts, marts)
    yield from _lead(facts)
    sections = [
        ("overall", [*bulletin_months.overall(facts, None), *bulletin_charts.trend(facts, marts, 1)]),
        ("starts", bulletin_months.starts(facts, is_brief=True)),
        ("investment", bulletin_ranking.investment(facts, None)),
    ]
    if week:
        sections.append(("procedures", bulletin_campaign.procedures(facts, week.period, week.day, None, is_own=False)))
    sections.append(("next", bulletin_closing.next_steps(facts, is_month=True, has_procedures=week is not None)))
    yield from _numbered(sections)


def brief_of_week(facts: Facts, marts: Marts) -> Iterator[Block]:
    """The body of a week's 简报: procedures, pipeline and funds, who reported."""
    day = facts.day(facts.month.cutoff)
    progress = bulletin_campaign.procedures(facts, facts.period, day, 1, is_own=True)
    sections = [
        ("procedures", _before_tables(progress, bulletin_charts.weeks(facts, marts, 1))),
        ("reserve", bulletin_campaign.reserve(facts, facts.period, day)),
        ("quality", bulletin_closing.quality(facts, WEEKLY, is_brief=True)),
        ("next", bulletin_closing.next_steps(facts, is_month=False, has_procedures=True)),
    ]
    yield from _numbered(sections)
    yield from bulletin_closing.attachments(WEEK_ANNEXES)


def _lead(facts: Facts) -> Iterator[Block]:
    """What the paper speaks of, from which reports, on which list, and how much of it is this period's own."""
    month = facts.month
    said: list[Phrase] = [
        phrase("lead.month", day=facts.day(month.cutoff), plan=month.plan.name),
        bulletin_closing.sent(facts, MONTHLY, "lead.sent"),
    ]
    if month.list_version and LIST in month.plan.forms:
        said.append(phrase("lead.source", form=month.form_title(MONTHLY), list_version=month.list_version))
    count = facts.of("project_count")
    if facts.known(count) is not None:
        of_them = {
            name: facts.count(facts.of("project_count", f"{name}_projects"))
            for name in ("reported", "carried", "missing")
        }
        said.append(
            phrase("lead.coverage", population=facts.named(facts.population.name), count=facts.count(count), **of_them)
        )
    yield Paragraph(run_together(said))


def _investment(facts: Facts, number: int) -> Iterator[Block]:
    """The chart of units stands after their table, at the head of the page that follows the one across."""
    yield from bulletin_ranking.investment(facts, number)
    yield from bulletin_charts.ranking(facts, 2)


def _before_tables(blocks: Iterable[Block], chart: Iterable[Block]) -> Iterator[Block]:
    """Blocks with a chart put before their first table, or after them where there is none."""
    put = False
    for block in blocks:
        if isinstance(block, Table) and not put:
            yield from chart
            put = True
        yield block
    if not put:
        yield from chart


def _numbered(sections: Iterable[tuple[str, Iterable[Block]]]) -> Iterator[Block]:
    number = 0
    for title, blocks in sections:
        held = list(blocks)
        if held:
            number += 1
            yield bulletin_closing.heading(number, title)
            yield from held


class _Numbers:
    """The running number of a paper's tables."""

    def __init__(self) -> None:
        self._tables = 0

    def table(self) -> int:
        self._tables += 1
        return self._tables
