"""The guide to lists of other departments names every list, every column and every rule that there is."""

from expectations.catalogue import load_rules
from ingestion.reference_kinds import load_references
from ingestion.settings import PROJECT_ROOT

LINES = (PROJECT_ROOT / "docs" / "reference-lists.zh-CN.md").read_text(encoding="utf-8").splitlines()
TABLE = {cells[1].strip(): cells for line in LINES if len(cells := line.split("|")) == 7}


def test_every_list_stands_in_the_guide_with_its_columns():
    for kind in load_references().values():
        _, _, _, required, optional, _, _ = TABLE[kind.label_zh]
        for column in kind.columns:
            if column.column != "listed_on":
                told = required if column.required else optional
                assert column.label_zh in told.strip().split("、"), (kind.label_zh, column.label_zh)


def test_every_rule_stands_beside_the_lists_that_it_needs():
    labels = {kind.reference: kind.label_zh for kind in load_references().values()}
    needing = [rule for rule in load_rules() if rule.needs]
    assert len(needing) > 10
    for rule in needing:
        assert all(rule.id in TABLE[labels[name]][5] for name in rule.needs), rule.id
