"""References: the lists of other departments in ``<workspace>/reference``, read into the lake for a period.

Belongs here: which file counts for a period, its rows as typed values, a sentence for all that could not be taken.
Does not belong here: which kinds there are (reference_kinds), what is held against them (expectations.references).

A file that cannot be read stops nothing: its rules are not judged, and the sentence says why.
"""

import csv
import hashlib
import io
import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ingestion import lake, vocabulary
from ingestion.cells import Problem, Repaired
from ingestion.dates import day_of
from ingestion.markers import fold
from ingestion.obligations import cutoff_date, is_week
from ingestion.plain_text import visible
from ingestion.plans import Plan
from ingestion.reference_kinds import Reference, ReferenceColumn, load_references
from ingestion.workbook import Unreadable, column_letter, open_sheets
from ingestion.workspace import Workspace

SUFFIXES = (".csv", ".xlsx", ".xlsm", ".xls")
USED, MISSING, LATER, UNUSABLE = "used", "missing", "later", "unusable"
_ENCODINGS = ("utf-8-sig", "gb18030")  # Excel writes a CSV in the second
_HEADER_WITHIN = 10
_NAMED_DAY = re.compile(r"(?<!\d)(20\d\d)\D?(0[1-9]|1[0-2]|[1-9](?!\d))(?:\D?(3[01]|[12]\d|0[1-9]|[1-9](?!\d)))?(?!\d)")


@dataclass(frozen=True)
class ReferenceFile:
    """One file as it reads: the day its rows speak of, the rows, and what could not be taken; ``fatal``: nothing."""

    reference: str
    file_name: str
    sha256: str
    as_of: date | None
    rows: tuple[dict, ...]
    problems: tuple[str, ...]
    fatal: bool


def write(derived: Workspace, ws: Workspace, plan: Plan, period: str, known_on: date | None) -> None:
    """Write what the lists say for a period into the lake: ``references`` and ``reference_rows``.

    ``known_on``: the day of a look back, after which no list is known; None today.
    """
    files = _files(ws.reference)
    chosen = {name: _chosen(files, name, _until(plan, period, known_on)) for name in load_references()}
    lake.write(derived.lake, "references", plan.id, period, [_standing(name, *one) for name, one in chosen.items()])
    rows = [
        {"reference": name, "file_row": number, **{key: row[key] for key in row if key != "listed_on"}}
        for name, (state, file, _) in chosen.items()
        if state == USED
        for number, row in file.rows
    ]
    lake.write(derived.lake, "reference_rows", plan.id, period, rows)


def read_file(path: Path, kind: Reference) -> ReferenceFile:
    """A file of a kind, read whole; nothing is raised."""
    data = path.read_bytes()
    return _read(path, hashlib.sha256(data).hexdigest(), kind.reference)


@lru_cache(maxsize=64)
def _read(path: Path, sha256: str, reference: str) -> ReferenceFile:
    """A file is read once, however many periods it is held against."""
    kind, data = load_references()[reference], path.read_bytes()
    named = _day_in(path.stem.removeprefix(kind.label_zh))
    try:
        table = _table(path, data)
        header, places = _header(table, kind)
    except _Refused as refusal:
        told = _say(refusal.key, file=visible(path.name), **refusal.words)
        return ReferenceFile(kind.reference, path.name, sha256, named, (), (told,), fatal=True)
    rows, problems = _rows(path.name, table, header, places)
    listed_on = max((row["listed_on"] for _, row in rows if row.get("listed_on")), default=None)
    as_of = listed_on or named
    if as_of is None:
        undated = _say("reference_undated", file=visible(path.name), label=kind.label_zh)
        return ReferenceFile(kind.reference, path.name, sha256, None, (), (undated, *problems), fatal=True)
    return ReferenceFile(kind.reference, path.name, sha256, as_of, tuple(rows), tuple(problems), fatal=False)


class _Refused(Exception):
    """A file of which nothing can be used; ``key`` names the sentence, ``words`` fill it."""

    def __init__(self, key: str, **words: object):
        super().__init__(key)
        self.key, self.words = key, words


def _files(folder: Path) -> list[ReferenceFile]:
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir()):
        kind = next((kind for kind in load_references().values() if path.name.startswith(kind.label_zh)), None)
        if kind and path.suffix.lower() in SUFFIXES and path.is_file():
            found.append(read_file(path, kind))
    return found


