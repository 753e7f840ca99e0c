"""A unit's receipt lists what the lake holds against its form, no more and no less, whatever was wrong in it."""

import json
from collections import Counter

import openpyxl
import pytest

from dispatch.month import Month
from dispatch.receipts import write_all
from tests.whole.places import place_with

PLAN, PERIOD = "huozhou-2022", "2022-12"
SEEDED = ("ytd_wrong", "unit_slip_total_in_yi", "letters_in_number", "bad_uscc", "ditto_text", "image_far_off")


@pytest.mark.slow
def test_a_receipt_lists_as_many_findings_as_the_lake_has(tmp_path):
    place, _ = place_with(SEEDED, tmp_path, PLAN, PERIOD)
    place.judge()
    own = [f for f in place.findings(PERIOD) if f["outcome"] == "failed" and f["theme"] != "signals"]
    in_lake = Counter((f["form"], f["unit_id"]) for f in own)
    papers = write_all(Month(place.workspace, PLAN, PERIOD), {})
    said = [json.loads(path.with_suffix(".json").read_text(encoding="utf-8")) for path in papers]
    assert {(r["form"], r["unit"]): len(r["findings"]) for r in said} == {
        (r["form"], r["unit"]): in_lake[r["form"], r["unit"]] for r in said
    }
    for path, receipt in zip(papers, said, strict=True):
        assert sum(receipt["counts"].values()) == len(receipt["findings"]) == _lines(path)
    assert max(in_lake.values()) > 5


def _lines(path) -> int:
    """The numbered lines of 错误清单."""
    rows = [row[0] for row in openpyxl.load_workbook(path)["错误清单"].iter_rows(values_only=True)]
    return sum(str(number or "")[:1].isdigit() for number in rows[rows.index("序号") + 1 :])
