"""Bulletin closing: who reported, 存在问题, 数据质量, 下一步要求, 附件说明.

Belongs here: what a paper says of its own data, and the template sentences that the leaders finish.
Does not belong here: the projects' own figures (bulletin_months.py, bulletin_campaign.py).
"""

from collections.abc import Iterator

from dispatch.bulletin_blocks import (
    Block,
    Heading,
    Paragraph,
    Phrase,
    Words,
    numeral,
    phrase,
    plain,
    run_together,
    word,
)
from dispatch.bulletin_facts import Facts

SUBMISSIONS = "marts.fct_submission"
BEHIND, UNSTARTED = "reports.rpt_behind_schedule", "reports.rpt_unstarted_projects"
UNITS_NAMED = 8


def place_for_words(name: str, what: str | None = None) -> Words:
    """A place that the leaders fill; ``what`` names the hint where it is not the name."""
    return Words(f"words_{name}", word("place").format(what=word(f"place.{what or name}")))


def sent(facts: Facts, form: str, key: str) -> Phrase:
    """应报、实报、迟报、缺报 of a form, and who is missing."""
    due = {"form": form, "is_due": True}
    missing = [
        row["unit_id"]
        for row in facts.rows(SUBMISSIONS)
        if row["form"] == form and row["is_due"] and not row["is_reported"]
    ]
    counts = {
        "due": due,
        "reported": due | {"is_reported": True},
        "on_time": due | {"is_on_time": True},
        "late": due | {"is_reported": True, "is_on_time": False},
        "nil": due | {"status": "nil"},
        "missing": due | {"is_reported": False},
    }
    quoted = {name: facts.count(facts.listed(SUBMISSIONS, **where)) for name, where in counts.items()}
    who = phrase("lead.who", units=facts.units(missing)) if missing else ()
    return phrase(key, who=who, **quoted)


def problems(facts: Facts) -> Iterator[Block]:
    """六、存在问题: how many say what stands in their way; the words themselves are in the annex."""
    levels = tuple(facts.population.levels)
    behind = facts.listed(BEHIND, level_code=levels)
    if not facts.known(behind):
        return
    yield Paragraph(
        phrase(
            "problems.counts",
            unstarted=facts.count(facts.listed(UNSTARTED, "count:problem_text", level_code=levels)),
            behind=facts.count(facts.listed(BEHIND, "count:problem_text", level_code=levels)),
            silent=facts.count(facts.listed(BEHIND, level_code=levels, problem_text=None)),
        )
    )
    yield Paragraph(phrase("problems.place", words=place_for_words("problems")))


def quality(facts: Facts, form: str, is_brief: bool) -> Iterator[Block]:
    """七、报送和数据质量, and how the figures of the paper were made."""
    said = [sent(facts, form, "quality.sent_week")] if is_brief else _rates_of_reporting(facts)
    own = {"form": form, "is_due": True}
    totals = {name: facts.listed(SUBMISSIONS, f"sum:{name}", **own) for name in ("errors", "warnings", "unanswered")}
    if any(facts.known(total) for total in totals.values()):
        units = facts.listed("reports.rpt_data_quality", "distinct:unit_id", form=form, severity=("error", "warning"))
        counts = {name: facts.count(total) for name, total in totals.items()}
        said.append(phrase("quality.found", units=facts.count(units), **counts))
        said.append(_named(facts, form))
    else:
        said.append(phrase("quality.clean"))
    yield Paragraph(run_together(said))
    notes = ["quality.adopted", "quality.rounding"]
    yield Paragraph(run_together([phrase(note) for note in notes]))


def _rates_of_reporting(facts: Facts) -> list[Phrase]:
    rates = [facts.of(metric, population="all") for metric in ("reporting_rate", "on_time_rate")]
    if None in map(facts.known, rates):
        return []
    reported, on_time = (facts.rate(one) for one in rates)
    due = facts.count(facts.of("reporting_rate", "denominator", population="all"))
    return [phrase("quality.sent", due=due, reported=reported, on_time=on_time)]


def _named(facts: Facts, form: str) -> Phrase:
    """The units with most errors that still stand."""
    rows = [row for row in facts.rows(SUBMISSIONS) if row["form"] == form and row["is_due"] and row["errors"]]
    if not rows:
        return ()
    rows.sort(key=lambda row: (-row["errors"], facts.month.unit_order(row["unit_id"])))
    named = [
        phrase(
            "quality.unit", unit=facts.month.unit_name(row["unit_id"]),
            errors=facts.count(facts.row(SUBMISSIONS, "errors", form=form, unit_id=row["unit_id"])),
        )
        for row in rows[:UNITS_NAMED]
    ]  # fmt: skip
    more = phrase("projects.more") if len(rows) > UNITS_NAMED else ()
    return phrase("quality.named", units=(*run_together(named, word("joint.list")), *more))


def next_steps(facts: Facts, is_month: bool, has_procedures: bool) -> Iterator[Block]:
    """八、下一步要求: a template; each sentence has a place, and can be struck out."""
    centre = facts.month.unit_name(facts.month.plan.centre)
    asked = []
    if is_month and facts.known(facts.of("start_resume_rate", "left_over")):
        asked.append(("starts", "start_by"))
    if is_month and facts.known(facts.listed(BEHIND)):
        asked.append(("investment", "invest_by"))
    if has_procedures:
        asked.append(("procedures", "procedures_by"))
    for name, hint in asked:
        yield Paragraph(phrase(f"next.{name}", words=place_for_words(hint), centre=centre))
    yield Paragraph(phrase("next.data"))
    yield Paragraph(phrase("next.other", words=place_for_words("next")))


def attachments(numbers: tuple[int, ...]) -> Iterator[Block]:
    """附件：1．总表 …, one line each, nothing after the names; annex numbers are the workbook's own."""
    for place, number in enumerate(numbers):
        line = word("attachments.line").format(number=number, name=word(f"attachment.{number}"))
        line = line if place else word("attachments.head") + line
        yield Paragraph(plain(line), "Attachments First" if place == 0 else "Attachments")


def heading(number: int, title: str) -> Heading:
    """一、总体情况."""
    return Heading(1, f"{numeral(number)}{word('joint.list')}{word(f'section.{title}')}")
