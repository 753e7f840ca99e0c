"""BI database: a release brought to the PostgreSQL that BI reads, and what is said about it.

Belongs here: which sentences a person gets; that a database which is not there never fails a month.
Does not belong here: copying and swapping (dispatch.postgres).
"""

from dataclasses import dataclass
from pathlib import Path

from ingestion import vocabulary
from ingestion.settings import PostgresSetting


@dataclass(frozen=True)
class Brought:
    """Whether the release stands in PostgreSQL now, and what is said of it, a sentence a line."""

    stands: bool
    sentences: tuple[str, ...]


def bring(setting: PostgresSetting, release: Path) -> Brought:
    """Publish the release in a folder to PostgreSQL; what goes wrong is told with its remedy, never raised."""
    from dispatch.postgres import PostgresFailed, publish_to

    try:
        done = publish_to(setting, release)
    except PostgresFailed as failure:
        return Brought(False, (str(failure),))
    sentences = [_say("done", release=done.release, tables=done.tables, rows=done.rows)]
    if not done.all_readers_done:
        sentences.append(_say("not_waited"))
    if done.left_over:
        sentences.append(_say("left_over", schemas=_say("joint").join(done.left_over)))
    return Brought(True, tuple(sentences))


def _say(key: str, **values: object) -> str:
    return vocabulary.messages("release")[f"postgres.{key}"].format(**values)
