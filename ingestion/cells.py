"""Cells: what one cell says, read by pure and total parsers.

Belongs here: a cell value (text, number, date, truth value or nothing, as a workbook holds it) to a typed value,
None for a blank, :class:`Repaired` or :class:`Problem`. Nothing here raises and nothing is guessed.
Does not belong here: where the cell stands, whether it may be blank, what the sheet's unit is.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from decimal import Context, Decimal
from functools import cache

from ingestion import vocabulary
from ingestion.dates import JANUARY_OR_OCTOBER, day_of
from ingestion.markers import any_of, fold, markers

ONE = Decimal(1)
FIRST_YEAR, LAST_YEAR = 2000, 2099
EXACT = Context(prec=80)  # wide enough for any number the grammar lets through times any unit
_DIGITS_KEPT = 10**15  # Excel keeps 15 digits: a longer number has lost its last ones


@dataclass(frozen=True)
class Problem:
    """A cell that cannot be read as its field: the issue code, the text found and what would have been readable."""

    code: str
    found: str
    expected: str


@dataclass(frozen=True)
class Repaired:
    """A value that is certain although it was typed unusually; ``found`` keeps the typing."""

    value: Decimal
    found: str


def show(cell: object) -> str:
    """The cell as people see it: numbers with Excel's fifteen digits, dates as 2022-11-05, truth values in capitals."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == cell.time().min else cell.isoformat(" ", "seconds")
    return str(cell)


def is_blank(cell: object) -> bool:
    """Whether the cell says nothing: empty, only blanks, or one of the marks for nothing (—, /, 无)."""
    return cell is None or (isinstance(cell, str) and (not cell.strip() or _short_words().get(fold(cell)) == "blank"))


def decimal(cell: object, factor: Decimal = ONE) -> Decimal | Repaired | Problem | None:
    """An amount in 万元 as departments type it; ``factor`` is what one of the column's unit is worth in 万元.

    >>> decimal("１，２００.5")
    Repaired(value=Decimal('1200.5'), found='１，２００.5')
    >>> decimal("约1200").code
    'not_a_number'
    """
    if type(cell) is float or type(cell) is int:
        return _number(cell, factor)
    if is_blank(cell):
        return None
    match = _amount_grammar().fullmatch(_squeezed(cell)) if isinstance(cell, str) and len(cell) <= 40 else None
    if match is None:
        return _no_amount(cell, factor)
    value = _amount(match, factor)
    return value if match["plain"] is not None and not match["unit"] and cell.isascii() else Repaired(value, cell)


def _no_amount(cell: object, factor: Decimal) -> Problem:
    """What can be said of a cell that is no amount: letters for digits (proposed, never taken), several amounts."""
    if isinstance(cell, str) and len(cell) <= 40 and any(c.isdigit() for c in cell):
        match = _amount_grammar().fullmatch(_squeezed(cell.translate(_look_alikes())))
        if match is not None:
            return _problem("confused_digits", cell, "expected_digits", value=f"{_amount(match, factor).normalize():f}")
        parts = [part for part in re.split(f"[{re.escape(markers().cells.between_values)}]", _squeezed(cell)) if part]
        if len(parts) > 1 and day_of(cell) is None and all(_amount_grammar().fullmatch(part.strip()) for part in parts):
            return _problem("several_values", cell, "expected_one_value")
    return _problem("not_a_number", cell, "expected_number")


def _amount(match: re.Match, factor: Decimal) -> Decimal:
    return EXACT.multiply(_signed(match), markers().units.convertible[match["unit"]] if match["unit"] else factor)


@cache
def _look_alikes() -> dict[int, str]:
    return str.maketrans(markers().cells.look_alikes)


def percent(cell: object) -> Decimal | Repaired | Problem | None:
    """A percentage on the scale 0 to 100; the sign % may stand in the cell.

    >>> percent("85%")
    Repaired(value=Decimal('85'), found='85%')
    """
    signed = isinstance(cell, str) and fold(cell).endswith("%")
    value = decimal(fold(cell)[:-1] or cell) if signed else decimal(cell)
    if isinstance(value, Problem) or (isinstance(value, Repaired) and _ends_in_unit(cell)):
        return _problem(value.code if isinstance(value, Problem) else "not_a_number", cell, "expected_percent")
    if isinstance(value, Repaired) or (signed and value is not None):
        return Repaired(value.value if isinstance(value, Repaired) else value, cell)
    return value


