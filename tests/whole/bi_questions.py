"""The questions of docs/bi.md, asked of both places BI reads, as the document has them.

Belongs here: taking the SQL out of the document, running it for another plan and period, comparable answers.
Does not belong here: what the answers must be (test_thirteen_weeks).
"""

import re
from datetime import UTC, datetime

import duckdb
import psycopg

from ingestion.settings import PROJECT_ROOT, PostgresSetting
from ingestion.workspace import Workspace

GUIDE = PROJECT_ROOT / "docs" / "bi.md"
MONTH_BEFORE, MONTH, WEEK, PLAN = "2022-11", "2022-12", "2023-02-23", "huozhou-2022"  # as the guide names them
Answer = list[dict[str, object]]


def questions() -> dict[str, list[str]]:
    """The statements under each heading of the guide that has any."""
    parts = re.split(r"^###? ", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = {part.split("\n", 1)[0]: re.findall(r"```sql\n(.*?)```", part, re.DOTALL) for part in parts}
    return {heading: statements for heading, statements in found.items() if statements}


def for_periods(statement: str, plan: str, month_before: str, month: str, week: str) -> str:
    """A statement of the guide for another plan and its periods."""
    for named, instead in ((PLAN, plan), (MONTH_BEFORE, month_before), (MONTH, month), (WEEK, week)):
        statement = statement.replace(f"'{named}'", f"'{instead}'")
    return statement


def from_files(workspace: Workspace, statement: str) -> Answer:
    release = (workspace.published / "current").resolve()
    with duckdb.connect(
        str(release / "diaodu.duckdb"), read_only=True, config={"enable_external_access": "false"}
    ) as connection:
        found = connection.execute(statement)
        return _rows([column[0] for column in found.description], found.fetchall())


def from_postgres(database: PostgresSetting, statement: str) -> Answer:
    """As somebody of the reading role gets it."""
    with psycopg.connect(database.dsn) as connection:
        connection.execute(f"set role {database.reader}")
        found = connection.execute(statement)
        return _rows([column.name for column in found.description], found.fetchall())


def _rows(names: list[str], rows: list[tuple]) -> Answer:
    """Rows by column name, instants in one zone."""
    return [
        {n: v.astimezone(UTC) if isinstance(v, datetime) else v for n, v in zip(names, row, strict=True)}
        for row in rows
    ]
