"""Serving: the command that keeps a workspace going without anyone typing.

Belongs here: ``diaodu ui`` and what it says.
Does not belong here: the processes (service).
"""

from typing import Annotated

import typer

from ingestion.settings import default_home
from orchestration.console import InWorkspace, open_workspace, out, say, stop
from orchestration.failures import PortTaken, ProcessDied, ServiceRuns

OnPort = Annotated[int, typer.Option("--port", min=1, max=65535, help="网页的端口；只在本机 127.0.0.1 上听")]


def ui(port: OnPort = 3000, workspace: InWorkspace = default_home()) -> None:  # noqa: B008
    """开着：网页和后台服务。新文件自动处理，到期自动催报；按 Ctrl-C 停。"""
    from orchestration.processes import last_lines
    from orchestration.service import Told, serve, stop_on_signals

    home = open_workspace(workspace)

    def ready(address: str) -> None:
        out.print(say("ui_ready", address=address, inbox=home.inbox, outbox=home.outbox), soft_wrap=True)

    out.print(say("ui_starting", folder=home.root), soft_wrap=True)
    try:
        serve(home, port, Told(ready, lambda: out.print(say("ui_reloaded"))), stop_on_signals())
    except PortTaken as error:
        raise stop(say("ui_port_taken", port=port, other=port % 65535 + 1, cause=error.cause)) from None
    except ServiceRuns:
        raise stop(say("ui_runs_already", folder=home.root)) from None
    except ProcessDied as error:
        which = say(f"ui_process_{error.name}")
        key = "ui_not_ready" if error.code is None else "ui_died"
        stop(say(key, which=which, code=error.code, log=error.log))
        raise stop(last_lines(error.log)) from None
    out.print(say("ui_stopped"))
