"""Measure: one comparison and how it is timed.

Belongs here: the stopwatch.
Does not belong here: what is timed.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """``ours`` against ``theirs`` in seconds (medians); ``aim`` is the ratio wanted at most."""

    name: str
    ours: float
    against: str
    theirs: float
    aim: float


def medians(runs: int, *works: Callable[[], object]) -> list[float]:
    """Time the works in turn, A B A B …, so that a drifting machine hits all alike; one warm-up each."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(runs + 1):
        for work, times in zip(works, taken, strict=True):
            start = time.perf_counter()
            work()
            if number:
                times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in taken]
