"""Reverting: readers are taken back to the last certified release, by a dated decision.

Belongs here: which release that is, the decision, the swap, what people are told from then on.
Does not belong here: the swap itself (publishing), certifying (sealing).

The decision is written down first: a revert that was killed is done again, and never carried out unsaid.
"""

from datetime import datetime

from dispatch import telling
from dispatch.marts import Marts
from dispatch.publishing import swap_in
from dispatch.sealing import RELEASE, folder_of
from dispatch.sealing_review import CopyMissing
from ingestion.seals import Seal, Seals
from ingestion.workspace import Workspace


class NothingCertified(Exception):
    """No release of the plan was ever certified."""


def last_certified(ws: Workspace, plan_id: str) -> Seal:
    """The seal of a plan that was given last; :class:`NothingCertified`."""
    seals = Seals(ws.register).seals(plan_id)
    if not seals:
        raise NothingCertified(plan_id)
    return seals[-1]


def revert(ws: Workspace, plan_id: str, post: str, reason: str, now: datetime) -> tuple[Seal, bool]:
    """Swap the last certified release in again, as BI read it when it was signed; the seal, and whether it was swapped.

    Other plans of the workspace go back with it. The next run publishes what is known by then, as ever.
    :class:`CopyMissing` when its copy was deleted, :class:`NothingCertified`.
    """
    signed = last_certified(ws, plan_id)
    current = Marts.of_release(ws).path.parent.name
    if current == signed.release:
        return signed, False
    kept = folder_of(ws, signed) / RELEASE
    if not kept.is_dir():
        raise CopyMissing(signed)
    Seals(ws.register).record_revert(signed, current, post, reason, now)
    swap_in(ws, signed.release, kept)
    telling.record(ws, signed.release, now)
    return signed, True
