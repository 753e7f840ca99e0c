"""Change numbers: how values and parts of a split look: percent and points with two places, money, whole numbers.

Belongs here: the scale of a metric, its values and its balanced parts, as text and as cells.
Does not belong here: the exact parts (changes), the tables they stand in (change_papers).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dispatch.balancing import balanced, rounded
from dispatch.cell_values import Points
from dispatch.wording import say
from ingestion import vocabulary


@dataclass(frozen=True)
class Shown(Points):
    """A number as a cell of any column: ``difference`` is what is stored, beside its text and format."""

    words: str = ""
    pattern: str = "General"

    @property
    def number(self) -> Decimal:
        return self.difference

    @property
    def text(self) -> str:
        return self.words

    @property
    def number_format(self) -> str:
        return self.pattern


@dataclass(frozen=True)
class Scale:
    """How a metric is shown: rates times a hundred with two places, money with two, counts with none."""

    metric: str

    @property
    def is_rate(self) -> bool:
        return vocabulary.metrics()[self.metric].is_rate

    @property
    def places(self) -> int:
        """Decimals of a value, of a difference and of a part."""
        known = vocabulary.metrics()[self.metric]
        is_money = known.unit == vocabulary.fields()["annual_plan_wan"].unit
        return 2 if known.denominator or is_money else 0

    def parts(self, values: Sequence[Fraction | None], total: Decimal | None = None) -> list[Decimal | None]:
        """Parts as shown: they add up to the total as shown (``total``, else the rounded sum). None stays None."""
        if any(value is None for value in values):
            return [self.whole(value) for value in values]
        return balanced([value * self._factor for value in values], self.places, total)

    def whole(self, value: Fraction | None) -> Decimal | None:
        """A value or a difference as shown."""
        return None if value is None else rounded(value * self._factor, self.places)

    def value_cell(self, value: Fraction | None) -> Shown | None:
        """A value: 67.50% for rates."""
        number = self.whole(value)
        sign = "%" if self.is_rate else ""
        if number is None:
            return None
        stored = number / 100 if self.is_rate else number
        return Shown(stored, f"{number:,}{sign}", f"#,##0{self._decimals}{sign}")

    def moved_cell(self, number: Decimal | None) -> Shown | None:
        """A difference or part as shown, with its sign; nothing has none."""
        if number is None:
            return None
        pattern = f"#,##0{self._decimals}"
        return Shown(number, signed(number), f"+{pattern};-{pattern};{pattern}")

    @property
    def _factor(self) -> int:
        return 100 if self.is_rate else 1

    @property
    def _decimals(self) -> str:
        return "." + "0" * self.places if self.places else ""


def signed(number: Decimal | None) -> str:
    """``+1,234.50``, ``-3``; nothing without a sign, what is not known as a dash."""
    if number is None:
        return say("none")
    return f"{number:+,}" if number else f"{number:,}"
