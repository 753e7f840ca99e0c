"""Totals: what stands in each total and subtotal row beside what the rows under it, or 其中, add up to.

Belongs here: which rows a total covers (other 其中 rows are never added to siblings), sums and counts in DuckDB;
which rates a total row states.
Does not belong here: the tolerance and the rules X01–X05, X13 (rules/totals.yml), who is to blame (culprits).
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from ingestion import vocabulary
from ingestion.lake import BOOL, INT, TEXT, WAN_READ
from ingestion.markers import fold, markers

Covered = Mapping[int, Sequence[int]]  # by a total's row key: the row keys of the projects under it
RATES = {"completion_rate_reported": ("ytd_investment_wan", "annual_plan_wan")}  # the part and the whole it is of
LEVELS = pa.schema([("label", TEXT), ("level_code", TEXT)])
_COUNT = re.compile("[(（]")
UNREAD = ("not_a_number", "confused_digits", "several_values", "error_cell", "valueless_formula")
SCHEMA = pa.schema(
    [
        ("submission_id", TEXT),
        ("sheet", TEXT),
        ("row", INT),
        ("is_effective", BOOL),
        ("row_label", TEXT),
        ("is_summary", BOOL),  # the total of a 汇总表 beside the form, held against all projects of the form
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
        ("kinds", INT),  # 其中 rows beside a grand total
        ("kinds_count", INT),  # the numbers of projects inside their labels, when every label has one
        ("kinds_sum", WAN_READ),
        ("places", INT),
        ("rounding", WAN_READ),  # half of the last place of the figure as written, in 万元
        ("details_sheet", TEXT),
        ("ytd_investment_wan", WAN_READ),  # beside a rate, which is no sum: the amounts of its own row
        ("annual_plan_wan", WAN_READ),
    ]
)
# A group's own row ends its group_path; an unnumbered 小计 stands inside the group it adds up. A 其中 row that names a
# level has no path: it adds up the projects of its level, as far as its label counts as many of them; its count is
# doubted only where the labels together count other than the projects, so that one wrong level is not told thrice.
_COVERED = """
create or replace temp table total_rows as
select r.row_key as total_key, r.submission_id, r.sheet, r."row", r.is_effective, r.label, r.label_count,
    r.row_role = 'summary' as is_summary, named.level_code,
    case when r.row_role in ('total', 'summary') then ''
        when r.row_role = 'subtotal' then coalesce(nullif(r.group_path, ''), r.label) end as path
from all_rows as r
left join levels_in as named on r.label = named.label and r.row_role = 'of_which' and coalesce(r.group_path, '') = ''
where r.row_role in ('total', 'subtotal', 'summary') or named.label is not null;
create or replace temp table of_levels as
select t.total_key, d.row_key, t.label_count = count(*) over (partition by t.total_key) as is_whole,
    t.submission_id, t.sheet
from total_rows as t
inner join all_rows as d on t.submission_id = d.submission_id and t.sheet = d.sheet and d.row_role = 'detail'
    and d.level_code = t.level_code;
create or replace temp table miscounted as
select said.submission_id, said.sheet
from (
    select submission_id, sheet, sum(label_count) as projects from total_rows where level_code is not null group by all
) as said
inner join (
    select submission_id, sheet, count(*) as projects from all_rows where row_role = 'detail' group by all
) as there on said.submission_id = there.submission_id and said.sheet = there.sheet
where said.projects <> there.projects;
create or replace temp table covered as
select total_key, row_key from of_levels where is_whole is not false
union all
select t.total_key, d.row_key from total_rows as t
inner join all_rows as d on t.submission_id = d.submission_id and (t.sheet = d.sheet or t.is_summary)
    and d.row_role = 'detail'
    and (t.path = '' or coalesce(d.group_path, '') = t.path
        or starts_with(coalesce(d.group_path, ''), t.path || ' > '));
create or replace temp table counted as
select total_key, row_key from covered
where total_key not in (select total_key from of_levels)
union all
select total_key, row_key from of_levels semi join miscounted using (submission_id, sheet);
create or replace temp table parts as
select t.total_key, s.total_key as part_key, s.path from total_rows as t
inner join total_rows as s on t.submission_id = s.submission_id and t.sheet = s.sheet and s.path <> ''
    and case when t.path = '' then not contains(s.path, ' > ')
        else starts_with(s.path, t.path || ' > ')
            and not contains(substr(s.path, length(t.path || ' > ') + 1), ' > ') end;
