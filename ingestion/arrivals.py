"""Arrivals: when the centre got a file and from whom, as far as people wrote it down.

Belongs here: the 收件登记 sheet, instants in folder names, a unit's name in a file name.
Does not belong here: what the file itself says (filing), putting it on record (intake).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from ingestion import vocabulary
from ingestion.contacts import person_digest
from ingestion.plain_text import visible
from ingestion.plan_models import fold
from ingestion.plans import Plan
from ingestion.settings import TIMEZONE
from ingestion.workbook import Unreadable, open_sheets

_FOLDER = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[ _T](\d{1,2})[:.\-]?(\d{2})")
_WRITTEN = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D+(\d{1,2})\D+(\d{1,2})(?!\d).*")
_HEADING_ROWS = 10  # the heading stands in one of the first rows
_SHORTEST_NAME = 3  # shorter aliases turn up inside other words of a file name


@dataclass(frozen=True)
class Arrival:
    """One row of the 收件登记 sheet; ``sender`` is a unit id, ``person`` a digest of who handed the file in."""

    received_at: datetime | None
    sender: str | None
    person: str | None = None


@dataclass(frozen=True)
class Arrivals:
    """What the 收件登记 sheet says by folded file name, and what in it could not be used."""

    by_name: Mapping[str, list[Arrival]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def of(self, file_name: str, used: Iterable[datetime] = (), likely: datetime | None = None) -> Arrival | None:
        """The row for a file: the one with the ``likely`` time, else the first not ``used`` by an earlier version."""
        rows = self.by_name.get(fold(file_name)) or self.by_name.get(fold(Path(file_name).stem)) or []
        taken = set(used)
        free = [row for row in rows if row.received_at is None or row.received_at not in taken]
        return next((row for row in free if row.received_at == likely), next(iter(free), None))


def is_arrivals_sheet(path: Path) -> bool:
    """Whether a file is the centre's own 收件登记 sheet."""
    return path.stem.strip() == vocabulary.messages("intake")["arrivals_sheet"]


def read_arrivals(path: Path, plan: Plan) -> Arrivals:
    """The 收件登记 sheet: 文件名, 收到时间, 报送单位, 报送人; a row that is not understood is left out and said."""
    words = vocabulary.messages("intake")
    try:
        sheets = open_sheets(path)
    except Unreadable as error:
        return Arrivals({}, (words["arrivals_unreadable"].format(path=path.name, detail=error.detail or error.code),))
    except (ArithmeticError, LookupError, ValueError, TypeError, RecursionError, MemoryError) as error:
        # the sheet of one's own house may be damaged like any other; the month goes on without it
        return Arrivals({}, (words["arrivals_unreadable"].format(path=path.name, detail=type(error).__name__),))
    for sheet in sheets:
        for index, row in enumerate(sheet.rows[:_HEADING_ROWS]):
            columns = _columns(row)
            if "file" in columns and "time" in columns:
                return _rows(path.name, sheet.rows, index + 1, columns, plan)
    return Arrivals({}, (words["arrivals_no_heading"].format(path=path.name),))


def _columns(row: list) -> dict[str, int]:
    words, found = vocabulary.messages("intake"), {}
    for column in ("file", "time", "sender", "person"):
        headings = {fold(heading) for heading in words[f"arrivals_{column}"].split("|")}
        places = [index for index, value in enumerate(row) if fold(str(value or "")) in headings]
        if places:
            found[column] = places[0]
    return found


def _rows(name: str, rows: list[list], start: int, columns: dict[str, int], plan: Plan) -> Arrivals:
    words = vocabulary.messages("intake")
    by_name: dict[str, list[Arrival]] = {}
    remarks: list[str] = []
    for number, row in enumerate(rows[start:], start=start + 1):
        cells = {column: row[index] if index < len(row) else "" for column, index in columns.items()}
        if not str(cells["file"] or "").strip():
            continue
        received_at = written_instant(cells["time"])
        if received_at is None and str(cells["time"] or "").strip():
            remarks.append(words["arrivals_bad_time"].format(path=name, row=number, found=visible(str(cells["time"]))))
        written = str(cells.get("sender") or "").strip()
        unit = plan.unit_named(written)
        if written and unit is None:
            remarks.append(words["arrivals_unknown_unit"].format(path=name, row=number, found=visible(written)))
        person = str(cells.get("person") or "").strip()
        arrival = Arrival(received_at, unit.id if unit else None, person_digest(person) if person else None)
        by_name.setdefault(fold(str(cells["file"])), []).append(arrival)
    return Arrivals(by_name, tuple(remarks))


def written_instant(value: object) -> datetime | None:
    """A day with a clock time as people write it; None when either is missing.

    >>> written_instant("2022年11月28日 16:40").isoformat()
    '2022-11-28T16:40:00+08:00'
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=TIMEZONE, microsecond=0) if value.tzinfo is None else value
    match = _WRITTEN.fullmatch(str(value or "").strip())
    return _instant(match) if match else None


def folder_instant(inside: PurePosixPath) -> datetime | None:
    """The instant of the nearest folder named like ``2022-11-28 1640``; ``inside`` is a path below the plan's inbox."""
    for folder in reversed(inside.parts[:-1]):
        match = _FOLDER.fullmatch(folder.strip())
        if match and (instant := _instant(match)):
            return instant
    return None


def _instant(match: re.Match) -> datetime | None:
    try:
        return datetime(*(int(part) for part in match.groups()), tzinfo=TIMEZONE)
    except ValueError:
        return None


def unit_in_name(file_name: str, plan: Plan) -> str | None:
    """The one unit whose name or alias stands in a file name; None when there is none or more than one."""
    text = fold(file_name)
    found = [name for name in plan.names if len(name) >= _SHORTEST_NAME and name in text]
    longest = [name for name in found if not any(name != other and name in other for other in found)]
    units = {plan.names[name].id for name in longest}
    return units.pop() if len(units) == 1 else None
