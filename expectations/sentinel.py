"""Sentinel: which power of ten each amount of a form is off by, held against what else is known of the project.

Belongs here: the scale of every cell, and of every column of a sheet as a whole (what F06C–F08E are judged on).
Does not belong here: the rules (rules/format.yml), the finding of a column (slipped_columns), converting anything.

A cell's scale is 0, or the power of ten it would have to be divided by; NULL where nothing tells. Figures that should
be equal (list, last accepted, a sum of the same row) tell it exactly; figures that only lie near (last month's
funds) tell it by their order of magnitude. Scales are found from the anchored columns on: what is known of the total
and the plan helps with the year to date, and so on, so that a row or a form that is wrong throughout is told too.
"""

from collections.abc import Mapping
from types import MappingProxyType

import duckdb
import pyarrow as pa

from expectations import scale_words
from ingestion.lake import BOOL, INT, TEXT

COLUMN = pa.schema(
    [
        ("form", TEXT),
        ("submission_id", TEXT),
        ("unit_id", TEXT),
        ("version", INT),
        ("sheet", TEXT),
        ("is_effective", BOOL),
        ("field", TEXT),
        ("judged", INT),  # cells of the column that something tells the scale of
        ("slipped", INT),  # of them off by the power of ten that most slipped ones share
        ("exponent", INT),  # that power; 0 where none is off
    ]
)
_LIST_AND_LAST = """
with scaled as (
    select row_key,
        agreed([exact_scale(total_investment_wan, "list".total_investment_wan),
            exact_scale(total_investment_wan, prev.total_investment_wan)]) as total_investment_wan,
        agreed([exact_scale(annual_plan_wan, "list".annual_plan_wan),
            exact_scale(annual_plan_wan, prev.annual_plan_wan)]) as annual_plan_wan
    from offered
)"""
_FUNDS = """
with scaled as (
    select row_key,
        exact_scale(applied_wan, prev.applied_wan) as applied_wan,
        near_scale(secured_wan, prev.secured_wan, applied_wan) as secured_wan
    from offered
)"""
_MONTHLY = """
with given as (
    select row_key, ctx.month = 1 as is_january,
        total_investment_wan as t, annual_plan_wan as p, cum_to_last_year_wan as c0, ytd_to_last_month_wan as l,
        month_investment_wan as m, ytd_investment_wan as y, cumulative_investment_wan as c, funds_ytd_wan as f,
        paid_ytd_wan as d, completion_rate_reported as rate, image_progress as image,
        "list".total_investment_wan as list_t, "list".annual_plan_wan as list_p, prev.total_investment_wan as prev_t,
        prev.annual_plan_wan as prev_p, prev.cumulative_investment_wan as prev_c, prev.image_progress as prev_image,
        case when ctx.month = 1 then prev.cumulative_investment_wan else prev.cum_to_last_year_wan end as prev_c0,
        case when ctx.month = 1 then 0 else prev.ytd_investment_wan end as prev_y,
        case when ctx.month > 1 then prev.funds_ytd_wan end as prev_f,
        case when ctx.month > 1 then prev.paid_ytd_wan end as prev_d
    from offered
),
anchored as (
    select *, agreed([exact_scale(t, list_t), exact_scale(t, prev_t)]) as kt,
        agreed([exact_scale(p, list_p), exact_scale(p, prev_p)]) as kp
    from given
),
planned as (
    select *, unscaled(t, kt) as t1, unscaled(p, kp) as p1, rate * unscaled(p, kp) / 100 as y_rated from anchored
),
started as (
    select *, grown_scale(y, prev_y) as ky_grown, coalesce(exact_scale(c0, prev_c0),
        case when c - y_rated <= 1.5 * t1 then exact_scale(c0, c - y_rated) end) as kc0
    from planned
),
ytd as (
    select *, unscaled(c0, kc0) as c01,
        coalesce(
            agreed([exact_scale(y, y_rated), exact_scale(y, case when m <= prev_y then prev_y + m end)]),
            case when ky_grown < 0 or (ky_grown > 0 and y > 1.5 * t1) then ky_grown end,
            agreed([exact_scale(y, l + m), exact_scale(y, c - unscaled(c0, kc0))]), ky_grown
        ) as ky
    from started
),
cumulative as (
    select *, unscaled(y, ky) as y1,
        coalesce(
            agreed([exact_scale(c, c01 + unscaled(y, ky)), exact_scale(c, case when m <= prev_c then prev_c + m end)]),
            grown_scale(c, prev_c)
        ) as kc,
        coalesce(exact_scale(l, prev_y), exact_scale(l, unscaled(y, ky) - m)) as kl
    from ytd
),
whole as (
    select *, unscaled(c, kc) as c1, unscaled(l, kl) as l1, case when ky is not null then y1 end as y_sure
    from cumulative
),
scaled as (
    select row_key, kt as total_investment_wan, kp as annual_plan_wan, kc0 as cum_to_last_year_wan,
        kl as ytd_to_last_month_wan,
        agreed([exact_scale(m, y1 - prev_y), exact_scale(m, c1 - prev_c), exact_scale(m, y1 - l1)])
            as month_investment_wan,
        ky as ytd_investment_wan, kc as cumulative_investment_wan, near_scale(f, prev_f, y_sure) as funds_ytd_wan,
        near_scale(d, prev_d, y_sure) as paid_ytd_wan, percent_scale(rate, 100 * y1 / nullif(p1, 0))
            as completion_rate_reported,
        image_scale(image, prev_image, 100 * c1 / nullif(t1, 0)) as image_progress
    from whole
)"""
_SCALED: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "monthly_dispatch": (
            _MONTHLY,
            (
                "total_investment_wan", "cum_to_last_year_wan", "annual_plan_wan", "ytd_to_last_month_wan",
                "month_investment_wan", "ytd_investment_wan", "completion_rate_reported",
                "cumulative_investment_wan", "funds_ytd_wan", "paid_ytd_wan", "image_progress",
            ),
        ),
        "procedures": (_LIST_AND_LAST, ("total_investment_wan", "annual_plan_wan")),
        "pipeline": (_LIST_AND_LAST, ("total_investment_wan", "annual_plan_wan")),
        "funds": (_FUNDS, ("applied_wan", "secured_wan")),
    }
)  # fmt: skip


