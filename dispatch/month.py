"""Month: what the lake knows of one plan and period (a month, or a week of the campaign), as every dispatch needs it.

Belongs here: the lake's rows of one plan and period, names of units, the heading every sheet carries.
Does not belong here: figures that the warehouse computes (marts.py), layout (workbook_style.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from dispatch import wording
from dispatch.wording import said, say
from ingestion import lake, vocabulary
from ingestion.forms import Column, load_forms, spread
from ingestion.obligations import MONTHLY, WEEKLY, forms_of, leading_form
from ingestion.plans import Plan, parse_plan
from ingestion.register import Receipt, Register
from ingestion.workspace import Workspace

LIST = "project_list"
ACCOUNTS = {MONTHLY: "investment", WEEKLY: "procedures", "pipeline": "pipeline", "funds": "funds"}  # tables of a form
SECOND_PAGE = "status_code"  # money stands on the first page of paper, progress and dates on the second
PROCEDURES_ON_A_PAGE = 2
SEVERITIES = ("error", "warning", "info", "state")  # worst first


class Month:
    """One plan and period of a workspace; tables are read when first asked for."""

    def __init__(self, ws: Workspace, plan_id: str, period: str):
        self.ws, self.plan_id, self.period = ws, plan_id, period
        self._tables: dict[str, list[dict]] = {}

    def table(self, name: str) -> list[dict]:
        """The rows of one lake table for this plan and period."""
        if name not in self._tables:
            self._tables[name] = lake.read(self.ws.lake, name, self.plan_id, self.period)
        return self._tables[name]

    def rows(self, form: str) -> list[dict]:
        """The rows of a form as read, all versions; a project's procedures stand in its row as ``eia.done_date``."""
        return self._rows_with_items if form == WEEKLY else self.table(f"rows_{form}")

    def reported(self, form: str) -> list[dict]:
        """The rows of a form that count, as reported; a project list has no such account."""
        return self.table(f"reported_{ACCOUNTS[form]}") if form in ACCOUNTS else []

    def accepted(self, form: str) -> list[dict]:
        """The rows of a form that were adopted or carried forward."""
        return self.table(f"accepted_{ACCOUNTS[form]}") if form in ACCOUNTS else []

    @cached_property
    def _rows_with_items(self) -> list[dict]:
        rows = {address(row): dict(row) for row in self.table("rows_procedures")}
        for item in self.table("rows_procedure_items"):
            row, prefix = rows[address(item)], f"{item['procedure']}."
            row |= {prefix + name: item[name] for name in lake.PROCEDURE_ITEM_FIELDS}
            for name in ("columns", "raw", "headers"):
                row[name] = row[name] | {prefix + field: text for field, text in item[name].items()}
        return list(rows.values())

    @cached_property
    def form(self) -> str:
        """The form whose deadlines make this period: the monthly one, or the weekly one of procedures."""
        return leading_form(self.period)

    @cached_property
    def forms(self) -> list[str]:
        """The plan's forms that are filed in this period, the one that is owed first."""
        return sorted(forms_of(self.plan, self.period), key=lambda form: form != self.form)

    def columns(self, form: str) -> list[Column]:
        """The columns of a form's edition in force, in its order; one per procedure where the form has groups."""
        procedures = [(one.id, (one.name, *one.aliases)) for one in self.plan.procedures]
        editions = [
            edition for edition in spread(load_forms()[form], procedures).editions if edition.since <= self.period
        ]
        return list(max(editions, key=lambda edition: edition.since).columns)

    def label(self, key: str) -> str:
        """The heading of a field, with its procedure in front where the key names one."""
        procedure, _, field = key.rpartition(".")
        label = wording.field_label(field)
        return say("of_procedure", procedure=self.plan.procedure(procedure).name, label=label) if procedure else label

    @cached_property
    def known_at(self) -> datetime:
        """The instant of knowledge of this build."""
        return self.table("plans")[0]["known_at"]

    @cached_property
    def plan(self) -> Plan:
        """The plan's version in force at the instant of knowledge."""
        version = Register(self.ws.register).plan_at(self.plan_id, self.known_at)
        return parse_plan(version.text, f"{self.plan_id}.yml")

    @cached_property
    def units(self) -> dict[str, dict]:
        """Units by id in the plan's order."""
        return {row["unit_id"]: row for row in sorted(self.table("units"), key=lambda row: row["sort_order"])}

    def unit_name(self, unit_id: str | None) -> str:
        """The name of a unit; a form whose unit nobody knows yet says so."""
        unit = self.units.get(unit_id or "")
        return unit["unit_name"] if unit else say("unit.unknown")

    def unit_order(self, unit_id: str | None) -> int:
        """The place of a unit in the plan; unknown ones come last."""
        return list(self.units).index(unit_id) if unit_id in self.units else len(self.units)

    @cached_property
    def cutoff(self) -> date | None:
        """The day the figures speak of."""
        return next((row["cutoff_date"] for row in self.table("obligations") if row["form"] == self.form), None)

    @cached_property
    def list_version(self) -> str:
        """The versions of the project list in use, as the list states them."""
        return say("list_joint").join(sorted({row["list_version"] or "" for row in self.table("project_list")} - {""}))

    @cached_property
    def receipts(self) -> dict[int, Receipt]:
        """What the register holds of the plan's files, by number, as known."""
        known = Register(self.ws.register).receipts(self.plan_id, self.known_at)
        return {receipt.receipt_id: receipt for receipt in known}

    def problem(self, receipt_id: int) -> str:
        """What stood in the way of a file, in words."""
        receipt = self.receipts.get(receipt_id)
        return said("problem", receipt.problem if receipt else None)

    def form_title(self, form: str) -> str:
        """The plan's own words for a form."""
        return self.plan.forms[form].title

    def basis(self, account: str) -> str:
        """The line under every title: 截至日期, 名单版本 (of a month), 口径."""
        return say(
            "basis" if self.form == MONTHLY else "basis_of_week",
            cutoff=wording.day(self.cutoff) or say("none"),
            list_version=self.list_version or say("none"),
            account=account,
        )

    def later_dates(self, form: str) -> str:
        """When a form of this period is locked and its figures are told; empty where the plan states neither."""
        owed = next((row for row in self.table("obligations") if row["form"] == form and row["is_due"]), None)
        return wording.later_dates(owed["lock_at"], owed["publish_at"]) if owed else ""

    def folder(self) -> Path:
        """Where everything of this plan and period goes out."""
        return self.ws.outbox / self.plan_id / self.period

    def projects(self) -> dict[str, dict]:
        """The projects that stand on the list at the cutoff, by id in the list's order."""
        return {
            row["project_id"]: row for row in sorted(self.table("project_list"), key=_list_place) if row["is_in_base"]
        }

    def latest(self, form: str) -> dict[str, dict]:
        """Each known unit's latest submission of a form that was not withdrawn, readable or not."""
        received = [row for row in self.table("submissions") if row["form"] == form and not row["withdrawn"]]
        return {row["unit_id"]: row for row in sorted(received, key=_arrival) if row["unit_id"] in self.units}


