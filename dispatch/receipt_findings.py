"""Receipt findings: the complete list of what was found, grouped under its causes, worst first.

Belongs here: order and grouping of findings, their cells, the link from a finding to its cell.
Does not belong here: judging (expectations), the rows as read (receipt_rows.py).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from dispatch import wording
from dispatch.cell_values import Link
from dispatch.month import SEVERITIES
from dispatch.receipt_facts import Receipt
from dispatch.wording import say
from dispatch.workbook import Book
from dispatch.workbook_style import Column, Heading

ADDRESS = re.compile(r"^[A-Z]{1,3}[1-9][0-9]{0,6}(:[A-Z]{1,3}[1-9][0-9]{0,6})?$")  # M12, or M8:M11
Place = tuple[str, str]  # submission_id, sheet


def groups(findings: Sequence[dict]) -> list[list[dict]]:
    """Findings in groups, the head first and its effects after it; worst group first, then by place in the file."""
    known = {finding["finding_id"] for finding in findings}
    members: dict[str, list[dict]] = defaultdict(list)
    for finding in findings:
        head = finding["group_head"] if finding["group_head"] in known else finding["finding_id"]
        members[head].append(finding)
    for head, group in members.items():
        group.sort(key=lambda finding: (finding["finding_id"] != head, _rank(finding), *_where(finding)))
    return sorted(members.values(), key=lambda group: (min(map(_rank, group)), *_where(group[0])))


def _rank(finding: dict) -> int:
    return SEVERITIES.index(finding["severity"])


def _where(finding: dict) -> tuple:
    return (finding["submission_id"] or "", finding["sheet"] or "", finding["row"] or 0, finding["rule_id"])


def cells_of(finding: dict) -> list[tuple[str, str]]:
    """(sheet, cell) of a finding, the likeliest culprit first.

    >>> cells_of({"cells": "月调度表!M12;月调度表!K12", "sheet": "月调度表"})
    [('月调度表', 'M12'), ('月调度表', 'K12')]
    """
    pairs = [item.rpartition("!") for item in (finding["cells"] or "").split(";") if item]
    return [(sheet or finding["sheet"] or "", cell) for sheet, _, cell in pairs]


def findings_sheet(
    book: Book, receipt: Receipt, title: str, read_sheets: Mapping[Place, str], rule_titles: Mapping[str, str]
) -> None:
    """错误清单: every finding with its cells, what was found, what should stand there and what to do; never capped."""
    legend = [(severity, say(f"legend.{severity}")) for severity in SEVERITIES]
    notes = [say("receipt.not_for_submission"), say("receipt.how_grouped")]
    heading = Heading(title, receipt.month.basis(say("account.reported")), say("unit_wan"), notes, legend)
    sheet = book.sheet(say("sheet.findings"), heading, list(_columns()), paper="A4", frozen=4)
    for number, group in enumerate(groups(receipt.findings), start=1):
        for place, finding in enumerate(group):
            mark = f"{number}.{place}" if place else f"{number}"
            row = sheet.write(_cells(finding, mark, bool(place), read_sheets, rule_titles), level=min(place, 1))
            sheet.put(row, 1, say(f"severity.{finding['severity']}"), fill=finding["severity"])
    if not receipt.findings:
        sheet.line(say("receipt.no_findings"))


def _columns() -> Iterator[Column]:
    yield Column(say("head.serial"), "centre")
    yield Column(say("head.severity"), "centre", 8)
    yield Column(say("head.sheet"), widest=10)
    yield Column(say("head.cell"), widest=14)
    yield Column(wording.field_label("project_name"), widest=18)
    yield Column(say("head.message"), widest=38)
    yield Column(say("head.found"), widest=12)
    yield Column(say("head.expected"), widest=12)
    yield Column(say("head.difference"), widest=11)
    yield Column(say("head.rule"), widest=16)
    yield Column(say("head.remedy"), widest=32)


def _cells(
    finding: dict, mark: str, is_effect: bool, read_sheets: Mapping[Place, str], rule_titles: Mapping[str, str]
) -> list[object]:
    places = cells_of(finding)
    sheets = say("list_joint").join(dict.fromkeys(sheet for sheet, _ in places)) or finding["sheet"]
    return [
        mark,
        None,
        sheets,
        _linked(finding, places, read_sheets),
        finding["project_name"],
        say("receipt.effect", text=finding["message_zh"]) if is_effect else finding["message_zh"],
        finding["found"],
        finding["expected"],
        finding["difference"],
        f"{finding['rule_id']} {rule_titles.get(finding['rule_id'], '')}".strip(),
        _remedy(finding),
    ]


def _remedy(finding: dict) -> str:
    if finding["decision_id"] is not None:
        return say("receipt.accepted_by_decision", number=finding["decision_id"])
    return finding["remedy_zh"] or ""


def _linked(finding: dict, places: Sequence[tuple[str, str]], read_sheets: Mapping[Place, str]) -> object:
    """All cells as text; it leads to the culprit on the sheet of rows as read, where it has the same address."""
    text = say("list_joint").join(cell for _, cell in places)
    if not places or not ADDRESS.match(places[0][1]):
        return text
    target = read_sheets.get((finding["submission_id"], places[0][0]))
    return Link(text, target, places[0][1]) if target else text
