"""Twenty SIGKILLs anywhere: no file is lost, readers read on, one undisturbed run gives the bytes it always gives."""

import random
import sqlite3
import time
from collections import Counter

import duckdb
import pytest

from ingestion import archive
from ingestion.register import Register
from ingestion.workspace import Workspace
from tests.months_alone import workspace_of_months
from tests.shared import with_models_parsed
from tests.whole.post import PLAN, RUN, SEED, after_the_first, digests, exported
from tests.whole.processes_of import LOOK_AGAIN, Command, WarmStart

pytestmark = pytest.mark.slow

# the stage in which the kill comes, and the command
TARGETS = (
    *(("ingest", RUN),) * 9,
    *(("build", RUN),) * 3,
    *(("publish", RUN),) * 2,
    *(("publish", ("publish",)),) * 4,
    *(("anywhere", RUN),) * 2,
)


@pytest.fixture
def server(tmp_path):
    server = WarmStart(tmp_path)
    yield server
    server.close()


def nothing_is_lost(workspace: Workspace, sent: dict[str, str], was_published: bool) -> None:
    """Inbox, archive and register are whole, and whoever opens the release reads it."""
    assert digests(workspace.inbox, "*.xlsx") == sent
    kept = [path for path in workspace.archive.glob("*/*") if path.is_file()]
    assert all(archive.sha256_of(path) == path.stem for path in kept)
    if workspace.register.exists():
        with sqlite3.connect(workspace.register) as connection:
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        for receipt in Register(workspace.register).receipts():
            assert archive.locate(workspace.archive, receipt.sha256).exists()
    if was_published:
        release = (workspace.published / "current").resolve(strict=True)
        with duckdb.connect(str(release / "diaodu.duckdb"), read_only=True) as connection:
            [(rows,)] = connection.execute("select count(*) from marts.fct_metric").fetchall()
        [(lines,)] = duckdb.sql(f"select count(*) from '{release}/marts/fct_metric.parquet'").fetchall()
        assert rows == lines > 0


def kill_at(command: Command, target: str, spent: dict[str, float], chance: random.Random) -> str:
    """Kill a command somewhere in a stage, or anywhere; the stage it was in."""
    if target == "anywhere":
        until = time.monotonic() + chance.uniform(0, 0.9 * sum(spent.values()))
        while time.monotonic() < until and command.stage() != "ended":
            time.sleep(LOOK_AGAIN)
    elif command.until(target):
        until = time.monotonic() + chance.uniform(0, 0.9) * spent[target]
        while time.monotonic() < until and command.stage() == target:
            time.sleep(LOOK_AGAIN / 5)
    stage = command.stage()
    if stage == "ended":
        assert command.wait() == 0, command.said
    else:
        command.kill()
    return stage


def timed(command: Command) -> dict[str, float]:
    """An undisturbed command with the seconds it spent in each stage."""
    spent: dict[str, float] = Counter()
    before = time.monotonic()
    while (stage := command.stage()) != "ended":
        now = time.monotonic()
        spent[stage] += now - before
        before = now
        time.sleep(LOOK_AGAIN)
    assert command.wait() == 0, command.said
    return spent


def test_twenty_kills_lose_nothing_and_change_nothing(tmp_path, server, record_property):
    (workspace, post), chance = after_the_first(tmp_path / "killed"), random.Random(SEED)
    post.deliver(post.next(), workspace)
    spent = timed(server.start(workspace, *RUN))
    hits: Counter[str] = Counter()
    for target, words in TARGETS:
        post.deliver(post.next(), workspace)
        sent = digests(workspace.inbox, "*.xlsx")
        stage = "ended"
        while stage == "ended":  # it came to its end before its moment: another one
            stage = kill_at(server.start(workspace, *words), target, spent, chance)
        hits[stage] += 1
        nothing_is_lost(workspace, sent, was_published=True)
    record_property("killed in", dict(hits))
    assert hits.total() == 20 and min(hits[stage] for stage in ("ingest", "build", "publish")) >= 2, hits

    last = server.start(workspace, *RUN)
    assert last.wait() == 0, last.said
    calm = workspace_of_months(tmp_path / "calm", PLAN)
    post.deliver(post.sent, calm)
    undisturbed = server.start(with_models_parsed(calm), *RUN)
    assert undisturbed.wait() == 0, undisturbed.said
    assert digests(workspace.inbox, "*.xlsx") == digests(calm.inbox, "*.xlsx")
    assert exported(workspace) == exported(calm)
    assert all(exported(calm).values())
    left_over = [path for path in workspace.root.rglob(".*") if path.name != workspace.writer_lock.name]
    assert not left_over and not list(workspace.lake.rglob("*.part"))
    assert len(list((workspace.published / "releases").iterdir())) <= 3
