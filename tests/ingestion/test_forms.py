"""The descriptions of the forms, and what is said about one that cannot be right."""

import pytest

from ingestion import vocabulary
from ingestion.forms import FormError, load_forms, parse_form
from ingestion.headers import split_unit

GOOD = """
form: funds
label_zh: 资金表
row_key: [project_name]
editions:
  - edition: "2022"
    since: 2022-01
    sheet: 资金表
    title: 资金表
    header_rows: 1
    columns:
      - {path: 项目名称, field: project_name, value: required}
      - {path: 本年到位资金, field: funds_ytd_wan, required: false, synonyms: [年度资金到位]}
"""


def test_a_form_gives_its_columns_in_order():
    (edition,) = parse_form(GOOD, "funds.yml").editions
    assert [(c.path, c.field, c.required, c.value, c.synonyms) for c in edition.columns] == [
        ("项目名称", "project_name", True, "required", ()),
        ("本年到位资金", "funds_ytd_wan", False, "optional", ("年度资金到位",)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "field: funds_ytd_wan",
            "field: fund_ytd_wan",
            ["本年到位资金", "fund_ytd_wan", "fields.csv", "'funds_ytd_wan'"],
        ),
        ("synonyms:", "synonims:", ["本年到位资金", "key 'synonims'", "'synonyms'"]),
        ("value: required", "value: require", ["项目名称", "'required'"]),
        ("required: false", "required: maybe", ["本年到位资金", "true or false"]),
        ("header_rows: 1", "header_row: 1", ["edition '2022'", "'header_rows'"]),
        ("label_zh: 资金表", "label: 资金表", ["'label_zh'"]),
        ("since: 2022-01", "since: 2022-13", ["since"]),
        ("title: 资金表\n", "title: 资金表\n    facts: [effective_day]\n", ["'effective_date'"]),
        ("field: funds_ytd_wan", "field: project_name", ["'project_name' twice"]),
        ("path: 本年到位资金", "path: 项目名称", ["'项目名称' twice"]),
        ("    sheet: 资金表\n", "", ["lacks sheet"]),
        ("[年度资金到位]", "['{yeer}年资金']", ["本年到位资金", "'yeer'", "'year'"]),
        ("form: funds", "form: [funds", ["not readable as YAML"]),
        ("editions:", "editions: 1\nx:", ["key 'x'"]),
    ],
)
def test_a_wrong_entry_is_named_with_its_file_and_the_nearest_allowed_word(old, new, said):
    with pytest.raises(FormError) as error:
        parse_form(GOOD.replace(old, new), "funds.yml")
    text = str(error.value)
    assert text.startswith("funds.yml")
    for word in said:
        assert word in text


def test_editions_stand_in_order():
    later = GOOD + GOOD[GOOD.index("  - edition") :].replace("2022-01", "2021-06")
    with pytest.raises(FormError, match="in order"):
        parse_form(later, "funds.yml")


@pytest.mark.parametrize("form", load_forms().values(), ids=lambda form: form.form)
def test_no_two_columns_of_a_form_share_a_head_or_a_synonym(form):
    for edition in form.editions:
        heads = [
            split_unit(word)[0] for column in edition.columns for word in {"".join(column.segments), *column.synonyms}
        ]
        assert sorted(heads) == sorted(set(heads))


@pytest.mark.parametrize("form", load_forms().values(), ids=lambda form: form.form)
def test_the_header_is_as_deep_as_the_form_says_and_names_its_key(form):
    for edition in form.editions:
        assert max(len(column.segments) for column in edition.columns) == edition.header_rows
        assert set(form.row_key) <= {column.field for column in edition.columns}
        assert all(column.field in vocabulary.fields() for column in edition.columns)
