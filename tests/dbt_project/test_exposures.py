"""Exposures: who reads the public tables, held against the code that does."""

import re

import yaml

from ingestion.settings import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"
PUBLIC = {path.stem for folder in ("marts", "reports") for path in (MODELS / folder).glob("*.sql")}
EXPOSURES = {
    exposure["name"]: (
        set(re.findall(r"ref\('(\w+)'\)", " ".join(exposure["depends_on"]))),
        exposure.get("config", {}).get("meta", {}).get("written_by", []),
    )
    for exposure in yaml.safe_load((MODELS / "exposures.yml").read_text(encoding="utf-8"))["exposures"]
}


def test_what_leaves_the_house_is_an_exposure():
    assert EXPOSURES.keys() >= {"bulletin", "annex", "board", "trace", "sealed_releases", "bi_release", "postgres"}


def test_what_is_published_whole_depends_on_every_public_table():
    for name in ("sealed_releases", "bi_release", "postgres"):
        assert EXPOSURES[name][0] == PUBLIC, name


def test_an_exposure_names_every_public_table_its_modules_read():
    for name, (named, patterns) in EXPOSURES.items():
        files = [path for pattern in patterns for path in PROJECT_ROOT.glob(pattern)]
        assert files or not patterns, name
        read = {word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))} & PUBLIC
        assert read - named == set(), f"add to the exposure {name} in dbt_project/models/exposures.yml"
