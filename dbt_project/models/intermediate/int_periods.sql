-- The periods that were judged, with the day their figures speak of. A month that only holds a project list is none.
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

cutoffs as (
    select
        plan_id,
        period,
        max(cutoff_date) as cutoff_date
    from obligations
    where form = 'monthly_dispatch'
    group by plan_id, period
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
)

select
    plans.plan_id,
    plans.period,
    cast(concat(left(plans.period, 7), '-01') as date) as period_month,
    cutoffs.cutoff_date,
    plans.in_force_at,
    plans.known_at,
    plans.plan_hash,
    list_versions.list_version,
    cast(substring(plans.period, 6, 2) as integer) as elapsed_months
from plans
inner join cutoffs on plans.plan_id = cutoffs.plan_id and plans.period = cutoffs.period
inner join judged on plans.plan_id = judged.plan_id and plans.period = judged.period
left join list_versions on plans.plan_id = list_versions.plan_id and plans.period = list_versions.period
