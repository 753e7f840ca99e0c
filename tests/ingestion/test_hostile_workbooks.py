"""Hostile files beside ordinary ones: each gets a clear word, the other units' figures are as without it.

``DIAODU_REWRITE=1 make test`` rewrites docs/hostile-workbooks.zh-CN.md; read the difference before committing it.
"""

import errno
import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hostile import KINDS, UNIT, Kind
from intake_paper import CODE_A, CODE_B, listed, monthly_form, project, project_list

from dispatch import receipts, status
from dispatch.month import Month
from ingestion import archive, lake
from ingestion.intake import IntakeReport
from ingestion.register import Register
from ingestion.settings import PROJECT_ROOT, TIMEZONE, Limits
from ingestion.workspace import Workspace
from orchestration import stages
from tests.months_alone import workspace_of_months

pytestmark = pytest.mark.slow

PLAN, PERIOD, OWNER = "huozhou-2022", "2022-11", "nongye"
NOW = datetime(2022, 11, 29, 9, tzinfo=TIMEZONE)
BEFORE = NOW.timestamp() - 3600  # no file is still being copied
WRITTEN = PROJECT_ROOT / "docs" / "hostile-workbooks.zh-CN.md"
OTHERS = ("submissions", "rows_monthly_dispatch", "issues", "findings", "reported_investment", "accepted_investment")
NAMES = {"住建局": ("城区供热管网改造", CODE_A), "水利局": ("七里峪水库除险加固", CODE_B)}


@dataclass(frozen=True)
class Seen:
    """What became of one kind: the bureau's word for it, where it stands, and what is known of everybody else."""

    verdict: str
    said: tuple[str, ...]
    report: IntakeReport
    others: dict[str, list[dict]]
    papers: list[Path]
    workspace: Workspace


def inbox(root: Path) -> Workspace:
    """A workspace whose inbox holds the centre's list and the forms of two units in order."""
    workspace = workspace_of_months(root, PLAN)
    arrived = workspace.inbox / PLAN / "2022-11-28 1640"
    arrived.mkdir()
    every = [*((name, unit, code) for unit, (name, code) in NAMES.items()),
             ("高标准农田建设", UNIT, "2201-141082-04-01-100003")]  # fmt: skip
    project_list(arrived / "项目名单.xlsx", [listed(name, unit, code) for name, unit, code in every])
    for unit, (name, code) in NAMES.items():
        monthly_form(
            arrived / f"2022年11月{unit}月调度表.xlsx",
            [project(name, code=code, start_actual_date="2021年5月")],
            unit=unit,
        )
    return workspace


def judged(workspace: Workspace) -> IntakeReport:
    """The pass from inbox to accepted rows, then the receipts."""
    knowledge, report = stages.take_in(workspace, PLAN, NOW)
    stages.read_rows(workspace, PLAN, knowledge)
    stages.judge(workspace, PLAN, knowledge)
    with duckdb.connect(str(workspace.warehouse)) as connection:  # statuses are the marts' matter, not this test's
        connection.execute("create schema marts")
        columns = ", ".join(f"{name} text" for name in ("plan_id", "period", "form", "unit_id", "status"))
        connection.execute(f"create table marts.fct_submission ({columns})")
    return report


def of_others(workspace: Workspace) -> dict[str, list[dict]]:
    """Every row about the other units; numbers of receipts follow the order of arrival and say nothing."""
    found = {}
    for table in OTHERS:
        rows = lake.read(workspace.lake, table, PLAN, PERIOD)
        others = [row for row in rows if row["unit_id"] not in (OWNER, "?")]
        found[table] = [{key: value for key, value in row.items() if key != "receipt_id"} for row in others]
    return found


@pytest.fixture(scope="module")
def pattern(tmp_path_factory) -> Path:
    """The inbox of every trial before anything hostile comes to lie in it."""
    return inbox(tmp_path_factory.mktemp("pattern") / "workspace").root


@pytest.fixture(scope="module")
def undisturbed(pattern, tmp_path_factory) -> dict[str, list[dict]]:
    workspace = Workspace.open(shutil.copytree(pattern, tmp_path_factory.mktemp("calm") / "workspace"))
    judged(workspace)
    return of_others(workspace)


