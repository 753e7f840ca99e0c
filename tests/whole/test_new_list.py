"""A list of another department that is put there later: what it speaks of is judged again, once."""

import pytest

from tests.whole.places import PLANS, place_of

pytestmark = pytest.mark.slow


def test_a_new_list_judges_again_what_it_speaks_of_and_its_absence_lasts_no_longer(tmp_path):
    place = place_of(tmp_path / "workspace", PLANS[0])
    place.judge()
    assert place.judge() == []
    before = {row["rule_id"]: row for row in place.lake("verdicts", "2022-12")}["D14B"]
    assert before["lacks_zh"] == "没有“上级清单”" and not before["passed"] + before["failed"]
    place.workspace.reference.mkdir()
    listed = next(entry for entry in place.county.entries("2022-12") if entry.project.level_code == "provincial")
    rows = [f"{listed.project_name},省重点", "白龙矿山机械产业园,省重点"]
    text = "\n".join(["项目名称,项目级别", *rows]) + "\n"
    (place.workspace.reference / "上级清单_2022-12-31.csv").write_text(text, encoding="utf-8")
    assert "2022-12" in place.judge()
    assert place.judge() == []
    after = {row["rule_id"]: row for row in place.lake("verdicts", "2022-12")}["D14B"]
    assert (after["passed"], after["failed"], after["lacks_zh"]) == (1, 1, None)
    [finding] = [row for row in place.findings("2022-12") if row["rule_id"] == "D14B"]
    assert finding["unit_id"] == place.plan.centre and finding["project_name"] == "白龙矿山机械产业园"
