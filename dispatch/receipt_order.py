"""Receipt order: findings in groups under their causes, in the order in which they are best put right.

Belongs here: order, numbers, the cells a finding names, where in the receipt it leads.
Does not belong here: judging (expectations), how a line looks (receipt_findings.py, receipt_answers.py).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from dispatch.month import SEVERITIES

ADDRESS = re.compile(r"^[A-Z]{1,3}[1-9][0-9]{0,6}(:[A-Z]{1,3}[1-9][0-9]{0,6})?$")  # M12, or M8:M11
TOP = "A1"  # where a finding on a whole sheet is marked
Place = tuple[str, str]  # submission_id, sheet


def groups(findings: Sequence[dict]) -> list[list[dict]]:
    """Findings in groups, the head first and its effects after it.

    Groups about the structure of the file come before those about its figures, whose reading they may have spoilt;
    then the worst group first, then by place in the file.
    """
    known = {finding["finding_id"] for finding in findings}
    members: dict[str, list[dict]] = defaultdict(list)
    for finding in findings:
        head = finding["group_head"] if finding["group_head"] in known else finding["finding_id"]
        members[head].append(finding)
    for head, group in members.items():
        group.sort(key=lambda finding: (finding["finding_id"] != head, _rank(finding), *_where(finding)))
    return sorted(members.values(), key=_weight)


def numbered(findings: Sequence[dict]) -> Iterator[tuple[str, bool, dict]]:
    """Every finding in order with its number (3 for a head, 3.1 for its first effect) and whether it is an effect."""
    for number, group in enumerate(groups(findings), start=1):
        for place, finding in enumerate(group):
            yield f"{number}.{place}" if place else f"{number}", bool(place), finding


def cells_of(finding: Mapping) -> list[tuple[str, str]]:
    """(sheet, cell) of a finding, the likeliest culprit first.

    >>> cells_of({"cells": "月调度表!M12;月调度表!K12", "sheet": "月调度表"})
    [('月调度表', 'M12'), ('月调度表', 'K12')]
    """
    pairs = [item.rpartition("!") for item in (finding["cells"] or "").split(";") if item]
    return [(sheet or finding["sheet"] or "", cell) for sheet, _, cell in pairs]


def landing(finding: Mapping, read_sheets: Mapping[Place, str]) -> tuple[str, str] | None:
    """Sheet and cell of the receipt where a finding is marked: its culprit at its own address on the rows as read.

    A finding on a whole sheet is marked at the top of it; one that speaks of no sheet that was read, nowhere.
    """
    cells = cells_of(finding)
    sheet, cell = cells[0] if cells else (finding["sheet"], TOP)
    target = read_sheets.get((finding["submission_id"], sheet))
    return (target, cell) if target and ADDRESS.match(cell) else None


def _weight(group: Sequence[dict]) -> tuple:
    head = group[0]
    return (head["theme"] != "structure", min(map(_rank, group)), *_where(head))


def _rank(finding: dict) -> int:
    return SEVERITIES.index(finding["severity"])


def _where(finding: dict) -> tuple:
    return (finding["submission_id"] or "", finding["sheet"] or "", finding["row"] or 0, finding["rule_id"])
