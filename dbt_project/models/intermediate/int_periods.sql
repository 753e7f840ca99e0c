-- The periods that were judged, with the day their figures speak of. A period belongs to one of two series, months
-- and weeks; the leading form of its series makes it: a month that only holds a project list is none.
with

plans as (
    select * from {{ ref('stg_plans') }}
),

obligations as (
    select * from {{ ref('stg_obligations') }}
),

verdicts as (
    select * from {{ ref('stg_verdicts') }}
),

lists as (
    select * from {{ ref('stg_project_list') }}
),

series as (
    select * from {{ ref('series') }}
),

cutoffs as (
    select
        obligations.plan_id,
        obligations.period,
        series.series,
        series.leading_form,
        max(obligations.cutoff_date) as cutoff_date,
        max(obligations.due_at) as due_at
    from obligations
    inner join series
        on
            obligations.form = series.leading_form
            and length(obligations.period) = series.period_length
    group by obligations.plan_id, obligations.period, series.series, series.leading_form
),

judged as (
    select distinct
        plan_id,
        period
    from verdicts
),

list_versions as (  -- every row of a period carries the same version
    select
        plan_id,
        period,
        max(list_version) as list_version
    from lists
    group by plan_id, period
),

numbered as (
    select
        *,
        12 * cast(left(period, 4) as integer) + cast(substring(period, 6, 2) as integer) as month_number
    from judged
),

neighbours as (  -- months and weeks are named in different lengths: each series by itself
    select
        *,
        lag(period) over (partition by plan_id, length(period) order by period) as before,
        lag(month_number) over (partition by plan_id, length(period) order by period) as month_number_before
    from numbered
)

select
    plans.plan_id,
    plans.period,
    cutoffs.series,
    cutoffs.leading_form,
    cast(concat(left(plans.period, 7), '-01') as date) as period_month,
    cutoffs.cutoff_date,
    cutoffs.due_at,
    case  -- a month that nobody reported is not skipped: there is nothing to compare with
        when length(plans.period) > 7 or neighbours.month_number - neighbours.month_number_before = 1
            then neighbours.before
    end as previous_period,
    plans.in_force_at,
    plans.known_at,
    plans.plan_hash,
    list_versions.list_version,
    case when cutoffs.series = 'month' then cast(substring(plans.period, 6, 2) as integer) end as elapsed_months
from plans
inner join cutoffs on plans.plan_id = cutoffs.plan_id and plans.period = cutoffs.period
inner join judged on plans.plan_id = judged.plan_id and plans.period = judged.period
inner join neighbours on plans.plan_id = neighbours.plan_id and plans.period = neighbours.period
left join list_versions on plans.plan_id = list_versions.plan_id and plans.period = list_versions.period
