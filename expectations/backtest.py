"""Backtest: whom a rule would have stopped over all that is kept, and how often the unit later said otherwise.

Belongs here: judging kept periods with a rule in force throughout; what became of each figure that it stopped.
Does not belong here: records of back-tests (backtest_records), commands (orchestration.rules_command).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from expectations import months, weeks
from expectations.catalogue import instead, load_rules
from expectations.filed import FormJudged
from expectations.parts import address_of, form_of
from expectations.rule import IN_USE, Rule
from expectations.wording import plain
from ingestion import lake
from ingestion.obligations import cutoff_date, is_week
from ingestion.plans import Plan
from ingestion.workspace import Workspace

ALWAYS = {"since": "0001-01", "until": None}
WHOLE = ("form", "nil")  # versions that take the place of the whole form


@dataclass(frozen=True)
class Stopped:
    """One figure that a rule stopped, once however many versions held it.

    ``is_corrected``: a version of the unit's form came after the last one that was stopped here, and the rule does not
    stop it. Versions of one period are held against the same surroundings, so the unit itself changed something.
    """

    rule_id: str
    plan_id: str
    period: str
    form: str
    unit_id: str | None
    project_id: str | None
    project_name: str | None
    cells: str | None
    found: str | None
    later: str | None  # what the last version says in the first cell, where it is another value
    is_corrected: bool


@dataclass(frozen=True)
class Backtest:
    """What a rule did over a history; ``judged`` and ``stopped`` count rows, totals, sheets, units of all versions."""

    rule_id: str
    plans: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    judged: int = 0
    stopped: int = 0
    figures: tuple[Stopped, ...] = ()

    @property
    def units(self) -> int:
        """How many units it would have stopped."""
        return len({(figure.plan_id, figure.unit_id) for figure in self.figures})

    @property
    def corrected(self) -> int:
        """How many of the stopped figures the unit itself later corrected."""
        return sum(figure.is_corrected for figure in self.figures)

    def __add__(self, other: "Backtest") -> "Backtest":
        plans, periods = (tuple(sorted({*getattr(self, name), *getattr(other, name)})) for name in ("plans", "periods"))
        judged, stopped = self.judged + other.judged, self.stopped + other.stopped
        return Backtest(self.rule_id, plans, periods, judged, stopped, self.figures + other.figures)


def kept_periods(ws: Workspace, plan_id: str) -> list[str]:
    """The periods of a plan that were judged, months and weeks, in order."""
    return sorted(path.stem for path in (ws.lake / "verdicts" / plan_id).glob("*.parquet"))


def over(ws: Workspace, plan: Plan, known_at: datetime, rules: Collection[Rule]) -> dict[str, Backtest]:
    """The back-tests of some rules over every kept period of a plan, by rule id.

    The rules may be changed ones or ones that the catalogue does not have. Nothing is written.
    """
    found = {rule.id: Backtest(rule.id) for rule in rules}
    kept = _Versions(ws.lake, plan.id)
    for period in kept_periods(ws, plan.id):
        with instead(_catalogue_with(rules, f"{cutoff_date(plan, period):%Y-%m}")):
            look_back = weeks.look_back if is_week(period) else months.look_back
            judged = look_back(ws, plan, period, known_at)
        for one in _of_period(plan.id, period, judged, kept, {rule.id: rule for rule in rules}):
            found[one.rule_id] += one
    return found


def _catalogue_with(rules: Iterable[Rule], month: str) -> list[Rule]:
    """The rules that acceptance needs, with some in force throughout, on trial where they are not in use."""
    own = {rule.id: rule for rule in rules}
    standing = {rule.id: rule for rule in needed(load_rules(), own)}
    tried = [
        rule
        if standing.get(name) == rule and rule.state(month) == IN_USE
        else replace(rule, **ALWAYS, severities=(), trial=True)
        for name, rule in own.items()
    ]
    return sorted([*(rule for rule in standing.values() if rule.id not in own), *tried], key=lambda rule: rule.position)


def needed(rules: Iterable[Rule], also: Collection[str] = ()) -> list[Rule]:
    """The rules without which other rows would be accepted, or an issue had no rule; the others only cost time."""
    return [rule for rule in rules if rule.is_ever_error or rule.issue_codes or rule.id in also]


class _Versions:
    """Every version that came of a plan's forms."""

    def __init__(self, root: Path, plan_id: str):
        files = sorted((root / "submissions" / plan_id).glob("*.parquet"))
        rows = [row for path in files for row in lake.read(root, "submissions", plan_id, path.stem)]
        self._by_id = {row["submission_id"]: row for row in rows if not row["withdrawn"]}
        self._of_form: dict[tuple, list[Mapping]] = defaultdict(list)
        for row in self._by_id.values():
            self._of_form[row["form"], row["period"], row["unit_id"]].append(row)

    def later(self, submission_id: str | None) -> list[Mapping]:
        """The versions of the same unit's form after one, in order."""
        own = self._by_id.get(submission_id)
        every = self._of_form[own["form"], own["period"], own["unit_id"]] if own else []
        return sorted((row for row in every if row["version"] > own["version"]), key=lambda row: row["version"])


