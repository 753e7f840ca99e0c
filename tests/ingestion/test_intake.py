"""New files of the inbox are registered once, with a fair received time; junk is left alone and said so."""

import errno
import os
import shutil
import time
from datetime import datetime, timedelta

import pytest
import xlsxwriter
from intake_paper import CODE_A, TITLE, monthly_form, project, project_list

from ingestion import archive
from ingestion.filed_periods import period_in_name
from ingestion.intake import take_in
from ingestion.plans import load_plans
from ingestion.register import Register
from ingestion.settings import TIMEZONE
from ingestion.workspace import Workspace

PLAN = "huozhou-2022"
NOW = datetime(2022, 11, 29, 9, 0, tzinfo=TIMEZONE)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TIMEZONE)


class Centre:
    """A workspace with its inbox, and what a look into it gives."""

    def __init__(self, root, plans=(PLAN,)):
        self.ws = Workspace.create(root, list(plans))
        self.plans = load_plans(self.ws.plans)
        self.inbox = self.ws.inbox / PLAN

    def look(self, now=NOW, **options):
        return take_in(self.ws, self.plans, now, **options)

    def receipts(self):
        return Register(self.ws.register).receipts()


@pytest.fixture
def centre(tmp_path) -> Centre:
    return Centre(tmp_path)


def form_in(centre, name="住建局.xlsx", **facts):
    return monthly_form(centre.inbox / name, facts.pop("projects", [project("甲项目", code=CODE_A)]), **facts)


def arrivals_sheet(centre, *rows):
    book = xlsxwriter.Workbook(str(centre.inbox / "收件登记.xlsx"))
    sheet = book.add_worksheet("Sheet1")
    for index, row in enumerate([("市项目推进中心收件登记",), ("文件名", "收到时间", "报送单位"), *rows]):
        sheet.write_row(index, 0, row)
    book.close()


def test_a_form_is_archived_and_registered_with_what_it_says(centre):
    path = form_in(centre)
    report = centre.look()
    [receipt] = report.new
    assert (receipt.form, receipt.period, receipt.unit_id, receipt.kind) == (
        "monthly_dispatch",
        "2022-11",
        "zhujian",
        "form",
    )
    assert (receipt.file_name, receipt.inbox_path) == ("住建局.xlsx", f"{PLAN}/住建局.xlsx")
    assert (receipt.stated_unit, receipt.stated_period, receipt.sheet) == ("住建局", "2022-11", "月调度表")
    assert receipt.problem is None
    assert archive.locate(centre.ws.archive, receipt.sha256).read_bytes() == path.read_bytes()
    assert (report.same, report.left_alone, report.remarks) == ((), (), ())


def test_a_second_look_takes_nothing_twice(centre):
    form_in(centre)
    form_in(centre, "2022-11-28 1640/水利局.xlsx", unit="水利局")
    assert len(centre.look().new) == 2
    again = centre.look()
    assert (again.new, again.same, again.already) == ((), (), 2)
    assert len(centre.receipts()) == 2


def test_new_bytes_at_the_same_place_are_a_new_receipt(centre):
    form_in(centre)
    centre.look()
    form_in(centre, projects=[project("甲项目", ytd=900, code=CODE_A)])
    [receipt] = centre.look().new
    assert receipt.inbox_path == f"{PLAN}/住建局.xlsx"
    assert len({r.sha256 for r in centre.receipts()}) == 2


def test_the_same_bytes_elsewhere_are_recorded_as_the_same(centre):
    path = form_in(centre)
    [first] = centre.look().new
    shutil.copyfile(path, centre.inbox / "住建局（再报）.xlsx")
    report = centre.look()
    assert report.new == ()
    assert [receipt.same_as for receipt in report.same] == [first.receipt_id]


def test_two_copies_in_one_look_are_told_apart(centre):
    path = form_in(centre)
    shutil.copyfile(path, centre.inbox / "住建局（2）.xlsx")
    report = centre.look()
    assert (len(report.new), len(report.same)) == (1, 1)
    assert report.same[0].same_as == report.new[0].receipt_id


def test_the_folder_tells_when_the_centre_got_the_file(centre):
    form_in(centre, "2022-11-28 1640/微信/住建局.xlsx")
    [receipt] = centre.look().new
    assert (receipt.received_at, receipt.received_source) == (at(2022, 11, 28, 16, 40), "folder")
    assert receipt.seen_at == NOW


