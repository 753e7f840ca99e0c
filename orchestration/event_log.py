"""Event log: Dagster's own event log in SQLite, with its connections kept from one event to the next.

Belongs here: how long a connection to a log lasts.
Does not belong here: what is logged (Dagster).

A run logs some five hundred events in three times as many transactions. Dagster opens both databases anew for each of
them and waits until the disk has it: a fifth of a county's run.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as db
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.pool import NullPool, SingletonThreadPool

_RUNS_KEPT = 4  # logs of runs that stay open at a time: the daemon looks at many


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """The same databases, layout and locking; only opening them is done once."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None):
        self._engines: OrderedDict[str, db.Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "KeptSqliteEventLogStorage":
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[db.Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> db.Engine:
        if shard not in self._engines:
            if shard not in self._initialized_dbs:
                self._initdb(self._new_engine(shard, NullPool))
                self._initialized_dbs.add(shard)
            self._engines[shard] = self._new_engine(shard, SingletonThreadPool)
        self._engines.move_to_end(shard)
        runs = [name for name in self._engines if name != INDEX_SHARD_NAME]
        for name in runs[:-_RUNS_KEPT]:
            self._engines.pop(name).dispose()
        return self._engines[shard]

    def _new_engine(self, shard: str, pool: type) -> db.Engine:
        patience = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        engine = db.create_engine(self.conn_string_for_shard(shard), poolclass=pool, connect_args=patience)
        db.event.listen(engine, "connect", _without_waiting_for_the_disk)
        return engine

    def delete_events(self, run_id: str) -> None:
        super().delete_events(run_id)
        if engine := self._engines.pop(run_id, None):
            engine.dispose()

    def dispose(self) -> None:
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()


def _without_waiting_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
    """A killed process loses no event; a power cut may lose the last ones of a log that nothing is made from."""
    connection.execute("pragma synchronous = normal")
