"""Reference kinds: which lists of other departments may lie beside the forms, and the columns of each.

Belongs here: ``references.yml`` read into frozen values, the union of all columns.
Does not belong here: reading a file (references), what is held against it (expectations.references).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from ingestion.cells import parser
from ingestion.markers import fold
from ingestion.vocabulary import Field

REFERENCES = Path(__file__).with_name("references.yml")


@dataclass(frozen=True)
class ReferenceColumn:
    """One column of a list: its name, its heading and the other headings it is known by, whether it must be there."""

    column: str
    label_zh: str
    type: str
    required: bool = False
    synonyms: tuple[str, ...] = ()

    @property
    def headings(self) -> frozenset[str]:
        """Every way of writing the heading, in one width without blanks."""
        return frozenset(fold(text) for text in (self.label_zh, *self.synonyms))

    def parse(self, cell: object) -> object:
        """The typed value of a cell, a :class:`ingestion.cells.Problem` or None."""
        return parser(Field(self.column, self.type, "", self.label_zh, "", ""))(cell)


@dataclass(frozen=True)
class Reference:
    """One kind of list that another department keeps; its files are named after ``label_zh``."""

    reference: str
    label_zh: str
    columns: tuple[ReferenceColumn, ...]


@cache
def load_references() -> Mapping[str, Reference]:
    """Every kind by its name, each with the columns that all have before its own."""
    told = yaml.safe_load(REFERENCES.read_text(encoding="utf-8"))
    common = tuple(_column(entry) for entry in told["common"])
    return {
        entry["reference"]: Reference(
            entry["reference"], entry["label_zh"], common + tuple(_column(one) for one in entry["columns"])
        )
        for entry in told["references"]
    }


def _column(entry: Mapping) -> ReferenceColumn:
    return ReferenceColumn(**{**entry, "synonyms": tuple(entry.get("synonyms", ()))})
