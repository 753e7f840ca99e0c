"""What a rule in 试运行 would have found goes out to nobody: every paper and screen is the same with and without it."""

import re
import zipfile
from pathlib import Path

import duckdb
import pytest
from paper_month import paper_month
from rich.console import Console
from small_month import FINDINGS, GOOD, PERIOD, PLAN, finding

from dispatch import overview, status
from dispatch.publishing import publish
from ingestion import lake
from orchestration.assets import OUTGOING

MADE_AT = re.compile(rb"<dcterms:\w+[^>]*>[^<]*</dcterms:\w+>")


def add(ws, outcome: str) -> None:
    """One more error on a row that was taken, in lake and warehouse."""
    more = finding(99, "R01", "error", GOOD, "P8 N8 K8", "试运行的规则所见", outcome=outcome)
    lake.write(ws.lake, "findings", PLAN, PERIOD, [*FINDINGS, more])
    with duckdb.connect(str(ws.warehouse)) as connection:
        connection.execute(
            "insert into marts.fct_finding by name select * replace ('F99' as finding_id, ? as outcome, "
            "? as message_zh, false as still_open) from marts.fct_finding where finding_id = 'F3'",
            [outcome, more["message_zh"]],
        )


def parts(path: Path) -> dict[str, bytes]:
    """A file's contents; of a workbook each of its parts, but for when it was made."""
    if not zipfile.is_zipfile(path):
        return {"": path.read_bytes()}
    with zipfile.ZipFile(path) as book:
        return {name: MADE_AT.sub(b"", book.read(name)) for name in book.namelist()}


def told(ws) -> dict[str, object]:
    """All that goes out of a month and stands on the screen."""
    publish(ws)
    for room in OUTGOING.values():
        room.write(ws, PLAN, PERIOD)
    console = Console(width=200, record=True, quiet=True)
    for room in (overview, status):
        console.print(room.render(ws, PLAN, PERIOD))
    files = {str(path.relative_to(ws.outbox)): parts(path) for path in ws.outbox.rglob("*") if path.is_file()}
    return {**files, "screen": console.export_text().replace(str(ws.root), "")}


@pytest.fixture
def ws(tmp_path):
    """A month whose tables have all that a bulletin asks."""
    return paper_month(tmp_path / "workspace")


@pytest.fixture
def without(ws):
    return told(ws)


def test_a_trial_is_told_to_nobody(ws, without):
    add(ws, "trial")
    now = told(ws)
    assert now.keys() == without.keys()
    assert [name for name in now if now[name] != without[name]] == []


def test_the_same_finding_of_a_rule_in_use_is_told(ws, without):
    add(ws, "failed")
    now = told(ws)
    assert len([name for name in now if now[name] != without[name]]) > 1
