"""Beside: work of this process that is done while dbt's own process runs.

Belongs here: starting it early and handing its result to whoever needs it later in the same run.
Does not belong here: the work itself.
"""

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class Beside:
    """One thread with the results it owes, by key. A failure is raised where the result is asked for."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._owed: dict[Hashable, Future] = {}

    def start(self, key: Hashable, work: Callable[[], Result]) -> None:
        """Begin the work; its result waits under ``key``."""
        self._owed[key] = self._thread.submit(work)

    def result(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """The result of what was started under ``key``, once; done here and now when nothing was started."""
        owed = self._owed.pop(key, None)
        return owed.result() if owed else work()
