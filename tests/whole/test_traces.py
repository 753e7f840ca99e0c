"""From any number of a paper to its cells: worked out by hand from the archived files it is the number again."""

import csv
import json
import shutil
from decimal import Decimal

import duckdb
import pytest
from playwright.sync_api import expect, sync_playwright
from typer.testing import CliRunner

from dispatch import trace_page
from dispatch.addresses import metric, parse
from dispatch.contributions import DoesNotAddUp
from dispatch.marts import Marts
from dispatch.trace_page_data import PageData
from dispatch.tracing import Tracer
from ingestion.publications import Publications
from orchestration.cli import app
from tests.whole.cells import ByHand
from tests.whole.corrected_month import DECEMBER, NOVEMBER, PLAN, corrected_month

pytestmark = pytest.mark.slow

HEADLINE = "provincial_municipal"
HOSTILE = '<img src=x onerror="document.title=1"></script><script>document.title=2</script>'
BROWSER = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
RATE = metric(PLAN, DECEMBER, HEADLINE, "overall", "overall", "annual_completion_rate")


@pytest.fixture(scope="module")
def month():
    return corrected_month()


@pytest.fixture
def by_hand(month):
    place = month.place
    due = {("monthly_dispatch", period): at for period, at in place.county.due.items() if place.county.is_due(period)}
    marts = Marts.of_build(place.workspace)
    with marts.kept_open():
        yield ByHand(place.workspace.root, Tracer(place.workspace, marts), due, dict(place.county.cutoffs))


def papers(place, period: str, *names: str):
    folder = place.workspace.outbox / PLAN / period
    return [folder / f"{name}_{period}.citations.json" for name in names]


def test_every_number_of_bulletin_and_brief_is_made_by_the_cells_it_names(by_hand, month):
    found, wrong = by_hand.differing(papers(month.place, DECEMBER, "通报", "简报"))
    assert found > 250 and by_hand.looked_at > 5000
    assert wrong == {}


def test_the_numbers_of_the_annex_are_made_by_the_cells_they_name(by_hand, month):
    found, wrong = by_hand.differing(papers(month.place, DECEMBER, "附件"), step=5)
    assert found > 100
    assert wrong == {}


def test_every_metric_in_both_accounts_is_made_by_the_fields_its_measures_name(by_hand, month):
    """The cells are those of measures.csv alone: a field that were missing there would be missing here."""
    sql = "select * from marts.fct_metric where period = ? and scope_kind = 'overall'"
    rows = by_hand.tracer.marts.query(sql, [NOVEMBER])
    assert len({row["metric"] for row in rows}) == 20
    for row in rows:
        for column in ("value", "reported_value"):
            address = metric(PLAN, NOVEMBER, row["population"], "overall", "overall", row["metric"], column)
            assert by_hand.number(by_hand.tracer.trace(address)) == row[column], address.text


def test_a_cell_that_said_something_else_would_make_another_number(by_hand):
    trace = by_hand.tracer.trace(RATE)
    assert by_hand.number(trace) == trace.value
    source = next(source for line in trace.lines for source in line.sources if source.role == "taken" and source.cells)
    sheet = by_hand.books[source.file.sha256][source.sheet]
    sheet[source.cells[0].at] = Decimal(str(sheet[source.cells[0].at].value or 0)) + 1000
    assert by_hand.number(trace) != trace.value


def test_a_row_let_in_by_decision_names_the_decision_and_what_was_found_on_it(by_hand, month):
    address = metric(PLAN, NOVEMBER, "all", "unit", month.mistake.unit_id, "ytd_investment")
    lines = by_hand.tracer.trace(address).lines
    [source] = [
        source for line in lines if line.key[1] == month.mistake.project_id for source in line.sources
        if source.role == "taken"
    ]  # fmt: skip
    assert source.decision["post"] == "综合岗" and source.decision["reason"] == "已核实"
    assert source.findings and {one["answer_state"] for one in source.findings} == {"accepted"}


def test_every_version_of_a_corrected_form_is_a_file_with_its_time_of_receipt(by_hand, month):
    trace = by_hand.tracer.trace(metric(PLAN, NOVEMBER, "all", "unit", month.unit, "reporting_rate"))
    files = [source.file for line in trace.lines for source in line.sources]
    assert [file.version for file in files] == [1, 2] and files[0].received_at < files[1].received_at
    assert files[0].sha256 != files[1].sha256


