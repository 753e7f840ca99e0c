"""Warm start: a process that has imported what `diaodu` needs and starts each command as a process of its own.

Belongs here: forking, one process group per command, telling its number and its exit code.
Does not belong here: what is started and when it is killed (the tests).

Reads one JSON line ``[output file, {limit: bytes}, argument, ...]`` per command; answers its number, then its exit code
(or minus the signal) once it ended. Importing Dagster anew for each of twenty commands would cost minutes.
"""

import json
import os
import resource
import sys
import traceback
from collections.abc import Callable


def main() -> None:
    import great_expectations  # noqa: F401 - a run imports it beside dbt

    import orchestration.runs
    from orchestration.cli import main as diaodu

    assert orchestration.runs
    for line in sys.stdin:
        output, limits, *arguments = json.loads(line)
        if (pid := os.fork()) == 0:
            _become(output, limits, arguments)
            os._exit(_done(diaodu))  # the threads of libraries stayed with the parent: there is nothing to wait for
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _done(command: Callable[[], None]) -> int:
    """The exit code of a command in this process."""
    try:
        command()
    except SystemExit as ended:
        return ended.code or 0
    except BaseException:  # what the interpreter would have said
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _become(output: str, limits: dict[str, int], arguments: list[str]) -> None:
    os.setsid()
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, name), (value, value))
    target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for descriptor in (1, 2):
        os.dup2(target, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["diaodu", *arguments]


if __name__ == "__main__":
    main()
