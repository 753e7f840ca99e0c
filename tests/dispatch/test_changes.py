"""Two hundred histories add up; every cause is told apart; what is rounded still adds up."""

import copy
import random
from decimal import Decimal
from fractions import Fraction

import pytest
from change_histories import DEFINITIONS, EVENTS, SLICES, Bureau, Project, bureau, history

from dispatch.balancing import balanced, rounded
from dispatch.change_causes import CAUSES
from dispatch.changes import split
from dispatch.contributions import Contributor, Definition, Slice, State

METRICS = [metric for metric in DEFINITIONS if metric != "reporting_rate"]
WHOLE = Slice()


def value(at: Bureau, metric: str, cut: Slice) -> Fraction | None:
    numerator, denominator = map(Fraction, at.figure(metric, cut))
    if at.definitions[metric].denominator is None:
        return numerator
    return numerator / denominator if denominator else None


def every_change(before: Bureau, after: Bureau):
    old, new = before.state(), after.state()
    for metric in METRICS:
        for cut in SLICES:
            yield metric, cut, split(old, new, metric, cut)


@pytest.mark.parametrize("seed", range(200))
def test_the_parts_of_a_random_history_add_up_to_the_last_cent(seed):
    before, after, _ = history(seed)
    for metric, cut, change in every_change(before, after):
        was, now = before.figure(metric, cut), after.figure(metric, cut)
        for place in (0, 1):
            assert sum(part.moved[place] for part in change.parts) == now[place] - was[place], (metric, cut)
            for part in change.parts:
                assert sum((line.step.moved[place] for line in part.lines), Decimal(0)) == part.moved[place]
        ends = value(before, metric, cut), value(after, metric, cut)
        assert (change.old.value, change.new.value) == ends
        if None in ends:
            assert change.value is None and {part.value for part in change.parts} == {None}
            continue
        assert sum(part.value for part in change.parts) == ends[1] - ends[0], (metric, cut)
        for part in change.parts:
            if all(line.effect is not None for line in part.lines):
                assert sum(line.effect for line in part.lines) == part.value
        shown = balanced([part.value for part in change.parts], 4)
        assert sum(shown) == rounded(ends[1] - ends[0], 4)


def test_the_histories_hold_every_cause():
    seen = {
        part.cause
        for seed in range(40)
        for _, _, change in every_change(*history(seed)[:2])
        for part in change.parts
        if part.lines
    }
    assert seen == set(CAUSES) == set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_alone_yields_its_own_cause_and_no_other(name):
    moved = 0
    for seed in range(60):
        before = bureau(seed)
        after = copy.deepcopy(before)
        if not EVENTS[name](after, random.Random(seed)):
            continue
        for metric, cut, change in every_change(before, after):
            causes = {part.cause for part in change.parts if part.lines}
            assert causes <= {name}, (seed, metric, cut)
            moved += bool(causes)
    assert moved > 60


@pytest.mark.parametrize("seed", range(20))
def test_nothing_happened_leaves_nothing_to_explain(seed):
    before = bureau(seed)
    for _, _, change in every_change(before, copy.deepcopy(before)):
        assert not any(part.lines for part in change.parts)


def two(**changes: object) -> tuple[State, State]:
    """项目一 and 项目二 of 住建局 and 水利局, both 100 planned, 40 and 60 done; then some of it differs."""
    before = Bureau(
        {
            "项目一": Project(
                "zhujian", "provincial", Decimal(100), Decimal(500), report=((Decimal(40), Decimal(0)), 1, False)
            ),
            "项目二": Project(
                "shuili", "provincial", Decimal(100), Decimal(500), report=((Decimal(60), Decimal(0)), 1, False)
            ),
        }
    )
    after = copy.deepcopy(before)
    for name, new in changes.items():
        setattr(after.projects["项目一"], name, new)
    return before.state(), after.state()


def told(change) -> dict[str, Fraction]:
    return {part.cause: part.value for part in change.parts if part.lines}


def test_a_handed_over_project_is_a_minus_here_a_plus_there_and_nothing_in_all():
    old, new = two(unit="shuili")
    amounts = {cut: told(split(old, new, "ytd_investment", cut)) for cut in SLICES[:3]}
    assert amounts == {SLICES[0]: {}, SLICES[1]: {"transfer": Fraction(-40)}, SLICES[2]: {"transfer": Fraction(40)}}


def test_a_handed_over_project_that_reports_more_moves_first_and_goes_with_its_new_figure():
    old, new = two(unit="shuili", report=((Decimal(55), Decimal(0)), 2, False))
    assert told(split(old, new, "ytd_investment", WHOLE)) == {"correction": Fraction(15)}
    assert told(split(old, new, "ytd_investment", SLICES[1])) == {"correction": Fraction(15), "transfer": Fraction(-55)}
    assert told(split(old, new, "ytd_investment", SLICES[2])) == {"transfer": Fraction(55)}


def test_a_rate_is_split_along_hybrids_in_the_printed_order():
    old, new = two(plan=Decimal(50), report=((Decimal(65), Decimal(0)), 2, False))
    change = split(old, new, "completion_rate", WHOLE)
    # 100/200, then 125/200 with the new version, then 125/150 with the new plan
    assert (change.old.value, change.new.value) == (Fraction(1, 2), Fraction(5, 6))
    assert told(change) == {"correction": Fraction(1, 8), "plan_adjustment": Fraction(5, 6) - Fraction(5, 8)}


