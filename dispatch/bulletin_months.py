"""Bulletin of months: 总体情况, 开复工 and 竣工 as sentences and tables.

Belongs here: what a month's paper says of its projects as a whole.
Does not belong here: units against each other (bulletin_ranking.py), the campaign (bulletin_campaign.py).
"""

from collections.abc import Iterator

from dispatch.bulletin_blocks import Block, Column, Paragraph, Phrase, Table, phrase, plain, run_together, word
from dispatch.bulletin_facts import Facts, target_sentence
from dispatch.wording import code_label
from ingestion import vocabulary

GROUPS = (("level", "project_levels"), ("category", "project_categories"), ("nature", "project_natures"))
AMOUNTS = ("total_investment", "annual_plan", "ytd_investment")


def overall(facts: Facts, number: int | None) -> Iterator[Block]:
    """一、总体情况; ``number`` of its table, None for a brief without one."""
    if not facts.known(facts.of("project_count")):
        return
    yield Paragraph(run_together([_sums(facts), _against_benchmark(facts), _change(facts)]))
    yield Paragraph(_reported(facts))
    if levels := _levels(facts):
        yield Paragraph(phrase("overall.levels", levels=levels))
    for population in facts.month.plan.populations:
        if not population.headline and (population.form or "monthly_dispatch") == "monthly_dispatch":
            yield from _other_population(facts, population.id, population.name)
    if number is not None:
        yield _table(facts, number)


def _sums(facts: Facts) -> Phrase:
    return phrase(
        "overall.sums", population=facts.named(facts.population.name), count=facts.count(facts.of("project_count")),
        total=facts.yi(facts.of("total_investment")), plan=facts.yi(facts.of("annual_plan")),
        day=facts.day(facts.month.cutoff), ytd=facts.yi(facts.of("ytd_investment")),
        ytd_target=target_sentence(facts, "ytd_investment"), rate=_rate(facts, "annual_completion_rate"),
        target=target_sentence(facts, "annual_completion_rate"),
    )  # fmt: skip


def _rate(facts: Facts, metric: str, column: str = "value") -> Phrase:
    address = facts.of(metric, column)
    return (facts.rate(address),) if facts.known(address) is not None else plain(word("none"))


def _against_benchmark(facts: Facts) -> Phrase:
    gap = facts.of("annual_completion_rate", "benchmark_gap")
    if facts.known(gap) is None:
        return ()
    benchmark = facts.goal(facts.of("annual_completion_rate", "benchmark"))
    return facts.either("overall.benchmark", gap, benchmark=benchmark)


def _change(facts: Facts) -> Phrase:
    """Against the period before as it stands now; what was told of it then where that differs."""
    change, more = facts.of("annual_completion_rate", "change"), facts.of("ytd_investment", "change")
    if facts.known(change) is None or facts.known(more) is None:
        return ()
    said = facts.either("overall.change", change, more=facts.yi(more))
    told, now = (facts.of("annual_completion_rate", f"previous_{name}") for name in ("published", "restated"))
    if facts.known(told) is None or facts.known(told) == facts.known(now):
        return said
    quoted = [facts.quoting.quote(one, "percent", 2) for one in (told, now)]
    return (*said, *phrase("overall.restated", told=quoted[0], now=quoted[1]))


def _reported(facts: Facts) -> Phrase:
    """The other account beside the adopted one, wherever they differ."""
    difference = facts.of("ytd_investment", "reported_difference")
    if not facts.known(difference):
        return phrase("overall.reported_same")
    return phrase(
        "overall.reported", ytd=facts.yi(facts.of("ytd_investment", "reported_value")),
        rate=_reported_rate(facts), difference=facts.yi(difference, "word"),
    )  # fmt: skip


def _reported_rate(facts: Facts) -> Phrase:
    address = facts.of("annual_completion_rate", "reported_value")
    return plain(word("none")) if facts.known(address) is None else (facts.quoting.quote(address, "percent", 1),)


