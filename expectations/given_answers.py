"""Given answers: what units wrote to explain their warnings, each bound to the figures it was written about.

Belongs here: answers from the form's own column, from answer sheets sent back, and those standing from before.
Does not belong here: reading the sheets (ingestion.answers), what an answer is worth (answer_checks), what becomes of
a finding (answers).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from expectations import answering
from expectations.subjects import subject_of
from ingestion.lake import TABLES

Place = tuple[str, str, int]  # submission_id, sheet, row
FIGURES = ("found", "expected", "difference")
_STANDING = tuple(TABLES["answers"].schema.names[2:])


@dataclass(frozen=True)
class Given:
    """One answer to one question. ``is_altered``: its line shows figures that nobody was asked about."""

    form: str
    unit_id: str | None
    subject: str
    rule_id: str
    project_id: str | None
    field: str | None
    answer_text: str
    found: str | None
    expected: str | None
    difference: str | None
    answered_in: str
    submission_id: str | None
    answered_at: datetime | None
    ends_on: date
    is_altered: bool = False

    @cached_property
    def words(self) -> str:
        """Its text as texts are compared."""
        return answering.words_of(self.answer_text)

    @property
    def place(self) -> str:
        """What it is about as far as copying goes: the project, or the question where there is none."""
        return self.project_id or self.subject

    @cached_property
    def order(self) -> tuple:
        """Answers in the order they were given; of one file the one about the widest gap last."""
        gap = answering.gap(vars(self))
        return (str(self.answered_at or ""), self.submission_id or "", self.is_altered, gap is not None, gap or 0)

    def covers(self, finding: Mapping[str, object]) -> bool:
        """Whether a finding's figures have not moved further out than those it explains."""
        return not self.is_altered and answering.covers(vars(self), finding)

    def as_row(self) -> dict:
        """Its row of the lake table answers."""
        return {name: getattr(self, name) for name in _STANDING}


def standing_answers(rows: Iterable[Mapping]) -> dict[str, Given]:
    """The answers that stood after the period before, by subject."""
    return {row["subject"]: Given(**{name: row[name] for name in _STANDING}) for row in rows}


def in_columns(
    period: str, asked: Iterable[Mapping], explained: Mapping[Place, tuple[str, str | None]], withdrawn: set[str]
) -> list[Given]:
    """A row's own 核实说明 answers the warnings on that row and its procedures, with the figures beside it."""
    given = []
    for finding in asked:
        place = (finding["submission_id"], finding["sheet"], finding["row"])
        if place in explained and finding["submission_id"] not in withdrawn:
            said = {"submission_id": finding["submission_id"], "answered_at": finding["received_at"]}
            given.append(_given(period, finding, explained[place][0], **said))
    return given


def in_sheets(period: str, asked: Iterable[Mapping], lines: Sequence[Mapping]) -> list[Given]:
    """The filled lines of answer sheets, each for what its unit was asked in any version with the figures it shows."""
    questions: dict[tuple, list[Mapping]] = {}
    for finding in asked:
        questions.setdefault((finding["form"], finding["unit_id"], subject_of(finding)), []).append(finding)
    given = []
    for line in (line for line in lines if line["answer_text"] and line["is_effective"]):
        own = questions.get((line["form"], line["unit_id"], line["subject"]), [])
        alike = {_figures(f): f for f in own if answering.is_printed_alike(line, f)}
        said = {"submission_id": line["submission_id"], "answered_at": line["received_at"]}
        given += [_given(period, finding, line["answer_text"], **said) for finding in alike.values()]
        if own and not alike:
            given.append(_given(period, own[0], line["answer_text"], **said, is_altered=True))
    return given


def _figures(finding: Mapping) -> tuple:
    return tuple(finding[name] for name in FIGURES)


def _given(period: str, finding: Mapping, text: str, **said: object) -> Given:
    return Given(
        **{name: finding[name] for name in ("form", "unit_id", "rule_id", "project_id", "field", *FIGURES)},
        subject=subject_of(finding),
        answer_text=text,
        answered_in=period,
        ends_on=answering.ends_on(period),
        **said,
    )
