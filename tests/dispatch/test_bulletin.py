"""The bulletin and the brief of a month worked out by hand: what they say, how they are laid out, what is cited."""

import shutil
from decimal import Decimal

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from paper_month import paper_month
from small_month import PERIOD, PLAN, replace_tables

from dispatch import bulletin, chart_pictures
from dispatch.citations import load
from dispatch.marts import Marts
from ingestion import lake
from ingestion.workspace import Workspace
from tests.paper_reader import bookmarks, loose_numbers, text_of, wrong_citations

NAMES = {"第1版"}


@pytest.fixture(scope="module")
def ws(tmp_path_factory) -> Workspace:
    ws = paper_month(tmp_path_factory.mktemp("paper-month") / "workspace")
    bulletin.write(ws, PLAN, PERIOD)
    return ws


@pytest.fixture(scope="module")
def folder(ws):
    return ws.outbox / PLAN / PERIOD


@pytest.fixture(scope="module")
def text(folder) -> str:
    return text_of(folder / "通报_2022-11.docx")


@pytest.fixture(scope="module")
def document(folder):
    return Document(str(folder / "通报_2022-11.docx"))


@pytest.fixture(scope="module", params=["通报_2022-11", "简报_2022-11"])
def paper(request, folder):
    return folder / f"{request.param}.docx", load(folder / f"{request.param}.citations.json")


def test_the_whole_is_said_in_yi_with_target_benchmark_and_both_accounts(text):
    assert "省市重点项目10个，总投资6.50亿元，年度计划投资6.50亿元。" in text
    assert "自年初累计完成投资5.60亿元；占年度计划投资的86.2%，比本期目标（87%）低0.8个百分点。" in text
    assert "比时序进度（91.7%）落后5.5个百分点。" in text
    assert "累计完成投资增加0.60亿元，年度投资完成率提高11.2个百分点。" in text
    assert "上期已通报的年度投资完成率为74.00%，更正后为75.00%。" in text
    assert "按各单位上报数计算，累计完成投资5.70亿元，年度投资完成率87.7%；采用数与上报数相差0.10亿元" in text


def test_what_is_missing_to_a_target_of_projects_is_counted(text):
    # 85 % of 10 projects are 8.5; 8 have begun, one more is needed
    assert "应开复工10个，已开复工8个，开复工率80.0%，比本期目标（85%）低5.0个百分点，还差1个项目" in text
    assert "开复工率与上期（重算）持平" in text


def test_who_reported_is_counted_and_who_did_not_is_named(text):
    # of four units: 住建局 in time, 农业农村局 late, 水利局 unreadable, 能源局 missing
    assert "应报单位4个，实报2个，其中按时1个、迟报1个、零报告0个；缺报2个（能源局、水利局）" in text
    assert "采用本期所报数的7个、沿用最近一次采用数的2个、没有采用数的1个" in text


def test_the_lists_hold_rank_and_target_together_and_leave_few_projects_out(text):
    assert "红榜：住建局（90.0%）、农业农村局（90.0%）。" in text
    assert "黑榜：能源局（60.0%）。" in text
    assert "项目少于三个、不列入的单位：水利局。" in text
    assert "沿用上次数的单位：能源局" in text


def test_sections_without_data_are_left_out_and_the_others_numbered_through(document):
    titles = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert titles == [
        "一、总体情况", "二、开工复工情况", "三、投资完成情况", "四、存在问题", "五、报送和数据质量", "六、下一步要求",
    ]  # fmt: skip


def test_rounded_parts_of_a_table_add_up_to_the_printed_total_and_the_paper_says_how(document, folder, text):
    ranking = document.tables[1]
    cells = [[cell.text for cell in row.cells] for row in ranking.rows]
    plan, done = (cells[0].index(head) for head in ("年度计划投资", "自年初累计完成"))
    amounts = {row[1]: (row[plan], row[done]) for row in cells[1:]}
    # 30,000.40 + 20,000.30 + 10,000.30 + 5,000 are 65,001; rounded they are 65,000: the largest remainder gets the one
    assert amounts["住建局"] == ("30,001", "27,001")
    assert amounts["农业农村局"] == ("20,000", "18,000")
    assert amounts["合计"] == ("65,001", "56,001")
    for column in (plan, done):
        printed = [int(row[column].replace(",", "")) for row in cells[1:]]
        assert sum(printed[:-1]) == printed[-1]
    moved = [one for one in load(folder / "通报_2022-11.citations.json").citations if one.balanced]
    assert {one.value for one in moved} >= {Decimal("30000.40"), Decimal("27000.40")}
    assert "按舍位平衡处理" in text


def test_every_number_is_in_a_bookmark_and_every_bookmark_shows_what_was_cited(paper):
    path, cited = paper
    shown = {name: value for name, value in bookmarks(path).items() if name.startswith("c")}
    assert shown == {one.place: one.shown for one in cited.citations}
    assert len(shown) > 40
    assert loose_numbers(path, NAMES) == []


