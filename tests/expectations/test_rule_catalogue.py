import pytest
from rule_examples import verdict

from expectations.catalogue import load_rules

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
