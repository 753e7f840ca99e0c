"""Changes: what a figure's difference between two states is made of, cause by cause, to the last cent.

Belongs here: adding up the paths of all contributors, the exact parts of a rate, each project's own share of them.
Does not belong here: which cause a step has (change_causes), rounding (balancing), showing it (change_papers).

Causes are laid on one after the other, in the order of ``CAUSES``; each hybrid state has a figure, and the part of a
cause is its hybrid less the one before. So the parts add up whatever the metric divides. A rate without a denominator
in between keeps the value it had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dispatch.change_causes import CAUSES, NOTHING, Pair, Step, steps
from dispatch.contributions import Between, Definition, Slice, State


@dataclass(frozen=True)
class Figure:
    """A metric in one state; ``value`` is exact, None for nothing divided by nothing."""

    numerator: Decimal
    denominator: Decimal
    value: Fraction | None


@dataclass(frozen=True)
class Line:
    """What one cause does to one contributor, and its own exact share of the part (None: there is none)."""

    step: Step
    effect: Fraction | None
    old: Mapping
    new: Mapping

    @property
    def facts(self) -> Mapping:
        """The contributor as it is known last."""
        return self.new or self.old


@dataclass(frozen=True)
class Part:
    """What one cause does to the figure; ``value`` is None where either end has no value."""

    cause: str
    moved: Pair
    value: Fraction | None
    lines: Sequence[Line] = ()


@dataclass(frozen=True)
class Change:
    """One metric of one slice in two states, and the parts its difference is made of, one per cause in their order."""

    metric: str
    cut: Slice
    is_rate: bool
    old: Figure
    new: Figure
    parts: Sequence[Part]

    @property
    def value(self) -> Fraction | None:
        """The exact difference."""
        return None if None in (self.old.value, self.new.value) else self.new.value - self.old.value


def split(old: State, new: State, metric: str, cut: Slice) -> Change:
    """Why ``metric`` differs between two states of the same plan and period. The parts add up exactly."""
    between = Between(old, new, metric, cut)
    first, last = (
        _figure(state.total(metric, cut) if metric in state.definitions else NOTHING, state.definitions.get(metric))
        for state in (old, new)
    )
    by_cause: dict[str, list[Step]] = {cause: [] for cause in CAUSES}
    for key in sorted({*old.contributors, *new.contributors}):
        for step in steps(between, key):
            by_cause[step.cause].append(step)
    parts, at = [], first
    has_value = None not in (first.value, last.value)
    for cause in CAUSES:
        definition = between.new_definition if cause == CAUSES[-1] else between.old_definition
        part, at = _part(between, cause, by_cause[cause], at, definition)
        parts.append(part if has_value else Part(cause, part.moved, None, part.lines))
    is_rate = bool((between.new_definition or between.old_definition).denominator)
    return Change(metric, cut, is_rate, first, last, _ordered(parts, between))


def _part(
    between: Between, cause: str, found: Sequence[Step], at: Figure, definition: Definition | None
) -> tuple[Part, Figure]:
    """The part of one cause laid on ``at``, and the hybrid it leads to."""
    moved = (sum((s.moved[0] for s in found), Decimal(0)), sum((s.moved[1] for s in found), Decimal(0)))
    amounts = (at.numerator + moved[0], at.denominator + moved[1])
    there = _figure(amounts, definition)
    if there.value is None:
        there = Figure(*amounts, at.value)
    value = None if None in (at.value, there.value) else there.value - at.value
    is_same = cause != CAUSES[-1] or between.old_definition == between.new_definition
    lines = [_line(between, step, _effect(step, at, there, definition) if is_same else None) for step in found]
    return Part(cause, moved, value, lines), there


def _effect(step: Step, at: Figure, there: Figure, definition: Definition | None) -> Fraction | None:
    """A contributor's own share: (N+n)/(D+d) - N/D = (n - d·N/D) / (D+d), which is linear in n and d."""
    numerator, denominator = map(Fraction, step.moved)
    if definition is None or (definition.denominator and not (at.denominator and there.denominator)):
        return None
    if not definition.denominator:
        return numerator
    return (numerator - denominator * at.value) / Fraction(there.denominator)


def _figure(amounts: Pair, definition: Definition | None) -> Figure:
    numerator, denominator = amounts
    if definition is None or (definition.denominator and not denominator):
        return Figure(numerator, denominator, None)
    exact = Fraction(numerator) / Fraction(denominator) if definition.denominator else Fraction(numerator)
    return Figure(numerator, denominator, exact)


def _line(between: Between, step: Step, effect: Fraction | None) -> Line:
    ends = (state.contributors.get(step.key) for state in (between.old, between.new))
    old, new = (one.facts if one else {} for one in ends)
    return Line(step, effect, old, new)


def _ordered(parts: Sequence[Part], between: Between) -> list[Part]:
    """Lines of each part with what pulls the figure down first, the heaviest in front; then what lifts it."""

    def place(line: Line) -> tuple:
        weight = line.effect if line.effect is not None else Fraction(line.step.moved[0])
        return (weight >= 0, -abs(weight), -abs(line.step.moved[0]), line.step.key)

    return [Part(part.cause, part.moved, part.value, sorted(part.lines, key=place)) for part in parts]
