"""File properties: what a workbook says about itself apart from its sheets.

Belongs here: who last saved the file, as a short digest; the name itself is never kept.
Does not belong here: cells (workbook, xlsx), what follows when several units' files are one person's (expectations).
"""

import hashlib
import html
import re
import zipfile
import zlib
from pathlib import Path

from ingestion.markers import fold, markers

CORE = "docProps/core.xml"
MOST = 64 * 1024  # bytes: properties are short
DIGITS = 12
_EDITOR = re.compile(rb"<cp:lastModifiedBy[^>]*>([^<]*)</cp:lastModifiedBy>")


def editor_digest(path: Path) -> str | None:
    """The first digits of the SHA-256 of who last saved an .xlsx; None where it does not say, or names only a program.

    Never raises on any file: one that cannot be opened says nothing about itself.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(CORE) as part:
            found = _EDITOR.search(part.read(MOST))
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, RuntimeError, ValueError, EOFError):
        return None
    name = fold(html.unescape(found[1].decode("utf-8", "replace"))) if found else ""
    if not name or name.casefold() in {fold(word).casefold() for word in markers().properties.no_persons}:
        return None
    return hashlib.sha256(name.encode()).hexdigest()[:DIGITS]
