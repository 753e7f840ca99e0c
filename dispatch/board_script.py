"""Board script: the library that draws the charts, as its package ships it, and the notice of its licences.

Belongs here: making the script once per version, keeping it, laying it beside a page.
Does not belong here: what is drawn (board_charts), our own scripts (board_*.js).

Making it takes two seconds of processor time, so it is kept in the virtual environment, or in the workspace where the
environment may only be read. Every board gets it as a hard link: a folder that is copied to a stick is whole, and a
year of boards costs no more room than one.
"""

import os
import shutil
import sys
from importlib import metadata
from pathlib import Path

from ingestion.workspace import Workspace

PACKAGE = "vl-convert-python"
NOTICES = Path(__file__).with_name("board_notices.txt")
# The page's scripts are no modules (a page opened by double click may load none), so the library becomes a global.
_GLOBAL = "window.vegaEmbed = vegaEmbed;"


def library(ws: Workspace) -> Path:
    """The library as one script, made if it is not there yet."""
    name = f"charts-{metadata.version(PACKAGE)}.js"
    kept = [Path(sys.prefix) / "share" / "diaodu" / name, ws.root / "made" / name]
    for path in kept:
        if path.is_file():
            return path
    return _make(kept)


def lay(source: Path, target: Path) -> None:
    """A hard link of a file, or a copy where there can be none; one that is there already is replaced."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _make(kept: list[Path]) -> Path:
    import vl_convert  # 90 MB of code, loaded only when the script is not there yet

    script = vl_convert.javascript_bundle(_GLOBAL)
    for path in kept:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}")
            part.write_text(script, encoding="utf-8", newline="\n")
            part.chmod(0o444)  # many boards are links to this one file
            os.replace(part, path)
        except OSError:  # an environment that may only be read: the workspace is next
            continue
        return path
    raise OSError(f"{kept[-1]}: the charts' script can be kept nowhere")
