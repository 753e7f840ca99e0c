"""Revisions: how far, and which way, each unit's figures moved after they had been certified, over all releases.

Belongs here: first and last certified values from the register, their size and bias by unit.
Does not belong here: why a figure moved (corrections), showing it (sealing_papers, correction_notice).

Size is the mean of the absolute revisions, bias their mean with sign: a unit whose corrections cancel out has a size
and no bias; one that always reports too little at first has both. Periods certified once count as not revised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ingestion.seals import Seal, Seals

# what units are held to, of months and of weeks: an amount and the rates that are ranked
METRICS = ("ytd_investment", "annual_completion_rate", "start_resume_rate", "procedure_completion_rate")
Figures = Mapping[tuple, Mapping]


@dataclass(frozen=True)
class Revision:
    """What became of one unit's metric: periods certified, those whose value moved since, and by how much."""

    unit_id: str
    metric: str
    periods: int
    moves: Sequence[Fraction]  # last certified value less the first, of each period whose value moved

    @property
    def revised(self) -> int:
        return len(self.moves)

    @property
    def bias(self) -> Fraction:
        """The mean revision with its sign; more than nothing: the first figures were too small."""
        return sum(self.moves, Fraction(0)) / self.periods

    @property
    def size(self) -> Fraction:
        """The mean absolute revision."""
        return sum(map(abs, self.moves), Fraction(0)) / self.periods

    @property
    def largest(self) -> Fraction:
        """The revision that was farthest from nothing, with its sign."""
        return max(self.moves, key=abs, default=Fraction(0))


def revisions(seals: Seals, plan_id: str, now: Mapping[str, Figures] | None = None) -> list[Revision]:
    """Every unit's metrics over all certified periods of a plan, by metric and unit.

    ``now``: figures by period that are about to be certified and count as the last ones. Values that came into being
    or went away are no revision of a number and are left out.
    """
    by_period: dict[str, list[Seal]] = {}
    for signed in seals.seals(plan_id):
        by_period.setdefault(signed.period, []).append(signed)
    moves: dict[tuple[str, str], list[Fraction]] = {}
    for period, signed in by_period.items():
        first, last = _of_units(seals.told(signed[0])), _of_units((now or {}).get(period) or seals.told(signed[-1]))
        for key in sorted(first.keys() & last.keys()):
            moves.setdefault(key, []).append(last[key] - first[key])
    found = [
        Revision(unit_id, metric, len(every), tuple(move for move in every if move))
        for (metric, unit_id), every in moves.items()
    ]
    return sorted(found, key=lambda one: (METRICS.index(one.metric), one.unit_id))


def _of_units(figures: Figures) -> dict[tuple[str, str], Fraction]:
    """Values of units over the whole list, by metric and unit."""
    return {
        (metric, scope): Fraction(row["value"])
        for (population, scope_kind, scope, metric), row in figures.items()
        if population == "all" and scope_kind == "unit" and metric in METRICS and row["value"] is not None
    }
