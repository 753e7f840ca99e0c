"""Trace origins: what a column of a public table stands for, as addresses of other numbers.

Belongs here: filling the templates of origins.csv from a row.
Does not belong here: following the addresses (tracing).
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from dispatch.addresses import as_text
from ingestion.vocabulary import Origin

_PLACE = re.compile(r"\{(\w+)\}")
ALL, UNKNOWN = "all", "unknown"  # how the public tables write "not divided by this" and "there is none"


def filled(origin: Origin, row: Mapping) -> list[str]:
    """The addresses behind a column of one row; a condition on what the row does not divide by is left out."""
    return [_filled(template, row) for template in origin.addresses]


def _filled(template: str, row: Mapping) -> str:
    head, *rest = template.split("/")
    parts = [head, *rest]
    if "=" in parts[-1] or parts[-1].startswith("?"):
        conditions = [_condition(one, row) for one in parts[-1].split("&")]
        parts[-1] = "&".join(one for one in conditions if one)
    return "/".join(_with(part, row) for part in parts if part)


def _condition(text: str, row: Mapping) -> str:
    """One condition filled; empty for a dimension that is not divided, without a value for what is unknown."""
    name, given, wanted = text.partition("=")
    place = _PLACE.fullmatch(wanted)
    if not given or not place:
        return text
    value = as_text(row[place.group(1)])
    if value == ALL:
        return ""
    return (
        name if value is None or (value == UNKNOWN and name == "handling_level") else f"{name}={quote(value, safe='')}"
    )


def _with(text: str, row: Mapping) -> str:
    return _PLACE.sub(lambda found: quote(as_text(row[found.group(1)]) or "", safe=":"), text)
