"""Judged form: all rows of one form and period held against the catalogue, findings grouped under their culprits.

Belongs here: the order of steps from rows to findings, counts and judgements.
Does not belong here: the steps themselves (offering, judging, totals, what_if, culprits, findings); accepting rows.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

import duckdb
import pyarrow as pa

from expectations import (
    broken_totals,
    judged_totals,
    judging,
    offering,
    parts,
    sentinel,
    signals,
    slipped_columns,
    totals,
    unit_figures,
    what_if,
)
from expectations.catalogue import checks, load_evidence, load_rules
from expectations.culprits import Blame, explain
from expectations.filed import Filed, FormJudged
from expectations.findings import under_heads
from expectations.judged_totals import JudgedTotals
from expectations.late_changes import CHANGE
from expectations.layouts import without
from expectations.obligations_kept import ABSENCE, OBLIGATION
from expectations.offering import as_table
from expectations.plan_targets import TARGET
from expectations.references import OUTSIDE
from expectations.rule import TOTALS, Check, Evidence, IssueCheck, Rule
from expectations.unit_figures import UNIT
from ingestion import vocabulary
from ingestion.lake import TABLES, TEXT

UNIT_KINDS = {
    "obligation": OBLIGATION,
    "absence": ABSENCE,
    "change": CHANGE,
    "target": TARGET,
    "unit": UNIT,
    "reference": OUTSIDE,
}


def judge_form(filed: Filed) -> FormJudged:
    """Judge one part of one period. A pure function of what was filed."""
    connection = offering.connect(len(filed.rows))
    issues = as_table(filed.issues, TABLES["issues"].schema)
    filed_rows = without(filed.rows)
    filed.around.offer(connection, "offered", filed_rows, issues)
    sentinel.offer(connection, filed.form)
    totals.offer(connection, "offered_totals", filed_rows, issues, amounts(filed.form))
    rows = checks(filed.form, "row", rules=filed.in_use)
    trials = checks(filed.form, "row", rules=filed.on_trial)
    evidence = list(load_evidence()) if filed.form == "monthly_dispatch" else []
    by_issue = _issue_checks(filed)
    judged = judging.judge(connection, "offered", "judged", [*rows, *trials, *evidence, *by_issue])
    on_totals = judged_totals.judge(connection, filed.checks(*TOTALS))
    covered = totals.covered(connection)
    findings, groups, corrections = _row_findings(connection, filed, judged, rows, evidence, covered)
    found, more = broken_totals.findings(connection, filed, on_totals, corrections, filed.in_use, covered)
    findings += found
    for key, members in more.items():
        groups[key] += members
    under_heads(findings, groups.values())
    issue_findings, issue_entries = _issue_findings(connection, filed)
    unit_findings, unit_entries = _unit_findings(connection, filed)
    findings += issue_findings
    column_findings, column_entries = slipped_columns.findings(connection, filed, findings)
    findings += column_findings
    signal_findings, signal_entries = signals.findings(connection, filed, findings)
    total_entries = on_totals.entries_of(filed.checks(*TOTALS), filed.every_version)
    entries = [*total_entries, *issue_entries, *unit_entries, *column_entries, *signal_entries]
    verdicts = _verdicts(filed, judged, [*rows, *trials, *by_issue], entries)
    shown = {rule.id for rule in filed.in_use}
    flags = _flags(filed, judged, [*rows, *(check for check in by_issue if check.rule.id in shown)])
    findings += [*unit_findings, *signal_findings]
    findings += _trial_findings(connection, filed, judged, trials, on_totals, covered)
    seen = (
        connection.execute("select * from offered order by row_key").to_arrow_table() if filed.every_version else None
    )
    counting = [entry for entry in entries if entry["rule_id"] in shown]
    return FormJudged(findings, verdicts, flags, counting, seen, _explained(connection, filed))


def unfiled(filed: Filed) -> FormJudged:
    """What judging comes to where no version came at all: every rule of the part without a row."""
    address = pa.schema([(name, TEXT) for name in (*parts.address_of(filed.form), "project_id")])
    verdicts = [
        _standing_of(rule, filed) | dict.fromkeys(("passed", "failed", "not_judged"), 0)
        for rule in load_rules()
        if filed.form in rule.forms
    ]
    return FormJudged([], verdicts, address.empty_table())


def amounts(form: str) -> list[str]:
    """The money columns of a part."""
    names = TABLES[f"rows_{form}"].schema.names
    return [name for name in names if name in vocabulary.fields() and vocabulary.fields()[name].type == "decimal"]


def _issue_checks(filed: Filed) -> list[IssueCheck]:
    """One check per rule of the reader and field that has such an issue; one for the row where none has."""
    on_rows = {
        (issue["issue_code"], issue["field"])
        for issue in filed.issues
        if issue["row"] is not None and issue["is_effective"]
    }
    found = []
    for rule in filed.rules:
        if rule.kind == "issue" and rule.grain == "row" and filed.form in rule.forms:
            fields = sorted({name or "" for code, name in on_rows if code in rule.issue_codes}) or [""]
            found += [IssueCheck(rule, name or None) for name in fields]
    return found


def _row_findings(
    connection: duckdb.DuckDBPyConnection,
    filed: Filed,
    judged: pa.Table,
    rows: list[Check],
    evidence: list[Evidence],
    covered: totals.Covered,
) -> tuple[list[dict], dict[tuple, list[dict]], list["broken_totals.Correction"]]:
    """Findings of the row rules, grouped by (row, cell), and the corrections that the culprits would make."""
    every = [*rows, *evidence]
    failing = judging.failing(judged, every)
    if not failing:
        return [], defaultdict(list), []
    failed_somewhere = {check.column for failed in failing.values() for check in failed}
    wanted = [check for check in every if check.column in failed_somewhere]
    solutions = judging.solutions(connection, "offered", "judged", wanted)
    over = broken_totals.entries_over(connection, failing, covered)
    proposals = what_if.propose(connection, judged, failing, solutions, every, over)
    said = judging.said(connection, "offered", "judged", [check for check in wanted if isinstance(check, Check)])
    findings: list[dict] = []
    groups: dict[tuple, list[dict]] = defaultdict(list)
    corrections = []
    for row in _rows(connection, filed, failing):
        key = row["row_key"]
        failed, row_proposals = failing[key], proposals.get(key, [])
        own = {check.column: solutions.get((key, check.column), {}) for check in failed}
        blamed = explain(failed, row_proposals, _first_cells(row, failed, own))
        corrections += _corrections(row, blamed, row_proposals)
        for check in (check for check in failed if isinstance(check, Check) and not _is_read_issue(check, row)):
            blame = blamed.get(check.column)
            solved = None if blame and blame.value is not None else own[check.column].get(check.cells[0])
            finding = filed.notes.of_row(check, row, blame, said.get((key, check.column), {}), solved)
            findings.append(finding)
            groups["row", key, blame and blame.cell].append(finding)
    return findings, groups, corrections


def _trial_findings(
    connection: duckdb.DuckDBPyConnection,
    filed: Filed,
    judged: pa.Table,
    trials: Sequence[Check],
    on_totals: JudgedTotals,
    covered: totals.Covered,
) -> list[dict]:
    """What the rules in 试运行 would have found, each by itself: it neither explains nor follows other findings."""
    found = [
        finding for check in trials for finding in _row_findings(connection, filed, judged, [check], [], covered)[0]
    ]
    for rule in (rule for rule in filed.on_trial if rule.kind in TOTALS):
        found += broken_totals.findings(connection, filed, on_totals, [], [rule], covered)[0]
    return found


def _first_cells(
    row: Mapping, failed: Sequence[Check | Evidence], own: Mapping[str, Mapping[str, object]]
) -> dict[str, Decimal]:
    """By check column: the figure that its own ``solves`` has for its first cell, where that says anything new."""
    found = {check.column: (check.cells[0], own[check.column].get(check.cells[0])) for check in failed if check.cells}
    return {name: value for name, (cell, value) in found.items() if isinstance(value, Decimal) and value != row[cell]}


def _corrections(row: Mapping, blamed: Mapping[str, Blame], proposals: Sequence) -> list["broken_totals.Correction"]:
    """The changes of figures that proposals (and not mere order of cells) call for."""
    believed = {(blame.cell, blame.value) for blame in blamed.values()} & {(p.cell, p.value) for p in proposals}
    return [
        broken_totals.Correction(row["row_key"], cell, row[cell], value)
        for cell, value in sorted(believed)
        if row[cell] is not None
    ]


def _is_read_issue(check: Check, row: Mapping) -> bool:
    """Whether the reader's own issue already says what this check found."""
    return any(f"{code}:{check.field or ''}" in row["issues"] for code in check.rule.issue_codes)