create or replace temp table kinds_in as
select t.total_key, k.row_key, k.label_count from total_rows as t
inner join all_rows as k on t.submission_id = k.submission_id and t.sheet = k.sheet and k.row_role = 'of_which'
    and coalesce(k.group_path, '') = '' and t.path = '';
create or replace temp table kinds_of as
select total_key, count(*) as kinds, case when count(label_count) = count(*) then sum(label_count) end as kinds_count
from kinds_in group by all;
create or replace temp table sizes as
select c.total_key, count(*) as details, max(d.sheet) as details_sheet
from covered as c inner join all_rows as d on c.row_key = d.row_key group by all;
"""
_ADDRESS = """t.total_key, t.submission_id, t.sheet, t."row", t.is_effective, t.label as row_label, t.label_count,
    t.is_summary"""
_COUNTED = f"""
select {_ADDRESS}, null as field, count(d.row_key) as details,
    count(distinct d.project_id) filter (where coalesce(d.project_code, d.project_name) is not null)
        as distinct_projects,
    max(d.sheet) as details_sheet
from total_rows as t
left join counted as c on t.total_key = c.total_key left join all_rows as d on c.row_key = d.row_key
group by all
"""
# every figure of every row, one below the other: what follows is asked once for all fields, as planning it for each
# field took longer than a county's sums themselves
_FIGURES = """
create or replace temp table figures as
unpivot (select row_key, {fields} from all_rows) on {fields} into name field value value
"""
# a figure in another unit keeps what was typed: 1.2 亿元 is known to half a tenth of a 亿元 and no better
_WRITTEN = "try_cast(map_extract(own.raw, figure.field)[1] as decimal(18, 6))"
_SUMMED = f"""
select {_ADDRESS}, figure.field, figure.value, sizes.details,
    case when sizes.details > 0 then coalesce(under.details_sum, 0) end as details_sum,
    case when sizes.details > 0 then coalesce(gaps.unread, 0) end as unread,
    kinds_of.kinds, kinds_of.kinds_count,
    case when beside.kinds = kinds_of.kinds then beside.kinds_sum end as kinds_sum,
    case when paths.paths > 0 then coalesce(below.subtotals, 0) end as subtotals, below.subtotals_sum,
    coalesce(below.subtotals, 0) = paths.paths and paths.details = sizes.details as subtotals_cover_details,
    greatest(decimals(figure.value), under.places) as places, sizes.details_sheet,
    try_cast(
        half_unit(coalesce({_WRITTEN}, figure.value)) * coalesce(abs(figure.value / nullif({_WRITTEN}, 0)), 1)
        as decimal(18, 6)
    ) as rounding
from total_rows as t
inner join all_rows as own on t.total_key = own.row_key
inner join figures as figure on t.total_key = figure.row_key
left join sizes on t.total_key = sizes.total_key
left join (
    select c.total_key, f.field, sum(f.value) as details_sum, max(decimals(f.value)) as places
    from covered as c inner join figures as f on c.row_key = f.row_key group by all
) as under on t.total_key = under.total_key and figure.field = under.field
left join (
    select c.total_key, u.field, count(*) as unread
    from unread_in as u
    inner join all_rows as d on d.submission_id = u.submission_id and d.sheet = u.sheet and d."row" = u."row"
    inner join covered as c on d.row_key = c.row_key group by all
) as gaps on t.total_key = gaps.total_key and figure.field = gaps.field
left join (
    select total_key, count(*) as paths, sum(details) as details
    from (
        select p.total_key, p.path, max(sizes.details) as details
        from parts as p left join sizes on p.part_key = sizes.total_key group by all
    ) group by all
) as paths on t.total_key = paths.total_key
left join (
    select total_key, field, count(*) as subtotals, sum(value) as subtotals_sum
    from (
        select p.total_key, p.path, f.field, first(f.value order by f.row_key) as value
        from parts as p inner join figures as f on p.part_key = f.row_key group by all
    ) group by all
) as below on t.total_key = below.total_key and figure.field = below.field
left join kinds_of on t.total_key = kinds_of.total_key
left join (
    select k.total_key, f.field, count(*) as kinds, sum(f.value) as kinds_sum
    from kinds_in as k inner join figures as f on k.row_key = f.row_key group by all
) as beside on t.total_key = beside.total_key and figure.field = beside.field
"""

_RATED = """
select row_key as total_key, submission_id, sheet, "row", is_effective, label as row_label, label_count,
    false as is_summary, '{field}' as field, {field} as value, {amounts},
    max(decimals({field})) over (partition by submission_id, sheet) as places