def test_what_is_carried_names_the_earlier_file_and_the_row_that_was_not_taken(by_hand, month):
    """The correction sent October's figures once more: they are refused, and October's own row goes on."""
    lines = by_hand.tracer.trace(metric(PLAN, NOVEMBER, "all", "unit", month.unit, "ytd_investment")).lines
    named = {(one.role, one.period, one.file.version, one.carried_from) for line in lines for one in line.sources}
    assert ("taken", "2022-10", 1, "2022-10") in named and ("not_taken", NOVEMBER, 2, None) in named
    assert ("taken", NOVEMBER, 1, None) not in named
    refused = [one for line in lines for one in line.sources if one.role == "not_taken"]
    assert all(any(found["severity"] == "error" for found in one.findings) for one in refused)


def test_what_was_told_before_is_the_publication_of_the_register(by_hand, month):
    sql = (
        "select * from marts.fct_metric where period = ? and previous_published is not null and scope_kind = 'overall'"
    )
    rows = by_hand.tracer.marts.query(sql, [DECEMBER])
    told = Publications(month.place.workspace.register).figures(
        PLAN, NOVEMBER, by_hand.due["monthly_dispatch", DECEMBER]
    )
    assert rows and told
    for row in rows:
        name = (row["population"], "overall", "overall", row["metric"])
        trace = by_hand.tracer.trace(metric(PLAN, DECEMBER, *name, "previous_published"))
        own = [one for one in told if (one["population"], one["scope_kind"], one["scope"], one["metric"]) == name]
        assert trace.value == own[-1]["value"]
        assert any(own[-1]["release"] in note for note in trace.notes)


@pytest.fixture
def altered(month, tmp_path):
    """A copy of the warehouse in which one amount was touched and one project has a name that tries to act."""
    path = shutil.copy(month.place.workspace.warehouse, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.fct_contributor set subject_name = ?", [HOSTILE])
        touched = "update marts.fct_measure set amount = amount + 0.01 where measure = 'funds_ytd_wan' and period = ?"
        connection.execute(touched, [DECEMBER])
    return Tracer(month.place.workspace, Marts(path))


def test_a_figure_that_is_not_what_its_contributors_make_is_never_papered_over(altered):
    with pytest.raises(DoesNotAddUp):
        altered.trace(metric(PLAN, DECEMBER, HEADLINE, "overall", "overall", "fund_arrival_rate"))


def diaodu(month, *arguments: str):
    home = ["--workspace", str(month.place.workspace.root)]
    return CliRunner().invoke(app, ["trace", *arguments, *home], env={"COLUMNS": "200"})


def test_the_command_takes_names_and_writes_every_cell(month, tmp_path):
    told = tmp_path / "cells.csv"
    names = ("--plan", PLAN, "--period", DECEMBER, "--metric", "自年初累计完成投资", "--population", "全部名单")
    done = diaodu(month, *names, "--csv", str(told))
    assert done.exit_code == 0, done.output
    with told.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["依据（或算法）"] == "采用的填报行"]
    total = sum(Decimal(row["读出的值"].replace(",", "")) for row in rows if row["字段"] == "自年初累计完成投资")
    [figure] = month.place.sql(
        "select value from marts.fct_metric where period = ? and population = 'all' and scope_kind = 'overall' "
        "and metric = 'ytd_investment'", DECEMBER,
    )  # fmt: skip
    assert total == figure["value"]
    assert f"{figure['value'].normalize():,f}" in done.output and rows[0]["表上原文"] and len(rows[0]["SHA-256"]) == 64


