"""Publish command: `diaodu publish`: what the warehouse holds, once more, to the files and to PostgreSQL.

Belongs here: its options and which release is meant.
Does not belong here: making a release (dispatch.publishing), PostgreSQL (bi_database), the page of models (model_page).
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ingestion import settings, vocabulary
from ingestion.settings import TIMEZONE, default_home
from ingestion.workspace import Workspace
from orchestration.console import InWorkspace, err, open_workspace, out, say, stop, worded


def publish(
    workspace: InWorkspace = default_home(),  # noqa: B008
    release: Annotated[
        str | None, typer.Option("--release", help="只把这一版（published/releases/ 下的目录名）发布到 PostgreSQL")
    ] = None,
    docs: Annotated[
        bool, typer.Option("--docs", help="同时生成数据模型说明 published/models.html，断网也能打开")
    ] = False,
) -> None:
    """把数仓现有的结果再发布一次（run 已包含这一步）；设了 PostgreSQL 的，同时发布到那里。

    PostgreSQL 的连接取自环境变量 DIAODU_POSTGRES_DSN，或 PGHOST、PGDATABASE 等。
    """
    from orchestration.bi_database import bring
    from orchestration.writer import writing

    home, setting = open_workspace(workspace), settings.postgres()
    if release and not setting:
        raise stop(_say("publish.no_postgres"))
    with worded(home), writing(home, "publish"):
        folder = _chosen(home, release) if release else _made(home)
        if docs:
            from orchestration.model_page import write

            out.print(_say("publish.docs", path=write(home)), soft_wrap=True)
        brought = bring(setting, folder) if setting else None
    if brought:
        for sentence in brought.sentences:
            (out if brought.stands else err).print(sentence, soft_wrap=True)
        if not brought.stands:
            raise typer.Exit(2)


def _made(home: Workspace) -> Path:
    from dispatch.telling import publish_and_record

    if not home.warehouse.exists():
        raise stop(say("not_published", folder=home.root))
    made = publish_and_record(home, datetime.now(TIMEZONE))
    out.print(say("published", release=made))
    return home.published / "releases" / made


def _chosen(home: Workspace, release: str) -> Path:
    releases = home.published / "releases"
    known = sorted(path.name for path in releases.glob("[!.]*") if path.is_dir())
    if release not in known:
        raise stop(_say("publish.unknown_release", release=release, known="、".join(known), folder=releases))
    return releases / release


def _say(key: str, **values: object) -> str:
    return vocabulary.messages("release")[key].format(**values)
