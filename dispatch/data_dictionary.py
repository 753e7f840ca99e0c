"""Data dictionary: what stands in every public table, in Chinese, from the contracts and the vocabulary.

Belongs here: the order and layout of docs/data-dictionary.zh-CN.md.
Does not belong here: any description (dbt_project/models/*/*.yml, dbt_project/seeds/vocabulary).
"""

import csv
from collections.abc import Iterable, Iterator
from itertools import groupby

import yaml

from dispatch.publishing import SCHEMAS
from ingestion import vocabulary
from ingestion.settings import PROJECT_ROOT, VOCABULARY

_MODELS = PROJECT_ROOT / "dbt_project" / "models"


def data_dictionary() -> str:
    """The whole document as Markdown; a test keeps the file in docs/ the same."""
    return "\n".join([_say("title"), "", _say("intro"), "", *_tables(), *_metrics(), *_fields(), *_codes()]) + "\n"


def public_models() -> Iterator[tuple[str, dict]]:
    """Schema and contract of every public table, by schema and name."""
    for schema in SCHEMAS:
        for path in sorted((_MODELS / schema).glob("*.yml")):
            for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
                yield schema, model


def _tables() -> Iterator[str]:
    for schema, models in groupby(public_models(), key=lambda found: found[0]):
        yield from (_say(f"schema_{schema}"), "")
        for _, model in models:
            yield from _table(schema, model)


def _table(schema: str, model: dict) -> list[str]:
    key = next(item["columns"] for item in model["constraints"] if item["type"] == "primary_key")
    rows = [
        (
            f"`{column['name']}`",
            _label(column["name"]),
            column["data_type"],
            "" if _may_be_empty(column, key) else _say("required"),
            column["description"],
        )
        for column in model["columns"]
    ]
    return [
        f"### {schema}.{model['name']}",
        "",
        model["description"],
        "",
        _say("key", columns=_say("joint").join(f"`{name}`" for name in key)),
        "",
        *_grid("columns", rows),
        "",
    ]


def _may_be_empty(column: dict, key: list[str]) -> bool:
    stated = {constraint["type"] for constraint in column.get("constraints", [])}
    return "not_null" not in stated and column["name"] not in key


def _label(name: str) -> str:
    """The heading a field has in the forms; a reported figure has that of the accepted one."""
    field = vocabulary.fields().get(name.removeprefix("reported_"))
    return field.label_zh if field else ""


def _metrics() -> list[str]:
    rows = [
        (f"`{metric.metric}`", metric.label_zh, metric.unit, metric.definition_zh)
        for metric in vocabulary.metrics().values()
    ]
    return [_say("metrics"), "", _say("metrics_intro"), "", *_grid("metric_columns", rows), ""]


def _fields() -> list[str]:
    rows = [
        (f"`{field.field}`", field.label_zh, field.unit, field.description_zh) for field in vocabulary.fields().values()
    ]
    return [_say("fields"), "", _say("fields_intro"), "", *_grid("field_columns", rows), ""]


def _codes() -> Iterator[str]:
    yield from (_say("codes"), "", _say("codes_intro"))
    with (VOCABULARY / "codes.csv").open(encoding="utf-8", newline="") as file:
        lists = list(dict.fromkeys(row["list"] for row in csv.DictReader(file)))
    for name in lists:
        rows = [
            (f"`{code.code}`", code.label_zh, _say("joint").join(code.synonyms))
            for code in vocabulary.codes(name).values()
        ]
        yield from ("", f"### {name}", "", *_grid("code_columns", rows))


def _grid(head: str, rows: Iterable[tuple[str, ...]]) -> list[str]:
    """A Markdown table; the heads stand in one sentence, apart by bars."""
    heads = _say(head).split("|")
    return [_line(heads), _line(["---"] * len(heads)), *(_line(row) for row in rows)]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _say(key: str, **values: object) -> str:
    return vocabulary.messages("release")[f"dictionary.{key}"].format(**values)
