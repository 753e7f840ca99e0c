"""November is signed, corrected and signed again: the notice says it all, and the first release is built anew."""

import random
import re
import shutil
import time
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

import duckdb
import openpyxl
import pytest
from docx import Document
from typer.testing import CliRunner

from dispatch import sealing
from ingestion.archive import sha256_of
from ingestion.seals import Seals
from orchestration.cli import app
from orchestration.rebuilding import rebuild
from orchestration.signing import NotFresh, look, sign
from samples.scenarios import last_months_figures
from tests.shared import with_models_parsed
from tests.whole.corrected_month import NOVEMBER, PLAN, corrected_month
from tests.whole.places import NOW
from tests.whole.processes_of import LOOK_AGAIN, WarmStart

pytestmark = pytest.mark.slow

PERIOD = NOVEMBER
AGAIN = NOW + timedelta(hours=1)
KILLS = 6


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """November, signed, corrected and run with December (tests/whole/corrected_month.py), is signed again."""
    place = corrected_month().copy(tmp_path_factory.mktemp("signed") / "workspace").place
    looked = look(place.workspace, PLAN, PERIOD)
    sign(place.workspace, looked, "中心主任", "一个单位更正、一行采信", AGAIN)
    return place, looked


def signed(place):
    return Seals(place.workspace.register).seals(PLAN, PERIOD)