def test_every_cited_number_is_what_its_address_says_rounded_half_up_once(paper, ws):
    of_plan = [one for one in paper[1].citations if one.address.startswith("plan:")]
    assert {one.value for one in of_plan} == {10}  # the points behind from which a project is named
    assert wrong_citations([one for one in paper[1].citations if one not in of_plan], Marts.of_build(ws)) == []


def test_places_for_the_leaders_are_bookmarks_with_a_name_of_their_own_and_grey(folder):
    words = {name for name in bookmarks(folder / "通报_2022-11.docx") if name.startswith("words_")}
    assert words >= {"words_issuer", "words_number", "words_recipients", "words_problems", "words_next", "words_date"}
    document = Document(str(folder / "通报_2022-11.docx"))
    [issuer] = [run for one in document.paragraphs for run in one.runs if run.text == "〔请填写：发文机关〕"]
    assert str(issuer.font.color.rgb) == "808080"


def test_the_page_is_the_standards(document):
    upright, across, after = document.sections
    for section in (upright, after):
        assert [round(side.mm, 1) for side in (section.page_width, section.page_height)] == [210, 297]
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    assert [round(side.mm, 1) for side in (across.page_width, across.page_height)] == [297, 210]
    for section in document.sections:
        grid = section._sectPr.find(qn("w:docGrid"))
        assert grid.get(qn("w:type")) == "linesAndChars" and grid.get(qn("w:linePitch")) == "579"


@pytest.mark.parametrize(
    ("style", "family", "points"),
    [
        ("Normal", "仿宋_GB2312", 16), ("Title", "方正小标宋简体", 22), ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16), ("Imprint", "仿宋_GB2312", 14),
    ],
)  # fmt: skip
def test_type_is_named_in_all_four_slots_and_has_the_standards_size(document, style, family, points):
    found = document.styles[style]
    fonts = found.element.rPr.find(qn("w:rFonts"))
    assert {fonts.get(qn(f"w:{slot}")) for slot in ("ascii", "hAnsi", "eastAsia", "cs")} == {family}
    assert found.font.size == Pt(points) and not found.font.bold
    if style != "Imprint":
        assert found.paragraph_format.line_spacing in (None, Pt(28.95))


def test_a_line_holds_28_characters_and_a_page_22_lines(document):
    normal = document.styles["Normal"]
    closer = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert int(442.2 / (16 + closer)) == 28  # 156 mm
    assert int(637.8 / normal.paragraph_format.line_spacing.pt) == 22  # 225 mm


def test_page_numbers_stand_outside_to_the_right_on_odd_pages_and_to_the_left_on_even_ones(document):
    assert document.settings.odd_and_even_pages_header_footer
    odd, even = document.sections[0].footer.paragraphs[0], document.sections[0].even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (2, 0)
    for footer in (odd, even):
        assert [run.text for run in footer.runs][::2] == ["— ", " —"]
        assert footer.runs[1]._r.find(qn("w:instrText")).text == "PAGE"
        assert footer.runs[1].font.size == Pt(14)


def test_a_brief_has_its_number_and_a_red_rule_across_the_type_area(folder):
    document = Document(str(folder / "简报_2022-11.docx"))
    head = [one.text for one in document.paragraphs[:4]]
    assert head[:3] == ["草稿（未签发）", "重点项目建设简报", "第1期"]
    assert "项目推进中心" in head[3]
    rule = document.paragraphs[3]._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert rule.get(qn("w:color")) == "E60012"
    assert document.paragraphs[3].paragraph_format.left_indent is None


def test_the_same_figures_make_the_same_bytes(ws, folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    bulletin.write(ws, PLAN, PERIOD)
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert after == before


def test_without_a_chinese_font_the_paper_goes_out_without_charts_and_says_so(ws, folder, monkeypatch, tmp_path):
    elsewhere = Workspace.open(ws.root)
    monkeypatch.setattr(chart_pictures, "families", lambda: frozenset())
    chart_pictures.chart_font.cache_clear()
    try:
        bulletin.write(elsewhere, PLAN, PERIOD)
        assert "图2　分单位年度投资完成率：本机没有中文字体" in text_of(folder / "通报_2022-11.docx")
    finally:
        monkeypatch.undo()
        chart_pictures.chart_font.cache_clear()
        bulletin.write(elsewhere, PLAN, PERIOD)


def test_fonts_that_the_machine_lacks_are_named_beside_the_paper_and_not_in_it(folder, text):
    note = (folder / "编制说明_2022-11.txt").read_text(encoding="utf-8")
    assert "字体" in note and "words_" in note
    assert "字体" not in text


def test_without_a_target_nobody_is_praised_or_blamed(ws, tmp_path):
    other = Workspace.open(shutil.copytree(ws.root, tmp_path / "workspace"))
    replace_tables(other, {"fct_target_verdict": []})
    bulletin.write(other, PLAN, PERIOD)
    assert "榜" not in text_of(other.outbox / PLAN / PERIOD / "通报_2022-11.docx")


def test_a_month_that_was_only_history_has_no_papers(ws):
    for table in ("plans", "units", "obligations"):
        lake.write(ws.lake, table, PLAN, "2022-10", lake.read(ws.lake, table, PLAN, PERIOD))
    assert bulletin.write(ws, PLAN, "2022-10") == []
