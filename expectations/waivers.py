"""Waivers: warnings that the centre has excused a unit or a project from explaining, until a day.

Belongs here: which waiver holds for which finding, and the questions that come back when one has ended.
Does not belong here: recording the decision (orchestration.decisions), letting a refused row in (acceptance).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from expectations.findings import standing
from ingestion import vocabulary
from ingestion.register import Decision

KIND = "waive"


@dataclass(frozen=True)
class Waiver:
    """One decision: a rule that a unit, or a project, need not explain for figures up to a day."""

    decision_id: int
    rule_id: str
    until: date
    form: str | None
    unit_id: str | None
    project_id: str | None

    def is_about(self, finding: Mapping) -> bool:
        """Whether it speaks of a finding; what it does not name it leaves open."""
        said = {name: getattr(self, name) for name in ("rule_id", "form", "unit_id", "project_id")}
        return all(value is None or finding[name] == value for name, value in said.items())


def known(decisions: Iterable[Decision]) -> list[Waiver]:
    """The waivers among the decisions, the latest first. They end with the day the figures speak of, not by waiting."""
    found = [
        Waiver(
            decision_id=decision.decision_id,
            rule_id=str(decision.subject["rule_id"]),
            until=date.fromisoformat(str(decision.subject["until"])),
            **{name: decision.subject.get(name) for name in ("form", "unit_id", "project_id")},
        )
        for decision in decisions
        if decision.kind == KIND
    ]
    return sorted(found, key=lambda waiver: -waiver.decision_id)


def apply(findings: Sequence[dict], waivers: Sequence[Waiver], day: date) -> dict[str, Waiver]:
    """Mark the warnings of figures up to ``day`` that are waived; by finding_id, the waivers that ended before it.

    An error stays one whatever is waived: only ``accept`` lets a row in.
    """
    ended: dict[str, Waiver] = {}
    for finding in standing(findings) if waivers else ():
        if finding["answer_state"] != "unanswered":
            continue
        own = [waiver for waiver in waivers if waiver.is_about(finding)]
        holding = next((waiver for waiver in own if day <= waiver.until), None)
        if holding:
            finding["answer_state"], finding["decision_id"] = "waived", holding.decision_id
            finding["answer_ends"] = holding.until
        elif own:
            ended[finding["finding_id"]] = own[0]
    return ended


def ask_again(asked: Iterable[dict], ended: Mapping[str, Waiver]) -> None:
    """Say of questions that nobody answered that they come back because a waiver has ended."""
    words = vocabulary.messages("expectations")["waiver_ended"]
    for finding in asked:
        waiver = ended.get(finding["finding_id"])
        if waiver and finding["answer_state"] == "unanswered":
            finding["answer_state"], finding["answer_ends"] = "reopened", waiver.until
            finding["answer_reason_zh"] = words.format(number=waiver.decision_id, until=waiver.until.isoformat())
