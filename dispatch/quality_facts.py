"""Quality facts: every number of the data-quality page, before any of it is laid out.

Belongs here: who reported, findings by unit, theme and rule, answers, corrections, what could not be judged.
Does not belong here: points of a unit (quality_scores), sentences and tables (quality_by_unit, quality_by_rule).

States (落后时序 and the like) say how projects stand and are no mistakes; signals are for the centre to look into. Both
are counted by themselves and are part of no other number.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dispatch.marts import Marts
from dispatch.month import Month

MISTAKES = ("error", "warning", "info")
SIGNALS = "signals"
IN_USE, ON_TRIAL, NOT_IN_FORCE = "in_use", "trial", "not_in_force"
STATUSES = ("on_time", "nil", "late", "unreadable", "missing", "not_due")
SETTLED = ("answered", "waived", "accepted")  # of what had to be explained
PENDING = ("unanswered", "refused", "reopened")
WITH_ROWS = ("form", "supplement", "nil")


@dataclass(frozen=True)
class Judged:
    """A rule in use and how its judgements came out, all forms together."""

    rule_id: str
    theme: str
    severity: str
    passed: int
    failed: int
    not_judged: int
    lacks: str | None = None  # the list of another department without which nothing could be judged

    @property
    def was_judged(self) -> bool:
        return bool(self.passed or self.failed)


@dataclass(frozen=True)
class QualityFacts:
    """One plan and period, from the marts and the lake alone."""

    month: Month
    marts: Marts

    @cached_property
    def submissions(self) -> list[dict]:
        """One row per unit that owes the period's form, in the plan's order."""
        rows = self.marts.submissions(self.month.plan_id, self.month.period)
        own = [row for row in rows if row["form"] == self.month.form and row["is_due"]]
        return sorted(own, key=lambda row: self.month.unit_order(row["unit_id"]))

    @cached_property
    def statuses(self) -> Counter:
        """How many units in which state."""
        return Counter(row["status"] for row in self.submissions)

    @cached_property
    def versions(self) -> Mapping[str, list[dict]]:
        """By unit: the versions of the period's form that came, withdrawn ones left out, in order."""
        found: dict[str, list[dict]] = {}
        own = [r for r in self.month.table("submissions") if r["form"] == self.month.form and not r["withdrawn"]]
        for row in sorted(own, key=lambda row: (row["version"], row["received_at"], row["receipt_id"])):
            found.setdefault(row["unit_id"], []).append(row)
        return found

    @cached_property
    def _standing(self) -> list[dict]:
        return self.marts.findings(self.month.plan_id, self.month.period)

    @cached_property
    def mistakes(self) -> list[dict]:
        """The findings that count: errors, what is to be checked, hints."""
        return [row for row in self._standing if row["severity"] in MISTAKES and row["theme"] != SIGNALS]

    @cached_property
    def states(self) -> list[dict]:
        """How projects and units stand; no mistakes."""
        return [row for row in self._standing if row["severity"] not in MISTAKES and row["theme"] != SIGNALS]

    @cached_property
    def signals(self) -> list[dict]:
        """What the centre may look into."""
        return [row for row in self._standing if row["theme"] == SIGNALS]

    @cached_property
    def severities(self) -> Counter:
        """How many findings of each severity."""
        return Counter(row["severity"] for row in self.mistakes)

    @cached_property
    def open_errors(self) -> list[dict]:
        """Errors that are neither corrected nor accepted."""
        return [row for row in self.mistakes if row["severity"] == "error" and row["still_open"]]

    @cached_property
    def asked(self) -> list[dict]:
        """Findings that somebody has to explain."""
        return [row for row in self.mistakes if row["answer_state"] in SETTLED + PENDING]

    @cached_property
    def answers(self) -> Counter:
        """What had to be explained, by what became of it."""
        return Counter(row["answer_state"] for row in self.asked)

    @cached_property
    def corrected(self) -> Counter:
        """By unit: errors and warnings of earlier versions that the version which counts has no more."""
        counting = {
            u: max((v["version"] for v in own if v["is_effective"]), default=0) for u, own in self.versions.items()
        }
        found = [row for row in self.month.table("findings") if _is_correctable(row, self.month.form)]
        now = {_matter(row) for row in found if row["is_effective"]}
        before = {
            _matter(row)
            for row in found
            if not row["is_effective"] and (row["version"] or 0) < counting.get(row["unit_id"], 0)
        }
        return Counter(matter[0] for matter in before - now)

    @cached_property
    def rows_read(self) -> int:
        """Project rows of the versions that count."""
        return sum(row["rows_read"] for row in self.submissions)

    @cached_property
    def rows_taken(self) -> int:
        """Those of them that were taken."""
        return sum(1 for row in self.month.reported(self.month.form) if row["is_accepted"])

    @cached_property
    def rules(self) -> list[Judged]:
        """Every rule in use, worst first, then in the order of its id."""
        found: dict[str, list[dict]] = {}
        for row in self._verdicts:
            if row["rule_state"] == IN_USE:
                found.setdefault(row["rule_id"], []).append(row)
        return sorted((_judged(rows) for rows in found.values()), key=lambda rule: rule.rule_id)

    @cached_property
    def rule_states(self) -> Counter:
        """How many rules are in use, on trial (试运行) and not in force."""
        return Counter({row["rule_id"]: row["rule_state"] for row in self._verdicts}.values())

    @cached_property
    def _verdicts(self) -> list[dict]:
        return self.marts.verdicts(self.month.plan_id, self.month.period)

    @cached_property
    def decisions(self) -> list[dict]:
        """The centre's decisions about the period, in the order they were taken."""
        return sorted(self.month.table("decisions"), key=lambda row: (row["decided_at"], row["decision_id"]))

    @cached_property
    def trend(self) -> list[dict]:
        """The periods of the same series up to this one, oldest first (``Marts.quality_by_period``)."""
        periods = self.marts.quality_by_period(self.month.plan_id, self.month.form)
        return [row for row in periods if row["period"] <= self.month.period]

    def of_unit(self, rows: Sequence[dict], unit_id: str | None) -> list[dict]:
        """Those of some rows that are a unit's."""
        return [row for row in rows if row["unit_id"] == unit_id]


def _judged(rows: Sequence[dict]) -> Judged:
    first = rows[0]
    counts = (sum(row[name] for row in rows) for name in ("passed", "failed", "not_judged"))
    lacks = next((row["lacks_zh"] for row in rows if row.get("lacks_zh")), None)
    return Judged(first["rule_id"], first["theme"], first["severity"], *counts, lacks)


def _is_correctable(row: dict, form: str) -> bool:
    return row["form"] == form and row["outcome"] == "failed" and row["severity"] in ("error", "warning")


def _matter(row: dict) -> tuple:
    """What a finding is about, the same in every version."""
    return (row["unit_id"], row["rule_id"], row["project_id"] or row["cells"], row["procedure"], row["field"])
