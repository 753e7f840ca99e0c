"""Judged form: all rows of one form and period held against the catalogue, findings grouped under their culprits.

Belongs here: the order of steps from rows to findings, counts and judgements.
Does not belong here: the steps themselves (offering, judging, totals, what_if, culprits, findings); accepting rows.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import duckdb
import pyarrow as pa

from expectations import (
    broken_totals,
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
from expectations.catalogue import checks, load_evidence, load_rules, rules_at
from expectations.culprits import Blame, explain
from expectations.findings import Notes, under_heads
from expectations.late_changes import CHANGE
from expectations.layouts import Layouts, without
from expectations.obligations_kept import ABSENCE, OBLIGATION
from expectations.offering import Surroundings, as_table
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


@dataclass(frozen=True)
class Filed:
    """What is judged: the worked-out rows of every version of one part, the reader's issues, what was owed."""

    form: str  # the part: a form, or the procedures inside its rows
    rows: pa.Table
    issues: Sequence[Mapping]
    submissions: Sequence[Mapping]
    obligations: Sequence[Mapping]
    absences: Sequence[Mapping]
    around: Surroundings
    notes: Notes
    changes: Sequence[Mapping] = ()  # of forms that changed after their deadline
    targets: Sequence[Mapping] = ()  # the plan's own, of this period
    outside: Sequence[Mapping] = ()  # lines of other departments' lists beside the project list
    lacks: Mapping[str, str] = field(default_factory=dict)  # lists that are not there, each with a sentence
    ground: signals.Ground | None = None  # what signals look back on; None: no signals
    every_version: bool = False  # count all that came, not only what counts: for a look back on a rule

    @cached_property
    def layouts(self) -> Layouts:
        """Where the fields of each sheet stand."""
        return Layouts(self.rows, self.around.beside if self.form == parts.ITEMS else None)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in use or in 试运行 on the day the figures speak of."""
        return rules_at(self.around.context.as_of)

    @cached_property
    def in_use(self) -> tuple[Rule, ...]:
        """Those of the rules whose findings count."""
        return tuple(rule for rule in self.rules if not rule.trial)

    @cached_property
    def on_trial(self) -> tuple[Rule, ...]:
        """Those that are judged by themselves, and whose findings count nowhere."""
        return tuple(rule for rule in self.rules if rule.trial)

    def checks(self, *kinds: str) -> list[Check]:
        """Everything of the given kinds that is judged, 试运行 and all."""
        return checks(self.form, *kinds, rules=self.rules)


@dataclass
class FormJudged:
    """The findings, how often each rule passed, failed and was not judged, and the booleans behind both."""

    findings: list[dict]
    verdicts: list[dict]
    flags: pa.Table  # one row per effective detail row: its address and one boolean per check
    entries: list[dict] = field(default_factory=list)  # rule_id, entry, verdict: totals, sheets, units; none on trial
    rows: pa.Table | None = None  # of a look back: every version's detail rows, with project_id
    explained: Mapping[tuple, tuple[str, str | None]] = field(default_factory=dict)  # by submission_id, sheet, row:
    # the row's own 核实说明 and the cell it stands in

    def count(self, rule: Rule, entry: str, verdict: bool | None) -> None:
        """Add what a rule says of an entry that came up after judging."""
        self.entries.append({"rule_id": rule.id, "entry": entry, "verdict": verdict})
        self._counted[rule.id][{True: "passed", False: "failed", None: "not_judged"}[verdict]] += 1

    @cached_property
    def _counted(self) -> dict[str, dict]:
        return {counted["rule_id"]: counted for counted in self.verdicts}


def judge_form(filed: Filed) -> FormJudged:
    """Judge one part of one period. A pure function of what was filed."""
    connection = offering.connect(len(filed.rows))
    issues = as_table(filed.issues, TABLES["issues"].schema)
    judged = without(filed.rows)
    connection.register("layouts_in", filed.layouts.table())
    filed.around.offer(connection, "offered", judged, issues)
    sentinel.offer(connection, filed.form)
    totals.offer(connection, "offered_totals", judged, issues, amounts(filed.form))
    rows = checks(filed.form, "row", rules=filed.in_use)
    trials = checks(filed.form, "row", rules=filed.on_trial)
    evidence = list(load_evidence()) if filed.form == "monthly_dispatch" else []
    by_issue = _issue_checks(filed)
    judging.judge(connection, "offered", "judged", [*rows, *trials, *evidence, *by_issue])
    judging.judge(connection, "offered_totals", "judged_totals", filed.checks(*TOTALS))
    findings, groups, corrections = _row_findings(connection, filed, rows, evidence)
    found, more = broken_totals.findings(connection, filed, corrections, filed.in_use)
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
    entries = [*_total_entries(connection, filed), *issue_entries, *unit_entries, *column_entries, *signal_entries]
    verdicts = _verdicts(connection, filed, [*rows, *trials, *by_issue], entries)
    shown = {rule.id for rule in filed.in_use}
    flags = _flags(connection, filed.form, [*rows, *(check for check in by_issue if check.rule.id in shown)])
    findings += [*unit_findings, *signal_findings, *_trial_findings(connection, filed, trials)]
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
    connection: duckdb.DuckDBPyConnection, filed: Filed, rows: list[Check], evidence: list[Evidence]
) -> tuple[list[dict], dict[tuple, list[dict]], list["broken_totals.Correction"]]:
    """Findings of the row rules, grouped by (row, cell), and the corrections that the culprits would make."""
    every = [*rows, *evidence]
    failing = judging.failing(connection, "judged", every)
    solutions = judging.solutions(connection, "offered", "judged", every)
    proposals = what_if.propose(connection, failing, solutions, every, broken_totals.entries_over(connection, failing))
    said = judging.said(connection, "offered", "judged", rows)
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


def _trial_findings(connection: duckdb.DuckDBPyConnection, filed: Filed, trials: Sequence[Check]) -> list[dict]:
    """What the rules in 试运行 would have found, each by itself: it neither explains nor follows other findings."""
    found = [finding for check in trials for finding in _row_findings(connection, filed, [check], [])[0]]
    for rule in (rule for rule in filed.on_trial if rule.kind in TOTALS):
        found += broken_totals.findings(connection, filed, [], [rule])[0]
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
        connection.register("units_in", as_table(rows, UNIT_KINDS[kind]))
        connection.execute(
            "create or replace temp table offered_units as select row_number() over () - 1 as row_key, * from units_in"
        )
        for check in filed.checks(kind):
            judging.judge(connection, "offered_units", "judged_units", [check])
            verdicts = connection.execute(f'select row_key, "{check.column}" from judged_units order by 1').fetchall()
            said = judging.said(connection, "offered_units", "judged_units", [check])
            for number, verdict in verdicts:
                row = rows[number]
                entry = f"{row['unit_id']}/{row.get('project_id') or row.get('target_id') or ''}"
                entries.append({"rule_id": check.rule.id, "entry": entry, "verdict": verdict})
                if verdict is False:
                    findings.append(filed.notes.of_unit(check, row, said.get((number, check.column), {})))
    return findings, entries


def _total_entries(connection: duckdb.DuckDBPyConnection, filed: Filed) -> list[dict]:
    entries = []
    for check in filed.checks(*TOTALS):
        query = f"""
            select o.submission_id || '!' || o."row" || coalesce('/' || o.field, ''), j."{check.column}"
            from offered_totals as o inner join judged_totals as j using (row_key)
            where (? or o.is_effective) and {check.entries} order by row_key
        """
        found = connection.execute(query, [filed.every_version]).fetchall()
        entries += [{"rule_id": check.rule.id, "entry": entry, "verdict": verdict} for entry, verdict in found]
    return entries


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
    connection: duckdb.DuckDBPyConnection, filed: Filed, columns: Sequence[Check | IssueCheck], entries: Sequence[dict]
) -> list[dict]:
    """Passed, failed and not judged per rule, counting only what is effective; a rule of the form is never left out."""
    counted: dict[str, list[int]] = {rule.id: [0, 0, 0] for rule in load_rules() if filed.form in rule.forms}
    found = judging.counts(connection, "offered", "judged", columns, filed.every_version)
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


def _flags(connection: duckdb.DuckDBPyConnection, part: str, columns: Sequence[Check | IssueCheck]) -> pa.Table:
    names = ", ".join(f'j."{check.column}"' for check in columns)
    query = f"""
        select {_columns(parts.address_of(part), "o.")}, o.project_id, {names}
        from offered as o inner join judged as j using (row_key) where o.is_effective order by row_key
    """
    return connection.execute(query).to_arrow_table()


def _columns(names: Sequence[str], table: str = "") -> str:
    return ", ".join(f'{table}"{name}"' for name in names)