from all_rows where {field} is not null
qualify row_role in ('total', 'subtotal', 'of_which')
"""


def offer(
    connection: duckdb.DuckDBPyConnection, offered: str, rows: pa.Table, issues: pa.Table, fields: Sequence[str]
) -> None:
    """Make the temp table ``offered``: one row per total and amount or rate, one per total that counts projects.

    ``rows`` are all rows of a form, whatever their role, with row_key and project_id; ``issues`` the reader's issues.
    """
    connection.register("all_rows_in", rows)
    connection.register("all_issues_in", issues)
    connection.execute("create or replace temp table all_rows as select * from all_rows_in")
    connection.execute(
        'create or replace temp view unread_in as select distinct submission_id, sheet, "row", field '
        f"from all_issues_in where issue_code in {UNREAD} and field is not null"
    )
    _name_levels(connection)
    connection.execute(_COVERED)
    if fields:
        connection.execute(_FIGURES.format(fields=", ".join(fields)))
    found = [
        _COUNTED,
        *([_SUMMED] if fields else []),
        *(
            _RATED.format(field=name, amounts=", ".join(amounts))
            for name, amounts in RATES.items()
            if {name, *amounts} <= set(rows.column_names)
        ),
    ]
    connection.register("layout", SCHEMA.empty_table())
    connection.execute(
        f"create or replace temp table {offered} as "
        "select row_number() over (order by total_key, field nulls first) - 1 as row_key, * from ("
        f"select null::bigint as total_key, * from layout union all by name {' union all by name '.join(found)}"
        ") order by row_key"
    )


def covered(connection: duckdb.DuckDBPyConnection) -> Covered:
    """The keys of the detail rows under each total, in the order of the sheet, by the total's own row key."""
    return _gathered(connection, "select total_key, row_key from covered order by all")


def parts(connection: duckdb.DuckDBPyConnection) -> dict[int, list[int]]:
    """The row keys of the subtotals one level below each total, by the total's own row key."""
    return _gathered(connection, "select total_key, part_key from parts order by all")


def levels(connection: duckdb.DuckDBPyConnection) -> set[int]:
    """The row keys of the 其中 rows that add up the projects of one level."""
    query = "select total_key from total_rows where level_code is not null"
    return {key for (key,) in connection.execute(query).fetchall()}


def kinds(connection: duckdb.DuckDBPyConnection) -> dict[int, list[int]]:
    """The row keys of the 其中 rows beside each grand total, by the total's own row key."""
    return _gathered(connection, "select total_key, row_key from kinds_in order by all")


def _name_levels(connection: duckdb.DuckDBPyConnection) -> None:
    """The table levels_in: the labels of 其中 rows that are the name of a project level and nothing else."""
    known = {
        word: code
        for code, entry in vocabulary.codes("project_levels").items()
        for word in (entry.label_zh, *entry.synonyms)
    }
    query = "select distinct label from all_rows where row_role = 'of_which' order by 1"
    labels = [(label, known.get(_named(label))) for (label,) in connection.execute(query).fetchall() if label]
    named = [{"label": label, "level_code": code} for label, code in labels if code]
    connection.register("levels_in", pa.Table.from_pylist(named, schema=LEVELS))


def _named(label: str) -> str:
    """What a 其中 row adds up, without the word itself and the count: 省重点."""
    name = _COUNT.split(fold(label))[0]
    for word in markers().rows.of_which:
        name = name.removeprefix(word)
    return name.strip(":： ")


def _gathered(connection: duckdb.DuckDBPyConnection, query: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for total, member in connection.execute(query).fetchall():
        found[total].append(member)
    return dict(found)
