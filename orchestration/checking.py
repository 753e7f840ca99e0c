"""Checking: what workbooks would come to if they were handed in now, without handing them in.

Belongs here: taking files into a copy of the workspace, judging them there as the next version of their form.
Does not belong here: the command and what it prints (check_command), the papers themselves (dispatch.receipts).
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from dispatch import receipts
from dispatch.month import Month
from dispatch.receipt_facts import Receipt as Paper
from dispatch.wording import said
from ingestion import intake
from ingestion.locking import REOPEN
from ingestion.obligations import all_obligations, locks
from ingestion.plans import Plan
from ingestion.register import Receipt, Register
from ingestion.workspace import Workspace
from orchestration import stages
from orchestration.workspace_copy import copy_for_judging

_POST = "check"  # who decides in the copy, where nobody reads it
_SETTLED_SECONDS = 60  # a file that was touched just now may still be growing; these are copies of ours


@dataclass(frozen=True)
class Checked:
    """What became of one file: its workbook and what the JSON beside it tells, or why it could not be judged.

    ``reason`` is a key of this room's messages, ``facts`` its values. ``is_locked``: handed in now it would have to
    wait until the centre opens the form again.
    """

    file: Path
    workbook: Path | None = None
    told: Mapping = field(default_factory=dict)
    reason: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    is_locked: bool = False

    @property
    def has_errors(self) -> bool:
        """Whether the file should not be handed in as it is."""
        return not self.told or self.told["counts"]["error"] > 0


def check(
    home: Workspace, plan_id: str, period: str, papers: Mapping[Path, Path], unit_id: str | None, now: datetime
) -> list[Checked]:
    """Judge every file as the next version of its form, as if it came now; ``papers`` says where its workbook goes.

    ``unit_id`` is a person's word for the sender. Two versions of one form are judged one after the other, each as if
    it alone were handed in. Nothing in ``home`` changes.
    """
    found: dict[Path, Checked] = {}
    rounds = [list(papers)]
    while rounds:
        with TemporaryDirectory(prefix="diaodu-check-") as folder:
            copied = copy_for_judging(home, plan_id, Path(folder))
            desk = _Desk(copied, plan_id, period, now, stages.record_plan(copied, plan_id, now))
            taken, turned_away = desk.take_in(rounds.pop(0), unit_id)
            apart = _one_version_each(taken)
            if len(apart) > 1:
                rounds += [*apart, list(turned_away)] if turned_away else apart
                continue
            found |= turned_away | desk.judge(taken, papers)
    return [found[file] for file in papers]


def _one_version_each(taken: Mapping[Path, Receipt]) -> list[list[Path]]:
    """The files in rounds of which each has at most one version of a form."""
    rounds: list[list[Path]] = []
    seen: Counter = Counter()
    for file, receipt in taken.items():
        number = seen[receipt.form, receipt.unit_id]
        seen[receipt.form, receipt.unit_id] += 1
        rounds += [[]] if number == len(rounds) else []
        rounds[number].append(file)
    return rounds


@dataclass(frozen=True)
class _Desk:
    """One copy of the workspace, into which files are taken once."""

    copied: Workspace
    plan_id: str
    period: str
    now: datetime
    plan: Plan

    def take_in(self, files: Iterable[Path], unit_id: str | None) -> tuple[dict[Path, Receipt], dict[Path, Checked]]:
        """The receipts of the files that can be judged, and why the others cannot."""
        places = {self._put(file, number): file for number, file in enumerate(files, start=1)}
        report = intake.take_in(self.copied, {self.plan_id: self.plan}, self.now, None, self.now, unit_id)
        taken = {places[receipt.inbox_path]: receipt for receipt in (*report.new, *report.same)}
        away = {file: Checked(file, reason="check_no_report") for file in places.values() if file not in taken}
        for left in report.left_alone:
            file = places[left.path]
            away[file] = Checked(file, reason="check_left_alone", facts={"why": left.reason_zh})
        away |= {file: why for file, receipt in taken.items() if (why := self._why_not(file, receipt))}
        return {file: receipt for file, receipt in taken.items() if file not in away}, away

    def judge(self, taken: Mapping[Path, Receipt], papers: Mapping[Path, Path]) -> dict[Path, Checked]:
        """Judge the period and write the papers of the files."""
        locked = self._decide(taken.values())
        known_at = Register(self.copied.register).last_event(self.plan_id, all_obligations(self.plan), self.now)
        knowledge = stages.Knowledge(known_at, is_look_back=False)
        stages.read_rows(self.copied, self.plan_id, knowledge)
        stages.judge(self.copied, self.plan_id, knowledge, until=self.period)
        month = Month(self.copied, self.plan_id, self.period)
        return {
            file: self._checked(month, file, receipt, papers[file], receipt.form in locked)
            for file, receipt in taken.items()
        }

    def _put(self, file: Path, number: int) -> str:
        """Lay a copy of a file into the inbox; its place there. No digits: a folder's name may tell a month."""
        place = Path(self.plan_id, "i" * number, file.name)
        target = self.copied.inbox / place
        target.parent.mkdir()
        shutil.copyfile(file, target)
        os.utime(target, (target.stat().st_ctime - _SETTLED_SECONDS,) * 2)
        return place.as_posix()

    def _why_not(self, file: Path, receipt: Receipt) -> Checked | None:
        """Why a registered file is no version of a form of this period."""
        if receipt.kind == "answers":
            return Checked(file, reason="check_answers")
        if receipt.form is None or receipt.kind == "refused":
            return Checked(file, reason="check_refused", facts={"why": said("problem", receipt.problem)})
        if receipt.period not in (None, self.period):
            return Checked(file, reason="check_other_period", facts={"said": receipt.period, "period": self.period})
        return Checked(file, reason="check_no_unit") if receipt.unit_id is None else None

    def _decide(self, taken: Iterable[Receipt]) -> set[str]:
        """File what tells no period under the one asked for, and open what is locked; the forms that are."""
        register = Register(self.copied.register)
        locked = {form for form, lock_at in locks(self.plan, self.period).items() if lock_at < self.now}
        for receipt in taken:
            if receipt.period is None:
                own = {"plan_id": self.plan_id, "receipt_id": receipt.receipt_id, "period": self.period}
                register.record_decision("assign", _POST, _POST, own, self.now)
            if receipt.form in locked:
                duty = {"form": receipt.form, "period": self.period, "unit_id": receipt.unit_id}
                until = self.now + timedelta(days=1)
                register.record_decision(REOPEN, _POST, _POST, {"plan_id": self.plan_id, **duty}, self.now, until)
        return locked

    def _checked(self, month: Month, file: Path, receipt: Receipt, path: Path, is_locked: bool) -> Checked:
        """The papers of a file that is the last word on its form, or has the same bytes as that."""
        latest = month.latest(receipt.form)[receipt.unit_id]
        if receipt.sha256 != latest["sha256"]:
            return Checked(file, reason="check_same_as_earlier", facts={"version": latest["version"]})
        receipts.write_one(Paper(month, receipt.form, receipt.unit_id, latest, None, is_check=True), path)
        told = json.loads(path.with_suffix(receipts.JSON).read_text(encoding="utf-8"))
        return Checked(file, path, told, is_locked=is_locked)
