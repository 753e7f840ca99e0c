"""Mutations: every way in which one cell of a valid month's form is written wrong, by the kind of its column."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from random import Random

from mutated_forms import Form

from ingestion import vocabulary


@dataclass(frozen=True)
class Mutation:
    """One cell of one valid form with something else in it. ``typed`` is what that says, where it says anything."""

    form: Form
    row: int  # as Excel counts
    name: str  # the field
    kind: str
    written: object
    typed: object

    @property
    def cell(self) -> str:
        return f"{self.form.read.sheet}!{self.form.letter(self.name)}{self.row}"

    @property
    def what(self) -> str:
        """Which kind of cell is wrong in which way."""
        return f"{self.form.at(self.row).role} {self.name} {self.kind}"

    @property
    def said(self) -> str:
        """The mutation in words, for whoever has to look into it."""
        before = self.form.cell(self.row, self.name)
        return f"{self.form.plan_id} {self.form.unit_id} {self.cell}: {before} -> {self.written}"


UNREADABLE = "unreadable"  # what a cell says that is no value of its column
NAMES, NUMBERS = (
    ("project_name", "owner_name"),
    ("project_code", "usc_code", "region_code", "industry_code", "stat_code"),
)
SIGNS, LETTERS = "0123456789", {"0": "O", "1": "l"}
CHARACTERS = "山水田林湖草沙石云雨"
SCALES = {"x10": 10, "/10": Decimal("0.1"), "x10000": 10_000, "/10000": Decimal("0.0001")}
SHARES = {"x10": 10, "/10": Decimal("0.1"), "x100": 100, "/100": Decimal("0.01")}
FAR_AHEAD = 2099


def mutations(form: Form, random: Random) -> Iterator[Mutation]:
    """Every cell of a form that something stands in, wrong in each of the ways of its column."""
    fields = vocabulary.fields()
    for row in form.read.rows:
        for name, value in row.values.items():
            if value is None:
                continue
            kind = fields[name].type
            if kind in ("decimal", "percent"):
                ways = _figures(value, random, SCALES if kind == "decimal" else SHARES)
            elif kind == "date":
                ways = _days(value)
            elif fields[name].code_list:
                ways = _codes(fields[name].code_list, value)
            elif name in (*NAMES, *NUMBERS):
                ways = _texts(name, str(form.cell(row.row, name)), random)
            else:
                continue
            for way, written, typed in ways:
                yield Mutation(form, row.row, name, way, written, typed)
        if row.label_count is not None:
            for way, count in (("one more", row.label_count + 1), ("x10", 10 * row.label_count)):
                label = row.label.replace(f"（{row.label_count}", f"（{count}")
                yield Mutation(form, row.row, "serial_no", f"count {way}", label, count)


def _figures(value: Decimal, random: Random, scales: dict) -> Iterator[tuple[str, object, object]]:
    text = f"{value.normalize():f}"
    found = {way: value * factor for way, factor in scales.items()} | {"sign": -value}
    digits = [place for place, sign in enumerate(text) if sign in SIGNS]
    place = random.choice(digits)
    other = random.choice([sign for sign in SIGNS if sign != text[place]])
    found["digit"] = Decimal(text[:place] + other + text[place + 1 :])
    pairs = [(a, b) for a, b in pairwise(digits) if text[a] != text[b]]
    if pairs:
        one, two = random.choice(pairs)
        signs = list(text)
        signs[one], signs[two] = signs[two], signs[one]
        found["swapped"] = Decimal("".join(signs))
    for way, figure in found.items():
        if figure != value:
            yield way, float(figure), figure
    yield "blank", "", None
    yield "about", f"约{text}", UNREADABLE
    for digit, letter in LETTERS.items():
        if digit in text[1:]:
            yield "letter", text[0] + text[1:].replace(digit, letter, 1), UNREADABLE


def _days(day: date) -> Iterator[tuple[str, object, object]]:
    for way, years in (("year", 1), ("year", -1), ("ten years", 10), ("century", FAR_AHEAD - day.year)):
        if not (day.month == 2 and day.day == 29):
            moved = day.replace(year=day.year + years)
            yield way, f"{moved:%Y.%m.%d}", moved
    for months in (-3, -1, 1, 3):
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        if day.day <= 28:
            moved = date(year, month + 1, day.day)
            yield "month", f"{moved:%Y.%m.%d}", moved
    yield "no such day", f"{day.year}年11月31日", UNREADABLE
    yield "blank", "", None


def _codes(code_list: str, value: str) -> Iterator[tuple[str, object, object]]:
    for code, entry in vocabulary.codes(code_list).items():
        if code != value:
            yield "other code", entry.label_zh, code
    yield "unknown word", "某某", UNREADABLE
    yield "blank", "", None


def _texts(name: str, text: str, random: Random) -> Iterator[tuple[str, object, object]]:
    if name in NAMES:
        place = random.choice([place for place, sign in enumerate(text) if "一" <= sign <= "龥"])
        other = random.choice([sign for sign in CHARACTERS if sign != text[place]])
        changed = text[:place] + other + text[place + 1 :]
        yield "character", changed, changed
        yield "character lost", text[:place] + text[place + 1 :], text[:place] + text[place + 1 :]
    else:
        for _ in range(2):
            place = random.choice([place for place, sign in enumerate(text) if sign in SIGNS])
            other = random.choice([sign for sign in SIGNS if sign != text[place]])
            changed = text[:place] + other + text[place + 1 :]
            yield "digit", changed, changed
    yield "blank", "", None
