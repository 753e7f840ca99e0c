"""Receipt JSON: the same receipt for programs, with stable names.

Belongs here: the names and their order; numbers as the text people read, instants as ISO 8601.
Does not belong here: finding the facts (receipt_facts.py), their order (receipt_order.py).
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from dispatch import receipt_verdict
from dispatch.month import SEVERITIES
from dispatch.receipt_facts import TO_ANSWER, Receipt
from dispatch.receipt_order import Place, cells_of, landing, numbered
from expectations.catalogue import load_rules
from expectations.subjects import subject_of
from ingestion.settings import TIMEZONE

FORMAT = 1  # goes up when a name changes its meaning or goes


def write(path: Path, receipt: Receipt, read_sheets: Mapping[Place, str]) -> Path:
    """Write the receipt's JSON in UTF-8; the same receipt gives the same bytes."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(as_json(receipt, read_sheets), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(part, path)
    return path


def as_json(receipt: Receipt, read_sheets: Mapping[Place, str]) -> dict:
    """The receipt as values that JSON can write; every finding, in the order of the list."""
    month, titles = receipt.month, {rule.id: rule.title_zh for rule in load_rules()}
    owed = receipt.obligation or {}
    return {
        "format": FORMAT,
        "kind": "check" if receipt.is_check else "receipt",
        "plan": month.plan_id,
        "period": month.period,
        "form": receipt.form,
        "form_label": receipt.form_label,
        "unit": receipt.unit_id,
        "unit_name": receipt.unit_name,
        "known_at": _instant(month.known_at),
        "due_at": _instant(owed.get("due_at")),
        "status": receipt.status,
        "verdict": receipt_verdict.verdict(receipt),
        "counts": {name: receipt.severities[name] for name in SEVERITIES},
        "to_answer": len(receipt.to_answer),
        "rows": {
            "in_file": receipt.rows_in_file,
            "judged": receipt.rows_judged,
            "accepted": receipt.rows_accepted,
            "refused": receipt.rows_refused,
            "procedures_refused": receipt.items_refused,
        },
        "projects": {"carried": dict(sorted(receipt.carried.items())), "missing": sorted(receipt.missing)},
        "versions": [_version(row) for row in receipt.versions],
        "changed_since_version": receipt.previous["version"] if receipt.previous else None,
        "changes": [vars(change) for change in receipt.changes],
        "findings": [
            _finding(number, finding, titles, read_sheets) for number, _, finding in numbered(receipt.findings)
        ],
    }


def _version(row: Mapping) -> dict:
    names = ("version", "kind", "file_name", "sha256", "received_source", "is_effective", "withdrawn")
    return {name: row[name] for name in names} | {"received_at": _instant(row["received_at"])}


def _finding(number: str, finding: Mapping, titles: Mapping[str, str], read_sheets: Mapping[Place, str]) -> dict:
    place = landing(finding, read_sheets)
    return {
        "number": number,
        "finding": finding["finding_id"],
        "caused_by": finding["group_head"],
        "subject": subject_of(finding),
        "severity": finding["severity"],
        "theme": finding["theme"],
        "rule": finding["rule_id"],
        "rule_title": titles.get(finding["rule_id"]),
        "project": finding["project_id"],
        "project_name": finding["project_name"],
        "procedure": finding["procedure"],
        "field": finding["field"],
        "version": finding["version"],
        "sheet": finding["sheet"],
        "row": finding["row"],
        "cells": [{"sheet": sheet, "cell": cell} for sheet, cell in cells_of(finding)],
        "leads_to": {"sheet": place[0], "cell": place[1]} if place else None,
        "found": finding["found"],
        "expected": finding["expected"],
        "difference": finding["difference"],
        "message": finding["message_zh"],
        "remedy": finding["remedy_zh"],
        "source": finding["source_zh"],
        "must_be_explained": finding["severity"] == "warning" and finding["answer_state"] in TO_ANSWER,
        "answer_state": finding["answer_state"],
        "answer": finding["answer"],
        "answer_ends": finding["answer_ends"].isoformat() if finding["answer_ends"] else None,
        "answer_reason": finding["answer_reason_zh"],
        "decision": finding["decision_id"],
    }


def _instant(value: datetime | None) -> str | None:
    return value.astimezone(TIMEZONE).isoformat(timespec="seconds") if value else None
