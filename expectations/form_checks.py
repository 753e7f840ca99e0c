"""Form checks: what a form itself implies, in Great Expectations' own words.

Belongs here: required, code list, type, key and row count, derived from ingestion/forms and the vocabulary.
Does not belong here: rules of the catalogue (suite).
"""

from expectations.parts import ITEMS, form_of
from ingestion import lake, vocabulary
from ingestion.forms import load_forms
from ingestion.lake import TABLES
from ingestion.workspace import Workspace

TEXTS = ("text", "unit", "project_code", "usc_code", "region_code")
KEY = ("submission_id", "project_id")
KEYS = {ITEMS: (*KEY, "procedure"), "funds": (*KEY, "fund_kind")}
ASKED_OF_SOME = {(ITEMS, "procedure_state")}  # a procedure that is not needed is asked nothing more


def fields(form: str) -> list[str]:
    """The fields of a form that the lake keeps."""
    return [name for name in TABLES[f"rows_{form}"].schema.names if name in vocabulary.fields()]


def rows_read(ws: Workspace, plan_id: str, period: str, form: str) -> int | None:
    """How many project rows the versions that count brought.

    None where lists of earlier months are judged along, and for procedures, of which a row has several.
    """
    if form in ("project_list", ITEMS):
        return None
    counting = [
        s for s in lake.read(ws.lake, "submissions", plan_id, period) if s["is_effective"] and s["form"] == form
    ]
    return sum(s["rows_read"] or 0 for s in counting)


def of(form: str, columns: list[str], read: int | None) -> list[object]:
    """The expectations a form implies for a frame with the given columns; each says its theme, check and field."""
    import great_expectations.expectations as gxe

    found: list[object] = []
    required = {c.field for c in load_forms()[form_of(form)].editions[-1].columns if c.value == "required"}
    for name in (name for name in fields(form) if name in columns):
        field = vocabulary.fields()[name]
        if name in required and (form, name) not in ASKED_OF_SOME:
            found.append(
                gxe.ExpectColumnValuesToNotBeNull(column=name, severity="critical", meta=_meta("required", name))
            )
        if field.code_list:
            known = sorted(vocabulary.codes(field.code_list))
            found.append(gxe.ExpectColumnValuesToBeInSet(column=name, value_set=known, meta=_meta("code_list", name)))
        elif field.type in TEXTS:
            found.append(gxe.ExpectColumnValuesToBeOfType(column=name, type_="str", meta=_meta("type", name)))
    key = KEYS.get(form, KEY)
    if all(name in columns for name in key):
        said = {"theme": "duplicates", "check": "key", "field": key[-1]}
        found.append(gxe.ExpectCompoundColumnsToBeUnique(column_list=list(key), severity="critical", meta=said))
    if read is not None:
        count = {"theme": "structure", "check": "row_count", "field": ""}
        found.append(gxe.ExpectTableRowCountToBeBetween(max_value=read, severity="critical", meta=count))
    return found


def _meta(check: str, field: str) -> dict[str, str]:
    return {"theme": "format", "check": check, "field": field}
