"""The house: what holds for every room."""

import ast
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("ingestion", "expectations", "dispatch", "orchestration", "samples")
HAN = re.compile(r"[一-鿿]")
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
TEXTS = [ROOT / name for name in TRACKED if name and (ROOT / name).is_file()]


def python_files() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def test_imports_point_one_way():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_chinese_words_live_in_data_not_in_code(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            described.add(id(body[0].value))
        if isinstance(node, ast.keyword) and node.arg in ("help", "description"):
            described.update(id(inner) for inner in ast.walk(node.value))
    strays = [
        f"line {node.lineno}: {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value)
        and id(node) not in described
    ]
    assert not strays, "move these words to dbt_project/seeds/vocabulary/messages_<room>.csv:\n" + "\n".join(strays)


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_belongs_in_it(path):
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert "Belongs here" in words and "Does not belong here" in words


def test_no_leftovers_in_code():
    left = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    strays = [
        f"{path.relative_to(ROOT)}:{token.start[0]} {token.string}"
        for path in python_files()
        for token in tokenize.generate_tokens(path.open(encoding="utf-8").readline)
        if left.search(token.string)
    ]
    assert not strays


def test_the_lock_is_hashed_and_names_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9][\w.-]*==\S+ \\$", lock, re.MULTILINE)
    assert len(pins) > 100
    assert "://" not in lock and "--index-url" not in lock and "--find-links" not in lock
    assert lock.count("==") == len(pins)


def test_the_environment_is_read_in_the_settings_and_nowhere_below_orchestration():
    readers = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if re.search(r"os\.environ|os\.getenv", path.read_text(encoding="utf-8"))
    ]
    assert set(readers) <= {"ingestion/settings.py", "orchestration/assets.py", "orchestration/warehouse.py"}


def test_the_readme_is_short_and_names_the_two_commands():
    words = (ROOT / "README.md").read_text(encoding="utf-8")
    assert words.count("\n") < 150
    assert "make demo" in words and "make test" in words


def test_no_file_carries_a_phone_number_or_an_identity_number():
    personal = re.compile(
        r"(?<![\d.A-Za-z-])(1[3-9]\d{9}|\d{6}(19|20)\d{2}(0[1-9]|1[0-2])\d{2}\d{3}[\dXx])(?![\d.A-Za-z])"
    )
    strays = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in TEXTS
        if path.suffix in (".csv", ".yml", ".md", ".py", ".sql")
        for found in personal.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not strays
