"""Findings: what failed, with its cells, what stands there, what should, and what to do.

Belongs here: one record of the lake's findings table from a failed check or an issue of the reader; grouping.
Does not belong here: whether a check failed (judging), what follows for the row (acceptance).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from expectations.catalogue import SEVERITIES, load_rules
from expectations.culprits import Blame
from expectations.rule import Check, Rule
from expectations.wording import Words, label, plain

FAILED, TRIAL = "failed", "trial"  # outcomes; a trial is what a rule in 试运行 would have found
ADDRESS = ("unit_id", "submission_id", "version", "sheet", "row")


@dataclass(frozen=True)
class Notes:
    """What every finding of one form and period shares: names, arrival times, the sentence-maker."""

    plan_id: str
    period: str
    form: str
    words: Words
    received: Mapping[str, object]  # submission_id -> received_at

    def of_row(
        self, check: Check, row: Mapping, blame: Blame | None, said: Mapping[str, object], solved: object
    ) -> dict:
        """A failed row check; the blamed cell stands first, with the value it would have.

        ``said`` are the values of the rule's own words, ``solved`` the code that should stand in a cell of no measure.
        """
        cells = _first(check.cells, blame.cell if blame else None)
        field = cells[0] if cells else check.field
        found = dict(row["raw"] or ()).get(field) or self.words.value(field, row.get(field))
        expected = difference = None
        if blame and blame.value is not None:
            expected = plain(blame.value)
            difference = plain(row[field] - blame.value) if row.get(field) is not None else None
        elif solved is not None:
            expected = self.words.value(field, solved)
        more = {name: self.words.value(name, value) for name, value in said.items()} | {"found": found}
        return self._record(
            check.rule,
            row,
            key=check.field,
            field=field,
            cells=[cell for cell in (cell_of(row, name) for name in cells) if cell],
            header=dict(row["headers"] or ()).get(field) or label(field),
            found=found,
            expected=expected,
            difference=difference,
            message_zh=self.words.message(check, row, more),
        )

    def of_total(
        self,
        check: Check,
        entry: Mapping,
        cells: Sequence[str],
        found: Decimal | int,
        expected: Decimal | int,
        field: str | None = None,
    ) -> dict:
        """A total that does not add up; ``cells`` begin with the culprit, whose figures are given, and whose ``field``
        where it is not the one that was judged."""
        field = field or check.field
        return self._record(
            check.rule,
            {**entry, "project_id": None, "project_name": None},
            key=check.field,
            field=field,
            cells=cells,
            header=dict(entry["headers"] or ()).get(field) or label(field),
            found=plain(found),
            expected=plain(expected),
            difference=plain(found - expected),
            message_zh=self.words.message(check, entry, {"value": self.words.value("value", entry["value"])}),
        )

    def of_issue(self, rule: Rule, issue: Mapping, row: Mapping) -> dict:
        """Something the reader could not take as it stands; ``row`` is the project's row, empty for the sheet's own."""
        at = f"{issue['column']}{issue['row']}" if issue["column"] and issue["row"] else ""
        said = {name: issue[name] or "" for name in ("found", "expected", "column", "header")}
        named = self.words.label(issue["field"], issue["procedure"])
        return self._record(
            rule,
            {**row, **{name: issue[name] for name in (*ADDRESS, "is_effective", "procedure")}},
            key=f"{issue['issue_code']}/{issue['field']}/{issue['column']}/{issue['found']}",
            field=issue["field"],
            cells=[f"{issue['sheet'] or ''}!{at}"] if at else [],
            header=issue["header"] or label(issue["field"]),
            found=issue["found"],
            expected=issue["expected"],
            message_zh=rule.message_zh.format_map({"label": named or issue["header"] or "", **said}),
        )

    def of_unit(self, check: Check, row: Mapping, said: Mapping[str, object]) -> dict:
        """A finding about a unit, a project that was not reported, a late change (in its ``cells``) or a target."""
        cells = check.cells[:1]
        return self._record(
            check.rule,
            {"is_effective": True, **row},
            key=row.get("project_id") or row.get("target_id"),
            cells=row.get("cells") or (),
            field=cells[0] if cells else None,
            message_zh=self.words.message(check, row, {n: self.words.value(n, v) for n, v in said.items()}),
        )

    def of_column(
        self,
        check: Check,
        column: Mapping,
        slips: Sequence[Mapping],
        cells: Sequence[str],
        found: str,
        expected: str,
        said: Mapping[str, object],
    ) -> dict:
        """A whole column in another unit: all its cells, what they say and what they would be, in one order."""
        field = column["field"]
        words = {name: self.words.value(name, value) for name, value in said.items()}
        words |= {"label": label(field), "cells": str(len(slips)), "expected": expected}
        return self._record(
            check.rule,
            column,
            key=field,
            field=field,
            cells=cells,
            header=dict(slips[0]["headers"] or ()).get(field) or label(field),
            found=found,
            expected=expected,
            difference=None,
            message_zh=self.words.message(check, column, words),
        )

    def of_answer(self, check: Check, row: Mapping, asked: Mapping, cell: str | None) -> dict:
        """A refused answer, at the question it was written for and under it; ``cell`` is where it stands, if there."""
        cells = [*([cell] if cell else []), *(asked["cells"] or "").split(";")]
        return self._record(
            check.rule,
            asked,
            key=asked["finding_id"],
            cells=[name for name in cells if name],
            field="explanation_text",
            header=label("explanation_text"),
            found=row["answer"],
            message_zh=self.words.message(check, row, {}),
            group_head=asked["group_head"] or asked["finding_id"],
            received_at=asked["received_at"],
            subject=asked["subject"],
        )

    def _record(self, rule: Rule, row: Mapping, key: str | None, cells: Sequence[str] = (), **said: object) -> dict:
        address = {name: row.get(name) for name in ADDRESS}
        procedure = row.get("procedure")
        own = (f"{key or ''}@{procedure}",) if procedure else (key,)
        parts = (self.plan_id, self.period, self.form, *address.values(), rule.id, *own)
        return {
            **address,
            "form": self.form,
            "procedure": procedure,
            "finding_id": hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:12],
            "group_head": None,
            "project_id": row.get("project_id"),
            "project_name": row.get("project_name"),
            "rule_id": rule.id,
            "theme": rule.theme,
            "severity": rule.severity,
            "outcome": TRIAL if rule.trial else FAILED,
            "cells": ";".join(cells) or None,
            "remedy_zh": rule.remedy_zh.format_map(_Loose(expected=said.get("expected") or "")),
            "source_zh": rule.source_zh,
            "answer": None,
            "answer_state": "unanswered" if rule.severity == "warning" and not rule.trial else "none_needed",
            "decision_id": None,
            "is_effective": row.get("is_effective"),
            "received_at": self.received.get(row.get("submission_id")),
            **said,
        }


class _Loose(dict):
    def __missing__(self, key: str) -> str:
        return ""


def cell_of(row: Mapping, field: str) -> str | None:
    """Where a field of a row stands: ``月调度表!M12``; a field without a column is shown at the project's name."""
    columns = dict(row["columns"] or ())
    letter = columns.get(field) or columns.get("project_name")
    return f"{row['sheet'] or ''}!{letter}{row['row']}" if letter else None


