"""Filling: what each department writes into its form, with the habits each department has.

Belongs here: County and plan to filled forms (sheets), clean and true.
Does not belong here: spreadsheets (workbooks), mistakes (faults).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from ingestion import vocabulary
from ingestion.forms import Edition, Form, load_forms
from samples.county import County
from samples.projects import ListEntry, ListVersion
from samples.sheets import Column, Detail, Filled, arranged, columns_of
from samples.words import label, say

MONTHLY, LIST = "monthly_dispatch", "project_list"
FILE_NAMES = ("form_file_name", "form_file_name_short", "form_file_name_attached")
DATE_STYLES = ("cell", "cell", "cell", "date_dotted", "date_written")
COPIED_SHEET = "Sheet1"


@dataclass(frozen=True)
class Habits:
    """How one department writes: always the same way."""

    unit_name: str
    dates: str  # cell: a real date; else the key of a sentence
    codes: str  # label or synonym
    stars_provincial: bool
    sheet: str | None  # None: the form's own sheet name
    file_name: str


def habits(county: County, plan, unit_id: str) -> Habits:
    """The habits of a unit; the same for every period."""
    random = Random(f"{county.seed}/{county.plan_id}/{unit_id}")
    unit = plan.unit(unit_id)
    return Habits(
        unit_name=random.choice(plan.unit_prefixes or ("",)) + random.choice((unit.name, unit.name, *unit.aliases)),
        dates=random.choice(DATE_STYLES),
        codes=random.choice(("label", "label", "label", "synonym")),
        stars_provincial=random.randrange(6) == 0,
        sheet=COPIED_SHEET if random.randrange(6) == 0 else None,
        file_name=random.choice(FILE_NAMES),
    )


def monthly_form(county: County, plan, period: str, unit_id: str) -> Filled:
    """The true 月调度表 of a unit for a period; without projects it is a 零报告."""
    edition = edition_of(MONTHLY, period)
    its = habits(county, plan, unit_id)
    unit, cutoff = plan.unit(unit_id), county.cutoffs[period]
    columns = columns_of(edition)
    details = [
        (entry.project.category_code, _detail(serial, monthly_facts(county, entry, period), entry, columns, its))
        for serial, entry in enumerate(_in_groups(county.entries(period, unit_id)), start=1)
    ]
    words = {"unit": unit.name, "year": cutoff.year, "month": cutoff.month, "label": load_forms()[MONTHLY].label_zh}
    return Filled(
        plan_id=plan.id,
        form=MONTHLY,
        period=period,
        unit_id=unit_id,
        received_at=county.received[unit_id, period],
        file_name=say(its.file_name, **words),
        sheet=its.sheet or edition.sheet,
        title=edition.title.format(plan_form_title=plan.forms[MONTHLY].title, year=cutoff.year, month=cutoff.month),
        heading=(
            say("unit_row", unit=its.unit_name),
            say("cutoff_row", year=cutoff.year, month=cutoff.month, day=cutoff.day),
            say("money_row"),
        ),
        columns=columns,
        header_rows=edition.header_rows,
        notes=(say("simulated_note"), say("money_note"), say("signature_row")),
        nil=not details,
        **arranged(columns, details),
    )


def project_list(county: County, plan, version: ListVersion) -> Filled:
    """One version of the centre's list, whole: what changed stands in its own columns."""
    day = version.effective_date
    edition = edition_of(LIST, f"{day:%Y-%m}")
    columns = columns_of(edition)
    its = Habits(plan.unit(plan.centre).name, "cell", "label", False, None, "list_file_name")
    details = [
        (entry.project.category_code, _detail(serial, _list_facts(plan, entry), entry, columns, its))
        for serial, entry in enumerate(_in_groups(version.entries), start=1)
    ]
    title, name = plan.forms[LIST].title, say("list_version", version=version.version)
    return Filled(
        plan_id=plan.id,
        form=LIST,
        period=f"{day:%Y-%m}",
        unit_id=plan.centre,
        received_at=version.received_at,
        file_name=say("list_file_name", title=title, version=name),
        sheet=edition.sheet,
        title=edition.title.format(plan_form_title=title),
        heading=(
            say("list_unit_row", unit=its.unit_name),
            say("list_version_row", version=name),
            say("list_effective_row", year=day.year, month=day.month, day=day.day),
            say("money_row"),
        ),
        columns=columns,
        header_rows=edition.header_rows,
        notes=(say("simulated_note"),),
        **arranged(columns, details),
    )


def edition_of(form: str, period: str, forms: Mapping[str, Form] | None = None) -> Edition:
    """The edition that is in use in a month or a week; ``forms`` are all as they are printed by default."""
    return [edition for edition in (forms or load_forms())[form].editions if edition.since <= period][-1]


def _in_groups(entries: tuple[ListEntry, ...]) -> list[ListEntry]:
    """Entries in the order of the sheet, so that serial numbers run from top to bottom."""
    order = list(vocabulary.codes("project_categories"))
    return sorted(entries, key=lambda entry: order.index(entry.project.category_code))


def monthly_facts(county: County, entry: ListEntry, period: str) -> dict[str, object]:
    """A project's row of the monthly form, in codes, by the keys of its columns."""
    state = county.state(entry.project.project_id, period)
    return {**vars(entry.project), **vars(state), "project_name": entry.project_name}


def _list_facts(plan, entry: ListEntry) -> dict[str, object]:
    return {
        **vars(entry.project),
        "project_name": entry.project_name,
        "responsible_unit": plan.unit(entry.unit_id).name,
        "former_unit": plan.unit(entry.former_unit_id).name if entry.former_unit_id else None,
        "former_name": entry.former_name,
        "change_kind": entry.change_kind,
        "change_date": entry.change_date,
        "change_document": entry.change_document,
    }


def _detail(
    serial: int, facts: Mapping[str, object], entry: ListEntry, columns: tuple[Column, ...], its: Habits
) -> Detail:
    cells = {
        column.key: written(column, facts[column.key], its) for column in columns if facts.get(column.key) is not None
    }
    cells["serial_no"] = serial
    if its.stars_provincial and entry.project.level_code == "provincial":
        cells["project_name"] = say("decorated_name", name=cells["project_name"])
    return Detail(entry.project.project_id, entry.project.level_code, cells)


def written(column: Column, value: object, its: Habits) -> object:
    """A value as this department writes it."""
    if column.kind.startswith("code:"):
        code_list = column.kind.removeprefix("code:")
        synonyms = vocabulary.codes(code_list)[value].synonyms
        return synonyms[0] if its.codes == "synonym" and synonyms else label(code_list, value)
    if isinstance(value, date) and its.dates != "cell":
        return say(its.dates, year=value.year, month=value.month, day=value.day)
    return value
