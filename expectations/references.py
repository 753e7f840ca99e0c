"""References: the lists of other departments beside the rows of a period.

Belongs here: which project each line of a list means, the tables that the rules of rules/references.yml are judged on,
why they cannot be judged.
Does not belong here: reading the lists (ingestion.references), the rules.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa

from expectations.identity import Matcher
from ingestion import vocabulary
from ingestion.lake import BOOL, DATE, REFERENCE_COLUMNS, TEXT
from ingestion.markers import fold
from ingestion.plans import Plan
from ingestion.reference_kinds import load_references
from ingestion.references import USED

_TYPES = dict(REFERENCE_COLUMNS)
_OWN = {
    name: [("project_name", TEXT), *[(c.column, _TYPES[c.column]) for c in kind.columns if c.column in _TYPES][2:]]
    for name, kind in load_references().items()
}
OF_PROJECTS = tuple(name for name in _OWN if name != "approvals")  # which have one line per procedure
BY_PROJECT = pa.schema([("project_id", TEXT), *((name, pa.struct(_OWN[name])) for name in OF_PROJECTS)])
APPROVALS = pa.schema([("project_id", TEXT), ("procedure", TEXT), *_OWN["approvals"]])
DATED = pa.schema([(name, DATE) for name in _OWN])  # the day each list speaks of; NULL: there is none
OUTSIDE = pa.schema(
    [
        ("form", TEXT),
        ("unit_id", TEXT),  # the centre, which keeps the project list
        ("target_id", TEXT),  # the line of the list
        ("reference", TEXT),
        ("project_code", TEXT),
        ("project_name", TEXT),
        ("level_code", TEXT),
        ("status_code", TEXT),
        ("status_counts_as", TEXT),
        ("is_listed", BOOL),  # NULL: there is no project list
    ]
)
BONDS = "special_bond"


@dataclass(frozen=True)
class Beside:
    """What lists say beside the rows of one part: their lines by project or procedure, and the days they speak of."""

    by_project: pa.Table = field(default_factory=BY_PROJECT.empty_table)
    approvals: pa.Table = field(default_factory=APPROVALS.empty_table)
    dated: pa.Table = field(default_factory=lambda: pa.Table.from_pylist([{}], schema=DATED))


@dataclass(frozen=True)
class Lists:
    """The lists of one period as the lake has them."""

    standing: Sequence[Mapping]
    rows: Sequence[Mapping]

    @cached_property
    def lacks(self) -> dict[str, str]:
        """By kind of list: why nothing can be held against it; a period without any word has no list at all."""
        said = {row["reference"]: row["message_zh"] for row in self.standing if row["state"] != USED}
        missing = vocabulary.messages("reading")["reference_missing"]
        known = {row["reference"] for row in self.standing}
        kinds = load_references()
        return said | {name: missing.format(label=kinds[name].label_zh) for name in kinds if name not in known}

    def beside(self, projects: Callable[[], Iterable[Mapping]], plan: Plan) -> Beside:
        """The lines of the lists by project; ``projects`` gives project_id, project_code, project_name, former_name."""
        if not self.rows:
            return Beside(dated=self._dated())
        matcher = Matcher(projects())
        found: dict[str, dict] = {}
        handled = []
        for row in self.rows:
            project_id = matcher.match(row["project_code"], row["project_name"])
            if project_id and row["reference"] == "approvals":
                handled += [{"project_id": project_id, "procedure": name, **row} for name in _named(plan, row)]
            elif project_id:
                own = found.setdefault(project_id, {"project_id": project_id})
                own[row["reference"]] = _together(row, own.get(row["reference"]))
        approvals = {(row["project_id"], row["procedure"]): row for row in handled}
        return Beside(
            pa.Table.from_pylist(list(found.values()), schema=BY_PROJECT),
            pa.Table.from_pylist(list(approvals.values()), schema=APPROVALS),
            self._dated(),
        )

    def outside(self, plan: Plan, form: str, listed: Sequence[Mapping], has_list: bool) -> list[dict]:
        """One row of OUTSIDE per line of the lists of the superior and of investors."""
        matcher = Matcher(entry for entry in listed if entry["is_in_base"])
        statuses = vocabulary.codes("project_statuses")
        return [
            {
                "form": form,
                "unit_id": plan.centre,
                "target_id": f"{row['reference']}/{row['project_code'] or row['project_name']}",
                **{name: row[name] for name in OUTSIDE.names if name in row},
                "status_counts_as": statuses[row["status_code"]].counts_as if row["status_code"] else None,
                "is_listed": matcher.match(row["project_code"], row["project_name"]) is not None if has_list else None,
            }
            for row in self.rows
            if row["reference"] in ("superior_list", "investors")
        ]

    def _dated(self) -> pa.Table:
        days = {row["reference"]: row["as_of"] for row in self.standing if row["state"] == USED}
        return pa.Table.from_pylist([days], schema=DATED)


def _named(plan: Plan, row: Mapping) -> list[str]:
    """The plan's procedure that a line of approvals is about; none where the plan does not follow it."""
    name = fold(row["procedure_name"] or "")
    return [one.id for one in plan.procedures if name in {fold(text) for text in (one.name, *one.aliases)}]


def _together(row: Mapping, before: Mapping | None) -> Mapping | None:
    """What several lines of one list say of one project: bonds are added up, the first permit counts, else the last."""
    if row["reference"] == "payments":
        if row["fund_kind"] != BONDS:
            return before
        return {**row, "paid_wan": (row["paid_wan"] or 0) + (before["paid_wan"] if before else 0)}
    if row["reference"] == "permits" and before and (before["done_date"], 0) <= (row["done_date"], 1):
        return before
    return row
