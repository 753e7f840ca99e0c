"""Departments: what those who report do with the papers they are sent: fill in blanks, answer questions, send both in.

Belongs here: blanks by form and unit, receipts with questions by form and unit, filled papers laid into the inbox.
Does not belong here: what is true of a project (samples), what the tests expect.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl

from dispatch import blanks
from samples.blank_filling import fill
from tests.whole.places import Place

ANSWERS = "核实说明"
Paper = tuple[str, str]  # form and unit


def tags(path: Path) -> dict[str, str]:
    """What a workbook of ours says of itself, out of sight."""
    return dict(openpyxl.load_workbook(path, read_only=True)["_diaodu"].iter_rows(max_col=2, values_only=True))


def inbox(place: Place, received_at: datetime) -> Path:
    """The folder of the inbox for what comes at a time."""
    return place.workspace.inbox / place.plan.id / f"{received_at:%Y-%m-%d %H%M}"


def issue(place: Place, period: str, now: datetime) -> dict[Paper, Path]:
    """The period's blanks by form and unit."""
    paths = blanks.write(place.workspace, place.plan, period, now)
    found = {(said["form"], said["unit"]): path for path, said in ((path, tags(path)) for path in paths)}
    assert len(found) == len(paths)
    return found


def send(place: Place, blank: Path, truth: Sequence, received_at: datetime) -> Path:
    """Fill in a blank and lay it into the inbox."""
    return fill(blank, truth, inbox(place, received_at) / blank.name)


def asking(receipts: Iterable[Path]) -> dict[Paper, Path]:
    """The receipts that have an answer sheet, by form and unit."""
    having = (path for path in receipts if ANSWERS in openpyxl.load_workbook(path, read_only=True).sheetnames)
    return {(said["form"], said["unit"]): path for path, said in ((path, tags(path)) for path in having)}


def answer(receipt: Path, to: Path, say: Callable[[Mapping[str, str]], str]) -> dict[str, str]:
    """Fill in every line of a receipt's answer sheet as a person does and save it to be sent back.

    ``say`` makes a text of a line by its headings; the texts by the 编号 of their lines.
    """
    book = openpyxl.load_workbook(receipt)
    sheet, said = book[ANSWERS], {}
    top = next(cell.row for cell in sheet["A"] if cell.value == "编号")
    names = [cell.value for cell in sheet[top]]
    for row in range(top + 1, sheet.max_row + 1):
        line = dict(zip(names, (cell.value for cell in sheet[row]), strict=True))
        if line["编号"]:
            cell = sheet.cell(row, names.index(ANSWERS) + 1)
            assert not cell.protection.locked
            said[line["编号"]] = cell.value = say(line)
    to.parent.mkdir(parents=True, exist_ok=True)
    book.save(to)
    return said
