"""A county over six weeks: what was told, what came after it, and why every figure moved."""

import hashlib
import shutil
from collections import Counter
from datetime import timedelta
from fractions import Fraction

import openpyxl
import pytest

from dispatch import change_papers, contributions
from dispatch.change_question import Question, answer
from dispatch.changes import split
from dispatch.contributions import Slice
from ingestion.publications import Publications
from ingestion.seals import Seals
from orchestration.comparing import NoSuchEnd, end_of
from tests.whole.corrected_month import NOVEMBER, PLAN, TOLD, corrected_month
from tests.whole.places import NOW

pytestmark = pytest.mark.slow

MIDWAY = "2022-12-26T12:00"


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """What tests/whole/corrected_month.py tells, with November's release, the unit and the mistake."""
    found = corrected_month().copy(tmp_path_factory.mktemp("told") / "workspace")
    first = Seals(found.place.workspace.register).seals(PLAN, NOVEMBER)[0].release
    return found.place, first, found.unit, found.mistake


def ends(place, period, old, new="current"):
    return [end_of(place.workspace, place.plan.id, period, text, lambda: NOW) for text in (old, new)]


def every_slice(place, period) -> list[Slice]:
    rows = place.sql("select distinct population, scope_kind, scope from marts.fct_metric where period = ?", period)
    return [Slice(*row.values()) for row in rows]


def causes(place, period, old) -> Counter:
    """Every metric of every slice is split; how often each cause was found."""
    first, last = ends(place, period, old)
    states = [contributions.load(end.marts, place.plan.id, period) for end in (first, last)]
    metrics, seen = sorted(set(states[0].definitions) & set(states[1].definitions)), Counter()
    for cut in every_slice(place, period):
        for end, state in zip((first, last), states, strict=True):
            contributions.check(state, end.marts, metrics, cut)
        for metric in metrics:
            change = split(*states, metric, cut)
            for side, was, now in ((0, change.old.numerator, change.new.numerator),
                                   (1, change.old.denominator, change.new.denominator)):  # fmt: skip
                assert sum(part.moved[side] for part in change.parts) == now - was
            if change.value is not None:
                assert sum(part.value for part in change.parts) == change.value
            seen.update(part.cause for part in change.parts if part.lines)
    return seen


def test_what_was_told_of_november_stands_in_december_beside_what_it_is_now(county):
    place, first, _, _ = county
    november, december = place.county.periods[-2:]
    told = Publications(place.workspace.register).figures(place.plan.id, november, before=TOLD + timedelta(seconds=1))
    assert {row["release"] for row in told} == {first}
    values = {(r["population"], r["scope_kind"], r["scope"], r["metric"]): r["value"] for r in told}
    now = place.sql("select * from marts.fct_metric where period = ?", november)
    restated = {(r["population"], r["scope_kind"], r["scope"], r["metric"]): r["value"] for r in now}
    differing = 0
    for row in place.sql("select * from marts.fct_metric where period = ?", december):
        key = (row["population"], row["scope_kind"], row["scope"], row["metric"])
        assert row["previous_published"] == values.get(key), key
        assert row["previous_restated"] == restated.get(key), key
        differing += row["previous_published"] != row["previous_restated"]
    assert differing > 10


def test_novembers_figures_moved_by_a_correction_and_an_acceptance_since_they_were_told(county):
    place, first, unit, one = county
    november = place.county.periods[-2]
    assert set(causes(place, november, first)) == {"correction", "acceptance"}
    states = [contributions.load(end.marts, place.plan.id, november) for end in ends(place, november, first)]
    by_unit = {
        name: [part.cause for part in split(*states, "ytd_investment", Slice("all", "unit", name)).parts if part.lines]
        for name in place.county.units
    }
    assert {name: found for name, found in by_unit.items() if found} == {
        unit: ["correction"],
        one.unit_id: ["acceptance"],
    }


def test_decembers_figures_moved_by_reports_and_by_the_list_since_the_middle_of_the_reporting(county):
    place = county[0]
    seen = causes(place, place.county.periods[-1], MIDWAY)
    assert {"new_report", "transfer", "list_in", "list_out"} <= set(seen) and "definition" not in seen


def test_what_is_handed_over_is_a_minus_and_a_plus_and_nothing_in_all(county):
    place = county[0]
    december = place.county.periods[-1]
    states = [contributions.load(end.marts, place.plan.id, december) for end in ends(place, december, MIDWAY)]

    def handed_over(cut: Slice) -> Fraction:
        return next(part.value for part in split(*states, "annual_plan", cut).parts if part.cause == "transfer")

    by_unit = [handed_over(Slice("all", "unit", unit)) for unit in place.county.units]
    assert handed_over(Slice()) == 0 == sum(by_unit)
    assert min(by_unit) < 0 < max(by_unit)


def test_a_look_back_that_stands_is_used_again_and_tells_nobody(county):
    place = county[0]
    december, heard = place.county.periods[-1], []
    before = Publications(place.workspace.register).figures(place.plan.id, december, before=NOW + timedelta(days=1))
    end_of(place.workspace, place.plan.id, december, MIDWAY, lambda: NOW, lambda *told: heard.append(told))
    assert heard == []
    after = Publications(place.workspace.register).figures(place.plan.id, december, before=NOW + timedelta(days=1))
    assert after == before


def test_a_word_that_is_neither_release_nor_instant_is_told_so(county):
    place = county[0]
    with pytest.raises(NoSuchEnd) as refused:
        ends(place, place.county.periods[-1], "上个月")
    assert (place.workspace.published / "current").resolve().name in refused.value.releases


def test_the_workbook_lists_every_project_and_its_causes_add_up_as_shown(county):
    place, first, _, _ = county
    november = place.county.periods[-2]
    question = Question(place.plan.id, november, "annual_completion_rate", "all")
    path = change_papers.write(place.workspace, answer(question, *ends(place, november, first)))
    assert path.parent == place.workspace.outbox / place.plan.id / november
    book = openpyxl.load_workbook(path)
    rows = list(book["变动"].iter_rows(values_only=True))
    total = next(row for row in rows if row[0] == "年度投资完成率")
    assert round(sum(total[5:13]), 6) == round(total[4], 6) != 0
    lines = [row for row in book["项目明细"].iter_rows(values_only=True) if row[0] == "年度投资完成率"]
    assert {row[1] for row in lines} == {"更正", "采信"}
    assert round(sum(row[10] for row in lines), 6) == round(total[4], 6)
    assert any("综合岗" in row[11] for row in lines if row[1] == "采信")


def test_a_rebuild_that_knows_as_much_gives_the_same_bytes_although_more_was_told(county, tmp_path):
    place = county[0].copy(tmp_path / "workspace")
    before = parquet(place)
    for derived in (place.workspace.lake, place.workspace.published):
        shutil.rmtree(derived)
    place.workspace.warehouse.unlink()
    place.run(place.county.periods[-1], now=NOW + timedelta(hours=3))
    assert parquet(place) == before


def parquet(place) -> dict[str, str]:
    release = (place.workspace.published / "current").resolve()
    files = sorted(release.rglob("*.parquet"))
    return {str(path.relative_to(release)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