def ranges(sheet: str, letter: str, rows: Iterable[int]) -> list[str]:
    """Cells of one column with neighbours joined: M8:M11, M14.

    >>> ranges("月调度表", "M", [8, 9, 10, 14])
    ['月调度表!M8:M10', '月调度表!M14']
    """
    found = []
    for _, run in groupby(enumerate(sorted(set(rows))), key=lambda pair: pair[1] - pair[0]):
        numbers = [row for _, row in run]
        last = f":{letter}{numbers[-1]}" if len(numbers) > 1 else ""
        found.append(f"{sheet}!{letter}{numbers[0]}{last}")
    return found


def standing(findings: Iterable[dict]) -> list[dict]:
    """The findings that count: those of a rule in 试运行 are kept and shown nowhere."""
    return [finding for finding in findings if finding["outcome"] == FAILED]


def under_heads(findings: Sequence[dict], groups: Iterable[Sequence[dict]]) -> None:
    """Give each finding of a group the id of its head: the worst one, the catalogue's first among equals."""
    position = {rule.id: rule.position for rule in load_rules()}
    for group in groups:
        head = min(group, key=lambda f: (SEVERITIES.index(f["severity"]), position[f["rule_id"]], f["finding_id"]))
        for finding in group:
            if finding is not head:
                finding["group_head"] = head["finding_id"]
    _settle(findings)


def stand_under(head: dict, followers: Iterable[dict], findings: Sequence[dict]) -> None:
    """Put findings, and with them all that stands under them, under a head that was found later."""
    for finding in followers:
        finding["group_head"] = head["finding_id"]
    _settle([head, *findings])


def _settle(findings: Sequence[dict]) -> None:
    """A head that stands under another head itself gives its followers to that one."""
    head_of = {finding["finding_id"]: finding["group_head"] for finding in findings}
    for finding in findings:
        seen = {finding["finding_id"]}
        while finding["group_head"] and head_of.get(finding["group_head"]) and finding["group_head"] not in seen:
            seen.add(finding["group_head"])
            finding["group_head"] = head_of[finding["group_head"]]


def _first(cells: Sequence[str], cell: str | None) -> list[str]:
    return [cell, *(name for name in cells if name != cell)] if cell else list(cells)
