"""A period's warnings and the answers to them, built by hand: what judging and reading would have left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from expectations import answers
from expectations.catalogue import load_rules
from expectations.filed import FormJudged
from expectations.judged_period import Period
from expectations.subjects import subject_of
from ingestion import lake
from ingestion.plans import load_plan
from ingestion.register import Decision
from ingestion.settings import SHIPPED_PLANS, TIMEZONE

PLAN = load_plan(SHIPPED_PLANS / "huozhou-2022.yml")
FORM, UNIT = "monthly_dispatch", "zhujian"
TRUE = "初设批复后增加地下管线，概算已报批"  # says why


def at(period: str, day: int = 28, hour: int = 9) -> datetime:
    return datetime.fromisoformat(f"{period}-{day:02d}T{hour:02d}:00").replace(tzinfo=TIMEZONE)


def warning(project: str, difference: object = 1000, **other: object) -> dict:
    """A form's total investment that is not the list's, unless told otherwise; ``version`` says in which version."""
    version, unit_id = other.pop("version", 1), other.pop("unit_id", UNIT)
    found = {
        "form": FORM,
        "unit_id": unit_id,
        "submission_id": f"{PLAN.id}/{FORM}/2022-11/{unit_id}/v{version}",
        "version": version,
        "sheet": "月调度表",
        "row": 6 + ord(project[0]) - ord("A"),
        "procedure": None,
        "finding_id": f"{project}{version}{unit_id}",
        "group_head": None,
        "project_id": project,
        "project_name": f"{project}项目",
        "rule_id": "I18",
        "severity": "warning",
        "outcome": "failed",
        "field": "total_investment_wan",
        "cells": "月调度表!K9",
        "found": None if difference is None else str(12000 + int(difference)),
        "expected": "12000",
        "difference": None if difference is None else str(difference),
        "answer": None,
        "answer_state": "unanswered",
        "decision_id": None,
        "is_effective": True,
        "received_at": at("2022-11", hour=8 + version),
    }
    return {**found, **other}


@dataclass
class Desk:
    """Settles one period after another, as months do; every ``settle`` gives the findings back by project."""

    root: Path
    decisions: list[Decision] = field(default_factory=list)
    parts: dict[str, FormJudged] = field(default_factory=dict)

    def settle(
        self,
        period: str,
        *asked: dict,
        said: Mapping[str, str] | None = None,
        sheet: list[dict] | None = None,
        withdrawn: tuple[str, ...] = (),
    ) -> dict[str, dict]:
        """``said`` is what rows say in their own column, by finding_id; ``sheet`` the lines of answer sheets."""
        asked = [finding | {"answer_state": finding["answer_state"]} for finding in asked]
        explained = {
            (finding["submission_id"], finding["sheet"], finding["row"]): (said[finding["finding_id"]], "月调度表!AF9")
            for finding in asked
            if said and finding["finding_id"] in said
        }
        counted = [
            {"form": FORM, "rule_id": rule.id, "passed": 0, "failed": 0, "not_judged": 0}
            for rule in load_rules()
            if rule.kind == "answer"
        ]
        part = FormJudged(list(asked), counted, pa.table({}), explained=explained)
        gone = [{"submission_id": name, "withdrawn": True, "form": FORM, "version": 1} for name in withdrawn]
        lake.write(self.root, "submissions", PLAN.id, period, gone)
        lake.write(self.root, "rows_answers", PLAN.id, period, sheet or [])
        known = Period(self.root, PLAN, period, at("2023-02"), self.decisions)
        lake.write(self.root, "answers", PLAN.id, period, answers.settle(known, {FORM: part}))
        self.parts[period] = part
        return {finding["project_id"]: finding for finding in part.findings if finding["rule_id"] == "I18"}

    def refusals(self, period: str) -> list[dict]:
        """The findings about answers."""
        return [finding for finding in self.parts[period].findings if finding["rule_id"].startswith("O15")]


def line(finding: dict, text: str | None, number: int = 1, hour: int = 16, **other: object) -> dict:
    """The line of an answer sheet about a finding, as printed there, with what the unit wrote."""
    return {
        **{name: finding[name] for name in ("unit_id", "form", "rule_id", "found", "expected", "difference")},
        "submission_id": f"{PLAN.id}/{FORM}/2022-11/{finding['unit_id']}/a{number}",
        "version": number,
        "received_at": at("2022-11", hour=hour),
        "is_effective": True,
        "sheet": "核实说明",
        "row": 5,
        "subject": subject_of(finding),
        "project": finding["project_name"],
        "answer_text": text,
        **other,
    }


def waived(number: int, until: str, **subject: object) -> Decision:
    """The centre's word that something need not be explained for figures up to a day."""
    said = {"plan_id": PLAN.id, "rule_id": "I18", "until": until, **subject}
    ends = datetime.fromisoformat(until).replace(tzinfo=TIMEZONE) + timedelta(days=1)
    return Decision(number, "waive", "项目推进中心", "批复在途", said, at("2022-11", hour=20), ends)