def field_of(key: str) -> str:
    """The vocabulary's field of a row's key.

    >>> field_of("eia.done_date"), field_of("project_name")
    ('done_date', 'project_name')
    """
    return key.rpartition(".")[2]


def kind_of(key: str) -> str:
    """The vocabulary's type of a row's key."""
    return vocabulary.fields()[field_of(key)].type


def page_breaks(keys: Sequence[str]) -> list[int]:
    """The places where a wide form turns to another sheet of paper: from money to progress; before its procedures and
    after every second of them."""
    if SECOND_PAGE in keys:
        return [keys.index(SECOND_PAGE)]
    groups = dict.fromkeys(key.rpartition(".")[0] for key in keys if "." in key)
    starts = [next(place for place, key in enumerate(keys) if key.startswith(f"{group}.")) for group in groups]
    return starts[::PROCEDURES_ON_A_PAGE]


def address(row: Mapping) -> tuple:
    """Where a row stands: submission, sheet and row."""
    return (row["submission_id"], row["sheet"], row["row"])


def _list_place(row: dict) -> tuple:
    return (row["submission_id"] or "", row["sheet"] or "", row["row"] or 0, row["project_id"])


def _arrival(row: dict) -> tuple:
    return (row["version"], row["received_at"], row["receipt_id"])


def worst(severities: Iterable[str]) -> str:
    """The worst of some severities.

    >>> worst(["info", "error", "warning"])
    'error'
    """
    return min(severities, key=SEVERITIES.index)
