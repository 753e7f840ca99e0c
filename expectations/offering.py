"""Offering: the table a row rule is judged on, one row per detail row with everything its ``must`` may name.

Belongs here: the row itself, what is worked out about it, ``prev`` (last accepted), ``hist`` (accepted months of the
year: ``hist[2]`` is two months ago), ``list`` (its place on the project list), ``ctx`` (cutoff date and plan).
Does not belong here: the rules (rules/), judging them (judging).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations.catalogue import load_macros
from expectations.counted_beside import counted, of_other_units
from expectations.identifiers import (
    credit_code_is_valid,
    division,
    industries,
    is_statistics_code,
    parse_project_code,
    region_exists,
)
from expectations.identity import name_key
from expectations.laid_beside import counted_as, laid, of_months, places, shared
from expectations.layouts import SHEET, Layouts
from expectations.references import OF_PROJECTS, Beside
from ingestion.lake import BOOL, DATE, INT, MONTHLY_FIELDS, PERCENT, TABLES, TEXT

PREV = TABLES["accepted_investment"].schema
LISTED = TABLES["project_list"].schema
ISSUES = TABLES["issues"].schema
MONTHS_AGO = ("months_ago", INT)
REMEMBERED = (  # of each accepted month of the year, as far as rules look back on it
    "month_investment_wan",
    "ytd_investment_wan",
    "image_progress",
    "image_text",
    "status_code",
    "problem_text",
    "is_carried_forward",
)
HISTORY = pa.schema([PREV.field("project_id"), MONTHS_AGO, *(PREV.field(name) for name in REMEMBERED)])
WORTH_THREADS = 20_000  # below, waking a second thread costs a quarter more than it saves
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_WORKED_OUT = (
    ("name_key", TEXT),
    ("code_is_well_formed", BOOL),
    ("code_given_on", DATE),
    ("code_region_code", TEXT),
    ("region_is_known", BOOL),
    ("usc_is_valid", BOOL),
    ("usc_is_statistics_code", BOOL),
    ("has_problem_column", BOOL),  # the sheet asks for 存在问题
)
NEAREST = """
select row_key, min(similar_project) as similar_project from (
    select one.row_key, min(other.project_name) as similar_project
    from rows_in as one
    inner join rows_in as other
        on one.submission_id = other.submission_id and one.project_id <> other.project_id
        and one.owner_name = other.owner_name and one.region_code is not distinct from other.region_code
    where not coalesce(one.is_on_list, false) and not coalesce(other.is_on_list and one.is_on_list, false)
        and abs(one.total_investment_wan - other.total_investment_wan) < 0.01 * other.total_investment_wan
        and name_alike(one.name_key, other.name_key, 0.6)
    group by all
    union all
    select one.row_key, min(other.project_name) as similar_project
    from rows_in as one
    inner join rows_in as other
        on one.submission_id = other.submission_id and one.project_id <> other.project_id
        and left(one.name_key, 5) = left(other.name_key, 5)
    where not coalesce(one.is_on_list, false) and name_alike(one.name_key, other.name_key, 0.9)
    group by all
) group by all
"""  # the project of the same sheet that a row looks like
NONE_ALIKE = "select null::bigint as row_key, null::varchar as similar_project where false"
SPLITS = """
select owner_name, region_code, limits.just_under, count(distinct project_id) as split_projects
from rows_in cross join (select unnest([400, 500, 3000, 5000]) as just_under) as limits
where is_effective and owner_name is not null and total_investment_wan < limits.just_under
    and total_investment_wan >= 0.9 * limits.just_under
group by all having count(distinct project_id) >= 3
"""  # three or more projects of one owner in one place, each just below a limit (万元) beyond which more is asked
OF_SPLITS = """
left join splits on r.owner_name = splits.owner_name and r.region_code is not distinct from splits.region_code
    and r.total_investment_wan < splits.just_under and r.total_investment_wan >= 0.9 * splits.just_under
"""
_OFFER = """
create or replace temp table {offered} as
with issue_lists as (
    select submission_id, sheet, "row", list(distinct issue_code || ':' || coalesce(field, '')) as issues
    from issues_in where "row" is not null group by all
),
nearest as ({nearest}),
splits as ({splits})
select
    r.*, nearest.similar_project, coalesce(i.issues, []::varchar[]) as issues, splits.split_projects, splits.just_under
from rows_in as r
left join nearest on r.row_key = nearest.row_key
left join issue_lists as i on r.submission_id = i.submission_id and r.sheet = i.sheet and r."row" = i."row"
{of_splits}
"""


@dataclass(frozen=True)
class Context:
    """What every row of a period shares."""

    as_of: date
    year: int
    month: int
    region_code: str
    behind_points: Decimal
    completion_targets: tuple[Decimal, ...] = ()  # shares of the annual plan asked for by this period


@dataclass(frozen=True)
class Surroundings:
    """What rows are held against: the last accepted rows, those of the year's months, the list in force, the period."""

    context: Context
    previous: pa.Table
    listed: pa.Table
    history: pa.Table = field(default_factory=HISTORY.empty_table)
    references: Beside = field(default_factory=Beside)
    is_compared: bool = True  # whether two of the rows may be one project under two names: not in a list of projects

    def offer(self, connection: duckdb.DuckDBPyConnection, offered: str, rows: pa.Table, issues: pa.Table) -> None:
        """Make the temp table ``offered`` of the rows, see :func:`offer`."""
        offer(connection, offered, rows, issues, self)