def integer(cell: object) -> int | Problem | None:
    """A whole number such as a serial number; decorations beside it (``1●``) are no part of it."""
    if isinstance(cell, str):
        cell = cell.strip().strip(markers().cells.decorations)
    value = decimal(cell)
    value = value.value if isinstance(value, Repaired) and not _ends_in_unit(cell) else value
    if value is None:
        return None
    if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) < 2**31:
        return int(value)
    return _problem("not_a_number", cell, "expected_integer")


def date(cell: object, last_year: int = LAST_YEAR) -> Date | Problem | None:
    """A day; a month alone (2022年11月, 202211) is its first day, for planned and actual dates alike.

    Vaguer words (11月底, 2023年一季度), ranges and days that do not exist are problems, as is the *number* 2022.1:
    it may be January or October typed as 2022.10. Years run from 2000 to ``last_year``.
    """
    day = day_of(cell)
    if day is None and is_blank(cell):
        return None
    if day is JANUARY_OR_OCTOBER:
        return _problem("unreadable_date", cell, "expected_date_as_text")
    if day is None:
        is_vague = isinstance(cell, str) and len(cell) <= 30 and _vague_day().fullmatch(fold(cell))
        return _problem("imprecise_date" if is_vague else "unreadable_date", cell, "expected_date")
    if not FIRST_YEAR <= day.year <= last_year:
        return _problem("unreadable_date", cell, "expected_date_range", first=FIRST_YEAR, last=last_year)
    return day


def text(cell: object) -> str | Problem | None:
    """Free text without the blanks around it; 同上 and 见备注 are problems, a number over 15 digits has lost some."""
    if type(cell) is str:
        value = cell.strip()
        if len(value) > 6:
            return value
        word = _short_words().get(fold(value))
        if word == "ditto":
            return _problem("ditto", cell, "expected_own_text")
        return None if word == "blank" or not value else value
    if cell is None:
        return None
    if isinstance(cell, (int, float)) and abs(cell) >= _DIGITS_KEPT:
        return _problem("mangled_code", cell, "expected_code_as_text")
    return show(cell)


def name(cell: object) -> str | Problem | None:
    """A name without decorations (★●▲), newlines and inner blanks; blanks between Latin words stay.

    >>> name("★ 张  三 \\n改造工程")
    '张三改造工程'
    """
    value = text(cell)
    if type(value) is not str:
        return value
    if _untidy().search(value):
        value = _inner_blanks().sub("", value.strip(markers().cells.decorations + " \t\r\n\u3000\xa0\u200b\ufeff"))
    return value or None


def code(list_name: str, cell: object) -> str | Problem | None:
    """The code whose label or reviewed synonym the cell holds, compared without blanks; anything else is unknown.

    >>> code("project_statuses", "施 工 中")
    'under_construction'
    """
    index = _code_index(list_name)
    if type(cell) is str:
        found = index.get(cell)
        if found is None:
            found = index.get(fold(cell))
        if found is not None:
            return found
    if is_blank(cell):
        return None
    labels = "、".join(entry.label_zh for entry in vocabulary.codes(list_name).values())
    return _problem("unknown_code", cell, "expected_code", labels=labels)


def identifier(cell: object) -> str | Problem | None:
    """A coded identifier (project code, credit code): capitals, no blanks, plain hyphens. A number has lost digits."""
    if type(cell) is str and _PLAIN_CODE.fullmatch(cell):
        return cell
    if type(cell) is str and not _SCIENTIFIC.fullmatch(fold(cell)):
        value = text(cell)
        return _DASHES.sub("-", fold(value)).upper() if type(value) is str else value
    return None if is_blank(cell) else _problem("mangled_code", cell, "expected_code_as_text")


def region_code(cell: object) -> str | Problem | None:
    """An administrative division code; short enough that a number in the cell is still whole."""
    if type(cell) in (int, float) and cell == cell // 1 and 0 < cell < 10**12:
        return str(int(cell))
    return identifier(cell)


def parser(field: vocabulary.Field, factor: Decimal = ONE, last_year: int = LAST_YEAR) -> Callable[[object], object]:
    """The parser of a field of the vocabulary."""
    if field.code_list:
        list_name = field.code_list
        return lambda cell: code(list_name, cell)
    if field.type == "decimal":
        return decimal if factor == ONE else lambda cell: decimal(cell, factor)
    if field.type == "date":
        return lambda cell: date(cell, last_year)
    if field.type in ("text", "unit"):
        return name if field.field in markers().cells.named_fields else text
    kinds = {
        "percent": percent,
        "integer": integer,
        "project_code": identifier,
        "usc_code": identifier,
        "region_code": region_code,
    }
    return kinds[field.type]


