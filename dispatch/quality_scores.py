"""Quality scores: a unit's points for reporting in time, without errors and with explanations, from counts on the page.

Belongs here: the formula and its parts.
Does not belong here: how points look (quality_by_unit); rankings of progress (lists).

Points are for the report, never for how the projects stand: states and signals take nothing away. What was corrected in
a version that counts is no error any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dispatch.quality_facts import SETTLED, QualityFacts

IN_TIME, LATE = Decimal(40), Decimal(20)
NO_ERRORS, EXPLAINED = Decimal(40), Decimal(20)
FEW_ROWS = 3  # one row more or less moves so small a unit by a third
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Score:
    """A unit's points; a part that there was nothing to judge on is None and the sum then is of what was judged."""

    unit_id: str
    status: str
    rows: int
    rows_with_errors: int
    asked: int
    settled: int
    in_time: Decimal
    no_errors: Decimal | None
    explained: Decimal | None

    @property
    def total(self) -> Decimal:
        return self.in_time + (self.no_errors or 0) + (self.explained or 0)

    @property
    def is_few(self) -> bool:
        """Whether the unit has so few rows that a share says little."""
        return self.no_errors is not None and 0 < self.rows < FEW_ROWS


def scores(facts: QualityFacts) -> list[Score]:
    """Every unit that owed the form, the most points first, else in the plan's order."""
    found = [_score(facts, row) for row in facts.submissions if row["status"] != "not_due"]
    return sorted(found, key=lambda score: -score.total)


def _score(facts: QualityFacts, submission: dict) -> Score:
    unit_id, rows, form = submission["unit_id"], submission["rows_read"], facts.month.form
    asked = [row for row in facts.of_unit(facts.asked, unit_id) if row["form"] == form]
    settled = sum(row["answer_state"] in SETTLED for row in asked)
    wrong = min(rows, _rows_with_errors(facts, unit_id)) if rows else 0
    reported = submission["is_reported"]
    return Score(
        unit_id=unit_id,
        status=submission["status"],
        rows=rows,
        rows_with_errors=wrong,
        asked=len(asked),
        settled=settled,
        in_time=IN_TIME if submission["is_on_time"] else LATE if reported else Decimal(0),
        no_errors=_share(NO_ERRORS, rows - wrong, rows) if reported else None,
        explained=_share(EXPLAINED, settled, len(asked)) if reported else None,
    )


def _rows_with_errors(facts: QualityFacts, unit_id: str) -> int:
    """Rows that have an open error or were not taken; an error of the sheet as a whole counts as one row more.

    What another finding brought about (it stands under a ``group_head``) is no further error.
    """
    errors = [
        row
        for row in facts.of_unit(facts.open_errors, unit_id)
        if row["form"] == facts.month.form and row["group_head"] in (None, row["finding_id"])
    ]
    wrong = {(row["submission_id"], row["sheet"], row["source_row"]) for row in errors if row["source_row"]}
    wrong |= {
        (row["submission_id"], row["sheet"], row["row"])
        for row in facts.of_unit(facts.month.reported(facts.month.form), unit_id)
        if not row["is_accepted"]
    }
    return len(wrong) + sum(not row["source_row"] for row in errors)


def _share(points: Decimal, good: int, all_of_them: int) -> Decimal:
    """Points in proportion, to one decimal; all of them where there was nothing to get wrong."""
    return (points * good / all_of_them).quantize(_TENTH, ROUND_HALF_UP) if all_of_them else points


def parts(score: Score) -> Sequence[Decimal | None]:
    """The three parts of the sum, as the formula names them."""
    return (score.in_time, score.no_errors, score.explained)
