"""Seal command: `diaodu seal`, from the look at a release to the signature, and what can be done with signed ones.

Belongs here: its options, the order of look, check and signature, the sentences for what stops it.
Does not belong here: what must hold before a release is signed (signing), building it anew (rebuilding).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion import settings
from ingestion.settings import TIMEZONE, default_home
from ingestion.workspace import Workspace
from orchestration.asked_about import plan_of
from orchestration.console import InWorkspace, err, open_workspace, out, progress_bars, say, stop, worded

if TYPE_CHECKING:
    from orchestration.signing import Looked

OfPlan = Annotated[str | None, typer.Option("--plan", help="方案名，例如 huozhou-2022")]
OfPeriod = Annotated[str | None, typer.Option("--period", help="期次，例如 2022-11")]
ByPost = Annotated[str | None, typer.Option("--post", help="签发岗位（写岗位，不写姓名），例如 项目推进中心主任")]
ForReason = Annotated[str | None, typer.Option("--reason", help="签发（或退回）的理由，写进台账和更正说明")]
Documents = Annotated[
    list[Path] | None,
    typer.Option("--document", help="领导改定的通报等文件；同名的（或文件名以它开头的）顶替系统写的那一份。可写多次"),
]


def seal(
    plan: OfPlan = None,
    period: OfPeriod = None,
    post: ByPost = None,
    reason: ForReason = None,
    document: Documents = None,
    check: Annotated[bool, typer.Option("--check", help="只核对、不签发；有问题时退出码为 1")] = False,
    verify: Annotated[
        int | None, typer.Option("--verify", help="按封存号，只用档案、台账和方案重建，逐表核对哈希")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="列出签发过的各版及封存号")] = False,
    revert: Annotated[bool, typer.Option("--revert", help="让 BI 退回该方案最近一次签发的版本")] = False,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """签发：草稿 → 核对 → 签发 → 封存。封存的数、文件、方案、程序版本都记下哈希，以后改不了，也能原样重建。

    常用的次序：先 diaodu run 出草稿；改定通报后 diaodu seal --plan … --period … --check 核对，按提示改；
    再加 --post 岗位 --reason 理由 签发，改过的文件用 --document 交进来。

    签发后又更正了数，重新 run 再 seal，系统附《更正说明》，逐数写明原数、更正后的数、相差和原因。
    """
    home = open_workspace(workspace)
    if listing:
        _list(home, plan)
    elif verify is not None:
        _verify(home, verify)
    elif revert:
        _revert(home, _needed("--plan", plan), post, reason)
    else:
        _seal(home, _needed("--plan", plan), _needed("--period", period), post, reason, document or [], check)


def _needed(option: str, text: str | None) -> str:
    if text is None:
        raise stop(say("seal_lacks_option", option=option))
    return text


def _seal(
    home: Workspace, plan_id: str, period: str, post: str | None, reason: str | None, given: list[Path], is_look: bool
) -> None:
    """Look, say what was seen, stop at whatever is wrong, sign."""
    from orchestration.signing import look, sign
    from orchestration.writer import writing

    plan_of(home, plan_id, period)
    if not is_look:
        _check_signature(post, reason)
    for path in given:
        if not path.is_file():
            raise stop(say("seal_no_document", path=path))
    with worded(home), _sealing_worded(plan_id, period), writing(home, f"seal {plan_id} {period}"):
        looked = look(home, plan_id, period, given)
        _tell(home, looked)
        if is_look:
            return
        sealed = sign(home, looked, post, reason, datetime.now(TIMEZONE))
    words = {"number": sealed.seal.seal_id, "times": sealed.seal.number, "folder": sealed.folder.relative_to(home.root)}
    out.print(say("seal_done" if sealed.is_new else "seal_same", **words), soft_wrap=True)


def _check_signature(post: str | None, reason: str | None) -> None:
    if not (post or "").strip() or not (reason or "").strip():
        raise stop(say("seal_needs_post"))


def _tell(home: Workspace, looked: "Looked") -> None:
    """What was seen; exit code 1 when something is wrong in a document."""
    from dispatch.sealing_papers import failure_lines, lines

    for line in lines(looked.review):
        out.print(line, soft_wrap=True)
    out.print(say("seal_reviewed", path=looked.paper.relative_to(home.root)), soft_wrap=True)
    for line in failure_lines(looked.review):
        err.print(line, soft_wrap=True)
    if looked.review.failures:
        raise _refused(say("seal_refused", count=len(looked.review.failures)))


def _verify(home: Workspace, number: int) -> None:
    from orchestration.rebuilding import rebuild
    from orchestration.writer import writing

    signed = next((one for one in _seals(home) if one.seal_id == number), None)
    if signed is None:
        raise stop(say("seal_unknown", number=number, known="、".join(str(one.seal_id) for one in _seals(home)) or "—"))
    with worded(home), writing(home, f"seal --verify {number}"), progress_bars() as progress:
        found = rebuild(home, signed, progress)
    tables, documents = len(found.manifest.tables), len(signed.documents)
    for one in found.environment:
        out.print(say(f"seal_other_{one.what}", sealed=one.sealed, found=one.found), soft_wrap=True)
    for one in found.differences:
        words = {"name": one.name, "sealed": one.sealed[:12] or "—", "found": one.found[:12] or "—"}
        err.print(say(f"seal_differs_{one.what}", **words), soft_wrap=True)
    if found.differences:
        raise _refused(say("seal_not_verified", number=number, count=len(found.differences)))
    out.print(say("seal_verified", number=number, tables=tables, documents=documents), soft_wrap=True)
    if found.put_back:
        out.print(say("seal_put_back", folder=found.put_back.relative_to(home.root)), soft_wrap=True)


def _list(home: Workspace, plan_id: str | None) -> None:
    found = [one for one in _seals(home) if plan_id in (None, one.plan_id)]
    for one in found:
        words = {"plan": one.plan_id, "period": one.period, "times": one.number, "release": one.release}
        at = one.sealed_at.strftime("%Y-%m-%d %H:%M")
        out.print(
            say("seal_line", number=one.seal_id, at=at, post=one.post, reason=one.reason, **words), soft_wrap=True
        )
    if not found:
        out.print(say("seal_none"))


def _revert(home: Workspace, plan_id: str, post: str | None, reason: str | None) -> None:
    from dispatch.reverting import revert
    from orchestration.bi_database import bring
    from orchestration.writer import writing

    plan_of(home, plan_id)
    _check_signature(post, reason)
    setting = settings.postgres()
    with worded(home), _sealing_worded(plan_id), writing(home, f"seal --revert {plan_id}"):
        signed, is_swapped = revert(home, plan_id, post, reason, datetime.now(TIMEZONE))
        brought = bring(setting, home.published / "releases" / signed.release) if setting else None
    key = "seal_reverted" if is_swapped else "seal_is_current"
    out.print(say(key, period=signed.period, times=signed.number, release=signed.release), soft_wrap=True)
    if brought:
        for sentence in brought.sentences:
            (out if brought.stands else err).print(sentence, soft_wrap=True)
        if not brought.stands:
            raise typer.Exit(2)


def _seals(home: Workspace) -> list:
    from ingestion.seals import Seals

    return Seals(home.register).seals()


def _refused(sentence: str) -> typer.Exit:
    """Print why nothing was signed; exit code 1."""
    err.print(sentence, style="bold red", soft_wrap=True)
    return typer.Exit(1)


@contextmanager
def _sealing_worded(plan_id: str, period: str = "") -> Iterator[None]:
    """What only sealing stops at, as one sentence: exit code 1 for what is not ready, else 2."""
    from dispatch.issuing import SameName
    from dispatch.reverting import NothingCertified
    from dispatch.sealing import NothingToSeal
    from dispatch.sealing_review import CopyMissing
    from orchestration.signing import NotFresh

    try:
        yield
    except NotFresh:
        raise _refused(say("seal_stale", plan=plan_id, period=period)) from None
    except NothingToSeal as error:
        raise stop(say("seal_nothing", period=str(error))) from None
    except NothingCertified as error:
        raise stop(say("seal_never", plan=str(error))) from None
    except CopyMissing as error:
        raise stop(say("seal_copy_missing", number=error.seal.seal_id, period=error.seal.period)) from None
    except SameName as error:
        raise stop(say("seal_same_name", name=str(error))) from None
