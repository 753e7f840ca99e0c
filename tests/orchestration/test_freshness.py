"""What is made again, and what is not."""

from dataclasses import dataclass
from datetime import datetime

from orchestration import freshness
from orchestration.freshness import Marks


def test_a_mark_is_kept_per_stage_and_period(tmp_path):
    marks = Marks(tmp_path, "huozhou-2022")
    marks.set("rows", "2022-11", "a")
    assert marks.get("rows", "2022-11") == "a"
    assert marks.get("rows", "2022-12") is None
    assert marks.get("judged", "2022-11") is None
    assert Marks(tmp_path, "puxian-2022").get("rows", "2022-11") is None


def test_a_digest_does_not_depend_on_the_order_of_keys():
    assert freshness.digest({"a": 1, "b": [2]}) == freshness.digest({"b": [2], "a": 1})
    assert freshness.digest({"a": 1}) != freshness.digest({"a": 2})


def test_a_record_is_written_with_its_instants_as_text():
    @dataclass(frozen=True)
    class Receipt:
        received_at: datetime
        subject: dict

    plain = freshness.plain(Receipt(datetime(2022, 11, 28, 17), {"receipt_id": 3}))
    assert plain == {"received_at": "2022-11-28 17:00:00", "subject": {"receipt_id": 3}}


def test_a_missing_file_differs_from_an_empty_one(tmp_path):
    empty = tmp_path / "empty"
    empty.touch()
    assert freshness.of_file(tmp_path / "none") != freshness.of_file(empty)
