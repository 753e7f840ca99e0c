from decimal import Decimal

import pytest
from rule_examples import verdict

from expectations import offering
from expectations.catalogue import load_macros, load_rules

EXPECTED = {"pass": True, "fail": False, "not_judged": None}
JUDGED = [
    pytest.param(rule, kind, example, id=f"{rule.id}-{kind}-{number}")
    for rule in load_rules()
    if rule.must
    for kind in EXPECTED
    for number, example in enumerate(rule.examples.get(kind, ()), start=1)
]
AT_THE_EDGE = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in load_rules()
    if rule.must
    for number, example in enumerate(rule.examples.get("edge", ()), start=1)
]


@pytest.mark.parametrize(("rule", "kind", "example"), JUDGED)
def test_rule_judges_its_own_example(rule, kind, example):
    assert verdict(rule, example) is EXPECTED[kind]


@pytest.mark.parametrize(("rule", "example"), AT_THE_EDGE)
def test_rule_passes_what_lies_just_within_its_edge(rule, example):
    assert verdict(rule, example) is True


@pytest.mark.parametrize(
    ("macro", "example"),
    [
        pytest.param(macro, example, id=f"{macro.name}-{number}")
        for macro in load_macros()
        for number, example in enumerate(macro.examples, start=1)
    ],
)
def test_a_word_of_the_rules_gives_what_its_own_example_says(macro, example):
    name = macro.name.partition("(")[0]
    arguments = ", ".join(["?::decimal(18, 6)" if isinstance(g, Decimal) else "?" for g in example["given"]])
    [(found,)] = offering.connect().execute(f"select {name}({arguments})", list(example["given"])).fetchall()
    assert found == example["gives"]
