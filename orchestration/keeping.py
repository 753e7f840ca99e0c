"""Keeping: the commands that copy away what cannot be rebuilt, and bring it back.

Belongs here: ``diaodu backup`` and ``diaodu restore`` and what they say.
Does not belong here: copying and verifying (orchestration.backup).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ingestion.settings import default_home
from orchestration.console import InWorkspace, open_workspace, out, say, stop
from orchestration.failures import BackupBroken, TargetNotEmpty


def backup(
    to: Annotated[Path, typer.Argument(metavar="TO", help="备份放在哪里；一个还没有的目录")],
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """备份：档案、登记簿（含决定）、方案，三样合成一份；服务开着也可以备。"""
    from orchestration.backup import back_up

    home = open_workspace(workspace)
    with _worded():
        kept = back_up(home, to)
    out.print(say("backed_up", folder=to, **vars(kept)), soft_wrap=True)


def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="备份所在的目录")],
    target: Annotated[Path, typer.Argument(metavar="NEW_WORKSPACE", help="新的工作区；必须还没有或是空的")],
) -> None:
    """恢复：核对备份的每个文件，建成新的工作区；再运行一次，其余的都会原样重建。"""
    from orchestration.backup import restore as bring_back

    with _worded():
        kept = bring_back(source, target)
    out.print(say("restored", folder=target, **vars(kept)), soft_wrap=True)


@contextmanager
def _worded() -> Iterator[None]:
    try:
        yield
    except TargetNotEmpty as error:
        raise stop(say("target_not_empty", folder=error.target)) from None
    except BackupBroken as error:
        raise stop(say("backup_broken", part=error.part)) from None
