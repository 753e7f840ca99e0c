"""Trace rows: a row that a number rests on, its cells and the file it stands in.

Belongs here: the shapes, and in which role a row stands.
Does not belong here: finding them (trace_sources).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

LISTED, TAKEN, REPORTED, NOT_TAKEN, HANDED_IN = "list", "taken", "reported", "not_taken", "handed_in"


@dataclass(frozen=True)
class Cell:
    """One cell: ``at`` is like ``K12`` (empty: the sheet has no such column), ``raw`` what was typed there."""

    field: str
    at: str
    heading: str
    raw: str
    value: str


@dataclass(frozen=True)
class File:
    """A received file, as far as a trace names it."""

    submission_id: str
    form: str
    period: str
    unit_id: str
    version: int
    kind: str
    name: str
    sha256: str
    receipt_id: int
    received_at: datetime
    received_source: str
    inbox_path: str = ""


@dataclass(frozen=True)
class Source:
    """A row a number rests on, or a whole file (``row`` None); ``role`` is one of the words above."""

    role: str
    period: str
    file: File | None
    sheet: str | None = None
    row: int | None = None
    cells: tuple[Cell, ...] = ()
    findings: tuple[Mapping, ...] = ()
    carried_from: str | None = None
    decision: Mapping | None = None

    def showing(self, fields: Iterable[str]) -> "Source":
        """The same row with the cells of some fields alone, in their order."""
        by_field = {cell.field: cell for cell in self.cells}
        return replace(self, cells=tuple(by_field[name] for name in fields if name in by_field))
