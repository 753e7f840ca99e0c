"""Vocabulary: the bureau's words (fields, code lists, metrics, messages), read from dbt_project/seeds/vocabulary.

Belongs here: reading those tables into frozen values.
Does not belong here: any Chinese word itself.
"""

import csv
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from ingestion.settings import VOCABULARY


@dataclass(frozen=True)
class Field:
    """One field of the vocabulary: the only place where its type, unit and label are said."""

    field: str
    # text, integer, decimal (money in 万元), percent, date, code:<list>, project_code, usc_code, region_code, unit
    type: str
    unit: str
    label_zh: str
    label_en: str
    description_zh: str

    @property
    def code_list(self) -> str | None:
        """The code list of a ``code:<list>`` field."""
        return self.type.removeprefix("code:") if self.type.startswith("code:") else None


@dataclass(frozen=True)
class Code:
    """One entry of a code list with the spellings that departments use for it."""

    list: str
    code: str
    label_zh: str
    synonyms: tuple[str, ...]
    counts_as: str
    sort_order: int


@dataclass(frozen=True)
class Metric:
    """One metric of the dispatch: measures it divides (or shows), its unit and its printed definition."""

    metric: str
    label_zh: str
    label_en: str
    form: str
    unit: str
    numerator: str
    denominator: str
    sort_order: int
    definition_zh: str

    @property
    def is_ratio(self) -> bool:
        """Whether it is one measure divided by another: a rate, or a multiple like 储备倍数."""
        return bool(self.denominator)

    @property
    def is_rate(self) -> bool:
        """Whether it is stored as 0–1 and shown in per cent; a multiple is a ratio and no rate."""
        return self.unit == "%"


@dataclass(frozen=True)
class Measure:
    """What a metric is summed from: the fields of the list and of the report that decide a contributor's amount."""

    measure: str
    label_zh: str
    list_fields: tuple[str, ...]
    report_fields: tuple[str, ...]
    rule_zh: str


@dataclass(frozen=True)
class Origin:
    """Where a public table's rows (``column`` empty) or one of its columns come from.

    ``subject``: what a row speaks of (project, procedure, pipeline, fund, unit, finding, quality, figure). ``how`` puts
    together the numbers at ``addresses`` (is, sum, rate, benchmark, rank); these are templates over the row's columns.
    """

    table: str
    column: str
    subject: str
    list_fields: tuple[str, ...]
    report_fields: tuple[str, ...]
    how: str
    addresses: tuple[str, ...]
    rule_zh: str


def _table(name: str) -> list[dict[str, str]]:
    with (VOCABULARY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def fields() -> MappingProxyType[str, Field]:
    """All fields by name, in the order of the file."""
    return MappingProxyType({row["field"]: Field(**row) for row in _table("fields")})


@cache
def codes(list_name: str) -> MappingProxyType[str, Code]:
    """The entries of one code list by code."""
    entries = {
        row["code"]: Code(
            list=row["list"],
            code=row["code"],
            label_zh=row["label_zh"],
            synonyms=tuple(filter(None, row["synonyms"].split("|"))),
            counts_as=row["counts_as"],
            sort_order=int(row["sort_order"]),
        )
        for row in _table("codes")
        if row["list"] == list_name
    }
    if not entries:
        raise KeyError(f"codes.csv has no list {list_name!r}")
    return MappingProxyType(entries)


@cache
def metrics() -> MappingProxyType[str, Metric]:
    """All metrics by code, in printing order."""
    rows = sorted(_table("metrics"), key=lambda row: int(row["sort_order"]))
    return MappingProxyType({row["metric"]: Metric(**{**row, "sort_order": int(row["sort_order"])}) for row in rows})


@cache
def measures() -> MappingProxyType[str, Measure]:
    """All measures by code."""
    return MappingProxyType({row["measure"]: Measure(**row | _split(row)) for row in _table("measures")})


@cache
def origins() -> MappingProxyType[tuple[str, str], Origin]:
    """Where the public tables come from, by table and column."""
    rows = ({**row, **_split(row)} for row in _table("origins"))
    found = (Origin(addresses=tuple(row.pop("origin").split()), **row) for row in rows)
    return MappingProxyType({(one.table, one.column): one for one in found})


@cache
def scope_kinds() -> MappingProxyType[str, str]:
    """The ways figures are divided, by code, with their names."""
    with (VOCABULARY.parent / "reporting" / "scope_kinds.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["scope_kind"]: row["label_zh"] for row in csv.DictReader(file)})


def _split(row: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(filter(None, row[name].split("|"))) for name in ("list_fields", "report_fields")}


@cache
def messages(room: str) -> MappingProxyType[str, str]:
    """The sentences of one room by key, from ``messages_<room>.csv`` (``key,text_zh``); fill with str.format."""
    return MappingProxyType({row["key"]: row["text_zh"] for row in _table(f"messages_{room}")})