def connect(rows: int = 0) -> duckdb.DuckDBPyConnection:
    """A private in-memory DuckDB that knows the catalogue's tolerances, for about so many rows."""
    alone = {"threads": 1} if rows < WORTH_THREADS else {}
    connection = duckdb.connect(config=OFFLINE | alone)
    for macro in load_macros():
        connection.execute(f"create macro {macro.name} as ({macro.body})")
    return connection


def offer(
    connection: duckdb.DuckDBPyConnection, offered: str, rows: pa.Table, issues: pa.Table, around: Surroundings
) -> None:
    """Make the temp table ``offered`` of the detail rows among ``rows`` (see :func:`worked_out`)."""
    details = of_other_units(counted(detail_rows(rows), ("project_id",)))
    details = details.append_column("status_counts_as", counted_as(details["status_code"], "project_statuses"))
    before = around.previous
    before = before.append_column("status_counts_as", counted_as(before["status_code"], "project_statuses"))
    details = laid(details, "prev", before, "project_id")
    details = of_months(details, "hist", around.history, REMEMBERED)
    details = laid(details, "list", _with_responsible_unit(around.listed), "project_id")
    details = shared(details, "ctx", _context(around.context))
    lists = around.references.by_project
    own = places(details, lists, "project_id")
    for name in OF_PROJECTS:
        details = details.append_column(name, lists[name].combine_chunks().take(own))
    connection.register("rows_in", shared(details, "dated", around.references.dated))
    connection.register("issues_in", issues)
    connection.register("ctx_in", _context(around.context))
    nearest = NEAREST if around.is_compared and may_be_alike(details) else NONE_ALIKE
    connection.execute(_OFFER.format(offered=offered, nearest=nearest, splits=SPLITS, of_splits=OF_SPLITS))


def detail_rows(rows: pa.Table) -> pa.Table:
    """The rows of projects, with what their codes for nature and industry stand for."""
    details = rows.filter(pc.equal(rows["row_role"], "detail"))
    details = details.append_column("nature_counts_as", counted_as(details["nature_code"], "project_natures"))
    divided = details.append_column("division", pa.array(map(division, details["industry_code"].to_pylist()), TEXT))
    return laid(divided, "industry", _industries(), "code", own="division").drop_columns(["division"])


def may_be_alike(details: pa.Table) -> bool:
    """Whether any project stands on no list, so that it may be another one under a second name."""
    return pc.any(pc.invert(pc.fill_null(details["is_on_list"], False))).as_py() or False


@cache
def _industries() -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in industries()])


def worked_out(rows: pa.Table) -> pa.Table:
    """Lake rows of one form (with project_id and is_on_list), a key of their own added and what their codes say.

    Fields that the form lacks become empty columns, so that one table serves every form.
    """
    for name in MONTHLY_FIELDS:
        if name not in rows.column_names:
            rows = rows.append_column(
                name, pa.nulls(len(rows), TABLES["rows_monthly_dispatch"].schema.field(name).type)
            )
    if "responsible_unit" not in rows.column_names:
        rows = rows.append_column("responsible_unit", rows["unit_id"])
    codes, regions, credit, names = (
        rows[name].to_pylist() for name in ("project_code", "region_code", "usc_code", "project_name")
    )
    parts, layouts = [parse_project_code(code) for code in codes], Layouts(rows)
    columns = (
        [name_key(name) for name in names],
        [None if code is None else part is not None for code, part in zip(codes, parts, strict=True)],
        [part and part.given_on for part in parts],
        [part and part.region_code for part in parts],
        [region_exists(code) for code in regions],
        [credit_code_is_valid(code) for code in credit],
        [is_statistics_code(code) for code in credit],
        ["problem_text" in layouts.of(row)["columns"] for row in rows.select(list(SHEET)).to_pylist()],
    )
    for (name, kind), values in zip(_WORKED_OUT, columns, strict=True):
        rows = rows.append_column(name, pa.array(values, kind))
    return rows.append_column("row_key", pa.array(range(len(rows)), pa.int64()))


def _with_responsible_unit(listed: pa.Table) -> pa.Table:
    return listed.append_column("responsible_unit", listed["unit_id"])


def _context(context: Context) -> pa.Table:
    schema = pa.schema(
        [
            ("as_of", DATE),
            ("year", INT),
            ("month", INT),
            ("region_code", TEXT),
            ("behind_points", pa.decimal128(6, 2)),
            ("completion_targets", pa.list_(PERCENT)),
        ]
    )
    return pa.Table.from_pylist([vars(context)], schema=schema)


def as_table(rows: list[Mapping], schema: pa.Schema) -> pa.Table:
    """Rows as an Arrow table of the given layout; what a row leaves out is NULL."""
    return pa.Table.from_pylist(rows, schema=schema)
