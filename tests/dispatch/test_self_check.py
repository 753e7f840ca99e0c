"""The self-check of papers: the run's own papers pass, every kind of slip of the pen is named with its place."""

import shutil
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from paper_month import paper_month
from small_month import PERIOD, PLAN, replace_tables

from dispatch import annex, bulletin
from dispatch.checked_numbers import tokens
from dispatch.checked_paper import Printed
from dispatch.checked_sums import interval
from dispatch.checked_words import is_identity
from dispatch.citations import Citation, beside_paper, load
from dispatch.marts import Marts
from dispatch.self_check import check
from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS

PAPER = "通报_2022-11.docx"
IDENTITY = "110101" + "19900307" + "0134"  # nobody's: the standard's own kind of example, with its check digit


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    ws = paper_month(tmp_path_factory.mktemp("checked-month") / "workspace")
    bulletin.write(ws, PLAN, PERIOD)
    annex.write(ws, PLAN, PERIOD)
    return ws


@pytest.fixture(scope="module")
def folder(ws):
    return ws.outbox / PLAN / PERIOD


@pytest.fixture
def edited(ws, folder, tmp_path) -> Callable:
    """What the check says of the bulletin after a change to its document."""

    def edit(change: Callable[[Document], None]) -> list:
        paper = tmp_path / PAPER
        document = Document(str(folder / PAPER))
        change(document)
        document.save(str(paper))
        return checked(ws, paper, beside_paper(folder / PAPER))

    return edit


def checked(ws, paper, citations) -> list:
    plan = load_plan(SHIPPED_PLANS / f"{PLAN}.yml")
    return list(check(paper, citations, Marts.of_build(ws), {PLAN: plan}.__getitem__))


def codes(failures) -> set[str]:
    return {one.code for one in failures}


def cited(folder, text: str):
    """The citation whose printed text this is, the first."""
    return next(one for one in load(beside_paper(folder / PAPER)).citations if one.shown == text)


def write_under(document, mark: str, text: str) -> None:
    """Type over what stands in a bookmark."""
    [start] = [one for one in document.element.iter(qn("w:bookmarkStart")) if one.get(qn("w:name")) == mark]
    run = next(one for one in start.itersiblings() if one.tag == qn("w:r"))
    next(run.iter(qn("w:t"))).text = text


def replace(document, old: str, new: str) -> None:
    """Type over words of the body, which stand in one run."""
    for text in document.element.iter(qn("w:t")):
        if old in (text.text or ""):
            text.text = text.text.replace(old, new, 1)
            return
    raise AssertionError(old)


def test_what_the_run_wrote_passes(ws, folder):
    for name in (PAPER, "简报_2022-11.docx", "附件_2022-11.xlsx"):
        assert checked(ws, folder / name, beside_paper(folder / name)) == [], name


def test_a_number_typed_over_is_named_with_its_source(edited, folder):
    mark = cited(folder, "5.60").place
    [failure] = [one for one in edited(lambda document: write_under(document, mark, "5.66")) if one.code == "K01"]
    assert "5.66" in failure.what and "5.60" in failure.what and "ytd_investment" in failure.what
    assert failure.place.startswith("“一、总体情况”之下的“省市重点项目")


def test_a_number_without_a_source_is_named(edited):
    failures = edited(lambda document: replace(document, "总体情况", "总体情况好于前3年，增长１２.５%"))
    assert {("K01", "3"), ("K01", "12.5%")} <= {(one.code, one.what.split("“")[1].split("”")[0]) for one in failures}


def test_a_sentence_struck_out_with_its_numbers_is_no_failure(edited):
    def strike(document):
        [paragraph] = [one for one in document.paragraphs if one.text.startswith("按各单位上报数")]
        paragraph._p.getparent().remove(paragraph._p)

    assert edited(strike) == []


def test_what_was_struck_out_under_tracked_changes_is_not_read(edited, folder):
    mark = cited(folder, "5.60").place

    def track(document):
        [start] = [one for one in document.element.iter(qn("w:bookmarkStart")) if one.get(qn("w:name")) == mark]
        run = next(one for one in start.itersiblings() if one.tag == qn("w:r"))
        struck = run.makeelement(qn("w:del"), {})
        added = run.makeelement(qn("w:ins"), {})
        run.addprevious(struck)
        run.addprevious(added)
        copy = run.__deepcopy__(None)
        struck.append(run)
        added.append(copy)
        next(run.iter(qn("w:t"))).text = "9.99"

    assert edited(track) == []


def test_leaders_words_may_repeat_a_printed_number_and_no_other(edited):
    hint = "〔请填写：用地、资金、征拆、手续等主要问题和原因〕"
    assert edited(lambda document: replace(document, hint, "8个项目已开工，12月15日前全部说明原因")) == []
    [failure] = edited(lambda document: replace(document, hint, "有37个项目缺资金"))
    assert (failure.code, "37" in failure.what) == ("K01", True)


def test_a_rate_must_lie_between_what_its_printed_sides_can_make(ws, folder, tmp_path):
    other = shutil.copytree(ws.root, tmp_path / "other")
    copy = type(ws).open(other)
    rows = Marts.of_build(ws).query("select * from marts.fct_metric")
    for row in rows:
        if row["metric"] == "start_resume_rate" and row["scope_kind"] == "overall":
            row["value"] = Decimal("0.830000")  # 8 of 10
    replace_tables(copy, {"fct_metric": rows})
    bulletin.write(copy, PLAN, PERIOD)
    written = copy.outbox / PLAN / PERIOD / PAPER
    failures = [one.what for one in checked(copy, written, beside_paper(written)) if one.code == "K02"]
    assert failures
    assert all("8 ÷ 10" in one and "80.0%—80.0%" in one and "83.0%" in one for one in failures)


