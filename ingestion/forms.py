"""Forms: the dated descriptions of the departments' paper, read from ``ingestion/forms/*.yml``.

Belongs here: loading a form description and refusing one that contradicts the vocabulary.
Does not belong here: types, units and labels (the field dictionary), or finding a form in a workbook (headers).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cache
from itertools import groupby
from pathlib import Path

import yaml

from ingestion import vocabulary
from ingestion.markers import MARKERS, markers
from ingestion.settings import FORMS


class FormError(Exception):
    """A form description is wrong; the text names the file, the entry and the nearest allowed word."""


@dataclass(frozen=True)
class Column:
    """One column: its header from top to leaf joined with ``/``, the field it fills and whether it may be absent.

    ``required``: the sheet is refused without the column. ``value``: ``required`` when a project must fill it.
    ``synonyms`` are other heads for it; {year}, {last_year} and {month} in one are those of the sheet's own period,
    {next_year} is the year after the plan's.
    ``each: procedure`` stands for one column per procedure of a plan (see :func:`spread`), ``procedure`` for which;
    its synonyms are other words for the leaf.
    """

    path: str
    field: str
    required: bool = True
    value: str = "optional"
    synonyms: tuple[str, ...] = ()
    each: str | None = None
    procedure: str | None = None

    @property
    def key(self) -> str:
        """What a row's value of this column is called: the field, or ``<procedure>.<field>``."""
        return f"{self.procedure}.{self.field}" if self.procedure else self.field

    @property
    def segments(self) -> tuple[str, ...]:
        """The header from top to leaf."""
        return tuple(self.path.split("/"))


@dataclass(frozen=True, eq=False)
class Edition:
    """How the form looks since a month. A changed form is a new edition; a past one is never edited."""

    edition: str
    since: str
    sheet: str
    title: str
    header_rows: int
    columns: tuple[Column, ...]
    totals: str = "first"
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Form:
    """One form with its editions, oldest first."""

    form: str
    label_zh: str
    row_key: tuple[str, ...]
    editions: tuple[Edition, ...] = field(default=())

    def edition(self, name: str) -> Edition | None:
        """The edition of that name."""
        return next((edition for edition in self.editions if edition.edition == name), None)


def spread(form: Form, procedures: Iterable[tuple[str, tuple[str, ...]]], next_year: int | None = None) -> Form:
    """The form as one plan fills it: each column that stands for ``each: procedure`` once per procedure.

    ``procedures``: id and names, the first of which heads the group; the others are synonyms of the whole path.
    ``next_year`` is what {next_year} stands for in a synonym.
    """
    procedures = list(procedures)
    editions = tuple(
        replace(edition, columns=tuple(_named(c, next_year) for c in _spread(edition.columns, procedures)))
        for edition in form.editions
    )
    return replace(form, editions=editions)


def _named(column: Column, next_year: int | None) -> Column:
    if next_year is None or not any("{next_year}" in word for word in column.synonyms):
        return column
    return replace(column, synonyms=tuple(word.replace("{next_year}", str(next_year)) for word in column.synonyms))


def _spread(columns: Iterable[Column], procedures: list[tuple[str, tuple[str, ...]]]) -> Iterator[Column]:
    """Columns that follow one another and stand for each procedure make one group per procedure, as on paper."""
    for each, run in groupby(columns, key=lambda column: column.each):
        run = tuple(run)
        if each is None:
            yield from run
            continue
        for procedure, names in procedures:
            for column in run:
                group, leaf = column.path.split("/")
                every = [group.format(procedure=name) + word for name in names for word in (leaf, *column.synonyms)]
                path = column.path.format(procedure=names[0])
                yield replace(column, path=path, synonyms=tuple(every[1:]), each=None, procedure=procedure)


def load_forms(folder: Path = FORMS) -> Mapping[str, Form]:
    """All forms of the folder by name; :class:`FormError` when one of them cannot be right."""
    return _load(folder)


