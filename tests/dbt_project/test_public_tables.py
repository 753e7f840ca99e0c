"""What the project says of itself agrees with the vocabulary and the lake; no dbt is run."""

import re

import pyarrow as pa
import pytest
import yaml

from ingestion import lake, vocabulary
from ingestion.settings import PROJECT_ROOT

DBT = PROJECT_ROOT / "dbt_project"
HAN = re.compile(r"[一-鿿]")
COMMENT = re.compile(r"--[^\n]*|\{#.*?#\}", re.DOTALL)
PUBLIC = sorted(path for folder in ("marts", "reports") for path in (DBT / "models" / folder).glob("*.sql"))


def described(path) -> dict:
    [model] = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))["models"]
    return model


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.stem)
def test_a_public_table_has_a_key_and_a_chinese_comment_on_every_column(path):
    model = described(path)
    [key] = [constraint for constraint in model["constraints"] if constraint["type"] == "primary_key"]
    assert set(key["columns"]) <= {column["name"] for column in model["columns"]}
    assert HAN.search(model["description"])
    silent = [column["name"] for column in model["columns"] if not HAN.search(column.get("description", ""))]
    assert not silent


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.stem)
def test_a_field_of_the_vocabulary_is_described_in_its_words(path):
    fields = vocabulary.fields()
    strays = {
        column["name"]: column["description"]
        for column in described(path)["columns"]
        if (field := fields.get(column["name"])) and column["description"] != (field.description_zh or field.label_zh)
    }
    assert not strays


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.stem)
def test_money_and_rates_are_exact(path):
    for column in described(path)["columns"]:
        name, kind = column["name"], column["data_type"]
        assert kind not in ("double", "float", "real"), name
        if name.endswith("_wan"):
            assert kind in ("decimal(18,2)", "decimal(24,2)"), name
        if name.endswith("_rate"):
            assert kind == "decimal(12,6)", name


def test_chinese_words_are_absent_from_sql():
    strays = {
        path.name: found
        for path in DBT.rglob("*.sql")
        if (found := HAN.findall(COMMENT.sub("", path.read_text(encoding="utf-8"))))
    }
    assert not strays


def test_every_lake_table_is_a_source():
    [source] = yaml.safe_load((DBT / "models/staging/_sources.yml").read_text(encoding="utf-8"))["sources"]
    assert [table["name"] for table in source["tables"]] == list(lake.TABLES)


def test_staging_names_every_plain_column_of_its_lake_table_and_changes_none():
    for path in (DBT / "models" / "staging").glob("stg_*.sql"):
        layout = lake.TABLES[path.stem.removeprefix("stg_")].schema
        plain = [field.name for field in layout if not pa.types.is_map(field.type)]
        assert re.findall(r"^    (\w+),?$", path.read_text(encoding="utf-8"), re.MULTILINE) == plain, path.name


def test_every_computed_metric_divides_measures_that_are_summed():
    summed = "".join(
        (DBT / "models" / "intermediate" / f"{name}.sql").read_text(encoding="utf-8")
        for name in ("int_measures", "int_reporting_measures")
    )
    measures = {
        part for metric in vocabulary.metrics().values() for part in (metric.numerator, metric.denominator) if part
    }
    assert not {measure for measure in measures if f"'{measure}'" not in summed}
