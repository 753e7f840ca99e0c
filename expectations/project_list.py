"""Project list: the centre's list in force on a given day, put together from its versions in order.

Belongs here: which version counts, what its changes (调入、调出、终止、移交、改名) do, who vanished without a word.
Does not belong here: reading a version (ingestion), judging its cells (rules/).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from expectations.catalogue import rules_at
from expectations.identity import Matcher, own_id
from ingestion import lake
from ingestion.lake import LIST_FIELDS
from ingestion.obligations import previous_period
from ingestion.plans import Plan

OUT = ("transferred_out", "terminated")
FORM = "project_list"
_READ = ["row_role", "submission_id", "sheet", "row", *LIST_FIELDS]
_KEPT = [name for name in LIST_FIELDS if name not in ("serial_no", "responsible_unit")]


@dataclass(frozen=True)
class ListVersion:
    """One version of the list as received, with its detail rows."""

    submission: Mapping
    period: str
    rows: Sequence[Mapping]
    is_refused: bool

    @property
    def effective_date(self) -> date:
        """The day it takes effect; the first of its month where the sheet does not say a readable day."""
        return self.submission["effective_date"] or date.fromisoformat(f"{self.period}-01")

    @property
    def edition(self) -> tuple[str, str]:
        """What a later receipt of the same list replaces: the version it calls itself, else the month's."""
        label = self.submission["list_version"]
        return ("", label) if label else (self.period, "")

    @property
    def order(self) -> tuple:
        return (self.effective_date, self.submission["received_at"], self.submission["submission_id"])


@dataclass
class Standing:
    """The list on a day: its projects by id, the ids of every version's rows, and who each version leaves out."""

    entries: dict[str, dict] = field(default_factory=dict)
    row_ids: dict[tuple[str, str, int], str] = field(default_factory=dict)
    absences: list[dict] = field(default_factory=list)
    has_list: bool = False


def filed_periods(root: Path, plan_id: str, period: str, earliest: bool) -> list[str]:
    """The months whose lists are judged with ``period``: its own, and for the earliest period all before it."""
    found = sorted(path.stem for path in (root / f"rows_{FORM}" / plan_id).glob("*.parquet"))
    return [name for name in found if name == period or (earliest and name < period)]


def versions(root: Path, plan_id: str, until: str) -> list[ListVersion]:
    """Every version filed under a month up to ``until``, in the order in which they take effect."""
    found = [
        version for name in filed_periods(root, plan_id, until, True) for version in _of_period(root, plan_id, name)
    ]
    return sorted(found, key=lambda version: version.order)


def standing(plan: Plan, found: Sequence[ListVersion], cutoff: date, released: set[tuple[str, str]]) -> Standing:
    """The list in force on ``cutoff``. ``released`` are (period, project_id) whose absence the centre accepted."""
    last = {version.edition: version for version in found if not version.is_refused}
    counting = {version.submission["submission_id"] for version in last.values()}
    out, matcher = Standing(), Matcher(())
    for version in found:
        ids = _ids(version, matcher)
        out.row_ids |= ids
        if version.submission["submission_id"] not in counting or version.effective_date > cutoff:
            continue
        there = set(ids.values())
        if out.has_list and version.submission["kind"] == "form":
            _note_absences(out, version, there, released)
        for row in version.rows:
            entry = _entry(plan, version, row, ids[_place(row)])
            out.entries[entry["project_id"]] = entry
            matcher.add(entry)
        out.has_list = True
    for entry in out.entries.values():
        _settle(plan, entry, cutoff)
    return out


def _of_period(root: Path, plan_id: str, period: str) -> Iterable[ListVersion]:
    rows: dict[str, list[dict]] = {}
    for row in lake.read(root, f"rows_{FORM}", plan_id, period, _READ):
        if row["row_role"] == "detail":
            rows.setdefault(row["submission_id"], []).append(row)
    rules = rules_at(date.fromisoformat(f"{period}-01"))
    refusing = {code for rule in rules if rule.refuses == "sheet" and not rule.trial for code in rule.issue_codes}
    refused = {i["submission_id"] for i in lake.read(root, "issues", plan_id, period) if i["issue_code"] in refusing}
    for submission in lake.read(root, "submissions", plan_id, period):
        name = submission["submission_id"]
        if submission["form"] == FORM and name in rows:
            yield ListVersion(submission, period, rows[name], submission["withdrawn"] or name in refused)


def _ids(version: ListVersion, matcher: Matcher) -> dict[tuple[str, str, int], str]:
    """The project each row means: one the list already has, else its own id."""
    found, own = {}, Matcher(())
    claimed = matcher.claimed(row["project_code"] for row in version.rows)
    for row in version.rows:
        code, names = row["project_code"], (row["project_name"], row["former_name"])
        project_id = matcher.match(code, *names, claimed=claimed)
        project_id = project_id or own.match(code, row["project_name"], claimed=own.coded)
        if project_id is None:
            project_id = own_id(code, row["project_name"], "!".join(map(str, _place(row))))
            own.add({**row, "project_id": project_id, "former_name": None})
        found[_place(row)] = project_id
    return found


def _place(row: Mapping) -> tuple[str, str, int]:
    return row["submission_id"], row["sheet"], row["row"]


def _note_absences(out: Standing, version: ListVersion, there: set[str], released: set[tuple[str, str]]) -> None:
    """Every project in force before, beside whether the new version has it; the centre may have let it go."""
    submission = version.submission
    for project_id, entry in out.entries.items():
        if entry["change_kind"] in OUT or entry.get("is_released"):
            continue
        out.absences.append(
            {
                "form": FORM,
                "project_id": project_id,
                "project_name": entry["project_name"],
                "source_reported": True,
                "was_there": True,
                "is_there": project_id in there,
                "filed_under": version.period,
                **{name: submission[name] for name in ("unit_id", "submission_id", "version", "sheet")},
            }
        )
        entry["is_released"] = project_id not in there and (version.period, project_id) in released


def _entry(plan: Plan, version: ListVersion, row: Mapping, project_id: str) -> dict:
    unit = plan.unit_named(row["responsible_unit"]) if row["responsible_unit"] else None
    return {
        "project_id": project_id,
        "list_version": version.submission["list_version"],
        "effective_date": version.effective_date,
        "unit_id": unit.id if unit else None,
        **{name: row[name] for name in ("submission_id", "sheet", "row", *_KEPT)},
    }


def _settle(plan: Plan, entry: dict, cutoff: date) -> None:
    """What a change that takes effect on a later day than the cutoff does not do yet."""
    happened = (entry["change_date"] or entry["effective_date"]) <= cutoff
    kind = entry["change_kind"]
    gone = kind in OUT and happened
    not_yet = kind == "transferred_in" and not happened
    entry["is_in_base"] = not (gone or not_yet or entry.pop("is_released", False))
    if kind == "handed_over" and not happened and entry["former_unit"]:
        former = plan.unit_named(entry["former_unit"])
        entry["unit_id"] = former.id if former else entry["unit_id"]


def is_earliest(plan: Plan, period: str, every: Sequence[str]) -> bool:
    """Whether no month before this one is judged, so that older lists are judged with it."""
    return previous_period(period) not in every
