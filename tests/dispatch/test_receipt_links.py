"""Every receipt of a county full of mistakes: as many findings as the lake has, and every link on its marked cell."""

import json
from collections import Counter, defaultdict

import openpyxl
import pytest

from dispatch import receipts
from dispatch.month import Month
from dispatch.workbook_style import FILLS
from ingestion import archive, lake
from tests.whole.places import PLANS, place_with

pytestmark = pytest.mark.slow

SEEDED = (
    "ytd_wrong", "text_in_money", "unit_slip_total_in_yi", "total_typed_wrong", "count_wrong", "summary_sheet_differs",
    "missing_column", "extra_column", "title_of_last_month", "unit_converted", "leftover_sheet", "ambiguous_row",
    "project_missing", "code_as_number", "sent_twice",  "file_cut_short",
)  # fmt: skip
WORST_FIRST = ("错误", "核实", "提示", "情况")


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """Sixteen mistakes in sixteen units of one month, judged; its receipts by unit and form."""
    folder = tmp_path_factory.mktemp("links")
    place, faults = place_with(SEEDED, folder / "workspace", PLANS[0])
    assert {fault.name for fault in faults} == set(SEEDED)
    place.judge()
    [period] = {fault.period for fault in faults}
    return place, period, receipts.write_all(Month(place.workspace, place.plan.id, period), {})


@pytest.fixture(scope="module")
def opened(county):
    """Receipts by unit and form: workbook, JSON."""
    found = {}
    for path in county[2]:
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        found[told["unit"], told["form"]] = (openpyxl.load_workbook(path), told)
    return found


def in_lake(county) -> dict[tuple[str, str], dict[str, dict]]:
    """The findings that count by unit and form, then by id; one that is on trial counts nowhere."""
    place, period, _ = county
    found: dict[tuple[str, str], dict[str, dict]] = defaultdict(dict)
    for row in place.findings(period):
        if row["outcome"] == "failed" and row["theme"] != "signals":
            found[row["unit_id"], row["form"]][row["finding_id"]] = row
    return found


def lines(book) -> list[dict]:
    sheet = book["错误清单"]
    top = next(cell.row for cell in sheet["A"] if cell.value == "序号")
    heads = [cell.value for cell in sheet[top]]
    rows = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=top + 1)]
    return [row for row in rows if row["级别"].value]


def test_a_receipt_has_as_many_findings_as_count(county, opened):
    counted = {key: len(found) for key, found in in_lake(county).items()}
    with_file = {key: count for key, count in counted.items() if key in opened}
    assert {key: len(lines(book)) for key, (book, _) in opened.items() if lines(book)} == with_file
    assert {key: len(told["findings"]) for key, (_, told) in opened.items() if told["findings"]} == with_file
    assert sum(with_file.values()) > 60


def test_the_json_holds_the_same_findings_in_the_same_order(county, opened):
    for key, (book, told) in opened.items():
        assert [line["序号"].value for line in lines(book)] == [row["number"] for row in told["findings"]]
        assert [line["规则"].value for line in lines(book)] == [row["rule"] for row in told["findings"]]
        assert {row["finding"] for row in told["findings"]} == in_lake(county)[key].keys()


def test_every_link_lands_on_the_cell_its_finding_names_and_that_cell_is_marked(county, opened):
    landed: Counter = Counter()
    for key, (book, told) in opened.items():
        for line, row in zip(lines(book), told["findings"], strict=True):
            finding, link = in_lake(county)[key][row["finding"]], line["单元格"].hyperlink
            if link is None:
                landed["nowhere"] += 1
                assert finding["sheet"] is None, (key, finding["rule_id"])
                continue
            sheet, cell = link.location.rsplit("!", 1)
            named = (finding["cells"] or "!A1").split(";")[0].rsplit("!", 1)[1]
            assert cell == named, (key, finding["rule_id"])
            for target in cells_in(book[sheet.strip("'")], cell):
                landed["on a cell" if finding["cells"] else "on a sheet"] += 1
                assert finding["message_zh"] in target.comment.text
                assert target.fill.fgColor.rgb[2:] in marks(line["级别"].value), (key, finding["rule_id"], cell)
    assert landed["on a cell"] > 50 and landed["on a sheet"] >= 3


def test_what_stands_at_a_marked_cell_is_what_stands_there_in_the_file(county, opened):
    compared = 0
    for book, told in opened.values():
        if any(row["rule"] == "S22" for row in told["findings"]):  # the file is in 亿元, the receipt in 万元
            continue
        originals = {version["version"]: original(county, version) for version in told["versions"]}
        for row in told["findings"]:
            if row["leads_to"] is None or not row["cells"] or ":" in row["leads_to"]["cell"]:
                continue
            cell = row["cells"][0]
            sent = originals[row["version"]][cell["sheet"]][cell["cell"]].value
            shown = book[row["leads_to"]["sheet"]][row["leads_to"]["cell"]].value
            if isinstance(sent, float | int) and isinstance(shown, float | int):
                compared += 1
                assert shown == pytest.approx(sent), (told["unit"], cell)
            elif row["rule"] in ("F01A", "S12"):
                compared += 1
                assert str(shown) == str(sent)
    assert compared > 30


def test_structure_stands_first_and_a_cause_above_its_effects(opened):
    for book, told in opened.values():
        heads = [row for row in told["findings"] if "." not in row["number"]]
        assert [row["theme"] != "structure" for row in heads] == sorted(row["theme"] != "structure" for row in heads)
        sheet = book["错误清单"]
        levels = {line["序号"].value: sheet.row_dimensions[line["序号"].row].outlineLevel for line in lines(book)}
        assert {level for number, level in levels.items() if "." in number} <= {1}
        assert {level for number, level in levels.items() if "." not in number} <= {0}
        assert sheet.sheet_properties.outlinePr.summaryBelow is False


def test_rows_in_the_file_are_rows_judged(opened):
    for _, told in opened.values():
        assert told["rows"]["in_file"] == told["rows"]["judged"]


def test_the_same_findings_give_the_same_bytes(county, tmp_path):
    place, period, paths = county
    before = {path.name: path.read_bytes() for path in sorted(paths[0].parent.iterdir())}
    receipts.write_all(Month(place.workspace, place.plan.id, period), {})
    assert {path.name: path.read_bytes() for path in sorted(paths[0].parent.iterdir())} == before


def cells_in(sheet, address: str) -> list:
    found = sheet[address]
    return [cell for row in found for cell in row] if isinstance(found, tuple) else [found]


def marks(severity: str) -> set[str]:
    """The colours of a severity and of the worse ones: a cell has that of the worst finding on it."""
    names = ("error", "warning", "info", "state")
    return {FILLS[name].strip("#") for name in names[: WORST_FIRST.index(severity) + 1]}


def original(county, version: dict):
    place = county[0]
    path = archive.locate(place.workspace.archive, version["sha256"])
    return openpyxl.load_workbook(path, data_only=True) if version["kind"] != "unreadable" else {}


def test_a_finding_on_trial_is_in_no_receipt(county, tmp_path):
    place, period, _ = county
    copied = place.copy(tmp_path / "workspace")
    rows = lake.read(copied.workspace.lake, "findings", place.plan.id, period)
    on_trial = [row | {"outcome": "trial"} if row["rule_id"] == "R01" else row for row in rows]
    assert on_trial != rows
    lake.write(copied.workspace.lake, "findings", place.plan.id, period, on_trial)
    for path in receipts.write_all(Month(copied.workspace, place.plan.id, period), {}):
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert "R01" not in {row["rule"] for row in told["findings"]}
