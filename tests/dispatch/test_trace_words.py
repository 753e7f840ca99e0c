"""What a trace rests on is data: each measure and column named there is a public table's, each field exists."""

import re

import yaml

from dispatch import addresses
from dispatch.trace_origins import filled
from ingestion import vocabulary
from ingestion.settings import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"
PAGE = [path.read_text(encoding="utf-8") for path in sorted((PROJECT_ROOT / "dispatch").glob("trace_page_*.js"))]


def columns(table: str) -> set[str]:
    schema, _, name = table.partition(".")
    told = yaml.safe_load((MODELS / schema / f"{name}.yml").read_text(encoding="utf-8"))
    return {column["name"] for model in told["models"] for column in model["columns"]}


def test_every_measure_of_a_metric_and_every_contribution_is_there():
    known = vocabulary.measures()
    of_metrics = {name for one in vocabulary.metrics().values() for name in (one.numerator, one.denominator) if name}
    contributed = set()
    for path in (MODELS / "intermediate").glob("int_*_contributions.sql"):
        contributed |= set(re.findall(r"'(\w+(?:_count|_wan))'", path.read_text(encoding="utf-8")))
    assert of_metrics | contributed <= known.keys() and len(contributed) > 30
    assert all(one.label_zh and one.rule_zh for one in known.values())


def test_every_field_is_a_field_of_the_vocabulary():
    named = [*vocabulary.measures().values(), *vocabulary.origins().values()]
    assert {field for one in named for field in one.list_fields + one.report_fields} <= vocabulary.fields().keys()


def test_every_origin_is_a_column_of_its_table_and_leads_to_another():
    for (table, column), origin in vocabulary.origins().items():
        known = columns(table) | {"plan_id", "period"}
        assert not column or column in known, (table, column)
        row = dict.fromkeys(known, "x") | {"plan_id": "a", "period": "2022-11", "metric": "ytd_investment"}
        for text in filled(origin, row):
            address = addresses.parse(text)
            held = columns(address.table) if address.table else columns("marts.fct_metric")
            assert address.column.rpartition(":")[2] in held | {"count"}, (table, column, text)
            assert {name for name, _ in address.where} <= held
        assert bool(origin.how) == bool(origin.addresses)


def test_every_number_column_of_a_report_has_an_origin_or_only_orders_and_counts_rows():
    orders = re.compile(r"_order$|source_row$|decision_id$|^version$|reported_row_count$")
    without = {
        (table, column["name"])
        for table in dict.fromkeys(table for table, _ in vocabulary.origins())
        for model in yaml.safe_load((MODELS / table.replace(".", "/")).with_suffix(".yml").read_text(encoding="utf-8"))[
            "models"
        ]
        for column in model["columns"]
        if re.match("decimal|integer", column["data_type"]) and not orders.search(column["name"])
    } - vocabulary.origins().keys()
    progress = "reports.rpt_procedure_progress"
    assert without == {(progress, "target"), (progress, "stretch"), (progress, "target_gap")}


def test_a_dimension_that_is_not_divided_asks_for_nothing():
    origin = vocabulary.origins()["reports.rpt_procedure_progress", "done_count"]
    row = {"plan_id": "p", "period": "2022-12-08", "procedure": "all", "handling_level": "unknown", "unit_id": "a/b"}
    [text] = filled(origin, row)
    assert (
        text == "list:p/2022-12-08/marts.fct_procedure/count/is_required=true&is_done=true&handling_level&unit_id=a%2Fb"
    )


def test_every_word_the_page_says_is_in_the_vocabulary():
    words = vocabulary.messages("trace").keys() | {"definition"}
    said = {key for text in PAGE for key in re.findall(r'say\("([\w.]+)"[,)]', text)}
    assert said <= words and len(said) > 30
