"""The page of models: one file, opened by double click on a machine without a network."""

import pytest
from playwright.sync_api import sync_playwright

from ingestion.settings import PROJECT_ROOT
from orchestration import model_page

pytestmark = pytest.mark.slow

BROWSER = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


@pytest.fixture(scope="module")
def page_file(built):
    built.published.mkdir(exist_ok=True)
    return model_page.write(built)


def test_the_page_asks_nobody_for_anything_and_shows_the_chinese_descriptions(page_file):
    asked, broken = [], []
    with sync_playwright() as play, play.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER) as browser:
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url.split(":")[0]))
        page.on("pageerror", lambda error: broken.append(error))
        page.goto(page_file.as_uri())
        page.wait_for_selector("text=调度：数据模型")
        page.goto(f"{page_file.as_uri()}#!/model/model.diaodu.fct_metric")
        page.wait_for_selector("text=指标数值。每个方案每期每个统计范围、分组、指标一行")
        page.goto(f"{page_file.as_uri()}#!/exposure/exposure.diaodu.postgres")
        page.wait_for_selector("text=PostgreSQL")
    assert set(asked) <= {"file", "data"} and not broken


def test_the_page_does_not_say_where_it_was_made(page_file, built):
    text = page_file.read_text(encoding="utf-8")
    assert str(PROJECT_ROOT) not in text and str(built.root) not in text
