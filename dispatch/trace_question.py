"""Trace question: which number a person asks about, by names, by its place in a paper, by its address.

Belongs here: names of metrics, populations and scopes; a number of a cited paper by its id or as it is printed.
Does not belong here: following the number (tracing), sentences for the terminal (orchestration.trace_command).
"""

import difflib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from dispatch.addresses import Address, metric
from dispatch.change_question import NotFound
from dispatch.citations import Citation, CitedPaper, beside_paper, load
from dispatch.marts import Marts
from ingestion import vocabulary


class NotCited(Exception):
    """A document without citations beside it."""


class NoNumber(Exception):
    """A document has no such number; ``near`` are numbers it has."""

    def __init__(self, text: str, near: Sequence[Citation]):
        super().__init__(text)
        self.text, self.near = text, tuple(near)


def named(
    marts: Marts, plan_id: str, period: str, asked: str, population: str | None, scope_kind: str, scope: str | None,
    column: str,
) -> Address:  # fmt: skip
    """The address of a figure by codes or by the names people use; the headline population unless told otherwise.

    :class:`~dispatch.change_question.NotFound` for a name that the period does not have.
    """
    sql = """
        select f.metric, f.population, p.population_name, f.scope_kind, f.scope, f.scope_name
        from marts.fct_metric as f
        inner join marts.dim_population as p on f.plan_id = p.plan_id and f.population = p.population
        where f.plan_id = ? and f.period = ? order by p.is_headline desc, p.sort_order, f.population, f.scope
    """
    known = vocabulary.metrics()
    found = marts.query(sql, [plan_id, period])
    found = _narrowed("metric", asked, found, "metric", lambda row: known[row["metric"]].label_zh)
    found = _narrowed("population", population, found, "population", lambda row: row["population_name"])
    kinds = vocabulary.scope_kinds()
    found = _narrowed("scope_kind", scope_kind, found, "scope_kind", lambda row: kinds[row["scope_kind"]])
    if found[0]["scope_kind"] != "overall":
        found = _narrowed("scope", scope or "", found, "scope", lambda row: row["scope_name"])
    first = found[0]
    return metric(plan_id, period, *(first[name] for name in ("population", "scope_kind", "scope", "metric")), column)


def _narrowed(kind: str, text: str | None, rows: Sequence[dict], column: str, label: Callable) -> list[dict]:
    if text is None:
        return list(rows)
    found = [row for row in rows if text in (row[column], label(row))]
    if not found:
        every = list(dict.fromkeys(word for row in rows for word in (label(row), row[column])))
        raise NotFound(kind, text, difflib.get_close_matches(text, every, 5, 0.2) or every[:8])
    return found


def paper_of(path: Path) -> CitedPaper:
    """What is kept beside a paper; :class:`NotCited` when there is nothing, or nothing that reads."""
    try:
        return load(beside_paper(path))
    except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise NotCited(str(beside_paper(path))) from error


def in_paper(paper: CitedPaper, text: str) -> list[Citation]:
    """The numbers of a paper with this id, at this place, or printed so; :class:`NoNumber` when there is none."""
    plain = text.strip().rstrip("%").replace(",", "")
    found = [one for one in paper.citations if text in (one.id, one.place)]
    found = found or [one for one in paper.citations if one.shown.rstrip("%").replace(",", "") == plain]
    if not found:
        near = difflib.get_close_matches(plain, [one.shown for one in paper.citations], 5, 0.3)
        raise NoNumber(text, [one for one in paper.citations if one.shown in near][:5] or paper.citations[:5])
    return found
