"""The papers that a whole run writes, both plans: every number cited, every citation right, parts that add up."""

from pathlib import Path

import pytest
from docx import Document

from dispatch.citations import load
from dispatch.marts import Marts
from tests.paper_reader import bookmarks, loose_numbers, wrong_citations

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def papers(clean) -> list[Path]:
    return sorted((clean.workspace.outbox / clean.plan.id).glob("*/*.docx"))


def test_every_month_that_was_owed_has_a_bulletin_and_a_brief(clean, papers):
    owed = [period for period in clean.county.periods if period >= clean.plan.forms["monthly_dispatch"].schedule.first]
    assert {path.name for path in papers} == {f"{kind}_{period}.docx" for kind in ("通报", "简报") for period in owed}


def test_every_number_is_cited_and_is_what_its_address_gives(clean, papers):
    marts = Marts.of_build(clean.workspace)
    names = {row["project_name"] for row in marts.query("select project_name from marts.dim_project")}
    names |= {f"第{number}版" for number in range(1, 4)}
    for path in papers:
        cited = load(path.with_name(f"{path.stem}.citations.json"))
        shown = {name: text for name, text in bookmarks(path).items() if name.startswith("c")}
        assert shown == {one.place: one.shown for one in cited.citations}, path.name
        assert loose_numbers(path, names) == [], path.name
        of_tables = [one for one in cited.citations if not one.address.startswith("plan:")]
        assert wrong_citations(of_tables, marts) == [], path.name


def test_the_amounts_of_every_group_of_the_first_table_add_up_to_the_first_row(papers):
    for path in papers:
        tables = Document(str(path)).tables
        if not tables:
            continue
        rows = [[cell.text.replace(",", "") for cell in row.cells] for row in tables[0].rows]
        amounts = {row[0]: [int(text) for text in row[1:5]] for row in rows[1:]}
        whole = amounts.pop(rows[1][0])
        groups = (("省重点", "市重点", "县重点"), ("产业", "基础设施", "民生保障"))
        for group in groups:
            parts = [amounts[name] for name in group if name in amounts]
            assert [sum(column) for column in zip(*parts, strict=True)] == whole, path.name