def _rows(connection: duckdb.DuckDBPyConnection, filed: Filed, keys: Mapping[int, object]) -> list[dict]:
    connection.register("wanted", pa.table({"row_key": pa.array(sorted(keys), pa.int64())}))
    query = "select * from offered semi join wanted using (row_key) order by row_key"
    rows = connection.execute(query).to_arrow_table().to_pylist()
    return [{**row, **filed.layouts.of(row)} for row in rows]


def _issue_findings(connection: duckdb.DuckDBPyConnection, filed: Filed) -> tuple[list[dict], list[dict]]:
    """Findings of what the reader could not take, and an entry for each that stands on no project's row."""
    address = parts.address_of(filed.form)
    query = f"select {_columns(address)}, project_id, project_name from offered"
    rows = {
        tuple(key): {"project_id": project_id, "project_name": name}
        for *key, project_id, name in connection.execute(query).fetchall()
    }
    findings, entries = [], []
    for issue in filed.issues:
        row = rows.get(tuple(issue[name] for name in address), {})
        for rule in _rules_of(issue, filed):
            finding = filed.notes.of_issue(rule, issue, row)
            findings.append(finding)
            if (filed.every_version or issue["is_effective"]) and (not row or rule.grain == "sheet"):
                entries.append({"rule_id": rule.id, "entry": finding["finding_id"], "verdict": False})
    return findings, entries + _clean_sheets(filed)


