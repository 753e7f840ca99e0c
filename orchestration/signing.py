"""Signing: from a draft to a certified release: the look at it, and the signature of a post.

Belongs here: what must hold before a release is signed, and which papers come with it.
Does not belong here: options and sentences of the command (seal_command), how a release is frozen (dispatch.sealing).
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dispatch import correction_notice, sealing, sealing_papers
from dispatch.issuing import Issued, documents_of
from dispatch.sealing import Candidate, Sealed
from dispatch.sealing_review import Check, Review, review
from ingestion.plans import load_plan, parse_plan
from ingestion.register import Register
from ingestion.workspace import Workspace
from orchestration import situation, stages


class NotFresh(Exception):
    """What is published does not rest on all that was known when it was made; a run is needed first."""


@dataclass(frozen=True)
class Looked:
    """A release that was looked at; ``paper`` says what was seen. It can be signed when ``review`` has no failures."""

    review: Review
    issued: Sequence[Issued]
    paper: Path


class NotClean(Exception):
    """Something is wrong in a document; nothing was signed."""


def self_check(home: Workspace, found: Candidate) -> Check:
    """The check that every document must pass (K01–K10), by the plan that ruled when the figures were known."""
    from dispatch.self_check import check  # Word and its XML: not needed where nothing is signed

    version = Register(home.register).plan_at(found.plan_id, found.known_at)
    plan = parse_plan(version.text, f"{found.plan_id}.yml")
    return lambda document, citations, marts: check(document, citations, marts, lambda _: plan)


def look(home: Workspace, plan_id: str, period: str, given: Sequence[Path] = ()) -> Looked:
    """Look at what would be signed, and write 签发核对; ``given`` are documents that people changed.

    Raises :class:`NotFresh`; see also :func:`dispatch.sealing.candidate` and :func:`dispatch.sealing_review.review`.
    """
    found = sealing.candidate(home, plan_id, period)
    if not is_fresh(home, found):
        raise NotFresh(period)
    issued = documents_of(home, plan_id, period, given)
    seen = review(home, found, issued, self_check(home, found))
    return Looked(seen, issued, sealing_papers.write(home, seen))


def sign(home: Workspace, looked: Looked, post: str, reason: str, now: datetime) -> Sealed:
    """Seal what was looked at, with what was seen and, where figures differ, 更正说明; by the one writer.

    Raises :class:`NotClean` when the look found something wrong.
    """
    if looked.review.failures:
        raise NotClean(len(looked.review.failures))

    def papers(folder: Path, found: Candidate) -> list[Path]:
        written = [Path(shutil.copyfile(looked.paper, folder / looked.paper.name))]
        if looked.review.since_last:
            written += correction_notice.write(folder, found, found.last, looked.review.since_last, reason)
        return written

    return sealing.seal(home, looked.review.candidate, looked.issued, post, reason, now, papers)


def is_fresh(home: Workspace, found: Candidate) -> bool:
    """Whether a run would publish the same again, as far as it knew what the candidate knew.

    Not so when a file was registered later that was received before, when a decision or the plan was dated back, when
    contacts, lists or the code changed, or when the lake was deleted: such a release could not be built anew.
    """
    knowledge = stages.Knowledge(found.known_at, is_look_back=False)
    plan = load_plan(home.plans / f"{found.plan_id}.yml")
    dealt_with = situation.settled(home, found.plan_id) == situation.situation(home, plan, found.known_at)
    return dealt_with and not stages.stale(home, found.plan_id, knowledge)
