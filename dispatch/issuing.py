"""Issuing: a document as it leaves the house: as the run wrote it or people changed it, without the mark of a draft.

Belongs here: which documents of a period are issued, the one that takes another's place, taking the mark off.
Does not belong here: writing documents (bulletin, annex), checking them (self_check), freezing them (sealing).
"""

import json
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from dispatch.citations import SUFFIX, beside_paper
from ingestion.workspace import Workspace

DRAFT_STYLE, DRAFT_BOOKMARK = "DraftMark", "draft_mark"  # of the line that says so
_BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class SameName(Exception):
    """Two documents of one name cannot be issued together."""


@dataclass(frozen=True)
class Issued:
    """A document to be issued and the citations of its numbers; None where it has none, so that nothing is checked."""

    document: Path
    citations: Path | None


def documents_of(ws: Workspace, plan_id: str, period: str, given: Sequence[Path]) -> list[Issued]:
    """The papers with citations that the run wrote for a period, and those given.

    A given one takes the place of a paper whose name it has, or of the one whose name its own begins with
    (``通报_2022-11（改）.docx``), together with its citations; else it is issued besides. :class:`SameName`.
    """
    written = {_held(path)["document"]: path for path in _papers(ws, plan_id, period)}
    names = [path.name for path in given]
    if len(set(names)) < len(names):
        raise SameName(next(name for name in names if names.count(name) > 1))
    found = {name: Issued(cites.with_name(name), cites) for name, cites in written.items()}
    for path in given:
        own = beside_paper(path)
        replaced = _replaced(path, written)
        citations = own if own.exists() else written.get(replaced)
        found.pop(replaced, None)
        found[path.name] = Issued(path, citations)
    return [found[name] for name in sorted(found)]


def issue(one: Issued, folder: Path, release: str) -> list[Path]:
    """Copy a document and its citations, which from now on name the release they speak of; what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / one.document.name
    unmark(one.document, target)
    if one.citations is None:
        return [target]
    held = _held(one.citations) | {"document": target.name, "release": release}
    beside = beside_paper(target)
    beside.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [target, beside]


def unmark(source: Path, target: Path) -> None:
    """Copy a document without the mark of a draft; all its other parts stay byte for byte as they are."""
    if source.suffix.lower() != ".docx":
        shutil.copyfile(source, target)
        return
    with zipfile.ZipFile(source) as draft, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as issued:
        for part in draft.infolist():
            data = draft.read(part)
            issued.writestr(part, _unmarked(data) if part.filename == _BODY else data)


def _held(citations: Path) -> dict:
    return json.loads(citations.read_text(encoding="utf-8"))


def _papers(ws: Workspace, plan_id: str, period: str) -> Iterable[Path]:
    return sorted((ws.outbox / plan_id / period).glob(f"*{SUFFIX}"))


def _replaced(given: Path, written: Iterable[str]) -> str | None:
    """The paper of the run that a given document was made from, told by its name."""
    alike = [name for name in written if Path(name).suffix == given.suffix and given.stem.startswith(Path(name).stem)]
    return max(alike, key=len, default=None)


def _unmarked(body: bytes) -> bytes:
    """The line stays, so that nothing below it moves; its words go."""
    tree = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    words = [text for line in tree.iter(f"{_W}p") if _is_mark(line) for text in line.iter(f"{_W}t")]
    for text in words:
        text.text = ""
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True) if words else body


def _is_mark(line: etree._Element) -> bool:
    """Told by its style or its bookmark: Word and WPS keep both while people edit."""
    styled = line.find(f"{_W}pPr/{_W}pStyle[@{_W}val='{DRAFT_STYLE}']")
    return styled is not None or line.find(f"{_W}bookmarkStart[@{_W}name='{DRAFT_BOOKMARK}']") is not None
