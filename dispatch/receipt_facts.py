"""Receipt facts: everything a receipt says of one unit's form, before any of it is laid out.

Belongs here: which versions, rows and findings a receipt speaks of; counts of accepted, carried and missing projects.
Does not belong here: sheets (receipt_cover.py, receipt_findings.py, receipt_rows.py).
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from dispatch import refusals
from dispatch.month import ACCOUNTS, MONTHLY, WEEKLY, Month
from dispatch.receipt_changes import Change, changes
from ingestion.forms import load_forms

TURNED_AWAY = ("unreadable", "refused")
TO_ANSWER = ("unanswered", "refused", "reopened")
CENTRE_ONLY = "signals"  # what the centre looks into before anybody is asked


@dataclass(frozen=True)
class Receipt:
    """One unit's form of one period; it speaks of the versions that count and of the latest one.

    ``status`` is the unit's state in fct_submission (None for a form nobody owes). ``is_check``: nothing was handed
    in, this is what would be made of it.
    """

    month: Month
    form: str
    unit_id: str
    latest: dict
    status: str | None
    is_check: bool = False

    @property
    def unit_name(self) -> str:
        """The unit as the plan calls it."""
        return self.month.unit_name(self.unit_id)

    @property
    def form_label(self) -> str:
        """The form's short name."""
        return load_forms()[self.form].label_zh

    @cached_property
    def versions(self) -> list[dict]:
        """All versions received, in order."""
        own = [row for row in self.month.table("submissions") if self._is_own(row)]
        return sorted(own, key=lambda row: (row["version"], row["receipt_id"]))

    @cached_property
    def spoken_of(self) -> set[str]:
        """The submissions whose rows and findings stand in the receipt."""
        return {row["submission_id"] for row in self.versions if row["is_effective"]} | {self.latest["submission_id"]}

    @cached_property
    def rows(self) -> list[dict]:
        """The rows as read."""
        return [row for row in self.month.rows(self.form) if row["submission_id"] in self.spoken_of]

    @cached_property
    def findings(self) -> list[dict]:
        """Every finding that counts, of the file and of the unit: as many as ``fct_finding`` has."""
        return [
            row
            for row in self.month.table("findings")
            if self._is_own(row) and row["outcome"] == "failed" and row["is_effective"] and row["theme"] != CENTRE_ONLY
        ]

    @cached_property
    def to_answer(self) -> list[dict]:
        """The warnings that the unit must explain, or explain better."""
        return [row for row in self.findings if row["severity"] == "warning" and row["answer_state"] in TO_ANSWER]

    def is_caused_by_error(self, finding: dict) -> bool:
        """Whether a finding stands under an error: it goes when that is put right."""
        return finding["group_head"] in self._errors

    @cached_property
    def _errors(self) -> set[str]:
        return {row["finding_id"] for row in self.findings if row["severity"] == "error"}

    @cached_property
    def severities(self) -> Counter:
        """How many findings of each severity."""
        return Counter(finding["severity"] for finding in self.findings)

    @cached_property
    def obligation(self) -> dict | None:
        """What the plan asks of the unit for this form and period."""
        return next((row for row in self.month.table("obligations") if self._is_own(row)), None)

    @property
    def is_turned_away(self) -> bool:
        """Whether the latest file could not be taken at all."""
        return self.latest["kind"] in TURNED_AWAY

    @cached_property
    def rows_in_file(self) -> int:
        """Rows in the files, as the reader counted them."""
        return sum(row["rows_read"] or 0 for row in self.versions if row["submission_id"] in self.spoken_of)

    @cached_property
    def rows_judged(self) -> int:
        """Project rows that stand in the lake and were judged."""
        return sum(1 for row in self.rows if row["row_role"] == "detail")

    @cached_property
    def rows_accepted(self) -> int:
        """Project rows that were taken; a list is taken as a whole."""
        if self.form not in ACCOUNTS:
            return sum(1 for row in self.month.table("project_list") if row["submission_id"] in self.spoken_of)
        return sum(1 for row in self._reported if row["is_accepted"])

    @cached_property
    def rows_refused(self) -> int:
        """Project rows that stay out until they are corrected."""
        return sum(1 for row in self._reported if not row["is_accepted"])

    @cached_property
    def items_refused(self) -> int:
        """Single procedures that stay out, of projects whose row was taken."""
        if self.form != WEEKLY:
            return 0
        taken = {row["project_id"] for row in self._reported if row["is_accepted"]}
        return sum(
            1
            for row in self.month.table("reported_procedure_items")
            if row["submission_id"] in self.spoken_of and row["project_id"] in taken and not row["is_accepted"]
        )

    @cached_property
    def is_sheet_refused(self) -> bool:
        """Whether something refuses the latest file as a whole."""
        return not self.rows_accepted and bool(refusals.of_sheet(self.month, self.latest["submission_id"]))

    @cached_property
    def projects(self) -> dict[str, dict]:
        """The unit's projects: those on the list for the monthly form, those with accepted rows for the others."""
        if self.form == MONTHLY:
            return {key: row for key, row in self.month.projects().items() if row["unit_id"] == self.unit_id}
        accepted = self.month.accepted(self.form)
        return {row["project_id"]: row for row in accepted if row["unit_id"] == self.unit_id}

    @cached_property
    def carried(self) -> dict[str, str]:
        """Projects carried forward, with the period their figures come from."""
        return {key: row["carried_from"] for key, row in self._accepted.items() if row["is_carried_forward"]}

    @cached_property
    def missing(self) -> list[str]:
        """Projects on the list without any figure."""
        return [key for key in self.projects if key not in self._accepted]

    @cached_property
    def previous(self) -> dict | None:
        """The version of the same kind before the latest one."""
        before = [
            row
            for row in self.versions
            if row["version"] < self.latest["version"] and not row["withdrawn"] and row["kind"] == self.latest["kind"]
        ]
        return before[-1] if before else None

    @cached_property
    def changes(self) -> list[Change]:
        """What the latest version says differently from the one before."""
        if self.previous is None:
            return []
        return changes(self._rows_of(self.previous), self._rows_of(self.latest), self.fields)

    @cached_property
    def fields(self) -> list[str]:
        """The keys of a row in the order of the form's columns."""
        return [column.key for column in self.month.columns(self.form)]

    @cached_property
    def _reported(self) -> list[dict]:
        return [row for row in self.month.reported(self.form) if row["submission_id"] in self.spoken_of]

    @cached_property
    def _accepted(self) -> dict[str, dict]:
        rows = self.month.accepted(self.form)
        return {row["project_id"]: row for row in rows if row["project_id"] in self.projects}

    def _rows_of(self, submission: dict) -> list[dict]:
        return [row for row in self.month.rows(self.form) if row["submission_id"] == submission["submission_id"]]

    def _is_own(self, row: dict) -> bool:
        return (row["form"], row["unit_id"]) == (self.form, self.unit_id)
