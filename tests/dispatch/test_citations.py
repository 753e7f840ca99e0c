"""Citations: the written form of an address, its one SQL, the one rounding, parts that add up."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_month import KNOWN_AT, PERIOD, PLAN, replace_tables

from dispatch import addresses, citations
from dispatch.addresses import BadAddress, in_plan, listed, metric, parse, row
from dispatch.citations import Quoting, show
from dispatch.cited_values import CitedValues
from dispatch.marts import Marts
from ingestion.plans import load_plan
from ingestion.settings import SHIPPED_PLANS

POPULATION = "provincial_municipal"
RANKING = "reports.rpt_unit_ranking"


def figure(name: str, value: str, scope_kind: str = "overall", scope: str = "overall", **other: object) -> dict:
    return {
        "plan_id": PLAN, "period": PERIOD, "population": POPULATION, "scope_kind": scope_kind, "scope": scope,
        "metric": name, "scope_name": scope, "cutoff_date": date(2022, 11, 28), "unit": "%", "numerator": Decimal(0),
        "value": Decimal(value), "cutoff_verdict": "no_target", "final_verdict": "no_target",
        "reported_projects": 4, "carried_projects": 2, "missing_projects": 1, **other,
    }  # fmt: skip


FIGURES = [
    figure(
        "start_resume_rate", "0.8498", numerator=Decimal("84.98"), denominator=Decimal(100), target=Decimal("0.85"),
        cutoff_verdict="missed", reported_value=Decimal("0.87"), previous_restated=Decimal("0.6"),
    ),
    figure("ytd_investment", "10000.00"),
    figure("ytd_investment", "3333.33", "unit", "zhujian"),
    figure("ytd_investment", "3333.33", "unit", "nongye"),
    figure("ytd_investment", "3333.34", "unit", "能源/局"),
    figure("total_completion_rate", "0.5", previous_restated=None),
]  # fmt: skip


@pytest.fixture
def marts(ws) -> Marts:
    replace_tables(ws, {"fct_metric": FIGURES})
    return Marts.of_build(ws)


@pytest.fixture
def quoting(marts) -> Quoting:
    plan = load_plan(SHIPPED_PLANS / f"{PLAN}.yml")
    return Quoting(CitedValues(marts, {PLAN: plan}.__getitem__))


def of(name: str, column: str = "value", scope_kind: str = "overall", scope: str = "overall"):
    return metric(PLAN, PERIOD, POPULATION, scope_kind, scope, name, column)


ASKED = {
    of("start_resume_rate"): "0.8498",
    of("start_resume_rate", "change"): "0.2498",
    of("start_resume_rate", "reported_difference"): "-0.0202",
    of("start_resume_rate", "left_over"): "15.02",
    of("start_resume_rate", "short_of_target"): "1",  # 0.85 x 100 - 84.98 = 0.02 of a project: one is short
    of("start_resume_rate", "carried_projects"): "2",
    of("ytd_investment", scope_kind="unit", scope="能源/局"): "3333.34",
    row(PLAN, PERIOD, RANKING, "annual_plan_wan", population=POPULATION, unit_id="zhujian"): "45000",
    listed(PLAN, PERIOD, RANKING, population=POPULATION): "2",
    listed(PLAN, PERIOD, RANKING, "sum:annual_plan_wan", is_few_projects=True): "55000",
    listed(PLAN, PERIOD, RANKING, "distinct:unit_rank", target=None): "0",
    listed(PLAN, PERIOD, "marts.fct_submission", form="monthly_dispatch", is_due=True): "4",
    listed(PLAN, PERIOD, "reports.rpt_unstarted_projects", planned_start_date=date(2022, 3, 1)): "1",
    listed(PLAN, PERIOD, RANKING, "count:status", population=POPULATION): "2",
    listed(PLAN, PERIOD, RANKING, "sum:annual_plan_wan", unit_id=("zhujian", "nongye")): "45000",
    listed(PLAN, PERIOD, RANKING, unit_id=("zhujian", "nengyuan", "a|b&c=d")): "2",
    listed(PLAN, PERIOD, "marts.dim_population"): "2",
}


@pytest.mark.parametrize(("address", "expected"), ASKED.items(), ids=lambda item: getattr(item, "text", item))
def test_an_address_gives_its_number_by_its_own_sql_and_by_the_table_read_once(address, expected, marts, quoting):
    [asked] = marts.query(*address.query())
    assert Decimal(next(iter(asked.values()))) == Decimal(expected)
    assert quoting.values.at(address) == Decimal(expected)


def test_a_number_of_the_plan_is_found_by_its_path(quoting):
    assert quoting.values.at(in_plan(PLAN, PERIOD, "thresholds.behind_schedule_points")) == 10
    assert quoting.values.at(in_plan(PLAN, PERIOD, "forms.monthly_dispatch.schedule.day")) == 28


words = st.text(min_size=1, max_size=12)
columns = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
wanted = st.none() | st.lists(st.text(max_size=12), min_size=1, max_size=3).map(sorted).map(tuple)
wheres = st.dictionaries(columns, wanted, max_size=3)


@given(words, words, words, words, columns)
def test_any_figure_can_be_written_and_read_back(plan, population, scope, name, column):
    address = metric(plan, PERIOD, population, "unit", scope, name, column)
    assert parse(address.text) == address
    assert address.text.isascii() and " " not in address.text


@given(words, wheres)
def test_any_condition_can_be_written_and_read_back(plan, where):
    given_conditions = tuple(sorted(where.items()))
    for kind, column in (("list", "count"), ("list", "sum:total_wan"), ("row", "total_wan")):
        address = addresses.Address(kind, plan, PERIOD, table="reports.rpt_x", column=column, where=given_conditions)
        assert parse(address.text) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "metric:a/b/c", "row:p/2022-11/pg_catalog.users/name/id=1", "row:p/2022-11/marts.x/a;drop table b/id=1",
        "list:p/2022-11/marts.x/max:a", "list:p/2022-11/marts.x/sum:a)--", "row:p/2022-11/marts.x/a/b'=1",
        "metric:p/2022-11/all/overall/overall/m/value)", "file:p/2022-11/x",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text):
    with pytest.raises(BadAddress):
        parse(text)


def test_a_value_stands_in_the_sql_as_a_parameter_only():
    sql, values = listed(PLAN, PERIOD, RANKING, unit_name="' or 1=1 --").query()
    assert "or 1=1" not in sql and "' or 1=1 --" in values


@pytest.mark.parametrize(
    ("value", "unit", "places", "sign", "printed"),
    [
        ("0.6225", "percent", 1, "minus", "62.3%"),
        ("0.6224", "percent", 1, "minus", "62.2%"),
        ("123456.78", "wan", 2, "minus", "123,456.78"),
        ("123450.00", "yi", 2, "minus", "12.35"),  # 12.345 is a half: up
        ("-123450.00", "yi", 2, "minus", "-12.35"),
        ("-0.168334", "points", 1, "word", "16.8"),
        ("-0.168334", "points", 1, "always", "-16.8"),
        ("0.032", "points", 1, "always", "+3.2"),
        ("-0.00001", "percent", 1, "minus", "0.0%"),  # no minus before nothing
        ("7", "count", 0, "minus", "7"),
        ("1234", "count", 0, "minus", "1,234"),
        ("6.25", "multiple", 1, "minus", "6.3"),
    ],
)
def test_a_number_is_rounded_half_up_once_and_printed_in_its_unit(value, unit, places, sign, printed):
    assert show(Decimal(value), unit, places, sign) == printed


def test_a_rate_that_misses_its_target_does_not_look_like_it(quoting):
    assert quoting.quote_rate(of("start_resume_rate")).shown == "84.98%"


def test_a_small_difference_never_looks_like_none(quoting):
    quoted = quoting.quote(of("start_resume_rate", "reported_difference"), "points", 1, "word")
    assert (quoted.shown, quoted.places) == ("2.0", 1)
    assert citations.places_of_points(Decimal("-0.0002"), 1) == 2
    assert citations.places_of_points(Decimal(0), 1) == 1


def test_rounded_parts_of_a_total_add_up_and_say_which_one_was_moved(quoting):
    # 10,000 / 3 in 亿元 with two decimals: 0.33 three times is 0.99, not 1.00. The largest remainder is the last one's.
    units = [of("ytd_investment", scope_kind="unit", scope=unit) for unit in ("zhujian", "nongye", "能源/局")]
    parts = quoting.quote_parts(units, of("ytd_investment"), "yi", 2)
    assert [part.shown for part in parts] == ["0.33", "0.33", "0.34"]
    assert [part.balanced for part in parts] == [False, False, True]


def test_parts_that_do_not_add_up_exactly_are_left_as_they_round(quoting):
    units = [of("ytd_investment", scope_kind="unit", scope=unit) for unit in ("zhujian", "nongye")]
    assert [part.shown for part in quoting.quote_parts(units, of("ytd_investment"), "yi", 2)] == ["0.33", "0.33"]


def test_a_number_that_is_not_there_is_never_quoted(quoting):
    for missing in (of("total_completion_rate", "previous_restated"), of("finish_rate")):
        with pytest.raises(LookupError):
            quoting.quote(missing, "percent", 1)
    assert quoting.citations == []


def test_citations_are_kept_beside_their_paper_and_read_back(quoting, tmp_path):
    quoting.quote_rate(of("start_resume_rate"))
    quoting.quote(listed(PLAN, PERIOD, RANKING, population=POPULATION), "count", 0, place="附件2!B7")
    kept = quoting.save(tmp_path / "通报_2022-11.docx", PLAN, PERIOD, KNOWN_AT)
    assert kept.name == "通报_2022-11.citations.json"
    paper = citations.load(kept)
    assert (paper.document, paper.plan, paper.period, paper.release) == ("通报_2022-11.docx", PLAN, PERIOD, None)
    assert paper.known_at == KNOWN_AT and paper.rounding == "half_up_once"
    assert list(paper.citations) == quoting.citations
    assert [(one.id, one.place, one.shown) for one in paper.citations] == [
        ("c0001", "c0001", "84.98%"),
        ("c0002", "附件2!B7", "2"),
    ]
