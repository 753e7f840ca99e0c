"""Backup and restore: the drill on an empty machine, and what is refused."""

import shutil

import pytest

from ingestion.register import Register
from orchestration.backup import back_up, restore, verify
from orchestration.failures import BackupBroken, TargetNotEmpty
from tests.whole.places import Place, clean_place

PLAN = "huozhou-2022"
CONTACTS = "单位,姓名,职务,电话,备注\n住建局,模拟甲,科员,0357-5550001,\n"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory) -> Place:
    """A county whose files are archived, registered and judged, with its list of contacts. Look, do not touch."""
    place = clean_place(PLAN).copy(tmp_path_factory.mktemp("kept") / "workspace")
    place.workspace.contacts.write_text(CONTACTS, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def kept(taken_in, tmp_path_factory):
    target = tmp_path_factory.mktemp("backups") / "2023-01-10"
    back_up(taken_in.workspace, target)
    return target


def parquet(workspace) -> dict[str, bytes]:
    """Every Parquet file of the lake and of the release that BI reads, by its place."""
    lake = {path.relative_to(workspace.lake): path for path in workspace.lake.rglob("*.parquet")}
    current = workspace.published / "current"
    public = {path.relative_to(current): path for path in current.rglob("*.parquet")}
    return {place.as_posix(): path.read_bytes() for place, path in (lake | public).items()}


def test_a_backup_holds_every_archived_file_receipt_and_plan(taken_in, kept):
    found = verify(kept)
    receipts = Register(taken_in.workspace.register).receipts()
    assert found.receipts == len(receipts) > 50
    assert found.files == len({receipt.sha256 for receipt in receipts})
    assert found.plans == 1


def test_a_restored_register_knows_what_the_first_one_knew(taken_in, kept, tmp_path):
    restore(kept, tmp_path / "new")
    assert Register(tmp_path / "new" / "register.sqlite").events(PLAN) == Register(taken_in.workspace.register).events(
        PLAN
    )


def test_the_list_of_contacts_is_kept_and_comes_back(kept, tmp_path):
    restore(kept, tmp_path / "new")
    assert (tmp_path / "new" / "contacts.csv").read_text(encoding="utf-8") == CONTACTS


def test_a_backup_never_overwrites_another(taken_in, kept):
    with pytest.raises(TargetNotEmpty):
        back_up(taken_in.workspace, kept)


def test_nothing_is_restored_into_a_folder_that_holds_something(kept, tmp_path):
    (tmp_path / "表.xlsx").write_bytes(b"x")
    with pytest.raises(TargetNotEmpty):
        restore(kept, tmp_path)


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "plan", "register"])
def test_a_damaged_backup_is_refused_before_anything_is_written(kept, tmp_path, harm):
    copy = tmp_path / "copy"
    shutil.copytree(kept, copy)
    victim = sorted((copy / "archive").rglob("*.xlsx"))[0]
    victim.chmod(0o644)
    if harm == "changed":
        victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    elif harm == "missing":
        victim.unlink()
    elif harm == "added":
        (copy / "archive" / "多出.xlsx").write_bytes(b"x")
    elif harm == "plan":
        (copy / "plans" / f"{PLAN}.yml").write_text("id: x\n", encoding="utf-8")
    else:
        (copy / "register.sqlite").write_bytes(b"SQLite format 3\x00" + b"\x00" * 4000)
    with pytest.raises(BackupBroken):
        restore(copy, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_run_in_a_restored_workspace_gives_the_same_bytes(tmp_path):
    ran = clean_place(PLAN)
    first = ran.copy(tmp_path / "first")
    back_up(first.workspace, tmp_path / "backup")
    kept = [path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert len(kept) > 50 and not any(str(ran.workspace.root).encode() in content for content in kept)
    restore(tmp_path / "backup", tmp_path / "second")
    expected = parquet(first.workspace)
    shutil.move(tmp_path / "first", tmp_path / "gone")  # nothing of the first machine is within reach
    second = Place(first.workspace.open(tmp_path / "second"), first.plan, first.county)
    second.run("2022-12")
    assert parquet(second.workspace) == expected
    assert len(expected) > 40
