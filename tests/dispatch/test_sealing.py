"""Sealing: a plan's rows up to a period, whatever else comes; whole or not at all; readers can be taken back to it."""

import json
import shutil
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pytest
from docx import Document
from small_month import KNOWN_AT, PERIOD, PLAN, replace_tables

from dispatch import issuing, reverting, sealing, sealing_papers, sealing_review
from dispatch.issuing import Issued, SameName, documents_of
from dispatch.marts import Marts
from dispatch.publishing import publish
from dispatch.sealing_manifest import code_digest, table_differences
from dispatch.sealing_review import CopyMissing
from dispatch.sealing_tables import export
from dispatch.telling import publish_and_record
from ingestion import archive
from ingestion.archive import sha256_of
from ingestion.publications import Publications
from ingestion.seals import Seals
from ingestion.workspace import Workspace
from orchestration.signing import Looked, NotClean
from orchestration.signing import sign as sign_what_was_seen

SIGNED = KNOWN_AT + timedelta(days=3)


def period_row(plan_id: str, period: str, cutoff: date) -> dict:
    return {
        "plan_id": plan_id, "period": period, "series": "month" if len(period) == 7 else "week", "cutoff_date": cutoff,
        "known_at": KNOWN_AT, "plan_hash": "0" * 64, "leading_form": "monthly_dispatch",
    }  # fmt: skip


def figure(plan_id: str, period: str, value: str) -> dict:
    return {
        "plan_id": plan_id, "period": period, "population": "all", "scope_kind": "overall", "scope": "overall",
        "metric": "ytd_investment", "numerator": value, "value": value, "cutoff_date": date(2022, 11, 28),
        "unit": "wan",
    }  # fmt: skip


NOVEMBER = period_row(PLAN, PERIOD, date(2022, 11, 28))
TABLES = {"dim_period": [NOVEMBER], "fct_metric": [figure(PLAN, PERIOD, "10.00")]}


@pytest.fixture(scope="module")
def published(pattern, tmp_path_factory) -> Path:
    """The small month, published, with one figure."""
    ws = Workspace.open(shutil.copytree(pattern, tmp_path_factory.mktemp("published") / "workspace"))
    replace_tables(ws, TABLES)
    publish_and_record(ws, KNOWN_AT)
    return ws.root


@pytest.fixture
def month(published, tmp_path) -> Workspace:
    return Workspace.open(shutil.copytree(published, tmp_path / "workspace", symlinks=True))


@pytest.fixture
def paper(tmp_path) -> Path:
    path = tmp_path / "通报（改定）.docx"
    document = Document()
    document.styles.add_style("Draft Mark", 1)
    document.add_paragraph("草稿（未签发）", style="Draft Mark")
    document.add_paragraph("完成投资10.00万元")
    document.save(path)
    return path


def sign(ws, *documents: Issued, now: datetime = SIGNED, post: str = "主任", **more) -> sealing.Sealed:
    found = sealing.candidate(ws, PLAN, PERIOD)
    return sealing.seal(ws, found, documents, post, "按月签发", now, **more)


def hashes(ws, folder: Path) -> list:
    return export(ws.warehouse, PLAN, PERIOD, folder)


def test_other_plans_and_later_periods_do_not_touch_a_sealed_plan(month, tmp_path):
    before = hashes(month, tmp_path / "before")
    replace_tables(month, {
        "dim_period": [
            NOVEMBER, period_row(PLAN, "2022-12", date(2022, 12, 28)),
            period_row(PLAN, "2022-12-01", date(2022, 12, 1)),
            period_row("puxian-2022", PERIOD, date(2022, 11, 28)),
        ],
        "fct_metric": [
            *TABLES["fct_metric"], figure(PLAN, "2022-12", "20.00"), figure(PLAN, "2022-12-01", "5.00"),
            figure("puxian-2022", PERIOD, "30.00"),
        ],
        "dim_rule": [{"form": "monthly_dispatch", "rule_id": "R01", "theme": "arithmetic", "severity": "error",
                      "rule_state": "in_use"}],
    })  # fmt: skip
    assert hashes(month, tmp_path / "after") == before


def test_a_figure_of_the_plan_or_of_a_period_before_changes_the_hashes(month, tmp_path):
    before = hashes(month, tmp_path / "before")
    for rows in ([figure(PLAN, PERIOD, "10.01")], [*TABLES["fct_metric"], figure(PLAN, "2022-11-24", "1.00")]):
        replace_tables(month, {"fct_metric": rows})
        [changed] = table_differences(before, hashes(month, tmp_path / "after"))
        assert changed.name == "marts/fct_metric.parquet" and changed.sealed != changed.found


