"""Self-check: whether a paper, also after people edited it, says what the public tables say; K01–K10.

Belongs here: the order of the checks.
Does not belong here: single checks (checked_numbers.py, checked_sums.py, checked_words.py), what they look at
(checked_paper.py).
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from dispatch.checked_numbers import numbers
from dispatch.checked_paper import Failure, failure, read, said
from dispatch.checked_sums import sums
from dispatch.checked_words import words
from dispatch.citations import load
from dispatch.cited_document import NotReadable
from dispatch.marts import Marts
from ingestion.plans import Plan


def check(
    document: Path, citations: Path, marts: Marts, plan_of: Callable[[str], Plan] | None = None
) -> Sequence[Failure]:
    """All that is wrong in a document, in the order of the checks; nothing when it can be issued.

    ``citations`` is the file beside the paper as the run wrote it, ``marts`` the state of the public tables that is to
    be issued, ``plan_of`` gives a plan by its id for the few numbers that only a plan says.
    """
    with marts.kept_open():
        try:
            paper = read(document, load(citations), marts, plan_of)
        except NotReadable:
            told = {"suffix": document.suffix}
            return [failure(said("place.document"), "K01", "unreadable.what", "unreadable.remedy", **told)]
        return [one for look in (numbers, sums, words) for one in look(paper)]
