"""The whole way of every unit: blank, filled in, judged, receipt, answer sheet, accepted; nobody at the centre helps.

In every unit one figure is true and odd, so that it has to be explained and must not be refused: more was paid this
year than came in this year, out of last year's money (R23); a procedure was accepted early, with no date yet for the
missing papers (L27).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from dispatch import receipts
from dispatch.month import Month
from ingestion.plans import load_plan
from ingestion.register import Register
from ingestion.workspace import Workspace
from samples import campaign as campaigns
from samples.blank_filling import monthly_truth, weekly_truth
from samples.county import simulate
from samples.filling import monthly_form, project_list
from samples.workbooks import deliver, write_campaign
from tests.months_alone import workspace_of_months
from tests.whole.departments import Paper, answer, asking, inbox, issue, send, tags
from tests.whole.places import PLANS, Place

pytestmark = pytest.mark.slow

AFTER = timedelta(days=2)  # by then the late unit's form has come, and the next deadline has not
AN_HOUR = timedelta(hours=1)
SURPLUS = Decimal(600)  # 万元 of last year's money that was paid this year
IN_THE_FORM = ("serial_no", "explanation_text", "completion_rate_reported")  # of the form, not of the project
TABLES = ("submissions", "accepted_investment", "accepted_procedures", "accepted_procedure_items", "accepted_funds")
TAKEN = {True: "已采用，没有错误。", False: "已收到零报告。"}  # by whether the form has rows
Subject = tuple[str, str, str | None, str | None]  # rule, unit, project, procedure


@dataclass
class Trip:
    """One period of a county whose units go the whole way, and what stood when they were asked."""

    place: Place
    period: str
    form: str  # of which every unit has an odd figure to explain
    truth: dict[Paper, list[dict]]  # the rows to be sent
    received: Mapping[str, datetime]  # when each unit sends
    expected: set[Subject]  # what the odd figures must bring about
    states: frozenset  # what the simulator predicts without them
    asked: list[dict] = field(default_factory=list)
    stood: list[list[dict]] = field(default_factory=list)
    first: dict[Paper, Path] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # answers by what they are about

    def go(self, now: datetime) -> "Trip":
        """Blanks go out, come back and are judged; receipts go out, their answers come back and are judged."""
        self.place.judge(now)
        for paper, blank in issue(self.place, self.period, now).items():
            if paper in self.truth:
                send(self.place, blank, self.truth[paper], self.received[paper[1]])
        after = max(self.received.values()) + AN_HOUR
        self.place.judge(after)
        self.asked, self.stood = self.place.findings(self.period), self.standing()
        self.first = asking(self.receipts())
        for receipt in self.first.values():
            self.said |= answer(receipt, inbox(self.place, after) / receipt.name, explanation)
        self.place.judge(self.later)
        return self

    @property
    def later(self) -> datetime:
        """When the answers are in."""
        return max(self.received.values()) + 2 * AN_HOUR

    def receipts(self) -> list[Path]:
        """The period's receipts as they go out now."""
        return receipts.write_all(Month(self.place.workspace, self.place.plan.id, self.period), {})

    def standing(self) -> list[list[dict]]:
        """Which forms count and what was accepted of them."""
        return [self.place.lake(table, self.period) for table in TABLES]

    def beyond_states(self, findings: Iterable[Mapping]) -> set[Subject]:
        """What was found beyond the states that the simulator predicts of true forms."""
        found = {_subject(finding) for finding in findings}
        return {one for one in found if (one[0], "/".join(filter(None, (one[2] or one[1], one[3])))) not in self.states}


def _subject(finding: Mapping) -> Subject:
    return (finding["rule_id"], finding["unit_id"], finding["project_id"], finding["procedure"])


def explanation(line: Mapping[str, str]) -> str:
    """What a department says of one line of its answer sheet: of this project and no other."""
    if line["规则号"] == "R23":
        return f"{line['项目']}用上年结余的专项资金付了{SURPLUS}万元设备款，财政专户已对账"
    return f"{line['项目']}缺的图件由设计院补做，取件时间定下来就报"


def pays_with_last_years_money(rows: Sequence[dict]) -> tuple[str, None]:
    """A project of the unit paid more than came in this year; which one."""
    rows[0]["paid_ytd_wan"] = rows[0]["funds_ytd_wan"] + SURPLUS
    return rows[0]["project_id"], None


def was_accepted_early(rows: Sequence[dict], day: date) -> tuple[str, str]:
    """An open procedure of the unit was accepted with papers missing; of which project and which one."""
    places = [(row, key) for row in rows for key in row if key.endswith(".procedure_state")]
    states = ("in_progress", "not_started")
    open_ones = [(row, key) for row, key in places if row[key] in states]
    row, key = min(open_ones, key=lambda place: states.index(place[0][place[1]]))
    procedure = key.partition(".")[0]
    row[key] = "tolerated"
    row[f"{procedure}.filed_date"] = row[f"{procedure}.filed_date"] or day
    return row["project_id"], procedure


def a_month(folder: Path, plan_id: str) -> Trip:
    """The second month of a county; its list and its first month came in as departments write them."""
    workspace = workspace_of_months(folder, plan_id)
    plan = load_plan(workspace.plans / f"{plan_id}.yml")
    county = simulate(plan)
    before, period = county.periods[:2]
    deliver([project_list(county, plan, version) for version in county.lists], workspace.inbox)
    deliver([monthly_form(county, plan, before, unit) for unit in county.units], workspace.inbox)
    truth = {("monthly_dispatch", unit): monthly_truth(county, period, unit) for unit in county.units}
    odd = {("R23", paper[1], *pays_with_last_years_money(rows)) for paper, rows in truth.items() if rows}
    received = {unit: county.received[unit, period] for unit in county.units}
    place, states = Place(workspace, plan, county), county.expected_states(period)
    trip = Trip(place, period, "monthly_dispatch", truth, received, odd, states)
    return trip.go(max(county.received[unit, before] for unit in county.units) + AFTER)


