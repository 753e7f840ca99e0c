"""What one cell says."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion import cells, vocabulary
from ingestion.cells import Problem, Repaired

D = Decimal


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (1200.0, D("1200")),
        (0.1 + 0.2, D("0.3")),
        (" 1200.50 ", D("1200.50")),
        ("333149", D("333149")),
        ("-3.2", D("-3.2")),
        (0.0, D(0)),
    ],
)
def test_a_plain_number_needs_no_repair(typed, value):
    assert cells.decimal(typed) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("１，２００.5", D("1200.5")),
        ("1,234.5", D("1234.5")),
        ("54,583.00", D("54583.00")),
        ("－3.2", D("-3.2")),
        ("(45)", D("-45")),
        ("1200万元", D("1200")),
        ("1200万", D("1200")),
        ("1.2亿", D("12000")),
        ("1.2 亿元", D("12000")),
        ("3000元", D("0.3")),
        ("1,234.5万", D("1234.5")),
    ],
)
def test_an_unusual_but_certain_number_is_repaired_and_its_typing_kept(typed, value):
    assert cells.decimal(typed) == Repaired(value, typed)


@pytest.mark.parametrize("typed", ["约1200", "12,34", "12,34,567", "1 200", "同上", "12.3%", "2022-11-05"])
def test_an_amount_that_could_be_read_two_ways_is_a_problem(typed):
    assert cells.decimal(typed).code == "not_a_number"


@pytest.mark.parametrize(("typed", "like"), [("l20", "120"), ("1O0", "100"), ("3丨4.5", "314.5"), ("2oo万元", "200")])
def test_letters_for_digits_are_a_problem_that_proposes_and_takes_nothing(typed, like):
    problem = cells.decimal(typed)
    assert (problem.code, problem.expected) == ("confused_digits", f"像是 {like}，请重新输入")


@pytest.mark.parametrize("typed", ["1200/800", "3000-5000", "3000—5000万元", "1200、800", "1200\n800"])
def test_several_amounts_in_one_cell_are_a_problem_of_their_own(typed):
    assert cells.decimal(typed).code == "several_values"


@pytest.mark.parametrize("typed", [True, datetime.date(2022, 1, 1), float("nan"), float("inf"), 10**400])
def test_what_is_no_number_at_all_is_a_problem(typed):
    assert cells.decimal(typed).code == "not_a_number"


@pytest.mark.parametrize("typed", [None, "", " ", "\u3000", "\xa0", "—", "——", "/", "无", "-", "\n"])
def test_marks_for_nothing_are_blank_not_zero(typed):
    assert cells.decimal(typed) is None
    assert cells.text(typed) is None
    assert cells.date(typed) is None


def test_a_column_in_another_unit_is_converted_exactly():
    assert cells.decimal(1.23, factor=D("10000")) == D("12300")
    assert cells.decimal(123456789.0, factor=D("0.0001")) == D("12345.6789")


def test_a_unit_in_the_cell_rules_over_the_unit_of_the_column():
    assert cells.decimal("1200万元", factor=D("10000")) == Repaired(D("1200"), "1200万元")


def test_a_percentage_is_on_the_scale_of_a_hundred():
    assert cells.percent(85.0) == D(85)
    assert cells.percent("0.85") == D("0.85")
    assert cells.percent("85%") == Repaired(D(85), "85%")
    assert cells.percent("８５％") == Repaired(D(85), "８５％")
    assert cells.percent("85万").code == "not_a_number"
    assert cells.percent("%").code == "not_a_number"


def test_a_serial_number_sheds_its_decoration():
    assert cells.integer("1●") == 1
    assert cells.integer(3.0) == 3
    assert isinstance(cells.integer("一"), Problem)
    assert isinstance(cells.integer(1.5), Problem)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (datetime.date(2022, 11, 5), (2022, 11, 5)),
        (datetime.datetime(2022, 11, 5, 8, 30), (2022, 11, 5)),
        (44870.0, (2022, 11, 5)),
        (202211.0, (2022, 11, 1)),
        (20221105.0, (2022, 11, 5)),
        (2022.11, (2022, 11, 1)),
        ("2022.11", (2022, 11, 1)),
        ("2022.1", (2022, 1, 1)),
        ("2022.10", (2022, 10, 1)),
        ("2022/11/5", (2022, 11, 5)),
        ("2022-11-05 00:00:00", (2022, 11, 5)),
        ("2022年11月", (2022, 11, 1)),
        ("2022 年 11 月 5 日", (2022, 11, 5)),
        ("２０２２年１１月", (2022, 11, 1)),
        ("202211", (2022, 11, 1)),
    ],
)
def test_a_day_is_read_and_a_month_is_its_first_day(typed, day):
    assert cells.date(typed) == datetime.date(*day)


@pytest.mark.parametrize(
    "typed",
    [
        "2022年11月31日",
        "09.10-11.3",
        "2010-",
        "22.11",
        "1999-12-31",
        True,
        2022.0,
        5.0,
    ],
)
def test_an_impossible_day_is_a_problem(typed):
    assert cells.date(typed).code == "unreadable_date"


@pytest.mark.parametrize(
    "typed",
    ["11月底", "12月", "年底", "2023年一季度", "2023年第4季度", "2022年上半年", "2023年", "2009-2011", "3月至5月"],
)
def test_a_time_longer_than_a_month_or_without_a_year_is_vague(typed):
    assert cells.date(typed).code == "imprecise_date"


def test_the_number_2022_1_is_a_problem_since_it_may_be_october():
    problem = cells.date(2022.1)
    assert problem.code == "unreadable_date"
    assert "10月" in problem.expected


def test_years_run_from_2000_to_the_year_given():
    assert cells.date("2037-12-31", last_year=2037) == datetime.date(2037, 12, 31)
    assert cells.date("2038-01-01", last_year=2037).expected == "2000年至2037年之间真实存在的日期"


@pytest.mark.parametrize("typed", ["★城区供水", "城区供水●", "▲ 城 区\n供水 ", "城区\u3000供水"])
def test_decorations_blanks_and_newlines_are_no_part_of_a_name(typed):
    assert cells.name(typed) == "城区供水"


def test_blanks_between_latin_words_stay_in_a_name():
    assert cells.name("霍州 LNG Peak Shaving 站") == "霍州LNG Peak Shaving站"


def test_the_brackets_of_a_name_stay_as_typed():
    assert cells.name("供水厂（二期）改造") == "供水厂（二期）改造"


@pytest.mark.parametrize("typed", ["同上", "见备注", "同 上"])
def test_ditto_is_a_problem_and_never_resolved(typed):
    assert cells.name(typed).code == "ditto"


def test_a_code_is_found_by_label_or_synonym_without_blanks():
    assert cells.code("project_statuses", "在建") == "under_construction"
    assert cells.code("project_statuses", " 施 工\n中") == "under_construction"
    assert cells.code("yes_no", "无") == "no"
    assert cells.code("project_levels", "—") is None
    problem = cells.code("project_levels", "国家级")
    assert (problem.code, problem.found, problem.expected) == ("unknown_code", "国家级", "省重点、市重点、县重点")


def test_identifiers_are_unified_and_numbers_have_lost_digits():
    assert cells.identifier("2203－141082-04—01-123456") == "2203-141082-04-01-123456"
    assert cells.identifier("9114 1082ma0abcde1x") == "91141082MA0ABCDE1X"
    assert cells.identifier(9.11410820000001e17).code == "mangled_code"
    assert cells.identifier("9.1141E+17").code == "mangled_code"
    assert cells.text(1.41082202203e17).code == "mangled_code"


def test_a_region_code_may_be_a_number():
    assert cells.region_code(141082.0) == "141082"
    assert cells.region_code("141082") == "141082"


ANY_CELL = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789.,，-－()（）万亿元%％年月日/ 〇同上无—eE", max_size=20),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.none(),
)


@given(ANY_CELL)
def test_no_parser_raises_on_any_cell(cell):
    for field in vocabulary.fields().values():
        value = cells.parser(field)(cell)
        assert value is None or isinstance(value, (Decimal, Repaired, Problem, str, int, datetime.date))


@given(ANY_CELL)
def test_a_text_that_looks_plain_is_what_its_parser_gives(cell):
    for field in vocabulary.fields().values():
        is_plain = cells.plain(field)
        if isinstance(cell, str) and is_plain and is_plain(cell):
            assert cells.parser(field)(cell) == cell


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2))
def test_an_amount_reads_back_as_excel_shows_it(amount):
    assert cells.decimal(float(amount)) == amount


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2))
def test_an_amount_typed_as_text_reads_back_with_and_without_commas(amount):
    assert cells.decimal(str(amount)) == amount
    with_commas = cells.decimal(f"{amount:,}")
    assert (with_commas.value if isinstance(with_commas, Repaired) else with_commas) == amount
