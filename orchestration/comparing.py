"""Comparing: the two ends of `diaodu changes`: a release, or a look back that is built when there is none yet.

Belongs here: what a person may write for an end, and finding or building the tables behind it.
Does not belong here: why figures differ (dispatch.changes).
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from dispatch import sealing
from dispatch.change_question import End
from dispatch.contributions import NoContributions, NoSuchPeriod, load
from dispatch.marts import Marts, NotPublished
from dispatch.publishing import DATABASE
from dispatch.wording import instant as shown
from dispatch.wording import say
from ingestion.register import Register
from ingestion.seals import Seals
from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace
from orchestration.resources import Bureau
from orchestration.stages import Progress, silent

CURRENT = "current"


class NoSuchEnd(Exception):
    """Neither a release nor an instant."""

    def __init__(self, text: str, releases: list[str]):
        super().__init__(text)
        self.text, self.releases = text, releases


def releases(home: Workspace) -> list[str]:
    """The releases that can be compared, the latest first."""
    return [path.name for path in sorted(_published(home), key=lambda path: -path.stat().st_mtime_ns)]


def _published(home: Workspace) -> list[Path]:
    folder = home.published / "releases"
    return [path for path in folder.iterdir() if (path / DATABASE).exists()] if folder.is_dir() else []


def _certified(home: Workspace) -> dict[str, Path]:
    """Certified releases by name: they can be compared after ``published/`` has forgotten them."""
    folders = ((one.release, sealing.folder_of(home, one) / sealing.RELEASE) for one in Seals(home.register).seals())
    return {name: folder for name, folder in folders if (folder / DATABASE).exists()}


def end_of(
    home: Workspace,
    plan_id: str,
    period: str,
    text: str,
    now: Callable[[], datetime],
    building: Callable[[datetime, Path], None] = lambda instant, folder: None,
    progress: Progress = silent,
) -> End:
    """The end a person means: ``current``, a release id, or an instant, for which a look back is made or used again.

    ``building`` hears of a look back before it is built. :class:`NoSuchEnd` when the text is none of the three.
    """
    if text == CURRENT:
        path = Marts.of_release(home).path
        return End(Marts(path), say("changes.of_release", release=path.parent.name))
    known = _certified(home) | {path.name: path for path in _published(home)}
    if text in known:
        return End(Marts(known[text] / DATABASE), say("changes.of_release", release=text))
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        certified = [name for name in _certified(home) if name not in releases(home)]
        raise NoSuchEnd(text, releases(home) + certified) from None
    instant = instant if instant.tzinfo else instant.replace(tzinfo=TIMEZONE)
    looked = home.as_known_at(instant)
    if not _stands(looked, plan_id, period, instant):
        from orchestration.runs import run_dispatch  # Dagster: not needed for an end that stands already

        building(instant, looked.derived)
        run_dispatch(Bureau(home, now, instant, progress), plan_id, period)
    return End(Marts.of_release(looked), say("changes.at_instant", at=shown(instant)))


def _stands(looked: Workspace, plan_id: str, period: str, instant: datetime) -> bool:
    """Whether a look back is there with this plan and period, and nothing that belongs to it was learnt since."""
    try:
        marts = Marts.of_release(looked)
        load(marts, plan_id, period)
    except (NotPublished, NoSuchPeriod, NoContributions):
        return False
    built = datetime.fromtimestamp(marts.path.stat().st_mtime, TIMEZONE)
    register = Register(looked.register)
    late = [receipt.seen_at for receipt in register.receipts(plan_id, instant)]
    late += [decision.decided_at for decision in register.decisions(plan_id, instant)]
    return all(at <= built for at in late)
