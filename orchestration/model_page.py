"""Model page: dbt's own documentation of the models as one file that opens without a network.

Belongs here: having dbt write it, putting it beside the releases.
Does not belong here: what it says (descriptions in dbt_project/models).
"""

import os
from pathlib import Path

from ingestion.settings import PROJECT_ROOT
from ingestion.workspace import Workspace
from orchestration import warehouse

PAGE = "models.html"


def write(home: Workspace) -> Path:
    """Write ``published/models.html`` from the models and the warehouse as they stand; its path.

    :class:`orchestration.warehouse.DbtFailed` when dbt cannot.
    """
    warehouse.dbt(home, "docs", "generate", "--static")
    page = home.published / PAGE
    made = page.with_name(f".{PAGE}-{os.getpid()}")
    text = (home.dbt_target / "static_index.html").read_text(encoding="utf-8")
    for place in (f"{home.dbt_target}/", f"{PROJECT_ROOT}/"):  # where it was made is nobody's business
        text = text.replace(place, "")
    made.write_text(text, encoding="utf-8")
    os.replace(made, page)
    return page
