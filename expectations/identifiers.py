"""Identifiers: whether project, credit, region and industry codes can be real, by their own standards.

Belongs here: pure functions over one text; a code that cannot be told right from wrong gives None, never a guess.
Does not belong here: which finding follows (rules/identity.yml), how a cell is read (ingestion).
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from ingestion.settings import SEEDS

PROJECT_CODE = re.compile(r"^(\d{4})-(\d{6})-\d{2}-\d{2}-\d{6}$")
CREDIT_CODE = re.compile(r"^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$")
STATISTICS_CODE = re.compile(r"^([0-9A-Z]{8})([0-9X])(\d{6})\d{3}$")
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: without I, O, S, V, Z
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
OLD_STYLE_YEARS = range(2015, 2021)  # the first segment was a year until October 2020; no month is 15 to 20


@dataclass(frozen=True)
class ProjectCode:
    """A project code taken apart: when it was given (first possible day) and the region it was given in."""

    given_on: date
    region_code: str


@cache
def regions() -> Mapping[str, str | None]:
    """Known region codes with the code above them, from seeds/regions.csv."""
    with (SEEDS / "regions.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["region_code"]: row["parent_code"] or None for row in csv.DictReader(file)})


@cache
def industries() -> tuple[Mapping[str, str | None], ...]:
    """Divisions and sections of GB/T 4754-2017 by code, from seeds/industries.csv.

    ``counts_as``: industry or other, after the 产业类项目 of the provincial statistics; None where counties differ, or
    where the divisions of a section do.
    """
    with (SEEDS / "industries.csv").open(encoding="utf-8", newline="") as file:
        divisions = list(csv.DictReader(file))
    found = [_industry(row["division_code"], row["division_name_zh"], row["section_code"], [row]) for row in divisions]
    for section in sorted({row["section_code"] for row in divisions}):
        own = [row for row in divisions if row["section_code"] == section]
        found.append(_industry(section, own[0]["section_name_zh"], section, own))
    return tuple(found)


_DIVISION = re.compile("([A-T]?)([0-9][0-9])[0-9]{0,2}")


def division(code: str | None) -> str | None:
    """The code of :func:`industries` that an industry code stands for: a division, with or without its section before
    it and its groups behind it, or a section; None where there is none, or where section and division do not agree.

    >>> division("C2631"), division("26"), division("C"), division("A2631")
    ('26', '26', 'C', None)
    """
    written = _DIVISION.fullmatch(code or "")
    section, own = written.groups() if written else ("", code or "")
    known = _sections().get(own)
    return own if known is not None and section in ("", known) else None


@cache
def _sections() -> Mapping[str, str]:
    return {row["code"]: row["section_code"] for row in industries()}


def _industry(code: str, name: str, section: str, divisions: list[dict]) -> Mapping[str, str | None]:
    kinds = {row["counts_as"] for row in divisions}
    counts_as = (kinds.pop() or None) if len(kinds) == 1 else None
    return MappingProxyType({"code": code, "name_zh": name, "section_code": section, "counts_as": counts_as})


@cache
def region_exists(code: str | None) -> bool | None:
    """Whether a region code exists; None where the table does not hold the whole prefecture.

    >>> region_exists("141082"), region_exists("141101"), region_exists("330106")
    (True, False, None)
    """
    if code is None:
        return None
    if not re.fullmatch(r"\d{6}", code):
        return False
    known = regions()
    return True if code in known else False if f"{code[:4]}00" in known else None


@cache
def parse_project_code(text: str | None) -> ProjectCode | None:
    """The parts of a project code (GB/T 40058-2021, or the style before November 2020); None when it cannot be one.

    The check digit's algorithm is not published in readable form, so it is not tested.

    >>> parse_project_code("2211-141082-89-01-123456")
    ProjectCode(given_on=datetime.date(2022, 11, 1), region_code='141082')
    >>> parse_project_code("2018-141082-48-01-000123").given_on
    datetime.date(2018, 1, 1)
    >>> parse_project_code("2213-141082-89-01-123456")
    """
    match = PROJECT_CODE.fullmatch(text or "")
    if match is None or region_exists(match[2]) is False:
        return None
    head, region_code = match.groups()
    if int(head) in OLD_STYLE_YEARS:
        return ProjectCode(date(int(head), 1, 1), region_code)
    year, month = 2000 + int(head[:2]), int(head[2:])
    return ProjectCode(date(year, month, 1), region_code) if year >= 2011 and 1 <= month <= 12 else None


@cache
def credit_code_is_valid(text: str | None) -> bool | None:
    """Whether both nested check characters of a unified social credit code hold (GB 32100-2015 and GB 11714).

    >>> credit_code_is_valid("91350100M000100Y43"), credit_code_is_valid("91310115MA1H8R7C6D")
    (True, False)
    """
    if text is None:
        return None
    if not CREDIT_CODE.fullmatch(text):
        return False
    return _organisation_check(text[8:16]) == text[16] and _credit_check(text[:17]) == text[17]


@cache
def is_statistics_code(text: str | None) -> bool | None:
    """Whether a text is a code of the statistics library: an organisation code, a region and a serial number.

    >>> is_statistics_code("M000100Y4141082003"), is_statistics_code("91350100M000100Y43")
    (True, False)
    """
    if text is None:
        return None
    match = STATISTICS_CODE.fullmatch(text)
    if match is None or credit_code_is_valid(text) or region_exists(match[3]) is False:
        return False
    return _organisation_check(match[1]) == match[2]


def _organisation_check(body: str) -> str:
    total = sum(int(character, 36) * weight for character, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    remainder = 11 - total % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def _credit_check(body: str) -> str:
    values = (CREDIT_ALPHABET.index(character) for character in body)
    total = sum(value * weight for value, weight in zip(values, CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[(31 - total % 31) % 31]