def _rules_of(issue: Mapping, filed: Filed) -> list[Rule]:
    """The rule in use that an issue belongs to, and those in 试运行; none where all of its rules are not in force."""

    def having(rules: Sequence[Rule]) -> list[Rule]:
        return [rule for rule in rules if filed.form in rule.forms and issue["issue_code"] in rule.issue_codes]

    if not having(load_rules()):
        raise KeyError(f"no rule of {filed.form} for {issue['issue_code']}")
    return having(filed.in_use)[-1:] + having(filed.on_trial)


def _clean_sheets(filed: Filed) -> list[dict]:
    """An entry for every sheet that counts and has none of a rule's issues; not judged where a file did not read."""
    entries = []
    sheets = [s for s in filed.submissions if s["is_effective"] and s["kind"] in ("form", "supplement")]
    unread = [s for s in filed.submissions if s["kind"] == "unreadable" and not s["withdrawn"]]
    for rule in (r for r in filed.rules if r.kind == "issue" and r.grain == "sheet" and filed.form in r.forms):
        ill = {issue["submission_id"] for issue in filed.issues if issue["issue_code"] in rule.issue_codes}
        clean = [(s["submission_id"], True) for s in sheets if s["submission_id"] not in ill]
        unknown = [(s["submission_id"], None) for s in unread if s["submission_id"] not in ill]
        entries += [{"rule_id": rule.id, "entry": name, "verdict": verdict} for name, verdict in clean + unknown]
    return entries


