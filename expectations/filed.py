"""Filed: one part of one period as it was filed, and what came of judging it.

Belongs here: the two values that judging takes and gives back.
Does not belong here: judging (judged_form), reading them from the lake (months, weeks).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa

from expectations import parts
from expectations.catalogue import checks, rules_at
from expectations.findings import Notes
from expectations.layouts import Layouts
from expectations.offering import Surroundings
from expectations.rule import Check, Rule
from expectations.signals import Ground


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
    ground: Ground | None = None  # what signals look back on; None: no signals
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
