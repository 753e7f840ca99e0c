"""Totals: what stands in each total and subtotal row beside what the rows under it add up to.

Belongs here: which rows a total covers (other 其中 rows are never added to siblings), sums and counts in DuckDB.
Does not belong here: the tolerance and the rules X01–X03 (rules/totals.yml), who is to blame (culprits).
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from ingestion.lake import BOOL, INT, TEXT, WAN_READ

SEPARATOR = " > "
SCHEMA = pa.schema(
    [
        ("submission_id", TEXT),
        ("sheet", TEXT),
        ("row", INT),
        ("is_effective", BOOL),
        ("row_label", TEXT),
        ("path", TEXT),  # labels from the top down to this total; empty for the total of the whole sheet
        ("label_count", INT),
        ("distinct_projects", INT),
        ("field", TEXT),  # NULL on the entry that only counts projects
        ("value", WAN_READ),
        ("details", INT),
        ("details_sum", WAN_READ),
        ("unread", INT),  # details whose figure could not be read
        ("subtotals", INT),
        ("subtotals_sum", WAN_READ),
        ("subtotals_cover_details", BOOL),
        ("places", INT),
    ]
)
_KEYS = "t.submission_id, t.sheet, t.\"row\""
_COVERED = """
create or replace temp table total_rows as
select row_key as total_key, submission_id, sheet, "row", is_effective, label, label_count,
    case when row_role = 'total' then ''
        when coalesce(group_path, '') = '' then label
        when group_path = label or ends_with(group_path, '{separator}' || label) then group_path
        else group_path || '{separator}' || label end as path
from all_rows where row_role in ('total', 'subtotal');
create or replace temp table covered as
select t.total_key, d.row_key from total_rows as t
inner join all_rows as d on t.submission_id = d.submission_id and t.sheet = d.sheet and d.row_role = 'detail'
    and (t.path = '' or coalesce(d.group_path, '') = t.path or starts_with(coalesce(d.group_path, ''), t.path || '{separator}'));
create or replace temp table parts as
select t.total_key, s.total_key as part_key from total_rows as t
inner join total_rows as s on t.submission_id = s.submission_id and t.sheet = s.sheet and t.total_key <> s.total_key
    and s.path <> '' and (
        (t.path = '' and not contains(s.path, '{separator}'))
        or (starts_with(s.path, t.path || '{separator}') and not contains(substr(s.path, length(t.path || '{separator}') + 1), '{separator}')));
"""
_COUNTED = """
select t.submission_id, t.sheet, t."row", t.is_effective, t.label as row_label, t.path, t.label_count,
    count(distinct d.project_id) as distinct_projects, null as field, null as value, count(d.row_key) as details,
    null as details_sum, 0 as unread, null as subtotals, null as subtotals_sum, null as subtotals_cover_details, null as places
from total_rows as t
left join covered as c on t.total_key = c.total_key left join all_rows as d on c.row_key = d.row_key
group by all
"""
_SUMMED = """
select t.submission_id, t.sheet, t."row", t.is_effective, t.label as row_label, t.path, t.label_count,
    null as distinct_projects, '{field}' as field, own.{field} as value, under.details, under.details_sum, under.unread,
    coalesce(below.subtotals, 0) as subtotals, below.subtotals_sum, below.details = under.details as subtotals_cover_details,
    greatest(decimals(own.{field}), under.places) as places
from total_rows as t
inner join all_rows as own on t.total_key = own.row_key
left join (
    select c.total_key, count(*) as details, coalesce(sum(d.{field}), 0) as details_sum,
        count(*) filter (where d.{field} is null and element_at(d.raw, '{field}') is not null) as unread,
        max(decimals(coalesce(d.{field}, 0))) as places
    from covered as c inner join all_rows as d on c.row_key = d.row_key group by all
) as under on t.total_key = under.total_key
left join (
    select p.total_key, count(s.{field}) as subtotals, sum(s.{field}) as subtotals_sum, sum(held.details) as details
    from parts as p inner join all_rows as s on p.part_key = s.row_key
    left join (select total_key, count(*) as details from covered group by all) as held on p.part_key = held.total_key
    group by all
) as below on t.total_key = below.total_key
where own.{field} is not null
"""


def offer(connection: duckdb.DuckDBPyConnection, offered: str, rows: pa.Table, fields: Sequence[str]) -> None:
    """Make the temp table ``offered``: one row per total and amount, and one per total that counts its projects.

    ``rows`` are all rows of a form, whatever their role, with row_key and project_id.
    """
    connection.register("all_rows_in", rows)
    connection.execute("create or replace temp table all_rows as select * from all_rows_in")
    connection.execute(_COVERED.format(separator=SEPARATOR))
    parts = " union all by name ".join([_COUNTED, *(_SUMMED.format(field=name) for name in fields)])
    order = "submission_id, sheet, \"row\", field nulls first"
    connection.execute(
        f"create or replace temp table {offered} as "
        f"select row_number() over (order by {order}) - 1 as row_key, * from ({parts}) order by {order}"
    )


def members(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, int], list[tuple[int, int]]]:
    """(sheet row, row key) of the details under each total, by the total's (submission_id, sheet, row)."""
    query = f"""
        select {_KEYS}, d."row", d.row_key from covered as c
        inner join total_rows as t on c.total_key = t.total_key inner join all_rows as d on c.row_key = d.row_key
        order by all
    """
    return _gathered(connection.execute(query).fetchall())


def subtotals(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, int], list[int]]:
    """The rows of the subtotals one level below each total, by the total's (submission_id, sheet, row)."""
    query = f"""
        select {_KEYS}, s."row", s.total_key from parts as p
        inner join total_rows as t on p.total_key = t.total_key inner join total_rows as s on p.part_key = s.total_key
        order by all
    """
    return {key: [row for row, _ in found] for key, found in _gathered(connection.execute(query).fetchall()).items()}


def _gathered(rows: list[tuple]) -> dict[tuple[str, str, int], list[tuple[int, int]]]:
    found: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
    for submission_id, sheet, row, member, key in rows:
        found.setdefault((submission_id, sheet, row), []).append((member, key))
    return found
