"""Open list: a new workbook for one list of a period, named and tagged as every list is.

Belongs here: title, file name and tags of a list; the heading of a week's lists.
Does not belong here: what stands in it (lists.py, lists_of_weeks.py, quality.py).
"""

from collections.abc import Sequence

from dispatch import wording
from dispatch.month import Month
from dispatch.wording import say
from dispatch.workbook import Book
from dispatch.workbook_style import Heading
from ingestion.plain_text import file_name


def open_list(month: Month, key: str) -> tuple[Book, str]:
    """A new workbook for a list, tagged as one, and the title its sheets carry."""
    projects = month.plan.forms[month.form].projects or month.plan.name
    title = say(f"list.{key}", plan=projects, period=wording.period_label(month.period))
    path = month.folder() / file_name(f"{title}.xlsx")
    return Book(path, "list", month.plan_id, month.period, made=month.known_at), title


def heading_of_week(
    month: Month, title: str, notes: Sequence[str], unit: str = "unit_items", carried: bool = True
) -> Heading:
    """What stands above a list of a week; ``carried`` when its rows may be carried forward."""
    legend = [("carried_week", say("legend.carried_week"))] if carried else []
    return Heading(title, month.basis(say("account.adopted")), say(unit), notes, legend)
