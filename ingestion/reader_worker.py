"""Reader worker: the process that reads workbooks for the pool, one after another, within a memory limit.

Belongs here: the worker's loop over its pipe.
Does not belong here: starting, watching and replacing workers (reader_pool).

Started as ``python -m ingestion.reader_worker FD``: a fresh interpreter which imports the reader and nothing of what
the parent has loaded, so a worker is ready in a tenth of a second and a crash in it touches nobody.
"""

import contextlib
import resource
import sys
from multiprocessing.connection import Connection

from ingestion.reading import read_workbook


def main(descriptor: int) -> None:
    """Receive (forms, limits) once, then paths; answer each path with its reading, until the pipe closes."""
    with Connection(descriptor) as pipe, contextlib.suppress(EOFError, BrokenPipeError):
        forms, limits = pipe.recv()
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
        while True:
            path = pipe.recv()
            pipe.send(read_workbook(path, forms, limits))


if __name__ == "__main__":
    main(int(sys.argv[1]))