def plain(field: vocabulary.Field) -> Callable[[str], object] | None:
    """Tells, in one cheap look, a text that is its own value as this field; what it does not tell, the parser must.

    None for fields whose values are no texts.
    """
    if field.type in ("project_code", "usc_code"):
        return _PLAIN_CODE.fullmatch
    if field.type in ("text", "unit"):
        return _tidy_name().fullmatch if field.field in markers().cells.named_fields else _TRIMMED_TEXT.fullmatch
    return None


_TRIMMED_TEXT = re.compile(r"\S.{5,}\S", re.DOTALL)  # longer than any mark for a blank
_PLAIN_CODE = re.compile(r"[0-9A-Z-]{8,}", re.ASCII)  # longer than any 9E17
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,3}", re.ASCII)
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500\u30fc]")


def _problem(code: str, cell: object, expected: str, **parts: object) -> Problem:
    return Problem(code, show(cell), vocabulary.messages("reading")[expected].format(**parts))


def _number(cell: int | float, factor: Decimal) -> Decimal | Problem:
    try:
        # Excel shows and keeps fifteen digits; the float's own sixteenth and seventeenth are noise (0.1 + 0.2)
        value = Decimal(f"{cell:.15g}")
    except OverflowError:
        return Problem("not_a_number", "", vocabulary.messages("reading")["expected_number"])
    if not value.is_finite():
        return _problem("not_a_number", cell, "expected_number")
    return value if factor is ONE else EXACT.multiply(value, factor)


def _squeezed(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).replace("\u2212", "-").strip()


def _signed(match: re.Match) -> Decimal:
    value = Decimal((match["inner"] or match["digits"]).replace(",", ""))
    return -value if match["sign"] == "-" or match["inner"] else value


@cache
def _amount_grammar() -> re.Pattern:
    digits = r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?"
    units = any_of(markers().units.convertible)
    # groups: inner = accounting negative (45); plain = nothing that needs repair
    return re.compile(
        r"(?P<plain>(?=[+-]?\d+(?:\.\d+)?$))?"
        rf"(?:\((?P<inner>{digits})\)|(?P<sign>[+-]?)(?P<digits>{digits}))\s*(?P<unit>{units})?",
        re.ASCII,
    )


def _ends_in_unit(cell: object) -> bool:
    return isinstance(cell, str) and fold(cell).rstrip("%").endswith(tuple(markers().units.convertible))


@cache
def _short_words() -> dict[str, str]:
    words = markers().cells
    return {
        "": "blank",
        **{fold(mark): "blank" for mark in words.blank_marks},
        **{fold(mark): "ditto" for mark in words.ditto},
    }


@cache
def _untidy() -> re.Pattern:
    return re.compile(rf"[\s\u200b\ufeff{re.escape(markers().cells.decorations)}]")


@cache
def _vague_day() -> re.Pattern:
    """A time that is longer than a day: 11月底, 2023年一季度, 2023年, 3月至5月."""
    words = markers().cells
    year, month, to = any_of(words.year), any_of(words.month), any_of(words.to)
    vague = any_of(words.vague_days)
    some = rf"(?:20\d\d(?:{year}|[-./])?)?(?:\d{{1,2}}(?:{month})?)?"
    number = rf"{any_of(words.ordinals)}?[1-4{words.chinese_digits}]?"
    once = rf"(?:{some}{number}{vague}|20\d\d{year}?|(?:20\d\d{year})?(?:1[0-2]|[1-9]){month})"
    return re.compile(rf"{once}(?:{to}+{once})?|\d+(?:{year}|{month}){to}+{once}", re.ASCII)


@cache
def _tidy_name() -> re.Pattern:
    return re.compile(rf"[^\s\u200b\ufeff{re.escape(markers().cells.decorations)}]{{7,}}")


@cache
def _inner_blanks() -> re.Pattern:
    return re.compile(r"[\u200b\ufeff]+|(?<![!-~])\s+|\s+(?![!-~])|[\r\n]+")


@cache
def _code_index(list_name: str) -> dict[str, str]:
    index: dict[str, str] = {}
    for entry in vocabulary.codes(list_name).values():
        for word in (entry.label_zh, *entry.synonyms):
            index.setdefault(fold(word), entry.code)
    return index
