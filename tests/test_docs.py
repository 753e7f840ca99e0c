"""The documents: what they link to is there, and the commands they tell people to type exist as they are written."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from orchestration.cli import app

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
FENCED = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"^(?:.*/bin/)?diaodu +(.*)$", re.MULTILINE)
INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"^(?:docs|plans|tests|dbt_project|ingestion|expectations|dispatch|samples|orchestration)/[\w./-]+$")
PICTURES = ROOT / "docs" / "pictures"
COMMANDS = typer.main.get_command(app)


def of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(text: str) -> str:
    return FENCED.sub("", text)


def typed(text: str) -> Iterator[list[str]]:
    """Each command line of the fenced blocks after its ``diaodu``, word by word and without its comment."""
    for block in FENCED.findall(text):
        for line in TYPED.findall(block):
            yield shlex.split(line, comments=True)


def mentioned(text: str) -> Iterator[list[str]]:
    """Each command inside a sentence, which may leave options out."""
    for code in INLINE.findall(prose(text)):
        if code.startswith("diaodu "):
            yield code.split()[1:]


def found(words: list[str]) -> tuple[TyperCommand, list[str]]:
    """The command that the words begin with, and the words after it."""
    command = COMMANDS
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"diaodu has no {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("path", DOCUMENTS, ids=of)
def test_every_link_leads_to_a_file(path):
    links = [unquote(link.split("#")[0]) for link in LINK.findall(prose(path.read_text(encoding="utf-8")))]
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_every_file_that_is_named_is_there(name):
    named = [code for code in INLINE.findall(prose((ROOT / name).read_text(encoding="utf-8"))) if NAMED.match(code)]
    assert [code for code in named if "<" not in code and not (ROOT / code).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=of)
def test_every_command_line_can_be_typed_as_it_stands(path):
    for words in typed(path.read_text(encoding="utf-8")):
        if words[1:] == ["--help"]:
            continue
        command, rest = found(words)
        command.make_context(command.name, list(rest))  # raises for an unknown option, a missing one, a wrong value


@pytest.mark.parametrize("path", DOCUMENTS, ids=of)
def test_every_command_in_a_sentence_exists_with_its_options(path):
    for words in mentioned(path.read_text(encoding="utf-8")):
        command, rest = found(words)
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        unknown = [word for word in rest if word.startswith("--") and word.split("=")[0] not in known]
        assert not unknown, f"diaodu {' '.join(words)}: {unknown}"


def test_the_commands_are_really_looked_at():
    text = (ROOT / "docs" / "handbook.zh-CN.md").read_text(encoding="utf-8")
    assert {words[0] for words in typed(text)} >= {"init", "blank", "run", "status", "trace", "seal", "changes"}
    assert {words[0] for words in mentioned(text)} >= {"check", "assign", "accept", "waive", "restore"}


def test_pictures_are_few_small_and_shown():
    shown = {link for path in DOCUMENTS for link in LINK.findall(path.read_text(encoding="utf-8"))}
    pictures = sorted(PICTURES.glob("*"))
    assert 0 < len(pictures) <= 8
    assert [picture.name for picture in pictures if picture.stat().st_size > 150_000] == []
    assert {f"pictures/{picture.name}" for picture in pictures} <= shown