def test_a_sealed_release_holds_what_was_published_and_its_manifest_says_so_by_hash(month, paper):
    sealed = sign(month, Issued(paper, None))
    assert sealed.folder == month.sealed / PLAN / PERIOD / "1" and sealed.is_new
    manifest = sealing.manifest_of(month, sealed.seal)
    assert (sealed.folder / "manifest.json").read_text(encoding="utf-8") == manifest.text()
    assert {table.place: table.sha256 for table in manifest.tables} == {
        path.relative_to(sealed.folder / "tables").as_posix(): sha256_of(path)
        for path in (sealed.folder / "tables").rglob("*.parquet")
    }
    [(value,)] = duckdb.sql(f"select value from '{sealed.folder}/tables/marts/fct_metric.parquet'").fetchall()
    assert str(value) == "10.000000"
    assert manifest.known_at == KNOWN_AT.isoformat() and manifest.release == sealed.seal.release
    assert Marts(sealed.folder / "release" / "diaodu.duckdb").query("select count(*) as n from marts.fct_metric")


def test_every_issued_document_lies_in_the_archive_without_the_mark_of_a_draft(month, paper):
    sealed = sign(month, Issued(paper, None))
    [document] = sealed.seal.documents
    kept = archive.locate(month.archive, document.sha256)
    assert document.name == paper.name and sha256_of(kept) == document.sha256
    assert [paragraph.text for paragraph in Document(kept).paragraphs] == ["", "完成投资10.00万元"]
    assert Document(paper).paragraphs[0].text == "草稿（未签发）"
    with zipfile.ZipFile(paper) as draft, zipfile.ZipFile(kept) as issued:
        assert draft.namelist() == issued.namelist()
        assert all(draft.read(n) == issued.read(n) for n in draft.namelist() if n != "word/document.xml")


def test_the_same_content_is_signed_once(month, paper):
    first = sign(month, Issued(paper, None))
    again = sign(month, Issued(paper, None), now=SIGNED + timedelta(hours=1))
    assert (again.is_new, again.seal) == (False, first.seal)
    assert sign(month, now=SIGNED + timedelta(hours=2)).is_new is False  # nothing that was not issued already
    paper.write_bytes(paper.read_bytes() + b" ")
    assert sign(month, Issued(paper.rename(paper.with_suffix(".pdf")), None)).seal.number == 2


def test_what_a_killed_process_left_is_no_release_and_goes(month):
    place = month.sealed / PLAN / PERIOD
    for name in ("1", ".making-abc", ".going-1-7"):
        (place / name / "tables").mkdir(parents=True)
    assert Seals(month.register).seals() == []
    sealed = sign(month)
    assert sorted(path.name for path in place.iterdir()) == ["1"] and (sealed.folder / "manifest.json").exists()


def test_a_seal_that_fails_leaves_nothing(month):
    def broken(folder, found):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        sign(month, papers=broken)
    assert list((month.sealed / PLAN / PERIOD).iterdir()) == [] == Seals(month.register).seals()


def test_who_looked_before_somebody_else_signed_does_not_take_his_place(month):
    found = sealing.candidate(month, PLAN, PERIOD)
    signed = sign(month)
    with pytest.raises(sealing.SealedMeanwhile):
        sealing.seal(month, found, (), "副主任", "按月签发", SIGNED)
    assert (signed.folder / "manifest.json").exists()


def test_a_period_that_is_not_published_cannot_be_signed(month):
    with pytest.raises(sealing.NothingToSeal):
        sealing.candidate(month, PLAN, "2022-12")


def test_an_edited_paper_takes_the_place_of_the_one_it_was_made_from(month, paper):
    out = month.outbox / PLAN / PERIOD
    out.mkdir(parents=True, exist_ok=True)
    for name in ("通报", "简报"):
        (out / f"{name}.docx").write_bytes(paper.read_bytes())
        (out / f"{name}.citations.json").write_text(json.dumps({"document": f"{name}.docx", "release": None}))
    other = paper.with_name("会议材料.pdf")
    other.write_bytes(b"%PDF-")
    found = documents_of(month, PLAN, PERIOD, [paper, other])
    assert found == [
        Issued(other, None), Issued(out / "简报.docx", out / "简报.citations.json"),
        Issued(paper, out / "通报.citations.json"),
    ]  # fmt: skip
    sealed = sign(month, *found)
    [beside] = (sealed.folder / "documents").glob("通报*.json")
    assert json.loads(beside.read_text(encoding="utf-8")) == {"document": paper.name, "release": sealed.seal.release}
    with pytest.raises(SameName):
        documents_of(month, PLAN, PERIOD, [paper, paper])


def test_a_document_without_a_draft_mark_is_issued_as_it_is(tmp_path):
    path = tmp_path / "a.docx"
    Document().save(path)
    issuing.unmark(path, tmp_path / "b.docx")
    with zipfile.ZipFile(path) as first, zipfile.ZipFile(tmp_path / "b.docx") as second:
        assert [first.read(name) for name in first.namelist()] == [second.read(name) for name in second.namelist()]


