"""Resources: what every asset of a run shares.

Belongs here: the workspace a definition was built for, the instant a person asked for, who hears of progress.
Does not belong here: connections; each room opens what it needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ingestion.intake import IntakeReport
from ingestion.settings import PostgresSetting
from ingestion.workspace import Workspace
from orchestration.stages import Progress, silent


@dataclass(frozen=True)
class Bureau:
    """The workspace a run works on.

    ``look_back_to`` is the instant given with ``--known-at`` (None: everything known today); ``now`` is the clock,
    replaced in tests; ``taken_in`` hears what became of the files in the inbox. ``postgres`` is the database that gets
    each release too (None: no database), ``told`` hears what is said of that.
    """

    workspace: Workspace
    now: Callable[[], datetime]
    look_back_to: datetime | None = None
    progress: Progress = silent
    taken_in: Callable[[IntakeReport], None] = lambda report: None
    postgres: PostgresSetting | None = None
    told: Callable[[str], None] = lambda sentence: None

    @property
    def derived(self) -> Workspace:
        """Where the derived stores of this run lie."""
        return self.workspace.as_known_at(self.look_back_to) if self.look_back_to else self.workspace
