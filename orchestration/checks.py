"""Checks: what Dagster shows of the judging, one check per form and theme.

Belongs here: turning verdicts into asset checks.
Does not belong here: the verdicts (expectations.suite).
"""

import dagster as dg


def checks_of(models: dg.AssetsDefinition) -> list[dg.AssetChecksDefinition]:
    return []
