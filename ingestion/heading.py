"""Heading: what the rows above the header say: title, period, unit of money, reporting unit, facts.

Belongs here: reading those rows by the words of markers.yml.
Does not belong here: the header itself (headers); deciding whether the period is the right one (submissions).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from ingestion import cells
from ingestion.dates import WrittenDay, day_grammar, written_days
from ingestion.headers import Header
from ingestion.markers import any_of, fold, markers
from ingestion.workbook import Sheet

_GAP = "\u2063"  # between the cells of a row (a label may have its value beside it); no blank, so folding keeps it


@dataclass(frozen=True)
class Heading:
    """What stands above the header. ``unit`` is the money unit of the sheet, folded, blank if none is stated;
    ``period`` is YYYY-MM, ``day`` what it is said to be up to date to; ``plan_title`` is the title without both."""

    title: str = ""
    plan_title: str = ""
    period: str | None = None
    day: WrittenDay | None = None
    unit: str = ""
    reporting_unit: str = ""


def read_heading(sheet: Sheet, header: Header) -> Heading:
    """The heading of the sheet."""
    lines = _lines(sheet, header)
    title = _title(lines)
    labelled = [line for line in lines if line]
    return Heading(
        title=title,
        plan_title=_without_period(title),
        period=_period(title, labelled, header),
        day=_day(title, labelled),
        unit=next((match[1] for line in labelled if (match := _unit_row().search(fold(line)))), ""),
        reporting_unit=_reporting_unit(labelled),
    )


def read_facts(
    sheet: Sheet, header: Header, names: tuple[str, ...]
) -> dict[str, tuple[object, tuple[int, int] | None]]:
    """The facts an edition states above its header: value (None: absent, or a Problem), row and column of its label."""
    lines = _lines(sheet, header) if names else []
    return {name: _fact(lines, name) for name in names}


def _lines(sheet: Sheet, header: Header) -> list[str]:
    return [_line(row) for row in sheet.rows[: header.top]]


def _line(row: list) -> str:
    if not any(row):
        return ""
    return _GAP.join([cell.strip() if type(cell) is str else cells.show(cell) for cell in row]).rstrip(_GAP)


def _title(lines: list[str]) -> str:
    """The first line that is neither an attachment number nor a labelled line such as 填报单位："""
    for line in lines:
        first = next(filter(None, line.split(_GAP)), "")
        if first and not _attachment().fullmatch(fold(first)) and not _labels().match(fold(first)):
            return " ".join(first.split())
    return ""


@lru_cache(maxsize=1024)
def _without_period(title: str) -> str:
    folded = fold(title)
    bare = _period_grammar().sub("", _dated_end().sub("", folded))
    return re.sub(r"[(\[][)\]]", "", bare)


def _period(title: str, lines: list[str], header: Header) -> str | None:
    """YYYY-MM from the title, else from a line such as 报告期：2022年11月 or one that is nothing but a month; a month
    alone takes the year beside it."""
    folded = [fold(line) for line in lines]
    stated = [line for line in folded if _period_label().search(line)]
    alone = [line for line in (line.strip(f"{_GAP}()[]") for line in folded) if _period_grammar().fullmatch(line)]
    for text in (fold(title), *stated, *alone):
        if match := _period_grammar().search(text):
            year, month = match["year"] or match["dotted_year"], int(match["month"] or match["dotted_month"])
            if 1 <= month <= 12 and (year or (year := _year_elsewhere(lines, header))):
                return f"{year}-{month:02d}"
    return None


def _day(title: str, lines: list[str]) -> WrittenDay | None:
    """The day in the title, else behind 截至 or 报告期, else on a line of its own; of several the last."""
    stated = [line[match.end() :] for line in map(fold, lines) if (match := _as_of().search(line))]
    alone = [line for line in lines if day_grammar().fullmatch(fold(line).strip(f"{_GAP}()[]"))]
    found = (days for text in (title, *stated, *alone) if (days := written_days(text.split(_GAP)[0] or text)))
    return next(found, [None])[-1]


def _year_elsewhere(lines: list[str], header: Header) -> str | None:
    texts = [*lines, *(word for path in header.paths for word in path)]
    years = {year for text in texts for year in _year_grammar().findall(fold(text))}
    return years.pop() if len(years) == 1 else None


def _reporting_unit(lines: list[str]) -> str:
    for line in lines:
        if match := _reporting_unit_grammar().search(line.replace("：", ":")):
            value = cells.name(_typed_on().sub("", match[1]).strip(" _＿\t\u3000\xa0"))
            if isinstance(value, str) and not _labels().match(fold(value)):
                return value
    return ""


def _fact(lines: list[str], name: str) -> tuple[object, tuple[int, int] | None]:
    """The value beside the fact's label, and the row and column of the label; (None, None) when it is not there."""
    for row, line in enumerate(lines):
        if match := _fact_grammar(name).search(line.replace("：", ":")):
            place = (row, line[: match.start()].count(_GAP))
            text = match[1].strip()
            value = cells.date(_as_cell(text)) if name.endswith("_date") else cells.text(text)
            return (value, place)
    return None, None