def figures(place, seal) -> dict[tuple, dict]:
    """The sealed figures of whole populations and units, straight from the Parquet."""
    path = sealing.folder_of(place.workspace, seal) / "tables" / "marts" / "fct_metric.parquet"
    found = duckdb.sql(
        f"""
        select f.population, f.scope_kind, f.scope, f.metric, p.population_name, f.scope_name, f.numerator,
            f.denominator, f.value
        from '{path}' as f inner join '{path.with_name("dim_population.parquet")}' as p using (population)
        where f.period = '{PERIOD}' and f.scope_kind in ('overall', 'unit')
        """
    )
    names = found.columns
    return {row[:4]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def notice(place):
    folder = sealing.folder_of(place.workspace, signed(place)[1]) / "documents"
    [book], [paper] = folder.glob("更正说明*.xlsx"), folder.glob("更正说明*.docx")
    return openpyxl.load_workbook(book, data_only=True), Document(paper)


def differing(place) -> dict[tuple, tuple[dict, dict]]:
    first, second = (figures(place, seal) for seal in signed(place))
    assert first.keys() == second.keys()
    amounts = ("numerator", "denominator", "value")
    return {key: (row, second[key]) for key, row in first.items() if any(row[a] != second[key][a] for a in amounts)}


def test_the_notice_has_every_figure_that_differs_and_its_causes_sum_to_the_difference(county):
    place = county[0]
    rows = [
        row for row in notice(place)[0].worksheets[0].iter_rows(values_only=True) if isinstance(row[5], int | float)
    ]
    wanted = defaultdict(list)
    for old, new in differing(place).values():
        wanted[old["population_name"], old["scope_name"]].append((old["value"], new["value"]))
    assert len(rows) == len(differing(place)) > 40
    rates = amounts = 0
    for population, scope, _, was, now, moved, *causes in rows:
        parts = [Decimal(str(part)) for part in causes[:8] if part is not None]
        assert parts and sum(parts) == Decimal(str(moved))
        ends = [(was, now, scale) for scale in (1, 100)]
        pairs = [(old, new) for old, new in wanted[population, scope] if None not in (old, new)]
        matched = [
            scale for (a, b, scale) in ends for old, new in pairs
            if abs(Decimal(str(b)) - new) < Decimal("0.00006") and abs(Decimal(str(a)) - old) < Decimal("0.00006")
            and abs(Decimal(str(moved)) - (new - old) * scale) <= Decimal("0.01")
        ]  # fmt: skip
        assert matched, (population, scope, was, now, moved)
        rates += 100 in matched
        amounts += 1 in matched and abs(Decimal(str(moved))) > 1
    assert rates > 10 and amounts > 10


def test_amounts_of_the_notice_are_exact_and_the_units_add_up_to_the_whole(county):
    place, metric = county[0], "ytd_investment"
    found = {key: ends for key, ends in differing(place).items() if key[3] == metric}
    moved = {key: new["value"] - old["value"] for key, (old, new) in found.items()}
    whole = moved["all", "overall", "overall", metric]
    assert whole == sum(move for key, move in moved.items() if key[0] == "all" and key[1] == "unit") != 0
    sheet = notice(place)[0].worksheets[0]
    shown = [row for row in sheet.iter_rows(values_only=True) if row[2] == "自年初累计完成投资（万元）"]
    by_name = {(row[0], row[1]): Decimal(str(row[5])) for row in shown}
    names = {key: (old["population_name"], old["scope_name"]) for key, (old, _) in found.items()}
    assert by_name == {names[key]: move for key, move in moved.items()}


def test_the_notice_for_people_says_who_signed_why_and_every_cause(county):
    paper = notice(county[0])[1]
    words = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "2022年11月" in words and "中心主任" in words and "一个单位更正、一行采信" in words
    rows = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    assert any("更正 -" in row[5] for row in rows) and any("采信 +" in row[5] for row in rows)
    together = [row for row in rows if row[1] == "各单位合计" and row[0].startswith("自年初累计完成投资")]
    whole = [row for row in rows if row[0] == "全部名单" and row[1].startswith("自年初累计完成投资")]
    assert together[0][4] == whole[0][4]


def test_the_look_before_the_second_signature_tells_of_the_first_and_of_revisions(county):
    place, looked = county
    assert len(looked.review.since_last.figures) == len(differing(place))
    book = openpyxl.load_workbook(looked.paper)
    assert book.sheetnames[:2] == ["签发核对", "与上次签发相比"] and "更正幅度" in book.sheetnames
    moved = {
        key[2]: new["value"] - old["value"] for key, (old, new) in differing(place).items()
        if key[:2] == ("all", "unit") and key[3] == "ytd_investment"
    }  # fmt: skip
    found = {one.unit_id: one for one in looked.review.revisions if one.metric == "ytd_investment"}
    assert {unit: Decimal(str(float(one.bias))) for unit, one in found.items() if one.bias} == {
        unit: move.normalize() for unit, move in moved.items()
    }
    assert all(one.periods == 1 and one.size == abs(one.bias) for one in found.values())


def test_a_number_typed_wrong_into_the_bulletin_stops_the_signature_and_is_named(county, tmp_path):
    place, edited = county[0], tmp_path / "通报_2022-11（改）.docx"
    paper = Document(place.workspace.outbox / PLAN / PERIOD / "通报_2022-11.docx")
    rate = next(run for line in paper.paragraphs for run in line.runs if re.fullmatch(r"\d\d\.\d%", run.text))
    rate.text = "12.3%"
    paper.save(edited)
    words = ["seal", "--plan", PLAN, "--period", PERIOD, "--post", "中心主任", "--reason", "按月发布",
             "--document", str(edited), "--workspace", str(place.workspace.root)]  # fmt: skip
    before = signed(place)
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1 and "没有签发" in done.output
    assert edited.name in done.output and "12.3%" in done.output and "K01" in done.output
    assert signed(place) == before


def test_a_file_that_came_before_the_signature_and_is_found_after_it_stops_the_next_one(county, tmp_path):
    place = county[0].copy(tmp_path / "workspace")
    assert find(place) < signed(place)[1].known_at
    with pytest.raises(NotFresh):
        look(place.workspace, PLAN, PERIOD)


def test_the_first_release_is_built_anew_from_the_primary_stores_alone(county, tmp_path):
    """A file is found that had come before the first signature: the instant of knowledge would take it in."""
    place = county[0].copy(tmp_path / "workspace")
    home, first = place.workspace, signed(place)[0]
    assert find(place) < first.known_at
    folder = sealing.folder_of(home, first)
    before = {path.relative_to(folder): sha256_of(path) for path in folder.rglob("*") if path.is_file()}
    for derived in (home.lake, home.published, home.sealed, home.outbox, home.dbt_target, home.inbox):
        shutil.rmtree(derived)
    home.warehouse.unlink()
    found = rebuild(with_models_parsed(home), first)
    assert (found.differences, found.environment, found.put_back) == ([], [], folder)
    after = {path.relative_to(folder): sha256_of(path) for path in folder.rglob("*") if path.is_file()}
    same = {path: digest for path, digest in before.items() if path.name != "diaodu.duckdb"}  # its blocks may lie apart
    assert {path: after.get(path) for path in same} == same and len(same) > 60
    assert [path.name for path in home.sealed.iterdir()] == [PLAN]


def find(place) -> datetime:
    """A file is found, registered and judged, months after it came; when it came."""
    unit = next(u for u in reversed(place.county.units) if len(place.county.entries(PERIOD, u)) > 2)
    filled = last_months_figures(place.county, place.plan, PERIOD, unit, after=timedelta(minutes=5))
    place.deliver(filled)
    assert PERIOD in place.judge(now=AGAIN + timedelta(days=1))
    return filled.received_at


def test_kills_during_a_signature_leave_no_half_release_and_the_rerun_finishes(county, tmp_path, record_property):
    place = county[0].copy(tmp_path / "workspace")
    chance, paper = random.Random(14), tmp_path / "会议材料.txt"
    command = ("seal", "--plan", PLAN, "--period", PERIOD, "--post", "中心主任", "--reason", "按月发布",
               "--document", str(paper))  # fmt: skip
    server, killed, number = WarmStart(tmp_path), [], 0
    try:
        while len(killed) < KILLS:
            paper.write_text(f"第{(number := number + 1)}稿", encoding="utf-8")
            before = signed(place)
            running = server.start(place.workspace, *command)
            stage = at_some_moment(running, place, chance, is_writing=len(killed) % 4 > 0)
            if stage == "ended":
                assert running.wait() == 0, running.said
            else:
                running.kill()
                killed.append(stage)
            assert len(signed(place)) - len(before) in (0, 1)
            whole_and_readable(place)
        paper.write_text("定稿", encoding="utf-8")
        last = server.start(place.workspace, *command)
        assert last.wait() == 0, last.said
    finally:
        server.close()
    record_property("killed", killed)
    whole_and_readable(place)
    place_of_period = place.workspace.sealed / PLAN / PERIOD
    assert {path.name for path in place_of_period.iterdir()} == {str(seal.number) for seal in signed(place)}
    assert "会议材料.txt" in [document.name for document in signed(place)[-1].documents]


def at_some_moment(running, place, chance: random.Random, is_writing: bool) -> str:
    """Wait for a moment: any, or one while the release is being written; whether the command is still there."""
    making = place.workspace.sealed / PLAN / PERIOD
    while is_writing and running.stage() != "ended" and not list(making.glob(".making-*")):
        time.sleep(LOOK_AGAIN / 5)
    time.sleep(chance.uniform(0, 0.8) if is_writing else chance.uniform(0, 1.5))
    return running.stage()


def whole_and_readable(place) -> None:
    """Every seal of the register has its whole folder and its files in the archive, and BI reads."""
    for seal in signed(place):
        manifest, folder = sealing.manifest_of(place.workspace, seal), sealing.folder_of(place.workspace, seal)
        assert (folder / "manifest.json").read_text(encoding="utf-8") == manifest.text()
        assert all(sha256_of(folder / "tables" / table.place) == table.sha256 for table in manifest.tables)
        assert all(sha256_of(folder / "documents" / one.name) == one.sha256 for one in seal.documents)
    assert place.sql("select count(*) as n from marts.fct_metric")[0]["n"] > 0