def test_the_arrivals_sheet_comes_before_the_folder(centre):
    form_in(centre, "2022-11-28 1640/住建局.xlsx")
    arrivals_sheet(centre, ("住建局.xlsx", "2022-11-28 16:05", "住建局"))
    [receipt] = centre.look().new
    assert (receipt.received_at, receipt.received_source) == (at(2022, 11, 28, 16, 5), "register_sheet")
    assert receipt.sender_unit == "zhujian"


def test_each_version_of_one_file_name_takes_its_own_row_of_the_arrivals_sheet(centre):
    arrivals_sheet(centre, ("住建局.xlsx", "2022-11-28 16:05", ""), ("住建局.xlsx", "2022-11-28 16:50", ""))
    form_in(centre)
    centre.look()
    form_in(centre, projects=[project("甲项目", ytd=900)])
    centre.look()
    assert [r.received_at for r in centre.receipts()] == [at(2022, 11, 28, 16, 5), at(2022, 11, 28, 16, 50)]


def test_rows_of_the_arrivals_sheet_that_are_not_understood_are_said(centre):
    form_in(centre)
    arrivals_sheet(centre, ("住建局.xlsx", "昨天下午", "城建局"))
    report = centre.look()
    assert report.new[0].received_source == "seen"
    assert [remark for remark in report.remarks if "昨天下午" in remark]
    assert [remark for remark in report.remarks if "城建局" in remark]


def test_an_arrival_written_down_after_the_file_was_registered_changes_nothing_and_is_said(centre):
    form_in(centre)
    centre.look()
    arrivals_sheet(centre, ("住建局.xlsx", "2022-11-28 16:05", "住建局"))
    report = centre.look()
    assert (report.new, report.already) == ((), 1)
    assert "不再更改" in report.remarks[0]
    assert centre.receipts()[0].received_source == "seen"


def test_a_received_time_that_has_not_come_yet_is_not_believed(centre):
    form_in(centre, "2023-11-28 1640/住建局.xlsx")
    report = centre.look()
    assert (report.new[0].received_at, report.new[0].received_source) == (NOW, "seen")
    assert "还没有到" in report.remarks[0]


def test_a_persons_option_comes_before_the_time_the_file_was_seen(centre):
    form_in(centre)
    form_in(centre, "2022-11-28 1640/水利局.xlsx", unit="水利局")
    report = centre.look(received_at=at(2022, 11, 28, 15, 0))
    assert {r.unit_id: r.received_source for r in report.new} == {"zhujian": "option", "shuili": "folder"}


def test_receipts_are_numbered_in_the_order_they_were_received(centre):
    form_in(centre, "2022-11-28 1640/住建局.xlsx")
    form_in(centre, "2022-11-27 0900/水利局.xlsx", unit="水利局")
    assert [r.unit_id for r in centre.look().new] == ["shuili", "zhujian"]


def test_junk_is_left_alone_with_its_reason(centre):
    form_in(centre)
    for name in ("~$住建局.xlsx", ".DS_Store", "说明.docx", "Thumbs.db", "无后缀"):
        (centre.inbox / name).write_bytes(b"x")
    report = centre.look()
    assert len(report.new) == 1
    reasons = {item.path.removeprefix(f"{PLAN}/"): item.reason_zh for item in report.left_alone}
    assert set(reasons) == {"~$住建局.xlsx", ".DS_Store", "说明.docx", "Thumbs.db", "无后缀"}
    assert "临时文件" in reasons["~$住建局.xlsx"]
    assert ".docx" in reasons["说明.docx"]
    assert all(str(item) == item.reason_zh for item in report.left_alone)


def test_a_half_copied_file_is_left_for_the_next_look(centre):
    path = form_in(centre)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    report = centre.look()
    assert report.new == ()
    assert "还在复制中" in report.left_alone[0].reason_zh
    path.write_bytes(whole)
    assert len(centre.look().new) == 1