def _levels(facts: Facts) -> Phrase:
    """By level, in 亿元 that add up to the sum of the paragraph before; empty where there is only one."""
    scopes = scopes_of(facts, "level", "project_levels")
    if len(scopes) < 2:
        return ()
    parts = [facts.of("ytd_investment", scope=("level", scope)) for scope in scopes]
    amounts = facts.quoting.quote_parts(parts, facts.of("ytd_investment"), "yi", 2)
    said = []
    for scope, amount in zip(scopes, amounts, strict=True):
        rate = facts.of("annual_completion_rate", scope=("level", scope))
        said.append(
            phrase(
                "overall.level", level=code_label("project_levels", scope), ytd=amount,
                count=facts.count(facts.of("project_count", scope=("level", scope))),
                rate=(facts.rate(rate),) if facts.known(rate) is not None else word("none"),
            )
        )  # fmt: skip
    return run_together(said, word("joint.clause"))


def scopes_of(facts: Facts, scope_kind: str, code_list: str) -> list[str]:
    """The scopes of a kind that have projects in the headline population, in the vocabulary's order."""
    held = {
        row["scope"]
        for row in facts.rows("marts.fct_metric")
        if row["scope_kind"] == scope_kind and row["population"] == facts.population.id and row["value"]
        and row["metric"] == "project_count"
    }  # fmt: skip
    order = list(vocabulary.codes(code_list))
    return sorted(held, key=lambda scope: (order.index(scope) if scope in order else len(order), scope))


def _other_population(facts: Facts, population: str, name: str) -> Iterator[Block]:
    """A population beside the headline one that has a target of its own in this period."""
    targets = [target_sentence(facts, metric, population) for metric in ("start_resume_rate", "annual_completion_rate")]
    values = [facts.of(metric, population=population) for metric in ("start_resume_rate", "annual_completion_rate")]
    if not any(targets) or None in map(facts.known, values):
        return
    yield Paragraph(
        phrase(
            "overall.population", population=facts.named(name), start=facts.rate(values[0]), start_target=targets[0],
            count=facts.count(facts.of("project_count", population=population)),
            rate=facts.rate(values[1]), target=targets[1],
        )
    )  # fmt: skip


def _table(facts: Facts, number: int) -> Table:
    """All, then by level, category and nature; within each the rounded amounts add up to those of all."""
    rows = [_row(facts, plain(word("head.total")), ("overall", "overall"), None)]
    moved = 0
    for scope_kind, code_list in GROUPS:
        scopes = scopes_of(facts, scope_kind, code_list)
        columns = {}
        for metric in AMOUNTS:
            parts = [facts.of(metric, scope=(scope_kind, scope)) for scope in scopes]
            columns[metric] = facts.quoting.quote_parts(parts, facts.of(metric), "wan", 0)
            moved += sum(citation.balanced for citation in columns[metric])
        for place, scope in enumerate(scopes):
            amounts = [columns[metric][place] for metric in AMOUNTS]
            rows.append(_row(facts, plain(code_label(code_list, scope)), (scope_kind, scope), amounts))
    heads = (("group", 16), ("count", 10), ("total_investment", 16), ("annual_plan", 16), ("ytd", 16), ("rate", 14),
             ("benchmark_gap", 14), ("start", 12))  # fmt: skip
    columns = tuple(Column(word(f"head.{head}"), share, head == "group") for head, share in heads)
    caption = word("table.overall").format(number=number)
    return Table(caption, word("unit.table_wan"), columns, tuple(rows), frozenset({0}), (balancing_note(moved),))


def balancing_note(moved: int) -> Phrase:
    """How a table's rounded parts were made to add up, if any had to be moved."""
    return phrase("table.balanced") if moved else phrase("table.rounded")


def _row(facts: Facts, name: Phrase, scope: tuple[str, str], amounts: list | None) -> tuple[Phrase, ...]:
    quoted = amounts or [facts.quoting.quote(facts.of(metric, scope=scope), "wan", 0) for metric in AMOUNTS]
    rate, start = (facts.of(name, scope=scope) for name in ("annual_completion_rate", "start_resume_rate"))
    gap = facts.of("annual_completion_rate", "benchmark_gap", scope)
    return (
        name,
        (facts.count(facts.of("project_count", scope=scope)),),
        *((amount,) for amount in quoted),
        (facts.rate(rate),) if facts.known(rate) is not None else plain(word("none")),
        (facts.points(gap, "always"),) if facts.known(gap) is not None else plain(word("none")),
        (facts.rate(start),) if facts.known(start) is not None else plain(word("none")),
    )


