"""Checked words: what stands around the numbers of a paper.

Belongs here: K05 (one label, one meaning), K08 (ranks, 红黑榜), K10 (no personal data).
Does not belong here: the numbers themselves (checked_numbers.py, checked_sums.py).
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from dispatch.addresses import Address
from dispatch.bulletin_blocks import word
from dispatch.checked_paper import Checked, Failure, Printed, failure, place_of
from dispatch.red_black import BLACK_PLACES, RED_PLACES, red_black

LABEL = re.compile(r"([\u4e00-\u9fff]{2,12})$")
LISTS = {"red": ("redblack.red", RED_PLACES), "black": ("redblack.black", BLACK_PLACES)}
_DIGITS = r"(?<![\d.,])"
PERSONAL = {
    "identity": re.compile(_DIGITS + r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"),
    "phone": re.compile(_DIGITS + r"(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]\d{7,8})(?!\d)"),
    "mail": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
}
_WEIGHTS, _CHECK_DIGITS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"


def words(found: Checked) -> Iterator[Failure]:
    """K05, K08, K10."""
    yield from _labels(found)
    yield from _lists(found)
    yield from _ranks(found)
    yield from _personal(found)


def _labels(found: Checked) -> Iterator[Failure]:
    """The same words before two numbers of a paragraph mean the same metric and period of the same slice."""
    seen: dict[tuple, Printed] = {}
    for one in found.printed:
        if one.line is None or one.cell or one.address.kind != "metric":
            continue
        label = LABEL.search(one.line.before(one.citation.place))
        if label is None:
            continue
        key = (one.line.number, label[1], one.citation.unit, one.address.figure[:3])
        other = seen.setdefault(key, one)
        if _meaning(other.address) != _meaning(one.address):
            told = {"label": label[1], "first": other.citation.address, "second": one.citation.address}
            yield failure(place_of(one), "K05", "K05.what", "K05.remedy", **told)


def _meaning(address: Address) -> tuple:
    return address.period, address.figure[3], address.column


def _lists(found: Checked) -> Iterator[Failure]:
    """红黑榜 as printed against the two conditions, and against each other."""
    if found.word is None:
        return
    units = found.values.rows("reports.rpt_unit_ranking", found.cited.plan, found.cited.period)
    named: dict[str, set[str]] = {}
    for which, (key, _) in LISTS.items():
        start = word(key).partition("{")[0]
        for line in found.word.lines:
            if line.text.startswith(start):
                own = line.text.partition(word("stop"))[0]
                named[which] = {row["unit_name"] for row in units if row["unit_name"] in own}
                yield from _entitled(found, which, named[which], place_of(line))
    for unit in sorted(named.get("red", set()) & named.get("black", set())):
        yield failure("", "K08", "K08.both", "K08.remedy", unit=unit)


def _entitled(found: Checked, which: str, named: set[str], place: str) -> Iterator[Failure]:
    population = next(
        row["population"]
        for row in found.values.rows("marts.dim_population", found.cited.plan, found.cited.period)
        if row["is_headline"]
    )
    lists = red_black(found.values, found.cited.plan, found.cited.period, population)
    entitled = {row["unit_name"] for row in (getattr(lists, which) if lists else ())}
    places = word(f"places.{LISTS[which][1]}")
    for unit in sorted(named - entitled):
        yield failure(place, "K08", f"K08.{which}", "K08.remedy", unit=unit, places=places)


def _ranks(found: Checked) -> Iterator[Failure]:
    """A unit further down a ranking does not have the higher rate."""
    ranks: dict[tuple, dict[str, Printed]] = {}
    for one in found.printed:
        if one.address.kind == "row" and one.address.column in ("unit_rank", "annual_completion_rate") and one.cell:
            ranks.setdefault((one.cell[0], one.address.where), {})[one.address.column] = one
    rows = [row for row in ranks.values() if len(row) == 2 and None not in (one.amount for one in row.values())]
    rows.sort(key=lambda row: (str(row["unit_rank"].cell[0]), row["unit_rank"].amount))
    for above, below in pairwise(rows):
        same_table = above["unit_rank"].cell[0] == below["unit_rank"].cell[0]
        if same_table and below["annual_completion_rate"].amount > above["annual_completion_rate"].amount:
            rank = below["unit_rank"]
            yield failure(place_of(rank), "K08", "K08.order", "K08.remedy", rank=rank.text)


def _personal(found: Checked) -> Iterator[Failure]:
    """Numbers of telephones and identity cards, addresses of mail, anywhere in the paper."""
    texts = [(place_of(line), line.text) for line in (found.word.lines if found.word else ())]
    for sheet, cells in found.sheets.items():
        texts += [(f"{sheet}!{place}", str(cell.value)) for place, cell in cells.items()]
    for place, text in texts:
        for kind, pattern in PERSONAL.items():
            for match in pattern.findall(text):
                if kind != "identity" or is_identity(match):
                    yield failure(place, "K10", f"K10.{kind}", "K10.remedy", found=match)


def is_identity(number: str) -> bool:
    """Whether 18 digits carry the check digit of an identity card (GB 11643), which a project code need not."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECK_DIGITS[total % 11] == number[17].upper()