def test_a_file_that_stays_cut_short_is_registered_as_unreadable(centre):
    path = form_in(centre, name="住建局2022年11月.xlsx")
    path.write_bytes(path.read_bytes()[:2000])
    os.utime(path, (time.time() - 60,) * 2)
    [receipt] = centre.look().new
    assert (receipt.kind, receipt.problem, receipt.unit_id) == ("unreadable", "truncated", "zhujian")
    assert (receipt.form, receipt.period) == ("monthly_dispatch", "2022-11")


def test_our_own_receipt_is_refused_by_name(centre):
    form_in(centre, tags={"kind": "receipt", "form": "monthly_dispatch", "plan": PLAN})
    [receipt] = centre.look().new
    assert (receipt.kind, receipt.problem) == ("refused", "own_receipt")


def test_a_blank_of_another_plan_waits_for_a_word(centre):
    form_in(centre, tags={"kind": "blank", "form": "monthly_dispatch", "plan": "puxian-2022"})
    [receipt] = centre.look().new
    assert (receipt.kind, receipt.problem) == ("unreadable", "other_plan")


def test_a_form_whose_month_nothing_tells_waits_for_a_word(centre):
    form_in(centre, month="")
    [receipt] = centre.look().new
    assert (receipt.kind, receipt.problem, receipt.period) == ("unreadable", "no_period", None)
    assert receipt.unit_id == "zhujian"


@pytest.mark.parametrize("name", ["住建局2022-11.xlsx", "2022年11月/住建局.xlsx", "202211/2022-12-05 0900/住建局.xlsx"])
def test_the_month_may_stand_in_the_file_name_or_a_folder(centre, name):
    form_in(centre, name, month="")
    assert centre.look(now=at(2022, 12, 6)).new[0].period == "2022-11"


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("2022-11", "2022-11"),
        ("2022年9月", "2022-09"),
        ("202211", "2022-11"),
        ("住建局2022年11月月调度表（2）", "2022-11"),
        ("住建局2022-11(2)", "2022-11"),
        ("2022-11-28 1640", None),
        ("20221128", None),
        ("2022年11月28日", None),
        ("霍政办发〔2022〕41号", None),
        ("霍政办发〔2022〕5号", None),
        ("2022年省市重点项目", None),
        ("2022-10和2022-11", None),
        ("2022年13月", None),
        ("2201-141082-04-01-100001", None),
    ],
)
def test_a_month_in_a_name_is_no_day_and_no_number(name, period):
    assert period_in_name(name) == period


def test_the_hidden_tag_says_the_month_before_name_and_title(centre):
    form_in(centre, "2022-12/住建局.xlsx", month="2022年12月", tags={"form": "monthly_dispatch", "period": "2022-11"})
    assert centre.look().new[0].period == "2022-11"


def test_the_unit_stated_in_the_sheet_comes_before_the_sender(centre):
    form_in(centre, "水利局.xlsx", unit="住建局")
    [receipt] = centre.look().new
    assert (receipt.unit_id, receipt.sender_unit, receipt.stated_unit) == ("zhujian", "shuili", "住建局")


def test_a_form_without_a_unit_belongs_to_the_unit_in_its_file_name(centre):
    form_in(centre, "附件1：市城市管理局月调度表.xlsx", unit="")
    assert centre.look().new[0].unit_id == "chengguan"


def test_a_file_name_with_two_units_tells_none(centre):
    form_in(centre, "住建局报发改局.xlsx", unit="")
    [receipt] = centre.look().new
    assert (receipt.unit_id, receipt.problem, receipt.kind) == (None, "no_unit", "form")


def test_a_short_alias_inside_another_word_of_the_file_name_is_no_sender(centre):
    form_in(centre, "新能源项目.xlsx", unit="住建局")
    assert centre.look().new[0].sender_unit is None


def test_a_project_list_is_filed_under_the_month_it_takes_effect(centre):
    project_list(centre.inbox / "名单.xlsx", [{"project_name": "甲项目", "responsible_unit": "住建局"}])
    [receipt] = centre.look().new
    assert (receipt.form, receipt.period, receipt.unit_id) == ("project_list", "2022-10", "tuijin")


def test_a_supplement_says_so_in_its_name_or_title(centre):
    form_in(centre, "住建局（补报）.xlsx")
    form_in(centre, "水利局.xlsx", unit="水利局", title=f"{TITLE}（2022年11月补报）")
    assert {r.unit_id: r.kind for r in centre.look().new} == {"zhujian": "supplement", "shuili": "supplement"}


