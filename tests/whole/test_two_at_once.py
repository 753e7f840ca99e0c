"""Two commands at once: the second writer is told who writes, decisions are taken down, readers never wait."""

import duckdb
import pytest

from ingestion import lake
from ingestion.register import Register
from tests.whole.post import PERIOD, PLAN, RUN, after_the_first, exported
from tests.whole.processes_of import WarmStart

pytestmark = pytest.mark.slow

SIGNED = ("--post", "项目推进中心综合岗", "--reason", "存错了目录")


@pytest.fixture
def servers(tmp_path):
    servers = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        servers.append(WarmStart(tmp_path / name))
    yield servers
    for server in servers:
        server.close()


def test_who_comes_second_is_told_and_nobody_waits_or_loses_anything(tmp_path, servers):
    workspace, post = after_the_first(tmp_path / "workspace")
    writer, other = servers
    before = exported(workspace)["published"]
    received = Register(workspace.register).receipts(PLAN)
    receipt = next(r.receipt_id for r in received if (r.form, r.unit_id) == ("monthly_dispatch", post.units[0]))
    row = lake.read(workspace.lake, "accepted_investment", PLAN, PERIOD)[0]

    post.deliver(post.next(), workspace)
    running = writer.start(workspace, *RUN)
    assert running.until("build")
    asked = ("--plan", PLAN, "--period", PERIOD)
    for words in (RUN, ("publish",)):
        second = other.start(workspace, *words)
        assert second.wait() == 2, second.said
        assert f"run {PLAN} {PERIOD}" in second.said and str(running.pid) in second.said
    status = other.start(workspace, "status", *asked)
    assert status.wait() == 0 and "【催报】" in status.said
    release = (workspace.published / "current").resolve(strict=True)
    with duckdb.connect(str(release / "diaodu.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.fct_metric").fetchone()[0] > 0
    taken = [
        ("withdraw", "--plan", PLAN, "--receipt", str(receipt), *SIGNED),
        ("assign", "--plan", PLAN, "--receipt", str(receipt), "--unit", post.units[1], *SIGNED),
        ("accept", *asked, "--project", row["project_id"], "--rule", "R01", *SIGNED),
    ]
    for words in taken:
        decided = other.start(workspace, *words)
        assert decided.wait() == 0 and "已记录决定" in decided.said, decided.said
    assert running.stage() != "ended", "the run ended before everything was asked of it"
    assert running.wait() == 0, running.said
    assert exported(workspace)["published"] != before
    assert [decision.kind for decision in Register(workspace.register).decisions(PLAN)] == [
        "withdraw",
        "assign",
        "accept",
    ]
    again = writer.start(workspace, *RUN)
    assert again.wait() == 0, again.said
    submissions = lake.read(workspace.lake, "submissions", PLAN, PERIOD)
    [withdrawn] = [line for line in submissions if line["receipt_id"] == receipt]
    assert withdrawn["withdrawn"] and withdrawn["unit_id"] == post.units[1]