def fields(part: str) -> tuple[str, ...]:
    """The columns of a part whose scale is looked at, in the order of the form."""
    return _SCALED[part][1] if part in _SCALED else ()


def offer(connection: duckdb.DuckDBPyConnection, part: str) -> None:
    """Give the table ``offered`` one more column per field, ``scale_<field>``; make the table ``scales``."""
    names = fields(part)
    if not names:
        return
    scale_words.teach(connection)
    query = _SCALED[part][0]
    connection.execute(f"create or replace temp table scales as {query} select row_key, {', '.join(names)} from scaled")
    for name in names:
        connection.execute(f"alter table offered add column scale_{name} tinyint")
    told = ", ".join(f"scale_{name} = scales.{name}" for name in names)
    connection.execute(f"update offered set {told} from scales where offered.row_key = scales.row_key")


def columns(connection: duckdb.DuckDBPyConnection, part: str) -> list[dict]:
    """One row of COLUMN per sheet and field, once :func:`offer` has been called."""
    if not fields(part):
        return []
    return connection.execute(_COLUMNS.format(part=part, names=", ".join(fields(part)))).to_arrow_table().to_pylist()


_COLUMNS = """
with cells as (
    unpivot scales on {names} into name field value scale
),
placed as (
    select o.submission_id, o.unit_id, o.version, o.sheet, o.is_effective, cells.field, cells.scale
    from cells inner join offered as o using (row_key)
),
told as (
    select submission_id, sheet, field, scale, count(*)::integer as cells from placed where scale <> 0
    group by submission_id, sheet, field, scale
    qualify row_number() over (partition by submission_id, sheet, field order by cells desc, abs(scale), scale) = 1
)
select
    '{part}' as form, placed.submission_id, placed.unit_id, placed.version, placed.sheet,
    any_value(placed.is_effective) as is_effective,
    placed.field, count(*)::integer as judged, coalesce(max(told.cells), 0)::integer as slipped,
    coalesce(max(told.scale), 0)::integer as exponent
from placed left join told using (submission_id, sheet, field)
group by all order by placed.submission_id, placed.sheet, placed.field
"""
