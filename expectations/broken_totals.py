"""Broken totals: who is to blame when a total is not the sum of what stands under it.

Belongs here: telling a wrong detail cell from a wrong total cell or a wrong subtotal, the findings of X01–X05, X13.
Does not belong here: the sums (totals), the tolerance (rules/totals.yml), the culprits inside a row (culprits).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import duckdb

from expectations import totals, what_if
from expectations.catalogue import checks
from expectations.findings import Notes, ranges
from expectations.judged_totals import JudgedTotals
from expectations.layouts import Layouts
from expectations.rule import TOTALS, Rule

CENT = Decimal("0.01")  # of a rate's last place, where it is worked out


@dataclass(frozen=True)
class Correction:
    """A figure that a row's own checks say should be another."""

    row_key: int
    field: str
    reported: Decimal
    value: Decimal


Groups = dict[tuple, list[dict]]


def entries_over(
    connection: duckdb.DuckDBPyConnection, rows: Mapping[int, object], covered: totals.Covered
) -> dict[tuple[int, str], list[int]]:
    """By (row key, field): the entries of offered_totals whose sums hold that cell."""
    over: dict[int, list[int]] = defaultdict(list)
    for total, members in covered.items():
        for member in members:
            if member in rows:
                over[member].append(total)
    entries: dict[int, list[tuple[str, int]]] = defaultdict(list)
    query = "select total_key, field, row_key from offered_totals where details_sum is not null order by row_key"
    for total, field, key in connection.execute(query).fetchall():
        entries[total].append((field, key))
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row, above in over.items():
        for total in above:
            for field, key in entries[total]:
                found[row, field].append(key)
    return dict(found)


def findings(
    connection: duckdb.DuckDBPyConnection,
    filed,
    judged: JudgedTotals,
    corrections: Sequence[Correction],
    rules: Sequence[Rule],
    covered: totals.Covered,
) -> tuple[list[dict], Groups]:
    """Findings of ``rules`` on totals, and the groups they belong to: ("row", row, cell) or ("total", total, field).

    ``filed`` is a filed.Filed, ``covered`` what stands under each total.
    """
    desk = _Desk(connection, filed.notes, filed.layouts, corrections, covered)
    found: list[dict] = []
    groups: Groups = defaultdict(list)
    for check in checks(filed.form, *TOTALS, rules=rules):
        entries = judged.failed(check)
        desk.suppose(check.rule.id, entries)
        for entry in entries:
            finding, group = getattr(desk, f"of_{check.rule.id.lower()}")(check, entry)
            found.append(finding)
            groups[group].append(finding)
    return found, groups


