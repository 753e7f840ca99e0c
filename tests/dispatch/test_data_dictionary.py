"""The data dictionary in docs/ says what contracts and vocabulary say."""

import csv
import os
import re

from dispatch.data_dictionary import data_dictionary
from ingestion.settings import PROJECT_ROOT, VOCABULARY

DOCUMENT = PROJECT_ROOT / "docs" / "data-dictionary.zh-CN.md"
MODELS = PROJECT_ROOT / "dbt_project" / "models"


def sections() -> dict[str, str]:
    """The text under every heading of the third level."""
    return {part.split("\n", 1)[0]: part for part in re.split(r"^###? ", data_dictionary(), flags=re.MULTILINE)[1:]}


def test_the_document_is_current():
    """DIAODU_REWRITE=1 writes the file anew."""
    if os.environ.get("DIAODU_REWRITE"):
        DOCUMENT.write_text(data_dictionary(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == data_dictionary()


def test_every_public_table_and_each_of_its_columns_is_explained():
    parts = sections()
    for schema in ("marts", "reports"):
        for path in (MODELS / schema).glob("*.sql"):
            named = set(re.findall(r"\{name: (\w+)", path.with_suffix(".yml").read_text(encoding="utf-8")))
            rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", parts[f"{schema}.{path.stem}"], re.MULTILINE)
            assert {name for name, _ in rows} == named, path.stem
            assert all(re.search(r"[一-鿿]", text) for _, text in rows), path.stem


def test_every_metric_field_and_code_is_there():
    text = data_dictionary()
    for name, column in (("metrics", "metric"), ("fields", "field"), ("codes", "code")):
        with (VOCABULARY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row[column] for row in rows if f"| `{row[column]}` | {row['label_zh']} |" not in text] == []


def test_every_row_has_as_many_cells_as_its_head():
    for table in re.findall(r"(?:^\|.*\|\n)+", data_dictionary(), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1