def _as_cell(text: str) -> object:
    return float(text) if re.fullmatch(r"\d{5}(?:\.0)?", text, re.ASCII) else text


@cache
def _unit_row() -> re.Pattern:
    words = markers()
    units = any_of((*words.units.convertible, *words.units.foreign))
    return re.compile(rf"{any_of(words.heading.unit_labels)}:?{_GAP}*({units})(?![^{_GAP},、;/%)])")


@cache
def _attachment() -> re.Pattern:
    words = markers()
    return re.compile(rf"{any_of(words.heading.attachment)}[\d{words.rows.chinese_numerals}]*[-\d]*:?")


@cache
def _labels() -> re.Pattern:
    words = markers().heading
    facts = [label for labels in words.facts.values() for label in labels]
    every = (*words.unit_labels, *words.reporting_unit_labels, *words.period_labels, *words.typed_on_labels, *facts)
    return re.compile(rf"{any_of(every)}(?:\([^)]*\))?:")


@cache
def _period_label() -> re.Pattern:
    return re.compile(any_of(markers().heading.period_labels))


@cache
def _dated_end() -> re.Pattern:
    return re.compile(rf"{any_of(markers().heading.as_of)}?(?:{day_grammar().pattern})", re.ASCII)


@cache
def _as_of() -> re.Pattern:
    words = markers().heading
    return re.compile(rf"{any_of((*words.as_of, *words.period_labels))}[^\d{_GAP}]{{0,4}}{_GAP}*(?=\d)")


@cache
def _period_grammar() -> re.Pattern:
    words = markers().cells
    year, month, to, day = any_of(words.year), any_of(words.month), any_of(words.to), any_of(words.day)
    return re.compile(
        # 2022年11月, 1-11月; 2022.11 and 2022-11, but not the day 2022.11.28
        rf"(?:(?P<year>20\d\d){year})?(?:\d{{1,2}}{month}?{to}+)?(?P<month>\d{{1,2}}){month}(?!\d{{1,2}}{day})"
        rf"|(?<!\d)(?P<dotted_year>20\d\d)[./-](?P<dotted_month>1[0-2]|0?[1-9])(?![\d./-])(?:{month})?",
        re.ASCII,
    )


@cache
def _year_grammar() -> re.Pattern:
    return re.compile(rf"(20\d\d){any_of(markers().cells.year)}", re.ASCII)


@cache
def _typed_on() -> re.Pattern:
    words = markers()
    return re.compile(
        rf"\s*(?:{any_of(words.heading.typed_on_labels)}.*|20\d\d\s*(?:{any_of(words.cells.year)}|[-./]).*)$"
    )


@cache
def _reporting_unit_grammar() -> re.Pattern:
    words = markers().heading
    labels = any_of(words.reporting_unit_labels)
    after = any_of((*words.unit_labels, *words.typed_on_labels, *words.period_labels))
    return re.compile(rf"{labels}\s*(?:[(（][^)）]*[)）])?\s*:[{_GAP}\s]*([^{_GAP}]+?)(?=\s{{2,}}|{_GAP}|$|\s{after})")


@cache
def _fact_grammar(name: str) -> re.Pattern:
    words = markers().heading
    every = [label for labels in words.facts.values() for label in labels]
    after = any_of((*every, *words.unit_labels, *words.typed_on_labels))
    return re.compile(rf"{any_of(words.facts[name])}\s*:[{_GAP}\s]*([^{_GAP}]+?)(?=\s{{2,}}|{_GAP}|$|\s{after})")
