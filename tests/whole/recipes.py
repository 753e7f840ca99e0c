"""Recipes: the blocks of CONTRIBUTING.md, and following them in a copy of the project as a person would.

Belongs here: reading the blocks, the copy, a new file, lines at a file's end, lines beside their neighbours.
Does not belong here: what must come of it (test_recipes.py).
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.settings import PROJECT_ROOT

GUIDE = PROJECT_ROOT / "CONTRIBUTING.md"
ROOMS = ("plans", "ingestion", "expectations", "dbt_project", "dispatch", "samples", "orchestration", "tests", "docs")
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """What a recipe says of one file: ``yaml`` and ``csv`` whole lines, ``diff`` lines beside neighbours."""

    kind: str
    path: str
    text: str


def blocks() -> list[Block]:
    """Every block that names its file, in the order of the guide."""
    return [Block(*found) for found in BLOCK.findall(GUIDE.read_text(encoding="utf-8")) if found[1]]


def commands_that_tell() -> list[list[str]]:
    """What the recipes tell to run at their ends, word by word."""
    said = [text for kind, _, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")) if kind == "sh"]
    return [shlex.split(line) for text in said for line in text.splitlines()]


def copy_of_the_project(folder: Path) -> Path:
    """The rooms with their bytecode (their times stay as they were) and nothing that a run left behind."""
    for room in ROOMS:
        ignored = shutil.ignore_patterns("target", "logs", "pictures")
        shutil.copytree(PROJECT_ROOT / room, folder / room, ignore=ignored)
    shutil.copy2(PROJECT_ROOT / "pyproject.toml", folder)
    return folder


def follow(project: Path, block: Block) -> None:
    """Do what one block says; AssertionError when its neighbours are not there exactly once."""
    path = project / block.path
    if block.kind == "diff":
        path.write_text(_beside(path.read_text(encoding="utf-8"), block), encoding="utf-8")
    else:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + block.text, encoding="utf-8")


def copy_last_edition(project: Path, path: str) -> None:
    """What the recipe of a form says before its blocks: the last edition once more below itself."""
    text = (project / path).read_text(encoding="utf-8")
    (project / path).write_text(text + text[text.rindex("  - edition:") :], encoding="utf-8")


def _beside(text: str, block: Block) -> str:
    """Old lines become new ones; in a form the last place is meant, which is the copied edition."""
    old, new = ("".join(_lines(block.text, signs)) for signs in (" -", " +"))
    is_form = block.path.startswith("ingestion/forms/")
    assert text.count(old) == (2 if is_form else 1), f"{block.path}: {old!r} is not there as the recipe says"
    head, _, tail = text.rpartition(old) if is_form else text.partition(old)
    return head + new + tail


def _lines(text: str, signs: str) -> Iterator[str]:
    return (line[1:] for line in text.splitlines(keepends=True) if line[0] in signs)
