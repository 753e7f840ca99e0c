"""A real PostgreSQL server for the tests, in a folder of its own, gone with the session.

Belongs here: making, starting, stopping and killing the server, empty databases in it.
Does not belong here: what the tests then do with it. It serves a socket in its folder, no port.
"""

import getpass
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from ingestion.settings import PostgresSetting

CLERK, PASSWORD = "clerk", "kept-secret-8841"  # a login that needs its password; all others are let in
READER = "diaodu_reader"
_ACCESS = f"local all {CLERK} scram-sha-256\nlocal all all trust\n"
_SETTINGS = ("listen_addresses=", "fsync=off", "shared_buffers=32MB", "max_connections=40", "timezone=UTC")
_ENOUGH_SECONDS = 60.0


def programs() -> Path:
    """Where initdb and pg_ctl are: Debian keeps them out of PATH."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert places, "the tests need a PostgreSQL server: apt-get install postgresql-15"
    return places[-1]


def owner() -> str:
    """Who runs the server: PostgreSQL refuses to run as root."""
    if os.getuid():
        return getpass.getuser()
    return "postgres" if "postgres" in {user.pw_name for user in pwd.getpwall()} else "nobody"


@dataclass(frozen=True)
class Server:
    """One cluster; ``folder`` holds its data and its socket."""

    folder: Path
    numbers: itertools.count = field(default_factory=itertools.count)

    @classmethod
    def make(cls) -> "Server":
        """A new cluster, started, with a login that has a password."""
        server = cls(Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp")))  # a socket's path may have 107 bytes
        shutil.chown(server.folder, owner())
        server._run("initdb", "-D", "data", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N")
        (server.folder / "data" / "pg_hba.conf").write_text(_ACCESS)
        server.start()
        with server.connect() as connection:
            connection.execute(f"create role {CLERK} login createrole password '{PASSWORD}'")
        return server

    def start(self) -> None:
        """Start it; what a killed server left behind must be gone first, which takes a moment."""
        options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={self.folder}"))
        until = time.monotonic() + _ENOUGH_SECONDS
        while self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start", must=False):
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.2)

    def kill(self) -> None:
        """SIGKILL, as a power cut does: nothing is written down, nobody is told."""
        os.kill(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def remove(self) -> None:
        """Stop it at once, whatever it does, and its files are gone."""
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "stop", must=False)
        shutil.rmtree(self.folder)

    def database(self) -> PostgresSetting:
        """A new empty database of the login with the password, which is reached without it as ``postgres``."""
        name = f"bureau_{next(self.numbers)}"
        with self.connect() as connection:
            connection.execute(f"create database {name} owner {CLERK}")
        return PostgresSetting(self.dsn(name), READER)

    def dsn(self, database: str = "postgres", user: str = "postgres") -> str:
        return f"host={self.folder} dbname={database} user={user}"

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.dsn(), autocommit=True)

    def connect_to(self, database: PostgresSetting) -> psycopg.Connection:
        return psycopg.connect(database.dsn, autocommit=True)

    def _run(self, program: str, *arguments: str, must: bool = True) -> int:
        command = [str(programs() / program), *arguments]
        who = pwd.getpwnam(owner())
        other = {} if os.getuid() else {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        log = self.folder / "commands.log"  # not a pipe: the server would keep it open
        with log.open("ab") as told:
            done = subprocess.run(command, cwd=self.folder, stdout=told, stderr=told, check=False, **other)
        assert not (must and done.returncode), log.read_text()
        return done.returncode
