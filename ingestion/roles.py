"""Roles: whether a row is a project, a total, a group, a note, or nothing, told by its words.

Belongs here: the role of one row and the path of groups it stands under.
Does not belong here: the typed values of the row (rows).
"""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

from ingestion import vocabulary
from ingestion.cells import is_blank, show
from ingestion.headers import split_unit
from ingestion.markers import any_of, fold, markers
from ingestion.matching import Match

DETAIL, TOTAL, SUBTOTAL, OF_WHICH, IGNORED = "detail", "total", "subtotal", "of_which", "ignored"
_HEAD_WORDS = 3  # so many words of the header in one row make it a header
_UNNUMBERED = 9  # the level of a group without a number: below every numbered one
_CODE = re.compile(r"[0-9A-Za-z.+\u2010-\u2015\u2212-]+", re.ASCII)
_FIGURES = ("decimal", "percent", "integer")


@dataclass(frozen=True)
class Role:
    """The role of one row. ``level``: depth of a group's numbering (一、 1, （一） 2, 1. 3, (1) 4), 0 for no group."""

    kind: str
    label: str = ""
    count: int | None = None
    level: int = 0
    is_ambiguous: bool = False
    begins_area: bool = False  # another header, whose columns are not those above


_DETAIL, _IGNORED = Role(DETAIL), Role(IGNORED)


@dataclass
class Roles:
    """Gives the rows of one sheet their roles, from top to bottom: what came before tells what a row may be."""

    match: Match
    _path: list[tuple[int, str]] = field(default_factory=list)
    _previous: str = ""
    in_foot: bool = False  # notes and signatures have begun

    def __post_init__(self) -> None:
        self._code, self._name, self._name_head, self._leading, self._words, self._figures = _places(self.match)
        self._heads = _heads(self.match)

    @property
    def group_path(self) -> str:
        """Labels of the groups that are open, joined with " > "."""
        return " > ".join(label for _, label in self._path)

    def of(self, row: list) -> Role:
        """The role of the next row."""
        role = self._role(row)
        if role.level:
            while self._path and self._path[-1][0] >= role.level:
                self._path.pop()
            self._path.append((role.level, role.label))
        self._previous = role.kind if role.kind != IGNORED else self._previous
        return role

    def _role(self, row: list) -> Role:
        code, name = self._at(row, self._code), self._at(row, self._name)
        has_code = _looks_like_code(code)
        if has_code and type(name) is str and name and name.lstrip()[:1] not in _label_beginnings():
            return _DETAIL
        said = [cell for cell in row if cell != "" and cell != 0]
        if len(said) < 2 and not any(type(cell) is str for cell in said):
            return _IGNORED  # a serial number typed ahead, formulas that give 0
        first = next((cell for cell in said if type(cell) is str and cell.strip()), "")
        if not has_code and _foot().match(fold(first)):
            self.in_foot = True
            return Role(IGNORED)
        if self.in_foot and not has_code and not self._has_figures(row):
            return Role(IGNORED)  # the notes go on, perhaps numbered
        in_words = len(said) >= _HEAD_WORDS and not has_code and all(type(cell) is str for cell in said)
        if in_words and (header := self._header_again(row)):
            return header
        label = self._label(row, has_code)
        if label and (role := self._labelled(row, label, has_code)):
            return role
        has_name = not is_blank(name) and name != 0
        if has_name and fold(show(name)) == self._name_head:
            return _IGNORED  # the header printed once more on the next page
        if has_code or has_name:  # below the notes too: a second block of projects is not passed over
            return Role(DETAIL)
        return self._nameless(row, label)

    def _header_again(self, row: list) -> Role | None:
        """The role of a row of header words: the header printed once more, or that of another area."""
        told = [(place, split_unit(cell)[0]) for place, cell in enumerate(row) if type(cell) is str and cell]
        known = [place in self._heads[word] for place, word in told if word in self._heads]
        if len(known) < _HEAD_WORDS or 2 * len(known) < len(told):
            return None
        return Role(IGNORED, begins_area=known.count(False) >= _HEAD_WORDS)

    def _labelled(self, row: list, label: str, has_code: bool) -> Role | None:
        """The role a label gives, None when the label is after all a project's name."""
        kind, level = classify(label)
        found = _counted().search(fold(label))
        count = int(found[1]) if found and len(found[1]) < 6 else None
        if kind in (TOTAL, OF_WHICH) or (kind == SUBTOTAL and not level and fold(label) in markers().rows.subtotal):
            if has_code:
                return Role(DETAIL, label, count, is_ambiguous=True)
            return Role(kind, label, count)
        if has_code or self._is_described(row):
            return None
        if kind == SUBTOTAL:
            return Role(kind, label, count, level)
        if self._previous == OF_WHICH and (count is not None or _is_indented(row, self._leading)):
            return Role(OF_WHICH, label, count)
        return Role(SUBTOTAL, label, count, _UNNUMBERED) if count is not None else None

    def _nameless(self, row: list, label: str) -> Role:
        figures = self._has_figures(row)
        if label and figures and not self._is_described(row):
            return Role(SUBTOTAL, label, None, _UNNUMBERED) if self._previous != OF_WHICH else Role(OF_WHICH, label)
        # figures that belong to nobody are not passed over: the row is read, and its missing name is an issue
        return Role(DETAIL) if figures or self._is_described(row) else Role(IGNORED)

    def _label(self, row: list, has_code: bool) -> str:
        """The words in the leading columns, without serial numbers and codes."""
        words: list[str] = []
        for place in self._leading:
            cell = self._at(row, place)
            if type(cell) is not str or (has_code and place == self._code):
                continue
            word = " ".join(cell.split())
            if word and word not in words and not _serial().fullmatch(fold(word)) and not is_blank(word):
                words.append(word)
        if len(words) > 1 and _numeral().fullmatch(fold(words[0])):
            words[0] += "、"  # the number of a group in the serial column, its name beside it
        return "".join(words)

    def _has_figures(self, row: list) -> bool:
        return _says_anything(row, self._figures)

    def _is_described(self, row: list) -> bool:
        return _says_anything(row, self._words)

    @staticmethod
    def _at(row: list, place: int) -> object:
        return row[place] if 0 <= place < len(row) else ""