def test_the_command_takes_a_number_of_a_paper_by_its_id_or_as_it_is_printed(month):
    [path] = papers(month.place, DECEMBER, "通报")
    document = path.with_name(f"通报_{DECEMBER}.docx")
    cited = json.loads(path.read_text(encoding="utf-8"))["citations"]
    one = next(each for each in cited if "overall/annual_completion_rate/value" in each["address"])
    by_id = diaodu(month, "--document", str(document), "--number", one["id"])
    assert by_id.exit_code == 0 and one["address"] in by_id.output.replace("\n", "")
    shown = [each["shown"] for each in cited]
    several = next(each for each in cited if len({c["address"] for c in cited if c["shown"] == each["shown"]}) > 1)
    listed = diaodu(month, "--document", str(document), "--number", several["shown"])
    assert listed.exit_code == 2
    assert sum(each["id"] in listed.output for each in cited) >= shown.count(several["shown"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--plan", PLAN, "--period", DECEMBER, "--metric", "年度完成率"), "年度投资完成率"),
        (("--plan", PLAN, "--period", "2022-13", "--metric", "开复工率"), DECEMBER),
        (("--address", "metric:huozhou-2022"), "不是一个数的地址"),
        (("--address", RATE.text.replace("overall/overall", "unit/nobody")), "没有这个数"),
        (("--document", "没有.docx", "--number", "c0001"), "无法追溯"),
        ((), "--address"),
    ],
)
def test_what_cannot_be_found_ends_in_one_sentence_with_what_there_is(month, arguments, words):
    done = diaodu(month, *arguments)
    assert done.exit_code == 2 and words in done.output and "Traceback" not in done.output


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER)
        yield started
        started.close()


@pytest.fixture
def opened(browser):
    """A page without a network; afterwards nothing has complained and nothing but files was asked for."""
    said, asked = [], []
    context = browser.new_context(viewport={"width": 1200, "height": 900}, offline=True)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert said == []
    assert asked and all(url.startswith("file:///") for url in asked)


def test_a_number_of_the_board_leads_to_its_sum_and_its_cells(opened, month):
    folder = month.place.workspace.outbox / PLAN / DECEMBER
    opened.goto((folder / "调度看板" / "index.html").as_uri())
    opened.locator('[data-tile="annual_completion_rate"] .value a').click()
    opened.wait_for_selector("#trace section")
    [row] = month.place.sql(
        "select * from marts.fct_metric where period = ? and population = ? and scope_kind = 'overall' "
        "and metric = 'annual_completion_rate'", DECEMBER, HEADLINE,
    )  # fmt: skip
    sums = opened.locator("#trace tfoot .sum").all_inner_texts()
    assert [Decimal(text.replace(",", "")) for text in sums] == [row["numerator"], row["denominator"]]
    expect(opened.locator("#trace .good")).to_be_visible()
    expect(opened.locator("#by-metric")).to_have_value("annual_completion_rate")
    opened.locator("#trace tbody button").first.click()
    expect(opened.locator(".cells .cell").first).to_contain_text("!")
    expect(opened.locator(".sha").first).to_contain_text("SHA-256")


def test_the_page_computes_every_number_of_the_bulletin_as_it_is_published(opened, month):
    """The script adds up by itself: what it shows is held against what the paper was printed from."""
    [path] = papers(month.place, DECEMBER, "通报")
    opened.goto((path.parent / "数据溯源.html").as_uri())
    opened.wait_for_selector("#trace section")
    cited = {one["address"]: one for one in json.loads(path.read_text(encoding="utf-8"))["citations"]}
    own = [one for text, one in cited.items() if parse(text).period == DECEMBER]
    shown = opened.evaluate(
        """async (addresses) => {
          const found = [];
          for (const address of addresses) {
            location.hash = address;
            await new Promise((done) => addEventListener("hashchange", done, { once: true }));
            const made = document.querySelector("#trace section");
            const bad = document.querySelectorAll(".bad").length;
            found.push([made.dataset.address, made.querySelector(".value").textContent, bad]);
          }
          return found;
        }""",
        [one["address"] for one in own],
    )
    assert len(own) > 200
    for one, (address, text, bad) in zip(own, shown, strict=True):
        number = Decimal(text.split(" ")[0].rstrip("%").replace(",", "")) / (100 if text.endswith("%") else 1)
        assert (address, number, bad) == (one["address"], Decimal(one["value"]), 0)


def test_a_name_that_tries_to_act_is_text_and_a_false_sum_is_said(opened, altered, tmp_path):
    place = metric(PLAN, DECEMBER, HEADLINE, "overall", "overall", "fund_arrival_rate")
    data = PageData(altered, altered.accounts(place), altered.sources(place)).text()
    assert "<" not in data
    path = tmp_path / "page.html"
    path.write_text(trace_page.page("溯源", "", data), encoding="utf-8")
    opened.goto(f"{path.as_uri()}#{place.text}")
    opened.wait_for_selector("#trace section")
    expect(opened.locator("#trace tbody td").first).to_have_text(HOSTILE)
    assert opened.title() == "溯源"
    expect(opened.locator("#trace .bad")).to_be_visible()
