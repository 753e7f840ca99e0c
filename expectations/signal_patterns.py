"""Signal patterns: what the months of a project, a unit and the whole plan look like, counted.

Belongs here: the counts, medians and shares behind O01–O09, O11, O12, O17–O20.
Does not belong here: how many are too many (rules/signals.yml), changes from version to version (touched_up).
"""

from collections.abc import Sequence
from datetime import date

import duckdb
import pyarrow as pa

from expectations.laid_beside import counted_as
from ingestion.lake import DATE

_TABLES = (
    """create or replace temp table signal_rows as
    select submission_id, version, unit_id, sheet, "row", project_id, project_name, category_code, image_text,
        start_actual_date, finish_actual_date, status_counts_as, month_investment_wan as m, ytd_investment_wan as y,
        total_investment_wan as t, prev.total_investment_wan as prev_t, ctx.year as year, ctx.month as month,
        ctx.as_of as as_of, ctx.behind_points as behind_points, nature_counts_as,
        coalesce("list".annual_plan_wan, annual_plan_wan) as p,
        {'submission_id': submission_id, 'sheet': sheet, 'row': "row"} as place
    from offered where is_effective""",
    """create or replace temp table signal_past as
    select past.*, past.month_investment_wan as m from past_in as past
    where not coalesce(past.is_carried_forward, false)""",
    """create or replace temp table signal_months as
    select unit_id, project_id, months_ago, m, annual_plan_wan as p from signal_past
    union all select unit_id, project_id, 0, m, p from signal_rows""",
)
_OF_A_PROJECT = 'o.unit_id, o.project_id, o.project_name, o.submission_id, o.version, o.sheet, o."row"'
_PATTERNS = {
    # the month beside the project's other months
    "O01": f"""select {_OF_A_PROJECT}, count(b.m)::integer as cases, median(b.m)::decimal(22, 6) as usual,
            o.m as amount, o.p as plan, [o.place] as places
        from signal_rows as o left join signal_past as b
            on o.project_id = b.project_id and b.m > 0 and b.months_ago between 1 and 12
        where o.m > 0 and o.p > 0 group by all""",
    "O02A": f"""select {_OF_A_PROJECT}, count(b.m)::integer as cases, o.m as amount, o.y as plan,
            (o.m / o.y)::decimal(28, 6) as share, [o.place] as places
        from signal_rows as o left join signal_past as b
            on o.project_id = b.project_id and b.m > 0 and b.months_ago between 1 and o.month - 1
        where o.month in (6, 9, 12) and o.m > 0 and o.y > 0 group by all""",
    "O02B": """with before as (
            select unit_id, count(distinct months_ago)::integer as months from signal_past
            where m > 0 and months_ago < (select max(month) from signal_rows) group by all
        )
        select o.unit_id, coalesce(any_value(b.months), 0) as cases, count(*)::integer as hits, sum(o.m) as amount,
            sum(o.y) as plan, (sum(o.m) / sum(o.y))::decimal(28, 6) as share,
            list(o.place order by o.sheet, o."row") as places
        from signal_rows as o left join before as b using (unit_id)
        where o.month in (6, 9, 12) and o.y > 0 group by o.unit_id having sum(o.m) > 0""",
    # the digits of the months' figures
    "O03": """select unit_id, count(*)::integer as cases,
            (count(*) filter (where m % 100 = 0))::integer as hits from signal_months where m > 0 group by all""",
    "O04": """with digits as (
            select unit_id, (trunc(m)::bigint % 10) as digit, count(*) as n from signal_months where m >= 100
            group by all
        )
        select unit_id, sum(n)::integer as cases,
            (sum(n * n) * 10 / sum(n) - sum(n))::decimal(28, 6) as statistic from digits group by all""",
    "O05": """with figures as (
            select left(regexp_replace(m::varchar, '^[0.]+', ''), 1)::integer as digit, m from signal_months where m > 0
        ),
        counted as (
            select digits.digit, (select count(*) from figures where figures.digit = digits.digit) as n
            from (select unnest(range(1, 10)) as digit) as digits
        ),
        spread as (select count(*)::integer as cases, (max(m) / min(m))::decimal(28, 6) as share from figures)
        select ? as unit_id, spread.cases, spread.share,
            avg(abs(counted.n / nullif(spread.cases, 0) - log10(1 + 1 / counted.digit)))::decimal(28, 6) as statistic
        from counted cross join spread group by all""",
    # the projects of a unit beside one another
    "O06": """with same as (
            select unit_id, m, count(distinct project_id)::integer as hits, list(place order by sheet, "row") as places
            from signal_rows where m > 0 group by all
        )
        select unit_id, sum(hits)::integer as cases, max(hits) as hits, arg_max(m, hits) as amount,
            arg_max(places, hits) as places from same group by all""",
    "O07": """with near as (
            select *, (m / p)::decimal(28, 6) as share, count(*) over alike as hits, list(place) over alike as around
            from signal_rows where m > 0 and p > 0
            window alike as (partition by unit_id order by (m / p)::double range between 0.001 preceding
                and 0.001 following)
        )
        select unit_id, count(*)::integer as cases, max(hits)::integer as hits, arg_max(share, hits) as share,
            arg_max(around, hits) as places from near group by all""",
    "O08": f"""with months as (
            select project_id, m from signal_past where months_ago in (1, 2) and m > 0
            union all select project_id, m from signal_rows where m > 0
        ),
        twelfths as (
            select o.project_id, count(*)::integer as cases,
                (count(*) filter (where abs(months.m - o.p / 12) <= greatest(0.5, 0.001 * o.p / 12)))::integer as hits
            from signal_rows as o inner join months using (project_id) where o.p > 0 group by all
        )
        select {_OF_A_PROJECT}, twelfths.cases, twelfths.hits, o.m as amount, o.p as plan, [o.place] as places
        from signal_rows as o inner join twelfths using (project_id) where o.m > 0""",
    "O09": f"""with rated as (
            select *, (y / p)::double as rate from signal_rows
            where y > 0 and p > 0 and status_counts_as = 'started' and nature_counts_as <> 'preparatory'
                and y / p * 100 >= 100 * month / 12 - behind_points
        ),
        peers as (
            select category_code, nature_counts_as, count(*)::integer as cases, median(rate) as usual,
                mad(rate) as spread
            from rated group by all
        )
        select {_OF_A_PROJECT}, peers.cases, o.rate::decimal(28, 6) as share, peers.usual::decimal(22, 6) as usual,
            (0.6745 * (o.rate - peers.usual) / greatest(peers.spread, 0.05))::decimal(28, 6) as statistic,
            [o.place] as places
        from rated as o inner join peers using (category_code, nature_counts_as)""",
    "O11": """with by_month as (
            select unit_id, months_ago, sum(m) as amount, sum(m) / nullif(sum(p), 0) as share from signal_months
            where m is not null and p > 0 group by all having sum(m) > 0
        ),
        before as (
            select unit_id, count(*)::integer as cases, median(share)::decimal(22, 6) as usual,
                mad(share)::decimal(28, 6) as statistic from by_month where months_ago > 0 group by all
        )
        select o.unit_id, coalesce(before.cases, 0) as cases, before.usual, o.amount, o.share::decimal(28, 6) as share,
            before.statistic
        from by_month as o left join before using (unit_id) where o.months_ago = 0""",
    "O12": """with same as (
            select unit_id, trim(image_text) as written, count(distinct project_id)::integer as hits,
                list(place order by sheet, "row") as places
            from signal_rows where m > 0 and length(trim(image_text)) >= 6 group by all
        )
        select unit_id, sum(hits)::integer as cases, max(hits) as hits, arg_max(places, hits) as places
        from same group by all""",
    # when things began and ended
    "O17": """with starts as (
            select start_actual_date as day, place from signal_rows
            where year(start_actual_date) = year and start_actual_date <= as_of
        )
        select ? as unit_id, target.day::varchar as target_id, target.day, count(starts.day)::integer as cases,
            (count(*) filter (where starts.day between target.day - 3 and target.day))::integer as hits,
            list(starts.place order by starts.place.sheet, starts.place."row")
                filter (where starts.day between target.day - 3 and target.day) as places
        from target_days_in as target left join starts on true group by all""",
    "O18": f"""select {_OF_A_PROJECT}, count(b.period)::integer as cases, o.start_actual_date as day,
            (count(*) filter (where b.status_counts_as = 'started'
                and last_day((b.period || '-01')::date) < o.start_actual_date))::integer as hits,
            [o.place] as places
        from signal_rows as o inner join signal_past as b using (project_id)
        where o.start_actual_date is not null group by all""",
    "O19": f"""select {_OF_A_PROJECT}, o.finish_actual_date as day, make_date(o.year, 1, 1) as since,
            [o.place] as places
        from signal_rows as o where o.finish_actual_date is not null""",
    "O20": """with moved as (
            select unit_id, place, (t / prev_t)::double as factor from signal_rows where t > 0 and prev_t > 0
        ),
        usual as (select unit_id, median(factor) as factor from moved group by all)
        select o.unit_id, count(*)::integer as cases, usual.factor::decimal(28, 6) as share,
            (count(*) filter (where abs(o.factor - usual.factor) <= 0.001 * usual.factor))::integer as hits,
            list(o.place order by o.place.sheet, o.place."row") as places
        from moved as o inner join usual using (unit_id) group by all""",
}
_OF_THE_PLAN = ("O05", "O17")


def offer(
    connection: duckdb.DuckDBPyConnection, schema: pa.Schema, past: pa.Table, target_days: Sequence[date], centre: str
) -> None:
    """Make the table ``offered_signals`` of the rows ``offered`` and the months ``past``, in the layout ``schema``.

    One row per pattern and project, unit or plan; ``row_key`` counts them.
    """
    counts_as = counted_as(past["status_code"], "project_statuses")
    connection.register("past_in", past.append_column("status_counts_as", counts_as))
    connection.register("target_days_in", pa.table({"day": pa.array(sorted(set(target_days)), DATE)}))
    connection.register("signals_as", schema.empty_table())
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("create or replace temp table offered_signals as select * from signals_as")
    for rule_id, query in _PATTERNS.items():
        given = [centre] if rule_id in _OF_THE_PLAN else []
        connection.execute(
            f"insert into offered_signals by name select '{rule_id}' as rule_id, * from ({query})", given
        )