def starts(facts: Facts, is_brief: bool) -> Iterator[Block]:
    """二、开工复工情况."""
    rate = facts.of("start_resume_rate")
    if facts.known(rate) is None:
        return
    change = facts.of("start_resume_rate", "change")
    reported = facts.of("start_resume_rate", "reported_difference")
    sums = phrase(
        "start.sums", due=facts.count(facts.of("start_resume_rate", "denominator")),
        started=facts.count(facts.of("start_resume_rate", "numerator")), rate=facts.rate(rate),
        target=target_sentence(facts, "start_resume_rate"),
        left=facts.count(facts.of("start_resume_rate", "left_over")),
    )  # fmt: skip
    moved = facts.either("start.change", change) if facts.known(change) is not None else ()
    other = facts.of("start_resume_rate", "reported_value")
    told = phrase("start.reported", rate=facts.quoting.quote(other, "percent", 1)) if facts.known(reported) else ()
    yield Paragraph(run_together([sums, moved, told]))
    if not is_brief and (kinds := _kinds(facts)):
        yield Paragraph(kinds)
    yield from _unstarted(facts)


def _kinds(facts: Facts) -> Phrase:
    """新开工, 按期开工 and 复工 with what each rests on; empty where one of them has no projects."""
    names = {
        "start_rate": ("new", "new_started", "start_rate"),
        "on_time_start_rate": ("due", "due_started", "on_time"),
        "resume_rate": ("continued", "resumed", "resume_rate"),
    }
    if any(facts.known(facts.of(metric)) is None for metric in names):
        return ()
    parts: dict[str, object] = {}
    for metric, (whole, part, rate) in names.items():
        parts[whole] = facts.count(facts.of(metric, "denominator"))
        parts[part] = facts.count(facts.of(metric, "numerator"))
        parts[rate] = facts.rate(facts.of(metric))
    return phrase("start.kinds", day=facts.day(facts.month.cutoff), **parts)


def _unstarted(facts: Facts) -> Iterator[Block]:
    table, levels = "reports.rpt_unstarted_projects", tuple(facts.population.levels)
    rows = [row for row in facts.rows(table) if row["level_code"] in levels]
    for key, kind in (("start.unstarted", "new"), ("start.unresumed", "continued")):
        own = sorted(
            (row for row in rows if row["counts_as"] == kind),
            key=lambda row: (-(row["days_overdue"] or 0), row["project_id"]),
        )
        if own:
            count = facts.count(facts.listed(table, counts_as=kind, level_code=levels))
            yield Paragraph(phrase(key, count=count, projects=facts.projects(own)))
    unconfirmed = [row for row in rows if row["is_start_unconfirmed"]]
    if unconfirmed:
        count = facts.count(facts.listed(table, is_start_unconfirmed=True, level_code=levels))
        yield Paragraph(phrase("start.unconfirmed", count=count, projects=facts.projects(unconfirmed)))


def finish(facts: Facts) -> Iterator[Block]:
    """竣工, 入统 and 资金到位, as far as there is anything to be held against."""
    said = []
    day = facts.day(facts.month.cutoff)
    rate = facts.of("finish_rate")
    if facts.known(rate) is not None:
        counts = (facts.count(facts.of("finish_rate", name)) for name in ("numerator", "denominator"))
        done, due = counts
        said.append(phrase("finish.ahead", done=done, day=day, due=due, rate=facts.rate(rate)))
    entered = facts.of("statistics_entry_rate")
    if facts.known(entered) is not None:
        done, due = (facts.count(facts.of("statistics_entry_rate", name)) for name in ("numerator", "denominator"))
        left = facts.count(facts.of("started_not_entered_count"))
        said.append(phrase("finish.entered", done=done, due=due, rate=facts.rate(entered), left=left))
    funds = facts.of("fund_arrival_rate")
    if facts.known(funds) is not None:
        said.append(phrase("finish.funds", rate=facts.rate(funds)))
    if said:
        yield Paragraph(run_together(said))