def a_week(folder: Path, plan_id: str) -> Trip:
    """The second week of a campaign; its first came in as departments write it."""
    workspace = Workspace.create(folder, [plan_id])
    plan = load_plan(workspace.plans / f"{plan_id}.yml")
    county = simulate(plan)
    campaign = campaigns.simulate(plan, county)
    before, period = campaign.periods[:2]
    write_campaign(campaign, plan, workspace.inbox, periods=[before])
    papers = [("procedures", unit) for unit in campaign.units]
    papers += [paper for paper, weeks in campaign.versions.items() if period in weeks]
    truth = {(form, unit): weekly_truth(campaign, form, period, unit) for form, unit in papers}
    day, own = campaign.cutoffs[period], [(paper, rows) for paper, rows in truth.items() if paper[0] == "procedures"]
    odd = {("L27", paper[1], *was_accepted_early(rows, day)) for paper, rows in own if rows}
    received = {unit: campaign.received[unit, period] for unit in campaign.units}
    place, states = Place(workspace, plan, county), campaign.expected_states(period)
    trip = Trip(place, period, "procedures", truth, received, odd, states)
    return trip.go(campaign.due[before] + AFTER)


WAYS = {f"{make.__name__}-{plan_id}": (make, plan_id) for make in (a_month, a_week) for plan_id in PLANS}


@pytest.fixture(scope="module", params=WAYS)
def trip(request, tmp_path_factory) -> Trip:
    make, plan_id = WAYS[request.param]
    return make(tmp_path_factory.mktemp(request.param) / "workspace", plan_id)


def test_every_unit_with_projects_is_asked_about_its_odd_figure_and_about_nothing_else(trip):
    reporting = {unit for form, unit in trip.truth if form == trip.form and trip.truth[form, unit]}
    silent = {unit for form, unit in trip.truth if form == trip.form} - reporting
    assert len(silent) == 1 and len(reporting) >= 10  # one unit sends its 零报告
    assert trip.beyond_states(trip.asked) == trip.expected
    asked = [finding for finding in trip.asked if _subject(finding) in trip.expected]
    assert {(finding["severity"], finding["answer_state"]) for finding in asked} == {("warning", "unanswered")}
    assert {unit for _, unit, *_ in trip.expected} == reporting
    assert trip.first.keys() == {(trip.form, unit) for unit in reporting}


def test_answer_sheets_answer_every_question_in_the_words_of_the_units(trip):
    found = trip.place.findings(trip.period)
    assert trip.beyond_states(found) == trip.expected
    asked = [finding for finding in found if _subject(finding) in trip.expected]
    assert {finding["answer_state"] for finding in asked} == {"answered"}
    assert {finding["subject"]: finding["answer"] for finding in asked} == trip.said
    assert len(set(trip.said.values())) == len(trip.said) == len(trip.expected)


def test_the_accepted_figures_are_the_true_ones_odd_as_they_are(trip):
    assert trip.standing() == trip.stood  # answers change no figure and no version
    rows = {row["project_id"]: row for (form, _), its in trip.truth.items() if form == trip.form for row in its}
    table = "accepted_investment" if trip.form == "monthly_dispatch" else "accepted_procedures"
    accepted = {row["project_id"]: row for row in trip.place.lake(table, trip.period)}
    assert accepted.keys() == rows.keys()
    for project_id, row in accepted.items():
        told = {name: row[name] for name in rows[project_id] if name in row and name not in IN_THE_FORM}
        assert told == {name: rows[project_id][name] for name in told}
        assert row["version"] == 1 and not row["is_carried_forward"]
    items = trip.place.lake("accepted_procedure_items", trip.period)
    procedures = {(one, key.partition(".")[0]) for one, row in rows.items() for key in row if "." in key}
    assert {(item["project_id"], item["procedure"]) for item in items} == procedures
    for item in items:
        prefix = f"{item['procedure']}."
        told = {key.removeprefix(prefix): v for key, v in rows[item["project_id"]].items() if key.startswith(prefix)}
        assert {name: item[name] for name in told} == told


def test_the_second_receipts_ask_nothing_of_anybody(trip):
    written = trip.receipts()
    assert {(said["form"], said["unit"]) for said in map(tags, written)} == trip.truth.keys()
    assert asking(written) == {}
    for path in written:
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert told["verdict"] == TAKEN[bool(trip.truth[told["form"], told["unit"]])]
        assert told["to_answer"] == told["counts"]["error"] == 0


def test_no_person_at_the_centre_decided_anything(trip):
    register, plan_id = Register(trip.place.workspace.register), trip.place.plan.id
    assert register.decisions(plan_id, trip.later) == []
    came = [one for one in register.receipts(plan_id, trip.later) if one.period == trip.period]
    assert {(one.form, one.unit_id) for one in came if one.kind in ("form", "nil")} == trip.truth.keys()
    assert {(one.form, one.unit_id) for one in came if one.kind == "answers"} == trip.first.keys()
    assert len(came) == len(trip.truth) + len(trip.first)
