"""Offering: the table a row rule is judged on, one row per detail row with everything its ``must`` may name.

Belongs here: the row itself, what is worked out about it, ``prev`` (last accepted), ``hist`` (accepted months of the
year: ``hist[2]`` is two months ago), ``list`` (its place on the project list), ``ctx`` (cutoff date and plan).
Does not belong here: the rules (rules/), judging them (judging).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa

from expectations.catalogue import load_macros
from expectations.identifiers import (
    credit_code_is_valid,
    industries,
    is_statistics_code,
    parse_project_code,
    region_exists,
)
from expectations.identity import name_key
from expectations.layouts import SHEET, Layouts
from expectations.references import OF_PROJECTS, Beside
from ingestion import vocabulary
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
INDUSTRY = """
left join industries as industry
    on industry.code = coalesce(
        nullif(regexp_extract(r.industry_code, '^[A-T]?([0-9][0-9])[0-9]{0,2}$', 1), ''), r.industry_code
    )
    and (left(r.industry_code, 1) between '0' and '9' or left(r.industry_code, 1) = industry.section_code)
"""  # what a code stands for: a division, with or without its section before it, or a section
_OFFER = """
create or replace temp table {offered} as
with issue_lists as (
    select submission_id, sheet, "row", list(distinct issue_code || ':' || coalesce(field, '')) as issues
    from issues_in where "row" is not null group by all
),
reporters as (select project_id, count(distinct unit_id) as units from rows_in where is_effective group by all),
copies as (select submission_id, project_id, count(*) as copies from rows_in group by all),
nearest as ({nearest}),
splits as ({splits}),
beside_units as (
    select one.row_key, min(other.unit_id) as other_unit, min(other.month_investment_wan) as other_month_wan,
        min(other.ytd_investment_wan) as other_ytd_wan
    from rows_in as one
    inner join reporters on one.project_id = reporters.project_id and reporters.units > 1
    inner join rows_in as other
        on one.project_id = other.project_id and one.unit_id <> other.unit_id and other.is_effective
    where one.is_effective group by all
),
months_back as (
    select past.project_id, back.months_ago
    from (select distinct project_id from hist_in) as past
    cross join (select unnest(range(1, coalesce((select max(months_ago) from hist_in), 0) + 1)) as months_ago) as back
),
history as (
    select
        back.project_id,
        list(case when h.project_id is not null then {{{remembered}}} end order by back.months_ago) as hist
    from months_back as back
    left join hist_in as h on back.project_id = h.project_id and back.months_ago = h.months_ago
    group by all
),
previous as (
    select prev_in.*, started.counts_as as status_counts_as
    from prev_in left join statuses as started on prev_in.status_code = started.code
)
select
    r.*, status.counts_as as status_counts_as, nature.counts_as as nature_counts_as,
    copies.copies as same_project_rows, coalesce(reporters.units, 0) as reporting_units,
    nearest.similar_project, coalesce(i.issues, []::varchar[]) as issues,
    splits.split_projects, splits.just_under,
    beside_units.other_unit, beside_units.other_month_wan, beside_units.other_ytd_wan,
    p as prev, h.hist, l as "list", c as ctx, industry, d as dated, {lists}
from rows_in as r
cross join ctx_in as c
cross join dated_in as d
inner join copies on r.submission_id = copies.submission_id and r.project_id = copies.project_id
left join reporters on r.project_id = reporters.project_id
left join nearest on r.row_key = nearest.row_key
left join issue_lists as i on r.submission_id = i.submission_id and r.sheet = i.sheet and r."row" = i."row"
left join statuses as status on r.status_code = status.code
left join natures as nature on r.nature_code = nature.code
left join previous as p on r.project_id = p.project_id
left join history as h on r.project_id = h.project_id
left join lists_in as lists on r.project_id = lists.project_id
left join beside_units on r.row_key = beside_units.row_key
{of_splits}{industry}
left join list_in as l on r.project_id = l.project_id
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

    def offer(self, connection: duckdb.DuckDBPyConnection, offered: str, rows: pa.Table, issues: pa.Table) -> None:
        """Make the temp table ``offered`` of the rows, see :func:`offer`."""
        offer(connection, offered, rows, issues, self)


def connect(rows: int = 0) -> duckdb.DuckDBPyConnection:
    """A private in-memory DuckDB that knows the catalogue's tolerances, for about so many rows."""
    alone = {"threads": 1} if rows < WORTH_THREADS else {}
    connection = duckdb.connect(config=OFFLINE | alone)
    for macro in load_macros():
        connection.execute(f"create macro {macro.name} as ({macro.body})")
    for name, code_list in (("statuses", "project_statuses"), ("natures", "project_natures")):
        rows = [{"code": entry.code, "counts_as": entry.counts_as} for entry in vocabulary.codes(code_list).values()]
        connection.register(name, pa.Table.from_pylist(rows))
    connection.register("industries", pa.Table.from_pylist([dict(row) for row in industries()]))
    return connection


def offer(
    connection: duckdb.DuckDBPyConnection, offered: str, rows: pa.Table, issues: pa.Table, around: Surroundings
) -> None:
    """Make the temp table ``offered`` of the detail rows among ``rows`` (see :func:`worked_out`)."""
    connection.register("worked_in", rows)
    connection.execute("create or replace temp view rows_in as select * from worked_in where row_role = 'detail'")
    connection.register("issues_in", issues)
    connection.register("prev_in", around.previous)
    connection.register("hist_in", around.history)
    connection.register("list_in", _with_responsible_unit(around.listed))
    connection.register("ctx_in", _context(around.context))
    remembered = ", ".join(f"'{name}': h.{name}" for name in REMEMBERED)
    for name, table in around.references.tables().items():
        connection.register(name, table)
    joined = {"nearest": NEAREST, "industry": INDUSTRY, "splits": SPLITS, "of_splits": OF_SPLITS}
    joined["lists"] = ", ".join(f"lists.{name}" for name in OF_PROJECTS)
    connection.execute(_OFFER.format(offered=offered, remembered=remembered, **joined))


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
