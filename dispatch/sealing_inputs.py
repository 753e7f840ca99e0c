"""Sealing inputs: what judging reads besides archive, register and plan, kept in the archive and laid out again.

Belongs here: the lists of other departments and who is listed as contact (as digests), frozen and thawed.
Does not belong here: what judging makes of them (expectations), the manifest that names them (sealing_manifest).
"""

import shutil
import tempfile
from pathlib import Path

from dispatch.sealing_manifest import Inputs
from ingestion import archive
from ingestion.contacts import nameless
from ingestion.plans import Plan
from ingestion.workspace import Workspace


def freeze(ws: Workspace, plan: Plan) -> Inputs:
    """Keep them in the archive. Of contacts only digests are kept: names and telephones stay in their one file."""
    listed = nameless(ws, plan)
    return Inputs(_kept_text(ws, listed) if listed else None, _kept_lists(ws))


def thaw(ws: Workspace, inputs: Inputs, target: Workspace) -> None:
    """Lay them out in another workspace as they were; FileNotFoundError when the archive lacks one."""
    if inputs.contacts_sha256:
        shutil.copyfile(archive.locate(ws.archive, inputs.contacts_sha256), target.contacts)
    for name, sha256 in inputs.reference.items():
        target.reference.mkdir(exist_ok=True)
        shutil.copyfile(archive.locate(ws.archive, sha256), target.reference / name)


def _kept_text(ws: Workspace, text: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contacts.csv"
        path.write_text(text, encoding="utf-8")
        return archive.store(ws.archive, path)


def _kept_lists(ws: Workspace) -> dict[str, str]:
    if not ws.reference.is_dir():
        return {}
    paths = [path for path in sorted(ws.reference.iterdir()) if path.is_file() and not path.name.startswith((".", "~"))]
    return {path.name: archive.store(ws.archive, path) for path in paths}
