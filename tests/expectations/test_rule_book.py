"""The rule book is what the catalogue says, in the words of those who fill the forms."""

import os
import re

from expectations.catalogue import load_not_yet, written
from expectations.rule_book import rule_book
from expectations.rule_words import example, told
from ingestion.settings import PROJECT_ROOT

BOOK = PROJECT_ROOT / "docs" / "rules.zh-CN.md"


def test_the_document_says_what_the_catalogue_says():
    """DIAODU_REWRITE=1 writes the file anew."""
    if os.environ.get("DIAODU_REWRITE"):
        BOOK.write_text(rule_book(), encoding="utf-8")
    assert BOOK.read_text(encoding="utf-8") == rule_book()


def test_every_rule_has_its_heading_its_remedy_and_both_examples():
    blocks = {block.split()[0]: block for block in rule_book().split("\n### ")[1:]}
    assert blocks.keys() == {rule.id for rule in written()}
    parts = ("级别", "管哪张表", "怎么判断", "提示", "怎么改", "依据", "自何时起")
    for part in (*parts, "例子（通过）", "例子（不通过）"):
        assert [name for name, block in blocks.items() if f"\n- {part}：" not in block] == []


def test_every_rule_not_judged_yet_is_listed_with_what_it_lacks():
    book = rule_book()
    assert all(f"**{rule.id} {rule.title_zh}**：{rule.lacks_zh}" in book for rule in load_not_yet())


def test_no_word_of_the_machine_is_left_in_the_book():
    files = r"expectations/rules|[\w.-]*\.(?:csv|xlsx|xls|et)"
    assert set(re.findall(r"(?<![A-Za-z])[a-z]{3,}[a-z_]*", re.sub(files, "", rule_book()))) == set()


def test_an_expression_is_told_in_words():
    assert told("case when nature_code = 'new' then cum_to_last_year_wan <= 0.05 * total_investment_wan end") == (
        "如果 建设性质 ＝ “新建” ，则 截至上年底累计完成投资 ≤ 0.05 × 总投资".replace(" ，则 ", "，则 ")
    )


def test_an_example_is_told_in_words():
    assert example({"ytd_investment_wan": 10, "prev": {"ytd_investment_wan": None}}) == (
        "自年初累计完成投资 10；上期的自年初累计完成投资 空白"
    )
    assert example({"field": "ytd_investment_wan", "typed": "约三千"}) == "自年初累计完成投资填“约三千”"
