"""The run as Dagster records it, and as two people meet over it."""

import os
import subprocess
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow.parquet as pq
import pytest

from ingestion.workspace import Workspace
from samples.faults import apart
from tests.page_reader import loads_from_elsewhere, read_page
from tests.postgres_server import CLERK, PASSWORD, programs
from tests.whole.places import PLANS, place_of

pytestmark = pytest.mark.slow

SEEDED = ("ytd_wrong", "text_in_money", "total_typed_wrong", "missing_unit")
LEFT_ALONE = ("~$月调度表.xlsx", "现场照片.jpg")
CONTACT = ("欧阳模拟", "统计联络员", "0357-5550117", "模拟人员")
DIAODU = [sys.executable, "-c", "from orchestration.cli import main; main()"]


@pytest.fixture(scope="module")
def database(postgres):
    """The database that BI reads; its login needs a password."""
    setting = postgres.database()
    return setting, f"{setting.dsn.replace('user=postgres', f'user={CLERK}')} password={PASSWORD}"


@pytest.fixture(scope="module")
def spoilt(huozhou, database, tmp_path_factory):
    """A county with a few mistakes in its first due month, run for that month through the command line."""
    faults = apart(SEEDED, huozhou.county, huozhou.plan)
    place = place_of(tmp_path_factory.mktemp("spoilt") / "workspace", PLANS[0], faults)
    for name in LEFT_ALONE:
        (place.workspace.inbox / PLANS[0] / name).write_bytes(b"")
    unit = place.plan.unit(next(fault.unit_id for fault in faults if fault.name == "missing_unit")).name
    place.workspace.contacts.write_text(f"单位,姓名,职务,电话,备注\n{unit},{','.join(CONTACT)}\n", encoding="utf-8")
    period = faults[0].period
    told = {"DIAODU_POSTGRES_DSN": database[1]}
    done = diaodu(place.workspace, "run", "--plan", PLANS[0], "--period", period, **told)
    return place, period, done


def diaodu(workspace: Workspace, *arguments: str, **told: str) -> subprocess.CompletedProcess:
    command = [*DIAODU, *arguments, "--workspace", str(workspace.root)]
    environment = {**os.environ, "COLUMNS": "120", **told}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_findings_do_not_fail_a_run(spoilt):
    place, period, done = spoilt
    assert done.returncode == 0, done.stderr
    assert any(row["severity"] == "error" for row in place.findings(period))


def test_the_overview_names_who_is_missing_and_what_to_open(spoilt):
    place, period, done = spoilt
    missing = next(row["unit_id"] for row in place.findings(period) if row["rule_id"] == "M02")
    assert place.plan.unit(missing).name in done.stdout
    assert f"outbox/{PLANS[0]}/{period}" in done.stdout


def test_files_left_alone_are_named_with_the_reason(spoilt):
    for name in LEFT_ALONE:
        assert name in spoilt[2].stdout


def test_status_gives_a_reminder_to_paste(spoilt):
    place, period, _ = spoilt
    missing = next(row["unit_id"] for row in place.findings(period) if row["rule_id"] == "M02")
    shown = diaodu(place.workspace, "status", "--plan", PLANS[0], "--period", period)
    assert shown.returncode == 0
    assert place.plan.unit(missing).name in shown.stdout
    assert "【催报】" in shown.stdout and "应于2022-11-28 17:00前报" in shown.stdout


def test_the_checks_of_the_run_count_what_was_found(spoilt):
    place, period, _ = spoilt
    with dg.DagsterInstance.from_config(str(place.workspace.dagster_home)) as instance:
        run = instance.get_runs(limit=1)[0]
        records = instance.get_records_for_run(run.run_id, limit=5000).records
    assert run.status == dg.DagsterRunStatus.SUCCESS and run.tags["dagster/partition"] == f"{period}|{PLANS[0]}"
    evaluations = [
        event.event_specific_data
        for record in records
        if (event := record.event_log_entry.dagster_event) and event.event_type_value == "ASSET_CHECK_EVALUATION"
    ]
    counted = {
        row.data["规则号"]: row.data["不通过"]
        for evaluation in evaluations
        if evaluation.asset_key == dg.AssetKey(["lake", "rows_monthly_dispatch"])
        for row in evaluation.metadata["规则"].records
    }
    found = [row["rule_id"] for row in place.findings(period) if row["form"] == "monthly_dispatch"]
    assert {rule: number for rule, number in counted.items() if number} == {rule: found.count(rule) for rule in found}
    failed = {evaluation.check_name for evaluation in evaluations if not evaluation.passed}
    assert {"arithmetic", "format", "totals", "everything_due_arrived"} <= failed


def test_whom_to_call_is_shown_beside_the_unit_that_owes_its_form(spoilt):
    place, period, _ = spoilt
    shown = diaodu(place.workspace, "status", "--plan", PLANS[0], "--period", period)
    unit = place.plan.unit(next(row["unit_id"] for row in place.findings(period) if row["rule_id"] == "M02")).name
    assert f"{unit}（未报）：欧阳模拟 统计联络员 0357-5550117（模拟人员）" in shown.stdout


