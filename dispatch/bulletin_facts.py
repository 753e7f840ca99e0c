"""Bulletin facts: what a paper asks the public tables, and how it quotes the answers.

Belongs here: addresses of the paper's plan and period in few words, numbers in the text's units, names of projects.
Does not belong here: sentences (bulletin_text.py and beside).

In the text amounts are in 亿元 with two decimals, in tables in 万元; rates have one decimal, and more where they would
look like a target they miss; differences of rates are 百分点 without a sign, for the words say which way.
"""

from collections.abc import Sequence
from decimal import Decimal

from dispatch import addresses
from dispatch.addresses import Address
from dispatch.bulletin_blocks import Phrase, phrase, plain, run_together, word
from dispatch.citations import Citation, Quoting
from dispatch.cited_values import CitedValues
from dispatch.month import Month
from ingestion import vocabulary
from ingestion.plan_models import Population

NAMED_PROJECTS = 12  # more than these are not named in the text; the annex has all


class Facts:
    """One plan and period as one paper tells it, with the citations of that paper."""

    def __init__(self, month: Month, values: CitedValues):
        self.month, self.plan_id, self.period, self.values = month, month.plan_id, month.period, values
        self.quoting = Quoting(values)

    @property
    def population(self) -> Population:
        """The plan's headline population."""
        return self.month.plan.headline

    def named(self, name: str) -> str:
        """The name of a population as a sentence says it: 省市重点 are 省市重点项目."""
        last = word("projects.word")
        return name if last in name else name + last

    def of(
        self, metric: str, column: str = "value", scope: tuple[str, str] = ("overall", "overall"),
        population: str | None = None, period: str | None = None,
    ) -> Address:  # fmt: skip
        """The address of a figure, of the whole headline population unless told otherwise."""
        named = population or self.population.id
        return addresses.metric(self.plan_id, period or self.period, named, *scope, metric, column)

    def listed(self, table: str, what: str = "count", period: str | None = None, **where: object) -> Address:
        """The address of a count or sum over a public table."""
        return addresses.listed(self.plan_id, period or self.period, table, what, **where)

    def row(self, table: str, column: str, period: str | None = None, **key: object) -> Address:
        """The address of one cell of a public table."""
        return addresses.row(self.plan_id, period or self.period, table, column, **key)

    def known(self, address: Address) -> Decimal | None:
        """The number at an address, None where there is none or no such row."""
        try:
            return self.values.at(address)
        except LookupError:
            return None

    def rows(self, table: str, period: str | None = None) -> list[dict]:
        """A public table of the plan and period."""
        return self.values.rows(table, self.plan_id, period or self.period)

    def count(self, address: Address) -> Citation:
        """A whole number."""
        return self.quoting.quote(address, "count", 0)

    def yi(self, address: Address, sign: str = "minus") -> Citation:
        """An amount in 亿元 with two decimals."""
        return self.quoting.quote(address, "yi", 2, sign)

    def rate(self, address: Address) -> Citation:
        """A rate in per cent."""
        return self.quoting.quote_rate(address)

    def goal(self, address: Address) -> Citation:
        """A target or a benchmark in per cent: no decimals that are nothing."""
        percent = (self.known(address) or Decimal(0)) * 100
        return self.quoting.quote(address, "percent", 0 if percent == percent.to_integral_value() else 1)

    def points(self, address: Address, sign: str = "word") -> Citation:
        """A difference of rates in percentage points; the words say which way unless ``sign`` is ``always``."""
        return self.quoting.quote(address, "points", 1, sign)

    def either(self, key: str, address: Address, **parts: object) -> Phrase:
        """The sentence ``key.up``, ``key.down`` or ``key.level`` by the sign of a difference of rates, quoted in it."""
        difference = self.known(address)
        if not difference:
            return phrase(f"{key}.level", **parts)
        return phrase(f"{key}.{'up' if difference > 0 else 'down'}", difference=self.points(address), **parts)

    def amount_or_count(self, metric: str, address: Address) -> Phrase:
        """A figure or a target of a metric with its unit: 亿元, per cent, 倍 or what it counts."""
        known, is_goal = vocabulary.metrics()[metric], address.column in ("target", "stretch")
        if known.is_rate:
            return (self.goal(address) if is_goal else self.rate(address),)
        if known.unit == vocabulary.fields()["annual_plan_wan"].unit:
            yi = (self.known(address) or Decimal(0)) / 10_000
            places = 0 if is_goal and yi == yi.to_integral_value() else 2
            return phrase("amount.yi", amount=self.quoting.quote(address, "yi", places))
        if known.is_ratio:
            return phrase("amount.other", amount=self.quoting.quote(address, "multiple", 2), unit=known.unit)
        return phrase("amount.other", amount=self.count(address), unit=known.unit)

    def projects(self, rows: Sequence[dict]) -> Phrase:
        """Projects by name with their units, in the order given; after the first dozen the annex is named."""
        names = [
            phrase("project", name=row["project_name"], unit=row["unit_name"] or word("unit.unknown"))
            for row in rows[:NAMED_PROJECTS]
        ]
        more = phrase("projects.more") if len(rows) > NAMED_PROJECTS else ()
        return (*run_together(names, word("joint.list")), *more)

    def units(self, unit_ids: Sequence[str]) -> Phrase:
        """Names of units in the plan's order."""
        ordered = sorted(unit_ids, key=self.month.unit_order)
        return run_together([plain(self.month.unit_name(unit)) for unit in ordered], word("joint.list"))

    def day(self, value: object) -> str:
        """A date as official papers write it: 2022年11月5日."""
        return word("date").format(year=value.year, month=value.month, day=value.day)


