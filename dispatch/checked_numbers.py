"""Checked numbers: every number of a paper has a source and is what its source says; units stand where they belong.

Belongs here: K01 (sources), K06 (one benchmark), K07 (百分点 and %), K09 (亿元 and 万元).
Does not belong here: what numbers must add up to (checked_sums.py), names and persons (checked_words.py).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from dispatch.bulletin_blocks import word
from dispatch.checked_paper import Checked, Failure, Printed, failure, place_of, said
from dispatch.cited_document import Line
from ingestion import vocabulary

CITED = re.compile(r"^c\d+$")
WORDS, DRAFT = "words_", "draft_mark"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
NO_FIGURES = ("document", "date", "date_in_digits", "number_of_list")  # patterns of what is no figure (messages)


def numbers(found: Checked) -> Iterator[Failure]:
    """K01, K06, K07, K09."""
    for one in found.printed:
        yield from _source(found, one)
    yield from _unknown_marks(found)
    yield from _loose_in_sheets(found)
    if found.word:
        names = _names(found)
        printed = {_bare(one.text) for one in found.printed}
        for line in found.word.lines:
            yield from _loose(line, names, printed)
        for one in found.printed:
            yield from _unit(found, one)
    yield from _benchmarks(found)


def _source(found: Checked, one: Printed) -> Iterator[Failure]:
    expected, citation = found.expected(one.citation), one.citation
    if expected is None:
        yield failure(place_of(one), "K01", "K01.gone", "K01.gone_remedy", address=citation.address)
    elif unicodedata.normalize("NFKC", one.text.strip()) != expected:
        told = {"found": one.text, "address": citation.address, "expected": expected}
        yield failure(place_of(one), "K01", "K01.changed", "K01.changed_remedy", **told)


def _unknown_marks(found: Checked) -> Iterator[Failure]:
    known = {one.place for one in found.cited.citations}
    for mark, lines in found.word.by_mark.items() if found.word else ():
        if CITED.match(mark) and mark not in known:
            yield failure(place_of(lines[0]), "K01", "K01.unknown", "K01.unknown_remedy", mark=mark)


def _loose(line: Line, names: list[str], printed: set[str]) -> Iterator[Failure]:
    """Numbers that stand under no citation; in the leaders' words those that the paper does not print itself."""
    own = "".join("〓" if _is_told_apart(piece.mark) else piece.text for piece in line.pieces)
    for token in tokens(own, names):
        yield failure(place_of(line), "K01", "K01.loose", "K01.loose_remedy", found=token)
    for piece in line.pieces:
        if (piece.mark or "").startswith(WORDS):
            for token in tokens(piece.text, names):
                if _bare(token) not in printed:
                    yield failure(place_of(line), "K01", "K01.loose_words", "K01.loose_words_remedy", found=token)


def _bare(text: str) -> str:
    """A printed number without its unit and separators."""
    return text.rstrip("%").replace(",", "")


def _is_told_apart(mark: str | None) -> bool:
    """Whether text stands under a citation or in a place for words."""
    return mark is not None and (CITED.match(mark) is not None or mark.startswith(WORDS) or mark == DRAFT)


def tokens(text: str, names: list[str]) -> list[str]:
    """The numbers in a text that are no date, no number of a document or list and no part of a name.

    >>> tokens("11月28日前完成５1项，见附件2", [])
    ['51']
    """
    text = unicodedata.normalize("NFKC", text).replace("(", "（").replace(")", "）")
    for name in names:
        text = text.replace(name, "")
    return NUMBER.findall(_no_figures().sub("", text))


@cache
def _no_figures() -> re.Pattern:
    """Days and hours, numbers of documents, lists, tables and annexes, as official papers write them."""
    return re.compile("|".join(vocabulary.messages("self_check")[f"no_figure.{name}"] for name in NO_FIGURES))


def _names(found: Checked) -> list[str]:
    """Names with digits in them that a paper may print: of projects, units, plans, populations, lists."""
    asked = (
        ("marts.dim_project", "project_name"), ("marts.dim_unit", "unit_name"), ("marts.dim_plan", "plan_name"),
        ("marts.dim_population", "population_name"), ("marts.fct_metric", "list_version"),
        ("marts.fct_metric", "scope_name"),
    )  # fmt: skip
    names: set[str] = set()
    for table, column in asked:
        sql = f"select distinct {column} as name from {table} where plan_id = ? and {column} is not null"
        names |= {row["name"] for row in found.marts.query(sql, [found.cited.plan])}
    folded = {unicodedata.normalize("NFKC", name).replace("(", "（").replace(")", "）") for name in names}
    return sorted((name for name in folded if any(char.isdigit() for char in name)), key=len, reverse=True)


def _loose_in_sheets(found: Checked) -> Iterator[Failure]:
    """Numbers in cells that nothing is cited for; the first column may count its rows."""
    cited = {one.place for one in found.cited.citations}
    for sheet, cells in found.sheets.items():
        for place, cell in cells.items():
            is_number = isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
            is_serial = cell.column == 1 and isinstance(cell.value, int)
            if is_number and not is_serial and f"{sheet}!{place}" not in cited:
                told = {"found": cell.value}
                yield failure(f"{sheet}!{place}", "K01", "K01.loose", "K01.loose_remedy", **told)


def _unit(found: Checked, one: Printed) -> Iterator[Failure]:
    """K07 and K09: what must stand behind a number, or above it in a table."""
    unit, behind = one.citation.unit, one.line.after(one.citation.place).lstrip()
    points, short = said("unit.points"), said("unit.points_short")
    told = {"found": one.text}
    if unit == "points" and not (short in one.head if one.cell else behind.startswith(points)):
        yield failure(place_of(one), "K07", "K07.points", "K07.remedy", **told)
    if unit == "percent" and behind.startswith((points, short)):
        yield failure(place_of(one), "K07", "K07.percent", "K07.remedy", **told)
    if unit == "yi" and (one.cell or not behind.startswith(said("unit.yi"))):
        yield failure(place_of(one), "K09", "K09.table" if one.cell else "K09.text", "K09.remedy", **told)
    if unit == "wan" and not one.cell:
        yield failure(place_of(one), "K09", "K09.text", "K09.remedy", **told)
    if unit == "wan" and one.cell and word("unit.table_wan") not in _above(found, one):
        yield failure(place_of(one), "K09", "K09.table", "K09.remedy", **told)


def _above(found: Checked, one: Printed) -> str:
    """The two lines above a table: its caption and its unit."""
    table = one.line.cell[0]
    first = next(place for place, line in enumerate(found.word.lines) if line.cell and line.cell[0] == table)
    return "".join(line.text for line in found.word.lines[max(0, first - 2) : first])


def _benchmarks(found: Checked) -> Iterator[Failure]:
    """K06: one benchmark for one period, however often it is printed."""
    by_period: dict[str, dict[str, Printed]] = {}
    for one in found.printed:
        if one.address.kind == "metric" and one.address.column == "benchmark":
            by_period.setdefault(one.address.period, {}).setdefault(one.text, one)
    for shown in by_period.values():
        if len(shown) > 1:
            last = list(shown.values())[-1]
            yield failure(place_of(last), "K06", "K06.what", "K06.remedy", found=word("joint.list").join(shown))
