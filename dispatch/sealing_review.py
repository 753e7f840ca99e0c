"""Sealing review: the look at a release before a post signs it: what changed since, and what is wrong in its papers.

Belongs here: gathering the comparison with the last certified release of the period and of the period before, the
output self-check of every document, revisions.
Does not belong here: the checks themselves (self_check), how the review looks (sealing_papers), freezing (sealing).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dispatch import wording
from dispatch.change_question import End
from dispatch.contributions import NoSuchPeriod
from dispatch.corrections import Corrections, compare
from dispatch.issuing import Issued
from dispatch.marts import Marts
from dispatch.publishing import DATABASE
from dispatch.revisions import Revision, revisions
from dispatch.sealing import RELEASE, Candidate, folder_of
from dispatch.sealing_words import say
from ingestion.seals import Seal, Seals
from ingestion.workspace import Workspace


class Failure(Protocol):
    """One thing wrong in a document: where, which check, what it is and what to do."""

    place: str
    code: str
    what: str
    remedy: str


Check = Callable[[Path, Path, Marts], Sequence[Failure]]  # document, its citations, the release


class CopyMissing(Exception):
    """The copy of a certified release was deleted; it can be built anew."""

    def __init__(self, signed: Seal):
        super().__init__(str(signed.seal_id))
        self.seal = signed


@dataclass(frozen=True)
class Checked:
    """A document and what is wrong in it; ``failures`` is None where it carries no citations to be checked by."""

    document: Path
    failures: Sequence[Failure] | None


@dataclass(frozen=True)
class Review:
    """All that the post sees before it signs."""

    candidate: Candidate
    documents: Sequence[Checked]
    since_last: Corrections | None  # None: the period was never certified
    before: Seal | None  # the last certified release of the period before
    since_before: Corrections | None
    revisions: Sequence[Revision]

    @property
    def failures(self) -> list[tuple[Path, Failure]]:
        """Whatever stops the issue."""
        return [(one.document, failure) for one in self.documents for failure in one.failures or ()]


def review(ws: Workspace, found: Candidate, documents: Sequence[Issued], check: Check) -> Review:
    """Look at a candidate and its documents as they are. :class:`CopyMissing` for a deleted release."""
    seals = Seals(ws.register)
    before = _last_of_period_before(seals, found)
    return Review(
        candidate=found,
        documents=[_checked(one, found.marts, check) for one in documents],
        since_last=since(ws, found.last, found) if found.last else None,
        before=before,
        since_before=since(ws, before, found) if before else None,
        revisions=revisions(seals, found.plan_id, _now(found, seals)),
    )


def _checked(one: Issued, marts: Marts, check: Check) -> Checked:
    return Checked(one.document, check(one.document, one.citations, marts) if one.citations else None)


def since(ws: Workspace, signed: Seal, found: Candidate) -> Corrections | None:
    """What changed in a seal's period between that seal and a candidate; None where the candidate has it no more."""
    now = End(found.marts, label_of_candidate(found, signed.period))
    try:
        return compare(end_of_seal(ws, signed), now, found.plan_id, signed.period)
    except NoSuchPeriod:
        return None


def end_of_seal(ws: Workspace, signed: Seal) -> End:
    """A certified release as the end of a comparison."""
    path = folder_of(ws, signed) / RELEASE / DATABASE
    if not path.exists():
        raise CopyMissing(signed)
    return End(Marts(path), label_of_seal(signed))


def label_of_seal(signed: Seal) -> str:
    """第1次签发（2022-12-01 10:00，岗位）."""
    at = wording.instant(signed.sealed_at)
    return say("seal.label", number=signed.number, at=at, post=signed.post)


def label_of_candidate(found: Candidate, period: str) -> str:
    """拟第2次签发（2022-12-05 09:00已知）; for another period than its own 现在的结果（……）."""
    at = wording.instant(found.known_at)
    return say("seal.label_new", number=found.number, at=at) if period == found.period else say("seal.label_now", at=at)


def _last_of_period_before(seals: Seals, found: Candidate) -> Seal | None:
    sql = "select previous_period from marts.dim_period where plan_id = ? and period = ?"
    [own] = found.marts.query(sql, [found.plan_id, found.period])
    earlier = own["previous_period"]
    return next(reversed(seals.seals(found.plan_id, earlier)), None) if earlier else None


def _now(found: Candidate, seals: Seals) -> dict[str, dict[tuple, dict]]:
    """The figures that are about to be certified, of the candidate's own period where it was certified before."""
    if not found.last:
        return {}
    rows = found.marts.query(
        """
        select population, scope_kind, scope, metric, value from marts.fct_metric
        where plan_id = ? and period = ? and population = 'all' and scope_kind = 'unit'
        """,
        [found.plan_id, found.period],
    )
    return {found.period: {(r["population"], r["scope_kind"], r["scope"], r["metric"]): r for r in rows}}
