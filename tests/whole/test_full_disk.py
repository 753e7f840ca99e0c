"""A disk that is full stops a command with one sentence; nothing half done goes out, and room gives the same bytes.

The limit is the system's own (setrlimit): every file that would grow beyond it is refused, in whatever process.
"""

import shutil

import pytest

from ingestion.workspace import Workspace
from tests.whole.post import RUN, after_the_first, exported
from tests.whole.processes_of import WarmStart

pytestmark = pytest.mark.slow

# what no longer fits: a workbook's copy, the register, what dbt parsed, the warehouse; then the release alone
LIMITS = {4_000: RUN, 120_000: RUN, 600_000: RUN, 6_000_000: RUN, 700_000: ("publish",)}


@pytest.fixture
def server(tmp_path):
    server = WarmStart(tmp_path)
    yield server
    server.close()


def test_a_full_disk_is_one_sentence_and_changes_nothing_that_is_out(tmp_path, server):
    workspace, post = after_the_first(tmp_path / "narrow")
    post.deliver(post.next(), workspace)
    roomy = Workspace.open(shutil.copytree(workspace.root, tmp_path / "roomy", symlinks=True))
    undisturbed = server.start(roomy, *RUN)
    assert undisturbed.wait() == 0, undisturbed.said

    before = exported(workspace)["published"]
    for limit, words in LIMITS.items():
        narrow = server.start(workspace, *words, RLIMIT_FSIZE=limit)
        assert narrow.wait() == 2, (limit, narrow.said)
        assert "磁盘已满" in narrow.said and str(workspace.root) in narrow.said and "再运行一次" in narrow.said
        assert "Traceback" not in narrow.said
        assert exported(workspace)["published"] == before, limit
    again = server.start(workspace, *RUN)
    assert again.wait() == 0, again.said
    assert exported(workspace) == exported(roomy)
    assert exported(workspace)["published"] != before
