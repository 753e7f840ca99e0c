"""Waiting: which files of the inbox the next intake would take in.

Belongs here: comparing what lies in the inbox with what the register has, by content.
Does not belong here: what is a submission at all (inbox), taking it in (intake).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingestion import archive
from ingestion.inbox import Found, walk
from ingestion.plans import Plan
from ingestion.register import Receipt, Register
from ingestion.workspace import Workspace


@dataclass(frozen=True)
class Waiting:
    """A file of the inbox that is new, or whose bytes changed since it was registered from the same place."""

    plan_id: str
    inbox_path: str
    sha256: str


def waiting(ws: Workspace, plans: Mapping[str, Plan]) -> list[Waiting]:
    """The files of ``plans`` that wait to be taken in, in the order of their paths; growing files wait a little longer.

    Files that cannot be opened are none of them: intake leaves those alone and says so.
    """
    found, _ = walk(ws, plans)
    registered = {plan_id: Register(ws.register).receipts(plan_id) for plan_id in {item.plan_id for item in found}}
    new = []
    for item in found:
        try:
            stat = item.path.stat()
            sha256 = _sha256(item.path, stat.st_size, stat.st_mtime_ns)
        except OSError:
            continue
        latest = latest_receipt(item, registered[item.plan_id])
        if latest is None or latest.sha256 != sha256:
            new.append(Waiting(item.plan_id, item.inbox_path, sha256))
    return new


def latest_receipt(found: Found, registered: Iterable[Receipt]) -> Receipt | None:
    """What was registered last from the place where a file lies."""
    own = (receipt for receipt in registered if receipt.inbox_path == found.inbox_path)
    return max(own, key=lambda receipt: receipt.receipt_id, default=None)


@lru_cache(maxsize=50_000)
def _sha256(path: Path, size: int, modified: int) -> str:
    """The hash of a file's bytes, computed again only when its size or time of change did."""
    return archive.sha256_of(path)
