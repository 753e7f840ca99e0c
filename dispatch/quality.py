"""Quality: 数据质量清单, who has how many findings of which kind, and every one of them with its cell.

Belongs here: the summary by unit and by rule, the complete list, its CSV copy for filtering elsewhere.
Does not belong here: what a unit is told (receipts.py).
"""

import csv
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from dispatch import wording
from dispatch.marts import Marts
from dispatch.month import SEVERITIES, Month
from dispatch.open_list import open_list
from dispatch.wording import said, say
from dispatch.workbook import Book
from dispatch.workbook_style import Column, Heading
from expectations.catalogue import load_rules
from ingestion.forms import load_forms
from ingestion.plain_text import csv_text

DETAIL = (  # head, kind, widest; without a width only in the CSV, or the print would be too small
    ("serial", "centre", 8), ("severity", "centre", 8), ("unit", "text", 18), ("form", "text", 12),
    ("version", "centre", 6), ("cell", "text", 18), ("project", "text", 26), ("project_id", "text", None),
    ("message", "text", 42), ("found", "text", 14), ("expected", "text", 14), ("difference", "text", 12),
    ("rule", "text", 20), ("remedy", "text", 32), ("authority", "text", None), ("answer_state", "centre", 10),
    ("first_seen", "centre", 18), ("state", "centre", 10),
)  # fmt: skip


def write(month: Month, marts: Marts) -> list[Path]:
    """Write the workbook and the CSV of its detail; their paths."""
    book, title = open_list(month, "quality")
    rules = {rule.id: rule.title_zh for rule in load_rules()}
    counted = marts.report("rpt_data_quality", month.plan_id, month.period)
    details = [_detail(month, rules, row) for row in _in_order(month, marts.findings(month.plan_id, month.period))]
    basis = month.basis(say("account.reported"))
    with book:
        _by_unit(book, month, Heading(title, basis, say("unit_count")), counted)
        _by_rule(book, Heading(title, basis, say("unit_count")), counted, rules)
        _every_one(book, Heading(title, basis, say("unit_wan")), details)
    return [book.path, _csv(book.path.with_suffix(".csv"), details)]


def _in_order(month: Month, findings: Sequence[dict]) -> list[dict]:
    """Worst first, then by unit; inside a unit as they stand in the file."""
    return sorted(findings, key=lambda row: (SEVERITIES.index(row["severity"]), month.unit_order(row["unit_id"])))


def _detail(month: Month, rules: dict[str, str], row: dict) -> list[object]:
    return [
        say(f"severity.{row['severity']}"),
        month.unit_name(row["unit_id"]),
        load_forms()[row["form"]].label_zh if row["form"] in load_forms() else row["form"],
        row["version"],
        _cells(row["cells"] or ""),
        row["project_name"],
        row["project_id"],
        row["message_zh"],
        row["found"],
        row["expected"],
        row["difference"],
        f"{row['rule_id']} {rules.get(row['rule_id'], '')}".strip(),
        row["remedy_zh"],
        row["source_zh"],
        said("answer_state", row["answer_state"]),
        wording.instant(row["first_seen"]),
        say("state.open") if row["still_open"] else say("state.closed"),
    ]


def _cells(addresses: str) -> str:
    """All cells as people say them: the sheet once, then what stands on it.

    >>> _cells("月调度表!N10;月调度表!N6;附表!A1")
    '月调度表!N10、N6、附表!A1'
    """
    said_sheet, parts = "", []
    for address in filter(None, addresses.split(";")):
        sheet, _, cell = address.rpartition("!")
        parts.append(cell if sheet == said_sheet else address)
        said_sheet = sheet
    return say("list_joint").join(parts)


def _by_unit(book: Book, month: Month, heading: Heading, counted: Sequence[dict]) -> None:
    columns = [Column(say("head.serial"), "centre"), Column(say("head.unit"), widest=24)]
    for severity in SEVERITIES:
        group = say(f"severity.{severity}")
        columns += [Column(f"{group}/{say(f'head.{key}')}", "integer") for key in ("found_count", "open_count")]
    columns += [Column(say("head.accepted_by_decision"), "integer")]
    sheet = book.sheet(say("sheet.quality_units"), heading, columns, paper="A4", frozen=2)
    by_unit: dict[str, list[dict]] = defaultdict(list)
    for row in counted:
        by_unit[row["unit_id"]].append(row)
    sheet.write([None, say("quality.total"), *_counts(counted)], fill="total", bold=True)
    for number, unit_id in enumerate(sorted(by_unit, key=month.unit_order), start=1):
        sheet.write([number, month.unit_name(unit_id), *_counts(by_unit[unit_id])])


def _counts(rows: Sequence[dict]) -> list[int]:
    counts = []
    for severity in SEVERITIES:
        of_severity = [row for row in rows if row["severity"] == severity]
        counts += [sum(row["finding_count"] for row in of_severity), sum(row["open_count"] for row in of_severity)]
    return [*counts, sum(row["accepted_by_decision_count"] for row in rows)]


def _by_rule(book: Book, heading: Heading, counted: Sequence[dict], rules: dict[str, str]) -> None:
    columns = [
        Column(say("head.severity"), "centre", 8),
        Column(say("head.rule"), widest=50),
        Column(say("head.theme"), "centre", 14),
        Column(say("head.found_count"), "integer"),
        Column(say("head.open_count"), "integer"),
        Column(say("head.unit_count"), "integer"),
    ]
    sheet = book.sheet(say("sheet.quality_rules"), heading, columns, paper="A4")
    by_rule: dict[tuple, list[dict]] = defaultdict(list)
    for row in counted:
        by_rule[SEVERITIES.index(row["severity"]), row["rule_id"], row["theme"]].append(row)
    for (rank, rule, theme), rows in sorted(by_rule.items(), key=lambda item: item[0][:2]):
        numbers = [sum(row[key] for row in rows) for key in ("finding_count", "open_count")]
        name = f"{rule} {rules.get(rule, '')}".strip()
        units = len({row["unit_id"] for row in rows})
        sheet.write([say(f"severity.{SEVERITIES[rank]}"), name, said("theme", theme), *numbers, units])
    if not counted:
        sheet.line(say("receipt.no_findings"))


def _every_one(book: Book, heading: Heading, details: Sequence[Sequence[object]]) -> None:
    printed = [index for index, (_, _, widest) in enumerate(DETAIL) if widest]
    columns = [Column(say(f"head.{head}"), kind, widest) for head, kind, widest in DETAIL if widest]
    sheet = book.sheet(say("sheet.quality_details"), heading, columns, paper="A3", frozen=3)
    for number, cells in enumerate(details, start=1):
        row = [number, *cells]
        sheet.write([row[index] for index in printed])
    if not details:
        sheet.line(say("receipt.no_findings"))


def _csv(path: Path, details: Sequence[Sequence[object]]) -> Path:
    """The same list as CSV; with a byte order mark, without which Excel does not take it for UTF-8."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([say(f"head.{head}") for head, _, _ in DETAIL])
        for number, cells in enumerate(details, start=1):
            writer.writerow([number, *("" if cell is None else csv_text(str(cell)) for cell in cells)])
    os.replace(part, path)
    return path
