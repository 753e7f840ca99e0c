"""Answer checks: every answer of a period held against the claims of rules/answers.yml.

Belongs here: the table those rules are judged on, one row per answer with what it is compared with.
Does not belong here: the rules (rules/answers.yml), the centre's numbers and phrases (answering), what follows
(answers).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pyarrow as pa

from expectations import answering, judging, offering
from expectations.catalogue import rules_at
from expectations.given_answers import Given
from expectations.offering import as_table
from expectations.rule import Check
from ingestion.lake import BOOL, INT, TEXT

KIND = "answer"
ANSWER = pa.schema(
    [
        ("answer", TEXT),
        ("asked", TEXT),  # the title of the rule whose finding it answers
        ("project_name", TEXT),
        ("is_altered", BOOL),  # its line shows figures that nobody was asked about
        ("is_wordless", BOOL),
        ("is_stock", BOOL),
        ("characters", INT),
        ("least_characters", INT),
        ("same_projects", INT),  # of its unit, answered with the same words in this period, itself included
        ("projects_allowed", INT),
        ("copied_from", TEXT),  # the unit that said so before; NULL: none
        ("said_in", TEXT),  # the period in which its unit said so of other figures; NULL: none
    ]
)


Verdict = tuple[Check, bool | None]


def judge(rows: Sequence[Mapping], day: date) -> list[list[Verdict]]:
    """What each rule in use on a day says of each row of ANSWER."""
    checks = [Check(rule) for rule in rules_at(day) if rule.kind == KIND and not rule.trial]
    if not rows or not checks:
        return [[] for _ in rows]
    told = judging.judge_apart(offering.connect(), as_table(list(rows), ANSWER), checks)
    columns = [[(check, verdict) for _, verdict, _ in verdicts] for check, verdicts in told]
    return [list(verdicts) for verdicts in zip(*columns, strict=True)]


class Compared:
    """All answers that one may be a copy of: those of the period and, from before, those that still stand."""

    def __init__(self, given: Iterable[Given], standing: Iterable[Given], names: Mapping[str, str]):
        self._names = names  # of units and of rules, by their ids
        self._places: dict[tuple, set[str]] = defaultdict(set)  # (unit, words): what its last words are about
        self._alike: dict[str, list[Given]] = defaultdict(list)  # by words
        for one in newest(given).values():
            self._places[one.unit_id, one.words].add(one.place)
        for one in (*standing, *given):
            self._alike[one.words].append(one)

    def facts(self, one: Given) -> dict:
        """The row of ANSWER of one answer; what is refused for itself, or said of many projects, is held against
        nothing else: a whole county of stock phrases costs no more than a page of reasons."""
        own = self._facts_alone(one)
        is_enough = not (own["is_wordless"] or own["is_stock"]) and own["characters"] >= own["least_characters"]
        if is_enough and own["same_projects"] <= own["projects_allowed"]:
            own |= {"copied_from": self._copied_from(one), "said_in": self._said_in(one)}
        return own

    def _facts_alone(self, one: Given) -> dict:
        policy, places = answering.policy(), self._places[one.unit_id, one.words]
        return {
            "answer": one.answer_text,
            "asked": self._names.get(one.rule_id, one.rule_id),
            "is_altered": one.is_altered,
            "is_wordless": answering.is_wordless(one.answer_text),
            "is_stock": answering.is_stock(one.answer_text),
            "characters": len(one.words),
            "least_characters": policy.least_characters,
            "same_projects": len(places) + (one.place not in places),
            "projects_allowed": policy.projects_of_one_text - 1,
            "copied_from": None,
            "said_in": None,
        }

    def _copied_from(self, one: Given) -> str | None:
        """The unit that wrote the same earlier about another project."""
        earlier = [
            other
            for other in self._alike[one.words]
            if other.unit_id != one.unit_id and other.place != one.place and _came(other) < _came(one)
        ]
        first = min(earlier, key=_came, default=None)
        return first and self._names.get(first.unit_id or "", first.unit_id)

    def _said_in(self, one: Given) -> str | None:
        """When the unit wrote the same of something else: in an earlier period, or of this question's smaller gap."""
        for other in self._alike[one.words]:
            if other.unit_id != one.unit_id or other.order >= one.order:
                continue
            is_other = not other.covers(vars(one)) if other.subject == one.subject else _is_before(other, one)
            if is_other:
                return other.answered_in
        return None


def newest(given: Iterable[Given]) -> dict[tuple, Given]:
    """The last word of each unit on each subject."""
    return {(one.unit_id, one.subject): one for one in sorted(given, key=lambda one: one.order)}


def _came(one: Given) -> tuple:
    return (str(one.answered_at or ""), one.unit_id or "")


def _is_before(other: Given, one: Given) -> bool:
    return other.answered_in != one.answered_in