@cache
def _load(folder: Path) -> dict[str, Form]:
    forms: dict[str, Form] = {}
    for path in sorted(folder.glob("*.yml")):
        if path.name == MARKERS.name:
            continue
        form = parse_form(path.read_text(encoding="utf-8"), path.name)
        if form.form in forms:
            raise FormError(f"{path.name}: form {form.form!r} is described twice")
        forms[form.form] = form
    return forms


def parse_form(text: str, name: str) -> Form:
    """The form described by the YAML text; ``name`` is the file named in a :class:`FormError`."""
    try:
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise FormError(f"{name}: not readable as YAML: {error}") from error
    entry = _entry(data, Form, name, "the form")
    editions = tuple(_edition(edition, name) for edition in entry["editions"])
    since = [edition.since for edition in editions]
    if since != sorted(set(since)):
        raise FormError(f"{name}: editions must stand in order of `since`, each with its own month; found {since}")
    return Form(**{**entry, "editions": editions, "row_key": tuple(entry["row_key"])})


def _edition(data: object, name: str) -> Edition:
    entry = _entry(data, Edition, name, f"edition {data.get('edition') if isinstance(data, dict) else data!r}")
    where = f"{name}: edition {entry['edition']!r}"
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", str(entry["since"])):
        raise FormError(f"{where}: `since` must be a month such as 2022-01, found {entry['since']!r}")
    _allowed(entry.get("totals", "first"), ("first", "last"), where, "totals")
    for fact in entry.get("facts", ()):
        _allowed(fact, markers().heading.facts, where, "fact")
    columns = tuple(_column(column, name) for column in entry["columns"])
    _no_twins((column.field for column in columns), where, "field")
    _no_twins((column.path for column in columns), where, "path")
    return Edition(**{**entry, "columns": columns, "facts": tuple(entry.get("facts", ()))})


def _column(data: object, name: str) -> Column:
    entry = _entry(data, Column, name, f"column {data.get('path') if isinstance(data, dict) else data!r}")
    where = f"{name}: column {entry['path']!r}"
    _allowed(entry["field"], vocabulary.fields(), where, "field", "which is not in fields.csv")
    _allowed(entry.get("value", "optional"), ("required", "optional"), where, "value")
    _allowed(entry.get("each"), (None, "procedure"), where, "each")
    if entry.get("each") and (entry["path"].count("/") != 1 or "{procedure}/" not in entry["path"]):
        raise FormError(f"{where}: a column for each procedure is written as {{procedure}}/leaf")
    for synonym in entry.get("synonyms", ()):
        for place in re.findall(r"{(.*?)}", synonym):
            _allowed(place, ("year", "last_year", "next_year", "month"), where, "placeholder")
    if not isinstance(entry.get("required", True), bool):
        raise FormError(f"{where}: `required` must be true or false, found {entry['required']!r}")
    return Column(**{**entry, "synonyms": tuple(entry.get("synonyms", ()))})


def _entry(data: object, kind: type, name: str, what: str) -> dict:
    """The mapping, after refusing keys the kind does not have and noticing keys it lacks."""
    if not isinstance(data, dict):
        raise FormError(f"{name}: {what} must be a mapping, found {type(data).__name__}")
    known = [item.name for item in fields(kind)]
    for key in data:
        _allowed(key, known, f"{name}: {what}", "key")
    needed = [item.name for item in fields(kind) if item.default is MISSING] + ["editions"] * (kind is Form)
    if absent := [key for key in needed if key not in data]:
        raise FormError(f"{name}: {what} lacks {', '.join(absent)}")
    return data


def _allowed(word: object, allowed: Iterable[str], where: str, what: str, why: str = "which is not allowed") -> None:
    allowed = list(allowed)
    if word in allowed:
        return
    near = get_close_matches(str(word), allowed, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]!r}?" if near else f"Allowed: {', '.join(allowed)}"
    raise FormError(f"{where} names {what} {word!r}, {why}. {hint}")


def _no_twins(words: Iterable[str], where: str, what: str) -> None:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            raise FormError(f"{where} has {what} {word!r} twice")
        seen.add(word)