class _Desk:
    """The totals of one form with everything needed to say who is to blame."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        notes: Notes,
        layouts: Layouts,
        corrections: Sequence[Correction],
        covered: totals.Covered,
    ):
        self._connection, self._notes, self._layouts = connection, notes, layouts
        self._covered, self._parts = covered, totals.parts(connection)
        self._corrections: dict[tuple[int, str], Correction] = {(c.row_key, c.field): c for c in corrections}
        self._rows: dict[int, tuple[int, dict]] = {}
        self._wrong_subtotals: dict[tuple[int, str], dict] = {}
        self._levels, self._kinds = totals.levels(connection), totals.kinds(connection)
        self._mended: set[int] = set()

    def suppose(self, rule_id: str, entries: Sequence[dict]) -> None:
        """Find out, for all failed entries of one check at once, which would hold if what is wrong under them were
        right: the details of X01, the subtotals of X02."""
        if rule_id == "X01":
            self._suspect(entries)
        under = {"X01": self._wrong_details, "X02": self._wrong_parts}.get(rule_id)
        changes = [(0, entry["row_key"], *changed) for entry in entries if under and (changed := under(entry))]
        verdicts = what_if.totals_under(self._connection, changes, rule_id)
        self._mended = {key for _, key, _, holds in verdicts if holds}

    def _suspect(self, entries: Sequence[dict]) -> None:
        """A figure that nothing in its row speaks of is corrected where several totals are off by the same amount and
        have one project in common; a grand total may follow a wrong subtotal, a level's 其中 row follows none."""
        alike: dict[tuple, list[dict]] = defaultdict(list)
        for entry in entries:
            alike[entry["submission_id"], entry["sheet"], entry["value"] - entry["details_sum"]].append(entry)
        for (*_, gap), group in alike.items():
            if {entry["total_key"] in self._levels for entry in group} != {True, False}:
                continue
            common = set.intersection(*(set(self._covered.get(entry["total_key"], ())) for entry in group))
            field = group[0]["field"]
            if len(common) == 1 and (key := next(iter(common)), field) not in self._corrections:
                query = f"select coalesce({field}, 0) from all_rows where row_key = ?"
                [reported] = self._connection.execute(query, [key]).fetchone()
                self._corrections[key, field] = Correction(key, field, reported, reported + gap)

    def of_x01(self, check, entry: dict) -> tuple[dict, tuple]:
        """A total that is not the sum of its details: a detail if correcting it mends the total, else the total."""
        total, field = entry["total_key"], entry["field"]
        details = [self._place(key) for key in self._covered.get(total, ())]
        own, letter = self._cell(total, field)
        if entry["row_key"] in self._mended:
            culprit = max(self._corrected(entry), key=lambda c: (abs(c.value - c.reported), -c.row_key))
            first, _ = self._cell(culprit.row_key, field)
            cells = [
                first,
                own,
                *ranges(entry["sheet"], letter, (row for row in details if row != self._place(culprit.row_key))),
            ]
            finding = self._notes.of_total(check, self._with_headers(entry), cells, culprit.reported, culprit.value)
            return finding, ("row", culprit.row_key, field)
        cells = [own, *ranges(entry["sheet"], letter, details)]
        self._wrong_subtotals[total, field] = entry
        finding = self._notes.of_total(check, self._with_headers(entry), cells, entry["value"], entry["details_sum"])
        return finding, ("total", total, field)

    def of_x02(self, check, entry: dict) -> tuple[dict, tuple]:
        """A total that is not the sum of its subtotals: the wrong subtotal that mends it, else the total itself."""
        total, field = entry["total_key"], entry["field"]
        parts = self._parts.get(total, [])
        own, letter = self._cell(total, field)
        others = [self._place(part) for part in parts]
        entry = self._with_headers(entry)
        if entry["row_key"] in self._mended:
            culprit = max(self._parts_amiss(entry), key=lambda part: abs(part["details_sum"] - part["value"]))
            first, _ = self._cell(culprit["total_key"], field)
            rest = ranges(entry["sheet"], letter, (row for row in others if row != culprit["row"]))
            finding = self._notes.of_total(check, entry, [first, own, *rest], culprit["value"], culprit["details_sum"])
            return finding, ("total", culprit["total_key"], field)
        cells = [own, *ranges(entry["sheet"], letter, others)]
        finding = self._notes.of_total(check, entry, cells, entry["value"], entry["subtotals_sum"])
        return finding, ("total", total, field)

    def of_x04(self, check, entry: dict) -> tuple[dict, tuple]:
        """A grand total that is not the sum of its 其中 rows, although these are all of its projects."""
        total, field = entry["total_key"], entry["field"]
        own, letter = self._cell(total, field)
        entry = self._with_headers(entry)
        kinds = self._kinds.get(total, [])
        cells = [own, *ranges(entry["sheet"], letter, map(self._place, kinds))]
        wrong = [self._wrong_subtotals[kind, field] for kind in kinds if (kind, field) in self._wrong_subtotals]
        if wrong and (total, field) not in self._wrong_subtotals:
            culprit = max(wrong, key=lambda kind: abs(kind["details_sum"] - kind["value"]))
            first, _ = self._cell(culprit["total_key"], field)
            rest = ranges(entry["sheet"], letter, (self._place(kind) for kind in kinds if kind != culprit["total_key"]))
            finding = self._notes.of_total(check, entry, [first, own, *rest], culprit["value"], culprit["details_sum"])
            return finding, ("total", culprit["total_key"], field)
        finding = self._notes.of_total(check, entry, cells, entry["value"], entry["kinds_sum"])
        return finding, ("total", total, field)

    def of_x13(self, check, entry: dict) -> tuple[dict, tuple]:
        """A rate that is not what its own row's amounts give: an amount that is no sum and mends it, else the rate."""
        total, rate = entry["total_key"], entry["field"]
        part, whole = (entry[name] for name in totals.RATES[rate])
        computed = (100 * part / whole).quantize(CENT, ROUND_HALF_UP)
        said = {**self._with_headers(entry), "computed": computed}
        wrong = next((name for name in totals.RATES[rate] if self._would_mend(entry, name)), None)
        first = wrong or rate
        cells = [
            self._cell(total, name)[0] for name in (first, *(n for n in (rate, *totals.RATES[rate]) if n != first))
        ]
        found, expected = (entry["value"], computed) if wrong is None else self._reported_and_summed(total, wrong)
        return self._notes.of_total(check, said, cells, found, expected, field=first), ("total", total, first)

    def of_x13b(self, check, entry: dict) -> tuple[dict, tuple]:
        """A rate with fewer decimals than its column."""
        return self.of_x13(check, entry)

    def _would_mend(self, entry: Mapping, name: str) -> bool:
        """Whether a rate would hold if the amount of its row that is no sum were one."""
        if (entry["total_key"], name) not in self._wrong_subtotals:
            return False
        _, right = self._reported_and_summed(entry["total_key"], name)
        amounts = ", ".join("$right" if own == name else own for own in totals.RATES[entry["field"]])
        query = f"select try(is_rate_of(value, {amounts}, half_unit(value))) from offered_totals where row_key = $entry"
        [holds] = self._connection.execute(query, {"right": right, "entry": entry["row_key"]}).fetchone()
        return bool(holds)

    def _reported_and_summed(self, total: int, field: str) -> tuple[Decimal, Decimal]:
        wrong = self._wrong_subtotals[total, field]
        return wrong["value"], wrong["details_sum"]

    def of_x03(self, check, entry: dict) -> tuple[dict, tuple]:
        """A count inside a label that is not the number of projects below."""
        total = entry["total_key"]
        own, _ = self._cell(total, self._label_field(total))
        said = self._with_headers(entry)
        finding = self._notes.of_total(check, said, [own], entry["label_count"], entry["distinct_projects"])
        return finding, ("total", total, None)

    def of_x05(self, check, entry: dict) -> tuple[dict, tuple]:
        """A summary of another sheet that is not the sum of the form's projects: both sheets are shown."""
        total, field = entry["total_key"], entry["field"]
        members = self._covered.get(total, ())
        own, _ = self._cell(total, field)
        _, letter = self._cell(members[0], field)
        cells = [own, *ranges(entry["details_sheet"], letter, map(self._place, members))]
        finding = self._notes.of_total(check, self._with_headers(entry), cells, entry["value"], entry["details_sum"])
        return finding, ("total", total, field)

    def of_x05b(self, check, entry: dict) -> tuple[dict, tuple]:
        """A summary that counts other than the form's projects."""
        return self.of_x03(check, entry)

    def _corrected(self, entry: Mapping) -> list[Correction]:
        """The corrections that the rows under a total call for."""
        under = self._covered.get(entry["total_key"], ())
        return [c for key in under if (c := self._corrections.get((key, entry["field"])))]

    def _wrong_details(self, entry: Mapping) -> tuple[Decimal, Decimal] | None:
        corrected = self._corrected(entry)
        return (sum((c.value - c.reported for c in corrected), Decimal(0)), Decimal(0)) if corrected else None

    def _parts_amiss(self, entry: Mapping) -> list[dict]:
        """The subtotals of a total that are wrong themselves."""
        parts = ((part, entry["field"]) for part in self._parts.get(entry["total_key"], ()))
        return [self._wrong_subtotals[part] for part in parts if part in self._wrong_subtotals]

    def _wrong_parts(self, entry: Mapping) -> tuple[Decimal, Decimal] | None:
        wrong = self._parts_amiss(entry)
        if not wrong or (entry["total_key"], entry["field"]) in self._wrong_subtotals:
            return None
        return Decimal(0), sum((part["details_sum"] - part["value"] for part in wrong), Decimal(0))

    def _label_field(self, key: int) -> str:
        """The field in whose column a total's label was written."""
        query = "select label, raw from all_rows where row_key = ?"
        [label, raw] = self._connection.execute(query, [key]).fetchone()
        return next((name for name, text in dict(raw or ()).items() if text == label), "project_name")

    def _with_headers(self, entry: dict) -> dict:
        _, row, _ = self._row(entry["total_key"])
        return {**entry, **row}

    def _place(self, key: int) -> int:
        return self._row(key)[0]

    def _cell(self, key: int, field: str) -> tuple[str, str]:
        row, about, columns = self._row(key)
        letter = columns.get(field) or columns.get("project_name") or ""
        return f"{about['sheet'] or ''}!{letter}{row}", letter

    def _row(self, key: int) -> tuple[int, dict, dict]:
        if not self._rows:
            query = 'select row_key, "row", sheet, unit_id, version, submission_id from all_rows'
            for found, row, sheet, unit_id, version, submission_id in self._connection.execute(query).fetchall():
                about = {"sheet": sheet, "unit_id": unit_id, "version": version, "submission_id": submission_id}
                self._rows[found] = (row, about)
        row, about = self._rows[key]
        layout = self._layouts.of(about)
        return row, {**about, "headers": layout["headers"]}, layout["columns"]
