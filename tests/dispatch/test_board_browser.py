"""The board in a real browser: opened from the disk, without a network, by mouse, by keyboard, on a phone, on paper."""

import re
import shutil
from pathlib import Path

import pytest
import small_board
import small_week
from playwright.sync_api import Page, expect, sync_playwright
from small_month import PERIOD, PLAN, replace_tables, small_workspace

from dispatch import board

pytestmark = pytest.mark.slow
HOSTILE = '<img src=x onerror="document.title=1"></script><script>document.title=2</script>'
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
# The least contrast of any text with what it stands on (WCAG 2.1); the page has no pictures behind texts.
CONTRAST = """() => {
  const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const weights = [0.2126, 0.7152, 0.0722];
  const light = (rgb) => weights.reduce((sum, weight, at) => sum + weight * linear(rgb[at] / 255), 0);
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const says = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const texts = [...document.querySelectorAll("body *")].filter((node) => node.offsetParent && says(node));
  return Math.min(...texts.map((node) => {
    const both = [light(parts(getComputedStyle(node).color)), light(ground(node))];
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  }));
}"""
NAMELESS = """() => {
  const controls = [...document.querySelectorAll("a, button, input, select")].filter((node) => node.offsetParent);
  const named = (node) => node.innerText.trim() || (node.labels && node.labels.length) || node.ariaLabel;
  return controls.filter((node) => !named(node)).map((node) => node.outerHTML);
}"""


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def month(tmp_path_factory) -> Path:
    """The board of the small month; its refused project has a name that tries to act."""
    ws = small_workspace(tmp_path_factory.mktemp("board") / "workspace")
    facts = [small_board.FACTS[0], small_board.FACTS[1] | {"project_name": HOSTILE, "problem_text": HOSTILE}]
    figures = [row | {"scope_name": HOSTILE} if row["scope"] == "nongye" else row for row in small_board.FIGURES]
    replace_tables(ws, small_board.TABLES | {"fct_investment": facts, "fct_metric": figures})
    return board.write(ws, PLAN, PERIOD)[0]


@pytest.fixture(scope="module")
def week(tmp_path_factory) -> Path:
    ws = small_week.small_campaign(tmp_path_factory.mktemp("board-week") / "workspace")
    replace_tables(ws, small_board.WEEK_TABLES)
    return board.write(ws, small_week.PLAN, small_week.WEEK)[0]


@pytest.fixture
def opened(browser):
    """Opens a page of a board with the network off; afterwards nothing has complained or left its folder."""
    said, asked = [], []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    context.set_default_timeout(10_000)

    def open_page(path: Path, wait: str = "#course-table table", **sizes: int) -> Page:
        page = context.new_page()
        if sizes:
            page.set_viewport_size(sizes)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_selector(wait)
        return page

    yield open_page
    context.close()
    assert said == []
    assert asked and all(url.startswith("file:///") for url in asked)


def tile(page: Page, metric: str):
    return page.locator(f'[data-tile="{metric}"]')


def test_opened_by_double_click_it_shows_the_figures_of_the_tables(opened, month):
    page = opened(month)
    rate = tile(page, "annual_completion_rate")
    expect(rate.locator(".value")).to_have_text("74.8%")
    expect(rate).to_contain_text("上报　69.5%")
    expect(rate.locator(".verdict")).to_have_text("时序91.7%，落后16.8个百分点")
    missed = tile(page, "start_resume_rate")
    expect(missed.locator(".value")).to_have_text("84.98%")
    expect(missed).to_contain_text("目标85.0%（2022-11-30前）")
    expect(missed.locator(".verdict")).to_have_text(re.compile("未达到，差0.0[12]个百分点"))
    expect(tile(page, "ytd_investment").locator(".value")).to_have_text("4.49亿元")
    expect(page.locator("#course-chart svg")).to_be_visible()
    expect(page.locator("#units-chart svg")).to_contain_text("住建局")
    expect(page.locator("#units-chart svg")).to_contain_text("时序 91.7%")
    cited = rate.locator(".value a")
    address = f"metric:{PLAN}/{PERIOD}/provincial_municipal/overall/overall/annual_completion_rate/value"
    assert cited.get_attribute("data-cite") == address
    assert cited.get_attribute("href") == f"../数据溯源.html#{address}"


def test_a_choice_narrows_figures_and_lists_and_going_back_undoes_it(opened, month):
    page = opened(month)
    expect(page.locator("#list-table tbody tr")).to_have_count(1)
    page.select_option("#by-population", "all")
    expect(page.locator("#list-table tbody tr")).to_have_count(2)
    page.select_option("#by-unit", "zhujian")
    expect(page.locator("#chosen")).to_contain_text("住建局")
    page.select_option("#by-level", "provincial")
    expect(page.locator("#list-table tbody tr")).to_have_count(1)
    expect(page.locator("#chosen")).to_contain_text("指标按“住建局”显示")
    page.go_back()
    expect(page.locator("#by-level")).to_have_value("")
    expect(page.locator("#list-table tbody tr")).to_have_count(2)
    page.click("#reset")
    expect(tile(page, "annual_completion_rate").locator(".value")).to_have_text("74.8%")