def test_a_rate_is_held_against_its_sides_as_the_tables_keep_it():
    # 179,954.67 of 202,310.00 are 0.88949963…, kept as 0.889500 and printed as 89.0 %
    def printed(text: str, value: str, unit: str, places: int) -> Printed:
        return Printed(Citation("c1", "c1", text, Decimal(value), unit, places, "plan:p/t/x"), text)

    top, bottom = printed("179,954.67", "179954.67", "wan", 2), printed("202,310.00", "202310.00", "wan", 2)
    assert not list(interval(printed("89.0%", "0.889500", "percent", 1), top, bottom))
    assert list(interval(printed("88.8%", "0.889500", "percent", 1), top, bottom))


def test_parts_that_no_longer_add_up_are_named_by_the_difference(edited, folder):
    part = next(
        one
        for one in load(beside_paper(folder / PAPER)).citations
        if one.unit == "wan" and "/level/provincial/" in one.address and one.places == 0
    )
    failures = edited(lambda document: write_under(document, part.place, f"{int(part.shown.replace(',', '')) + 1:,}"))
    assert {"K01", "K03"} <= codes(failures)
    assert any("差 +1" in one.what for one in failures if one.code == "K03")


def test_a_balance_that_is_broken_is_named(edited, folder):
    left = next(
        one
        for one in load(beside_paper(folder / PAPER)).citations
        if one.address.endswith("start_resume_rate/left_over")
    )
    assert "K04" in codes(edited(lambda document: write_under(document, left.place, "3")))


def test_one_label_with_two_meanings_in_a_paragraph_is_named(edited):
    assert codes(edited(lambda document: replace(document, "亿元，年度计划投资", "亿元，总投资"))) == {"K05"}


def test_the_benchmark_is_one_number_throughout(edited, folder):
    marks = [
        one.place
        for one in load(beside_paper(folder / PAPER)).citations
        if one.address.endswith("/annual_completion_rate/benchmark")
    ]
    assert marks

    def change(document):
        body = next(one for one in document.element.iter(qn("w:bookmarkStart")) if one.get(qn("w:name")) == marks[0])
        paragraph = body.getparent()
        paragraph.addnext(paragraph.__deepcopy__(None))
        write_over = [one for one in document.element.iter(qn("w:bookmarkStart")) if one.get(qn("w:name")) == marks[0]]
        run = next(one for one in write_over[1].itersiblings() if one.tag == qn("w:r"))
        next(run.iter(qn("w:t"))).text = "92.0%"

    assert {"K01", "K06"} <= codes(edited(change))


def test_points_and_per_cent_keep_their_words(edited):
    assert codes(edited(lambda document: replace(document, "个百分点", "%"))) == {"K07"}


def test_amounts_in_text_are_in_yi(edited):
    assert codes(edited(lambda document: replace(document, "亿元", "万元"))) == {"K09"}


def test_a_unit_is_moved_to_the_red_list_by_nobody(edited):
    def move(document):
        [red] = [one for one in document.paragraphs if one.text.startswith("红榜：")]
        red.runs[0].text = "红榜：能源局、"

    [failure] = [one for one in edited(move) if "红榜" in one.what and "目标" in one.what]
    assert failure.code == "K08" and "能源局" in failure.what


@pytest.mark.parametrize(
    ("text", "kind"),
    [("联系电话138" + "00138000", "电话"), ("0357" + "-5621234", "电话"), (IDENTITY, "身份证"), ("a@b.cn", "邮箱")],
)
def test_personal_data_is_found_wherever_it_stands(edited, text, kind):
    failures = edited(lambda document: replace(document, "总体情况", text))
    assert any(one.code == "K10" and kind in one.what for one in failures)


def test_a_project_code_is_no_identity_card():
    assert is_identity(IDENTITY)
    assert not is_identity(IDENTITY[:-1] + "5")


def test_dates_numbers_of_documents_and_names_are_no_figures():
    assert tokens("霍政办发〔2022〕41号，2022年1—11月，11月28日17:00前，第3期，附件2，S242公路", ["S242公路"]) == []
    assert tokens("共51个，增长１２.５%", []) == ["51", "12.5%"]


def test_a_workbook_cell_changed_or_added_is_named(ws, folder, tmp_path):
    name = "附件_2022-11.xlsx"
    book = openpyxl.load_workbook(folder / name)
    place = load(beside_paper(folder / name)).citations[0].place
    sheet, _, cell = place.rpartition("!")
    book[sheet][cell] = 999
    book[sheet]["Z99"] = 7
    book.save(tmp_path / name)
    failures = checked(ws, tmp_path / name, beside_paper(folder / name))
    assert {(one.place, one.code) for one in failures} >= {(place, "K01"), (f"{sheet}!Z99", "K01")}


def test_a_file_that_is_none_is_said_to_be_unreadable(ws, folder, tmp_path):
    (tmp_path / PAPER).write_bytes(b"not a document")
    [failure] = checked(ws, tmp_path / PAPER, beside_paper(folder / PAPER))
    assert ".docx" in failure.what
