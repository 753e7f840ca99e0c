"""Ten thousand single wrong cells: each is among a finding's cells, first where two identities tell it, or legal."""

from collections import Counter
from datetime import date
from random import Random

import pytest
from county_rows import PLANS, county_of
from mutated_forms import Form, forms_of, heads, holds, judge_all
from mutations import Mutation, mutations
from promises import broken, localised

PERIOD, SEED, HOW_MANY, AT_ONCE = "2022-12", 10_000, 10_000, 1_250
FIRST, AMONG, LEGAL, MISSED, NOT_FIRST = "first", "among", "legal", "missed", "not first"


@pytest.fixture(scope="module")
def valid(tmp_path_factory) -> dict[str, list[Form]]:
    """The valid forms of both counties, by plan."""
    folder = tmp_path_factory.mktemp("valid")
    return {plan_id: forms_of(plan_id, PERIOD, folder) for plan_id in PLANS}


@pytest.fixture(scope="module")
def sample(valid) -> list[Mutation]:
    """So many of all single wrong cells of the valid forms, always the same ones."""
    random = Random(SEED)
    every = [mutation for forms in valid.values() for form in forms for mutation in mutations(form, random)]
    return random.sample(every, HOW_MANY)


@pytest.mark.slow
def test_a_wrong_cell_is_found_and_first_where_two_identities_leave_no_other(valid, sample, record_property):
    counted: dict[tuple[str, str], list[str]] = {}
    for plan_id, forms in valid.items():
        own = [mutation for mutation in sample if mutation.form.plan_id == plan_id]
        clean = dict(zip([form.unit_id for form in forms], judge_all([(f, f.read) for f in forms]), strict=True))
        for start in range(0, len(own), AT_ONCE):
            for mutation, found in _judged(own[start : start + AT_ONCE]):
                verdict = _verdict(
                    mutation, clean[mutation.form.unit_id], found, county_of(plan_id, 2022).cutoffs[PERIOD]
                )
                counted.setdefault((mutation.what, verdict), []).append(mutation.said)
    verdicts = Counter()
    for (what, verdict), all_such in sorted(counted.items()):
        verdicts[verdict] += len(all_such)
        record_property(f"{what}: {verdict}", len(all_such))
        print(f"{what}: {verdict} {len(all_such)}")
    print(dict(verdicts))
    wrong = {key: all_such[0] for key, all_such in counted.items() if key[1] in (MISSED, NOT_FIRST)}
    assert wrong == {}
    assert sum(verdicts.values()) == HOW_MANY
    assert verdicts[FIRST] > HOW_MANY / 2  # the oracle is not one that lets everything be legal
    assert verdicts[LEGAL] < HOW_MANY / 5


def test_an_oracle_that_knows_the_form_finds_nothing_wrong_with_valid_forms(valid):
    for plan_id, forms in valid.items():
        as_of = county_of(plan_id, 2022).cutoffs[PERIOD]
        for form in forms:
            [row] = [row for row in form.read.rows if row.role == "total"]
            same = Mutation(form, row.row, "month_investment_wan", "same", None, row.values["month_investment_wan"])
            other = Mutation(
                form, row.row, "month_investment_wan", "more", None, row.values["month_investment_wan"] + 9
            )
            assert broken(same, as_of) == {}
            assert localised(other, broken(other, as_of))


def _judged(chosen: list[Mutation]) -> list[tuple[Mutation, list[dict]]]:
    readings = [
        (mutation.form, mutation.form.with_cell(mutation.row, mutation.name, mutation.written)) for mutation in chosen
    ]
    return list(zip(chosen, judge_all(readings), strict=True))


def _verdict(mutation: Mutation, clean: list[dict], found: list[dict], as_of: date) -> str:
    """What became of one wrong cell; only findings that the valid form does not have speak of it."""
    known = {_key(finding) for finding in clean}
    own = [finding for finding in found if _key(finding) not in known and holds(finding, mutation.cell)]
    promises = broken(mutation, as_of)
    if not own:
        return MISSED if promises else LEGAL
    if any(head["cells"].split(";")[0] == mutation.cell for head in heads(own, found)):
        return FIRST
    return NOT_FIRST if localised(mutation, promises) else AMONG


def _key(finding: dict) -> tuple:
    return finding["rule_id"], finding["row"], finding["field"], frozenset((finding["cells"] or "").split(";"))