def strangers(folder: Path) -> list[str]:
    """A sentence for each file in the folder that is named after no kind of list."""
    labels = [kind.label_zh for kind in load_references().values()]
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    unknown = [
        name
        for name in names
        if not (name.startswith(tuple(labels)) and name.lower().endswith(SUFFIXES)) and not name.startswith((".", "~"))
    ]
    return [
        _say("reference_unknown", file=visible(name), labels=_say("reference_joint").join(labels)) for name in unknown
    ]


def _until(plan: Plan, period: str, known_on: date | None) -> date:
    """The last day a list may speak of to be held against a period: a month's own last day, a week's cutoff date."""
    cutoff = cutoff_date(plan, period)
    last = cutoff if is_week(period) else cutoff.replace(day=monthrange(cutoff.year, cutoff.month)[1])
    return min(last, known_on or last)


def _chosen(files: Sequence[ReferenceFile], name: str, until: date) -> tuple[str, ReferenceFile | None, str]:
    """How a kind stands for a period, its file, and a sentence for what is amiss."""
    own = [file for file in files if file.reference == name]
    usable = [file for file in own if not file.fatal]
    in_time = [file for file in usable if file.as_of <= until]
    said = _say("reference_problems_joint").join(problem for file in own for problem in file.problems)
    if in_time:
        return USED, max(in_time, key=lambda file: (file.as_of, file.file_name)), said
    label = load_references()[name].label_zh
    if usable:
        return LATER, usable[0], _say("reference_later", label=label, until=until)
    if own:
        return UNUSABLE, own[0], said
    return MISSING, None, _say("reference_missing", label=label)


def _standing(name: str, state: str, file: ReferenceFile | None, message: str) -> dict:
    own = {"file_name": file.file_name, "sha256": file.sha256, "as_of": file.as_of} if file else {}
    rows = len(file.rows) if file and state == USED else 0
    return {"reference": name, "state": state, **own, "row_count": rows, "message_zh": message or None}


def _table(path: Path, data: bytes) -> list[list]:
    if path.suffix.lower() != ".csv":
        try:
            sheets = [sheet for sheet in open_sheets(path) if sheet.visible]
        except Unreadable as error:
            reason = vocabulary.messages("reading")[f"unreadable_{error.code}"].format(detail=error.detail)
            raise _Refused("reference_unreadable", reason=reason) from error
        if not sheets:
            raise _Refused("reference_empty")
        return sheets[0].rows
    for encoding in _ENCODINGS:
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding))))
        except (UnicodeDecodeError, csv.Error):
            continue
    raise _Refused("reference_encoding")


def _header(table: Sequence[list], kind: Reference) -> tuple[int, dict[int, ReferenceColumn]]:
    """The header's row and which column each place is."""
    best: tuple[int, dict[int, ReferenceColumn]] = (0, {})
    for number, row in enumerate(table[:_HEADER_WITHIN]):
        texts = [fold(str(cell)) for cell in row]
        places = {
            texts.index(heading): column for column in kind.columns for heading in column.headings if heading in texts
        }
        best = max(best, (number, places), key=lambda one: len(one[1]))
    lacking = [column.label_zh for column in kind.columns if column.required and column not in best[1].values()]
    if lacking:
        joined = _say("reference_joint").join(lacking)
        raise _Refused("reference_column_missing", row=best[0] + 1, columns=joined)
    return best


def _rows(
    file: str, table: Sequence[list], header: int, places: dict[int, ReferenceColumn]
) -> tuple[list[tuple[int, dict]], list[str]]:
    """The rows with their numbers as Excel counts, and a sentence per cell that cannot be read; its row is left out."""
    rows, problems = [], []
    for number, cells in enumerate(table[header + 1 :], start=header + 2):
        values = {column.column: column.parse(cells[at] if at < len(cells) else "") for at, column in places.items()}
        wrong = [(at, column) for at, column in places.items() if isinstance(values[column.column], Problem)]
        for at, column in wrong:
            problem = values[column.column]
            where = {"row": number, "column": column_letter(at), "label": column.label_zh}
            words = {"found": visible(problem.found), "expected": problem.expected}
            problems.append(_say("reference_cell", file=visible(file), **where, **words))
        if wrong or values["project_name"] is None:
            continue
        rows.append((number, {k: v.value if isinstance(v, Repaired) else v for k, v in values.items()}))
    return rows, problems


def _day_in(name: str) -> date | None:
    """The day that a file's name says: of a month alone its last day."""
    match = _NAMED_DAY.search(name)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    day = int(match[3]) if match[3] else monthrange(year, month)[1]
    found = day_of(f"{year}-{month:02d}-{day:02d}")
    return found if isinstance(found, date) else None


def _say(key: str, **words: object) -> str:
    return vocabulary.messages("reading")[key].format(**words)