def test_a_list_that_is_replaced_altogether_keeps_its_rate_until_the_new_one_stands():
    first = {
        "项目一": Project("zhujian", "provincial", Decimal(100), Decimal(500), carried=((Decimal(40), Decimal(0)), 1))
    }
    second = {
        "项目二": Project("zhujian", "provincial", Decimal(80), Decimal(500), carried=((Decimal(20), Decimal(0)), 1))
    }
    change = split(Bureau(first).state(), Bureau(second).state(), "completion_rate", WHOLE)
    # with both 60/180, with the second alone 20/80
    assert told(change) == {"list_in": Fraction(1, 3) - Fraction(2, 5), "list_out": Fraction(1, 4) - Fraction(1, 3)}


def test_a_population_without_projects_has_no_value_to_split():
    old, new = two(level="municipal")
    change = split(old, new, "completion_rate", Slice("all", "level", "municipal"))
    assert change.value is None and change.parts[3].moved == (Decimal(40), Decimal(100))


def test_a_metric_that_is_new_is_a_matter_of_definition():
    old, new = two()
    gone = State({}, old.contributors, old.rests_on)
    change = split(gone, new, "ytd_investment", WHOLE)
    assert [part.cause for part in change.parts if part.lines] == ["definition"]
    assert change.parts[-1].moved == (Decimal(100), Decimal(0))


def unit(amounts: dict, submission: str | None = None, **other: object) -> State:
    key = ("unit", "zhujian", "")
    facts = {"is_counted": True, "unit_id": "zhujian", "populations": "all", "reported_submission_id": submission}
    definitions = {
        "reporting_rate": Definition("reported_unit_count", "due_unit_count"),
        "errors": Definition("error_row_count"),
    }
    rests_on = {"reported_unit_count": "report", "due_unit_count": "list", "error_row_count": "report"}
    return State(definitions, {key: Contributor(key, facts, amounts)}, rests_on, **other)


def test_reporting_itself_is_split_by_unit():
    one, two_errors = Decimal(1), Decimal(2)
    silent = unit({"due_unit_count": one})
    came = unit({"due_unit_count": one, "reported_unit_count": one, "error_row_count": two_errors}, "v1")
    again = unit({"due_unit_count": one, "reported_unit_count": one}, "v2")
    decided = unit({"due_unit_count": one, "reported_unit_count": one}, "v1", decisions={1: {"subject": "{}"}})
    assert told(split(silent, came, "reporting_rate", WHOLE)) == {"new_report": Fraction(1)}
    assert told(split(came, again, "errors", WHOLE)) == {"correction": Fraction(-2)}
    assert told(split(came, decided, "errors", WHOLE)) == {"acceptance": Fraction(-2)}


def procedure(done: int, version: int | None = 1, unit_id: str = "zhujian", is_there: bool = True) -> State:
    """One procedure of one project, needed; known by its report alone."""
    key = ("procedure", "项目一", "eia")
    name = version and f"procedures/v{version}"
    facts = {"is_counted": True, "unit_id": unit_id, "populations": "all", "submission_id": name, "procedure": "eia",
             "reported_submission_id": name}  # fmt: skip
    one = Contributor(key, facts, {"needed": Decimal(1)} | ({"done": Decimal(1)} if done else {}))
    rests_on = {"needed": "report", "done": "report"}
    return State({"done_rate": Definition("done", "needed")}, {key: one} if is_there else {}, rests_on)


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        (procedure(0, None), procedure(1), "new_report"),  # it was asked for and nobody had told
        (procedure(0, is_there=False), procedure(1), "new_report"),  # nobody had named it
        (procedure(0), procedure(1, 2), "correction"),
        (procedure(1), procedure(1, is_there=False), "correction"),  # the new version has it no more
        (procedure(1, is_there=False), procedure(0, None), "list_in"),
        (procedure(0, None), procedure(1, is_there=False), "list_out"),
    ],
)
def test_what_its_reports_alone_name_comes_moves_and_goes_by_them(old, new, cause):
    for cut in (WHOLE, Slice("all", "procedure", "eia"), Slice("all", "unit", "zhujian")):
        change = split(old, new, "done_rate", cut)
        assert [part.cause for part in change.parts if part.lines] == [cause]
        assert (sum(p.moved[0] for p in change.parts), sum(p.moved[1] for p in change.parts)) == (
            change.new.numerator - change.old.numerator,
            change.new.denominator - change.old.denominator,
        )


def test_a_procedure_that_is_handed_over_moves_first_and_goes_with_its_unit():
    old, new = procedure(0), procedure(1, 2, "shuili")
    assert [p.cause for p in split(old, new, "done_rate", WHOLE).parts if p.lines] == ["correction"]
    giver = split(old, new, "done_rate", Slice("all", "unit", "zhujian"))
    assert {p.cause: p.moved for p in giver.parts if p.lines} == {
        "correction": (Decimal(1), Decimal(0)), "transfer": (Decimal(-1), Decimal(-1)),
    }  # fmt: skip


def test_what_pulls_a_figure_down_stands_first_and_the_heaviest_in_front():
    before = bureau(1)
    after = copy.deepcopy(before)
    for name, ytd in (("项目0", 1), ("项目1", 999)):
        after.projects[name].report = ((Decimal(ytd), Decimal(0)), 2, False)
    correction = split(before.state(), after.state(), "ytd_investment", WHOLE).parts[1]
    assert [line.step.key[1] for line in correction.lines] == ["项目0", "项目1"]


@pytest.mark.parametrize("seed", range(50))
def test_balanced_parts_are_never_a_whole_unit_off_and_add_up(seed):
    chance = random.Random(seed)
    parts = [Fraction(chance.randrange(-999, 999), chance.randrange(1, 99)) for _ in range(chance.randrange(1, 9))]
    shown = balanced(parts, 2)
    assert sum(shown) == rounded(sum(parts), 2)
    assert all(abs(Fraction(one) - part) < Fraction(1, 100) for one, part in zip(shown, parts, strict=True))
