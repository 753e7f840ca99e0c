"""What the catalogue refuses to load, and that its words reach every issue of the reader."""

import re
from datetime import date

import pytest
import yaml

from expectations import backtest_records
from expectations.backtest_records import OWN, Record, claim_of
from expectations.catalogue import RULES, CatalogueError, load_evidence, load_macros, load_not_yet, load_rules, written
from ingestion import cells, vocabulary
from ingestion.cells import Problem, Repaired
from ingestion.settings import PROJECT_ROOT

TODAY = date(2023, 1, 1)
ENTRY = {
    "id": "R99",
    "title_zh": "累计不小于零",
    "forms": ["monthly_dispatch"],
    "kind": "row",
    "severity": "error",
    "must": "ytd_investment_wan >= 0",
    "cells": ["ytd_investment_wan"],
    "message_zh": "累计 {ytd_investment_wan}",
    "remedy_zh": "改正",
    "source_zh": "表内",
    "since": "2022-01",
    "examples": {"pass": {"ytd_investment_wan": 0}, "fail": {"ytd_investment_wan": -1}},
}
TYPED = [
    pytest.param(rule, kind, example, id=f"{rule.id}-{kind}")
    for rule in load_rules()
    if rule.kind == "issue"
    for kind in ("pass", "fail")
    for example in rule.examples[kind]
    if "typed" in example
]


def load(folder, *entries):
    (folder / "arithmetic.yml").write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")
    claims = {rule.id: claim_of(rule) for rule in written(folder) if rule.is_ever_error}
    tested = [
        Record(name, claim, OWN, "P", "2022-10", "2022-11", 9, 1, 1, 1, 1, TODAY) for name, claim in claims.items()
    ]
    backtest_records.store(folder, tested, claims)
    return load_rules(folder)


def test_an_entry_as_it_should_be_loads(tmp_path):
    [rule] = load(tmp_path, ENTRY)
    assert (rule.theme, rule.refuses) == ("arithmetic", "row")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sevrity": "error"}, r'arithmetic.yml: R99: key "sevrity" is not known. Did you mean "severity"'),
        ({"severity": "warn"}, r'severity "warn" is not known. Did you mean "warning"'),
        ({"cells": ["ytd_investment"]}, r'field "ytd_investment" is not known. Did you mean "ytd_investment_wan"'),
        ({"must": "{feild} >= 0", "each": ["ytd_investment_wan"]}, r'slot "feild" is not known. Did you mean "field"'),
        ({"forms": ["monthly"]}, r'form "monthly" is not known. Did you mean "monthly_dispatch"'),
        ({"examples": {"pass": {"ytd_investment_wan": 0}}}, "an example that must fail is missing"),
        ({"examples": None}, "examples is missing"),
        ({"must": None}, "needs issue_codes when its kind is issue, must otherwise"),
    ],
)
def test_a_wrong_entry_is_named_with_file_and_nearest_word(tmp_path, change, said):
    entry = {key: value for key, value in {**ENTRY, **change}.items() if value is not None}
    with pytest.raises(CatalogueError, match=re.escape(said) if "\\" not in said else said):
        load(tmp_path, entry)


def test_an_id_is_never_used_twice(tmp_path):
    with pytest.raises(CatalogueError, match="R99 is there twice"):
        load(tmp_path, ENTRY, ENTRY)


@pytest.mark.parametrize(("rule", "kind", "example"), TYPED)
def test_a_cell_of_an_example_gives_the_rules_issue_or_none(rule, kind, example):
    value = cells.parser(vocabulary.fields()[example["field"]])(example["typed"])
    codes = {Problem: getattr(value, "code", None), Repaired: "repaired_number"}
    assert (codes.get(type(value)) in rule.issue_codes) is (kind == "fail")


def test_every_issue_of_the_reader_has_a_rule():
    text = "".join(path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "ingestion").glob("*.py"))
    calls = r"(?:Issue|_issue|_problem|_column_issue)\([^\"()]*?\"((?!expected)[a-z]+_[a-z_]+)\""
    named = set(re.findall(calls, text)) | set(re.findall(r"issue_code=\"(\w+)\"", text))
    known = {code for rule in load_rules() for code in rule.issue_codes}
    assert named - known - {"unreadable_date"} == set() and len(named & known) > 8


def test_messages_name_only_what_is_there():
    for rule in load_rules():
        assert rule.message_zh.count("{") == rule.message_zh.count("}") and rule.remedy_zh, rule.id


def test_every_file_of_the_catalogue_is_read():
    read = {rule.theme for rule in load_rules()} | {"tolerances", "evidence", "not_yet"}
    assert {path.stem for path in RULES.glob("*.yml")} == read
    assert load_macros() and load_evidence() and load_not_yet()
