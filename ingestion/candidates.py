"""Candidates: the sheets of a workbook that are some form, and which form and edition each of them is.

Belongs here: recognising a form by its columns, what tells one candidate before another.
Does not belong here: reading the chosen one (reading), matching a header with an edition (matching).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingestion import blank_reading
from ingestion.blank_memory import BlankMemory, memory_of
from ingestion.forms import Form
from ingestion.headers import Header, find_header
from ingestion.heading import Heading, read_heading
from ingestion.matching import Found, Match, match_edition
from ingestion.workbook import Sheet

_COPY = re.compile(r"[(（]\d+[)）]\s*$")


@dataclass(frozen=True)
class Candidate:
    """A sheet that is some form."""

    sheet: Sheet
    place: int
    form: Form
    match: Match
    header: Header
    heading: Heading
    memory: BlankMemory | None = None
    back: tuple[Found, ...] = ()  # columns of our own blank that only their place told

    @property
    def rank(self) -> tuple:
        """Which of several sheets is meant: the one that lacks nothing, has rows, speaks of the latest month or day."""
        name = next(found.index for found in self.match.found if found.column.field == "project_name")
        below = self.sheet.rows[self.header.bottom + 1 :]
        has_rows = any(len(row) > name and row[name] not in ("", 0) for row in below)
        lacking, found = self.match.score
        is_copy = bool(_COPY.search(self.sheet.name))
        day = self.heading.day
        as_of = (day.year or 0, day.month, day.day) if day else (0, 0, 0)
        return (lacking, has_rows, self.heading.period or "", as_of, found, not is_copy, -self.place)


def candidates(sheets: list[Sheet], forms: Mapping[str, Form]) -> Iterator[Candidate]:
    """Every sheet that is one of the forms, hidden ones included, each as the edition that fits it best."""
    blank = memory_of(sheets[0].tags)
    own = blank_reading.own_sheet(sheets, blank)
    for place, sheet in enumerate(sheets):
        if sheet.name.startswith("_") and not sheet.visible:
            continue  # our own lists for validation
        memory = blank if sheet is own else None
        header = find_header(sheet, forms) or blank_reading.header_of(sheet, memory)
        if header is None:
            continue
        heading = read_heading(sheet, header)
        matches = [
            (form, *_restored(form, match_edition(edition, header, heading.period), header, sheet, memory))
            for form in _tagged_first(forms, sheet.tags)
            for edition in form.editions
        ]
        fitting = [found for found in matches if found[1].is_form]
        if fitting:
            tagged = [found for found in fitting if found[0].form == sheet.tags.get("form")]
            # of equal editions the newest: max() keeps the first, so the newest is offered first
            form, match, back = max(reversed(tagged or fitting), key=lambda found: (found[1].agreement, found[1].score))
            yield Candidate(sheet, place, form, match, header, heading, memory, back)


def _restored(
    form: Form, match: Match, header: Header, sheet: Sheet, memory: BlankMemory | None
) -> tuple[Match, tuple[Found, ...]]:
    """The match, with the columns that our own blank of this form still knows by their place."""
    return blank_reading.restored(match, header, memory if form.form == sheet.tags.get("form") else None)


def _tagged_first(forms: Mapping[str, Form], tags: Mapping[str, str]) -> list[Form]:
    return sorted(forms.values(), key=lambda form: form.form != tags.get("form"))
