"""Bulletin note: what whoever finishes a paper must know and no reader of it: fonts, places, bookmarks.

Belongs here: 编制说明, a plain text beside the papers.
Does not belong here: the papers themselves (bulletin.py).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from dispatch import wording
from dispatch.bulletin_blocks import word
from dispatch.bulletin_styles import FONTS, font, stand_ins
from dispatch.chart_pictures import chart_font, families
from dispatch.month import Month


def write_note(month: Month, written: Sequence[Path]) -> Path:
    """Write the note of a period; its path."""
    papers = word("joint.list").join(path.name for path in written if path.suffix == ".docx")
    lines = [
        word("note.title").format(document=papers),
        word("note.known").format(at=wording.instant(month.known_at)),
        word("note.places"),
        word("note.bookmarks"),
        word("note.rounding"),
        *font_lines(),
    ]
    path = month.folder() / word("file.note").format(period=month.period)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def font_lines() -> Iterable[str]:
    """Which of the named fonts this machine lacks, and whether charts could be drawn."""
    known = families()
    if not known:
        yield word("note.no_chart") if chart_font() is None else word("note.unknown_fonts")
        return
    missing = [
        word("note.font").format(name=font(role), others=word("joint.list").join(stand_ins(role)))
        for role in FONTS
        if font(role) not in known
    ]
    if missing:
        yield word("note.fonts_missing").format(missing=word("joint.clause").join(missing))
    else:
        yield word("note.fonts_all")
