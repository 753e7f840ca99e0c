"""Filing: where a read file belongs (form, period, unit), what kind of report it is, and where its sources disagree.

Belongs here: the order in which an assignment, our tags, the sheet, the file name and the sender are believed.
Does not belong here: which version counts (versions), reading cells (reading).
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion import answers, vocabulary
from ingestion.filed_periods import Envelope, FiledPeriod, filed_period
from ingestion.forms import load_forms
from ingestion.markers import markers
from ingestion.obligations import is_weekly
from ingestion.plan_models import fold
from ingestion.plans import Plan
from ingestion.reading import Issue, Reading
from ingestion.versions import ANSWERS
from ingestion.workbook import Unreadable, open_sheets

OWN_CODES = ("period_conflict", "sender_conflict", "unknown_unit_name")


@dataclass(frozen=True)
class Filing:
    """Where a file belongs; None: nothing tells. ``problem`` is the code of what stands in the way.

    ``stated_period`` is the month or week the sheet itself speaks of.
    """

    form: str | None
    period: str | None
    unit_id: str | None
    kind: str
    problem: str | None
    issues: tuple[Issue, ...]
    stated_period: str | None = None


def file_away(plan: Plan, reading: Reading, envelope: Envelope, path: Path) -> Filing:
    """Decide where the file at ``path``, read as ``reading``, belongs."""
    if reading.tags.get("kind") == "receipt":
        returned = _returned(plan, reading, path)
        if returned:
            return returned
    kind, problem = _kind(plan, reading, envelope, path)
    form = envelope.assigned.get("form") or _form(plan, reading, envelope)
    unit_id, unit_issues = _unit(plan, reading, envelope, form)
    filed, period_issues = _period(plan, reading, envelope, form)
    if kind in ("form", "supplement", "nil"):
        missing = {"no_form": form, "no_period": filed.period, "no_unit": unit_id}
        problem = next((code for code, found in missing.items() if found is None), None)
        kind = "unreadable" if problem in ("no_form", "no_period") else kind
    return Filing(form, filed.period, unit_id, kind, problem, (*unit_issues, *period_issues), filed.stated)


def is_nil_row(values: Mapping[str, object]) -> bool:
    """Whether a detail row only says that there is nothing to report."""
    return _says_nil(values.get("project_name"))


def nearest_unit(plan: Plan, written: str) -> str | None:
    """The name of the unit that is written most like this."""
    near = difflib.get_close_matches(fold(written), list(plan.names), n=1)
    return plan.names[near[0]].name if near else None


def _returned(plan: Plan, reading: Reading, path: Path) -> Filing | None:
    """A receipt of this plan that came back with its answer sheet; our own tags tell where it belongs."""
    problem = answers.returned(plan, reading, path)
    if problem == answers.OWN:
        return None
    tags = reading.tags
    kind = "refused" if problem else ANSWERS
    return Filing(tags["form"], tags["period"], tags["unit"], kind, problem, (), tags["period"])


def _kind(plan: Plan, reading: Reading, envelope: Envelope, path: Path) -> tuple[str, str | None]:
    if reading.tags.get("kind") == "receipt":
        return "refused", answers.OWN
    named_nil = any(fold(word) in fold(envelope.file_name) for word in _words("word_nil"))
    if reading.unreadable:
        opens = reading.unreadable == "no_form_found"
        return ("nil", None) if named_nil and opens else ("unreadable", reading.unreadable)
    if reading.tags.get("plan", plan.id) != plan.id and not envelope.assigned:
        return "unreadable", "other_plan"
    if reading.is_unfilled:
        return "unreadable", "unfilled_blank"
    if not any(row.role == "detail" and not is_nil_row(row.values) for row in reading.rows):
        is_nil = named_nil or _says_nil(reading.title) or _sheet_says_nil(path, reading.sheet)
        return ("nil", None) if is_nil else ("unreadable", "empty_form")
    marks = [fold(envelope.file_name), fold(reading.title or "")]
    is_supplement = any(fold(word) in mark for word in _words("word_supplement") for mark in marks)
    return "supplement" if is_supplement else "form", None


def _form(plan: Plan, reading: Reading, envelope: Envelope) -> str | None:
    """As recognised; a file that does not read belongs to the form that its name or its sender's duties tell."""
    if reading.form:
        return reading.form
    name = fold(envelope.file_name)
    labels = {form: load_forms()[form].label_zh for form in plan.forms}
    titled = [form for form, duty in plan.forms.items() if fold(duty.title) in name or fold(labels[form]) in name]
    owed = [form for form, duty in plan.forms.items() if envelope.sender in duty.owed_by]
    if len(owed) > 1:  # what is sent on change is never missed; a month or a day in the name tells the rest apart
        named = {False: envelope.month, True: envelope.day}
        due = [form for form in owed if plan.forms[form].schedule.every != "change"]
        owed = [form for form in due if named[is_weekly(plan, form)] and not named[not is_weekly(plan, form)]]
    return next((forms[0] for forms in (titled, owed) if len(forms) == 1), None)


def _unit(plan: Plan, reading: Reading, envelope: Envelope, form: str | None) -> tuple[str | None, list[Issue]]:
    if envelope.assigned.get("unit_id"):
        return str(envelope.assigned["unit_id"]), []
    known = {unit.id: unit for unit in plan.units}
    tagged = known.get(reading.tags.get("unit", ""))
    stated = plan.unit_named(reading.stated_unit)
    sender = known.get(envelope.sender or "")
    issues = []
    if reading.stated_unit and stated is None:
        issues.append(
            _issue(reading, "unknown_unit_name", reading.stated_unit, nearest_unit(plan, reading.stated_unit))
        )
    content = stated or tagged
    other = next((unit for unit in (tagged, sender) if unit and content and unit.id != content.id), None)
    if other:
        issues.append(_issue(reading, "sender_conflict", content.name, other.name))
    only = plan.forms[form].owed_by if form in plan.forms else ()
    unit_id = next((unit.id for unit in (content, sender) if unit), only[0] if len(only) == 1 else None)
    return unit_id, issues


def _period(plan: Plan, reading: Reading, envelope: Envelope, form: str | None) -> tuple[FiledPeriod, list[Issue]]:
    filed = filed_period(plan, form, reading, envelope)
    if envelope.assigned.get("period"):
        return replace(filed, period=str(envelope.assigned["period"])), []
    issues = []
    if filed.is_conflict:
        issues.append(_issue(reading, "period_conflict", filed.stated, filed.declared))
    if filed.blank_of:
        issues.append(_issue(reading, "stale_blank", filed.blank_of, filed.period))
    return filed, issues


def _issue(reading: Reading, code: str, found: str, expected: str | None) -> Issue:
    return Issue(
        issue_code=code,
        sheet=reading.sheet,
        row=None,
        column=None,
        field=None,
        header=None,
        found=found,
        expected=expected,
    )


def _sheet_says_nil(path: Path, sheet_name: str | None) -> bool:
    try:
        sheets = open_sheets(path)
    except Unreadable:
        return False
    return any(_says_nil(v) for sheet in sheets if sheet.name == sheet_name for row in sheet.rows for v in row)


def _says_nil(text: object) -> bool:
    """The text begins (a title: ends) with the words; a note that only explains them does not count."""
    folded = fold(text) if isinstance(text, str) else ""
    if folded.startswith(tuple(fold(word) for word in markers().rows.note)):
        return False
    words = tuple(fold(word) for word in _words("word_nil"))
    return folded.startswith(words) or folded.endswith(words)


def _words(key: str) -> list[str]:
    return vocabulary.messages("intake")[key].split("|")
