"""Change grounds: what a change of one project rests on, in words: versions, decisions, documents, what the list says.

Belongs here: one sentence per line of a split.
Does not belong here: which cause a line has (change_causes), tables and sheets (change_papers).
"""

import json
from collections.abc import Iterator, Mapping

from dispatch.change_causes import LIST_FACTS
from dispatch.change_question import Answer
from dispatch.changes import Line
from dispatch.wording import code_label, field_label, say, shown


def grounds(answer: Answer, line: Line) -> str:
    """Why this line: what changed hands, with the version, the decision or the document."""
    cause = line.step.cause
    if cause == "definition":
        return say("changes.by_definition")
    if cause in ("new_report", "correction", "acceptance"):
        parts = [*_versions(line), *_decision(answer, line)]
    elif cause == "transfer":
        parts = [say("changes.from_to", old=_unit(answer, line.old), new=_unit(answer, line.new)), *_document(line)]
    elif cause == "plan_adjustment":
        parts = [*_adjusted(line), *_document(line)]
    else:
        parts = [*_listed(line), *_document(line), *_decision(answer, line)]
    return say("clause_joint").join(parts) or say("none")


def _versions(line: Line) -> Iterator[str]:
    """Which version of which form the figure rested on and rests on; what is carried says from when."""
    words = [_version(facts) for facts in (line.old, line.new)]
    if words[0] != words[1]:
        yield say("changes.from_to", old=words[0], new=words[1])
    elif words[1] != say("changes.no_row"):
        yield words[1]


def _version(facts: Mapping) -> str:
    if not facts.get("submission_id"):
        return say("changes.no_row")
    if facts.get("is_carried_forward"):
        return say(
            "changes.carried", period=facts.get("carried_from") or say("none"), version=facts.get("version") or 1
        )
    row = {name: facts.get(name) for name in ("version", "sheet")} | {"row": facts.get("source_row")}
    return say("source", **row) if facts.get("source_row") else say("receipt.version_no", version=facts.get("version"))


def _decision(answer: Answer, line: Line) -> Iterator[str]:
    """The decisions behind it: the one that let the row in, or those about the project that one end alone knows."""
    was, now = (facts.get("decision_id") for facts in (line.old, line.new))
    numbers = {number for number in (was, now) if number is not None} if was != now else set()
    for number in set(answer.old.decisions) ^ set(answer.new.decisions):
        if _subject(answer, number).get("project_id") == line.step.key[1]:
            numbers.add(number)
    for number in sorted(numbers):
        decided = _decided(answer, number)
        yield say("changes.decision", number=number, post=decided.get("post", ""), reason=decided.get("reason", ""))


def _decided(answer: Answer, number: int) -> dict:
    return dict(answer.new.decisions.get(number) or answer.old.decisions.get(number) or {})


def _subject(answer: Answer, number: int) -> dict:
    return json.loads(_decided(answer, number).get("subject") or "{}")


def _adjusted(line: Line) -> Iterator[str]:
    for name in LIST_FACTS:
        was, now = line.old.get(name), line.new.get(name)
        if was != now:
            words = [shown(name, value) or say("none") for value in (was, now)]
            yield say("changes.fact", fact=field_label(name), old=words[0], new=words[1])


def _listed(line: Line) -> Iterator[str]:
    if kind := code_label("list_changes", line.facts.get("change_kind")):
        yield kind
    if version := line.facts.get("list_version"):
        yield version


def _document(line: Line) -> Iterator[str]:
    if document := line.facts.get("change_document"):
        yield str(document)


def _unit(answer: Answer, facts: Mapping) -> str:
    return answer.names.get(f"unit.{facts.get('unit_id')}", facts.get("unit_id") or say("none"))
