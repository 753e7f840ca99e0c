"""Judged totals: the totals of a form with what each of their checks says of them.

Belongs here: which entries a check is about, those that failed, what is counted.
Does not belong here: the sums (totals), who is to blame (broken_totals).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations import judging
from expectations.rule import Check

_NAMED = ("submission_id", "row", "field", "is_summary", "is_effective")


@dataclass(frozen=True)
class JudgedTotals:
    """The entries of offered_totals and one boolean per check, both by row_key."""

    offered: pa.Table
    verdicts: pa.Table

    def failed(self, check: Check) -> list[dict]:
        """The entries of which a check is not true."""
        return self.offered.filter(pc.equal(self.verdicts[check.column], False)).to_pylist()

    def entries_of(self, checks: Iterable[Check], every_version: bool) -> list[dict]:
        """rule_id, entry and verdict of every check and total it is about: of versions that count, or of every one."""
        found = []
        for check in checks:
            verdicts = self.verdicts[check.column].to_pylist()
            found += [
                {"rule_id": check.rule.id, "entry": name, "verdict": verdicts[place]}
                for place, name, is_effective in self._about.get((check.field, check.is_about_summaries), ())
                if every_version or is_effective
            ]
        return found

    @cached_property
    def _about(self) -> dict[tuple[str | None, bool], list[tuple[int, str, bool | None]]]:
        """Place, name and whether it counts of every entry, by its field and whether it is a 汇总表's."""
        found: dict[tuple[str | None, bool], list[tuple[int, str, bool | None]]] = {}
        for place, entry in enumerate(self.offered.select(_NAMED).to_pylist()):
            name = f"{entry['submission_id']}!{entry['row']}" + (f"/{entry['field']}" if entry["field"] else "")
            own = found.setdefault((entry["field"], bool(entry["is_summary"])), [])
            own.append((place, name, entry["is_effective"]))
        return found


def judge(connection: duckdb.DuckDBPyConnection, checks: Sequence[Check]) -> JudgedTotals:
    """Judge the table ``offered_totals``."""
    verdicts = judging.judge(connection, "offered_totals", "judged_totals", checks)
    offered = connection.execute("select * from offered_totals").to_arrow_table().sort_by("row_key")
    return JudgedTotals(offered, verdicts)
