"""A receipt sent back with its answer sheet: what is registered, what is read from it, and what it is not."""

from datetime import datetime, timedelta

import pytest
import xlsxwriter
from intake_paper import CODE_A, monthly_form, project

from ingestion import lake
from ingestion.answers import read_answers
from ingestion.intake import take_in
from ingestion.plans import load_plans
from ingestion.register import Register
from ingestion.settings import TIMEZONE
from ingestion.submissions import read_period
from ingestion.workspace import Workspace
from tests.answer_heads import HEADS

PLAN, PERIOD = "huozhou-2022", "2022-11"
NOW = datetime(2022, 12, 2, 9, 0, tzinfo=TIMEZONE)
REASON = "初设批复后增加地下管线"
TAGS = {"kind": "receipt", "plan": PLAN, "period": PERIOD, "unit": "zhujian", "form": "monthly_dispatch"}


def line(subject="0a1b2c3d4e", answer: object = REASON, found: object = "13000", difference: object = "1000") -> tuple:
    asked = ("I18", "与名单不符", "甲项目", "月调度表", "K9", found, "12000", difference, "总投资与名单不符")
    return (subject, *asked, answer, None)


def receipt(path, *lines, heads=HEADS, sheet="核实说明", tags=TAGS):
    """A receipt as it comes back; only what the reader of answers looks at."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("错误清单").write(0, 0, "回执")
    own = book.add_worksheet(sheet)
    own.write(0, 0, "核实说明（2022年11月）")
    own.write(2, 0, "每一条写明原因，存盘后把本文件送回即可")
    for number, row in enumerate((heads, *lines), start=4):
        own.write_row(number, 0, row)
    hidden = book.add_worksheet("_diaodu")
    hidden.very_hidden()
    for number, pair in enumerate(tags.items()):
        hidden.write_row(number, 0, pair)
    book.close()
    return path


class Centre:
    def __init__(self, root):
        self.ws = Workspace.create(root, [PLAN])
        self.plans = load_plans(self.ws.plans)
        self.inbox = self.ws.inbox / PLAN

    def look(self, now=NOW):
        return take_in(self.ws, self.plans, now).new

    def read(self, table, known_at=NOW + timedelta(days=9)):
        read_period(self.ws, self.plans[PLAN], PERIOD, known_at)
        return lake.read(self.ws.lake, table, PLAN, PERIOD)


@pytest.fixture
def centre(tmp_path):
    return Centre(tmp_path)


def test_a_filled_answer_sheet_is_registered_under_what_its_tags_say(centre):
    receipt(centre.inbox / "2022-12-01 1030" / "随便什么名字.xlsx", line())
    [sent] = centre.look()
    assert (sent.kind, sent.problem) == ("answers", None)
    assert (sent.form, sent.period, sent.unit_id) == ("monthly_dispatch", PERIOD, "zhujian")
    assert sent.received_at == datetime(2022, 12, 1, 10, 30, tzinfo=TIMEZONE)


def test_its_lines_are_read_with_what_was_asked_and_what_was_written(centre):
    receipt(centre.inbox / "2022-12-01 1030" / "a.xlsx", line(), line("1111111111", "  "), line("2222222222", None))
    centre.look()
    first, *blank = centre.read("rows_answers")
    assert first["submission_id"] == f"{PLAN}/monthly_dispatch/{PERIOD}/zhujian/a1"
    said = ("unit_id", "form", "subject", "rule_id", "project", "found", "expected", "difference", "answer_text")
    assert tuple(first[name] for name in said) == (
        "zhujian", "monthly_dispatch", "0a1b2c3d4e", "I18", "甲项目", "13000", "12000", "1000", REASON,
    )  # fmt: skip
    assert (first["sheet"], first["row"], first["version"], first["is_effective"]) == ("核实说明", 6, 1, True)
    assert [row["answer_text"] for row in blank] == [None, None]


def test_answers_are_no_version_of_the_form(centre):
    monthly_form(centre.inbox / "2022-11-28 1600" / "住建局.xlsx", [project("甲项目", code=CODE_A)])
    receipt(centre.inbox / "2022-12-01 1030" / "a.xlsx", line())
    receipt(centre.inbox / "2022-12-02 0800" / "b.xlsx", line(answer="另一个理由，批复文号12"))
    assert [sent.kind for sent in centre.look()] == ["form", "answers", "answers"]
    submissions = centre.read("submissions")
    assert [(row["version"], row["kind"], row["is_effective"]) for row in submissions] == [(1, "form", True)]
    assert [row["submission_id"][-2:] for row in centre.read("rows_answers")] == ["a1", "a2"]


def test_answers_are_known_from_when_they_were_received(centre):
    receipt(centre.inbox / "2022-12-01 1030" / "a.xlsx", line())
    centre.look()
    assert centre.read("rows_answers", datetime(2022, 12, 1, 10, 29, tzinfo=TIMEZONE)) == []
    assert len(centre.read("rows_answers", datetime(2022, 12, 1, 10, 30, tzinfo=TIMEZONE))) == 1


def test_a_withdrawn_answer_sheet_stays_and_counts_for_nothing(centre):
    receipt(centre.inbox / "2022-12-01 1030" / "a.xlsx", line())
    [sent] = centre.look()
    subject = {"plan_id": PLAN, "receipt_id": sent.receipt_id}
    Register(centre.ws.register).record_decision("withdraw", "项目推进中心", "发错了", subject, NOW)
    assert [row["is_effective"] for row in centre.read("rows_answers")] == [False]


@pytest.mark.parametrize(
    ("lines", "facts", "problem"),
    [
        ([line(answer=None)], {}, "answers_blank"),
        ([line(answer="   ")], {}, "answers_blank"),
        ([], {}, "own_receipt"),
        ([line()], {"sheet": "错误说明"}, "own_receipt"),
        ([line()], {"heads": ("号", *HEADS[1:])}, "own_receipt"),
        ([line()], {"tags": {**TAGS, "plan": "puxian-2022"}}, "own_receipt"),
        ([line()], {"tags": {**TAGS, "unit": "nobody"}}, "own_receipt"),
        ([line()], {"tags": {**TAGS, "period": "1999-01"}}, "own_receipt"),
        ([line()], {"tags": {name: tag for name, tag in TAGS.items() if name != "form"}}, "own_receipt"),
    ],
)
def test_a_receipt_that_answers_nothing_is_left_alone_with_the_reason(centre, lines, facts, problem):
    receipt(centre.inbox / "a.xlsx", *lines, **facts)
    [sent] = centre.look()
    assert (sent.kind, sent.problem) == ("refused", problem)
    assert centre.read("rows_answers") == []


def test_columns_are_found_by_their_headings_wherever_they_stand(tmp_path):
    path = receipt(tmp_path / "a.xlsx", (REASON, "0a1b2c3d4e", 1000.5), heads=("核 实 说 明", "编号", "差额"))
    [found] = read_answers(path)
    assert (found.subject, found.answer_text, found.difference, found.found) == ("0a1b2c3d4e", REASON, "1000.5", None)


def test_a_number_that_lost_its_zeros_is_still_the_number(tmp_path):
    [found] = read_answers(receipt(tmp_path / "a.xlsx", line(subject=12345678)))
    assert found.subject == "0012345678"


def test_a_file_that_is_no_workbook_has_no_answers(tmp_path):
    (tmp_path / "a.xlsx").write_text("not a workbook", encoding="utf-8")
    assert read_answers(tmp_path / "a.xlsx") == []
