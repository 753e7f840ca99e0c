"""The list of contacts: whom it names, what is said of a bad line, what the register keeps of a sender."""

from datetime import datetime

import pytest
import xlsxwriter
from intake_paper import CODE_A, monthly_form, project

from ingestion.contacts import Contacts, contact_check, contacts_of, person_digest, read_contacts
from ingestion.intake import take_in
from ingestion.plans import load_plan, load_plans
from ingestion.register import Register
from ingestion.settings import SHIPPED_PLANS, TIMEZONE
from ingestion.workspace import Workspace

PLAN = "huozhou-2022"
HEADING = "单位,姓名,职务,电话,备注\n"
NOW = datetime(2022, 11, 28, 9, tzinfo=TIMEZONE)


@pytest.fixture(scope="module")
def plan():
    return load_plan(SHIPPED_PLANS / f"{PLAN}.yml")


def listed(folder, plan, text: str, encoding: str = "utf-8") -> Contacts:
    path = folder / "contacts.csv"
    path.write_bytes(text.encode(encoding))
    return read_contacts(path, plan)


def test_a_unit_is_known_by_any_of_its_names_and_may_have_several_contacts(tmp_path, plan):
    text = HEADING + "霍州市住建局,模拟甲,科员,0357-5550001,\n住建,模拟乙,股长,0357-5550002 转 8,下午在\n"
    found = listed(tmp_path, plan, text)
    assert [(one.name, one.duty, one.phone, one.note) for one in found.by_unit["zhujian"]] == [
        ("模拟甲", "科员", "0357-5550001", ""),
        ("模拟乙", "股长", "0357-5550002 转 8", "下午在"),
    ]
    assert found.mistakes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_file_is_read_as_excel_or_an_editor_saved_it(tmp_path, plan, encoding):
    text = HEADING + "住建局,模拟甲,,0357-5550001,\n"
    assert listed(tmp_path, plan, text, encoding).by_unit["zhujian"][0].name == "模拟甲"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("住建厅,模拟甲,,0357-5550001,", "contacts.csv 第 3 行：方案里没有“住建厅”这个单位，是不是想写“住建局”"),
        (",模拟甲,,0357-5550001,", "contacts.csv 第 3 行：没有写单位"),
        ("住建局,,,0357-5550001,", "contacts.csv 第 3 行：“住建局”没有写姓名"),
        ("住建局,模拟甲,,见通讯录,", "contacts.csv 第 3 行：电话“见通讯录”不像电话号码"),
        ("水利局,模拟 丙,,0357-5550009,", "contacts.csv 第 3 行：“模拟 丙”在同一单位写了两次"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_used(tmp_path, plan, line, said):
    found = listed(tmp_path, plan, f"{HEADING}水利局,模拟丙,,0357-5550003,\n{line}\n交运局,模拟丁,,0357-5550004,\n")
    assert [sentence.startswith(said) for sentence in found.mistakes] == [True]
    assert found.by_unit.keys() == {"shuili", "jiaoyun"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "表头缺少 单位、姓名、电话"),
        ("单位,姓名,手机\n住建局,甲,1\n".encode(), "表头缺少 电话"),
        (b"PK\x03\x04\xff\xff\xfe\x81", "读不出来"),
    ],
)
def test_a_file_that_is_no_list_is_said_to_be_none(tmp_path, plan, data, said):
    (tmp_path / "contacts.csv").write_bytes(data)
    found = read_contacts(tmp_path / "contacts.csv", plan)
    assert found.by_unit == {} and len(found.mistakes) == 1 and said in found.mistakes[0]


def test_control_characters_of_a_line_are_shown_and_not_acted_on(tmp_path, plan):
    [contact] = listed(tmp_path, plan, HEADING + "住建局,模\x1b[2J甲,,0357-5550001,\n").by_unit["zhujian"]
    assert contact.name == "模␛[2J甲"


def test_a_unit_of_another_plan_in_the_workspace_is_no_mistake(tmp_path):
    ws = Workspace.create(tmp_path / "workspace", [PLAN, "puxian-2022"])
    plans = load_plans(ws.plans)
    alone = next(unit.name for unit in plans["puxian-2022"].units if not plans[PLAN].unit_named(unit.name))
    ws.contacts.write_text(f"{HEADING}{alone},模拟甲,,0357-5550001,\n住建局,模拟乙,,0357-5550002,\n", encoding="utf-8")
    found = contacts_of(ws, plans[PLAN])
    assert found.mistakes == () and found.by_unit.keys() == {"zhujian"}


def test_without_the_file_nobody_is_listed_and_nothing_is_wrong(tmp_path, plan):
    assert contacts_of(Workspace.create(tmp_path / "workspace", [PLAN]), plan) == Contacts()


def sent_by(tmp_path, person: str, contacts: str | None) -> tuple[Workspace, int]:
    """A workspace in which 住建局's form was handed in by a person, as the 收件登记 sheet says."""
    ws = Workspace.create(tmp_path / "workspace", [PLAN])
    if contacts is not None:
        ws.contacts.write_text(HEADING + contacts, encoding="utf-8")
    monthly_form(ws.inbox / PLAN / "住建局.xlsx", [project("甲项目", 800, CODE_A)])
    with xlsxwriter.Workbook(str(ws.inbox / PLAN / "收件登记.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["文件名", "收到时间", "报送单位", "报送人"])
        sheet.write_row(1, 0, ["住建局.xlsx", "2022-11-28 08:30", "住建局", person])
    [receipt] = take_in(ws, load_plans(ws.plans), NOW).new
    return ws, receipt.receipt_id


@pytest.mark.parametrize(
    ("person", "contacts", "verdict"),
    [
        ("模拟 甲", "住建局,模拟甲,,0357-5550001,\n", True),
        ("模拟乙", "住建局,模拟甲,,0357-5550001,\n", False),
        ("", "住建局,模拟甲,,0357-5550001,\n", None),
        ("模拟甲", "水利局,模拟甲,,0357-5550001,\n", None),
        ("模拟甲", None, None),
    ],
)
def test_a_sender_is_held_against_the_contacts_of_the_unit_where_both_are_named(
    tmp_path, plan, person, contacts, verdict
):
    ws, receipt = sent_by(tmp_path, person, contacts)
    assert contact_check(ws, plan)("zhujian", receipt) is verdict


def test_the_register_keeps_a_digest_of_the_sender_and_no_name(tmp_path):
    ws, receipt = sent_by(tmp_path, "欧阳模拟", "住建局,欧阳模拟,,0357-5550001,\n")
    assert Register(ws.register).senders() == {receipt: person_digest("欧阳模拟")}
    stored = b"".join(path.read_bytes() for path in ws.root.glob("register.sqlite*"))
    assert "欧阳模拟".encode() not in stored and b"5550001" not in stored
