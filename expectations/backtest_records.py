"""Backtest records: what is kept of every back-test, without which no rule is an error.

Belongs here: the hash of a rule's claim, reading and writing ``rules/backtests.csv``, which error rules lack a record.
Does not belong here: back-testing itself (backtest), the rules (rules/).
"""

import csv
import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.rule import Rule

if TYPE_CHECKING:  # the catalogue reads records; a back-test reads the catalogue
    from expectations.backtest import Backtest

FILE = "backtests.csv"
SIMULATED, OWN = "simulated", "own"  # whose history: 模拟数据, or that of the bureau itself


@dataclass(frozen=True)
class Record:
    """One back-test of one rule: what it claimed, over which history, whom it stopped, how often that was corrected.

    ``judged`` and ``stopped`` count rows of every version, ``figures`` each stopped figure once, ``corrected`` those
    of them that the unit's own later version changed.
    """

    rule_id: str
    claim: str  # see claim_of
    data: str  # simulated, own
    history: str  # which plans and what kind: clean, seeded with mistakes, kept
    first_period: str
    last_period: str
    judged: int
    stopped: int
    units: int
    figures: int
    corrected: int
    tested_on: date


NUMBERS = ("judged", "stopped", "units", "figures", "corrected")


def claim_of(rule: Rule) -> str:
    """The hash of what a rule claims and what follows from it: any change asks for a new back-test."""
    said = (rule.kind, rule.refuses, rule.must, rule.issue_codes, rule.grain, rule.forms)
    each = [(name, sorted(own.items())) for name, own in rule.each.items()]
    return hashlib.sha256(repr((*said, each)).encode()).hexdigest()[:12]


def read(folder: Path) -> list[Record]:
    """The records beside a catalogue; none where none was ever stored."""
    path = folder / FILE
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [_record(row) for row in csv.DictReader(file)]


def store(folder: Path, records: Iterable[Record], known: Collection[str]) -> Path:
    """Keep new records; each takes the place of what was kept of that rule and history. Of rules that are not ``known``
    any more nothing is kept.

    What came out the same as before keeps its day, so that testing once more changes nothing.
    """
    kept = {_key(record): record for record in read(folder) if record.rule_id in known}
    for record in records:
        before = kept.get(_key(record))
        is_same = before is not None and replace(before, tested_on=record.tested_on) == record
        kept[_key(record)] = before if is_same else record
    path = folder / FILE
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Record)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(vars(kept[key]) for key in sorted(kept))
    os.replace(part, path)
    return path


def record_of(rule: Rule, found: "Backtest", data: str, day: date) -> Record:
    """What to keep of a back-test that was made on a day."""
    return Record(
        rule_id=rule.id,
        claim=claim_of(rule),
        data=data,
        history=" ".join(found.plans),
        first_period=found.periods[0],
        last_period=found.periods[-1],
        judged=found.judged,
        stopped=found.stopped,
        units=found.units,
        figures=len(found.figures),
        corrected=found.corrected,
        tested_on=day,
    )


def _key(record: Record) -> tuple[str, str, str]:
    return record.rule_id, record.data, record.history


def untested(rules: Iterable[Rule], records: Sequence[Record]) -> list[Rule]:
    """The rules that are an error in some month and have no back-test of their present claim; trials need none yet."""
    tested = {(record.rule_id, record.claim) for record in records}
    return [rule for rule in rules if rule.is_ever_error and not rule.trial and (rule.id, claim_of(rule)) not in tested]


def _record(row: dict[str, str]) -> Record:
    numbers = {name: int(row[name]) for name in NUMBERS}
    return Record(**{**row, **numbers, "tested_on": date.fromisoformat(row["tested_on"])})
