"""Suite: the month's booleans validated by Great Expectations, once per run, for what people see as checks.

Belongs here: a suite built in memory from catalogue, forms and vocabulary; its verdicts per form, theme and rule.
Does not belong here: judging (the booleans are there already), findings with their cells (judged_form).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet as pq

from expectations import form_checks, judgements, parts
from expectations.catalogue import SEVERITIES, THEMES, load_rules
from expectations.rule import Rule
from ingestion import lake
from ingestion.workspace import Workspace

if TYPE_CHECKING:  # the library takes seconds to import: only validate() pays for it
    from great_expectations.data_context import EphemeralDataContext

LEVELS = {"error": "critical", "warning": "warning", "info": "info", "state": "info"}
ENTRY_ID = ["entry"]


@dataclass(frozen=True)
class RuleResult:
    """How one rule came out; ``not_judged`` rows lacked something the rule needs."""

    rule_id: str
    title_zh: str
    severity: str  # that of the period
    rule_state: str  # in use, in 试运行 (not validated here: its findings count nowhere), not in force
    passed: int
    failed: int
    not_judged: int
    lacks: str = ""  # the list of another department without which nothing could be judged


@dataclass(frozen=True)
class _Then:
    """A rule as it stood in the period."""

    rule: Rule
    state: str
    lacks: str = ""


@dataclass(frozen=True)
class ThemeResult:
    """One check: a part (a form, or the procedures inside its rows) and theme. States never make it fail.

    ``severity`` is the worst that failed, None when nothing did; ``form_checks`` are what the form itself implies
    (required, code list, type, key, row count), as (name, field, failed).
    """

    form: str
    theme: str
    passed: bool
    severity: str | None
    rules: tuple[RuleResult, ...]
    form_checks: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class SuiteResult:
    """Every theme of every form of one plan and period; ``unjudged`` are rules that met no row they could judge."""

    plan_id: str
    period: str
    themes: tuple[ThemeResult, ...]
    unjudged: tuple[tuple[str, str], ...]


def validate(ws: Workspace, plan_id: str, period: str) -> SuiteResult:
    """Validate what was judged for a plan and period. Imports Great Expectations, which takes seconds."""
    context = _context()
    rules = _rules_then(ws, plan_id, period)
    themes: list[ThemeResult] = []
    unjudged: set[tuple[str, str]] = set()
    for form in parts.parts_of(period):
        flags, entries = judgements.read(ws.lake, plan_id, period, form)
        rows = _with_values(ws, plan_id, period, form, flags.to_pandas())
        implied = form_checks.of(form, list(rows.columns), form_checks.rows_read(ws, plan_id, period, form))
        results = _validated(context, f"{form}_rows", rows, rules, list(parts.address_of(form)), implied)
        results += _validated(context, f"{form}_entries", _pivoted(entries.to_pandas()), rules, ENTRY_ID, [])
        unjudged |= {(form, meta["unjudged"]) for success, _, meta in results if "unjudged" in meta and not success}
        themes += _themes(form, results, rules.values())
    return SuiteResult(plan_id, period, tuple(themes), tuple(sorted(unjudged)))


def _rules_then(ws: Workspace, plan_id: str, period: str) -> dict[str, "_Then"]:
    """The catalogue as the period was judged: every rule with the severity and the state it had."""
    said = {verdict["rule_id"]: verdict for verdict in lake.read(ws.lake, "verdicts", plan_id, period)}
    return {
        rule.id: _Then(
            replace(rule, severity=said[rule.id]["severity"]),
            said[rule.id]["rule_state"],
            said[rule.id]["lacks_zh"] or "",
        )
        for rule in load_rules()
        if rule.id in said
    }


def _with_values(ws: Workspace, plan_id: str, period: str, form: str, flags: pd.DataFrame) -> pd.DataFrame:
    """The flags beside the values they were judged on, so that the form's own expectations see both."""
    path = lake.path(ws.lake, f"rows_{form}", plan_id, period)
    if flags.empty or not path.exists():
        return flags
    address = list(parts.address_of(form))
    values = pq.read_table(path, columns=[*address, *form_checks.fields(form)]).to_pandas()
    return flags.merge(values, on=address, how="left", validate="one_to_one")


