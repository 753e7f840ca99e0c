"""Plain text: what strangers wrote, made harmless to show, to keep in a cell, to name a file.

Belongs here: control characters, marks of direction, what a spreadsheet takes for a formula, names of files.
Does not belong here: the text as it is kept (archive, register and lake hold what was sent, unchanged).
"""

import hashlib
import unicodedata
from pathlib import PurePath

# half and full width: a spreadsheet with a Chinese keyboard takes both for the beginning of a formula
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_NAME = 200  # bytes; file systems take 255, programs add endings of their own
_FORBIDDEN = frozenset('\\/:*?"<>|')
_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))]
)


def visible(text: str, lines: bool = False) -> str:
    """The text with everything shown that would act on a terminal or hide itself; ``lines`` keeps line breaks and tabs.

    >>> visible("a\\x1b[2J\\u202eb\\n")
    'a␛[2J<U+202E>b␊'
    """
    if text.isprintable():  # a line separator and a mark of direction are not
        return text
    return "".join(char if lines and char in "\n\t" else _shown(char) for char in text)


def _shown(char: str) -> str:
    code = ord(char)
    if code < 0x20 or code == 0x7F:
        return chr(0x2421 if code == 0x7F else 0x2400 + code)  # the picture of a control character
    kind = unicodedata.category(char)
    if kind in ("Cc", "Cf", "Cs", "Zl", "Zp") or code & 0xFFFE == 0xFFFE:
        return f"<U+{code:04X}>"
    return char


def csv_text(text: str) -> str:
    """Text for a CSV cell: one line, and an apostrophe before what a spreadsheet would take for a formula."""
    guarded = f"'{text}" if text.lstrip(" \u3000").startswith(FORMULA_STARTS) else text
    return visible(guarded.replace("\r", " ").replace("\n", " ").replace("\t", " "))


def file_name(text: str) -> str:
    """Text that every file system takes as one name and that stays in its folder: what Windows forbids is a low line.

    A long name is cut before its suffix and marked, so that two long names stay two.

    >>> file_name("a/b: c.xlsx"), file_name("../../etc"), file_name("CON.xlsx")
    ('a_b_ c.xlsx', '_.._etc', '_CON.xlsx')
    """
    name = "".join("_" if char in _FORBIDDEN or _shown(char) != char else char for char in text).strip(". ") or "_"
    if name.split(".")[0].strip().upper() in _DEVICES:
        name = f"_{name}"
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    suffix = PurePath(name).suffix[:8]
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    kept = name.encode()[: _LONGEST_NAME - len(suffix.encode()) - len(mark) - 1].decode(errors="ignore")
    return f"{kept}_{mark}{suffix}"


def sheet_name(text: str) -> str:
    """Text that a spreadsheet takes as the name of a sheet: at most 31 characters, none of ``[]:*?/\\``."""
    name = "".join("_" if char in "[]:*?/\\" or _shown(char) != char else char for char in text)
    return name.strip("' ")[:31].strip("' ") or "_"
