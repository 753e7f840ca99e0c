"""Change question: which figures a person asks about, found in the published tables of both ends, and the answer.

Belongs here: names of populations, scopes and metrics as people write them; what the papers need to say of both ends.
Does not belong here: how a difference is split (changes), where the ends come from (orchestration.comparing).
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dispatch import contributions
from dispatch.changes import Change, split
from dispatch.contributions import Slice, State
from dispatch.marts import Marts
from ingestion import vocabulary


class NotFound(Exception):
    """A name that neither end knows: ``kind`` is metric, population or scope, ``near`` what may have been meant."""

    def __init__(self, kind: str, text: str, near: Sequence[str]):
        super().__init__(f"{kind} {text}")
        self.kind, self.text, self.near = kind, text, tuple(near)


@dataclass(frozen=True)
class End:
    """One end of a comparison: its published tables and how people call it."""

    marts: Marts
    label: str


@dataclass(frozen=True)
class Question:
    """What is asked; None takes every metric, the plan's headline population, the whole of it."""

    plan_id: str
    period: str
    metric: str | None = None
    population: str | None = None
    scope_kind: str = "overall"
    scope: str | None = None


@dataclass(frozen=True)
class Answer:
    """The changes in printing order, with the names that go with them."""

    question: Question
    cut: Slice
    old: State
    new: State
    labels: tuple[str, str]
    changes: Sequence[Change]
    names: Mapping[str, str]  # plan, population, scope; units by id as unit.<id>


def answer(question: Question, old: End, new: End) -> Answer:
    """Split what is asked about. :class:`NotFound` for a name nobody knows; see also :func:`contributions.load`."""
    states = [contributions.load(end.marts, question.plan_id, question.period) for end in (old, new)]
    figures = [row for end in (old, new) for row in _figures(end.marts, question)]
    cut, metrics, names = _chosen(question, figures)
    for end, state in zip((old, new), states, strict=True):
        contributions.check(state, end.marts, metrics, cut)
    changes = [split(*states, metric, cut) for metric in metrics]
    names |= units(old.marts, question.plan_id) | units(new.marts, question.plan_id)
    return Answer(question, cut, *states, (old.label, new.label), changes, names)


def _figures(marts: Marts, question: Question) -> list[dict]:
    sql = """
        select
            f.metric, f.population, p.population_name, p.is_headline, f.scope_kind, f.scope, f.scope_name, l.plan_name
        from marts.fct_metric as f
        inner join marts.dim_population as p on f.plan_id = p.plan_id and f.population = p.population
        inner join marts.dim_plan as l on f.plan_id = l.plan_id
        where f.plan_id = ? and f.period = ? order by p.is_headline desc, p.sort_order, f.population, f.scope
    """
    return marts.query(sql, [question.plan_id, question.period])


def _chosen(question: Question, figures: Sequence[dict]) -> tuple[Slice, list[str], dict[str, str]]:
    """The slice, its metrics in printing order, and the names of plan, population and scope."""
    known = vocabulary.metrics()
    found = _named("metric", question.metric, figures, "metric", lambda row: known[row["metric"]].label_zh)
    found = _named("population", question.population, found, "population", lambda row: row["population_name"])
    found = [row for row in found if row["scope_kind"] == question.scope_kind]
    overall = question.scope_kind == "overall"
    found = _named(
        "scope", "overall" if overall else question.scope or "", found, "scope", lambda row: row["scope_name"]
    )
    first = found[0]  # the headline population stands in front
    cut = Slice(first["population"], first["scope_kind"], first["scope"])
    metrics = {row["metric"] for row in found if row["population"] == cut.population and row["scope"] == cut.scope}
    names = {"plan": first["plan_name"], "population": first["population_name"], "scope": first["scope_name"]}
    return cut, sorted(metrics, key=lambda metric: known[metric].sort_order), names


def _named(kind: str, text: str | None, rows: Sequence[dict], column: str, label) -> list[dict]:
    """The rows that bear a name, written as code or as people say it; all of them when none was asked for."""
    if text is None:
        return list(rows)
    found = [row for row in rows if text in (row[column], label(row))]
    if not found:
        every = sorted({word for row in rows for word in (row[column], label(row))})
        raise NotFound(kind, text, difflib.get_close_matches(text, every, 5, 0.2) or every[:8])
    return found


def units(marts: Marts, plan_id: str) -> dict[str, str]:
    """The names of a plan's units, by ``unit.<id>``."""
    rows = marts.query("select unit_id, unit_name from marts.dim_unit where plan_id = ?", [plan_id])
    return {f"unit.{row['unit_id']}": row["unit_name"] for row in rows}
