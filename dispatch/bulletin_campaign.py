"""Bulletin of the campaign: 前期手续, 谋划 and 资金 of one week, in its own brief and in the month that quotes it.

Belongs here: sentences and tables about procedures, the pipeline and funds; each only when there is something to say.
Does not belong here: months (bulletin_months.py).
"""

from collections.abc import Iterator

from dispatch.addresses import Address
from dispatch.bulletin_blocks import Block, Column, Paragraph, Phrase, Table, phrase, plain, run_together, word
from dispatch.bulletin_facts import Facts, target_sentence
from dispatch.wording import code_label
from ingestion import vocabulary
from ingestion.obligations import WEEKLY

PROGRESS = "reports.rpt_procedure_progress"
ALL = "all"
STATES = ("tolerated", "promised", "in_progress", "not_started", "overdue")
_HEADS = ("needed", "done", *STATES)


def population_of(facts: Facts, form: str) -> tuple[str, str]:
    """The plan's population of a form's projects with its name; all of the form where the plan names none."""
    for population in facts.month.plan.populations:
        if population.form == form:
            return population.id, population.name
    return ALL, facts.month.form_title(form) if form in facts.month.plan.forms else form


def procedures(facts: Facts, week: str, day: str, number: int | None, is_own: bool) -> Iterator[Block]:
    """前期手续 as of a week; ``is_own``: in the week's own brief. ``number`` of the first table, None without any."""
    population, name = population_of(facts, WEEKLY)
    rate = facts.of("procedure_completion_rate", population=population, period=week)
    if facts.known(rate) is None:
        return

    def of(metric: str, column: str = "value") -> Address:
        return facts.of(metric, column, population=population, period=week)

    said = [
        phrase(
            "proc.sums_week" if is_own else "proc.sums", day=day, population=name, rate=facts.rate(rate),
            needed=facts.count(of("procedure_completion_rate", "denominator")),
            done=facts.count(of("procedure_completion_rate", "numerator")),
            target=target_sentence(facts, "procedure_completion_rate", population, week),
        )
    ]  # fmt: skip
    change = of("procedure_completion_rate", "change")
    if facts.known(change) is not None:
        said.append(facts.either("proc.change", change))
    if facts.known(of("procedure_completion_rate", "reported_difference")):
        reported = of("procedure_completion_rate", "reported_value")
        said.append(phrase("proc.reported", rate=facts.quoting.quote(reported, "percent", 1)))
    yield Paragraph(run_together(said))
    yield from _states(facts, week)
    whole = of("all_procedures_done_rate")
    if facts.known(whole) is not None:
        counts = {
            "projects": facts.count(of("all_procedures_done_rate", "denominator")),
            "done": facts.count(of("all_procedures_done_rate", "numerator")),
        }
        yield Paragraph(phrase("proc.all_done", rate=facts.rate(whole), **counts))
    if number is not None:
        yield _table(facts, week, "procedure", "table.procedures", number)
        if is_own:
            yield _table(facts, week, "unit_id", "table.approvers", number + 1)


def _progress(facts: Facts, week: str, column: str, procedure: str = ALL, unit: str = ALL) -> Address:
    return facts.row(PROGRESS, column, week, procedure=procedure, handling_level=ALL, unit_id=unit)


def _states(facts: Facts, week: str) -> Iterator[Block]:
    if facts.known(_progress(facts, week, "open_count")) is None:
        return
    counts = {state: facts.count(_progress(facts, week, f"{state}_count")) for state in ("open", *STATES)}
    promises = facts.count(_progress(facts, week, "overdue_promise_count"))
    tasks = phrase(
        "proc.tasks", handover=facts.count(facts.listed("reports.rpt_handover_items", period=week)),
        coordination=facts.count(facts.listed("reports.rpt_coordination_items", period=week)),
    )  # fmt: skip
    yield Paragraph((*phrase("proc.states", promises=promises, **counts), *tasks))


