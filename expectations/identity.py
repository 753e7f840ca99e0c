"""Identity: which project a row speaks of.

Belongs here: a project's own id, and matching a row to the list by code, then name, then former name.
Does not belong here: which list is in force (project_list), whether a code is right (identifiers, rules/identity.yml).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

import pyarrow as pa

from expectations.identifiers import parse_project_code
from ingestion.markers import fold, markers


@lru_cache(maxsize=262_144)
def name_key(name: str | None) -> str:
    """A project's name as names are compared: one width, no blanks, no decorations (★ ● ▲)."""
    return fold(name or "").strip(markers().cells.decorations)


def own_id(code: str | None, name: str | None, place: str) -> str:
    """The id of a project that no list knows: its code when that is well formed, else its name, else its ``place``.

    >>> own_id("2211-141082-89-01-123456", None, "")
    '2211-141082-89-01-123456'
    >>> own_id(None, "★城区 供热管网", "")
    'N:城区供热管网'
    """
    if parse_project_code(code):
        return code
    return f"N:{name_key(name) or place}"


class Matcher:
    """Finds the listed project a row means; a name that two projects share matches neither."""

    def __init__(self, entries: Iterable[Mapping]):
        """``entries`` hold project_id, project_code, project_name and former_name."""
        self._by_code: dict[str, str] = {}
        self.coded: set[str] = set()  # the projects that it knows by a code
        self._by_name: defaultdict[str, set[str]] = defaultdict(set)
        self._by_former_name: defaultdict[str, set[str]] = defaultdict(set)
        for entry in entries:
            self.add(entry)

    def add(self, entry: Mapping) -> None:
        """Let rows match one more project."""
        project_id = entry["project_id"]
        if entry["project_code"]:
            self.coded.add(self._by_code.setdefault(entry["project_code"], project_id))
        for index, name in ((self._by_name, "project_name"), (self._by_former_name, "former_name")):
            if key := name_key(entry[name]):
                index[key].add(project_id)

    def claimed(self, codes: Iterable[str | None]) -> frozenset[str]:
        """The projects that rows with these codes name beyond doubt."""
        return frozenset(self._by_code[code] for code in codes if code in self._by_code)

    def match(self, code: str | None, *names: str | None, claimed: frozenset[str] = frozenset()) -> str | None:
        """The listed project's id by code, then by name, then by former name; None when the list does not have it.

        ``claimed`` are projects that other rows of the sheet name by their code: a row with a code of its own that
        only shares such a project's name is another project.
        """
        if code and code in self._by_code:
            return self._by_code[code]
        taken = claimed if parse_project_code(code) else frozenset()
        for index in (self._by_name, self._by_former_name):
            for key in filter(None, map(name_key, names)):
                if len(index.get(key, ())) == 1 and not index[key] & taken:
                    return next(iter(index[key]))
        return None


def project_ids(rows: pa.Table, matcher: Matcher) -> list[str]:
    """The project each row means: the one the matcher knows it by, else its own id."""
    keys = rows.select(["project_code", "project_name", "submission_id", "row"]).to_pylist()
    codes = defaultdict(set)
    for key in keys:
        codes[key["submission_id"]].add(key["project_code"])
    claimed = {name: matcher.claimed(own) for name, own in codes.items()}
    return [
        matcher.match(key["project_code"], key["project_name"], claimed=claimed[key["submission_id"]])
        or own_id(key["project_code"], key["project_name"], f"{key['submission_id']}!{key['row']}")
        for key in keys
    ]
