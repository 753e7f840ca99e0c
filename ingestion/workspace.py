"""Workspace: the folders of one bureau, which of them are primary and which can be thrown away.

Belongs here: names and places of the stores.
Does not belong here: what is written into them.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion.settings import SHIPPED_PLANS


class WorkspaceMissing(Exception):
    """There is no workspace at the given folder."""


@dataclass(frozen=True)
class Workspace:
    """The stores of one bureau.

    ``root`` holds the primary stores (archive, register) and what people edit (plans, inbox). ``derived`` holds
    what a run rebuilds; it equals ``root`` except for a look back with ``--known-at``, which must not disturb
    what is published today.
    """

    root: Path
    derived: Path

    @classmethod
    def open(cls, root: Path) -> "Workspace":
        """The workspace at ``root``; :class:`WorkspaceMissing` when ``diaodu init`` was never run there."""
        root = root.resolve()
        if not (root / "plans").is_dir():
            raise WorkspaceMissing(str(root))
        return cls(root, root)

    @classmethod
    def create(cls, root: Path, plan_ids: list[str]) -> "Workspace":
        """Make the folders and copy the named shipped plans; what is already there is left as it is."""
        workspace = cls(root.resolve(), root.resolve())
        for folder in (workspace.plans, workspace.inbox, workspace.archive, workspace.outbox):
            folder.mkdir(parents=True, exist_ok=True)
        for plan_id in plan_ids:
            (workspace.inbox / plan_id).mkdir(exist_ok=True)
            target = workspace.plans / f"{plan_id}.yml"
            if not target.exists():
                shutil.copyfile(SHIPPED_PLANS / f"{plan_id}.yml", target)
        return workspace

    def as_known_at(self, instant: datetime) -> "Workspace":
        """The same primary stores with derived stores of their own for a look back at ``instant``."""
        return Workspace(self.root, self.root / "as-known-at" / instant.strftime("%Y-%m-%dT%H%M%S"))

    # primary, and what people edit
    @property
    def plans(self) -> Path:
        return self.root / "plans"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def reference(self) -> Path:
        """Lists that other departments keep, put there by the centre; there need be none."""
        return self.root / "reference"

    @property
    def register(self) -> Path:
        return self.root / "register.sqlite"

    @property
    def contacts(self) -> Path:
        """Who may be called at a unit; stays here, see ``ingestion.contacts``."""
        return self.root / "contacts.csv"

    @property
    def writer_lock(self) -> Path:
        return self.root / ".writer.lock"

    @property
    def dagster_home(self) -> Path:
        return self.root / "dagster"

    # derived: a run rebuilds them
    @property
    def lake(self) -> Path:
        return self.derived / "lake"

    @property
    def warehouse(self) -> Path:
        return self.derived / "warehouse.duckdb"

    @property
    def dbt_target(self) -> Path:
        """What dbt made of the models' text: the same for every build, so a look back need not parse them again."""
        return self.root / "dbt"

    @property
    def outbox(self) -> Path:
        return self.derived / "outbox"

    @property
    def published(self) -> Path:
        return self.derived / "published"

    @property
    def sealed(self) -> Path:
        """Copies of certified releases; a look back certifies nothing."""
        return self.root / "sealed"