def target_sentence(facts: Facts, metric: str, population: str | None = None, period: str | None = None) -> Phrase:
    """How a figure stands against this period's target; empty where there is none.

    Both figure and target are quoted from the figure's own row, the verdict is the tables' own.
    """
    figure = facts.of(metric, population=population, period=period)
    target = facts.of(metric, "target", population=population, period=period)
    if facts.known(figure) is None or facts.known(target) is None:
        return ()
    row = facts.values.row(figure)
    if row["cutoff_verdict"] == "no_target":
        return ()
    goal = (*facts.amount_or_count(metric, target), *_margin(facts, row, period))
    gap = facts.of(metric, "gap", population=population, period=period)
    short = facts.of(metric, "short_of_target", population=population, period=period)
    if row["cutoff_verdict"] == "missed":
        parts = {"goal": goal}
        if vocabulary.metrics()[metric].is_rate:
            counted = metric in ("start_resume_rate", "start_rate")
            key = "target.missed_rate_count" if counted else "target.missed_rate"
            extra = {"short": facts.count(short)} if counted else {}
            return phrase(key, gap=facts.points(gap), **extra, **parts)
        return phrase("target.missed", gap=_difference(facts, metric, gap), **parts)
    if row["cutoff_verdict"] == "stretch":
        stretch = facts.of(metric, "stretch", population=population, period=period)
        return phrase("target.stretch", goal=goal, stretch=facts.amount_or_count(metric, stretch))
    return phrase("target.met", goal=goal)


def _margin(facts: Facts, figure: dict, period: str | None) -> Phrase:
    """左右 behind a target that is reached a little before itself, as its plan says."""
    verdicts = facts.rows("marts.fct_target_verdict", period)
    own = [one for one in verdicts if one["target_id"] == figure["target_id"] and one["about_from"] is not None]
    return phrase("target.about") if own else ()


def _difference(facts: Facts, metric: str, gap: Address) -> Phrase:
    known = vocabulary.metrics()[metric]
    if known.unit == vocabulary.fields()["annual_plan_wan"].unit:
        return phrase("amount.yi", amount=facts.yi(gap, "word"))
    unit, places = ("multiple", 2) if known.is_ratio else ("count", 0)
    return phrase("amount.other", amount=facts.quoting.quote(gap, unit, places, "word"), unit=known.unit)
