"""Settings: the one place where the environment is read.

Belongs here: where the project and the default workspace lie, limits for hostile files, where PostgreSQL is.
Does not belong here: what a plan or a form says (plans/, ingestion/forms/).
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

PROJECT_ROOT = Path(__file__).resolve().parents[1]
SHIPPED_PLANS = PROJECT_ROOT / "plans"
FORMS = PROJECT_ROOT / "ingestion" / "forms"
VOCABULARY = PROJECT_ROOT / "dbt_project" / "seeds" / "vocabulary"
SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
TIMEZONE = ZoneInfo("Asia/Shanghai")  # everything people type or read is in this zone


@dataclass(frozen=True)
class Limits:
    """What a submitted workbook may cost before it is turned away with a word (sizes in bytes)."""

    file_bytes: int = 50 * 1024 * 1024
    zip_entries: int = 2_000
    inflated_bytes: int = 400 * 1024 * 1024
    inflate_ratio: int = 200  # an ordinary 100,000-row form has 6
    seconds: float = 60.0
    memory_bytes: int = 2 * 1024 * 1024 * 1024
    blank_rows: int = 200  # reading a sheet stops after so many blank rows, and says so
    workers: int = 2


def limits() -> Limits:
    """Limits with overrides from ``DIAODU_LIMIT_<NAME>``, for example ``DIAODU_LIMIT_FILE_BYTES=1000000``."""
    defaults = Limits()
    overrides = {
        name: type(value)(os.environ[key])
        for name, value in vars(defaults).items()
        if (key := f"DIAODU_LIMIT_{name.upper()}") in os.environ
    }
    return Limits(**{**vars(defaults), **overrides})


def default_home() -> Path:
    """The workspace used when no ``--workspace`` is given: ``DIAODU_HOME``, else ``./workspace``."""
    return Path(os.environ.get("DIAODU_HOME", "workspace"))


@dataclass(frozen=True)
class PostgresSetting:
    """The PostgreSQL database that BI reads: how it is reached, and the role that may read there.

    ``dsn`` may hold a password and is therefore in no text of this value. Where it says nothing (an empty ``dsn``),
    the database library itself reads the PG* variables and its password file.
    """

    dsn: str = field(repr=False)
    reader: str


def postgres() -> PostgresSetting | None:
    """``DIAODU_POSTGRES_DSN``, else the PG* variables when PGDATABASE or PGSERVICE names a database; None: no database.

    ``DIAODU_POSTGRES_READER`` names the reading role, otherwise ``diaodu_reader``.
    """
    dsn = os.environ.get("DIAODU_POSTGRES_DSN") or None
    if dsn is None and not ("PGDATABASE" in os.environ or "PGSERVICE" in os.environ):
        return None
    return PostgresSetting(dsn or "", os.environ.get("DIAODU_POSTGRES_READER", "diaodu_reader"))


def service_environment(home: Path, dagster_home: Path) -> dict[str, str]:
    """The environment of the service's processes: they serve the workspace at ``home`` and write bytecode."""
    own = {"DIAODU_HOME": str(home), "DAGSTER_HOME": str(dagster_home), "DAGSTER_DISABLE_TELEMETRY": "1"}
    return {**os.environ, **own, "PYTHONUNBUFFERED": "1"}
