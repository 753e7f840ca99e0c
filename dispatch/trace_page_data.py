"""Trace page data: all that 数据溯源 needs of one period, small enough to lie inside the page.

Belongs here: contributors, rows, cells, files, findings and public tables as lists of numbers into one list of texts.
Does not belong here: the frame and the words of the page (trace_page), computing anything (trace_page_*.js do).

Every text, number and date is said once in ``texts`` and named by its place; place 0 is nothing.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from dispatch import wording
from dispatch.addresses import as_text
from dispatch.contributions import SCOPES
from dispatch.trace_rows import File, Source
from dispatch.trace_sources import Sources, fields_of
from dispatch.trace_sums import ACCEPTED, REPORTED, Accounts
from dispatch.tracing import Tracer
from dispatch.wording import said
from ingestion import vocabulary
from ingestion.plain_text import visible

KINDS = ("project", "procedure", "procedures", "pipeline", "fund", "unit")
FIGURE = (
    "population", "scope_kind", "scope", "metric", "numerator", "denominator", "value", "reported_numerator",
    "reported_denominator", "reported_value", "target", "stretch", "gap", "benchmark", "benchmark_gap",
    "previous_published", "previous_restated", "reported_projects", "carried_projects", "missing_projects", "target_id",
    "scope_name",
)  # fmt: skip
_FINDING = ("rule_id", "cells", "message_zh", "found", "expected", "answer", "answer_reason_zh")
_UNSHOWN = ("plan_id", "period")  # the page's own


class PageData:
    """The data of one plan and period, written as one JSON text."""

    def __init__(self, tracer: Tracer, accounts: Accounts, sources: Sources):
        self.tracer, self.accounts, self.sources = tracer, accounts, sources
        self._texts: dict[str | None, int] = {None: 0}
        self._rows: dict[tuple, int] = {}
        self._row_list: list[list] = []
        self._files: dict[str, int] = {}
        self._file_list: list[list] = []
        self._findings: dict[str, int] = {}
        self._finding_list: list[list] = []
        self._decisions: dict[int, int] = {}
        self._decision_list: list[list] = []
        self._fields = {kind: fields_of(kind) for kind in KINDS}

    def text(self) -> str:
        """The JSON, safe inside a ``script`` element."""
        held = {
            "contributors": [self._contributor(key, facts) for key, facts in self.accounts.facts.items()
                             if key[0] in KINDS],
            "handed": [[*self._all((row["form"], row["unit_id"])), self._places(self.sources.handed_in(
                row["unit_id"], row["form"]))] for row in self._table_rows("marts.fct_submission")],
            "figures": [self._all(row[name] for name in FIGURE) for row in self._table_rows("marts.fct_metric")],
            "targets": [self._all((row["target_id"], row["source_zh"], row["target_date"]))
                        for row in self._table_rows("marts.fct_target_verdict")],
            "tables": {name: self._table(name) for name in dict.fromkeys(key[0] for key in vocabulary.origins())},
        }  # fmt: skip
        held |= {
            "rows": self._row_list,
            "files": self._file_list,
            "findings": self._finding_list,
            "decisions": self._decision_list,
        }
        held["texts"] = [None if one is None else visible(one, lines=True) for one in self._texts]
        return json.dumps(held | self._about(), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

    def _about(self) -> dict:
        """What is no row of a table: the vocabulary, as far as the page says it."""
        plan_id = self.accounts.plan_id
        populations = self.tracer.values.rows("marts.dim_population", plan_id, "")
        populations.sort(key=lambda row: (not row["is_headline"], row["sort_order"]))
        kinds = vocabulary.scope_kinds()
        origins = vocabulary.origins()
        thresholds = self.sources.month.plan.thresholds.model_dump()
        return {
            "plan": plan_id,
            "period": self.accounts.period,
            "previous": self.accounts.about.get("previous_period"),
            "form": self.accounts.about.get("leading_form"),
            "figure": FIGURE,
            "facts": _facts(),
            "scopes": {kind: SCOPES.get(kind, kind) for kind in kinds},
            "kinds": dict(kinds),
            "populations": {row["population"]: row["population_name"] for row in populations},
            "metrics": {one.metric: [one.label_zh, one.unit, one.numerator, one.denominator, one.form,
                                     one.definition_zh] for one in vocabulary.metrics().values()},
            "measures": {one.measure: [one.label_zh, one.rule_zh, one.list_fields, one.report_fields]
                         for one in vocabulary.measures().values()},
            "fields": {name: wording.field_label(name) for sides in self._fields.values() for side in sides
                       for name in side},
            "origins": {f"{one.table}/{one.column}": [one.subject, one.list_fields, one.report_fields, one.how,
                        one.addresses, one.rule_zh] for one in origins.values()},
            "plans": {f"thresholds.{name}": str(value) for name, value in thresholds.items()},
            "planFile": [f"{plan_id}.yml", self.accounts.about.get("plan_hash"),
                         wording.instant(self.accounts.about.get("in_force_at"))],
        }  # fmt: skip

    def _at(self, value: object) -> int:
        """The place of a value's text."""
        text = wording.instant(value) if isinstance(value, datetime) else as_text(value)
        return self._texts.setdefault(text, len(self._texts))

    def _all(self, values: Iterable[object]) -> list[int]:
        return [self._at(value) for value in values]

    def _table_rows(self, table: str) -> list[dict]:
        """A public table of the period; what a rule in 试运行 would have found is shown to nobody."""
        rows = self.tracer.values.rows(table, self.accounts.plan_id, self.accounts.period)
        return [row for row in rows if row.get("outcome") != "trial"]

    def _table(self, name: str) -> dict:
        rows = self._table_rows(name)
        columns = [column for column in (rows[0] if rows else ()) if column not in _UNSHOWN]
        return {"columns": columns, "rows": [self._all(row[column] for column in columns) for row in rows]}

    def _contributor(self, key: tuple, facts: Mapping) -> list:
        """[kind, id, part, name, unit's name, populations, counted, carried, there, facts, amounts, reported amounts,
        list rows, rows taken, rows reported]; a row is its place with its role."""
        scopes = self._all(facts.get(name) for name in _facts())
        amounts = [
            [place for measure, amount in self.accounts.amounts[account].get(key, {}).items()
             for place in self._all((measure, amount))] for account in (ACCEPTED, REPORTED)
        ]  # fmt: skip
        rows: list[list[Source]] = [[], [], []]
        if key[0] != "procedures":  # the page takes the rows of its procedures
            rows = [self.sources.listed(key), self.sources.taken(key), self.sources.reported(key)]
        told = self._all((*key, facts["subject_name"], self.sources.month.unit_name(facts["unit_id"]),
                          facts["populations"]))  # fmt: skip
        flags = [int(bool(facts[name])) for name in ("is_counted", "is_carried_forward", "submission_id")]
        return [*told, *flags, scopes, *amounts, *(self._places(found) for found in rows)]

    def _places(self, sources: Iterable[Source]) -> list[int]:
        return [place for one in sources for place in (self._row(one), self._at(one.role))]

    def _row(self, source: Source) -> int:
        """The place of a row: [period, file, sheet, row, carried from, decision, findings, cells]."""
        submission = source.file.submission_id if source.file else ""
        parts = tuple(cell.at for cell in source.cells)
        key = (submission, source.sheet, source.row, parts, source.carried_from, source.decision is None)
        if key not in self._rows:
            self._rows[key] = len(self._row_list)
            told = self._all((source.period, source.sheet, source.row, source.carried_from))
            wanted = {name for sides in self._fields.values() for side in sides for name in side}
            cells = [self._all((cell.field, cell.at, cell.heading, cell.raw, cell.value))
                     for cell in source.cells if cell.field in wanted]  # fmt: skip
            self._row_list.append([
                *told, self._file(source.file), self._decision(source.decision),
                [self._finding(one) for one in source.findings], cells,
            ])  # fmt: skip
        return self._rows[key]

    def _file(self, file: File | None) -> int:
        if file is None:
            return -1
        if file.submission_id not in self._files:
            self._files[file.submission_id] = len(self._file_list)
            self._file_list.append(self._all((
                file.name, file.sha256, file.form, file.period, self.sources.month.unit_name(file.unit_id),
                file.version, file.kind, file.received_at, said("received_source", file.received_source),
                file.inbox_path, file.submission_id,
            )))  # fmt: skip
        return self._files[file.submission_id]

    def _finding(self, finding: Mapping) -> int:
        name = finding["finding_id"]
        if name not in self._findings:
            self._findings[name] = len(self._finding_list)
            words = (said("severity", finding["severity"]), said("answer_state", finding["answer_state"]))
            told = self._all((*(finding[column] for column in _FINDING), *words, finding["answered_at"], name))
            self._finding_list.append([*told, self._decision(self.accounts.decisions.get(finding["decision_id"]))])
        return self._findings[name]

    def _decision(self, decision: Mapping | None) -> int:
        if decision is None:
            return -1
        number = decision["decision_id"]
        if number not in self._decisions:
            self._decisions[number] = len(self._decision_list)
            names = ("decision_id", "decided_at", "post", "reason")
            self._decision_list.append(self._all(decision[name] for name in names))
        return self._decisions[number]


def _facts() -> list[str]:
    """The columns of a contributor that say where it counts."""
    kinds = (kind for kind in vocabulary.scope_kinds() if kind != "overall")
    return list(dict.fromkeys(SCOPES.get(kind, kind) for kind in kinds))
