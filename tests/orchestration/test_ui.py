"""``diaodu ui`` before anything starts, and when something dies."""

import socket
import sys
import threading

import pytest
from typer.testing import CliRunner

from ingestion.workspace import Workspace
from orchestration import processes
from orchestration.cli import app
from orchestration.failures import ServiceRuns
from orchestration.service import Told, serve
from tests.orchestration.serving import free_port

PLAN = "huozhou-2022"


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "workspace", [PLAN])


def test_a_port_in_use_is_named_with_the_remedy(workspace):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        arguments = ["ui", "--port", str(port), "--workspace", str(workspace.root)]
        done = CliRunner().invoke(app, arguments, env={"COLUMNS": "300"})
    assert done.exit_code == 2
    assert str(port) in done.output and f"--port {port + 1}" in done.output


def test_a_workspace_is_served_once(workspace):
    from orchestration import service

    workspace.dagster_home.mkdir()
    with service._only_one(workspace.dagster_home), pytest.raises(ServiceRuns):
        serve(workspace, free_port(), Told(print, print), threading.Event())


def test_a_process_is_stopped_with_everything_it_printed_kept(tmp_path):
    log = tmp_path / "logs" / "web.log"
    command = [sys.executable, "-c", "print('开始', flush=True); import time; time.sleep(60)"]
    child = processes.start("web", command, {"PYTHONUTF8": "1"}, tmp_path, log)
    while "开始" not in processes.last_lines(log):
        assert child.process.poll() is None
    child.stop()
    assert child.process.returncode == -15
    assert processes.last_lines(log) == "开始"