def _table(facts: Facts, week: str, by: str, caption: str, number: int) -> Table:
    """All, then by procedure or by unit: counts, which add up as they are."""
    other = "unit_id" if by == "procedure" else "procedure"
    own = [
        row
        for row in facts.rows(PROGRESS, week)
        if row["handling_level"] == ALL and row[other] == ALL and row["needed_count"]
    ]
    own.sort(key=lambda row: (row["procedure_order"], row["unit_order"]))
    named = "procedure_name" if by == "procedure" else "unit_name"
    rows = []
    for row in own:
        place = {"procedure": row["procedure"], "unit": row["unit_id"]}
        rate = _progress(facts, week, "completion_rate", **place)
        rows.append(
            (
                plain(row[named] or word("head.total")),
                *((facts.count(_progress(facts, week, f"{head}_count", **place)),) for head in _HEADS),
                (facts.quoting.quote(rate, "percent", 1),) if facts.known(rate) is not None else plain(word("none")),
            )
        )
    first = "procedure" if by == "procedure" else "unit"
    shares = ((first, 20), *((head, 9) for head in _HEADS), ("procedure_rate", 11))
    columns = tuple(Column(word(f"head.{head}"), share, head == first) for head, share in shares)
    return Table(word(caption).format(number=number), word("unit.items"), columns, tuple(rows), frozenset({0}))


def reserve(facts: Facts, week: str, day: str) -> Iterator[Block]:
    """谋划储备 and 争取资金 as of a week."""
    pipeline, funds = _pipeline(facts, week), _funds(facts, week)
    if pipeline or funds:
        yield Paragraph((*phrase("reserve.day", day=day), *run_together([pipeline, funds])))


def _pipeline(facts: Facts, week: str) -> Phrase:
    population, name = population_of(facts, "pipeline")

    def of(metric: str) -> Address:
        return facts.of(metric, population=population, period=week)

    if not facts.known(of("pipeline_count")):
        return ()
    targets = {
        place: target_sentence(facts, metric, population, week)
        for place, metric in (("count_target", "pipeline_count"), ("total_target", "pipeline_total_investment"),
                              ("plan_target", "pipeline_annual_plan"))
    }  # fmt: skip
    said = [
        phrase(
            "reserve.pipeline", population=name, count=facts.count(of("pipeline_count")), **targets,
            total=facts.amount_or_count("pipeline_total_investment", of("pipeline_total_investment")),
            plan=facts.amount_or_count("pipeline_annual_plan", of("pipeline_annual_plan")),
        )
    ]  # fmt: skip
    share, multiple = of("pipeline_industry_share"), of("reserve_multiple")
    if facts.known(share) is not None:
        target = target_sentence(facts, "pipeline_industry_share", population, week)
        said.append(phrase("reserve.share", share=facts.rate(share), target=target))
    if facts.known(multiple) is not None:
        said.append(phrase("reserve.multiple", multiple=facts.quoting.quote(multiple, "multiple", 2)))
    return run_together(said)


def _funds(facts: Facts, week: str) -> Phrase:
    population, name = population_of(facts, "funds")
    amount = facts.of("fund_secured_amount", population=population, period=week)
    if not facts.known(amount):
        return ()
    target = target_sentence(facts, "fund_secured_amount", population, week)
    said = phrase("reserve.funds", population=name, amount=phrase("amount.yi", amount=facts.yi(amount)), target=target)
    kinds = [
        kind
        for kind in vocabulary.codes("fund_kinds")
        if facts.known(facts.of("fund_secured_amount", "value", ("fund_kind", kind), population, week))
    ]
    if len(kinds) < 2:
        return said
    parts = [facts.of("fund_secured_amount", "value", ("fund_kind", kind), population, week) for kind in kinds]
    amounts = facts.quoting.quote_parts(parts, amount, "yi", 2)
    named = [
        phrase("reserve.kind", kind=code_label("fund_kinds", kind), amount=one)
        for kind, one in zip(kinds, amounts, strict=True)
    ]
    return (*said, *phrase("reserve.kinds", kinds=run_together(named, word("joint.list"))))