def _of_period(
    plan_id: str, period: str, judged: Mapping[str, FormJudged], kept: _Versions, rules: Mapping[str, Rule]
) -> list[Backtest]:
    """What the rules did in one period, part by part."""
    found = []
    for part, result in judged.items():
        desk = _Desk(part, result, kept)
        findings: dict[str, list[dict]] = defaultdict(list)
        for finding in result.findings:
            if finding["rule_id"] in rules:
                findings[finding["rule_id"]].append(finding)
        for verdict in (v for v in result.verdicts if v["rule_id"] in rules):
            own = findings[verdict["rule_id"]]
            figures = desk.figures(plan_id, period, rules[verdict["rule_id"]], own)
            count = max(verdict["passed"] + verdict["failed"], len(own))  # an issue may be found where none is judged
            found.append(Backtest(verdict["rule_id"], (plan_id,), (period,), count, len(own), figures))
    return found


class _Desk:
    """The rows of one part of one period, to see what became of a figure."""

    def __init__(self, part: str, judged: FormJudged, kept: _Versions):
        self._part, self._kept = part, kept
        rows = _flat(judged.rows).to_pylist() if judged.rows is not None else []
        address = address_of(part)
        self._at = {tuple(row[name] for name in address): row for row in rows}
        self._of = {(row["submission_id"], row["project_id"], row.get("procedure")): row for row in rows}

    def figures(self, plan_id: str, period: str, rule: Rule, findings: Sequence[Mapping]) -> tuple[Stopped, ...]:
        """The figures a rule stopped, each as the last version that held it."""
        last: dict[tuple, Mapping] = {}
        for finding in sorted(findings, key=lambda f: (f["version"] or 0, f["finding_id"])):
            field = finding["field"] if rule.each or not finding["project_id"] else None
            on_row = finding["project_id"] or (finding["sheet"] if finding["row"] else None)
            last[finding["unit_id"], on_row, finding["procedure"], field] = finding
        return tuple(self._stopped(plan_id, period, rule, finding) for finding in last.values())

    def _stopped(self, plan_id: str, period: str, rule: Rule, finding: Mapping) -> Stopped:
        later = self._kept.later(finding["submission_id"])
        own = (finding["project_id"], finding["procedure"])
        rows = [row for version in later if (row := self._of.get((version["submission_id"], *own)))]
        is_corrected = bool(rows) or any(version["kind"] in WHOLE for version in later)
        before = self._at.get(tuple(finding[name] for name in address_of(self._part)), {})
        said = rows[-1].get(finding["field"]) if rows else None
        later_value = plain(said) if said is not None and said != before.get(finding["field"]) else None
        named = {name: finding[name] for name in ("unit_id", "project_id", "project_name", "cells", "found")}
        form = form_of(self._part)
        return Stopped(rule.id, plan_id, period, form, **named, later=later_value, is_corrected=is_corrected)


def _flat(rows: pa.Table) -> pa.Table:
    """The rows without what they were held against."""
    return rows.select([field.name for field in rows.schema if not pa.types.is_nested(field.type)])
