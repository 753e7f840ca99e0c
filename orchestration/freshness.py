"""Freshness: what a stage of one period was made from, so that only what changed is made again.

Belongs here: digests of inputs and the marks left when a stage is done.
Does not belong here: what the inputs of a stage are (orchestration.stages).
"""

import hashlib
import json
import os
from functools import cache
from pathlib import Path

from expectations import backtest_records
from ingestion.settings import PROJECT_ROOT


class Marks:
    """The marks of one plan in one lake: stage and period -> digest of what it was made from."""

    def __init__(self, lake: Path, plan_id: str):
        self._folder = lake / "fingerprints" / plan_id

    def get(self, stage: str, period: str) -> str | None:
        """The digest the stage was last finished with; None when it never was."""
        mark = self._folder / stage / period
        return mark.read_text() if mark.exists() else None

    def set(self, stage: str, period: str, inputs: str) -> None:
        """To be called after the stage's tables are written: a run that dies half-way does the period again."""
        mark = self._folder / stage / period
        mark.parent.mkdir(parents=True, exist_ok=True)
        part = mark.with_suffix(".part")
        part.write_text(inputs)
        os.replace(part, mark)

    def forget(self, stage: str, period: str) -> None:
        """To be called before the stage's tables are touched: should the inputs turn back, half a stage is no stage."""
        (self._folder / stage / period).unlink(missing_ok=True)


def plain(record: object) -> dict:
    """A frozen record as values that JSON can write."""
    return json.loads(json.dumps(vars(record), default=str, ensure_ascii=False))


def digest(*parts: object) -> str:
    """One digest of anything JSON can write."""
    return hashlib.sha256(json.dumps(parts, default=str, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def of_file(path: Path) -> str:
    """The digest of a file's bytes; empty when there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


@cache
def of_rooms(*rooms: str) -> str:
    """The digest of the code and data of some rooms and of the seeds: a new rule or form makes every period stale."""
    folders = [PROJECT_ROOT / room for room in rooms] + [PROJECT_ROOT / "dbt_project" / "seeds"]
    found = (path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".yml", ".csv"))
    return digest(sorted(of_file(path) for path in found if path.name != backtest_records.FILE))  # judges nothing
