"""Contacts: who may be called at a unit (联络人), from a file that stays with the centre.

Belongs here: reading ``<workspace>/contacts.csv``, telling a listed person from another without keeping a name.
Does not belong here: the message to paste (dispatch.status), who sent a file (arrivals).

Names and telephone numbers live in that one file. Nothing of it is written anywhere: not to the register, the lake, the
warehouse, a paper or a log; the register knows of a sender only a short digest.
"""

import csv
import difflib
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingestion import vocabulary
from ingestion.plain_text import visible
from ingestion.plan_models import fold
from ingestion.plans import Plan, PlanError, load_plan
from ingestion.register import Register
from ingestion.workspace import Workspace

COLUMNS = ("unit", "name", "duty", "phone", "note")
_TELEPHONE = re.compile(r"[+(（]*\d(?:.*\d){4,}.*")  # five digits, and whatever people write between and after them
_ENCODINGS = ("utf-8-sig", "gb18030")  # Excel writes a CSV in the second
_DIGITS, _DIGEST = 12, "sha256:"  # how a digest is marked where it stands for a name


@dataclass(frozen=True)
class Contact:
    """One person of a unit."""

    unit_id: str
    name: str
    duty: str
    phone: str
    note: str


@dataclass(frozen=True)
class Contacts:
    """The contacts of a plan's units by unit, and a sentence for each line that could not be used."""

    by_unit: Mapping[str, tuple[Contact, ...]] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()

    def is_listed(self, unit_id: str, person: str | None) -> bool | None:
        """Whether a sender (by digest) is one of the unit's contacts; None when nobody is named on either side."""
        listed = {person_digest(contact.name) for contact in self.by_unit.get(unit_id, ())}
        return person in listed if person and listed else None

    def digests(self) -> list[list[str]]:
        """Who is listed where, without names: what judging depends on."""
        return sorted([unit, person_digest(one.name)] for unit, listed in self.by_unit.items() for one in listed)


def contacts_of(ws: Workspace, plan: Plan) -> Contacts:
    """The contacts of a plan's units; none at all where the centre keeps no such file."""
    if not ws.contacts.exists():
        return Contacts()
    others = [other for path in sorted(ws.plans.glob("*.yml")) if (other := _plan(path)) and other.id != plan.id]
    return read_contacts(ws.contacts, plan, others)


def read_contacts(path: Path, plan: Plan, others: list[Plan] | None = None) -> Contacts:
    """The file with columns 单位, 姓名, 职务, 电话, 备注; a unit that only ``others`` have is theirs and no mistake."""
    rows, problem = _rows(path)
    if problem:
        return Contacts({}, (problem,))
    found: dict[str, tuple[Contact, ...]] = {}
    mistakes: list[str] = []
    for line, row in rows:
        unit = plan.unit_named(row["unit"])
        code, facts = _mistake(row)
        if code is None and unit is None:
            if any(other.unit_named(row["unit"]) for other in others or ()):
                continue
            code, facts = "contacts_unknown_unit", {"found": row["unit"], "near": _nearest(plan, row["unit"])}
        listed = found.get(unit.id, ()) if unit else ()
        if code is None and any(fold(one.name) == fold(row["name"]) for one in listed):
            code, facts = "contacts_twice", {"found": row["name"]}
        if code:
            mistakes.append(_said(code, path, line=line, **facts))
        else:
            found[unit.id] = (*listed, Contact(unit.id, **{name: row[name] for name in COLUMNS[1:]}))
    return Contacts(found, tuple(mistakes))


def nameless(ws: Workspace, plan: Plan) -> str:
    """The plan's contacts as a file of the same shape with digests for names and no telephones; empty: there are none.

    Whoever judges by it comes to the same findings.
    """
    words, listed = vocabulary.messages("intake"), contacts_of(ws, plan).digests()
    if not listed:
        return ""
    target = io.StringIO(newline="")
    lines = csv.writer(target, lineterminator="\n")
    lines.writerow([words[f"contacts_{name}"] for name in COLUMNS])
    lines.writerows([plan.unit(unit_id).name, f"{_DIGEST}{digest}", "", "", ""] for unit_id, digest in listed)
    return target.getvalue()


def contact_check(ws: Workspace, plan: Plan) -> Callable[[str, int], bool | None]:
    """Says of a unit and a receipt whether one of the unit's contacts handed it in; None where nobody can tell."""
    contacts = contacts_of(ws, plan)
    senders = Register(ws.register).senders() if contacts.by_unit else {}
    return lambda unit_id, receipt_id: contacts.is_listed(unit_id, senders.get(receipt_id))


def person_digest(name: str) -> str:
    """The first digits of the SHA-256 of a name, blanks and width aside; a digest that stands for a name is itself.

    >>> person_digest("王 一") == person_digest("王一") == person_digest("sha256:" + person_digest("王一"))
    True
    """
    if name.startswith(_DIGEST):
        return name.removeprefix(_DIGEST)
    return hashlib.sha256(fold(name).encode()).hexdigest()[:_DIGITS]


def _rows(path: Path) -> tuple[list[tuple[int, dict[str, str]]], str | None]:
    """The rows under the heading with their lines, or what is wrong with the file as a whole."""
    text = _text(path)
    if text is None:
        return [], _said("contacts_unreadable", path)
    words = vocabulary.messages("intake")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error:
        return [], _said("contacts_unreadable", path)
    lines = [(line, row) for line, row in lines if any(row)]
    named = {name: fold(words[f"contacts_{name}"]) for name in COLUMNS}
    heading = [fold(cell) for cell in lines[0][1]] if lines else []
    lacking = [words[f"contacts_{name}"] for name in ("unit", "name", "phone") if named[name] not in heading]
    if lacking:
        return [], _said("contacts_heading", path, lacking=words["list_separator"].join(lacking))
    places = {name: heading.index(word) for name, word in named.items() if word in heading}
    return [(line, dict(_cells(row, places))) for line, row in lines[1:]], None


def _text(path: Path) -> str | None:
    data = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _cells(row: list[str], places: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for name in COLUMNS:
        place = places.get(name)
        yield name, visible(row[place]) if place is not None and place < len(row) else ""


def _mistake(row: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    """What is wrong with a line by itself."""
    if not row["unit"]:
        return "contacts_no_unit", {}
    if not row["name"]:
        return "contacts_no_name", {"found": row["unit"]}
    if row["phone"] and not _TELEPHONE.fullmatch(row["phone"]):
        return "contacts_bad_phone", {"found": row["phone"]}
    return None, {}


def _nearest(plan: Plan, written: str) -> str:
    near = difflib.get_close_matches(fold(written), list(plan.names), n=1, cutoff=0.3)
    return vocabulary.messages("intake")["contacts_near"].format(unit=plan.names[near[0]].name) if near else ""


def _said(code: str, path: Path, **facts: object) -> str:
    return vocabulary.messages("intake")[code].format(path=path.name, **facts)


def _plan(path: Path) -> Plan | None:
    try:
        return load_plan(path)
    except PlanError:
        return None