def _pivoted(entries: pd.DataFrame) -> pd.DataFrame:
    """One row per entry and one column per rule; NULL stays NULL."""
    frame = pd.DataFrame({"entry": entries["rule_id"] + " " + entries["entry"]})
    for rule_id in entries["rule_id"].unique():
        own = entries["verdict"].where(entries["rule_id"] == rule_id)
        frame[rule_id] = own.astype("boolean")
    return frame


def _context() -> "EphemeralDataContext":
    """A context that lives in memory, sends nothing and draws no progress bars."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.analytics_enabled = False
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context


def _validated(
    context: "EphemeralDataContext",
    name: str,
    frame: pd.DataFrame,
    rules: Mapping[str, _Then],
    identity: list[str],
    implied: Iterable[object],
) -> list[tuple[bool, Mapping, Mapping]]:
    """(success, result, meta) of every expectation on the frame."""
    if frame.empty:
        return []
    import great_expectations as gx

    asset = context.data_sources.add_pandas(name).add_dataframe_asset("month")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    own = [
        expected
        for column in frame.columns
        if (then := rules.get(column.split("__")[0]))
        for expected in _expected_of(then.rule, column, frame)
    ]
    suite = gx.ExpectationSuite(name=name, expectations=[*own, *implied])
    result_format = {"result_format": "COMPLETE", "unexpected_index_column_names": identity}
    results = batch.validate(suite, result_format=result_format).results
    for result in results:
        if result.exception_info and result.exception_info.get("raised_exception"):
            raise RuntimeError(f"{result.expectation_config.type}: {result.exception_info['exception_message']}")
    return [(result.success, result.result, result.expectation_config.meta) for result in results]


def _expected_of(rule: Rule, column: str, frame: pd.DataFrame) -> list[object]:
    """What must hold of a rule's column: true wherever it was judged, and judged somewhere."""
    import great_expectations.expectations as gxe

    holds = gxe.ExpectColumnValuesToBeInSet(
        column=column,
        value_set=[True],
        severity=LEVELS[rule.severity],
        description=f"{rule.id} {rule.title_zh}",
        meta={"rule_id": rule.id, "relevant": _relevant(rule, column, frame)},
    )
    is_judged = gxe.ExpectColumnProportionOfNonNullValuesToBeBetween(
        column=column, min_value=0, strict_min=True, severity="info", meta={"unjudged": column}
    )
    return [holds, is_judged]


def _relevant(rule: Rule, column: str, frame: pd.DataFrame) -> int:
    """How many of the frame's rows a rule speaks of: its own entries among the entries of all rules."""
    return int(frame["entry"].str.startswith(f"{rule.id} ").sum()) if "entry" in frame else len(frame)


def _themes(form: str, results: list[tuple[bool, Mapping, Mapping]], rules: Collection[_Then]) -> list[ThemeResult]:
    own = [then for then in rules if form in then.rule.forms]
    counted: dict[str, list[int]] = {then.rule.id: [0, 0, 0] for then in own}
    implied: dict[str, list[tuple[str, str, int]]] = {theme: [] for theme in THEMES}
    for success, result, meta in results:
        if "rule_id" in meta:
            for place, number in enumerate(_outcomes(result, meta["relevant"])):
                counted[meta["rule_id"]][place] += number
        elif "check" in meta:
            failed = int(result.get("unexpected_count", 0 if success else 1))
            implied[meta["theme"]].append((meta["check"], meta["field"], failed))
    return [_theme(form, theme, own, counted, implied[theme]) for theme in THEMES]


def _outcomes(result: Mapping, relevant: int) -> tuple[int, int, int]:
    """(passed, failed, not judged) of a rule's column as Great Expectations counted it."""
    failed = int(result["unexpected_count"])
    judged = int(result["element_count"]) - int(result["missing_count"])
    return judged - failed, failed, relevant - judged


def _theme(
    form: str,
    theme: str,
    rules: Iterable[_Then],
    counted: Mapping[str, list[int]],
    implied: list[tuple[str, str, int]],
) -> ThemeResult:
    results = tuple(
        RuleResult(then.rule.id, then.rule.title_zh, then.rule.severity, then.state, *counted[then.rule.id], then.lacks)
        for then in rules
        if then.rule.theme == theme
    )
    failed = [result.severity for result in results if result.failed and result.severity != "state"]
    worst = min(failed, key=SEVERITIES.index, default=None)
    passed = worst is None and not any(number for _, _, number in implied)
    return ThemeResult(form, theme, passed, worst, results, tuple(implied))
