"""Sealing words: the sentences of certified releases.

Belongs here: filling a sentence of messages_release.csv.
Does not belong here: the sentences themselves, how values are said (wording).
"""

from ingestion import vocabulary
from ingestion.plain_text import visible


def say(key: str, **values: object) -> str:
    """A sentence of certified releases, filled; what others wrote stands in it as visible text."""
    shown = {name: visible(value, lines=True) if isinstance(value, str) else value for name, value in values.items()}
    return vocabulary.messages("release")[key].format(**shown)
