"""One writer at a time."""

import subprocess
import sys
import textwrap

import pytest

from ingestion.workspace import Workspace
from orchestration.failures import WorkspaceBusy
from orchestration.writer import writing

HOLD = textwrap.dedent("""
    import sys
    from pathlib import Path
    from ingestion.workspace import Workspace
    from orchestration.writer import writing
    with writing(Workspace(Path(sys.argv[1]), Path(sys.argv[1])), "run huozhou-2022 2022-11"):
        print("held", flush=True)
        sys.stdin.read()
""")


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path, tmp_path)


@pytest.fixture
def holder(workspace):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_writer_is_told_who_holds_the_workspace(workspace, holder):
    with pytest.raises(WorkspaceBusy) as busy, writing(workspace, "publish"):
        pass
    assert busy.value.holder["doing"] == "run huozhou-2022 2022-11"
    assert busy.value.holder["pid"] == str(holder.pid)


def test_a_killed_writer_leaves_the_workspace_free(workspace, holder):
    holder.kill()
    holder.wait()
    with writing(workspace, "publish"):
        pass


def test_the_workspace_is_free_again_after_a_writer_that_failed(workspace):
    with pytest.raises(RuntimeError), writing(workspace, "run"):
        raise RuntimeError
    with writing(workspace, "run"):
        pass


def test_a_patient_writer_is_told_whom_it_waits_for_and_gets_its_turn(workspace, holder):
    heard = []

    def waiting(held: dict[str, str]) -> None:
        heard.append(held["doing"])
        holder.stdin.close()  # the first one comes to its end

    with writing(workspace, "service", patience=30, waiting=waiting):
        pass
    assert heard == ["run huozhou-2022 2022-11"]


def test_patience_has_an_end(workspace, holder):
    with pytest.raises(WorkspaceBusy), writing(workspace, "service", patience=0.2):
        pass
