"""Obligations kept: what each unit owed beside what came, and the listed projects beside those reported.

Belongs here: the tables that M01–M03, M06, M07 and I16 are judged on.
Does not belong here: deadlines (ingestion.obligations), the rules (rules/schedule.yml, rules/identity.yml).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from ingestion.lake import BOOL, INSTANT, INT, TEXT
from ingestion.obligations import MONTHLY

OBLIGATION = pa.schema(
    [
        ("form", TEXT),
        ("unit_id", TEXT),
        ("unit_name", TEXT),
        ("is_due", BOOL),
        ("due_at", INSTANT),
        ("first_readable_at", INSTANT),  # when the first version arrived that reads as the form
        ("known_at", INSTANT),
        ("versions", INT),  # whole forms received, withdrawn ones left out
        ("units_of_editor", INT),  # units whose file was last saved by the same person; NULL: the file does not say
        ("sender_is_contact", BOOL),  # NULL: no list of contacts, nobody listed for the unit, or no sender written down
        ("submission_id", TEXT),
        ("version", INT),
    ]
)
ABSENCE = pa.schema(
    [
        ("form", TEXT),
        ("project_id", TEXT),
        ("project_name", TEXT),
        ("unit_id", TEXT),
        ("source_reported", BOOL),  # the unit (or the list's new version) is there
        ("was_there", BOOL),
        ("is_there", BOOL),
        ("submission_id", TEXT),
        ("version", INT),
        ("sheet", TEXT),
    ]
)
READABLE = ("form", "supplement", "nil")


def kept(
    form: str,
    obligations: Iterable[Mapping],
    submissions: Sequence[Mapping],
    names: Mapping[str, str],
    known_at: datetime,
    is_contact: Callable[[str, int], bool | None] = lambda unit_id, receipt_id: None,
) -> list[dict]:
    """One row of OBLIGATION per unit that owes the form in this period.

    ``is_contact`` says of a unit and a receipt whether one of the unit's contacts handed it in.
    """
    readable = [s for s in submissions if s["form"] == form and s["kind"] in READABLE and not s["withdrawn"]]
    editors = _units_of_editors(readable)
    found = []
    for owed in (o for o in obligations if o["form"] == form):
        first = min(
            (s for s in readable if s["unit_id"] == owed["unit_id"]),
            key=lambda s: (s["received_at"], s["version"], s["submission_id"]),
            default=None,
        )
        found.append(
            {
                **{name: owed[name] for name in ("form", "unit_id", "is_due", "due_at")},
                "unit_name": names.get(owed["unit_id"], owed["unit_id"]),
                "first_readable_at": first and first["received_at"],
                "known_at": known_at,
                "versions": sum(s["unit_id"] == owed["unit_id"] and s["kind"] == "form" for s in readable),
                "units_of_editor": editors.get(owed["unit_id"]),
                "sender_is_contact": is_contact(owed["unit_id"], first["receipt_id"]) if first else None,
                "submission_id": first and first["submission_id"],
                "version": first and first["version"],
            }
        )
    return found


def _units_of_editors(readable: Sequence[Mapping]) -> dict[str, int]:
    """By unit: how many units' counting files were last saved by the person who last saved this unit's."""
    units: dict[str, set[str]] = {}
    counting = [s for s in readable if s["is_effective"] and s["editor_digest"]]
    for submission in counting:
        units.setdefault(submission["editor_digest"], set()).add(submission["unit_id"])
    return {s["unit_id"]: len(units[s["editor_digest"]]) for s in counting}


def absences(
    listed: Iterable[Mapping],
    submissions: Sequence[Mapping],
    reported: set[str],
    known_before: set[str],
    form: str = MONTHLY,
) -> list[dict]:
    """One row of ABSENCE per listed project whose unit has a form that counts.

    ``reported`` are the project ids of this period's rows of any unit, ``known_before`` those with accepted figures.
    """
    forms: dict[str, Mapping] = {}
    for submission in submissions:
        if submission["form"] == form and submission["is_effective"] and submission["kind"] in READABLE:
            forms.setdefault(submission["unit_id"], submission)
    return [
        {
            "form": form,
            **{name: entry[name] for name in ("project_id", "project_name", "unit_id")},
            "source_reported": entry["unit_id"] in forms,
            "was_there": entry["project_id"] in known_before,
            "is_there": entry["project_id"] in reported,
            **{name: forms.get(entry["unit_id"], {}).get(name) for name in ("submission_id", "version", "sheet")},
        }
        for entry in listed
        if entry["is_in_base"]
    ]