@lru_cache(maxsize=4096)
def classify(label: str) -> tuple[str, int]:
    """The role a label's words give and the level of its numbering; ("", 0) when they give none.

    >>> classify("合计（100项）"), classify("一、市本级（48项）"), classify("其中：在建")
    (('total', 0), ('subtotal', 1), ('of_which', 0))
    """
    words = markers().rows
    folded = fold(label)
    if folded.startswith(words.of_which):
        return OF_WHICH, 0
    core = _counted_end().sub("", folded).strip(":.、")
    if _total().fullmatch(core):
        return TOTAL, 0
    for level, pattern in enumerate(_numberings(), start=1):
        if pattern.match(folded):
            return SUBTOTAL, level
    return (SUBTOTAL, 0) if len(core) <= 20 and core.endswith((*words.total, *words.subtotal)) else ("", 0)


def is_column_number_row(row: list) -> bool:
    """Whether the row under a header only numbers the columns: 甲 乙 1 2 3."""
    words, numbered = markers().rows.column_numbers, 0
    for cell in row:
        if is_blank(cell):
            continue
        word = fold(show(cell)).strip("()")
        if word not in words and not (word.isdigit() and len(word) < 3):
            return False
        numbered += 1
    return numbered >= 3


@lru_cache(maxsize=512)
def _places(match: Match) -> tuple[int, int, str, list[int], list[int], list[int]]:
    """Where the code and the name stand, the head of the name, the leading columns (up to the name), the columns that
    describe a project in words or dates, the columns of figures."""
    places = {found.column.key: found.index for found in match.found}
    code, name = places.get("project_code", -1), places["project_name"]
    head = fold(next(found.written for found in match.found if found.index == name))
    leading = [place for place in sorted(places.values()) if place <= name]
    described, figures = [], []
    for found in match.found:
        if found.column.field not in ("serial_no", "project_code", "project_name"):
            kind = vocabulary.fields()[found.column.field].type
            (figures if kind in _FIGURES else described).append(found.index)
    return code, name, head, leading, described, figures


@lru_cache(maxsize=512)
def _heads(match: Match) -> dict[str, set[int]]:
    """The lowest words of the header, as they are compared, and the columns they stand over."""
    heads: dict[str, set[int]] = {}
    for found in match.found:
        heads.setdefault(split_unit(found.written.rpartition("/")[2])[0], set()).add(found.index)
    return heads


def _says_anything(row: list, places: list[int]) -> bool:
    width = len(row)
    for place in places:
        cell = row[place] if place < width else ""
        if cell != "" and cell != 0 and not is_blank(cell):
            return True
    return False


def _looks_like_code(cell: object) -> bool:
    if type(cell) is str:
        return len(cell) >= 8 and (_CODE.fullmatch(cell) or _CODE.fullmatch(fold(cell))) is not None
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**7


def _is_indented(row: list, leading: list[int]) -> bool:
    texts = [row[place] for place in leading if place < len(row) and type(row[place]) is str and row[place].strip()]
    return bool(texts) and texts[0][0].isspace()


@cache
def _total() -> re.Pattern:
    words = markers().rows
    return re.compile(f"{any_of(words.whole)}*{any_of(words.total)}")


@cache
def _serial() -> re.Pattern:
    return re.compile(rf"[\d{re.escape(fold(markers().cells.decorations))}]+")


@cache
def _counted() -> re.Pattern:
    return re.compile(rf"(\d+){any_of(markers().rows.counted)}", re.ASCII)


@cache
def _counted_end() -> re.Pattern:
    words = markers().rows
    units = any_of((*markers().units.convertible, *words.counted))
    together = any_of(words.counted_together)
    return re.compile(rf"(?:[:(\[]*{together}?\d+{any_of(words.counted)}|\({units}\))[)\]]*$", re.ASCII)


@cache
def _numeral() -> re.Pattern:
    return re.compile(f"[{markers().rows.chinese_numerals}]+")


@cache
def _numberings() -> tuple[re.Pattern, ...]:
    numerals = markers().rows.chinese_numerals
    patterns = (rf"[{numerals}]+(?:[、.,]|$)", rf"\([{numerals}]+\)", r"\d{1,2}[、.](?!\d)", r"\(\d{1,2}\)")
    return tuple(re.compile(pattern, re.ASCII) for pattern in patterns)


@cache
def _label_beginnings() -> frozenset[str]:
    """Characters a total may begin with: a name that stands beside a code and begins otherwise is a project's."""
    words = markers().rows
    return frozenset(word[0] for word in (*words.total, *words.subtotal, *words.of_which, *words.whole)) | {""}


@cache
def _foot() -> re.Pattern:
    words = markers().rows
    return re.compile(rf"{any_of((*words.note, *words.signature))}(?:\([^)]*\))?(?::|$|[1-9][.、])")
