"""Rules that are known and not judged: each says what it lacks, and no family of rules is forgotten."""

import pytest

from expectations.catalogue import CatalogueError, load_not_yet, load_rules

FAMILIES = {  # how many rules each family was planned with, written down by hand
    "S": 19, "M": 7, "F": 17, "I": 18, "R": 30, "X": 12, "P": 20, "D": 14, "T": 12, "L": 26,
    "Z": 7, "B": 7, "N": 5, "Q": 6, "E": 4, "K": 10,
}  # fmt: skip
ENTRY = "- {id: %s, title_zh: 资金来源合计, lacks_zh: 没有这些栏}\n"


def test_every_rule_of_every_family_is_judged_or_said_not_to_be():
    there = {rule.id[:3] for rule in load_rules()} | {rule.id for rule in load_not_yet()}
    planned = {f"{family}{number:02d}" for family, count in FAMILIES.items() for number in range(1, count + 1)}
    assert planned - there == set()


def test_what_a_rule_lacks_is_said_in_words():
    assert all(len(rule.lacks_zh) > 6 and rule.title_zh for rule in load_not_yet())


@pytest.mark.parametrize("ids", [("R21", "R21"), ("R99", "R21")])
def test_an_id_stands_in_one_place_only(tmp_path, ids):
    (tmp_path / "not_yet.yml").write_text("".join(ENTRY % name for name in ids), encoding="utf-8")
    judged = """
- {id: R99, title_zh: 甲, forms: [monthly_dispatch], kind: row, severity: info, must: ytd_investment_wan >= 0,
   message_zh: 甲, remedy_zh: 甲, source_zh: 甲, since: 2022-01,
   examples: {pass: {ytd_investment_wan: 0}, fail: {ytd_investment_wan: -1}}}
"""
    (tmp_path / "arithmetic.yml").write_text(judged, encoding="utf-8")
    with pytest.raises(CatalogueError, match="never used again"):
        load_not_yet(tmp_path)
