"""Service: web server and daemon of one workspace, started, watched over and stopped together.

Belongs here: the processes behind ``diaodu ui``, what is said when one of them dies, loading edited plans anew.
Does not belong here: what starts runs (inbox_sensor, deadlines); what the processes load (location).
"""

import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ingestion.settings import PROJECT_ROOT, service_environment
from ingestion.workspace import Workspace
from orchestration import alive
from orchestration.failures import PortTaken, ProcessDied, ServiceRuns
from orchestration.freshness import digest, of_file
from orchestration.instance import prepare_home
from orchestration.processes import Child, start

HOST = "127.0.0.1"  # nobody else's machine can reach it; a bureau that wants more puts a proxy with passwords before it
LOCATION = "diaodu"
_LOOK_EVERY_SECONDS = 1.0
_PATIENCE_SECONDS = 180.0  # to load the definitions on a slow machine that is busy with something else

WORKSPACE_FILE = """\
# written by diaodu ui at every start
load_from:
  - grpc_server:
      socket: {socket}
      location_name: {location}
"""


@dataclass(frozen=True)
class Told:
    """What the service says while it runs: ``ready`` when it can be used, ``reloaded`` after a plan was edited."""

    ready: Callable[[str], None]
    reloaded: Callable[[], None]


def serve(workspace: Workspace, port: int, told: Told, stop: threading.Event) -> None:
    """Run the service until ``stop`` is set.

    Raises :class:`PortTaken`, :class:`ServiceRuns` before anything is started, and :class:`ProcessDied` when one of
    the processes ends by itself; the others are stopped then.
    """
    check_port(port)
    home = prepare_home(workspace)
    with ExitStack() as stack:
        stack.enter_context(_only_one(home))
        alive.forget_the_dead(workspace)
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="diaodu-"))) / "code.sock"
        config = home / "workspace.yaml"
        config.write_text(WORKSPACE_FILE.format(socket=place, location=LOCATION), encoding="utf-8")
        children: list[Child] = []
        stack.callback(_stop_all, children)

        def run(name: str, *command: str) -> None:
            environment = service_environment(workspace.root, home)
            children.append(start(name, command, environment, PROJECT_ROOT, home / "logs" / f"{name}.log"))

        run("code", *_code_server(place))
        _wait_for(lambda: _answers(place), children, stop)
        _check_loaded(place, children[0])
        run("web", _tool("dagster-webserver"), "-h", HOST, "-p", str(port), "-w", str(config))
        run("daemon", _tool("dagster-daemon"), "run", "-w", str(config))
        _wait_for(lambda: _listens(port), children, stop)
        if not stop.is_set():
            told.ready(f"http://{HOST}:{port}")
        _watch(workspace, place, children, told, stop)


def check_port(port: int) -> None:
    """:class:`PortTaken` when somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortTaken(port, error.strerror or str(error)) from None


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _watch(workspace: Workspace, place: Path, children: list[Child], told: Told, stop: threading.Event) -> None:
    """Until the end: raise when a process died, load the definitions anew when a plan was edited, added or removed."""
    loaded = _plans(workspace)
    while not stop.wait(_LOOK_EVERY_SECONDS):
        _check(children)
        today = _plans(workspace)
        if today != loaded:
            _client(place).reload_code(timeout=int(_PATIENCE_SECONDS))
            loaded = today
            told.reloaded()


def _check(children: list[Child]) -> None:
    for child in children:
        if (code := child.process.poll()) is not None:
            raise ProcessDied(child.name, code, child.log)


def _wait_for(is_ready: Callable[[], bool], children: list[Child], stop: threading.Event) -> None:
    waited = 0.0
    while not is_ready() and not stop.wait(_LOOK_EVERY_SECONDS):
        _check(children)
        waited += _LOOK_EVERY_SECONDS
        if waited > _PATIENCE_SECONDS:
            raise ProcessDied(children[-1].name, None, children[-1].log)


def _stop_all(children: list[Child]) -> None:
    """The last one started goes first: the daemon must not start a run that nobody would look after."""
    for child in reversed(children):
        child.stop()


def _code_server(place: Path) -> Iterator[str]:
    yield from (sys.executable, "-m", "dagster", "code-server", "start", "--socket", str(place))
    yield from ("-m", "orchestration.location", "-a", "bureau_at_home", "-d", str(PROJECT_ROOT))
    yield from ("--location-name", LOCATION, "--use-python-environment-entry-point")


def _tool(name: str) -> str:
    """A program of this environment, whatever PATH says."""
    return str(Path(sys.executable).with_name(name))


def _client(place: Path):
    from dagster._grpc.client import DagsterGrpcClient

    return DagsterGrpcClient(socket=str(place))


def _answers(place: Path) -> bool:
    from dagster._core.errors import DagsterUserCodeUnreachableError

    if not place.exists():
        return False
    try:
        _client(place).ping("")
    except DagsterUserCodeUnreachableError:
        return False
    return True


def _check_loaded(place: Path, child: Child) -> None:
    """The code server starts even when the definitions do not load; nothing would ever run then."""
    from dagster._serdes import deserialize_value
    from dagster._utils.error import SerializableErrorInfo

    if place.exists() and isinstance(deserialize_value(_client(place).list_repositories()), SerializableErrorInfo):
        raise ProcessDied(child.name, None, child.log)


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1.0).close()
    except OSError:
        return False
    return True


def _plans(workspace: Workspace) -> str:
    return digest([(path.name, of_file(path)) for path in sorted(workspace.plans.glob("*.yml"))])


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """One service per workspace; the operating system frees the lock with the process."""
    lock = FileLock(home / "service.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ServiceRuns from None
    try:
        yield
    finally:
        lock.release()