def test_no_contact_leaves_the_centres_own_list(spoilt):
    place, _, done = spoilt
    secrets = [word.encode() for word in CONTACT]
    texts = {path: b"".join(_plain(path)) for path in place.workspace.root.rglob("*") if path.is_file()}
    held = {path.name for path, text in texts.items() if any(secret in text for secret in secrets)}
    assert held == {"contacts.csv"}
    assert len(texts) > 200 and not any(word in done.stdout + done.stderr for word in CONTACT)
    assert any("住建局".encode() in text for path, text in texts.items() if path.suffix == ".parquet")


def test_a_run_ends_with_its_release_in_postgresql_and_no_contact_there(spoilt, database):
    place, _, done = spoilt
    release = (place.workspace.published / "current").resolve().name
    assert f"PostgreSQL：已发布版本 {release}" in done.stdout
    dumped = subprocess.run(
        [programs() / "pg_dump", "--inserts", f"--dbname={database[0].dsn}"], capture_output=True, text=True, check=True
    ).stdout
    assert release in dumped and "住建局" in dumped and dumped.count("\nINSERT") > 1000
    assert not any(word in dumped for word in CONTACT)


def test_the_password_of_the_database_is_written_down_nowhere(spoilt):
    place, _, done = spoilt
    files = [path for path in place.workspace.root.rglob("*") if path.is_file()]
    assert [path for path in files if PASSWORD.encode() in path.read_bytes()] == []
    assert PASSWORD not in done.stdout + done.stderr


def test_the_data_quality_page_says_what_the_lake_says(spoilt):
    place, period, _ = spoilt
    text = (place.workspace.outbox / PLANS[0] / period / "数据质量.html").read_text(encoding="utf-8")
    assert loads_from_elsewhere(text) == []
    sections = read_page(text)
    found = [row for row in place.findings(period) if row["severity"] != "state" and row["theme"] != "signals"]
    assert found and int(sections["findings"].row("单位", "合计")["合计"]) == len(found)
    by_rule = Counter(row["rule_id"] for row in found)
    assert {row["规则"].split()[0]: int(row["条数"]) for row in sections["findings"].table("规则")} == by_rule
    verdicts = [row for row in place.lake("verdicts", period) if row["rule_state"] == "in_use"]
    for name, word in (("passed", "通过"), ("failed", "未通过"), ("not_judged", "未能判断")):
        told = sum(int(row[word].replace(",", "")) for row in sections["rules"].table("类别"))
        assert told == sum(row[name] for row in verdicts)
    sent = {row["unit_id"]: row for row in place.lake("submissions", period) if row["form"] == "monthly_dispatch"}
    reported = {row["单位"] for row in sections["reporting"].table("单位") if row["首次收到"] != "—"}
    assert reported == {place.plan.unit(unit).name for unit in sent}


def _plain(path: Path) -> Iterator[bytes]:
    """A file's bytes, and what is packed inside: parts of a workbook, tables of Parquet and DuckDB."""
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            yield from (parts.read(name) for name in parts.namelist())
    if path.suffix == ".parquet":
        yield str(pq.read_table(path).to_pylist()).encode()
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            for (table,) in connection.execute(
                'select format(\'"{}"."{}"\', schema_name, table_name) from duckdb_tables()'
            ).fetchall():
                yield str(connection.execute(f"select * from {table}").fetchall()).encode()


def test_every_unit_has_a_receipt_that_cannot_be_sent_in_again(spoilt):
    place, period, _ = spoilt
    folder = place.workspace.outbox / PLANS[0] / period
    receipts = sorted(folder.rglob("回执_*.xlsx"))
    arrived = {row["unit_id"] for row in place.lake("submissions", period) if row["form"] == "monthly_dispatch"}
    assert len([path for path in receipts if "月调度表" in path.name]) == len(arrived)
    inbox = place.workspace.inbox / PLANS[0] / "2022-12-01 0900"
    inbox.mkdir(parents=True)
    (inbox / receipts[0].name).write_bytes(receipts[0].read_bytes())
    before = place.lake("submissions", period)
    place.judge()
    assert place.lake("submissions", period) == before


def test_readers_read_on_while_a_run_publishes(spoilt):
    place = spoilt[0]
    release, errors, read, stop = place.workspace.published / "current", [], [], threading.Event()

    def reading():
        while not stop.is_set():
            try:
                folder = release.resolve(strict=True)
                with duckdb.connect(str(folder / "diaodu.duckdb"), read_only=True) as connection:
                    [(rows,)] = connection.execute("select count(*) from marts.fct_metric").fetchall()
                [(lines,)] = duckdb.sql(f"select count(*) from '{folder}/marts/fct_metric.parquet'").fetchall()
                read.append((rows, lines))
            except Exception as error:  # whatever a reader meets is the test's result
                errors.append(repr(error))

    reader = threading.Thread(target=reading)
    reader.start()
    done = diaodu(place.workspace, "run", "--plan", PLANS[0], "--period", place.county.periods[-1])
    stop.set()
    reader.join()
    assert done.returncode == 0 and not errors
    assert len(read) > 10 and all(rows == lines > 0 for rows, lines in read)
