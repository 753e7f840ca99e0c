"""Parts: what is judged as one table, a form or the procedures inside the rows of one.

Belongs here: which parts there are, the form each belongs to, its fields.
Does not belong here: the layout of their rows (ingestion.lake), rules (rules/).
"""

from collections.abc import Mapping
from types import MappingProxyType

from ingestion.lake import (
    FUND_FIELDS,
    LIST_FIELDS,
    MONTHLY_FIELDS,
    PIPELINE_FIELDS,
    PROCEDURE_FIELDS,
    PROCEDURE_ITEM_FIELDS,
)
from ingestion.obligations import is_week

ITEMS = "procedure_items"
FIELDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "monthly_dispatch": frozenset((*MONTHLY_FIELDS, "responsible_unit")),  # the unit that reports the row
        "project_list": frozenset(LIST_FIELDS),
        "procedures": frozenset(PROCEDURE_FIELDS),
        ITEMS: frozenset(("project_code", "project_name", *PROCEDURE_ITEM_FIELDS)),
        "pipeline": frozenset(PIPELINE_FIELDS),
        "funds": frozenset(FUND_FIELDS),
    }
)
NAMES = tuple(FIELDS)
MONTHLY_PARTS = ("monthly_dispatch", "project_list")
WEEKLY_PARTS = ("procedures", ITEMS, "pipeline", "funds")


def parts_of(period: str) -> tuple[str, ...]:
    """What is judged of a month or a week."""
    return WEEKLY_PARTS if is_week(period) else MONTHLY_PARTS


def form_of(part: str) -> str:
    """The form whose workbooks hold a part."""
    return "procedures" if part == ITEMS else part


def address_of(part: str) -> tuple[str, ...]:
    """The columns that name one row of a part among all versions."""
    address = ("submission_id", "sheet", "row")
    return (*address, "procedure") if part == ITEMS else address