def test_readers_are_taken_back_to_the_last_certified_release_after_it_was_forgotten(month):
    signed = sign(month).seal
    replace_tables(month, {"fct_metric": [figure(PLAN, PERIOD, "13.00")]})
    current = publish_and_record(month, SIGNED + timedelta(hours=1))
    shutil.rmtree(month.published / "releases" / signed.release)
    later = SIGNED + timedelta(hours=2)
    assert reverting.revert(month, PLAN, "主任", "发布的数有误", later) == (signed, True)
    [row] = Marts.of_release(month).query("select value from marts.fct_metric")
    assert str(row["value"]) == "10.000000"
    decision = Seals(month.register).decisions(PLAN)[-1]
    assert (decision.kind, decision.post, decision.decided_at) == ("certify", "主任", later)
    assert (decision.subject["act"], decision.subject["replaced"]) == ("revert", current)
    told = Publications(month.register).figures(PLAN, PERIOD, before=later + timedelta(hours=1))
    assert [str(row["value"]) for row in told][-2:] == ["13.000000", "10.000000"]
    assert reverting.revert(month, PLAN, "主任", "再退一次", later) == (signed, False)
    assert len(Seals(month.register).decisions(PLAN)) == 2


def test_a_revert_says_what_is_missing(month):
    with pytest.raises(reverting.NothingCertified):
        reverting.revert(month, PLAN, "主任", "退回", SIGNED)
    sealed = sign(month)
    replace_tables(month, {"fct_metric": [figure(PLAN, PERIOD, "11.00")]})
    publish(month)
    (sealed.folder / "release" / "diaodu.duckdb").unlink()
    (sealed.folder / "release").rename(sealed.folder / "gone")
    with pytest.raises(CopyMissing):
        reverting.revert(month, PLAN, "主任", "退回", SIGNED)


def test_the_code_has_another_digest_when_a_rule_or_a_name_changes_and_not_when_python_compiles_it(tmp_path):
    rules = tmp_path / "expectations" / "rules"
    rules.mkdir(parents=True)
    (rules / "a.yml").write_text("x: 1")
    first = code_digest(tmp_path)
    (tmp_path / "expectations" / "__pycache__").mkdir()
    (tmp_path / "expectations" / "__pycache__" / "a.py").write_text("")
    (rules / "notes.md").write_text("")
    assert code_digest(tmp_path) == first
    (rules / "a.yml").write_text("x: 2")
    second = code_digest(tmp_path)
    (rules / "a.yml").rename(rules / "b.yml")
    assert len({first, second, code_digest(tmp_path)}) == 3


@dataclass(frozen=True)
class Wrong:
    place: str
    code: str
    what: str
    remedy: str


def test_the_look_names_every_place_that_is_wrong_and_what_nobody_could_check(month, paper, tmp_path):
    beside = tmp_path / "a.citations.json"
    beside.write_text(json.dumps({"document": paper.name, "release": None}))
    found = sealing.candidate(month, PLAN, PERIOD)
    wrong = [
        Wrong("c0003", "K01", "正文写 62.4%，库里是 62.3%", "改成 62.3%"),
        Wrong("第2段", "K09", "单位不对", "用亿元"),
    ]
    asked = []

    def check(document, citations, marts):
        asked.append((document, citations, marts.path))
        return wrong

    other = tmp_path / "会议材料.pdf"
    seen = sealing_review.review(month, found, [Issued(paper, beside), Issued(other, None)], check)
    assert asked == [(paper, beside, found.release / "diaodu.duckdb")]
    lines = list(sealing_papers.failure_lines(seen))
    assert len(lines) == 2 and all(text in lines[0] for text in (paper.name, "c0003", "K01", "62.4%", "改成 62.3%"))
    told = "\n".join(sealing_papers.lines(seen))
    assert "本期没有签发过" in told and "发现 2 处问题" in told and "会议材料.pdf" in told
    book = openpyxl.load_workbook(sealing_papers.write(month, seen))
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[2] in ("K01", "K09")]
    assert rows == [
        (paper.name, *(getattr(one, name) for name in ("place", "code", "what", "remedy"))) for one in wrong
    ]
    with pytest.raises(NotClean):
        sign_what_was_seen(month, Looked(seen, [Issued(paper, beside)], paper), "主任", "按月", SIGNED)
    assert Seals(month.register).seals() == []


def test_a_copy_without_its_release_keeps_the_release_that_lies_there(month, paper):
    sealed = sign(month, Issued(paper, None))
    (sealed.folder / "documents" / paper.name).unlink()
    assert sealing.put_back(month, sealed.seal, sealed.folder / "tables", None) == sealed.folder
    assert (sealed.folder / "documents" / paper.name).exists()
    assert Marts(sealed.folder / "release" / "diaodu.duckdb").query("select 1 as one")
