"""Obligations kept: what each unit owed beside what came, and the listed projects beside those reported.

Belongs here: the tables that M01, M02 and I16 are judged on.
Does not belong here: deadlines (ingestion.obligations), the rules (rules/schedule.yml, rules/identity.yml).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from ingestion.lake import BOOL, INSTANT, INT, TEXT

OBLIGATION = pa.schema(
    [
        ("form", TEXT),
        ("unit_id", TEXT),
        ("unit_name", TEXT),
        ("is_due", BOOL),
        ("due_at", INSTANT),
        ("first_readable_at", INSTANT),  # when the first version arrived that reads as the form
        ("known_at", INSTANT),
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
) -> list[dict]:
    """One row of OBLIGATION per unit that owes the form in this period."""
    readable = [s for s in submissions if s["form"] == form and s["kind"] in READABLE and not s["withdrawn"]]
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
                "submission_id": first and first["submission_id"],
                "version": first and first["version"],
            }
        )
    return found


def absences(
    listed: Iterable[Mapping], submissions: Sequence[Mapping], reported: set[str], known_before: set[str]
) -> list[dict]:
    """One row of ABSENCE per listed project whose unit has a form that counts.

    ``reported`` are the project ids of this period's rows of any unit, ``known_before`` those with accepted figures.
    """
    forms: dict[str, Mapping] = {}
    for submission in submissions:
        if submission["form"] == "monthly_dispatch" and submission["is_effective"] and submission["kind"] in READABLE:
            forms.setdefault(submission["unit_id"], submission)
    return [
        {
            "form": "monthly_dispatch",
            **{name: entry[name] for name in ("project_id", "project_name", "unit_id")},
            "source_reported": entry["unit_id"] in forms,
            "was_there": entry["project_id"] in known_before,
            "is_there": entry["project_id"] in reported,
            **{name: forms.get(entry["unit_id"], {}).get(name) for name in ("submission_id", "version", "sheet")},
        }
        for entry in listed
        if entry["is_in_base"]
    ]