def test_from_a_tile_to_its_units_to_their_projects_to_a_project(opened, month):
    page = opened(month)
    tile(page, "ytd_investment").locator("button").click()
    expect(page.locator("#course-table caption")).to_contain_text("自年初累计完成投资")
    expect(page.locator("#units-table")).to_contain_text("38,900.00")
    tile(page, "annual_completion_rate").locator("button").click()
    page.click('#units-table [data-unit="zhujian"]')
    expect(tile(page, "annual_completion_rate").locator(".value")).to_have_text("87.0%")
    expect(tile(page, "annual_completion_rate")).to_contain_text("上报　87.1%")
    expect(page.locator("#list-table tbody")).to_contain_text("项目甲（标准厂房）")
    page.click("#list-table [data-dossier]")
    page.wait_for_selector("section#sources")
    expect(page.locator("h1")).to_contain_text("项目甲（标准厂房）")
    expect(page.locator("#sources")).to_contain_text("月调度表")
    page.go_back()
    expect(page.locator("#by-unit")).to_have_value("zhujian")


def test_pointing_and_reaching_by_keyboard_tell_the_same(opened, month):
    page = opened(month)
    button = tile(page, "annual_completion_rate").locator("button")
    button.hover()
    expect(page.locator("#tip")).to_contain_text("自年初累计完成投资合计÷年度计划投资合计")
    page.mouse.move(0, 0)
    expect(page.locator("#tip")).to_be_hidden()
    button.focus()
    expect(page.locator("#tip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()
    page.locator("#units-chart path[aria-roledescription=bar]").first.hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text("住建局 87.0% 上报　87.1%")


def test_a_list_is_sorted_by_its_heading_and_searched(opened, month):
    page = opened(month)
    page.select_option("#by-population", "all")
    heading = page.locator('#list-table [data-sort="ytd_investment_wan"]')
    heading.click()
    assert page.locator("#list-table th[aria-sort=ascending]").inner_text().startswith("自年初累计（采用，万元）")
    expect(page.locator("#list-table tbody tr").first).to_contain_text("3,900.00")
    heading.click()
    expect(page.locator("#list-table tbody tr").first).to_contain_text("34,999.99")
    page.fill("#list-search", "标准厂房")
    expect(page.locator("#list-table tbody tr")).to_have_count(1)


def test_names_that_try_to_act_stand_there_as_text(opened, month):
    page = opened(month)
    title = page.title()
    expect(page.locator("#units-table")).to_contain_text(HOSTILE)
    page.locator("#units-chart path[aria-roledescription=bar]").nth(1).hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text("25.0%")
    page.select_option("#by-population", "all")
    expect(page.locator("#list-table tbody")).to_contain_text(HOSTILE)
    assert page.title() == title and page.locator("img").count() == 0


def test_the_matrix_tells_states_by_word_and_shape_and_is_walked_with_arrow_keys(opened, week):
    page = opened(week, "#matrix-table table")
    first = page.locator("#matrix-table tbody tr").first.locator("td .state")
    assert first.all_inner_texts() == ["已办结", "已办结", "已办结", "已办结", "办理中"]
    shapes = [
        page.evaluate("(node) => getComputedStyle(node, '::before').content", one.element_handle())
        for one in first.all()
    ]
    assert shapes == ['"●"'] * 4 + ['"◐"']
    expect(page.locator("#matrix-table .overdue")).to_have_text("告知承诺·逾期")
    page.locator('#matrix-table td [tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#tip")).to_contain_text("承诺期限 2022-12-01")
    page.click('[data-matrix="units"]')
    expect(page.locator("#matrix-table")).to_contain_text("8/10 80.0%")
    page.click('[data-list="overdue"]')
    expect(page.locator("#list-table tbody tr")).to_have_count(1)


@pytest.mark.parametrize("kind", ["month", "week"])
def test_a_phone_never_scrolls_the_page_sideways(opened, request, kind):
    path = request.getfixturevalue(kind)
    page = opened(path, "#reporting-table table", width=360, height=740)
    pages = [path, *path.parent.glob("*/*.html")]
    for own in pages:
        page.goto(own.as_uri())
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_paper_leaves_out_what_is_only_for_the_screen(opened, month):
    page = opened(month)
    page.emulate_media(media="print")
    for name in (".filters select", "nav", ".tabs", ".search", "#list-table .spare"):
        expect(page.locator(name).first).to_be_hidden()
    for name in ("#tile-list .tile", "#course-chart svg", "#list-table tbody tr", "#reporting-table tbody tr"):
        expect(page.locator(name).first).to_be_visible()
    printed = page.pdf(prefer_css_page_size=True)
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 6
    assert len(set(re.findall(rb"/MediaBox ?\[([^]]*)\]", printed))) == 2  # A4 upright and, for wide tables, across


@pytest.mark.parametrize("kind", ["month", "week"])
def test_every_text_is_dark_enough_and_every_control_has_a_name(opened, request, kind):
    page = opened(request.getfixturevalue(kind), "#reporting-table table")
    assert page.evaluate(CONTRAST) >= 4.5
    assert page.evaluate(NAMELESS) == []