@pytest.fixture(scope="module")
def see(pattern, tmp_path_factory):
    """What became of a kind; each is tried once."""

    @cache
    def seen(kind: Kind) -> Seen:
        workspace = Workspace.open(shutil.copytree(pattern, tmp_path_factory.mktemp("hostile") / "workspace"))
        path = workspace.inbox / PLAN / "2022-11-28 1640" / kind.file
        kind.make(path)
        for settled in path.parents[1].rglob("*"):
            os.utime(settled, (BEFORE, BEFORE), follow_symlinks=False)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in kind.limits:
                patch.setenv(name, value)
            if kind.name == "没有读取权限":  # root may read everything, so the system's refusal is played
                _refuse(patch, path)
            report = judged(workspace)
        return _seen(workspace, report)

    return seen


def _refuse(patch: pytest.MonkeyPatch, path: Path) -> None:
    store = archive.store

    def refusing(folder: Path, original: Path) -> str:
        if original == path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(original))
        return store(folder, original)

    patch.setattr(archive, "store", refusing)


def _seen(workspace: Workspace, report: IntakeReport) -> Seen:
    papers = receipts.write(workspace, PLAN, PERIOD)
    month = Month(workspace, PLAN, PERIOD)
    latest = month.latest("monthly_dispatch").get(OWNER)
    lines = (*(line.reason_zh for line in report.left_alone), *report.remarks)
    left = tuple(line.split("：", 1)[1] for line in lines)
    waiting = tuple(status.blocking(month))
    findings = [
        row for row in month.table("findings")
        if row["unit_id"] == OWNER and row["theme"] in ("structure", "format") and row["is_effective"]
    ]  # fmt: skip
    assert all(row["remedy_zh"] for row in findings)
    said = tuple(dict.fromkeys(row["message_zh"] for row in findings))
    if latest is None:
        verdict = "未收" if left else "待认领"
        return Seen(verdict, left or waiting, report, of_others(workspace), papers, workspace)
    carried = tuple((latest["recognised_by"] or "").split("；")[1:])
    verdict = "不能读取" if latest["kind"] == "unreadable" else "读入"
    return Seen(verdict, (*left, *carried, *said), report, of_others(workspace), papers, workspace)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_other_units_figures_are_as_without_it(kind, see, undisturbed):
    assert undisturbed["accepted_investment"]
    assert see(kind).others == undisturbed


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_it_gets_a_receipt_or_a_line_that_says_what_to_do(kind, see):
    seen = see(kind)
    if seen.verdict == "读入":
        assert lake.read(seen.workspace.lake, "accepted_investment", PLAN, PERIOD)
    else:
        assert seen.said and all(re.search("请|重报|照常看", words) for words in seen.said)
    assert not any("{" in words for words in seen.said)
    own = [path for path in seen.papers if UNIT in path.name]
    assert bool(own) == (seen.verdict in ("读入", "不能读取"))
    for path in own:
        assert openpyxl.load_workbook(path)["回执"]["A1"].value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_was_taken_in_lies_in_the_archive_as_it_came(kind, see):
    workspace = see(kind).workspace
    for receipt in Register(workspace.register).receipts(PLAN):
        kept = archive.locate(workspace.archive, receipt.sha256)
        assert archive.sha256_of(kept) == receipt.sha256
        assert kept.resolve().is_relative_to(workspace.archive)
    assert {path.name for path in workspace.root.parent.iterdir()} <= {"workspace", "outside.xlsx", "outside"}


def test_a_reader_may_not_take_more_memory_than_the_limit(see, monkeypatch):
    bomb = next(kind for kind in KINDS if "谎报" in kind.name)
    assert int(dict(bomb.limits)["DIAODU_LIMIT_MEMORY_BYTES"]) < 200_000_000 < Limits().memory_bytes
    assert see(bomb).verdict == "不能读取"


def described(see) -> str:
    """The document: every kind with what was seen."""
    head = WRITTEN.read_text(encoding="utf-8").split("| 种类 |")[0]
    lines = ["| 种类 | 怎样做出来的 | 结论 | 系统说的话 |", "|---|---|---|---|"]
    for kind in KINDS:
        seen = see(kind)
        words = "<br>".join(seen.said) or "按表头识别，照常审核"
        lines.append(f"| {kind.name} | {kind.made_zh} | {seen.verdict} | {_on_one_line(words)} |")
    return head + "\n".join(lines) + "\n"


def _on_one_line(words: str) -> str:
    shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in words)
    # a workbook carries the hour it was written: its compressed size is another each time
    return re.sub(r"\d+ B", "… B", shown).replace("|", "\\|")


def test_the_document_says_what_was_seen(see):
    if os.environ.get("DIAODU_REWRITE"):
        WRITTEN.write_text(described(see), encoding="utf-8")
    assert described(see) == WRITTEN.read_text(encoding="utf-8")