def _unit_findings(connection: duckdb.DuckDBPyConnection, filed: Filed) -> tuple[list[dict], list[dict]]:
    """Findings about units and what they add up to, projects not reported, late changes, the plan's own targets."""
    findings, entries = [], []
    judged_on = {
        "obligation": filed.obligations,
        "absence": filed.absences,
        "change": filed.changes,
        "target": filed.targets,
        "reference": filed.outside,
        "unit": unit_figures.figures(connection, filed.form, filed.notes.words),
    }
    for kind, rows in judged_on.items():
        table = as_table(rows, UNIT_KINDS[kind])
        for check, told in judging.judge_apart(connection, table, filed.checks(kind)):
            for number, verdict, said in told:
                row = rows[number]
                entry = f"{row['unit_id']}/{row.get('project_id') or row.get('target_id') or ''}"
                entries.append({"rule_id": check.rule.id, "entry": entry, "verdict": verdict})
                if verdict is False:
                    findings.append(filed.notes.of_unit(check, row, said))
    return findings, entries


def _explained(connection: duckdb.DuckDBPyConnection, filed: Filed) -> dict[tuple, tuple[str, str | None]]:
    """What rows say in their own 核实说明, with the cell, by submission, sheet and row."""
    names = dict.fromkeys(("submission_id", "sheet", "row", "explanation_text", *parts.address_of(filed.form)))
    query = f"select {_columns(list(names))} from offered where explanation_text is not null"
    found = {}
    for row in connection.execute(query).to_arrow_table().to_pylist():
        letter = filed.layouts.of(row)["columns"].get("explanation_text")
        cell = f"{row['sheet']}!{letter}{row['row']}" if letter else None
        found[row["submission_id"], row["sheet"], row["row"]] = (row["explanation_text"], cell)
    return found


def _verdicts(
    filed: Filed, judged: pa.Table, columns: Sequence[Check | IssueCheck], entries: Sequence[dict]
) -> list[dict]:
    """Passed, failed and not judged per rule, counting only what is effective; a rule of the form is never left out."""
    counted: dict[str, list[int]] = {rule.id: [0, 0, 0] for rule in load_rules() if filed.form in rule.forms}
    counting = judged if filed.every_version else judged.filter(_rows_of(filed, judged)["is_effective"])
    found = judging.counts(counting, columns)
    for check in columns:
        for place, number in enumerate(found[check.column]):
            counted[check.rule.id][place] += number
    for entry in entries:
        counted[entry["rule_id"]][(True, False, None).index(entry["verdict"])] += 1
    return [
        _standing_of(rule, filed) | dict(zip(("passed", "failed", "not_judged"), counted[rule.id], strict=True))
        for rule in load_rules()
        if rule.id in counted
    ]


def _standing_of(rule: Rule, filed: Filed) -> dict[str, str]:
    """What a verdict says of its rule: the severity of the period, and whether it is in use at all."""
    month = f"{filed.around.context.as_of:%Y-%m}"
    own = {"severity": rule.at(month).severity, "rule_state": rule.state(month)}
    lacks = "".join(filed.lacks[name] for name in rule.needs if name in filed.lacks) or None
    return {"form": filed.notes.form, "rule_id": rule.id, "theme": rule.theme, "lacks_zh": lacks, **own}


def _flags(filed: Filed, judged: pa.Table, columns: Sequence[Check | IssueCheck]) -> pa.Table:
    """The address and the booleans of every row that counts."""
    rows = _rows_of(filed, judged)
    flags = rows.select([*parts.address_of(filed.form), "project_id"])
    for check in columns:
        flags = flags.append_column(check.column, judged[check.column])
    return flags.filter(rows["is_effective"])


def _rows_of(filed: Filed, judged: pa.Table) -> pa.Table:
    """The rows that were judged: a row's key is its number."""
    return filed.rows.take(judged["row_key"])


def _columns(names: Sequence[str], table: str = "") -> str:
    return ", ".join(f'{table}"{name}"' for name in names)
