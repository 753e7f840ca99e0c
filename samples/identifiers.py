"""Identifiers: made-up project codes and credit codes that are well-formed to the last check character.

Belongs here: composing codes by GB/T 40058, GB 11714 and GB 32100.
Does not belong here: checking what departments typed (ingestion, expectations).
"""

import unicodedata
from datetime import date
from random import Random

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V, Z
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ENTERPRISE = "91"  # registered by the market regulator, an enterprise
NO_CENTRAL_DEPARTMENT = "89"  # what a county's approval bureau usually shows
CAPITAL_CONSTRUCTION, TECHNICAL_RENOVATION = "01", "02"


def organisation_check(body: str) -> str:
    """The check character of the eight characters of an organisation code (GB 11714).

    >>> organisation_check("71526726")
    'X'
    """
    values = (int(character, 36) for character in body)
    remainder = 11 - sum(value * weight for value, weight in zip(values, ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def credit_check(body: str) -> str:
    """The check character of the first seventeen characters of a credit code (GB 32100).

    >>> credit_check("91110000802100433")
    'B'
    """
    values = (CREDIT_ALPHABET.index(character) for character in body)
    remainder = 31 - sum(value * weight for value, weight in zip(values, CREDIT_WEIGHTS, strict=True)) % 31
    return CREDIT_ALPHABET[remainder % 31]


def credit_code(random: Random, region_code: str) -> str:
    """A well-formed credit code of a made-up enterprise registered in ``region_code``."""
    body = "MA0" + "".join(random.choice(CREDIT_ALPHABET) for _ in range(5))
    first = f"{ENTERPRISE}{region_code}{body}{organisation_check(body)}"
    return first + credit_check(first)


def project_code(random: Random, approved: date, region_code: str, kind: str = CAPITAL_CONSTRUCTION) -> str:
    """A well-formed project code of the style in use since November 2020, approved in the month of ``approved``."""
    number = random.randrange(10**6)  # the algorithm of its last, checking digit is not published
    return f"{approved:%y%m}-{region_code}-{NO_CENTRAL_DEPARTMENT}-{kind}-{number:06d}"


def statistics_code(credit: str, region_code: str, serial: int) -> str:
    """The statistics library's code of an owner's project: organisation code, region, serial number."""
    return f"{credit[8:17]}{region_code}{serial:03d}"


def project_id(code: str | None, name: str) -> str:
    """How the product names a project: its code, else ``N:`` and the name without blanks in one width."""
    return code or "N:" + "".join(unicodedata.normalize("NFKC", name).split())