@pytest.mark.parametrize(
    "facts",
    [
        {"below": ["零报告：本期无应报项目"]},
        {"name": "住建局零报告.xlsx"},
        {"projects": [{"project_name": "本月无项目"}]},
        {"title": f"{TITLE}（2022年11月）零报告"},
    ],
)
def test_a_nil_report_is_a_report(centre, facts):
    form_in(centre, **{"projects": [], **facts})
    [receipt] = centre.look().new
    assert (receipt.kind, receipt.problem, receipt.unit_id) == ("nil", None, "zhujian")


def test_an_empty_sheet_is_no_nil_report_even_if_a_note_explains_how_to_make_one(centre):
    form_in(centre, projects=[], below=["备注：没有项目的单位请写零报告"])
    [receipt] = centre.look().new
    assert (receipt.kind, receipt.problem) == ("unreadable", "empty_form")


def test_a_file_directly_in_the_inbox_belongs_to_the_only_plan(centre):
    monthly_form(centre.ws.inbox / "住建局.xlsx", [project("甲项目")])
    assert centre.look().new[0].plan_id == PLAN


def test_a_file_directly_in_the_inbox_is_left_alone_where_there_are_two_plans(tmp_path):
    centre = Centre(tmp_path, (PLAN, "puxian-2022"))
    monthly_form(centre.ws.inbox / "住建局.xlsx", [project("甲项目")])
    monthly_form(centre.ws.inbox / "puxain-2022" / "住建局.xlsx", [project("甲项目")])
    report = centre.look()
    assert report.new == ()
    assert sorted(item.reason_zh.split("：")[1][:5] for item in report.left_alone) == ["不知道属于", "没有“pu"]


def test_looking_for_one_plan_passes_over_the_others_folders_in_silence(tmp_path):
    centre = Centre(tmp_path, (PLAN, "puxian-2022"))
    monthly_form(centre.ws.inbox / "puxian-2022" / "住建局.xlsx", [project("甲项目")])
    report = take_in(centre.ws, {PLAN: centre.plans[PLAN]}, NOW)
    assert (report.new, report.left_alone) == ((), ())
    assert [r.plan_id for r in centre.look().new] == ["puxian-2022"]


def test_a_crash_after_archiving_costs_nothing(centre, monkeypatch):
    form_in(centre)

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Register, "add_receipts", crash)
    with pytest.raises(KeyboardInterrupt):
        centre.look()
    monkeypatch.undo()
    assert len(list(centre.ws.archive.rglob("*.xlsx"))) == 1
    assert len(centre.look().new) == 1
    assert len(list(centre.ws.archive.rglob("*.xlsx"))) == 1


def test_progress_is_told_file_by_file(centre):
    form_in(centre)
    form_in(centre, "水利局.xlsx", unit="水利局")
    told = []
    centre.look(progress=lambda done, total, text: told.append((done, total, text)))
    assert [(done, total) for done, total, _ in told] == [(1, 2), (2, 2)]
    assert {text for *_, text in told} == {"登记 住建局.xlsx", "登记 水利局.xlsx"}


def test_a_full_disk_is_no_fault_of_the_file_and_stops_the_intake(centre, monkeypatch):
    form_in(centre)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive.shutil, "copyfileobj", full)
    with pytest.raises(OSError, match="No space left"):
        centre.look()
    monkeypatch.undo()
    assert not [path for path in centre.ws.archive.rglob("*") if path.is_file()] and centre.receipts() == []
    assert len(centre.look().new) == 1


def test_a_copy_that_a_killed_process_left_is_swept(centre):
    form_in(centre)
    left = centre.ws.archive / ".incoming-abc"
    left.write_bytes(b"half")
    centre.look()
    assert not left.exists() and len(list(centre.ws.archive.rglob("*.xlsx"))) == 1


def test_a_file_that_waited_for_a_busy_run_came_when_it_was_stored(centre):
    before = datetime.now(TIMEZONE)
    form_in(centre)
    after = datetime.now(TIMEZONE)
    [receipt] = centre.look(now=after + timedelta(minutes=10)).new
    assert before - timedelta(seconds=1) <= receipt.received_at <= after
    assert (receipt.received_source, receipt.seen_at) == ("seen", after + timedelta(minutes=10))
