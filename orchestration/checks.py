"""Checks: what Dagster shows of the judging, one check per form and theme, and of what did not arrive.

Belongs here: turning verdicts and statuses into asset checks with their tables.
Does not belong here: the verdicts (expectations.suite), the statuses (dbt_project), stopping a run: findings never do.
"""

from collections.abc import Iterator

import dagster as dg

from dispatch.marts import Marts
from expectations import suite
from expectations.catalogue import THEMES, load_rules
from ingestion.obligations import MONTHLY
from orchestration.assets import WRITER, lake_key, plan_and_period, shown
from orchestration.beside import Beside
from orchestration.console import say
from orchestration.resources import Bureau
from orchestration.stages import LIST

SEVERITIES = {"error": dg.AssetCheckSeverity.ERROR}  # everything else warns
ARRIVALS = {"everything_due_arrived": ("missing",), "everything_arrived_reads": ("unreadable",)}
FORMS = (LIST, MONTHLY, "procedures", "procedure_items", "pipeline", "funds")
SUBMISSIONS = dg.AssetKey(["marts", "fct_submission"])


def checks_of(models: dg.AssetsDefinition) -> list[dg.AssetChecksDefinition]:
    """All checks. The rules wait for the models: Great Expectations works while dbt's own process does."""
    specs = [
        dg.AssetCheckSpec(theme, asset=lake_key(f"rows_{form}"), additional_deps=[SUBMISSIONS], description=titles)
        for form in FORMS
        for theme in THEMES
        if (titles := _titles(form, theme))
    ]

    # a run judges the forms of its own period: the checks of the other series have nothing to say
    @dg.multi_asset_check(name="rules", specs=specs, pool=WRITER, can_subset=True)
    def rules(
        context: dg.AssetCheckExecutionContext,
        bureau: dg.ResourceParam[Bureau],
        beside: dg.ResourceParam[Beside],
    ) -> Iterator[dg.AssetCheckResult]:
        judged = shown(bureau, *plan_and_period(context))
        themes = beside.result(judged, lambda: suite.validate(bureau.derived, *judged)).themes if judged else ()
        named = {(spec.asset_key, spec.name) for spec in specs}
        for theme in themes:
            key = lake_key(f"rows_{theme.form}")
            if (key, theme.theme) in named:
                yield _verdict(key, judged[1], theme)

    @dg.multi_asset_check(
        name="arrivals", specs=[dg.AssetCheckSpec(name, asset=SUBMISSIONS) for name in ARRIVALS], pool=WRITER
    )
    def arrivals(
        context: dg.AssetCheckExecutionContext, bureau: dg.ResourceParam[Bureau]
    ) -> Iterator[dg.AssetCheckResult]:
        submissions = Marts.of_build(bureau.derived).submissions(*plan_and_period(context))
        for name, statuses in ARRIVALS.items():
            units = sorted(row["unit_id"] for row in submissions if row["status"] in statuses)
            yield dg.AssetCheckResult(
                asset_key=SUBMISSIONS,
                check_name=name,
                passed=not units,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"units": dg.MetadataValue.json(units)},
            )

    return [rules, arrivals]


def _verdict(key: dg.AssetKey, period: str, theme: suite.ThemeResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=theme.theme,
        passed=theme.passed,
        severity=SEVERITIES.get(theme.severity, dg.AssetCheckSeverity.WARN),
        description=say("check_period", period=period),
        metadata=_tables(theme),
    )


def _titles(form: str, theme: str) -> str:
    """The rules of a check as a list that the page shows line by line."""
    return "\n".join(
        f"- {rule.id} {rule.title_zh}" for rule in load_rules() if rule.theme == theme and form in rule.forms
    )


def _tables(theme: suite.ThemeResult) -> dict[str, dg.MetadataValue]:
    """The rule table of a check, what failed first, and what the form itself implies, where it does."""
    failed_first = sorted(theme.rules, key=lambda rule: rule.failed == 0)
    rules = [
        vars(rule) | {name: say(f"{name}_{getattr(rule, name)}") for name in ("severity", "rule_state")}
        for rule in failed_first
    ]
    tables = {say("check_rules"): _table(rules)}
    if theme.form_checks:
        implied = [dict(zip(("check", "field", "failed"), row, strict=True)) for row in theme.form_checks]
        tables[say("check_form")] = _table(implied)
    return tables


def _table(rows: list[dict]) -> dg.MetadataValue:
    """Rows with the headings people read."""
    names = list(rows[0]) if rows else []
    columns = [
        dg.TableColumn(say(f"column_{name}"), "int" if isinstance(rows[0][name], int) else "string") for name in names
    ]
    records = [dg.TableRecord({say(f"column_{name}"): row[name] for name in names}) for row in rows]
    return dg.MetadataValue.table(records, dg.TableSchema(columns))
